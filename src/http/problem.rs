//! Refusals, as problem details (RFC 9457): what was wrong, where, and what would be right.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use super::request_id::RequestId;

/// The media type of problem details.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// Everything that a request can be refused for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A parameter whose value cannot be taken.
    #[error("the parameter `{name}` is refused: {reason}")]
    Parameter {
        /// The parameter.
        name: String,
        /// The value refused and the rule that it broke.
        reason: String,
    },
    /// A parameter that is not known here.
    #[error("`{name}` is no parameter here: use {known}")]
    UnknownParameter {
        /// The parameter.
        name: String,
        /// Those that are known.
        known: String,
    },
    /// A collection that is not there.
    #[error("there is no collection `{0}`: see /collections")]
    NoCollection(String),
    /// A feature that is not there.
    #[error("the collection `{collection}` has no feature `{id}`")]
    NoFeature {
        /// The collection.
        collection: String,
        /// The id asked for.
        id: String,
    },
    /// A collection of other things than points, asked for what is nearest.
    #[error("nearest is answered for collections of points, and `{0}` holds areas")]
    NotPoints(String),
    /// A path that leads nowhere.
    #[error("nothing is served at {0}: see /api for what is")]
    NoPath(String),
    /// An address that cannot be read.
    #[error("the address cannot be read: {0}")]
    Path(String),
    /// A body that cannot be read.
    #[error("the body is refused: {0}")]
    Body(String),
    /// No media type that the client accepts can be served.
    #[error("none of the media types that `Accept` names is served here: use {0}")]
    NotAcceptable(String),
    /// A client that asks too often.
    #[error("too many requests from your address: ask again in {retry_after_s} s")]
    TooManyRequests {
        /// How many seconds to wait.
        retry_after_s: u64,
    },
    /// A status that a layer of the server gave.
    #[error("{}", say(*.0))]
    Status(StatusCode),
}

/// Says a status of the server's layers in a sentence.
fn say(status: StatusCode) -> &'static str {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            "the method is not allowed here: the header Allow names those that are"
        }
        StatusCode::PAYLOAD_TOO_LARGE => "the request is larger than the server takes",
        StatusCode::URI_TOO_LONG => "the address is longer than the server takes",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::REQUEST_TIMEOUT => {
            "the answer took longer than the server allows: ask for less"
        }
        status if status.is_client_error() => "the request cannot be taken",
        _ => "the server failed to answer; the cause is in its log",
    }
}

impl Problem {
    /// Refuses the value of a parameter.
    pub fn parameter(name: &str, reason: impl std::fmt::Display) -> Self {
        Self::Parameter { name: name.to_owned(), reason: reason.to_string() }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Parameter { .. }
            | Self::UnknownParameter { .. }
            | Self::NotPoints(_)
            | Self::Path(_)
            | Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::NoCollection(_) | Self::NoFeature { .. } | Self::NoPath(_) => {
                StatusCode::NOT_FOUND
            }
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Status(status) => *status,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut details = json!({
            "type": "about:blank",
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        if let Self::Parameter { name, .. } | Self::UnknownParameter { name, .. } = &self {
            details["parameter"] = json!(name);
        }
        let mut response = super::reply::json(MEDIA_TYPE, &details);
        *response.status_mut() = status;
        if let Self::TooManyRequests { retry_after_s } = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(retry_after_s));
        }
        response.extensions_mut().insert(Details(details));
        response
    }
}

/// Holds problem details as they were written, until the layers have added what they know.
#[derive(Debug, Clone)]
pub(super) struct Details(Json);

impl Details {
    /// Names the request in the problem details of a response, if it has any.
    pub(super) fn name_request(response: &mut Response, id: &RequestId) {
        if let Some(Self(mut details)) = response.extensions_mut().remove() {
            details["request_id"] = json!(id.as_str());
            *response.body_mut() = Body::from(format!("{details}\n"));
        }
    }
}
