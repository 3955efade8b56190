//! An analysis to read: what came out, how far it can be trusted, with what it was made.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::geojson_map::drawn;
use super::here::{Here, encoded};
use super::html::{escaped, page, text_of};
use super::html_form::{Field, form};
use super::html_parts::{MOST_ROWS, Parts, title};
use super::html_words::{plain, words_of};
use super::processes_json::{description, schema};
use crate::process::{Default, Process};
use crate::store::{Catalog, Collection};

/// Bytes of the largest answer that is made a page of.
const LARGEST: usize = 32 * 1024 * 1024;
/// The members that have their own places on a page, or none.
const PLACED: [&str; 9] =
    ["type", "features", "links", "method", "references", "warnings", "summary", "reasons", "seed"];
/// The names under which the id of a feature of the collection may stand.
const IDS: [&str; 4] = ["id", "from", "nearest", "members"];

/// Says what an answer is of, and what it was asked with.
pub(super) struct Ran<'a> {
    pub(super) process: &'static Process,
    pub(super) collection: &'a Collection,
    /// The parameters of the request.
    pub(super) pairs: &'a [(String, String)],
    pub(super) here: &'a Here,
}

/// The answer of an analysis of a collection.
pub(super) fn of_collection(catalog: &Catalog, ran: &Ran<'_>, body: &[u8]) -> Response {
    let Ran { process, collection, here, .. } = ran;
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let name = process.title[0];
    let mut text = format!(
        "<p><a href=\"{path}?f=html\">{}</a> › <a href=\"/processes/{}?f=html\">{}</a></p>\n",
        escaped(&about.title),
        encoded(process.name),
        escaped(name)
    );
    let read = read(body);
    if let Some(answer) = &read {
        head(&mut text, answer);
        let _ = writeln!(
            text,
            "<details class=\"form\"><summary>Run it with other parameters</summary>\n{}</details>",
            ask_again(&path, ran, answer)
        );
        let link = |name: &str, id: &str| item(collection, &path, name, id);
        rest(&mut text, catalog, answer, &link);
    } else {
        text.push_str(TOO_LARGE);
    }
    let (format, said) =
        if process.has_features { ("geojson", "GeoJSON") } else { ("json", "JSON") };
    let href = escaped(here.with(&[("f", Some(format.to_owned()))]));
    let _ = writeln!(
        text,
        "<p>For programs: <a rel=\"alternate\" href=\"{href}\">this answer as {said}</a>; <a rel=\"describedby\" href=\"/processes/{}?f=html\">what the analysis takes and answers</a>.</p>",
        encoded(process.name)
    );
    page(&format!("{}: {}", about.title, name.to_lowercase()), &text)
}

/// The result of a job.
pub(super) fn of_job(catalog: &Catalog, job: &str, body: &[u8], here: &Here) -> Response {
    let job_path = format!("/jobs/{}", encoded(job));
    let mut text = format!(
        "<p><a href=\"/jobs?f=html\">Jobs</a> › <a href=\"{job_path}?f=html\"><code>{}</code></a></p>\n",
        escaped(job)
    );
    let read = read(body);
    if let Some(answer) = &read {
        // A document of outputs holds the answer as one of them.
        let inner = &answer["result"]["value"];
        let answer = if inner.is_object() { inner } else { answer };
        head(&mut text, answer);
        rest(&mut text, catalog, answer, &|_, _| None);
    } else {
        text.push_str(TOO_LARGE);
    }
    let href = escaped(here.with(&[("f", Some("json".to_owned()))]));
    let _ = writeln!(
        text,
        "<p>For programs: <a rel=\"alternate\" href=\"{href}\">this result as it is</a>.</p>"
    );
    page("What a job answered", &text)
}

/// Said where an answer is larger than a page is made of.
const TOO_LARGE: &str =
    "<p class=\"lead\">The answer is too large for a page: take it as a file, below.</p>\n";

fn read(body: &[u8]) -> Option<Json> {
    if body.len() > LARGEST { None } else { serde_json::from_slice(body).ok() }
}

/// What came out, in a sentence, and how far it can be trusted.
fn head(text: &mut String, answer: &Json) {
    if let Some(summary) = answer["summary"].as_str() {
        let _ = writeln!(text, "<p class=\"lead\">{}</p>", escaped(summary));
    }
    text.push_str(&warnings(&answer["warnings"]));
}

/// What is to be borne in mind, as a list; nothing where there is nothing.
pub(super) fn warnings(warnings: &Json) -> String {
    let all: Vec<&Json> = warnings.as_array().into_iter().flatten().collect();
    if all.is_empty() {
        return String::new();
    }
    let mut text = String::from("<ul class=\"notes\">\n");
    for one in all {
        let said = if one["message"].is_string() { &one["message"] } else { one };
        let _ = writeln!(text, "<li>{}</li>", text_of(said));
    }
    text + "</ul>\n"
}

/// A map, tables, curves and facts; then with what it was made, and where that was published.
fn rest(
    text: &mut String,
    catalog: &Catalog,
    answer: &Json,
    link: &dyn Fn(&str, &str) -> Option<String>,
) {
    let of_feature = |feature: &Json| {
        let id = feature["properties"]["id"].as_str();
        id.and_then(|id| link("id", id)).unwrap_or_default()
    };
    text.push_str(&drawn(catalog, &answer["features"], None, of_feature));
    let parts = Parts { link };
    for (kind, rows) in by_kind(&answer["features"]) {
        let name =
            if kind.is_empty() { "What came out".to_owned() } else { title(&format!("{kind}s")) };
        let _ = write!(text, "<h2>{name}</h2>\n{}", parts.table(&Json::Array(rows), MOST_ROWS));
    }
    text.push_str(&parts.members(answer, &PLACED));
    reasons(text, &answer["reasons"]);
    parameters(text, answer);
    let references: Vec<&Json> = answer["references"].as_array().into_iter().flatten().collect();
    if !references.is_empty() {
        text.push_str("<h2>Where its methods were published</h2>\n<ul>\n");
        for one in references {
            let _ = writeln!(text, "<li>{}</li>", text_of(one));
        }
        text.push_str("</ul>\n");
    }
}

/// The properties of features as rows, those of each kind apart.
fn by_kind(features: &Json) -> Vec<(String, Vec<Json>)> {
    let mut kinds: Vec<(String, Vec<Json>)> = Vec::new();
    for feature in features.as_array().into_iter().flatten() {
        let mut row = feature["properties"].as_object().cloned().unwrap_or_default();
        let kind = match row.shift_remove("kind") {
            Some(Json::String(kind)) => kind,
            _ => String::new(),
        };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, rows)) => rows.push(Json::Object(row)),
            None => kinds.push((kind, vec![Json::Object(row)])),
        }
    }
    kinds
}

/// Why there is no value where there is none.
fn reasons(text: &mut String, reasons: &Json) {
    let all: Vec<(&String, &Json)> = reasons.as_object().into_iter().flatten().collect();
    if all.is_empty() {
        return;
    }
    text.push_str("<h2>Where there is no value</h2>\n<ul>\n");
    for (name, reason) in all {
        let _ = writeln!(text, "<li><i>{}</i>: {}</li>", escaped(words_of(name)), text_of(reason));
    }
    text.push_str("</ul>\n");
}

/// With what it was made: each parameter, and where its value comes from.
fn parameters(text: &mut String, answer: &Json) {
    let Some(used) = answer["method"]["parameters"].as_object() else { return };
    text.push_str("<h2>With these parameters</h2>\n<table>\n<thead><tr><th>Parameter</th><th>Value</th><th>Why</th></tr></thead>\n<tbody>\n");
    let mut row = |name: &str, value: &Json, why: &str| {
        let _ = writeln!(
            text,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
            escaped(name),
            plain(value).unwrap_or_else(|| escaped(value)),
            escaped(why)
        );
    };
    for (name, one) in used {
        let from = one["from"].as_str().unwrap_or_default();
        let why = match (from, one["reason"].as_str()) {
            (_, Some(reason)) => format!("{from}: {reason}"),
            ("default", None) => "unless asked otherwise".to_owned(),
            (from, None) => from.to_owned(),
        };
        row(name, &one["value"], &why);
    }
    if !answer["seed"].is_null() {
        row("seed", &answer["seed"], "the same seed gives the same answer");
    }
    text.push_str("</tbody>\n</table>\n");
}

/// The form that runs it again; what else was asked for stays.
fn ask_again(path: &str, ran: &Ran<'_>, answer: &Json) -> String {
    let Ran { process, pairs, .. } = ran;
    let none = Map::new();
    let used = answer["method"]["parameters"].as_object().unwrap_or(&none);
    let said: Vec<[String; 4]> = process
        .all_parameters()
        .map(|one| {
            let value = pairs.iter().find(|(name, _)| name == one.name);
            let value = value.map(|(_, value)| value.clone()).unwrap_or_default();
            let otherwise = match one.default {
                Default::Fixed(text) => text.to_owned(),
                Default::Chosen(_) if value.is_empty() => {
                    let chosen = used.get(one.name).map(|one| &one["value"]);
                    chosen.filter(|value| !value.is_null()).and_then(plain).unwrap_or_default()
                }
                Default::Chosen(_) | Default::Nothing => String::new(),
            };
            [words_of(one.name), description(one), value, otherwise]
        })
        .collect();
    let schemas: Vec<Json> = process.all_parameters().map(schema).collect();
    let mut fields: Vec<Field<'_>> = process
        .all_parameters()
        .zip(&said)
        .zip(&schemas)
        .map(|((one, [label, words, value, otherwise]), schema)| Field {
            name: one.name,
            label,
            words,
            schema,
            value,
            otherwise,
        })
        .collect();
    let filter = pairs.iter().find(|(name, _)| name == "filter").map_or("", |(_, text)| text);
    let words = "Only points that match a condition in CQL2 Text";
    let text = json!({"type": "string"});
    fields.push(Field {
        name: "filter",
        label: "filter",
        words,
        schema: &text,
        value: filter,
        otherwise: "",
    });
    let is_asked = |name: &str| name == "f" || fields.iter().any(|field| field.name == name);
    let others: Vec<(String, String)> =
        pairs.iter().filter(|(name, _)| !is_asked(name)).cloned().collect();
    form(&format!("{path}/{}", encoded(process.name)), &fields, &others, "Run")
}

/// Where the id of a feature of the collection leads.
fn item(collection: &Collection, path: &str, name: &str, id: &str) -> Option<String> {
    let is_id = IDS.contains(&name) && collection.is_held();
    let is_there = is_id && collection.find(id).is_ok_and(|found| found.is_some());
    is_there.then(|| format!("{path}/items/{}?f=html", encoded(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn features_stand_by_kind_and_warnings_in_a_list() {
        let features = json!([
            {"properties": {"kind": "cluster", "n": 2}},
            {"properties": {"kind": "member", "id": "a"}},
            {"properties": {"kind": "cluster", "n": 3}},
        ]);
        let kinds = by_kind(&features);
        assert_eq!(
            kinds.iter().map(|(kind, rows)| (kind.as_str(), rows.len())).collect::<Vec<_>>(),
            [("cluster", 2), ("member", 1)]
        );
        assert_eq!(kinds[0].1[1], json!({"n": 3}));
        let said = warnings(&json!([{"code": "a", "message": "n < 30"}, "plain"]));
        assert!(said.contains("<li>n &lt; 30</li>") && said.contains("<li>plain</li>"), "{said}");
        assert_eq!(warnings(&json!([])), "");
    }
}
