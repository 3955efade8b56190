//! Features in the order of their values.

use std::cmp::Ordering;

use crate::domain::{Feature, Value};

/// Names a field to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    /// The place of the field in the schema.
    pub field: usize,
    /// Whether the largest value comes first.
    pub descending: bool,
}

/// Compares two features by some keys, the first key first.
///
/// Null comes last in either direction; numbers are compared by size, text by code points.
#[must_use]
pub fn order(keys: &[SortKey], a: &Feature, b: &Feature) -> Ordering {
    let by_key = |key: &SortKey| {
        let (a, b) = (&a.values[key.field], &b.values[key.field]);
        match (a == &Value::Null, b == &Value::Null) {
            (false, false) => {
                let order = a.compare(b).unwrap_or(Ordering::Equal);
                if key.descending { order.reverse() } else { order }
            }
            (a, b) => a.cmp(&b),
        }
    };
    keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Sorts a page out of features; equal ones keep their order.
///
/// Only what comes before the end of the page is put in order.
pub(super) fn page<'a>(
    keys: &[SortKey],
    features: Vec<&'a Feature>,
    offset: usize,
    limit: usize,
) -> Vec<&'a Feature> {
    let mut numbered: Vec<(usize, &Feature)> = features.into_iter().enumerate().collect();
    let compare =
        |a: &(usize, &Feature), b: &(usize, &Feature)| order(keys, a.1, b.1).then(a.0.cmp(&b.0));
    let end = offset.saturating_add(limit);
    if end > 0 && end < numbered.len() {
        numbered.select_nth_unstable_by(end - 1, compare);
    }
    numbered.truncate(end);
    numbered.sort_unstable_by(compare);
    numbered.into_iter().skip(offset).map(|(_, feature)| feature).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::FeatureId;

    fn feature(id: usize, year: Option<i64>, name: &str) -> Feature {
        let values = vec![year.map_or(Value::Null, Value::Integer), Value::text(name)];
        Feature { id: FeatureId::new(&format!("f{id}")).unwrap(), geometry: None, values }
    }

    #[test]
    fn null_comes_last_in_either_direction() {
        let features = [feature(0, None, "a"), feature(1, Some(2), "b"), feature(2, Some(3), "a")];
        let ids = |descending| {
            let keys = [SortKey { field: 0, descending }];
            let sorted = page(&keys, features.iter().collect(), 0, 9);
            sorted.iter().map(|one| one.id.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(false), ["f1", "f2", "f0"]);
        assert_eq!(ids(true), ["f2", "f1", "f0"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn a_page_is_a_part_of_everything_sorted_with_equals_in_their_order(
            values in prop::collection::vec((prop::option::of(0i64..4), "[ab]?"), 0..30),
            offset in 0usize..35, limit in 0usize..35, directions in any::<(bool, bool)>(),
        ) {
            let numbered = values.iter().enumerate();
            let features: Vec<Feature> =
                numbered.map(|(id, (year, name))| feature(id, *year, name)).collect();
            let keys = [
                SortKey { field: 0, descending: directions.0 },
                SortKey { field: 1, descending: directions.1 },
            ];
            let mut all: Vec<&Feature> = features.iter().collect();
            all.sort_by(|a, b| order(&keys, a, b));
            let expected: Vec<&Feature> = all.into_iter().skip(offset).take(limit).collect();
            prop_assert_eq!(page(&keys, features.iter().collect(), offset, limit), expected);
        }
    }
}
