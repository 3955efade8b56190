//! The catalog: every collection that is served, with what the answers need beside them.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::attribution::Attribution;
use super::backend::Backend;
use super::collection::Collection;
use super::geodata::{GeodataFile, hexadecimal};
use super::places::Places;
use super::putting::Provenance;
use super::store_error::StoreError;
use super::tokens::{self, Token};
use crate::domain::industry::Industries;
use crate::industry::Matcher;

/// Holds everything that is loaded.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The collections, in the order in which they are listed.
    pub collections: Vec<Arc<Collection>>,
    /// Groups and labels of industries.
    pub industries: Arc<Industries>,
    /// Finds what industry a label stands for.
    pub matcher: Arc<Matcher>,
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
    /// What the store says of who may do what; nothing without one.
    pub(super) rights: Arc<Rights>,
    /// Differs whenever an answer may differ.
    pub fingerprint: String,
    /// That of the program and the geodata alone.
    pub(super) base: String,
}

/// Says who may do what with which collection, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Rights {
    /// The collections that are kept in the store, and so can be changed.
    pub(super) stored: Vec<String>,
    /// Those that are tables of others, shown and never changed here.
    pub(super) published: Vec<String>,
    /// Those that are shown only to who has a token for them.
    pub(super) private: Vec<String>,
    pub(super) tokens: Vec<Token>,
    /// Where the collections come from.
    pub(super) provenance: Vec<(String, Provenance)>,
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

    /// Takes in what a store says beside its features: revisions, tokens, what is private.
    pub(super) fn note(&mut self, store: &mut dyn Backend) -> Result<(), StoreError> {
        let revisions = store.revisions()?;
        let ids = |all: &[(String, i64)]| all.iter().map(|(id, _)| id.clone()).collect();
        let states = store.published();
        let rights = Rights {
            stored: ids(&revisions),
            published: ids(&states),
            private: store.private()?,
            tokens: store.tokens()?,
            provenance: store.provenance()?,
        };
        self.rights = Arc::new(rights);
        self.note_revisions(&[revisions, states].concat());
        Ok(())
    }

    /// Lets the fingerprint say which revisions of the collections are served.
    fn note_revisions(&mut self, revisions: &[(String, i64)]) {
        let mut hash = Sha256::new();
        hash.update(&self.base);
        for (id, revision) in revisions {
            let is_private = self.is_private(id);
            hash.update(format!("{id}:{revision}:{is_private};"));
        }
        for one in self.collections.iter().filter(|one| !one.is_held()) {
            let (id, count) = (&one.about().id, one.len());
            hash.update(format!("{id}:{count}:{:?}:{:?};", one.extent(), one.times()));
        }
        self.fingerprint = hexadecimal(&hash.finalize()[..8]);
    }

    /// Says whether a collection is kept in the store, so that it can be changed.
    #[must_use]
    pub fn is_stored(&self, id: &str) -> bool {
        self.rights.stored.iter().any(|stored| stored == id)
    }

    /// Where a collection of the store comes from, as far as that is kept.
    #[must_use]
    pub fn provenance(&self, id: &str) -> Option<&Provenance> {
        let all = &self.rights.provenance;
        all.iter().find(|(of, _)| of == id).map(|(_, provenance)| provenance)
    }

    /// Says whether a collection is a table of others.
    #[must_use]
    pub fn is_published(&self, id: &str) -> bool {
        self.rights.published.iter().any(|published| published == id)
    }

    /// Says whether answers on a collection can change without notice: it is a table of others, and
    /// read anew for each.
    #[must_use]
    pub fn is_read_through(&self, id: &str) -> bool {
        self.is_published(id) && self.collection(id).is_some_and(|one| !one.is_held())
    }

    /// Says whether a collection is shown only to who has a token for it.
    #[must_use]
    pub fn is_private(&self, id: &str) -> bool {
        self.rights.private.iter().any(|private| private == id)
    }

    /// Says whether any collection is private, so that answers depend on who asks.
    #[must_use]
    pub fn has_private(&self) -> bool {
        !self.rights.private.is_empty()
    }

    /// Finds the valid token of a secret.
    #[must_use]
    pub fn token(&self, secret: &str) -> Option<&Token> {
        tokens::find(&self.rights.tokens, secret)
    }

    /// Says whether anybody has a valid token.
    #[must_use]
    pub fn has_tokens(&self) -> bool {
        self.rights.tokens.iter().any(Token::is_valid)
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
