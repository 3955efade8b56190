//! Regions compared, industries' concentration and hot spots, over HTTP and by command.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{get, post};

/// The seats of Beijing, Shanghai and Sichuan.
const SEATS: [[f64; 2]; 3] = [[116.397, 39.907], [121.469, 31.232], [104.066, 30.667]];
/// The worked example of location quotients: three regions, industries a to d.
const EXAMPLE: [[usize; 4]; 3] = [[10, 0, 5, 3], [2, 8, 6, 4], [0, 9, 1, 7]];

fn feature(at: [f64; 2], properties: &Json) -> Json {
    json!({"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": at}})
}

fn collection(features: &[Json]) -> Json {
    json!({"type": "FeatureCollection", "features": features})
}

fn example() -> Json {
    let mut features = Vec::new();
    for (seat, row) in SEATS.iter().zip(EXAMPLE) {
        for (industry, count) in ["a", "b", "c", "d"].iter().zip(row) {
            let one = feature(*seat, &json!({"industry": industry, "jobs": 100}));
            features.extend(std::iter::repeat_n(one, count));
        }
    }
    collection(&features)
}

/// Nine points on a grid of 0.1°, the values row by row.
fn nine(values: &[i32; 9]) -> Json {
    let one = |(at, y): (usize, &i32)| {
        feature([(at % 3) as f64 * 0.1, (at / 3) as f64 * 0.1], &json!({"y": y}))
    };
    collection(&values.iter().enumerate().map(one).collect::<Vec<_>>())
}

fn execute(process: &str, inputs: &Json, features: &Json) -> (StatusCode, Json) {
    let mut inputs = inputs.clone();
    inputs["features"] = features.clone();
    let body = json!({"inputs": inputs}).to_string();
    let answer = post(&format!("/processes/{process}/execution"), &body);
    (answer.status, answer.json())
}

fn executed(process: &str, inputs: &Json, features: &Json) -> Json {
    let (status, answer) = execute(process, inputs, features);
    assert_eq!(status, StatusCode::OK, "{answer}");
    answer
}

/// The numbers of a property of those features that have points.
fn column(answer: &Json, name: &str) -> Vec<f64> {
    let features = answer["features"].as_array().unwrap().iter();
    let held = features.filter(|one| one["properties"]["sites"].as_u64() != Some(0));
    held.map(|one| one["properties"][name].as_f64().unwrap_or(f64::NAN)).collect()
}

fn close(found: &[f64], told: &[f64]) {
    assert_eq!(found.len(), told.len(), "{found:?}");
    for (one, other) in found.iter().zip(told) {
        assert!((one - other).abs() < 2e-6, "{found:?} {told:?}");
    }
}

#[test]
fn regions_have_the_numbers_of_the_worked_example_by_province_cell_and_hexagon() {
    // Provinces come by code: Beijing 11, Shanghai 31, Sichuan 51.
    let a = executed("regions", &json!({"industry": "a"}), &example());
    close(&column(&a, "location_quotient"), &[2.546_296, 0.458_333, 0.0]);
    close(&column(&a, "hhi"), &[0.413_580, 0.3, 0.453_287]);
    close(&column(&a, "specialisation"), &[1.180_180, 0.542_857, 1.092_879]);
    close(&column(&a, "specialisation_total"), &[0.793_939, 0.345_455, 0.755_080]);
    close(&column(&a, "expected"), &[18.0 * 12.0 / 55.0, 20.0 * 12.0 / 55.0, 17.0 * 12.0 / 55.0]);
    // Of 55 plants 12 are of the industry; 18 are in Beijing, 10 of them of the industry or more.
    let choose = |n: u64, k: u64| (0..k).map(|i| (n - i) as f64 / (k - i) as f64).product::<f64>();
    let tail: f64 = (10..=12).map(|x| choose(12, x) * choose(43, 18 - x)).sum();
    let p = column(&a, "p_value");
    close(&p[..1], &[tail / choose(55, 18)]);
    close(&column(&a, "q_value")[..1], &[(3.0 * p[0]).min(1.0)]);
    assert_eq!(a["features"].as_array().unwrap().len(), 34, "all provinces");
    assert!(a["summary"].as_str().unwrap().contains("Beijing (LQ 2.5)"), "{}", a["summary"]);
    for (level, sorted) in
        [("cells", [0.0, 0.458_333, 2.546_296]), ("h3", [0.0, 0.458_333, 2.546_296])]
    {
        let cells = executed("regions", &json!({"industry": "a", "level": level}), &example());
        let mut found = column(&cells, "location_quotient");
        found.sort_by(f64::total_cmp);
        close(&found, &sorted);
        assert!(cells["features"][0]["properties"]["adcode"].is_null());
        assert!(cells["features"][0]["geometry"]["type"] == "Polygon", "{cells}");
    }
    // Sizes that are all equal change no quotient.
    let weighted = executed("regions", &json!({"industry": "a", "weight": "jobs"}), &example());
    close(&column(&weighted, "location_quotient"), &[2.546_296, 0.458_333, 0.0]);
    // Ten of the first region are asked about, two of the second: only the first has an interval.
    let [lo, hi] = ["lo", "hi"].map(|end| column(&weighted, &format!("location_quotient_{end}")));
    assert!(lo[0] > 1.5 && lo[0] < 2.546 && hi[0] > 2.547 && hi[0] < 5.0, "{lo:?} {hi:?}");
    assert!(lo[1].is_nan() && hi[2].is_nan(), "{lo:?} {hi:?}");
    assert_eq!(weighted["method"]["parameters"]["bootstrap"]["value"], 999);
    let counted = executed("regions", &json!({"industry": "a"}), &example());
    assert!(column(&counted, "location_quotient_lo").iter().all(|lo| lo.is_nan()));
    let (status, refused) =
        execute("regions", &json!({"industry": "a", "bootstrap": 99}), &example());
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(refused["detail"].as_str().unwrap().contains("give a `weight`"), "{refused}");
}

#[test]
fn eleven_bases_are_described_by_province_and_nothing_is_claimed() {
    let answer = get("/collections/bases/regions").json();
    assert_eq!(
        (&answer["n"], &answer["counted"], &answer["regions"]),
        (&json!(11), &json!(11), &json!(34))
    );
    let counts = column(&answer, "n");
    assert_eq!(
        (counts.iter().sum::<f64>(), counts.iter().copied().fold(0.0, f64::max)),
        (11.0, 2.0)
    );
    let share: f64 = column(&answer, "share").iter().sum();
    assert!((share - 1.0).abs() < 1e-5);
    assert!(column(&answer, "q_value").iter().all(|q| q.is_nan() || *q > 0.05));
    let summary = answer["summary"].as_str().unwrap();
    assert!(summary.contains("11 points stand in 9 of 34 provinces"), "{summary}");
    assert!(summary.contains("no region has more than its share"), "{summary}");
    let warnings = answer["warnings"].to_string();
    assert!(warnings.contains("n = 11: a description, not a test"), "{warnings}");
    let chinese = get("/collections/bases/regions?lang=zh").json();
    assert!(chinese["summary"].as_str().unwrap().contains("11个点分布在34个省级单位中的9个"));
    let jiangsu =
        get("/collections/bases/regions?region=%E6%B1%9F%E8%8B%8F%E7%9C%81&level=prefecture")
            .json();
    assert_eq!((&jiangsu["n"], &jiangsu["regions"]), (&json!(2), &json!(13)), "Suzhou has both");
    let by_code = get("/collections/bases/regions?region=320000&level=prefecture").json();
    assert_eq!(by_code["features"], jiangsu["features"]);
}

#[test]
fn concentration_has_the_ginis_of_the_worked_example_and_the_indices_by_their_formulas() {
    let answer = executed("concentration", &json!({}), &example());
    let rows = answer["rows"].as_array().unwrap();
    let numbers = |name: &str| -> Vec<f64> {
        rows.iter().map(|row| row[name].as_f64().unwrap_or(f64::NAN)).collect()
    };
    close(&numbers("gini"), &[0.557_576, 0.374_332, 0.237_879, 0.206_494]);
    let x: Vec<f64> = [18.0, 20.0, 17.0].map(|one| one / 55.0).to_vec();
    let x2: f64 = x.iter().map(|one| one * one).sum();
    for (industry, row) in rows.iter().enumerate() {
        let amounts: Vec<f64> = EXAMPLE.iter().map(|row| row[industry] as f64).collect();
        let n: f64 = amounts.iter().sum();
        let g: f64 = amounts.iter().zip(&x).map(|(one, x)| (one / n - x).powi(2)).sum();
        let s2: f64 = amounts.iter().map(|one| (one / n).powi(2)).sum();
        let h = 1.0 / n;
        let gamma = (g - (1.0 - x2) * h) / ((1.0 - x2) * (1.0 - h));
        let other = ((s2 - x2) / (1.0 - x2) - h) / (1.0 - h);
        close(&[row["gamma"].as_f64().unwrap()], &[gamma]);
        close(&[row["gamma_maurel_sedillot"].as_f64().unwrap()], &[other]);
        close(&[row["plant_hhi"].as_f64().unwrap()], &[h]);
        assert!(row["p_value"].as_f64().unwrap() >= 1.0 / 500.0, "two-sided, of 999 draws");
    }
    assert!(rows[0]["p_greater"].as_f64().unwrap() < 0.01, "ten of twelve in one of three");
    close(&numbers("gini_upper_bound")[..1], &[1.0 - 17.0 / 55.0]);
    assert_eq!(answer["regions"].as_array().unwrap().len(), 3);
    assert!(answer["warnings"].to_string().contains("H = 1/N"), "no sizes were named");
    let sized = executed("concentration", &json!({"weight": "jobs"}), &example());
    assert_eq!(sized["rows"][0]["gamma"], answer["rows"][0]["gamma"], "equal sizes");
    let few = get("/collections/bases/concentration").json();
    let row = &few["rows"][0];
    assert!(row["gamma"].is_null() && row["p_value"].is_null() && !row["g"].is_null(), "{row}");
    assert!(row["reason"].as_str().unwrap().contains("at least 30"), "{row}");
}

#[test]
fn hot_spots_have_the_values_of_the_worked_example() {
    // Steps of 0.1° are 11.1 km and diagonals 15.7 km, so a band of 12 km links as a rook moves.
    let y = nine(&[9, 8, 2, 7, 6, 1, 4, 0, 3]);
    let ask = |statistic: &str| {
        let inputs = json!({"statistic": statistic, "level": "points", "weight": "y", "weights": "band:12km"});
        executed("hotspots", &inputs, &y)
    };
    let moran = &ask("moran")["global"];
    close(&[moran["value"].as_f64().unwrap()], &[0.383_784]);
    assert!(moran["is_exact"] == true && moran["p_greater"].as_f64().unwrap() < 0.1, "{moran}");
    close(&[ask("general_g")["global"]["value"].as_f64().unwrap()], &[0.417_910]);
    let star = ask("gi_star");
    let first = &star["features"][0]["properties"];
    close(&[first["value"].as_f64().unwrap()], &[2.352_687]);
    // The two neighbors of the corner have the greatest sum of the 28 pairs of others.
    close(&[first["p_greater"].as_f64().unwrap()], &[1.0 / 28.0]);
    assert_eq!(first["class"], "not_significant", "{first}");
    assert!(star["warnings"].to_string().contains("none can be significant"), "{star}");
}

#[test]
fn joins_of_nine_are_counted_out() {
    let marks = nine(&[1, 1, 0, 1, 1, 0, 0, 0, 0].map(|mark| mark));
    let inputs = json!({"statistic": "join_count", "level": "points", "weight": "y", "weights": "band:12km"});
    let joins = executed("hotspots", &inputs, &marks)["global"].clone();
    // Four marked of nine touch four times only as one of four squares: 4 of 126.
    assert_eq!((&joins["value"], &joins["is_exact"]), (&json!(4.0), &json!(true)));
    close(&[joins["p_greater"].as_f64().unwrap()], &[4.0 / 126.0]);
    let five = nine(&[1, 1, 0, 1, 1, 0, 0, 0, 1]);
    let inputs = json!({"statistic": "local_join_count", "level": "points", "weight": "y", "weights": "band:12km"});
    let local = executed("hotspots", &inputs, &five);
    let p: Vec<f64> = local["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["properties"]["p_value"].as_f64())
        .collect();
    // Corners have 2 neighbors, edges 3, the middle 4, of 8 others of which 4 are marked.
    close(&p, &[3.0 / 14.0, 0.5, 0.5, 1.0 - (1.0 + 16.0) / 70.0, 1.0]);
}

#[test]
fn hot_spots_of_regions_are_tested_with_their_floor_and_equal_values_are_undefined() {
    let answer = get("/collections/hubs/hotspots?permutations=99").json();
    assert_eq!(
        (&answer["units"], &answer["tests"].as_u64().map(|n| n > 25)),
        (&json!(34), &Some(true))
    );
    assert!(answer["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "floor"));
    let again = get("/collections/hubs/hotspots?permutations=99").json();
    assert_eq!(answer["features"], again["features"]);
    for feature in answer["features"].as_array().unwrap() {
        let said = &feature["properties"];
        if said["class"] != "island" {
            let tails = said["p_greater"].as_f64().unwrap().min(said["p_less"].as_f64().unwrap());
            close(&[said["p_value"].as_f64().unwrap()], &[(2.0 * tails).min(1.0)]);
        }
    }
    let none = executed(
        "hotspots",
        &json!({"level": "points", "weight": "y", "weights": "knn:2"}),
        &nine(&[5; 9]),
    );
    assert!(none["reasons"]["value"].as_str().unwrap().contains("all values are equal"), "{none}");
}

#[test]
fn what_is_wrong_is_refused_with_what_would_be_right() {
    let bad = [
        ("provinces/clusters", "take points"),
        ("counties/regions", "take points"),
        ("bases/regions?level=country", "one of province"),
        ("bases/regions?cell_km=50", "take level=cells"),
        ("bases/regions?level=cells&cell_km=0.5", "below 1 km"),
        ("bases/regions?industry=gold", "`industry_group` holds"),
        ("bases/regions?by=colour", "use one of id, name"),
        ("bases/regions?weight=colour", "use one of id, name"),
        ("bases/regions?weight=name", "holds no numbers"),
        ("bases/regions?reference=nowhere", "there is no collection `nowhere`"),
        ("bases/regions?region=Atlantis", "there is no province"),
        ("bases/regions?filter=colour%3D1", "colour"),
        ("bases/hotspots?statistic=lisa", "one of moran"),
        ("bases/hotspots?weights=queen", "band:200km"),
        ("bases/hotspots?level=points", "name it"),
        ("bases/hotspots?level=points&weight=year&weights=contiguity", "share no edges"),
        ("bases/hotspots?permutations=5", "from 99"),
        ("bases/concentration?simulations=5", "from 99"),
    ];
    for (path, right) in bad {
        let answer = get(&format!("/collections/{path}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.text().contains(right), "{path}: {}", answer.text());
    }
    let mut below = example();
    below["features"][0]["properties"]["jobs"] = json!(-3);
    let (status, answer) = execute("regions", &json!({"weight": "jobs"}), &below);
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer.to_string().contains("sizes are not negative"), "{answer}");
    let (code, _, words) = run(&["run", "regions", "provinces"]);
    assert!(code == 2 && words.contains("provinces is refused"), "{words}");
    let (code, _, words) = run(&["run", "clusters", "bases", "--filter", "colour = 1"]);
    assert!(code == 2 && words.contains("--filter is refused"), "{words}");
}

#[test]
fn conditions_choose_the_points_by_every_door() {
    let by_get = get("/collections/hubs/regions?filter=year%3E%3D2015&level=cells").json();
    let n = get("/collections/hubs/items?filter=year%3E%3D2015&hits=true").json()["numberMatched"]
        .clone();
    assert_eq!(by_get["n"], n);
    let body = json!({"inputs": {"collection": "hubs", "filter": "year>=2015", "level": "cells"}});
    let by_post = post("/processes/regions/execution", &body.to_string()).json();
    assert_eq!(by_post["features"], by_get["features"]);
    let (code, out, words) =
        run(&["run", "regions", "hubs", "--filter", "year>=2015", "--level", "cells"]);
    assert_eq!(code, 0, "{words}");
    assert_eq!(serde_json::from_str::<Json>(&out).unwrap()["n"], n);
    let foreseen = get("/collections/hubs/hotspots?estimate=true").json();
    assert_eq!(foreseen["estimate"]["is_allowed"], true, "{foreseen}");
}

#[test]
fn one_mistranslated_name_makes_another_answer_and_it_is_shown_beside() {
    let answer = get("/collections/bases/clusters?eps_km=200&simulations=19").json();
    let printed = &answer["as_printed"];
    assert_eq!(printed["moved"][0]["id"], "base-03");
    assert_eq!(printed["moved"][0]["printed_place"], "Changsha");
    assert!((printed["moved"][0]["moved_km"].as_f64().unwrap() - 843.0).abs() < 10.0, "{printed}");
    assert_eq!((&printed["clusters"], &answer["clusters"]), (&json!(2), &json!(3)));
    let largest =
        printed["groups"].as_array().unwrap().iter().map(|one| one.as_array().unwrap().len()).max();
    assert_eq!(largest, Some(3), "the trio of Hunan");
    let merges: Vec<f64> = serde_json::from_value(printed["merges_km"].clone()).unwrap();
    // The base of Liuyang stands in its zone in Yong'an, on the side of Changsha.
    for (merge, told) in merges.iter().zip([30.6, 44.2, 135.0, 341.3]) {
        assert!((merge - told).abs() < 0.5, "{merges:?}");
    }
    assert!(answer["summary"].as_str().unwrap().contains("The list as printed"), "{answer}");
    assert!(
        get("/collections/hubs/clusters?reference=none&stability=none").json()["as_printed"]
            .is_null()
    );
}

#[test]
fn a_radius_from_an_elbow_comes_with_its_curve() {
    let answer = get("/collections/hubs/clusters?reference=none&stability=none").json();
    let curve = &answer["distance_curve"];
    let ranks: Vec<usize> = serde_json::from_value(curve["rank"].clone()).unwrap();
    let distances: Vec<f64> = serde_json::from_value(curve["distance_km"].clone()).unwrap();
    assert!(distances.is_sorted() && ranks.len() == distances.len() && ranks.len() > 100);
    let elbow = ranks.iter().position(|rank| curve["elbow_rank"] == *rank).unwrap();
    assert_eq!(answer["method"]["parameters"]["eps_km"]["value"], distances[elbow]);
}

#[test]
fn nothing_is_answered_with_nulls_and_reasons() {
    let none = collection(&[]);
    for process in ["regions", "concentration", "hotspots"] {
        let answer = executed(process, &json!({}), &none);
        assert_eq!(answer["n"], 0, "{answer}");
        assert!(!answer["reasons"].as_object().unwrap().is_empty(), "{process}: {answer}");
        assert!(!answer["warnings"].as_array().unwrap().is_empty(), "{process}: {answer}");
        assert!(!answer["summary"].as_str().unwrap().is_empty());
    }
}
