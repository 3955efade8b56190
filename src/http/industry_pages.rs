//! Industries to read: groups with their colours, what a label stands for, how related they are.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::{Value as Json, json};

use super::here::Here;
use super::html::{escaped, for_programs, page, text_of};
use super::html_form::{Field, form};
use super::html_parts::{MOST_ROWS, UNLINKED};
use super::html_words::plain;

/// How many related pairs are listed.
const MOST_PAIRS: usize = 100;
/// The width of the heat map.
const WIDTH: f64 = 640.0;
/// The least share of the greatest value that is drawn.
const LEAST_DRAWN: f64 = 0.02;

/// Everything that is known of industries.
pub(super) fn all(body: &Json, here: &Here) -> Response {
    let mut text = format!(
        "<p class=\"lead\">What the labels of bases and hubs stand for, in the classes of the statistical offices, and the groups that maps colour by. <a href=\"/industries/relatedness?f=html\">How related industries are</a> is a page of its own.</p>\n{}",
        label_form("")
    );
    groups(&mut text, &body["groups"]);
    for (name, title) in [
        ("industries", "Labels"),
        ("divisions", "Divisions of GB/T 4754-2017"),
        ("sectors", "Sectors of the input-output table of 2020"),
        ("emerging_industries", "Strategic emerging industries (2018)"),
    ] {
        let count = body[name].as_array().map_or(0, Vec::len);
        let _ = writeln!(
            text,
            "<details><summary>{title}: {count}</summary>\n{}</details>",
            UNLINKED.table(&body[name], count)
        );
    }
    let _ = write!(
        text,
        "<h2>The classifications</h2>\n{}<h2>To decide what a label stands for</h2>\n<p>{}</p>\n<p lang=\"zh\">{}</p>\n<pre><code>{}</code></pre>\n{}",
        UNLINKED.facts(&body["classifications"]),
        text_of(&body["corrections"]["words"]),
        text_of(&body["corrections"]["words_zh"]),
        text_of(&body["corrections"]["example"]),
        for_programs(here, "")
    );
    page("Industries", &text)
}

/// What a label stands for.
pub(super) fn found(label: &str, body: &Json, here: &Here) -> Response {
    let mut text = format!(
        "<p><a href=\"/industries?f=html\">Industries</a></p>\n{}<p class=\"lead\">{}{}.</p>\n",
        label_form(label),
        text_of(&body["status"]),
        match body["confidence"].as_str() {
            Some(confidence) => format!(", with {} confidence", escaped(confidence)),
            None => String::new(),
        }
    );
    let candidates = body["candidates"].as_array().map(Vec::as_slice).unwrap_or_default();
    let row = |one: &Json| {
        let mut row = one.clone();
        row["group_zh"] = one["group"]["name_zh"].clone();
        row["group"] = one["group"]["name_en"].clone();
        row
    };
    let rows: Vec<Json> = candidates.iter().map(row).collect();
    if rows.is_empty() {
        text.push_str("<p>Nothing is like it.</p>\n");
    } else {
        text.push_str(&UNLINKED.table(&Json::Array(rows), MOST_ROWS));
    }
    text.push_str(&for_programs(here, ""));
    page(&format!("What is {label}?"), &text)
}

/// How related industries are: a heat map, and the pairs that are most so.
pub(super) fn relatedness(body: &Json, measures: &[&str], places: &str, here: &Here) -> Response {
    let measure = body["measure"].as_str().unwrap_or_default();
    let mut text = format!(
        "<p><a href=\"/industries?f=html\">Industries</a></p>\n<p class=\"lead\">{}</p>\n<p lang=\"zh\">{}</p>\n{}",
        text_of(&body["words"]),
        text_of(&body["words_zh"]),
        measure_form(measure, measures, places)
    );
    let pairs = pairs(body);
    heat_map(&mut text, body, &pairs);
    let _ = writeln!(text, "<h2>The most related pairs</h2>");
    let row = |pair: &Pair| {
        let of = |at: usize, name: &str| body[name][at].clone();
        let (a, b) = (pair.a, pair.b);
        json!({
            "first": of(a, "names"), "first_zh": of(a, "names_zh"), "first_code": of(a, "codes"),
            "second": of(b, "names"), "second_zh": of(b, "names_zh"), "second_code": of(b, "codes"),
            measure: pair.value,
        })
    };
    let rows: Vec<Json> =
        pairs.iter().filter(|pair| pair.a < pair.b).take(MOST_PAIRS).map(row).collect();
    text.push_str(&UNLINKED.table(&Json::Array(rows), MOST_PAIRS));
    let facts = json!({
        "codes of": body["codes_of"],
        "industries": body["codes"].as_array().map(Vec::len),
        "regions": body["regions"],
        "related from": body["threshold"],
        "published in": body["citation"],
    });
    let csv = escaped(here.with(&[("f", Some("csv".to_owned()))]));
    let _ = write!(
        text,
        "<h2>The measure</h2>\n{}{}<p>For spreadsheets: <a href=\"{csv}\">the matrix as CSV</a>.</p>\n",
        UNLINKED.facts(&facts),
        for_programs(here, "")
    );
    page("How related industries are", &text)
}

fn groups(text: &mut String, groups: &Json) {
    text.push_str("<h2>Groups</h2>\n<table>\n<thead><tr><th>Group</th><th>Mark</th><th>Divisions</th></tr></thead>\n<tbody>\n");
    for one in groups.as_array().into_iter().flatten() {
        let chip = |code: &str| {
            format!(
                "<span class=\"chip\" style=\"background:{};color:{}\">{}</span>",
                text_of(&one["colour"]),
                text_of(&one["text_colour"]),
                text_of(&one[code])
            )
        };
        let _ = writeln!(
            text,
            "<tr><td>{}<br><small lang=\"zh\">{}</small></td><td>{} {}</td><td>{}</td></tr>",
            text_of(&one["name_en"]),
            text_of(&one["name_zh"]),
            chip("code_en"),
            chip("code_zh"),
            plain(&one["divisions"]).unwrap_or_default()
        );
    }
    text.push_str("</tbody>\n</table>\n<h2>Classes and labels</h2>\n");
}

fn label_form(label: &str) -> String {
    let text = json!({"type": "string"});
    let words = "A label of an industry, in English or Chinese";
    let q = Field {
        name: "q",
        label: "What does a label stand for?",
        words,
        schema: &text,
        value: label,
        otherwise: "nylon new materials",
    };
    form("/industries", &[q], &[], "Find")
}

fn measure_form(measure: &str, measures: &[&str], places: &str) -> String {
    let (choice, text) = (json!({"type": "string", "enum": measures}), json!({"type": "string"}));
    let words = "How relatedness is measured";
    let fields = [
        Field {
            name: "measure",
            label: "Measure",
            words,
            schema: &choice,
            value: measure,
            otherwise: "input_output",
        },
        Field {
            name: "places",
            label: "Counted in",
            words: "For colocation, association and probability: collections, apart by commas",
            schema: &text,
            value: places,
            otherwise: "bases,hubs",
        },
    ];
    form("/industries/relatedness", &fields, &[], "Show")
}

/// Two different industries that are related at all.
struct Pair {
    a: usize,
    b: usize,
    value: f64,
}

/// The pairs, the most related first.
fn pairs(body: &Json) -> Vec<Pair> {
    let rows = body["values"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut pairs: Vec<Pair> = Vec::new();
    for (a, row) in rows.iter().enumerate() {
        for (b, value) in row.as_array().into_iter().flatten().enumerate() {
            let value = value.as_f64().filter(|value| a != b && *value > 0.0);
            pairs.extend(value.map(|value| Pair { a, b, value }));
        }
    }
    pairs.sort_by(|one, other| other.value.total_cmp(&one.value));
    pairs
}

fn heat_map(text: &mut String, body: &Json, pairs: &[Pair]) {
    let n = body["codes"].as_array().map_or(0, Vec::len);
    let Some(most) = pairs.first().map(|pair| pair.value) else { return };
    let size = WIDTH / n as f64;
    let _ = writeln!(
        text,
        "<svg class=\"heat\" viewBox=\"0 0 {WIDTH} {WIDTH}\" role=\"img\" aria-label=\"Heat map of relatedness\">"
    );
    for Pair { a, b, value } in pairs.iter().filter(|pair| pair.value >= most * LEAST_DRAWN) {
        let (x, y) = (*b as f64 * size, *a as f64 * size);
        let names = [a, b].map(|at| text_of(&body["names"][*at]));
        let _ = writeln!(
            text,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{size:.1}\" height=\"{size:.1}\" opacity=\"{:.2}\"><title>{} – {}: {value}</title></rect>",
            (value / most).sqrt(),
            names[0],
            names[1]
        );
    }
    text.push_str("</svg>\n<p><small>A row and a column for each industry, in the order of their codes; the stronger the colour, the more related.</small></p>\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_of_two_industries_and_the_most_related_come_first() {
        let body = json!({"codes": ["a", "b"], "names": ["A<", "B"], "values": [[1.0, 0.25], [0.5, null]]});
        let found: Vec<_> = pairs(&body).iter().map(|pair| (pair.a, pair.b, pair.value)).collect();
        assert_eq!(found, [(1, 0, 0.5), (0, 1, 0.25)]);
        let mut text = String::new();
        heat_map(&mut text, &body, &pairs(&body));
        assert_eq!(text.matches("<rect ").count(), 2);
        assert!(text.contains("A&lt; – B: 0.25"), "{text}");
    }
}
