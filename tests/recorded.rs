//! The analyses agree with what `spdep`, the package `hdbscan` and the local join counts of `esda`
//! answered; the recipes stand beside the answers in `data/analysis/`.

use jidi::analysis::autocorrelation::{Global, global_test};
use jidi::analysis::hdbscan::{HdbscanParams, Selection, hdbscan};
use jidi::analysis::join_count::{join_counts, local_join_counts};
use jidi::analysis::local::{Draws, Local, local_tests};
use jidi::analysis::spanning_tree::{core_chords, spanning_tree};
use jidi::analysis::weights::Weights;
use jidi::index::KdTree;
use jidi::index::geodesic::arc_m;
use serde_json::{Value as Json, json};

use crate::analysis::{Recorded, check_hdbscan, close, points, units};
use crate::client::post;

/// All within 400 km, in the styles B and W: from 4 neighbors to more than 20.
fn styles() -> [Weights; 2] {
    let binary = Weights::band(&KdTree::new(&units().vectors()), 400_000.0);
    let rows = binary.clone().row_standardised();
    [binary, rows]
}

fn marks() -> Vec<bool> {
    units().column("y").iter().map(|y| *y > 3.0).collect()
}

#[test]
fn statistics_of_the_whole_map_are_those_of_spdep_in_both_styles() {
    let told = Recorded::read(include_str!("data/analysis/spdep_globals.csv"));
    let [value, expected, variance, normal] =
        ["value", "expected", "variance", "variance_normal"].map(|name| told.column(name));
    let y = units().column("y");
    for (style, weights) in styles().iter().enumerate() {
        for (at, statistic) in
            [Global::MoranI, Global::GearyC, Global::GeneralG].into_iter().enumerate()
        {
            let found = global_test(statistic, weights, &y, 0, 0).unwrap();
            let at = 6 * style + at;
            assert!(close(found.value, value[at]), "{style} {found:?} {}", value[at]);
            assert!(close(found.expected, expected[at]), "{style} {found:?}");
            let spread = found.variance_randomised.unwrap();
            assert!((spread / variance[at] - 1.0).abs() < 1e-9, "{style} {found:?}");
            assert!(found.variance_normal.is_none_or(|found| close(found, normal[at])));
        }
        let joins = join_counts(weights, &marks(), 0, 0).unwrap();
        for (at, found) in [joins.neither, joins.both, joins.mixed].iter().enumerate() {
            let at = 6 * style + 3 + at;
            assert!(close(found.value, value[at]) && close(found.expected, expected[at]), "{at}");
            assert!(close(found.variance.unwrap(), variance[at]), "{at} {found:?}");
        }
    }
}

#[test]
fn local_statistics_are_those_of_spdep_in_both_styles() {
    let told = Recorded::read(include_str!("data/analysis/spdep_units.csv"));
    let y = units().column("y");
    let draws = Draws { permutations: 0, count_up_to: 0, stop_after: None, seed: 0 };
    for (weights, style) in styles().iter().zip(["binary", "rows"]) {
        let neighbors = told.column("neighbors");
        assert!((0..80).all(|unit| weights.degree(unit) as f64 == neighbors[unit]));
        let run = |statistic| local_tests(statistic, weights, &y, draws).unwrap();
        let [value, z_value] = ["", "_z"].map(|name| told.column(&format!("moran_{style}{name}")));
        for (at, found) in run(Local::Moran).iter().enumerate() {
            assert!(close(found.value, value[at]), "{style} {at}: {found:?} {}", value[at]);
            assert!(close(found.z_value.unwrap(), z_value[at]), "{style} {at}: {found:?}");
        }
        let gi = told.column(&format!("gi_{style}"));
        assert!(run(Local::Gi).iter().zip(gi).all(|(found, told)| close(found.value, told)));
    }
    // A row that is divided by its sum, the place itself in it, has the Gi* of the row as it was.
    let stars = local_tests(Local::GiStar, &styles()[0], &y, draws).unwrap();
    for name in ["gi_star_binary", "gi_star_rows"] {
        let told = told.column(name);
        assert!(stars.iter().zip(told).all(|(found, told)| close(found.value, told)), "{name}");
    }
}

/// `hotspots` of the places in units.csv.
fn asked(statistic: &str, style: &str) -> Json {
    let table = units();
    let (lon, lat, y) = (table.column("lon"), table.column("lat"), table.column("y"));
    let site = |at: usize| {
        json!({"type": "Feature", "id": format!("u{at}"), "properties": {"y": y[at]},
            "geometry": {"type": "Point", "coordinates": [lon[at], lat[at]]}})
    };
    let features =
        json!({"type": "FeatureCollection", "features": (0..80).map(site).collect::<Vec<_>>()});
    let inputs = json!({"inputs": {"features": features, "level": "points", "weight": "y",
        "statistic": statistic, "weights": "band:400km", "weights_style": style, "permutations": 99}});
    post("/processes/hotspots/execution", &inputs.to_string()).json()
}

#[test]
fn the_process_answers_in_the_style_that_is_asked_for() {
    let globals = Recorded::read(include_str!("data/analysis/spdep_globals.csv")).column("value");
    let locals = Recorded::read(include_str!("data/analysis/spdep_units.csv"));
    for (at, statistic) in ["moran", "geary", "general_g"].into_iter().enumerate() {
        for (style, from) in [("binary", at), ("row-standardised", 6 + at)] {
            let answer = asked(statistic, style);
            let found = answer["global"]["value"].as_f64().unwrap();
            assert!((found - globals[from]).abs() < 1e-9, "{statistic} {style}: {found}");
            let told = &answer["method"]["parameters"]["weights_style"];
            assert_eq!(told["value"], style);
            assert_eq!(told["from"], "given");
        }
    }
    for (statistic, style, name) in [
        ("local_moran", "binary", "moran_binary"),
        ("local_moran", "row-standardised", "moran_rows"),
        ("gi", "row-standardised", "gi_rows"),
        ("gi_star", "binary", "gi_star_binary"),
        ("gi_star", "row-standardised", "gi_star_rows"),
    ] {
        let answer = asked(statistic, style);
        let told = locals.column(name);
        for (at, feature) in answer["features"].as_array().unwrap().iter().enumerate() {
            let found = feature["properties"]["value"].as_f64().unwrap();
            assert!((found - told[at]).abs() < 1e-6, "{statistic} {style} {at}: {found}");
        }
    }
    let refused = asked("local_join_count", "row-standardised");
    assert!(refused["detail"].as_str().unwrap().contains("take binary"), "{refused}");
}

#[test]
fn local_join_counts_are_those_of_spdep_and_their_p_values_those_that_esda_draws() {
    let spdep = Recorded::read(include_str!("data/analysis/spdep_units.csv")).column("joins");
    let esda = Recorded::read(include_str!("data/analysis/joins.csv"));
    let (joins, p_sim) = (esda.column("joins"), esda.column("p_sim"));
    let found = local_join_counts(&styles()[0], &marks());
    let mut compared = 0;
    for (at, found) in found.iter().enumerate() {
        let count = found.map_or(0.0, |(count, _)| count as f64);
        assert!(count == spdep[at] && count == joins[at], "{at}");
        let Some((p_value, false)) =
            found.and_then(|(_, p_value)| p_value).zip(Some(p_sim[at].is_nan()))
        else {
            continue;
        };
        // esda tells the smaller tail; of 999,999 draws four standard errors are below 0.002.
        let smaller = p_value.min(1.0 - p_value);
        let error = 4.0 * (smaller * (1.0 - smaller) / 999_999.0).sqrt() + 2e-6;
        assert!((smaller - p_sim[at]).abs() < error, "{at}: {p_value} {}", p_sim[at]);
        compared += 1;
    }
    assert!(compared > 25, "{compared}");
}

#[test]
fn hdbscan_has_the_groups_and_probabilities_of_the_package_of_that_name() {
    let told = Recorded::read(include_str!("data/analysis/hdbscan.csv"));
    let tree = KdTree::new(&points().vectors());
    let run = |min_cluster_size, selection| {
        hdbscan(&tree, HdbscanParams { min_points: 5, min_cluster_size, selection }).unwrap()
    };
    let found = run(10, Selection::ExcessOfMass);
    check_hdbscan(&found, &told.column("label"), 8);
    let probability = told.column("probability");
    for at in (0..600).filter(|&at| found.clustering.labels[at].is_some()) {
        assert!(close(found.probabilities[at], probability[at]), "{at}");
    }
    // Of equally long edges it takes others, but as many of each length.
    let edges = spanning_tree(&tree, &core_chords(&tree, 5));
    assert_eq!(edges.len(), 599);
    for (edge, told) in edges.iter().zip(told.column("edge_km")) {
        assert!((arc_m(edge.chord_squared) / 1000.0 - told).abs() < 1e-6, "{edge:?} {told}");
    }
}

#[test]
fn leaves_of_hdbscan_keep_together_what_the_package_does() {
    let told = Recorded::read(include_str!("data/analysis/hdbscan.csv")).column("leaf");
    let tree = KdTree::new(&points().vectors());
    let params = HdbscanParams { min_points: 5, min_cluster_size: 5, selection: Selection::Leaf };
    let labels = hdbscan(&tree, params).unwrap().clustering.labels;
    let both: Vec<usize> = (0..600).filter(|&at| labels[at].is_some() && told[at] >= 0.0).collect();
    assert!(both.len() > 250, "{}", both.len());
    let is_kept = |a: usize, b: usize| told[a] != told[b] || labels[a] == labels[b];
    assert!(both.iter().all(|&a| both.iter().all(|&b| is_kept(a, b))), "one of theirs is parted");
}
