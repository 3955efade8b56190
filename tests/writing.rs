//! Features changed over HTTP: OGC API Features Part 4, with tokens, tags and names of requests.

use std::path::PathBuf;
use std::sync::Arc;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use jidi::http::{Limits, Service};
use jidi::store::edit::Author;
use jidi::store::tokens::{digest, secret};
use jidi::store::{Backend, Catalog, Geodata, Gpkg, Keeper, Scope, Snapshots, Token};

use crate::client::{Answer, CATALOG, Client, ROOT, get, service};

const GEOJSON: &str = "application/geo+json";
const PATCH: &str = "application/merge-patch+json";

/// A writable service over a file that is gone when the test is.
pub(crate) struct Writable {
    pub(crate) client: Client,
    pub(crate) file: PathBuf,
}

impl Writable {
    pub(crate) fn new(name: &str) -> Self {
        Self::with_limits(name, |_| ())
    }

    /// One with other limits than are set unless said.
    pub(crate) fn with_limits(name: &str, set: impl FnOnce(&mut Limits)) -> Self {
        let file = std::env::temp_dir().join(format!("jidi-{name}-{}.gpkg", std::process::id()));
        remove(&file);
        let mut store = Gpkg::open(&file).unwrap();
        let by = Author { who: "test".into(), at: "2026-11-25T12:00:00Z".into() };
        // Before the first start: a token for each scope.
        for (number, scope) in (1..).zip([Scope::Read, Scope::Write, Scope::Admin]) {
            store.add_token(&token(scope.as_str(), number, scope, None)).unwrap();
        }
        store.add_token(&token("hubs only", 4, Scope::Write, Some("hubs"))).unwrap();
        let catalog = Catalog::load_stored(&Geodata::default(), &mut store, &by).unwrap();
        let mut service: Service = service(CATALOG.clone());
        service.catalog = Snapshots::new(catalog);
        let (keeper, _) = Keeper::start(Box::new(store), service.catalog.clone());
        service.store = Some(keeper.condition().clone());
        service.keeper = Some(keeper);
        set(&mut service.limits);
        Self { client: Client::of(service), file }
    }

    /// Asks with a token, a media type and more headers.
    pub(crate) fn ask(
        &self,
        number: u8,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Answer {
        let bearer = format!("Bearer {}", secret(&[number; 32]));
        let headers = [headers, &[("authorization", bearer.as_str())]].concat();
        self.client.send(method, path, &headers, body.as_ref())
    }

    /// Asks as a writer.
    fn write(&self, method: &Method, path: &str, headers: &[(&str, &str)], body: &Json) -> Answer {
        self.ask(2, method, path, headers, body.to_string())
    }

    pub(crate) fn post(&self, body: &Json) -> Answer {
        self.write(&Method::POST, ITEMS, &[("content-type", GEOJSON)], body)
    }

    fn count(&self) -> Json {
        self.client.get("/collections/bases").json()["itemCount"].clone()
    }
}

impl Drop for Writable {
    fn drop(&mut self) {
        remove(&self.file);
    }
}

fn remove(file: &std::path::Path) {
    for end in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        let _ = std::fs::remove_file(name);
    }
}

/// A token whose secret is made of one number.
pub(crate) fn token(name: &str, number: u8, scope: Scope, collection: Option<&str>) -> Token {
    Token {
        name: name.into(),
        digest: digest(&secret(&[number; 32])),
        scope,
        collection: collection.map(str::to_owned),
        created: "2026-11-25T12:00:00Z".into(),
        revoked: None,
    }
}

const ITEMS: &str = "/collections/bases/items";

fn feature(name: &str) -> Json {
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [105.5, 30.1]},
        "properties": {"name": name, "year": 2026},
    })
}

#[test]
fn a_feature_is_made_replaced_updated_and_deleted() {
    let service = Writable::new("life");
    let made = service.post(&feature("A new base"));
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let id = made.json()["ids"][0].as_str().unwrap().to_owned();
    let path = format!("{ITEMS}/{id}");
    assert_eq!(made.header("location"), format!("{ROOT}{path}"));
    let read = service.client.get(&path);
    assert_eq!(read.json()["properties"]["name"], "A new base");
    assert_eq!((read.header("etag"), &read.header("etag")[..1]), (made.header("etag"), "\""));
    let known = [("if-none-match", read.header("etag"))];
    let again = service.client.ask(&Method::GET, &path, &known);
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));

    let typed = [("content-type", GEOJSON)];
    let put = service.write(&Method::PUT, &path, &typed, &feature("Another"));
    assert_eq!(put.status, StatusCode::OK, "{}", put.text());
    assert_ne!(put.header("etag"), made.header("etag"));
    assert_eq!(service.client.ask(&Method::GET, &path, &known).status, StatusCode::OK);
    let part = json!({"properties": {"year": null}, "geometry": null});
    let patched = service.write(&Method::PATCH, &path, &[("content-type", PATCH)], &part);
    assert_eq!(patched.status, StatusCode::OK, "{}", patched.text());
    let read = service.client.get(&path).json();
    assert_eq!(
        (&read["properties"]["name"], &read["properties"]["year"], &read["geometry"]),
        (&json!("Another"), &Json::Null, &Json::Null)
    );
    assert_eq!(read["properties"]["id"], json!(id));

    assert_eq!(service.write(&Method::DELETE, &path, &[], &json!(null)).status, StatusCode::OK);
    assert_eq!(service.client.get(&path).status, StatusCode::NOT_FOUND);
    for (method, typed) in [(Method::PUT, GEOJSON), (Method::PATCH, PATCH), (Method::DELETE, "")] {
        let body = if typed.is_empty() { json!(null) } else { feature("Gone") };
        let typed = ("content-type", typed);
        let missing = service.write(&method, &path, &[typed], &body);
        assert_eq!(missing.status, StatusCode::NOT_FOUND, "{method}: PUT makes nothing");
        let matched = service.write(&method, &path, &[typed, ("if-match", "*")], &body);
        assert_eq!(matched.status, StatusCode::PRECONDITION_FAILED, "{method}");
    }
}

#[test]
fn heights_that_are_sent_are_left_aside_with_a_warning_that_counts_them() {
    let service = Writable::new("heights");
    let mut high = feature("High");
    high["geometry"]["coordinates"] = json!([105.5, 30.1, 250.0]);
    let both = json!({"type": "FeatureCollection", "features": [high, feature("Low")]});
    let made = service.post(&both);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let said = &made.json()["warnings"][0];
    assert_eq!(said["code"], "heights");
    assert!(said["message"].as_str().unwrap().starts_with("1 features"), "{said}");
    let path = format!("{ITEMS}/{}", made.json()["ids"][0].as_str().unwrap());
    for (method, kind) in [(Method::PUT, GEOJSON), (Method::PATCH, PATCH)] {
        let answer = service.write(&method, &path, &[("content-type", kind)], &high);
        assert_eq!(answer.json()["warnings"][0]["code"], "heights", "{method} {}", answer.text());
    }
    let flat = service.write(&Method::PUT, &path, &[("content-type", GEOJSON)], &feature("Low"));
    assert!(flat.json()["warnings"].is_null(), "{}", flat.text());
}

#[test]
fn a_refused_list_changes_nothing_and_every_fault_is_named() {
    let service = Writable::new("refused");
    let mut wrong = feature("Wrong");
    wrong["properties"]["year"] = json!("soon");
    wrong["properties"]["colour"] = json!("red");
    let list = json!({"type": "FeatureCollection", "features": [feature("Right"), wrong]});
    let refused = service.post(&list);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let said = refused.json();
    let fields: Vec<&Json> =
        said["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["features[1].year", "features[1].colour"]);
    let mut taken = feature("Taken");
    taken["id"] = json!("base-01");
    let list = json!({"type": "FeatureCollection", "features": [feature("Right"), taken]});
    assert_eq!(service.post(&list).status, StatusCode::CONFLICT);
    assert_eq!(service.count(), 11);

    let mut area = feature("Area");
    area["geometry"] = json!({"type": "LineString", "coordinates": [[1, 2], [3, 4]]});
    for body in [json!({}), json!([]), json!({"type": "FeatureCollection", "features": []}), area] {
        let refused = service.post(&body);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(refused.json()["errors"][0]["reason"].is_string());
    }
    let typed = [("content-type", GEOJSON)];
    let broken = service.ask(2, &Method::POST, ITEMS, &typed, r#"{"type":"#);
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    let other = service.write(
        &Method::PUT,
        &format!("{ITEMS}/base-01"),
        &typed,
        &json!({"type": "Feature", "id": "base-02", "properties": {}}),
    );
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(service.count(), 11);
}

#[test]
fn a_body_of_another_type_is_a_415_that_names_those_that_are_taken() {
    let service = Writable::new("types");
    let one = format!("{ITEMS}/base-01");
    let text = [("content-type", "text/csv")];
    let post = service.write(&Method::POST, ITEMS, &text, &json!({}));
    assert_eq!(post.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(post.header("accept-post"), "application/geo+json, application/json");
    let typed = [("content-type", GEOJSON)];
    let patch = service.write(&Method::PATCH, &one, &typed, &json!({}));
    assert_eq!(patch.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(patch.header("accept-patch"), PATCH);
}

#[test]
fn of_two_clients_who_know_the_same_version_one_loses() {
    let service = Arc::new(Writable::new("race"));
    let path = format!("{ITEMS}/base-01");
    let known = service.client.get(&path).header("etag").to_owned();
    let race = |year: i64| {
        let (service, path, known) = (Arc::clone(&service), path.clone(), known.clone());
        std::thread::spawn(move || {
            let headers = [("content-type", PATCH), ("if-match", known.as_str())];
            let part = json!({"properties": {"year": year}});
            (year, service.write(&Method::PATCH, &path, &headers, &part).status)
        })
    };
    let races = [race(2001), race(2002)].map(|race| race.join().unwrap());
    let won: Vec<_> = races.iter().filter(|(_, status)| *status == StatusCode::OK).collect();
    let lost = races.iter().filter(|(_, status)| *status == StatusCode::PRECONDITION_FAILED);
    assert_eq!((won.len(), lost.count()), (1, 1), "{races:?}");
    assert_eq!(service.client.get(&path).json()["properties"]["year"], won[0].0);
    let weak = format!("W/{}", service.client.get(&path).header("etag"));
    let headers = [("content-type", GEOJSON), ("if-match", weak.as_str())];
    let weak = service.write(&Method::PUT, &path, &headers, &feature("Weak"));
    assert_eq!(weak.status, StatusCode::PRECONDITION_FAILED, "weak tags never match");
    let headers = [("content-type", GEOJSON), ("if-none-match", "*")];
    let there = service.write(&Method::PUT, &path, &headers, &feature("There"));
    assert_eq!(there.status, StatusCode::PRECONDITION_FAILED);
}

#[test]
fn a_request_that_comes_twice_under_one_name_is_done_once() {
    let service = Writable::new("twice");
    let send = |name: &str, number: u8| {
        let headers = [("content-type", GEOJSON), ("idempotency-key", "k-1")];
        service.ask(number, &Method::POST, ITEMS, &headers, feature(name).to_string())
    };
    let (first, second) = (send("Once", 2), send("Once", 2));
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(first.json()["ids"], second.json()["ids"]);
    assert_eq!(
        (first.header("idempotency-replayed"), second.header("idempotency-replayed")),
        ("", "true")
    );
    assert_eq!(first.header("location"), second.header("location"));
    assert_eq!(send("Other", 2).status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(service.count(), 12);
    assert_eq!(send("Once", 3).status, StatusCode::CREATED, "another token names for itself");
    assert_eq!(service.count(), 13);
}

#[test]
fn options_tell_what_this_client_may_do() {
    let service = Writable::new("options");
    let one = format!("{ITEMS}/base-01");
    let allow = |number: u8, path: &str| {
        let answer = service.ask(number, &Method::OPTIONS, path, &[], "");
        (answer.header("allow").to_owned(), answer.header("accept-patch").to_owned())
    };
    let reads = ("GET, HEAD, OPTIONS".to_owned(), String::new());
    assert_eq!(allow(2, ITEMS).0, "GET, HEAD, OPTIONS, POST");
    assert_eq!(
        allow(2, &one),
        ("GET, HEAD, OPTIONS, PUT, PATCH, DELETE".to_owned(), PATCH.to_owned())
    );
    for (number, path) in [(1, ITEMS), (4, ITEMS), (9, ITEMS), (2, "/collections/provinces/items")]
    {
        assert_eq!(allow(number, path), reads, "{number} {path}");
    }
    assert_eq!(service.client.ask(&Method::OPTIONS, "/collections/no/items", &[]).status, 404);
}

#[test]
fn changes_are_described_only_where_they_are_taken() {
    let service = Writable::new("described");
    let part4 = |answer: &Answer| answer.text().contains("ogcapi-features-4");
    assert!(part4(&service.client.get("/conformance")) && !part4(&get("/conformance")));
    let paths = |answer: &Answer| answer.json()["paths"].clone();
    let (taken, read) = (paths(&service.client.get("/api")), paths(&get("/api")));
    assert!(taken[ITEMS]["post"].is_object() && read[ITEMS]["post"].is_null());
    assert!(taken["/collections/provinces/items"]["post"].is_null());
    let refused = crate::client::post_as(ITEMS, GEOJSON, feature("No").to_string().as_bytes());
    assert_eq!(refused.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(refused.header("allow"), "GET, HEAD, OPTIONS");
    for (number, allowed) in [(1, "GET, HEAD, OPTIONS"), (2, "GET, HEAD, OPTIONS, POST")] {
        let traced = service.ask(number, &Method::TRACE, ITEMS, &[], "");
        assert_eq!(traced.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(traced.header("allow"), allowed);
    }
    let of_areas = "/collections/provinces/items";
    let typed = [("content-type", GEOJSON)];
    let fixed = service.write(&Method::POST, of_areas, &typed, &feature("No"));
    assert_eq!(fixed.status, StatusCode::METHOD_NOT_ALLOWED);
    let asked =
        service.write(&Method::POST, "/collections/bases/items?f=csv", &typed, &feature("No"));
    assert_eq!(asked.status, StatusCode::BAD_REQUEST);
}

#[test]
fn an_administrator_sees_who_changed_what_and_undoes_it_step_by_step() {
    let service = Writable::new("undo");
    let path = format!("{ITEMS}/base-01");
    let before = service.client.get(&path).header("etag").to_owned();
    let part = json!({"properties": {"year": 1999}});
    service.write(&Method::PATCH, &path, &[("content-type", PATCH)], &part);
    service.write(&Method::DELETE, &path, &[], &json!(null));
    let history = |number: u8| {
        service.ask(number, &Method::GET, "/collections/bases/history?limit=2", &[], "")
    };
    assert_eq!(history(2).status, StatusCode::FORBIDDEN);
    let edits = history(3).json()["edits"].clone();
    assert_eq!((edits.as_array().unwrap().len(), &edits[0]["who"]), (2, &json!("write")));
    assert_eq!(edits[0]["ids"], json!(["base-01"]));
    assert!(edits[0]["at"].as_str().unwrap().ends_with('Z'));

    let undo = |number: u8| service.ask(number, &Method::POST, "/collections/bases/undo", &[], "");
    assert_eq!(undo(2).status, StatusCode::FORBIDDEN);
    assert_eq!(undo(3).status, StatusCode::OK);
    assert_eq!(service.client.get(&path).json()["properties"]["year"], 1999);
    let last = history(3).json()["edits"].clone();
    assert_eq!((&last[0]["who"], &last[1]["undoneBy"]), (&json!("admin"), &last[0]["number"]));
    assert_eq!(undo(3).status, StatusCode::OK);
    assert_eq!(service.client.get(&path).header("etag"), before, "to the last digit");
    let nothing = undo(3);
    assert_eq!(nothing.status, StatusCode::CONFLICT, "{}", nothing.text());
}

#[test]
fn positions_that_are_sent_are_in_the_system_that_the_header_names() {
    let service = Writable::new("content-crs");
    let zone = ("content-crs", "<http://www.opengis.net/def/crs/EPSG/0/4524>");
    let headers = [("content-type", GEOJSON), zone];
    let mut sent = feature("In metres");
    // Northing first, as the register has it.
    let grid = jidi::domain::RegisteredCrs::from_epsg(4524).unwrap();
    let (east, north) = grid.from_wgs84(105.5, 30.1);
    sent["geometry"]["coordinates"] = json!([north, east]);
    let made = service.write(&Method::POST, ITEMS, &headers, &sent);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let at = made.header("location").replace(ROOT, "");
    let wanted = json!([105.5, 30.1]);
    assert_eq!(service.client.get(&at).json()["geometry"]["coordinates"], wanted);
    let latitude_first =
        [("content-type", PATCH), ("content-crs", "<http://www.opengis.net/def/crs/EPSG/0/4490>")];
    let moved = json!({"geometry": {"type": "Point", "coordinates": [31.5, 120.5]}});
    assert_eq!(service.write(&Method::PATCH, &at, &latitude_first, &moved).status, StatusCode::OK);
    let wanted = json!([120.5, 31.5]);
    assert_eq!(service.client.get(&at).json()["geometry"]["coordinates"], wanted);
    let put = service.write(&Method::PUT, &at, &headers, &sent);
    assert_eq!(put.status, StatusCode::OK, "{}", put.text());
    for value in ["<http://www.opengis.net/def/crs/EPSG/0/4214>", "EPSG:4490"] {
        let headers = [("content-type", GEOJSON), ("content-crs", value)];
        let refused = service.write(&Method::POST, ITEMS, &headers, &sent);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{value}");
    }
    sent["geometry"]["coordinates"] = json!([105.5, 30.1]);
    let refused = service.write(&Method::POST, ITEMS, &headers, &sent);
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "degrees are no metres of the zone");
}
