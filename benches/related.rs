//! The promise: related industries near 11 bases among 949 hubs in 20 ms, near one base among 10⁶
//! firms in 2 s, and near all of them in a minute; the relatedness of 10³ industries in 10³ regions in 1 s.
//!
//! The last three run the whole process over firms of one sector each: reading them, the survey of all,
//! a thousand told in full, and the answer with a value for each firm. Beside it stands brute force,
//! every firm told one by one.

#![expect(clippy::expect_used, reason = "features are made here, and are valid")]

use std::sync::{Arc, LazyLock};

use divan::{Bencher, black_box};
use jidi::analysis::random::Random;
use jidi::analysis::related::{Around, Decay, SitesByKind};
use jidi::analysis::relatedness::{CoOccurrence, Colocation, Measure, Relatedness};
use jidi::domain::{Feature, FeatureId, Field, FieldType, LonLat, Schema, Value};
use jidi::process::{Arguments, Materials, Run, Subject, find, run};
use jidi::store::collection::About;
use jidi::store::{Catalog, Collection, Geodata, Progress, Selection};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const DECAY: Decay = Decay { length_m: 100_000.0 };
const KINDS: usize = 150;

/// Sites strewn over eastern China, each of one of 150 kinds.
fn sites(n: usize) -> (Vec<[f64; 3]>, Vec<u32>) {
    let mut random = Random::new(1, 1);
    let mut draw = |from: f64, to: f64| from + (to - from) * random.uniform();
    let place = |lon, lat| LonLat::from_degrees(lon, lat).map(LonLat::unit_vector);
    let points =
        (0..n).filter_map(|_| place(draw(104.0, 122.0), draw(22.0, 41.0)).ok()).collect::<Vec<_>>();
    let mut random = Random::new(1, 2);
    let kinds = points.iter().map(|_| u32::try_from(random.below(KINDS)).unwrap_or(0)).collect();
    (points, kinds)
}

fn relatedness() -> Vec<Option<f64>> {
    (0..KINDS).map(|kind| Some(if kind < 15 { 0.05 * kind as f64 } else { 0.001 })).collect()
}

fn near(by_kind: &SitesByKind, from: [f64; 3], known: &[Option<f64>], stream: u64) -> usize {
    let around = Around { from, without: None, relatedness: known };
    black_box(by_kind.index(around, DECAY));
    black_box(by_kind.p_value(around, DECAY, 999, 1, stream));
    (0..15).map(|kind| by_kind.nearest(kind, &from, 3, None).len()).sum()
}

#[divan::bench(sample_count = 10)]
fn eleven_bases_among_949_hubs(bencher: Bencher<'_, '_>) {
    let ((points, kinds), known) = (sites(949), relatedness());
    bencher.bench_local(|| {
        let by_kind = SitesByKind::new(&points, &kinds, KINDS, vec![1.0; points.len()]);
        let bases = points.iter().step_by(80).take(11).zip(0..);
        bases.map(|(base, stream)| near(&by_kind, *base, &known, stream)).sum::<usize>()
    });
}

#[divan::bench(sample_count = 3)]
fn one_base_among_a_million_firms(bencher: Bencher<'_, '_>) {
    let ((points, kinds), known) = (sites(1_000_000), relatedness());
    bencher.bench_local(|| {
        let by_kind = SitesByKind::new(&points, &kinds, KINDS, vec![1.0; points.len()]);
        near(&by_kind, points[0], &known, 1)
    });
}

#[divan::bench(sample_count = 5)]
fn a_thousand_industries_in_a_thousand_regions(bencher: Bencher<'_, '_>) {
    let mut random = Random::new(1, 3);
    let is_strong: Vec<bool> = (0..1_000_000).map(|_| random.below(5) == 0).collect();
    let codes: Vec<String> = (0..1_000).map(|code| code.to_string()).collect();
    bencher.bench_local(|| {
        let counts = CoOccurrence::new(1_000, &is_strong);
        Colocation::new(Measure::Colocation, codes.clone(), &counts).between(1, 2)
    });
}

static CATALOG: LazyLock<Catalog> =
    LazyLock::new(|| Catalog::load(&Geodata::default()).expect("the bundled data is whole"));

/// Firms as they lie: three of four around one of 300 towns, the rest anywhere in eastern China; each
/// of one sector of the input-output table.
fn firms(n: usize) -> Arc<Collection> {
    let materials = Materials {
        industries: &CATALOG.industries,
        collections: &|_| None,
        places: "",
        matrix: None,
    };
    let measured = materials.measured(Measure::InputOutput).expect("it needs no places");
    let codes = measured.relatedness.codes();
    let mut random = Random::new(1, 4);
    let mut draw = |from: f64, to: f64| from + (to - from) * random.uniform();
    let towns: Vec<[f64; 2]> = (0..300).map(|_| [draw(104.0, 122.0), draw(22.0, 41.0)]).collect();
    let mut random_code = Random::new(1, 5);
    let feature = |number: usize| {
        let [lon, lat] = if number.is_multiple_of(4) {
            [draw(104.0, 122.0), draw(22.0, 41.0)]
        } else {
            let [lon, lat] = towns[number % 300];
            [lon + draw(-0.3, 0.3), lat + draw(-0.2, 0.2)]
        };
        let code = codes[random_code.below(codes.len())].clone();
        Feature::new(
            FeatureId::new(&format!("f{number}")).expect("a valid id"),
            Some(geo::Point::new(lon, lat).into()),
            vec![Value::text(&format!("Firm {number}")), Value::List([code].into())],
        )
    };
    let field = |name: &str, kind| Field::new(name, kind, "");
    let schema =
        Schema::new(vec![field("name", FieldType::Text), field("io_sectors", FieldType::List)]);
    let [id, title] = ["firms", "Firms"].map(str::to_owned);
    let nothing = String::new;
    let about = About {
        id,
        title,
        title_zh: nothing(),
        description: nothing(),
        description_zh: nothing(),
        data_as_of: nothing(),
        licence: nothing(),
        attribution: nothing(),
    };
    let features = (0..n).map(feature).collect();
    Arc::new(Collection::new(about, schema, features).expect("unique ids"))
}

/// Runs `related` over firms among themselves, with parameters.
fn asked(firms: &Arc<Collection>, parameters: &[(&str, &str)]) -> usize {
    let process = find("related").expect("it is one");
    let mut arguments = Arguments::default();
    for (name, text) in [("among", "firms")].iter().chain(parameters) {
        let parameter = process.all_parameters().find(|one| one.name == *name).expect("it is one");
        arguments.add(parameter, text).expect("it is taken");
    }
    let subject = Subject::of(firms, &Selection::default()).expect("it is held");
    let asked = Run {
        subject: &subject,
        arguments: &arguments,
        industries: &CATALOG.industries,
        collections: &|name| (name == "firms").then(|| Arc::clone(firms)),
        progress: &Progress::default(),
    };
    let answer = run(process, &asked, f64::INFINITY).expect("it has answers");
    answer.features.map_or(0, |lines| lines.len())
}

#[divan::bench(args = [10_000, 100_000, 1_000_000], sample_count = 1, sample_size = 1)]
fn all_among_themselves(bencher: Bencher<'_, '_>, n: usize) {
    let firms = firms(n);
    bencher.bench_local(|| asked(&firms, &[("columns", "true")]));
}

#[divan::bench(sample_count = 1, sample_size = 1)]
fn all_of_ten_thousand_in_full(bencher: Bencher<'_, '_>) {
    let firms = firms(10_000);
    bencher.bench_local(|| asked(&firms, &[("limit", "10000"), ("k", "1")]));
}

#[divan::bench(args = [1_000_000], sample_count = 3, sample_size = 1)]
fn one_by_id(bencher: Bencher<'_, '_>, n: usize) {
    let firms = firms(n);
    bencher.bench_local(|| asked(&firms, &[("id", "f1")]));
}
