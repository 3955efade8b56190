//! One connection, with the statements that are prepared on it.

use std::collections::HashMap;
use std::time::Duration;

use postgres::fallible_iterator::FallibleIterator as _;
use postgres::types::ToSql;
use postgres::{Client, Row, Statement};

use super::failure::Failure;
use super::layout::CHANNEL;
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
            session.is_read_only = !session.may_write();
            session.client.batch_execute(&format!("LISTEN {CHANNEL}"))?;
        }
        Ok(session)
    }

    /// Says whether the server is no standby, and lets the user write what is there.
    pub(super) fn may_write(&mut self) -> bool {
        if self.is_read_only {
            return false;
        }
        let sql = "SELECT has_table_privilege('jidi.edits', 'INSERT')";
        self.client.query_one(sql, &[]).is_ok_and(|row| row.get(0))
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
