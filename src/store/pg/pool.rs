//! Connections that only read: to the primary server, and to its replicas.
//!
//! A replica is asked only when it has replayed everything that this instance knows of (see
//! [`Readers::saw`]), so that no answer goes back behind an acknowledged edit, nor behind a change
//! that an answer has already told of. Where none has, or none answers, the primary is asked.

use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postgres::Client;
use postgres::types::PgLsn;

use super::failure::Failure;
use super::layout::quoted;
use super::server::Server;
use crate::store::store_error::StoreError;

/// How many connections to one server read at a time.
const MOST_CONNECTIONS: usize = 8;
/// How long a question waits for one of them.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many questions at most pass a replica by that did not answer, before it is tried again.
const MOST_PASSED_BY: u32 = 256;

/// A question gives up in time for its refusal to be told, or earlier where the server is told so;
/// dates are written one way everywhere.
const MANNERS: &str = "
SET default_transaction_read_only = on;
SELECT set_config('statement_timeout',
  CASE WHEN setting::bigint BETWEEN 1 AND 25000 THEN setting ELSE '25000' END, false)
  FROM pg_settings WHERE name = 'statement_timeout';
SET idle_in_transaction_session_timeout = '2min';
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET DateStyle = 'ISO, YMD';
SET jit = off;
";

/// Holds the connections to one server.
#[derive(Debug)]
pub(super) struct Pool {
    server: Server,
    idle: Mutex<Idle>,
    freed: Condvar,
    /// How many questions are still to pass it by, and how many times in a row it did not answer.
    passed_by: AtomicU32,
    misses: AtomicU32,
}

#[derive(Default)]
struct Idle {
    clients: Vec<Client>,
    open: usize,
}

impl std::fmt::Debug for Idle {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Idle").field("open", &self.open).finish_non_exhaustive()
    }
}

/// Holds a connection for one question; it goes back when it is dropped.
pub(super) struct Lease {
    client: Option<Client>,
    pool: Arc<Pool>,
}

impl Lease {
    pub(super) fn client(&mut self) -> Result<&mut Client, Failure> {
        self.client.as_mut().ok_or(Failure::Uncertain)
    }

    /// Takes the connection out, to be kept longer than the question.
    pub(super) fn take(&mut self) -> Self {
        let client = self.client.take();
        // Whoever has it now frees its place.
        self.pool.idle().open += 1;
        Self { client, pool: Arc::clone(&self.pool) }
    }

    /// Says what a failure means and what to do about it.
    pub(super) fn explain(&self, failure: Failure) -> StoreError {
        self.pool.server.explain(failure)
    }

    /// Closes the connection: it is of no use any more.
    pub(super) fn discard(&mut self) {
        self.client = None;
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut idle = self.pool.idle();
        match self.client.take().filter(|client| !client.is_closed()) {
            Some(client) => idle.clients.push(client),
            None => idle.open -= 1,
        }
        drop(idle);
        self.pool.freed.notify_one();
    }
}

impl Pool {
    pub(super) fn new(server: Server) -> Arc<Self> {
        Arc::new(Self {
            server,
            idle: Mutex::default(),
            freed: Condvar::new(),
            passed_by: AtomicU32::new(0),
            misses: AtomicU32::new(0),
        })
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a connection that is free, or makes one, or waits for one.
    fn lease(self: &Arc<Self>) -> Result<Lease, Failure> {
        let busy = |idle: &mut Idle| idle.clients.is_empty() && idle.open >= MOST_CONNECTIONS;
        let waited = self.freed.wait_timeout_while(self.idle(), PATIENCE, busy);
        let (mut idle, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() {
            return Err(StoreError::Busy(self.server.name().to_owned()).into());
        }
        if let Some(client) = idle.clients.pop() {
            return Ok(Lease { client: Some(client), pool: Arc::clone(self) });
        }
        idle.open += 1;
        drop(idle);
        let mut lease = Lease { client: None, pool: Arc::clone(self) };
        lease.client = Some(self.connect()?);
        Ok(lease)
    }

    fn connect(&self) -> Result<Client, Failure> {
        let mut client = self.server.connect()?;
        client.batch_execute(MANNERS)?;
        let sql = "SELECT n.nspname::text FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'";
        let postgis: Option<String> = client.query_opt(sql, &[])?.map(|row| row.get(0));
        let postgis =
            postgis.ok_or_else(|| StoreError::NoPostgis(self.server.name().to_owned()))?;
        client.batch_execute(&format!("SET search_path = pg_catalog, {}", quoted(&postgis)))?;
        Ok(client)
    }

    /// Closes the connections that nobody uses: one of them was cut, and so are the others.
    fn forget_idle(&self) {
        let mut idle = self.idle();
        idle.open -= idle.clients.len();
        idle.clients.clear();
    }

    /// Says whether a replica that did not answer is to be passed by once more.
    fn rests(&self) -> bool {
        let less = |left: u32| left.checked_sub(1);
        self.passed_by.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok()
    }

    fn missed(&self) {
        let misses = self.misses.fetch_add(1, Ordering::Relaxed);
        let rest = 2_u32.saturating_pow(misses.saturating_add(2)).min(MOST_PASSED_BY);
        self.passed_by.store(rest, Ordering::Relaxed);
    }
}

/// Asks the replicas in turn, and the primary where none may answer.
#[derive(Debug)]
pub(super) struct Readers {
    primary: Arc<Pool>,
    replicas: Vec<Arc<Pool>>,
    turn: AtomicUsize,
    /// The place in the log up to which a replica must have replayed.
    seen: AtomicU64,
}

impl Readers {
    pub(super) fn new(primary: Server, replicas: Vec<Server>) -> Arc<Self> {
        Arc::new(Self {
            primary: Pool::new(primary),
            replicas: replicas.into_iter().map(Pool::new).collect(),
            turn: AtomicUsize::new(0),
            seen: AtomicU64::new(0),
        })
    }

    pub(super) fn has_replicas(&self) -> bool {
        !self.replicas.is_empty()
    }

    /// Takes note that this instance wrote, or learned of, what the log holds up to a place.
    pub(super) fn saw(&self, place: PgLsn) {
        self.seen.fetch_max(place.into(), Ordering::AcqRel);
    }

    /// Asks a question.
    pub(super) fn read<T>(
        &self,
        question: impl Fn(&mut Lease) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let count = self.replicas.len();
        for replica in (0..count).map(|step| &self.replicas[(first + step) % count]) {
            if replica.rests() {
                continue;
            }
            match self.read_replica(replica, &question) {
                Ok(Some(answer)) => return Ok(answer),
                Ok(None) => {}
                // No other server would take fewer, or less time.
                Err(Failure::Store(error @ StoreError::TooManySteps(_))) => return Err(error),
                Err(failure) if failure.is_too_long() => {
                    return Err(replica.server.explain(failure));
                }
                Err(failure) => {
                    let error = replica.server.explain(failure);
                    tracing::warn!(%error, "a replica did not answer; another server is asked");
                    replica.missed();
                }
            }
        }
        self.read_primary(question)
    }

    /// Asks the primary server, which knows everything.
    pub(super) fn read_primary<T>(
        &self,
        question: impl Fn(&mut Lease) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let ask = || {
            let mut lease = self.primary.lease()?;
            let answer = question(&mut lease);
            if answer.as_ref().is_err_and(Failure::is_cut_off) {
                lease.discard();
                self.primary.forget_idle();
            }
            answer
        };
        // A connection that was cut while nobody used it is found out only now.
        let answer = ask().or_else(|failure| if failure.may_pass() { ask() } else { Err(failure) });
        answer.map_err(|failure| self.primary.server.explain(failure))
    }

    /// Asks a replica; `None` when it has not replayed what was seen.
    fn read_replica<T>(
        &self,
        replica: &Arc<Pool>,
        question: impl Fn(&mut Lease) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        let mut lease = replica.lease()?;
        let seen = PgLsn::from(self.seen.load(Ordering::Acquire));
        let sql = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1";
        let asked = lease.client()?.query_one(sql, &[&seen]).map_err(Failure::from);
        let answer = asked.and_then(|row| match row.get::<_, Option<bool>>(0) {
            Some(true) => question(&mut lease).map(Some),
            _ => Ok(None),
        });
        if answer.is_ok() {
            replica.misses.store(0, Ordering::Relaxed);
        } else {
            lease.discard();
            replica.forget_idle();
        }
        answer
    }

    /// Refuses a replica that answers and is none of this database.
    pub(super) fn check_replicas(&self) -> Result<(), StoreError> {
        let sql = "SELECT pg_is_in_recovery(), (SELECT system_identifier FROM pg_control_system())";
        let about = |lease: &mut Lease| -> Result<(bool, i64), Failure> {
            let row = lease.client()?.query_one(sql, &[])?;
            Ok((row.get(0), row.get(1)))
        };
        if !self.has_replicas() {
            return Ok(());
        }
        let (_, cluster) = self.read_primary(about)?;
        for replica in &self.replicas {
            let name = replica.server.name().to_owned();
            match replica.lease().and_then(|mut lease| about(&mut lease)) {
                Ok((true, other)) if other == cluster => {}
                Ok(_) => return Err(StoreError::NoReplica(name)),
                Err(failure) => match replica.server.explain(failure) {
                    error @ StoreError::NoServer { .. } => {
                        tracing::warn!(%error, "a replica does not answer; the primary is asked");
                        replica.missed();
                    }
                    error => return Err(error),
                },
            }
        }
        Ok(())
    }
}
