//! What a store keeps, on its way into another kind of store: a backup, or one put back.

use super::collection::Collection;
use super::edit::RequestKey;
use super::history::{Past, Trace};
use super::kept::Kept;
use super::putting::{Decision, Provenance};
use super::store_error::StoreError;
use super::tokens::Token;

/// Takes in what a store keeps: the collections, then the edits by their numbers, then results and
/// tokens.
pub(super) trait Archive {
    /// Takes a collection in.
    fn collection(&mut self, one: &Archived) -> Result<(), StoreError>;

    /// Takes an edit in, under its own number.
    fn edit(&mut self, one: &ArchivedEdit) -> Result<(), StoreError>;

    /// Takes a result in.
    fn job(&mut self, one: &Kept) -> Result<(), StoreError>;

    /// Takes a token in.
    fn token(&mut self, one: &Token) -> Result<(), StoreError>;
}

/// Holds a collection with what a store knows of it.
#[derive(Debug)]
pub(super) struct Archived {
    pub(super) collection: Collection,
    /// The number in the next id that is made.
    pub(super) next_number: i64,
    /// The checksum of the list that it comes from.
    pub(super) bundled: Option<String>,
    pub(super) bundled_revision: Option<i64>,
    pub(super) revision: i64,
    pub(super) is_private: bool,
    /// Where it comes from, with the number of the edit that brought it.
    pub(super) provenance: Option<(i64, Provenance)>,
    pub(super) decisions: Vec<Decision>,
}

/// Holds an edit with what it made of each feature.
#[derive(Debug)]
pub(super) struct ArchivedEdit {
    pub(super) past: Past,
    pub(super) collection: String,
    pub(super) key: Option<RequestKey>,
    pub(super) traces: Vec<Trace>,
}
