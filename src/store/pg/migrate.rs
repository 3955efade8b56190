//! From an older layout of the tables to the newest, in one transaction, by whoever comes first.

use super::failure::Failure;
use super::layout::{ADVISORY_LOCK, LAYOUT, TABLES, nearest_index};
use super::server::Server;
use super::session::Session;
use crate::store::store_error::StoreError;

/// One step to the next layout.
type Step = fn(&mut Session) -> Result<(), Failure>;

/// What brings layout 1 to 2, 2 to 3 and so on, in this order.
const STEPS: [Step; 2] = [index_points, add_papers];

impl Session {
    /// Makes the tables of a new database, brings those of an older program up, and refuses those of
    /// a newer one. Who may only read finds an older layout as it is.
    pub(super) fn prepare_tables(&mut self, server: &Server) -> Result<(), Failure> {
        let found = self.layout(server)?;
        if found.is_none_or(|found| found < LAYOUT && self.may_write()) {
            self.atomically("BEGIN; SET LOCAL lock_timeout = '2min'", |work| {
                work.execute("SELECT pg_advisory_xact_lock($1)", &[&ADVISORY_LOCK])?;
                let now = work.layout(server)?; // another instance may have been first
                if now.is_none() {
                    work.run(TABLES)?;
                    work.run("INSERT INTO jidi.meta VALUES ('layout', '1')")?;
                }
                work.take_steps(now.unwrap_or(1))
            })?;
        }
        match found {
            Some(found) if found > LAYOUT => {
                let store = server.name().to_owned();
                Err(StoreError::Newer { store, found, known: LAYOUT }.into())
            }
            _ => Ok(()),
        }
    }

    fn take_steps(&mut self, from: i64) -> Result<(), Failure> {
        let done = usize::try_from(from - 1).unwrap_or(0);
        for step in STEPS.iter().skip(done) {
            step(self)?;
        }
        let sql = "UPDATE jidi.meta SET value = $1 WHERE key = 'layout' AND value::bigint < $2";
        self.execute(sql, &[&LAYOUT.to_string(), &LAYOUT])?;
        Ok(())
    }

    /// The layout of the tables; `None` when there are none.
    fn layout(&mut self, server: &Server) -> Result<Option<i64>, Failure> {
        let sql = "SELECT to_regnamespace('jidi') IS NOT NULL, EXISTS (SELECT FROM pg_class WHERE relname = 'meta' AND relnamespace = to_regnamespace('jidi'))";
        let Some(row) = self.row(sql, &[])? else { return Ok(None) };
        match (row.get(0), row.get(1)) {
            (false, _) => Ok(None),
            (true, false) => Err(StoreError::SchemaTaken(server.name().to_owned()).into()),
            (true, true) => {
                let row = self.row("SELECT value FROM jidi.meta WHERE key = 'layout'", &[])?;
                let text: String = row.map(|row| row.get(0)).unwrap_or_default();
                Ok(Some(text.parse().unwrap_or(0)))
            }
        }
    }
}

/// Layout 2: the nearest of many points are found by an index.
fn index_points(work: &mut Session) -> Result<(), Failure> {
    let postgis = work.postgis().to_owned();
    for (id, _) in work.revisions()? {
        let Some(layer) = work.layer(&id)? else { continue };
        let sql = super::layout::is_points(&id, layer.geometry, &postgis);
        if work.row(&sql, &[])?.is_some_and(|row| row.get(0)) {
            work.run(&nearest_index(&id, layer.geometry, &postgis))?;
        }
    }
    Ok(())
}

/// Layout 3: what a collection was before, where it comes from, pins, results.
fn add_papers(work: &mut Session) -> Result<(), Failure> {
    work.run(
        "CREATE SCHEMA jidi_before;
         CREATE TABLE jidi.before (
           edit bigint PRIMARY KEY, kept text, id text NOT NULL, title text, title_zh text,
           description text, description_zh text, data_as_of text, licence text, attribution text,
           next_number bigint, bundled text, bundled_revision bigint, is_private boolean);
         CREATE TABLE jidi.provenance (
           edit bigint PRIMARY KEY, collection text NOT NULL, source text NOT NULL,
           sha256 text NOT NULL, bytes bigint NOT NULL, kind text NOT NULL, datum text NOT NULL,
           is_geocoded boolean NOT NULL, rows bigint NOT NULL, refused bigint NOT NULL,
           version text NOT NULL, who text NOT NULL, at text NOT NULL);
         CREATE TABLE jidi.pins (
           collection text NOT NULL, query text NOT NULL, within text NOT NULL,
           lon double precision, lat double precision, adcode text, is_candidate boolean NOT NULL,
           decided_by text NOT NULL, decided_on text NOT NULL,
           PRIMARY KEY (collection, query, within));
         CREATE TABLE jidi.results (
           number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE,
           process text NOT NULL, who text NOT NULL, status text NOT NULL, message text NOT NULL,
           created text NOT NULL, started text NOT NULL, finished text NOT NULL,
           parameters text NOT NULL, media_type text NOT NULL, result bytea NOT NULL);",
    )
}
