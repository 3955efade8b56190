//! How a tile is drawn within its bounds: finer while it fits, coarser when it does not.
//!
//! What is drawn singly is drawn in the first of three ways that fits. Corners stand on a grid of 1, 4
//! or 16 units; properties are all there, or but for texts of more than [`SHORT_BYTES`], or none but
//! `id`, which leads to the rest. What is too small to be seen then is counted in cells. If no way
//! fits, everything is counted, in cells twice as wide until that fits; 16 × 16 cells always do.

use std::borrow::Cow;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use geo::{BoundingRect, Geometry};

use super::curves::Groups;
use crate::domain::{Datum, Feature, Value};
use crate::formats::Contents;
use crate::tiles::{BUFFER, EXTENT, Grid, Shape, Square, TileWriter};

/// No tile has more bytes when it is packed by gzip.
pub const MAX_BYTES: usize = 200_000;

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

impl Drawing<'_> {
    /// Draws features one by one, as finely as fits.
    pub(super) fn singly(&self, features: &[Cow<'_, Feature>], groups: Groups) -> Vec<u8> {
        for way in WAYS {
            let tile = self.drawn(features, groups.clone(), way);
            if fits(&tile) {
                return tile;
            }
        }
        let (mut grid, mut groups) = (Grid::default(), groups);
        for feature in features {
            self.count(feature, &mut grid, &mut groups);
        }
        self.cells(grid, &groups)
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
            let id = Value::Text(feature.id.as_str().into());
            let fields = self.contents.schema.fields().iter().zip(&feature.values);
            let fields = fields.map(|(field, value)| (field.name.as_str(), value));
            let fields = fields.filter(|(name, value)| *name != "id" && way.fields.wants(value));
            for shape in &shapes {
                let properties = std::iter::once(("id", &id)).chain(fields.clone());
                layer.add(Some(feature.id.as_str()), shape, properties);
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

fn add_cells(layer: &mut TileWriter, grid: &Grid, groups: &Groups) {
    for (middle, counts) in grid.cells() {
        let named = counts.iter().filter_map(|(&number, &count)| {
            Some((format!("count_{}", groups.name(number)?), Value::Integer(count)))
        });
        let mut properties: Vec<_> = named.collect();
        properties.sort_by(|a, b| a.0.cmp(&b.0));
        let all = Value::Integer(counts.values().sum());
        let named = properties.iter().map(|(name, count)| (name.as_str(), count));
        let point = Shape::Points(vec![middle]);
        layer.add(None, &point, std::iter::once(("count", &all)).chain(named));
    }
}

/// Says whether a tile is within its bound; packing is tried only where it decides.
fn fits(tile: &[u8]) -> bool {
    if tile.len() <= MAX_BYTES {
        return true;
    }
    let mut encoder = GzEncoder::new(Counter(0), Compression::fast());
    let packed = encoder.write_all(tile).and_then(|()| encoder.finish());
    packed.is_ok_and(|counter| counter.0 <= MAX_BYTES)
}

/// Counts bytes and keeps none.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
