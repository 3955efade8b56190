//! One connection, with the statements that are prepared on it.

use std::collections::HashMap;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;
use postgres::{Client, Row, Statement};

use super::failure::Failure;
use super::layout::{ADVISORY_LOCK, CHANNEL, LAYOUT, TABLES};
use super::server::Server;
use crate::store::store_error::StoreError;

/// How long another program may hold a row, and how long this one may hold it and do nothing; and an
/// acknowledged edit is on the disk, whatever else is usual in the database.
const MANNERS: &str = "
SET client_min_messages = warning;
SET lock_timeout = '5s';
SET idle_in_transaction_session_timeout = '30s';
SELECT set_config('synchronous_commit', 'on', false)
  WHERE current_setting('synchronous_commit') = 'off';
";

/// How long is listened for what was told.
const A_MOMENT: Duration = Duration::from_millis(1);

/// Arguments of a statement.
pub(super) type Args<'a> = &'a [&'a (dyn ToSql + Sync)];

/// Holds an open connection.
pub(super) struct Session {
    client: Client,
    statements: HashMap<String, Statement>,
    is_read_only: bool,
    /// The server's number for the connection, which its own notifications bear.
    number: i32,
    /// The schema in which PostGIS is installed.
    postgis: String,
}

impl Session {
    /// Connects, makes what is missing, and begins to listen.
    pub(super) fn open(server: &Server) -> Result<Self, Failure> {
        let mut client = server.connect()?;
        client.batch_execute(MANNERS)?;
        let sql = "SELECT pg_backend_pid(), current_setting('transaction_read_only') = 'on'";
        let row = client.query_one(sql, &[])?;
        let (number, is_standby): (i32, bool) = (row.get(0), row.get(1));
        let sql = "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'";
        let postgis = client.query_opt(sql, &[])?.map(|row| row.get(0));
        let postgis = postgis.ok_or_else(|| StoreError::NoPostgis(server.name().to_owned()))?;
        let statements = HashMap::new();
        let mut session = Self { client, statements, is_read_only: is_standby, number, postgis };
        session.prepare_tables(server)?;
        if !is_standby {
            let sql = "SELECT has_table_privilege('jidi.edits', 'INSERT')";
            session.is_read_only = !session.client.query_one(sql, &[])?.get::<_, bool>(0);
            session.client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
        }
        Ok(session)
    }

    /// Makes the tables of a new database, and holds an old one against what is known.
    fn prepare_tables(&mut self, server: &Server) -> Result<(), Failure> {
        let mut layout = self.layout(server)?;
        if layout.is_none() {
            layout = self.atomically("BEGIN", |work| {
                work.client.execute("SELECT pg_advisory_xact_lock($1)", &[&ADVISORY_LOCK])?;
                if let Some(made_meanwhile) = work.layout(server)? {
                    return Ok(Some(made_meanwhile));
                }
                work.client.batch_execute(TABLES)?;
                let sql = "INSERT INTO jidi.meta VALUES ('layout', $1)";
                work.client.execute(sql, &[&LAYOUT.to_string()])?;
                Ok(Some(LAYOUT))
            })?;
        }
        match layout {
            Some(found) if found > LAYOUT => {
                let store = server.name().to_owned();
                Err(StoreError::Newer { store, found, known: LAYOUT }.into())
            }
            _ => Ok(()),
        }
    }

    /// The layout of the tables; `None` when there are none.
    fn layout(&mut self, server: &Server) -> Result<Option<i64>, Failure> {
        let sql = "SELECT to_regnamespace('jidi') IS NOT NULL, EXISTS (SELECT FROM pg_class WHERE relname = 'meta' AND relnamespace = to_regnamespace('jidi'))";
        let row = self.client.query_one(sql, &[])?;
        match (row.get(0), row.get(1)) {
            (false, _) => Ok(None),
            (true, false) => Err(StoreError::SchemaTaken(server.name().to_owned()).into()),
            (true, true) => {
                let sql = "SELECT value FROM jidi.meta WHERE key = 'layout'";
                let row = self.client.query_opt(sql, &[])?;
                let text: String = row.map(|row| row.get(0)).unwrap_or_default();
                Ok(Some(text.parse().unwrap_or(0)))
            }
        }
    }

    /// Does a piece of work whole or not at all.
    pub(super) fn atomically<T>(
        &mut self,
        begin: &str,
        work: impl FnOnce(&mut Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        self.client.batch_execute(begin)?;
        match work(self) {
            Ok(done) => {
                self.client.batch_execute("COMMIT").map_err(Failure::at_commit)?;
                Ok(done)
            }
            Err(failure) => {
                let _ = self.client.batch_execute("ROLLBACK");
                Err(failure)
            }
        }
    }

    /// Runs statements that have no arguments.
    pub(super) fn run(&mut self, sql: &str) -> Result<(), Failure> {
        Ok(self.client.batch_execute(sql)?)
    }

    pub(super) fn execute(&mut self, sql: &str, args: Args<'_>) -> Result<u64, Failure> {
        let statement = self.prepared(sql)?;
        Ok(self.client.execute(&statement, args)?)
    }

    pub(super) fn rows(&mut self, sql: &str, args: Args<'_>) -> Result<Vec<Row>, Failure> {
        let statement = self.prepared(sql)?;
        Ok(self.client.query(&statement, args)?)
    }

    pub(super) fn row(&mut self, sql: &str, args: Args<'_>) -> Result<Option<Row>, Failure> {
        let statement = self.prepared(sql)?;
        Ok(self.client.query_opt(&statement, args)?)
    }

    /// Prepares a statement once.
    pub(super) fn prepared(&mut self, sql: &str) -> Result<Statement, Failure> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Forgets the statements: the tables that they were prepared for may be others now.
    pub(super) fn forget(&mut self) {
        self.statements.clear();
    }

    /// Says whether another connection told of a change since this was last asked.
    ///
    /// It waits a moment, for the client reads its socket only while it waits.
    pub(super) fn heard(&mut self) -> Result<bool, Failure> {
        let own = self.number;
        let mut is_theirs = false;
        let mut notifications = self.client.notifications();
        let mut news = notifications.timeout_iter(A_MOMENT);
        while let Some(one) = news.next()? {
            is_theirs |= one.process_id() != own;
        }
        Ok(is_theirs)
    }

    pub(super) fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(super) fn is_read_only(&self) -> bool {
        self.is_read_only
    }

    pub(super) fn postgis(&self) -> &str {
        &self.postgis
    }
}
