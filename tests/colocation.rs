//! Industries together: worked examples over the API, densities around places, and what is refused.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::client::{get, post};

fn executed(inputs: &Json) -> Json {
    let answer = post("/processes/colocation/execution", &json!({"inputs": inputs}).to_string());
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// Sites on the equator, some thousandths of a degree apart.
fn line(sites: &[(f64, &str, &str)]) -> Json {
    let features = sites.iter().map(|(x, kind, adcode)| {
        json!({"type": "Feature", "properties": {"kind": kind, "adcode": adcode},
            "geometry": {"type": "Point", "coordinates": [x / 100.0, 0.0]}})
    });
    json!({"type": "FeatureCollection", "features": features.collect::<Vec<_>>()})
}

fn six() -> Json {
    line(&[
        (0.0, "A", "320500"),
        (1.0, "A", "320500"),
        (2.5, "B", "320500"),
        (4.2, "A", "430100"),
        (5.0, "B", "430100"),
        (7.1, "B", "430100"),
    ])
}

#[test]
fn the_line_of_the_brief_has_its_quotients() {
    let answer = executed(&json!({"features": six(), "by": "kind", "simulations": 99}));
    let values: Vec<f64> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["value"].as_f64().unwrap())
        .collect();
    for (found, told) in values.iter().zip([1.6667, 0.5556, 1.1111, 0.8333]) {
        assert!((found - told).abs() < 5e-5, "{values:?}");
    }
    assert_eq!(answer["global"]["value"], 1.25);
    assert_eq!(answer["warnings"][0]["code"], "few_points");
    for row in answer["rows"].as_array().unwrap() {
        let (p, q) = (row["p_value"].as_f64().unwrap(), row["q_value"].as_f64().unwrap());
        assert!(p <= q && q <= 1.0, "{row}");
        assert!((p * 20.0 - (p * 20.0).round()).abs() < 1e-9, "one of twenty labellings: {row}");
    }
    assert_eq!(answer["p_found"], "all_labellings");
    let summary = answer["summary"].as_str().unwrap();
    assert!(summary.contains("Of 4 tests the least false discovery rate (q) is"), "{summary}");
}

#[test]
fn local_quotients_stand_at_their_sites() {
    let asked = json!({"features": six(), "by": "kind", "statistic": "local", "to": "B"});
    let answer = executed(&asked);
    let features = answer["features"].as_array().unwrap();
    assert_eq!(features.len(), 6);
    assert_eq!(features[3]["properties"]["value"], json!(1.666667));
    assert_eq!(features[0]["properties"]["value"], 0.0);
    assert_eq!(features[0]["geometry"]["type"], "Point");
    // The fourth of six, an A, has a B nearest: 3 of 5 others are; the first has none: 2 of 5.
    let p = |at: usize| features[at]["properties"]["p_value"].as_f64().unwrap();
    assert_eq!([p(3), p(0)], [1.0, 0.8]);
    assert!(answer["summary"].as_str().unwrap().contains("Of 6 tests"), "{}", answer["summary"]);
}

#[test]
fn coagglomeration_is_that_of_the_brief() {
    let mut sites = Vec::new();
    for (region, counts) in [("110000", [6, 5]), ("120000", [3, 4]), ("130000", [1, 1])] {
        for (kind, count) in ["A", "B"].into_iter().zip(counts) {
            sites.extend((0..count).map(|n| (f64::from(n), kind, region)));
        }
    }
    let asked = json!({"features": line(&sites), "by": "kind", "statistic": "coagglomeration", "level": "province", "simulations": 99});
    let answer = executed(&asked);
    assert_eq!((&answer["regions"], &answer["rows"][0]["value"]), (&3.into(), &json!(-0.00885)));
    assert!(answer["rows"][0]["p_value"].as_f64().unwrap() > 0.05);
    let again = executed(&asked);
    assert_eq!(answer["rows"], again["rows"], "the same seed gives the same answer");
}

#[test]
fn points_without_a_code_are_in_the_region_whose_borders_hold_them() {
    // Two in Beijing's city, two in Shanghai's, and one in the sea.
    let places = [
        (116.4, 39.9, "A"),
        (116.5, 39.9, "B"),
        (121.47, 31.23, "A"),
        (121.4, 31.2, "A"),
        (150.0, 0.0, "B"),
    ];
    let features = places.map(|(lon, lat, kind)| {
        json!({"type": "Feature", "properties": {"kind": kind, "staff": if kind == "A" { 3 } else { 1 }},
            "geometry": {"type": "Point", "coordinates": [lon, lat]}})
    });
    let features = json!({"type": "FeatureCollection", "features": features});
    let mut asked = json!({"features": features, "by": "kind", "statistic": "coagglomeration", "level": "province"});
    let answer = executed(&asked);
    assert_eq!(answer["regions"], 2, "{answer}");
    assert!(answer["warnings"].to_string().contains("1 points"), "{}", answer["warnings"]);
    // Shares A (1/3, 2/3), B (1, 0); their mean (2/3, 1/3): −(1/9 + 1/9) / (1 − 5/9) = −1/2.
    assert_eq!(answer["rows"][0]["value"], -0.5);
    asked["weight"] = "staff".into();
    assert_eq!(executed(&asked)["rows"][0]["value"], -0.5, "alike in each kind");
    asked["statistic"] = "quotient".into();
    let refused = post("/processes/colocation/execution", &json!({"inputs": asked}).to_string());
    assert!(refused.text().contains("leave it out"), "{}", refused.text());
}

#[test]
fn a_density_counts_sites_by_their_weight() {
    let density = |weight: &str| {
        let address = "/collections/hubs/colocation?statistic=density&at=121,31&simulations=19";
        get(&format!("{address}{weight}"))
    };
    let answer = density("&weight=year").json();
    assert_eq!(answer["method"]["parameters"]["weight"]["value"], "year");
    assert!(answer["warnings"].to_string().contains("without_weight"), "{}", answer["warnings"]);
    assert_ne!(answer["rows"], density("").json()["rows"]);
    assert!(density("&weight=name").text().contains("holds no numbers"));
}

#[test]
fn what_could_grow_in_suzhou_is_told_with_its_sensitivity() {
    let address =
        "/collections/hubs/colocation?statistic=density&at=prefectures/320500&simulations=19";
    let answer = get(address).json();
    let rows = answer["rows"].as_array().unwrap_or_else(|| panic!("{answer}"));
    assert!(rows.len() > 50, "{}", rows.len());
    for row in rows {
        let of = |name: &str| row[name].as_f64().unwrap_or_else(|| panic!("{name}: {row}"));
        let all = [of("density_h50"), of("density_h100"), of("density_h200")];
        assert!(all.iter().all(|value| (0.0..=1.0).contains(value)), "{row}");
        assert!(of("sensitivity") >= 0.0 && of("p_value") >= 0.05);
    }
    let densities: Vec<f64> =
        rows.iter().map(|row| row["density_h100"].as_f64().unwrap()).collect();
    assert!(densities.windows(2).all(|pair| pair[0] >= pair[1]), "the densest first");
    let far = get("/collections/hubs/colocation?statistic=density&at=-150,0&simulations=19").json();
    assert_eq!(far["rows"].as_array().unwrap().len(), 0, "nothing near is not a density of nought");
}

#[test]
fn one_industry_is_a_layer_over_all_units() {
    let address = "/collections/hubs/colocation?statistic=density&industry=080&level=province";
    let answer = get(address).json();
    let features = answer["features"].as_array().unwrap_or_else(|| panic!("{answer}"));
    assert_eq!(features.len(), 34);
    let known = features.iter().filter(|one| one["properties"]["density_h100"].is_number());
    assert!(known.count() > 25);
}

#[test]
fn bad_requests_are_refused_and_empty_ones_answered() {
    for (asked, said) in [
        ("by=colour", "no property `colour`"),
        ("by=name", "at most 200 kinds"),
        ("statistic=local&to=cars", "no site is of the kind `cars`"),
        ("statistic=density", "density needs a place"),
        ("statistic=density&at=hubs/none", "has no feature `none`"),
        ("statistic=density&at=x/1", "no collection `x`"),
        ("statistic=density&at=200,0", "longitude"),
        ("statistic=density&industry=100", "`100` is no code that the measure knows"),
        ("statistic=moran", "is not one of quotient"),
        ("neighbours=0", "whole number"),
    ] {
        let answer = get(&format!("/collections/hubs/colocation?{asked}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{asked}");
        assert!(answer.text().contains(said), "{asked}: {}", answer.text());
    }
    let nothing = json!({"type": "FeatureCollection", "features": []});
    for statistic in ["quotient", "local", "coagglomeration"] {
        let answer = executed(&json!({"features": nothing, "statistic": statistic}));
        assert_eq!(answer["n"], 0, "{answer}");
    }
    let one = executed(&json!({"features": line(&[(0.0, "A", "")]), "by": "kind"}));
    assert!(one["rows"][0]["value"].is_null() && !one["reasons"]["value"].is_null(), "{one}");
}
