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

/// The one file of geodata/ that the page carries, not the binary's data.
const OF_THE_PAGE: &str = "basemap.topojson";

fn main() -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?);
    let files = geodata()?;
    for (_, path) in &files {
        println!("cargo:rerun-if-changed={}", path.display());
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

    println!("cargo:rerun-if-changed=src");
    let mut code = Vec::new();
    collect(Path::new("src"), Path::new("src"), &mut code)?;
    code.sort();
    println!("cargo:rustc-env=JIDI_CODE_FINGERPRINT={:016x}", fingerprint(&code)?);
    Ok(())
}

/// Folds names and contents into one number (FNV-1a), for the validators of answers.
fn fingerprint(files: &[(String, PathBuf)]) -> io::Result<u64> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (name, path) in files {
        for byte in name.bytes().chain(fs::read(path)?) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(hash)
}

/// Lists the tables and boundaries of geodata/, without its scripts and sources.
fn geodata() -> io::Result<Vec<(String, PathBuf)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir("geodata")? {
        let path = entry?.path();
        let name =
            path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let is_data = path.extension().is_some_and(|end| end == "csv" || end == "topojson");
        if path.is_file() && is_data && name != OF_THE_PAGE {
            files.push((name, path));
        }
    }
    files.sort();
    Ok(files)
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
