//! What industry a label stands for: known, unseen, corrected, brought; and what is refused.

use std::fs;
use std::sync::Arc;

use axum::http::StatusCode;
use jidi::domain::industry::Industries;
use jidi::industry::{Corrections, Matcher, Status};

use crate::cli::run;
use crate::client::{CATALOG, get};

fn best(label: &str) -> (Vec<String>, String) {
    let found = CATALOG.matcher.find(label);
    assert_eq!(found.status, Status::Matched, "{found:?}");
    (found.candidates[0].io_sectors.clone(), found.candidates[0].group.clone())
}

#[test]
fn every_bundled_label_is_its_own_in_both_languages() {
    for label in &CATALOG.industries.labels {
        for text in [&label.label_zh, &label.label_en] {
            let found = CATALOG.matcher.find(text);
            let same = CATALOG.industries.labels.iter().filter(|one| one.label_en == *text);
            let is_own = found.candidates[0].io_sectors == label.io_sectors || same.count() > 1;
            assert!(is_own && found.candidates[0].score == 1.0, "{text}: {found:?}");
        }
    }
}

#[test]
fn labels_that_nobody_listed_are_found_by_what_they_say() {
    for (label, sector, group) in [
        ("lithium-ion batteries for cars", "087", "equipment"),
        ("半导体芯片", "094", "electronics"),
        ("Chinese baijiu", "023", "consumer"),
        ("汽車零部件", "080", "vehicles"),
        ("Auto Parts", "080", "vehicles"),
    ] {
        let (sectors, found) = best(label);
        assert!(sectors.contains(&sector.to_owned()), "{label}: {sectors:?}");
        assert_eq!(found, group, "{label}");
    }
}

#[test]
fn codes_are_read_as_codes() {
    let found = CATALOG.matcher.find("C3911");
    assert_eq!(found.candidates[0].industry_codes, ["39"]);
    assert_eq!(CATALOG.matcher.find("094").candidates[1].io_sectors, ["094"]);
    for nothing in ["", "  ", "zzzz qqqq", "々", "0000", "99999"] {
        assert_eq!(CATALOG.matcher.find(nothing).status, Status::NoMatch, "{nothing}");
    }
}

#[test]
fn several_labels_in_a_cell_are_all_read_and_what_is_unknown_is_named() {
    let coded = CATALOG.matcher.codes("白酒;汽车零部件;zzzz qqqq");
    assert_eq!(
        (coded.group.as_deref(), coded.open),
        (Some("consumer"), vec!["zzzz qqqq".to_owned()])
    );
    assert!(
        coded.io_sectors.contains(&"023".to_owned())
            && coded.io_sectors.contains(&"080".to_owned())
    );
}

/// How many of the labels are found right when they, and all written alike, are taken away: in a
/// division of theirs, and in their group.
fn unseen(
    text: fn(&jidi::domain::industry::IndustryLabel) -> &String,
) -> (f64, f64, [[usize; 2]; 2]) {
    let all = &CATALOG.industries;
    let (mut divisions, mut groups, mut counted) = (0, 0, 0);
    let mut by_score = [[0; 2]; 2]; // from 0.85, from 0.5: right, all
    for label in all.labels.iter().filter(|label| !label.industry_codes.is_empty()).step_by(3) {
        let others = all.labels.iter().filter(|one| text(one) != text(label)).cloned();
        let rest = Industries { labels: others.collect(), ..Industries::clone(all) };
        let found = Matcher::new(Arc::new(rest), &Corrections::default()).find(text(label));
        counted += 1;
        let Some(best) = found.candidates.first() else { continue };
        let is_right =
            best.industry_codes.first().is_some_and(|code| label.industry_codes.contains(code));
        divisions += usize::from(is_right);
        groups += usize::from(best.group == label.group);
        let class = if best.score >= 0.85 { Some(0) } else { (best.score >= 0.5).then_some(1) };
        if let Some(class) = class {
            by_score[class][0] += usize::from(is_right);
            by_score[class][1] += 1;
        }
    }
    let share = |count: usize| count as f64 / f64::from(counted);
    (share(divisions), share(groups), by_score)
}

#[test]
fn labels_left_out_are_found_as_often_as_the_readme_says() {
    let (english, chinese) = (unseen(|label| &label.label_en), unseen(|label| &label.label_zh));
    println!("{english:?} {chinese:?}");
    for ((divisions, groups, by_score), least) in [(english, 0.65), (chinese, 0.70)] {
        assert!(divisions >= least && groups >= least, "{divisions} {groups}");
        let [high, medium] = by_score.map(|[right, all]| right as f64 / all as f64);
        assert!(high >= 0.85 && medium >= 0.6, "confidence means something: {by_score:?}");
    }
}

#[test]
fn a_correction_goes_before_everything_and_a_bad_one_is_refused_by_its_row() {
    let read = |text: &str| Corrections::read("c.csv", text.as_bytes(), &CATALOG.industries);
    let decided =
        read("label,industry_codes,io_sectors,sei,group\n汽车零部件,38,,,equipment\n").unwrap();
    let found = Matcher::new(Arc::clone(&CATALOG.industries), &decided).find("汽车零部件");
    assert_eq!(found.candidates[0].industry_codes, ["38"]);
    assert_eq!(found.candidates[0].io_sectors.len(), 6, "the sectors of the division");
    assert_eq!(found.candidates[0].group, "equipment");
    for (row, said) in [
        ("x,390,,,", "row 1: `390` is no division"),
        ("x,39,94,,", "`94` is no input-output sector"),
        ("x,39,094,7.9,", "`7.9` is no Strategic Emerging Industry"),
        ("x,39,094,,cars", "`cars` is no group: choose one of electronics"),
        (" ,39,094,,", "is no label"),
        ("x,39,,,\nX,38,,,", "row 2: `X` is in row 1, too"),
    ] {
        let error =
            read(&format!("label,industry_codes,io_sectors,sei,group\n{row}\n")).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    assert!(read("name\nx\n").unwrap_err().to_string().contains("the columns are label"));
}

#[test]
fn the_api_lists_classes_and_answers_candidates() {
    let all = get("/industries").json();
    assert_eq!(all["groups"].as_array().unwrap().len(), 8);
    assert_eq!(all["divisions"].as_array().unwrap().len(), 97);
    assert_eq!(all["sectors"].as_array().unwrap().len(), 153);
    assert_eq!(all["sectors"][99]["serves_everyone"], true);
    let found = get("/industries?q=nylon%20new%20materials").json();
    assert_eq!(found["status"], "matched", "{found}");
    let first = &found["candidates"][0];
    assert_eq!(
        (&first["group"]["code_en"], &first["isic"][0]),
        (&"Nm".into(), &"20".into()),
        "{found}"
    );
    assert!(first["reason_zh"].as_str().unwrap().contains('“'), "{found}");
    let nothing = get("/industries?q=qqqq").json();
    assert_eq!((&nothing["status"], nothing["confidence"].is_null()), (&"no_match".into(), true));
    for bad in ["/industries?q=%20", "/industries?label=x", "/industries?f=csv"] {
        assert_eq!(get(bad).status, StatusCode::BAD_REQUEST, "{bad}");
    }
}

#[test]
fn the_command_tells_groups_and_candidates() {
    let groups = run(&["industries"]);
    assert!(groups.1.contains("#0072B2") && groups.1.contains("IC 芯"), "{groups:?}");
    let found = run(&["industries", "nylon new materials"]);
    assert!(found.1.contains("matched") && found.1.contains("materials"), "{found:?}");
    let json = run(&["industries", "锂电", "--json"]);
    assert!(json.1.contains("\"io_sectors\""), "{json:?}");
    assert_eq!(run(&["industries", "qqqq"]).0, 1);
}

#[test]
fn a_list_with_labels_gets_codes_and_keeps_those_it_has() {
    let folder = std::env::temp_dir().join(format!("jidi-industries-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let store = folder.join("s.gpkg").display().to_string();
    let list = folder.join("list.csv");
    fs::write(&list, "name,产业,lon,lat\na,锂电,116,40\nb,qqqq,117,40\nc,C39,118,40\n").unwrap();
    let path = list.display().to_string();
    let done = run(&["import", &path, "--collection", "mine", "--store", &store]);
    assert!(done.2.contains("industry from `产业`"), "{done:?}");
    assert!(done.2.contains("1 labels of industries have no codes, such as `qqqq`"), "{done:?}");
    let decided = folder.join("decided.csv");
    fs::write(&decided, "label,industry_codes\nqqqq,15\n").unwrap();
    let decided = decided.display().to_string();
    let again = ["import", &path, "--collection", "mine", "--replace", "--store", &store];
    let again = run(&[&again[..], &["--corrections", &decided]].concat());
    assert!(!again.2.contains("no codes"), "{again:?}");
    fs::write(&list, "name,industry,industry_codes,lon,lat\na,锂电,99,116,40\n").unwrap();
    let kept = run(&["import", &path, "--collection", "given", "--store", &store]);
    assert!(!kept.2.contains("refused"), "{kept:?}");
    let out = folder.join("o.csv").display().to_string();
    run(&["export", "given", "--store", &store, "-o", &out]);
    let text = fs::read_to_string(&out).unwrap();
    assert!(
        text.contains("99") && text.contains("087"),
        "given codes stay, sectors are added: {text}"
    );
    fs::remove_dir_all(&folder).unwrap();
}
