//! Packs what the binary carries: the geodata files and the built web page, gzip-compressed.
//!
//! Runs no npm and needs no network. Without a built page, a notice that names the command to
//! run takes its place.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, io};

use flate2::Compression;
use flate2::write::GzEncoder;

/// The geodata files that the service reads.
const GEODATA: [&str; 12] = [
    "adcode_history.csv",
    "attributions.csv",
    "bases.csv",
    "boundaries.topojson",
    "collections.csv",
    "gazetteer.csv",
    "hubs.csv",
    "industries.csv",
    "industry_groups.csv",
    "pins.csv",
    "townships.csv",
    "zones.csv",
];

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let files: Vec<(String, PathBuf)> = GEODATA
        .iter()
        .map(|name| ((*name).to_owned(), Path::new("geodata").join(name)))
        .filter(|(_, path)| path.exists())
        .collect();
    for name in GEODATA {
        println!("cargo:rerun-if-changed=geodata/{name}");
    }
    embed(&out, "geodata", &files)?;

    let dist = Path::new("web/dist");
    println!("cargo:rerun-if-changed=web/dist");
    let mut page = Vec::new();
    if dist.join("index.html").exists() {
        collect(dist, dist, &mut page)?;
        page.sort();
    }
    embed(&out, "web", &page)?;
    println!("cargo:rustc-env=JIDI_WEB_FINGERPRINT={:016x}", fingerprint(&page)?);
    Ok(())
}

/// Folds names and contents into one number (FNV-1a), for the validators of the page.
fn fingerprint(files: &[(String, PathBuf)]) -> io::Result<u64> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, path) in files {
        for byte in name.bytes().chain(fs::read(path)?) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}

/// Lists the files of a folder and its folders, named relative to `root` with `/`.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(root, &path, files)?;
        } else if let Ok(name) = path.strip_prefix(root) {
            files.push((name.to_string_lossy().replace('\\', "/"), path));
        }
    }
    Ok(())
}

/// Writes `{what}.rs`, a table of names and compressed contents, and the contents beside it.
fn embed(out: &Path, what: &str, files: &[(String, PathBuf)]) -> io::Result<()> {
    let mut table = String::from("&[\n");
    for (number, (name, path)) in files.iter().enumerate() {
        let packed = out.join(format!("{what}-{number}.gz"));
        let mut encoder = GzEncoder::new(fs::File::create(&packed)?, Compression::new(6));
        encoder.write_all(&fs::read(path)?)?;
        encoder.finish()?;
        let _ =
            writeln!(table, "    ({name:?}, include_bytes!({:?})),", packed.display().to_string());
    }
    table.push_str("]\n");
    fs::write(out.join(format!("{what}.rs")), table)
}
