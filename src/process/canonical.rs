//! One order of sites, whatever order their rows came in: what chance draws depends on nothing else.

use std::borrow::Borrow;
use std::cmp::Ordering;

use rayon::prelude::*;

use crate::domain::{Feature, LonLat, Schema};
use crate::store::Collection;

/// Puts features in order: by longitude, latitude, what they say, field by field, then by id.
///
/// Sums, ties and simulations go through sites by number. In this order the same sites have the same
/// numbers in whatever order a file lists them. Ids come last, and a value that repeats the id not at
/// all: where a file has none, ids are made of row numbers.
///
/// # Shape
///
/// The numbers of the features, in this order.
pub(super) fn order<F: Borrow<Feature> + Sync>(schema: &Schema, features: &[F]) -> Vec<usize> {
    let mut fields: Vec<usize> = (0..schema.fields().len()).collect();
    fields.sort_by(|&a, &b| schema.fields()[a].name.cmp(&schema.fields()[b].name));
    // Positions stand beside their numbers, so that comparing goes to no feature but where two share one.
    let placed = |(place, feature): (usize, &F)| (degrees(feature.borrow().position()), place);
    let mut order: Vec<([f64; 2], usize)> = features.par_iter().enumerate().map(placed).collect();
    order.par_sort_by(|(a, at), (b, other)| {
        let by_position = a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1]));
        by_position
            .then_with(|| by_values(&fields, features[*at].borrow(), features[*other].borrow()))
    });
    order.into_iter().map(|(_, place)| place).collect()
}

/// Longitude and latitude; what stands nowhere comes last.
fn degrees(at: Option<LonLat>) -> [f64; 2] {
    at.map_or([f64::NAN; 2], |at| [at.lon(), at.lat()])
}

fn by_values(fields: &[usize], a: &Feature, b: &Feature) -> Ordering {
    let said = |feature: &Feature, field: usize| {
        let cell = feature.values[field].in_a_cell();
        if cell == feature.id.as_str() { String::new() } else { cell }
    };
    let differs = |&field: &usize| said(a, field).cmp(&said(b, field));
    let first = fields.iter().map(differs).find(|one| *one != Ordering::Equal);
    first.unwrap_or_else(|| a.id.cmp(&b.id))
}

/// The sites of a collection in this order, with their positions; what stands nowhere is left out.
pub(super) fn sites(collection: &Collection) -> Vec<(&Feature, LonLat)> {
    let all: Vec<(&Feature, LonLat)> =
        collection.features().filter_map(|one| Some((one, one.position()?))).collect();
    let features: Vec<&Feature> = all.iter().map(|(feature, _)| *feature).collect();
    order(collection.schema(), &features).into_iter().map(|place| all[place]).collect()
}

#[cfg(test)]
mod tests {
    use geo::Point;

    use super::*;
    use crate::domain::{FeatureId, Field, FieldType, Value};

    fn feature(id: &str, lon: f64, values: [&str; 2]) -> Feature {
        Feature::new(
            FeatureId::new(id).unwrap(),
            Some(Point::new(lon, 30.0).into()),
            values.map(Value::text).to_vec(),
        )
    }

    #[test]
    fn sites_stand_in_one_order_by_place_then_by_what_they_say_and_last_by_id() {
        let field = |name: &str| Field {
            name: name.into(),
            field_type: FieldType::Text,
            description: String::new(),
        };
        let schema = Schema::new(vec![field("id"), field("branch")]);
        let features = [
            feature("f-1", 5.0, ["f-1", "steel"]),
            feature("f-2", 5.0, ["f-2", "glass"]),
            feature("f-4", -3.0, ["f-4", "steel"]),
            feature("f-3", 5.0, ["f-3", "glass"]),
        ];
        assert_eq!(order(&schema, &features), [2, 1, 3, 0]);
        let nothing: [Feature; 0] = [];
        assert!(order(&schema, &nothing).is_empty());
    }
}
