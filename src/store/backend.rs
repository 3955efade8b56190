//! What a store must be able to do; one file for each kind of it.

use super::collection::Collection;
use super::edit::{Author, Done, Edit, EditError, Stored};
use super::history::Past;
use super::kept::Kept;
use super::putting::{Decision, Provenance, Putting};
use super::store_error::StoreError;
use super::tokens::Token;

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

    /// Reads a collection to be served: one that is too large for memory answers from where it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn collection(&mut self, id: &str) -> Result<Option<Collection>, StoreError> {
        let Some(Stored { about, schema, rows }) = self.load(id)? else { return Ok(None) };
        Ok(Some(Collection::of_rows(about, schema, rows)?))
    }

    /// The collections that are shown and not kept here: tables of others, each with what tells one
    /// state of it from another.
    fn published(&mut self) -> Vec<(String, i64)> {
        Vec::new()
    }

    /// Says what became of a bundled list since the store was filled from it; `None` when it is not
    /// there.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn bundled(&mut self, id: &str) -> Result<Option<Bundled>, StoreError>;

    /// Puts a collection in as a whole. What stood there before is kept aside, so that this can be
    /// undone; a list that comes with the program keeps nothing, for the program has it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; then the store is as it was, as it is when the inner result is an error.
    fn put_collection(
        &mut self,
        collection: &Collection,
        how: &Putting,
    ) -> Result<Result<Done, EditError>, StoreError>;

    /// Takes a collection out as a whole; that can be undone.
    ///
    /// # Errors
    ///
    /// As [`Backend::put_collection`].
    fn remove_collection(
        &mut self,
        _id: &str,
        _by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        Err(StoreError::Unsupported("remove a collection"))
    }

    /// Where the collections come from, by their ids.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn provenance(&mut self) -> Result<Vec<(String, Provenance)>, StoreError> {
        Ok(Vec::new())
    }

    /// What people decided about the places of a collection.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn decisions(&mut self, _id: &str) -> Result<Vec<Decision>, StoreError> {
        Ok(Vec::new())
    }

    /// Keeps what a job did, with its result; only the last of them are kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be kept.
    fn keep_job(&mut self, _job: &Kept) -> Result<(), StoreError> {
        Err(StoreError::Unsupported("keep results"))
    }

    /// The job of an id, if it is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn job(&mut self, _id: &str) -> Result<Option<Kept>, StoreError> {
        Ok(None)
    }

    /// Forgets a job and its result; says whether it was kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be kept.
    fn forget_job(&mut self, _id: &str) -> Result<bool, StoreError> {
        Ok(false)
    }

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

    /// The tokens, revoked ones among them, in the order in which they were made.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn tokens(&mut self) -> Result<Vec<Token>, StoreError> {
        Ok(Vec::new())
    }

    /// Adds a token.
    ///
    /// # Errors
    ///
    /// [`StoreError::TokenExists`] when one has its name.
    fn add_token(&mut self, _token: &Token) -> Result<(), StoreError> {
        Err(StoreError::Unsupported("keep tokens"))
    }

    /// Takes a token back; says whether there was a valid one of the name.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be kept.
    fn revoke_token(&mut self, _name: &str, _at: &str) -> Result<bool, StoreError> {
        Err(StoreError::Unsupported("keep tokens"))
    }

    /// Names the collections that are shown only to who has a token for them.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn private(&mut self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    /// Makes a collection private or open; says whether there is one of the id.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when that cannot be kept.
    fn set_private(&mut self, _id: &str, _is_private: bool) -> Result<bool, StoreError> {
        Err(StoreError::Unsupported("keep collections private"))
    }

    /// The last edits of a collection, the newest first.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the store cannot be read.
    fn history(&mut self, _collection: &str, _limit: usize) -> Result<Vec<Past>, StoreError> {
        Err(StoreError::Unsupported("tell its history"))
    }

    /// Undoes the last edit of a collection that still stands, by an edit of its own.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when nothing could be made to last; then the store is as it was.
    fn undo(
        &mut self,
        _collection: &str,
        _by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        Err(StoreError::Unsupported("undo an edit"))
    }
}

/// Tells how a collection hangs together with the list that comes with the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundled {
    /// The checksum of the list that it was filled from; `None` when it never was.
    pub checksum: Option<String>,
    /// Whether it has been edited since; `None` when it was never filled.
    pub is_edited: Option<bool>,
}
