//! Lists as sets: those of a field, and those that were written out with whatever stands in them.

use std::borrow::Cow;

use super::predicate::Predicate;
use super::scalar::Scalar;
use super::span::{Span, Time};
use crate::domain::{Feature, Operator, Value};

/// Holds a list.
#[derive(Debug, Clone)]
pub(super) enum Items {
    /// The texts of a field.
    Field(usize),
    /// Texts that are the same for all, in order and each once.
    Constant(Vec<String>),
    /// What was written out of other kinds, or is computed for each feature.
    Written(Vec<Element>),
}

/// Holds what stands in a list that was written out.
#[derive(Debug, Clone)]
pub(super) enum Element {
    /// A number or text, or a truth that a field holds or that was written out.
    Scalar(Scalar),
    /// A day, an instant or an interval.
    Time(Time),
    /// A condition.
    Condition(Predicate),
    /// A list.
    List(Items),
}

/// Holds an element of a list of one feature; what is unknown is `None` where it stands.
enum Held<'a> {
    Value(Cow<'a, Value>),
    Text(&'a str),
    Time(Span),
    List(Vec<Option<Held<'a>>>),
}

/// Says whether two lists stand in a relation for a feature; `None` when that is unknown.
///
/// Two texts are equal, two numbers, truths or times as `=` compares them, and two lists that hold the
/// same; what is of two kinds differs. Order and repetition make no difference.
pub(super) fn relate(
    operator: Operator,
    left: &Items,
    right: &Items,
    feature: &Feature,
) -> Option<bool> {
    if left.is_of_texts() && right.is_of_texts() {
        return Some(relate_texts(operator, left.texts(feature)?, right.texts(feature)?));
    }
    relate_held(operator, &left.held(feature)?, &right.held(feature)?)
}

fn relate_texts(operator: Operator, a: &[String], b: &[String]) -> bool {
    let holds_all = |a: &[String], b: &[String]| b.iter().all(|item| a.contains(item));
    match operator {
        Operator::AContains => holds_all(a, b),
        Operator::AContainedBy => holds_all(b, a),
        Operator::AOverlaps => a.iter().any(|item| b.contains(item)),
        _ => holds_all(a, b) && holds_all(b, a),
    }
}

/// Compares every element of one list with every one of the other, each pair once, so that lists in
/// lists take no more steps than their elements have pairs.
fn relate_held(operator: Operator, a: &[Option<Held<'_>>], b: &[Option<Held<'_>>]) -> Option<bool> {
    let mut in_b = vec![Some(false); a.len()];
    let mut in_a = vec![Some(false); b.len()];
    for (one, found_one) in a.iter().zip(&mut in_b) {
        for (other, found_other) in b.iter().zip(&mut in_a) {
            let is_equal = equal(one.as_ref(), other.as_ref());
            *found_one = or(*found_one, is_equal);
            *found_other = or(*found_other, is_equal);
        }
    }
    match operator {
        Operator::AContains => every(&in_a),
        Operator::AContainedBy => every(&in_b),
        Operator::AOverlaps => in_b.into_iter().fold(Some(false), or),
        _ => every(&[every(&in_a), every(&in_b)]),
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn every(parts: &[Option<bool>]) -> Option<bool> {
    if parts.contains(&Some(false)) {
        return Some(false);
    }
    if parts.contains(&None) { None } else { Some(true) }
}

fn equal(a: Option<&Held<'_>>, b: Option<&Held<'_>>) -> Option<bool> {
    Some(match (a?, b?) {
        (Held::Value(a), Held::Value(b)) => a.compare(b).is_some_and(std::cmp::Ordering::is_eq),
        (Held::Text(text), Held::Value(value)) | (Held::Value(value), Held::Text(text)) => {
            matches!(&**value, Value::Text(other) if &**other == *text)
        }
        (Held::Text(a), Held::Text(b)) => a == b,
        (Held::Time(a), Held::Time(b)) => a.relates(Operator::TEquals, *b),
        (Held::List(a), Held::List(b)) => return relate_held(Operator::AEquals, a, b),
        _ => false,
    })
}

impl Items {
    fn is_of_texts(&self) -> bool {
        !matches!(self, Self::Written(_))
    }

    /// The texts of a list that holds nothing else; `None` where they are unknown.
    fn texts<'a>(&'a self, feature: &'a Feature) -> Option<&'a [String]> {
        match self {
            Self::Constant(items) => Some(items),
            Self::Field(field) => match &feature.values[*field] {
                Value::List(items) => Some(items),
                _ => None,
            },
            Self::Written(_) => None,
        }
    }

    fn held<'a>(&'a self, feature: &'a Feature) -> Option<Vec<Option<Held<'a>>>> {
        Some(match self {
            Self::Written(elements) => elements.iter().map(|one| one.held(feature)).collect(),
            texts => texts.texts(feature)?.iter().map(|text| Some(Held::Text(text))).collect(),
        })
    }

    /// Counts the elements, and those of lists in it.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Field(_) => 4,
            Self::Constant(items) => items.len(),
            Self::Written(elements) => 1 + elements.iter().map(Element::size).sum::<usize>(),
        }
    }
}

impl Element {
    fn held<'a>(&'a self, feature: &'a Feature) -> Option<Held<'a>> {
        Some(match self {
            Self::Scalar(scalar) => match scalar.value(feature) {
                value if *value == Value::Null => return None,
                value => Held::Value(value),
            },
            Self::Time(time) => Held::Time(time.span(feature)?),
            Self::Condition(condition) => {
                Held::Value(Cow::Owned(Value::Boolean(condition.holds(feature)?)))
            }
            Self::List(items) => Held::List(items.held(feature)?),
        })
    }

    fn size(&self) -> usize {
        match self {
            Self::List(items) => 1 + items.size(),
            _ => 1,
        }
    }
}
