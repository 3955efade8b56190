//! Nothing, one point, and points at one place are answered by every process, with what is null and why.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use jidi::process::{Kind, PROCESSES};

use crate::client::{get, post};
use crate::row_order::inputs;

/// So many sites at one place, of two industries.
fn at_one_place(count: usize) -> Json {
    let site = |n: usize| {
        json!({"type": "Feature", "id": format!("s{n}"),
            "properties": {"industry": (["glass", "steel"][n % 2]), "staff": 3, "adcode": "420100"},
            "geometry": {"type": "Point", "coordinates": [114.3, 30.6]}})
    };
    json!({"type": "FeatureCollection", "features": (0..count).map(site).collect::<Vec<_>>()})
}

fn executed(process: &str, inputs: &Json) -> Json {
    let answer =
        post(&format!("/processes/{process}/execution"), &json!({"inputs": inputs}).to_string());
    assert_eq!(answer.status, StatusCode::OK, "{process} {}", answer.text());
    answer.json()
}

#[test]
fn every_statistic_answers_few_points_and_one_place_with_a_reason_and_a_warning() {
    for process in PROCESSES {
        let choices = process.parameters.iter().find_map(|parameter| match parameter.kind {
            Kind::Choice(words) if ["statistic", "method"].contains(&parameter.name) => Some(words),
            _ => None,
        });
        for choice in choices.unwrap_or(&[""]) {
            for count in [0, 1, 9, 40] {
                let mut asked = inputs(process.name, choice);
                if asked["industry"] == "glass,paper" {
                    asked["industry"] = json!("glass");
                }
                if count == 0 {
                    asked.as_object_mut().unwrap().remove("weight");
                }
                asked["features"] = at_one_place(count);
                let answer = executed(process.name, &asked);
                let said = format!("{} {choice} of {count}: {}", process.name, answer["reasons"]);
                assert_eq!(answer["n"], json!(count), "{said}");
                // Tables and counts are whole for forty points at one place; tests of one place are not.
                let is_whole = count == 40
                    && !["clusters", "distances", "density"].contains(&process.name)
                    || *choice == "nearest";
                let warnings = answer["warnings"].as_array().unwrap();
                assert!(is_whole || !warnings.is_empty(), "{said}");
            }
        }
    }
}

#[test]
fn curves_of_one_place_and_of_nothing_are_null_with_a_reason() {
    for statistic in ["k", "l", "kd", "m", "m_density", "cross_k"] {
        for count in [0, 1, 12, 40] {
            let mut asked = json!({"statistic": statistic, "features": at_one_place(count)});
            if statistic == "cross_k" {
                asked["industry"] = json!("glass,steel");
            }
            let answer = executed("distances", &asked);
            let said = format!("{statistic} of {count}: {}", answer["reasons"]);
            assert_eq!((&answer["r_m"], &answer["global_p"]), (&json!([]), &Json::Null), "{said}");
            assert!(answer["reasons"]["observed"].is_string(), "{said}");
            let codes: Vec<&str> = answer["warnings"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|one| one["code"].as_str())
                .collect();
            let told = if count < 2 { "too_few_points" } else { "one_place" };
            assert!(codes.contains(&told), "{said} {codes:?}");
        }
    }
}

#[test]
fn who_is_asked_about_is_counted_by_one_rule_whatever_the_statistic() {
    let of = |collection: &str, query: &str| {
        let query = format!("{query}&simulations=19&steps=2&max_km=50");
        get(&format!("/collections/{collection}/distances?{query}")).json()
    };
    let [m, kd, k] = ["m", "kd", "k&window=box"]
        .map(|one| of("hubs", &format!("industry=electronics&statistic={one}")));
    assert_eq!((&m["points"], &kd["points"]), (&k["points"], &k["points"]));
    assert_eq!((&m["others"], &kd["others"]), (&k["others"], &k["others"]));
    assert!(m["rule"].as_str().unwrap().contains("whatever it makes"), "{}", m["rule"]);
    // Two bases make electronics: that is no test, however many hubs do.
    let few = of("bases", "statistic=m&industry=electronics");
    assert_eq!((&few["points"], &few["global_p"]), (&json!(2), &Json::Null), "{}", few["reasons"]);
    let warnings = few["warnings"].to_string();
    assert!(warnings.contains("too_few_points") && warnings.contains("alike_in_reference"));
    let all = of("bases", "statistic=kd");
    assert!(all["warnings"].to_string().contains("n = 11: a description, not a test"), "{all}");
}
