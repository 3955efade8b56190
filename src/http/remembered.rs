//! Answers that were given before, ready to be given again while the same data is served.
//!
//! An answer below a collection depends on the snapshot of the data, the address and what the client
//! accepts, and on nothing else (see the validators in `layers`); `timeStamp` tells when it was made.
//! It is kept as it is sent, packed where the client takes that.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::front::HeadOnly;
use super::problem::Problem;
use super::service::Service;
use crate::store::Catalog;

/// Bytes of the largest answer that is kept.
const LARGEST: usize = 256 * 1024;

/// Bytes of a generation of answers; two are kept.
const GENERATION: usize = 16 * 1024 * 1024;

/// Bytes that an answer takes beside its body and its name: headers, and the table.
const BESIDE: usize = 4 * 1024;

/// Holds the answers of one snapshot in two generations: the older one goes when the newer is full.
#[derive(Debug)]
pub(super) struct Remembered {
    kept: RwLock<Kept>,
    generation: usize,
}

#[derive(Debug, Default)]
struct Kept {
    of: Weak<Catalog>,
    newer: HashMap<String, Ready>,
    older: HashMap<String, Ready>,
    bytes: usize,
}

/// Holds an answer as it was given.
#[derive(Debug, Clone)]
struct Ready {
    headers: HeaderMap,
    route: Option<MatchedPath>,
    body: Bytes,
}

impl Default for Remembered {
    fn default() -> Self {
        Self { kept: RwLock::default(), generation: GENERATION }
    }
}

impl Remembered {
    fn find(&self, catalog: &Arc<Catalog>, name: &str) -> Option<Ready> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        let is_of_now = std::ptr::eq(kept.of.as_ptr(), Arc::as_ptr(catalog));
        let found = || kept.newer.get(name).or_else(|| kept.older.get(name)).cloned();
        is_of_now.then(found).flatten()
    }

    fn keep(&self, catalog: &Arc<Catalog>, name: String, ready: Ready) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        if !std::ptr::eq(kept.of.as_ptr(), Arc::as_ptr(catalog)) {
            *kept = Kept { of: Arc::downgrade(catalog), ..Kept::default() };
        }
        if kept.bytes >= self.generation {
            kept.older = std::mem::take(&mut kept.newer);
            kept.bytes = 0;
        }
        kept.bytes += BESIDE + name.len() + ready.body.len();
        kept.newer.insert(name, ready);
    }
}

/// Says of an answer that it is small, before its packing hides how large it is.
#[derive(Debug, Clone, Copy)]
struct Small;

/// Marks an answer that is small enough to be remembered.
pub(super) fn measure(response: &mut Response) {
    if response.body().size_hint().exact().is_some_and(|size| size <= LARGEST as u64) {
        response.extensions_mut().insert(Small);
    }
}

/// Gives an answer that is remembered, or remembers the one that is made.
pub(super) async fn remember(
    service: &Service,
    remembered: &Remembered,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let catalog = service.catalog();
    let Some(name) = name(service, &catalog, &request) else {
        return next(request).await;
    };
    if let Some(Ready { headers, route, body }) = remembered.find(&catalog, &name) {
        let mut response = Response::new(Body::from(body));
        *response.headers_mut() = headers;
        if let Some(route) = route {
            response.extensions_mut().insert(route);
        }
        return response;
    }
    let response = next(request).await;
    if !is_lasting(&response) {
        return response;
    }
    let (parts, body) = response.into_parts();
    // Packing adds little to what it cannot make smaller.
    let Ok(body) = to_bytes(body, 2 * LARGEST).await else {
        return Problem::Status(StatusCode::INTERNAL_SERVER_ERROR).into_response();
    };
    remembered.keep(
        &catalog,
        name,
        Ready {
            headers: parts.headers.clone(),
            route: parts.extensions.get().cloned(),
            body: body.clone(),
        },
    );
    Response::from_parts(parts, Body::from(body))
}

/// What an answer depends on beside the data; `None` for one that is never remembered.
fn name(service: &Service, catalog: &Catalog, request: &Request) -> Option<String> {
    let of_one = [header::AUTHORIZATION, header::IF_NONE_MATCH, header::IF_MATCH];
    let headers = request.headers();
    // Who answers a head may leave the body out.
    let is_head = request.extensions().get::<HeadOnly>().is_some();
    if request.method() != Method::GET
        || is_head
        || of_one.iter().any(|name| headers.contains_key(name))
    {
        return None;
    }
    let id = request.uri().path().strip_prefix("/collections/")?.split('/').next()?;
    catalog.collection(id).filter(|collection| collection.is_held())?;
    let mut name = String::with_capacity(256);
    let hosts = &["host", "x-forwarded-host", "x-forwarded-proto"];
    let hosts = &hosts[..if service.trust_proxy { 3 } else { 1 }];
    for said in hosts.iter().chain(&["accept", "accept-encoding"]) {
        name.push('\n');
        for value in headers.get_all(*said) {
            name.push_str(value.to_str().ok()?);
            name.push(',');
        }
    }
    name.push('\n');
    name.push_str(request.uri().path_and_query()?.as_str());
    Some(name)
}

/// Says whether an answer is whole, small and good for as long as the data stays.
fn is_lasting(response: &Response) -> bool {
    let is_small = response.extensions().get::<Small>().is_some();
    let lifetime = response.headers().get(header::CACHE_CONTROL);
    let is_validated = response.headers().contains_key(header::ETAG);
    let is_stored =
        lifetime.is_none_or(|lifetime| lifetime != HeaderValue::from_static("no-store"));
    response.status() == StatusCode::OK && is_small && is_validated && is_stored
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Boundaries, Geodata};

    fn catalog() -> Arc<Catalog> {
        let geodata = Geodata { folder: None, boundaries: Boundaries::None };
        Arc::new(Catalog::load(&geodata).unwrap())
    }

    fn ready(size: usize) -> Ready {
        Ready { headers: HeaderMap::new(), route: None, body: Bytes::from(vec![b'a'; size]) }
    }

    #[test]
    fn answers_of_other_data_are_forgotten() {
        let (remembered, before) = (Remembered::default(), catalog());
        let after = Arc::new(Catalog::clone(&before));
        remembered.keep(&before, "a".into(), ready(1));
        assert!(remembered.find(&before, "a").is_some());
        assert!(remembered.find(&after, "a").is_none());
        remembered.keep(&after, "b".into(), ready(1));
        assert!(remembered.find(&before, "a").is_none());
        assert!(remembered.find(&after, "a").is_none());
    }

    #[test]
    fn no_more_than_two_generations_are_kept() {
        let remembered = Remembered { generation: 10 * (BESIDE + 100), ..Remembered::default() };
        let catalog = catalog();
        for number in 0..100 {
            remembered.keep(&catalog, format!("{number}"), ready(100));
        }
        let kept = |number: usize| remembered.find(&catalog, &number.to_string()).is_some();
        assert!(kept(99));
        assert!(!kept(0));
        assert!((0..100).filter(|number| kept(*number)).count() <= 20);
    }
}
