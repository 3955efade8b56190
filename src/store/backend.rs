//! What a store must be able to do; one file for each kind of it.

use super::edit::{Author, Done, Edit, EditError, Stored};
use super::store_error::StoreError;

/// Keeps collections, so that they are there again after the process and the machine were not.
///
/// Whatever has returned is lasting; whatever fails has changed nothing.
pub trait Backend: Send {
    /// The collections with their revisions, in the order in which they were made.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn revisions(&mut self) -> Result<Vec<(String, i64)>, StoreError>;

    /// Reads a collection; `None` when there is none of the id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn load(&mut self, id: &str) -> Result<Option<Stored>, StoreError>;

    /// Says what became of a bundled list since the store was filled from it; `None` when it is not
    /// there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn bundled(&mut self, id: &str) -> Result<Option<Bundled>, StoreError>;

    /// Puts a collection in, or another in the place of the one of its id.
    ///
    /// `bundled`: the checksum of the list that it comes from, when it comes with the program.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; then the store is as it was.
    fn put_collection(
        &mut self,
        stored: &Stored,
        bundled: Option<&str>,
        by: &Author,
    ) -> Result<(), StoreError>;

    /// Makes edits in their order, all of them lasting when this returns; one that is refused
    /// leaves nothing and stops no other.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing could be made to last; then the store is as it was.
    fn commit(&mut self, edits: &[Edit]) -> Result<Vec<Result<Done, EditError>>, StoreError>;

    /// Names the collections that others changed since this was last asked.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn take_stale(&mut self) -> Result<Vec<String>, StoreError>;

    /// Says cheaply whether anybody else may have changed anything since this was last asked.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn is_touched(&mut self) -> Result<bool, StoreError>;

    /// Says whether the store may only be read.
    fn is_read_only(&self) -> bool;
}

/// Tells how a collection hangs together with the list that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundled {
    /// The checksum of the list that it was filled from; `None` when it never was.
    pub checksum: Option<String>,
    /// Whether it has been edited since; `None` when it was never filled.
    pub is_edited: Option<bool>,
}
