//! Vector tiles: read by another's decoder and held against the features that they show.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use geo::{Area, BooleanOps, Geometry, MapCoords, Point, polygon};
use mvt_reader::Reader;
use mvt_reader::feature::{Feature as Shown, Value as Read};
use proptest::prelude::*;

use jidi::domain::{Datum, Feature, FeatureId, Field, FieldType, LonLat, Schema, Value};
use jidi::store::Collection;
use jidi::store::collection::{About, Change};
use jidi::store::tile::MAX_POINTS;
use jidi::tiles::{Square, TileMatrixSet};

use crate::client::{get, get_with, links, path};

const WEB: TileMatrixSet = TileMatrixSet::WebMercatorQuad;

pub(crate) fn collection(features: Vec<(String, Option<Geometry<f64>>, &str)>) -> Collection {
    let schema = Schema::new(vec![Field::new("industry_group", FieldType::Text, "")]);
    let features = features.into_iter().map(|(id, geometry, group)| {
        Feature::new(FeatureId::new(&id).unwrap(), geometry, vec![Value::text(group)])
    });
    of_schema(schema, features.collect())
}

/// A collection of some features.
pub(crate) fn of_schema(schema: Schema, features: Vec<Feature>) -> Collection {
    let about = About {
        id: "list".into(),
        title: "List".into(),
        title_zh: String::new(),
        description: String::new(),
        description_zh: String::new(),
        data_as_of: String::new(),
        licence: String::new(),
        attribution: String::new(),
    };
    Collection::new(about, schema, features).unwrap()
}

pub(crate) fn points(positions: &[(f64, f64)]) -> Collection {
    let groups = ["software", "vehicles", ""];
    let point = |(number, &(lon, lat)): (usize, &(f64, f64))| {
        (format!("p{number}"), Some(Point::new(lon, lat).into()), groups[number % 3])
    };
    collection(positions.iter().enumerate().map(point).collect())
}

pub(crate) fn square(z: u8, row: u32, col: u32) -> Square {
    Square::new(WEB, z, row, col).unwrap()
}

pub(crate) fn tile(collection: &Collection, square: Square) -> Vec<Shown> {
    decoded(&collection.tile(square, Datum::Wgs84).unwrap())
}

pub(crate) fn decoded(bytes: &[u8]) -> Vec<Shown> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let reader = Reader::new(bytes.to_vec()).unwrap();
    assert_eq!(reader.get_layer_names().unwrap().len(), 1);
    reader.get_features(0).unwrap()
}

pub(crate) fn text(shown: &Shown, name: &str) -> Option<String> {
    match shown.properties.as_ref()?.get(name)? {
        Read::String(text) => Some(text.clone()),
        other => panic!("{name} is {other:?}"),
    }
}

pub(crate) fn count(shown: &Shown, name: &str) -> u64 {
    match shown.properties.as_ref().and_then(|properties| properties.get(name)) {
        Some(Read::UInt(count)) => *count,
        None => 0,
        Some(other) => panic!("{name} is {other:?}"),
    }
}

fn ids(collection: &Collection, square: Square) -> BTreeSet<String> {
    let shown = tile(collection, square);
    let ids: BTreeSet<String> = shown.iter().map(|one| text(one, "id").unwrap()).collect();
    assert_eq!(ids.len(), shown.len(), "each once");
    ids
}

#[test]
fn every_base_stands_in_its_tile_within_a_unit_with_its_properties() {
    let bases = get("/collections/bases/items").json();
    for base in bases["features"].as_array().unwrap() {
        let [lon, lat] = [0, 1].map(|axis| base["geometry"]["coordinates"][axis].as_f64().unwrap());
        // The formulas of the standard, written out: zoom 9 has 512 tiles in a row.
        let x = (lon + 180.0) / 360.0 * 512.0;
        let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0 * 512.0;
        let answer =
            get(&format!("/collections/bases/tiles/WebMercatorQuad/9/{}/{}", y.floor(), x.floor()));
        assert_eq!(answer.header("content-type"), "application/vnd.mapbox-vector-tile");
        let shown = decoded(&answer.body);
        let id = base["id"].as_str().unwrap();
        let one = shown.iter().find(|one| text(one, "id").as_deref() == Some(id)).unwrap();
        let Geometry::MultiPoint(at) = &one.geometry else { panic!("{:?}", one.geometry) };
        let [at] = at.0[..] else { panic!("{at:?}") };
        assert!((f64::from(at.x()) - x.fract() * 4096.0).abs() <= 1.0, "{id}");
        assert!((f64::from(at.y()) - y.fract() * 4096.0).abs() <= 1.0, "{id}");
        for (name, value) in base["properties"].as_object().unwrap() {
            let shown = one.properties.as_ref().unwrap().get(name);
            let wanted = match value {
                serde_json::Value::Null => None,
                serde_json::Value::String(text) => Some(Read::String(text.clone())),
                serde_json::Value::Array(list) => {
                    let list: Vec<_> = list.iter().map(|item| item.as_str().unwrap()).collect();
                    Some(Read::String(list.join(";")))
                }
                number if number.is_u64() => number.as_u64().map(Read::UInt),
                number => number.as_f64().map(Read::Double),
            };
            assert_eq!(shown, wanted.as_ref(), "{id} {name}");
        }
    }
}

#[test]
fn an_area_with_a_hole_across_four_tiles_keeps_its_area() {
    let ring = |size: f64| {
        geo::LineString::from(vec![
            (-size, -size),
            (size, -size),
            (size, size),
            (-size, size),
            (-size, -size),
        ])
    };
    let area = geo::Polygon::new(ring(1.0), vec![ring(0.5)]);
    let list = collection(vec![("a".into(), Some(area.into()), "")]);
    let mut all = 0.0;
    for (row, col) in [(3, 3), (3, 4), (4, 3), (4, 4)] {
        let shown = tile(&list, square(3, row, col));
        assert_eq!(shown.len(), 1);
        // The buffer is cut off by the window of the tile itself.
        let own = polygon![(x: 0.0f64, y: 0.0), (x: 4096.0, y: 0.0), (x: 4096.0, y: 4096.0), (x: 0.0, y: 4096.0)];
        let drawn = match &shown[0].geometry {
            Geometry::MultiPolygon(drawn) => drawn.clone(),
            Geometry::Polygon(drawn) => geo::MultiPolygon(vec![drawn.clone()]),
            other => panic!("{other:?}"),
        };
        let drawn = drawn.map_coords(|at| geo::coord! { x: f64::from(at.x), y: f64::from(at.y) });
        all += drawn.intersection(&geo::MultiPolygon(vec![own])).unsigned_area();
    }
    // At the equator zoom 3 has 4096 × 8 / 360 = 91.02 units a degree: 4 - 1 square degrees.
    let wanted = 3.0 * (4096.0 * 8.0 / 360.0f64).powi(2);
    assert!((all / wanted - 1.0).abs() < 0.01, "{all} {wanted}");
}

#[test]
fn many_points_are_counted_by_group_and_the_changes_since_with_them() {
    let many: Vec<(f64, f64)> =
        (0..30_000).map(|n| (f64::from(n % 300) - 150.0, f64::from(n / 300) - 50.0)).collect();
    let list = points(&many);
    let sum = |list: &Collection, name: &str| -> u64 {
        tile(list, square(0, 0, 0)).iter().map(|cell| count(cell, name)).sum()
    };
    assert_eq!(sum(&list, "count"), 30_000);
    assert_eq!(sum(&list, "count_software"), 10_000);
    assert!(tile(&list, square(0, 0, 0)).len() <= 128 * 128);
    let mut moved = list.feature("p0").unwrap().clone();
    moved.values = [Value::text("biomedicine")].into();
    let list = list.with([Change::Delete("p3".into()), Change::Put(moved.into())]);
    let names = ["count", "count_software", "count_biomedicine"];
    assert_eq!(names.map(|name| sum(&list, name)), [29_999, 9_998, 1]);
    // A tile of few points shows them one by one.
    assert!(ids(&list, square(6, 32, 32)).len() <= MAX_POINTS);
}

#[test]
fn what_is_no_tile_is_refused_in_words_and_an_empty_one_has_no_body() {
    let at = |end: &str| get(&format!("/collections/bases/tiles/{end}"));
    let empty = at("WebMercatorQuad/9/0/0");
    assert_eq!((empty.status, empty.body.len()), (StatusCode::NO_CONTENT, 0));
    for (end, status, words) in [
        ("WebMercatorQuad/1/2/0", 404, "rows 0 to 1"),
        ("WebMercatorQuad/1/0/2", 404, "columns 0 to 1"),
        ("WebMercatorQuad/23/0/0", 404, "above 22"),
        ("WebMercatorQuad/999/0/0", 404, "above 22"),
        ("Mars/0/0/0", 404, "WorldCRS84Quad"),
        ("WebMercatorQuad/a/0/0", 400, "z/row/col"),
        ("WebMercatorQuad/1/-1/0", 400, "z/row/col"),
        ("WebMercatorQuad/1/0/0?datum=mars", 400, "gcj02"),
        ("WebMercatorQuad/1/0/0?colour=red", 400, "datum"),
        ("Mars", 404, "WorldCRS84Quad"),
    ] {
        let answer = at(end);
        assert_eq!(answer.status.as_u16(), status, "{end}");
        assert!(answer.text().contains(words), "{end}: {}", answer.text());
    }
    assert_eq!(at("WorldCRS84Quad/0/0/1").status, StatusCode::OK);
    assert_eq!(get("/collections/none/tiles/WebMercatorQuad/0/0/0").status, StatusCode::NOT_FOUND);
}

#[test]
fn a_tile_shows_what_a_filter_a_value_and_a_time_want() {
    let at = |query: &str| {
        let answer = get(&format!("/collections/hubs/tiles/WebMercatorQuad/0/0/0?{query}"));
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        let ids = decoded(&answer.body).iter().map(|one| text(one, "id").unwrap()).collect();
        let items = get(&format!("/collections/hubs/items?limit=10000&{query}")).json();
        let wanted = items["features"].as_array().unwrap().iter();
        let wanted = wanted.filter(|one| !one["geometry"].is_null());
        let wanted: BTreeSet<String> =
            wanted.map(|one| one["id"].as_str().unwrap().into()).collect();
        assert_eq!(wanted, ids, "{query}");
        assert!(!wanted.is_empty(), "{query}");
    };
    at("filter=year%3E2010");
    at("filter=S_INTERSECTS(geometry,BBOX(118,29,121,32))&year=2010");
    at("datetime=2012-01-01/..&province=Jiangsu");
    let empty = get("/collections/hubs/tiles/WebMercatorQuad/0/0/0?filter=year%3C1900");
    assert_eq!(empty.status, StatusCode::NO_CONTENT);
    for (query, words) in [
        ("filter=colour='red'", "colour"),
        ("filter-lang=cql2-text", "without"),
        ("datetime=yesterday", "datetime"),
        ("bbox=1,2,3,4", "bbox"),
        ("limit=5", "limit"),
    ] {
        for path in ["WebMercatorQuad/0/0/0", "WebMercatorQuad/tilejson.json"] {
            let answer = get(&format!("/collections/hubs/tiles/{path}?{query}"));
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(answer.text().contains(words), "{query}: {}", answer.text());
        }
    }
    let json = get(
        "/collections/hubs/tiles/WebMercatorQuad/tilejson.json?year=2010&filter=province%3C'K'",
    )
    .json();
    let template = json["tiles"][0].as_str().unwrap();
    assert!(template.ends_with("/{z}/{y}/{x}?year=2010&filter=province%3C%27K%27"), "{template}");
}

#[test]
fn a_tileset_is_tile_json_for_who_asks_for_it_and_says_its_limits() {
    let root = "/collections/hubs/tiles";
    let accept = [("accept", "application/vnd.mapbox.tile+json")];
    let asked = get_with(&format!("{root}/WebMercatorQuad"), &accept);
    assert_eq!(asked.header("content-type"), "application/vnd.mapbox.tile+json");
    let plain = get(&format!("{root}/WebMercatorQuad/tilejson.json")).json();
    assert_eq!(asked.json(), plain);
    let groups = plain["vector_layers"][0]["fields"].as_object().unwrap();
    assert!(groups.contains_key("count") && groups.keys().any(|name| name.starts_with("count_")));
    assert_eq!(get(&format!("{root}/WorldCRS84Quad?f=tilejson")).status, StatusCode::BAD_REQUEST);
    for (set, cols_at_0) in [("WebMercatorQuad", 1), ("WorldCRS84Quad", 2)] {
        let tileset = get(&format!("{root}/{set}")).json();
        for name in ["dataType", "crs", "tileMatrixSetURI", "links", "boundingBox"] {
            assert!(!tileset[name].is_null(), "{set} {name}");
        }
        let limits = tileset["tileMatrixSetLimits"].as_array().unwrap();
        assert_eq!(limits.len(), 23);
        assert_eq!(limits[0]["maxTileCol"], cols_at_0 - 1);
        let (row, col) = (&limits[3]["maxTileRow"], &limits[3]["maxTileCol"]);
        let status = |row: u64, col: u64| get(&format!("{root}/{set}/3/{row}/{col}")).status;
        let (row, col) = (row.as_u64().unwrap(), col.as_u64().unwrap());
        assert_eq!(status(row, col), StatusCode::NO_CONTENT, "inside, and empty");
        assert_eq!(status(row + 1, col), StatusCode::NOT_FOUND);
        assert_eq!(status(row, col + 1), StatusCode::NOT_FOUND);
    }
    let api = get("/api").json();
    let tile = "/collections/hubs/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}";
    let of_tile = &api["paths"][tile]["get"];
    let names = of_tile["parameters"].as_array().unwrap().iter();
    let names: Vec<String> =
        names.map(|one| one["name"].to_string() + &one["$ref"].to_string()).collect();
    for wanted in ["datum", "datetime", "filter", "year"] {
        assert!(names.iter().any(|name| name.contains(wanted)), "{wanted}: {names:?}");
    }
    assert!(of_tile["description"].as_str().unwrap().contains("200000 bytes"));
}

#[test]
fn a_tile_is_kept_by_its_tag_and_packed_when_asked() {
    let at = "/collections/hubs/tiles/WebMercatorQuad/4/6/13";
    let answer = get(at);
    let tag = answer.header("etag").to_owned();
    assert_eq!(get_with(at, &[("if-none-match", &tag)]).status, StatusCode::NOT_MODIFIED);
    assert_eq!(get_with(at, &[("accept-encoding", "gzip")]).header("content-encoding"), "gzip");
    assert_eq!(get(at).body, answer.body, "the same bytes");
}

#[test]
fn tilesets_lead_to_tiles_and_say_the_datum() {
    let bases = get("/collections/bases").json();
    let rel = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
    let list = get(path(links(&bases, rel)[0])).json();
    for tileset in list["tilesets"].as_array().unwrap() {
        let alone = get(path(links(tileset, "self")[0])).json();
        assert_eq!(alone, *tileset);
        let scheme = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
        assert_eq!(get(path(links(tileset, scheme)[0])).json()["uri"], tileset["tileMatrixSetURI"]);
        let item = path(links(tileset, "item")[0]).to_owned();
        let item = item.replace("{tileMatrix}", "1").replace("{tileRow}", "0");
        assert!(
            [1, 3]
                .iter()
                .any(|col| get(&item.replace("{tileCol}", &col.to_string())).status
                    == StatusCode::OK)
        );
    }
    let plain = get("/collections/bases/tiles/WebMercatorQuad/tilejson.json").json();
    let template = plain["tiles"][0].as_str().unwrap();
    assert!(
        template.ends_with("/collections/bases/tiles/WebMercatorQuad/{z}/{y}/{x}"),
        "{template}"
    );
    assert_eq!(plain["vector_layers"][0]["id"], "bases");
    let amap = get("/collections/bases/tiles/WebMercatorQuad/tilejson.json?datum=gcj02").json();
    assert!(amap["tiles"][0].as_str().unwrap().ends_with("?datum=gcj02"));
    assert_eq!((&amap["datum"], &plain["datum"]), (&"gcj02".into(), &"wgs84".into()));
    assert!(amap["name"].as_str().unwrap().contains("GCJ-02"));
}

#[test]
fn web_mercator_has_the_scales_of_the_standard() {
    let set = get("/tileMatrixSets/WebMercatorQuad").json();
    let scale = |z: usize| set["tileMatrices"][z]["scaleDenominator"].as_f64().unwrap();
    // OGC 17-083r4, table D.1.
    assert!(
        (scale(0) - 559_082_264.028_717).abs() < 1e-3
            && (scale(1) - 279_541_132.014_358).abs() < 1e-3
    );
    let set = get("/tileMatrixSets/WorldCRS84Quad").json();
    assert_eq!(
        (&set["tileMatrices"][0]["cellSize"], &set["tileMatrices"][0]["matrixWidth"]),
        (&0.703125.into(), &2.into())
    );
    let all = get("/tileMatrixSets").json();
    assert_eq!(all["tileMatrixSets"].as_array().unwrap().len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn the_four_children_hold_each_point_of_the_parent_once(
        positions in prop::collection::vec(
            prop_oneof![
                (-180.0..=180.0f64, -90.0..=90.0f64),
                (prop::sample::select(vec![-180.0, -90.0, 0.0, 90.0, 180.0]),
                 prop::sample::select(vec![-90.0, 0.0, 90.0])),
            ], 1..60),
        (z, row, col) in (0u8..6, 0u32..64, 0u32..64),
    ) {
        let list = points(&positions);
        let parent = square(z, row % (1 << z), col % (1 << z));
        let all = ids(&list, parent);
        let mut held: BTreeMap<String, usize> = BTreeMap::new();
        for id in parent.children().flat_map(|child| ids(&list, child)) {
            *held.entry(id).or_default() += 1;
        }
        prop_assert!(held.values().all(|&times| times == 1));
        prop_assert_eq!(held.into_keys().collect::<BTreeSet<_>>(), all.clone());
        // The definition: those whose position lies in the square.
        let inside = positions.iter().enumerate().filter(|(_, (lon, lat))| {
            parent.unit_of(LonLat::from_degrees(*lon, *lat).unwrap()).is_some()
        });
        prop_assert_eq!(inside.map(|(n, _)| format!("p{n}")).collect::<BTreeSet<_>>(), all);
    }
}
