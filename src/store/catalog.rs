//! The catalog: every collection that is served, with what the answers need beside them.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::attribution::Attribution;
use super::collection::Collection;
use super::geodata::{GeodataFile, hexadecimal};
use super::places::Places;
use crate::domain::industry::Industries;

/// Holds everything that is loaded.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The collections, in the order in which they are listed.
    pub collections: Vec<Arc<Collection>>,
    /// Groups and labels of industries.
    pub industries: Arc<Industries>,
    /// Sources and terms.
    pub attributions: Arc<[Attribution]>,
    /// Gazetteer, pins, polygons.
    pub places: Arc<Places>,
    /// What was read, for reports: names, origins, sizes, checksums.
    pub files: Arc<[FileReport]>,
    /// Whether boundaries are loaded.
    pub has_boundaries: bool,
    /// What a reader of reports should know: what was left out, what was not read.
    pub warnings: Vec<String>,
    /// Differs whenever an answer may differ.
    pub fingerprint: String,
    /// That of the program and the geodata alone.
    pub(super) base: String,
}

/// Reports one geodata file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// `bundled`, or the path that it was read from.
    pub origin: String,
    /// Its size.
    pub bytes: usize,
    /// Its checksum, in hexadecimal.
    pub sha256: String,
}

impl Catalog {
    /// Puts a collection in the place of the one of its id, or behind the others.
    pub(super) fn put(&mut self, collection: Collection) {
        let id = &collection.about().id;
        match self.collections.iter_mut().find(|known| known.about().id == *id) {
            Some(known) => *known = Arc::new(collection),
            None => self.collections.push(Arc::new(collection)),
        }
    }

    /// Takes a collection out.
    pub(super) fn remove(&mut self, id: &str) {
        self.collections.retain(|known| known.about().id != id);
    }

    /// Lets the fingerprint say which revisions of the collections are served.
    pub(super) fn note(&mut self, revisions: &[(String, i64)]) {
        let mut hash = Sha256::new();
        hash.update(&self.base);
        for (id, revision) in revisions {
            hash.update(format!("{id}:{revision};"));
        }
        self.fingerprint = hexadecimal(&hash.finalize()[..8]);
    }

    /// Finds a collection by its id.
    #[must_use]
    pub fn collection(&self, id: &str) -> Option<&Arc<Collection>> {
        self.collections.iter().find(|collection| collection.about().id == id)
    }
}

pub(super) fn report(file: &GeodataFile) -> FileReport {
    FileReport {
        name: file.name.clone(),
        origin: file.origin.clone(),
        bytes: file.bytes.len(),
        sha256: file.sha256(),
    }
}

/// Folds the version of the program and the checksums of its files into one short text.
pub(super) fn fingerprint(files: &[FileReport]) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for file in files {
        hash.update(&file.name);
        hash.update(&file.sha256);
    }
    hexadecimal(&hash.finalize()[..8])
}
