//! The promise of size: a million points are loaded in seconds, and cost few bytes each.
//!
//! Reads a million points as `GeoJSONSeq`, makes a collection of them, and says how long that took and
//! how much memory the collection holds by what the process has resident before and after, its file
//! and what it was read into already gone. Brute force is a list of the same features without any
//! index. Run it by `cargo bench --bench load`; it reads `/proc`, so it needs Linux.

#![expect(clippy::expect_used, reason = "features are made here, and are valid")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use jidi::domain::{Feature, FeatureId};
use jidi::formats::layer::{Layer, LayerKind};
use jidi::store::Collection;
use jidi::store::collection::About;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const COUNT: usize = 1_000_000;

fn main() {
    let before = resident_bytes();
    let text = text();
    println!("{COUNT} points, {} bytes each as GeoJSONSeq", text.len() / COUNT);
    let start = Instant::now();
    let layer = Layer::read(text.as_bytes(), LayerKind::GeoJsonSeq, COUNT).expect("it is one");
    let read_s = start.elapsed().as_secs_f64();
    drop(text);
    let Layer { schema, rows, .. } = layer;
    let feature = |row: jidi::formats::layer::LayerRow| {
        Feature::new(
            FeatureId::new(&row.id.expect("it has one")).expect("a valid id"),
            row.geometry,
            row.values,
        )
    };
    let features: Vec<Feature> = rows.into_iter().map(feature).collect();
    let alone = resident_bytes();
    println!("  read                {read_s:.2} s");
    let start = Instant::now();
    let collection = Collection::new(about(), schema, features).expect("unique ids");
    println!("  indexed             {:.2} s", start.elapsed().as_secs_f64());
    let with_index = resident_bytes();
    println!("  at the peak         {} MB resident", status("VmHWM:") / 1_000_000);
    println!("  features alone      {} MB resident", alone / 1_000_000);
    println!("  features and index  {} MB resident", with_index / 1_000_000);
    let copy: Vec<_> = collection.features().cloned().collect();
    let of_copy = resident_bytes().saturating_sub(with_index);
    println!(
        "  a feature           {} bytes and its copy {of_copy}",
        (with_index - before) / COUNT,
        of_copy = of_copy / COUNT
    );
    black_box((collection, copy));
}

fn text() -> String {
    let mut text = String::with_capacity(250 * COUNT);
    for n in 0..COUNT {
        let share = |ratio: f64| (n as f64 * ratio).fract();
        let (lon, lat) =
            (75.0 + 60.0 * share(0.618_033_988_7), 18.0 + 35.0 * share(0.754_877_666_2));
        let (name, code, staff, year) =
            (n * 7 % 99_973, 1_000 + n % 8_999, n % 5_000, 1985 + n % 40);
        writeln!(
            text,
            r#"{{"type":"Feature","id":"f{n}","geometry":{{"type":"Point","coordinates":[{lon:.6},{lat:.6}]}},"properties":{{"name":"Industrial park {name}","industry_code":"C{code}","employment":{staff},"year":{year}}}}}"#
        )
        .expect("memory takes everything");
    }
    text
}

fn about() -> About {
    let nothing = String::new;
    About {
        id: "made".to_owned(),
        title: nothing(),
        title_zh: nothing(),
        description: nothing(),
        description_zh: nothing(),
        data_as_of: nothing(),
        licence: nothing(),
        attribution: nothing(),
    }
}

/// What the process has in memory, pages that the allocator gives back given back.
fn resident_bytes() -> usize {
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    status("VmRSS:")
}

fn status(name: &str) -> usize {
    let all = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = all.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<usize>().map_or(0, |kilobytes| kilobytes * 1_024)
}
