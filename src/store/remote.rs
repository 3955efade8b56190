//! Collections that are too large to be held in memory: each question goes to where they are kept.

use std::fmt::Debug;
use std::sync::Arc;

use super::nearest::NearestQuery;
use super::page::Start;
use super::selection::Selection;
use super::store_error::StoreError;
use crate::domain::{Bbox, Datum, Feature, Value};
use crate::tiles::{Cell, Square};

/// Answers for a collection that stays in a database.
///
/// It waits for the network, so it is not asked on the threads of an async runtime.
pub trait Remote: Debug + Send + Sync {
    /// What is known of the collection as a whole, as of the last time that it was surveyed.
    fn summary(&self) -> Arc<Summary>;

    /// Finds a feature by its id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the database does not answer.
    fn feature(&self, id: &str) -> Result<Option<Feature>, StoreError>;

    /// Says whether a text can be the key of a row, as tokens carry it.
    fn is_key(&self, text: &str) -> bool;

    /// Counts the features that are wanted, and reads those of a page and one more, each with the key
    /// of its row; backwards where the page ends at its place. All is as of one moment.
    ///
    /// # Errors
    ///
    /// As [`Remote::feature`].
    fn page(
        &self,
        selection: &Selection,
        start: &Start,
        limit: usize,
    ) -> Result<(usize, Vec<(String, Feature)>), StoreError>;

    /// Reads every feature that is wanted, a part at a time, all as of one moment.
    ///
    /// # Errors
    ///
    /// As [`Remote::feature`].
    fn stream(&self, selection: &Selection) -> Result<Features, StoreError>;

    /// Counts what is wanted in each cell of a square, as a datum shows it: each feature where the middle of the box around
    /// the first part of its geometry is, see [`Feature::middle`], and each value of a field apart.
    /// `None` when no more than `most` are wanted, which had better come, or when the filter cannot
    /// be asked for.
    ///
    /// # Errors
    ///
    /// As [`Remote::feature`].
    fn counts(
        &self,
        selection: &Selection,
        place: (Square, Datum),
        field: Option<usize>,
        most: usize,
    ) -> Result<Option<Vec<CellCount>>, StoreError>;

    /// Gathers the features that can be among the nearest: those that are, and few others.
    ///
    /// # Errors
    ///
    /// As [`Remote::feature`].
    fn near(&self, query: &NearestQuery<'_>) -> Result<Vec<Feature>, StoreError>;
}

/// Tells how many features of a group are in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellCount {
    /// The cell.
    pub cell: Cell,
    /// The group; `None` for features without one.
    pub group: Option<String>,
    /// How many.
    pub count: i64,
}

/// Features on their way from a database.
pub type Features = Box<dyn Iterator<Item = Result<Feature, StoreError>> + Send>;

/// Tells what a collection is as a whole.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// How many features there are.
    pub count: usize,
    /// Whether every geometry is a point.
    pub is_points: bool,
    /// The box around the geometries; `None` without any.
    pub extent: Option<Bbox>,
    /// The first and the last time; `None` without any.
    pub times: Option<(Value, Value)>,
    /// For each field, whether a feature has no value for it.
    pub has_nulls: Vec<bool>,
}
