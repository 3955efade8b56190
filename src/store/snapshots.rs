//! The catalog that is served now, swapped whole: who reads one goes on with it, and nobody waits.

use std::sync::Arc;

use arc_swap::ArcSwap;

use super::Catalog;

/// Holds the catalog of now; copies share it.
#[derive(Debug, Clone)]
pub struct Snapshots(Arc<ArcSwap<Catalog>>);

impl Snapshots {
    /// Begins with a catalog.
    #[must_use]
    pub fn new(catalog: Catalog) -> Self {
        Self(Arc::new(ArcSwap::from_pointee(catalog)))
    }

    /// The catalog of now, to be kept for one answer.
    #[must_use]
    pub fn current(&self) -> Arc<Catalog> {
        self.0.load_full()
    }

    /// Puts another catalog in its place.
    pub fn publish(&self, catalog: Catalog) {
        self.0.store(Arc::new(catalog));
    }
}
