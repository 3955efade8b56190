//! Which of many areas holds each of many positions.

use geo::{BoundingRect, Coord, MultiPolygon};

use super::prepared_area::{Place, PreparedArea};
use crate::domain::LonLat;

/// Holds areas prepared for a million questions; [`AreaIndex`](super::AreaIndex) is leaner for few.
///
/// Each square degree names the areas whose boxes meet it.
#[derive(Debug, Clone)]
pub struct AreaFinder {
    areas: Vec<Option<PreparedArea>>,
    squares: Vec<Vec<u32>>,
}

impl AreaFinder {
    /// Prepares areas; they are known by their numbers from here on.
    #[must_use]
    pub fn new(areas: &[MultiPolygon<f64>]) -> Self {
        let mut squares = vec![Vec::new(); 360 * 180];
        for (number, area) in (0u32..).zip(areas) {
            let Some(rect) = area.bounding_rect() else { continue };
            let [west, south] = square(rect.min());
            let [east, north] = square(rect.max());
            for row in south..=north {
                for col in west..=east {
                    squares[row * 360 + col].push(number);
                }
            }
        }
        Self { areas: areas.iter().map(PreparedArea::new).collect(), squares }
    }

    /// Finds the area that holds a position; on a shared border, the one with the lowest number.
    #[must_use]
    pub fn around(&self, position: LonLat) -> Option<usize> {
        let at = Coord { x: position.lon(), y: position.lat() };
        let [col, row] = square(at);
        let mut on_border = None;
        for &number in &self.squares[row * 360 + col] {
            let place = self.areas[number as usize].as_ref().map(|area| area.place(at));
            match place {
                Some(Place::Inside) => return Some(number as usize),
                Some(Place::Boundary) => on_border = on_border.or(Some(number as usize)),
                _ => {}
            }
        }
        on_border
    }
}

/// The square degree of a position: column from 180° W, row from the south pole.
fn square(at: Coord<f64>) -> [usize; 2] {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "held between 0 and the last square"
    )]
    let whole = |value: f64, most: f64| value.floor().clamp(0.0, most) as usize;
    [whole(at.x + 180.0, 359.0), whole(at.y + 90.0, 179.0)]
}

#[cfg(test)]
mod tests {
    use geo::Rect;

    use super::*;
    use crate::index::AreaIndex;

    #[test]
    fn it_finds_what_the_lean_index_finds() {
        let areas: Vec<MultiPolygon<f64>> = (0..30)
            .map(|n| {
                let (west, south) = (f64::from(n % 6) * 1.5 - 4.0, f64::from(n / 6) * 1.5 - 3.0);
                Rect::new((west, south), (west + 1.5, south + 1.5)).to_polygon().into()
            })
            .collect();
        let (finder, index) = (AreaFinder::new(&areas), AreaIndex::new(areas));
        for x in -50..=60 {
            for y in -40..=50 {
                // Steps of an eighth fall on borders and corners, too.
                let at = LonLat::from_degrees(f64::from(x) / 8.0, f64::from(y) / 8.0).unwrap();
                assert_eq!(finder.around(at), index.around(at), "{at:?}");
            }
        }
        assert_eq!(finder.around(LonLat::from_degrees(180.0, 90.0).unwrap()), None);
    }
}
