//! The features nearest to a position, with the way to each.

use std::borrow::Cow;

use super::Collection;
use super::indexed::Points;
use super::store_error::StoreError;
use crate::domain::{Feature, Field, FieldType, LonLat, Schema, Value};
use crate::filter::{Equals, Filter, Plan};
use crate::index::SphereQuery;
use crate::index::geodesic::{SPHERE_SLACK, Way, great_circle_m, way};

/// So many positions are looked at before an index is asked what matches at all.
const FEW: usize = 1_000;
/// What rounding may take from a distance on the sphere, in metres.
const ROUNDING_M: f64 = 1.0;

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
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they are kept elsewhere and nothing answers there.
    pub fn nearest(&self, query: &NearestQuery<'_>) -> Result<Option<Found>, StoreError> {
        if !self.is_points() {
            return Ok(None);
        }
        let near = match self.distant() {
            Some(remote) => {
                let gathered = remote.near(query)?.into_iter();
                gathered.filter_map(|one| query.way_to(Cow::Owned(one))).collect()
            }
            None => self.near(query),
        };
        Ok(Some(Found { schema: self.nearest_schema(), features: ranked(query, near) }))
    }

    /// Gathers from memory the features that can be among the nearest.
    fn near(&self, query: &NearestQuery<'_>) -> Vec<(Cow<'_, Feature>, Way)> {
        let Some(points) = &self.indexed().points else { return Vec::new() };
        // What few features match is found among those that an index names, not by going through
        // all that are nearer: whichever is less, and so never much more than the less of both.
        let walked =
            self.near_by_tree(points, query, FEW.saturating_add(query.k.saturating_mul(8)));
        let mut near = match walked {
            Some(near) => near,
            None => match self.indexed().candidates(&query.plan()) {
                Some(candidates) => self.near_among(&candidates, query),
                None => self.near_by_tree(points, query, usize::MAX).unwrap_or_default(),
            },
        };
        let changed = self.delta().features().filter(|feature| query.wants(feature));
        near.extend(changed.filter_map(|feature| query.way_to(Cow::Borrowed(feature))));
        near
    }

    /// Goes through the positions from the nearest on; `None` when that takes more than so many.
    fn near_by_tree(
        &self,
        points: &Points,
        query: &NearestQuery<'_>,
        most: usize,
    ) -> Option<Vec<(Cow<'_, Feature>, Way)>> {
        let number = |place: usize| points.features[place] as usize;
        let accepts = |place: usize| self.stands(number(place), query);
        let NearestQuery { from, k, within_m, .. } = *query;
        let query = SphereQuery { from, k, within_m, most };
        let feature = |place: usize| &*self.indexed().features[number(place)];
        let near = points.sphere.nearest(query, |place| feature(place).position(), accepts)?;
        let feature = |place: usize| Cow::Borrowed(feature(place));
        Some(near.iter().map(|one| (feature(one.place), one.way)).collect())
    }

    /// Measures the features of some numbers.
    fn near_among(
        &self,
        numbers: &[usize],
        query: &NearestQuery<'_>,
    ) -> Vec<(Cow<'_, Feature>, Way)> {
        let wanted = numbers.iter().filter(|&&number| self.stands(number, query));
        query.measured(wanted.map(|&number| &*self.indexed().features[number]))
    }

    /// Says whether what was indexed under a number still stands, and is wanted.
    fn stands(&self, number: usize, query: &NearestQuery<'_>) -> bool {
        !self.delta().is_replaced(number) && query.wants(&self.indexed().features[number])
    }

    /// The fields of what [`Collection::nearest`] answers.
    #[must_use]
    pub fn nearest_schema(&self) -> Schema {
        with_ways(self.schema())
    }
}

impl Found {
    /// Finds the nearest of some features, by going through them all.
    ///
    /// # Units
    ///
    /// As [`Collection::nearest`].
    #[must_use]
    pub fn among<'a>(
        schema: &Schema,
        features: impl Iterator<Item = &'a Feature>,
        query: &NearestQuery<'_>,
    ) -> Self {
        let near = query.measured(features.filter(|one| query.wants(one)));
        Self { schema: with_ways(schema), features: ranked(query, near) }
    }
}

/// The fields of features, and those of the way to each.
fn with_ways(schema: &Schema) -> Schema {
    let ways = [
        Field::new("distance_m", FieldType::Real, "Distance on the WGS 84 ellipsoid, in metres."),
        Field::new("rank", FieldType::Integer, "Place in the order of distance, from 1."),
        Field::new(
            "bearing_deg",
            FieldType::Real,
            "Direction from the position asked about, in degrees clockwise from north; null at 0 m.",
        ),
    ];
    Schema::new(schema.fields().iter().cloned().chain(ways).collect())
}

impl NearestQuery<'_> {
    /// What an index could answer of the conditions.
    fn plan(&self) -> Plan {
        let filter = self.filter.map(|filter| filter.plan().clone());
        Plan::both(self.equals.iter().map(Equals::plan).chain(filter))
    }

    /// Measures features: on the sphere first, and those that can be among the nearest on the
    /// ellipsoid, by the bound of [`crate::index::SphereIndex::nearest`].
    fn measured<'a>(
        &self,
        features: impl Iterator<Item = &'a Feature>,
    ) -> Vec<(Cow<'a, Feature>, Way)> {
        let mut near: Vec<(f64, &Feature)> = features
            .filter_map(|one| Some((great_circle_m(self.from, one.position()?), one)))
            .collect();
        let mut reach_m = self.within_m.unwrap_or(f64::INFINITY);
        if self.k > 0 && near.len() > self.k {
            let (_, farthest, _) =
                near.select_nth_unstable_by(self.k - 1, |a, b| a.0.total_cmp(&b.0));
            reach_m = reach_m.min(farthest.0);
        }
        let reach_m = reach_m * SPHERE_SLACK + ROUNDING_M;
        let near = near.into_iter().filter(|(metres, _)| *metres <= reach_m);
        near.filter_map(|(_, one)| self.way_to(Cow::Borrowed(one))).collect()
    }

    fn wants(&self, candidate: &Feature) -> bool {
        self.leave_out.is_none_or(|left_out| left_out.id != candidate.id)
            && self.equals.iter().all(|equals| equals.matches(candidate))
            && self.filter.is_none_or(|filter| filter.matches(candidate) == Some(true))
    }

    fn way_to<'a>(&self, feature: Cow<'a, Feature>) -> Option<(Cow<'a, Feature>, Way)> {
        let way = way(self.from, feature.position()?);
        Some((feature, way))
    }
}

/// Ranks what was gathered, and writes the way beside each feature.
fn ranked(query: &NearestQuery<'_>, mut near: Vec<(Cow<'_, Feature>, Way)>) -> Vec<Feature> {
    near.sort_by(|(a, to_a), (b, to_b)| {
        to_a.distance_m.total_cmp(&to_b.distance_m).then_with(|| a.id.cmp(&b.id))
    });
    near.truncate(query.k);
    // A distance that was answered, to the millimetre, is within itself.
    let within = |distance_m: f64| {
        query.within_m.is_none_or(|within_m| to_places(distance_m, 3) <= to_places(within_m, 3))
    };
    let near = near.into_iter().filter(|(_, way)| within(way.distance_m));
    near.zip(1i64..)
        .map(|((feature, way), rank)| {
            let bearing = way.bearing_deg.map(|degrees| to_places(degrees, 4) % 360.0);
            let mut values = feature.values.to_vec();
            values.push(Value::Real(to_places(way.distance_m, 3)));
            values.push(Value::Integer(rank));
            values.push(bearing.map_or(Value::Null, Value::Real));
            Feature::new(feature.id.clone(), feature.to_geometry(), values)
        })
        .collect()
}

fn to_places(number: f64, places: i32) -> f64 {
    let scale = 10f64.powi(places);
    (number * scale).round() / scale
}
