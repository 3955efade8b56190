//! Collections and features as pages to read: complete, linked, and safe.

use axum::http::{Method, StatusCode};

use crate::client::{get, get_with};
use crate::writing::Writable;

const BROWSER: (&str, &str) =
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");

#[test]
fn a_browser_reads_what_a_program_gets_as_json() {
    for path in [
        "/collections",
        "/collections/bases",
        "/collections/bases/items",
        "/collections/bases/items/base-03",
        "/collections/provinces/items?limit=3",
    ] {
        let page = get_with(path, &[BROWSER]);
        assert_eq!(
            (page.status, page.header("content-type")),
            (StatusCode::OK, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(page.text().starts_with("<!doctype html>"), "{path}");
        assert!(get(path).header("content-type").contains("json"), "{path}");
    }
}

#[test]
fn the_page_of_a_collection_shows_it_on_a_map_with_its_fields_and_recipes() {
    let page = get("/collections/bases?f=html").text();
    assert_eq!(page.matches("<circle ").count(), 11);
    assert!(page.matches("class=\"land\"").count() > 20, "the land around it");
    for part in [
        "2020年国家高新技术产业化基地",
        "<code>industry_codes</code>",
        "ogr2ogr -f GPKG bases.gpkg OAPIF:http://jidi.test bases",
        "/collections/bases/download?f=parquet",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn recipes_are_a_page_of_their_own_that_the_landing_page_links() {
    let landing = get("/?f=json").json();
    let help = landing["links"].as_array().unwrap().iter().find(|link| link["rel"] == "help");
    assert!(help.unwrap()["href"].as_str().unwrap().ends_with("/use-it-in"), "{landing}");
    let first = get("/use-it-in");
    assert_eq!(first.status, 200);
    let hubs = get("/use-it-in?collection=hubs").text();
    for program in
        ["QGIS", "ArcGIS Pro", "GDAL", "geopandas", "R, sf", "DuckDB", "MapLibre", "Excel"]
    {
        assert!(hubs.contains(program), "{program}");
    }
    assert!(hubs.contains("/collections/hubs") && hubs.contains("?collection=bases"));
    assert_eq!(get("/use-it-in?collection=none").status, 404);
    assert_eq!(get("/use-it-in?colection=hubs").status, 400);
    assert!(get("/api").json()["paths"]["/use-it-in"]["get"].is_object());
}

#[test]
fn a_page_of_features_leads_on_and_back_and_to_each() {
    let page = get("/collections/hubs/items?f=html&limit=10&offset=10").text();
    assert!(page.contains("11 to 20 of 949."), "{page}");
    assert!(
        page.contains("rel=\"next\"") && page.contains("cursor=") && page.contains("rel=\"prev\"")
    );
    let one = get("/collections/bases/items/base-03?f=html").text();
    assert!(one.contains("Changsha State") && one.contains("常熟"), "{one}");
    assert_eq!(one.matches("<circle ").count(), 1);
    let none = get("/collections/bases/items?f=html&year=1900").text();
    assert!(none.contains("No feature of 0 is on this page."));
    for query in ["datum=gcj02", "decimals=3", "properties=name"] {
        let refused = get(&format!("/collections/bases/items?f=html&{query}"));
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(get("/collections/bases/items/none?f=html").status, StatusCode::NOT_FOUND);
}

#[test]
fn what_people_send_never_becomes_markup() {
    let service = Writable::new("pages");
    let list = "id,name,\"<img src=x onerror=alert(1)>\",lon,lat\na,<script>alert(1)</script>,\"\"\"'>\",1,2\n";
    let query = "/collections?id=mine&title=%3Cb%3EBold%3C%2Fb%3E&filename=%3Ci%3E.csv";
    let made = service.ask(2, &Method::POST, query, &[("content-type", "text/csv")], list);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    for path in [
        "/collections",
        "/collections/mine",
        "/collections/mine/items",
        "/collections/mine/items/a",
    ] {
        let page = service.client.get(&format!("{path}?f=html")).text();
        for markup in ["<script>alert", "<img src=x", "<b>Bold", "<i>.csv"] {
            assert!(!page.contains(markup), "{path}: {markup}");
        }
    }
}
