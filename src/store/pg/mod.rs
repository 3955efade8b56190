//! The shared store: a PostgreSQL database with PostGIS, over which several instances serve.
//!
//! Each collection is a table of its own name in the schema `jidi_data`, which any GIS reads and
//! edits; Jidi's own tables are in the schema `jidi`. Whoever changes a table, its triggers count it
//! and tell every instance.
//!
//! Where the database goes away, every call fails and says so, and the next that comes connects anew.

mod address;
mod archive;
mod cells;
mod condition;
mod counts;
mod edit;
mod failure;
mod filter;
mod history;
mod known;
mod layout;
mod migrate;
mod paging;
mod papers;
mod pool;
mod publication;
mod put;
mod read;
mod remote;
mod revisions;
mod server;
mod session;
mod shelf;
mod source;
mod survey;
mod temporal;
mod tls;
mod tokens;
mod whole;

pub use self::publication::Publication;

use std::collections::HashSet;

use self::edit::Worked;
use self::failure::Failure;
use self::pool::Readers;
use self::revisions::Revisions;
use self::server::Server;
use self::session::Session;
use self::shelf::Shelf;
use self::source::Source;
use super::backend::{Backend, Bundled};
use super::collection::Collection;
use super::edit::{Author, Done, Edit, EditError, Stored};
use super::history::Past;
use super::kept::Kept;
use super::putting::{Decision, Provenance, Putting};
use super::store_error::StoreError;
use super::tokens::Token;

/// How often the same work is begun anew where that may help.
const ATTEMPTS: u32 = 3;
/// At every so many glances the revisions are read, whatever was heard: a notification may be lost.
const GLANCES_TO_A_READING: u32 = 16;
/// So many glances at most go by before a server that is away is called again.
const MOST_GLANCES_AWAY: u32 = 40;

/// With more rows than this a collection stays in the database, unless another number is given.
pub const MAX_HELD_ROWS: u64 = 2_000_000;

/// Says which database is meant, and how it is read.
#[derive(Debug, Clone)]
pub struct Options {
    /// The address of the primary server.
    pub url: String,
    /// The addresses of replicas that take questions off it.
    pub replicas: Vec<String>,
    /// With more rows than this a collection stays in the database.
    pub max_held_rows: u64,
    /// The tables and views of others that are shown as collections.
    pub publications: Vec<Publication>,
}

impl Options {
    /// A database alone, with nothing published.
    #[must_use]
    pub fn new(url: &str) -> Self {
        let url = url.to_owned();
        Self { url, replicas: Vec::new(), max_held_rows: MAX_HELD_ROWS, publications: Vec::new() }
    }
}

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
    shelf: Shelf,
    /// Published tables that others changed.
    published_stale: Vec<String>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Postgres").field(&self.server.name()).finish()
    }
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
        Self::open_with(&Options::new(url))
    }

    /// The same, with replicas and published tables.
    ///
    /// # Errors
    ///
    /// As [`Postgres::open`]; [`StoreError::NoReplica`] and [`StoreError::Publication`] name what is
    /// wrong with those.
    pub fn open_with(options: &Options) -> Result<Self, StoreError> {
        let replicas = options.replicas.iter().map(|url| Server::new(url));
        let readers = Readers::new(Server::new(&options.url)?, replicas.collect::<Result<_, _>>()?);
        let mut store = Self {
            server: Server::new(&options.url)?,
            shelf: Shelf::new(readers, options.max_held_rows, &options.publications),
            session: None,
            is_read_only: false,
            is_new: false,
            revisions: Revisions::default(),
            glances: 0,
            misses: 0,
            published_stale: Vec::new(),
        };
        store.session()?;
        store.shelf.readers.check_replicas()?;
        store.check_published()?;
        Ok(store)
    }

    /// Holds what is published against what is there.
    fn check_published(&mut self) -> Result<(), StoreError> {
        let publications: Vec<Publication> = self.shelf.publications().cloned().collect();
        let mut ids: HashSet<String> =
            self.work(Session::revisions)?.into_iter().map(|(id, _)| id).collect();
        for publication in publications {
            let published = self.work(|session| session.published(&publication))?;
            if !ids.insert(published.about.id.clone()) {
                return Err(StoreError::PublishedTwice(published.about.id));
            }
        }
        Ok(())
    }

    /// Takes note of how far the log is, where replicas are to be held against it.
    fn see(&mut self) -> Result<(), StoreError> {
        if !self.shelf.readers.has_replicas() {
            return Ok(());
        }
        let sql = "SELECT CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_lsn() END";
        let place = self.work(|session| Ok(session.row(sql, &[])?.and_then(|row| row.get(0))))?;
        if let Some(place) = place {
            self.shelf.readers.saw(place);
        }
        Ok(())
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
            self.shelf.changed(&id);
        }
        if let Err(error) = self.see() {
            tracing::warn!(%error, "how far the log is could not be asked");
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

    fn collection(&mut self, id: &str) -> Result<Option<Collection>, StoreError> {
        if let Some(publication) = self.shelf.publication(id).cloned() {
            let published = self.work(|session| session.published(&publication))?;
            let collection = self.shelf.load(id, published)?;
            self.published_stale.retain(|stale| stale != id);
            return Ok(Some(collection));
        }
        let most = i64::try_from(self.shelf.max_held_rows).unwrap_or(i64::MAX);
        let large = self.work(|session| session.larger(id, most))?;
        if let Some((revision, about, layer)) = large {
            self.revisions.know(id, Some(revision));
            return Ok(Some(self.shelf.remote(about, Source::own(id, &layer))?));
        }
        self.shelf.is_held_now(id);
        let Some(Stored { about, schema, rows }) = self.load(id)? else { return Ok(None) };
        Ok(Some(Collection::of_rows(about, schema, rows)?))
    }

    fn published(&mut self) -> Vec<(String, i64)> {
        self.shelf.published()
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

    fn remove_collection(
        &mut self,
        id: &str,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        let removed = self.work(|session| {
            session.remove(id, by).map_or_else(|no| no.refusal().map(Err), |done| Ok(Ok(done)))
        })?;
        if removed.is_ok() {
            self.revisions.know(id, None);
        }
        Ok(removed)
    }

    fn provenance(&mut self) -> Result<Vec<(String, Provenance)>, StoreError> {
        self.work(Session::provenance)
    }

    fn decisions(&mut self, id: &str) -> Result<Vec<Decision>, StoreError> {
        self.work(|session| session.decisions(id))
    }

    fn keep_job(&mut self, job: &Kept) -> Result<(), StoreError> {
        self.work(|session| session.keep_job(job))
    }

    fn job(&mut self, id: &str) -> Result<Option<Kept>, StoreError> {
        self.work(|session| session.job(id))
    }

    fn forget_job(&mut self, id: &str) -> Result<bool, StoreError> {
        self.work(|session| session.forget_job(id))
    }

    fn commit(&mut self, edits: &[Edit]) -> Result<Vec<Result<Done, EditError>>, StoreError> {
        let worked = self.work(|session| session.batch(edits))?;
        Ok(self.counted(worked))
    }

    /// Names them until they have been loaded.
    fn take_stale(&mut self) -> Result<Vec<String>, StoreError> {
        let now = self.work(Session::revisions)?;
        self.revisions.note_all(&now);
        let stale = [self.revisions.stale(), &self.published_stale].concat();
        self.see()?;
        Ok(stale)
    }

    fn is_touched(&mut self) -> Result<bool, StoreError> {
        if self.rests() {
            return Ok(false);
        }
        let has_heard = self.work(Session::heard)?;
        for id in self.shelf.glance() {
            if !self.published_stale.contains(&id) {
                self.published_stale.push(id);
            }
        }
        let is_stale = !self.revisions.stale().is_empty() || !self.published_stale.is_empty();
        if self.shelf.has_news() || std::mem::take(&mut self.is_new) || has_heard || is_stale {
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
