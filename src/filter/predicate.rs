//! Conditions against a schema, ready to be held against features.

use super::lists::{self, Items};
use super::scalar::Scalar;
use super::space::Space;
use super::span::Time;
use super::text::{Fold, Pattern};
use crate::domain::{Feature, Operator, Value};

/// Holds a condition that is true, false or unknown for each feature.
#[derive(Debug, Clone)]
pub(super) enum Predicate {
    /// The same for all.
    Known(Option<bool>),
    /// Every part holds.
    All(Vec<Predicate>),
    /// One part holds, or more.
    Any(Vec<Predicate>),
    /// The part does not hold.
    Not(Box<Predicate>),
    /// Two conditions are both true or both false.
    Same(Box<(Predicate, Predicate)>),
    /// Two values stand in an order.
    Compare(Operator, Box<(Scalar, Scalar)>),
    /// A number lies between two others, ends included.
    Between(Box<[Scalar; 3]>),
    /// A value is one of these, none of which is null, in their order.
    OneOf(Scalar, Vec<Value>),
    /// A text, folded, fits a pattern; the scalar is folded already where that is needed.
    Like(Scalar, Fold, Pattern),
    /// Something is unknown.
    IsNull(Nullable),
    /// Two lists stand in a relation.
    Lists(Operator, Items, Items),
    /// Two times stand in a relation.
    Times(Operator, Time, Time),
    /// Two instants or days stand in an order: they are equal where they could be one instant.
    When(Operator, Time, Time),
    /// The geometry stands in a relation.
    Space(Space),
}

/// Names what may be unknown.
#[derive(Debug, Clone)]
pub(super) enum Nullable {
    /// The geometry.
    Geometry,
    /// The value of a field.
    Field(usize),
    /// A number or text.
    Scalar(Scalar),
    /// A condition.
    Condition(Box<Predicate>),
    /// A time.
    Time(Time),
}

impl Predicate {
    /// Says whether the condition holds for a feature; `None` when that is unknown.
    ///
    /// # References
    ///
    /// Kleene's three-valued logic, as SQL and CQL2 have it.
    pub(super) fn holds(&self, feature: &Feature) -> Option<bool> {
        match self {
            Self::Known(known) => *known,
            Self::All(parts) => unless(parts, feature, false),
            Self::Any(parts) => unless(parts, feature, true),
            Self::Not(part) => part.holds(feature).map(|holds| !holds),
            Self::Same(pair) => Some(pair.0.holds(feature)? == pair.1.holds(feature)?),
            Self::Compare(operator, pair) => {
                let order = pair.0.value(feature).compare(&pair.1.value(feature))?;
                Some(compares(*operator, order))
            }
            Self::Between(parts) => {
                let value = parts[0].value(feature);
                let above = value.compare(&parts[1].value(feature)).map(std::cmp::Ordering::is_ge);
                let below = value.compare(&parts[2].value(feature)).map(std::cmp::Ordering::is_le);
                and(above, below)
            }
            Self::OneOf(scalar, values) => {
                let value = scalar.value(feature);
                if *value == Value::Null {
                    return None;
                }
                let order = |one: &Value| one.compare(&value).unwrap_or(std::cmp::Ordering::Less);
                Some(values.binary_search_by(order).is_ok())
            }
            Self::Like(scalar, _, pattern) => match &*scalar.value(feature) {
                Value::Text(text) => Some(pattern.matches(text)),
                _ => None,
            },
            Self::IsNull(nullable) => Some(nullable.is_null(feature)),
            Self::Lists(operator, left, right) => lists::relate(*operator, left, right, feature),
            Self::Times(operator, left, right) => {
                Some(left.span(feature)?.relates(*operator, right.span(feature)?))
            }
            Self::When(operator, left, right) => {
                Some(compares(*operator, left.span(feature)?.order(right.span(feature)?)))
            }
            Self::Space(space) => space.holds(feature),
        }
    }
}

/// The answer of many conditions, one of which may decide alone.
fn unless(parts: &[Predicate], feature: &Feature, decisive: bool) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match part.holds(feature) {
            Some(holds) if holds == decisive => return Some(decisive),
            None => answer = None,
            Some(_) => {}
        }
    }
    answer
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

/// Says whether an order is one that a comparison asks for.
pub(super) fn compares(operator: Operator, order: std::cmp::Ordering) -> bool {
    match operator {
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::Less => order.is_lt(),
        Operator::LessOrEqual => order.is_le(),
        Operator::Greater => order.is_gt(),
        _ => order.is_ge(),
    }
}

impl Nullable {
    fn is_null(&self, feature: &Feature) -> bool {
        match self {
            Self::Geometry => !feature.is_placed(),
            Self::Field(field) => feature.values[*field] == Value::Null,
            Self::Scalar(scalar) => *scalar.value(feature) == Value::Null,
            Self::Condition(condition) => condition.holds(feature).is_none(),
            Self::Time(time) => time.span(feature).is_none(),
        }
    }
}
