//! The order of the rows changes no number of any analysis: same sites, same parameters, same seed.

use axum::http::StatusCode;
use serde_json::{Map, Value as Json, json};

use jidi::analysis::random::Random;
use jidi::process::{Kind, PROCESSES};

use crate::client::post;

/// Sixty-four sites around Wuhan by a rule; every eighth stands where the one before it does.
fn sites(has_ids: bool) -> Vec<Json> {
    let site = |n: usize| {
        let place = if n % 8 == 7 { n - 1 } else { n };
        let (x, y) = (place * 37 % 41, place * 23 % 43);
        let scale = if n < 24 { 0.011 } else { 0.053 };
        let at = [112.0 + scale * x as f64, 29.3 + scale * y as f64];
        let industry = ["glass", "steel", "glass; paper", "paper", "steel"][n % 5];
        let mut site = json!({"type": "Feature",
            "properties": {"name": format!("{industry} {n}"), "industry": industry,
                "staff": 0.1 * (1 + n * n % 17) as f64, "industry_codes": (["39", "31", "22"][n % 3]),
                "io_sectors": (["092", "061", "045"][n % 3]),
                "adcode": (["420100", "430100", "410100", "360100"][n % 4])},
            "geometry": {"type": "Point", "coordinates": at}});
        if has_ids {
            site["id"] = json!(format!("s{n}"));
        }
        site
    };
    (0..64).map(site).collect()
}

/// What a process is given beside the sites, for one of its statistics or methods.
pub fn inputs(process: &str, choice: &str) -> Json {
    let mut inputs = match (process, choice) {
        ("distances", "nearest") => json!({}),
        ("distances", "clark_evans") => json!({"simulations": 19}),
        ("distances", "cross_k") => json!({"industry": "glass,steel", "steps": 4}),
        ("distances", "k" | "l") => json!({"industry": "glass,paper", "steps": 4}),
        ("distances", _) => json!({"industry": "glass,paper", "steps": 4, "weight": "staff"}),
        ("hotspots", _) => json!({"weight": "staff", "cell_km": 30, "permutations": 99}),
        ("concentration", _) => json!({"weight": "staff", "level": "cells", "simulations": 99}),
        ("regions", _) => json!({"weight": "staff", "level": "h3", "industry": "glass"}),
        ("density", _) => json!({"weight": "staff", "cell_km": 40, "reference": "hubs"}),
        ("colocation", "density") => json!({"at": "114.3,30.6"}),
        ("colocation", "quotient") => json!({"by": "industry", "neighbours": 2}),
        ("colocation", _) => json!({"by": "industry"}),
        ("clusters", "hdbscan") => json!({"rounds": 9, "min_cluster_size": 4}),
        ("clusters", _) => json!({"rounds": 9, "min_points": 3}),
        _ => json!({}),
    };
    let process = PROCESSES.iter().find(|one| one.name == process).unwrap();
    let has = |name: &str| process.parameters.iter().any(|one| one.name == name);
    if has("simulations") && choice != "nearest" && !choice.is_empty() {
        inputs["simulations"] = json!(39);
    }
    for (name, key) in [("statistic", "statistic"), ("method", "method")] {
        if has(name) {
            inputs[key] = json!(choice);
        }
    }
    inputs
}

fn answer(process: &str, inputs: &Json, sites: &[Json]) -> Json {
    let mut inputs = inputs.clone();
    inputs["features"] = json!({"type": "FeatureCollection", "features": sites});
    let answered =
        post(&format!("/processes/{process}/execution"), &json!({"inputs": inputs}).to_string());
    assert_eq!(answered.status, StatusCode::OK, "{process}: {}", answered.text());
    answered.json()
}

/// Lists without their order, ids that are made of row numbers left out, clusters by their members.
fn unordered(answer: &Json, has_ids: bool) -> Json {
    let mut members: Map<String, Json> = Map::new();
    for one in answer["features"].as_array().into_iter().flatten() {
        if one["properties"]["kind"] == "cluster" {
            let name = |all: &Json| sorted(all.as_array().unwrap().clone());
            let names = name(&one["properties"]["names"]);
            members.insert(one["properties"]["cluster"].to_string(), names);
        }
    }
    stripped(answer, &members, has_ids)
}

fn sorted(mut list: Vec<Json>) -> Json {
    list.sort_by_key(Json::to_string);
    Json::Array(list)
}

fn stripped(value: &Json, members: &Map<String, Json>, has_ids: bool) -> Json {
    match value {
        // Numbers along an axis are in order; texts and rows are a set.
        Json::Array(list) => {
            let list = list.iter().map(|one| stripped(one, members, has_ids)).collect::<Vec<_>>();
            if list.iter().any(Json::is_number) { Json::Array(list) } else { sorted(list) }
        }
        Json::Object(object) => {
            let is_cluster = object.get("kind").is_some_and(|kind| kind == "cluster");
            let is_dropped = |key: &str| match key {
                "timeStamp" | "links" | "summary" => true,
                "id" => !has_ids || object["id"].to_string().contains("cluster-"),
                "members" | "from" | "to" | "nearest" => !has_ids,
                "cluster" => is_cluster,
                _ => false,
            };
            let kept = object.iter().filter(|(key, _)| !is_dropped(key));
            let kept = kept.map(|(key, value)| {
                let named = (key == "cluster").then(|| members.get(&value.to_string())).flatten();
                let told = named.cloned().unwrap_or_else(|| stripped(value, members, has_ids));
                (key.clone(), told)
            });
            Json::Object(kept.collect())
        }
        other => other.clone(),
    }
}

fn check(process: &str, inputs: &Json) {
    // Equally near sites are ranked by id, and a row without one is named by its number.
    let with_and_without = [true, false].into_iter().filter(|has| *has || process != "nearest");
    for has_ids in with_and_without {
        let sites = sites(has_ids);
        let told = unordered(&answer(process, inputs, &sites), has_ids);
        for shuffle in 0..2 {
            let mut shuffled = sites.clone();
            Random::new(7, shuffle).shuffle_first(&mut shuffled, sites.len());
            let again = unordered(&answer(process, inputs, &shuffled), has_ids);
            for (key, value) in told.as_object().unwrap() {
                assert_eq!(&again[key], value, "{process} {inputs}: `{key}` hangs on the rows");
            }
        }
    }
}

#[test]
fn every_process_by_every_statistic_gives_the_same_numbers_for_rows_in_any_order() {
    for process in PROCESSES {
        let choices = process.parameters.iter().find_map(|parameter| match parameter.kind {
            Kind::Choice(words) if ["statistic", "method"].contains(&parameter.name) => Some(words),
            _ => None,
        });
        for choice in choices.unwrap_or(&[""]) {
            check(process.name, &inputs(process.name, choice));
        }
    }
}

#[test]
fn points_as_units_give_the_same_numbers_for_rows_in_any_order() {
    for statistic in ["moran", "geary", "general_g", "local_moran", "gi", "gi_star"] {
        let units = json!({"level": "points", "weight": "staff", "statistic": statistic,
            "permutations": 99});
        check("hotspots", &units);
    }
    for statistic in ["join_count", "local_join_count"] {
        let marked = json!({"level": "points", "industry": "glass", "by": "industry",
            "statistic": statistic, "permutations": 99});
        check("hotspots", &marked);
    }
}

#[test]
fn features_are_told_in_the_order_in_which_their_rows_came() {
    let mut rows = sites(true);
    Random::new(3, 3).shuffle_first(&mut rows, 64);
    let ids: Vec<&Json> = rows.iter().map(|row| &row["id"]).collect();
    let told = |process: &str, inputs: Json| answer(process, &inputs, &rows);
    let of = |list: &Json| -> Vec<Json> {
        list.as_array().unwrap().iter().map(|one| one["id"].clone()).collect()
    };
    let clusters =
        told("clusters", json!({"eps_km": 9, "min_points": 2, "simulations": 19, "rounds": 1}));
    let count = usize::try_from(clusters["clusters"].as_u64().unwrap()).unwrap();
    assert!(count > 2, "{count}");
    assert!(of(&clusters["features"])[count..].iter().eq(ids.iter().copied()));
    // Clusters are numbered by their first core point among the rows.
    let seen = clusters["features"].as_array().unwrap()[count..].iter();
    let cores = seen.filter(|one| one["properties"]["is_core"] == true);
    let mut next = 1;
    for number in cores.map(|one| one["properties"]["cluster"].as_u64().unwrap()) {
        assert!(number <= next, "{number} before {next}");
        next = next.max(number + 1);
    }
    assert!(of(&told("distances", json!({}))["rows"]).iter().eq(ids.iter().copied()));
    let points = told("hotspots", json!({"level": "points", "weight": "staff"}));
    assert!(of(&points["features"]).iter().eq(ids.iter().copied()));
    let local = told("colocation", json!({"statistic": "local", "by": "industry"}));
    assert!(of(&local["features"]).iter().eq(ids.iter().copied()));
    assert!(of(&told("related", json!({}))["index"]).iter().eq(ids.iter().copied()));
}
