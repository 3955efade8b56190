//! Who asks, and may they? Reads are open, unless a collection is private; each write shows a token.

use std::borrow::Cow;
use std::net::SocketAddr;

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use super::problem::Problem;
use super::service::Service;
use super::timestamp;
use crate::store::edit::Author;
use crate::store::{Catalog, Scope, Token};

/// A service that anyone could write to, or nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} can be reached from other machines, and no token exists yet: make one with jidi token create --name NAME --scope write, or listen on 127.0.0.1"
)]
pub struct NoToken(SocketAddr);

/// Refuses to let a service start that is writable from elsewhere before anyone has a token.
///
/// # Errors
///
/// [`NoToken`].
pub fn check_writable(address: SocketAddr, catalog: &Catalog) -> Result<(), NoToken> {
    if address.ip().is_loopback() || catalog.has_tokens() {
        return Ok(());
    }
    Err(NoToken(address))
}

/// The secret that a request shows (RFC 6750), if any.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, secret) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim())
}

/// The valid token that a request shows, if any.
pub(super) fn token<'a>(catalog: &'a Catalog, headers: &HeaderMap) -> Option<&'a Token> {
    catalog.token(bearer(headers)?)
}

/// Says whether a request may see a collection at all.
pub(super) fn sees(catalog: &Catalog, headers: &HeaderMap, collection: &str) -> bool {
    !catalog.is_private(collection)
        || token(catalog, headers).is_some_and(|token| token.allows(Scope::Read, collection))
}

/// Hides a private collection, with all that is below its path, from who has no token for it: it is
/// answered as one that is not there.
pub(super) async fn hide(
    service: &Service,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let catalog = service.catalog();
    if catalog.has_private() {
        let mut path = request.uri().path().split('/').skip(1);
        let of_collections = path.next().is_some_and(|first| decoded(first) == "collections");
        let collection = path.next().filter(|_| of_collections).map(decoded);
        if let Some(id) = collection.filter(|id| !sees(&catalog, request.headers(), id)) {
            return Problem::NoCollection(id.into_owned()).into_response();
        }
    }
    next(request).await
}

/// A part of a path as the router reads it.
fn decoded(part: &str) -> Cow<'_, str> {
    percent_decode_str(part).decode_utf8_lossy()
}

impl Service {
    /// Demands a token of a scope for a collection that is there and kept in the store.
    ///
    /// # Errors
    ///
    /// [`Problem`] when there is none (401), when it does not allow that (403), when the collection
    /// is not there for who asks (404), or cannot be changed (405).
    pub(super) fn demand(
        &self,
        headers: &HeaderMap,
        scope: Scope,
        collection: &str,
    ) -> Result<Author, Problem> {
        let catalog = self.catalog();
        self.some_token(headers)?;
        if !sees(&catalog, headers, collection) || catalog.collection(collection).is_none() {
            return Err(Problem::NoCollection(collection.to_owned()));
        }
        if catalog.is_published(collection) {
            return Err(Problem::Fixed(format!(
                "`{collection}` is a table of the database that is published to be read: change it where it is kept"
            )));
        }
        if !catalog.is_stored(collection) {
            return Err(Problem::Fixed(format!(
                "`{collection}` comes with the boundaries and is not kept in the store"
            )));
        }
        self.demand_for(headers, scope, collection)
    }

    /// Demands a token of a scope for a collection, whether it is there or not.
    ///
    /// # Errors
    ///
    /// [`Problem`] when there is none (401), or it does not allow that (403).
    pub(super) fn demand_for(
        &self,
        headers: &HeaderMap,
        scope: Scope,
        collection: &str,
    ) -> Result<Author, Problem> {
        self.some_token(headers)?;
        let catalog = self.catalog();
        let is_shown = true;
        let token = token(&catalog, headers).ok_or(Problem::NoToken { is_shown })?;
        if !token.allows(scope, collection) {
            return Err(Problem::Forbidden(format!(
                "the token `{}` does not allow to {scope} `{collection}`: it is for {} of {}",
                token.name,
                token.scope,
                token.collection.as_deref().unwrap_or("all collections"),
            )));
        }
        Ok(Author { who: token.name.clone(), at: timestamp() })
    }

    /// Demands a token that is known, before anything else is looked at.
    ///
    /// # Errors
    ///
    /// [`Problem::NoToken`].
    pub(super) fn some_token(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let is_shown = bearer(headers).is_some();
        token(&self.catalog(), headers).map(|_| ()).ok_or(Problem::NoToken { is_shown })
    }

    /// Says whether a client may change a collection, or make it where there is none; of no
    /// collection in particular, whether it may make any.
    pub(super) fn may(&self, headers: &HeaderMap, scope: Scope, collection: &str) -> bool {
        let catalog = self.catalog();
        match token(&catalog, headers) {
            None => false,
            Some(token) if collection.is_empty() => token.scope >= scope,
            Some(token) => token.allows(scope, collection) && catalog.is_stored(collection),
        }
    }
}
