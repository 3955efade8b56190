//! The promise of speed: one text in well under a millisecond, tens of thousands of names a second.
//!
//! Beside the geocoder stands brute force: the same exact name looked for among all names, one by
//! one. No crate reads Chinese places offline, so there is no named alternative for texts; for names
//! that are misspelt it is the Levenshtein automaton of the crate `fst`.

#![expect(clippy::expect_used, reason = "a measurement that cannot be made has failed")]

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use fst::automaton::Levenshtein;
use fst::{IntoStreamer, Set};
use jidi::domain::Value;
use jidi::geocode::normalize::key;
use jidi::geocode::{CHINA, Gazetteer, Query};
use jidi::store::{Catalog, Geodata};

fn main() {
    divan::main();
}

fn catalog() -> Catalog {
    Catalog::load(&Geodata::default()).expect("the bundled data")
}

/// Texts of every kind that lists hold.
const TEXTS: [&str; 9] = [
    "江苏省苏州市常熟市",
    "鼓楼区",
    "Changshu, Jiangsu",
    "Tongnan State Smart Terminal Hi-tech Industrialisation Base",
    "遂宁国家基础电子元器件高新技术产业化基地",
    "Pindingshan",
    "Zhangjiakuo",
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

/// A name two letters off, as the geocoder looks for it among all of its Latin names.
#[divan::bench]
fn misspelt_by_a_band_of_distances(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    // Each name is another one, so that none is remembered.
    let count = std::cell::Cell::new(0_u32);
    bencher
        .with_inputs(|| {
            count.set(count.get() + 1);
            format!("pinding{}", count.get())
        })
        .bench_local_values(|name| catalog.places.gazetteer.names().fuzzy(&name, 2));
}

/// The same name among the pinyin of all townships, which is most of them.
#[divan::bench]
fn misspelt_by_a_table_of_states(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    let gazetteer = &catalog.places.gazetteer;
    let towns = (0..gazetteer.counts().0).map(|number| key(&gazetteer.township(number).pinyin));
    let mut keys: Vec<String> = towns.collect();
    keys.sort_unstable();
    keys.dedup();
    let set = Set::from_iter(&keys).expect("keys in order");
    bencher.bench(|| {
        let automaton = Levenshtein::new(black_box("pindinshan"), 2).expect("a short key");
        set.search(automaton).into_stream().into_strs()
    });
}

/// The English titles of all hubs, full of words that are no names.
#[divan::bench]
fn list_of_949_titles(bencher: Bencher<'_, '_>) {
    let catalog = catalog();
    let gazetteer = &catalog.places.gazetteer;
    let hubs = catalog.collection("hubs").expect("the hubs");
    let name = hubs.schema().position("name").expect("a name");
    let titles = hubs.features().filter_map(|hub| match &hub.values[name] {
        Value::Text(title) => Some(title.to_string()),
        _ => None,
    });
    let titles: Vec<String> = titles.collect();
    bencher.counter(ItemsCount::new(titles.len())).bench(|| {
        for text in &titles {
            black_box(gazetteer.geocode(Query { text, country: CHINA, ..Query::default() }));
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
