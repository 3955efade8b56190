//! The nearest features come first, with the way to each.

use axum::http::StatusCode;
use jidi::domain::RegisteredCrs;
use jidi::domain::{Feature, FeatureId, Field, FieldType, LonLat, Schema, Value};
use jidi::filter::Filter;
use jidi::formats::cql2::from_text;
use jidi::index::geodesic::way;
use jidi::store::{Change, Collection, NearestQuery};
use serde_json::{Value as Json, json};

use crate::cli::run;
use crate::client::{CATALOG, get, post, post_with};

fn features(path: &str) -> Vec<Json> {
    get(path).json()["features"].as_array().unwrap().clone()
}

#[test]
fn suining_is_nearest_to_tongnan_at_about_45_km() {
    let found = features("/collections/bases/nearest?to=base-09&k=3");
    assert_eq!(found.len(), 3);
    let first = &found[0]["properties"];
    assert_eq!(found[0]["id"], "base-10");
    assert_eq!(first["rank"], 1);
    assert!((43_000.0..47_000.0).contains(&first["distance_m"].as_f64().unwrap()), "{first}");
    assert!(
        (315.0..340.0).contains(&first["bearing_deg"].as_f64().unwrap()),
        "north-west: {first}"
    );
}

#[test]
fn taicang_is_nearest_to_changshu() {
    assert_eq!(features("/collections/bases/nearest?to=base-03&k=1")[0]["id"], "base-05");
}

#[test]
fn all_hubs_come_in_the_order_of_distance_then_id_as_brute_force_says() {
    let from = LonLat::from_degrees(113.0, 28.2).unwrap();
    let mut expected: Vec<(f64, &str)> = CATALOG
        .collection("hubs")
        .unwrap()
        .features()
        .filter_map(|feature| {
            Some((way(from, feature.position()?).distance_m, feature.id.as_str()))
        })
        .collect();
    expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    let found = features("/collections/hubs/nearest?at=113.0,28.2&k=2000");
    assert_eq!(found.len(), expected.len(), "k above n answers all");
    for (found, (distance_m, id)) in found.iter().zip(expected) {
        assert_eq!(found["id"], id);
        assert!((found["properties"]["distance_m"].as_f64().unwrap() - distance_m).abs() < 0.001);
    }
}

#[test]
fn a_radius_includes_its_edge_and_conditions_hold() {
    let edge_km =
        features("/collections/bases/nearest?to=base-09&k=1")[0]["properties"]["distance_m"]
            .as_f64()
            .unwrap()
            / 1000.0;
    let within =
        |km: f64| features(&format!("/collections/bases/nearest?to=base-09&within_km={km}")).len();
    assert_eq!(within(edge_km), 1, "a distance that was answered is within itself");
    assert_eq!(within(edge_km + 0.001), 1);
    assert_eq!(within(edge_km - 0.001), 0);
    let vehicles = features("/collections/hubs/nearest?to=aiz-001&k=5&industry_group=vehicles");
    assert!(vehicles.iter().all(|hub| hub["properties"]["industry_group"] == "vehicles"));
    assert_eq!(vehicles.len(), 5);
}

#[test]
fn the_feature_asked_about_is_left_out_but_not_its_twin() {
    // Zhongguancun and other hubs of Haidian share the seat of their county.
    let around = features("/collections/hubs/nearest?to=htz-001&k=1");
    assert_ne!(around[0]["id"], "htz-001");
    let at = &get("/collections/hubs/items/htz-001").json()["geometry"]["coordinates"];
    let here = features(&format!("/collections/hubs/nearest?at={},{}&k=1", at[0], at[1]));
    assert_eq!(here[0]["properties"]["distance_m"], 0.0);
    assert_eq!(here[0]["properties"]["bearing_deg"], Json::Null);
}

/// Twenty thousand features over the northern half of the globe, by multiples of the golden ratio.
fn spread() -> Collection {
    let schema = Schema::new(vec![
        Field::new("code", FieldType::Text, ""),
        Field::new("year", FieldType::Integer, ""),
    ]);
    let feature = |number: u32| {
        let share = |ratio: f64| (f64::from(number) * ratio).fract();
        let (lon, lat) = (360.0 * share(0.618_033_988_7) - 180.0, 89.0 * share(0.754_877_666_2));
        let code = Value::Text(format!("C{}", number % 997).into());
        let values = vec![code, Value::Integer(i64::from(number % 40) + 1980)];
        let id = FeatureId::new(&format!("f{number}")).unwrap();
        Feature::new(id, Some(geo::Point::new(lon, lat).into()), values)
    };
    let about = CATALOG.collection("bases").unwrap().about().clone();
    Collection::new(about, schema, (0..20_000).map(feature).collect()).unwrap()
}

#[test]
fn whatever_a_filter_leaves_the_nearest_of_it_are_found() {
    let all = spread();
    let mut moved = all.feature("f5").unwrap().clone();
    moved.id = FeatureId::new("f997").unwrap();
    let edited = all.with([Change::Delete("f0".into()), Change::Put(moved.into())]);
    let from = LonLat::from_degrees(179.0, 40.0).unwrap();
    for text in [
        "code = 'C0'",
        "code = 'no such'",
        "year >= 1990",
        "year + 1 = 1990 AND code LIKE 'C9%'",
        "S_WITHIN(geometry, POLYGON((0 10,20 10,20 40,0 40,0 10)))",
        "S_INTERSECTS(geometry, BBOX(170,-10,-170,50)) AND year < 2000",
        "S_DWITHIN(geometry, POINT(-60 20), 900, 'km')",
    ] {
        for (collection, k, within_m) in [
            (&all, 1, None),
            (&all, 7, None),
            (&edited, 30, Some(4_000_000.0)),
            (&edited, 9_999, None),
        ] {
            let expression = from_text(text, RegisteredCrs::CRS84).unwrap();
            let filter = Filter::new(collection.schema(), expression).unwrap();
            let distance = |one: &Feature| way(from, one.position().unwrap()).distance_m;
            let mut expected: Vec<(f64, &str)> = collection
                .features()
                .filter(|one| filter.matches(one) == Some(true))
                .map(|one| (distance(one), one.id.as_str()))
                .filter(|(metres, _)| within_m.is_none_or(|within| *metres <= within))
                .collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
            expected.truncate(k);
            let query = NearestQuery {
                from,
                k,
                within_m,
                leave_out: None,
                equals: &[],
                filter: Some(&filter),
            };
            let found = collection.nearest(&query).unwrap().unwrap().features;
            let found: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
            let expected: Vec<&str> = expected.iter().map(|(_, id)| *id).collect();
            assert_eq!(found, expected, "{text} {k} {within_m:?}");
        }
    }
}

#[test]
fn a_collection_of_points_leads_to_what_is_nearest_and_the_api_tells_how() {
    let is_near = |link: &&Json| link["href"].as_str().unwrap().contains("/nearest");
    for (id, count) in [("hubs", 1), ("provinces", 0)] {
        let page = get(&format!("/collections/{id}")).json();
        let found = page["links"].as_array().unwrap().iter().filter(is_near).count();
        assert_eq!(found, count, "{id}");
    }
    let api = get("/api").json();
    let names = api["paths"]["/collections/hubs/nearest"]["get"]["parameters"].to_string();
    for name in ["\"at\"", "\"to\"", "parameters/k\"", "within_km", "parameters/filter\""] {
        assert!(names.contains(name), "{name}: {names}");
    }
    assert!(api["paths"]["/collections/provinces/nearest"].is_null());
}

/// What the process answers, for inputs beside the bases.
fn executed(inputs: &Json) -> crate::client::Answer {
    post("/processes/nearest/execution", &json!({"inputs": inputs}).to_string())
}

#[test]
fn the_process_finds_what_the_route_of_a_collection_finds() {
    let cases = [
        ("bases", "to=base-09&k=4", json!({"to": "base-09", "k": 4})),
        ("hubs", "at=113.0,28.2&k=2000", json!({"at": "113.0,28.2", "k": 2000})),
        ("hubs", "at=-179.9,10&k=7", json!({"at": [-179.9, 10], "k": 7})),
        ("hubs", "at=121,31&within_km=30&k=99", json!({"at": "121,31", "within_km": 30, "k": 99})),
        ("hubs", "at=121,31&filter=year%3E2010", json!({"at": "121,31", "filter": "year>2010"})),
    ];
    for (collection, query, mut inputs) in cases {
        inputs["collection"] = json!(collection);
        let answer = executed(&inputs);
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        let found = answer.json();
        let wanted = get(&format!("/collections/{collection}/nearest?{query}")).json();
        assert!(!wanted["features"].as_array().unwrap().is_empty(), "{query}");
        for (a, b) in
            found["features"].as_array().unwrap().iter().zip(wanted["features"].as_array().unwrap())
        {
            assert_eq!((&a["id"], &a["properties"]), (&b["id"], &b["properties"]), "{query}");
        }
        assert_eq!(found["numberReturned"], wanted["numberReturned"], "{query}");
    }
}

#[test]
fn the_process_takes_points_of_the_request_and_says_where_it_measured_from() {
    let at = |id: &str, lon: f64| json!({"type": "Feature", "id": id, "properties": {"staff": 3, "tags": ["a", "b"]}, "geometry": {"type": "Point", "coordinates": [lon, 0.0]}});
    let features = json!({"type": "FeatureCollection", "features": [at("a", -1.0), at("b", 0.5), at("c", 1.0)]});
    // The middle of -1, 0.5 and 1 on the equator: their unit vectors add up to (2.99957…, 0.00872…).
    let answer = executed(&json!({"features": features, "k": 2})).json();
    let parameters = &answer["method"]["parameters"];
    assert_eq!(parameters["at"]["from"], "chosen");
    let lon = parameters["at"]["value"][0].as_f64().unwrap();
    assert!((lon - 0.166_67).abs() < 1e-4, "{lon}");
    assert_eq!(answer["features"][0]["id"], "b");
    let first = &answer["features"][0]["properties"];
    assert_eq!(
        (&first["staff"], &first["tags"], &first["rank"]),
        (&json!(3), &json!(["a", "b"]), &json!(1))
    );
    // A third of a degree of the equator: 111.3195 km a degree on the ellipsoid.
    assert!((first["distance_m"].as_f64().unwrap() - 111_319.5 / 3.0).abs() < 5.0, "{first}");
    let few = executed(&json!({"features": features, "to": "a"})).json();
    assert_eq!(
        (&few["numberReturned"], &few["warnings"][0]["code"]),
        (&json!(2), &json!("fewer_than_k"))
    );
    // From the equator at 0° the points at −1° and 1° are equally far, so the second of two is a tie.
    let tied = executed(&json!({"features": features, "at": "0,0", "k": 2})).json();
    assert_eq!(tied["features"].as_array().unwrap().len(), 2);
    assert_eq!(tied["warnings"][0]["code"], "tied", "{}", tied["warnings"]);
    assert!(
        tied["warnings"][0]["message"].as_str().unwrap().starts_with("`c` at least is as near")
    );
    let all = executed(&json!({"features": features, "at": "0,0", "k": 3})).json();
    assert_eq!(all["warnings"], json!([]));
    for (inputs, told) in [
        (json!({"to": "x", "features": features}), "there is no feature `x`"),
        (json!({"to": "a", "at": "1,1", "features": features}), "not both"),
        (json!({"at": "1,91", "features": features}), "is not a position"),
        (json!({"k": 0, "features": features}), "from 1 to 10000"),
        (json!({"collection": "provinces"}), "lines or areas"),
    ] {
        let refused = executed(&inputs);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{inputs}");
        assert!(refused.text().contains(told), "{inputs}: {}", refused.text());
    }
}

#[test]
fn inline_points_may_be_in_another_reference_system_that_a_header_names() {
    let execute = |inputs: &Json, crs: &str| {
        let crs = format!("<http://www.opengis.net/def/crs/{crs}>");
        let headers = [("content-type", "application/json"), ("content-crs", crs.as_str())];
        let body = json!({"inputs": inputs}).to_string();
        post_with("/processes/nearest/execution", &headers, body.as_bytes())
    };
    let point = |x: f64, y: f64| json!({"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [x, y]}});
    let features = |points: &[Json]| json!({"type": "FeatureCollection", "features": points});
    let here = json!({"at": "120.5,31.5", "k": 1, "features": features(&[point(120.5, 31.5)])});
    let turned = json!({"at": "120.5,31.5", "k": 1, "features": features(&[point(31.5, 120.5)])});
    for (inputs, crs) in
        [(&here, "OGC/1.3/CRS84"), (&turned, "EPSG/0/4326"), (&turned, "EPSG/0/4490")]
    {
        let answer = execute(inputs, crs);
        assert_eq!(answer.status, StatusCode::OK, "{crs}: {}", answer.text());
        assert_eq!(answer.json()["features"][0]["properties"]["distance_m"], 0.0, "{crs}");
    }
    let bases = json!({"collection": "bases", "to": "base-09", "k": 1});
    assert_eq!(execute(&bases, "OGC/1.3/CRS84").status, StatusCode::OK);
    for (inputs, crs, told) in [
        (&bases, "EPSG/0/4326", "no features are sent"),
        (&here, "EPSG/0/9999", "Content-Crs"),
        (&here, "EPSG/0/4326", "is no position in"),
    ] {
        let refused = execute(inputs, crs);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{crs}");
        assert!(refused.text().contains(told), "{}", refused.text());
    }
}

#[test]
fn the_process_is_listed_described_and_run_by_command_and_as_a_job() {
    let listed = get("/processes").json();
    assert!(listed["processes"].as_array().unwrap().iter().any(|one| one["id"] == "nearest"));
    assert_eq!(get("/processes/nearest").json()["inputs"]["k"]["schema"]["maximum"], 10_000);
    let headers = [("content-type", "application/json"), ("prefer", "respond-async")];
    let body = json!({"inputs": {"collection": "bases", "to": "base-09", "k": 1}}).to_string();
    let job = post_with("/processes/nearest/execution", &headers, body.as_bytes());
    assert_eq!(job.status, StatusCode::CREATED, "{}", job.text());
    let (code, out, words) =
        run(&["run", "nearest", "bases", "--to", "base-09", "--k", "1", "--json"]);
    assert_eq!(code, 0, "{words}");
    let answer: Json = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["features"][0]["id"], "base-10");
    assert!(answer["summary"].as_str().unwrap().contains("Nearest to base-09 is base-10"), "{out}");
    let api = get("/api").json();
    assert!(api["paths"]["/processes/nearest/execution"]["post"].is_object());
    let route = &api["paths"]["/collections/bases/nearest"]["get"];
    assert!(route["responses"]["200"]["content"]["text/csv"].is_object(), "its own: {route}");
}
