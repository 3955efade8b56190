//! The promise of speed: one text in well under a millisecond, tens of thousands of names a second.
//!
//! Beside the geocoder stands brute force: the same exact name looked for among all names, one by
//! one. No crate reads Chinese places offline, so there is no named alternative.

#![expect(clippy::expect_used, reason = "a measurement that cannot be made has failed")]

use divan::{Bencher, black_box};
use jidi::geocode::{CHINA, Gazetteer, Query};
use jidi::store::{Catalog, Geodata};

fn main() {
    divan::main();
}

fn catalog() -> Catalog {
    Catalog::load(&Geodata::default()).expect("the bundled data")
}

/// Texts of every kind that lists hold.
const TEXTS: [&str; 8] = [
    "江苏省苏州市常熟市",
    "鼓楼区",
    "Changshu, Jiangsu",
    "Tongnan State Smart Terminal Hi-tech Industrialisation Base",
    "遂宁国家基础电子元器件高新技术产业化基地",
    "Pindingshan",
    "smart terminals",
    "Suining",
];

#[divan::bench(args = TEXTS)]
fn one_text(bencher: Bencher<'_, '_>, text: &str) {
    let catalog = catalog();
    let gazetteer = &catalog.places.gazetteer;
    bencher.bench(|| gazetteer.geocode(Query { text, country: CHINA, ..Query::default() }));
}

/// The names of all counties, each with its province: a list of 2,891 rows.
fn rows(gazetteer: &Gazetteer) -> Vec<(String, String)> {
    gazetteer
        .units()
        .iter()
        .enumerate()
        .map(|(number, unit)| {
            let province = gazetteer.chain(number).province.map(|name| name.name_zh);
            (unit.name.name_zh.clone(), province.unwrap_or_default())
        })
        .collect()
}

#[divan::bench]
fn list_of_3300_with_provinces(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    let gazetteer = &catalog.places.gazetteer;
    let rows = rows(gazetteer);
    bencher.bench(|| {
        for (text, within) in &rows {
            black_box(gazetteer.geocode(Query {
                text,
                within,
                country: CHINA,
                ..Query::default()
            }));
        }
    });
}

#[divan::bench]
fn brute_force_33_exact_names(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    let rows = rows(&catalog.places.gazetteer);
    bencher.bench(|| {
        for (text, _) in rows.iter().step_by(100) {
            black_box(rows.iter().filter(|(name, _)| name == text).count());
        }
    });
}

#[divan::bench(sample_count = 20)]
fn load_everything(bencher: Bencher<'_, '_>) {
    bencher.bench(catalog);
}
