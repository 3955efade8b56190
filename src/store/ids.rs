//! Features by their ids, five to ten bytes for each: the ids themselves stay in the features.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::domain::Feature;

/// Holds the numbers of features so that those of an id are found at once.
#[derive(Debug)]
pub(super) struct Ids {
    numbers: HashTable<u32>,
    /// Chosen anew each time, so that nobody can bring ids that collide.
    hasher: RandomState,
}

impl Ids {
    /// Takes features in, or gives back the first id that two of them have.
    pub(super) fn new(features: &[Arc<Feature>]) -> Result<Self, String> {
        let hasher = RandomState::new();
        let mut numbers: HashTable<u32> = HashTable::with_capacity(features.len());
        let id = |number: u32| features[number as usize].id.as_str();
        for (number, feature) in (0u32..).zip(features) {
            let wanted = feature.id.as_str();
            let is_it = |known: &u32| id(*known) == wanted;
            let hash_of = |known: &u32| hasher.hash_one(id(*known));
            match numbers.entry(hasher.hash_one(wanted), is_it, hash_of) {
                Entry::Occupied(_) => return Err(wanted.to_owned()),
                Entry::Vacant(place) => _ = place.insert(number),
            }
        }
        Ok(Self { numbers, hasher })
    }

    /// The number of the feature of an id, among the features that were taken in.
    pub(super) fn number(&self, features: &[Arc<Feature>], id: &str) -> Option<usize> {
        let is_it = |number: &u32| features[*number as usize].id.as_str() == id;
        self.numbers.find(self.hasher.hash_one(id), is_it).map(|&number| number as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FeatureId;

    fn features(ids: &[&str]) -> Vec<Arc<Feature>> {
        let feature = |id: &&str| Arc::new(Feature::new(FeatureId::new(id).unwrap(), None, vec![]));
        ids.iter().map(feature).collect()
    }

    #[test]
    fn every_id_finds_its_feature_and_no_other() {
        let ids: Vec<String> = (0..1_000).map(|n| format!("f{n}")).collect();
        let all = features(&ids.iter().map(String::as_str).collect::<Vec<_>>());
        let table = Ids::new(&all).unwrap();
        for (number, id) in ids.iter().enumerate() {
            assert_eq!(table.number(&all, id), Some(number));
        }
        assert_eq!(table.number(&all, "f1000"), None);
    }

    #[test]
    fn the_first_id_that_two_have_is_named() {
        assert_eq!(Ids::new(&features(&["a", "b", "b", "a"])).unwrap_err(), "b");
    }
}
