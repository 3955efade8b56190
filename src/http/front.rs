//! Answers requests: all that happens around the handlers, from the outermost to the routes.
//!
//! Each step is a function of a request and of what comes next. So an answer that is ready passes by
//! what it does not need, and no step costs more than what it does.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceExt, service_fn};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use super::access::hide;
use super::edits::options;
use super::layers::{cors, log_panic, say_problem, validate};
use super::observe::{Observer, observe};
use super::problem::Problem;
use super::rate_limit::RateLimiter;
use super::remembered::{Remembered, remember};
use super::request_id::{RequestId, RequestIds};
use super::service::Service;

/// Answers requests; copies share everything.
#[derive(Debug, Clone)]
pub struct Front(Arc<Steps>);

/// A part of a body that has none.
type Nothing = Result<Bytes, Infallible>;

/// Marks a request whose answer is not sent beyond its head, so that nobody makes a long one.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeadOnly;

/// Holds what the steps keep from one request to the next.
#[derive(Debug)]
struct Steps {
    service: Arc<Service>,
    observer: Arc<Observer>,
    remembered: Remembered,
    limiter: Option<RateLimiter>,
    routes: BoxCloneSyncService<Request, Response, Infallible>,
}

impl Front {
    /// Stands before the routes.
    pub(super) fn new(service: Arc<Service>, routes: Router) -> Self {
        let (metrics, ids) = (service.metrics.clone(), RequestIds::default());
        Self(Arc::new(Steps {
            observer: Arc::new(Observer { metrics, ids }),
            remembered: Remembered::default(),
            limiter: service.limits.rate.map(|limit| RateLimiter::new(limit, Arc::clone(&service))),
            routes: said(&service, routes),
            service,
        }))
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response {
        let asked = async |request: Request| match *request.method() {
            Method::HEAD => self.head(request).await,
            _ => self.limited(request).await,
        };
        observe(&self.0.observer, request, asked).await
    }

    /// Answers with the head that the same request would have with GET.
    async fn head(&self, mut request: Request) -> Response {
        *request.method_mut() = Method::GET;
        request.extensions_mut().insert(HeadOnly);
        let mut response = self.limited(request).await;
        match response.body().size_hint().exact() {
            Some(0) => {}
            Some(bytes) => {
                response.headers_mut().entry(header::CONTENT_LENGTH).or_insert(bytes.into());
            }
            // A body of no known length says nothing of it, as that of GET (RFC 9110, 8.6).
            None => return response.map(|_| Body::from_stream(tokio_stream::empty::<Nothing>())),
        }
        response.map(|_| Body::empty())
    }

    /// What is remembered is ready to be sent, packed and with all its headers; but who asks too often
    /// is told so as everybody is told of problems.
    async fn limited(&self, mut request: Request) -> Response {
        let Steps { service, remembered, limiter, .. } = &*self.0;
        if let Some(Err(refusal)) = limiter.as_ref().map(|limiter| limiter.check(&request)) {
            request.extensions_mut().insert(Arc::new(refusal));
            return self.said(request).await;
        }
        remember(service, remembered, request, async |request| self.said(request).await).await
    }

    /// What is logged on the way to an answer that is made bears the name of the request.
    async fn said(&self, request: Request) -> Response {
        let Steps { service, routes, .. } = &*self.0;
        let id = request.extensions().get().map_or("", RequestId::as_str);
        let span = tracing::error_span!("request", request_id = id);
        let routes = async |request| given(routes.clone().oneshot(request).await);
        options(service, request, routes).instrument(span).await
    }
}

/// The routes with what is said of every answer, packed where the client takes that.
fn said(
    service: &Arc<Service>,
    routes: Router,
) -> BoxCloneSyncService<Request, Response, Infallible> {
    let service = Arc::clone(service);
    let checked = service_fn(move |request: Request| {
        let (service, routes) = (Arc::clone(&service), routes.clone());
        async move {
            let routes = async |request| given(routes.oneshot(request).await);
            let seen = async |request| hide(&service, request, routes).await;
            Ok(validate(&service, request, seen).await)
        }
    });
    let caught = CatchPanicLayer::custom(log_panic).layer(checked);
    let told = service_fn(move |mut request: Request| {
        let caught = caught.clone();
        let refused = request.extensions_mut().remove::<Arc<Problem>>();
        let caught = async move |request| match refused.and_then(Arc::into_inner) {
            Some(refusal) => refusal.into_response(),
            None => given(caught.oneshot(request).await).map(Body::new),
        };
        async move { Ok(with_own_status(say_problem(request, caught).await)) }
    });
    let packed = CompressionLayer::new().layer(told).map_response(in_own_status);
    let open = cors().layer(packed);
    BoxCloneSyncService::new(open.map_response(|response: Response<_>| response.map(Body::new)))
}

/// Holds the status of an answer before it is packed.
#[derive(Debug, Clone, Copy)]
struct OwnStatus(StatusCode);

fn with_own_status(mut response: Response) -> Response {
    let status = response.status();
    response.extensions_mut().insert(OwnStatus(status));
    response
}

/// Sends an answer as it is to who takes it in no coding (RFC 9110, 12.5.3), where the layer would set
/// 406 before the same body.
fn in_own_status<B>(mut response: Response<B>) -> Response<B> {
    if let Some(OwnStatus(status)) = response.extensions_mut().remove() {
        *response.status_mut() = status;
    }
    response
}

/// The answer of what always answers.
fn given<T>(answer: Result<T, Infallible>) -> T {
    match answer {
        Ok(answer) => answer,
    }
}
