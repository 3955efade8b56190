//! What is written in a format is read back: no feature, id, null, type, character or digit is lost.

use std::collections::HashMap;

use geo::orient::Direction;
use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Orient, Point, Polygon};
use jidi::domain::{
    Datum, Feature, FeatureId, Field, FieldType, RegisteredCrs, Schema, Timestamp, Value,
};
use jidi::formats::layer::{Layer, LayerKind, kind_of};
use jidi::formats::{Contents, EXACT, Format, Layout, geojson};
use proptest::prelude::*;

fn written(format: Format, schema: &Schema, features: &[Feature], layout: Layout) -> Vec<u8> {
    let mut out = Vec::new();
    let contents = Contents { name: "things", title: "Things & <more>", schema };
    format.write(&mut out, contents, features.iter(), layout).unwrap();
    out
}

fn exact(points_only: bool) -> Layout {
    Layout { decimals: EXACT, ..Layout::new(points_only) }
}

fn read(format: Format, bytes: &[u8]) -> Layer {
    let kind = kind_of(format.media_type(), bytes).unwrap();
    let layer = Layer::read(bytes, kind, 10_000).unwrap();
    assert_eq!(layer.refused, [], "{format:?}");
    layer
}

/// Says whether a value came back, to its last bit.
fn is_same(format: Format, before: &Value, after: &Value) -> bool {
    match (before, after) {
        // SQLite keeps a real number without a fraction as a whole one, which has no negative zero.
        (Value::Real(one), Value::Real(other)) if format == Format::GeoPackage => one == other,
        (Value::Real(one), Value::Real(other)) => one.to_bits() == other.to_bits(),
        (one, other) => one == other,
    }
}

/// Geometries compare by their numbers to the last bit.
fn bits(shape: &Geometry<f64>) -> String {
    format!("{shape:?}")
}

fn check(
    format: Format,
    schema: &Schema,
    features: &[Feature],
    points_only: bool,
) -> Result<(), TestCaseError> {
    let bytes = written(format, schema, features, exact(points_only));
    let layer = read(format, &bytes);
    prop_assert_eq!(layer.rows.len(), features.len(), "{:?}", format);
    let rows: HashMap<&str, _> =
        layer.rows.iter().map(|row| (row.id.as_deref().unwrap_or_default(), row)).collect();
    for feature in features {
        let row = rows.get(feature.id.as_str());
        prop_assert!(row.is_some(), "{:?} lost {:?}", format, feature.id);
        let row = row.unwrap();
        prop_assert_eq!(
            row.geometry.as_ref().map(bits),
            feature.geometry().as_deref().map(bits),
            "{:?}",
            format
        );
        for (field, value) in schema.fields().iter().zip(&feature.values) {
            let after = &row.values[layer.schema.position(&field.name).unwrap()];
            prop_assert!(
                is_same(format, value, after),
                "{:?} {}: {:?} became {:?}",
                format,
                field.name,
                value,
                after
            );
        }
    }
    if format != Format::FlatGeobuf {
        let ids: Vec<_> = layer.rows.iter().map(|row| row.id.as_deref()).collect();
        let before: Vec<_> = features.iter().map(|feature| Some(feature.id.as_str())).collect();
        prop_assert_eq!(ids, before, "{:?}", format);
    }
    for (place, field) in schema.fields().iter().enumerate() {
        let is_known = features.iter().any(|one| one.values[place] != Value::Null);
        // The cells of a table tell types; a column without any has none.
        if format == Format::Csv && !is_known {
            continue;
        }
        let found = &layer.schema.fields()[layer.schema.position(&field.name).unwrap()];
        prop_assert_eq!(found.field_type, field.field_type, "{:?} {}", format, field.name);
    }
    Ok(())
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(-0.0),
        Just(120.739_999_999_999_98),
        Just(1e-300),
        Just(-1e300),
        Just(9_007_199_254_740_993.0),
        prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL,
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("常熟市 🏭 ㊣".to_owned()),
        Just("=1+1".to_owned()),
        Just("'=x".to_owned()),
        Just("''@".to_owned()),
        Just("a\"b, <c> & 'd'; \u{1F600}".to_owned()),
        Just("0512".to_owned()),
        Just("2020".to_owned()),
        Just("-0.5".to_owned()),
        Just("true".to_owned()),
        Just("2020-10-13".to_owned()),
        Just("2020-10-13T08:00:00Z".to_owned()),
        Just("39;40".to_owned()),
        Just("-x".to_owned()),
        Just(" \"a, \r\n\" \u{3000}".to_owned()),
        "[ ,\"'\na]{0,5}",
        "[a-zA-Z0-9一-龥🏭<>&\"',;.]{0,12}",
    ]
}

fn value(kind: FieldType) -> BoxedStrategy<Value> {
    let there = match kind {
        FieldType::Text => words().prop_map(|text| Value::Text(text.into())).boxed(),
        FieldType::Integer => prop_oneof![Just(i64::MIN), Just(i64::MAX), any::<i64>(), -9..9_i64]
            .prop_map(Value::Integer)
            .boxed(),
        FieldType::Real => number().prop_map(Value::Real).boxed(),
        FieldType::List => prop::collection::vec("[a-z0-9一-龥; \"\\['=-]{0,4}", 0..4)
            .prop_map(|list| Value::List(list.into()))
            .boxed(),
        FieldType::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        FieldType::Date => instant().prop_map(|at| Value::Date(at.utc().date())).boxed(),
        FieldType::DateTime => instant().prop_map(Value::DateTime).boxed(),
    };
    prop_oneof![1 => Just(Value::Null), 4 => there].boxed()
}

/// Instants of all years that RFC 3339 can write.
fn instant() -> impl Strategy<Value = Timestamp> {
    let (first, last) = (-62_167_219_200_000_000, 253_402_300_799_999_999);
    prop_oneof![
        Just(first),
        Just(last),
        Just(0),
        first..=last,
        (-9..9_i64).prop_map(|s| s * 1_000_000)
    ]
    .prop_map(|micros| Timestamp::from_micros(micros).unwrap())
}

fn coord() -> impl Strategy<Value = Coord<f64>> {
    let lon = prop_oneof![Just(-0.0), Just(180.0), -180.0..180.0_f64];
    (lon, -90.0..90.0_f64).prop_map(|(x, y)| Coord { x, y })
}

fn line() -> impl Strategy<Value = LineString<f64>> {
    prop::collection::vec(coord(), 2..6).prop_map(LineString)
}

fn area() -> impl Strategy<Value = Polygon<f64>> {
    let ring = || prop::collection::vec(coord(), 3..6).prop_map(LineString);
    (ring(), prop::collection::vec(ring(), 0..3))
        .prop_map(|(outer, holes)| Polygon::new(outer, holes).orient(Direction::Default))
}

fn shape() -> impl Strategy<Value = Geometry<f64>> {
    let simple = prop_oneof![
        coord().prop_map(|at| Point(at).into()),
        line().prop_map(Geometry::from),
        area().prop_map(Geometry::from),
        prop::collection::vec(coord(), 2..4)
            .prop_map(|all| MultiPoint(all.into_iter().map(Point).collect()).into()),
        prop::collection::vec(line(), 2..4).prop_map(|all| MultiLineString(all).into()),
        prop::collection::vec(area(), 2..4).prop_map(|all| MultiPolygon(all).into()),
    ];
    let part =
        prop_oneof![coord().prop_map(|at| Point(at).into()), area().prop_map(Geometry::from)];
    let mixed = prop::collection::vec(part, 1..4)
        .prop_map(|parts| Geometry::GeometryCollection(GeometryCollection(parts)));
    prop_oneof![6 => simple, 1 => mixed]
}

/// Names of fields, many of which are those of something else.
const NAMES: [&str; 13] = [
    "名称 a",
    "geometry",
    "fid",
    "a&b",
    "Bbox",
    "when",
    "zip 编码",
    "lon",
    "lat",
    "wkt",
    "x",
    "@y",
    "geometry_lon",
];

fn things(points_only: bool) -> impl Strategy<Value = (Schema, Vec<Feature>)> {
    let kind = prop::sample::select(FieldType::ALL.to_vec());
    prop::collection::vec(kind, 0..7).prop_flat_map(move |kinds| {
        let shape = if points_only {
            coord().prop_map(|at| Point(at).into()).boxed()
        } else {
            shape().boxed()
        };
        let values: Vec<_> = kinds.iter().map(|kind| value(*kind)).collect();
        let rows = prop::collection::vec((prop::option::weighted(0.8, shape), values), 0..6);
        let names = prop::sample::subsequence(NAMES.to_vec(), kinds.len());
        (rows, names).prop_map(move |(rows, names)| {
            let fields = names.iter().zip(&kinds).map(|(name, kind)| Field::new(name, *kind, ""));
            let feature = |(number, (geometry, values)): (usize, (_, Vec<Value>))| {
                Feature::new(FeatureId::new(&format!("{number}-~x")).unwrap(), geometry, values)
            };
            (Schema::new(fields.collect()), rows.into_iter().enumerate().map(feature).collect())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_is_lost_through_any_format((schema, features) in things(false)) {
        for format in Format::ALL {
            if format == Format::GeoJsonSeq && features.is_empty() {
                continue;
            }
            check(format, &schema, &features, false)?;
        }
    }

    #[test]
    fn points_are_kept_to_the_last_bit((schema, features) in things(true)) {
        for format in Format::ALL {
            if format == Format::GeoJsonSeq && features.is_empty() {
                continue;
            }
            check(format, &schema, &features, true)?;
        }
    }

    #[test]
    fn broken_copies_do_no_harm(
        (schema, features) in things(false), format in prop::sample::select(Format::ALL.to_vec()),
        place: prop::sample::Index, bit in 0_u8..8, cut: bool,
    ) {
        let mut bytes = written(format, &schema, &features, exact(false));
        if bytes.is_empty() {
            return Ok(());
        }
        let kind = kind_of(format.media_type(), &bytes).unwrap();
        let at = place.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        let _ = Layer::read(&bytes, kind, 1_000);
    }
}

#[test]
fn a_file_in_gcj_02_names_it_and_comes_back_as_it_was() {
    let schema = Schema::new(vec![Field::new("name", FieldType::Text, "")]);
    let at = Point::new(121.4737, 31.2304);
    let feature =
        Feature::new(FeatureId::new("a").unwrap(), Some(at.into()), vec![Value::text("上海")]);
    for datum in [Datum::Gcj02, Datum::Bd09, Datum::Cgcs2000] {
        for format in Format::ALL {
            let layout = Layout { datum, ..exact(true) };
            let bytes = written(format, &schema, std::slice::from_ref(&feature), layout);
            let layer = read(format, &bytes);
            assert_eq!(layer.datum, Some(datum), "{format:?}");
            let Some(Geometry::Point(back)) = layer.rows[0].geometry else { panic!("{format:?}") };
            let is_near = (back.x() - at.x()).abs() < 1e-7 && (back.y() - at.y()).abs() < 1e-7;
            assert!(is_near, "{format:?} {datum:?} {back:?}");
        }
    }
}

#[test]
fn a_file_in_another_system_names_it_and_comes_back() {
    let schema = Schema::new(vec![Field::new("name", FieldType::Text, "")]);
    let id = FeatureId::new("a").unwrap();
    for epsg in [4326, 4490, 3857, 4527, 4547, 32650] {
        let crs = RegisteredCrs::from_epsg(epsg).unwrap();
        let at = Point::new(117.4737, 31.2304);
        let feature = Feature::new(id.clone(), Some(at.into()), vec![Value::text("合肥")]);
        let features = std::slice::from_ref(&feature);
        for points_only in [true, false] {
            let layout = Layout { crs, ..exact(points_only) };
            let of_files = Format::ALL.into_iter().filter(|format| *format != Format::Kml);
            let files = of_files.map(|format| (format, written(format, &schema, features, layout)));
            let mut answer = Vec::new();
            let members = geojson::Members::new();
            geojson::write_collection(&mut answer, &schema, features.iter(), layout, &members)
                .unwrap();
            for (format, bytes) in files.chain([(Format::GeoJson, answer)]) {
                let layer = read(format, &bytes);
                let Some(Geometry::Point(back)) = layer.rows[0].geometry else {
                    panic!("{format:?}")
                };
                let is_near = (back.x() - at.x()).abs() < 1e-7 && (back.y() - at.y()).abs() < 1e-7;
                assert!(is_near, "{format:?} {epsg} {back:?}");
            }
        }
    }
}

#[test]
fn a_geojson_file_has_east_first_and_the_old_name_of_its_system() {
    let schema = Schema::new(vec![Field::new("name", FieldType::Text, "")]);
    let at = Some(Point::new(117.0, 31.0).into());
    let feature = Feature::new(FeatureId::new("a").unwrap(), at, vec![Value::Null]);
    let crs = RegisteredCrs::from_epsg(4490).unwrap();
    let layout = Layout { crs, ..exact(true) };
    let bytes = written(Format::GeoJson, &schema, &[feature], layout);
    let file: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(file["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::4490");
    assert_eq!(file["contentCrs"], serde_json::Value::Null);
    let one = &file["features"][0];
    assert_eq!(one["geometry"]["coordinates"], serde_json::json!([117.0, 31.0]));
    assert_eq!(one.as_object().unwrap().len(), 4, "{one}");
}

#[test]
fn features_of_a_sequence_are_in_one_system() {
    let line = |uri: &str| {
        format!(
            r#"{{"type":"Feature","contentCrs":"{uri}","geometry":{{"type":"Point","coordinates":[31,117]}},"properties":{{}}}}"#
        )
    };
    let epsg = |code: u16| RegisteredCrs::from_epsg(code).unwrap().uri();
    let text = [line(&epsg(4490)), line(&epsg(4326)), line(&epsg(4490))].join("\n");
    let layer = Layer::read(text.as_bytes(), LayerKind::GeoJsonSeq, 9).unwrap();
    assert_eq!((layer.rows.len(), layer.refused.len(), layer.refused[0].line), (2, 1, 2));
    assert_eq!(layer.rows[1].geometry, Some(Point::new(117.0, 31.0).into()));
    let unknown = Layer::read(line("http://example.org/crs").as_bytes(), LayerKind::GeoJsonSeq, 9);
    assert!(unknown.unwrap_err().to_string().contains("http://example.org/crs"));
}

#[test]
fn a_table_begins_with_the_mark_of_utf_8_if_wished() {
    let schema = Schema::new(vec![Field::new("名称", FieldType::Text, "")]);
    let bytes = written(Format::Csv, &schema, &[], Layout { has_bom: true, ..exact(true) });
    assert!(bytes.starts_with("\u{feff}id,名称,lon,lat".as_bytes()));
    assert_eq!(read(Format::Csv, &bytes).schema.position("名称"), Some(1));
    assert_eq!(
        kind_of("a.csv", &bytes),
        Some(LayerKind::Sheet(jidi::formats::sheet::SheetKind::Table))
    );
}

#[test]
fn a_whole_group_of_rows_and_one_more_are_written_and_read() {
    let schema = Schema::new(vec![Field::new("n", FieldType::Integer, "")]);
    let feature = |number: i64| {
        Feature::new(
            FeatureId::new(&number.to_string()).unwrap(),
            Some(Point::new(100.0 + number as f64 / 10_000.0, 30.0).into()),
            vec![Value::Integer(number)],
        )
    };
    let features: Vec<Feature> = (0..65_537).map(feature).collect();
    let bytes = written(Format::GeoParquet, &schema, &features, exact(true));
    let layer = Layer::read(&bytes, LayerKind::GeoParquet, 100_000).unwrap();
    assert_eq!(layer.rows.len(), features.len());
    assert_eq!(layer.rows[65_536].values[1], Value::Integer(65_536));
}
