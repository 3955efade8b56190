//! Jobs over HTTP, as OGC API Processes 1.0 has them: how each is, what it answered, calling it off.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value as Json, json};
use tokio::sync::oneshot;

use super::access::token;
use super::analysis_page;
use super::ask::{Ask, Names, PAGE};
use super::here::{Here, Link, encoded};
use super::job_pages;
use super::jobs::{Job, Status};
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::store::{Kept, Scope};

/// The relation of a job to its results (OGC API Processes 1.0).
const RESULTS: &str = "http://www.opengis.net/def/rel/ogc/1.0/results";

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/jobs", get(list))
        .route("/jobs/{job}", get(one).delete(dismiss))
        .route("/jobs/{job}/results", get(results))
}

/// A job that is remembered, or one that only the store knows any more.
enum Found {
    Remembered(Arc<Job>),
    Kept(Box<Kept>),
}

/// The jobs that the token of the client asked for; those without a token are for who knows the id.
async fn list(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let jobs = service.jobs.all();
    let own = jobs.iter().filter(|job| !job.who.is_empty() && sees(&service, &headers, &job.who));
    let jobs: Vec<Json> = own.map(|job| described(job, &here)).collect();
    let links = [
        Link::new(here.to("/jobs"), "self", JSON, "This page"),
        Link::new(here.to("/jobs?f=html"), "alternate", PAGE, "To read"),
    ];
    let body = json!({"jobs": jobs, "links": links});
    if wanted == PAGE {
        return Ok(job_pages::list(&body, &here));
    }
    Ok(reply::json(JSON, &body))
}

async fn one(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let status = match find(&service, &headers, &id).await? {
        Found::Remembered(job) => described(&job, &here),
        Found::Kept(kept) => told(&kept, &here),
    };
    if wanted == PAGE {
        return Ok(job_pages::one(&status, &here));
    }
    Ok(reply::json(JSON, &status))
}

async fn results(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let served = [("json", JSON), ("", "application/geo+json"), ("html", PAGE)];
    let is_page = ask.media_type(&served)? == PAGE;
    ask.query.finish(&["f"])?;
    let not_ready = |status: &str| Problem::NoResult { job: id.clone(), status: status.to_owned() };
    let (media_type, body): (Cow<'_, str>, Bytes) = match find(&service, &headers, &id).await? {
        Found::Remembered(job) => {
            let state = job.state();
            let outcome = state.outcome.ok_or_else(|| not_ready(state.status.as_str()))?;
            let result = outcome?;
            (result.media_type.into(), result.body)
        }
        Found::Kept(kept) if kept.media_type.is_empty() => return Err(not_ready(&kept.status)),
        Found::Kept(kept) => (kept.media_type.into(), kept.result.into()),
    };
    if is_page {
        let read = move || analysis_page::of_job(&service.catalog(), &id, &body, &ask.here);
        let made = tokio::task::spawn_blocking(read).await;
        return made.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR));
    }
    let mut response = reply::bytes(JSON, body);
    if let Ok(media_type) = media_type.parse() {
        response.headers_mut().insert(CONTENT_TYPE, media_type);
    }
    Ok(response)
}

/// Calls a job off; one that has ended is forgotten with its result.
async fn dismiss(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, Problem> {
    let here = ask.json_only(JSON)?;
    let mut status = match find(&service, &headers, &id).await? {
        Found::Remembered(job) => {
            job.call_off();
            let status = described(&job, &here);
            if job.state().outcome.is_some() {
                service.jobs.forget(&id);
            }
            status
        }
        Found::Kept(kept) => told(&kept, &here),
    };
    if let Some(keeper) = &service.keeper {
        let forget = keeper.look(move |store| drop(store.forget_job(&id)));
        forget.map_err(|error| Problem::Store(error.to_string()))?;
    }
    status["status"] = json!(Status::Dismissed.as_str());
    Ok(reply::json(JSON, &status))
}

/// Says whether a client may see what a token asked for: with that token, or as an administrator of
/// everything.
fn sees(service: &Service, headers: &HeaderMap, who: &str) -> bool {
    let catalog = service.catalog();
    who.is_empty()
        || token(&catalog, headers).is_some_and(|token| {
            token.name == who || token.collection.is_none() && token.scope == Scope::Admin
        })
}

async fn find(service: &Service, headers: &HeaderMap, id: &str) -> Result<Found, Problem> {
    let missing = || Problem::NoJob(id.to_owned());
    if let Some(job) = service.jobs.job(id) {
        let job = Some(job).filter(|job| sees(service, headers, &job.who));
        return job.map(Found::Remembered).ok_or_else(missing);
    }
    let keeper = service.keeper.as_ref().ok_or_else(missing)?;
    let (tell, told) = oneshot::channel();
    let wanted = id.to_owned();
    let look = keeper.look(move |store| drop(tell.send(store.job(&wanted))));
    look.map_err(|error| Problem::Store(error.to_string()))?;
    let told = told.await.map_err(|_| Problem::Store("the store is closed".to_owned()))?;
    let kept = told.map_err(|error| Problem::Store(error.to_string()))?;
    let kept = kept.filter(|kept| sees(service, headers, &kept.who));
    kept.map(|kept| Found::Kept(Box::new(kept))).ok_or_else(missing)
}

/// The answer of a request whose job goes on without it: 202, where to ask, and how it is.
pub(super) fn accepted(job: &Job, here: &Here) -> Response {
    let mut response = reply::json(JSON, &described(job, here));
    *response.status_mut() = axum::http::StatusCode::ACCEPTED;
    if let Ok(location) = here.to(&path(&job.id)).parse() {
        response.headers_mut().insert(axum::http::header::LOCATION, location);
    }
    response.into_response()
}

fn path(id: &str) -> String {
    format!("/jobs/{}", encoded(id))
}

/// How a job is, as `statusInfo` of the standard says it.
fn described(job: &Job, here: &Here) -> Json {
    let state = job.state();
    let (done, of) = job.progress.counts();
    let progress = match state.status {
        Status::Successful => 100,
        _ if of == 0 => 0,
        _ => 99 * done.min(of) / of,
    };
    let message = match state.status {
        Status::Running if job.progress.check().is_err() => "called off, and ending".to_owned(),
        Status::Running if of > 0 => format!("{} of {of} parts", done.min(of)),
        _ => state.message(),
    };
    let mut status = status_info(&job.id, job.process, state.status.as_str(), &message, here);
    status["progress"] = json!(progress);
    times(&mut status, &state.times);
    status
}

fn told(kept: &Kept, here: &Here) -> Json {
    let mut status = status_info(&kept.id, &kept.process, &kept.status, &kept.message, here);
    status["progress"] = json!(if kept.status == "successful" { 100 } else { 0 });
    times(&mut status, &kept.times);
    status
}

fn status_info(id: &str, process: &str, status: &str, message: &str, here: &Here) -> Json {
    let mut links = vec![Link::new(here.to(&path(id)), "self", JSON, "This job")];
    let page = here.to(&format!("{}?f=html", path(id)));
    links.push(Link::new(page, "alternate", PAGE, "To read"));
    if status == Status::Successful.as_str() {
        let results = here.to(&format!("{}/results", path(id)));
        links.push(Link::new(results, RESULTS, JSON, "What it answered"));
    }
    json!({
        "jobID": id,
        "processID": process,
        "type": "process",
        "status": status,
        "message": message,
        "links": links,
    })
}

fn times(status: &mut Json, times: &[String; 3]) {
    for (name, time) in ["created", "started", "finished"].iter().zip(times) {
        if !time.is_empty() {
            status[*name] = json!(time);
        }
    }
}
