//! The published tables, and the collections that stay in the database: what is open of them now.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;

use super::failure::Failure;
use super::pool::{Lease, Readers};
use super::publication::{Publication, Published};
use super::read::feature;
use super::remote::{Table, at_one_moment};
use super::source::{KeyKind, Source};
use crate::domain::Feature;
use crate::store::Collection;
use crate::store::collection::About;
use crate::store::remote::Remote as _;
use crate::store::store_error::StoreError;

/// At most so many rows of a published table are looked through for changes in a glance (four a
/// second), on the average: less than a tenth of what one core of a server does.
const ROWS_A_GLANCE: u64 = 20_000;
/// So many glances lie between two looks at the least.
const GLANCES_BETWEEN: u64 = 2;

/// Tells one state of a table from another.
type Mark = (i64, i64);

/// Holds the tables that answer for collections, and those that are published.
#[derive(Debug)]
pub(super) struct Shelf {
    pub(super) readers: Arc<Readers>,
    pub(super) max_held_rows: u64,
    tables: HashMap<String, Arc<Table>>,
    watched: Vec<Watched>,
}

/// A published table that is watched for changes.
#[derive(Debug)]
struct Watched {
    publication: Publication,
    id: String,
    /// What it was when it was read; `None` before, and where it stays in the database.
    known: Option<Known>,
    /// How many glances go by before the next look.
    rest: u64,
    look: Arc<Look>,
}

#[derive(Debug, Clone)]
struct Known {
    mark: Mark,
    snapshot: String,
    published: Published,
}

/// A look at a table, made on a thread of its own.
#[derive(Debug, Default)]
struct Look {
    is_running: AtomicBool,
    /// What it found: the transactions that were seen, and the state, if they were others.
    found: Mutex<Option<(String, Option<Mark>)>>,
}

impl Shelf {
    pub(super) fn new(
        readers: Arc<Readers>,
        max_held_rows: u64,
        publications: &[Publication],
    ) -> Self {
        let watched = publications.iter().map(|publication| Watched {
            id: publication.collection_id(),
            publication: publication.clone(),
            known: None,
            rest: 0,
            look: Arc::default(),
        });
        Self { readers, max_held_rows, tables: HashMap::new(), watched: watched.collect() }
    }

    /// The publication of an id.
    pub(super) fn publication(&self, id: &str) -> Option<&Publication> {
        self.watched.iter().find(|one| one.id == id).map(|one| &one.publication)
    }

    pub(super) fn publications(&self) -> impl Iterator<Item = &Publication> {
        self.watched.iter().map(|one| &one.publication)
    }

    /// The published collections, with what tells one state of each from another.
    pub(super) fn published(&self) -> Vec<(String, i64)> {
        let state =
            |one: &Watched| one.known.as_ref().map_or(0, |known| known.mark.0 ^ known.mark.1);
        self.watched.iter().map(|one| (one.id.clone(), state(one))).collect()
    }

    /// Puts a collection together that answers from the database.
    pub(super) fn remote(
        &mut self,
        about: About,
        source: Source,
    ) -> Result<Collection, StoreError> {
        let before = self.tables.get(&about.id).map(|table| table.summary());
        let (readers, schema) = (Arc::clone(&self.readers), source.schema.clone());
        let table = Table::new(readers, source, before)?;
        self.tables.insert(about.id.clone(), Arc::clone(&table));
        Ok(Collection::remote(about, schema, table)?)
    }

    /// Takes a collection as held in memory from now on, or gone.
    pub(super) fn is_held_now(&mut self, id: &str) {
        self.tables.remove(id);
    }

    /// Surveys a collection that was changed, if it stays in the database.
    pub(super) fn changed(&self, id: &str) {
        if let Some(table) = self.tables.get(id) {
            table.resurvey();
        }
    }

    /// Reads a published table: all of it, or, of a larger one, as much as describes it.
    pub(super) fn load(
        &mut self,
        id: &str,
        published: Published,
    ) -> Result<Collection, StoreError> {
        let Published { about, source, .. } = published.clone();
        let publication = self.publication(id);
        let most = publication.and_then(|one| one.max_held_rows).unwrap_or(self.max_held_rows);
        let read = self.readers.read_primary(|lease| read_whole(lease, &published, most))?;
        let known = match read {
            Some((features, mark, snapshot)) => {
                self.is_held_now(id);
                let known = Known { mark, snapshot, published };
                (in_their_order(about, source, features)?, Some(known))
            }
            None => (self.remote(about, source)?, None),
        };
        if let Some(watched) = self.watched.iter_mut().find(|one| one.id == id) {
            watched.known = known.1;
            watched.rest = GLANCES_BETWEEN;
            watched.look = Arc::default();
        }
        Ok(known.0)
    }

    /// Names the published tables that others have changed, as far as looks have found out, and has
    /// those looked at whose turn it is.
    pub(super) fn glance(&mut self) -> Vec<String> {
        let mut changed = Vec::new();
        for one in &mut self.watched {
            one.rest = one.rest.saturating_sub(1);
            match (one.known.is_some(), self.tables.get(&one.id)) {
                (true, _) if one.is_changed(&self.readers) => changed.push(one.id.clone()),
                // One that stays in the database is read anew for each answer; only what is said of
                // it as a whole grows old.
                (false, Some(table)) if one.rest == 0 => {
                    one.rest = 4 * GLANCES_BETWEEN + table.count() / ROWS_A_GLANCE;
                    table.resurvey();
                }
                _ => {}
            }
        }
        changed
    }

    /// Says whether a survey has found something new.
    pub(super) fn has_news(&self) -> bool {
        self.tables.values().filter(|table| table.takes_news()).count() > 0
    }
}

impl Watched {
    /// Says whether the table is known to have changed; looks when it is time.
    fn is_changed(&mut self, readers: &Arc<Readers>) -> bool {
        let Some(known) = &mut self.known else { return false };
        let found = self.look.found.lock().unwrap_or_else(PoisonError::into_inner).take();
        match found {
            Some((_, Some(mark))) if mark != known.mark => return true,
            Some((snapshot, _)) => known.snapshot = snapshot,
            None => {}
        }
        if self.rest == 0 && !self.look.is_running.swap(true, Ordering::AcqRel) {
            self.rest =
                GLANCES_BETWEEN.max(u64::try_from(known.mark.0).unwrap_or(0) / ROWS_A_GLANCE);
            let (look, known, readers) =
                (Arc::clone(&self.look), known.clone(), Arc::clone(readers));
            thread::spawn(move || {
                match readers.read_primary(|lease| look_at(lease, &known)) {
                    Ok(found) => {
                        *look.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
                    }
                    Err(error) => {
                        tracing::warn!(%error, "a published table could not be looked at");
                    }
                }
                look.is_running.store(false, Ordering::Release);
            });
        }
        false
    }
}

/// Looks whether a table may have changed, and if so at its state.
///
/// Where the same transactions are seen as before, every table of the server is as it was: that costs
/// nothing. Otherwise each row tells by the place where it lies and the transaction that put it there.
fn look_at(lease: &mut Lease, known: &Known) -> Result<(String, Option<Mark>), Failure> {
    at_one_moment(lease, |lease| {
        let snapshot = snapshot(lease)?;
        if known.published.is_local && snapshot == known.snapshot {
            return Ok((snapshot, None));
        }
        Ok((snapshot, Some(mark(lease, &known.published)?)))
    })
}

fn snapshot(lease: &mut Lease) -> Result<String, Failure> {
    Ok(lease.client()?.query_one("SELECT pg_current_snapshot()::text", &[])?.get(0))
}

fn mark(lease: &mut Lease, published: &Published) -> Result<Mark, Failure> {
    let (relation, stamp) = (&published.source.relation, published.stamp);
    let sql = format!(
        "SELECT count(*), coalesce(sum(hashtextextended({stamp}, 0)::numeric) % 4611686018427387904, 0)::bigint FROM {relation}"
    );
    let row = lease.client()?.query_one(&sql, &[])?;
    Ok((row.get(0), row.get(1)))
}

/// Reads a table with its state, unless it has more rows than may be held.
fn read_whole(
    lease: &mut Lease,
    published: &Published,
    most: u64,
) -> Result<Option<(Vec<Feature>, Mark, String)>, Failure> {
    let source = &published.source;
    at_one_moment(lease, |lease| {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        if has_more_rows(lease, &source.relation, most)? {
            return Ok(None);
        }
        let snapshot = snapshot(lease)?;
        let mark = mark(lease, published)?;
        Ok(Some((features(lease, source)?, mark, snapshot)))
    })
}

/// Puts a published table together in an order that its keys tell.
fn in_their_order(
    about: About,
    source: Source,
    features: Vec<Feature>,
) -> Result<Collection, StoreError> {
    if source.key.kind != KeyKind::Integer {
        return Ok(Collection::of_ids(about, source.schema, features)?);
    }
    let key = |feature: &Feature| feature.id.as_str().parse().unwrap_or(i64::MAX);
    let rows = features.into_iter().map(|feature| (key(&feature), feature)).collect();
    Ok(Collection::of_rows(about, source.schema, rows)?)
}

/// Says whether a relation has more rows than a number, without counting all of a large one.
pub(super) fn has_more_rows(lease: &mut Lease, relation: &str, most: i64) -> Result<bool, Failure> {
    let sql = format!("SELECT EXISTS (SELECT FROM {relation} OFFSET $1::bigint)");
    Ok(lease.client()?.query_one(&sql, &[&most])?.get(0))
}

fn features(lease: &mut Lease, source: &Source) -> Result<Vec<Feature>, Failure> {
    let (selected, relation, order) = (source.selected(), &source.relation, &source.key.order);
    let sql = format!("SELECT {selected} FROM {relation} ORDER BY {order}");
    let none: [&(dyn ToSql + Sync); 0] = [];
    let client = lease.client()?;
    client.batch_execute("SET LOCAL statement_timeout = 0")?;
    let mut rows = client.query_raw(&sql, none)?;
    let mut features = Vec::new();
    while let Some(row) = rows.next()? {
        features.extend(feature(&row, &source.schema)?);
    }
    Ok(features)
}
