//! Tiles of many points, straight from their curve: it knows which stand in a square, and where.

use super::Collection;
use super::curves::{Curve, Groups};
use super::tile::{MANY_POINTS, MAX_POINTS, is_crowded};
use super::tile_drawing::{Drawing, Placed};
use crate::domain::Feature;
use crate::tiles::{Grid, Stop};

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
        let kept = stretch.iter().filter(|stop| !delta.is_replaced(stop.number as usize));
        let kept = kept.map(|stop| Some((stop.number as usize, stop.unit_in(square)?)));
        let mut numbered: Vec<(usize, [u32; 2])> = kept.collect::<Option<_>>()?;
        let replaced = delta.replaced_numbers();
        numbered.extend(replaced.filter_map(|number| Some((number, at(self.numbered(number)?)?))));
        numbered.sort_unstable_by_key(|(number, _)| *number);
        let placed = |feature, unit: [u32; 2]| Placed { feature, at: unit.map(u32::cast_signed) };
        let numbered = numbered.into_iter();
        let numbered =
            numbered.filter_map(|(number, unit)| Some(placed(self.numbered(number)?, unit)));
        let added = delta.added().filter_map(|feature| Some(placed(feature, at(feature)?)));
        Some(numbered.chain(added).collect())
    }
}
