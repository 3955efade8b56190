//! Runs of analyses: while a client waits, called off when it leaves; or as jobs, within a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::access::{sees, token};
use super::here::{Here, Link};
use super::jobs::{Job, JobResult, Status};
use super::jobs_api;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::formats::Layout;
use crate::formats::geojson::Members;
use crate::process::{self, Arguments, Failed, Process, Run, Subject};
use crate::store::{Collection, Progress, Selection};

/// How many features of a collection that stays in its database are read for one run.
const MOST_READ: usize = 1_000_000;

/// What is to be run: on what, with what, and who may see what.
pub(super) struct Task {
    pub(super) process: &'static Process,
    pub(super) service: Arc<Service>,
    pub(super) collection: Arc<Collection>,
    pub(super) selection: Selection,
    pub(super) arguments: Arguments,
    pub(super) headers: HeaderMap,
    pub(super) links: Vec<Link>,
    /// Whether the answer is one of several outputs in a document.
    pub(super) is_document: bool,
}

/// Calls a run off when its client is no longer there to be answered.
struct Waiting(Arc<Progress>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.call_off();
    }
}

/// Runs a task while its client waits, and answers what came out as it is.
///
/// # Errors
///
/// As [`result`] says.
pub(super) async fn waited(task: Task) -> Result<Response, Problem> {
    let JobResult { media_type, body, .. } = result(task).await?;
    Ok(reply::bytes(media_type, body))
}

/// Runs a task while its client waits.
///
/// What the server drops because the client has left, or because the answer takes too long, is
/// called off, so that nothing is worked out for nobody.
///
/// # Errors
///
/// [`Problem`] when the task is refused, fails, or takes longer than it may.
pub(super) async fn result(task: Task) -> Result<JobResult, Problem> {
    let request = tracing::Span::current();
    let progress = Arc::new(Progress::default());
    let waiting = Waiting(Arc::clone(&progress));
    let limit_s = task.service.limits.run_s;
    let running = tokio::task::spawn_blocking(move || {
        let _named = request.entered();
        let ended = task.service.metrics.runs_ended.clone();
        let outcome = task.service.jobs.while_waiting(|| task.run(&progress, limit_s));
        let status = match &outcome {
            Ok(_) => Status::Successful,
            Err(_) if progress.check().is_err() => Status::Dismissed,
            Err(_) => Status::Failed,
        };
        ended.with_label_values(&[task.process.name, status.as_str()]).inc();
        outcome
    });
    let failed = |_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR);
    let late = Duration::from_secs(u64::from(limit_s)) * 3;
    match tokio::time::timeout(late, running).await {
        Ok(outcome) => outcome.map_err(failed)?,
        Err(_) => Err(too_late(&waiting.0, late)),
    }
}

/// What is said of a run that took longer than it may: how far it was.
fn too_late(progress: &Progress, after: Duration) -> Problem {
    let (done, of) = progress.counts();
    Problem::TooCostly(format!(
        "it was ended after {:.0} s, with {done} of {of} parts done, and nothing of it is kept: ask for fewer points or repetitions",
        after.as_secs_f64()
    ))
}

/// Begins a task as a job.
pub(super) fn start(task: Task, asked: String, here: &Here) -> Result<Response, Problem> {
    let (service, name) = (Arc::clone(&task.service), task.process.name);
    let who = token(&service.catalog(), &task.headers)
        .map(|token| token.name.clone())
        .unwrap_or_default();
    // What is kept with a job says what was asked, and not a whole list of features.
    let parameters = if asked.len() > 10_000 { "{}".to_owned() } else { asked };
    let clock = tokio::runtime::Handle::current();
    let work = move |job: &Job| {
        within(&clock, &job.progress, task.service.limits.job_s, |limit_s| {
            task.run(&job.progress, limit_s)
        })
    };
    let job = service.jobs.start(name, who, parameters, &service, work)?;
    let mut response = jobs_api::accepted(&job, here);
    *response.status_mut() = StatusCode::CREATED;
    let applied = HeaderValue::from_static("respond-async");
    response.headers_mut().insert("preference-applied", applied);
    Ok(response)
}

/// Works for so long at most; a run that is late is called off, and answers how far it was.
fn within(
    clock: &tokio::runtime::Handle,
    progress: &Arc<Progress>,
    limit_s: u32,
    work: impl FnOnce(u32) -> Result<JobResult, Problem>,
) -> Result<JobResult, Problem> {
    let (begun, is_late) = (Instant::now(), Arc::new(AtomicBool::new(false)));
    let watch = {
        let (progress, is_late) = (Arc::clone(progress), Arc::clone(&is_late));
        clock.spawn(async move {
            tokio::time::sleep(Duration::from_secs(u64::from(limit_s))).await;
            is_late.store(true, Ordering::Relaxed);
            progress.call_off();
        })
    };
    let outcome = work(limit_s);
    watch.abort();
    match outcome {
        Err(Problem::Conflict(_)) if is_late.load(Ordering::Relaxed) => {
            Err(too_late(progress, begun.elapsed()))
        }
        outcome => outcome,
    }
}

impl Task {
    /// Does it; a run that is estimated at more than the limit is refused before it begins.
    fn run(&self, progress: &Progress, limit_s: u32) -> Result<JobResult, Problem> {
        if !self.collection.is_held() && self.collection.len() > MOST_READ {
            return Err(Problem::TooCostly(format!(
                "the collection has {} features, and analyses read at most {MOST_READ}: make a smaller one of them",
                self.collection.len()
            )));
        }
        let subject = Subject::of(&self.collection, &self.selection)?;
        let catalog = self.service.catalog();
        let collections = |id: &str| {
            let seen = sees(&catalog, &self.headers, id).then(|| catalog.collection(id))?;
            seen.cloned()
        };
        let run = Run {
            subject: &subject,
            arguments: &self.arguments,
            industries: &catalog.industries,
            collections: &collections,
            progress,
        };
        let answer = process::run(self.process, &run, f64::from(limit_s))?;
        let (mut body, mut more) = (Vec::new(), Members::new());
        if !self.links.is_empty() {
            more.insert("links".into(), json!(self.links));
        }
        answer.write(&mut body, Layout::new(false), &more).map_err(|error| {
            tracing::error!(%error, "an answer could not be written");
            Problem::Status(StatusCode::INTERNAL_SERVER_ERROR)
        })?;
        let message = format!("{} of {} points", self.process.name, subject.len());
        if self.is_document {
            let value: Json = serde_json::from_slice(&body).unwrap_or_default();
            let document = json!({"result": {"value": value, "mediaType": answer.media_type()}});
            let body = Bytes::from(document.to_string());
            return Ok(JobResult { media_type: JSON, body, message });
        }
        Ok(JobResult { media_type: answer.media_type(), body: body.into(), message })
    }
}

impl From<Failed> for Problem {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Refused(refused) => {
                Self::Parameter { name: refused.name, reason: refused.reason }
            }
            Failed::TooCostly { .. } => Self::TooCostly(failed.to_string()),
            Failed::Store(error) => error.into(),
            Failed::CalledOff(error) => Self::Conflict(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_past_its_time_ends_and_says_how_far_it_was() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let progress = Arc::new(Progress::default());
        let endless = |_| {
            progress.begin(7);
            progress.goes_on();
            while progress.check().is_ok() {
                std::thread::yield_now();
            }
            Err(Problem::Conflict("called off".to_owned()))
        };
        let told = within(runtime.handle(), &progress, 0, endless).unwrap_err().to_string();
        assert!(told.contains("1 of 7 parts done, and nothing of it is kept"), "{told}");
        let progress = Arc::new(Progress::default());
        let other = within(runtime.handle(), &progress, 60, |_| Err(Problem::Conflict("x".into())));
        assert_eq!(other, Err(Problem::Conflict("x".into())), "called off by who asked for it");
    }

    #[test]
    fn who_no_longer_waits_calls_the_run_off() {
        let progress = Arc::new(Progress::default());
        drop(Waiting(Arc::clone(&progress)));
        assert!(progress.check().is_err());
    }
}
