//! Runs of analyses: by waiting, by a job, in a document, called off; and what their tags know.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::client::{CATALOG, Client, ROOT, get, links, path, post, post_with, service};
use crate::writing::Writable;

/// Some runs of every process that take little time.
fn asked() -> Vec<(&'static str, Json)> {
    let bootstrap = json!({"collection": "bases", "eps_km": 200, "simulations": 19,
        "stability": "bootstrap", "hull": "buffer"});
    let by = json!({"collection": "bases", "by": "industry_group", "reference": "none",
        "rounds": 5, "hull": "concave"});
    vec![
        ("clusters", bootstrap),
        ("clusters", by),
        ("distances", json!({"collection": "bases", "bbox": [100, 20, 125, 45]})),
        (
            "distances",
            json!({"collection": "bases", "statistic": "clark_evans", "simulations": 19}),
        ),
        ("density", json!({"collection": "bases", "cell_km": 200, "lang": "zh"})),
    ]
}

fn execution(process: &str) -> String {
    format!("/processes/{process}/execution")
}

/// Asks for a job until it has ended.
fn ended(client: &dyn Fn(&str) -> Json, job: &str) -> Json {
    let begun = Instant::now();
    loop {
        let status = client(job);
        if !["accepted", "running"].contains(&status["status"].as_str().unwrap()) {
            return status;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{status}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_job_answers_what_waiting_for_it_answers_and_a_document_holds_the_same() {
    for (process, inputs) in asked() {
        let body = json!({"inputs": inputs}).to_string();
        let waited = post(&execution(process), &body);
        assert_eq!(waited.status, StatusCode::OK, "{process}: {}", waited.text());
        let headers = [("content-type", "application/json"), ("prefer", "respond-async")];
        let job = post_with(&execution(process), &headers, body.as_bytes());
        assert_eq!(
            (job.status, job.header("preference-applied")),
            (StatusCode::CREATED, "respond-async")
        );
        let location = job.header("location").strip_prefix(ROOT).unwrap().to_owned();
        let status = ended(&|path| get(path).json(), &location);
        assert_eq!((&status["status"], &status["progress"]), (&json!("successful"), &json!(100)));
        let results = links(&status, "http://www.opengis.net/def/rel/ogc/1.0/results");
        let results = get(path(results[0]));
        assert_eq!(results.header("content-type"), waited.header("content-type"), "{process}");
        assert_eq!(results.body, waited.body, "{process}: the same bytes");
        let body = json!({"inputs": inputs, "response": "document"}).to_string();
        let document = post(&execution(process), &body);
        assert_eq!(document.header("content-type"), "application/json");
        assert_eq!(document.json()["result"]["value"], waited.json(), "{process}");
        assert_eq!(document.json()["result"]["mediaType"], waited.header("content-type"));
    }
}

#[test]
fn a_client_that_leaves_takes_its_run_with_it() {
    let client = Client::of(service(CATALOG.clone()));
    // Some 900 points strewn and counted 999 times: seconds, if nobody ends it.
    let long = "/collections/hubs/distances?statistic=l&null=csr&steps=9";
    client.leave(long, Duration::from_millis(300));
    let dismissed = "jidi_runs_ended_total{process=\"distances\",status=\"dismissed\"} 1";
    let begun = Instant::now();
    while !client.get("/metrics").text().contains(dismissed) {
        assert!(begun.elapsed() < Duration::from_mins(1), "{}", client.get("/metrics").text());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_job_is_dismissed_while_it_runs_and_leaves_no_half_result() {
    let inputs = json!({"inputs": {"collection": "hubs", "statistic": "l", "null": "csr",
        "simulations": 50000}});
    let headers = [("content-type", "application/json"), ("prefer", "respond-async")];
    let job = post_with(&execution("distances"), &headers, inputs.to_string().as_bytes());
    let location = job.header("location").strip_prefix(ROOT).unwrap().to_owned();
    let begun = Instant::now();
    let running = loop {
        let status = get(&location).json();
        if status["message"].as_str().unwrap_or_default().contains(" of 50000 parts") {
            break status;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{status}");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(running["progress"].as_u64().unwrap() < 100, "{running}");
    assert_eq!(get(&format!("{location}/results")).status, StatusCode::NOT_FOUND);
    let client = Client::of(service(CATALOG.clone()));
    assert_eq!(client.get(&location).status, StatusCode::NOT_FOUND, "another service's job");
    let dismissed = crate::client::delete(&location).json();
    assert_eq!(dismissed["status"], "dismissed", "{dismissed}");
    let said = dismissed["message"].as_str().unwrap();
    assert!(said.starts_with("called off"), "while it ends and when it has: {said}");
    let gone = ended(&|path| get(path).json(), &location);
    assert_eq!(gone["status"], "dismissed", "{gone}");
    assert_ne!(get(&format!("{location}/results")).status, StatusCode::OK);
}

#[test]
fn a_call_off_takes_effect_within_a_second_wherever_a_run_is() {
    for (process, inputs) in [
        (
            "hotspots",
            json!({"statistic": "local_moran", "level": "county", "permutations": 999_999}),
        ),
        ("hotspots", json!({"statistic": "moran", "level": "county", "permutations": 999_999})),
        (
            "hotspots",
            json!({"statistic": "join_count", "level": "county", "permutations": 999_999,
            "industry": "electronics"}),
        ),
        ("concentration", json!({"level": "county", "by": "industry", "simulations": 100_000})),
        ("colocation", json!({"neighbours": 900, "simulations": 100_000})),
        ("colocation", json!({"statistic": "density", "at": "114,30", "simulations": 100_000})),
        ("clusters", json!({"method": "hdbscan", "rounds": 100_000, "reference": "none"})),
        ("clusters", json!({"method": "optics", "simulations": 9_000, "reference": "hubs"})),
        ("related", json!({"simulations": 100_000})),
        ("density", json!({"reference": "bases", "simulations": 9_000})),
        (
            "distances",
            json!({"statistic": "kd", "reference": "bases", "industry": "electronics",
            "simulations": 100_000}),
        ),
        ("distances", json!({"statistic": "m", "industry": "electronics", "simulations": 100_000})),
    ] {
        let mut asked = inputs.clone();
        asked["collection"] = json!("hubs");
        let body = json!({"inputs": asked}).to_string();
        let headers = [("content-type", "application/json"), ("prefer", "respond-async")];
        let job = post_with(&execution(process), &headers, body.as_bytes());
        assert_eq!(job.status, StatusCode::CREATED, "{process} {inputs}: {}", job.text());
        let location = job.header("location").strip_prefix(ROOT).unwrap().to_owned();
        while get(&location).json()["status"] == "accepted" {
            std::thread::sleep(Duration::from_millis(5));
        }
        // Counties are found before anything is drawn.
        let warm_ms = if process == "hotspots" { 1_500 } else { 400 };
        std::thread::sleep(Duration::from_millis(warm_ms));
        assert_eq!(get(&location).json()["status"], "running", "{process} {inputs} is too short");
        assert_eq!(crate::client::delete(&location).json()["status"], "dismissed");
        let called_off = Instant::now();
        let gone = ended(&|path| get(path).json(), &location);
        // A second, and two more for a machine that does more than this.
        let after = called_off.elapsed();
        assert_eq!(gone["status"], "dismissed", "{process} {inputs}: {gone}");
        assert!(after < Duration::from_secs(3), "{process} {inputs}: {after:?}");
    }
}

#[test]
fn what_is_too_costly_is_refused_before_it_begins_and_its_cost_is_told() {
    for (query, process) in [
        (
            "/collections/hubs/distances?statistic=kd&industry=electronics,materials,equipment&simulations=100000",
            "distances",
        ),
        ("/collections/hubs/clusters?rounds=100000&reference=none", "clusters"),
    ] {
        let refused = get(query);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{process}: {}", refused.text());
        assert!(refused.text().contains("respond-async"), "{}", refused.text());
        let told = get(&format!("{query}&estimate=true")).json();
        assert_eq!(
            (&told["estimate"]["is_allowed"], &told["method"]["name"]),
            (&json!(false), &json!(process))
        );
        assert!(told["estimate"]["seconds"].as_f64().unwrap() > 20.0, "{told}");
    }
}

#[test]
fn a_tag_of_an_analysis_changes_with_the_collection_it_is_compared_with() {
    let writable = Writable::new("runs");
    let asked = "/collections/bases/clusters?reference=hubs&simulations=19&rounds=2";
    let before = writable.client.get(asked).header("etag").to_owned();
    assert!(!before.is_empty());
    let not_changed = [("if-none-match", before.as_str())];
    let same = writable.client.ask(&Method::GET, asked, &not_changed);
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    let gone = writable.ask(2, &Method::DELETE, "/collections/hubs/items/aiz-001", &[], "");
    assert_eq!(gone.status, StatusCode::OK, "{}", gone.text());
    let after = writable.client.ask(&Method::GET, asked, &not_changed);
    assert_eq!(after.status, StatusCode::OK, "the reference has changed");
    assert_ne!(after.header("etag"), before);
}
