//! Values of one field in their order: which features have this one, or one of this range.
//!
//! An entry is the number of a feature, four bytes; the values stay where they are and are looked
//! up while searching, some twenty of a million. For a field of lists each item has an entry of
//! eight bytes.

use std::cmp::Ordering;
use std::ops::{Bound, Range};

use crate::domain::Value;

/// Holds the numbers of features in the order of a field's values.
///
/// # Memory
///
/// Four bytes a feature, known or null; eight an item for lists.
#[derive(Debug, Clone)]
pub struct ColumnIndex {
    entries: Entries,
    nulls: Vec<u32>,
}

#[derive(Debug, Clone)]
enum Entries {
    /// Numbers of features.
    Values(Vec<u32>),
    /// Numbers of features with the place of the item in the list.
    Items(Vec<(u32, u32)>),
}

/// Names neighboring entries: those of one value, or of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run(Range<usize>);

impl Run {
    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries that two runs of one index share.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (start, end) = (self.0.start.max(other.0.start), self.0.end.min(other.0.end));
        Self(start..end.max(start))
    }
}

impl ColumnIndex {
    /// Orders the values of a field; features are known by their numbers from here on.
    ///
    /// # Shape
    ///
    /// `value`: the value of the feature of each number below `count`, fewer than 2³².
    pub fn new<'a>(count: usize, value: impl Fn(usize) -> &'a Value) -> Self {
        let (mut values, mut items, mut nulls) = (Vec::new(), Vec::new(), Vec::new());
        for (number, place) in (0..count).zip(0u32..) {
            match value(number) {
                Value::Null => nulls.push(place),
                Value::List(list) => {
                    items.extend((0u32..).zip(list.iter()).map(|(item, _)| (place, item)));
                }
                _ => values.push(place),
            }
        }
        if items.is_empty() {
            let key = |place: u32| value(place as usize);
            values.sort_by(|&a, &b| ordering(key(a), key(b)).then(a.cmp(&b)));
            return Self { entries: Entries::Values(values), nulls };
        }
        items.sort_by(|&a, &b| item(&value, a).cmp(item(&value, b)).then(a.cmp(&b)));
        Self { entries: Entries::Items(items), nulls }
    }

    /// Finds the entries from one value to another, of lists those of such items.
    ///
    /// `value` answers as when the index was made.
    pub fn range<'a>(
        &self,
        value: impl Fn(usize) -> &'a Value,
        low: Bound<&Value>,
        high: Bound<&Value>,
    ) -> Run {
        let part = |place: usize, bound: &Value| match &self.entries {
            Entries::Values(entries) => ordering(value(entries[place] as usize), bound),
            Entries::Items(entries) => match bound {
                Value::Text(bound) => item(&value, entries[place]).cmp(bound),
                _ => Ordering::Greater,
            },
        };
        let len = self.len();
        let start = match low {
            Bound::Unbounded => 0,
            Bound::Included(bound) => first(len, |place| part(place, bound).is_lt()),
            Bound::Excluded(bound) => first(len, |place| part(place, bound).is_le()),
        };
        let end = match high {
            Bound::Unbounded => len,
            Bound::Included(bound) => first(len, |place| part(place, bound).is_le()),
            Bound::Excluded(bound) => first(len, |place| part(place, bound).is_lt()),
        };
        Run(start..end.max(start))
    }

    /// The numbers of the features of some entries; of lists, a number may come twice.
    #[must_use]
    pub fn numbers(&self, run: &Run) -> Vec<usize> {
        match &self.entries {
            Entries::Values(entries) => {
                entries[run.0.clone()].iter().map(|&place| place as usize).collect()
            }
            Entries::Items(entries) => {
                entries[run.0.clone()].iter().map(|&(place, _)| place as usize).collect()
            }
        }
    }

    /// All entries.
    #[must_use]
    pub fn all(&self) -> Run {
        Run(0..self.len())
    }

    /// The numbers of the features of some entries, in the order of the values, those of one value in
    /// rising order; none for lists, which have no order.
    #[must_use]
    pub fn ordered(&self, run: &Run) -> &[u32] {
        match &self.entries {
            Entries::Values(entries) => &entries[run.0.clone()],
            Entries::Items(_) => &[],
        }
    }

    /// The numbers of the features whose value is null, in rising order.
    #[must_use]
    pub fn null_places(&self) -> &[u32] {
        &self.nulls
    }

    /// The numbers of the features whose value is null.
    #[must_use]
    pub fn nulls(&self) -> impl ExactSizeIterator<Item = usize> {
        self.nulls.iter().map(|&place| place as usize)
    }

    /// Says whether the values are lists, so that a feature may stand in two runs that share nothing.
    #[must_use]
    pub fn is_of_lists(&self) -> bool {
        matches!(self.entries, Entries::Items(_))
    }

    fn len(&self) -> usize {
        match &self.entries {
            Entries::Values(entries) => entries.len(),
            Entries::Items(entries) => entries.len(),
        }
    }
}

fn item<'a>(value: &impl Fn(usize) -> &'a Value, (place, item): (u32, u32)) -> &'a str {
    match value(place as usize) {
        Value::List(items) => items.get(item as usize).map_or("", String::as_str),
        _ => "",
    }
}

/// Orders any two values, those of two kinds by their kind.
fn ordering(a: &Value, b: &Value) -> Ordering {
    let kind = |value: &Value| match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
        Value::List(_) => 3,
        Value::Boolean(_) => 4,
        Value::Date(_) => 5,
        Value::DateTime(_) => 6,
    };
    a.compare(b).unwrap_or_else(|| kind(a).cmp(&kind(b)))
}

/// The first of so many places for which a condition that holds for a beginning holds no more.
fn first(len: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(values: &[Value], low: Bound<&Value>, high: Bound<&Value>) -> Vec<usize> {
        let value = |number: usize| &values[number];
        let index = ColumnIndex::new(values.len(), value);
        let mut numbers = index.numbers(&index.range(value, low, high));
        numbers.sort_unstable();
        numbers
    }

    fn list(items: &[&str]) -> Value {
        Value::List(items.iter().map(|&item| item.to_owned()).collect())
    }

    #[test]
    fn a_value_is_found_wherever_it_stands_and_null_is_none() {
        let values = ["b", "", "a", "b"].map(Value::text);
        let b = Value::text("b");
        assert_eq!(found(&values, Bound::Included(&b), Bound::Included(&b)), [0, 3]);
        assert_eq!(found(&values, Bound::Unbounded, Bound::Unbounded), [0, 2, 3]);
        assert_eq!(found(&values, Bound::Excluded(&b), Bound::Unbounded), [0usize; 0]);
        let index = ColumnIndex::new(4, |number| &values[number]);
        assert_eq!(index.nulls().collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_list_is_found_by_each_of_its_items() {
        let values = [list(&["39", "36"]), list(&[]), Value::Null, list(&["36"])];
        let code = Value::text("36");
        assert_eq!(found(&values, Bound::Included(&code), Bound::Included(&code)), [0, 3]);
    }

    #[test]
    fn a_range_that_ends_before_it_starts_holds_nothing() {
        let values = [1, 2, 3].map(Value::Integer);
        let (low, high) = (Value::Integer(3), Value::Integer(1));
        assert!(found(&values, Bound::Included(&low), Bound::Included(&high)).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn ranges_agree_with_a_scan(
            numbers in prop::collection::vec(prop::option::of(-9i64..9), 0..60),
            halves in (-20i32..20, -20i32..20), open in any::<(bool, bool)>(),
        ) {
            let values: Vec<Value> =
                numbers.iter().map(|n| n.map_or(Value::Null, Value::Integer)).collect();
            let low = Value::Real(f64::from(halves.0) / 2.0);
            let high = Value::Real(f64::from(halves.1) / 2.0);
            let bound = |is_open, value| {
                if is_open { Bound::Excluded(value) } else { Bound::Included(value) }
            };
            let above = |value: &Value| value.compare(&low).is_some_and(|o| if open.0 { o.is_gt() } else { o.is_ge() });
            let below = |value: &Value| value.compare(&high).is_some_and(|o| if open.1 { o.is_lt() } else { o.is_le() });
            let expected: Vec<usize> =
                (0..values.len()).filter(|&n| above(&values[n]) && below(&values[n])).collect();
            prop_assert_eq!(found(&values, bound(open.0, &low), bound(open.1, &high)), expected);
        }
    }
}
