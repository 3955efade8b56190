//! How much work a condition is for one feature, so that what costs too much is refused before it
//! runs.
//!
//! A step is about what one comparison takes, some nanoseconds. The count is that of the worst
//! feature as far as the condition decides it: of a point, and for each position of a stored line or
//! area. Texts are counted by their bytes, since a pattern or a folding looks at each, and a pattern
//! as often as its longest stretch without `%` is long.

use std::collections::BTreeMap;

use super::lists::{Element, Items};
use super::predicate::{Nullable, Predicate};
use super::scalar::Scalar;

/// Steps of a distance on the sphere, or of the few that are measured on the ellipsoid.
const DISTANCE: usize = 32;
/// Steps of folding a text, whatever its length.
const FOLD: usize = 64;
/// Steps of folding one byte of a text.
const FOLD_BYTE: usize = 4;

impl Predicate {
    /// Counts the steps for one feature.
    pub(super) fn cost(&self) -> usize {
        let sum = |parts: &[Self]| 1 + parts.iter().map(Self::cost).sum::<usize>();
        match self {
            Self::Known(_) => 1,
            Self::All(parts) | Self::Any(parts) => sum(parts),
            Self::Not(part) => 1 + part.cost(),
            Self::Same(pair) => 1 + pair.0.cost() + pair.1.cost(),
            Self::Compare(_, pair) => 1 + pair.0.cost() + pair.1.cost(),
            Self::Between(parts) => 1 + parts.iter().map(Scalar::cost).sum::<usize>(),
            Self::OneOf(scalar, values) => 1 + scalar.cost() + values.len().max(1).ilog2() as usize,
            Self::Like(scalar, _, pattern) => 1 + scalar.cost() + 4 * pattern.len(),
            Self::IsNull(nullable) => match nullable {
                Nullable::Geometry | Nullable::Field(_) | Nullable::Time(_) => 1,
                Nullable::Scalar(scalar) => 1 + scalar.cost(),
                Nullable::Condition(condition) => 1 + condition.cost(),
            },
            Self::Lists(_, left, right) => {
                1 + left.cost() + right.cost() + 4 * left.size() * right.size()
            }
            Self::Times(..) | Self::When(..) => 4,
            Self::Space(space) => 1 + space.vertices().map_or(DISTANCE, |count| 2 * count),
        }
    }
}

impl Predicate {
    /// Counts the steps for each position of the geometry of a feature that is no point.
    pub(super) fn vertex_cost(&self) -> usize {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::vertex_cost).sum(),
            Self::Not(part) => part.vertex_cost(),
            Self::Same(pair) => pair.0.vertex_cost() + pair.1.vertex_cost(),
            Self::IsNull(Nullable::Condition(condition)) => condition.vertex_cost(),
            Self::Lists(_, left, right) => left.vertex_cost() + right.vertex_cost(),
            Self::Space(space) => space.vertex_cost().unwrap_or(DISTANCE),
            _ => 0,
        }
    }
}

impl Predicate {
    /// Adds the steps for each byte of the fields whose texts are looked through.
    pub(super) fn add_byte_costs(&self, costs: &mut BTreeMap<usize, usize>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.add_byte_costs(costs);
                }
            }
            Self::Not(part) => part.add_byte_costs(costs),
            Self::Same(pair) => {
                pair.0.add_byte_costs(costs);
                pair.1.add_byte_costs(costs);
            }
            Self::IsNull(Nullable::Condition(condition)) => condition.add_byte_costs(costs),
            Self::IsNull(Nullable::Scalar(scalar)) | Self::OneOf(scalar, _) => {
                scalar.add_byte_costs(costs, 0);
            }
            Self::Compare(_, pair) => {
                pair.0.add_byte_costs(costs, 0);
                pair.1.add_byte_costs(costs, 0);
            }
            Self::Like(scalar, _, pattern) => {
                scalar.add_byte_costs(costs, pattern.longest_stretch());
            }
            Self::Lists(_, left, right) => {
                left.add_byte_costs(costs, right.size());
                right.add_byte_costs(costs, left.size());
            }
            Self::Known(_)
            | Self::Between(_)
            | Self::IsNull(_)
            | Self::Times(..)
            | Self::When(..)
            | Self::Space(_) => {}
        }
    }
}

impl Scalar {
    fn add_byte_costs(&self, costs: &mut BTreeMap<usize, usize>, steps: usize) {
        match self {
            Self::Field(field) if steps > 0 => *costs.entry(*field).or_default() += steps,
            Self::Folded(_, inner) => inner.add_byte_costs(costs, steps + FOLD_BYTE),
            Self::Constant(_) | Self::Field(_) | Self::Arithmetic(..) => {}
        }
    }

    fn cost(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Field(_) => 1,
            Self::Arithmetic(_, pair) => 2 + pair.0.cost() + pair.1.cost(),
            Self::Folded(_, inner) => FOLD + inner.cost(),
        }
    }
}

/// How many bytes of two texts are compared in one step.
const COMPARED_BYTES: usize = 16;

impl Items {
    /// Counts the steps of finding the elements.
    fn cost(&self) -> usize {
        match self {
            Self::Field(_) | Self::Constant(_) => 1,
            Self::Written(elements) => elements.iter().map(Element::cost).sum(),
        }
    }

    fn vertex_cost(&self) -> usize {
        match self {
            Self::Field(_) | Self::Constant(_) => 0,
            Self::Written(elements) => elements.iter().map(Element::vertex_cost).sum(),
        }
    }

    /// Adds the steps for each byte of texts that are compared with so many others.
    fn add_byte_costs(&self, costs: &mut BTreeMap<usize, usize>, others: usize) {
        let Self::Written(elements) = self else { return };
        for element in elements {
            match element {
                Element::Scalar(scalar) => {
                    scalar.add_byte_costs(costs, others.div_ceil(COMPARED_BYTES));
                }
                Element::Condition(condition) => condition.add_byte_costs(costs),
                Element::List(items) => items.add_byte_costs(costs, others),
                Element::Time(_) => {}
            }
        }
    }
}

impl Element {
    fn cost(&self) -> usize {
        match self {
            Self::Scalar(scalar) => scalar.cost(),
            Self::Time(_) => 4,
            Self::Condition(condition) => condition.cost(),
            Self::List(items) => 1 + items.cost(),
        }
    }

    fn vertex_cost(&self) -> usize {
        match self {
            Self::Condition(condition) => condition.vertex_cost(),
            Self::List(items) => items.vertex_cost(),
            Self::Scalar(_) | Self::Time(_) => 0,
        }
    }
}
