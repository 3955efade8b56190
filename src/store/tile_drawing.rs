//! How a tile is drawn within its bounds: finer while it fits, coarser when it does not.
//!
//! What is drawn singly is drawn in the first of three ways that fits. Corners stand on a grid of 1, 4
//! or 16 units; properties are all there, or but for texts of more than [`SHORT_BYTES`], or none but
//! `id`, which leads to the rest. What is too small to be seen then is counted in cells. If no way
//! fits, everything is counted, in cells twice as wide until that fits; 16 × 16 cells always do.

use std::borrow::Cow;

use geo::{BoundingRect, Geometry};

use super::curves::Groups;
use super::fetch::{TOGETHER, fetch};
use super::tile_size::fits;
use crate::domain::{Datum, Feature, Value};
use crate::formats::Contents;
use crate::tiles::shape::Corner;
use crate::tiles::{BUFFER, EXTENT, Grid, Shape, Square, TileWriter};

/// Longer texts are left out where a tile would be too large.
const SHORT_BYTES: usize = 64;

/// The ways to draw features singly, the finest first.
const WAYS: [Way; 3] = [
    Way { grid_units: 1, fields: Fields::All },
    Way { grid_units: 4, fields: Fields::Short },
    Way { grid_units: 16, fields: Fields::None },
];

/// Says how finely features are drawn.
#[derive(Debug, Clone, Copy)]
struct Way {
    grid_units: u32,
    fields: Fields,
}

/// Says which properties a feature has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fields {
    All,
    Short,
    None,
}

impl Fields {
    fn wants(self, value: &Value) -> bool {
        match (self, value) {
            (Self::None, _) => false,
            (Self::Short, Value::Text(text)) => text.len() <= SHORT_BYTES,
            (Self::Short, Value::List(items)) => {
                items.iter().map(|item| item.len() + 1).sum::<usize>() <= SHORT_BYTES
            }
            (Self::All | Self::Short, _) => true,
        }
    }
}

/// Says what is drawn where.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drawing<'a> {
    pub(super) contents: Contents<'a>,
    pub(super) square: Square,
    pub(super) datum: Datum,
}

/// Holds a point and where it stands in the square.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) feature: &'a Feature,
    pub(super) at: Corner,
}

impl Drawing<'_> {
    /// Draws features one by one, as finely as fits.
    pub(super) fn singly(&self, features: &[Cow<'_, Feature>], groups: &Groups) -> Vec<u8> {
        let draw = |way| self.drawn(features, groups.clone(), way);
        let all = features.iter().map(Cow::as_ref);
        finest(draw).unwrap_or_else(|| self.all_counted(all, groups.clone()))
    }

    /// The same for points whose places are known.
    pub(super) fn points(&self, points: &[Placed<'_>], groups: Groups) -> Vec<u8> {
        let draw = |way: Way| self.drawn_points(points, way.fields);
        let all = points.iter().map(|point| point.feature);
        finest(draw).unwrap_or_else(|| self.all_counted(all, groups))
    }

    fn all_counted<'a>(
        &self,
        features: impl Iterator<Item = &'a Feature>,
        mut groups: Groups,
    ) -> Vec<u8> {
        let mut grid = Grid::default();
        features.for_each(|feature| self.count(feature, &mut grid, &mut groups));
        self.cells(grid, &groups)
    }

    fn drawn_points(&self, points: &[Placed<'_>], fields: Fields) -> Vec<u8> {
        let mut layer = TileWriter::with_capacity(self.contents.name, points.len());
        for some in points.chunks(TOGETHER) {
            fetch(some.iter().map(|point| point.feature));
            for Placed { feature, at } in some {
                self.add_properties(&mut layer, feature, fields);
                layer.end_point(Some(feature.id.as_str()), *at);
            }
        }
        layer.finish()
    }

    fn add_properties(&self, layer: &mut TileWriter, feature: &Feature, wanted: Fields) {
        layer.own_text("id", feature.id.as_str());
        let fields = self.contents.schema.fields().iter().zip(&feature.values).enumerate();
        for (place, (field, value)) in fields {
            if field.name != "id" && wanted.wants(value) {
                layer.property_at(place, &field.name, value);
            }
        }
    }

    fn drawn(&self, features: &[Cow<'_, Feature>], mut groups: Groups, way: Way) -> Vec<u8> {
        let mut layer = TileWriter::new(self.contents.name);
        let mut too_small = Grid::default();
        for feature in features {
            let Some(geometry) = feature.geometry() else { continue };
            let shapes = Shape::coarse(&geometry, self.square, self.datum, way.grid_units);
            if shapes.is_empty() && self.is_all_here(&geometry) {
                self.count(feature, &mut too_small, &mut groups);
            }
            for shape in &shapes {
                self.add_properties(&mut layer, feature, way.fields);
                layer.end(Some(feature.id.as_str()), shape);
            }
        }
        add_cells(&mut layer, &too_small, &groups);
        layer.finish()
    }

    /// Says whether a geometry that is no point lies wholly in the square and its buffer, so that
    /// only its size can be why nothing of it is seen.
    fn is_all_here(&self, geometry: &Geometry<f64>) -> bool {
        if matches!(geometry, Geometry::Point(_) | Geometry::MultiPoint(_)) {
            return false;
        }
        let Some(rect) = geometry.bounding_rect() else { return false };
        let corners = [rect.min(), rect.max()].map(|at| self.square.project(at.x, at.y));
        let reach = -f64::from(BUFFER)..=f64::from(EXTENT + BUFFER);
        corners.iter().flatten().all(|place| reach.contains(place))
    }

    fn count(&self, feature: &Feature, grid: &mut Grid, groups: &mut Groups) {
        let group = groups.number(feature);
        if let Some(at) = feature.middle() {
            grid.add_point(self.square, self.datum.from_wgs84(at), group);
        }
    }

    /// Draws counts, in cells as small as fit.
    pub(super) fn cells(&self, mut grid: Grid, groups: &Groups) -> Vec<u8> {
        loop {
            let mut layer = TileWriter::new(self.contents.name);
            add_cells(&mut layer, &grid, groups);
            let tile = layer.finish();
            if fits(&tile) {
                return tile;
            }
            grid = grid.doubled();
        }
    }
}

/// The tile that is drawn in the first way that fits, if one does.
fn finest(draw: impl Fn(Way) -> Vec<u8>) -> Option<Vec<u8>> {
    WAYS.into_iter().map(draw).find(|tile| fits(tile))
}

fn add_cells(layer: &mut TileWriter, grid: &Grid, groups: &Groups) {
    let numbers = (1..).zip(groups.names());
    let mut named: Vec<_> = numbers.map(|(group, name)| (format!("count_{name}"), group)).collect();
    named.sort_unstable();
    let counts = grid.cells();
    for of_cell in counts.chunk_by(|a, b| a.cell == b.cell) {
        layer.integer("count", of_cell.iter().map(|one| one.count).sum());
        for (name, group) in &named {
            if let Some(one) = of_cell.iter().find(|one| one.group == *group) {
                layer.integer(name, one.count);
            }
        }
        layer.end_point(None, grid.middle(of_cell[0].cell));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Schema;
    use crate::domain::{Field, FieldType};
    use crate::tiles::{Cell, TileMatrixSet};

    #[test]
    fn cells_are_larger_where_every_cell_has_many_groups_of_any_size() {
        let schema = Schema::new(vec![Field::new("industry_group", FieldType::Text, "")]);
        let contents = Contents { name: "list", title: "List", schema: &schema };
        let square = Square::new(TileMatrixSet::WebMercatorQuad, 0, 0, 0).unwrap();
        let mut groups = Groups::new(&schema);
        let mut grid = Grid::default();
        let mut state = 1u64;
        for number in 0..128 * 128 * 16u32 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let group = groups.numbered(&format!("{}{}", number % 16, "g".repeat(60)));
            let cell = Cell::new(number / 16 / 128, number / 16 % 128).unwrap();
            grid.add(cell, group, (state >> 20).cast_signed() + 1);
        }
        let drawing = Drawing { contents, square, datum: Datum::Wgs84 };
        let tile = drawing.cells(grid, &groups);
        assert!(fits(&tile) && tile.len() > 50_000, "{}", tile.len());
    }
}
