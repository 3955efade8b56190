//! How much work a condition is for one feature, so that what costs too much is refused before it
//! runs.
//!
//! A step is about what one comparison takes, some nanoseconds. The count is that of the worst
//! feature as far as the condition decides it: of a point, and for each position of a stored line or
//! area. What long texts cost is their owners' matter.

use super::predicate::{Items, Nullable, Predicate};
use super::scalar::Scalar;

/// Steps of a distance on the sphere, or of the few that are measured on the ellipsoid.
const DISTANCE: usize = 32;
/// Steps of folding a text of usual length.
const FOLD: usize = 64;

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
            Self::Lists(_, left, right) => 1 + 4 * (left.cost() + right.cost()),
            Self::Times(..) => 4,
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
            Self::Space(space) => space.vertex_cost().unwrap_or(DISTANCE),
            _ => 0,
        }
    }
}

impl Scalar {
    fn cost(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Field(_) => 1,
            Self::Arithmetic(_, pair) => 2 + pair.0.cost() + pair.1.cost(),
            Self::Folded(_, inner) => FOLD + inner.cost(),
        }
    }
}

impl Items {
    fn cost(&self) -> usize {
        match self {
            Self::Field(_) => 4,
            Self::Constant(items) => items.len(),
        }
    }
}
