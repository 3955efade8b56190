//! Reference systems of answers, boxes, filters, files and changes, held against what PROJ says.

use axum::http::StatusCode;
use jidi::domain::RegisteredCrs;
use serde_json::{Value as Json, json};

use crate::client::{Answer, get, links, path};
use crate::writing::Writable;

const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// What PROJ makes of a position, see `data/crs/recipe.py`.
#[derive(serde::Deserialize)]
struct Recorded {
    code: u16,
    lon: f64,
    lat: f64,
    first: f64,
    second: f64,
}

fn recorded() -> Vec<Recorded> {
    let text = include_str!("data/crs/positions.csv");
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}

#[test]
fn every_system_agrees_with_proj_to_the_millimetre_both_ways() {
    let recorded = recorded();
    assert_eq!(recorded.len(), 78 * 9);
    for Recorded { code, lon, lat, first, second } in recorded {
        let crs = RegisteredCrs::from_epsg(code).unwrap();
        let most = if crs.is_metric() { 0.001 } else { 1e-8 };
        let (x, y) = crs.in_authority_order(crs.from_wgs84(lon, lat));
        assert!(
            (x - first).abs() < most && (y - second).abs() < most,
            "{code}: {lon} {lat} is {x} {y}"
        );
        let (east, north) = crs.in_authority_order((first, second));
        let (back_lon, back_lat) = crs.to_wgs84(east, north).unwrap();
        assert!(
            (back_lon - lon).abs() < 1e-8 && (back_lat - lat).abs() < 1e-8,
            "{code}: {lon} {lat}"
        );
    }
}

fn items(collection: &str, query: &str) -> Answer {
    get(&format!("/collections/{collection}/items?{query}"))
}

fn page(collection: &str, query: &str) -> Json {
    let answer = items(collection, query);
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    answer.json()
}

fn ids(page: &Json) -> Vec<&str> {
    page["features"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect()
}

fn pair(position: &Json) -> (f64, f64) {
    (position[0].as_f64().unwrap(), position[1].as_f64().unwrap())
}

/// Every position of a geometry, in its order.
fn positions(coordinates: &Json) -> Vec<(f64, f64)> {
    match coordinates.as_array().unwrap().first() {
        Some(Json::Number(_)) => vec![pair(coordinates)],
        _ => coordinates.as_array().unwrap().iter().flat_map(positions).collect(),
    }
}

#[test]
fn positions_of_pages_features_and_neighbours_are_in_the_order_of_the_register() {
    let (lon, lat) =
        pair(&get("/collections/bases/items/base-03").json()["geometry"]["coordinates"]);
    for (code, is_north_first) in
        [(4326, true), (4490, true), (3857, false), (4549, true), (4528, true), (32_651, false)]
    {
        let crs = RegisteredCrs::from_epsg(code).unwrap();
        let (east, north) = crs.from_wgs84(lon, lat);
        let wanted = if is_north_first { (north, east) } else { (east, north) };
        let asked = format!("crs={EPSG}/{code}");
        let one = get(&format!("/collections/bases/items/base-03?{asked}"));
        let near = get(&format!("/collections/bases/nearest?at={lon},{lat}&k=1&{asked}"));
        let whole = get(&format!("/collections/bases/download?{asked}"));
        let listed = items("bases", &asked);
        for answer in [&one, &near, &whole, &listed] {
            assert_eq!(answer.header("content-crs"), format!("<{EPSG}/{code}>"));
            assert_eq!(answer.header("content-type"), "application/geo+json");
        }
        for answer in [&one, &near, &listed] {
            assert_eq!(answer.json()["contentCrs"], format!("{EPSG}/{code}"));
        }
        // A file has east first, as other programs read it.
        let urn = format!("urn:ogc:def:crs:EPSG::{code}");
        assert_eq!(whole.json()["crs"]["properties"]["name"], urn);
        let find = |answer: &Answer| {
            let body = answer.json();
            let features = body["features"].as_array().unwrap().clone();
            features.into_iter().find(|one| one["id"] == "base-03").unwrap()
        };
        let answers = [one.json(), find(&near), find(&listed)].map(|feature| (feature, wanted));
        for (feature, wanted) in answers.into_iter().chain([(find(&whole), (east, north))]) {
            let (first, second) = pair(&feature["geometry"]["coordinates"]);
            let most = if crs.is_metric() { 0.1 } else { 5.1e-7 }; // positions in degrees were rounded
            assert!(
                (first - wanted.0).abs() < most && (second - wanted.1).abs() < most,
                "{code}: {first} {second}"
            );
        }
    }
}

#[test]
fn metres_have_three_decimals_unless_asked_and_downloads_have_all() {
    let decimals = |path: &str| {
        let feature = get(path).json();
        let feature =
            if feature["features"].is_array() { feature["features"][0].clone() } else { feature };
        let text = feature["geometry"]["coordinates"][1].to_string();
        text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
    };
    let one = |rest: &str| format!("/collections/bases/items/base-03?crs={EPSG}/4549{rest}");
    assert!((1..=3).contains(&decimals(&one(""))));
    assert!(
        (1..=1).contains(&decimals(&one("&decimals=0"))),
        "a whole number, written as a real one"
    );
    assert!(decimals(&format!("/collections/bases/download?crs={EPSG}/4549")) > 5);
    let first = page("provinces", "limit=1")["features"][0]["id"].as_str().unwrap().to_owned();
    let area = |rest: &str| get(&format!("/collections/provinces/items/{first}?decimals=1{rest}"));
    assert_eq!(area(&format!("&crs={EPSG}/4549")).status, StatusCode::OK, "a decimetre");
    assert_eq!(area("").status, StatusCode::BAD_REQUEST, "a tenth of a degree");
}

#[test]
fn every_vertex_of_an_area_is_turned() {
    let plain = page("provinces", "limit=1&decimals=9");
    let turned = page("provinces", &format!("limit=1&crs={EPSG}/4527"));
    let crs = RegisteredCrs::from_epsg(4527).unwrap();
    let before = positions(&plain["features"][0]["geometry"]["coordinates"]);
    let after = positions(&turned["features"][0]["geometry"]["coordinates"]);
    assert_eq!(before.len(), after.len());
    assert!(before.len() > 10);
    for ((lon, lat), (north, east)) in before.into_iter().zip(after) {
        let wanted = crs.from_wgs84(lon, lat);
        assert!((east - wanted.0).abs() < 0.002 && (north - wanted.1).abs() < 0.002, "{lon} {lat}");
    }
}

#[test]
fn a_box_is_read_in_the_order_of_axes_of_its_system() {
    let plain = page("hubs", "bbox=118,29,122,33&limit=1000");
    let wanted = ids(&plain);
    assert!(wanted.len() > 50);
    for (crs, bbox) in [
        (format!("{EPSG}/4326"), "29,118,33,122"),
        (format!("{EPSG}/4490"), "29,118,33,122"),
        ("[EPSG:4490]".into(), "29,118,0,33,122,9"),
        (CRS84.into(), "118,29,122,33"),
    ] {
        assert_eq!(
            ids(&page("hubs", &format!("bbox={bbox}&bbox-crs={crs}&limit=1000"))),
            wanted,
            "{crs}"
        );
    }
    let mercator = RegisteredCrs::from_epsg(3857).unwrap();
    let ((west, south), (east, north)) =
        (mercator.from_wgs84(118.0, 29.0), mercator.from_wgs84(122.0, 33.0));
    let turned = page(
        "hubs",
        &format!("bbox={west},{south},{east},{north}&bbox-crs={EPSG}/3857&limit=1000"),
    );
    assert_eq!(ids(&turned), wanted);
}

#[test]
fn every_tile_of_the_web_is_a_box_of_its_metres() {
    let edge = 20_037_508.342_789_244;
    for zoom in 0..4 {
        let side = 2.0 * edge / f64::from(1 << zoom);
        let tiles = (0..1 << zoom).flat_map(|x| (0..1 << zoom).map(move |y| (x, y)));
        let counts = tiles.map(|(x, y)| {
            let (west, south) = (f64::from(x) * side - edge, f64::from(y) * side - edge);
            let bbox = format!("{west},{south},{},{}", west + side, south + side);
            let filter = format!("S_INTERSECTS(geometry,BBOX({bbox}))&filter-crs={EPSG}/3857");
            let boxed = page("bases", &format!("bbox={bbox}&bbox-crs={EPSG}/3857&limit=100"));
            assert_eq!(ids(&boxed), ids(&page("bases", &format!("filter={filter}&limit=100"))));
            boxed["numberMatched"].as_u64().unwrap()
        });
        assert_eq!(counts.sum::<u64>(), 11, "{zoom}");
    }
}

#[test]
fn a_zone_is_refused_only_for_features_beyond_it() {
    let service = Writable::new("zones");
    let geometry = json!({"type": "Point", "coordinates": [-120.0, 45.0]});
    let far = json!({"type": "Feature", "geometry": geometry, "properties": {"name": "Far"}});
    let made = service.post(&far);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let far = made.json()["ids"][0].as_str().unwrap().to_owned();
    let asked = |path: &str, query: &str| {
        service.client.get(&format!("/collections/bases/{path}?crs={EPSG}/4527&{query}"))
    };
    for path in ["items", "download"] {
        let near = asked(path, "filter=id='base-01'");
        assert_eq!(near.status, StatusCode::OK, "{}", near.text());
        assert_eq!(ids(&near.json()), ["base-01"]);
        let all = asked(path, "");
        assert_eq!(all.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(all.text().contains("the features reach from -120"), "{}", all.text());
    }
    let neighbor = asked("nearest", "at=116,40&k=1");
    assert_eq!(neighbor.status, StatusCode::OK, "{}", neighbor.text());
    assert_eq!(asked(&format!("items/{far}"), "").status, StatusCode::BAD_REQUEST);
}

#[test]
fn a_box_of_a_grid_is_that_box_and_not_the_degrees_around_it() {
    // Far from its meridian, where north leans: the literal test turns every hub into the grid.
    let grid = RegisteredCrs::from_epsg(4509).unwrap(); // 117° E
    let all = get("/collections/hubs/download").json();
    let (east, north) = grid.from_wgs84(113.3, 23.1);
    let half = 80_000.0;
    let literal: Vec<&str> = all["features"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|hub| {
            hub["geometry"].is_null() || {
                let (lon, lat) = pair(&hub["geometry"]["coordinates"]);
                let (x, y) = grid.from_wgs84(lon, lat);
                (x - east).abs() <= half && (y - north).abs() <= half
            }
        })
        .map(|hub| hub["id"].as_str().unwrap())
        .collect();
    let corners = format!("{},{},{},{}", north - half, east - half, north + half, east + half);
    let bbox = format!("bbox={corners}&bbox-crs={EPSG}/4509");
    let found = page("hubs", &format!("{bbox}&limit=1000"));
    assert_eq!(ids(&found), literal);
    assert_eq!(found["numberMatched"], literal.len());
    let around = get(&format!("/collections/hubs/download?{bbox}")).json();
    assert_eq!(ids(&around), literal);
    // Joined with a condition, and as a condition.
    let both = page("hubs", &format!("{bbox}&filter=year%20IS%20NULL&limit=1000"));
    assert!(both["numberMatched"].as_u64() < found["numberMatched"].as_u64());
    let filter = format!(
        "filter=geometry%20IS%20NULL%20OR%20S_INTERSECTS(geometry,BBOX({corners}))&filter-crs={EPSG}/4509"
    );
    assert_eq!(ids(&page("hubs", &format!("{filter}&limit=1000"))), literal);
    let corner = |x: f64, y: f64| format!("{}%20{}", north + y * half, east + x * half);
    let ring = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0)]
        .map(|(x, y)| corner(x, y))
        .join(",");
    let filter = format!(
        "filter=geometry%20IS%20NULL%20OR%20S_INTERSECTS(geometry,POLYGON(({ring})))&filter-crs={EPSG}/4509"
    );
    assert_eq!(ids(&page("hubs", &format!("{filter}&limit=1000"))), literal);
}

#[test]
fn what_cannot_be_answered_is_refused_with_the_reason() {
    for (query, said) in [
        (format!("crs={EPSG}/unsupported"), "is not a reference system that is offered"),
        (format!("crs={EPSG}/4214"), "4491–4554"),
        ("crs=".to_owned(), "offered"),
        (format!("bbox=1,2,3,4&bbox-crs={EPSG}/unsupported"), "offered"),
        (format!("bbox-crs={EPSG}/4326"), "says nothing without `bbox`"),
        (format!("bbox=118,29,122,33&bbox-crs={EPSG}/4326"), "write latitude, then longitude"),
        (format!("bbox=3e6,5e5,4e6,6e5&bbox-crs={EPSG}/4527"), "begin with 39"),
        (format!("bbox=1,2,3&bbox-crs={EPSG}/4527"), "four numbers"),
        (format!("bbox=1,2,3,nan&bbox-crs={EPSG}/3857"), "four numbers"),
        (format!("crs={EPSG}/4326&f=kml"), "CRS84 always"),
        (format!("crs={EPSG}/4326&f=html"), "for files"),
        (format!("crs={EPSG}/4326&datum=gcj02"), "either crs= or datum="),
        (format!("filter=TRUE&filter-crs={EPSG}/unsupported"), "offered"),
        (
            format!("filter=S_INTERSECTS(geometry,POINT(118%2029))&filter-crs={EPSG}/4527"),
            "no position",
        ),
    ] {
        let answer = items("bases", &query);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(said), "{query}: {detail}");
    }
}

#[test]
fn every_collection_lists_its_systems_and_the_one_it_is_kept_in() {
    let listed = get("/collections").json();
    assert_eq!(listed["crs"].as_array().unwrap().len(), 79);
    for collection in listed["collections"].as_array().unwrap() {
        assert_eq!(collection["crs"], listed["crs"]);
        assert_eq!(collection["crs"][0], CRS84);
        assert_eq!(collection["storageCrs"], CRS84);
    }
    let classes = get("/conformance").json()["conformsTo"].to_string();
    assert!(classes.contains("ogcapi-features-2/1.0/conf/crs"));
}

#[test]
fn the_header_is_on_every_answer_and_is_shown_to_pages_of_others() {
    for path in [
        "/collections/bases/items",
        "/collections/bases/items/base-01",
        "/collections/bases/items?f=html",
        "/collections/bases/items?f=csv",
        "/collections/bases/nearest?at=105,30",
        "/collections/bases/items/base-01?f=html",
    ] {
        assert_eq!(get(path).header("content-crs"), format!("<{CRS84}>"), "{path}");
    }
    assert_eq!(
        get("/collections/bases/items?datum=gcj02").header("content-crs"),
        "",
        "no register has it"
    );
    let shown = crate::client::get_with(
        "/collections/bases/items",
        &[("origin", "https://elsewhere.example")],
    );
    assert!(shown.header("access-control-expose-headers").contains("content-crs"));
}

#[test]
fn links_of_a_page_keep_the_system_but_for_formats_that_have_none() {
    let page = page("hubs", &format!("limit=5&crs={EPSG}/4490"));
    for link in page["links"].as_array().unwrap() {
        assert_eq!(get(path(link)).status, StatusCode::OK, "{link}");
    }
    let next = get(path(links(&page, "next")[0]));
    assert_eq!(next.header("content-crs"), format!("<{EPSG}/4490>"));
}

#[test]
fn tables_name_their_columns_by_the_system_with_east_first() {
    let csv = items("bases", &format!("f=csv&crs={EPSG}/4549")).text();
    assert!(csv.lines().next().unwrap().ends_with("easting_epsg4549,northing_epsg4549"), "{csv}");
    let csv = items("bases", &format!("f=csv&crs={EPSG}/4490")).text();
    assert!(csv.lines().next().unwrap().ends_with("lon_epsg4490,lat_epsg4490"));
    let file = get(&format!("/collections/bases/download?f=gpkg&crs={EPSG}/4549"));
    assert!(file.header("content-disposition").contains("bases_epsg4549.gpkg"));
}
