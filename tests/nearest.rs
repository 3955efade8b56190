//! The nearest features come first, with the way to each.

use jidi::domain::LonLat;
use jidi::index::geodesic::way;
use serde_json::Value as Json;

use crate::client::{CATALOG, get};

fn features(path: &str) -> Vec<Json> {
    get(path).json()["features"].as_array().unwrap().clone()
}

#[test]
fn suining_is_nearest_to_tongnan_at_about_45_km() {
    let found = features("/collections/bases/nearest?to=base-09&k=3");
    assert_eq!(found.len(), 3);
    let first = &found[0]["properties"];
    assert_eq!(found[0]["id"], "base-10");
    assert_eq!(first["rank"], 1);
    assert!((43_000.0..47_000.0).contains(&first["distance_m"].as_f64().unwrap()), "{first}");
    assert!(
        (315.0..340.0).contains(&first["bearing_deg"].as_f64().unwrap()),
        "north-west: {first}"
    );
}

#[test]
fn taicang_is_nearest_to_changshu() {
    assert_eq!(features("/collections/bases/nearest?to=base-03&k=1")[0]["id"], "base-05");
}

#[test]
fn all_hubs_come_in_the_order_of_distance_then_id_as_brute_force_says() {
    let from = LonLat::from_degrees(113.0, 28.2).unwrap();
    let mut expected: Vec<(f64, &str)> = CATALOG
        .collection("hubs")
        .unwrap()
        .features()
        .filter_map(|feature| {
            Some((way(from, feature.position()?).distance_m, feature.id.as_str()))
        })
        .collect();
    expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    let found = features("/collections/hubs/nearest?at=113.0,28.2&k=2000");
    assert_eq!(found.len(), expected.len(), "k above n answers all");
    for (found, (distance_m, id)) in found.iter().zip(expected) {
        assert_eq!(found["id"], id);
        assert!((found["properties"]["distance_m"].as_f64().unwrap() - distance_m).abs() < 0.001);
    }
}

#[test]
fn a_radius_includes_its_edge_and_conditions_hold() {
    let edge_km =
        features("/collections/bases/nearest?to=base-09&k=1")[0]["properties"]["distance_m"]
            .as_f64()
            .unwrap()
            / 1000.0;
    let within =
        |km: f64| features(&format!("/collections/bases/nearest?to=base-09&within_km={km}")).len();
    assert_eq!(within(edge_km), 1, "a distance that was answered is within itself");
    assert_eq!(within(edge_km + 0.001), 1);
    assert_eq!(within(edge_km - 0.001), 0);
    let vehicles = features("/collections/hubs/nearest?to=aiz-001&k=5&industry_group=vehicles");
    assert!(vehicles.iter().all(|hub| hub["properties"]["industry_group"] == "vehicles"));
    assert_eq!(vehicles.len(), 5);
}

#[test]
fn the_feature_asked_about_is_left_out_but_not_its_twin() {
    // Zhongguancun and other hubs of Haidian share the seat of their county.
    let around = features("/collections/hubs/nearest?to=htz-001&k=1");
    assert_ne!(around[0]["id"], "htz-001");
    let at = &get("/collections/hubs/items/htz-001").json()["geometry"]["coordinates"];
    let here = features(&format!("/collections/hubs/nearest?at={},{}&k=1", at[0], at[1]));
    assert_eq!(here[0]["properties"]["distance_m"], 0.0);
    assert_eq!(here[0]["properties"]["bearing_deg"], Json::Null);
}
