//! What analyses say to people: warnings that were missing, values named as they are, one language.

use std::fs;

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{get, post};

/// Files of one test, removed with it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jidi-words-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

fn codes(answer: &Json) -> Vec<String> {
    let warnings = answer["warnings"].as_array().unwrap().iter();
    warnings.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn points_that_are_nearly_all_of_their_reference_are_compared_with_a_warning() {
    let told = |query: &str| codes(&get(&format!("/collections/hubs/regions?{query}")).json());
    let is_in = |codes: Vec<String>| codes.contains(&"reference_exhausted".to_owned());
    assert!(is_in(told("")), "949 of 960 sites");
    assert!(is_in(told("reference=hubs")), "949 of 949");
    assert!(!is_in(told("industry=electronics")), "114 of 744");
}

#[test]
fn the_one_value_that_is_no_number_is_the_one_that_is_named() {
    let folder = Folder::new("nan");
    let file = folder.write(
        "firms.csv",
        "name,lon,lat,staff\na,114,30,5\nb,114.1,30.1,NaN\nc,114.2,30.2,7\nd,114.3,30.4,7\n",
    );
    for (process, more) in [
        ("density", vec![]),
        ("hotspots", vec!["--level", "points"]),
        ("distances", vec!["--statistic", "m"]),
        ("regions", vec![]),
        ("concentration", vec!["--by", "name"]),
    ] {
        let command = [vec!["run", process, &file, "--weight", "staff"], more].concat();
        let (code, _, words) = run(&command);
        assert_eq!(code, 2, "{process}: {words}");
        assert!(words.contains("`NaN`") && words.contains("features-2"), "{process}: {words}");
    }
}

#[test]
fn an_empty_matrix_is_a_mistake_of_the_command() {
    let folder = Folder::new("matrix");
    let empty = folder.write("empty.csv", " \n");
    let command = ["run", "related", "bases", "--measure", "custom", "--matrix", &empty];
    let (code, _, words) = run(&command);
    assert!(code == 2 && words.contains("is empty"), "{code} {words}");
    let missing = folder.path("none.csv");
    let (code, _, words) = run(&["run", "related", "bases", "--matrix", &missing]);
    assert!(code == 2 && words.contains("cannot be read"), "{code} {words}");
}

#[test]
fn outputs_that_no_process_has_are_refused_with_the_one_that_each_has() {
    let asked = |outputs: Json| {
        let body = json!({"inputs": {"collection": "bases"}, "outputs": outputs});
        let answer = post("/processes/distances/execution", &body.to_string());
        (answer.status, answer.text())
    };
    assert_eq!(asked(json!({"result": {}})).0, StatusCode::OK);
    assert_eq!(asked(json!({"result": {"transmissionMode": "value"}})).0, StatusCode::OK);
    for (outputs, right) in [
        (json!({"everything": {}}), "`result`"),
        (json!({"result": {"transmissionMode": "reference"}}), "by value"),
        (json!(["result"]), "no object"),
    ] {
        let (status, text) = asked(outputs);
        assert!(status == StatusCode::BAD_REQUEST && text.contains(right), "{text}");
    }
}

#[test]
fn sentences_end_with_one_full_stop() {
    for (collection, query) in [
        ("hotspots", "level=points&weight=year&bbox=115,39,118,41"),
        ("hotspots", "level=points&weight=year&bbox=115,39,118,41&lang=zh"),
        ("clusters", "bbox=115,39,118,41"),
        ("regions", "bbox=115,39,118,41"),
        ("distances", "statistic=k&null=csr"),
    ] {
        let answer = get(&format!("/collections/bases/{collection}?{query}")).json();
        let summary = answer["summary"].as_str().unwrap();
        assert!(!summary.contains("..") && !summary.contains("。。"), "{summary}");
    }
}

#[test]
fn a_probability_that_would_round_to_nought_is_said_to_be_small() {
    let answer = get("/collections/hubs/regions?level=h3&cell_km=60&industry=electronics").json();
    let least = answer["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["properties"]["p_value"].as_f64())
        .fold(1.0, f64::min);
    let summary = answer["summary"].as_str().unwrap();
    assert!(!summary.contains("0.000"), "{least}: {summary}");
    // A pattern that no draw has: the least p-value of 1,999 draws is 0.0005.
    let few = "bbox=112,28,118,33&statistic=l&null=csr&window=mainland";
    let m = get(&format!("/collections/hubs/distances?{few}&simulations=1999&steps=2&max_km=100"))
        .json();
    assert!(m["summary"].as_str().unwrap().contains("p < 0.001"), "{}", m["summary"]);
}

#[test]
fn a_terminal_is_written_to_in_the_language_and_the_units_that_were_asked_for() {
    let folder = Folder::new("language");
    let out = folder.path("out.json");
    let (_, _, english) = run(&["run", "distances", "bases", "-o", &out]);
    assert!(english.contains("distance_km") && english.contains(" 341.3 "), "{english}");
    assert!(!english.contains("distance_m"), "{english}");
    let (_, _, chinese) =
        run(&["run", "clusters", "bases", "--simulations", "19", "--lang", "zh", "-o", &out]);
    let title = chinese.lines().next().unwrap();
    assert_eq!(title, "bases：密集群组，n = 11");
    assert!(chinese.contains("半径（千米）") && chinese.contains("警告："), "{chinese}");
    assert!(!chinese.contains("Warning") && !chinese.contains("(default)"), "{chinese}");
}

#[test]
fn a_base_that_stands_where_its_list_prints_it_is_not_said_to_have_moved() {
    let folder = Folder::new("printed");
    let at = |lon: f64, lat: f64| {
        let point = |n: i32, name: &str, lon: f64, lat: f64| {
            json!({"type": "Feature", "id": format!("b{n}"),
            "properties": {"name": name, "name_as_printed": (if n == 0 { "Changsha Parts Base" } else { name })},
            "geometry": {"type": "Point", "coordinates": [lon, lat]}})
        };
        let others = (1..9).map(|n| point(n, "Parts Base", 100.0 + f64::from(n), 30.0));
        let all: Vec<Json> =
            std::iter::once(point(0, "Changshu Parts Base", lon, lat)).chain(others).collect();
        let file = folder.write(
            "bases.geojson",
            &json!({"type": "FeatureCollection", "features": all}).to_string(),
        );
        let command =
            ["run", "clusters", &file, "--eps-km", "150", "--simulations", "19", "--json"];
        serde_json::from_str::<Json>(&run(&command).1).unwrap()["as_printed"].clone()
    };
    assert_eq!(at(112.97, 28.2), Json::Null, "it stands in Changsha already");
    assert_eq!(at(120.74, 31.65)["moved"][0]["printed_place"], "Changsha");
}

#[test]
fn the_note_of_base_3_and_the_list_as_printed_give_one_distance() {
    let answer = get("/collections/bases/clusters?eps_km=200&simulations=19").json();
    let km = answer["as_printed"]["moved"][0]["moved_km"].as_f64().unwrap().round();
    let base = get("/collections/bases/items/base-03").json();
    assert!(base["properties"]["note"].as_str().unwrap().contains(&format!("{km} km")), "{km}");
    assert!(answer["summary"].as_str().unwrap().contains(&format!("{km} km away")), "{answer}");
    let chinese = get("/collections/bases/clusters?eps_km=200&simulations=19&lang=zh").json();
    assert!(chinese["summary"].as_str().unwrap().contains(&format!("相距{km}千米")));
}
