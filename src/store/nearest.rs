//! The features nearest to a position, with the way to each.

use super::Collection;
use crate::domain::{Feature, Field, FieldType, LonLat, Schema, Value};
use crate::filter::{Equals, Filter};
use crate::index::geodesic::{Way, way};

/// Says what is near to what.
#[derive(Debug, Clone)]
pub struct NearestQuery<'a> {
    /// From here.
    pub from: LonLat,
    /// At most so many.
    pub k: usize,
    /// At most so far, in metres, the edge included.
    pub within_m: Option<f64>,
    /// Not this one.
    pub leave_out: Option<&'a Feature>,
    /// With these values.
    pub equals: &'a [Equals],
    /// Matching this condition.
    pub filter: Option<&'a Filter>,
}

/// Holds features with the way to each, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The collection's fields, and `distance_m`, `rank`, `bearing_deg`.
    pub schema: Schema,
    /// The features, the nearest first; equally near ones by id.
    pub features: Vec<Feature>,
}

impl Collection {
    /// Finds the nearest features; `None` when the collection holds other things than points.
    ///
    /// # Units
    ///
    /// `distance_m`: metres on the WGS 84 ellipsoid, to the millimetre. `bearing_deg`: degrees
    /// clockwise from north at the position asked about, null at 0 m.
    #[must_use]
    pub fn nearest(&self, query: &NearestQuery<'_>) -> Option<Found> {
        let points = self.indexed().points.as_ref().filter(|_| self.is_points())?;
        let is_wanted = |candidate: &Feature| {
            query.leave_out.is_none_or(|left_out| left_out.id != candidate.id)
                && query.equals.iter().all(|equals| equals.matches(candidate))
                && query.filter.is_none_or(|filter| filter.matches(candidate) == Some(true))
        };
        let number = |place: usize| points.features[place];
        let accepts = |place: usize| {
            let stands = !self.delta().is_replaced(number(place));
            stands && is_wanted(&self.indexed().features[number(place)])
        };
        let near = points.sphere.nearest(query.from, query.k, accepts);
        let mut near: Vec<(&Feature, Way)> = near
            .iter()
            .map(|neighbor| (&*self.indexed().features[number(neighbor.place)], neighbor.way))
            .collect();
        let changed = self.delta().features().filter(|feature| is_wanted(feature));
        near.extend(
            changed.filter_map(|feature| Some((feature, way(query.from, feature.position()?)))),
        );
        near.sort_by(|(a, to_a), (b, to_b)| {
            to_a.distance_m.total_cmp(&to_b.distance_m).then_with(|| a.id.cmp(&b.id))
        });
        near.truncate(query.k);
        // A distance that was answered, to the millimetre, is within itself.
        let within = |distance_m: f64| {
            query.within_m.is_none_or(|within_m| to_places(distance_m, 3) <= to_places(within_m, 3))
        };
        let features = near
            .into_iter()
            .filter(|(_, way)| within(way.distance_m))
            .zip(1i64..)
            .map(|((feature, way), rank)| {
                let mut found = feature.clone();
                found.values.push(Value::Real(to_places(way.distance_m, 3)));
                found.values.push(Value::Integer(rank));
                let bearing = way.bearing_deg.map(|degrees| to_places(degrees, 4) % 360.0);
                found.values.push(bearing.map_or(Value::Null, Value::Real));
                found
            })
            .collect();
        Some(Found { schema: self.nearest_schema(), features })
    }

    /// The fields of what [`Collection::nearest`] answers.
    #[must_use]
    pub fn nearest_schema(&self) -> Schema {
        let ways = [
            Field::new(
                "distance_m",
                FieldType::Real,
                "Distance on the WGS 84 ellipsoid, in metres.",
            ),
            Field::new("rank", FieldType::Integer, "Place in the order of distance, from 1."),
            Field::new(
                "bearing_deg",
                FieldType::Real,
                "Direction from the position asked about, in degrees clockwise from north; null at 0 m.",
            ),
        ];
        Schema::new(self.schema().fields().iter().cloned().chain(ways).collect())
    }
}

fn to_places(number: f64, places: i32) -> f64 {
    let scale = 10f64.powi(places);
    (number * scale).round() / scale
}
