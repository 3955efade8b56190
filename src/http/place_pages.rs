//! Places to read: where a text may be, and what is around a position.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::{Map, Value as Json, json};

use super::analysis_page::warnings;
use super::geojson_map::drawn;
use super::here::Here;
use super::html::{escaped, page, text_of};
use super::html_form::{Field, form};
use super::html_parts::{MOST_ROWS, UNLINKED};
use crate::domain::LonLat;
use crate::store::Catalog;

/// What was asked of the geocoder, as it was written.
#[derive(Default)]
pub(super) struct Asked<'a> {
    pub(super) q: &'a str,
    pub(super) country: &'a str,
    pub(super) within: &'a str,
    pub(super) limit: &'a str,
}

/// Asks for a place, where none was named.
pub(super) fn which_place() -> Response {
    let text = format!(
        "<p class=\"lead\">A name, an address or the title of a base, in Chinese, pinyin or English: candidates with their positions, the best first, and why. Lists of places are sent by POST; see <a href=\"/api.html\">the API</a>.</p>\n{}<p>Or the other way round: <a href=\"/reverse?at=120.75,31.65&amp;f=html\">what is around a position</a>.</p>\n",
        place_form(&Asked::default())
    );
    page("Where is a place?", &text)
}

/// The candidates for a place.
pub(super) fn geocode(catalog: &Catalog, body: &Json, asked: &Asked<'_>, here: &Here) -> Response {
    let mut text = place_form(asked);
    let _ = writeln!(text, "<p class=\"lead\">{}</p>", said(body));
    text.push_str(&warnings(&body["warnings"]));
    text.push_str(&drawn(catalog, &body["features"], None, around));
    candidates(&mut text, body);
    let read = json!({
        "status": body["status"],
        "confidence": body["confidence"],
        "read as": body["normalized"],
        "names in it": body["mentions"],
        "passed over": body["stripped"],
    });
    let _ = write!(text, "<h2>How it was read</h2>\n{}", UNLINKED.facts(&read));
    text.push_str(&as_geojson(here));
    page(&format!("Where is {}?", asked.q), &text)
}

/// Asks for a position, where none was given.
pub(super) fn which_position() -> Response {
    let text = format!(
        "<p class=\"lead\">The county around a position in China, by its polygon or by the nearest seat, and the towns and zones near.</p>\n{}",
        position_form("")
    );
    page("What is around a position?", &text)
}

/// What is around a position.
pub(super) fn reverse(catalog: &Catalog, body: &Json, at: LonLat, here: &Here) -> Response {
    let mut text = position_form(&format!("{},{}", at.lon(), at.lat()));
    text.push_str(&warnings(&body["warnings"]));
    let properties = &body["features"][0]["properties"];
    if properties.is_object() {
        let _ = writeln!(
            text,
            "<p class=\"lead\">{}. <span lang=\"zh\">{}</span></p>",
            joined(&properties["chain"], " › "),
            joined(&properties["chain_zh"], "")
        );
    }
    text.push_str(&drawn(catalog, &body["features"], Some(at), |_| String::new()));
    candidates(&mut text, body);
    text.push_str(&as_geojson(here));
    page(&format!("What is around {}, {}?", at.lon(), at.lat()), &text)
}

fn place_form(asked: &Asked<'_>) -> String {
    let text = json!({"type": "string"});
    let limit = json!({"type": "integer", "minimum": 1});
    let field = |name, label, words, value, otherwise| Field {
        name,
        label,
        words,
        schema: &text,
        value,
        otherwise,
    };
    let fields = [
        field("q", "Place", "A name, an address, the title of a base", asked.q, "常熟"),
        field(
            "within",
            "Within",
            "A unit around the place, by name or GB/T 2260 code",
            asked.within,
            "anywhere",
        ),
        field("country", "Country", "An ISO 3166-1 code or a name", asked.country, "any"),
        Field {
            schema: &limit,
            ..field("limit", "At most", "How many candidates", asked.limit, "10")
        },
    ];
    form("/geocode", &fields, &[], "Find")
}

fn position_form(at: &str) -> String {
    let text = json!({"type": "string"});
    let words = "In degrees, WGS 84, longitude first";
    let at = Field {
        name: "at",
        label: "Longitude, latitude",
        words,
        schema: &text,
        value: at,
        otherwise: "120.75,31.65",
    };
    form("/reverse", &[at], &[], "Find")
}

/// What came of it, in both languages.
fn said(body: &Json) -> String {
    format!("{} <span lang=\"zh\">{}</span>", text_of(&body["reason"]), text_of(&body["reason_zh"]))
}

/// What is found, a row for each, with where it stands.
fn candidates(text: &mut String, body: &Json) {
    let features: Vec<&Json> = body["features"].as_array().into_iter().flatten().collect();
    if features.is_empty() {
        return;
    }
    let row = |feature: &&Json| {
        let at = &feature["geometry"]["coordinates"];
        let mut row: Map<String, Json> =
            feature["properties"].as_object().cloned().unwrap_or_default();
        row.insert("lon, lat".into(), json!(format!("{}, {}", at[0], at[1])));
        Json::Object(row)
    };
    let rows: Vec<Json> = features.iter().map(row).collect();
    text.push_str(&UNLINKED.table(&Json::Array(rows), MOST_ROWS));
}

/// Where a candidate leads: to what is around it.
fn around(feature: &Json) -> String {
    let at = &feature["geometry"]["coordinates"];
    format!("/reverse?at={},{}&f=html", at[0], at[1])
}

fn joined(list: &Json, between: &str) -> String {
    let texts = list.as_array().into_iter().flatten().map(text_of);
    texts.collect::<Vec<_>>().join(between)
}

fn as_geojson(here: &Here) -> String {
    let href = escaped(here.with(&[("f", Some("geojson".to_owned()))]));
    format!(
        "<p>For programs: <a rel=\"alternate\" href=\"{href}\">this answer as GeoJSON</a>.</p>\n"
    )
}
