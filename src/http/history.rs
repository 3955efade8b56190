//! Who changed what in a collection and when, the last edit undone, and a collection taken out; for
//! administrators.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{delete, get, post};
use serde_json::{Value as Json, json};
use tokio::sync::oneshot;

use super::ask::{Ask, Names};
use super::editor::{self, answered};
use super::edits;
use super::here::Link;
use super::html::{for_programs, page};
use super::html_parts::UNLINKED;
use super::problem::Problem;
use super::query::{DEFAULT_LIMIT, MAX_LIMIT};
use super::reply::{self, JSON};
use super::service::Service;
use crate::domain::Schema;
use crate::store::edit::{Done, EditError};
use crate::store::{Past, Scope};

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/collections/{collection}/history", get(history))
        .route("/collections/{collection}/undo", post(undo))
        .route("/collections/{collection}", delete(remove))
}

async fn history(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let missing = || Problem::NoPath(format!("/collections/{id}/history"));
    let keeper = service.keeper.as_ref().ok_or_else(missing)?;
    service.demand(&headers, Scope::Admin, &id)?;
    let is_page = ask.wants_page()?;
    let limit = ask.query.count("limit", DEFAULT_LIMIT, MAX_LIMIT)?;
    ask.query.finish(&["limit", "f"])?;
    let (tell, told) = oneshot::channel();
    let look = keeper.look(move |store| drop(tell.send(store.history(&id, limit))));
    look.map_err(|error| Problem::Store(error.to_string()))?;
    let told = told.await.map_err(|_| Problem::Store("the store is closed".to_owned()))?;
    let edits = told.map_err(|error| Problem::Store(error.to_string()))?;
    let edits: Vec<Json> = edits.iter().map(past).collect();
    let links = [Link::new(ask.here.itself(), "self", JSON, "This page"), Link::to_read(&ask.here)];
    let body = json!({"edits": edits, "links": links});
    if is_page {
        let text = if edits.is_empty() { "<p>Nothing was changed.</p>\n" } else { "" };
        let text = format!("{text}{}", UNLINKED.members(&body, &["links"]));
        return Ok(page("Who changed what", &(text + &for_programs(&ask.here, ""))));
    }
    Ok(reply::json(JSON, &body))
}

fn past(one: &Past) -> Json {
    json!({
        "number": one.number,
        "at": one.at,
        "who": one.who,
        "what": one.what,
        "ids": one.ids,
        "undoneBy": one.undone_by,
    })
}

/// Undoes the last edit, by an edit of its own; a collection that was removed comes back.
async fn undo(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, Problem> {
    let keeper = editor::keeper(&service)?;
    let author = service.demand_for(&headers, Scope::Admin, &id)?;
    ask.query.finish(&[])?;
    let (tell, told) = oneshot::channel();
    let asked = keeper.undo(id.clone(), author, |result| drop(tell.send(result)));
    done(&service, &id, answered(asked, told).await)
}

/// Takes a collection out as a whole; that can be undone.
async fn remove(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    headers: HeaderMap,
    ask: Ask,
) -> Result<Response, Problem> {
    let keeper = editor::keeper(&service)?;
    let author = service.demand(&headers, Scope::Admin, &id)?;
    ask.query.finish(&[])?;
    let (tell, told) = oneshot::channel();
    let asked = keeper.remove(id.clone(), author, |result| drop(tell.send(result)));
    done(&service, &id, answered(asked, told).await)
}

fn done(service: &Service, id: &str, done: Result<Done, EditError>) -> Result<Response, Problem> {
    let collection = service.catalog().collection(id).map(Arc::clone);
    let done = done.map_err(|error| match error {
        EditError::CannotUndo(_) if collection.is_none() => Problem::NoCollection(id.to_owned()),
        error => editor::refusal(error, id),
    })?;
    let none = Schema::default();
    Ok(edits::answer(collection.as_ref().map_or(&none, |one| one.schema()), &done))
}
