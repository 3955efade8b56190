//! The list of collections to read: where each lies, on one small map, and what it is.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::response::Response;
use geo::{Coord, Geometry, Rect};

use super::here::{Link, encoded};
use super::html::{all_links, escaped, links_of_another, page};
use super::html_map::{MOST_DRAWN, Mark, Paint, marks_from};
use crate::domain::Bbox;
use crate::store::{Catalog, Collection};

/// The list of collections that the client sees, each with its links.
pub(super) fn list(
    catalog: &Catalog,
    seen: &[(&Collection, Vec<Link>)],
    links: &[Link],
) -> Response {
    let mut body = map(catalog, seen);
    body.push_str(
        "<table>\n<thead><tr><th>Collection</th><th>Features</th><th>Data as of</th><th>What</th></tr></thead>\n<tbody>\n",
    );
    for (collection, links) in seen {
        let about = collection.about();
        let _ = writeln!(
            body,
            "<tr><td><a href=\"{}\">{}</a><br><small>{}</small></td><td>{}</td><td>{}</td><td>{}{}</td></tr>",
            escaped(path(collection)),
            escaped(&about.title),
            escaped(&about.title_zh),
            collection.len(),
            escaped(&about.data_as_of),
            escaped(&about.description),
            more(collection, links)
        );
    }
    body.push_str("</tbody>\n</table>\n<p>For programs: <a rel=\"alternate\" href=\"/collections?f=json\">the same as JSON</a>, <a href=\"/api.html\">the API</a>.</p>\n");
    body.push_str(&all_links(links));
    page("Collections", &body)
}

fn path(collection: &Collection) -> String {
    format!("/collections/{}?f=html", encoded(&collection.about().id))
}

/// What else is said of a collection.
fn more(collection: &Collection, links: &[Link]) -> String {
    let about = collection.about();
    let extent = collection.extent().map(|Bbox { west, south, east, north }| {
        format!(", from {west:.4}, {south:.4} to {east:.4}, {north:.4}")
    });
    let parts = [&about.attribution, &about.licence].map(escaped);
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    format!(
        "<p><small><code>{}</code>{}. {}</small></p>{}",
        escaped(&about.id),
        extent.unwrap_or_default(),
        parts.join(" · "),
        links_of_another(links)
    )
}

/// Every collection on one map, each in its colour: points where it holds some, else its outline.
fn map(catalog: &Catalog, seen: &[(&Collection, Vec<Link>)]) -> String {
    let each = MOST_DRAWN / seen.len().max(1);
    // What has few features is drawn last, so that nothing hides it.
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by_key(|&number| (seen[number].0.is_points(), usize::MAX - seen[number].0.len()));
    let mut marks = Vec::new();
    for number in order {
        marks.extend(marks_of(seen[number].0, number, each));
    }
    let svg = marks_from(catalog, &marks, None);
    if svg.is_empty() {
        return svg;
    }
    let key = |(number, (collection, _)): (usize, &(&Collection, Vec<Link>))| {
        format!(
            "<a href=\"{}\"><i class=\"kind{}\"></i>{}</a>",
            escaped(path(collection)),
            number % 8,
            escaped(&collection.about().title)
        )
    };
    let key: String = seen.iter().enumerate().map(key).collect();
    format!("{svg}<p class=\"key\">{key}</p>\n")
}

fn marks_of(collection: &Collection, number: usize, most: usize) -> Vec<Mark<'_>> {
    let title = &collection.about().title;
    let mark = |shape, paint| Mark {
        shape: Cow::Owned(shape),
        paint,
        title: title.clone(),
        href: path(collection),
    };
    let step = collection.len() / most.max(1) + 1;
    let points = collection.features().filter(|_| collection.is_points()).step_by(step);
    let points: Vec<Mark<'_>> =
        points.filter_map(|one| Some(mark(one.to_geometry()?, Paint::Kind(number)))).collect();
    if !points.is_empty() {
        return points;
    }
    let outlines = collection.extent().into_iter().flat_map(|bbox| bbox.parts());
    let outlines = outlines.map(|Bbox { west, south, east, north }| {
        Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north })
    });
    outlines
        .map(|outline| mark(Geometry::Polygon(outline.to_polygon()), Paint::Outline(number)))
        .collect()
}
