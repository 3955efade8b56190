//! What whoever runs the service relies on: measures, readiness, logs, limits.

#[cfg(unix)]
use std::io::{Read, Write};
#[cfg(unix)]
use std::net::TcpStream;

use axum::http::{Method, StatusCode};
use serde_json::Value as Json;

#[cfg(unix)]
use crate::cli::{Running, run};
use crate::client::{CATALOG, Client, get, service};

use jidi::http::{RateLimit, Service, Web};
use jidi::store::Snapshots;

/// A service of the bundled data, changed.
fn client(change: impl FnOnce(&mut Service)) -> Client {
    let mut service = service(CATALOG.clone());
    change(&mut service);
    Client::of(service)
}

/// The value of a series of metrics, by its name and labels as they are written.
fn value(metrics: &str, series: &str) -> Option<f64> {
    let line = metrics
        .lines()
        .find(|line| line.rsplit_once(' ').is_some_and(|(name, _)| name == series))?;
    line.rsplit_once(' ')?.1.parse().ok()
}

#[test]
fn metrics_are_measured_by_route_and_never_kept() {
    let client = client(|_| {});
    let page = client.get("/collections/bases/items?limit=2");
    client.get("/collections/hubs/items?limit=2");
    client.get("/collections/nothing/items");
    client.get("/no/such/path-1");
    client.ask(&"BREW".parse().unwrap(), "/", &[]);
    let answer = client.get("/metrics");
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("etag"), "");
    let text = answer.text();
    let count = |labels: &str| {
        value(&text, &format!("jidi_http_request_duration_seconds_count{{{labels}}}"))
    };
    let route = "route=\"/collections/{collection}/items\"";
    assert_eq!(count(&format!("method=\"GET\",{route},status=\"2xx\"")), Some(2.0), "{text}");
    assert_eq!(count(&format!("method=\"GET\",{route},status=\"4xx\"")), Some(1.0));
    assert_eq!(count("method=\"GET\",route=\"none\",status=\"4xx\""), Some(1.0));
    assert_eq!(count("method=\"other\",route=\"/\",status=\"4xx\""), Some(1.0));
    let bytes = value(&text, &format!("jidi_http_response_bytes_total{{{route}}}")).unwrap();
    assert!(bytes > page.body.len() as f64, "{bytes}");
    // The one that is being answered counts itself.
    assert_eq!(value(&text, "jidi_http_requests_in_flight"), Some(1.0));
    assert_eq!(value(&text, "jidi_collection_features{collection=\"bases\"}"), Some(11.0));
    assert!(value(&text, "jidi_names_index_keys").unwrap() > 10_000.0);
    assert!(value(&text, "process_start_time_seconds").unwrap() > 1.7e9);
    assert!(text.contains("jidi_build_info{"));
    assert!(!text.contains("path-1") && !text.contains("BREW"), "clients make no series: {text}");
    assert_eq!(client.get("/metrics?x=1").status, StatusCode::BAD_REQUEST);
}

#[test]
fn every_request_that_ends_leaves_nothing_in_flight() {
    let client = client(|_| {});
    for (method, path) in [
        (Method::HEAD, "/collections/bases/items"),
        (Method::OPTIONS, "/collections"),
        (Method::GET, "/collections/bases/items/none"),
        (Method::GET, "/collections/counties/items?limit=3"),
    ] {
        client.ask(&method, path, &[("accept-encoding", "gzip")]);
    }
    let text = client.get("/metrics").text();
    assert_eq!(value(&text, "jidi_http_requests_in_flight"), Some(1.0), "{text}");
}

#[test]
fn a_service_is_ready_while_its_parts_are_and_says_which_are_not() {
    let ready = client(|_| {}).get("/health/ready");
    assert_eq!((ready.status, &ready.json()["status"]), (StatusCode::OK, &Json::from("ready")));
    let empty = client(|service| {
        let mut catalog = CATALOG.clone();
        catalog.collections.clear();
        service.catalog = Snapshots::new(catalog);
        service.web = Web::Folder("/nowhere".into());
    });
    let answer = empty.get("/health/ready");
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    let report = answer.json();
    assert_eq!(report["status"], "not ready");
    let reasons = serde_json::json!([
        "catalog: no collection is loaded",
        "web_page: no index.html in /nowhere"
    ]);
    assert_eq!(report["reasons"], reasons);
    assert_eq!(report["checks"][0]["status"], "down");
    let read = empty.ask(&Method::GET, "/health/ready", &[("accept", "text/html")]);
    assert_eq!(read.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(read.text().contains("<p class=\"lead\">It is not ready.</p>"), "{}", read.text());
    assert_eq!(empty.get("/health/live").status, StatusCode::OK, "alive, if not ready");
    let text = empty.get("/metrics").text();
    assert_eq!(value(&text, "jidi_check_up{check=\"catalog\"}"), Some(0.0));
    assert_eq!(value(&text, "jidi_check_up{check=\"boundaries\"}"), Some(1.0));
}

#[test]
fn what_was_left_out_on_purpose_is_no_failure() {
    let answer = crate::client::without_boundaries().get("/health/ready");
    assert_eq!(answer.status, StatusCode::OK);
    let checks = answer.json()["checks"].clone();
    assert_eq!(
        (&checks[2]["name"], &checks[2]["status"]),
        (&"boundaries".into(), &"lacking".into())
    );
    assert_eq!((&checks[1]["name"], &checks[1]["status"]), (&"store".into(), &"lacking".into()));
}

#[test]
fn a_request_keeps_the_name_it_came_with_or_gets_one() {
    let client = client(|_| {});
    let ask = |id: &str| client.ask(&Method::GET, "/collections", &[("x-request-id", id)]);
    assert_eq!(ask("trace-7/a").header("x-request-id"), "trace-7/a");
    let made = ask("two words").header("x-request-id").to_owned();
    assert_eq!(made.len(), 16);
    assert_ne!(client.get("/").header("x-request-id"), made);
    assert!(get("/").header("access-control-expose-headers").contains("x-request-id"));
}

#[test]
fn every_refusal_names_its_request() {
    let client = client(|_| {});
    let named = [("x-request-id", "mine"), ("accept-encoding", "identity")];
    // By a handler, by the fallback, and by a layer.
    for (method, path) in [
        (Method::GET, "/collections/bases/items?limit=0"),
        (Method::GET, "/nowhere"),
        (Method::DELETE, "/collections"),
    ] {
        let answer = client.ask(&method, path, &named);
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert_eq!(answer.json()["request_id"], "mine", "{path}");
        assert_eq!(answer.header("x-request-id"), "mine");
    }
}

#[test]
fn who_asks_too_often_is_told_how_long_to_wait_and_others_are_served() {
    let client = client(|service| {
        let [per_second, burst] = [1, 2].map(|count: u32| count.try_into().unwrap());
        service.limits.rate = Some(RateLimit { per_second, burst });
        service.trust_proxy = true;
    });
    let ask = |path: &str, from: &str| client.ask(&Method::GET, path, &[("x-forwarded-for", from)]);
    let statuses: Vec<u16> =
        (0..4).map(|_| ask("/collections", "6.6.6.6, 192.0.2.1").status.as_u16()).collect();
    assert_eq!(statuses, [200, 200, 429, 429]);
    let refused = ask("/collections", "7.7.7.7, 192.0.2.1");
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS, "what the client claims is no help");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(refused.json()["request_id"].is_string());
    assert_eq!(ask("/collections", "192.0.2.2").status, StatusCode::OK);
    assert_eq!(ask("/health/live", "192.0.2.1").status, StatusCode::OK, "watching is not limited");
    let text = ask("/metrics", "192.0.2.1").text();
    assert_eq!(value(&text, "jidi_http_rate_limited_total"), Some(3.0));
}

#[test]
fn the_api_document_knows_what_is_for_operation() {
    let document = get("/api").json();
    assert_eq!(document["paths"]["/metrics"]["get"]["tags"][0], "Operation");
    assert!(document["paths"]["/collections"]["get"]["responses"]["429"].is_object());
}

/// Asks a running service once, and returns the whole answer.
#[cfg(unix)]
fn ask_over_http(address: &str, path: &str, headers: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n")
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[cfg(unix)]
#[test]
fn the_log_has_a_line_for_each_request_and_no_secret() {
    let arguments = ["--log-level", "info", "--log-format", "json"];
    let mut service = Running::start(&arguments);
    let headers = "X-Request-Id: mine\r\nAuthorization: Bearer s3cret\r\n";
    ask_over_http(&service.address, "/geocode?q=Taicang&token=s3cret", headers);
    ask_over_http(&service.address, "/collections/bases/items", "");
    let log = service.stop();
    assert!(!log.contains("s3cret") && !log.contains("Taicang"), "{log}");
    let lines: Vec<Json> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = |path: &str| lines.iter().filter(|line| line["path"] == path).collect::<Vec<_>>();
    let [refused] = line("/geocode")[..] else { panic!("{log}") };
    assert_eq!((&refused["request_id"], &refused["status"]), (&"mine".into(), &400.into()));
    let [page] = line("/collections/bases/items")[..] else { panic!("{log}") };
    assert_eq!((&page["method"], &page["level"]), (&"GET".into(), &"INFO".into()));
    assert_eq!((&page["message"], &page["status"]), (&"answered".into(), &200.into()), "{page}");
    assert_eq!(page["route"], "/collections/{collection}/items");
    assert_eq!(page["request_id"].as_str().unwrap().len(), 16);
    assert!(page["duration_ms"].as_f64().unwrap() > 0.0);
    assert!(page["bytes"].as_u64().unwrap() > 1000);
}

#[cfg(unix)]
#[test]
fn a_running_service_is_asked_by_its_own_binary_whether_it_is_ready() {
    let mut service = Running::start(&[]);
    let check = ["serve", "--check", "--listen", &service.address.clone()];
    let (code, out, _) = run(&check);
    assert_eq!((code, out), (0, format!("ready on http://{}\n", service.address)));
    service.stop();
    let (code, _, words) = run(&check);
    assert!(code == 1 && words.contains("nothing answers on http://127.0.0.1"), "{words}");
}

#[cfg(unix)]
#[test]
fn a_check_that_fails_says_which_part_is_down() {
    let folder = std::env::temp_dir().join(format!("jidi-web-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("index.html"), "<!doctype html>").unwrap();
    let mut service = Running::start(&["--web", folder.to_str().unwrap()]);
    let check = ["serve", "--check", "--listen", &service.address.clone()];
    assert_eq!(run(&check).0, 0);
    std::fs::remove_dir_all(&folder).unwrap();
    let (code, out, words) = run(&check);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(words.contains("503") && words.contains("web_page: no index.html in"), "{words}");
    service.stop();
}

#[cfg(unix)]
#[test]
fn an_answer_that_its_client_leaves_is_logged_as_broken_off_and_no_longer_in_flight() {
    let mut service = Running::start(&["--log-level", "info"]);
    let row = "Taicang,a firm with a name that fills the pipe between the two\n";
    let list = format!("place,name\n{}", row.repeat(40_000));
    let mut stream = TcpStream::connect(&service.address).unwrap();
    let length = list.len();
    write!(stream, "POST /geocode HTTP/1.1\r\nHost: h\r\nContent-Type: text/csv\r\nContent-Length: {length}\r\n\r\n{list}").unwrap();
    stream.read_exact(&mut [0; 100]).unwrap();
    drop(stream);
    let in_flight = || ask_over_http(&service.address, "/metrics", "").contains("in_flight 1\n");
    assert!((0..100).any(|_| in_flight()), "only the question itself");
    let log = service.stop();
    assert!(log.contains("broken off request_id="), "{log}");
}

#[cfg(unix)]
#[test]
fn a_limit_counts_the_address_of_the_connection_not_what_it_claims() {
    let mut service = Running::start(&["--rate-limit", "1", "--rate-burst", "1"]);
    let ask = |from: u8| {
        let claim = format!("X-Forwarded-For: 192.0.2.{from}\r\n");
        ask_over_http(&service.address, "/conformance", &claim).starts_with("HTTP/1.1 429")
    };
    assert!(!ask(0));
    assert!((1..10).any(ask), "ten clients, all from here");
    service.stop();
}

/// The words of a text that begin like the name of a measure.
fn measures(text: &str) -> Vec<&str> {
    let words = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
    words.filter(|word| word.starts_with("jidi_") || word.starts_with("process_")).collect()
}

#[test]
fn alerts_and_documentation_name_measures_that_there_are() {
    let client = client(|_| {});
    client.get("/collections");
    let text = client.get("/metrics").text();
    for file in ["packaging/alerts.yml", "docs/operation.md"] {
        let written = std::fs::read_to_string(file).unwrap();
        let names = measures(&written);
        assert!(names.len() >= 4, "{file}");
        for name in names {
            let is_there = text.lines().any(|line| line.starts_with(name));
            assert!(is_there, "{file} names {name}");
        }
    }
}
