//! The eleven bases stand where they are, and each says how it was placed.

use std::collections::BTreeSet;

use jidi::domain::LonLat;
use jidi::index::geodesic::distance_m;
use serde_json::Value as Json;

use crate::client::{get, without_boundaries};

fn bases() -> Vec<Json> {
    get("/collections/bases/items").json()["features"].as_array().unwrap().clone()
}

fn position(feature: &Json) -> LonLat {
    let at = &feature["geometry"]["coordinates"];
    LonLat::from_degrees(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()).unwrap()
}

#[test]
fn there_are_eleven_valid_features_in_eleven_places() {
    let bases = bases();
    assert_eq!(bases.len(), 11);
    let places: BTreeSet<String> =
        bases.iter().map(|base| base["geometry"]["coordinates"].to_string()).collect();
    assert_eq!(places.len(), 11);
    for base in &bases {
        assert_eq!(base["type"], "Feature");
        assert_eq!(base["geometry"]["type"], "Point");
        assert_eq!(base["properties"]["id"], base["id"]);
    }
}

/// Where the bases are, read off other sources than the gazetteer: town halls and park offices
/// as travel and airport guides give them, to about a kilometre.
const WHERE: [(&str, f64, f64); 11] = [
    ("base-01", 116.50, 39.80), // Yizhuang, Rongchang East Street
    ("base-02", 117.74, 36.87), // Zouping
    ("base-03", 120.75, 31.65), // Changshu
    ("base-04", 113.35, 33.72), // between Pingdingshan's new urban area and Ye County
    ("base-05", 121.11, 31.45), // Taicang
    ("base-06", 112.56, 37.79), // Taiyuan, south-eastern districts
    ("base-07", 113.27, 28.23), // Yong'an, west of Liuyang
    ("base-08", 103.65, 36.49), // Lanzhou New Area
    ("base-09", 105.84, 30.19), // Tongnan
    ("base-10", 105.58, 30.51), // Suining
    ("base-11", 113.17, 29.45), // Chenglingji
];

#[test]
fn each_base_stands_within_its_uncertainty_of_where_it_is() {
    let bases = bases();
    for (id, lon, lat) in WHERE {
        let base = bases.iter().find(|base| base["id"] == id).unwrap();
        let off_km = distance_m(position(base), LonLat::from_degrees(lon, lat).unwrap()) / 1000.0;
        let uncertainty_km = base["properties"]["uncertainty_km"].as_f64().unwrap();
        assert!(
            off_km <= uncertainty_km,
            "{id} is {off_km:.1} km off, and says {uncertainty_km} km"
        );
        assert!(uncertainty_km <= 36.0, "{id} says {uncertainty_km} km");
    }
}

#[test]
fn base_3_keeps_its_printed_name_and_stands_in_changshu_with_its_note() {
    let base = get("/collections/bases/items/base-03").json();
    let properties = &base["properties"];
    assert!(properties["name_as_printed"].as_str().unwrap().starts_with("Changsha State"));
    assert!(properties["name"].as_str().unwrap().starts_with("Changshu State"));
    assert_eq!(properties["adcode"], "320581");
    assert_eq!(properties["province"], "Jiangsu");
    assert!(properties["note"].as_str().unwrap().contains("Changsha"));
    let changsha = LonLat::from_degrees(112.94, 28.23).unwrap();
    let off_km = distance_m(position(&base), changsha) / 1000.0;
    assert!((830.0..860.0).contains(&off_km), "{off_km} km from Changsha");
}

#[test]
fn every_feature_says_how_it_was_placed_how_precisely_and_how_surely() {
    let statuses = ["matched", "pinned"];
    let precisions =
        ["exact_zone", "host_county", "township", "county_seat", "prefecture_seat", "province"];
    for collection in ["bases", "hubs"] {
        let page = get(&format!("/collections/{collection}/items?limit=10000")).json();
        for feature in page["features"].as_array().unwrap() {
            let properties = &feature["properties"];
            let text = |name: &str| properties[name].as_str().unwrap_or_default();
            assert!(statuses.contains(&text("match_status")), "{feature}");
            assert!(precisions.contains(&text("precision")), "{feature}");
            assert!(["high", "medium", "low"].contains(&text("confidence")), "{feature}");
            assert!(properties["uncertainty_km"].as_f64().unwrap() > 0.0, "{feature}");
            assert!(text("match_reason").ends_with('.'), "{feature}");
            assert_eq!(properties["adcode"].as_str().unwrap().len(), 6);
        }
    }
}

#[test]
fn pins_are_pinned_and_the_others_are_geocoded() {
    let status = |id: &str| {
        get(&format!("/collections/bases/items/{id}")).json()["properties"]["match_status"].clone()
    };
    for id in ["base-01", "base-04", "base-07", "base-08", "base-11"] {
        assert_eq!(status(id), "pinned", "{id}");
    }
    for id in ["base-02", "base-03", "base-05", "base-06", "base-09", "base-10"] {
        assert_eq!(status(id), "matched", "{id}");
    }
}

#[test]
fn the_bases_stand_without_boundaries_too() {
    let client = without_boundaries();
    let without = client.get("/collections/bases/items").json();
    for (with, without) in bases().iter().zip(without["features"].as_array().unwrap()) {
        assert_eq!(with["geometry"], without["geometry"]);
        assert_eq!(with["properties"]["adcode"], without["properties"]["adcode"]);
        assert_eq!(with["properties"]["county"], without["properties"]["county"]);
    }
    assert_eq!(without["numberReturned"], 11);
    let ids: Vec<Json> = client.get("/collections").json()["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|collection| collection["id"].clone())
        .collect();
    assert_eq!(ids, ["bases", "hubs"]);
    assert!(client.get("/health/ready").json()["boundaries"].as_str().unwrap().starts_with("none"));
}

#[test]
fn a_position_gets_its_county_by_polygon_or_else_by_the_nearest_seat_and_says_which() {
    let path = "/reverse?at=120.74,31.65";
    let with = get(path).json();
    assert_eq!(with["features"][0]["properties"]["name"], "Changshu");
    assert_eq!(with["features"][0]["properties"]["method"], "polygon");
    let without = without_boundaries().get(path).json();
    assert_eq!(without["features"][0]["properties"]["name"], "Changshu");
    assert_eq!(without["features"][0]["properties"]["method"], "nearest_seat");
    assert_eq!(without["warnings"][0]["code"], "no_boundaries");
    for outside in ["-140,0", "125.75,39.03", "105.85,21.03"] {
        let answer = get(&format!("/reverse?at={outside}")).json();
        assert_eq!(answer["features"].as_array().unwrap().len(), 0, "{outside}");
        assert_eq!(answer["warnings"][0]["code"], "nowhere", "{outside}");
    }
}

#[test]
fn a_pin_outside_the_unit_that_it_names_says_so() {
    let base = get("/collections/bases/items/base-11").json();
    let reason = base["properties"]["match_reason"].as_str().unwrap();
    assert!(reason.contains("it stands in Yueyanglou District (430602)"), "{reason}");
}
