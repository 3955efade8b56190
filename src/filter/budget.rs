//! How many steps may still be taken where nobody knows before how many features there are to look at.

use std::collections::BTreeMap;

use super::Filter;
use crate::domain::{Feature, Value};

/// The most steps of an answer: a few seconds.
pub const MAX_STEPS: usize = 1_000_000_000;

/// Counts down while a filter is held against one feature after the other.
#[derive(Debug)]
pub struct Budget {
    cost: usize,
    vertex_cost: usize,
    byte_costs: BTreeMap<usize, usize>,
    left: usize,
}

impl Budget {
    /// Begins with so many steps.
    #[must_use]
    pub fn new(filter: &Filter, steps: usize) -> Self {
        let (cost, vertex_cost) = (filter.cost(), filter.vertex_cost());
        Self { cost, vertex_cost, byte_costs: filter.byte_costs(), left: steps }
    }

    /// Takes the steps for one feature away; says whether there were as many.
    pub fn covers(&mut self, feature: &Feature) -> bool {
        let text = |(field, cost): (&usize, &usize)| match feature.values.get(*field) {
            Some(Value::Text(text)) => text.len().saturating_mul(*cost),
            _ => 0,
        };
        let texts = self.byte_costs.iter().map(text).fold(self.cost, usize::saturating_add);
        let steps = texts.saturating_add(self.shape_steps(feature));
        let left = self.left.checked_sub(steps);
        self.left = left.unwrap_or(0);
        left.is_some()
    }

    /// The steps for the positions of a line or an area.
    fn shape_steps(&self, feature: &Feature) -> usize {
        use geo::CoordsIter as _;
        if self.vertex_cost == 0 {
            return 0;
        }
        feature.shape().map_or(0, |shape| shape.coords_count().saturating_mul(self.vertex_cost))
    }
}

#[cfg(test)]
mod tests {
    use geo::{Geometry, Point, line_string};

    use super::*;
    use crate::domain::{FeatureId, Field, FieldType, RegisteredCrs, Schema};
    use crate::formats::cql2::from_text;

    fn covered(text: &str, steps: usize, geometry: &Geometry<f64>, name: &str) -> usize {
        let schema = Schema::new(vec![Field::new("name", FieldType::Text, "")]);
        let filter = Filter::new(&schema, from_text(text, RegisteredCrs::CRS84).unwrap()).unwrap();
        let id = FeatureId::new("a").unwrap();
        let one = Feature::new(id, Some(geometry.clone()), vec![Value::text(name)]);
        let mut budget = Budget::new(&filter, steps);
        (0..1_000).take_while(|_| budget.covers(&one)).count()
    }

    #[test]
    fn long_texts_and_long_lines_use_the_steps_up_sooner() {
        let point = Geometry::from(Point::new(0.0, 0.0));
        let pattern = "name LIKE '%abcd%'";
        let (short, long) = (
            covered(pattern, 10_000, &point, "a"),
            covered(pattern, 10_000, &point, &"a".repeat(500)),
        );
        assert!(short > 4 * long && long > 0, "{short} {long}");
        let line =
            Geometry::from(line_string![(x: 0.0, y: 0.0), (x: 1.0, y: 1.0), (x: 2.0, y: 0.0)]);
        let near = "S_INTERSECTS(geometry, POLYGON((0 0,1 0,1 1,0 0)))";
        let [at_point, along] = [&point, &line].map(|shape| covered(near, 1_000, shape, ""));
        assert!(at_point > along && along > 0, "{at_point} {along}");
        assert_eq!(covered(near, 0, &point, ""), 0);
    }
}
