//! Features made, replaced, updated and deleted: OGC API Features Part 4 (draft).
//!
//! One request is one transaction, and is answered when it is on the disk.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;

use super::access;
use super::editor::Editor;
use super::edits_body as sent;
use super::here::encoded;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::store::edit::{Done, Wish, tag};
use crate::store::{Change, Scope};

/// The conformance classes of this module, met by a service that takes changes.
pub(super) const CLASSES: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
];

/// What can be done where nothing can be changed.
pub(super) const READS: &str = "GET, HEAD, OPTIONS";

/// The header that says that a request had been done before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

pub(super) fn routes() -> Router<Arc<Service>> {
    // How large a body may be is for the layers to say.
    Router::new()
        .route("/collections/{collection}/items", post(create))
        .route(
            "/collections/{collection}/items/{id}",
            axum::routing::put(replace).patch(update).delete(delete),
        )
        .layer(DefaultBodyLimit::disable())
}

async fn create(
    State(service): State<Arc<Service>>,
    editor: Editor,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    sent::check_type(&headers, &sent::FEATURES, "accept-post")?;
    let (collection, text) = (Arc::clone(&editor.collection), body.clone());
    let most = service.limits.list_rows;
    let read = tokio::task::spawn_blocking(move || sent::drafts(&collection, &text, most));
    let drafts = read.await.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR))??;
    let done = editor.edit(drafts.into_iter().map(Wish::Create).collect(), &body).await?;
    let mut response = answer(&editor, &done);
    *response.status_mut() = StatusCode::CREATED;
    if let [id] = &done.ids[..] {
        let items = format!("/collections/{}/items", encoded(&editor.collection.about().id));
        let location = editor.here.to(&format!("{items}/{}", encoded(id)));
        if let Ok(location) = HeaderValue::from_str(&location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
    }
    Ok(response)
}

async fn replace(editor: Editor, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    sent::check_type(&headers, &sent::FEATURES, "accept")?;
    let id = editor.feature.as_deref().unwrap_or_default();
    editor.check_none(id)?;
    let feature = sent::feature(&editor.collection, id, &body)?;
    let wish = Wish::Replace { feature, expected: editor.expected() };
    Ok(answer(&editor, &editor.edit(vec![wish], &body).await?))
}

async fn update(editor: Editor, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    sent::check_type(&headers, &[sent::MERGE_PATCH], "accept-patch")?;
    let id = editor.feature.as_deref().unwrap_or_default();
    editor.check_none(id)?;
    let wish = sent::patch(&editor.collection, id, &body, editor.expected())?;
    Ok(answer(&editor, &editor.edit(vec![wish], &body).await?))
}

async fn delete(editor: Editor) -> Result<Response, Problem> {
    let id = editor.feature.clone().unwrap_or_default();
    editor.check_none(&id)?;
    let wish = Wish::Delete { id, expected: editor.expected() };
    Ok(answer(&editor, &editor.edit(vec![wish], b"").await?))
}

/// Tells what was done: the ids, the number in the history, the tag of the one new version.
pub(super) fn answer(editor: &Editor, done: &Done) -> Response {
    let mut response = reply::json(JSON, &json!({"ids": done.ids, "edit": done.number}));
    let headers = response.headers_mut();
    if let [Change::Put(feature)] = &done.changes[..] {
        let tag = format!("\"{}\"", tag(editor.collection.schema(), feature));
        headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    }
    if done.was_done {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// Answers `OPTIONS` for features truly: what this client may do with them now. A preflight of a
/// browser, and every other path, is for the layers below.
pub(super) async fn options(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let is_preflight = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let path: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    let (collection, is_one) = match path[..] {
        ["collections", collection, "items"] => (collection, false),
        ["collections", collection, "items", id] if !id.is_empty() => (collection, true),
        _ => return next.run(request).await,
    };
    if request.method() != Method::OPTIONS || is_preflight {
        return next.run(request).await;
    }
    let catalog = service.catalog();
    let is_there = catalog.collection(collection).is_some();
    if !is_there || !access::sees(&catalog, request.headers(), collection) {
        return Problem::NoCollection(collection.to_owned()).into_response();
    }
    let may_write = service.keeper.is_some()
        && service.demand(request.headers(), Scope::Write, collection).is_ok();
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    let (allow, types) = match (may_write, is_one) {
        (false, _) => (READS.to_owned(), None),
        (true, true) => (
            format!("{READS}, PUT, PATCH, DELETE"),
            Some(("accept-patch", sent::MERGE_PATCH.to_owned())),
        ),
        (true, false) => {
            (format!("{READS}, POST"), Some(("accept-post", sent::FEATURES.join(", "))))
        }
    };
    let types = types.map(|(name, types)| (HeaderName::from_static(name), types));
    for (name, text) in types.into_iter().chain([(header::ALLOW, allow)]) {
        headers.extend(HeaderValue::from_str(&text).ok().map(|value| (name, value)));
    }
    response
}
