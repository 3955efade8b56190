//! Features to read: a page of them as a table, and each with all that is known of it.

use std::fmt::Write as _;

use axum::response::Response;

use super::here::{Here, Link, encoded};
use super::html::{escaped, page};
use super::html_map::map;
use crate::domain::{Feature, Value};
use crate::store::{Catalog, Collection};

/// How many fields a table shows, beside the id.
const MOST_COLUMNS: usize = 7;

/// A page of features.
pub(super) fn items(
    catalog: &Catalog,
    collection: &Collection,
    features: &[&Feature],
    (matched, offset): (usize, usize),
    links: &[Link],
    here: &Here,
) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let last = offset + features.len();
    let counted = if features.is_empty() {
        format!("No feature of {matched} is on this page.")
    } else {
        format!("{} to {last} of {matched}.", offset + 1)
    };
    let mut body = format!(
        "<p><a href=\"{path}?f=html\">{}</a>: {counted}{}</p>\n",
        escaped(&about.title),
        turns(links)
    );
    body.push_str(&map(catalog, features, |feature| item_path(&path, feature)));
    table(&mut body, &path, collection, features);
    let _ = writeln!(body, "<p>{} {}</p>", counted, turns(links));
    let _ = writeln!(
        body,
        "<p>For programs: <a rel=\"alternate\" href=\"{}\">this page as GeoJSON</a>.</p>",
        escaped(here.with(&[("f", Some("geojson".to_owned()))]))
    );
    page(&format!("{}: features", about.title), &body)
}

/// One feature.
pub(super) fn item(
    catalog: &Catalog,
    collection: &Collection,
    feature: &Feature,
    here: &Here,
) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let id = feature.id.as_str();
    let mut body = format!(
        "<p><a href=\"{path}?f=html\">{}</a> › <a href=\"{path}/items?f=html\">features</a> › <code>{}</code></p>\n",
        escaped(&about.title),
        escaped(id)
    );
    body.push_str(&map(catalog, &[feature], |feature| item_path(&path, feature)));
    body.push_str("<table class=\"facts\">\n<tbody>\n");
    if let Some(at) = feature.position() {
        let _ = writeln!(
            body,
            "<tr><th>longitude, latitude</th><td>{:.6}, {:.6}</td></tr>",
            at.lon(),
            at.lat()
        );
    }
    for (field, value) in collection.schema().fields().iter().zip(&feature.values) {
        let shown =
            if *value == Value::Null { "—".to_owned() } else { escaped(value.in_a_cell()) };
        let _ = writeln!(
            body,
            "<tr><th title=\"{}\">{}</th><td>{shown}</td></tr>",
            escaped(&field.description),
            escaped(&field.name)
        );
    }
    body.push_str("</tbody>\n</table>\n");
    let plain = here.to(&format!("{path}/items/{}?f=geojson", encoded(id)));
    let near = if collection.is_points() && feature.is_placed() {
        format!(
            "<p><a href=\"{path}/nearest?to={}&amp;k=5&amp;f=html\">The five nearest</a>, with how far and in which direction each is.</p>\n",
            encoded(id)
        )
    } else {
        String::new()
    };
    let _ = writeln!(
        body,
        "{near}<p>For programs: <a rel=\"alternate\" href=\"{}\">this feature as GeoJSON</a>.</p>",
        escaped(plain)
    );
    page(&title(collection, feature), &body)
}

/// What a feature is called: its name if it has one, else its id.
fn title(collection: &Collection, feature: &Feature) -> String {
    let name = collection.schema().position("name").map(|place| feature.values[place].in_a_cell());
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| feature.id.as_str().to_owned())
}

fn item_path(path: &str, feature: &Feature) -> String {
    format!("{path}/items/{}?f=html", encoded(feature.id.as_str()))
}

/// The ways to the pages before and after.
fn turns(links: &[Link]) -> String {
    let turn = |link: &Link| {
        let words = match link.rel.as_str() {
            "prev" => "The page before",
            "next" => "The next page",
            _ => return None,
        };
        Some(format!(" <a rel=\"{}\" href=\"{}\">{words}</a>", link.rel, escaped(&link.href)))
    };
    links.iter().filter_map(turn).collect()
}

fn table(body: &mut String, path: &str, collection: &Collection, features: &[&Feature]) {
    let fields = collection.schema().fields();
    // Columns that say something on this page, the first of them.
    let is_told = |place: &usize| features.iter().any(|one| one.values[*place] != Value::Null);
    let places: Vec<usize> = (0..fields.len())
        .filter(|place| fields[*place].name != "id")
        .filter(is_told)
        .take(MOST_COLUMNS)
        .collect();
    body.push_str("<div class=\"wide\"><table>\n<thead><tr><th>id</th>");
    for place in &places {
        let _ = write!(body, "<th>{}</th>", escaped(&fields[*place].name));
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for feature in features {
        let id = escaped(feature.id.as_str());
        let _ =
            write!(body, "<tr><td><a href=\"{}\">{id}</a></td>", escaped(item_path(path, feature)));
        for place in &places {
            let _ = write!(body, "<td>{}</td>", escaped(feature.values[*place].in_a_cell()));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody>\n</table></div>\n");
}
