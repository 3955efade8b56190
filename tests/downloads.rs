//! Everything that matches is sent as one file, in each format, to the last digit.

use axum::http::{Method, StatusCode};

use jidi::formats::Format;
use jidi::formats::layer::{Layer, kind_of};

use crate::client::{Answer, CATALOG, ask, get, links, path};

fn layer(answer: &Answer) -> Layer {
    assert_eq!(answer.status, StatusCode::OK);
    let kind = kind_of(answer.header("content-type"), &answer.body).unwrap();
    Layer::read(&answer.body, kind, 100_000).unwrap()
}

#[test]
fn every_format_brings_every_feature_of_every_collection() {
    let catalog = &CATALOG;
    for collection in &catalog.collections {
        let id = &collection.about().id;
        for format in Format::ALL {
            let answer = get(&format!("/collections/{id}/download?f={}", format.name()));
            assert_eq!(answer.header("content-type"), format.media_type());
            let named = format!("attachment; filename=\"{id}.{}\"", format.name());
            assert_eq!(answer.header("content-disposition"), named);
            let mut rows = layer(&answer).rows;
            assert_eq!(rows.len(), collection.len(), "{id} {format:?}");
            if format == Format::FlatGeobuf {
                let place = |id: &str| collection.features().position(|one| one.id.as_str() == id);
                rows.sort_by_key(|row| row.id.as_deref().and_then(place));
            }
            for (row, feature) in rows.iter().zip(collection.features()) {
                assert_eq!(row.id.as_deref(), Some(feature.id.as_str()), "{format:?}");
                let is_there = row.geometry == feature.to_geometry();
                assert!(is_there, "{format:?} {:?}: {:?}", feature.id, row.geometry);
            }
            if id == "counties" {
                break; // one large one of areas is enough in the default format
            }
        }
    }
}

#[test]
fn what_does_not_match_is_left_out_and_what_is_unknown_refused() {
    let count =
        |query: &str| layer(&get(&format!("/collections/bases/download?{query}"))).rows.len();
    assert_eq!(count("f=gpkg&province=Jiangsu"), 2);
    assert_eq!(count("f=parquet&bbox=105,30,106,31"), 2);
    assert_eq!(count("f=fgb&datetime=1990-01-01"), 0);
    assert_eq!(count("f=kml&name=nothing"), 0);
    for (query, words) in [
        ("limit=5", "`limit` is no parameter here"),
        ("f=docx", "geojson, json, geojsonl, csv, fgb, gpkg, parquet, kml"),
        ("f=gpkg&bom=true", "only f=csv has such a mark"),
        ("f=csv&bom=yes", "neither true nor false"),
    ] {
        let answer = get(&format!("/collections/bases/download?{query}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.text().contains(words), "{}", answer.text());
    }
    assert_eq!(get("/collections/nothing/download").status, StatusCode::NOT_FOUND);
}

#[test]
fn a_download_says_its_datum_its_marks_and_its_head() {
    let shifted = get("/collections/bases/download?f=gpkg&datum=gcj02");
    assert_eq!(shifted.header("content-disposition"), "attachment; filename=\"bases_gcj02.gpkg\"");
    assert_eq!(layer(&shifted).datum, Some(jidi::domain::Datum::Gcj02));
    let table = get("/collections/bases/download?f=csv&bom=true&decimals=1");
    assert!(table.body.starts_with("\u{feff}".as_bytes()));
    let head = ask(&Method::HEAD, "/collections/bases/download?f=parquet");
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    assert_eq!(head.header("content-type"), Format::GeoParquet.media_type());
    assert_eq!((head.known_length, head.header("content-length")), (None, ""), "not 0 bytes");
}

#[test]
fn collections_link_to_their_files_and_the_api_describes_them() {
    let collection = get("/collections/bases").json();
    let files = links(&collection, "enclosure");
    let kinds: Vec<&str> = files.iter().map(|link| link["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, Format::ALL.map(Format::media_type));
    assert!(path(files[0]).starts_with("/collections/bases/download?f="));
    let api = get("/api").json();
    let described = &api["paths"]["/collections/bases/download"]["get"];
    let content = described["responses"]["200"]["content"].as_object().unwrap();
    assert!(Format::ALL.iter().all(|format| content.contains_key(format.media_type())));
    for format in Format::ALL {
        let page = get(&format!("/collections/hubs/items?limit=3&f={}", format.name()));
        assert_eq!(page.header("ogc-numbermatched"), "949");
        assert_eq!(layer(&page).rows.len(), 3, "{format:?}");
    }
}
