//! Collections made from files that are sent, by jobs that tell how far they are.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use super::ask::Ask;
use super::content_crs;
use super::editor;
use super::edits::REPLAYED;
use super::geocode_json::warning;
use super::here::{Here, Link, encoded};
use super::jobs::{Job, JobResult};
use super::jobs_api;
use super::problem::Problem;
use super::query::Query;
use super::reply::{self, JSON};
use super::service::Service;
use super::upload_body::{self, Sent};
use crate::domain::Datum;
use crate::formats::layer::{ColumnTypes, InvalidLayer};
use crate::formats::sheet::RefusedRow;
use crate::store::edit::{Done, EditError, RequestKey};
use crate::store::geodata::hexadecimal;
use crate::store::intake::{self, Act, Brought, IntakeError, Mode, Origin, Report, Wanted};
use crate::store::{Choices, Keeper, Scope};

/// The name of the process, for jobs.
pub(super) const PROCESS: &str = "import";

/// The parameters of an upload.
pub(super) const PARAMETERS: [&str; 10] =
    ["id", "title", "mode", "geocode", "datum", "country", "private", "filename", "layer", "types"];

/// How long a client waits for its upload before it is told to ask for the job.
const PATIENCE: Duration = Duration::from_secs(20);

/// How many refused rows an answer names.
const MOST_REFUSED: usize = 1_000;

pub(super) fn routes() -> Router<Arc<Service>> {
    // How large a body may be is for the layers to say.
    Router::new().route("/collections", post(upload)).layer(DefaultBodyLimit::disable())
}

async fn upload(
    State(service): State<Arc<Service>>,
    ask: Ask,
    request: Request,
) -> Result<Response, Problem> {
    let keeper = editor::keeper(&service)?;
    let headers = request.headers().clone();
    service.some_token(&headers)?;
    let reason = "a file says itself what its positions are in, or `datum` does";
    content_crs::refuse(&headers, reason)?;
    service.jobs.check_room()?;
    let Ask { mut query, here, .. } = ask;
    let asked = query.pairs().to_vec();
    let sent = upload_body::read(request, &mut query).await?;
    let parameters = parameters(&asked, &query);
    let mut wanted = wanted(&mut query, &sent)?;
    query.finish(&PARAMETERS)?;
    wanted.by = service.demand_for(&headers, Scope::Write, &wanted.id)?;
    wanted.key = editor::key(&headers)?.map(|key| {
        let mut hash = Sha256::new();
        hash.update(format!("POST /collections {parameters}\n"));
        hash.update(&sent.bytes);
        RequestKey {
            key: format!("{}:{key}", wanted.by.who),
            digest: hexadecimal(&hash.finalize()),
        }
    });
    intake::check(&service.catalog(), &wanted).map_err(|error| refusal(&error))?;
    let (who, at) = (wanted.by.who.clone(), here.clone());
    let work = {
        let service = Arc::clone(&service);
        move |job: &Job| import(&service, &keeper, &wanted, &sent, job, &at)
    };
    let job = service.jobs.start(PROCESS, who, parameters, &service, work)?;
    if prefers_async(&headers) {
        let mut response = jobs_api::accepted(&job, &here);
        let applied = HeaderValue::from_static("respond-async");
        response.headers_mut().insert("preference-applied", applied);
        return Ok(response);
    }
    if tokio::time::timeout(PATIENCE, job.ended()).await.is_err() {
        return Ok(jobs_api::accepted(&job, &here));
    }
    made(&job)
}

/// The answer when all is done: 201, and where the collection is.
fn made(job: &Job) -> Result<Response, Problem> {
    let outcome = job.state().outcome;
    let missing = Problem::Status(StatusCode::INTERNAL_SERVER_ERROR);
    let result = outcome.unwrap_or(Err(missing))?;
    let answer: Json = serde_json::from_slice(&result.body).unwrap_or_default();
    let mut response = reply::bytes(result.media_type, result.body);
    *response.status_mut() = StatusCode::CREATED;
    let headers = response.headers_mut();
    if let Some(Ok(location)) = answer["links"][0]["href"].as_str().map(HeaderValue::from_str) {
        headers.insert(header::LOCATION, location);
    }
    if answer["replayed"] == true {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// Says whether the client does not want to wait (RFC 7240).
pub(super) fn prefers_async(headers: &HeaderMap) -> bool {
    let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    let mut wishes = values.flat_map(|text| text.split(','));
    wishes.any(|wish| wish.trim().eq_ignore_ascii_case("respond-async"))
}

/// What was asked for, as the job tells it.
fn parameters(asked: &[(String, String)], query: &Query) -> String {
    let mut all = serde_json::Map::new();
    for (name, value) in asked.iter().chain(query.pairs()) {
        all.insert(name.clone(), json!(value));
    }
    Json::Object(all).to_string()
}

fn wanted(query: &mut Query, sent: &Sent) -> Result<Wanted, Problem> {
    let by_name = || Some(sent.name.as_deref()?.rsplit_once('.')?.0.to_ascii_lowercase());
    let id = query.take("id").or_else(by_name).ok_or_else(|| {
        Problem::parameter("id", "it is missing: name the new collection with a-z 0-9 _ -")
    })?;
    let mode = query.read_as("mode", |text| match text {
        "new" => Ok(Mode::New),
        "replace" => Ok(Mode::Replace),
        "append" => Ok(Mode::Append),
        other => Err(format!("`{other}` is not one of new, replace, append")),
    })?;
    let mode = mode.unwrap_or_default();
    let datum: Datum = query.read_as("datum", str::parse)?.unwrap_or_default();
    let country = query.take("country").unwrap_or_else(|| "CN".to_owned());
    let is_private = query.switch("private")?;
    if is_private.is_some() && mode != Mode::New {
        let reason = "only a new collection is made private here: see jidi collections --private";
        return Err(Problem::parameter("private", reason));
    }
    Ok(Wanted {
        id,
        title: query.take("title"),
        layer: query.take("layer"),
        types: query.read_as("types", ColumnTypes::read)?.unwrap_or_default(),
        mode,
        is_geocoded: query.switch("geocode")?.unwrap_or(false),
        datum,
        country: if country == "any" { String::new() } else { country },
        is_private,
        ..Wanted::default()
    })
}

/// Reads a file, places its rows, and has the store keep them.
fn import(
    service: &Service,
    keeper: &Keeper,
    wanted: &Wanted,
    sent: &Sent,
    job: &Job,
    here: &Here,
) -> Result<JobResult, Problem> {
    let name = sent.name.as_deref().unwrap_or_default();
    let most = service.limits.most(service.limits.upload_rows);
    let said = [name, &sent.media_type];
    let how = wanted.reading(&service.catalog());
    let content = intake::read(&sent.bytes, said, &how, most);
    let sha256 = hexadecimal(&Sha256::digest(&sent.bytes));
    let brought = Brought {
        content: content.map_err(|error| refusal(&error))?,
        origin: Origin { source: name, sha256, bytes: sent.bytes.len() },
    };
    let mut choices = Choices::default();
    if wanted.is_geocoded {
        let id = wanted.id.clone();
        let decided = looked(keeper, move |store| store.decisions(&id))?;
        choices.remember(&decided);
    }
    let taken = intake::take(&service.catalog(), wanted, brought, &choices, &job.progress)
        .map_err(|error| refusal(&error))?;
    let (tell, told) = sync_channel(1);
    let reply = move |done| drop(tell.send(done));
    let asked = match taken.act {
        Act::Put(collection, how) => keeper.put(*collection, *how, reply),
        Act::Add(edit) => keeper.edit(edit, reply),
    };
    let closed = |_| Err(EditError::Store("the store is closed".to_owned()));
    let done = asked.and_then(|()| told.recv().unwrap_or_else(closed));
    let done = done.map_err(|error| editor::refusal(error, &wanted.id))?;
    let message = format!("{} features are kept in `{}`", taken.report.features, wanted.id);
    let body = answer(&taken.report, &done, here).to_string().into();
    Ok(JobResult { media_type: JSON, body, message })
}

/// Looks something up in the store, from a thread that may wait.
fn looked<T: Send + 'static>(
    keeper: &Keeper,
    look: impl FnOnce(&mut dyn crate::store::Backend) -> Result<T, crate::store::StoreError>
    + Send
    + 'static,
) -> Result<T, Problem> {
    let (tell, told) = sync_channel(1);
    let asked = keeper.look(move |store| drop(tell.send(look(store))));
    asked.map_err(|error| Problem::Store(error.to_string()))?;
    let found = told.recv().map_err(|_| Problem::Store("the store is closed".to_owned()))?;
    found.map_err(|error| Problem::Store(error.to_string()))
}

fn answer(report: &Report, done: &Done, here: &Here) -> Json {
    let path = format!("/collections/{}", encoded(&report.collection));
    let links = [
        Link::new(here.to(&path), "collection", JSON, "The collection"),
        Link::new(
            here.to(&format!("{path}/items")),
            "items",
            "application/geo+json",
            "Its features",
        ),
    ];
    let refused = report.refused.iter().take(MOST_REFUSED);
    let refused = refused.map(|RefusedRow { line, value, reason }| {
        json!({"line": line, "value": value, "reason": reason})
    });
    let statuses = report.statuses.iter().map(|(status, count)| (status.clone(), json!(count)));
    json!({
        "collection": report.collection,
        "features": report.features,
        "placed": report.placed,
        "statuses": statuses.collect::<serde_json::Map<_, _>>(),
        "columns": report.roles,
        "readAs": report.kind,
        "refusedCount": report.refused.len(),
        "refused": refused.collect::<Vec<_>>(),
        "warnings": report.warnings.iter().map(|(code, one)| warning(code, one)).collect::<Vec<_>>(),
        "edit": done.number,
        "replayed": done.was_done,
        "links": links,
    })
}

/// Says in the words of HTTP why a list cannot become what is wanted.
fn refusal(error: &IntakeError) -> Problem {
    let said = error.to_string();
    match error {
        IntakeError::Id(_) => Problem::parameter("id", said),
        IntakeError::Title(_) => Problem::parameter("title", said),
        IntakeError::Country(_) => Problem::parameter("country", said),
        IntakeError::Layer(InvalidLayer::NoColumn { .. }) => Problem::parameter("types", said),
        _ if error.is_too_large() => {
            Problem::HoldsTooMuch(format!("{said} (see --max-unpacked-mib)"))
        }
        IntakeError::Taken(_) | IntakeError::CalledOff(_) => Problem::Conflict(said),
        IntakeError::NoCollection(id) => Problem::NoCollection(id.clone()),
        IntakeError::Fixed(_) => Problem::Fixed(said),
        IntakeError::Kind(given) => Problem::MediaType {
            given: given.clone(),
            known: upload_body::types().join(", "),
            header: "accept-post",
        },
        _ => Problem::Body(said),
    }
}
