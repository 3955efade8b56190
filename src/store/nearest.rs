//! The features nearest to a position, with the way to each.

use super::Collection;
use crate::domain::{Feature, Field, FieldType, LonLat, Schema, Value};
use crate::filter::Equals;

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
        let points = self.points()?;
        let feature = |place: usize| &self.features()[points.features[place]];
        let accepts = |place: usize| {
            let candidate = feature(place);
            query.leave_out.is_none_or(|left_out| left_out.id != candidate.id)
                && query.equals.iter().all(|equals| equals.matches(candidate))
        };
        let neighbors = points.sphere.nearest(query.from, query.k, accepts);
        // A distance that was answered, to the millimetre, is within itself.
        let within = |distance_m: f64| {
            query.within_m.is_none_or(|within_m| to_places(distance_m, 3) <= to_places(within_m, 3))
        };
        let features = neighbors
            .iter()
            .filter(|neighbor| within(neighbor.way.distance_m))
            .zip(1i64..)
            .map(|(neighbor, rank)| {
                let mut found = feature(neighbor.place).clone();
                found.values.push(Value::Real(to_places(neighbor.way.distance_m, 3)));
                found.values.push(Value::Integer(rank));
                let bearing = neighbor.way.bearing_deg.map(|degrees| to_places(degrees, 4) % 360.0);
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
