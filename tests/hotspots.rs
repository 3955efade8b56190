//! Every statistic of `hotspots` at the levels of prefectures and counties, against its definition
//! written out; and few units, of which all cases are counted.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::client::{get, post};

const BAND_KM: f64 = 150.0;

/// The units of a level as an answer tells them, with the definition of who is whose neighbor.
struct Map {
    y: Vec<f64>,
    /// All others whose seats stand within the band.
    near: Vec<Vec<usize>>,
}

fn haversine_km([lon, lat]: [f64; 2], [other_lon, other_lat]: [f64; 2]) -> f64 {
    let [lon, lat, other_lon, other_lat] = [lon, lat, other_lon, other_lat].map(f64::to_radians);
    let h = ((other_lat - lat) / 2.0).sin().powi(2)
        + lat.cos() * other_lat.cos() * ((other_lon - lon) / 2.0).sin().powi(2);
    2.0 * 6371.0088 * h.sqrt().asin()
}

fn seats(collection: &str) -> BTreeMap<String, [f64; 2]> {
    let items = get(&format!("/collections/{collection}/items?limit=10000")).json();
    // A few counties have no seat, and are no units.
    let seat = |one: &Json| {
        let of = |name: &str| one["properties"][name].as_f64();
        Some((one["id"].as_str()?.to_owned(), [of("seat_lon")?, of("seat_lat")?]))
    };
    items["features"].as_array().unwrap().iter().filter_map(seat).collect()
}

impl Map {
    fn of(answer: &Json, seats: &BTreeMap<String, [f64; 2]>) -> Self {
        let features = answer["features"].as_array().unwrap();
        let of = |one: &Json| seats[one["properties"]["adcode"].as_str().unwrap()];
        let at: Vec<[f64; 2]> = features.iter().map(of).collect();
        let near = |unit: usize| {
            let is_near =
                |other: &usize| *other != unit && haversine_km(at[unit], at[*other]) <= BAND_KM;
            (0..at.len()).filter(is_near).collect()
        };
        let y = features.iter().map(|one| one["properties"]["y"].as_f64().unwrap()).collect();
        Self { y, near: (0..at.len()).map(near).collect() }
    }

    fn mean(&self) -> f64 {
        self.y.iter().sum::<f64>() / self.y.len() as f64
    }

    /// Σ over neighbors, divided by their number or not.
    fn lag(&self, unit: usize, is_mean: bool, of: &dyn Fn(f64) -> f64) -> f64 {
        let sum: f64 = self.near[unit].iter().map(|&other| of(self.y[other])).sum();
        if is_mean && !self.near[unit].is_empty() {
            sum / self.near[unit].len() as f64
        } else {
            sum
        }
    }

    fn whole(&self, statistic: &str) -> f64 {
        let (n, mean) = (self.y.len() as f64, self.mean());
        let squares: f64 = self.y.iter().map(|y| (y - mean).powi(2)).sum();
        let units = || 0..self.y.len();
        let linked = units().filter(|&unit| !self.near[unit].is_empty()).count() as f64;
        match statistic {
            "moran" => {
                let sum: f64 =
                    units().map(|i| (self.y[i] - mean) * self.lag(i, true, &|y| y - mean)).sum();
                n / linked * sum / squares
            }
            "geary" => {
                let sum: f64 =
                    units().map(|i| self.lag(i, true, &|y| (y - self.y[i]).powi(2))).sum();
                (n - 1.0) * sum / (2.0 * linked * squares)
            }
            "general_g" => {
                let sum: f64 = units().map(|i| self.y[i] * self.lag(i, false, &|y| y)).sum();
                let all: f64 = self.y.iter().sum();
                sum / (all * all - self.y.iter().map(|y| y * y).sum::<f64>())
            }
            _ => {
                let mark = |y: f64| f64::from(u8::from(y > 0.0));
                units().map(|i| mark(self.y[i]) * self.lag(i, false, &mark)).sum::<f64>() / 2.0
            }
        }
    }

    fn local(&self, statistic: &str, unit: usize) -> Option<f64> {
        let (n, mean, k) = (self.y.len() as f64, self.mean(), self.near[unit].len() as f64);
        let squares: f64 = self.y.iter().map(|y| (y - mean).powi(2)).sum();
        let y = self.y[unit];
        if statistic == "local_join_count" {
            let mark = |y: f64| f64::from(u8::from(y > 0.0));
            return (y > 0.0).then(|| self.lag(unit, false, &mark));
        }
        if k == 0.0 {
            return None;
        }
        Some(match statistic {
            "local_moran" => {
                (y - mean) * self.lag(unit, true, &|y| y - mean) / (squares / (n - 1.0))
            }
            "gi" => {
                let others = (self.y.iter().sum::<f64>() - y) / (n - 1.0);
                let square = (self.y.iter().map(|y| y * y).sum::<f64>() - y * y) / (n - 1.0);
                let sd = (square - others * others).sqrt();
                (self.lag(unit, false, &|y| y) - k * others)
                    / (sd * ((k * (n - 1.0) - k * k) / (n - 2.0)).sqrt())
            }
            _ => {
                let (sum, own) = (self.lag(unit, false, &|y| y) + y, k + 1.0);
                let sd = (squares / n).sqrt();
                (sum - mean * own) / (sd * ((n * own - own * own) / (n - 1.0)).sqrt())
            }
        })
    }
}

#[test]
fn statistics_of_prefectures_and_counties_are_their_definitions() {
    for (level, collection, least) in
        [("prefecture", "prefectures", 300), ("county", "counties", 2_500)]
    {
        let seats = seats(collection);
        let ask = |statistic: &str| {
            get(&format!(
                "/collections/hubs/hotspots?level={level}&weights=band:{BAND_KM}km&statistic={statistic}&industry=electronics&permutations=99"
            ))
            .json()
        };
        let map = Map::of(&ask("join_count"), &seats);
        assert!(map.y.len() > least && map.y.iter().sum::<f64>() > 100.0, "{}", map.y.len());
        // Answers of counties are long, so half of the statistics are asked for there.
        let some =
            |all: [&'static str; 4]| all.into_iter().step_by(if least > 2_000 { 2 } else { 1 });
        for statistic in some(["moran", "geary", "general_g", "join_count"]) {
            let answer = ask(statistic);
            let (found, told) = (answer["global"]["value"].as_f64().unwrap(), map.whole(statistic));
            assert!(
                (found - told).abs() < 1e-6 * told.abs().max(1e-3),
                "{level} {statistic}: {found} {told}"
            );
            assert!(answer["global"]["p_value"].as_f64().unwrap() <= 1.0, "{level} {statistic}");
            let is_mean = ["moran", "geary"].contains(&statistic);
            let style = &answer["method"]["parameters"]["weights_style"];
            assert_eq!(style["value"], if is_mean { "row-standardised" } else { "binary" });
            assert!(style["reason"].is_string(), "{style}");
        }
        for statistic in some(["local_moran", "gi", "gi_star", "local_join_count"]) {
            let answer = ask(statistic);
            for (unit, feature) in answer["features"].as_array().unwrap().iter().enumerate() {
                let (found, told) =
                    (feature["properties"]["value"].as_f64(), map.local(statistic, unit));
                let is_same = match (found, told) {
                    (Some(found), Some(told)) => (found - told).abs() < 2e-6 * told.abs().max(1.0),
                    (found, told) => found == told,
                };
                assert!(is_same, "{level} {statistic} {}: {found:?} {told:?}", feature["id"]);
            }
        }
    }
}

#[test]
fn of_twelve_points_every_case_is_counted_and_none_drawn() {
    let site = |n: i32| {
        json!({"type": "Feature", "id": format!("s{n}"), "properties": {"staff": n * n % 7},
            "geometry": {"type": "Point", "coordinates": [100.0 + 0.1 * f64::from(n * n), 30.0]}})
    };
    let features =
        json!({"type": "FeatureCollection", "features": (0..12).map(site).collect::<Vec<_>>()});
    let ask = |statistic: &str, weights: &str| {
        let inputs = json!({"inputs": {"features": features, "level": "points", "weight": "staff",
            "statistic": statistic, "weights": weights}});
        post("/processes/hotspots/execution", &inputs.to_string()).json()
    };
    for statistic in ["local_moran", "gi", "gi_star"] {
        let answer = ask(statistic, "knn:3");
        for feature in answer["features"].as_array().unwrap() {
            // Three of eleven others: 165 cases, and a p-value is so many of them.
            for name in ["p_greater", "p_less"] {
                let cases = feature["properties"][name].as_f64().unwrap() * 165.0;
                assert!((cases - cases.round()).abs() < 1e-3 && cases > 0.5, "{feature}");
            }
            assert!(feature["properties"]["q_value"].is_number());
        }
        let warnings = answer["warnings"].to_string();
        assert!(warnings.contains("exact_cases") && warnings.contains("6.06e-3"), "{warnings}");
        assert!(warnings.contains("none can be significant"), "{warnings}");
        assert!(!warnings.contains("floor"), "nothing was drawn: {warnings}");
    }
    // The least of 462 cases is 0.0022, below 0.05 / 12.
    let five = ask("gi", "knn:5")["warnings"].to_string();
    assert!(five.contains("exact_cases") && !five.contains("none can be"), "{five}");
}

#[test]
fn stopping_early_leaves_small_p_values_as_they_are_and_is_for_local_statistics() {
    let ask =
        |more: &str| get(&format!("/collections/hubs/hotspots?level=prefecture{more}")).json();
    let (whole, early) = (ask("&statistic=gi"), ask("&statistic=gi&stop_after=200"));
    let p_values = |answer: &Json| -> Vec<Option<f64>> {
        let features = answer["features"].as_array().unwrap().iter();
        features.map(|one| one["properties"]["p_value"].as_f64()).collect()
    };
    let mut small = 0;
    for (whole, early) in p_values(&whole).into_iter().zip(p_values(&early)) {
        let Some((whole, early)) = whole.zip(early) else { continue };
        // Beyond it on its side stand fewer than 200 of 9,999.
        if whole < 0.02 {
            assert!((whole - early).abs() < 1e-9, "{whole} {early}");
            small += 1;
        }
        assert!((whole - early).abs() < 0.2, "{whole} {early}");
    }
    assert!(small > 5, "{small}");
    let refused = ask("&statistic=moran&stop_after=200");
    assert!(refused["detail"].as_str().unwrap().contains("leave it out"), "{refused}");
}
