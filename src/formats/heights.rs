//! Heights and measures, which are not kept: what is said of features that bring them.

use serde_json::Value as Json;

use crate::domain::Remark;

/// Says how many features had heights or measures that were left aside.
#[must_use]
pub fn left_aside(count: usize) -> Remark {
    Remark::new(
        format!("{count} features have heights or measures, which were left aside."),
        format!("{count} 个要素的高程或度量值未保留。"),
    )
}

/// Counts the features of a GeoJSON text that have heights; none of what is no JSON.
///
/// # Examples
///
/// ```
/// use jidi::formats::heights::count;
/// let feature = r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[110,30,5]}}"#;
/// assert_eq!(count(feature.as_bytes()), 1);
/// assert_eq!(count(feature.replace(",5", "").as_bytes()), 0);
/// ```
#[must_use]
pub fn count(text: &[u8]) -> usize {
    let Ok(json) = serde_json::from_slice::<Json>(text) else { return 0 };
    match json.get("features").and_then(Json::as_array) {
        Some(features) => features.iter().filter(|one| has_heights(&one["geometry"])).count(),
        None => usize::from(has_heights(&json["geometry"])),
    }
}

/// Says whether a position of a GeoJSON geometry has more than two numbers.
pub(super) fn has_heights(geometry: &Json) -> bool {
    let parts = geometry["geometries"].as_array();
    parts.is_some_and(|parts| parts.iter().any(has_heights)) || are_high(&geometry["coordinates"])
}

/// The same for coordinates, however deep positions stand in them.
fn are_high(coordinates: &Json) -> bool {
    let Some(items) = coordinates.as_array() else { return false };
    if items.iter().all(Json::is_number) { items.len() > 2 } else { items.iter().any(are_high) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_third_number_anywhere_is_a_height() {
        let polygon = |z: &[f64]| json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], z]]});
        assert!(has_heights(&polygon(&[1.0, 1.0, 0.0])) && !has_heights(&polygon(&[1.0, 1.0])));
        let nested = json!({"type": "GeometryCollection", "geometries": [polygon(&[0.0; 3])]});
        assert!(has_heights(&nested));
        assert!(!has_heights(
            &json!({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4], [5, 6]]})
        ));
        assert!(!has_heights(&Json::Null) && !has_heights(&json!({"coordinates": []})));
        let both = json!({"features": [{"geometry": nested}, {"geometry": null}]});
        assert_eq!((count(both.to_string().as_bytes()), count(b"{")), (1, 0));
    }
}
