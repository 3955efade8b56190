//! The house stands: modules look down only, and some things stay in their rooms.

use std::fs;
use std::path::{Path, PathBuf};

/// The floors, from the ground up; a module uses only floors below its own.
const FLOORS: [&[&str]; 9] = [
    &["domain"],
    &["formats"],
    &["index"],
    &["filter"],
    &["geocode", "industry", "analysis", "tiles"],
    &["store"],
    &["process"],
    &["http"],
    &["cli"],
];

/// Where JSON may be read and written.
const JSON_ROOMS: [&str; 3] = ["formats", "http", "cli"];

/// Where functions may be asynchronous.
const ASYNC_ROOMS: [&str; 1] = ["http"];

/// Where clocks and the environment may be read.
const CLOCK_ROOMS: [&str; 2] = ["http", "cli"];

fn floor_of(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// Every source file of a module: its module, its path and its code without tests and comments.
fn files() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    let read = |path: PathBuf| {
        let module = path.strip_prefix(&root).unwrap().iter().next()?.to_str()?.to_owned();
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let code: Vec<&str> = code.lines().filter(is_code).collect();
        (path.parent() != Some(&root)).then(|| (module, path, code.join("\n")))
    };
    let files: Vec<_> = paths.into_iter().filter_map(read).collect();
    assert!(files.len() > 30, "the sources were not found");
    files
}

/// The modules that a piece of code names by `crate::`, also inside braces.
fn used(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for rest in code.split("crate::").skip(1) {
        let list = match rest.strip_prefix('{') {
            Some(inside) => inside.split('}').next().unwrap_or_default(),
            None => rest,
        };
        for name in list.split(',').take(if list.len() < rest.len() { usize::MAX } else { 1 }) {
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let name: String = name.trim().chars().take_while(|&letter| is_name(letter)).collect();
            names.push(name);
        }
    }
    names
}

#[test]
fn every_module_has_a_floor_and_looks_down_only() {
    let mut upward = Vec::new();
    for (module, path, code) in files() {
        let floor = floor_of(&module).unwrap_or_else(|| panic!("{module} has no floor"));
        for name in used(&code).iter().filter(|name| **name != module) {
            match floor_of(name) {
                Some(below) if below < floor => {}
                _ => upward.push(format!("{} uses crate::{name}", path.display())),
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn json_futures_and_clocks_stay_in_their_rooms() {
    let rules: [(&[&str], &[&str]); 3] = [
        (&["serde_json", "Json"], &JSON_ROOMS),
        (&["async fn", "async |", "async {", ".await", "tokio::"], &ASYNC_ROOMS),
        (&["Instant::now", "SystemTime", "now_utc", "env::var", "std::process"], &CLOCK_ROOMS),
    ];
    let mut strays = Vec::new();
    for (module, path, code) in files() {
        for (words, rooms) in rules {
            for word in words.iter().filter(|word| code.contains(**word)) {
                if !rooms.contains(&module.as_str()) {
                    strays.push(format!("{}: {word}", path.display()));
                }
            }
        }
    }
    assert!(strays.is_empty(), "{strays:#?}");
}

#[test]
fn no_file_is_longer_than_a_sitting() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    sources(&root, &mut paths);
    for path in paths {
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 500, "{} has {lines} lines", path.display());
    }
}

#[test]
fn the_test_sees_uses_in_braces_and_alone() {
    assert_eq!(used("use crate::{http, domain::LonLat};"), ["http", "domain"]);
    assert_eq!(used("let a = crate::cli::run();"), ["cli"]);
}
