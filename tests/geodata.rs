//! The geodata: complete, accounted for, and refused with a clear word when it is broken.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use jidi::geocode::Query;
use jidi::store::{Boundaries, Catalog, Geodata};
use proptest::prelude::*;

use crate::client::CATALOG;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("geodata")
}

/// A folder of its own for a test, removed with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jidi-test-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, content: &[u8]) {
        fs::write(self.0.join(name), content).unwrap();
    }

    fn load(&self) -> Result<Catalog, String> {
        let geodata = Geodata { folder: Some(self.0.clone()), boundaries: Boundaries::default() };
        Catalog::load(&geodata).map_err(|error| error.to_string())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_file_is_accounted_for_with_its_checksum() {
    let sums = fs::read_to_string(root().join("SHA256SUMS")).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for file in CATALOG.files.iter() {
        let line = sums.lines().find(|line| line.ends_with(&format!("  {}", file.name)));
        let sum = line.unwrap_or_else(|| panic!("{} is not in SHA256SUMS", file.name));
        assert!(sum.starts_with(&file.sha256), "{} has changed: run make data", file.name);
        assert!(readme.contains(&file.name), "{} is not in geodata/README.md", file.name);
    }
}

#[test]
fn the_lists_have_the_numbers_they_say() {
    let count = |id: &str| CATALOG.collection(id).unwrap().len();
    assert_eq!((count("bases"), count("hubs")), (11, 949));
    assert_eq!((count("provinces"), count("prefectures"), count("counties")), (34, 375, 2891));
    let hubs = CATALOG.collection("hubs").unwrap();
    let industry = hubs.schema().position("industry").unwrap();
    let known = hubs.features().filter(|hub| hub.values[industry] != jidi::domain::Value::Null);
    assert_eq!(known.count(), 744);
}

#[test]
fn the_geocoder_answers_what_the_text_says() {
    let place = |text: &str, province: &str| {
        let query = Query { text, within: province, country: "CN", ..Query::default() };
        let answer = CATALOG.places.gazetteer.geocode(query);
        let chain = answer.placement.chain;
        let code = chain.adcode.map(|code| code.to_string()).unwrap_or_default();
        (answer.placement.match_status.as_str(), code)
    };
    // The English list's misprint is what the text says; the correction is a person's.
    let printed = "Changsha State Automobile Spare Parts Hi-tech Industrialisation Base";
    assert_eq!(place(printed, ""), ("matched", "430100".to_owned()));
    assert_eq!(place("常熟市", ""), ("matched", "320581".to_owned()));
    assert_eq!(place("江苏省苏州市常熟市", ""), ("matched", "320581".to_owned()));
    assert_eq!(place("遂宁", ""), ("matched", "510900".to_owned()));
    assert_eq!(place("鼓楼区", "").0, "ambiguous");
    assert_eq!(place("鼓楼区", "福建省"), ("matched", "350102".to_owned()));
    assert_eq!(place("南京市/常熟市", ""), ("conflict", String::new()));
    assert_eq!(place("高新技术产业化基地", "").0, "no_match");
    assert_eq!(place("", "").0, "no_match");
    assert_eq!(place(&"长".repeat(10_000), "").0, "no_match");
}

#[test]
fn the_geocoder_says_what_makes_an_answer_less_sure() {
    let ask = |text: &str, province: &str, code: &str| {
        let query = Query {
            text,
            within: province,
            country: "CN",
            adcode: code.parse().ok(),
            ..Query::default()
        };
        let answer = CATALOG.places.gazetteer.geocode(query);
        let code = answer.placement.chain.adcode.map(|code| code.to_string()).unwrap_or_default();
        let confidence = answer.placement.confidence.map_or("", |confidence| confidence.as_str());
        (code, confidence, answer.reason.en)
    };
    // A type word is part of the name where one of that name is known.
    assert_eq!(ask("Changsha County", "", "").0, "430121");
    assert_eq!(ask("Yueyang County, Hunan", "", "").0, "430621");
    // Xi'an is a capital, and a district of two other cities written alike.
    let (code, confidence, reason) = ask("Xi'an", "", "");
    assert_eq!((code.as_str(), confidence), ("610100", "medium"), "{reason}");
    assert!(reason.contains("西安区 (220403)"), "{reason}");
    // What was not read, and what is not known, is said.
    let (_, confidence, reason) = ask("常熟", "无此省", "999999");
    assert_eq!(confidence, "low");
    assert!(reason.contains("code 999999 is not known") && reason.contains("无此省"), "{reason}");
    let (_, confidence, reason) = ask("新疆生产建设兵团", "", "");
    assert!(
        confidence == "low" && reason.contains("Not read: 生产建设兵团"),
        "{confidence} {reason}"
    );
    // Several places: the one with the code, and how far the others reach.
    let (code, _, reason) = ask("北京市;常熟市", "", "320581");
    assert!(
        code == "320581" && reason.contains("names 2 places") && reason.contains("km away"),
        "{reason}"
    );
    let (_, confidence, reason) = ask("常熟;不存在", "", "");
    assert!(confidence == "low" && reason.contains("Not found: 1"), "{reason}");
    // Two zones of one host are one place.
    assert_eq!(ask("江苏常熟经济技术开发区", "", "").0, "320581");
}

/// Pieces that texts are made of, and letters of many scripts between them.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        ".{0,6}",
        "[a-z' -]{0,12}",
        "[\u{4e00}-\u{9fff}]{0,5}",
        prop::sample::select(vec![
            "江苏省",
            "常熟",
            "鼓楼区",
            "永安镇",
            "Changshu",
            "Suining County",
            "State",
            "Base",
            ",",
            "；",
            ";",
            "国家",
            "基地",
            "中国",
            "qu",
            "Shi",
            "2",
            "\u{0}",
            "ǎ",
            "瀋",
            "New",
            "Paris",
            "France",
            "开发区",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_text_breaks_the_geocoder_and_every_answer_is_whole(
        text in any_text(), within in any_text(), country in prop::sample::select(vec!["", "CN", "FR", "US"]),
    ) {
        let query = Query { text: &text, within: &within, country, ..Query::default() };
        let answer = CATALOG.places.gazetteer.geocode(query);
        let is_matched = answer.placement.match_status.as_str() == "matched";
        prop_assert_eq!(answer.placement.position.is_some(), is_matched);
        prop_assert_eq!(answer.placement.confidence.is_some(), is_matched);
        prop_assert!(!is_matched || !answer.candidates.is_empty());
        prop_assert!(answer.candidates.iter().all(|one| (0.0..=1.0).contains(&one.score)));
    }
}

#[test]
fn a_text_full_of_names_is_answered_soon() {
    for text in [
        "永安镇".repeat(200),
        "Changshu ".repeat(300),
        "鼓楼区;".repeat(200),
        "chaoyang qu ".repeat(200),
    ] {
        let query = Query { text: &text, ..Query::default() };
        let _ = CATALOG.places.gazetteer.geocode(query);
    }
}

#[test]
fn a_code_that_contradicts_the_name_is_a_conflict_and_places_nothing() {
    let query = Query { text: "常熟市", adcode: "430100".parse().ok(), ..Query::default() };
    let answer = CATALOG.places.gazetteer.geocode(query);
    assert_eq!(answer.placement.match_status.as_str(), "conflict");
    assert_eq!(answer.placement.position, None);
}

#[test]
fn the_polygons_agree_with_the_seats_of_their_units() {
    let (mut inside, mut all) = (0, 0);
    for (number, unit) in CATALOG.places.gazetteer.units().iter().enumerate() {
        if unit.level == jidi::geocode::Level::County {
            all += 1;
            let located = CATALOG.places.reverse.locate(&CATALOG.places.gazetteer, unit.position);
            inside += i32::from(located.is_some_and(|located| located.unit == number));
        }
    }
    assert!(f64::from(inside) / f64::from(all) > 0.995, "{inside} of {all}");
}

#[test]
fn a_file_of_the_folder_replaces_the_bundled_one() {
    let folder = Folder::new("replace");
    let bases = fs::read_to_string(root().join("bases.csv")).unwrap();
    let two: Vec<&str> = bases.lines().take(3).collect();
    folder.put("bases.csv", format!("{}\n", two.join("\n")).as_bytes());
    let catalog = folder.load().unwrap();
    assert_eq!(catalog.collection("bases").unwrap().len(), 2);
    assert_eq!(catalog.collection("hubs").unwrap().len(), 949);
    assert_ne!(catalog.fingerprint, CATALOG.fingerprint);
}

#[test]
fn next_years_list_is_a_table_and_a_line() {
    let folder = Folder::new("next-year");
    let collections = fs::read_to_string(root().join("collections.csv")).unwrap();
    let line = "bases-2021,bases_2021.csv,Bases 2021,2021年基地,Next year.,次年。,2021-12-31,Facts,Ministry\n";
    folder.put("collections.csv", format!("{collections}{line}").as_bytes());
    let bases = fs::read_to_string(root().join("bases.csv")).unwrap();
    folder.put("bases_2021.csv", bases.replace("base-", "next-").as_bytes());
    let catalog = folder.load().unwrap();
    let list = catalog.collection("bases-2021").unwrap();
    assert_eq!(list.len(), 11);
    assert!(list.feature("next-03").unwrap().position().is_some());
}

#[test]
fn broken_files_are_refused_with_file_and_place() {
    let bases = fs::read(root().join("bases.csv")).unwrap();
    let boundaries = fs::read(root().join("boundaries.topojson")).unwrap();
    let gazetteer = fs::read_to_string(root().join("gazetteer.csv")).unwrap();
    let twice = String::from_utf8(bases.clone()).unwrap().replace("base-02", "base-01");
    let north = gazetteer.replacen(",39.90750,", ",99.9,", 1);
    let no_group = "id,slot,colour,text_colour,code_en,code_zh,name_en,name_zh,divisions\na,1,#000000,#FFFFFF,A,A,A,A,\n";
    let half = boundaries.len() / 2;
    let cases: [(&str, &str, &[u8], &str); 7] = [
        ("cut", "bases.csv", &bases[..bases.len() - 900], "bases.csv: the last line does not end"),
        ("empty", "bases.csv", b"", "bases.csv: the table has no row"),
        ("binary", "hubs.csv", &[0, 159, 146, 150, 10, 1, 10], "hubs.csv: "),
        ("twice", "bases.csv", twice.as_bytes(), "two features have the id `base-01`"),
        ("cut-json", "boundaries.topojson", &boundaries[..half], "--boundaries none"),
        (
            "north",
            "gazetteer.csv",
            north.as_bytes(),
            "gazetteer.csv: row 1: 110000: (116.39723, 99.9)",
        ),
        ("no-group", "industry_groups.csv", no_group.as_bytes(), "industries.csv: row 1: "),
    ];
    for (name, file, content, says) in cases {
        let folder = Folder::new(name);
        folder.put(file, content);
        let refused = folder.load().err().unwrap_or_else(|| panic!("{name} was taken"));
        assert!(refused.contains(says), "{name}: {refused}");
        assert!(refused.len() < 400, "{name}: {refused}");
    }
}

#[test]
fn values_that_are_none_and_names_that_lead_nowhere_are_refused_or_said() {
    let bases = fs::read_to_string(root().join("bases.csv")).unwrap();
    let folder = Folder::new("inf");
    folder.put("bases.csv", bases.replacen(",371681,12,", ",371681,inf,", 1).as_bytes());
    assert!(folder.load().unwrap_err().contains("inf km is no uncertainty"));

    let folder = Folder::new("soon");
    folder.put("bases.csv", bases.replacen(",national,2020,", ",national,soon,", 1).as_bytes());
    assert!(
        folder.load().unwrap_err().contains("bases.csv: line 2: `soon` is refused in column year")
    );

    let folder = Folder::new("misspelt");
    folder.put("base.csv", bases.as_bytes());
    assert!(folder.load().unwrap().warnings[0].contains("base.csv"));

    let folder = Folder::new("no-pins");
    let pins = fs::read_to_string(root().join("pins.csv")).unwrap();
    folder.put("pins.csv", format!("{}\n", pins.lines().next().unwrap()).as_bytes());
    let base = folder.load().unwrap();
    assert!(base.collection("bases").unwrap().feature("base-01").unwrap().position().is_some());

    let folder = Folder::new("no-units");
    let boundaries = fs::read_to_string(root().join("boundaries.topojson")).unwrap();
    folder.put("boundaries.topojson", boundaries.replace("\"adcode\"", "\"code\"").as_bytes());
    assert!(folder.load().unwrap_err().contains("no area of the object `provinces`"));
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_refused() {
    let folder = Folder::new("dangling");
    std::os::unix::fs::symlink("/nowhere/bases.csv", folder.0.join("bases.csv")).unwrap();
    assert!(folder.load().unwrap_err().contains("cannot be read"));
}

#[test]
fn a_folder_or_file_that_is_not_there_is_refused_by_name() {
    let nowhere = PathBuf::from("/nowhere/geodata");
    let geodata = Geodata { folder: Some(nowhere.clone()), boundaries: Boundaries::default() };
    assert!(Catalog::load(&geodata).unwrap_err().to_string().contains("/nowhere/geodata"));
    let geodata = Geodata { folder: None, boundaries: Boundaries::File(nowhere) };
    assert!(Catalog::load(&geodata).unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn no_source_of_the_data_goes_unnamed() {
    let ids: BTreeSet<&str> = CATALOG.attributions.iter().map(|one| one.id.as_str()).collect();
    for id in ["geonames", "natural-earth", "tianditu", "nbs"] {
        assert!(ids.iter().any(|known| known.starts_with(id)), "{id} is not in {ids:?}");
    }
    let notice = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("NOTICE")).unwrap();
    for attribution in CATALOG.attributions.iter() {
        assert!(notice.contains(&attribution.text), "NOTICE does not say: {}", attribution.text);
    }
}
