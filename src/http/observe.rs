//! The outermost layer: names each request, measures it, and logs one line when it is done.
//!
//! The line holds the path without its query: what people search for, and keys that they put into
//! an address, are no business of the log. No header is logged.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use super::metrics::Metrics;
use super::request_id::{self, RequestId, RequestIds};

/// The route of what fits none, so that no client can make series of metrics.
const NO_ROUTE: &str = "none";

/// Holds what the layer keeps from one request to the next.
#[derive(Debug)]
pub(super) struct Observer {
    /// What is measured.
    pub(super) metrics: Metrics,
    /// What names the requests that come without a name.
    pub(super) ids: RequestIds,
}

/// Watches a request until its answer is sent or given up.
pub(super) async fn observe(
    observer: &Arc<Observer>,
    mut request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let id = RequestId::given(request.headers()).unwrap_or_else(|| observer.ids.next());
    request.extensions_mut().insert(id.clone());
    let mut watch = Watch::begin(Arc::clone(observer), &request, id.clone());
    let mut response = next(request).await;
    response.headers_mut().insert(request_id::HEADER, id.to_header());
    watch.route = response.extensions_mut().remove();
    watch.answered(response.status());
    response.map(|body| Body::new(Watched { expected: body.size_hint().exact(), body, watch }))
}

/// Follows one request; when it is dropped, the request is over.
struct Watch {
    observer: Arc<Observer>,
    id: RequestId,
    method: Method,
    path: String,
    /// What the path fits, once it is answered.
    route: Option<MatchedPath>,
    begun: Instant,
    status: Option<StatusCode>,
    bytes: u64,
    is_whole: bool,
}

impl Watch {
    fn begin(observer: Arc<Observer>, request: &Request, id: RequestId) -> Self {
        observer.metrics.in_flight.inc();
        Self {
            observer,
            id,
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            route: None,
            begun: Instant::now(),
            status: None,
            bytes: 0,
            // The answer to HEAD has no body to wait for.
            is_whole: request.method() == Method::HEAD,
        }
    }

    fn route(&self) -> &str {
        self.route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str)
    }

    fn answered(&mut self, status: StatusCode) {
        self.status = Some(status);
        let took = self.begun.elapsed();
        self.observer.metrics.answered(self.route(), &self.method, status, took);
    }

    /// Writes the line: failures of ours as warnings, so that they are seen unless asked away.
    fn log(&self) {
        let (request_id, method) = (self.id.as_str(), self.method.as_str());
        let (path, route, bytes) = (self.path.as_str(), self.route(), self.bytes);
        let status = self.status.map(|status| status.as_u16());
        let duration_ms = self.begun.elapsed().as_micros() as f64 / 1000.0;
        let outcome = match self.status {
            None => "the client left",
            Some(_) if !self.is_whole => "broken off",
            Some(_) => "answered",
        };
        if self.status.is_some_and(|status| status.is_server_error()) {
            tracing::warn!(
                request_id,
                method,
                path,
                route,
                status,
                duration_ms,
                bytes,
                "{outcome}"
            );
        } else {
            tracing::info!(
                request_id,
                method,
                path,
                route,
                status,
                duration_ms,
                bytes,
                "{outcome}"
            );
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.metrics.in_flight.dec();
        self.observer.metrics.sent(self.route(), self.bytes);
        self.log();
    }
}

/// Counts a body while it is sent.
struct Watched {
    body: Body,
    /// How many bytes it has, where that is known before.
    expected: Option<u64>,
    watch: Watch,
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Whoever knows the length does not wait for the end.
        self.watch.is_whole |= self.expected == Some(self.watch.bytes);
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.watch.bytes += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            Poll::Ready(None) => self.watch.is_whole = true,
            Poll::Ready(Some(Err(_))) | Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
