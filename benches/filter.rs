//! The promise of speed: what an index can answer of a filter is no scan.
//!
//! Beside the index stands brute force: the same filter held against every feature. Ask for both
//! by `cargo bench --bench filter`.

#![expect(clippy::expect_used, reason = "features and filters are made here, and are valid")]

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex};

use divan::{Bencher, black_box};
use geo::Point;
use jidi::domain::RegisteredCrs;
use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::filter::Filter;
use jidi::formats::cql2::from_text;
use jidi::store::collection::About;
use jidi::store::{Collection, Selection};

const SIZES: [usize; 3] = [10_000, 100_000, 1_000_000];

/// Filters as they are asked: equality, a range with a prefix, a list, a box, a distance, an area.
const FILTERS: [&str; 6] = [
    "code = 'C4321'",
    "year BETWEEN 2003 AND 2004 AND name LIKE 'Park 77%'",
    "A_CONTAINS(codes, ('39', '1234'))",
    "S_INTERSECTS(geometry, BBOX(118,29,118.5,29.5))",
    "S_DWITHIN(geometry, POINT(120.62 31.3), 20, 'km')",
    "S_WITHIN(geometry, POLYGON((118 29,119 29,118.5 30,118 29)))",
];

fn main() {
    divan::main();
}

fn schema() -> Schema {
    Schema::new(vec![
        Field::new("name", FieldType::Text, ""),
        Field::new("code", FieldType::Text, ""),
        Field::new("year", FieldType::Integer, ""),
        Field::new("codes", FieldType::List, ""),
    ])
}

/// A feature of a number: spread over the box of China by multiples of the golden ratio.
fn feature(number: usize) -> Feature {
    let share = |ratio: f64| (number as f64 * ratio).fract();
    let point =
        Point::new(75.0 + 60.0 * share(0.618_033_988_7), 18.0 + 35.0 * share(0.754_877_666_2));
    let year = i64::try_from(number % 40).expect("small") + 1985;
    let values = vec![
        Value::Text(format!("Park {}", number * 7 % 9_973).into()),
        Value::Text(format!("C{}", number % 9_999).into()),
        Value::Integer(year),
        Value::List(vec![(number % 97).to_string(), (number % 4_001).to_string()].into()),
    ];
    let id = FeatureId::new(&format!("f{number}")).expect("a valid id");
    Feature::new(id, Some(point.into()), values)
}

/// One collection of each size, made once, its columns in order.
fn collection(count: usize) -> &'static Collection {
    static MADE: LazyLock<Mutex<HashMap<usize, &'static Collection>>> =
        LazyLock::new(Mutex::default);
    let mut made = MADE.lock().expect("no bench has panicked");
    made.entry(count).or_insert_with(|| {
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
        let features = (0..count).map(feature).collect();
        let collection = Collection::new(about, schema(), features).expect("unique ids");
        for filter in FILTERS {
            black_box(collection.page(&selection(filter), 0, 10).expect("held"));
        }
        Box::leak(Box::new(collection))
    })
}

fn filter(text: &str) -> Filter {
    let expression = from_text(text, RegisteredCrs::CRS84).expect("valid CQL2");
    Filter::new(&schema(), expression).expect("fits the schema")
}

fn selection(text: &str) -> Selection {
    Selection { filter: Some(filter(text)), ..Selection::default() }
}

#[divan::bench(args = FILTERS)]
fn read_and_check(text: &str) -> Filter {
    filter(black_box(text))
}

fn by_index(bencher: Bencher<'_, '_>, filter: usize, count: usize) {
    let (collection, selection) = (collection(count), selection(FILTERS[filter]));
    bencher.bench(|| collection.page(&selection, 0, 100).expect("held").matched);
}

fn by_scan(bencher: Bencher<'_, '_>, text: usize, count: usize) {
    let (collection, filter) = (collection(count), filter(FILTERS[text]));
    bencher.bench(|| {
        collection.features().filter(|feature| filter.matches(feature) == Some(true)).count()
    });
}

/// Declares the two measurements of each filter.
macro_rules! measured {
    ($($index:ident, $scan:ident, $filter:literal;)*) => {$(
        #[divan::bench(args = SIZES, sample_count = 20)]
        fn $index(bencher: Bencher<'_, '_>, count: usize) {
            by_index(bencher, $filter, count);
        }

        #[divan::bench(args = SIZES, sample_count = 5, sample_size = 1)]
        fn $scan(bencher: Bencher<'_, '_>, count: usize) {
            by_scan(bencher, $filter, count);
        }
    )*};
}

measured! {
    equality, equality_brute_force, 0;
    range_and_prefix, range_and_prefix_brute_force, 1;
    list, list_brute_force, 2;
    bbox, bbox_brute_force, 3;
    distance, distance_brute_force, 4;
    area, area_brute_force, 5;
}
