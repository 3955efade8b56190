//! What happens around every handler: validators, problems, compression, limits, measures.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use tower::util::MapResponseLayer;
use tower_http::cors::{Any as AnyOrigin, CorsLayer};
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;

use super::health::is_operation;
use super::problem::{self, Details, Problem, TellsLimit};
use super::remembered;
use super::reply::{HTML, JSON};
use super::request_id::{self, RequestId};
use super::service::{Limits, Service};
use crate::store::geodata::hexadecimal;

/// The longest address that is read, in bytes; what is beyond 65,534 does not reach the service.
pub(super) const MAX_ADDRESS: usize = 60_000;

/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a file may take to arrive, and its collection to be made while the client waits.
const UPLOAD_TIMEOUT: Duration = Duration::from_mins(30);

/// Says how large a body and how late an answer may be, and names the route: one layer of the router,
/// which puts each request to each of its layers in a box.
fn bounded(
    routes: Router<Arc<Service>>,
    body_bytes: usize,
    timeout: Duration,
) -> Router<Arc<Service>> {
    let say_limit = move |response: Response<_>| match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE if !TellsLimit::is_in(&response) => {
            Problem::TooLarge(body_bytes).into_response()
        }
        _ => response.map(Body::new),
    };
    routes.layer((
        middleware::from_fn(name_route),
        MapResponseLayer::new(say_limit),
        RequestBodyLimitLayer::new(body_bytes),
        TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, timeout),
    ))
}

/// All routes with their limits; `uploads` may be larger and take longer.
pub(super) fn bounded_by(
    limits: Limits,
    routes: Router<Arc<Service>>,
    uploads: Router<Arc<Service>>,
) -> Router<Arc<Service>> {
    let routes = bounded(routes, limits.body_bytes, ANSWER_TIMEOUT);
    let uploads = bounded(uploads, limits.upload_bytes, UPLOAD_TIMEOUT);
    routes.merge(uploads)
}

/// Lets pages of other origins read.
pub(super) fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::HEAD, Method::OPTIONS])
        .allow_headers(AnyOrigin)
        .expose_headers([
            header::LINK,
            header::ETAG,
            super::crs::CONTENT_CRS,
            HeaderName::from_static("ogc-numbermatched"),
            HeaderName::from_static("ogc-numberreturned"),
            header::RETRY_AFTER,
            header::LOCATION,
            request_id::HEADER,
            HeaderName::from_static("jidi-refused-lines"),
            HeaderName::from_static("jidi-warning"),
        ])
        .vary([])
}

/// Tells those who measure which route an answer came from.
async fn name_route(route: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// Adds the validator of an answer, and answers 304 when the client has it.
///
/// An answer depends on the program, the data, the address and what the client accepts, and on
/// nothing else, so the validator is known before the answer is made. A client can have it only
/// from an answer; `*` asks for any, so there the answer is made first.
pub(super) async fn validate(
    service: &Service,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    let is_lasting = is_read
        && !is_operation(path)
        && !path.starts_with("/jobs")
        && !is_read_through(service, &request);
    let Some(web) = service.web.fingerprint().filter(|_| is_lasting) else {
        let mut response = next(request).await;
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        return response;
    };
    let tag = tag(service, web, &request);
    let lifetime = lifetime(request.uri().path());
    let known = known(request.headers());
    let mut response = if known.contains(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        next(request).await
    };
    // A feature names its own version, which a change can be bound to.
    let own = response.headers().get(header::ETAG).cloned();
    let is_known = |tag: &HeaderValue| known.iter().any(|known| known.as_bytes() == tag.as_bytes());
    let is_there = response.status().is_success();
    if is_there && (own.as_ref().is_some_and(is_known) || known.iter().any(|known| known == "*")) {
        response = StatusCode::NOT_MODIFIED.into_response();
    }
    let is_unchanged = response.status() == StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("accept"));
    if service.catalog().has_private() {
        headers.append(header::VARY, HeaderValue::from_static("authorization"));
    }
    if is_unchanged {
        headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    }
    if is_unchanged || response.status().is_success() {
        mark(response.headers_mut(), own, &tag, lifetime);
        remembered::measure(&mut response);
    }
    response
}

/// Says whether the answer comes from a table of others, which can change at any time.
fn is_read_through(service: &Service, request: &Request) -> bool {
    let mut path = request.uri().path().split('/').skip(1);
    path.next() == Some("collections")
        && path.next().is_some_and(|id| service.catalog().is_read_through(id))
}

fn mark(headers: &mut HeaderMap, own: Option<HeaderValue>, tag: &str, lifetime: &'static str) {
    if let Some(value) = own.or_else(|| HeaderValue::from_str(&format!("W/{tag}")).ok()) {
        headers.insert(header::ETAG, value);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
}

/// How long a client may keep an answer without asking: names under two folders carry a hash.
fn lifetime(path: &str) -> &'static str {
    if path.starts_with("/assets/") || path.starts_with("/fonts/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// The validators that the client has, without the mark of weakness.
fn known(headers: &HeaderMap) -> Vec<String> {
    let values = headers.get_all(header::IF_NONE_MATCH).iter();
    let texts = values.filter_map(|value| value.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .map(|one| one.trim().trim_start_matches("W/").to_owned())
        .collect()
}

/// The validator of the answer to a request, quoted.
fn tag(service: &Service, web: &str, request: &Request) -> String {
    let headers = request.headers();
    let mut hash = Sha256::new();
    hash.update(env!("JIDI_CODE_FINGERPRINT"));
    hash.update(&service.catalog().fingerprint);
    hash.update(web);
    hash.update(service.here(headers, "", &[]).to(""));
    hash.update(request.uri().to_string());
    for name in [header::ACCEPT, header::AUTHORIZATION] {
        for value in headers.get_all(&name) {
            hash.update(value.as_bytes());
        }
        hash.update([0]);
    }
    format!("\"{}\"", hexadecimal(&hash.finalize()[..8]))
}

/// Turns refusals of the layers and the router into problem details.
pub(super) async fn say_problem(
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let bytes = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    let mut response = if bytes > MAX_ADDRESS {
        let reason =
            format!("an address of {bytes} bytes is too long: at most {MAX_ADDRESS} are read");
        Problem::TooLong(reason).into_response()
    } else {
        next(request).await
    };
    if !is_said(&response) {
        let mut said = Problem::Status(response.status()).into_response();
        for name in [header::ALLOW, header::VARY, header::CACHE_CONTROL] {
            if let Some(value) = response.headers().get(&name) {
                said.headers_mut().insert(name, value.clone());
            }
        }
        said.extensions_mut().extend(std::mem::take(response.extensions_mut()));
        response = said;
    }
    if let Some(id) = id {
        Details::name_request(&mut response, &id);
    }
    response
}

/// Whether an answer speaks for itself: a success, a problem, or an unready service's report, which
/// may be a page.
fn is_said(response: &Response) -> bool {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let is_refusal = status.is_client_error() || status.is_server_error();
    !is_refusal
        || [problem::MEDIA_TYPE, JSON, HTML].iter().any(|said| kind == Some(said.as_bytes()))
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands the cause over")]
pub(super) fn log_panic(cause: Box<dyn Any + Send + 'static>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let cause = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("unknown");
    tracing::error!(cause, "a handler panicked");
    Problem::Status(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}
