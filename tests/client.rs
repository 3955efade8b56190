//! A client of the router, called in process: no socket, no clock, no order.

use std::sync::LazyLock;
use std::time::Duration;

use axum::body::{Body, HttpBody};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value as Json;
use tokio::time::timeout;

use jidi::http::{Front, Jobs, Limits, Metrics, Service, Web, front};
use jidi::store::{Boundaries, Catalog, Geodata, Snapshots};

/// The address under which the tests reach the service.
pub(crate) const ROOT: &str = "http://jidi.test";

/// The bundled data.
pub(crate) static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::load(&Geodata::default()).unwrap());

/// A service of the bundled data.
static BUNDLED: LazyLock<Client> = LazyLock::new(|| Client::of(service(CATALOG.clone())));

/// The same without boundaries.
static WITHOUT_BOUNDARIES: LazyLock<Client> = LazyLock::new(|| {
    let geodata = Geodata { folder: None, boundaries: Boundaries::None };
    Client::of(service(Catalog::load(&geodata).unwrap()))
});

/// A service of a catalog, as it is without flags.
pub(crate) fn service(catalog: Catalog) -> Service {
    let (web, limits, metrics) = (Web::embedded(), Limits::default(), Metrics::new().unwrap());
    let catalog = Snapshots::new(catalog);
    let public_url = Some(ROOT.to_owned());
    let (keeper, store, trust_proxy, jobs) = (None, None, false, Jobs::default());
    Service { catalog, keeper, store, public_url, trust_proxy, web, limits, metrics, jobs }
}

/// Asks a service.
#[derive(Clone)]
pub(crate) struct Client(Front);

/// Holds an answer.
pub(crate) struct Answer {
    /// Its status.
    pub(crate) status: StatusCode,
    /// Its headers.
    pub(crate) headers: HeaderMap,
    /// Its body.
    pub(crate) body: Vec<u8>,
    /// The length of the body, if that was known before it was read.
    pub(crate) known_length: Option<u64>,
}

impl Client {
    /// Asks a service.
    pub(crate) fn of(service: Service) -> Self {
        Self(front(service))
    }

    /// Asks with a method and headers.
    pub(crate) fn ask(&self, method: &Method, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(method, path, headers, b"")
    }

    /// Asks with a body.
    pub(crate) fn send(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_vec())).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let response = self.0.answer(request).await;
            let (parts, body) = response.into_parts();
            let known_length = body.size_hint().exact();
            let body = body.collect().await.unwrap().to_bytes().to_vec();
            Answer { status: parts.status, headers: parts.headers, body, known_length }
        })
    }

    /// Gets a path, and leaves before it is answered.
    pub(crate) fn leave(&self, path: &str, after: Duration) {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(async { timeout(after, self.0.answer(request)).await });
        assert!(answer.is_err(), "it was answered before");
        runtime.shutdown_background();
    }

    /// Gets a path.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask(&Method::GET, path, &[])
    }
}

impl Answer {
    /// The body as JSON.
    pub(crate) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    /// A header as text, empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Gets a path of the service of the bundled data.
pub(crate) fn get(path: &str) -> Answer {
    BUNDLED.get(path)
}

/// Gets a path with headers.
pub(crate) fn get_with(path: &str, headers: &[(&str, &str)]) -> Answer {
    BUNDLED.ask(&Method::GET, path, headers)
}

/// Deletes what a path leads to.
pub(crate) fn delete(path: &str) -> Answer {
    BUNDLED.ask(&Method::DELETE, path, &[])
}

/// Posts JSON to a path.
pub(crate) fn post(path: &str, body: &str) -> Answer {
    post_as(path, "application/json", body.as_bytes())
}

/// Posts a table to a path.
pub(crate) fn post_csv(path: &str, body: &str) -> Answer {
    post_as(path, "text/csv; charset=utf-8", body.as_bytes())
}

/// Posts a body of a media type to a path.
pub(crate) fn post_as(path: &str, media_type: &str, body: &[u8]) -> Answer {
    post_with(path, &[("content-type", media_type)], body)
}

/// Posts a body with headers to a path.
pub(crate) fn post_with(path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    BUNDLED.send(&Method::POST, path, headers, body)
}

/// Asks with another method.
pub(crate) fn ask(method: &Method, path: &str) -> Answer {
    BUNDLED.ask(method, path, &[])
}

/// The service that runs without boundaries.
pub(crate) fn without_boundaries() -> Client {
    WITHOUT_BOUNDARIES.clone()
}

/// The links of an answer with a relation.
pub(crate) fn links<'a>(body: &'a Json, rel: &str) -> Vec<&'a Json> {
    body["links"].as_array().unwrap().iter().filter(|link| link["rel"] == rel).collect()
}

/// The path and query of an absolute link of the service.
pub(crate) fn path(link: &Json) -> &str {
    link["href"].as_str().unwrap().strip_prefix(ROOT).unwrap()
}
