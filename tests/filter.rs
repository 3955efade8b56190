//! Filters over HTTP and on the command line: the examples of CQL2, refusals, limits.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use geo::CoordsIter;
use jidi::domain::RegisteredCrs;
use jidi::filter::Filter;
use jidi::formats::cql2;
use jidi::store::Selection;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use crate::client::{get, links, path};

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The ids of what matches, and how many there are.
fn matching(collection: &str, filter: &str) -> (BTreeSet<String>, u64) {
    let at = format!("/collections/{collection}/items?limit=10000&filter={}", encoded(filter));
    let answer = get(&at);
    assert_eq!(answer.status, StatusCode::OK, "{filter}: {}", answer.text());
    let page = answer.json();
    let ids = page["features"].as_array().unwrap().iter();
    let ids = ids.map(|one| one["id"].as_str().unwrap().to_owned()).collect();
    (ids, page["numberMatched"].as_u64().unwrap())
}

fn count(filter: &str) -> u64 {
    matching("hubs", filter).1
}

/// How many hubs a test of their properties holds for.
fn hubs(test: impl Fn(&Json) -> bool) -> u64 {
    let all = get("/collections/hubs/items?limit=10000").json();
    let hubs = all["features"].as_array().unwrap().iter();
    hubs.filter(|hub| test(&hub["properties"])).count() as u64
}

fn refusal(query: &str) -> (StatusCode, String) {
    let answer = get(&format!("/collections/hubs/items?{query}"));
    (answer.status, answer.json()["detail"].as_str().unwrap_or_default().to_owned())
}

fn year(hub: &Json) -> i64 {
    hub["year"].as_i64().unwrap_or(0)
}

#[test]
fn basic_cql2_compares_and_joins() {
    assert_eq!(
        count("year >= 2010 AND year < 2012"),
        hubs(|hub| (2010..2012).contains(&year(hub)))
    );
    assert_eq!(count("year IS NULL"), hubs(|hub| hub["year"].is_null()));
    assert_eq!(
        count("NOT (year < 2012) OR province = 'Jiangsu'"),
        hubs(|hub| year(hub) >= 2012 || hub["province"] == "Jiangsu")
    );
    assert_eq!(count("TRUE"), 949);
    assert_eq!(count("FALSE"), 0);
}

#[test]
fn advanced_comparisons_are_like_between_and_in() {
    let zh = |hub: &Json| hub["name_zh"].as_str().unwrap_or_default().to_owned();
    assert_eq!(count("name_zh LIKE '苏州%'"), hubs(|hub| zh(hub).starts_with("苏州")));
    assert_eq!(count("name_zh LIKE '%开发区%'"), hubs(|hub| zh(hub).contains("开发区")));
    assert!(count("name_zh LIKE '苏州%'") > 0);
    assert_eq!(count("year BETWEEN 2009 AND 2011"), hubs(|hub| (2009..=2011).contains(&year(hub))));
    assert_eq!(
        count("province IN ('Jiangsu', 'Zhejiang')"),
        hubs(|hub| ["Jiangsu", "Zhejiang"].contains(&hub["province"].as_str().unwrap_or("")))
    );
}

#[test]
fn case_and_accents_make_no_difference_where_asked() {
    let jiangsu = count("province = 'Jiangsu'");
    assert!(jiangsu > 10);
    assert_eq!(count("CASEI(province) = CASEI('JIANGSU')"), jiangsu);
    assert_eq!(count("ACCENTI(province) = ACCENTI('Jiāngsū')"), jiangsu);
    assert_eq!(count("province = 'JIANGSU'"), 0);
}

#[test]
fn lists_are_asked_by_the_functions_of_arrays() {
    let codes = |hub: &Json| -> Vec<String> {
        let codes = hub["industry_codes"].as_array().cloned().unwrap_or_default();
        codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    };
    let has = |hub: &Json, code: &str| codes(hub).contains(&code.to_owned());
    assert_eq!(count("A_CONTAINS(industry_codes, ('39'))"), hubs(|hub| has(hub, "39")));
    assert_eq!(
        count("A_OVERLAPS(industry_codes, ('39', '36'))"),
        hubs(|hub| has(hub, "39") || has(hub, "36"))
    );
    assert!(count("A_CONTAINS(industry_codes, ('39'))") > 0);
}

#[test]
fn a_box_in_a_filter_is_the_box_of_the_parameter_but_for_what_has_no_place() {
    let bbox = get("/collections/hubs/items?bbox=118,29,122,33&limit=10000").json();
    let located = bbox["features"].as_array().unwrap().iter();
    let located = located.filter(|hub| !hub["geometry"].is_null()).count() as u64;
    assert_eq!(count("S_INTERSECTS(geometry, BBOX(118,29,122,33))"), located);
    let square = "POLYGON((118 29,122 29,122 33,118 33,118 29))";
    assert_eq!(count(&format!("S_WITHIN(geometry, {square})")), located);
    assert_eq!(
        count(&format!("S_DISJOINT(geometry, {square})")),
        count("geometry IS NOT NULL") - located
    );
}

#[test]
fn areas_are_asked_by_spatial_functions() {
    let (ids, _) = matching("provinces", "S_CONTAINS(geometry, POINT(116.4 39.9))");
    assert_eq!(ids.len(), 1);
    let (touching, _) =
        matching("provinces", "S_INTERSECTS(geometry, LINESTRING(116.4 39.9,121.4 31.2))");
    assert!(touching.len() >= 4 && touching.is_superset(&ids), "{touching:?}");
}

#[test]
fn s_dwithin_agrees_with_nearest_on_the_ellipsoid() {
    let near = get("/collections/hubs/nearest?at=120.62,31.3&within_km=60&k=10000").json();
    let near = near["features"].as_array().unwrap().iter();
    let near: BTreeSet<String> = near.map(|hub| hub["id"].as_str().unwrap().to_owned()).collect();
    assert!(near.len() > 5);
    let (ids, _) = matching("hubs", "S_DWITHIN(geometry, POINT(120.62 31.3), 60, 'km')");
    assert_eq!(ids, near);
    let (ids, _) = matching("hubs", "S_DWITHIN(geometry, POINT(120.62 31.3), 60000, 'm')");
    assert_eq!(ids, near);
}

#[test]
fn temporal_functions_take_the_whole_year() {
    assert_eq!(count("T_AFTER(year, DATE('2010-12-31'))"), hubs(|hub| year(hub) > 2010));
    assert_eq!(count("T_INTERSECTS(year, DATE('2010-06-01'))"), hubs(|hub| year(hub) == 2010));
    assert_eq!(
        count("T_DURING(year, INTERVAL('2009-12-31','2012-01-01'))"),
        hubs(|hub| (2010..=2011).contains(&year(hub)))
    );
}

#[test]
fn arithmetic_and_two_properties() {
    assert_eq!(count("year % 10 = 0"), hubs(|hub| hub["year"].is_i64() && year(hub) % 10 == 0));
    let same = |hub: &Json| hub["place"].is_string() && hub["place"] == hub["prefecture"];
    assert_eq!(count("place = prefecture"), hubs(same));
}

#[test]
fn cql2_json_asks_the_same() {
    let json = r#"{"op":"and","args":[{"op":">=","args":[{"property":"year"},2010]},
        {"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[118,29,122,33]}]}]}"#;
    let at =
        format!("/collections/hubs/items?limit=1&filter-lang=cql2-json&filter={}", encoded(json));
    let by_json = get(&at).json()["numberMatched"].as_u64().unwrap();
    assert!(by_json > 0);
    assert_eq!(by_json, count("year >= 2010 AND S_INTERSECTS(geometry, BBOX(118,29,122,33))"));
}

#[test]
fn the_reference_system_of_a_filter_says_the_order_of_its_axes() {
    let at = |crs: &str, filter: &str| {
        let crs = encoded(&format!("http://www.opengis.net/def/crs/{crs}"));
        get(&format!("/collections/hubs/items?limit=1&filter-crs={crs}&filter={}", encoded(filter)))
    };
    let crs84 = at("OGC/1.3/CRS84", "S_INTERSECTS(geometry, BBOX(118,29,122,33))").json();
    for crs in ["EPSG/0/4326", "EPSG/0/4490"] {
        let swapped = at(crs, "S_INTERSECTS(geometry, BBOX(29,118,33,122))").json();
        assert_eq!(swapped["numberMatched"], crs84["numberMatched"], "{crs}");
    }
    assert_eq!(at("EPSG/0/2326", "TRUE").status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_filter_is_joined_to_every_other_condition_and_kept_in_links() {
    let filter = encoded("year >= 2000");
    let at = format!(
        "/collections/hubs/items?province=Jiangsu&bbox=118,29,122,33&limit=2&filter={filter}"
    );
    let page = get(&at).json();
    let both = count(
        "province = 'Jiangsu' AND year >= 2000 AND S_INTERSECTS(geometry, BBOX(118,29,122,33))",
    );
    // What has no place meets every box of the parameter, and none of the function.
    let lost = count("province = 'Jiangsu' AND year >= 2000 AND geometry IS NULL");
    assert_eq!(page["numberMatched"], both + lost);
    let next = get(path(links(&page, "next")[0])).json();
    assert_eq!(next["numberMatched"], page["numberMatched"]);
    assert_ne!(next["features"][0]["id"], page["features"][0]["id"]);
}

#[test]
fn a_download_takes_a_filter_an_order_and_the_parts_that_are_wanted() {
    let file = get("/collections/hubs/download?f=geojsonl&filter=year%3E%3D2010");
    assert_eq!(file.text().lines().count() as u64, count("year >= 2010"));
    let query = "sortby=-year,name&properties=name,year&skip-geometry=true";
    let file = get(&format!("/collections/hubs/download?f=geojsonl&{query}")).text();
    let page = get(&format!("/collections/hubs/items?limit=10000&{query}")).json();
    let mut features: Vec<Json> =
        file.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let types = features[0].as_object_mut().unwrap().remove("types");
    assert_eq!(types, Some(json!({"name": "text", "year": "integer"})));
    assert_eq!(json!(features), page["features"]);
    assert_eq!(features[0]["geometry"], Json::Null);
    let table = get("/collections/hubs/download?f=csv&properties=year&sortby=year").text();
    assert!(table.starts_with("id,year,lon,lat\n"), "{}", &table[..60]);
    for query in
        ["f=fgb&sortby=year", "f=csv&sortby=yaer", "f=csv&properties=nmae", "f=csv&skip-geometry=1"]
    {
        let refused = get(&format!("/collections/hubs/download?{query}"));
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[test]
fn nearest_takes_a_filter() {
    let filter = encoded("province = 'Zhejiang' AND year >= 2010");
    let at = format!("/collections/hubs/nearest?at=120.62,31.3&k=3&filter={filter}");
    let found = get(&at).json();
    let found = found["features"].as_array().unwrap();
    assert_eq!(found.len(), 3);
    for hub in found {
        assert_eq!(hub["properties"]["province"], "Zhejiang");
        assert!(year(&hub["properties"]) >= 2010);
    }
}

#[test]
fn refusals_name_the_parameter_and_the_place() {
    for (query, said) in [
        ("filter=year%20%3C", "at character 7: expected a value, a field or a function after `<`"),
        ("filter=yaer%3D2010", "there is no field `yaer`; did you mean `year`?"),
        ("filter=year%3D'x'", "`year` is a number and `'x'` is text"),
        ("filter=", "at character 1: expected a value"),
        ("filter=TRUE&filter-lang=sql", "`sql` is not one of cql2-text, cql2-json"),
        (
            "filter=TRUE&filter-crs=EPSG:4326",
            "`EPSG:4326` is not a reference system that is offered",
        ),
        ("filter-lang=cql2-text", "it says nothing without `filter`"),
        ("filter=%7B&filter-lang=cql2-json", "no JSON"),
        ("sortby=nmae", "did you mean `name`?"),
        ("sortby=industry_codes", "holds lists, which have no order"),
        ("properties=nmae", "did you mean `name`?"),
        ("skipGeometry=yes", "`yes` is not true or false"),
        ("hits=1", "`1` is not true or false"),
    ] {
        let (status, detail) = refusal(query);
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(detail.contains(said), "{query}: {detail}");
    }
}

#[test]
fn hostile_filters_are_refused_before_they_cost() {
    let long = format!("filter=name%3D'{}'", "a".repeat(33_000));
    assert_eq!(refusal(&long).0, StatusCode::URI_TOO_LONG);
    for deep in ["(".repeat(9_000), "NOT%20".repeat(5_000), "-".repeat(30_000)] {
        let (status, detail) = refusal(&format!("filter={deep}year"));
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(detail.contains("nested more than 32 deep"), "{detail}");
    }
    let many = vec!["year%3D1"; 400].join("%20OR%20");
    assert!(refusal(&format!("filter={many}")).1.contains("more than 1000"));
    let points = vec!["1%202"; 5_000].join(",");
    let (_, detail) = refusal(&format!("filter=S_INTERSECTS(geometry,MULTIPOINT({points}))"));
    assert!(detail.contains("more than 4000 positions"), "{detail}");
}

/// A ring around a place with many corners.
fn star(lon: f64, lat: f64, radius: f64, corners: usize) -> String {
    let corner = |n: usize| {
        let angle = std::f64::consts::TAU * (n % corners) as f64 / corners as f64;
        let radius = if n.is_multiple_of(2) { radius } else { radius * 0.9 };
        format!("{:.6} {:.6}", lon + radius * angle.cos(), lat + radius * angle.sin())
    };
    let ring: Vec<String> = (0..=corners).map(corner).collect();
    format!("POLYGON(({}))", ring.join(","))
}

#[test]
fn the_corners_of_stored_areas_count_as_steps_too() {
    let counties = crate::client::CATALOG.collection("counties").unwrap();
    let steps = |text: &str| {
        let expression = cql2::from_text(text, RegisteredCrs::CRS84).unwrap();
        let filter = Filter::new(counties.schema(), expression).unwrap();
        let selection = Selection { filter: Some(filter), ..Selection::default() };
        counties.steps(&selection)
    };
    let crossing = |corners| format!("S_CROSSES(geometry,{})", star(104.0, 35.0, 40.0, corners));
    // Each corner of a county is held against each of the polygon.
    let geometries = counties.features().filter_map(|one| one.shape());
    let corners: usize = geometries.map(CoordsIter::coords_count).sum();
    let (few, many) = (steps(&crossing(40)), steps(&crossing(1_200)));
    assert!(corners > 20_000 && many - few >= corners * (1_201 - 41), "{corners} {few} {many}");
    // Nothing of it is looked at where the box of the polygon is elsewhere.
    let elsewhere = format!("S_CROSSES(geometry,{})", star(-60.0, -20.0, 5.0, 1_200));
    assert_eq!(steps(&elsewhere), 0);
}

#[test]
fn patterns_and_lists_cost_what_is_told_of_them() {
    let hubs = crate::client::CATALOG.collection("hubs").unwrap();
    let steps = |text: &str| {
        let expression = cql2::from_text(text, RegisteredCrs::CRS84).unwrap();
        let filter = Filter::new(hubs.schema(), expression).unwrap();
        hubs.steps(&Selection { filter: Some(filter), ..Selection::default() })
    };
    // A pattern costs four steps a sign, however many `%` it has: nothing is tried twice. Each byte
    // of a text is looked at as often as a stretch without `%` is long.
    let name = hubs.schema().position("name").unwrap();
    let bytes: usize = hubs.features().map(|hub| hub.values[name].in_a_cell().len()).sum();
    let pattern = format!("name LIKE '{}'", "%a".repeat(500));
    assert_eq!(steps(&pattern), hubs.len() * (2 + 4 * 1_000) + bytes);
    assert_eq!(steps("name LIKE '%a_a_a_z'"), hubs.len() * (2 + 4 * 8) + 7 * bytes);
    assert_eq!(count(&pattern), 0);
    // A list is searched by halves, or each of its values is looked up.
    let values: Vec<String> = (0..900).map(|n| format!("'{n}'")).collect();
    assert_eq!(steps(&format!("name IN ({})", values.join(","))), 0);
    let folded = format!("CASEI(name) IN ({})", values.join(","));
    assert_eq!(steps(&folded), 0);
    assert_eq!(steps(&format!("NOT {folded}")), hubs.len() * (2 + 65 + 9) + 4 * bytes);
}

#[test]
fn the_steps_that_an_answer_may_take_are_told() {
    let api = get("/api").json();
    let words =
        api["components"]["parameters"]["filter"]["description"].as_str().unwrap().to_owned();
    for limit in ["32768 bytes", "1000 operators", "32 deep", "4000 positions", "1000000000 steps"]
    {
        assert!(words.contains(limit), "{limit}: {words}");
    }
}

#[test]
fn queryables_describe_what_a_filter_can_name() {
    let answer = get("/collections/hubs/queryables");
    assert_eq!(answer.header("content-type"), "application/schema+json");
    let schema = answer.json();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["$id"], "http://jidi.test/collections/hubs/queryables");
    assert_eq!(
        (&schema["type"], &schema["additionalProperties"]),
        (&"object".into(), &false.into())
    );
    let geometry = &schema["properties"]["geometry"];
    assert_eq!(geometry["format"], "geometry-point");
    assert!(geometry.get("type").is_none() && geometry.get("$ref").is_none());
    assert_eq!(schema["properties"]["year"]["type"], "integer");
    for (name, _) in schema["properties"].as_object().unwrap() {
        count(&format!("\"{name}\" IS NULL"));
    }
    let areas = get("/collections/provinces/queryables").json();
    assert_eq!(areas["properties"]["geometry"]["format"], "geometry-any");
    let rel = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
    let collection = get("/collections/hubs").json();
    let link = links(&collection, rel)[0];
    assert_eq!(
        (path(link), &link["type"]),
        ("/collections/hubs/queryables", &"application/schema+json".into())
    );
}

#[test]
fn the_classes_that_qgis_asks_for_are_declared_with_their_parameters() {
    let classes = get("/conformance").json()["conformsTo"].as_array().unwrap().clone();
    for class in [
        "ogcapi-features-3/1.0/conf/filter",
        "ogcapi-features-3/1.0/conf/features-filter",
        "ogcapi-features-3/1.0/conf/queryables",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/spatial-functions",
    ] {
        let uri = format!("http://www.opengis.net/spec/{class}");
        assert!(classes.contains(&Json::from(uri)), "{class}");
    }
    let api = get("/api").json();
    let language = &api["components"]["parameters"]["filter-lang"]["schema"];
    assert_eq!(language["default"], "cql2-text");
    assert_eq!(language["enum"], serde_json::json!(["cql2-text", "cql2-json"]));
    let items = api["paths"]["/collections/hubs/items"]["get"]["parameters"].to_string();
    for name in
        ["filter", "filter-lang", "filter-crs", "sortby", "properties", "skipGeometry", "hits"]
    {
        assert!(items.contains(&format!("#/components/parameters/{name}\"")), "{name}");
    }
}

#[test]
fn a_page_comes_in_the_order_asked_for() {
    let years = |sort: &str| -> Vec<Json> {
        let page = get(&format!("/collections/hubs/items?limit=10000&sortby={sort}")).json();
        let hubs = page["features"].as_array().unwrap().iter();
        hubs.map(|hub| hub["properties"]["year"].clone()).collect()
    };
    let known = |years: &[Json]| -> Vec<i64> { years.iter().map_while(Json::as_i64).collect() };
    let (rising, falling) = (years("year"), years("-year"));
    let nulls = rising.iter().filter(|year| year.is_null()).count();
    assert_eq!(known(&rising).len() + nulls, 949);
    assert!(known(&rising).is_sorted());
    assert!(known(&falling).is_sorted_by(|a, b| a >= b));
    assert_eq!(known(&falling).len(), known(&rising).len());
    let part = get("/collections/hubs/items?limit=3&offset=4&sortby=-year,name").json();
    let all = get("/collections/hubs/items?limit=7&sortby=-year,name").json();
    assert_eq!(part["features"].as_array().unwrap()[..], all["features"].as_array().unwrap()[4..]);
}

#[test]
fn parts_of_features_are_left_out_where_asked() {
    let page = get("/collections/bases/items?properties=year,name&skipGeometry=true").json();
    let base = &page["features"][0];
    assert!(base["geometry"].is_null());
    let names: Vec<&String> = base["properties"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["name", "year"]);
    let table = get("/collections/bases/items?properties=name&f=csv");
    assert!(table.text().lines().next().unwrap().contains("name"));
    assert!(!table.text().contains("designation"));
    let also = get("/collections/bases/items?skip-geometry=true&limit=1").json();
    assert!(also["features"][0]["geometry"].is_null());
}

#[test]
fn hits_counts_only() {
    let page = get("/collections/hubs/items?hits=true&filter=year%3E%3D2010").json();
    assert_eq!(page["numberMatched"], count("year >= 2010"));
    assert_eq!(
        (&page["numberReturned"], page["features"].as_array().unwrap().len()),
        (&0.into(), 0)
    );
    assert!(links(&page, "next").is_empty());
}
