//! Files of other programs are read, each to the last digit; broken ones are refused and do no harm.
//!
//! `fixtures/layers/make.py` wrote them with GDAL 3.12.4, geopandas 1.2.0 and pyarrow 26.0.1.

use geo::orient::{Direction, Orient};
use geo::{Geometry, Point, polygon};
use jidi::domain::FieldType::{self, Boolean, Integer, Real, Text};
use jidi::domain::Value;
use jidi::formats::layer::{ColumnTypes, InvalidLayer, Layer, LayerKind, kind_of};
use proptest::prelude::*;

const FILES: [(&str, &[u8]); 17] = [
    ("towns.gpkg", include_bytes!("fixtures/layers/towns.gpkg")),
    ("towns.fgb", include_bytes!("fixtures/layers/towns.fgb")),
    ("indexed.fgb", include_bytes!("fixtures/layers/indexed.fgb")),
    ("towns.parquet", include_bytes!("fixtures/layers/towns.parquet")),
    ("towns.geojsonl", include_bytes!("fixtures/layers/towns.geojsonl")),
    ("towns.kml", include_bytes!("fixtures/layers/towns.kml")),
    ("utm.geojson", include_bytes!("fixtures/layers/utm.geojson")),
    ("zone.parquet", include_bytes!("fixtures/layers/zone.parquet")),
    ("lists.parquet", include_bytes!("fixtures/layers/lists.parquet")),
    ("GBK.zip", include_bytes!("fixtures/layers/GBK.zip")),
    ("UTF-8.zip", include_bytes!("fixtures/layers/UTF-8.zip")),
    ("shops.gpkg", include_bytes!("fixtures/layers/shops.gpkg")),
    ("shops.fgb", include_bytes!("fixtures/layers/shops.fgb")),
    ("shops.parquet", include_bytes!("fixtures/layers/shops.parquet")),
    ("shops.geojsonl", include_bytes!("fixtures/layers/shops.geojsonl")),
    ("shops.kml", include_bytes!("fixtures/layers/shops.kml")),
    ("shops.zip", include_bytes!("fixtures/layers/shops.zip")),
];

const TOWN: (f64, f64) = (120.739_999_999_999_98, 31.65);

fn bytes(name: &str) -> (&'static [u8], LayerKind) {
    let (_, bytes) = FILES.into_iter().find(|(known, _)| *known == name).unwrap();
    (bytes, kind_of(name, bytes).unwrap())
}

fn layer(name: &str) -> Layer {
    let (bytes, kind) = bytes(name);
    let layer = Layer::read(bytes, kind, 100).unwrap();
    assert_eq!(layer.refused, [], "{name}");
    layer
}

fn column<'a>(layer: &'a Layer, name: &str) -> Vec<&'a Value> {
    let place = layer.schema.position(name).unwrap_or_else(|| panic!("no {name}"));
    layer.rows.iter().map(|row| &row.values[place]).collect()
}

fn area() -> Geometry<f64> {
    polygon!(
        exterior: [(x: 104.0, y: 28.0), (x: 106.0, y: 28.0), (x: 106.0, y: 30.0)],
        interiors: [[(x: 105.0, y: 28.5), (x: 105.5, y: 28.5), (x: 105.5, y: 29.0)]],
    )
    .into()
}

/// Says whether two areas have the same rings, whichever way they run.
fn is_same_area(one: Option<&Geometry<f64>>, other: &Geometry<f64>) -> bool {
    match (one, other) {
        (Some(Geometry::Polygon(one)), Geometry::Polygon(other)) => {
            one.orient(Direction::Default) == other.orient(Direction::Default)
        }
        _ => false,
    }
}

#[test]
fn what_gdal_and_geopandas_write_is_read_to_the_last_digit() {
    for name in ["towns.gpkg", "towns.fgb", "towns.parquet", "towns.geojsonl"] {
        let layer = layer(name);
        let text = |text: &str| Value::Text(text.into());
        let names = [&text("常熟"), &text("太仓 🏭"), &Value::Null];
        assert_eq!(column(&layer, "name"), names, "{name}");
        let staff = [&Value::Integer(9_007_199_254_740_993), &Value::Null, &Value::Integer(-5)];
        assert_eq!(column(&layer, "staff"), staff, "{name}");
        assert_eq!(column(&layer, "share"), [&Value::Real(0.1), &Value::Null, &Value::Real(-2.5)]);
        let open = [&Value::Boolean(true), &Value::Boolean(false), &Value::Null];
        assert_eq!(column(&layer, "open"), open, "{name}");
        let types: Vec<FieldType> =
            layer.schema.fields().iter().map(|field| field.field_type).collect();
        assert_eq!(types, [Text, Text, Integer, Real, Boolean], "{name}");
        let ids: Vec<&str> = layer.rows.iter().filter_map(|row| row.id.as_deref()).collect();
        assert_eq!(ids, ["t-1", "t-2", "t-3"]);
        // GDAL writes GeoJSON to 15 significant digits.
        let lon = if name == "towns.geojsonl" { 120.74 } else { TOWN.0 };
        assert_eq!(layer.rows[0].geometry, Some(Point::new(lon, TOWN.1).into()), "{name}");
        assert_eq!(layer.rows[1].geometry, None, "{name}");
        assert!(is_same_area(layer.rows[2].geometry.as_ref(), &area()), "{name}");
    }
}

#[test]
fn features_behind_an_index_are_all_there() {
    let layer = layer("indexed.fgb");
    let mut ids: Vec<&str> = layer.rows.iter().filter_map(|row| row.id.as_deref()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["t-1", "t-3"]);
}

#[test]
fn kml_of_gdal_brings_names_values_and_holes() {
    let layer = layer("towns.kml");
    assert_eq!(column(&layer, "staff")[0], &Value::Text("9007199254740993".into()));
    assert_eq!(column(&layer, "share")[2], &Value::Real(-2.5));
    assert!(is_same_area(layer.rows[2].geometry.as_ref(), &area()));
    assert_eq!(layer.rows[0].id.as_deref(), Some("t-1"));
}

#[test]
fn zones_and_web_mercator_are_turned_back_within_a_tenth_of_a_millimetre() {
    let points = {
        let (bytes, kind) = bytes("towns.gpkg");
        Layer::read_named(bytes, kind, Some("points"), &ColumnTypes::default(), 100).unwrap()
    };
    let layers = [points, layer("utm.geojson"), layer("zone.parquet"), layer("GBK.zip")];
    for layer in layers {
        let Some(Geometry::Point(at)) = layer.rows[0].geometry else { panic!("{}", layer.kind) };
        let is_near = (at.x() - TOWN.0).abs() < 1e-9 && (at.y() - TOWN.1).abs() < 1e-9;
        assert!(is_near, "{}: {at:?}", layer.kind);
        assert!(layer.warnings.iter().any(|(code, _)| *code == "projection"));
    }
}

#[test]
fn shapefiles_in_both_encodings_have_their_names() {
    for name in ["GBK.zip", "UTF-8.zip"] {
        let layer = layer(name);
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(column(&layer, "name"), [&text("常熟"), &text("太仓")], "{name}");
        assert_eq!(layer.rows[1].geometry, None);
        assert_eq!(layer.name, "towns");
    }
}

#[test]
fn truths_and_times_are_of_the_types_that_a_file_declares() {
    for (name, on, at) in [
        ("shops.gpkg", FieldType::Date, Some(FieldType::DateTime)),
        // GDAL has no days in FlatGeobuf, no times in KML, and no zone in the instants of this GeoJSON.
        ("shops.fgb", FieldType::DateTime, Some(FieldType::DateTime)),
        ("shops.parquet", FieldType::Date, Some(FieldType::DateTime)),
        ("shops.geojsonl", FieldType::Date, Some(Text)),
        ("shops.kml", Text, Some(Text)),
        ("shops.zip", FieldType::Date, None),
    ] {
        let layer = layer(name);
        let open = [true, false, true].map(Value::Boolean);
        assert_eq!(column(&layer, "open"), open.iter().collect::<Vec<_>>(), "{name}");
        let kind = |field: &str| {
            layer.schema.position(field).map(|place| layer.schema.fields()[place].field_type)
        };
        assert_eq!((kind("on"), kind("at")), (Some(on), at), "{name}");
        let words: Vec<String> = column(&layer, "on").iter().map(|on| on.in_a_cell()).collect();
        let days = ["2019-05-01", "1890-02-28"];
        let is_day = |(on, day): (&String, &str)| on.replace('/', "-").starts_with(day);
        assert!(words.iter().zip(days).all(is_day) && words[2].is_empty(), "{name}: {words:?}");
        if at.is_some() {
            let at: Vec<String> = column(&layer, "at").iter().map(|at| at.in_a_cell()).collect();
            assert!(at[0].starts_with("2020-10-13T08:00:00.25"), "{name}: {at:?}");
        }
    }
    let parquet = layer("shops.parquet");
    assert_eq!(column(&parquet, "zoned"), column(&parquet, "at"));
    let warned = |code: &str| parquet.warnings.iter().find(|(known, _)| *known == code).cloned();
    assert!(warned("no_time_zone").unwrap().1.en.starts_with("2 times"), "those of `at` alone");
}

#[test]
fn heights_that_are_left_aside_are_counted_by_every_reader() {
    let files = ["gpkg", "fgb", "parquet", "geojsonl", "kml", "zip"];
    for name in files.map(|end| format!("shops.{end}")) {
        let warnings = layer(&name).warnings;
        let heights = warnings.iter().find(|(code, _)| *code == "heights");
        let (_, words) = heights.unwrap_or_else(|| panic!("{name}: {warnings:?}"));
        assert!(words.en.starts_with("3 features") && words.zh.starts_with("3 个"), "{name}");
    }
    assert!(!layer("towns.gpkg").warnings.iter().any(|(code, _)| *code == "heights"));
}

#[test]
fn lists_stay_lists_and_instants_are_written_out() {
    let layer = layer("lists.parquet");
    assert_eq!(column(&layer, "codes"), [&Value::List(vec!["39".into(), "40".into()].into())]);
    assert_eq!(column(&layer, "when"), [&Value::DateTime("1970-01-01T00:00:00Z".parse().unwrap())]);
}

#[test]
fn a_layer_that_is_not_there_is_refused_with_those_that_are() {
    let (bytes, kind) = bytes("towns.gpkg");
    let refused =
        Layer::read_named(bytes, kind, Some("roads"), &ColumnTypes::default(), 100).unwrap_err();
    assert!(refused.to_string().contains("there is towns, points"), "{refused}");
    assert!(layer("towns.gpkg").warnings.iter().any(|(_, warning)| warning.en.contains("points")));
    for (name, bytes) in FILES {
        let kind = kind_of(name, bytes).unwrap();
        assert!(matches!(Layer::read(bytes, kind, 0), Err(InvalidLayer::Sheet(_))), "{name}");
    }
}

#[test]
#[ignore = "takes some seconds"]
fn a_million_points_are_read_in_ten_seconds() {
    let line = |number: u32| {
        let (lon, lat) =
            (100.0 + f64::from(number) / 50_000.0, 20.0 + f64::from(number) / 99_999.0);
        format!(
            "{{\"type\":\"Feature\",\"id\":\"f{number}\",\"geometry\":{{\"type\":\"Point\",\"coordinates\":[{lon},{lat}]}},\"properties\":{{\"name\":\"企业 {number}\",\"staff\":{number},\"share\":0.25}}}}\n"
        )
    };
    let text: String = (0..1_000_000).map(line).collect();
    let start = std::time::Instant::now();
    let layer = Layer::read(text.as_bytes(), LayerKind::GeoJsonSeq, usize::MAX).unwrap();
    let elapsed = start.elapsed();
    assert_eq!(layer.rows.len(), 1_000_000);
    eprintln!("a million points in {elapsed:?}");
    assert!(elapsed.as_secs() < 10, "{elapsed:?}");
}

/// A Parquet whose columns stand in one another, each in the next.
fn deep_parquet(depth: usize) -> Vec<u8> {
    // Thrift's compact protocol: the head of a field is its distance and its type.
    let group = [0x35, 0x00, 0x18, 1, b'a', 0x15, 2, 0];
    let leaf = [0x15, 2, 0x25, 0, 0x18, 1, b'a', 0];
    let mut footer = vec![0x15, 2, 0x19, 0xfc];
    let mut count = depth + 1;
    while count >= 128 {
        footer.push(u8::try_from(count % 128).unwrap() | 128);
        count /= 128;
    }
    footer.push(u8::try_from(count).unwrap());
    footer.extend(group.repeat(depth));
    footer.extend(leaf);
    footer.extend([0x16, 0, 0x19, 0x0c, 0]);
    let length = u32::try_from(footer.len()).unwrap().to_le_bytes();
    [b"PAR1", &footer[..], &length, b"PAR1"].concat()
}

#[test]
fn columns_that_stand_in_one_another_without_end_do_no_harm() {
    for depth in [3, 60] {
        assert!(Layer::read(&deep_parquet(depth), LayerKind::GeoParquet, 10).is_ok(), "{depth}");
    }
    for depth in [70, 2_000_000] {
        let refused = Layer::read(&deep_parquet(depth), LayerKind::GeoParquet, 10).unwrap_err();
        assert!(refused.to_string().contains("too deep"), "{refused}");
    }
}

#[test]
fn a_geopackage_whose_view_counts_for_ever_is_refused_in_time() {
    let (whole, kind) = bytes("towns.gpkg");
    let path = std::env::temp_dir().join(format!("jidi-view-{}.gpkg", std::process::id()));
    std::fs::write(&path, whole).unwrap();
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch(
        "PRAGMA foreign_keys = OFF;
         UPDATE gpkg_geometry_columns SET table_name = 'endless' WHERE table_name = 'towns';
         UPDATE gpkg_contents SET table_name = 'endless' WHERE table_name = 'towns';
         CREATE VIEW endless AS WITH RECURSIVE n(fid) AS (SELECT 1 UNION ALL SELECT fid + 1 FROM n)
           SELECT fid, NULL AS geom FROM n WHERE fid < 0;",
    )
    .unwrap();
    drop(file);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(path).unwrap();
    let refused =
        Layer::read_named(&bytes, kind, Some("endless"), &ColumnTypes::default(), 100).unwrap_err();
    assert!(refused.to_string().contains("interrupted"), "{refused}");
}

#[test]
fn a_small_archive_that_unpacks_to_very_much_is_refused() {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    archive.start_file("a.shp", options).unwrap();
    let part = vec![0; 1024 * 1024];
    for _ in 0..600 {
        std::io::Write::write_all(&mut archive, &part).unwrap();
    }
    let bytes = archive.finish().unwrap().into_inner();
    assert!(bytes.len() < 1_000_000);
    let refused = Layer::read(&bytes, LayerKind::Shapefile, 10).unwrap_err();
    assert!(matches!(refused, InvalidLayer::Unpacked(_)), "{refused}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn broken_files_do_no_harm(which in 0..FILES.len(), place: prop::sample::Index, bit in 0_u8..8, cut: bool) {
        let (name, whole) = FILES[which];
        let kind = kind_of(name, whole).unwrap();
        let at = place.index(whole.len());
        let mut broken = whole.to_vec();
        if cut {
            broken.truncate(at);
        } else {
            broken[at] ^= 1 << bit;
        }
        let _ = Layer::read(&broken, kind, 1_000);
    }
}
