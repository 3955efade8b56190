//! Measures the geocoder on the labelled rows of geodata/eval.
//!
//! Run by `make eval-geocode`; `-- train` measures the rows for tuning, `-- wrong` lists what is wrong.

#![expect(clippy::expect_used, reason = "a measurement that cannot be made has failed")]

use std::collections::BTreeMap;

use jidi::domain::LonLat;
use jidi::domain::base::Confidence;
use jidi::geocode::{Answer, Query};
use jidi::index::geodesic::distance_m;
use jidi::store::{Catalog, Geodata};
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    id: String,
    query: String,
    country: String,
    within: String,
    language: String,
    class: String,
    expected_status: String,
    expected_adcode: String,
    also: String,
    lon: Option<f64>,
    lat: Option<f64>,
    note: String,
}

/// Holds what was measured on some rows.
#[derive(Default)]
struct Tally {
    rows: usize,
    status_right: usize,
    places: usize,
    matched: usize,
    code_right: usize,
    off_km: Vec<f64>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let set = if arguments.iter().any(|one| one == "train") { "train" } else { "test" };
    let lists_wrong = arguments.iter().any(|one| one == "wrong");
    let path = format!("{}/geodata/eval/{set}.csv", env!("CARGO_MANIFEST_DIR"));
    let rows: Vec<Row> = csv::Reader::from_path(path)
        .expect("the labelled rows")
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("labelled rows");
    let catalog = Catalog::load(&Geodata::default()).expect("the bundled data");
    let answers: Vec<Answer> = rows
        .iter()
        .map(|row| {
            let (text, within, country) =
                (row.query.as_str(), row.within.as_str(), row.country.as_str());
            catalog.places.gazetteer.geocode(Query { text, within, country, ..Query::default() })
        })
        .collect();
    println!("{set}: {} rows\n", rows.len());
    print_groups("class", &rows, &answers, |row| &row.class);
    print_groups("language", &rows, &answers, |row| &row.language);
    print_groups("all", &rows, &answers, |_| "all");
    print_ambiguity(&rows, &answers);
    print_calibration(&rows, &answers);
    if lists_wrong {
        print_wrong(&rows, &answers);
    }
}

fn print_groups<'a>(
    title: &str,
    rows: &'a [Row],
    answers: &[Answer],
    group: impl Fn(&'a Row) -> &'a str,
) {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for (row, answer) in rows.iter().zip(answers) {
        tally(tallies.entry(group(row)).or_default(), row, answer);
    }
    println!(
        "{title:22} {:>5} {:>7} {:>7} {:>7} {:>5} {:>5} {:>5} {:>5} {:>7} {:>7}",
        "rows", "status", "match", "code", "@5", "@10", "@25", "@161", "med km", "p90 km"
    );
    for (name, tally) in &mut tallies {
        tally.off_km.sort_by(f64::total_cmp);
        let within = |km: f64| {
            percent(tally.off_km.iter().filter(|off| **off <= km).count(), tally.off_km.len())
        };
        let quantile = |q: f64| {
            let at = ((tally.off_km.len() as f64 - 1.0) * q).round().max(0.0);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
            tally.off_km.get(at as usize).map_or_else(|| "-".to_owned(), |km| format!("{km:.1}"))
        };
        println!(
            "{name:22} {:>5} {:>7} {:>7} {:>7} {:>5} {:>5} {:>5} {:>5} {:>7} {:>7}",
            tally.rows,
            percent(tally.status_right, tally.rows),
            percent(tally.matched, tally.places),
            percent(tally.code_right, tally.places),
            within(5.0),
            within(10.0),
            within(25.0),
            within(161.0),
            quantile(0.5),
            quantile(0.9),
        );
    }
    println!();
}

fn tally(tally: &mut Tally, row: &Row, answer: &Answer) {
    let status = answer.placement.match_status.as_str();
    tally.rows += 1;
    let expected = expected_status(row, answer);
    tally.status_right += usize::from(status == expected);
    if expected != "matched" {
        return;
    }
    tally.places += 1;
    tally.matched += usize::from(status == "matched");
    tally.code_right += usize::from(is_right(row, answer));
    tally.off_km.extend(off_km(row, answer));
}

/// How far the answer is from where the place is, where both are known.
fn off_km(row: &Row, answer: &Answer) -> Option<f64> {
    let truth = LonLat::from_degrees(row.lon?, row.lat?).ok()?;
    Some(distance_m(answer.placement.position?, truth) / 1000.0)
}

/// Says whether a match is the place that was meant.
fn is_right(row: &Row, answer: &Answer) -> bool {
    let Some(best) = answer.candidates.first().filter(|_| answer.placement.position.is_some())
    else {
        return false;
    };
    match best.adcode {
        Some(code) => {
            let code = code.to_string();
            row.expected_adcode == code || row.also.split(';').any(|also| also == code)
        }
        None => row.expected_adcode.is_empty() && off_km(row, answer).is_some_and(|km| km <= 25.0),
    }
}

/// What a row should be answered with: where units of a lower rank fit, too, all of them will do.
fn expected_status<'a>(row: &'a Row, answer: &Answer) -> &'a str {
    let Some((_, others)) = row.note.split_once("dominance:") else { return &row.expected_status };
    let units = others.split([';', ' ']).map(str::trim).filter(|code| code.len() == 6);
    let is_said = answer.placement.match_status.as_str() == "ambiguous";
    let has_all = units.chain([row.expected_adcode.as_str()]).all(|code| has(answer, code));
    if is_said && has_all { "ambiguous" } else { &row.expected_status }
}

/// Says whether a unit is among the candidates.
fn has(answer: &Answer, code: &str) -> bool {
    answer.candidates.iter().filter_map(|one| one.adcode).any(|found| found.to_string() == code)
}

/// Says whether a row may be called ambiguous: it is, or units of a lower rank fit it, too.
fn may_be_ambiguous(row: &Row) -> bool {
    row.expected_status == "ambiguous" || row.note.contains("dominance:")
}

fn print_ambiguity(rows: &[Row], answers: &[Answer]) {
    let (mut expected, mut said, mut said_rightly, mut complete) = (0, 0, 0, 0);
    for (row, answer) in rows.iter().zip(answers) {
        let is_said = answer.placement.match_status.as_str() == "ambiguous";
        said += usize::from(is_said);
        said_rightly += usize::from(is_said && may_be_ambiguous(row));
        if row.expected_status == "ambiguous" {
            expected += 1;
            let has_all = row.also.split(';').all(|code| has(answer, code));
            complete += usize::from(is_said && has_all);
        }
    }
    println!(
        "ambiguous: recall with every candidate {} of {expected}, precision {} of {said}",
        percent(complete, expected),
        percent(said_rightly, said)
    );
    let is_nothing = |row: &Row| row.class == "non_place" || row.class == "generic";
    let nothing = rows.iter().filter(|row| is_nothing(row)).count();
    let placed = rows.iter().zip(answers).filter(|(row, answer)| {
        is_nothing(row)
            && answer.placement.confidence.is_some_and(|confidence| confidence < Confidence::Low)
    });
    println!(
        "no places: {} of {nothing} are placed with high or medium confidence\n",
        percent(placed.count(), nothing)
    );
}

fn print_calibration(rows: &[Row], answers: &[Answer]) {
    println!("{:22} {:>5} {:>7}", "confidence", "rows", "right");
    for band in Confidence::ALL {
        let placed = || {
            rows.iter().zip(answers).filter(|(_, answer)| answer.placement.confidence == Some(band))
        };
        let right = placed().filter(|(row, answer)| is_right(row, answer)).count();
        println!(
            "{:22} {:>5} {:>7}",
            band.as_str(),
            placed().count(),
            percent(right, placed().count())
        );
    }
}

fn print_wrong(rows: &[Row], answers: &[Answer]) {
    println!();
    for (row, answer) in rows.iter().zip(answers) {
        let status = answer.placement.match_status.as_str();
        let is_wrong = status != expected_status(row, answer)
            || (status == "matched" && !is_right(row, answer));
        if is_wrong {
            let codes: Vec<String> = answer
                .candidates
                .iter()
                .take(4)
                .map(|one| {
                    one.adcode.map_or_else(|| one.name.name.clone(), |code| code.to_string())
                })
                .collect();
            let confidence = answer.placement.confidence.map_or("", Confidence::as_str);
            println!(
                "{} {} {:?} within {:?} country {:?}: wanted {} {} {}, got {status} {confidence} {}",
                row.id,
                row.class,
                row.query,
                row.within,
                row.country,
                row.expected_status,
                row.expected_adcode,
                row.also,
                codes.join(";")
            );
        }
    }
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1}", 100.0 * part as f64 / whole as f64) }
}
