//! Analyses to read: what there is, what each takes, where its methods were published.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::Value as Json;

use super::here::{Here, encoded};
use super::html::{anchors, escaped, for_programs, page, text_of};
use crate::store::Catalog;

/// The list of analyses.
pub(super) fn list(body: &Json, here: &Here) -> Response {
    let mut text = String::from(
        "<p class=\"lead\">Each runs on a collection by its address, on points that are sent, or as a job; without any parameter it runs on stated defaults.</p>\n<table>\n<thead><tr><th>Analysis</th><th>What it answers</th></tr></thead>\n<tbody>\n",
    );
    for process in body["processes"].as_array().into_iter().flatten() {
        let id = process["id"].as_str().unwrap_or_default();
        let _ = writeln!(
            text,
            "<tr><td><a href=\"/processes/{}?f=html\">{}</a><br><small lang=\"zh\">{}</small></td><td>{}<br><small lang=\"zh\">{}</small></td></tr>",
            encoded(id),
            text_of(&process["title"]),
            text_of(&process["titleZh"]),
            text_of(&process["description"]),
            text_of(&process["descriptionZh"])
        );
    }
    text.push_str("</tbody>\n</table>\n");
    text.push_str("<p>What runs for long is a job: <a href=\"/jobs?f=html\">jobs</a>.</p>\n");
    text.push_str(&for_programs(here, ", as OGC API Processes 1.0 has it"));
    page("Analyses", &text)
}

/// One analysis.
pub(super) fn one(catalog: &Catalog, body: &Json, here: &Here) -> Response {
    let id = body["id"].as_str().unwrap_or_default();
    let mut text = format!(
        "<p><a href=\"/processes?f=html\">Analyses</a> › <code>{}</code></p>\n<p class=\"lead\">{}</p>\n<p lang=\"zh\">{}　{}</p>\n",
        escaped(id),
        text_of(&body["description"]),
        text_of(&body["titleZh"]),
        text_of(&body["descriptionZh"])
    );
    run_it(&mut text, catalog, id, here);
    inputs(&mut text, &body["inputs"]);
    let references: Vec<String> =
        body["references"].as_array().into_iter().flatten().map(text_of).collect();
    if !references.is_empty() {
        text.push_str("<h2>Where its methods were published</h2>\n<ul>\n");
        for one in references {
            let _ = writeln!(text, "<li>{one}</li>");
        }
        text.push_str("</ul>\n");
    }
    let _ = writeln!(
        text,
        "<h2>What it answers</h2>\n<p>{}, as <code>{}</code>. Version {}; {}.</p>",
        text_of(&body["outputs"]["result"]["description"]),
        text_of(&body["outputs"]["result"]["schema"]["contentMediaType"]),
        text_of(&body["version"]),
        body["jobControlOptions"]
            .as_array()
            .into_iter()
            .flatten()
            .map(text_of)
            .collect::<Vec<_>>()
            .join(", ")
    );
    text.push_str(&anchors(&body["links"]));
    text.push_str(&for_programs(here, ", as OGC API Processes 1.0 has it"));
    page(body["title"].as_str().unwrap_or(id), &text)
}

/// The collections that it can be run on, and how points are sent to it.
fn run_it(text: &mut String, catalog: &Catalog, id: &str, here: &Here) {
    let name = encoded(id);
    let collections = catalog.collections.iter().filter(|one| one.is_points());
    let links = collections.filter(|one| !catalog.is_private(&one.about().id)).map(|one| {
        let about = one.about();
        let query = if id == "nearest" { "?at=121.47,31.23&amp;f=html" } else { "" };
        let href = format!("/collections/{}/{name}{query}", encoded(&about.id));
        format!("<a href=\"{href}\">{}</a>", escaped(&about.title))
    });
    let links: Vec<String> = links.collect();
    let _ = writeln!(
        text,
        "<h2>Run it</h2>\n<p>On {}; or in the <a href=\"/\">map</a>, under <i>Analyse</i>; or with points of your own, which are kept nowhere:</p>",
        links.join(", ")
    );
    let command = format!(
        "curl -H 'Content-Type: application/json' {} \\\n  -d '{{\"inputs\": {{\"collection\": \"hubs\"{}}}}}'\njidi run {id} firms.csv",
        here.to(&format!("/processes/{name}/execution")),
        if id == "nearest" { ", \"at\": \"121.47,31.23\"" } else { "" }
    );
    let command = match id {
        "nearest" => {
            command.replace("jidi run nearest firms.csv", "jidi nearest hubs --at 121.47,31.23")
        }
        _ => command,
    };
    let _ = writeln!(text, "<pre><code>{}</code></pre>", escaped(command));
}

fn inputs(text: &mut String, inputs: &Json) {
    text.push_str("<h2>What it takes</h2>\n<table>\n<thead><tr><th>Input</th><th>Holds</th><th>What</th></tr></thead>\n<tbody>\n");
    for (name, input) in inputs.as_object().into_iter().flatten() {
        let words = if input["description"].is_string() { "description" } else { "title" };
        let chinese = match input["descriptionZh"].as_str() {
            Some(words) => format!("<br><small lang=\"zh\">{}</small>", escaped(words)),
            None => String::new(),
        };
        let _ = writeln!(
            text,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}{chinese}</td></tr>",
            escaped(name),
            holds(&input["schema"]),
            text_of(&input[words])
        );
    }
    text.push_str("</tbody>\n</table>\n");
}

/// What an input may be, in words.
fn holds(schema: &Json) -> String {
    let kind = match schema["type"].as_str() {
        Some("integer") => "whole number",
        Some("number") => "number",
        Some("boolean") => "true or false",
        Some("array") => "list of numbers",
        Some("object") => "GeoJSON",
        _ if schema["format"] == "csv" => "table, as CSV",
        _ => "text",
    };
    let mut words = match schema["enum"].as_array() {
        Some(all) => {
            let all: Vec<String> =
                all.iter().map(|one| format!("<code>{}</code>", text_of(one))).collect();
            all.join(" ")
        }
        None => kind.to_owned(),
    };
    let is_above = schema["exclusiveMinimum"] == true;
    for (name, said) in
        [("minimum", if is_above { ", above " } else { ", from " }), ("maximum", " to ")]
    {
        if !schema[name].is_null() {
            let _ = write!(words, "{said}{}", text_of(&schema[name]));
        }
    }
    if !schema["default"].is_null() {
        let _ = write!(words, "<br><small>{} unless given</small>", text_of(&schema["default"]));
    }
    words
}
