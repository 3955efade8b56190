//! Features brought near before they are read.
//!
//! The features of a page or a tile lie far apart in memory, and so do the parts of each. Who reads one
//! after the other waits for every part; who looks at many at once waits about as long as for one,
//! for no look depends on the one before.

use std::hint::black_box;

use crate::domain::{Feature, Value};

/// So many features with their parts stay near while they are read.
pub(super) const TOGETHER: usize = 128;

/// Looks at every part of some features: themselves first, for these tell where their parts are.
pub(super) fn fetch<'a>(features: impl Iterator<Item = &'a Feature> + Clone) {
    black_box(features.clone().map(|one| one.id.as_str().len()).sum::<usize>());
    let parts = |one: &Feature| {
        let first = one.id.as_str().as_bytes().first().copied().unwrap_or(0);
        let nulls = one.values.iter().filter(|value| matches!(value, Value::Null)).count();
        usize::from(first) + nulls
    };
    black_box(features.map(parts).sum::<usize>());
}
