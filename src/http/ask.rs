//! What was asked: parameters, address and wishes of a request, parsed before the handler runs.

use std::sync::Arc;

use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use serde::de::DeserializeOwned;

use super::accept;
use super::here::Here;
use super::problem::Problem;
use super::query::Query;
use super::reply::JSON;
use super::service::Service;

/// The media type of a page to read, as clients compare it.
pub const PAGE: &str = "text/html";

/// Holds a request, read.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Its parameters.
    pub query: Query,
    /// Where it came to.
    pub here: Here,
    accept: Option<String>,
    /// Whether a page was chosen by `Accept`, as browsers ask for one.
    is_of_browser: bool,
}

impl Ask {
    /// Chooses among media types: by `f=` if it is given, else by `Accept`.
    ///
    /// # Shape
    ///
    /// `served`: names for `f=` with media types, the preferred one first; an empty name is for
    /// `Accept` only.
    ///
    /// # Errors
    ///
    /// [`Problem`] when `f=` names none of them or `Accept` wants none of them.
    pub fn media_type<'a>(&mut self, served: &[(&str, &'a str)]) -> Result<&'a str, Problem> {
        self.media_type_for(served, &[])
    }

    /// Chooses likewise, and by `Accept` no page where one of some parameters is given that pages do
    /// not have, unless nothing but a page is accepted.
    ///
    /// # Errors
    ///
    /// As [`Ask::media_type`].
    pub fn media_type_for<'a>(
        &mut self,
        served: &[(&str, &'a str)],
        of_files: &[&str],
    ) -> Result<&'a str, Problem> {
        let names = || {
            let known = served.iter().map(|(name, _)| *name).filter(|name| !name.is_empty());
            known.collect::<Vec<_>>().join(", ")
        };
        let by_name = self.query.read_as("f", |wanted| {
            let known = served.iter().find(|(name, _)| *name == wanted && !name.is_empty());
            known
                .map(|(_, media_type)| *media_type)
                .ok_or_else(|| format!("`{wanted}` is not one of {}", names()))
        })?;
        if let Some(media_type) = by_name {
            return Ok(media_type);
        }
        let types: Vec<&'a str> = served.iter().map(|(_, media_type)| *media_type).collect();
        let mut chosen = accept::choose(self.accept.as_deref(), &types)?;
        let is_of_file = |(name, value): &(String, String)| {
            !value.is_empty() && of_files.contains(&name.as_str())
        };
        if chosen == PAGE && self.query.pairs().iter().any(is_of_file) {
            let files: Vec<&'a str> = types.into_iter().filter(|one| *one != PAGE).collect();
            chosen = accept::choose(self.accept.as_deref(), &files).unwrap_or(PAGE);
        }
        self.is_of_browser = chosen == PAGE;
        Ok(chosen)
    }

    /// Says whether a page was chosen by `Accept`, as browsers ask for one, and not by `f=`.
    #[must_use]
    pub fn is_of_browser(&self) -> bool {
        self.is_of_browser
    }

    /// Leaves out those of some parameters that a browser sends blank, as it does with every field of
    /// a form that nothing was written into; whoever else gives a blank meant it.
    pub fn leave_out_blanks<'a>(&mut self, names: impl IntoIterator<Item = &'a str>) {
        if !self.is_of_browser {
            return;
        }
        let names: Vec<&str> = names.into_iter().collect();
        let is_kept = |(name, value): &(String, String)| {
            !value.trim().is_empty() || !names.contains(&name.as_str())
        };
        self.query.keep(is_kept);
        self.here = self.here.keeping(is_kept);
    }

    /// Says whether a resource that is served as JSON and as a page is wanted as the page; it has no
    /// other parameter.
    ///
    /// # Errors
    ///
    /// [`Problem`] as [`Ask::media_type`] and [`Query::finish`] say.
    pub fn wants_page(&mut self) -> Result<bool, Problem> {
        Ok(self.media_type(&[("json", JSON), ("html", PAGE)])? == PAGE)
    }

    /// Takes a resource that is served as JSON of some type and as a page, and has no other parameter;
    /// who accepts plain JSON gets it as what it is.
    ///
    /// # Errors
    ///
    /// [`Problem`] as [`Ask::media_type`] and [`Query::finish`] say.
    pub fn json_or_page(
        mut self,
        media_type: &'static str,
    ) -> Result<(Here, &'static str), Problem> {
        let plain = (media_type != JSON).then_some(("", JSON));
        let served = [("json", media_type), ("html", PAGE)].into_iter().chain(plain);
        let wanted = self.media_type(&served.collect::<Vec<_>>())?;
        self.query.finish(&["f"])?;
        Ok((self.here, wanted))
    }

    /// Takes a resource that is served as JSON only: no other parameter, no other wish.
    ///
    /// # Errors
    ///
    /// [`Problem`] as [`Ask::media_type`] and [`Query::finish`] say.
    pub fn json_only(mut self, media_type: &str) -> Result<Here, Problem> {
        self.media_type(&[("json", media_type)])?;
        self.query.finish(&["f"])?;
        Ok(self.here)
    }
}

impl FromRequestParts<Arc<Service>> for Ask {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let query = Query::read(parts.uri.query().unwrap_or_default())?;
        let here = service.here(&parts.headers, parts.uri.path(), query.pairs());
        let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
        let accepts: Vec<String> =
            parts.headers.get_all(header::ACCEPT).iter().filter_map(text).collect();
        let accept = (!accepts.is_empty()).then(|| accepts.join(","));
        Ok(Self { query, here, accept, is_of_browser: false })
    }
}

/// Takes the variable parts of a path.
#[derive(Debug, Clone)]
pub struct Names<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Service>> for Names<T> {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let refused = |rejection: PathRejection| Problem::Path(rejection.body_text());
        Path::from_request_parts(parts, service)
            .await
            .map(|Path(names)| Self(names))
            .map_err(refused)
    }
}
