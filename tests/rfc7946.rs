//! GeoJSON as RFC 7946 defines it, held against every kind of answer by a checker of our own: others
//! accept clockwise rings and latitude 95.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use crate::client::{CATALOG, get};
use crate::writing::Writable;

/// Longest edge of an area in degrees of longitude before it must be meant to cross the antimeridian.
const LONGEST_EDGE: f64 = 180.0;

/// Lists what is wrong with a GeoJSON text, empty for one that is right.
///
/// Held against it are: types and their members (3), rings closed, of four positions or more and wound by
/// the right-hand rule (3.1.6), areas cut at the antimeridian (3.1.9), longitude and latitude in range
/// and in this order (4), no `crs` (4), boxes in order (5), members that are not used in another
/// meaning (7.1), and no more than `decimals` places of a degree (11.2).
pub(crate) fn faults(text: &Json, decimals: usize) -> Vec<String> {
    let mut check = Check { decimals, faults: Vec::new() };
    check.object(text, "$");
    check.faults
}

struct Check {
    decimals: usize,
    faults: Vec<String>,
}

impl Check {
    fn demand(&mut self, holds: bool, place: &str, rule: &str) {
        if !holds {
            self.faults.push(format!("{place}: {rule}"));
        }
    }

    fn object(&mut self, object: &Json, place: &str) {
        self.demand(object.get("crs").is_none(), place, "`crs` has no place in GeoJSON (4)");
        if let Some(bbox) = object.get("bbox") {
            self.bbox(bbox, place);
        }
        let has = |name: &str| object.get(name).is_some();
        match object["type"].as_str() {
            Some("FeatureCollection") => {
                let others = ["coordinates", "geometries", "geometry", "properties"];
                self.demand(!others.iter().any(|name| has(name)), place, "members of others (7.1)");
                let features = object["features"].as_array();
                self.demand(features.is_some(), place, "`features` is an array (3.3)");
                let mut ids = BTreeSet::new();
                for (number, feature) in features.into_iter().flatten().enumerate() {
                    let place = format!("{place}.features[{number}]");
                    self.demand(feature["type"] == "Feature", &place, "a Feature (3.3)");
                    let id = feature.get("id").map(Json::to_string);
                    let is_new = id.is_none_or(|id| ids.insert(id));
                    self.demand(is_new, &place, "an id comes once");
                    self.object(feature, &place);
                }
            }
            Some("Feature") => {
                let others = ["coordinates", "geometries", "features"];
                self.demand(!others.iter().any(|name| has(name)), place, "members of others (7.1)");
                let properties = object.get("properties");
                let is_one = properties.is_some_and(|it| it.is_object() || it.is_null());
                self.demand(is_one, place, "`properties` is an object or null (3.2)");
                let id = object.get("id");
                let is_id = id.is_none_or(|id| id.is_string() || id.is_number());
                self.demand(is_id, place, "an id is a string or a number (3.2)");
                match object.get("geometry") {
                    Some(Json::Null) => {}
                    Some(geometry) => self.geometry(geometry, &format!("{place}.geometry")),
                    None => self.demand(false, place, "`geometry` is there or null (3.2)"),
                }
            }
            _ => self.geometry(object, place),
        }
    }

    fn geometry(&mut self, geometry: &Json, place: &str) {
        let others = ["geometry", "properties", "features"];
        let is_pure = !others.iter().any(|name| geometry.get(name).is_some());
        self.demand(is_pure, place, "members of others (7.1)");
        let at = &geometry["coordinates"];
        match geometry["type"].as_str() {
            Some("Point") => {
                self.position(at, place);
            }
            Some("MultiPoint") => self.each(at, place, |check, one, place| {
                check.position(one, place);
            }),
            Some("LineString") => self.line(at, place),
            Some("MultiLineString") => self.each(at, place, Self::line),
            Some("Polygon") => self.polygon(at, place),
            Some("MultiPolygon") => self.each(at, place, Self::polygon),
            Some("GeometryCollection") => {
                self.each(&geometry["geometries"], place, |check, one, place| {
                    check.geometry(one, place);
                });
            }
            other => self.demand(false, place, &format!("{other:?} is no type (1.4)")),
        }
    }

    fn each(&mut self, list: &Json, place: &str, one: impl Fn(&mut Self, &Json, &str)) {
        self.demand(list.is_array(), place, "an array (3.1)");
        for (number, item) in list.as_array().into_iter().flatten().enumerate() {
            one(self, item, &format!("{place}[{number}]"));
        }
    }

    fn position(&mut self, at: &Json, place: &str) -> (f64, f64) {
        let numbers: Vec<f64> =
            at.as_array().into_iter().flatten().filter_map(Json::as_f64).collect();
        let is_position =
            matches!(numbers.len(), 2 | 3) && at.as_array().map(Vec::len) == Some(numbers.len());
        self.demand(is_position, place, "a position has two or three numbers (3.1.1)");
        let [lon, lat, ..] = numbers[..] else { return (0.0, 0.0) };
        self.demand(lon.abs() <= 180.0 && lat.abs() <= 90.0, place, "longitude, then latitude (4)");
        for number in at.as_array().into_iter().flatten().take(2) {
            let places = number.to_string().split_once('.').map_or(0, |(_, places)| places.len());
            self.demand(places <= self.decimals, place, "more decimals than were asked for (11.2)");
        }
        (lon, lat)
    }

    fn line(&mut self, line: &Json, place: &str) {
        let count = line.as_array().map_or(0, Vec::len);
        self.demand(count >= 2, place, "a line has two positions (3.1.4)");
        let mut positions = Vec::new();
        for (number, at) in line.as_array().into_iter().flatten().enumerate() {
            positions.push(self.position(at, &format!("{place}[{number}]")));
        }
        self.cut(&positions, place);
    }

    fn cut(&mut self, positions: &[(f64, f64)], place: &str) {
        let longest = positions.windows(2).map(|edge| (edge[0].0 - edge[1].0).abs());
        let is_cut = longest.fold(0.0, f64::max) <= LONGEST_EDGE;
        self.demand(is_cut, place, "cut at the antimeridian (3.1.9)");
    }

    fn polygon(&mut self, polygon: &Json, place: &str) {
        self.demand(
            polygon.as_array().is_some_and(|rings| !rings.is_empty()),
            place,
            "rings (3.1.6)",
        );
        for (number, ring) in polygon.as_array().into_iter().flatten().enumerate() {
            let place = format!("{place}[{number}]");
            let positions: Vec<(f64, f64)> =
                ring.as_array().into_iter().flatten().map(|at| self.position(at, &place)).collect();
            self.demand(positions.len() >= 4, &place, "a ring has four positions (3.1.6)");
            self.demand(positions.first() == positions.last(), &place, "a ring is closed (3.1.6)");
            let area = doubled_area(&positions);
            let is_wound = if number == 0 { area >= 0.0 } else { area <= 0.0 };
            self.demand(is_wound, &place, "outer rings anticlockwise, holes clockwise (3.1.6)");
            self.cut(&positions, &place);
        }
    }

    fn bbox(&mut self, bbox: &Json, place: &str) {
        let edges: Vec<f64> =
            bbox.as_array().into_iter().flatten().filter_map(Json::as_f64).collect();
        let corners = match edges[..] {
            [west, south, east, north] | [west, south, _, east, north, _] => {
                Some((west, south, east, north))
            }
            _ => None,
        };
        let is_right = corners.is_some_and(|(west, south, east, north)| {
            south <= north
                && south >= -90.0
                && north <= 90.0
                && west.abs() <= 180.0
                && east.abs() <= 180.0
        });
        self.demand(is_right, place, "a box is west, south, east, north (5)");
    }
}

/// Twice the area of a ring, positive when it runs anticlockwise; around its first position, so that
/// small rings far from zero keep their digits.
fn doubled_area(ring: &[(f64, f64)]) -> f64 {
    let (lon, lat) = ring.first().copied().unwrap_or_default();
    let cross = |edge: &[(f64, f64)]| {
        (edge[0].0 - lon) * (edge[1].1 - lat) - (edge[1].0 - lon) * (edge[0].1 - lat)
    };
    ring.windows(2).map(cross).sum()
}

fn is_right(path: &str, decimals: usize) -> Json {
    let answer = get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/geo+json", "{path}");
    let body = answer.json();
    assert_eq!(faults(&body, decimals), Vec::<String>::new(), "{path}");
    body
}

#[test]
fn every_feature_of_every_collection_is_geojson() {
    for collection in &CATALOG.collections {
        let path = format!("/collections/{}/items", collection.about().id);
        let body = is_right(&format!("{path}?limit=10000"), 6);
        assert_eq!(body["features"].as_array().unwrap().len(), collection.len());
        let first = body["features"][0]["id"].as_str().unwrap();
        is_right(&format!("{path}/{first}"), 6);
        is_right(&format!("{path}?limit=50&decimals=5"), 5);
        is_right(&format!("{path}?limit=50&skipGeometry=true"), 6);
    }
}

#[test]
fn nearest_places_clusters_and_files_are_geojson() {
    for path in [
        "/collections/bases/nearest?at=116.4,39.9&k=11",
        "/collections/hubs/nearest?to=base-01&k=5",
        "/collections/hubs/nearest?at=-179.9,89.9&k=5",
        "/reverse?at=116.4,39.9",
        "/geocode?q=Suzhou",
    ] {
        let answer = get(path);
        if answer.status == 200 {
            is_right(path, 6);
        } else {
            assert!(path.contains("to=base-01"), "{path}: {}", answer.text());
        }
    }
    for collection in ["bases", "hubs"] {
        for hull in ["convex", "concave"] {
            is_right(&format!("/collections/{collection}/clusters?hull={hull}"), 6);
        }
    }
    is_right("/collections/provinces/download", usize::MAX);
}

#[test]
fn an_area_across_the_antimeridian_is_kept_cut() {
    let text = json!({"type": "Feature", "id": "fiji", "properties": {}, "geometry": {
        "type": "MultiPolygon", "coordinates": [
            [[[179.0, -17.0], [180.0, -17.0], [180.0, -16.0], [179.0, -16.0], [179.0, -17.0]]],
            [[[-180.0, -17.0], [-179.0, -17.0], [-179.0, -16.0], [-180.0, -16.0], [-180.0, -17.0]]],
        ],
    }});
    assert_eq!(faults(&text, 6), Vec::<String>::new());
    let body = is_right("/collections/counties/items?bbox=170,-90,-170,90&limit=100", 6);
    assert_eq!(body["numberMatched"], 0);
}

#[test]
fn what_is_brought_wound_the_other_way_or_across_the_antimeridian_is_served_as_geojson() {
    let service = Writable::new("rfc7946");
    let clockwise = area(&json!([[[10, 0], [10, 4], [14, 4], [14, 0], [10, 0]]]));
    let cut = json!({"type": "Feature", "properties": {}, "geometry": {
        "type": "MultiPolygon", "coordinates": [
            [[[179.0, -17.0], [180.0, -17.0], [180.0, -16.0], [179.0, -16.0], [179.0, -17.0]]],
            [[[-180.0, -17.0], [-179.0, -17.0], [-179.0, -16.0], [-180.0, -16.0], [-180.0, -17.0]]],
        ],
    }});
    let poles = [point(&json!([180, -90])), point(&json!([-180, 90]))];
    let brought =
        json!({"type": "FeatureCollection", "features": [clockwise, cut, poles[0], poles[1]]});
    let headers = [("content-type", "application/geo+json")];
    let made = service.ask(2, &Method::POST, "/collections?id=sea", &headers, brought.to_string());
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let items = service.client.get("/collections/sea/items").json();
    assert_eq!(faults(&items, 6), Vec::<String>::new(), "{items}");
    let across = service.client.get("/collections/sea/items?bbox=179.5,-18,-179.5,-15").json();
    assert_eq!((&across["numberMatched"], faults(&across, 6).len()), (&json!(1), 0), "{across}");
}

fn point(at: &Json) -> Json {
    json!({"type": "Feature", "properties": null, "geometry": {"type": "Point", "coordinates": at}})
}

fn area(rings: &Json) -> Json {
    json!({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": rings}})
}

#[test]
fn the_checker_lets_right_examples_pass() {
    let hole =
        json!([[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [1, 2], [2, 2], [2, 1], [1, 1]]]);
    let line = json!({"type": "LineString", "coordinates": [[100.0, 0.0], [101.0, 1.0]]});
    for right in [
        point(&json!([105.123_456, 30.5])),
        point(&json!([-180, 90, 12.5])),
        area(&hole),
        json!({"type": "Feature", "geometry": null, "properties": {}}),
        json!({"type": "FeatureCollection", "bbox": [177, -20, -178, -16], "features": []}),
        json!({"type": "GeometryCollection", "geometries": [line]}),
    ] {
        assert_eq!(faults(&right, 6), Vec::<String>::new(), "{right}");
    }
}

#[test]
fn the_checker_finds_what_is_wrong() {
    let collection = |feature: Json| json!({"type": "FeatureCollection", "features": feature});
    let twice = json!([
        {"type": "Feature", "id": "a", "geometry": null, "properties": {}},
        {"type": "Feature", "id": "a", "geometry": null, "properties": {}},
    ]);
    let with = |name: &str, value: Json| {
        let mut feature = point(&json!([1, 2]));
        feature[name] = value;
        feature
    };
    for (wrong, rule) in [
        (point(&json!([30.5, 105.1])), "longitude, then latitude"),
        (point(&json!([200, 5])), "longitude, then latitude"),
        (point(&json!([1])), "two or three numbers"),
        (point(&json!([1, "2"])), "two or three numbers"),
        (point(&json!([1.123_456_7, 2])), "more decimals"),
        (area(&json!([[[0, 0], [0, 4], [4, 4], [4, 0], [0, 0]]])), "anticlockwise"),
        (
            area(&json!([
                [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]],
                [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]
            ])),
            "anticlockwise",
        ),
        (area(&json!([[[0, 0], [4, 0], [4, 4], [0, 4]]])), "closed"),
        (area(&json!([[[0, 0], [4, 0], [0, 0]]])), "four positions"),
        (
            area(&json!([[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]])),
            "cut at the antimeridian",
        ),
        (area(&json!([])), "rings"),
        (with("crs", json!({})), "`crs`"),
        (with("bbox", json!([1, 3, 2, 2])), "a box"),
        (with("bbox", json!([1, 2, 3])), "a box"),
        (with("id", json!({})), "an id is"),
        (with("features", json!([])), "members of others"),
        (with("geometry", json!({"type": "point", "coordinates": [1, 2]})), "no type"),
        (json!({"type": "Feature", "properties": {}}), "`geometry` is there"),
        (json!({"type": "Feature", "geometry": null}), "`properties`"),
        (collection(json!({})), "`features` is an array"),
        (collection(twice), "comes once"),
        (collection(json!([{"type": "Point", "coordinates": [1, 2]}])), "a Feature"),
        (json!({"type": "LineString", "coordinates": [[1, 2]]}), "two positions"),
    ] {
        let found = faults(&wrong, 6);
        assert!(found.iter().any(|fault| fault.contains(rule)), "{wrong}: {found:?}");
    }
}
