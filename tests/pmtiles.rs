//! Archives of tiles: read by a reader of the tests' own, which knows only the specification.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use jidi::domain::Datum;
use jidi::formats::pmtiles::{Archive, Cover, packed};
use jidi::tiles::{Square, TileMatrixSet};
use mvt_reader::Reader;

use crate::cli::run;
use crate::client::CATALOG;

/// Holds an archive as it was read.
struct Read3 {
    tiles: BTreeMap<u64, Vec<u8>>,
    metadata: serde_json::Value,
    counts: [u64; 3],
    max_zoom: u8,
    edges: [f64; 4],
    root_end: u64,
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
    out
}

fn varints(bytes: &[u8]) -> Vec<u64> {
    let (mut all, mut number, mut shift) = (Vec::new(), 0, 0);
    for byte in bytes {
        number |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            all.push(number);
            (number, shift) = (0, 0);
        }
    }
    all
}

/// The entries of a directory: id, run, length, offset.
fn directory(bytes: &[u8]) -> Vec<[u64; 4]> {
    let numbers = varints(&unpacked(bytes));
    let count = usize::try_from(numbers[0]).unwrap();
    assert_eq!(numbers.len(), 1 + 4 * count);
    let column = |n: usize| &numbers[1..][n * count..(n + 1) * count];
    let mut entries: Vec<[u64; 4]> = Vec::new();
    let mut id = 0;
    for n in 0..count {
        id += column(0)[n];
        let offset = match column(3)[n] {
            0 => entries[n - 1][3] + entries[n - 1][2],
            more => more - 1,
        };
        entries.push([id, column(1)[n], column(2)[n], offset]);
    }
    entries
}

fn read(file: &[u8]) -> Read3 {
    assert_eq!(&file[..8], b"PMTiles\x03");
    let number = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().unwrap());
    let part = |offset: u64, length: u64| {
        &file[usize::try_from(offset).unwrap()..usize::try_from(offset + length).unwrap()]
    };
    assert_eq!(file[96..101], [1, 2, 2, 1, 0], "clustered, gzip, gzip, MVT, from zoom 0");
    let mut tiles = BTreeMap::new();
    let mut waiting = directory(part(number(8), number(16)));
    while let Some([id, run, length, offset]) = waiting.pop() {
        if run == 0 {
            waiting.extend(directory(part(number(40) + offset, length)));
        }
        for id in id..id + run {
            tiles.insert(id, unpacked(part(number(56) + offset, length)));
        }
    }
    assert_eq!(number(56) + number(64), file.len() as u64, "nothing follows the tiles");
    let degree =
        |at: usize| f64::from(i32::from_le_bytes(file[at..at + 4].try_into().unwrap())) / 1e7;
    Read3 {
        tiles,
        metadata: serde_json::from_slice(&unpacked(part(number(24), number(32)))).unwrap(),
        counts: [72, 80, 88].map(number),
        max_zoom: file[101],
        edges: [102, 106, 110, 114].map(degree),
        root_end: number(8) + number(16),
    }
}

/// The numbers of the tile of an id, by walking the curve: the inverse of what the writer does.
fn square(id: u64) -> Square {
    let mut z = 0u8;
    let mut rest = id;
    while rest >= 4u64.pow(u32::from(z)) {
        rest -= 4u64.pow(u32::from(z));
        z += 1;
    }
    let (mut x, mut y, mut side) = (0u64, 0u64, 1u64);
    while side < 1 << z {
        let east = 1 & (rest / 2);
        let south = 1 & (rest ^ east);
        if south == 0 {
            if east == 1 {
                (x, y) = (side - 1 - x, side - 1 - y);
            }
            (x, y) = (y, x);
        }
        (x, y) = (x + side * east, y + side * south);
        rest /= 4;
        side *= 2;
    }
    let [row, col] = [y, x].map(|number| u32::try_from(number).unwrap());
    Square::new(TileMatrixSet::WebMercatorQuad, z, row, col).unwrap()
}

fn ids(tile: &[u8]) -> Vec<String> {
    let features = Reader::new(tile.to_vec()).unwrap().get_features(0).unwrap();
    let id = |feature: mvt_reader::feature::Feature| match &feature.properties.unwrap()["id"] {
        mvt_reader::feature::Value::String(id) => id.clone(),
        other => panic!("{other:?}"),
    };
    features.into_iter().map(id).collect()
}

/// Runs the export: where to, with which exit code, and what it said.
fn export(name: &str, args: &[&str]) -> (PathBuf, i32, String) {
    let path = std::env::temp_dir().join(format!("jidi-{name}-{}.pmtiles", std::process::id()));
    let output = path.to_str().unwrap();
    let all = ["export"].into_iter().chain(args.iter().copied()).chain(["-o", output]);
    let (code, _, said) = run(&all.collect::<Vec<_>>());
    (path, code, said)
}

fn taken(path: &Path) -> Vec<u8> {
    let file = std::fs::read(path).unwrap();
    std::fs::remove_file(path).unwrap();
    file
}

#[test]
fn an_archive_of_the_bases_holds_every_tile_that_is_served_and_no_other() {
    let (path, code, said) = export("bases", &["bases"]);
    assert_eq!(code, 0, "{said}");
    let file = taken(&path);
    let archive = read(&file);
    let bases = CATALOG.collection("bases").unwrap();
    assert_eq!(archive.max_zoom, 10);
    for (id, tile) in &archive.tiles {
        let served = bases.tile(square(*id), Datum::Wgs84).unwrap();
        assert_eq!(&served[..], tile, "{:?}", square(*id));
    }
    for z in 0..=10 {
        let of_zoom = archive.tiles.iter().filter(|(id, _)| square(**id).z() == z);
        let mut shown: Vec<String> = of_zoom.flat_map(|(_, tile)| ids(tile)).collect();
        shown.sort();
        let all: Vec<String> = (1..=11).map(|n| format!("base-{n:02}")).collect();
        assert_eq!(shown, all, "each once at zoom {z}");
    }
    let [addressed, entries, contents] = archive.counts;
    assert_eq!(addressed, archive.tiles.len() as u64);
    assert!(entries <= addressed && contents <= entries);
    let extent = bases.extent().unwrap();
    for (edge, wanted) in
        archive.edges.iter().zip([extent.west, extent.south, extent.east, extent.north])
    {
        assert!((edge - wanted).abs() < 1e-6);
    }
    let layer = &archive.metadata["vector_layers"][0];
    assert_eq!((&layer["id"], &layer["maxzoom"]), (&"bases".into(), &10.into()));
    assert_eq!(layer["fields"]["year"], "Number");
    assert_eq!(archive.metadata["datum"], "wgs84");
}

#[test]
fn the_same_collection_is_the_same_archive_byte_by_byte() {
    let write = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let mut out = Vec::new();
        let hubs = CATALOG.collection("hubs").unwrap();
        pool.install(|| hubs.write_pmtiles(&mut out, Datum::Gcj02, Some(6))).unwrap();
        out
    };
    let file = write(1);
    assert!(file == write(3));
    let archive = read(&file);
    assert_eq!(archive.metadata["datum"], "gcj02");
    assert!(archive.metadata["name"].as_str().unwrap().contains("GCJ-02"));
}

#[test]
fn a_filter_a_box_and_a_zoom_narrow_an_archive() {
    let args = ["bases", "--filter", "year = 2020", "--bbox", "105,30,106,31", "--max-zoom", "3"];
    let (path, code, said) = export("narrow", &args);
    assert!(code == 0 && said.contains("2 features as 4 tiles of the zooms 0 to 3"), "{said}");
    let archive = read(&taken(&path));
    assert_eq!(archive.tiles.len(), 4);
    assert!(archive.edges[0] >= 105.0 && archive.edges[2] <= 106.0);
}

#[test]
fn what_makes_no_archive_is_refused_and_leaves_no_file() {
    for (name, args, words) in [
        ("none", &["bases", "--filter", "year = 1900"][..], "no tiles to write"),
        ("deep", &["bases", "--max-zoom", "17"], "0..=16"),
        ("places", &["bases", "--decimals", "3"], "--max-zoom"),
    ] {
        let (path, code, said) = export(name, args);
        assert!(code != 0 && said.contains(words), "{said}");
        assert!(!path.exists());
    }
}

#[test]
fn many_tiles_have_leaves_and_the_same_bytes_stand_once() {
    let mut archive = Archive::new().unwrap();
    // Ids 3 apart with sizes that vary: directories that do not pack well.
    let tile =
        |n: u64| format!("{}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (n % 48)).into_bytes();
    for n in 0..40_000u64 {
        archive.add(3 * n, &packed(&tile(n))).unwrap();
    }
    for n in 120_000..120_100u64 {
        archive.add(n, &packed(b"sea")).unwrap();
    }
    let mut file = Vec::new();
    archive.finish(&mut file, Cover { max_zoom: 9, extent: None, metadata: "{}" }).unwrap();
    let read = read(&file);
    assert!(read.root_end <= 16_384, "the root is in what a reader asks for first");
    assert_eq!(read.tiles.len(), 40_100);
    assert!((0..40_000).all(|n| read.tiles[&(3 * n)] == tile(n)));
    assert_eq!(read.tiles[&120_099], b"sea");
    let [addressed, entries, contents] = read.counts;
    assert_eq!((addressed, entries), (40_100, 40_001), "a run is one entry");
    assert!(contents <= 40_001);
}
