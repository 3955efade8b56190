//! Boxes of longitude and latitude: which geometries meet a `bbox`.

use geo::{BoundingRect, Geometry, Intersects, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::domain::{Bbox, LonLat};

/// A box with single-precision edges, rounded outward: half as large, and it finds a little more.
type Entry = GeomWithData<Rectangle<[f32; 2]>, u32>;

/// Holds the boxes around geometries, so that those that meet a box are found quickly.
#[derive(Debug, Clone)]
pub struct PlaneIndex {
    tree: RTree<Entry>,
    without_geometry: Vec<usize>,
}

impl PlaneIndex {
    /// Indexes geometries; they are known by their numbers from here on.
    pub fn new<'a>(geometries: impl Iterator<Item = Option<&'a Geometry<f64>>>) -> Self {
        let mut entries = Vec::new();
        let mut without_geometry = Vec::new();
        for (number, geometry) in (0u32..).zip(geometries) {
            match geometry.and_then(BoundingRect::bounding_rect) {
                Some(rect) => entries.push(Entry::new(rectangle(rect), number)),
                None => without_geometry.push(number as usize),
            }
        }
        Self { tree: RTree::bulk_load(entries), without_geometry }
    }

    /// Finds the geometries whose own box meets the box asked for, or almost does, and those that have
    /// none.
    ///
    /// # Shape
    ///
    /// Numbers in rising order, each once. The caller looks at the geometry itself, see [`meets`].
    #[must_use]
    pub fn candidates(&self, bbox: &Bbox) -> Vec<usize> {
        let mut found = self.without_geometry.clone();
        found.extend(self.hits(bbox));
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Finds the geometries whose own box meets the box asked for, or almost does, in rising order, each
    /// once.
    #[must_use]
    pub fn located(&self, bbox: &Bbox) -> Vec<usize> {
        let mut found: Vec<usize> = self.hits(bbox).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn hits(&self, bbox: &Bbox) -> impl Iterator<Item = usize> {
        let hits = |envelope| self.tree.locate_in_envelope_intersecting(envelope);
        let rounded = |part: AABB<[f64; 2]>| outward(part.lower(), part.upper());
        envelopes(bbox).into_iter().map(rounded).flat_map(hits).map(|entry| entry.data as usize)
    }
}

/// Says whether a geometry shares a position with a box, edges included.
#[must_use]
pub fn meets(geometry: &Geometry<f64>, bbox: &Bbox) -> bool {
    if let Geometry::Point(point) = geometry
        && let Ok(at) = LonLat::from_degrees(point.x(), point.y())
    {
        return bbox.contains(at);
    }
    let meets_part =
        |part: &AABB<[f64; 2]>| geometry.intersects(&Rect::new(part.lower(), part.upper()));
    envelopes(bbox).iter().any(meets_part)
}

/// Says which planar boxes stand for a box on the globe.
///
/// A box that touches ±180 touches both names of that meridian; one that holds a pole, all of it.
/// A width or height of nothing is a line or a point.
#[must_use]
pub fn envelopes(bbox: &Bbox) -> Vec<AABB<[f64; 2]>> {
    let mut envelopes = Vec::new();
    let mut add = |west: f64, south: f64, east: f64, north: f64| {
        envelopes.push(AABB::from_corners([west, south], [east, north]));
    };
    for part in bbox.parts() {
        add(part.west, part.south, part.east, part.north);
        if part.west == -180.0 {
            add(180.0, part.south, 180.0, part.north);
        }
        if part.east == 180.0 {
            add(-180.0, part.south, -180.0, part.north);
        }
    }
    for pole in [-90.0, 90.0] {
        if bbox.south == pole || bbox.north == pole {
            add(-180.0, pole, 180.0, pole);
        }
    }
    envelopes
}

fn rectangle(rect: Rect<f64>) -> Rectangle<[f32; 2]> {
    outward([rect.min().x, rect.min().y], [rect.max().x, rect.max().y]).into()
}

/// The least box of single precision around a box.
#[expect(clippy::cast_possible_truncation, reason = "rounded to the next number outward")]
fn outward(low: [f64; 2], high: [f64; 2]) -> AABB<[f32; 2]> {
    let below = |edge: f64| {
        let near = edge as f32;
        if f64::from(near) > edge { near.next_down() } else { near }
    };
    let above = |edge: f64| -below(-edge);
    AABB::from_corners(low.map(below), high.map(above))
}

#[cfg(test)]
mod tests {
    use geo::{Point, polygon};
    use proptest::prelude::*;

    use super::*;

    fn found(geometries: &[Option<Geometry<f64>>], bbox: &str) -> Vec<usize> {
        let bbox: Bbox = bbox.parse().unwrap();
        let index = PlaneIndex::new(geometries.iter().map(Option::as_ref));
        let mut hits = index.candidates(&bbox);
        hits.retain(|&hit| geometries[hit].as_ref().is_none_or(|geometry| meets(geometry, &bbox)));
        hits
    }

    #[test]
    fn a_feature_without_geometry_matches_every_box() {
        let geometries = [None, Some(Point::new(10.0, 10.0).into())];
        assert_eq!(found(&geometries, "50,50,60,60"), [0]);
    }

    #[test]
    fn a_polygon_meets_a_box_only_where_it_is_not_where_its_own_box_is() {
        let triangle = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 0.0, y: 10.0)];
        let geometries = [Some(Geometry::from(triangle))];
        assert_eq!(found(&geometries, "1,1,2,2"), [0]);
        assert!(found(&geometries, "8,8,9,9").is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn boxes_agree_with_the_definition_anywhere(
            points in prop::collection::vec((-36i32..=36, -18i32..=18), 0..120),
            (west, east) in (-36i32..=36, -36i32..=36), (south, height) in (-18i32..=18, 0i32..=18),
        ) {
            // But for the edges of the globe, numbers that single precision does not have.
            let is_edge = |tick: i32| matches!(tick.abs(), 0 | 18 | 36);
            let degrees = |tick: i32| f64::from(tick) * if is_edge(tick) { 5.0 } else { 4.999_999_9 };
            let north = (south + height).min(18);
            let bbox = Bbox::from_edges(degrees(west), degrees(south), degrees(east), degrees(north)).unwrap();
            let geometries: Vec<Option<Geometry<f64>>> =
                points.iter().map(|&(lon, lat)| Some(Point::new(degrees(lon), degrees(lat)).into())).collect();
            let expected: Vec<usize> = (0..points.len())
                .filter(|&n| {
                    let (lon, lat) = points[n];
                    bbox.contains(LonLat::from_degrees(degrees(lon), degrees(lat)).unwrap())
                })
                .collect();
            let index = PlaneIndex::new(geometries.iter().map(Option::as_ref));
            let mut hits = index.candidates(&bbox);
            hits.retain(|&hit| geometries[hit].as_ref().is_some_and(|geometry| meets(geometry, &bbox)));
            prop_assert_eq!(hits, expected);
        }
    }
}
