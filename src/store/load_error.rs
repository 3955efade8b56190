//! Why the geodata cannot be loaded.

use super::collection::InvalidCollection;
use super::geodata::GeodataError;
use super::store_error::StoreError;
use crate::formats::table::InvalidTable;
use crate::formats::topojson::InvalidTopology;

/// Geodata that cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file is missing or unreadable.
    #[error(transparent)]
    Geodata(#[from] GeodataError),
    /// A table is broken.
    #[error(transparent)]
    Table(#[from] InvalidTable),
    /// Features make no collection.
    #[error(transparent)]
    Collection(#[from] InvalidCollection),
    /// The boundaries are broken.
    #[error("{file}: {error}; start with --boundaries none to do without")]
    Boundaries {
        /// The file.
        file: String,
        /// What is wrong with it.
        error: InvalidTopology,
    },
    /// The boundaries hold no unit of a level.
    #[error(
        "no area of the object `{0}` has an adcode that the gazetteer knows; start with --boundaries none to do without"
    )]
    NoKnownArea(String),
    /// Two lines of `collections.csv` share an id.
    #[error("collections.csv: two collections have the id `{0}`")]
    TwoCollections(String),
    /// The store cannot be read or filled.
    #[error(transparent)]
    Store(#[from] StoreError),
}
