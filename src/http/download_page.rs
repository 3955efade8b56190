//! Everything that matches, to take away: which file suits which program.

use std::fmt::Write as _;

use axum::response::Response;

use super::here::{Here, encoded};
use super::html::{escaped, page};
use crate::formats::Format;
use crate::store::Collection;

/// The formats of what was asked for, each with a link to its file.
pub(super) fn formats(collection: &Collection, here: &Here) -> Response {
    let about = collection.about();
    let mut text = format!(
        "<p class=\"lead\">All features of <a href=\"/collections/{}?f=html\">{}</a> that match what was asked for, as one file with every decimal.</p>\n<table>\n<thead><tr><th>File</th><th>For</th></tr></thead>\n<tbody>\n",
        encoded(&about.id),
        escaped(&about.title)
    );
    for format in Format::ALL {
        let href = escaped(here.with(&[("f", Some(format.name().to_owned()))]));
        let rel = if format == Format::GeoJson { " rel=\"alternate\"" } else { "" };
        let _ = writeln!(
            text,
            "<tr><td><a{rel} href=\"{href}\">{}.{}</a></td><td>{}</td></tr>",
            escaped(&about.id),
            format.name(),
            suits(format)
        );
    }
    text.push_str("</tbody>\n</table>\n");
    page(&format!("{}: as a file", about.title), &text)
}

/// What a format suits.
fn suits(format: Format) -> &'static str {
    match format {
        Format::GeoJson => "Web maps, and nearly every program",
        Format::GeoJsonSeq => "Streams: a feature on each line",
        Format::Csv => "Spreadsheets: a row for each feature, with its longitude and latitude",
        Format::FlatGeobuf => "Large maps, of which programs read the part that they show",
        Format::GeoPackage => "QGIS, ArcGIS and GDAL",
        Format::GeoParquet => "DuckDB, geopandas and R",
        Format::Kml => "Google Earth",
    }
}
