//! Collections to read: what there is, what each holds, and how other programs use it.

use std::fmt::Write as _;

use axum::response::Response;

use super::here::{Here, Link, encoded};
use super::html::{all_links, escaped, page};
use super::html_map::map;
use super::processes::has_own_route;
use super::use_it_in;
use crate::domain::{Bbox, Feature, FieldType, RegisteredCrs, Value};
use crate::formats::Format;
use crate::process::PROCESSES;
use crate::store::{Catalog, Collection};

/// How many features the small map of a collection shows.
const MOST_SHOWN: usize = 1_000;

/// One collection.
pub(super) fn one(
    catalog: &Catalog,
    collection: &Collection,
    links: &[Link],
    here: &Here,
) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let shown: Vec<&Feature> = collection.features().take(MOST_SHOWN).collect();
    let mut body = format!("<p class=\"lead\">{}</p>\n", escaped(&about.description));
    if !about.title_zh.is_empty() && about.title_zh != about.title {
        let _ = writeln!(
            body,
            "<p lang=\"zh\">{}　{}</p>",
            escaped(&about.title_zh),
            escaped(&about.description_zh)
        );
    }
    body.push_str(&map(catalog, &shown, |feature| item_path(&path, feature)));
    if shown.len() < collection.len() && !shown.is_empty() {
        let _ = writeln!(body, "<p><small>The first {} are drawn.</small></p>", shown.len());
    }
    facts(&mut body, catalog, collection);
    let _ = writeln!(
        body,
        "<h2>Features</h2>\n<p><a href=\"{path}/items?f=html\">Page by page</a>, or as one file: {}</p>{}",
        downloads(&path),
        nearest(&path, collection)
    );
    fields(&mut body, collection);
    analyses(&mut body, &path, collection);
    use_it_in::add(&mut body, collection, here);
    let _ = writeln!(
        body,
        "<p>See also <a href=\"{path}/queryables?f=html\">what a filter can ask</a>, <a href=\"{path}/schema?f=html\">what the data are</a>, <a href=\"{path}/tiles?f=html\">vector tiles</a>, <a href=\"/processes?f=html\">analyses</a>.</p>\n<p>For programs: <a rel=\"alternate\" href=\"{path}?f=json\">this description</a>, <a href=\"{path}/feature-schema\">what a feature looks like</a>.</p>\n{}",
        all_links(links)
    );
    page(&about.title, &body)
}

/// The way to what is nearest, from the middle of a collection of points.
fn nearest(path: &str, collection: &Collection) -> String {
    let Some(bbox) = collection.extent().filter(|_| collection.is_points()) else {
        return String::new();
    };
    let east = if bbox.crosses_antimeridian() { bbox.east + 360.0 } else { bbox.east };
    let lon = f64::midpoint(bbox.west, east);
    let lon = if lon > 180.0 { lon - 360.0 } else { lon };
    let lat = f64::midpoint(bbox.south, bbox.north);
    format!(
        "\n<p><a rel=\"related\" href=\"{path}/nearest?at={lon:.4},{lat:.4}&amp;f=html\">What is nearest</a> to a position or to one of them.</p>"
    )
}

/// The analyses that run on points, each by its address.
fn analyses(body: &mut String, path: &str, collection: &Collection) {
    if !collection.is_points() || collection.is_empty() {
        return;
    }
    body.push_str("<h2>Analyses</h2>\n<ul>\n");
    for process in PROCESSES.iter().filter(|process| !has_own_route(process)) {
        let _ = writeln!(
            body,
            "<li><a href=\"{path}/{}?f=html\">{}</a>: <span lang=\"zh\">{}</span></li>",
            encoded(process.name),
            escaped(process.title[0]),
            escaped(process.title[1])
        );
    }
    body.push_str("</ul>\n");
}

fn item_path(path: &str, feature: &Feature) -> String {
    format!("{path}/items/{}?f=html", encoded(feature.id.as_str()))
}

fn downloads(path: &str) -> String {
    let link = |format: Format| {
        let name = format.name();
        format!("<a href=\"{path}/download?f={name}\">{name}</a>")
    };
    Format::ALL.map(link).join(", ")
}

/// What is known of the collection as a whole.
fn facts(body: &mut String, catalog: &Catalog, collection: &Collection) {
    let about = collection.about();
    let mut rows = vec![("Id", about.id.clone()), ("Features", collection.len().to_string())];
    if let Some((first, last)) = collection.times() {
        let name = if matches!(first, Value::Integer(_)) { "Years" } else { "Time" };
        let (first, last) = (first.in_a_cell(), last.in_a_cell());
        rows.push((name, if first == last { first } else { format!("{first} to {last}") }));
    }
    if let Some(Bbox { west, south, east, north }) = collection.extent() {
        rows.push(("Extent", format!("{west:.4}, {south:.4} to {east:.4}, {north:.4}")));
    }
    let texts = [
        ("Data as of", &about.data_as_of),
        ("Terms", &about.licence),
        ("Name when you pass it on", &about.attribution),
    ];
    rows.extend(
        texts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(name, text)| (name, text.clone())),
    );
    if let Some(from) = catalog.provenance(&about.id) {
        let refused = match from.refused {
            0 => String::new(),
            count => format!(", {count} rows refused"),
        };
        let placed = if from.is_geocoded { ", placed by their names" } else { "" };
        rows.push((
            "From",
            format!(
                "{} ({}), {} rows{refused}{placed}; put in by {} at {}",
                from.source, from.kind, from.rows, from.who, from.at
            ),
        ));
    }
    body.push_str("<table class=\"facts\">\n<tbody>\n");
    for (name, text) in rows {
        let _ = writeln!(body, "<tr><th>{name}</th><td>{}</td></tr>", escaped(text));
    }
    let systems: Vec<String> = RegisteredCrs::offered()
        .map(|crs| format!("<a href=\"{0}\" rel=\"noreferrer\">{0}</a>", crs.uri()))
        .collect();
    let _ = writeln!(
        body,
        "<tr><th>Reference systems</th><td>{} as it is kept<details><summary>and {} more on request (<code>crs=</code>)</summary>{}</details></td></tr>\n</tbody>\n</table>",
        systems[0],
        systems.len() - 1,
        systems[1..].join("<br>")
    );
}

/// The fields, each with a value to see what it looks like.
fn fields(body: &mut String, collection: &Collection) {
    body.push_str("<h2>Fields</h2>\n<table>\n<thead><tr><th>Name</th><th>Holds</th><th>What</th><th>For example</th></tr></thead>\n<tbody>\n");
    for (place, field) in collection.schema().fields().iter().enumerate() {
        let mut values = collection.features().take(100).map(|one| &one.values[place]);
        let example = values.find(|value| **value != Value::Null);
        let kind = match field.field_type {
            FieldType::Text => "text",
            FieldType::Integer => "whole number",
            FieldType::Real => "number",
            FieldType::List => "list of text",
            FieldType::Boolean => "true or false",
            FieldType::Date => "day",
            FieldType::DateTime => "instant",
        };
        let example: String =
            example.map(Value::in_a_cell).unwrap_or_default().chars().take(60).collect();
        let _ = writeln!(
            body,
            "<tr><td><code>{}</code></td><td>{kind}</td><td>{}</td><td>{}</td></tr>",
            escaped(&field.name),
            escaped(&field.description),
            escaped(example)
        );
    }
    body.push_str("</tbody>\n</table>\n");
}
