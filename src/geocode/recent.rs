//! Searches for misspelt names that were made lately: lists and titles repeat their words.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::posting::Posting;

/// So many searches are remembered; then all are forgotten, which costs less than to count them.
const MOST: usize = 16_384;

/// What was looked for: a key and how many letters it may be off.
type Search = (String, u8);

/// Remembers what searches found; copies share the memory.
#[derive(Debug, Clone, Default)]
pub(super) struct Recent(Arc<Mutex<HashMap<Search, Arc<[Posting]>>>>);

impl Recent {
    /// What a search finds: as it was found before, or by `search`, whose answer never changes.
    pub(super) fn find(
        &self,
        key: &str,
        distance: u8,
        search: impl FnOnce() -> Vec<Posting>,
    ) -> Vec<Posting> {
        let wanted = (key.to_owned(), distance);
        if let Some(found) = self.0.lock().ok().and_then(|known| known.get(&wanted).cloned()) {
            return found.to_vec();
        }
        let found = search();
        if let Ok(mut known) = self.0.lock() {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(wanted, found.as_slice().into());
        }
        found
    }
}
