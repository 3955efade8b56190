//! Who is allowed to change a collection, and the way of an edit to the store and back.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, Method, header};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use super::ask::{Ask, Names};
use super::asking::asking;
use super::here::Here;
use super::problem::Problem;
use super::service::Service;
use crate::store::edit::{Author, Done, Edit, EditError, Expected, RequestKey, Wish};
use crate::store::geodata::hexadecimal;
use crate::store::{Collection, Keeper, Scope};

/// The header that names a request, so that it is not done twice.
pub(super) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// How long the name of a request may be.
const MAX_KEY: usize = 255;

/// Holds a request to change a collection, allowed before its body is read.
pub(super) struct Editor {
    /// The collection as it is now.
    pub(super) collection: Arc<Collection>,
    /// The feature that the path names.
    pub(super) feature: Option<String>,
    /// Where the request came to.
    pub(super) here: Here,
    /// Who asks.
    pub(super) author: Author,
    keeper: Keeper,
    durations: prometheus::Histogram,
    conditions: Conditions,
    key: Option<String>,
    method: Method,
    path: String,
}

/// Says under which conditions a feature may be changed (RFC 9110, 13).
struct Conditions {
    /// The versions of `If-Match`; `None` without the header.
    matching: Option<Expected>,
    /// Whether it is `If-None-Match: *`, which only a feature that is not there fulfils.
    is_none: bool,
}

impl Editor {
    /// The version that a change is meant for.
    pub(super) fn expected(&self) -> Expected {
        self.conditions.matching.clone().unwrap_or_default()
    }

    /// Refuses `If-None-Match: *` when the feature is there.
    ///
    /// # Errors
    ///
    /// [`Problem::Precondition`].
    pub(super) async fn check_none(&self, id: &str) -> Result<(), Problem> {
        if !self.conditions.is_none {
            return Ok(());
        }
        let id = id.to_owned();
        asking(&self.collection, move |collection| match collection.find(&id)? {
            None => Ok(()),
            Some(_) => Err(Problem::Precondition(format!("the feature `{id}` is there already"))),
        })
        .await
    }

    /// Makes all changes or none, and returns when they are on the disk.
    ///
    /// # Errors
    ///
    /// [`Problem`] as the store refuses them.
    pub(super) async fn edit(&self, wishes: Vec<Wish>, body: &[u8]) -> Result<Done, Problem> {
        let key = self.key.as_ref().map(|key| {
            let mut hash = Sha256::new();
            hash.update(format!("{} {}\n", self.method, self.path));
            hash.update(body);
            // Each token names its requests for itself.
            let key = format!("{}:{key}", self.author.who);
            RequestKey { key, digest: hexadecimal(&hash.finalize()) }
        });
        let collection = self.collection.about().id.clone();
        let edit = Edit { collection, wishes, by: self.author.clone(), key };
        let (tell, told) = oneshot::channel();
        let timer = self.durations.start_timer();
        let asked = self.keeper.edit(edit, |result| drop(tell.send(result)));
        let answer = answered(asked, told).await;
        timer.observe_duration();
        answer.map_err(|error| self.refusal(error))
    }

    fn refusal(&self, error: EditError) -> Problem {
        let said = error.to_string();
        match error {
            EditError::Missing(_) | EditError::Changed(_) if self.conditions.matching.is_some() => {
                Problem::Precondition(said)
            }
            error => refusal(error, &self.collection.about().id),
        }
    }
}

/// Waits for the store.
pub(super) async fn answered(
    asked: Result<(), EditError>,
    told: oneshot::Receiver<Result<Done, EditError>>,
) -> Result<Done, EditError> {
    let closed = |_| Err(EditError::Store("the store is closed".to_owned()));
    asked.and(told.await.unwrap_or_else(closed))
}

/// The keeper of a service that takes changes.
///
/// # Errors
///
/// [`Problem::Fixed`].
pub(super) fn keeper(service: &Service) -> Result<Keeper, Problem> {
    let reads = "the service only reads: jidi serve --writable takes changes";
    service.keeper.clone().ok_or_else(|| Problem::Fixed(reads.to_owned()))
}

/// Says in the words of HTTP why a collection cannot be edited.
pub(super) fn refusal(error: EditError, collection: &str) -> Problem {
    let said = error.to_string();
    match error {
        EditError::NotStored(_) => Problem::Fixed(said),
        EditError::Missing(id) => Problem::NoFeature { collection: collection.to_owned(), id },
        EditError::Exists(_)
        | EditError::Taken(_)
        | EditError::Changed(_)
        | EditError::CannotUndo(_) => Problem::Conflict(said),
        EditError::KeyUsed(_) => Problem::KeyUsed,
        EditError::Store(reason) => {
            tracing::error!(reason, "an edit could not be made");
            Problem::Store(reason)
        }
    }
}

impl FromRequestParts<Arc<Service>> for Editor {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Problem> {
        let keeper = keeper(service)?;
        let Names(mut names) =
            Names::<HashMap<String, String>>::from_request_parts(parts, service).await?;
        let collection = names.remove("collection").unwrap_or_default();
        let author = service.demand(&parts.headers, Scope::Write, &collection)?;
        let ask = Ask::from_request_parts(parts, service).await?;
        ask.query.finish(&[])?;
        Ok(Self {
            collection: service.collection(&collection)?,
            feature: names.remove("id"),
            here: ask.here,
            author,
            keeper,
            durations: service.metrics.edit_durations.clone(),
            conditions: Conditions::read(&parts.headers)?,
            key: key(&parts.headers)?,
            method: parts.method.clone(),
            path: parts.uri.path().to_owned(),
        })
    }
}

impl Conditions {
    fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let matching = tags(headers, &header::IF_MATCH).map(|tags| {
            if tags.iter().any(|tag| tag == "*") {
                return Expected::Any;
            }
            // Weak tags never match here (RFC 9110, 13.1.1).
            let strong = tags.iter().filter_map(|tag| tag.strip_prefix('"')?.strip_suffix('"'));
            Expected::OneOf(strong.map(str::to_owned).collect())
        });
        let is_none = match tags(headers, &header::IF_NONE_MATCH).as_deref() {
            None => false,
            Some([one]) if one == "*" => true,
            Some(_) => {
                let reason = "on changes `If-None-Match` takes `*` only: use `If-Match`";
                return Err(Problem::Header(reason.to_owned()));
            }
        };
        Ok(Self { matching, is_none })
    }
}

/// The tags of a header, or `None` without it.
fn tags(headers: &HeaderMap, name: &HeaderName) -> Option<Vec<String>> {
    let values: Vec<_> = headers.get_all(name).iter().filter_map(|one| one.to_str().ok()).collect();
    let tags = values.iter().flat_map(|text| text.split(',')).map(|tag| tag.trim().to_owned());
    headers.contains_key(name).then(|| tags.collect())
}

/// The client's name for the request.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MAX_KEY).contains(&key.len()));
    let refused =
        || Problem::Header(format!("`Idempotency-Key` is not 1 to {MAX_KEY} letters of ASCII"));
    key.map(|key| Some(key.to_owned())).ok_or_else(refused)
}
