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
        "/collections/bases/queryables",
        "/collections/bases/feature-schema",
        "/collections/provinces/schema",
        "/api",
        "/collections/bases/nearest?to=base-09",
        "/collections/bases/tiles",
        "/collections/provinces/tiles/WorldCRS84Quad",
        "/functions",
        "/processes",
        "/processes/clusters",
        "/processes/nearest",
        "/tileMatrixSets",
        "/tileMatrixSets/WebMercatorQuad",
        "/jobs",
    ] {
        let page = get_with(path, &[BROWSER]);
        assert_eq!(
            (page.status, page.header("content-type")),
            (StatusCode::OK, "text/html; charset=utf-8"),
            "{path}"
        );
        assert!(page.text().starts_with("<!doctype html>"), "{path}");
        assert!(get(path).header("content-type").contains("json"), "{path}");
        let plain = get_with(path, &[("accept", "application/json")]);
        assert_eq!(plain.status, StatusCode::OK, "{path}");
    }
}

#[test]
fn what_is_served_as_a_page_says_so_in_its_links_and_in_the_api() {
    let api = get("/api").json();
    for (path, described) in [
        ("/processes", "/processes"),
        ("/processes/regions", "/processes/regions"),
        ("/tileMatrixSets", "/tileMatrixSets"),
        ("/tileMatrixSets/WorldCRS84Quad", "/tileMatrixSets/{tileMatrixSetId}"),
        ("/collections/bases/tiles", "/collections/bases/tiles"),
        ("/collections/bases/tiles/WebMercatorQuad", "/collections/bases/tiles/{tileMatrixSetId}"),
        ("/collections/bases/nearest?at=120,30", "/collections/bases/nearest"),
        ("/jobs", ""),
    ] {
        let links = get(path).json()["links"].clone();
        let to_read = links.as_array().unwrap().iter().find(|link| link["type"] == "text/html");
        let href = to_read.unwrap()["href"].as_str().unwrap().replace(crate::client::ROOT, "");
        assert!(get(&href).text().starts_with("<!doctype html>"), "{href}");
        if !described.is_empty() {
            let content = &api["paths"][described]["get"]["responses"]["200"]["content"];
            assert!(content["text/html"].is_object(), "{path}: {content}");
        }
    }
}

#[test]
fn the_page_of_the_nearest_shows_the_ways_and_asks_again() {
    let page =
        get("/collections/bases/nearest?to=base-03&k=3&filter=year%20%3E%202000&f=html").text();
    assert_eq!((page.matches("class=\"way\"").count(), page.matches("<circle ").count()), (3, 4));
    assert!(page.contains("<code>base-03</code>") && page.contains(" km</td>"), "{page}");
    let again = "name=\"filter\" value=\"year &gt; 2000\"";
    assert!(
        page.contains(again) && page.contains("name=\"k\" type=\"number\" min=\"1\" value=\"3\"")
    );
    let none = get("/collections/bases/nearest?at=0,0&within_km=1&f=html").text();
    assert!(none.contains("Nothing stands within 1 km near 0.000000, 0.000000"), "{none}");
    assert_eq!(
        get("/collections/bases/nearest?at=0,0&f=html&crs=x").status,
        StatusCode::BAD_REQUEST
    );
}

#[test]
fn pages_of_the_api_tell_what_its_json_tells() {
    let queryables = get("/collections/hubs/queryables?f=html").text();
    for name in get("/collections/hubs/queryables").json()["properties"].as_object().unwrap().keys()
    {
        assert!(queryables.contains(&format!("<code>{name}</code>")), "{name}");
    }
    assert!(queryables.contains("geometry (point)") && queryables.contains("filter="));
    let process = get("/processes/clusters?f=html").text();
    let described = get("/processes/clusters").json();
    for name in described["inputs"].as_object().unwrap().keys() {
        assert!(process.contains(&format!("<code>{name}</code>")), "{name}");
    }
    assert!(process.contains("Ester") && process.contains("<code>hdbscan</code>"));
    let set = get("/tileMatrixSets/WebMercatorQuad?f=html").text();
    assert!(set.contains("1 : 559,082,264") && set.contains("256 × 256"), "{set}");
    let tiles = get("/collections/bases/tiles?f=html").text();
    assert!(tiles.contains("{tileMatrix}/{tileRow}/{tileCol}"));
    assert!(get("/functions?f=html").text().contains("S_DWITHIN"));
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
        "/collections/mine/queryables",
        "/collections/mine/schema",
        "/collections/mine/feature-schema",
        "/collections/mine/tiles",
        "/collections/mine/tiles/WebMercatorQuad",
        "/collections/mine/nearest?at=0,0&name=%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "/processes/clusters",
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        let page = service.client.get(&format!("{path}{mark}f=html")).text();
        for markup in ["<script>alert", "<img src=x", "<b>Bold", "<i>.csv"] {
            assert!(!page.contains(markup), "{path}: {markup}");
        }
    }
}
