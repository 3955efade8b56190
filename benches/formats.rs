//! The promise of the formats: a million points as GeoJSONSeq are read in ten seconds, and all are
//! written in the memory of a part.
//!
//! Beside our reader stands the plain way, each line a tree of JSON values, which checks nothing and
//! finds no types.

#![expect(clippy::expect_used, reason = "a measurement that cannot be made has failed")]

use divan::Bencher;
use divan::counter::ItemsCount;
use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::formats::layer::{Layer, LayerKind};
use jidi::formats::{Contents, Format, Layout};

fn main() {
    divan::main();
}

const COUNTS: [usize; 3] = [10_000, 100_000, 1_000_000];

fn schema() -> Schema {
    Schema::new(vec![
        Field::new("name", FieldType::Text, ""),
        Field::new("staff", FieldType::Integer, ""),
        Field::new("share", FieldType::Real, ""),
    ])
}

fn features(count: usize) -> Vec<Feature> {
    let feature = |number: usize| {
        let at = geo::Point::new(
            73.0 + (number % 62_000) as f64 / 1000.1,
            18.0 + (number % 35_000) as f64 / 1000.3,
        );
        let staff = i64::try_from(number).expect("a small number");
        let values = vec![
            Value::Text(format!("企业 {number}").into()),
            Value::Integer(staff),
            Value::Real(0.25),
        ];
        let id = FeatureId::new(&format!("f{number}")).expect("an id");
        Feature::new(id, Some(at.into()), values)
    };
    (0..count).map(feature).collect()
}

fn written(format: Format, features: &[Feature]) -> Vec<u8> {
    let schema = schema();
    let contents = Contents { name: "firms", title: "", schema: &schema };
    let mut out = Vec::new();
    format.write(&mut out, contents, features.iter(), Layout::new(true)).expect("memory");
    out
}

#[divan::bench(args = COUNTS, sample_count = 3, sample_size = 1)]
fn read_lines(bencher: Bencher<'_, '_>, count: usize) {
    let text = written(Format::GeoJsonSeq, &features(count));
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| Layer::read(&text, LayerKind::GeoJsonSeq, usize::MAX));
}

#[divan::bench(args = COUNTS, sample_count = 3, sample_size = 1)]
fn read_lines_as_trees(bencher: Bencher<'_, '_>, count: usize) {
    let text = written(Format::GeoJsonSeq, &features(count));
    bencher.counter(ItemsCount::new(count)).bench_local(|| {
        let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(serde_json::from_slice).collect::<Result<Vec<serde_json::Value>, _>>()
    });
}

#[divan::bench(args = ["geojson", "geojsonl", "csv", "fgb", "gpkg", "parquet", "kml"], sample_count = 3, sample_size = 1)]
fn write_a_hundred_thousand(bencher: Bencher<'_, '_>, format: &str) {
    let format = Format::from_name(format).expect("a format");
    let features = features(100_000);
    bencher.counter(ItemsCount::new(100_000_usize)).bench_local(|| written(format, &features));
}
