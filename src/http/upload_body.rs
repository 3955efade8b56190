//! A file that is sent: as the body itself, or as a part of a form.

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};

use super::problem::Problem;
use super::query::Query;
use crate::formats::layer::LayerKind;

/// The media type of forms with files, as browsers and curl -F send them.
pub(super) const FORM: &str = "multipart/form-data";

/// The part of a form that is the file.
pub(super) const FILE: &str = "file";

/// Holds a file as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) bytes: Bytes,
    /// Its name, if it was sent with one.
    pub(super) name: Option<String>,
    pub(super) media_type: String,
}

/// Reads the file of a request; the other parts of a form become parameters.
///
/// # Errors
///
/// [`Problem`] when there is no file, more than one, or one of a kind that is not read.
pub(super) async fn read(request: Request, query: &mut Query) -> Result<Sent, Problem> {
    let headers = request.headers();
    if let Some(coding) = headers.get(header::CONTENT_ENCODING) {
        let coding = coding.to_str().unwrap_or_default();
        return Err(Problem::Body(format!("`{coding}` is not unpacked here: send it as it is")));
    }
    let media_type = media_type(headers);
    if media_type == FORM {
        return form(request, query).await;
    }
    let name = query.take("filename");
    let bytes = Bytes::from_request(request, &())
        .await
        .map_err(|rejected| unread(rejected.status(), "it could not be read to its end"))?;
    Ok(Sent { bytes, name, media_type })
}

/// Every media type that is taken.
pub(super) fn types() -> Vec<&'static str> {
    let known = LayerKind::MEDIA_TYPES.iter().map(|(media_type, _)| *media_type);
    known.chain([FORM]).collect()
}

fn media_type(headers: &HeaderMap) -> String {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().to_ascii_lowercase()
}

async fn form(request: Request, query: &mut Query) -> Result<Sent, Problem> {
    let no_form = |error: &dyn std::fmt::Display| Problem::Body(format!("it is no form: {error}"));
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| no_form(&error))?;
    let mut sent = None;
    while let Some(part) = parts.next_field().await.map_err(|error| refused(&error))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name != FILE {
            let text = part.text().await.map_err(|error| refused(&error))?;
            query.add(&name, text)?;
            continue;
        }
        let file = part.file_name().map(str::to_owned);
        let media_type = part.content_type().unwrap_or_default().to_ascii_lowercase();
        let bytes = part.bytes().await.map_err(|error| refused(&error))?;
        if sent.replace(Sent { bytes, name: file, media_type }).is_some() {
            return Err(Problem::Body(format!("it has two parts named `{FILE}`: send one")));
        }
    }
    sent.ok_or_else(|| Problem::Body(format!("it has no part named `{FILE}`")))
}

fn refused(error: &MultipartError) -> Problem {
    unread(error.status(), &format!("the form cannot be read: {}", error.body_text()))
}

fn unread(status: StatusCode, reason: &str) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::Status(status),
        _ => Problem::Body(reason.to_owned()),
    }
}
