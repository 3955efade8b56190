//! Answers: a body of a media type, with the headers that go with it.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value as Json;

use super::here::Link;

/// The media type of JSON.
pub const JSON: &str = "application/json";
/// The media type of HTML.
pub const HTML: &str = "text/html; charset=utf-8";
/// The media type of JSON Schema.
pub const SCHEMA: &str = "application/schema+json";

/// The header that counts what matches.
const NUMBER_MATCHED: HeaderName = HeaderName::from_static("ogc-numbermatched");
/// The header that counts what is returned.
const NUMBER_RETURNED: HeaderName = HeaderName::from_static("ogc-numberreturned");

/// Answers bytes of a media type.
#[must_use]
pub fn bytes(media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = body.into().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Answers JSON of a media type.
#[must_use]
pub fn json(media_type: &'static str, body: &Json) -> Response {
    let mut text = body.to_string();
    text.push('\n');
    bytes(media_type, text)
}

/// Adds the links of an answer as headers, for formats that have no place for them.
#[must_use]
pub fn with_links(mut response: Response, links: &[Link]) -> Response {
    for Link { href, rel, media_type, .. } in links.iter().filter(|link| !link.templated) {
        if let Ok(value) =
            HeaderValue::from_str(&format!("<{href}>; rel=\"{rel}\"; type=\"{media_type}\""))
        {
            response.headers_mut().append(header::LINK, value);
        }
    }
    response
}

/// Adds the counts of a page as headers.
#[must_use]
pub fn with_counts(mut response: Response, matched: Option<usize>, returned: usize) -> Response {
    if let Some(matched) = matched {
        response.headers_mut().insert(NUMBER_MATCHED, HeaderValue::from(matched));
    }
    response.headers_mut().insert(NUMBER_RETURNED, HeaderValue::from(returned));
    response
}
