//! Features to read: a page of them as a table, and each with all that is known of it.

use std::fmt::Write as _;

use axum::response::Response;
use geo::{BoundingRect as _, CoordsIter as _, Geometry};

use super::ask::PAGE;
use super::here::{Link, encoded};
use super::html::{all_links, escaped, page};
use super::html_map::map;
use crate::domain::{Feature, Field, FieldType, Value};
use crate::store::{Catalog, Collection};

/// From how many bytes on a cell is made wide, and from how many very wide.
const LONG: [usize; 2] = [60, 200];

/// A page of features, with its own links and those of its JSON.
pub(super) fn items(
    catalog: &Catalog,
    collection: &Collection,
    features: &[&Feature],
    (matched, offset): (usize, usize),
    (links, of_json): (&[Link], &[Link]),
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
    let others = links.iter().filter(|link| link.rel == "alternate" && link.media_type != PAGE);
    let others: Vec<String> = others.map(anchor).collect();
    let _ = writeln!(body, "<p>For programs: {}.</p>", others.join(" · "));
    body.push_str(&all_links(of_json));
    page(&format!("{}: features", about.title), &body)
}

fn anchor(link: &Link) -> String {
    let Link { href, title, .. } = link;
    let title = title.trim_start_matches("This page, as ");
    format!("<a rel=\"alternate\" href=\"{}\">{}</a>", escaped(href), escaped(title))
}

/// One feature, with the links of its page and those of its JSON.
pub(super) fn item(
    catalog: &Catalog,
    collection: &Collection,
    feature: &Feature,
    (links, of_json): (&[Link], &[Link]),
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
    } else if let Some(shape) = feature.shape() {
        let _ =
            writeln!(body, "<tr><th>geometry</th><td>{}</td></tr>", escaped(shape_in_words(shape)));
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
    let near = if collection.is_points() && feature.is_placed() {
        format!(
            "<p><a href=\"{path}/nearest?to={}&amp;k=5&amp;f=html\">The five nearest</a>, with how far and in which direction each is.</p>\n",
            encoded(id)
        )
    } else {
        String::new()
    };
    let as_json = links.iter().find(|link| link.rel == "alternate").map(|link| link.href.as_str());
    let _ = writeln!(
        body,
        "{near}<p>For programs: <a rel=\"alternate\" href=\"{}\">this feature as GeoJSON</a>.</p>",
        escaped(as_json.unwrap_or_default())
    );
    body.push_str(&all_links(of_json));
    page(&title(collection, feature), &body)
}

/// What a line or an area is, and where.
fn shape_in_words(shape: &Geometry<f64>) -> String {
    let kind = match shape {
        Geometry::LineString(_) | Geometry::Line(_) => "LineString",
        Geometry::MultiLineString(_) => "MultiLineString",
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => "Polygon",
        Geometry::MultiPolygon(_) => "MultiPolygon",
        Geometry::Point(_) => "Point",
        Geometry::MultiPoint(_) => "MultiPoint",
        Geometry::GeometryCollection(_) => "GeometryCollection",
    };
    let around = shape.bounding_rect().map(|around| {
        let (low, high) = (around.min(), around.max());
        format!(", from {:.4}, {:.4} to {:.4}, {:.4}", low.x, low.y, high.x, high.y)
    });
    format!("{kind} of {} positions{}", shape.coords_count(), around.unwrap_or_default())
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

/// A table of all that is known of some features; it scrolls, and the fields that none of them has are
/// named below.
fn table(body: &mut String, path: &str, collection: &Collection, features: &[&Feature]) {
    let fields = collection.schema().fields();
    let is_told = |place: &usize| features.iter().any(|one| one.values[*place] != Value::Null);
    let places = (0..fields.len()).filter(|place| fields[*place].name != "id");
    let (told, silent): (Vec<usize>, Vec<usize>) = places.partition(is_told);
    let is_placed = collection.is_points();
    body.push_str("<div class=\"wide all\"><table>\n<thead><tr><th>id</th>");
    for place in &told {
        let _ = write!(
            body,
            "<th{} title=\"{}\">{}</th>",
            class(&fields[*place], ""),
            escaped(&fields[*place].description),
            escaped(&fields[*place].name)
        );
    }
    body.push_str(if is_placed { "<th>longitude, latitude</th>" } else { "" });
    body.push_str("</tr></thead>\n<tbody>\n");
    for feature in features {
        let id = escaped(feature.id.as_str());
        let _ =
            write!(body, "<tr><td><a href=\"{}\">{id}</a></td>", escaped(item_path(path, feature)));
        for place in &told {
            let said = escaped(feature.values[*place].in_a_cell());
            let _ = write!(body, "<td{}>{said}</td>", class(&fields[*place], &said));
        }
        if is_placed {
            let at = feature.position().map(|at| format!("{:.6}, {:.6}", at.lon(), at.lat()));
            let _ = write!(body, "<td class=\"number\">{}</td>", at.unwrap_or_default());
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody>\n</table></div>\n");
    if !silent.is_empty() && !features.is_empty() {
        let silent: Vec<String> = silent
            .iter()
            .map(|place| format!("<code>{}</code>", escaped(&fields[*place].name)))
            .collect();
        let _ = writeln!(
            body,
            "<p><small>Nothing is known here of: {}.</small></p>",
            silent.join(", ")
        );
    }
}

/// How the cells of a field stand.
fn class(field: &Field, said: &str) -> &'static str {
    match field.field_type {
        FieldType::Integer | FieldType::Real => " class=\"number\"",
        _ if said.len() > LONG[1] => " class=\"longest\"",
        _ if said.len() > LONG[0] => " class=\"long\"",
        _ => "",
    }
}
