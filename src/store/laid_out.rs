//! Points laid out in memory as they lie on the map.
//!
//! Who draws a tile or reads a box reads neighbors. Where features lie in memory as they came from a
//! file, each is on pages of its own, and reading waits for memory most of the time.

use std::sync::Arc;

use rayon::iter::ParallelIterator;
use rayon::slice::{ParallelSlice, ParallelSliceMut};

use crate::domain::Feature;
use crate::tiles::{TileMatrixSet, ZOrder};

/// Fewer features lie near each other, whatever their order is.
const FEW: usize = 4_096;

/// So many neighbors are laid out by one thread.
const TOGETHER: usize = 16_384;

/// Shares features, each laid beside its neighbors; their order stays.
pub(super) fn laid_out(features: Vec<Feature>) -> Vec<Arc<Feature>> {
    // Collected, the list would keep the room that the features had.
    let mut shared = Vec::with_capacity(features.len());
    if features.len() <= FEW || features.iter().any(|feature| feature.shape().is_some()) {
        shared.extend(features.into_iter().map(Arc::new));
        return shared;
    }
    let copied = |number: &u32| (*number, Arc::new(features[*number as usize].clone()));
    let numbers = along_the_curve(&features);
    let mut laid: Vec<(u32, Arc<Feature>)> =
        numbers.par_chunks(TOGETHER).flat_map_iter(|some| some.iter().map(copied)).collect();
    laid.par_sort_unstable_by_key(|(number, _)| *number);
    shared.extend(laid.into_iter().map(|(_, feature)| feature));
    shared
}

/// The numbers of features along the curve of tiles; those that stand nowhere come last.
fn along_the_curve(features: &[Feature]) -> Vec<u32> {
    let points = || (0u32..).zip(features).map(|(number, feature)| (number, feature.position()));
    let placed = points().filter_map(|(number, at)| Some((at?, number, 0)));
    let order = ZOrder::new(TileMatrixSet::WebMercatorQuad, placed);
    let nowhere = points().filter(|(_, at)| at.is_none()).map(|(number, _)| number);
    order.numbers().chain(nowhere).collect()
}
