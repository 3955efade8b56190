//! Analyses: below each collection by GET, and as OGC API Processes 1.0, read from one table.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::{Map, Value as Json, json};

use super::access::sees;
use super::analysis_page::{self, Ran};
use super::ask::{Ask, Names, PAGE};
use super::content_crs;
use super::filtering;
use super::here::{Here, Link, encoded};
use super::items;
use super::problem::Problem;
use super::process_pages;
use super::processes_json::{OUTPUT, describe};
use super::query::Query;
use super::reply::{self, JSON};
use super::runs::{self, Task};
use super::service::Service;
use super::upload::prefers_async;
use crate::process::{self, Arguments, Inline, PROCESSES, Process};
use crate::store::{Collection, Selection};

/// The conformance classes of this module.
pub(super) const CLASSES: [&str; 5] = [
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/ogc-process-description",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/dismiss",
];

pub(super) fn routes() -> Router<Arc<Service>> {
    let routes = Router::new()
        .route("/processes", get(list))
        .route("/processes/{process}", get(one))
        .route("/processes/{process}/execution", post(execute))
        .layer(DefaultBodyLimit::disable());
    PROCESSES.iter().copied().filter(|one| !has_own_route(one)).fold(routes, |routes, process| {
        let path = format!("/collections/{{collection}}/{}", process.name);
        let run = async move |service, names, headers, ask| {
            of_collection(process, service, names, headers, ask).await
        };
        routes.route(&path, get(run))
    })
}

/// Says whether a process is answered below a collection by a route of its own: `nearest` is, from the
/// index of the collection, in every format of items.
pub(super) fn has_own_route(process: &Process) -> bool {
    process.name == "nearest"
}

async fn list(ask: Ask) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let processes: Vec<Json> =
        PROCESSES.iter().map(|process| describe(process, &here, false)).collect();
    let links = [
        Link::new(here.to("/processes"), "self", JSON, "This page"),
        Link::new(here.to("/processes?f=html"), "alternate", PAGE, "To read"),
    ];
    let body = json!({"processes": processes, "links": links});
    if wanted == PAGE {
        return Ok(process_pages::list(&body, &here));
    }
    Ok(reply::json(JSON, &body))
}

async fn one(
    State(service): State<Arc<Service>>,
    Names(name): Names<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let body = describe(find(&name)?, &here, true);
    if wanted == PAGE {
        return Ok(process_pages::one(&service.catalog(), &body, &here));
    }
    Ok(reply::json(JSON, &body))
}

fn find(name: &str) -> Result<&'static Process, Problem> {
    process::find(name).ok_or_else(|| Problem::NoProcess(name.to_owned()))
}

async fn of_collection(
    process: &'static Process,
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let own = if process.has_features { "application/geo+json" } else { JSON };
    let served = [("geojson", own), ("json", own), ("", own), ("", JSON), ("html", PAGE)];
    let is_page = ask.media_type(&served)? == PAGE;
    ask.leave_out_blanks(process.all_parameters().map(|one| one.name).chain(["filter"]));
    let pairs = if is_page { ask.query.pairs().to_vec() } else { Vec::new() };
    let (arguments, selection) = arguments(process, ask.query, &collection)?;
    let path = format!("/collections/{}", encoded(&id));
    let described = format!("/processes/{}", process.name);
    let links = vec![
        Link::new(ask.here.itself(), "self", own, process.title[0]),
        Link::to_read(&ask.here),
        Link::new(ask.here.to(&path), "collection", JSON, &collection.about().title),
        Link::new(ask.here.to(&described), "describedby", JSON, process.words[0]),
    ];
    let is_document = false;
    let task =
        Task { process, service, collection, selection, arguments, headers, links, is_document };
    if is_page {
        return to_read(task, pairs, ask.here).await;
    }
    runs::waited(task).await
}

/// Runs a task, and makes a page of its answer.
async fn to_read(
    task: Task,
    pairs: Vec<(String, String)>,
    here: Here,
) -> Result<Response, Problem> {
    let (process, service, collection) =
        (task.process, Arc::clone(&task.service), Arc::clone(&task.collection));
    let result = runs::result(task).await?;
    let made = tokio::task::spawn_blocking(move || {
        let ran = Ran { process, collection: &collection, pairs: &pairs, here: &here };
        analysis_page::of_collection(&service.catalog(), &ran, &result.body)
    });
    made.await.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR))
}

/// Takes the parameters of a process, then those that select features; refuses the rest.
fn arguments(
    process: &'static Process,
    mut query: Query,
    collection: &Collection,
) -> Result<(Arguments, Selection), Problem> {
    let mut arguments = Arguments::default();
    for parameter in process.all_parameters() {
        if let Some(text) = query.take(parameter.name) {
            arguments.add(parameter, &text).map_err(|refused| Problem::Parameter {
                name: refused.name,
                reason: refused.reason,
            })?;
        }
    }
    let selection = items::selection(&mut query, collection)?;
    let mut known: Vec<&str> = process.all_parameters().map(|one| one.name).collect();
    known.extend(["bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs", "f"]);
    items::finish(query, collection, &known)?;
    filtering::check_steps(collection, &selection)?;
    Ok((arguments, selection))
}

/// Runs a process on a collection, or on features of the request, which are kept nowhere.
async fn execute(
    State(service): State<Arc<Service>>,
    Names(name): Names<String>,
    headers: HeaderMap,
    ask: Ask,
    body: Bytes,
) -> Result<Response, Problem> {
    let process = find(&name)?;
    ask.query.finish(&[])?;
    let here = ask.here;
    let asked = String::from_utf8_lossy(&body).into_owned();
    let is_async = prefers_async(&headers);
    if is_async {
        service.jobs.check_room()?;
    }
    // Many features take longer to read than a worker of the server may be kept.
    let reading = tokio::task::spawn_blocking(move || task(process, service, headers, &body));
    let failed = |_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR);
    let task = reading.await.map_err(failed)??;
    if !is_async {
        return runs::waited(task).await;
    }
    runs::start(task, asked, &here)
}

/// Reads a request for a run (OGC API Processes 1.0, 7.11).
fn task(
    process: &'static Process,
    service: Arc<Service>,
    headers: HeaderMap,
    body: &[u8],
) -> Result<Task, Problem> {
    let refused = |reason: String| Problem::Body(reason);
    let asked: Json = serde_json::from_slice(body)
        .map_err(|error| refused(format!("no JSON: {error}; send {{\"inputs\": {{…}}}}")))?;
    let empty = Map::new();
    let inputs = match &asked["inputs"] {
        Json::Null => &empty,
        Json::Object(inputs) => inputs,
        _ => return Err(refused("`inputs` is no object".to_owned())),
    };
    let is_document = match asked["response"].as_str() {
        None | Some("raw") => false,
        Some("document") => true,
        Some(other) => {
            return Err(refused(format!("`response` is raw or document, not `{other}`")));
        }
    };
    check_outputs(&asked["outputs"])?;
    let catalog = service.catalog();
    let collection = match (inputs.get("collection"), inputs.get("features")) {
        (Some(id), None) => {
            let reason = "no features are sent, and `at` and `bbox` are in CRS84, longitude first";
            content_crs::refuse(&headers, reason)?;
            let id =
                id.as_str().ok_or_else(|| Problem::parameter("collection", "it is no text"))?;
            let seen = sees(&catalog, &headers, id).then(|| service.collection(id));
            seen.unwrap_or_else(|| Err(Problem::NoCollection(id.to_owned())))?
        }
        (None, Some(features)) => {
            let mut features = features.get("value").unwrap_or(features).clone();
            content_crs::turn_features(&headers, &mut features)?;
            let bytes = features.to_string();
            let name = ["features.geojson", ""];
            let most = service.limits.list_rows;
            let inline = Inline::read(&catalog, bytes.as_bytes(), name, most)
                .map_err(|error| Problem::parameter("features", error))?;
            if let Some(row) = inline.refused.first() {
                let reason = format!("feature {}: {}: {}", row.line, row.reason, row.value);
                return Err(Problem::parameter("features", reason));
            }
            Arc::new(inline.collection)
        }
        _ => {
            let reason = "give either `collection`, an id, or `features`, a GeoJSON FeatureCollection of points";
            return Err(Problem::parameter("collection", reason));
        }
    };
    let mut query = Query::read("")?;
    for (name, value) in
        inputs.iter().filter(|(name, _)| !["collection", "features"].contains(&name.as_str()))
    {
        query.add(name, text(name, value)?)?;
    }
    let (arguments, selection) = arguments(process, query, &collection)?;
    let links = Vec::new();
    Ok(Task { process, service, collection, selection, arguments, headers, links, is_document })
}

/// Refuses outputs that no process has, and ways of sending them that there are not.
fn check_outputs(outputs: &Json) -> Result<(), Problem> {
    let outputs = match outputs {
        Json::Null => return Ok(()),
        Json::Object(outputs) => outputs,
        _ => return Err(Problem::Body("`outputs` is no object".to_owned())),
    };
    for (name, wanted) in outputs {
        if name != OUTPUT {
            let reason = format!("there is no output `{name}`: each process has one, `{OUTPUT}`");
            return Err(Problem::Body(reason));
        }
        let mode = wanted["transmissionMode"].as_str().unwrap_or("value");
        if mode != "value" {
            let reason =
                format!("`{OUTPUT}` is sent by value, not by `{mode}`: leave transmissionMode out");
            return Err(Problem::Body(reason));
        }
    }
    Ok(())
}

/// An input as the text of a parameter.
fn text(name: &str, value: &Json) -> Result<String, Problem> {
    Ok(match value {
        Json::String(text) => text.clone(),
        Json::Number(_) | Json::Bool(_) => value.to_string(),
        Json::Array(items) if items.iter().all(Json::is_number) => {
            items.iter().map(Json::to_string).collect::<Vec<_>>().join(",")
        }
        Json::Object(members) if members.contains_key("bbox") => text(name, &members["bbox"])?,
        other => {
            let reason = format!("{other} is no text, number, switch or list of numbers");
            return Err(Problem::parameter(name, reason));
        }
    })
}
