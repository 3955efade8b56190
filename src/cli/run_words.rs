//! What an analysis says to a person: the summary, the tables, what was chosen, the warnings.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::run_language::Language;
use super::table::{self, Align};
use crate::formats::answer::{Answer, Drawn, Named, Tree, find};
use crate::process::Process;

/// How many features a table of a terminal shows.
const MOST_ROWS: usize = 40;
/// How wide a cell may be.
const MOST_LETTERS: usize = 44;

/// What a table of a terminal leaves out, for the page is narrow; the answer has it.
const HIDDEN: [&str; 11] = [
    "kind",
    "members",
    "area_km2",
    "adcode",
    "share_of_sites",
    "is_small",
    "specialisation_total",
    "p_greater",
    "p_less",
    "expected_g",
    "amount",
];

/// Writes an answer for a terminal.
pub(super) fn write_summary(
    out: &mut dyn Write,
    process: &Process,
    subject: &str,
    answer: &Answer,
    language: Language,
) -> io::Result<()> {
    let n = cell(find(&answer.members, "n"));
    match language {
        Language::English => writeln!(out, "{} of {subject}, n = {n}\n", process.title[0])?,
        Language::Chinese => writeln!(out, "{subject}：{}，n = {n}\n", process.title[1])?,
    }
    if let Some(summary) = find(&answer.members, "summary").as_text() {
        wrapped(out, summary, "")?;
    }
    write_estimate(out, find(&answer.members, "estimate"))?;
    write_features(out, answer.features.as_deref().unwrap_or_default(), language)?;
    write_table(out, rows(&answer.members).iter().collect(), language)?;
    write_chosen(out, find(&answer.members, "method").at("parameters"), language)?;
    for warning in find(&answer.members, "warnings").items() {
        let message = warning.at("message").as_text().unwrap_or_default();
        writeln!(out)?;
        let warning = language.of("Warning: ", "警告：");
        wrapped(out, &format!("{warning}{message}"), "")?;
    }
    if let Tree::Named(reasons) = find(&answer.members, "reasons") {
        for (name, why) in reasons {
            writeln!(out)?;
            let said = match language {
                Language::English => format!("No {name}: {}", cell(why)),
                Language::Chinese => format!("无 {name}：{}", cell(why)),
            };
            wrapped(out, &said, "")?;
        }
    }
    Ok(())
}

fn write_estimate(out: &mut dyn Write, estimate: &Tree) -> io::Result<()> {
    if let Tree::Named(members) = estimate {
        for (name, value) in members {
            writeln!(out, "  {name:<14} {}", cell(value))?;
        }
    }
    Ok(())
}

/// One table for the features that stand for groups or units; members are counted, not listed.
fn write_features(out: &mut dyn Write, features: &[Drawn], language: Language) -> io::Result<()> {
    let is_member = |drawn: &&Drawn| find(&drawn.properties, "kind").as_text() == Some("member");
    let features = features.iter().filter(|one| !is_member(one));
    write_table(out, features.map(|one| &one.properties).collect(), language)
}

/// The rows of an answer that has no features: those it lists, or a curve distance by distance.
fn rows(members: &Named) -> Vec<Named> {
    let listed = ["rows", "index"].iter().flat_map(|name| find(members, name).items());
    let listed: Vec<Named> = listed
        .filter_map(|row| match row {
            Tree::Named(values) => Some(values.clone()),
            _ => None,
        })
        .collect();
    let radii = find(members, "r_m").items();
    if radii.is_empty() {
        return listed;
    }
    let at = |(place, radius): (usize, &Tree)| -> Named {
        let km = radius.as_number().map(|metres| metres / 1000.0);
        let curves = ["observed", "expected", "mean", "global_lo", "global_hi"];
        let value = |name: &&str| {
            (name.to_string(), find(members, name).items().get(place).cloned().unwrap_or_default())
        };
        let mut row: Named = curves.iter().map(value).collect();
        row.insert(0, ("distance_km".to_owned(), km.into()));
        row
    };
    radii.iter().enumerate().map(at).collect()
}

/// Whether a row comes before another: what is surer first, then what is more.
fn by_weight(a: &Named, b: &Named) -> std::cmp::Ordering {
    let number =
        |row: &Named, name: &str, without: f64| find(row, name).as_number().unwrap_or(without);
    let sure = |row: &Named| number(row, "q_value", 2.0);
    let count = |row: &Named| number(row, "n", 0.0);
    sure(a).total_cmp(&sure(b)).then(count(b).total_cmp(&count(a)))
}

/// What a terminal has no room for where lines have the names of their ends.
const BESIDE_NAMES: [&str; 7] =
    ["from", "to_collection", "measure", "from_code", "to_code", "bearing_deg", "is_same_industry"];

/// Says whether a column is left to JSON: the other language, codes beside names, rows in a row.
fn is_hidden(name: &str, rows: &[&Named], language: Language) -> bool {
    let has_names = || rows.iter().any(|row| *find(row, "from_name") != Tree::Null);
    let is_rows = |row: &&Named| matches!(find(row, name).items().first(), Some(Tree::Named(_)));
    language.is_other(name, rows[0])
        || rows.iter().any(is_rows)
        || BESIDE_NAMES.contains(&name) && has_names()
}

/// A table of rows; what all rows lack is left out.
fn write_table(out: &mut dyn Write, mut rows: Vec<&Named>, language: Language) -> io::Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    if first.iter().any(|(name, _)| name == "q_value") {
        rows.sort_by(|a, b| by_weight(a, b));
    }
    let columns: Vec<&str> = rows[0]
        .iter()
        .map(|(name, _)| name.as_str())
        .filter(|name| !HIDDEN.contains(name))
        .filter(|name| rows.iter().any(|one| *find(one, name) != Tree::Null))
        .filter(|name| !is_hidden(name, &rows, language))
        .collect();
    // Words stand last, where they may be long.
    let is_words = |name: &str| {
        rows.iter().any(|one| matches!(find(one, name), Tree::Text(_) | Tree::List(_)))
    };
    let (words, numbers): (Vec<&str>, Vec<&str>) = columns.iter().partition(|name| is_words(name));
    let order: Vec<&str> = numbers.iter().chain(&words).copied().collect();
    let header: Vec<(&str, Align)> = order
        .iter()
        .map(|name| {
            let head = language.head(in_km(name).unwrap_or(name));
            (head, if words.contains(name) { Align::Left } else { Align::Right })
        })
        .collect();
    let line = |row: &&Named| -> Vec<String> {
        order.iter().map(|name| short(&shown(name, find(row, name)))).collect()
    };
    let lines: Vec<Vec<String>> = rows.iter().take(MOST_ROWS).map(line).collect();
    writeln!(out)?;
    table::write(out, &header, &lines)?;
    if rows.len() > MOST_ROWS {
        writeln!(out, "… and {} more: see --json or -o", rows.len() - MOST_ROWS)?;
    }
    Ok(())
}

/// What was chosen for the reader, with the reason.
fn write_chosen(out: &mut dyn Write, parameters: &Tree, language: Language) -> io::Result<()> {
    let Tree::Named(parameters) = parameters else { return Ok(()) };
    writeln!(out)?;
    for (name, said) in parameters.iter().filter(|(_, said)| *said.at("value") != Tree::Null) {
        let reason = said.at("reason").as_text().map(|why| format!(" – {why}"));
        let from = language.from(said.at("from").as_text().unwrap_or_default());
        let line =
            format!("{name} = {} ({from}){}", cell(said.at("value")), reason.unwrap_or_default());
        wrapped(out, &line, "  ")?;
    }
    Ok(())
}

/// The name of a column of metres where people read km.
fn in_km(name: &str) -> Option<&'static str> {
    (name == "distance_m").then_some("distance_km")
}

/// Lengths are good to 10 km at best, so a terminal shows one place; no probability is nought.
fn shown(name: &str, value: &Tree) -> String {
    match value {
        Tree::Real(number) if name.ends_with("_km") => format!("{number:.1}"),
        Tree::Real(number) if in_km(name).is_some() => format!("{:.1}", number / 1000.0),
        Tree::Real(number) if *number == 0.0 || (0.001..1e6).contains(&number.abs()) => {
            format!("{number:.3}")
        }
        Tree::Real(number) => format!("{number:.3e}"),
        other => cell(other),
    }
}

fn cell(value: &Tree) -> String {
    match value {
        Tree::Null => "–".to_owned(),
        Tree::Switch(is_on) => is_on.to_string(),
        Tree::Integer(number) => number.to_string(),
        Tree::Real(number) => number.to_string(),
        Tree::Text(text) => text.clone(),
        Tree::List(values) => {
            let mut seen = BTreeSet::new();
            let all = values.iter().map(cell).filter(|one| seen.insert(one.clone()));
            all.collect::<Vec<_>>().join("; ")
        }
        Tree::Named(_) => "…".to_owned(),
    }
}

fn short(text: &str) -> String {
    if text.chars().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let kept: String = text.chars().take(MOST_LETTERS - 1).collect();
    format!("{}…", kept.trim_end())
}

/// Writes a text in lines of at most 100 letters, broken between words.
fn wrapped(out: &mut dyn Write, text: &str, indent: &str) -> io::Result<()> {
    let mut line = indent.to_owned();
    for word in text.split(' ') {
        if line.chars().count() + word.chars().count() > 100 && line.trim() != "" {
            writeln!(out, "{}", line.trim_end())?;
            line = format!("{indent}{indent}");
        }
        line.push_str(word);
        line.push(' ');
    }
    writeln!(out, "{}", line.trim_end())
}
