//! Refusals, as problem details (RFC 9457): what was wrong, where, and what would be right.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};

use super::edits::READS;
use super::request_id::RequestId;
use crate::formats::geojson_read::Fault;
use crate::store::StoreError;

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
    /// A parameter that is longer than it may be.
    #[error("{0}")]
    TooLong(String),
    /// A body that is larger than it may be, in bytes.
    #[error(
        "the body is larger than the {0} bytes that are taken here: send it in parts, or see --max-body-mib and --max-upload-mib"
    )]
    TooLarge(usize),
    /// A file that holds more than may be held.
    #[error("the file is refused: {0}")]
    HoldsTooMuch(String),
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
    /// A change where none is taken.
    #[error("nothing can be changed here: {0}")]
    Fixed(String),
    /// A change without a token, or with one that is not known.
    #[error("{}", if *.is_shown { "the token is not known, or was taken back" } else { "a token is needed: send Authorization: Bearer and one made by jidi token create" })]
    NoToken {
        /// Whether any was shown.
        is_shown: bool,
    },
    /// A change that the token does not allow.
    #[error("{0}")]
    Forbidden(String),
    /// A body of a media type that is not taken.
    #[error("a body of the type `{given}` is not taken here: send {known}")]
    MediaType {
        /// The type of the body.
        given: String,
        /// Those that are taken.
        known: String,
        /// The header of the answer that names them.
        header: &'static str,
    },
    /// A feature that does not fit the schema.
    #[error("{}", first(.0))]
    Invalid(Vec<Fault>),
    /// A change of another version than the one that is there.
    #[error("{0}")]
    Precondition(String),
    /// A change that what is there does not let happen.
    #[error("{0}")]
    Conflict(String),
    /// The name of a request, used before for another.
    #[error("the `Idempotency-Key` was used for another request: choose a new one")]
    KeyUsed,
    /// A header that cannot be taken.
    #[error("a header is refused: {0}")]
    Header(String),
    /// A store that cannot do it now.
    #[error("{0}")]
    Store(String),
    /// A job that is not there.
    #[error("there is no job `{0}`, or it is another's: a job of a token is shown to that token")]
    NoJob(String),
    /// A job that has no result to show.
    #[error("the job `{job}` has no result: it is {status}")]
    NoResult {
        /// The job.
        job: String,
        /// How it is.
        status: String,
    },
    /// A process that is not there.
    #[error("there is no process `{0}`: see /processes")]
    NoProcess(String),
    /// An analysis that would take too long.
    #[error("{0}")]
    TooCostly(String),
    /// A tile that there is none of.
    #[error("there is no such tile: {0}")]
    NoTile(String),
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

/// The first fault of a feature, and how many more there are.
fn first(faults: &[Fault]) -> String {
    let more = match faults.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more in `errors`)", count - 1),
    };
    let said = faults.first().map(|fault| format!("{}: {}", fault.field, fault.reason));
    format!("the feature is refused: {}{more}", said.unwrap_or_default())
}

/// Says a status of the server's layers in a sentence.
fn say(status: StatusCode) -> &'static str {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            "the method is not allowed here: the header Allow names those that are"
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            "the body is larger than the server takes here: the operation in /api says how large it may be"
        }
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

    /// What a refusal says in headers, too.
    fn headers(&self) -> Option<(HeaderName, String)> {
        Some(match self {
            Self::TooManyRequests { retry_after_s } => {
                (header::RETRY_AFTER, retry_after_s.to_string())
            }
            Self::Store(_) => (header::RETRY_AFTER, "1".to_owned()),
            Self::Fixed(_) => (header::ALLOW, READS.to_owned()),
            Self::NoToken { is_shown } => {
                let why = if *is_shown { ", error=\"invalid_token\"" } else { "" };
                (header::WWW_AUTHENTICATE, format!("Bearer realm=\"jidi\"{why}"))
            }
            Self::MediaType { known, header, .. } => {
                (HeaderName::from_static(header), known.clone())
            }
            _ => return None,
        })
    }

    /// The kind of refusal, where a standard names it.
    fn kind(&self) -> &'static str {
        match self {
            Self::NoProcess(_) => {
                "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process"
            }
            Self::NoJob(_) => {
                "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-job"
            }
            Self::NoResult { status, .. } if matches!(&**status, "accepted" | "running") => {
                "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/result-not-ready"
            }
            _ => "about:blank",
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Parameter { .. }
            | Self::UnknownParameter { .. }
            | Self::NotPoints(_)
            | Self::TooCostly(_)
            | Self::Path(_)
            | Self::Header(_)
            | Self::Body(_) => StatusCode::BAD_REQUEST,
            Self::TooLong(_) => StatusCode::URI_TOO_LONG,
            Self::TooLarge(_) | Self::HoldsTooMuch(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NoToken { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Fixed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::MediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) | Self::KeyUsed => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Precondition(_) => StatusCode::PRECONDITION_FAILED,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoCollection(_)
            | Self::NoFeature { .. }
            | Self::NoJob(_)
            | Self::NoProcess(_)
            | Self::NoResult { .. }
            | Self::NoTile(_)
            | Self::NoPath(_) => StatusCode::NOT_FOUND,
            Self::NotAcceptable(_) => StatusCode::NOT_ACCEPTABLE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Status(status) => *status,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::TooManySteps(_)) {
            return Self::parameter("filter", error);
        }
        tracing::error!(%error, "the store could not be read");
        Self::Store(error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut details = json!({
            "type": self.kind(),
            "title": status.canonical_reason().unwrap_or("Error"),
            "status": status.as_u16(),
            "detail": self.to_string(),
        });
        if let Self::Parameter { name, .. } | Self::UnknownParameter { name, .. } = &self {
            details["parameter"] = json!(name);
        }
        if let Self::Invalid(faults) = &self {
            let faults = faults.iter();
            let errors = faults.map(|one| json!({"field": one.field, "reason": one.reason}));
            details["errors"] = errors.collect();
        }
        let mut response = super::reply::json(MEDIA_TYPE, &details);
        if matches!(self, Self::HoldsTooMuch(_)) {
            response.extensions_mut().insert(TellsLimit);
        }
        *response.status_mut() = status;
        let headers = self.headers().into_iter();
        response.headers_mut().extend(
            headers.filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text).ok()?))),
        );
        response.extensions_mut().insert(Details(details));
        response
    }
}

/// Says that a refusal of what is too large names the limit itself: that of a body is for the layers to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct TellsLimit;

impl TellsLimit {
    /// Says whether a response is such a refusal.
    pub(super) fn is_in<B>(response: &Response<B>) -> bool {
        response.extensions().get::<Self>().is_some()
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
            response.headers_mut().remove(header::CONTENT_LENGTH);
        }
    }
}
