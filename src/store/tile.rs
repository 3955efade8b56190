//! Tiles of a collection, as bytes of a Mapbox Vector Tile.

use std::borrow::Cow;
use std::sync::Arc;

use super::Collection;
use super::curves::Groups;
use super::selection::{Selection, Stream};
use super::store_error::StoreError;
use super::tile_drawing::Drawing;
use crate::domain::{Datum, Feature, LonLat};
use crate::tiles::{Grid, Square};

pub use super::tile_size::MAX_BYTES;

/// More points in a tile are counted in cells.
pub const MAX_POINTS: usize = 4_096;

/// More features of any kind are counted in cells, too.
pub const MAX_FEATURES: usize = 100_000;

/// So many points are worth a curve.
pub(super) const MANY_POINTS: usize = 20_000;

/// How far a datum moves what it shows, at most, in degrees.
const DATUM_MARGIN_DEG: f64 = 0.05;

/// Holds what a tile is drawn from.
enum Gathered<'a> {
    Singly(Vec<Cow<'a, Feature>>),
    Counted(Grid, Groups),
}

impl Collection {
    /// Draws a tile of everything; one that shows nothing has no bytes.
    ///
    /// The layer is called as the collection. A feature has the properties that it has elsewhere, but
    /// for those that are null, and always its `id`. Where more than [`MAX_POINTS`] points stand in
    /// the square, it shows where they are instead: at most one point for each cell of 128 × 128, with
    /// `count` and, where features have an `industry_group`, `count_…` for each group that is there.
    /// So are areas and lines counted that are too small to be seen, and everything where more than
    /// [`MAX_FEATURES`] features would be drawn. What would be more than [`MAX_BYTES`] when packed is
    /// drawn coarser.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the features are kept elsewhere and do not come.
    pub fn tile(&self, square: Square, datum: Datum) -> Result<Arc<[u8]>, StoreError> {
        let key = (square, datum);
        if let Some(tile) = self.tiles().tile(&key) {
            return Ok(tile);
        }
        let tile: Arc<[u8]> = self.tile_of(square, datum, &Selection::default())?.into();
        if self.is_held() {
            self.tiles().keep(key, Arc::clone(&tile));
        }
        Ok(tile)
    }

    /// The tile of everything, if it was drawn not long ago.
    #[must_use]
    pub fn drawn_tile(&self, square: Square, datum: Datum) -> Option<Arc<[u8]>> {
        self.tiles().tile(&(square, datum))
    }

    /// Draws a tile of the features that are wanted; their box and their order do not count.
    ///
    /// # Errors
    ///
    /// As [`Collection::tile`].
    pub fn tile_of(
        &self,
        square: Square,
        datum: Datum,
        wanted: &Selection,
    ) -> Result<Vec<u8>, StoreError> {
        let drawing = Drawing { contents: self.contents(), square, datum };
        let is_all = *wanted == Selection::default();
        if is_all && let Some(tile) = self.drawn_on_curve(drawing) {
            return Ok(tile);
        }
        let selection = Selection {
            bbox: Some(square.bbox(margin_deg(datum))),
            sort: Vec::new(),
            ..wanted.clone()
        };
        let gathered = match self.counted_elsewhere(&selection, square, datum)? {
            Some(counted) => counted,
            None => self.gathered(&selection, is_all, square, datum)?,
        };
        Ok(match gathered {
            Gathered::Counted(grid, groups) => drawing.cells(grid, &groups),
            Gathered::Singly(features) => drawing.singly(&features, &Groups::new(self.schema())),
        })
    }

    /// Gathers features, or counts them when they are too many.
    fn gathered<'a>(
        &'a self,
        selection: &'a Selection,
        is_all: bool,
        square: Square,
        datum: Datum,
    ) -> Result<Gathered<'a>, StoreError> {
        let mut features: Vec<Cow<'a, Feature>> = Vec::new();
        let mut counted: Option<(Grid, Groups)> = None;
        let count = |(grid, groups): &mut (Grid, Groups), feature: &Feature| {
            let group = groups.number(feature);
            if let Some(at) = feature.middle() {
                grid.add_point(square, datum.from_wgs84(at), group);
            }
        };
        let nothing = || (Grid::default(), Groups::new(self.schema()));
        for feature in self.around(selection, is_all)? {
            let feature = feature?;
            if !feature.is_placed() {
                continue;
            }
            if let Some(counted) = &mut counted {
                count(counted, &feature);
                continue;
            }
            features.push(feature);
            if features.len() > MAX_FEATURES {
                let mut counting = nothing();
                features.drain(..).for_each(|feature| count(&mut counting, &feature));
                counted = Some(counting);
            }
        }
        if let Some((grid, groups)) = counted {
            let is_over = !self.is_points() || is_crowded(&grid);
            return if is_over {
                Ok(Gathered::Counted(grid, groups))
            } else {
                // Most stand beside the square: the few within are wanted singly after all.
                Ok(Gathered::Singly(self.within(selection, is_all, square, datum)?))
            };
        }
        if self.is_points() && features.len() > MAX_POINTS {
            let mut counting = nothing();
            for feature in &features {
                count(&mut counting, feature);
            }
            if is_crowded(&counting.0) {
                return Ok(Gathered::Counted(counting.0, counting.1));
            }
        }
        Ok(Gathered::Singly(features))
    }

    /// The points in the square itself.
    fn within<'a>(
        &'a self,
        selection: &'a Selection,
        is_all: bool,
        square: Square,
        datum: Datum,
    ) -> Result<Vec<Cow<'a, Feature>>, StoreError> {
        let is_within = |at: LonLat| square.unit_of(datum.from_wgs84(at)).is_some();
        let within = self.around(selection, is_all)?.filter(|feature| {
            feature.as_ref().map_or(true, |feature| feature.position().is_some_and(is_within))
        });
        within.collect()
    }

    /// The features that a selection wants, or where it wants all, those whose boxes meet its box.
    fn around<'a>(
        &'a self,
        selection: &'a Selection,
        is_all: bool,
    ) -> Result<Stream<'a>, StoreError> {
        let Some(bbox) = selection.bbox.filter(|_| is_all && self.is_held()) else {
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

    /// Counts where the features are kept, when they are too many to come; what SQL cannot say of a filter
    /// comes all the same, and is counted on its way.
    fn counted_elsewhere(
        &self,
        selection: &Selection,
        square: Square,
        datum: Datum,
    ) -> Result<Option<Gathered<'_>>, StoreError> {
        let Some(remote) = self.distant() else { return Ok(None) };
        let most = if self.is_points() { MAX_POINTS } else { MAX_FEATURES };
        let mut groups = Groups::new(self.schema());
        let Some(counts) = remote.counts(selection, (square, datum), groups.field(), most)? else {
            return Ok(None);
        };
        let mut grid = Grid::default();
        for count in counts {
            let group = count.group.map_or(0, |name| groups.numbered(&name));
            grid.add(count.cell, group, count.count);
        }
        let is_over = !self.is_points() || is_crowded(&grid);
        Ok(is_over.then_some(Gathered::Counted(grid, groups)))
    }

    /// The groups that cells count apart, in the order of their names; none for a collection that is
    /// not held.
    #[must_use]
    pub fn counted_groups(&self) -> Vec<String> {
        let mut groups = Groups::new(self.schema());
        if groups.field().is_some() && self.is_points() {
            if self.is_held() && self.len() > MANY_POINTS {
                let set = crate::tiles::TileMatrixSet::WebMercatorQuad;
                groups = self.indexed().curve(self.schema(), set, Datum::Wgs84).groups.clone();
                self.delta().features().for_each(|feature| _ = groups.number(feature));
            } else {
                self.features().for_each(|feature| _ = groups.number(feature));
            }
        }
        let mut names = groups.names().to_vec();
        names.sort_unstable();
        names
    }
}

/// How far beyond a square a feature may stand that a datum shows in it.
pub(super) fn margin_deg(datum: Datum) -> f64 {
    if datum == Datum::Wgs84 { 0.0 } else { DATUM_MARGIN_DEG }
}

pub(super) fn is_crowded(grid: &Grid) -> bool {
    usize::try_from(grid.count()).is_ok_and(|count| count > MAX_POINTS)
}
