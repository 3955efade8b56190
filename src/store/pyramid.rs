//! All tiles of a collection, for files that hold every one.

use std::borrow::Cow;
use std::io;

use rayon::prelude::*;

use super::Collection;
use super::collection::InvalidCollection;
use super::selection::Selection;
use super::store_error::StoreError;
use super::tile::{MAX_POINTS, margin_deg};
use crate::domain::{Datum, Feature};
use crate::formats::pmtiles::{self, Archive, Cover};
use crate::formats::tile_json::{self, Layer, Words};
use crate::tiles::{Square, TileMatrixSet};

/// The highest zoom that an archive has.
pub const MAX_ZOOM: u8 = 16;

/// Unless asked otherwise, the highest zoom of areas, where a unit is 10 m, and the least of points.
const USUAL_ZOOM: u8 = 10;

/// Unless asked otherwise, no zoom above this is for crowded points.
const CROWDED_ZOOM: u8 = 14;

/// So many tiles of one zoom are too many for a file.
const MAX_SQUARES: usize = 4_000_000;

/// How many tiles are drawn before those drawn are written.
const PART: usize = 256;

const SET: TileMatrixSet = TileMatrixSet::WebMercatorQuad;

/// An archive that is not made.
#[derive(Debug, thiserror::Error)]
pub enum NoArchive {
    /// There would be too many tiles.
    #[error("zoom {0} would have more than {MAX_SQUARES} tiles: ask for a lower --max-zoom")]
    TooMany(u8),
    /// The features did not come.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The features that are wanted make no collection.
    #[error(transparent)]
    Invalid(#[from] InvalidCollection),
    /// Nothing of the collection can be shown.
    #[error("no feature that is wanted has a geometry: there are no tiles to write")]
    Nothing,
    /// The file to write to, or to wait in, is not written.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Tells what became an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// How many tiles there are.
    pub tiles: u64,
    /// Up to which zoom.
    pub max_zoom: u8,
}

impl Collection {
    /// The collection of those of its features that are wanted, held in memory.
    ///
    /// # Errors
    ///
    /// [`NoArchive`] when they do not come.
    pub fn narrowed(&self, wanted: &Selection) -> Result<Cow<'_, Self>, NoArchive> {
        if self.is_held() && *wanted == Selection::default() {
            return Ok(Cow::Borrowed(self));
        }
        let features = self.stream(wanted)?.map(|feature| feature.map(Cow::into_owned));
        let features: Vec<Feature> = features.collect::<Result<_, _>>()?;
        Ok(Cow::Owned(Self::new(self.about().clone(), self.schema().clone(), features)?))
    }

    /// Writes all tiles of web maps, from zoom 0 on, as a `PMTiles` archive.
    ///
    /// Without `max_zoom` it goes to zoom 10, and with points on to the first zoom at which all are
    /// shown singly, at most 14.
    ///
    /// # Errors
    ///
    /// [`NoArchive`] when there is nothing to show, too much, or the writer reports something.
    pub fn write_pmtiles(
        &self,
        out: &mut dyn io::Write,
        datum: Datum,
        max_zoom: Option<u8>,
    ) -> Result<Written, NoArchive> {
        let mut archive = Archive::new()?;
        let mut squares = vec![Square::new(SET, 0, 0, 0).map_err(io::Error::other)?];
        let mut z = 0;
        loop {
            self.add_tiles(&mut archive, &squares, datum)?;
            if max_zoom.map_or_else(|| self.is_fine(&squares, z, datum), |last| z >= last) {
                break;
            }
            z += 1;
            squares = self.next(&squares, z, datum)?;
        }
        if archive.is_empty() {
            return Err(NoArchive::Nothing);
        }
        let (about, groups) = (self.about(), self.counted_groups());
        let layer = Layer { contents: self.contents(), groups: &groups, max_zoom: z };
        let (description, attribution) = (&about.description, &about.attribution);
        let metadata = tile_json::metadata(layer, Words { description, attribution, datum });
        let written = Written { tiles: archive.len(), max_zoom: z };
        archive.finish(out, Cover { max_zoom: z, extent: self.extent(), metadata: &metadata })?;
        Ok(written)
    }

    /// Draws some squares of one zoom on all cores, and adds what they show in their order.
    fn add_tiles(
        &self,
        archive: &mut Archive,
        squares: &[Square],
        datum: Datum,
    ) -> Result<(), NoArchive> {
        let all = Selection::default();
        for part in squares.chunks(PART) {
            let draw = |square: &Square| match self.tile_of(*square, datum, &all) {
                Ok(tile) => Ok((id(*square), tile)),
                Err(error) => Err(NoArchive::Io(io::Error::other(error))),
            };
            let drawn: Vec<_> = part.par_iter().map(draw).collect::<Result<_, _>>()?;
            let shown = drawn.par_iter().filter(|(_, tile)| !tile.is_empty());
            let packed: Vec<_> = shown.map(|(id, tile)| (*id, pmtiles::packed(tile))).collect();
            for (id, packed) in packed {
                archive.add(id, &packed)?;
            }
        }
        Ok(())
    }

    /// The squares of the next zoom that can show something, in the order of their ids.
    fn next(&self, squares: &[Square], z: u8, datum: Datum) -> Result<Vec<Square>, NoArchive> {
        let children = squares.par_iter().flat_map_iter(|square| square.children());
        let mut next: Vec<Square> =
            children.filter(|square| self.boxes_in(*square, datum) > 0).collect();
        if next.len() > MAX_SQUARES {
            return Err(NoArchive::TooMany(z));
        }
        next.sort_by_key(|square| id(*square));
        Ok(next)
    }

    /// Says whether a zoom is high enough when none is asked for.
    fn is_fine(&self, squares: &[Square], z: u8, datum: Datum) -> bool {
        let is_crowded = |square: &Square| self.boxes_in(*square, datum) > MAX_POINTS;
        let is_crowded = || self.is_points() && squares.par_iter().any(is_crowded);
        z >= USUAL_ZOOM && (z >= CROWDED_ZOOM || !is_crowded())
    }

    /// How many features can show in a square by their boxes.
    fn boxes_in(&self, square: Square, datum: Datum) -> usize {
        let located = self.indexed().plane.located(&square.bbox(margin_deg(datum))).len();
        located + self.delta().features().count()
    }
}

fn id(square: Square) -> u64 {
    pmtiles::tile_id(square.z(), square.row(), square.col())
}
