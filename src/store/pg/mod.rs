//! The shared store: a PostgreSQL database with PostGIS, over which several instances serve.
//!
//! Each collection is a table of its own name in the schema `jidi_data`, which any GIS reads and
//! edits; Jidi's own tables are in the schema `jidi`. Whoever changes a table, its triggers count it
//! and tell every instance.
//!
//! Where the database goes away, every call fails and says so, and the next that comes connects anew.

mod cells;
mod edit;
mod failure;
mod history;
mod layout;
mod put;
mod read;
mod revisions;
mod server;
mod session;
mod tokens;

use self::edit::Worked;
use self::failure::Failure;
use self::revisions::Revisions;
use self::server::Server;
use self::session::Session;
use super::backend::{Backend, Bundled};
use super::collection::Collection;
use super::edit::{Author, Done, Edit, EditError, Stored};
use super::history::Past;
use super::putting::Putting;
use super::store_error::StoreError;
use super::tokens::Token;

/// How often the same work is begun anew where that may help.
const ATTEMPTS: u32 = 3;
/// At every so many glances the revisions are read, whatever was heard: a notification may be lost.
const GLANCES_TO_A_READING: u32 = 16;
/// So many glances at most go by before a server that is away is called again.
const MOST_GLANCES_AWAY: u32 = 40;

/// Holds the connection to the database, or waits to have it again.
///
/// It waits for the network and must not be used, nor dropped, on the threads of an async runtime.
pub struct Postgres {
    server: Server,
    session: Option<Session>,
    is_read_only: bool,
    /// Whether the connection is new, so that nobody heard what was told before.
    is_new: bool,
    revisions: Revisions,
    glances: u32,
    /// How often in a row the server could not be reached.
    misses: u32,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Postgres").field(&self.server.name()).finish()
    }
}

/// Opens the database at an address, `postgres://user:password@host:port/database`.
///
/// # Errors
///
/// As [`Postgres::open`].
pub fn open(url: &str) -> Result<Postgres, StoreError> {
    Postgres::open(url)
}

impl Postgres {
    /// Opens the database at an address, `postgres://user:password@host:port/database`, and makes its
    /// tables when it has none; one that may only be read is opened for that.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when the address is none, the server is out of reach, the user is not let in, or
    /// the database is missing, has no PostGIS, or was made by a newer version of this program.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let mut store = Self {
            server: Server::new(url)?,
            session: None,
            is_read_only: false,
            is_new: false,
            revisions: Revisions::default(),
            glances: 0,
            misses: 0,
        };
        store.session()?;
        Ok(store)
    }

    /// Host, port and database.
    #[must_use]
    pub fn name(&self) -> &str {
        self.server.name()
    }

    /// The connection; a new one where it was lost.
    fn session(&mut self) -> Result<&mut Session, StoreError> {
        let session = match self.session.take().filter(|session| !session.is_closed()) {
            Some(session) => session,
            None => match Session::open(&self.server) {
                Ok(session) => {
                    self.is_new = true;
                    session
                }
                Err(failure) => {
                    self.misses += 1;
                    self.glances = 0;
                    return Err(self.server.explain(failure));
                }
            },
        };
        self.misses = 0;
        self.is_read_only = session.is_read_only();
        Ok(self.session.insert(session))
    }

    /// Does a piece of work, again where it was not done for a reason that passes.
    fn work<T>(
        &mut self,
        work: impl Fn(&mut Session) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let mut attempt = 1;
        loop {
            let session = self.session()?;
            let failure = match work(session) {
                Ok(done) => return Ok(done),
                Err(failure) => failure,
            };
            session.forget();
            if failure.is_cut_off() {
                self.session = None;
            }
            if attempt == ATTEMPTS || !failure.may_pass() {
                return Err(self.server.explain(failure));
            }
            attempt += 1;
        }
    }

    /// Takes note of the revisions that work of ours began with and left.
    fn counted<T>(&mut self, worked: Worked<T>) -> T {
        self.revisions.note(&worked.before);
        for (id, revision) in worked.after {
            self.revisions.made(&id, revision);
        }
        worked.result
    }

    /// Says whether a server that is away is to be left alone at this glance: twice as long after
    /// each time that it was not reached.
    fn rests(&mut self) -> bool {
        let is_away = self.session.is_none() && self.misses > 0;
        self.glances += 1;
        is_away && self.glances < 2_u32.saturating_pow(self.misses).min(MOST_GLANCES_AWAY)
    }
}

impl Backend for Postgres {
    fn revisions(&mut self) -> Result<Vec<(String, i64)>, StoreError> {
        self.work(Session::revisions)
    }

    fn load(&mut self, id: &str) -> Result<Option<Stored>, StoreError> {
        let found = self.work(|session| session.collection(id))?;
        self.revisions.know(id, found.as_ref().map(|(revision, _)| *revision));
        Ok(found.map(|(_, stored)| stored))
    }

    fn bundled(&mut self, id: &str) -> Result<Option<Bundled>, StoreError> {
        self.work(|session| session.bundled(id))
    }

    fn put_collection(
        &mut self,
        collection: &Collection,
        how: &Putting,
    ) -> Result<Result<Done, EditError>, StoreError> {
        let put = self.work(|session| {
            session.put(collection, how).map_or_else(|no| no.refusal().map(Err), |put| Ok(Ok(put)))
        })?;
        Ok(put.map(|(revision, done)| {
            if revision.is_some() {
                self.revisions.know(&collection.about().id, revision);
            }
            done
        }))
    }

    fn commit(&mut self, edits: &[Edit]) -> Result<Vec<Result<Done, EditError>>, StoreError> {
        let worked = self.work(|session| session.batch(edits))?;
        Ok(self.counted(worked))
    }

    /// Names them until they have been loaded.
    fn take_stale(&mut self) -> Result<Vec<String>, StoreError> {
        let now = self.work(Session::revisions)?;
        self.revisions.note_all(&now);
        Ok(self.revisions.stale().to_vec())
    }

    fn is_touched(&mut self) -> Result<bool, StoreError> {
        if self.rests() {
            return Ok(false);
        }
        let has_heard = self.work(Session::heard)?;
        if std::mem::take(&mut self.is_new) || has_heard || !self.revisions.stale().is_empty() {
            return Ok(true);
        }
        if self.glances >= GLANCES_TO_A_READING {
            self.glances = 0;
            return Ok(!self.take_stale()?.is_empty());
        }
        Ok(false)
    }

    fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    fn tokens(&mut self) -> Result<Vec<Token>, StoreError> {
        self.work(Session::tokens)
    }

    fn add_token(&mut self, token: &Token) -> Result<(), StoreError> {
        self.work(|session| session.add_token(token))
    }

    fn revoke_token(&mut self, name: &str, at: &str) -> Result<bool, StoreError> {
        self.work(|session| session.revoke_token(name, at))
    }

    fn private(&mut self) -> Result<Vec<String>, StoreError> {
        self.work(Session::private)
    }

    fn set_private(&mut self, id: &str, is_private: bool) -> Result<bool, StoreError> {
        self.work(|session| session.set_private(id, is_private))
    }

    fn history(&mut self, collection: &str, limit: usize) -> Result<Vec<Past>, StoreError> {
        self.work(|session| session.history(collection, limit))
    }

    fn undo(
        &mut self,
        collection: &str,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        let worked = self.work(|session| session.undo(collection, by))?;
        Ok(self.counted(worked))
    }
}
