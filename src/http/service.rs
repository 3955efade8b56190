//! What every handler has at hand.

use std::sync::Arc;

use axum::http::HeaderMap;

use super::here::Here;
use super::jobs::Jobs;
use super::metrics::Metrics;
use super::problem::Problem;
use super::rate_limit::RateLimit;
use super::web::Web;
use crate::formats::Most;
use crate::store::{Catalog, Collection, Condition, Keeper, Snapshots};

/// Holds the catalog and how the service presents itself.
#[derive(Debug, Clone)]
pub struct Service {
    /// What is served.
    pub catalog: Snapshots,
    /// Takes changes of it; `None` when the service only reads.
    pub keeper: Option<Keeper>,
    /// How the store is; `None` when lists are kept nowhere.
    pub store: Option<Condition>,
    /// The address that links begin with; the client's own `Host` when none is given.
    pub public_url: Option<String>,
    /// Whether `X-Forwarded-*` headers come from a proxy of ours.
    pub trust_proxy: bool,
    /// The web page.
    pub web: Web,
    /// How much a request may ask for.
    pub limits: Limits,
    /// What is measured while it serves.
    pub metrics: Metrics,
    /// Work that takes longer than a client waits.
    pub jobs: Jobs,
}

/// Says how large a request may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body, as it is sent.
    pub body_bytes: usize,
    /// Rows of a list.
    pub list_rows: usize,
    /// Bytes of a file that becomes a collection.
    pub upload_bytes: usize,
    /// Rows of such a file.
    pub upload_rows: usize,
    /// Bytes of what a zipped file or a workbook holds, once it is unpacked.
    pub unpacked_bytes: usize,
    /// Seconds that an analysis may be estimated at, and take, while its client waits.
    pub run_s: u32,
    /// The same for an analysis that is a job.
    pub job_s: u32,
    /// How often one client may ask; without it, as often as it likes.
    pub rate: Option<RateLimit>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 * 1024 * 1024,
            list_rows: 50_000,
            upload_bytes: 256 * 1024 * 1024,
            upload_rows: 2_000_000,
            unpacked_bytes: 1024 * 1024 * 1024,
            run_s: 20,
            job_s: 900,
            rate: None,
        }
    }
}

impl Limits {
    /// How much is taken of a file of so many rows.
    pub(super) fn most(self, rows: usize) -> Most {
        Most { rows, unpacked_bytes: Some(self.unpacked_bytes) }
    }
}

impl Service {
    /// The catalog of now, to be asked once for each answer.
    #[must_use]
    pub fn catalog(&self) -> Arc<Catalog> {
        self.catalog.current()
    }

    /// Finds a collection as it is now.
    ///
    /// # Errors
    ///
    /// [`Problem::NoCollection`].
    pub fn collection(&self, id: &str) -> Result<Arc<Collection>, Problem> {
        let collection = self.catalog().collection(id).map(Arc::clone);
        collection.ok_or_else(|| Problem::NoCollection(id.to_owned()))
    }

    /// Says where a request came to.
    pub(super) fn here(&self, headers: &HeaderMap, path: &str, pairs: &[(String, String)]) -> Here {
        Here::new(self.public_url.as_deref(), self.trust_proxy, headers, path, pairs)
    }
}
