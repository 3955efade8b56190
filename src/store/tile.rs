//! Tiles of a collection, as bytes of a Mapbox Vector Tile.

use std::borrow::Cow;
use std::sync::Arc;

use geo::Geometry;

use super::Collection;
use super::curves::Groups;
use super::selection::{Selection, Stream};
use super::store_error::StoreError;
use crate::domain::{Datum, Feature, Value};
use crate::tiles::{Grid, Shape, Square, TileWriter};

/// More points in a tile are counted in cells.
pub const MAX_POINTS: usize = 4_096;

/// No tile is drawn from more features, counted points aside.
pub const MAX_FEATURES: usize = 100_000;

/// So many points are worth a curve.
const MANY_POINTS: usize = 20_000;

/// How far a datum moves what it shows, at most, in degrees.
const DATUM_MARGIN_DEG: f64 = 0.05;

/// A tile that is not drawn.
#[derive(Debug, thiserror::Error)]
pub enum NoTile {
    /// It would show too much.
    #[error("the tile would show more than {MAX_FEATURES} features: ask for a higher zoom")]
    TooMany,
    /// The features are kept elsewhere and did not come.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Collection {
    /// Draws a tile; one that shows nothing has no bytes.
    ///
    /// The layer is called as the collection. A feature has the properties that it has elsewhere, but
    /// for those that are null, and always its `id`. Where more than [`MAX_POINTS`] points stand in
    /// the square, it shows where they are instead: at most one point for each cell of 128 × 128, with
    /// `count` and, where features have an `industry_group`, `count_…` for each group that is there.
    ///
    /// # Errors
    ///
    /// [`NoTile`] when it would show too much, or the features do not come.
    pub fn tile(&self, square: Square, datum: Datum) -> Result<Arc<[u8]>, NoTile> {
        let key = (square, datum);
        if let Some(tile) = self.tiles().tile(&key) {
            return Ok(tile);
        }
        let tile: Arc<[u8]> = self.drawn(square, datum)?.into();
        if self.is_held() {
            self.tiles().keep(key, Arc::clone(&tile));
        }
        Ok(tile)
    }

    fn drawn(&self, square: Square, datum: Datum) -> Result<Vec<u8>, NoTile> {
        if let Some((grid, groups)) = self.counted_on_curve(square, datum) {
            return Ok(self.cells(&grid, &groups));
        }
        let margin = if datum == Datum::Wgs84 { 0.0 } else { DATUM_MARGIN_DEG };
        let bbox = Some(square.bbox(margin));
        let selection = Selection { bbox, ..Selection::default() };
        let mut features = Vec::new();
        for feature in self.around(&selection)? {
            let feature = feature?;
            if feature.geometry.is_some() {
                features.push(feature);
            }
            if features.len() > MAX_FEATURES {
                return Err(NoTile::TooMany);
            }
        }
        let mut groups = Groups::new(self.schema());
        let mut grid = Grid::default();
        if self.is_points() && features.len() > MAX_POINTS {
            for feature in &features {
                let group = groups.number(feature);
                if let Some(at) = feature.position() {
                    grid.add_point(square, datum.from_wgs84(at), group);
                }
            }
        }
        if is_crowded(&grid) {
            return Ok(self.cells(&grid, &groups));
        }
        Ok(self.singly(&features, square, datum))
    }

    /// The features whose boxes meet a box.
    fn around<'a>(&'a self, selection: &'a Selection) -> Result<Stream<'a>, StoreError> {
        let Some(bbox) = selection.bbox.filter(|_| self.is_held()) else {
            return self.stream(selection);
        };
        let mut near = self.indexed().plane.located(&bbox);
        near.extend(self.delta().replaced_numbers());
        near.sort_unstable();
        near.dedup();
        let near = near.into_iter().filter_map(|number| self.numbered(number));
        let near = near.chain(self.delta().added());
        Ok(Box::new(near.map(|feature| Ok(Cow::Borrowed(feature.as_ref())))))
    }

    /// Counts the points of a square by their curve, when there are many; `None` when they are few
    /// enough to be shown, or no curve is worth it.
    fn counted_on_curve(&self, square: Square, datum: Datum) -> Option<(Grid, Groups)> {
        if !self.is_held() || !self.is_points() || self.len() <= MANY_POINTS {
            return None;
        }
        let curve = self.indexed().curve(self.schema(), square.set(), datum);
        let changed = self.delta().features().count();
        if curve.order.count(square) + changed <= MAX_POINTS {
            return None;
        }
        let (mut grid, mut groups) = (Grid::default(), curve.groups.clone());
        for (cell, group, count) in curve.order.cells(square) {
            grid.add(cell, group, count.cast_signed());
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
        is_crowded(&grid).then_some((grid, groups))
    }

    fn singly(&self, features: &[Cow<'_, Feature>], square: Square, datum: Datum) -> Vec<u8> {
        let mut layer = TileWriter::new(&self.about().id);
        let draw = |geometry: &Geometry<f64>| Shape::of(geometry, square, datum);
        for feature in features {
            let shapes = feature.geometry.as_ref().map(draw).unwrap_or_default();
            if shapes.is_empty() {
                continue;
            }
            let id = Value::Text(feature.id.as_str().to_owned());
            let fields = self.schema().fields().iter().zip(&feature.values);
            let fields = fields.map(|(field, value)| (field.name.as_str(), value));
            for shape in &shapes {
                let fields = fields.clone().filter(|(name, _)| *name != "id");
                let properties = std::iter::once(("id", &id)).chain(fields);
                layer.add(Some(feature.id.as_str()), shape, properties);
            }
        }
        layer.finish()
    }

    fn cells(&self, grid: &Grid, groups: &Groups) -> Vec<u8> {
        let mut layer = TileWriter::new(&self.about().id);
        for (cell, counts) in grid.cells() {
            let named = counts.iter().filter_map(|(&number, &count)| {
                Some((format!("count_{}", groups.name(number)?), Value::Integer(count)))
            });
            let mut properties: Vec<_> = named.collect();
            properties.sort_by(|a, b| a.0.cmp(&b.0));
            let all = Value::Integer(counts.values().sum());
            let named = properties.iter().map(|(name, count)| (name.as_str(), count));
            let point = Shape::Points(vec![cell.middle()]);
            layer.add(None, &point, std::iter::once(("count", &all)).chain(named));
        }
        layer.finish()
    }
}

fn is_crowded(grid: &Grid) -> bool {
    usize::try_from(grid.count()).is_ok_and(|count| count > MAX_POINTS)
}
