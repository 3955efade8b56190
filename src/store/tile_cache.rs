//! Tiles that were drawn, kept while there is room.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::Datum;
use crate::tiles::Square;

/// How many bytes one generation holds.
const GENERATION_BYTES: usize = 8 * 1024 * 1024;

/// What an entry costs beside its bytes.
const ENTRY_BYTES: usize = 64;

/// What a tile is drawn from, beside the version of its collection.
pub(super) type Key = (Square, Datum);

type Tiles = HashMap<Key, Arc<[u8]>>;

/// Holds tiles of one version of a collection, in two generations: when one is full, the one before
/// is forgotten. A new version has a cache of its own, so nothing in it is ever old.
#[derive(Debug, Default)]
pub(super) struct TileCache(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    current: Tiles,
    bytes: usize,
    before: Tiles,
}

impl TileCache {
    pub(super) fn tile(&self, key: &Key) -> Option<Arc<[u8]>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tile) = all.current.get(key) {
            return Some(Arc::clone(tile));
        }
        let tile = all.before.remove(key)?;
        all.keep(*key, Arc::clone(&tile));
        Some(tile)
    }

    pub(super) fn keep(&self, key: Key, tile: Arc<[u8]>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).keep(key, tile);
    }
}

impl Generations {
    fn keep(&mut self, key: Key, tile: Arc<[u8]>) {
        let bytes = tile.len() + ENTRY_BYTES;
        if self.bytes + bytes > GENERATION_BYTES {
            self.before = std::mem::take(&mut self.current);
            self.bytes = 0;
        }
        if self.current.insert(key, tile).is_none() {
            self.bytes += bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::TileMatrixSet;

    #[test]
    fn what_is_asked_for_again_stays_and_the_rest_is_forgotten_in_bounds() {
        let cache = TileCache::default();
        let key = |col| {
            let square = Square::new(TileMatrixSet::WebMercatorQuad, 10, 0, col).unwrap();
            (square, Datum::Wgs84)
        };
        for col in 0..100 {
            cache.keep(key(col), vec![1; 1024 * 1024].into());
            assert!(cache.tile(&key(0)).is_some(), "asked for each time");
        }
        let kept = (0..100).filter(|&col| cache.tile(&key(col)).is_some()).count();
        assert!((2..=16).contains(&kept), "{kept} MiB");
    }
}
