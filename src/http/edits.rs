//! Features made, replaced, updated and deleted: OGC API Features Part 4 (draft).
//!
//! One request is one transaction, and is answered when it is on the disk.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::json;

use super::access;
use super::content_crs;
use super::editor::Editor;
use super::edits_body as sent;
use super::geocode_json::warning;
use super::here::encoded;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use super::upload_body;
use crate::domain::Schema;
use crate::formats::heights;
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
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

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
    let body = content_crs::in_crs84(&headers, body)?;
    let (collection, text) = (Arc::clone(&editor.collection), body.clone());
    let most = service.limits.list_rows;
    let read = tokio::task::spawn_blocking(move || sent::drafts(&collection, &text, most));
    let drafts = read.await.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR))??;
    let done = editor.edit(drafts.into_iter().map(Wish::Create).collect(), &body).await?;
    let mut response = answer_to(&body, editor.collection.schema(), &done);
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
    editor.check_none(id).await?;
    let body = content_crs::in_crs84(&headers, body)?;
    let feature = sent::feature(&editor.collection, id, &body)?;
    let wish = Wish::Replace { feature, expected: editor.expected() };
    Ok(answer_to(&body, editor.collection.schema(), &editor.edit(vec![wish], &body).await?))
}

async fn update(editor: Editor, headers: HeaderMap, body: Bytes) -> Result<Response, Problem> {
    sent::check_type(&headers, &[sent::MERGE_PATCH], "accept-patch")?;
    let id = editor.feature.as_deref().unwrap_or_default();
    editor.check_none(id).await?;
    let body = content_crs::in_crs84(&headers, body)?;
    let wish = sent::patch(&editor.collection, id, &body, editor.expected())?;
    Ok(answer_to(&body, editor.collection.schema(), &editor.edit(vec![wish], &body).await?))
}

async fn delete(editor: Editor) -> Result<Response, Problem> {
    let id = editor.feature.clone().unwrap_or_default();
    editor.check_none(&id).await?;
    let wish = Wish::Delete { id, expected: editor.expected() };
    Ok(answer(editor.collection.schema(), &editor.edit(vec![wish], b"").await?))
}

/// Tells what was done: the ids, the number in the history, the tag of the one new version.
pub(super) fn answer(schema: &Schema, done: &Done) -> Response {
    answer_to(b"", schema, done)
}

/// The same, and what of the body was left aside.
fn answer_to(body: &[u8], schema: &Schema, done: &Done) -> Response {
    let mut said = json!({"ids": done.ids, "edit": done.number});
    let with_heights = heights::count(body);
    if with_heights > 0 {
        said["warnings"] = json!([warning("heights", &heights::left_aside(with_heights))]);
    }
    let mut response = reply::json(JSON, &said);
    let headers = response.headers_mut();
    if let [Change::Put(feature) | Change::Add(feature, _)] = &done.changes[..] {
        let tag = format!("\"{}\"", tag(schema, feature));
        headers.extend(HeaderValue::from_str(&tag).ok().map(|tag| (header::ETAG, tag)));
    }
    if done.was_done {
        headers.insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}

/// What a path is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Collections,
    Collection,
    Items,
    Item,
}

impl What {
    /// What a token must allow for it to be changed.
    fn scope(self) -> Scope {
        if self == Self::Collection { Scope::Admin } else { Scope::Write }
    }

    /// The headers that name the methods that are allowed, and the media types that they take.
    fn allowed(self, may_change: bool) -> Vec<(HeaderName, HeaderValue)> {
        let (allow, types) = match self {
            _ if !may_change => (READS.to_owned(), None),
            Self::Collections => {
                (format!("{READS}, POST"), Some(("accept-post", upload_body::types().join(", "))))
            }
            Self::Collection => (format!("{READS}, DELETE"), None),
            Self::Items => {
                (format!("{READS}, POST"), Some(("accept-post", sent::FEATURES.join(", "))))
            }
            Self::Item => (
                format!("{READS}, PUT, PATCH, DELETE"),
                Some(("accept-patch", sent::MERGE_PATCH.to_owned())),
            ),
        };
        let types = types.map(|(name, types)| (HeaderName::from_static(name), types));
        let all = types.into_iter().chain([(header::ALLOW, allow)]);
        all.filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text).ok()?))).collect()
    }
}

/// Answers `OPTIONS` for collections and features truly: what this client may do with them now; and names
/// the same where a method is refused. A preflight of a browser, and every other path, is for the layers
/// below.
pub(super) async fn options(
    service: &Service,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let is_preflight = request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let path: Vec<&str> = request.uri().path().split('/').skip(1).collect();
    let (collection, what) = match path[..] {
        _ if is_read || is_preflight => return next(request).await,
        ["collections"] => ("", What::Collections),
        ["collections", collection] => (collection, What::Collection),
        ["collections", collection, "items"] => (collection, What::Items),
        ["collections", collection, "items", id] if !id.is_empty() => (collection, What::Item),
        _ => return next(request).await,
    };
    let catalog = service.catalog();
    let is_there = catalog.collection(collection).is_some();
    let is_seen = is_there && access::sees(&catalog, request.headers(), collection);
    let may_change =
        service.keeper.is_some() && service.may(request.headers(), what.scope(), collection);
    let allowed = what.allowed(may_change);
    if request.method() != Method::OPTIONS {
        let mut response = next(request).await;
        if response.status() == StatusCode::METHOD_NOT_ALLOWED {
            for (name, value) in allowed {
                response.headers_mut().insert(name, value);
            }
        }
        return response;
    }
    if what != What::Collections && !is_seen {
        return Problem::NoCollection(collection.to_owned()).into_response();
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().extend(allowed);
    response
}
