//! Which polygon holds a position.

use geo::{BoundingRect, Contains, Intersects, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::domain::LonLat;

type Entry = GeomWithData<Rectangle<[f64; 2]>, u32>;

/// Holds areas, so that the one around a position is found quickly.
#[derive(Debug, Clone)]
pub struct AreaIndex {
    tree: RTree<Entry>,
    areas: Vec<MultiPolygon<f64>>,
}

impl AreaIndex {
    /// Indexes areas; they are known by their numbers from here on.
    #[must_use]
    pub fn new(areas: Vec<MultiPolygon<f64>>) -> Self {
        let entry = |(number, area): (u32, &MultiPolygon<f64>)| {
            let rect = area.bounding_rect()?;
            let corners =
                Rectangle::from_corners([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]);
            Some(Entry::new(corners, number))
        };
        let tree = RTree::bulk_load((0..).zip(&areas).filter_map(entry).collect());
        Self { tree, areas }
    }

    /// Finds the area that holds a position; on a shared border, the one with the lowest number.
    #[must_use]
    pub fn around(&self, position: LonLat) -> Option<usize> {
        let point = Point::new(position.lon(), position.lat());
        let mut boxes: Vec<usize> = self
            .tree
            .locate_in_envelope_intersecting(AABB::from_point([point.x(), point.y()]))
            .map(|entry| entry.data as usize)
            .collect();
        boxes.sort_unstable();
        let inside = boxes.iter().find(|&&number| self.areas[number].contains(&point));
        let on_border = || boxes.iter().find(|&&number| self.areas[number].intersects(&point));
        inside.or_else(on_border).copied()
    }
}

#[cfg(test)]
mod tests {
    use geo::{Rect, coord};

    use super::*;

    fn square(west: f64, south: f64, side: f64) -> MultiPolygon<f64> {
        let corner = coord! { x: west, y: south };
        Rect::new(corner, coord! { x: west + side, y: south + side }).to_polygon().into()
    }

    #[test]
    fn a_position_is_in_its_area_on_the_border_in_the_first_and_outside_in_none() {
        let index = AreaIndex::new(vec![square(0.0, 0.0, 1.0), square(1.0, 0.0, 1.0)]);
        let around = |lon, lat| index.around(LonLat::from_degrees(lon, lat).unwrap());
        assert_eq!(around(0.5, 0.5), Some(0));
        assert_eq!(around(1.5, 0.5), Some(1));
        assert_eq!(around(1.0, 0.5), Some(0));
        assert_eq!(around(5.0, 5.0), None);
    }
}
