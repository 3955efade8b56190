//! What every handler has at hand.

use axum::http::HeaderMap;

use super::here::Here;
use super::problem::Problem;
use super::web::Web;
use crate::store::{Catalog, Collection};

/// Holds the catalog and how the service presents itself.
#[derive(Debug, Clone)]
pub struct Service {
    /// What is served.
    pub catalog: Catalog,
    /// The address that links begin with; the client's own `Host` when none is given.
    pub public_url: Option<String>,
    /// Whether `X-Forwarded-*` headers come from a proxy of ours.
    pub trust_proxy: bool,
    /// The web page.
    pub web: Web,
}

impl Service {
    /// Finds a collection.
    ///
    /// # Errors
    ///
    /// [`Problem::NoCollection`].
    pub fn collection(&self, id: &str) -> Result<&Collection, Problem> {
        self.catalog.collection(id).ok_or_else(|| Problem::NoCollection(id.to_owned()))
    }

    /// Says where a request came to.
    pub(super) fn here(&self, headers: &HeaderMap, path: &str, pairs: &[(String, String)]) -> Here {
        Here::new(self.public_url.as_deref(), self.trust_proxy, headers, path, pairs)
    }
}
