//! Work that takes longer than a client waits: done by threads of its own, told how far it is,
//! called off on request, kept when it has ended.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use axum::body::Bytes;
use prometheus::IntCounterVec;
use tokio::sync::watch;

use super::lanes::Lanes;
use super::problem::Problem;
use super::service::Service;
use super::timestamp;
use crate::store::{Keeper, Kept, Progress};

/// How many jobs run at once.
const RUNNING: usize = 2;
/// On so many sets of threads run analyses whose client waits.
const WAITED: usize = 4;
/// How many jobs wait for that before a client is asked to come again.
const MOST_WAITING: usize = 16;
/// How many jobs are remembered, with their results.
const MOST_REMEMBERED: usize = 256;

/// Says how a job is (OGC API Processes 1.0, 7.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// It waits.
    Accepted,
    /// It runs.
    Running,
    /// It has ended with a result.
    Successful,
    /// It has ended with a reason.
    Failed,
    /// It was called off.
    Dismissed,
}

/// Holds what a job answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct JobResult {
    pub(super) media_type: &'static str,
    pub(super) body: Bytes,
    /// What was done, in a sentence.
    pub(super) message: String,
}

/// What a job does; it is handed the job to tell how far it is.
type Work = Box<dyn FnOnce(&Job) -> Result<JobResult, Problem> + Send>;

/// Holds a job.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) id: String,
    /// The name of the process.
    pub(super) process: &'static str,
    /// The token that asked for it; without one, whoever knows the id may see it.
    pub(super) who: String,
    /// What was asked for, as JSON.
    parameters: String,
    pub(super) progress: Arc<Progress>,
    state: Mutex<State>,
    ended: watch::Sender<bool>,
}

/// Holds what changes of a job.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) status: Status,
    /// When it was asked for, began and ended; empty before.
    pub(super) times: [String; 3],
    /// What it answers, or why it does not.
    pub(super) outcome: Option<Result<JobResult, Problem>>,
}

/// Takes jobs; copies share them.
#[derive(Debug, Clone)]
pub struct Jobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    queue: SyncSender<Task>,
    remembered: Mutex<VecDeque<Arc<Job>>>,
    waited: Lanes,
}

struct Task {
    job: Arc<Job>,
    work: Work,
    keeper: Option<Keeper>,
    /// Counts the jobs that have ended.
    ended: IntCounterVec,
}

impl Default for Jobs {
    fn default() -> Self {
        Self::new()
    }
}

impl Jobs {
    /// Starts the threads, which end with the last copy.
    #[must_use]
    pub fn new() -> Self {
        let (queue, asked) = sync_channel(MOST_WAITING);
        let asked = Arc::new(Mutex::new(asked));
        // A lane for each that runs, so that none of them waits for another, nor a client for any.
        let lanes = Lanes::new(RUNNING);
        for _ in 0..RUNNING {
            let (asked, lanes) = (Arc::clone(&asked), lanes.clone());
            thread::spawn(move || while run_next(&asked, &lanes) {});
        }
        let waited = Lanes::new(WAITED);
        Self(Arc::new(Inner { queue, remembered: Mutex::default(), waited }))
    }

    /// Runs what is no job because its client waits, beside all jobs.
    pub(super) fn while_waiting<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.0.waited.run(work)
    }

    /// Says whether another job would be taken now, before its body is read.
    pub(super) fn check_room(&self) -> Result<(), Problem> {
        let open = self.remembered().iter().filter(|job| !job.state().status.is_end()).count();
        if open < RUNNING + MOST_WAITING { Ok(()) } else { Err(too_many()) }
    }

    /// Takes a job.
    ///
    /// # Errors
    ///
    /// [`Problem::Store`] when too many wait.
    pub(super) fn start(
        &self,
        process: &'static str,
        who: String,
        parameters: String,
        service: &Service,
        work: impl FnOnce(&Job) -> Result<JobResult, Problem> + Send + 'static,
    ) -> Result<Arc<Job>, Problem> {
        let state = State {
            status: Status::Accepted,
            times: [timestamp(), String::new(), String::new()],
            outcome: None,
        };
        let job = Arc::new(Job {
            id: new_id()?,
            process,
            who,
            parameters,
            progress: Arc::default(),
            state: Mutex::new(state),
            ended: watch::Sender::new(false),
        });
        let (keeper, ended) = (service.keeper.clone(), service.metrics.jobs_ended.clone());
        let task = Task { job: Arc::clone(&job), work: Box::new(work), keeper, ended };
        self.0.queue.try_send(task).map_err(|error| match error {
            TrySendError::Full(_) => too_many(),
            TrySendError::Disconnected(_) => Problem::Store("no jobs are taken".to_owned()),
        })?;
        let mut remembered = self.remembered();
        remembered.push_back(Arc::clone(&job));
        while remembered.len() > MOST_REMEMBERED {
            let oldest = remembered.iter().position(|job| job.state().status.is_end());
            let Some(oldest) = oldest else { break };
            remembered.remove(oldest);
        }
        Ok(job)
    }

    /// The job of an id, if it is remembered.
    pub(super) fn job(&self, id: &str) -> Option<Arc<Job>> {
        self.remembered().iter().find(|job| job.id == id).map(Arc::clone)
    }

    /// Forgets a job that has ended.
    pub(super) fn forget(&self, id: &str) {
        self.remembered().retain(|job| job.id != id);
    }

    /// How many jobs wait and run.
    pub(super) fn open(&self) -> [(&'static str, usize); 2] {
        let remembered = self.remembered();
        [Status::Accepted, Status::Running].map(|status| {
            let of = |job: &&Arc<Job>| job.state().status == status;
            (status.as_str(), remembered.iter().filter(of).count())
        })
    }

    /// Every job that is remembered, the newest first.
    pub(super) fn all(&self) -> Vec<Arc<Job>> {
        self.remembered().iter().rev().map(Arc::clone).collect()
    }

    fn remembered(&self) -> MutexGuard<'_, VecDeque<Arc<Job>>> {
        self.0.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn too_many() -> Problem {
    Problem::Store("too many jobs wait: try again in a while".to_owned())
}

/// An id that nobody can guess: it is all that is needed to see a job without a token.
fn new_id() -> Result<String, Problem> {
    let mut bits = [0_u8; 16];
    getrandom::fill(&mut bits)
        .map_err(|error| Problem::Store(format!("no random bits: {error}")))?;
    Ok(crate::store::geodata::hexadecimal(&bits))
}

/// Runs the next job; false when no more can come.
fn run_next(asked: &Mutex<Receiver<Task>>, lanes: &Lanes) -> bool {
    let next = asked.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok(Task { job, work, keeper, ended }) = next else { return false };
    job.run(work, keeper.as_ref(), lanes);
    ended.with_label_values(&[job.process, job.state().status.as_str()]).inc();
    true
}

impl Job {
    /// How it is now.
    pub(super) fn state(&self) -> State {
        self.locked().clone()
    }

    /// Calls it off, unless it has ended.
    pub(super) fn call_off(&self) {
        self.progress.call_off();
        let mut state = self.locked();
        if state.status == Status::Accepted {
            state.status = Status::Dismissed;
        }
    }

    /// Waits until it has ended.
    pub(super) async fn ended(&self) {
        // The job holds the sender, so the wait cannot fail while the job is there.
        let _ = self.ended.subscribe().wait_for(|is_ended| *is_ended).await;
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self, work: Work, keeper: Option<&Keeper>, lanes: &Lanes) {
        {
            let mut state = self.locked();
            state.times[1] = timestamp();
            if state.status == Status::Accepted {
                state.status = Status::Running;
            }
        }
        let work = std::panic::AssertUnwindSafe(|| lanes.run(|| work(self)));
        let outcome = match self.progress.check() {
            Ok(()) => std::panic::catch_unwind(work).unwrap_or_else(|_| {
                tracing::error!(job = self.id, "a job panicked");
                Err(Problem::Status(axum::http::StatusCode::INTERNAL_SERVER_ERROR))
            }),
            Err(called_off) => Err(Problem::Conflict(called_off.to_string())),
        };
        let mut state = self.state();
        state.status = match &outcome {
            Ok(_) => Status::Successful,
            // What ran out of time was called off, too, but by nobody.
            Err(Problem::TooCostly(_)) => Status::Failed,
            Err(_) if self.progress.check().is_err() => Status::Dismissed,
            Err(_) => Status::Failed,
        };
        state.times[2] = timestamp();
        state.outcome = Some(outcome);
        // What anybody may ask for is remembered for a while, and not kept.
        if let Some(keeper) = keeper.filter(|_| !self.who.is_empty()) {
            let kept = self.kept(&state);
            let keep = keeper.look(move |store| {
                if let Err(error) = store.keep_job(&kept) {
                    tracing::warn!(%error, job = kept.id, "a result could not be kept");
                }
            });
            drop(keep); // the job is done, kept or not
        }
        *self.locked() = state;
        self.ended.send_replace(true);
    }

    /// The job as a store keeps it.
    fn kept(&self, state: &State) -> Kept {
        let result = state.outcome.as_ref().and_then(|outcome| outcome.as_ref().ok());
        Kept {
            id: self.id.clone(),
            process: self.process.to_owned(),
            who: self.who.clone(),
            status: state.status.as_str().to_owned(),
            message: state.message(),
            times: state.times.clone(),
            parameters: self.parameters.clone(),
            media_type: result.map(|result| result.media_type.to_owned()).unwrap_or_default(),
            result: result.map(|result| result.body.to_vec()).unwrap_or_default(),
        }
    }
}

impl State {
    /// How it is, in words.
    pub(super) fn message(&self) -> String {
        match &self.outcome {
            None => String::new(),
            Some(Ok(result)) => result.message.clone(),
            Some(Err(problem)) => problem.to_string(),
        }
    }
}

impl Status {
    /// The word of the standard.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Dismissed => "dismissed",
        }
    }

    fn is_end(self) -> bool {
        !matches!(self, Self::Accepted | Self::Running)
    }
}
