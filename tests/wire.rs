//! What clients see on the wire: media types, links, pages, validators, compression, CORS.

use axum::http::{Method, StatusCode};
use serde_json::Value as Json;

use crate::client::{ROOT, ask, get, get_with, links, path};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[test]
fn a_browser_gets_the_page_and_a_program_gets_the_landing_page() {
    let page = get_with("/?sel=base-07&lang=zh", &[("accept", BROWSER)]);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("content-security-policy").contains("default-src 'self'"));
    assert_eq!(get("/").header("content-type"), "application/json");
    assert_eq!(
        get("/?sel=base-07").status,
        StatusCode::BAD_REQUEST,
        "the page's parameters are the page's"
    );
    assert!(get("/").headers.get_all("vary").iter().any(|vary| vary == "accept"));
}

#[test]
fn following_next_visits_every_hub_once_whatever_the_limit() {
    for limit in [1, 97, 500, 10_000] {
        let mut ids = Vec::new();
        let mut next =
            Some(format!("/collections/hubs/items?limit={limit}&designation_level=national"));
        while let Some(at) = next {
            let page = get(&at).json();
            ids.extend(
                page["features"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|hub| hub["id"].as_str().unwrap().to_owned()),
            );
            assert_eq!(page["numberMatched"], 738);
            next = links(&page, "next").first().map(|link| path(link).to_owned());
            if limit == 1 && ids.len() > 5 {
                break;
            }
        }
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "none twice");
        assert!(limit == 1 || count == 738, "{limit}: {count}");
    }
}

#[test]
fn a_page_behind_the_last_is_empty_and_leads_back() {
    let page = get("/collections/bases/items?limit=5&offset=10").json();
    assert_eq!(page["numberReturned"], 1);
    assert!(links(&page, "next").is_empty());
    let prev = get(path(links(&page, "prev")[0])).json();
    let counted = get("/collections/bases/items?limit=5&offset=5").json();
    assert_eq!(prev["features"], counted["features"]);
    let second = get("/collections/bases/items?limit=4&offset=2").json();
    let prev = get(path(links(&second, "prev")[0])).json();
    assert_eq!(prev["numberReturned"], 2, "none twice");
    let behind = get("/collections/bases/items?offset=99").json();
    assert_eq!(
        (&behind["numberReturned"], &behind["numberMatched"]),
        (&Json::from(0), &Json::from(11))
    );
}

#[test]
fn a_box_and_conditions_select_and_edges_belong_to_it() {
    let ids = |query: &str| -> Vec<String> {
        let page = get(&format!("/collections/bases/items?{query}")).json();
        page["features"]
            .as_array()
            .unwrap()
            .iter()
            .map(|base| base["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("bbox=105,30,106,31"), ["base-09", "base-10"]);
    assert_eq!(ids("bbox=105,30,0,106,31,9"), ["base-09", "base-10"], "heights are left aside");
    assert_eq!(ids("bbox=103.62,36.5152,103.62,36.5152"), ["base-08"], "a point is a box");
    assert!(ids("bbox=170,-90,-170,90").is_empty(), "across the antimeridian");
    assert_eq!(ids("bbox=100,-90,-100,90").len(), 11);
    assert_eq!(ids("province=Jiangsu"), ["base-03", "base-05"]);
    assert_eq!(ids("industry_codes=39"), ["base-09", "base-10"], "a list contains");
    assert_eq!(ids("year=2020&county=Taicang"), ["base-05"]);
    assert_eq!(ids("datetime=2020-10-12T/..").len(), 11, "as GDAL writes it");
    assert!(
        ids("datetime=2021-01-01T00:00:00Z/9999-12-31T00:00:00Z").is_empty(),
        "as QGIS writes it"
    );
}

#[test]
fn every_format_names_its_type_and_counts_in_headers() {
    let formats = [
        ("geojson", "application/geo+json"),
        ("geojsonl", "application/x-ndjson"),
        ("csv", "text/csv"),
    ];
    for (name, media_type) in formats {
        let by_name = get(&format!("/collections/bases/items?limit=2&f={name}"));
        let by_accept = get_with("/collections/bases/items?limit=2", &[("accept", media_type)]);
        for answer in [by_name, by_accept] {
            assert_eq!(answer.header("content-type"), media_type);
            assert_eq!(answer.header("ogc-numbermatched"), "11");
            assert_eq!(answer.header("ogc-numberreturned"), "2");
            let links: Vec<&str> =
                answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
            let next = links.iter().find(|link| link.contains("rel=\"next\"")).unwrap();
            assert!(next.contains(media_type), "{next}");
            assert_eq!(
                next.contains("f="),
                name != "geojson" || next.contains("f=geojson"),
                "{next}"
            );
        }
    }
    assert_eq!(get("/collections/bases/items?f=csv").text().lines().count(), 12);
    assert_eq!(get("/collections/bases/items?f=geojsonl").text().lines().count(), 11);
}

#[test]
fn an_answer_that_the_client_has_is_not_sent_again() {
    for at in ["/collections/bases/items", "/collections", "/api", "/industries", "/"] {
        let first = get(at);
        let tag = first.header("etag");
        assert!(tag.starts_with("W/\""), "{at}");
        let again = get_with(at, &[("if-none-match", tag)]);
        assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{at}");
        assert_eq!(again.header("etag"), tag);
        assert!(again.body.is_empty());
        assert_eq!(get_with(at, &[("if-none-match", "W/\"other\"")]).status, StatusCode::OK);
    }
    // Any validator will do, but only of an answer that there is.
    let any = [("if-none-match", "*")];
    assert_eq!(get_with("/collections/bases/items", &any).status, StatusCode::NOT_MODIFIED);
    assert_eq!(get_with("/collections/bases/items/base-99", &any).status, StatusCode::NOT_FOUND);
    assert_eq!(get_with("/collections/bases/items?limit=0", &any).status, StatusCode::BAD_REQUEST);
    let page = get("/collections/bases/items?limit=1");
    assert_ne!(page.header("etag"), get("/collections/bases/items?limit=2").header("etag"));
}

#[test]
fn head_has_the_headers_and_no_body() {
    let head = ask(&Method::HEAD, "/collections/bases/items");
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!(head.header("content-type"), "application/geo+json");
    assert!(head.body.is_empty());
}

#[test]
fn answers_are_compressed_for_those_who_take_it() {
    for encoding in ["gzip", "br", "zstd"] {
        let answer =
            get_with("/collections/hubs/items?limit=500", &[("accept-encoding", encoding)]);
        assert_eq!(answer.header("content-encoding"), encoding);
        assert!(answer.body.len() < 150_000, "{encoding}: {}", answer.body.len());
    }
}

#[test]
fn reads_are_open_to_every_origin_and_writes_are_not() {
    let answer = get_with("/collections/bases/items", &[("origin", "https://elsewhere.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert!(answer.header("access-control-expose-headers").contains("link"));
    let preflight = ask(&Method::OPTIONS, "/collections/bases/items");
    assert!(!preflight.header("access-control-allow-methods").contains("POST"));
}

#[test]
fn coordinates_have_as_many_decimals_as_asked_for() {
    let base = get("/collections/bases/items/base-01?decimals=2").json();
    assert_eq!(base["geometry"]["coordinates"], serde_json::json!([116.5, 39.79]));
}

#[test]
fn a_datum_of_chinese_maps_is_given_on_request_and_named_in_the_file() {
    let wgs84 = get("/collections/bases/items/base-01").json();
    assert_eq!(wgs84["datum"], Json::Null);
    let ask = |rest: &str| get(&format!("/collections/bases/items{rest}"));
    let gcj02 = ask("/base-01?datum=gcj02").json();
    assert_eq!(gcj02["datum"], "GCJ-02");
    let degrees = |feature: &Json| feature["geometry"]["coordinates"][0].as_f64().unwrap();
    let east = degrees(&gcj02) - degrees(&wgs84);
    assert!((0.004..0.008).contains(&east), "{east} degrees");
    assert_eq!(ask("?datum=bd09").json()["datum"], "BD-09");
    let csv = ask("?f=csv&datum=gcj02").text();
    assert!(csv.lines().next().unwrap().ends_with("lon_gcj02,lat_gcj02"), "{csv}");
    let line = ask("?f=geojsonl&datum=gcj02&limit=1").json();
    assert_eq!(line["datum"], "GCJ-02");
    // The box stays in WGS 84, whatever the answer is in.
    let lon = degrees(&wgs84);
    let bbox = format!("?bbox={},39,{},40&datum=gcj02", lon - 0.001, lon + 0.001);
    assert_eq!(ask(&bbox).json()["numberMatched"], 1);
    assert_eq!(ask("?datum=nad27").status, StatusCode::BAD_REQUEST);
}

/// Says whether a value is of a type that a schema of one field names.
fn is_of_type(value: &Json, schema: &Json) -> bool {
    let is = |name: &str| match name {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "array" => value.as_array().is_some_and(|items| items.iter().all(Json::is_string)),
        _ => false,
    };
    match &schema["type"] {
        Json::Array(names) => names.iter().any(|name| is(name.as_str().unwrap())),
        name => is(name.as_str().unwrap()),
    }
}

#[test]
fn every_feature_is_valid_by_the_schema_of_its_collection() {
    for collection in ["bases", "hubs", "provinces", "prefectures"] {
        let schema = get(&format!("/collections/{collection}/feature-schema")).json();
        assert_eq!(schema["$id"], format!("{ROOT}/collections/{collection}/feature-schema"));
        let properties = &schema["properties"]["properties"];
        let geometries = schema["properties"]["geometry"].to_string();
        let page = get(&format!("/collections/{collection}/items?limit=10000")).json();
        for feature in page["features"].as_array().unwrap() {
            let kind = &feature["geometry"]["type"];
            assert!(kind.is_null() || geometries.contains(&kind.to_string()), "{kind}");
            for (name, value) in feature["properties"].as_object().unwrap() {
                let pattern = &properties["patternProperties"][format!("^{name}$")];
                let declared = &properties["properties"][name];
                let schema = if declared.is_null() { pattern } else { declared };
                assert!(
                    is_of_type(value, schema),
                    "{collection} {}: {name} = {value}",
                    feature["id"]
                );
            }
        }
    }
}

#[test]
fn the_feature_schema_names_types_as_gdal_reads_them() {
    // GDAL 3.12 reads a plain type only, and adds a second column for an `id` declared here.
    let schema = get("/collections/hubs/feature-schema").json();
    let properties = &schema["properties"]["properties"]["properties"];
    assert!(properties.get("id").is_none() && properties.get("year").is_none());
    assert_eq!(properties["uncertainty_km"]["type"], "number");
    assert_eq!(properties["io_sectors"]["type"], "array");
}

#[test]
fn features_of_a_collection_have_the_same_fields_in_the_same_order() {
    let page = get("/collections/hubs/items?limit=10000").json();
    let fields =
        |hub: &Json| hub["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let hubs = page["features"].as_array().unwrap();
    assert!(hubs.iter().all(|hub| fields(hub) == fields(&hubs[0])));
}

#[test]
fn polygons_run_anticlockwise_and_close() {
    let page = get("/collections/prefectures/items?limit=10000").json();
    let mut rings = 0;
    for unit in page["features"].as_array().unwrap() {
        for polygon in unit["geometry"]["coordinates"].as_array().unwrap() {
            for (number, ring) in polygon.as_array().unwrap().iter().enumerate() {
                let ring: Vec<(f64, f64)> = serde_json::from_value(ring.clone()).unwrap();
                assert!(ring.len() >= 4 && ring.first() == ring.last(), "{}", unit["id"]);
                let doubled: f64 =
                    ring.windows(2).map(|pair| pair[0].0 * pair[1].1 - pair[1].0 * pair[0].1).sum();
                assert!(if number == 0 { doubled > 0.0 } else { doubled < 0.0 }, "{}", unit["id"]);
                rings += 1;
            }
        }
    }
    assert!(rings >= 375);
}

#[test]
fn the_licences_can_be_read_by_people_and_programs() {
    let page = get_with("/licences", &[("accept", BROWSER)]);
    assert!(page.text().contains("GeoNames") && page.text().contains("CC BY 4.0"));
    let sources = get("/licences").json();
    let ids: Vec<&str> = sources["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    for id in ["geonames", "natural-earth", "tianditu"] {
        assert!(ids.contains(&id), "{ids:?}");
    }
}

#[test]
fn the_groups_of_industries_have_seven_colours_and_codes_in_both_languages() {
    let groups = get("/industries").json()["groups"].as_array().unwrap().clone();
    assert_eq!(groups.len(), 8);
    let slots: Vec<u64> = groups.iter().map(|group| group["slot"].as_u64().unwrap()).collect();
    assert_eq!(slots, [1, 2, 3, 4, 5, 6, 7, 8]);
    for group in &groups {
        assert!(group["colour"].as_str().unwrap().starts_with('#'));
        assert!(group["code_en"].as_str().unwrap().chars().count() <= 2);
        assert_eq!(group["code_zh"].as_str().unwrap().chars().count(), 1);
    }
}
