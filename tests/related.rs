//! Related industries near bases: what is found, what it says, what is refused.

use std::fs;
use std::sync::Arc;

use axum::http::StatusCode;
use jidi::analysis::relatedness::{Measure, Relatedness};
use jidi::process::Materials;
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{CATALOG, get, post};

fn materials(matrix: Option<&str>) -> Materials<'_> {
    Materials {
        industries: &CATALOG.industries,
        collections: &|id| CATALOG.collection(id).map(Arc::clone),
        places: "bases,hubs",
        matrix,
    }
}

fn between(measure: &dyn Relatedness, a: &str, b: &str) -> Option<f64> {
    let place = |code: &str| measure.codes().iter().position(|known| known == code);
    measure.between(place(a)?, place(b)?)
}

fn rows(answer: &Json) -> &Vec<Json> {
    answer["index"].as_array().unwrap_or_else(|| panic!("{answer}"))
}

fn row<'a>(answer: &'a Json, id: &str) -> &'a Json {
    rows(answer).iter().find(|row| row["id"] == id).unwrap()
}

#[test]
fn input_output_and_cosines_are_those_of_the_table_and_services_for_all_are_not_known() {
    let of = |measure| materials(None).measured(measure).unwrap().relatedness;
    let io = of(Measure::InputOutput);
    assert_eq!(between(io.as_ref(), "001", "003"), Some(0.181211), "the largest of four shares");
    assert_eq!(between(io.as_ref(), "003", "001"), Some(0.181211));
    assert_eq!(between(io.as_ref(), "007", "041"), Some(1.0), "clamped");
    assert_eq!(between(io.as_ref(), "080", "080"), Some(1.0));
    assert_eq!(between(io.as_ref(), "100", "080"), None, "electricity serves everyone");
    assert_eq!(io.codes().len(), 107, "152 sectors without 46 services for all");
    let small = between(io.as_ref(), "083", "078").unwrap();
    assert!(small < 0.01, "known to be small, not unknown: {small}");
    assert_eq!(between(of(Measure::InputCosine).as_ref(), "001", "003"), Some(0.310869));
    assert_eq!(between(of(Measure::OutputCosine).as_ref(), "001", "003"), Some(0.109569));
    assert_eq!(between(of(Measure::Cosine).as_ref(), "003", "001"), Some(0.310869));
    let far = between(of(Measure::Cosine).as_ref(), "083", "078").unwrap();
    assert!((far - 0.26624).abs() < 1e-5, "a pair that trades little can still buy alike: {far}");
    let taxonomy = of(Measure::Taxonomy);
    let said = [("39", "39", 1.0), ("39", "27", 0.5), ("39", "65", 0.0)];
    for (a, b, told) in said {
        assert_eq!(between(taxonomy.as_ref(), a, b), Some(told));
    }
}

#[test]
fn colocation_is_counted_in_prefectures_of_any_collections() {
    let measured = materials(None).measured(Measure::Colocation).unwrap();
    assert!(measured.regions.unwrap() > 100, "{:?}", measured.regions);
    let measure = measured.relatedness.as_ref();
    let n = measure.codes().len();
    let values = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
    for (a, b) in values {
        let value = measure.between(a, b).unwrap();
        assert!((0.0..=1.0).contains(&value) && measure.between(b, a) == Some(value));
    }
    let unknown = Materials { places: "nowhere", ..materials(None) }.measured(Measure::Colocation);
    assert!(unknown.err().unwrap().to_string().contains("no collection `nowhere`"));
}

#[test]
fn every_base_has_a_row_and_lines_go_to_the_nearest_of_each_related_industry() {
    let answer = get("/collections/bases/related?k=2").json();
    assert_eq!(rows(&answer).len(), 11);
    let lines = answer["features"].as_array().unwrap();
    assert!(lines.len() > 11, "{}", lines.len());
    for line in lines {
        let said = &line["properties"];
        let number = |name: &str| said[name].as_f64().unwrap_or_else(|| panic!("{name}: {said}"));
        assert!(number("relatedness") >= 0.05 && number("distance_m") <= 300_000.0, "{said}");
        let score = number("relatedness") * (-number("distance_m") / 100_000.0).exp();
        assert!((number("score") - score).abs() < 1e-5, "{said}");
        assert!(said["bearing_deg"].is_number() || number("distance_m") == 0.0);
        assert_eq!(
            (&said["measure"], &said["to_collection"]),
            (&"input_output".into(), &"hubs".into())
        );
        assert_eq!(line["geometry"]["type"], "LineString");
    }
    for base in rows(&answer) {
        let own = lines.iter().filter(|line| line["properties"]["from"] == base["id"]);
        let mut by_industry = std::collections::BTreeMap::new();
        for line in own {
            let code = line["properties"]["to_code"].as_str().unwrap();
            *by_industry.entry(code.to_owned()).or_insert(0) += 1;
        }
        assert!(by_industry.values().all(|count| *count <= 2), "{by_industry:?}");
        for absent in base["absent"].as_array().unwrap() {
            let code = absent["code"].as_str().unwrap();
            assert!(!by_industry.contains_key(code), "absent and present: {code}");
            assert!(absent["nearest_km"].as_f64().is_none_or(|km| km > 300.0), "{absent}");
        }
        assert_eq!(base["sensitivity"].as_array().unwrap().len(), 3);
        assert_eq!(base["sensitivity"][1]["value"], base["value"]);
    }
    assert!(answer["summary"].as_str().unwrap().contains("11 bases"), "{}", answer["summary"]);
    assert_eq!(answer["measure"]["name"], "input_output");
}

#[test]
fn changshu_finds_taicang_which_makes_the_same_next_door() {
    let answer = get("/collections/bases/related?id=base-03&among=bases").json();
    let line = &answer["features"][0]["properties"];
    assert_eq!((&line["to"], &line["rank"]), (&"base-05".into(), &1.into()), "{line}");
    assert_eq!((&line["relatedness"], &line["is_same_industry"]), (&json!(1.0), &true.into()));
    assert!((line["distance_m"].as_f64().unwrap() - 40_000.0).abs() < 1_000.0, "{line}");
    let row = row(&answer, "base-03");
    assert_eq!((&row["p_found"], &row["sites"]), (&"all_labellings".into(), &10.into()), "{row}");
    let p_value = row["p_value"].as_f64().unwrap();
    assert!(
        (p_value - 0.2).abs() < 1e-9,
        "two of ten others are as related, one place is near: {row}"
    );
}

#[test]
fn what_has_no_industry_is_no_data_and_answers_are_the_same_again() {
    let features = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Point", "coordinates": [116.4, 39.9]}},
        {"type": "Feature", "properties": {"id": "b", "industry": "汽车零部件"}, "geometry": {"type": "Point", "coordinates": [121.1, 31.5]}},
    ]});
    let inputs =
        json!({"inputs": {"features": features, "simulations": 99, "lang": "zh"}}).to_string();
    let answer = post("/processes/related/execution", &inputs);
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let answer = answer.json();
    assert!(row(&answer, "a")["value"].is_null() && row(&answer, "a")["p_value"].is_null());
    assert!(row(&answer, "b")["value"].as_f64().unwrap() > 0.0, "the label got its codes");
    assert!(answer["warnings"].to_string().contains("without_industry"), "{answer}");
    assert_eq!(post("/processes/related/execution", &inputs).json(), answer);
    let nothing = json!({"inputs": {"features": {"type": "FeatureCollection", "features": []}}});
    let nothing = post("/processes/related/execution", &nothing.to_string()).json();
    assert_eq!((&nothing["n"], rows(&nothing).len()), (&0.into(), 0), "{nothing}");
}

#[test]
fn bad_requests_are_refused_with_the_rule() {
    for (asked, said) in [
        ("id=base-99", "no feature `base-99`"),
        ("among=nowhere", "no collection `nowhere`"),
        ("among=hubs,hubs", "named twice"),
        ("measure=friendship", "is not one of input_output"),
        ("measure=custom", "needs a matrix"),
        ("matrix=x", "for measure=custom"),
        ("measure=custom&matrix=code,999%0A999,1%0A", "line 1: `999` is not among"),
        ("measure=custom&matrix=code,39,40%0A39,1,0.5%0A", "the matrix is not square"),
        ("measure=custom&matrix=code,39%0A39,-1%0A", "line 2: `-1`"),
        (
            "measure=custom&matrix=code,39%0A39,1%0A39,1%0A",
            "line 3: the row `39` is in line 2, too",
        ),
        ("weight=employment", "has no property `employment`"),
        ("weight=name", "is no weight"),
        ("decay_km=0", "above 0"),
    ] {
        let answer = get(&format!("/collections/bases/related?{asked}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{asked}");
        assert!(answer.text().contains(said), "{asked}: {}", answer.text());
    }
}

#[test]
fn a_matrix_that_is_taken_away_can_be_brought_back() {
    let csv = get("/industries/relatedness?measure=taxonomy&f=csv").text();
    assert!(csv.starts_with("code,01,02"), "{}", &csv[..40]);
    let brought = materials(Some(&csv)).measured(Measure::Custom).unwrap();
    let own = materials(None).measured(Measure::Taxonomy).unwrap();
    for (a, b) in [("39", "39"), ("39", "27"), ("39", "65")] {
        assert_eq!(
            between(brought.relatedness.as_ref(), a, b),
            between(own.relatedness.as_ref(), a, b)
        );
    }
    let io = get("/industries/relatedness").json();
    assert_eq!(
        (&io["measure"], io["codes"].as_array().unwrap().len()),
        (&"input_output".into(), 107)
    );
    assert_eq!(io["values"][0][2], json!(0.181211));
    let chance = get("/industries/relatedness?measure=probability&places=hubs").json();
    assert!(
        chance["values"][0][0].is_null() && chance["regions"].as_u64().unwrap() > 100,
        "{}",
        chance["regions"]
    );
    for bad in
        ["measure=custom", "measure=x", "places=hubs", "measure=colocation&places=x", "f=pdf"]
    {
        assert_eq!(
            get(&format!("/industries/relatedness?{bad}")).status,
            StatusCode::BAD_REQUEST,
            "{bad}"
        );
    }
}

#[test]
fn the_command_reads_a_matrix_from_a_file_and_writes_words() {
    let folder = std::env::temp_dir().join(format!("jidi-related-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (matrix, out) = (folder.join("m.csv"), folder.join("o.geojson"));
    fs::write(&matrix, "code,36,37\n36,1,0.5\n37,0.5,1\n").unwrap();
    let out_path = out.display().to_string();
    let (code, _, words) = run(&[
        "run",
        "related",
        "bases",
        "--measure",
        "custom",
        "--matrix",
        &matrix.display().to_string(),
        "--simulations",
        "19",
        "-o",
        &out_path,
    ]);
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("Related industries near of bases"), "{words}");
    let answer: Json = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(answer["measure"]["codes"], "industry_codes");
    assert!(row(&answer, "base-01")["value"].is_null(), "the matrix does not know software");
    let (code, _, words) =
        run(&["run", "related", "bases", "--measure", "custom", "--matrix", "none.csv"]);
    assert_eq!(code, 2, "{words}");
    fs::remove_dir_all(&folder).unwrap();
}

/// A column of a large answer, with nulls.
fn column<'a>(answer: &'a Json, name: &str) -> &'a Vec<Json> {
    answer["columns"][name].as_array().unwrap_or_else(|| panic!("{name}: {}", answer["columns"]))
}

#[test]
fn of_more_bases_than_are_told_all_are_computed_and_the_most_above_chance_are_told() {
    let address = "/collections/hubs/related?among=hubs&simulations=99&columns=true";
    let (all, few) = (get(address).json(), get(&format!("{address}&limit=30")).json());
    let n = all["n"].as_u64().unwrap();
    assert_eq!((rows(&all).len() as u64, rows(&few).len()), (n, 30));
    assert_eq!((&few["overall"]["bases"], &few["overall"]["told"]), (&json!(n), &json!(30)));
    assert!(few["warnings"].to_string().contains("told_in_short"), "{}", few["warnings"]);
    assert_eq!(column(&few, "id"), column(&all, "id"), "in the order of the rows");
    let told: Vec<&str> = rows(&few).iter().map(|row| row["id"].as_str().unwrap()).collect();
    for told_row in rows(&few) {
        let mut same = row(&all, told_row["id"].as_str().unwrap()).clone();
        same["q_value"] = told_row["q_value"].clone(); // of other p-values beside it
        assert_eq!(&same, told_row, "what is told does not depend on how many are");
    }
    let least = rows(&few).iter().map(|row| row["z_value"].as_f64().unwrap());
    let least = least.fold(f64::INFINITY, f64::min);
    for at in 0..column(&all, "id").len() {
        let of = |answer: &Json, name: &str| column(answer, name)[at].as_f64();
        let id = column(&all, "id")[at].as_str().unwrap();
        let (Some(value), Some(short)) = (of(&all, "value"), of(&few, "value")) else {
            assert_eq!(of(&all, "value"), of(&few, "value"), "{id}");
            continue;
        };
        assert!((value - short).abs() < 0.005 * value + 1e-6, "{id}: {value} {short}");
        // At the edge of the radius the sphere and the ellipsoid differ by a site or two.
        assert!((of(&all, "related").unwrap() - of(&few, "related").unwrap()).abs() <= 2.0, "{id}");
        if of(&all, "best_km") == of(&few, "best_km") {
            assert_eq!(of(&all, "best_score"), of(&few, "best_score"), "{id}");
        }
        let z_value = of(&all, "z_value").unwrap_or(f64::NEG_INFINITY);
        assert!(told.contains(&id) || z_value < least + 0.1, "{id}: {z_value} {least}");
        if let (Some(p), Some(short)) = (of(&all, "p_value"), of(&few, "p_value")) {
            assert!((p - short).abs() < 0.2, "{id}: {p} by 99 draws, {short} by the law");
        }
    }
}

#[test]
fn features_that_were_brought_can_be_looked_for_among_themselves() {
    let feature = |id: &str, lon: f64, industry: &str| {
        json!({"type": "Feature", "properties": {"id": id, "industry": industry},
            "geometry": {"type": "Point", "coordinates": [lon, 31.5]}})
    };
    let features = json!({"type": "FeatureCollection", "features": [
        feature("a", 121.0, "汽车零部件"), feature("b", 121.1, "汽车零部件"), feature("c", 100.0, "软件"),
    ]});
    let asked = json!({"inputs": {"features": features, "among": "features"}}).to_string();
    let answer = post("/processes/related/execution", &asked).json();
    let ends: Vec<(&str, &str)> = answer["features"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"))
        .iter()
        .map(|line| &line["properties"])
        .map(|line| (line["from"].as_str().unwrap(), line["to"].as_str().unwrap()))
        .collect();
    assert_eq!(ends, [("a", "b"), ("b", "a")], "{answer}");
}

#[test]
fn an_answer_of_too_many_lines_is_refused_with_what_would_be_fewer() {
    let address = "/collections/hubs/related?among=hubs&k=1000&within_km=9000&min_relatedness=0.001&simulations=19";
    let answer = get(address);
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("more than 250000 lines: ask for fewer"), "{}", answer.text());
}

fn point(id: &str, lon: f64, more: &Json) -> Json {
    let mut properties = more.clone();
    properties["id"] = id.into();
    json!({"type": "Feature", "properties": properties,
        "geometry": {"type": "Point", "coordinates": [lon, 31.5]}})
}

#[test]
fn divisions_that_are_given_as_a_list_are_known_to_every_measure_and_go_before_labels() {
    let features = json!({"type": "FeatureCollection", "features": [
        point("a", 121.0, &json!({"industry_codes": ["36"], "industry": "软件"})),
        point("b", 121.1, &json!({"industry_codes": ["36", "37"], "industry": null})),
    ]});
    for measure in ["input_output", "taxonomy", "cosine"] {
        let inputs = json!({"features": features, "among": "features", "measure": measure});
        let asked = json!({"inputs": inputs}).to_string();
        let answer = post("/processes/related/execution", &asked).json();
        let line = &answer["features"][0]["properties"];
        assert_eq!(line["relatedness"], 1.0, "{measure}: {answer}");
        assert!(!answer["warnings"].to_string().contains("without_industry"), "{answer}");
    }
    let density =
        json!({"inputs": {"features": features, "statistic": "density", "at": "121,31.5"}});
    let density = post("/processes/colocation/execution", &density.to_string()).json();
    assert!(density["rows"][0]["density_h100"].is_number(), "{density}");
}

#[test]
fn a_label_is_corrected_for_one_run_and_what_stands_nowhere_is_named() {
    let features = json!({"type": "FeatureCollection", "features": [
        point("a", 121.0, &json!({"industry": "qqqq"})),
        point("b", 121.1, &json!({"industry": "汽车零部件"})),
    ]});
    let executed = |corrections: &str| {
        let inputs = json!({"features": features, "among": "features", "corrections": corrections});
        post("/processes/related/execution", &json!({"inputs": inputs}).to_string())
    };
    let answer = executed("label,industry_codes\nQQQQ,36\nzzzz,15\n").json();
    assert!(row(&answer, "a")["value"].as_f64().unwrap() > 0.0, "{answer}");
    let warnings = answer["warnings"].to_string();
    assert!(warnings.contains("1 points follow the corrections"), "{warnings}");
    assert!(
        warnings.contains("1 corrected labels stand at no point, such as `zzzz`"),
        "{warnings}"
    );
    for (corrections, said) in [
        ("label,industry_codes\nqqqq,999\n", "row 1: `999` is no division"),
        ("label,industry_codes\nqqqq,36\nqqqq,37\n", "row 2: `qqqq` is in row 1, too"),
        ("label,industry_codes\n", "there is no row"),
        ("name\nqqqq\n", "the columns are label, industry_codes"),
    ] {
        let refused = executed(corrections);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{corrections}");
        assert!(refused.text().contains(said), "{corrections}: {}", refused.text());
    }
    let kept = "/collections/bases/related?id=base-03&among=bases&corrections=label,industry_codes%0Aauto%20parts,27%0A";
    let plain = get("/collections/bases/related?id=base-03&among=bases").json();
    let label = plain["features"][0]["properties"]["from_industry"].clone();
    let corrected = get(kept).json();
    assert!(corrected["warnings"].to_string().contains("corrections"), "{label}: {corrected}");
    assert_eq!(plain, get("/collections/bases/related?id=base-03&among=bases").json());
}
