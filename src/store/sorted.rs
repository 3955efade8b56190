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
    let by_key = |key: &SortKey| order_of(*key, &a.values[key.field], &b.values[key.field]);
    keys.iter().map(by_key).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// Compares two values by a key.
pub(super) fn order_of(key: SortKey, a: &Value, b: &Value) -> Ordering {
    match (a == &Value::Null, b == &Value::Null) {
        (false, false) => {
            let order = a.compare(b).unwrap_or(Ordering::Equal);
            if key.descending { order.reverse() } else { order }
        }
        (a, b) => a.cmp(&b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::FeatureId;

    fn feature(id: usize, year: Option<i64>, name: &str) -> Feature {
        let values = vec![year.map_or(Value::Null, Value::Integer), Value::text(name)];
        Feature::new(FeatureId::new(&format!("f{id}")).unwrap(), None, values)
    }

    #[test]
    fn null_comes_last_in_either_direction() {
        let features = [feature(0, None, "a"), feature(1, Some(2), "b"), feature(2, Some(3), "a")];
        let ids = |descending| {
            let keys = [SortKey { field: 0, descending }];
            let mut sorted: Vec<&Feature> = features.iter().collect();
            sorted.sort_by(|a, b| order(&keys, a, b));
            sorted.iter().map(|one| one.id.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(ids(false), ["f1", "f2", "f0"]);
        assert_eq!(ids(true), ["f2", "f1", "f0"]);
    }

    #[test]
    fn the_second_key_decides_where_the_first_does_not() {
        let features =
            [feature(0, Some(1), "b"), feature(1, Some(1), "a"), feature(2, Some(0), "c")];
        let keys =
            [SortKey { field: 0, descending: false }, SortKey { field: 1, descending: true }];
        assert_eq!(order(&keys, &features[0], &features[1]), Ordering::Less);
        assert_eq!(order(&keys, &features[1], &features[2]), Ordering::Greater);
    }
}
