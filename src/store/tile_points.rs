//! Tiles of many points, straight from their curve: it knows which stand in a square, and where.

use super::Collection;
use super::curves::{Curve, Groups};
use super::fetch::fetch;
use super::tile::{MANY_POINTS, MAX_POINTS, is_crowded};
use super::tile_drawing::{Drawing, Placed};
use crate::domain::Feature;
use crate::tiles::{EXTENT, Grid, Stop};

/// A unit of a tile has so many bits each way.
const UNIT_BITS: u32 = EXTENT.ilog2();

impl Collection {
    /// Draws a tile of all points; `None` where they are kept elsewhere, are too few for a curve to be
    /// worth it, or stand closer than it tells.
    pub(super) fn drawn_on_curve(&self, drawing: Drawing<'_>) -> Option<Vec<u8>> {
        if !self.is_held() || !self.is_points() || self.len() <= MANY_POINTS {
            return None;
        }
        let Drawing { square, datum, .. } = drawing;
        let curve = self.indexed().curve(self.schema(), square.set(), datum);
        let stretch = curve.order.stretch(square);
        if stretch.len() + self.delta().features().count() > MAX_POINTS {
            let (grid, groups) = self.counted(curve, drawing);
            if is_crowded(&grid) {
                return Some(drawing.cells(grid, &groups));
            }
        }
        let points = self.placed(stretch, drawing)?;
        Some(drawing.points(&points, Groups::new(self.schema())))
    }

    /// Counts the points of a square in its cells, with what changed since the curve was made.
    fn counted(&self, curve: &Curve, drawing: Drawing<'_>) -> (Grid, Groups) {
        let Drawing { square, datum, .. } = drawing;
        let (mut grid, mut groups) = (Grid::default(), curve.groups.clone());
        for (cell, group, count) in curve.order.cells(square) {
            grid.add(cell, group, count);
        }
        for number in self.delta().gone_numbers() {
            let before = &self.indexed().features[number];
            let group = groups.number(before);
            if let Some(at) = before.position() {
                grid.remove_point(square, datum.from_wgs84(at), group);
            }
        }
        for feature in self.delta().features() {
            let group = groups.number(feature);
            if let Some(at) = feature.position() {
                grid.add_point(square, datum.from_wgs84(at), group);
            }
        }
        (grid, groups)
    }

    /// The points of a stretch and those that changed since, in the order of the collection; `None`
    /// where units are finer than the curve.
    fn placed(&self, stretch: &[Stop], drawing: Drawing<'_>) -> Option<Vec<Placed<'_>>> {
        let Drawing { square, datum, .. } = drawing;
        let delta = self.delta();
        let at = |feature: &Feature| square.unit_of(datum.from_wgs84(feature.position()?));
        // Neighbors on the curve are neighbors in memory, which is read faster from front to back.
        fetch(
            stretch
                .iter()
                .filter_map(|stop| Some(&**self.indexed().features.get(stop.number as usize)?)),
        );
        let kept = stretch.iter().filter(|stop| !delta.is_replaced(stop.number as usize));
        let kept = kept.map(|stop| Some(packed(stop.number as usize, stop.unit_in(square)?)));
        let mut numbered: Vec<u64> = kept.collect::<Option<_>>()?;
        let replaced = delta.replaced_numbers();
        numbered.extend(replaced.filter_map(|one| Some(packed(one, at(self.numbered(one)?)?))));
        numbered.sort_unstable();
        let placed = |feature, unit: [u32; 2]| Placed { feature, at: unit.map(u32::cast_signed) };
        let numbered = numbered.into_iter().map(unpacked);
        let numbered =
            numbered.filter_map(|(number, unit)| Some(placed(self.numbered(number)?, unit)));
        let added = delta.added().filter_map(|feature| Some(placed(feature, at(feature)?)));
        Some(numbered.chain(added).collect())
    }
}

/// Holds a number and a unit in one word, which sorts fast: the number above.
fn packed(number: usize, [x, y]: [u32; 2]) -> u64 {
    (number as u64) << (2 * UNIT_BITS) | u64::from(x) << UNIT_BITS | u64::from(y)
}

#[expect(clippy::cast_possible_truncation, reason = "numbers are of 32 bits, units of twelve")]
fn unpacked(packed: u64) -> (usize, [u32; 2]) {
    let unit = |bits: u64| bits as u32 & (EXTENT - 1);
    ((packed >> (2 * UNIT_BITS)) as usize, [unit(packed >> UNIT_BITS), unit(packed)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_numbers_and_units_come_out_as_they_went_in() {
        for one in [(0, [0, 0]), (1, [4_095, 0]), (u32::MAX as usize, [17, 4_095])] {
            assert_eq!(unpacked(packed(one.0, one.1)), one);
        }
        assert!(packed(1, [4_095, 4_095]) < packed(2, [0, 0]));
    }
}
