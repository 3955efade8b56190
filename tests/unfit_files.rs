//! Files that are not what they are called, or of which nothing can be taken: refused, and nothing is changed.

use std::io::{Cursor, Write};

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::client::Answer;
use crate::lists::XLSX;
use crate::writing::Writable;

const CSV: &str = "text/csv";
const GEOJSON: &str = "application/geo+json";
const KML: &str = "application/vnd.google-earth.kml+xml";
const LIST: &str = "id,name,lon,lat\na,One,120.5,31.5\nb,Two,116.4,39.9\n";

/// A service with a collection `mine` of two features.
fn with_a_list(name: &str) -> Writable {
    let service = Writable::new(name);
    let made = send(&service, "id=mine", CSV, LIST);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    service
}

fn send(service: &Writable, query: &str, kind: &str, body: impl AsRef<[u8]>) -> Answer {
    let headers = [("content-type", kind)];
    service.ask(2, &Method::POST, &format!("/collections?{query}"), &headers, body)
}

/// Expects that a file is refused with some words however it is to be put in, and changes nothing.
fn expect_refused(service: &Writable, kind: &str, body: impl AsRef<[u8]>, words: &str) {
    for query in ["id=other", "id=mine&mode=replace", "id=mine&mode=append"] {
        let refused = send(service, query, kind, body.as_ref());
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}: {}", refused.text());
        let detail = refused.json()["detail"].to_string();
        assert!(detail.contains(words), "{query}: {detail}");
    }
    assert_eq!(service.client.get("/collections/mine").json()["itemCount"], 2);
    assert_eq!(service.client.get("/collections/other").status, StatusCode::NOT_FOUND);
}

fn feature(properties: &Json) -> String {
    json!({"type": "Feature", "properties": properties,
        "geometry": {"type": "Point", "coordinates": [120.5, 31.5]}})
    .to_string()
}

#[test]
fn a_file_that_is_no_kml_is_refused() {
    let service = with_a_list("no-kml");
    let collection = r#"{"type":"FeatureCollection","features":[]}"#;
    for text in ["hello world", collection, "<!DOCTYPE html><html><p>Not found</p></html>"] {
        expect_refused(&service, KML, text, "the KML cannot be read");
    }
}

#[test]
fn a_file_of_which_no_row_can_be_taken_is_refused_with_the_first_lines() {
    let service = with_a_list("no-row");
    let metres = "id,name,lon,lat\n1,a,580000,3500000\n2,b,580001,3500000\n3,c,x,y\n4,d,9999,0\n";
    let words = "none of its 4 rows can be taken, so nothing is changed: line 2: (580000, 3500000)";
    expect_refused(&service, CSV, metres, words);
    expect_refused(
        &service,
        CSV,
        metres,
        "line 4: no longitude and latitude in degrees: x,y; and 1",
    );
    let far = feature(&json!({})).replace("120.5", "12050000");
    expect_refused(&service, GEOJSON, far, "none of its 1 rows");
    // One row is enough, and a list of none is one.
    let some = send(&service, "id=some", CSV, format!("{metres}5,e,120,30\n"));
    assert_eq!((some.status, &some.json()["refusedCount"]), (StatusCode::CREATED, &4.into()));
    let nothing = r#"{"type":"FeatureCollection","features":[]}"#;
    for (kind, text) in [(GEOJSON, nothing), (CSV, "id,lon,lat\n")] {
        let empty = send(&service, "id=mine&mode=replace", kind, text);
        assert_eq!(empty.status, StatusCode::CREATED, "{}", empty.text());
        assert_eq!(service.client.get("/collections/mine").json()["itemCount"], 0);
    }
}

#[test]
fn names_with_nul_are_refused_and_other_characters_are_kept() {
    let service = with_a_list("nul-names");
    let words = r"the name of column 1, `a\\0b`, has the character NUL in it";
    expect_refused(&service, GEOJSON, feature(&json!({"a\0b": 1})), words);
    let title = send(&service, "id=other&title=a%00b", CSV, LIST);
    assert_eq!(title.status, StatusCode::BAD_REQUEST, "{}", title.text());
    assert_eq!(title.json()["parameter"], "title");
    let odd: Vec<String> = ('\u{1}'..' ')
        .chain(['\u{7f}', '\u{85}', '\u{feff}', '\u{ffff}'])
        .map(|letter| format!("a{letter}b\"'`;"))
        .collect();
    let properties: Json = odd
        .iter()
        .map(|name| (name.clone(), json!(name)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let made = send(&service, "id=odd", GEOJSON, feature(&properties));
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let back =
        service.client.get("/collections/odd/items").json()["features"][0]["properties"].clone();
    for name in &odd {
        assert_eq!(&back[name], name, "{name:?}");
    }
}

#[test]
fn a_row_with_nul_in_a_value_is_named_and_the_others_are_taken() {
    let service = with_a_list("nul-values");
    let list = "id,name,lon,lat\na,O\0ne,120.5,31.5\nb,Two,116.4,39.9\n";
    let lines = [json!({"codes": ["39"]}), json!({"codes": ["39", "4\0"]})];
    let lines = lines.each_ref().map(feature).join("\n");
    for (query, kind, text, line) in [
        ("id=table", CSV, list, 2),
        ("id=placed&geocode=true", CSV, list, 2),
        ("id=lines", "application/x-ndjson", &lines, 2),
    ] {
        let told = send(&service, query, kind, text).json();
        assert_eq!((&told["features"], &told["refusedCount"]), (&1.into(), &1.into()), "{told}");
        assert_eq!(told["refused"][0]["line"], line);
        let reason = told["refused"][0]["reason"].as_str().unwrap();
        assert!(reason.contains("the character NUL"), "{reason}");
    }
    let patch = [("content-type", "application/merge-patch+json")];
    let body = json!({"properties": {"name": "a\0b"}}).to_string();
    let item = "/collections/mine/items/a";
    let refused = service.ask(2, &Method::PATCH, item, &patch, body);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text());
}

#[test]
fn utf_16_without_its_mark_is_read() {
    let service = Writable::new("utf-16");
    let text: Vec<u8> =
        LIST.replace("One", "常熟").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let made = send(&service, "id=mine", CSV, text);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(made.json()["readAs"], "UTF-16LE");
    let item = service.client.get("/collections/mine/items/a").json();
    assert_eq!(item["properties"]["name"], "常熟");
}

/// A zipped shapefile or KMZ whose files hold so many zeros behind their beginnings.
fn bomb(files: &[(&str, &[u8])], mib: usize) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, beginning) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(beginning).unwrap();
        for _ in 0..mib {
            archive.write_all(&vec![b' '; 1024 * 1024]).unwrap();
        }
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_file_that_unpacks_to_more_than_is_taken_is_refused_with_the_limit() {
    let service = Writable::with_limits("unpacked", |limits| limits.unpacked_bytes = 4 << 20);
    let kml = b"<kml><Placemark><Point><coordinates>120,31</coordinates></Point></Placemark></kml>";
    let mut shape = [0_u8; 100];
    shape[..4].copy_from_slice(&9994_i32.to_be_bytes());
    let sends = |kind: &str, body: &[u8]| send(&service, "id=mine", kind, body);
    for (kind, bytes) in [
        ("application/vnd.google-earth.kmz", bomb(&[("doc.kml", kml)], 5)),
        ("application/zip", bomb(&[("a.shp", &shape), ("a.dbf", &shape)], 3)),
        (XLSX, bomb(&[("[Content_Types].xml", b""), ("xl/workbook.xml", b"")], 3)),
    ] {
        assert!(bytes.len() < 100_000);
        let refused = sends(kind, &bytes);
        assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE, "{kind}: {}", refused.text());
        let detail = refused.json()["detail"].to_string();
        assert!(detail.contains("larger than 4 MiB once it is unpacked"), "{kind}: {detail}");
    }
    let located = service.ask(
        2,
        &Method::POST,
        "/geocode",
        &[("content-type", XLSX)],
        bomb(&[("xl/", b"")], 5),
    );
    assert_eq!(located.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", located.text());
    let within = sends("application/vnd.google-earth.kmz", &bomb(&[("doc.kml", kml)], 3));
    assert_eq!(within.status, StatusCode::CREATED, "{}", within.text());
    let api = service.ask(2, &Method::GET, "/api", &[], "").json();
    for path in ["/collections", "/geocode"] {
        let said = api["paths"][path]["post"]["description"].as_str().unwrap();
        assert!(said.contains("4 MiB once it is unpacked"), "{said}");
    }
}

#[test]
fn an_archive_that_says_less_than_it_holds_is_refused() {
    let service = Writable::new("understated");
    let mut bytes = bomb(&[("doc.kml", b"<kml/>")], 3);
    let (told, less) = ((3_u32 << 20) + 6, 1_u32 << 20);
    let places: Vec<usize> =
        (0..bytes.len() - 4).filter(|at| bytes[*at..at + 4] == told.to_le_bytes()).collect();
    assert_eq!(places.len(), 2, "before the file and in the directory");
    for at in places {
        bytes[at..at + 4].copy_from_slice(&less.to_le_bytes());
    }
    let refused = send(&service, "id=mine", "application/vnd.google-earth.kmz", bytes);
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
}
