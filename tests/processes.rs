//! Analyses over HTTP and by command: what they say of the eleven bases, and what they refuse.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{get, links, path, post, post_with};

/// The members of each cluster of an answer.
fn groups(answer: &Json) -> Vec<Vec<String>> {
    let features = answer["features"].as_array().unwrap().iter();
    let clusters = features.filter(|one| one["properties"]["kind"] == "cluster");
    clusters
        .map(|one| serde_json::from_value(one["properties"]["members"].clone()).unwrap())
        .collect()
}

fn points(coordinates: &[[f64; 2]]) -> Json {
    let features: Vec<Json> = coordinates
        .iter()
        .map(|at| json!({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": at}}))
        .collect();
    json!({"type": "FeatureCollection", "features": features})
}

fn executed(inputs: &Json) -> (StatusCode, Json) {
    let answer = post("/processes/clusters/execution", &json!({"inputs": inputs}).to_string());
    (answer.status, answer.json())
}

#[test]
fn the_eleven_bases_form_three_pairs_and_nothing_more_than_chance() {
    // Single linkage joins at 40.0, 44.2 and 135.0 km, then not before 341 km.
    let answer = get("/collections/bases/clusters?eps_km=200&simulations=199").json();
    let pairs = [["base-03", "base-04"], ["base-06", "base-08"], ["base-09", "base-10"]];
    assert_eq!(groups(&answer).len(), 3, "{answer}");
    let with_3 = groups(&answer).into_iter().find(|group| group.contains(&"base-03".into()));
    assert_eq!(with_3.unwrap().len(), 2, "base 3 stands in Changshu, beside Taicang: {pairs:?}");
    assert_eq!((&answer["n"], &answer["noise"]), (&11.into(), &5.into()));
    assert!(answer["unchanged"].as_f64().unwrap() > 0.95, "{}", answer["unchanged"]);
    let merges: Vec<f64> = serde_json::from_value(answer["merges_km"].clone()).unwrap();
    assert_eq!(merges.len(), 10);
    for (merge, known) in merges.iter().zip([40.0, 44.2, 135.0, 341.3]) {
        assert!((merge - known).abs() < 0.5, "{merges:?}");
    }
    for cluster in &answer["features"].as_array().unwrap()[..3] {
        let said = &cluster["properties"];
        assert!(said["p_value"].as_f64().unwrap() > 0.5, "{said}");
        let (from, to) =
            (said["eps_from_km"].as_f64().unwrap(), said["eps_to_km"].as_f64().unwrap());
        assert!(from < 200.0 && 200.0 < to, "{said}");
        assert_eq!(cluster["geometry"]["type"], "LineString", "a pair has no area");
    }
    assert_eq!(answer["warnings"][0]["message"], "n = 11: a description, not a test");
}

#[test]
fn other_radii_say_how_much_the_groups_hang_on_the_one_taken() {
    let beside = |query: &str| {
        get(&format!("/collections/bases/clusters?{query}")).json()["other_radii"].clone()
    };
    let around_150 = beside("eps_km=150&reference=none&stability=none");
    // At 120 km the third pair, which is joined at 135, falls apart: two of three pairs of 55 agree.
    let smaller = &around_150[0];
    assert_eq!((&smaller["eps_km"], &smaller["clusters"]), (&120.0.into(), &2.into()));
    let expected = 3.0 * 2.0 / 55.0;
    let agreed = (2.0 - expected) / (2.5 - expected);
    assert!((smaller["adjusted_rand"].as_f64().unwrap() - agreed).abs() < 1e-4, "{smaller}");
    let larger = &around_150[3];
    assert_eq!((&larger["eps_km"], &larger["noise"]), (&187.5.into(), &5.into()));
    assert_eq!(larger["adjusted_rand"], 1.0);
    assert!(beside("method=hdbscan&reference=none&stability=none").is_null());
}

#[test]
fn without_parameters_the_radius_is_chosen_and_the_reason_is_given() {
    let answer = get("/collections/bases/clusters?simulations=19").json();
    let eps = &answer["method"]["parameters"]["eps_km"];
    assert_eq!(eps["from"], "chosen");
    assert!((eps["value"].as_f64().unwrap() - 77.2).abs() < 1.0, "{eps}");
    assert!(eps["reason"].as_str().unwrap().contains("largest gap"), "{eps}");
    assert_eq!(answer["method"]["parameters"]["simulations"]["from"], "given");
    assert_eq!(groups(&answer).len(), 2);
    let members = answer["features"].as_array().unwrap()[2..].to_vec();
    let ids: Vec<&Json> = members.iter().map(|one| &one["properties"]["id"]).collect();
    assert_eq!(
        (ids.len(), ids[0], ids[10]),
        (11, &json!("base-01"), &json!("base-11")),
        "input order"
    );
    for member in ["method", "references", "seed", "n", "warnings", "summary"] {
        assert!(!answer[member].is_null(), "{member}");
    }
    assert_eq!(path(links(&answer, "collection")[0]), "/collections/bases");
    let chinese = get("/collections/bases/clusters?simulations=19&lang=zh").json();
    assert!(chinese["summary"].as_str().unwrap().contains("11个点形成2个群组"), "{chinese}");
}

#[test]
fn the_five_points_of_the_paper_are_grouped_as_known() {
    // A (0,0), B (0.1,0), C (0,0.1), D (1,1), E (1.05,1): recorded answers of scikit-learn.
    let five = points(&[[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [1.0, 1.0], [1.05, 1.0]]);
    let labels = |more: Json| -> Vec<Option<i64>> {
        let mut inputs = more;
        inputs["features"] = five.clone();
        let (status, answer) = executed(&inputs);
        assert_eq!(status, StatusCode::OK, "{answer}");
        let members = answer["features"].as_array().unwrap().iter();
        let members = members.filter(|one| one["properties"]["kind"] == "member");
        members.map(|one| one["properties"]["cluster"].as_i64()).collect()
    };
    let (one, two) = (Some(1), Some(2));
    assert_eq!(labels(json!({"eps_km": 15, "min_points": 3})), [one, one, one, None, None]);
    assert_eq!(labels(json!({"eps_km": 15, "min_points": 2})), [one, one, one, two, two]);
    let optics = json!({"method": "optics", "eps_km": 15, "min_points": 2});
    assert_eq!(labels(optics), [one, one, one, two, two]);
    let hdbscan = json!({"method": "hdbscan", "min_cluster_size": 2, "min_points": 1});
    assert_eq!(labels(hdbscan), [one, one, one, two, two]);
    let leaf =
        json!({"method": "hdbscan", "min_cluster_size": 2, "min_points": 1, "selection": "leaf"});
    assert_eq!(labels(leaf), [one, one, one, two, two]);
}

#[test]
fn weight_makes_core_points_as_number_does_where_all_weigh_one() {
    let five = [[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [1.0, 1.0], [1.05, 1.0]];
    let weighing = |staff: [f64; 5]| {
        let mut all = points(&five);
        for (at, staff) in staff.iter().enumerate() {
            all["features"][at]["properties"] = json!({"staff": staff});
        }
        all
    };
    let asked = |more: Json, features: Json| {
        let mut inputs = more;
        inputs["features"] = features;
        let (status, answer) = executed(&inputs);
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    };
    let heavy = |least: f64| {
        let inputs = json!({"eps_km": 15, "weight": "staff", "min_weight": least});
        asked(inputs, weighing([1.0, 1.0, 3.0, 10.0, 0.0]))
    };
    let names = |ids: &[&str]| ids.iter().map(|id| format!("features-{id}")).collect::<Vec<_>>();
    assert_eq!(groups(&heavy(5.0)), [names(&["1", "2", "3"]), names(&["4", "5"])]);
    let six = heavy(6.0);
    assert_eq!(groups(&six), [names(&["4", "5"])], "three points of five together are too light");
    let cluster = &six["features"][0]["properties"];
    assert_eq!((&cluster["weight"], &cluster["eps_from_km"]), (&json!(10.0), &json!(5.559)));
    assert_eq!(groups(&heavy(10.5)), Vec::<Vec<String>>::new());
    // Where all weigh one, weight is number: the same groups over the same radii.
    for least in [2, 3] {
        let counted = asked(json!({"eps_km": 15, "min_points": least}), weighing([1.0; 5]));
        let weighed = json!({"eps_km": 15, "weight": "staff", "min_points": least});
        let weighed = asked(weighed, weighing([1.0; 5]));
        assert_eq!(groups(&counted), groups(&weighed));
        assert_eq!(weighed["method"]["parameters"]["min_weight"]["value"], f64::from(least));
        for at in 0..groups(&counted).len() {
            for name in ["eps_from_km", "eps_to_km", "n"] {
                let of = |answer: &Json| answer["features"][at]["properties"][name].clone();
                assert_eq!(of(&counted), of(&weighed), "{least} {name}");
            }
        }
    }
}

#[test]
fn the_five_points_of_the_paper_are_parted_as_known_and_one_group_is_not() {
    let five = points(&[[0.0, 0.0], [0.1, 0.0], [0.0, 0.1], [1.0, 1.0], [1.05, 1.0]]);
    let (_, told) = executed(&json!({"features": five, "eps_km": 15, "min_points": 2}));
    assert_eq!(told["dbcv"], json!(0.936_869));
    let features = told["features"].as_array().unwrap();
    let known = [0.930, 0.911, 0.912, 0.963, 0.964];
    for (member, known) in features[2..].iter().zip(known) {
        let found = member["properties"]["silhouette"].as_f64().unwrap();
        assert!((found - known).abs() < 5.1e-4, "{member}");
    }
    let mean = |known: &[f64]| known.iter().sum::<f64>() / known.len() as f64;
    let near = |found: &Json, told: f64| (found.as_f64().unwrap() - told).abs() < 5.1e-4;
    assert!(near(&told["silhouette"], mean(&known)), "{}", told["silhouette"]);
    assert!(near(&features[0]["properties"]["silhouette"], mean(&known[..3])));
    let (_, one) = executed(&json!({"features": five, "eps_km": 500}));
    assert_eq!((&one["dbcv"], &one["silhouette"]), (&Json::Null, &Json::Null));
    for name in ["dbcv", "silhouette"] {
        assert!(one["reasons"][name].as_str().unwrap().contains("fewer than two"), "{one}");
    }
}

#[test]
fn a_group_that_stands_out_has_a_small_p_value_though_its_radius_was_chosen_from_it() {
    // Six within 40 km of each other on the plateau, six others hundreds of km apart.
    let near = [[88.0, 30.0], [88.1, 30.1], [88.2, 30.0], [88.0, 30.2], [88.2, 30.2], [88.1, 30.0]];
    let far =
        [[80.0, 32.0], [94.0, 36.0], [100.0, 26.0], [110.0, 41.0], [120.0, 46.0], [104.0, 36.0]];
    let (_, told) =
        executed(&json!({"features": points(&[near, far].concat()), "simulations": 199}));
    let group = &told["features"][0]["properties"];
    assert_eq!((&told["clusters"], &group["n"]), (&json!(1), &json!(6)), "{}", told["summary"]);
    assert!(group["p_value"].as_f64().unwrap() < 0.2, "{}", group["p_value"]);
    assert!(told["warnings"].to_string().contains("radius_chosen"), "{}", told["warnings"]);
    let rule = told["p_value_rule"].as_str().unwrap();
    assert!(rule.contains("at the same radius") && rule.contains("eps_km"), "{rule}");
    let given = json!({"features": points(&[near, far].concat()), "simulations": 199,
        "eps_km": told["method"]["parameters"]["eps_km"]["value"]});
    let (_, again) = executed(&given);
    assert_eq!(again["features"][0]["properties"]["p_value"], group["p_value"], "the same draws");
    assert!(!again["warnings"].to_string().contains("radius_chosen"));
}

#[test]
fn nothing_one_point_and_one_place_are_answered_with_nulls_and_reasons() {
    for (given, clusters) in [(vec![], 0), (vec![[116.0, 40.0]], 0), (vec![[116.0, 40.0]; 9], 1)] {
        let (status, answer) = executed(&json!({"features": points(&given)}));
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!((&answer["n"], &answer["clusters"]), (&given.len().into(), &clusters.into()));
        assert!(answer["method"]["parameters"]["eps_km"]["value"].is_null(), "{answer}");
        assert!(
            answer["warnings"].as_array().unwrap().iter().any(|one| one["code"] == "no_radius")
        );
    }
    let (_, few) = executed(&json!({"features": points(&[[0.0, 0.0], [0.1, 0.0], [1.0, 1.0]])}));
    assert!(few["reasons"]["p_value"].as_str().unwrap().contains("fewer than 8"), "{few}");
}

#[test]
fn what_is_wrong_is_refused_with_what_would_be_right() {
    let bad = [
        ("method=kmeans", "one of dbscan, hdbscan, optics"),
        ("eps_km=0", "a number above 0"),
        ("eps_km=-3", "a number above 0"),
        ("eps_km=nan", "a number above 0"),
        ("min_points=0", "a whole number from 1"),
        ("min_points=2.5", "a whole number from 1"),
        ("method=hdbscan&eps_km=5", "leave it out"),
        ("min_cluster_size=5", "min_points"),
        ("by=colour", "use one of id, name"),
        ("weight=colour", "use one of id, name"),
        ("weight=name", "holds no numbers"),
        ("weight=uncertainty_km&method=hdbscan", "method=dbscan only"),
        ("min_weight=5", "name the property"),
        ("weight=uncertainty_km&stability=bootstrap", "jitter"),
        ("selection=leaf", "method=hdbscan"),
        ("reference=nowhere", "there is no collection `nowhere`"),
        ("stability=bootstrap&by=industry_group", "jitter"),
        ("simulations=5", "from 19"),
        ("seed=x", "a whole number"),
        ("lang=fr", "one of en, zh"),
        ("bbox=1,2,3", "bbox"),
        ("limit=5", "no parameter here"),
        ("epsilon=5", "no parameter here"),
        ("eps_km=5&eps_km=6", "given twice"),
    ];
    for (query, right) in bad {
        let answer = get(&format!("/collections/bases/clusters?{query}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.text().contains(right), "{query}: {}", answer.text());
    }
    let costly = get("/collections/hubs/clusters?rounds=100000&reference=none");
    assert_eq!(costly.status, StatusCode::BAD_REQUEST);
    assert!(costly.text().contains("respond-async"), "{}", costly.text());
    let foreseen =
        get("/collections/hubs/clusters?rounds=100000&reference=none&estimate=true").json();
    assert_eq!(foreseen["estimate"]["is_allowed"], false, "{foreseen}");
    // Once for the answer and four times for the radii beside its own.
    assert_eq!(foreseen["estimate"]["repetitions"], 100_005);
    assert_eq!(get("/collections/none/clusters").status, StatusCode::NOT_FOUND);
    let unknown = get("/processes/kriging");
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert!(unknown.text().contains("no-such-process"), "{}", unknown.text());
}

#[test]
fn bodies_that_make_no_sense_are_refused() {
    let bad = [
        ("", "no JSON"),
        ("{\"inputs\": 5}", "no object"),
        ("{\"inputs\": {}}", "either `collection`"),
        ("{\"inputs\": {\"collection\": \"bases\", \"features\": {}}}", "either `collection`"),
        ("{\"inputs\": {\"collection\": \"bases\", \"eps_km\": \"far\"}}", "a number above 0"),
        ("{\"inputs\": {\"collection\": \"bases\", \"by\": {\"a\": 1}}}", "no text"),
        ("{\"inputs\": {\"collection\": \"bases\"}, \"response\": \"xml\"}", "raw or document"),
    ];
    for (body, right) in bad {
        let answer = post("/processes/clusters/execution", body);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.text().contains(right), "{body}: {}", answer.text());
    }
}

#[test]
fn a_process_is_described_run_on_a_collection_and_made_a_job() {
    let list = get("/processes").json();
    assert_eq!(list["processes"][0]["id"], "clusters");
    let one = get("/processes/clusters").json();
    let inputs = &one["inputs"];
    assert_eq!(inputs["method"]["schema"]["enum"], json!(["dbscan", "hdbscan", "optics"]));
    assert_eq!(inputs["seed"]["schema"]["default"], 1);
    let asked = json!({"inputs": {"collection": "bases", "eps_km": 200, "simulations": 19, "bbox": [100, 20, 125, 45]}});
    let sync = post("/processes/clusters/execution", &asked.to_string());
    assert_eq!(
        (sync.status, sync.header("content-type")),
        (StatusCode::OK, "application/geo+json")
    );
    assert_eq!(groups(&sync.json()).len(), 3);
    let job = post_with(
        "/processes/clusters/execution",
        &[("content-type", "application/json"), ("prefer", "respond-async")],
        asked.to_string().as_bytes(),
    );
    assert_eq!(job.status, StatusCode::CREATED);
    assert_eq!(job.header("preference-applied"), "respond-async");
    assert_eq!(job.json()["processID"], "clusters");
    let api = get("/api").json();
    assert!(api["paths"]["/collections/bases/clusters"]["get"]["parameters"].is_array());
    assert!(api["paths"]["/processes/clusters/execution"]["post"]["requestBody"].is_object());
}

#[test]
fn the_command_writes_geojson_where_nobody_reads_and_refuses_by_its_flags() {
    let (code, out, words) =
        run(&["run", "clusters", "bases", "--eps-km", "200", "--simulations", "19"]);
    assert_eq!(code, 0, "{words}");
    let answer: Json = serde_json::from_str(&out).unwrap();
    assert_eq!((answer["type"].as_str(), groups(&answer).len()), (Some("FeatureCollection"), 3));
    let folder = std::env::temp_dir().join(format!("jidi-run-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (list, file) = (folder.join("firms.csv"), folder.join("out.geojson"));
    std::fs::write(&list, "name,lon,lat\na,0,0\nb,0.1,0\nc,0,0.1\nd,1,1\n").unwrap();
    let [list, file] = [&list, &file].map(|path| path.to_str().unwrap().to_owned());
    let (code, out, words) =
        run(&["run", "clusters", &list, "--eps-km", "15", "--min-points", "3", "-o", &file]);
    assert!(code == 0 && out.is_empty() && words.contains("4 points form 1 group"), "{words}");
    let written: Json = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(groups(&written)[0].len(), 3);
    std::fs::remove_dir_all(folder).unwrap();
    for (arguments, right) in [
        (&["bases", "--eps-km", "0"][..], "a number above 0"),
        (&["bases", "--method", "kmeans"], "one of dbscan"),
        (&["bases", "--epsilon", "5"], "--epsilon"),
        (&["bases", "--by", "colour"], "--by is refused"),
    ] {
        let (code, out, words) = run(&[&["run", "clusters"], arguments].concat());
        assert!(code == 2 && out.is_empty() && words.contains(right), "{arguments:?}: {words}");
    }
    let (code, _, words) = run(&["run", "clusters", "nowhere.csv"]);
    assert!(code == 1 && words.contains("neither a file nor a collection"), "{words}");
    let (code, listed, _) = run(&["processes"]);
    assert!(code == 0 && listed.contains("clusters"), "{listed}");
}
