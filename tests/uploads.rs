//! Lists become collections over HTTP: by one request, or by a job that tells how far it is.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use serde_json::Value as Json;

use jidi::http::{Jobs, Limits};
use jidi::store::{Gpkg, Keeper, Scope};

use crate::client::{Answer, CATALOG, Client, ROOT, path};
use crate::writing::{Writable, token};

const CSV: (&str, &str) = ("content-type", "text/csv");
const LIST: &str = "id,name,lon,lat\na,One,120.5,31.5\nb,=2+2,116.4,39.9\nc,Lost,1000,0\n";
const PLACES: &str = "name,place\nFirst,常熟\nSecond,太仓市\nThird,nowhere at all\n";

impl Writable {
    fn upload(&self, query: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = [&[CSV], headers].concat();
        self.ask(2, &Method::POST, &format!("/collections?{query}"), &headers, body)
    }

    /// Asks for a job until it has ended.
    fn job(&self, path: &str) -> Json {
        let begun = Instant::now();
        loop {
            let job = self.ask(2, &Method::GET, path, &[], "").json();
            if !["accepted", "running"].contains(&job["status"].as_str().unwrap()) {
                return job;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "{job}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn a_list_becomes_a_collection_at_once() {
    let service = Writable::new("upload");
    let made = service.upload("id=mine&title=My%20list&filename=list.csv", &[], LIST);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(made.header("location"), format!("{ROOT}/collections/mine"));
    let told = made.json();
    assert_eq!(
        (&told["features"], &told["placed"], &told["refusedCount"]),
        (&2.into(), &2.into(), &1.into())
    );
    let refused = &told["refused"][0];
    assert_eq!((&refused["line"], &refused["value"]), (&4.into(), &"(1000, 0)".into()));
    assert!(refused["reason"].as_str().unwrap().contains("1000"), "{refused}");
    let mine = service.client.get("/collections/mine").json();
    assert_eq!((&mine["title"], &mine["itemCount"]), (&"My list".into(), &2.into()));
    let from = &mine["provenance"];
    assert_eq!(
        (&from["source"], &from["rows"], &from["refused"]),
        (&"list.csv".into(), &2.into(), &1.into())
    );
    assert_eq!(from["who"], "write");
    let table = service.client.get("/collections/mine/items?f=csv").text();
    assert!(table.contains("'=2+2"), "formulas are neutralised: {table}");
    let nearest = service.client.get("/collections/mine/nearest?at=120,31&k=1").json();
    assert_eq!(nearest["features"][0]["id"], "a");
    // It can be edited, taken out, and brought back.
    assert_eq!(
        service.ask(2, &Method::DELETE, "/collections/mine/items/a", &[], "").status,
        StatusCode::OK
    );
    assert_eq!(
        service.ask(2, &Method::DELETE, "/collections/mine", &[], "").status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        service.ask(3, &Method::DELETE, "/collections/mine", &[], "").status,
        StatusCode::OK
    );
    assert_eq!(service.client.get("/collections/mine").status, StatusCode::NOT_FOUND);
    let back = service.ask(3, &Method::POST, "/collections/mine/undo", &[], "");
    assert_eq!(back.status, StatusCode::OK, "{}", back.text());
    assert_eq!(service.client.get("/collections/mine").json()["itemCount"], 1);
    let never = service.ask(3, &Method::POST, "/collections/never/undo", &[], "");
    assert_eq!(never.status, StatusCode::NOT_FOUND);
}

#[test]
fn a_form_is_read_as_browsers_send_it() {
    let service = Writable::new("form");
    let body = "--xx\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nFrom a form\r\n--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"My_firms.CSV\"\r\nContent-Type: application/octet-stream\r\n\r\n".to_owned() + LIST + "\r\n--xx--\r\n";
    let form = [("content-type", "multipart/form-data; boundary=xx")];
    let made = service.ask(2, &Method::POST, "/collections", &form, &body);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let mine = service.client.get("/collections/my_firms").json();
    assert_eq!(
        (&mine["title"], &mine["provenance"]["source"]),
        (&"From a form".into(), &"My_firms.CSV".into())
    );
    let no_file = "--xx\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\nother\r\n--xx--\r\n";
    let refused = service.ask(2, &Method::POST, "/collections", &form, no_file);
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert!(refused.text().contains("no part named `file`"), "{}", refused.text());
    let no_form = service.ask(2, &Method::POST, "/collections", &form, "plain");
    assert_eq!(no_form.status, StatusCode::BAD_REQUEST);
}

#[test]
fn rows_are_placed_by_their_names_in_a_job_that_is_told() {
    let service = Writable::new("job");
    let asked = service.upload("id=places&geocode=true", &[("prefer", "respond-async")], PLACES);
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text());
    assert_eq!(asked.header("preference-applied"), "respond-async");
    let path_of_job = asked.header("location").strip_prefix(ROOT).unwrap().to_owned();
    let job = service.job(&path_of_job);
    assert_eq!((&job["status"], &job["progress"]), (&"successful".into(), &100.into()), "{job}");
    assert_eq!((&job["processID"], &job["type"]), (&"import".into(), &"process".into()));
    let results = job["links"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["rel"] == "http://www.opengis.net/def/rel/ogc/1.0/results");
    let results = path(results.unwrap());
    let told = service.ask(2, &Method::GET, results, &[], "").json();
    assert_eq!(told["statuses"]["matched"], 2, "{told}");
    assert_eq!(service.client.get("/collections/places").json()["itemCount"], 3);
    // It is for the token that asked for it, and for who administrates.
    assert_eq!(service.client.get(&path_of_job).status, StatusCode::NOT_FOUND);
    assert_eq!(service.ask(4, &Method::GET, &path_of_job, &[], "").status, StatusCode::NOT_FOUND);
    assert_eq!(service.ask(3, &Method::GET, results, &[], "").status, StatusCode::OK);
    let listed = service.ask(2, &Method::GET, "/jobs", &[], "").json();
    assert_eq!(listed["jobs"].as_array().unwrap().len(), 1);
    assert_eq!(service.client.get("/jobs").json()["jobs"].as_array().unwrap().len(), 0);
    // Another process over the same store still knows it, until it is told to forget.
    let mut next = crate::client::service(CATALOG.clone());
    let store = Gpkg::open(&service.file).unwrap();
    next.keeper = Some(Keeper::start(Box::new(store), next.catalog.clone()).0);
    let began = Instant::now();
    let next = Client::of(next);
    let secret = jidi::store::tokens::secret(&[2; 32]);
    let bearer = format!("Bearer {secret}");
    let get = |path: &str| next.ask(&Method::GET, path, &[("authorization", &bearer)]);
    while get(results).status != StatusCode::OK {
        assert!(began.elapsed() < Duration::from_secs(5), "{}", get(results).text());
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(get(results).json(), told);
    assert_eq!(get(&path_of_job).json()["status"], "successful");
    let gone = service.ask(2, &Method::DELETE, &path_of_job, &[], "");
    assert_eq!((gone.status, &gone.json()["status"]), (StatusCode::OK, &"dismissed".into()));
    assert_eq!(service.ask(2, &Method::GET, &path_of_job, &[], "").status, StatusCode::NOT_FOUND);
}

#[test]
fn a_job_that_is_called_off_leaves_nothing() {
    let service = Writable::new("off");
    let rows: Vec<String> =
        (0..40_000).map(|row| format!("{row},Yaoxian near Xianyang {row}")).collect();
    let list = format!("id,place\n{}\n", rows.join("\n"));
    let asked = service.upload("id=long&geocode=true", &[("prefer", "respond-async")], &list);
    let job = asked.header("location").strip_prefix(ROOT).unwrap().to_owned();
    let early = service.ask(2, &Method::GET, &format!("{job}/results"), &[], "");
    assert_eq!(early.status, StatusCode::NOT_FOUND, "{}", early.text());
    assert_eq!(service.ask(2, &Method::DELETE, &job, &[], "").status, StatusCode::OK);
    let ended = service.job(&job);
    assert_eq!(ended["status"], "dismissed", "{ended}");
    assert_eq!(service.client.get("/collections/long").status, StatusCode::NOT_FOUND);
}

#[test]
fn what_comes_twice_is_done_once() {
    let service = Writable::new("twice");
    let key = [("idempotency-key", "k-1")];
    let first = service.upload("id=mine", &key, LIST);
    let second = service.upload("id=mine", &key, LIST);
    assert_eq!((first.status, second.status), (StatusCode::CREATED, StatusCode::CREATED));
    assert_eq!(second.header("idempotency-replayed"), "true");
    assert_eq!(first.json()["edit"], second.json()["edit"]);
    let other = service.upload("id=mine&title=Other", &key, LIST);
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.text());
    assert_eq!(service.upload("id=mine", &[], LIST).status, StatusCode::CONFLICT);
    let more = "id,name,lon,lat\nd,Four,100,20\n";
    assert_eq!(service.upload("id=mine&mode=append", &[], more).status, StatusCode::CREATED);
    assert_eq!(service.client.get("/collections/mine").json()["itemCount"], 3);
    assert_eq!(service.upload("id=mine&mode=append", &[], more).status, StatusCode::CONFLICT);
    assert_eq!(service.upload("id=mine&mode=replace", &[], more).status, StatusCode::CREATED);
    assert_eq!(service.client.get("/collections/mine").json()["itemCount"], 1);
}

#[test]
fn who_may_not_and_what_makes_no_sense_is_refused() {
    let service = Writable::new("refused");
    let none = service.client.send(&Method::POST, "/collections?id=mine", &[CSV], LIST.as_bytes());
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    let ask = |number: u8, query: &str, headers: &[(&str, &str)], body: &str| {
        let answer =
            service.ask(number, &Method::POST, &format!("/collections?{query}"), headers, body);
        (answer.status.as_u16(), answer.text())
    };
    assert_eq!(ask(1, "id=mine", &[CSV], LIST).0, 403, "a token to read");
    assert_eq!(ask(4, "id=mine", &[CSV], LIST).0, 403, "a token for another collection");
    for (query, headers, body, status, says) in [
        ("", CSV, LIST, 400, "`id` is refused: it is missing"),
        ("id=Mine", CSV, LIST, 400, "cannot be the id of a collection"),
        ("id=jidi_meta", CSV, LIST, 400, "cannot be the id of a collection"),
        ("id=clusters", CSV, LIST, 400, "cannot be the id of a collection"),
        ("id=counties&mode=replace", CSV, LIST, 405, "comes with the boundaries"),
        ("id=bases", CSV, LIST, 409, "there is a collection `bases` already"),
        ("id=none&mode=append", CSV, LIST, 404, "there is no collection `none`"),
        ("id=mine&mode=over", CSV, LIST, 400, "`over` is not one of new, replace, append"),
        ("id=mine&geocode=yes", CSV, LIST, 400, "neither true nor false"),
        ("id=mine&datum=mars", CSV, LIST, 400, "`mars` is no datum"),
        ("id=mine&country=XX", CSV, LIST, 400, "`XX` is no country"),
        ("id=mine&colour=red", CSV, LIST, 400, "`colour` is no parameter here"),
        ("id=mine&mode=replace&private=true", CSV, LIST, 400, "only a new collection"),
        ("id=mine", ("content-type", "image/png"), LIST, 415, "`image/png` is not taken here"),
        ("id=mine", CSV, "", 400, "the file is empty"),
        ("id=mine", CSV, "name\nOne\n", 400, "name"),
        ("id=mine", CSV, "id,Id,lon,lat\na,b,1,2\n", 400, "differ in case only"),
        ("id=bases&mode=append", CSV, "colour,lon,lat\nred,1,2\n", 400, "has no column `colour`"),
    ] {
        let (code, text) = ask(2, query, &[headers], body);
        assert_eq!(code, status, "{query}: {text}");
        assert!(text.contains(says), "{query}: {text}");
    }
    assert!(service.client.get("/collections/mine").status == StatusCode::NOT_FOUND);
    let packed = ask(2, "id=mine", &[CSV, ("content-encoding", "gzip")], LIST);
    assert_eq!(packed.0, 400);
    let reads = Client::of(crate::client::service(CATALOG.clone()));
    assert_eq!(
        reads.send(&Method::POST, "/collections?id=mine", &[CSV], b"").status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[test]
fn a_file_beyond_the_limits_is_refused_and_a_private_one_is_never_seen() {
    let service = Writable::new("limits");
    let mut small = crate::client::service(CATALOG.clone());
    small.limits = Limits { upload_bytes: 100, upload_rows: 2, ..Limits::default() };
    small.jobs = Jobs::new();
    let mut store = Gpkg::open(&service.file).unwrap();
    jidi::store::Backend::add_token(&mut store, &token("limited", 8, Scope::Write, None)).unwrap();
    let catalog = jidi::store::Catalog::load_stored(
        &jidi::store::Geodata::default(),
        &mut store,
        &crate::stores::author(),
    );
    small.catalog = jidi::store::Snapshots::new(catalog.unwrap());
    small.keeper = Some(Keeper::start(Box::new(store), small.catalog.clone()).0);
    let small = Client::of(small);
    let bearer = format!("Bearer {}", jidi::store::tokens::secret(&[8; 32]));
    let send = |body: &str| {
        let headers = [CSV, ("authorization", bearer.as_str())];
        small.send(&Method::POST, "/collections?id=mine", &headers, body.as_bytes())
    };
    let large = send(&format!("lon,lat\n{}", "1,2\n".repeat(100)));
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.text().contains("than the 100 bytes"), "{}", large.text());
    let rows = send("lon,lat\n1,2\n3,4\n5,6\n");
    assert_eq!(rows.status, StatusCode::BAD_REQUEST);
    assert!(rows.text().contains("more than 2 rows"), "{}", rows.text());
    let secret = service.upload("id=secret&private=true", &[], "lon,lat\n1,2\n");
    assert_eq!(secret.status, StatusCode::CREATED);
    assert_eq!(service.client.get("/collections/secret").status, StatusCode::NOT_FOUND);
    assert_eq!(service.ask(1, &Method::GET, "/collections/secret", &[], "").status, StatusCode::OK);
}

#[test]
fn options_say_truly_what_may_be_done() {
    let service = Writable::new("allow");
    let allow = |number: u8, path: &str| {
        service.ask(number, &Method::OPTIONS, path, &[], "").header("allow").to_owned()
    };
    assert_eq!(allow(9, "/collections"), "GET, HEAD, OPTIONS");
    assert_eq!(allow(1, "/collections"), "GET, HEAD, OPTIONS");
    assert_eq!(allow(2, "/collections"), "GET, HEAD, OPTIONS, POST");
    assert_eq!(allow(2, "/collections/bases"), "GET, HEAD, OPTIONS");
    assert_eq!(allow(3, "/collections/bases"), "GET, HEAD, OPTIONS, DELETE");
    assert_eq!(allow(3, "/collections/counties"), "GET, HEAD, OPTIONS");
    let posts = service.ask(2, &Method::OPTIONS, "/collections", &[], "");
    assert!(posts.header("accept-post").contains("multipart/form-data"));
}
