//! What changed in a collection since its features were indexed.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::collection::Change;
use super::indexed::{Indexed, extent, is_point};
use super::keys::Keys;
use super::times::{joined, times};
use crate::domain::{Bbox, Feature, Schema, Value};

/// So many changes are not worth an index.
const FEW: usize = 512;

/// Holds the features that changed; small, and copied with every change.
#[derive(Debug, Clone, Default)]
pub(super) struct Delta {
    /// What stands at a number of the index now; `None` where the feature is gone.
    replaced: HashMap<usize, Option<Arc<Feature>>>,
    deleted: usize,
    /// New features by the keys of their rows.
    added: BTreeMap<i64, Arc<Feature>>,
    added_keys: HashMap<String, i64>,
    /// The last key that a new feature had, also when it is gone again.
    last_key: Option<i64>,
}

impl Delta {
    pub(super) fn apply(&mut self, indexed: &Indexed, change: Change) {
        let (id, feature, key) = match change {
            Change::Put(feature) => (feature.id.as_str().to_owned(), Some(feature), None),
            Change::Add(feature, key) => (feature.id.as_str().to_owned(), Some(feature), Some(key)),
            Change::Delete(id) => (id, None, None),
        };
        let stands = |number: &usize| self.replaced.get(number).is_none_or(Option::is_some);
        if let Some(&key) = self.added_keys.get(&id) {
            if let Some(feature) = feature {
                self.added.insert(key, feature);
            } else {
                self.added_keys.remove(&id);
                self.added.remove(&key);
            }
        } else if let Some(number) = indexed.number(&id).filter(stands) {
            self.deleted += usize::from(feature.is_none());
            self.replaced.insert(number, feature);
        } else if let Some(feature) = feature {
            let last = indexed.keys.last(indexed.features.len());
            let last = self.last_key.map_or(last, |own| own.max(last));
            let key = key.unwrap_or(last.saturating_add(1));
            self.last_key = Some(key.max(last));
            self.added_keys.insert(id, key);
            self.added.insert(key, feature);
        }
    }

    /// Says whether nothing has changed.
    pub(super) fn is_empty(&self) -> bool {
        self.replaced.is_empty() && self.added.is_empty()
    }

    /// Says whether a new feature does not come after all that are indexed.
    pub(super) fn is_out_of_order(&self, indexed: &Indexed) -> bool {
        let last = indexed.keys.last(indexed.features.len());
        let first = self.added.first_key_value();
        first.is_some_and(|(key, _)| *key <= last || indexed.keys == Keys::Ids)
    }

    /// New features with their keys, in their order.
    pub(super) fn added_rows(&self) -> &BTreeMap<i64, Arc<Feature>> {
        &self.added
    }

    /// Says whether an index of everything is cheaper by now.
    pub(super) fn is_large(&self, indexed: &Indexed) -> bool {
        self.replaced.len() + self.added.len() > FEW.max(indexed.features.len() / 64)
    }

    /// Says whether what the index has at a number stands no more.
    pub(super) fn is_replaced(&self, number: usize) -> bool {
        self.replaced.contains_key(&number)
    }

    /// What stands at a number of the index instead, if anything does.
    pub(super) fn replacement(&self, number: usize) -> Option<&Arc<Feature>> {
        self.replaced.get(&number)?.as_ref()
    }

    /// The numbers of the index where another feature stands now.
    pub(super) fn replaced_numbers(&self) -> impl Iterator<Item = usize> {
        let standing = self.replaced.iter().filter(|(_, feature)| feature.is_some());
        standing.map(|(&number, _)| number)
    }

    pub(super) fn added(&self) -> impl Iterator<Item = &Arc<Feature>> {
        self.added.values()
    }

    pub(super) fn added_by_id(&self, id: &str) -> Option<&Arc<Feature>> {
        self.added.get(self.added_keys.get(id)?)
    }

    pub(super) fn deleted(&self) -> usize {
        self.deleted
    }

    /// Every feature that is new or changed.
    pub(super) fn features(&self) -> impl Iterator<Item = &Feature> {
        self.replaced.values().flatten().chain(self.added()).map(Arc::as_ref)
    }

    /// The numbers of the index where nothing stands as it did.
    pub(super) fn gone_numbers(&self) -> impl Iterator<Item = usize> {
        self.replaced.keys().copied()
    }

    pub(super) fn is_points(&self) -> bool {
        self.features().all(is_point)
    }

    pub(super) fn extent(&self, before: Option<Bbox>) -> Option<Bbox> {
        let new = extent(self.features());
        match before.zip(new) {
            Some((before, new)) => Bbox::from_edges(
                before.west.min(new.west),
                before.south.min(new.south),
                before.east.max(new.east),
                before.north.max(new.north),
            )
            .ok(),
            None => before.or(new),
        }
    }

    pub(super) fn times(
        &self,
        schema: &Schema,
        before: Option<(Value, Value)>,
    ) -> Option<(Value, Value)> {
        joined(before, times(schema, self.features()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{FeatureId, Field, FieldType, LonLat, Value};
    use crate::store::collection::About;
    use crate::store::{Collection, NearestQuery, Selection};

    fn about() -> About {
        About {
            id: "list".into(),
            title: String::new(),
            title_zh: String::new(),
            description: String::new(),
            description_zh: String::new(),
            data_as_of: String::new(),
            licence: String::new(),
            attribution: String::new(),
        }
    }

    fn feature(id: u8, lon: i16) -> Feature {
        let geometry = (lon % 7 != 0).then(|| geo::Point::new(f64::from(lon), 1.0).into());
        let id = FeatureId::new(&format!("f{id}")).unwrap();
        Feature::new(id, geometry, vec![Value::Integer(i64::from(lon))])
    }

    fn collection(features: Vec<Feature>) -> Collection {
        let schema = Schema::new(vec![Field::new("year", FieldType::Integer, "")]);
        Collection::new(about(), schema, features).unwrap()
    }

    /// What the collection answers to everything that it can be asked.
    fn answers(collection: &Collection) -> String {
        let selection = Selection { bbox: "-90,0,20,9".parse().ok(), ..Selection::default() };
        let nearest = NearestQuery {
            from: LonLat::from_degrees(3.0, 2.0).unwrap(),
            k: 5,
            within_m: None,
            filter: None,
            leave_out: None,
            equals: &[],
        };
        let ids = (0..20).map(|id| collection.feature(&format!("f{id}")).cloned());
        format!(
            "{:?} {:?} {:?} {:?} {}",
            collection.features().collect::<Vec<_>>(),
            collection.select(&selection).collect::<Vec<_>>(),
            collection.nearest(&nearest).unwrap().map(|found| found.features),
            ids.collect::<Vec<_>>(),
            collection.len(),
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn a_changed_collection_answers_as_one_made_anew(
            start in prop::collection::vec(-170i16..170, 0..12),
            changes in prop::collection::vec((0u8..20, prop::option::of(-170i16..170)), 0..30),
        ) {
            let before: Vec<Feature> = (0..).zip(start).map(|(id, lon)| feature(id, lon)).collect();
            let mut after: Vec<Feature> = before.clone();
            let mut changed = collection(before);
            for (id, lon) in changes {
                let id_text = format!("f{id}");
                let place = after.iter().position(|one| one.id.as_str() == id_text);
                let change = match (lon, place) {
                    (Some(lon), Some(place)) => {
                        after[place] = feature(id, lon);
                        Change::Put(Arc::new(feature(id, lon)))
                    }
                    (Some(lon), None) => {
                        after.push(feature(id, lon));
                        Change::Put(Arc::new(feature(id, lon)))
                    }
                    (None, place) => {
                        place.map(|place| after.remove(place));
                        Change::Delete(id_text)
                    }
                };
                changed = changed.with([change]);
            }
            // One that was deleted and came back is a new row, and comes last.
            prop_assert_eq!(&changed.features().cloned().collect::<Vec<_>>(), &after);
            let anew = collection(changed.features().cloned().collect());
            prop_assert_eq!(answers(&changed), answers(&anew));
        }
    }
}
