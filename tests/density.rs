//! The process `density`: a surface of the bases, across the antimeridian, and what is refused.

use axum::http::StatusCode;
use geo::{Area, Contains, MultiPolygon, Point, Validation};
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{get, post};

fn of_points(coordinates: &[[f64; 2]], more: Json) -> (StatusCode, Json) {
    let features: Vec<Json> = coordinates
        .iter()
        .zip(1..)
        .map(|(at, n)| {
            json!({"type": "Feature", "properties": {"staff": n},
                "geometry": {"type": "Point", "coordinates": at}})
        })
        .collect();
    let mut inputs = more;
    inputs["features"] = json!({"type": "FeatureCollection", "features": features});
    let answer = post("/processes/density/execution", &json!({"inputs": inputs}).to_string());
    (answer.status, answer.json())
}

/// The areas of an answer with their ranges, checked for what RFC 7946 says of rings.
fn areas(answer: &Json) -> Vec<(MultiPolygon<f64>, [f64; 2])> {
    let area = |feature: &Json| {
        let geometry: geojson::Geometry =
            serde_json::from_value(feature["geometry"].clone()).unwrap();
        let geometry: geo::Geometry<f64> = geometry.try_into().unwrap();
        let area = match geometry {
            geo::Geometry::Polygon(polygon) => polygon.into(),
            geo::Geometry::MultiPolygon(polygons) => polygons,
            other => panic!("no area: {other:?}"),
        };
        assert!(area.is_valid(), "{}", feature["id"]);
        for polygon in &area {
            assert!(polygon.signed_area() > 0.0, "exterior rings are counterclockwise");
            assert!(
                polygon.exterior().coords().all(|at| at.x.abs() <= 180.0 && at.y.abs() <= 90.0)
            );
        }
        let [lower, upper] = ["lower", "upper"].map(|name| feature["properties"][name].as_f64());
        (area, [lower.unwrap(), upper.unwrap()])
    };
    answer["features"].as_array().unwrap().iter().map(area).collect()
}

/// The quartic kernel, as the brief has it: 3/(πh²) (1 − d²/h²)².
fn quartic(distance_km: f64, h: f64) -> f64 {
    if distance_km >= h {
        return 0.0;
    }
    3.0 / (std::f64::consts::PI * h * h) * (1.0 - (distance_km / h).powi(2)).powi(2)
}

#[test]
fn the_surface_of_the_bases_is_drawn_in_bands_and_says_what_lies_beyond_the_coast() {
    let answer = get("/collections/bases/density?bandwidth_km=300&cell_km=30").json();
    let bands = areas(&answer);
    assert_eq!((bands.len(), &answer["n"]), (10, &json!(11)));
    for pair in bands.windows(2) {
        assert_eq!(pair[0].1[1], pair[1].1[0], "bands follow each other");
    }
    let peak = answer["peak"].as_f64().unwrap();
    assert!(
        (bands[9].1[1] / peak - 1.0).abs() < 1e-6 && (bands[0].1[0] / peak - 0.05).abs() < 1e-4
    );
    let at: [f64; 2] = serde_json::from_value(answer["peak_at"].clone()).unwrap();
    assert!(bands[9].0.contains(&Point::from(at)), "{at:?}");
    assert!((answer["mass_drawn"].as_f64().unwrap() / 11.0 - 1.0).abs() < 0.01, "{answer}");
    let outside = answer["share_outside_land"].as_f64().unwrap();
    assert!((0.02..0.4).contains(&outside), "Changshu and Taicang lie at the coast: {outside}");
    assert!(answer["warnings"].to_string().contains("beyond the coast"));
    assert!(answer["reasons"]["peak_p"].as_str().unwrap().contains("surface alone tests nothing"));
    let chinese = get("/collections/bases/density?lang=zh").json();
    assert!(chinese["summary"].as_str().unwrap().contains("不是检验"), "{chinese}");
    assert_eq!(chinese["method"]["parameters"]["bandwidth_km"]["from"], "chosen");
}

#[test]
fn cells_hold_the_kernel_and_weights_multiply_it() {
    let asked = json!({"shape": "cells", "bandwidth_km": 100, "cell_km": 20, "weight": "staff"});
    let (status, answer) = of_points(&[[100.0, 0.0], [101.0, 0.0]], asked);
    assert_eq!(status, StatusCode::OK, "{answer}");
    let cells = areas(&answer);
    for (cell, [value, upper]) in &cells {
        assert_eq!(value, upper);
        // The middle of the cell; points of 1 and 2 on the equator, where a degree has 111.195 km.
        let ring = cell.0[0].exterior();
        let (a, c) = (ring.0[0], ring.0[2]);
        let (x, y) = (f64::midpoint(a.x, c.x), f64::midpoint(a.y, c.y));
        let far = |lon: f64| (x - lon).hypot(y) * 111.195_080;
        let told = quartic(far(100.0), 100.0) + 2.0 * quartic(far(101.0), 100.0);
        assert!((value - told).abs() < 1e-3 * 6e-4, "{x} {y}: {value} {told}");
    }
    assert!(cells.len() > 50, "{}", cells.len());
    assert_eq!(answer["mass"].as_f64(), Some(3.0));
}

#[test]
fn a_surface_across_the_antimeridian_is_cut_there() {
    let asked = json!({"bandwidth_km": 150, "cell_km": 15, "levels": 3, "kernel": "quartic"});
    let (_, split) = of_points(&[[179.8, 10.0], [-179.8, 10.0]], asked.clone());
    let (_, whole) = of_points(&[[99.8, 10.0], [100.2, 10.0]], asked);
    let [split, whole] = [areas(&split), areas(&whole)];
    assert_eq!(split.len(), 3);
    for ((cut, range), (joined, other)) in split.iter().zip(&whole) {
        assert!((range[0] / other[0] - 1.0).abs() < 1e-3, "{range:?} {other:?}");
        let shares = [cut, joined].map(Area::unsigned_area);
        assert!((shares[0] / shares[1] - 1.0).abs() < 0.02, "{shares:?}");
        assert!(cut.0.len() >= 2, "a part on either side");
    }
}

#[test]
fn a_peak_is_compared_with_draws_of_a_reference() {
    let path = "/collections/bases/density?reference=hubs&simulations=99&cell_km=200";
    let answer = get(path).json();
    let p = answer["peak_p"].as_f64().unwrap();
    assert!(p > 0.05 && p <= 1.0, "eleven bases are no denser than any eleven zones: {p}");
    assert_eq!(get(path).json(), answer);
    assert!(answer["summary"].as_str().unwrap().contains("nothing unusual"), "{answer}");
}

#[test]
fn nothing_and_one_place_have_no_surface_but_a_reason() {
    for points in [vec![], vec![[100.0, 30.0]], vec![[100.0, 30.0]; 5]] {
        let (status, answer) = of_points(&points, json!({}));
        assert_eq!((status, &answer["features"]), (StatusCode::OK, &json!([])), "{answer}");
        assert!(answer["reasons"]["features"].is_string(), "{answer}");
    }
    let (_, pole) = of_points(&[[0.0, 89.9], [180.0, 89.9]], json!({"bandwidth_km": 300}));
    assert!(!areas(&pole).is_empty(), "{pole}");
}

#[test]
fn what_makes_no_surface_is_refused_with_what_does() {
    let bad = [
        ("kernel=cone", "one of quartic"),
        ("bandwidth_km=0", "above 0"),
        ("cell_km=0.1", "take at least"),
        ("weight=name", "is no number"),
        ("weight=colour", "is no property"),
        ("shape=cells&levels=5", "no contours"),
        ("reference=nowhere", "no collection `nowhere`"),
        ("simulations=99", "give that, too"),
    ];
    for (query, right) in bad {
        let answer = get(&format!("/collections/bases/density?{query}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
        assert!(answer.text().contains(right), "{query}: {}", answer.text());
    }
    let (code, out, words) = run(&["run", "density", "bases", "--cell-km", "200"]);
    assert!(code == 0 && out.contains("\"lower\""), "{words}");
}
