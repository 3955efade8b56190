//! The command line: what it prints, where, and with which exit code.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output, Stdio};

use jidi::formats::layer::{Layer, kind_of};
use serde_json::Value as Json;

/// The program with arguments, told nothing by the machine that the tests run on.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jidi"));
    let is_ours = |name: &str| name.starts_with("JIDI_") || name == "RUST_LOG";
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(is_ours)) {
        command.env_remove(name);
    }
    command.args(arguments).env("JIDI_CONFIG", "none").env("JIDI_STORE", "none");
    command
}

pub(crate) fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = command(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn nearest_prints_a_table_and_json_when_asked() {
    let (code, table, _) = run(&["nearest", "bases", "--to", "base-09", "-k", "3"]);
    assert_eq!(code, 0);
    let first = table.lines().nth(1).unwrap();
    assert!(first.contains("base-10") && first.contains("44.1") && first.contains("NW"), "{table}");
    let (_, json, _) = run(&["nearest", "bases", "--at", "105.83,30.19", "-k", "1", "--json"]);
    let json: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(json["features"][0]["id"], "base-09");
    let (code, west, _) = run(&["nearest", "bases", "--at", "-70,-30", "-k", "1"]);
    assert_eq!((code, west.lines().count()), (0, 2), "a negative longitude is no flag");
}

#[test]
fn export_writes_whole_files_in_each_format_and_says_how_many() {
    let folder = std::env::temp_dir().join(format!("jidi-export-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for name in ["b.fgb", "b.gpkg", "b.parquet", "b.kml"] {
        let path = folder.join(name);
        let (code, _, words) = run(&["export", "bases", "-o", path.to_str().unwrap()]);
        assert_eq!(code, 0, "{words}");
        let bytes = fs::read(&path).unwrap();
        let kind = kind_of(name, &bytes).unwrap();
        assert_eq!(Layer::read(&bytes, kind, 99).unwrap().rows.len(), 11, "{name}");
        fs::remove_file(path).unwrap();
    }
    for (name, lines) in [("b.geojson", 13), ("b.geojsonl", 11), ("b.csv", 12)] {
        let path = folder.join(name);
        let (code, _, words) = run(&["export", "bases", "-o", path.to_str().unwrap()]);
        assert_eq!(code, 0, "{words}");
        assert!(words.starts_with("11 features written"), "{words}");
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), lines, "{name}");
    }
    let left: Vec<_> = fs::read_dir(&folder).unwrap().collect();
    assert_eq!(left.len(), 3, "nothing half written is left");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn export_keeps_every_digit_unless_told_and_marks_utf_8_if_wished() {
    let lon = |more: &[&str]| {
        let (code, out, words) =
            run(&[&["export", "bases", "-o", "-", "--format", "csv"], more].concat());
        assert_eq!(code, 0, "{words}");
        (out.starts_with('\u{feff}'), out.lines().nth(1).unwrap().rsplit(',').nth(1).unwrap().len())
    };
    let (is_marked, digits) = lon(&[]);
    assert_eq!((is_marked, lon(&["--decimals", "1", "--bom"])), (false, (true, 5)));
    assert!(digits > 5);
    let (code, _, words) = run(&["export", "bases", "-o", "-", "--format", "kml", "--bom"]);
    assert!(code == 1 && words.contains("CSV only"), "{words}");
}

#[test]
fn export_in_another_datum_says_so_in_words_and_in_the_file() {
    let (code, out, words) =
        run(&["export", "bases", "-o", "-", "--format", "csv", "--datum", "gcj02"]);
    assert_eq!(code, 0, "{words}");
    assert!(out.lines().next().unwrap().ends_with("lon_gcj02,lat_gcj02"), "{out}");
    assert!(words.contains("GCJ-02"), "{words}");
}

#[test]
fn export_takes_a_box_and_writes_to_standard_output() {
    let (code, text, _) =
        run(&["export", "bases", "-o", "-", "--format", "csv", "--bbox", "105,30,106,31"]);
    assert_eq!((code, text.lines().count()), (0, 3));
}

#[test]
fn export_and_nearest_take_a_filter_and_say_what_is_wrong_with_it() {
    let export = |filter: &str| {
        run(&["export", "hubs", "-o", "-", "--format", "geojsonl", "--filter", filter])
    };
    let (code, text, _) = export("province = 'Jiangsu' AND year >= 2010");
    assert_eq!(code, 0);
    let hubs: Vec<Json> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(!hubs.is_empty());
    assert!(hubs.iter().all(|hub| hub["properties"]["province"] == "Jiangsu"));
    let (_, by_json, _) = export(
        r#"{"op":"and","args":[{"op":"=","args":[{"property":"province"},"Jiangsu"]},{"op":">=","args":[{"property":"year"},2010]}]}"#,
    );
    assert_eq!(by_json, text);
    let (code, _, words) = export("provinz = 'Jiangsu'");
    assert_eq!(code, 1);
    assert!(words.contains("there is no field `provinz`; did you mean `province`?"), "{words}");
    let near = ["nearest", "hubs", "--at", "120.62,31.3", "-k", "3", "--json", "--filter"];
    let (code, text, _) = run(&[&near[..], &["province = 'Zhejiang'"]].concat());
    assert_eq!(code, 0);
    let near: Json = serde_json::from_str(&text).unwrap();
    assert_eq!(near["features"][0]["properties"]["province"], "Zhejiang");
}

#[test]
fn collections_and_doctor_say_what_there_is_and_what_is_missing() {
    let (_, table, _) = run(&["collections"]);
    assert!(
        table.contains("bases") && table.contains("949") && table.contains("2020-09-29"),
        "{table}"
    );
    let (_, json, _) = run(&["collections", "--json"]);
    assert_eq!(serde_json::from_str::<Json>(&json).unwrap().as_array().unwrap().len(), 5);
    let (_, text, _) = run(&["doctor", "--boundaries", "none"]);
    assert!(text.contains("Missing: boundaries") && text.contains("gazetteer.csv"), "{text}");
    let (_, json, _) = run(&["doctor", "--json"]);
    let report: Json = serde_json::from_str(&json).unwrap();
    assert_eq!(report["collections"][0]["match_status"]["pinned"], 5);
    let index_bytes = report["names"]["index_bytes"].as_u64().unwrap();
    assert!(index_bytes < 10_000_000, "the index of names has {index_bytes} bytes");
}

/// What may go wrong in a review file, and what is said of it.
const BAD_EDITS: [(&str, &str, &str); 5] = [
    ("ambiguous,3,3", "ambiguous,9,3", "there are 4 candidates"),
    ("ambiguous,3,3", "ambiguous,north,3", "line 4: `north` is no choice"),
    ("鼓楼区,ambiguous,3,3", "鼓楼,ambiguous,3,3", "line 4: the list has no `鼓楼` in its line 3"),
    ("3,鼓楼区,ambiguous,3,3", "9,鼓楼区,ambiguous,3,3", "line 4: the list has no `鼓楼区`"),
    ("line,query", "row,query", "no review file"),
];

#[test]
fn a_list_is_located_reviewed_and_pinned() {
    let folder = std::env::temp_dir().join(format!("jidi-geocode-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let list = "名称,省,经度,纬度\n常熟市,江苏,,\n鼓楼区,,,\n太仓\n新材料,,,\n天安门,,116.410244499,39.916404282\n";
    fs::write(path("list.csv"), list).unwrap();
    let (code, _, words) = run(&[
        "geocode",
        &path("list.csv"),
        "-o",
        &path("out.csv"),
        "--review",
        &path("r.csv"),
        "--datum",
        "gcj02",
    ]);
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("line 4 was not read: 1 cells where the header has 4: 太仓"), "{words}");
    let located = fs::read_to_string(path("out.csv")).unwrap();
    let row =
        |start: &str| located.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    assert!(
        row("常熟市").contains(",matched,high,county_seat,") && row("常熟市").contains(",320581,"),
        "{located}"
    );
    assert!(
        row("鼓楼区").contains(",ambiguous,") && row("新材料").contains(",no_match,"),
        "{located}"
    );
    let given = row("天安门");
    let lon: f64 = given.rsplit(',').nth(1).unwrap().parse().unwrap();
    assert!(
        given.contains(",given,") && (lon - 116.404).abs() < 1e-6,
        "GCJ-02 became WGS 84: {given}"
    );

    let review = fs::read_to_string(path("r.csv")).unwrap();
    assert_eq!(review.lines().count(), 6, "four candidates and a row without any: {review}");
    let chosen = review.replacen("3,鼓楼区,ambiguous,,3,", "3,鼓楼区,ambiguous,3,3,", 1);
    let chosen = chosen.replacen("5,新材料,no_match,,", "5,新材料,no_match,\"120.1,30.2\",", 1);
    fs::write(path("r.csv"), &chosen).unwrap();
    let (code, _, words) =
        run(&["geocode", &path("list.csv"), "-o", &path("out.csv"), "--pins", &path("r.csv")]);
    assert_eq!(code, 0, "{words}");
    let pinned = fs::read_to_string(path("out.csv")).unwrap();
    assert!(pinned.contains(",pinned,high,county_seat,5.3,350102,"), "{pinned}");
    assert!(
        pinned.lines().any(|line| line.starts_with("新材料") && line.ends_with("120.1,30.2")),
        "{pinned}"
    );

    for (from, to, says) in BAD_EDITS {
        fs::write(path("r.csv"), chosen.replacen(from, to, 1)).unwrap();
        let (code, _, words) =
            run(&["geocode", &path("list.csv"), "-o", &path("out.csv"), "--pins", &path("r.csv")]);
        assert!(code == 1 && words.contains(says), "{to}: {words}");
        assert_eq!(fs::read_to_string(path("out.csv")).unwrap(), pinned, "what was there stays");
    }
    // The map saves its decisions by text.
    fs::write(path("pins.csv"), "query,adcode,lon,lat,precision,decided_on\n鼓楼区,350102,119.29,26.08,county_seat,2026-11-24\n").unwrap();
    let (code, out, words) = run(&["geocode", &path("list.csv"), "--pins", &path("pins.csv")]);
    assert!(
        code == 0
            && out.lines().any(|line| line.starts_with("鼓楼区") && line.ends_with("119.29,26.08")),
        "{words}{out}"
    );
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_list_that_sits_off_in_the_way_of_gcj02_is_suspected() {
    use jidi::domain::{Datum, LonLat};
    let gazetteer = fs::read_to_string("geodata/gazetteer.csv").unwrap();
    let mut rows = csv::Reader::from_reader(gazetteer.as_bytes());
    let mut list = "名称,代码,经度,纬度\n".to_owned();
    for row in rows
        .records()
        .map(Result::unwrap)
        .filter(|row| &row[1] == "county" && row[0].starts_with("43"))
    {
        let at = LonLat::from_degrees(row[11].parse().unwrap(), row[12].parse().unwrap()).unwrap();
        let off = Datum::Gcj02.from_wgs84(at);
        list.extend([
            &row[3],
            ",",
            &row[0],
            ",",
            &off.lon().to_string(),
            ",",
            &off.lat().to_string(),
            "\n",
        ]);
    }
    let path = std::env::temp_dir().join(format!("jidi-gcj-{}.csv", std::process::id()));
    fs::write(&path, list).unwrap();
    let (code, _, words) = run(&["geocode", path.to_str().unwrap()]);
    assert!(code == 0 && words.contains("in the direction of GCJ-02"), "{words}");
    let (_, _, words) = run(&["geocode", path.to_str().unwrap(), "--datum", "gcj02"]);
    assert!(!words.contains("GCJ-02"), "{words}");
    fs::remove_file(path).unwrap();
}

#[test]
fn a_plain_list_has_a_name_a_line() {
    let path = std::env::temp_dir().join(format!("jidi-list-{}.txt", std::process::id()));
    fs::write(&path, "Tongnan State Smart Terminal Hi-tech Industrialisation Base\n\n遂宁\n")
        .unwrap();
    let (code, out, _) = run(&["geocode", path.to_str().unwrap()]);
    fs::remove_file(path).unwrap();
    assert_eq!((code, out.lines().count()), (0, 3));
    assert!(out.contains(",500152,") && out.contains(",510900,"), "{out}");
}

#[test]
fn wrong_arguments_exit_with_2_and_failures_with_1_each_with_a_word() {
    let cases: [(&[&str], i32, &str); 16] = [
        (&[], 2, "Usage"),
        (&["nearest", "bases"], 2, "<--at <LON,LAT>|--to <ID>>"),
        (&["nearest", "bases", "--to", "base-09", "--within-km", "-1"], 2, "a distance in km"),
        (&["serve", "--public-url", "https://h.example/jidi"], 2, "no path"),
        (&["nearest", "bases", "--at", "116,91"], 2, "latitude within"),
        (&["nearest", "bases", "--at", "nan,1"], 2, "not a position"),
        (&["nearest", "bases", "--to", "base-09", "-k", "0"], 2, "whole number from 1"),
        (&["nearest", "bases", "--to", "base-99"], 1, "no feature `base-99`"),
        (&["nearest", "nothing", "--to", "base-09"], 1, "bases, hubs"),
        (&["nearest", "counties", "--at", "116,39"], 1, "holds areas"),
        (&["export", "bases", "-o", "bases.docx"], 1, "geojson, geojsonl, csv"),
        (&["export", "bases", "-o", "/nowhere/b.csv"], 1, "/nowhere/b.csv cannot be written"),
        (
            &["export", "bases", "-o", "-", "--format", "csv", "--bbox", "1,2,3"],
            2,
            "west,south,east,north",
        ),
        (&["geocode", "/nowhere.csv"], 1, "/nowhere.csv cannot be read"),
        (&["geocode", "Cargo.toml", "--datum", "nad27"], 2, "wgs84, cgcs2000, gcj02, bd09"),
        (&["collections", "--geodata", "/nowhere"], 1, "/nowhere: not a folder"),
    ];
    for (arguments, expected, says) in cases {
        let (code, out, words) = run(arguments);
        assert_eq!(code, expected, "{arguments:?}: {words}");
        assert!(words.contains(says), "{arguments:?}: {words}");
        assert!(out.is_empty(), "{arguments:?}: results only on standard output");
    }
}

#[test]
fn help_teaches_by_example() {
    for arguments in
        [&["--help"][..], &["nearest", "--help"], &["export", "--help"], &["serve", "--help"]]
    {
        let (code, text, _) = run(arguments);
        assert_eq!(code, 0);
        assert!(text.contains("Examples:") && text.contains("jidi "), "{arguments:?}: {text}");
    }
}

#[test]
fn a_port_in_use_is_said_and_another_is_suggested() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (code, out, words) = run(&["serve", "--listen", &address]);
    assert_eq!(code, 1);
    assert!(words.contains("in use by another program") && words.contains("--listen"), "{words}");
    assert!(out.is_empty());
}

#[cfg(unix)]
#[test]
fn export_follows_links_and_keeps_permissions_and_writes_into_what_is_no_file() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = std::env::temp_dir().join(format!("jidi-links-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let (target, link) = (folder.join("t.csv"), folder.join("l.csv"));
    fs::write(&target, "old").unwrap();
    fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&target, &link).unwrap();
    assert_eq!(run(&["export", "bases", "-o", link.to_str().unwrap()]).0, 0);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_to_string(&target).unwrap().lines().count(), 12);
    assert_eq!(run(&["export", "bases", "-o", "/dev/null", "--format", "csv"]).0, 0);
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    for format in ["geojson", "geojsonl", "csv"] {
        let mut child = command(&["export", "counties", "-o", "-", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(
            output.status.code(),
            Some(0),
            "{format}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// A service that runs beside a test.
#[cfg(unix)]
pub(crate) struct Running {
    child: std::process::Child,
    /// Its address.
    pub(crate) address: String,
}

#[cfg(unix)]
impl Running {
    /// Starts a service and waits until it says its address.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::of(command(&["serve", "--listen", "127.0.0.1:0"]).args(arguments))
    }

    /// Starts what starts a service.
    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split_whitespace().next().unwrap();
        Self { child, address: address.to_owned() }
    }

    /// Asks it over a connection of its own: status and body.
    pub(crate) fn ask(&self, request: &str, headers: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (address, length) = (&self.address, body.len());
        write!(
            stream,
            "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    fn ask_to_stop(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits until it has stopped as it was asked to, and returns what it logged.
    fn stopped(&mut self) -> String {
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        let code = self.child.wait().unwrap().code();
        assert_eq!(code, Some(0), "a stop that was asked for is no failure: {log}");
        log
    }

    /// Stops it, and returns what it logged.
    pub(crate) fn stop(&mut self) -> String {
        self.ask_to_stop();
        self.stopped()
    }
}

#[cfg(unix)]
#[test]
fn a_client_that_never_finishes_does_not_keep_the_service_alive() {
    let mut service = Running::start(&[]);
    let mut half = TcpStream::connect(&service.address).unwrap();
    write!(half, "GET / HTTP/1.1\r\nHost: h").unwrap();
    let mut other = TcpStream::connect(&service.address).unwrap();
    write!(other, "GET /health/live HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    other.read_to_string(&mut String::new()).unwrap(); // so both connections were taken
    service.ask_to_stop();
    std::thread::sleep(std::time::Duration::from_millis(200));
    service.ask_to_stop(); // a second time: at once
    service.stopped();
    drop(half);
}

#[cfg(unix)]
#[test]
fn serve_says_its_address_answers_over_http_1_1_and_stops_when_asked() {
    let mut service = Running::start(&[]);
    let address = service.address.clone();
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "GET /collections/bases/items HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(
        answer.contains(&format!("http://{address}/collections/bases/items")),
        "links name the host asked"
    );
    service.stop();
}
