//! The keys of rows: what the order of a collection is made of, the same after a restart and in every
//! instance over one store.

use std::cmp::Ordering;

use super::page::RowKey;
use crate::domain::Feature;

/// Holds the keys of features in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Keys {
    /// Numbers that follow each other, from this one.
    From(i64),
    /// Rising numbers.
    Rows(Vec<i64>),
    /// The features' ids, in the order of their bytes.
    Ids,
}

/// Names one place in the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// That of a number.
    Row(i64),
    /// That of an id.
    Id(String),
}

/// Holds a feature with its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    /// The number of its row; `None` where ids are the keys.
    pub(super) row: Option<i64>,
    pub(super) feature: &'a Feature,
}

impl Keys {
    /// Takes rising numbers in.
    pub(super) fn of(rows: Vec<i64>) -> Self {
        let first = rows.first().copied().unwrap_or(1);
        if (first..).zip(&rows).all(|(expected, row)| expected == *row) {
            return Self::From(first);
        }
        Self::Rows(rows)
    }

    /// The key of a number of the index; `None` where it is the feature's id.
    pub(super) fn row(&self, number: usize) -> Option<i64> {
        match self {
            Self::From(first) => {
                Some(first.saturating_add(i64::try_from(number).unwrap_or(i64::MAX)))
            }
            Self::Rows(rows) => rows.get(number).copied(),
            Self::Ids => None,
        }
    }

    /// The key of the last of so many features; before the first of them, when there is none.
    pub(super) fn last(&self, count: usize) -> i64 {
        match self {
            Self::From(first) => first.saturating_add(i64::try_from(count).unwrap_or(i64::MAX)) - 1,
            Self::Rows(rows) => rows.last().copied().unwrap_or(0),
            Self::Ids => 0,
        }
    }

    /// Reads the key of a token; `None` when it is none of these.
    pub(super) fn place(&self, key: &str) -> Option<Place> {
        match self {
            Self::From(_) | Self::Rows(_) => key.parse().ok().map(Place::Row),
            Self::Ids => Some(Place::Id(key.to_owned())),
        }
    }
}

impl Standing<'_> {
    /// The key as a token carries it.
    pub(super) fn key(&self) -> RowKey {
        let id = || RowKey::Text(self.feature.id.as_str().to_owned());
        self.row.map_or_else(id, RowKey::Number)
    }

    /// Compares two places.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (self.row, other.row) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.feature.id.cmp(&other.feature.id),
        }
    }

    /// Compares with a place.
    pub(super) fn order_to(&self, place: &Place) -> Ordering {
        match (self.row, place) {
            (Some(row), Place::Row(other)) => row.cmp(other),
            (_, Place::Id(id)) => self.feature.id.as_str().cmp(id),
            (None, Place::Row(_)) => Ordering::Less,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow_each_other_take_no_room() {
        assert_eq!(Keys::of(vec![1, 2, 3]), Keys::From(1));
        assert_eq!(Keys::of(vec![]), Keys::From(1));
        assert_eq!(Keys::of(vec![1, 3]), Keys::Rows(vec![1, 3]));
        for keys in [Keys::From(4), Keys::Rows(vec![4, 5, 6])] {
            assert_eq!((keys.row(2), keys.last(3)), (Some(6), 6));
        }
        assert_eq!(Keys::From(1).last(0), 0);
    }
}
