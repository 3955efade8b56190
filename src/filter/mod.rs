//! Which features match: conditions of CQL2, and equality with the value of a field.
//!
//! A condition is read by `formats::cql2`, held against a schema here, and from then on cannot fail:
//! for each feature it is true, false or unknown.

mod budget;
mod check;
mod cost;
mod distance;
mod equals;
mod folding;
mod lists;
mod plan;
mod predicate;
mod scalar;
mod space;
mod span;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use budget::{Budget, MAX_STEPS};
pub use check::InvalidFilter;
pub use equals::{Equals, InvalidEquals};
pub use folding::Folding;
pub use plan::{Plan, turned};

use crate::domain::{Expression, Feature, Schema, Watch};
use predicate::Predicate;

/// Holds a condition on the features of one schema, prepared once.
#[derive(Clone)]
pub struct Filter {
    expression: Arc<Expression>,
    predicate: Arc<Predicate>,
    plan: Arc<Plan>,
    watch: Watch,
}

impl Filter {
    /// Holds a condition against a schema.
    ///
    /// # Errors
    ///
    /// [`InvalidFilter`] when it names what is not there, or an operator meets a value of a kind
    /// that it does not take.
    pub fn new(schema: &Schema, expression: Expression) -> Result<Self, InvalidFilter> {
        let (predicate, plan) = check::check(schema, &expression)?;
        let (predicate, plan) = (Arc::new(predicate), Arc::new(plan));
        Ok(Self { expression: Arc::new(expression), predicate, plan, watch: Watch::default() })
    }

    /// Says whether a feature of the schema matches; `None` when that is unknown, or was called off.
    #[must_use]
    pub fn matches(&self, feature: &Feature) -> Option<bool> {
        if self.watch.is_off() {
            return None;
        }
        self.predicate.holds(feature)
    }

    /// Calls off, for this condition and its copies, what nobody waits for any more: no feature is
    /// looked at from then on.
    #[must_use]
    pub fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The condition as it was read.
    #[must_use]
    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// How many steps it takes to hold it against a point, each some nanoseconds.
    #[must_use]
    pub fn cost(&self) -> usize {
        self.predicate.cost()
    }

    /// How many steps more it takes for each position of a line or area.
    #[must_use]
    pub fn vertex_cost(&self) -> usize {
        self.predicate.vertex_cost()
    }

    /// How many steps more it takes for each byte of the texts that it looks through, by the numbers
    /// of their fields.
    #[must_use]
    pub fn byte_costs(&self) -> BTreeMap<usize, usize> {
        let mut costs = BTreeMap::new();
        self.predicate.add_byte_costs(&mut costs);
        costs
    }

    /// What an index could answer of it.
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Filter").field(&self.expression).finish()
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        self.expression == other.expression
    }
}

#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod typed_tests;
