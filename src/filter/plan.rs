//! What an index could answer of a condition: a superset of the features that it matches.

use std::ops::Bound;

use super::folding::Folding;
use super::lists::Items;
use super::predicate::{Nullable, Predicate};
use super::scalar::Scalar;
use super::span::Time;
use super::text::Fold;
use crate::domain::{Bbox, Operator, Value};

/// Says where the features are to be looked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Plan {
    /// Anywhere: no index helps.
    All,
    /// Nowhere.
    Nothing,
    /// Among those whose field has a value of a range; of lists, an item of it.
    Range {
        /// The place of the field in the schema.
        field: usize,
        /// From here.
        low: Bound<Value>,
        /// To here.
        high: Bound<Value>,
    },
    /// Among those whose field, folded, is a text of a range.
    Folded {
        /// How the texts are folded.
        folding: Folding,
        /// The place of the field in the schema.
        field: usize,
        /// From here.
        low: Bound<Value>,
        /// To here.
        high: Bound<Value>,
    },
    /// Among those whose field is null.
    Null {
        /// The place of the field in the schema.
        field: usize,
    },
    /// Among those whose geometry meets a box.
    Box(Bbox),
    /// Among those of each part.
    Both(Vec<Plan>),
    /// Among those of any part.
    Either(Vec<Plan>),
}

impl Plan {
    /// Looks for one value of a field, or for lists that contain it.
    #[must_use]
    pub fn equal(field: usize, value: Value) -> Self {
        Self::Range { field, low: Bound::Included(value.clone()), high: Bound::Included(value) }
    }

    /// Joins plans of which each must hold.
    #[must_use]
    pub fn both(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::All => {}
                Self::Both(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            _ if kept.contains(&Self::Nothing) => Self::Nothing,
            0 => Self::All,
            1 => kept.remove(0),
            _ => Self::Both(kept),
        }
    }

    /// Joins plans of which one must hold.
    #[must_use]
    pub fn either(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept = Vec::new();
        for part in parts {
            match part {
                Self::Nothing => {}
                Self::Either(inner) => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            _ if kept.contains(&Self::All) => Self::All,
            0 => Self::Nothing,
            1 => kept.remove(0),
            _ => Self::Either(kept),
        }
    }

    /// Says where the features are for which a condition holds.
    pub(super) fn of(predicate: &Predicate) -> Self {
        match predicate {
            Predicate::Known(Some(true)) => Self::All,
            Predicate::Known(_) => Self::Nothing,
            Predicate::All(parts) => Self::both(parts.iter().map(Self::of)),
            Predicate::Any(parts) => Self::either(parts.iter().map(Self::of)),
            Predicate::Compare(operator, pair) => match (&pair.0, &pair.1) {
                (Scalar::Field(field), Scalar::Constant(value)) => {
                    Self::compared(*field, *operator, value)
                }
                (Scalar::Constant(value), Scalar::Field(field)) => {
                    Self::compared(*field, turned(*operator), value)
                }
                (folded, Scalar::Constant(value)) => {
                    Self::folded(folded, |field| Self::compared(field, *operator, value))
                }
                (Scalar::Constant(value), folded) => {
                    Self::folded(folded, |field| Self::compared(field, turned(*operator), value))
                }
                _ => Self::All,
            },
            Predicate::Between(parts) => match &**parts {
                [Scalar::Field(field), low, high] => {
                    let bound = |scalar: &Scalar, operator| match scalar {
                        Scalar::Constant(value) => Self::compared(*field, operator, value),
                        _ => Self::All,
                    };
                    let low = bound(low, Operator::GreaterOrEqual);
                    Self::both([low, bound(high, Operator::LessOrEqual)])
                }
                _ => Self::All,
            },
            Predicate::OneOf(Scalar::Field(field), values) => {
                Self::either(values.iter().map(|value| Self::equal(*field, value.clone())))
            }
            Predicate::OneOf(folded, values) => {
                let equal =
                    |value: &Value| Self::folded(folded, |field| Self::equal(field, value.clone()));
                Self::either(values.iter().map(equal))
            }
            Predicate::Like(folded @ Scalar::Folded(..), _, pattern) => {
                Self::folded(folded, |field| Self::prefixed(field, &pattern.prefix()))
            }
            Predicate::Like(Scalar::Field(field), fold, pattern) if *fold == Fold::default() => {
                Self::prefixed(*field, &pattern.prefix())
            }
            Predicate::IsNull(Nullable::Scalar(Scalar::Field(field)) | Nullable::Field(field)) => {
                Self::Null { field: *field }
            }
            Predicate::Lists(operator, left, right) => Self::lists(*operator, left, right),
            Predicate::Times(operator, left, right) => Self::times(*operator, left, right),
            Predicate::When(operator, left, right) => Self::when(*operator, left, right),
            Predicate::Space(space) => space.bbox().map_or(Self::All, Self::Box),
            _ => Self::All,
        }
    }

    /// The plan for a field of texts that are folded, from that for the field itself.
    fn folded(scalar: &Scalar, of_field: impl FnOnce(usize) -> Self) -> Self {
        let Some((field, folding)) = Folding::of(scalar) else { return Self::All };
        match of_field(field) {
            Self::Range { field, low, high } => Self::Folded { folding, field, low, high },
            other => other,
        }
    }

    fn compared(field: usize, operator: Operator, value: &Value) -> Self {
        let (low, high) = match operator {
            _ if *value == Value::Null => return Self::Nothing,
            Operator::Equal => return Self::equal(field, value.clone()),
            Operator::Less => (Bound::Unbounded, Bound::Excluded(value.clone())),
            Operator::LessOrEqual => (Bound::Unbounded, Bound::Included(value.clone())),
            Operator::Greater => (Bound::Excluded(value.clone()), Bound::Unbounded),
            Operator::GreaterOrEqual => (Bound::Included(value.clone()), Bound::Unbounded),
            _ => return Self::All,
        };
        Self::Range { field, low, high }
    }

    /// Texts that start with some letters: from them up to, not including, what comes after all.
    fn prefixed(field: usize, prefix: &str) -> Self {
        if prefix.is_empty() {
            return Self::All;
        }
        let next = |letter: char| (letter..=char::MAX).nth(1);
        let mut letters: Vec<char> = prefix.chars().collect();
        while let Some(last) = letters.pop() {
            if let Some(next) = next(last) {
                letters.push(next);
                break;
            }
        }
        let after: String = letters.into_iter().collect();
        let high = if after.is_empty() {
            Bound::Unbounded
        } else {
            Bound::Excluded(Value::Text(after.into()))
        };
        Self::Range { field, low: Bound::Included(Value::Text(prefix.into())), high }
    }

    fn lists(operator: Operator, left: &Items, right: &Items) -> Self {
        let (field, items, operator) = match (left, right) {
            (Items::Field(field), Items::Constant(items)) => (*field, items, operator),
            (Items::Constant(items), Items::Field(field)) => {
                let turned = match operator {
                    Operator::AContains => Operator::AContainedBy,
                    Operator::AContainedBy => Operator::AContains,
                    same => same,
                };
                (*field, items, turned)
            }
            _ => return Self::All,
        };
        let each = items.iter().map(|item| Self::equal(field, Value::Text(item.as_str().into())));
        match operator {
            Operator::AContains | Operator::AEquals => Self::both(each),
            Operator::AOverlaps => Self::either(each),
            _ => Self::All,
        }
    }

    /// The values of a field from one time to another; the relations other than those named make the
    /// two meet.
    fn times(operator: Operator, left: &Time, right: &Time) -> Self {
        let exchanged = match operator {
            Operator::TBefore => Operator::TAfter,
            Operator::TAfter => Operator::TBefore,
            same => same,
        };
        let Some((field, [first, last], operator)) = against(operator, exchanged, left, right)
        else {
            return Self::All;
        };
        let (low, high) = match operator {
            Operator::TDisjoint => return Self::All,
            Operator::TBefore => (Bound::Unbounded, bound(first)),
            Operator::TAfter => (bound(last), Bound::Unbounded),
            _ => (bound(first), bound(last)),
        };
        Self::Range { field, low, high }
    }

    /// The values of a field in an order to a time.
    fn when(operator: Operator, left: &Time, right: &Time) -> Self {
        let Some((field, [first, last], operator)) =
            against(operator, turned(operator), left, right)
        else {
            return Self::All;
        };
        let (low, high) = match operator {
            Operator::Equal => (bound(first), bound(last)),
            Operator::Less | Operator::LessOrEqual => (Bound::Unbounded, bound(last)),
            Operator::Greater | Operator::GreaterOrEqual => (bound(first), Bound::Unbounded),
            _ => return Self::All,
        };
        Self::Range { field, low, high }
    }
}

/// The field of two times of which the other is the same for all features, with the values at its ends,
/// and the operator with the field on its left.
fn against(
    operator: Operator,
    exchanged: Operator,
    left: &Time,
    right: &Time,
) -> Option<(usize, [Option<Value>; 2], Operator)> {
    let (time, span, operator) = match (left, right) {
        (time, Time::Constant(span)) => (time, *span, operator),
        (Time::Constant(span), time) => (time, *span, exchanged),
        _ => return None,
    };
    let (field, values) = time.values_of(span)?;
    Some((field, values, operator))
}

fn bound(value: Option<Value>) -> Bound<Value> {
    value.map_or(Bound::Unbounded, Bound::Included)
}

/// The comparison with its two sides exchanged.
#[must_use]
pub fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        same => same,
    }
}
