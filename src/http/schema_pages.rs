//! What a collection holds and what a filter can ask, to read: a table of fields, with conditions to try.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::Value as Json;

use super::here::{Here, encoded};
use super::html::{escaped, for_programs, page, text_of};
use super::items::PARAMETERS;
use crate::domain::Value;
use crate::store::Collection;

/// How many features are looked through for a value to try.
const MOST_TRIED: usize = 100;
/// How long a value may be, to be tried.
const LONGEST_TRIED: usize = 40;

/// What a filter can ask.
pub(super) fn queryables(collection: &Collection, body: &Json, here: &Here) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let mut text = format!(
        "<p class=\"lead\">What a filter can ask of <a href=\"{path}?f=html\">{}</a>, and nothing else: another name is refused. Each is a parameter of its features, too, and <code>sortby</code> orders by it.</p>\n",
        escaped(&about.title)
    );
    text.push_str("<table>\n<thead><tr><th>Name</th><th>Holds</th><th>What</th><th>Try it</th></tr></thead>\n<tbody>\n");
    for (name, described) in body["properties"].as_object().into_iter().flatten() {
        let tried = example(collection, name).map(|value| {
            let href = format!("{path}/items?f=html&amp;{}={}", encoded(name), encoded(&value));
            format!("<a href=\"{href}\">{}</a>", escaped(value))
        });
        let _ = writeln!(
            text,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escaped(name),
            holds(described),
            text_of(&described["description"]),
            tried.unwrap_or_default()
        );
    }
    text.push_str("</tbody>\n</table>\n");
    let filter = match body["properties"].get("year") {
        Some(_) => "year >= 2010 AND S_DWITHIN(geometry, POINT(121.5 31.2), 100, 'km')",
        None => "S_INTERSECTS(geometry, BBOX(118, 29, 123, 33))",
    };
    let _ = writeln!(
        text,
        "<h2>In a filter</h2>\n<p>Conditions are written in CQL2, as text or as JSON (<code>filter-lang=cql2-json</code>), with <a href=\"/functions?f=html\">functions beyond the standard</a>:</p>\n<pre><code>{}</code></pre>\n<p><a href=\"{path}/items?f=html&amp;filter={}\">What it finds</a></p>",
        escaped(filter),
        encoded(filter)
    );
    text.push_str(&for_programs(here, ""));
    page(&format!("{}: what a filter can ask", about.title), &text)
}

/// What the data are.
pub(super) fn schema(collection: &Collection, body: &Json, here: &Here) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let mut text = format!(
        "<p class=\"lead\">What each feature of <a href=\"{path}?f=html\">{}</a> holds, whatever the format. {} Nothing is missing from a feature: what is not known is null.</p>\n",
        escaped(&about.title),
        escaped(&about.description)
    );
    text.push_str("<table>\n<thead><tr><th>Name</th><th>Holds</th><th>What</th><th>Role</th></tr></thead>\n<tbody>\n");
    for (name, described) in body["properties"].as_object().into_iter().flatten() {
        let is_fixed = described["readOnly"] == true;
        let _ = writeln!(
            text,
            "<tr><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}{}</td></tr>",
            escaped(name),
            holds(described),
            text_of(&described["description"]),
            text_of(&described["x-ogc-role"]),
            if is_fixed { ", given by the service" } else { "" }
        );
    }
    text.push_str("</tbody>\n</table>\n");
    let _ = writeln!(
        text,
        "<p>See also <a href=\"{path}/queryables?f=html\">what a filter can ask</a> and <a href=\"{path}/feature-schema\">what a feature looks like as GeoJSON</a>.</p>"
    );
    text.push_str(&for_programs(here, ""));
    page(&format!("{}: what the data are", about.title), &text)
}

/// What a feature looks like as GeoJSON.
pub(super) fn of_features(collection: &Collection, body: &Json, here: &Here) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let mut text = format!(
        "<p class=\"lead\">What a GeoJSON Feature of <a href=\"{path}?f=html\">{}</a> looks like, as JSON Schema, from which GDAL and others take the types of columns. See also <a href=\"{path}/schema?f=html\">what the data are</a>, whatever the format.</p>\n<pre><code>{}</code></pre>\n",
        escaped(&about.title),
        escaped(format!("{body:#}"))
    );
    text.push_str(&for_programs(here, ""));
    page(&format!("{}: a feature", about.title), &text)
}

/// The functions of filters beyond the standard's.
pub(super) fn functions(body: &Json, here: &Here) -> Response {
    let mut text = String::from(
        "<p class=\"lead\">Functions that a filter can call beyond those of CQL2 itself.</p>\n",
    );
    for function in body["functions"].as_array().into_iter().flatten() {
        let _ = writeln!(
            text,
            "<h2><code>{}</code></h2>\n<p>{}. It answers {}.</p>\n<table>\n<thead><tr><th>Argument</th><th>Holds</th><th>What</th></tr></thead>\n<tbody>",
            text_of(&function["name"]),
            text_of(&function["description"]),
            listed(&function["returns"])
        );
        for argument in function["arguments"].as_array().into_iter().flatten() {
            let _ = writeln!(
                text,
                "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
                text_of(&argument["title"]),
                listed(&argument["type"]),
                text_of(&argument["description"])
            );
        }
        text.push_str("</tbody>\n</table>\n");
    }
    text.push_str("<h2>For example</h2>\n<p><a href=\"/collections/hubs/items?f=html&amp;filter=S_DWITHIN(geometry,POINT(121.5%2031.2),100,'km')\">Hubs within 100 km of Shanghai</a></p>\n<pre><code>S_DWITHIN(geometry, POINT(121.5 31.2), 100, 'km')</code></pre>\n");
    text.push_str(&for_programs(here, ""));
    page("Functions of filters", &text)
}

/// What the values of a property are, in words.
fn holds(described: &Json) -> String {
    let words = match (described["type"].as_str(), described["format"].as_str()) {
        (None, Some(format)) => match format.strip_prefix("geometry-") {
            Some("any") | None => "geometry",
            Some(kind) => return format!("geometry ({})", escaped(kind)),
        },
        (Some("array"), _) => "list of text",
        (Some("integer"), _) => "whole number",
        (Some("number"), _) => "number",
        (Some("boolean"), _) => "true or false",
        (Some("string"), Some("date")) => "day",
        (Some("string"), Some("date-time")) => "instant",
        _ => "text",
    };
    words.to_owned()
}

fn listed(types: &Json) -> String {
    let words = types.as_array().into_iter().flatten().map(text_of);
    words.collect::<Vec<_>>().join(" or ")
}

/// A value that a condition on a field could ask for.
fn example(collection: &Collection, name: &str) -> Option<String> {
    if PARAMETERS.contains(&name) {
        return None;
    }
    let place = collection.schema().position(name)?;
    let mut values = collection.features().take(MOST_TRIED).map(|one| &one.values[place]);
    values
        .find_map(|value| match value {
            Value::Null | Value::Real(_) => None,
            Value::List(items) => items.first().cloned(),
            other => Some(other.in_a_cell()),
        })
        .filter(|text| !text.is_empty() && text.chars().count() <= LONGEST_TRIED)
}
