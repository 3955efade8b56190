//! The promise of speed: a tile of a million points is drawn at once, the first time, too.
//!
//! Each measurement draws the same 16 tiles of one zoom. Beside the collection stands brute force,
//! which looks at every point for each tile, and a tile that was drawn before. The named alternative
//! is `ST_AsMVT` of PostGIS over the same points and the same tiles with an index of its own; run both
//! by `scripts/with-postgis.sh benches/tiles.sh`, which counts the processor time of the database.

#![expect(clippy::expect_used, reason = "features and tiles are made here, and are valid")]

use std::hint::black_box;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use geo::Point;
use jidi::domain::{Datum, Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::store::collection::About;
use jidi::store::{Collection, Selection};
use jidi::tiles::{Shape, Square, TileMatrixSet, TileWriter};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc; // that of the service

const COUNT: usize = 1_000_000;
const ZOOMS: [u8; 5] = [9, 10, 11, 12, 13];
const GROUPS: [&str; 8] =
    ["chips", "biomedicine", "materials", "vehicles", "equipment", "software", "energy", "other"];

/// All points and all tiles are in this corner and so many degrees around it, the delta of the Yangtze.
const SOUTH_WEST: (f64, f64) = (117.0, 28.0);
const SIDE_DEG: f64 = 6.0;

static POINTS: LazyLock<Collection> = LazyLock::new(collection);

fn main() {
    divan::main();
}

/// A place of a number: spread by multiples of two irrational numbers.
fn place(number: usize) -> (f64, f64) {
    let share = |ratio: f64| SIDE_DEG * (number as f64 * ratio).fract();
    (SOUTH_WEST.0 + share(0.618_033_988_7), SOUTH_WEST.1 + share(0.754_877_666_2))
}

fn feature(number: usize) -> Feature {
    let (lon, lat) = place(number);
    let integer = |number: usize| Value::Integer(i64::try_from(number).expect("small"));
    let values = vec![
        Value::Text(format!("Park {}", number * 7 % 9_973).into()),
        Value::Text(format!("C{}", number % 9_999).into()),
        Value::Text(GROUPS[number % 8].into()),
        integer(number % 5_000),
        integer(1985 + number % 40),
    ];
    let id = FeatureId::new(&format!("f{number}")).expect("a valid id");
    Feature::new(id, Some(Point::new(lon, lat).into()), values)
}

fn collection() -> Collection {
    let nothing = String::new;
    let about = About {
        id: "made".to_owned(),
        title: nothing(),
        title_zh: nothing(),
        description: nothing(),
        description_zh: nothing(),
        data_as_of: nothing(),
        licence: nothing(),
        attribution: nothing(),
    };
    let field = |name, field_type| Field::new(name, field_type, "");
    let schema = Schema::new(vec![
        field("name", FieldType::Text),
        field("code", FieldType::Text),
        field("industry_group", FieldType::Text),
        field("employment", FieldType::Integer),
        field("year", FieldType::Integer),
    ]);
    let features = (0..COUNT).map(feature).collect();
    Collection::new(about, schema, features).expect("unique ids")
}

/// Sixteen tiles of a zoom: those around sixteen of the points.
fn squares(z: u8) -> Vec<Square> {
    let set = TileMatrixSet::WebMercatorQuad;
    let around = |number: usize| {
        let (lon, lat) = place(number * 60_013);
        let (east, south) = set.project(lon, lat);
        let scale = f64::from(1u32 << z);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the sheet")]
        Square::new(set, z, (south * scale) as u32, (east * scale) as u32).expect("on the sheet")
    };
    (0..16).map(around).collect()
}

#[divan::bench(args = ZOOMS, sample_count = 20)]
fn cold(bencher: Bencher<'_, '_>, z: u8) {
    let (points, squares, all) = (&*POINTS, squares(z), Selection::default());
    black_box(points.tile(squares[0], Datum::Wgs84).expect("held")); // the curve is made once
    bencher.counter(ItemsCount::new(squares.len())).bench(|| {
        let draw =
            |square: &Square| points.tile_of(*square, Datum::Wgs84, &all).expect("held").len();
        squares.iter().map(draw).sum::<usize>()
    });
}

#[divan::bench(args = ZOOMS, sample_count = 20)]
fn drawn_before(bencher: Bencher<'_, '_>, z: u8) {
    let (points, squares) = (&*POINTS, squares(z));
    let draw = |square: &Square| points.tile(*square, Datum::Wgs84).expect("held").len();
    black_box(squares.iter().map(draw).sum::<usize>());
    bencher
        .counter(ItemsCount::new(squares.len()))
        .bench(|| squares.iter().map(draw).sum::<usize>());
}

/// Looks at each point for a tile and writes those within, however many.
#[divan::bench(args = ZOOMS, sample_count = 2, sample_size = 1)]
fn cold_brute_force(bencher: Bencher<'_, '_>, z: u8) {
    let (points, squares) = (&*POINTS, squares(z));
    let names: Vec<String> =
        points.schema().fields().iter().map(|field| field.name.clone()).collect();
    bencher.counter(ItemsCount::new(1usize)).bench(|| {
        let mut layer = TileWriter::new("made");
        for feature in points.features() {
            let geometry = feature.geometry().expect("a point");
            for shape in Shape::of(&geometry, squares[0], Datum::Wgs84) {
                let fields = names.iter().map(String::as_str).zip(&feature.values);
                layer.add(Some(feature.id.as_str()), &shape, fields);
            }
        }
        layer.finish().len()
    });
}
