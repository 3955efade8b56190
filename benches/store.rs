//! The promise of the store: thousands of lasting edits a second, since those that wait share a
//! transaction.
//!
//! Beside a thousand edits in one group stand the same edits each in a transaction of its own,
//! which is what a store without groups does.

#![expect(clippy::expect_used, reason = "a measurement that cannot be made has failed")]

use std::path::PathBuf;

use divan::Bencher;
use divan::counter::ItemsCount;
use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::store::collection::About;
use jidi::store::edit::{Author, Draft, Edit, Wish};
use jidi::store::{Backend as _, Collection, Gpkg, Putting};

fn main() {
    divan::main();
}

fn list(count: usize) -> Collection {
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
    let schema = Schema::new(vec![
        Field::new("id", FieldType::Text, ""),
        Field::new("name", FieldType::Text, ""),
    ]);
    let feature = |number: usize| {
        let id = format!("f{number}");
        let values = vec![Value::text(&id), Value::Text("A name of some length".into())];
        let geometry = Some(geo::Point::new((number % 360) as f64 - 180.0, 30.0).into());
        Feature::new(FeatureId::new(&id).expect("an id"), geometry, values)
    };
    let features = (0..count).map(feature).collect();
    Collection::new(about, schema, features).expect("a collection")
}

/// A store of its own for each measurement.
fn store(name: &str) -> (Gpkg, PathBuf) {
    let path = std::env::temp_dir().join(format!("jidi-bench-{name}-{}.gpkg", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let mut store = Gpkg::open(&path).expect("a store");
    store.put_collection(&list(0), &Putting::default()).expect("a store").expect("kept");
    (store, path)
}

fn edit() -> Edit {
    let values = vec![Value::Null, Value::Text("A name of some length".into())];
    let draft = Draft { id: None, geometry: Some(geo::Point::new(120.0, 30.0).into()), values };
    let wishes = vec![Wish::Create(draft)];
    Edit { collection: "list".into(), wishes, by: Author::default(), key: None }
}

#[divan::bench(args = [1, 64, 1_024], sample_count = 20)]
fn edits_in_one_group(bencher: Bencher<'_, '_>, count: usize) {
    let (mut store, path) = store("group");
    let edits = vec![edit(); count];
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| store.commit(&edits).expect("lasting edits"));
    let _ = std::fs::remove_file(path);
}

#[divan::bench(sample_count = 5)]
fn edits_each_alone_1024(bencher: Bencher<'_, '_>) {
    let (mut store, path) = store("alone");
    bencher.counter(ItemsCount::new(1_024_usize)).bench_local(|| {
        for _ in 0..1_024 {
            store.commit(&[edit()]).expect("a lasting edit");
        }
    });
    let _ = std::fs::remove_file(path);
}

#[divan::bench(sample_count = 3)]
fn a_new_collection_of_100_000(bencher: Bencher<'_, '_>) {
    let (mut store, path) = store("new");
    let list = list(100_000);
    bencher
        .counter(ItemsCount::new(100_000_usize))
        .bench_local(|| store.put_collection(&list, &Putting::default()).expect("kept"));
    let _ = std::fs::remove_file(path);
}
