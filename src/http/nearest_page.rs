//! The nearest features to read: a map with the ways to them, and how far each is.

use std::fmt::Write as _;

use axum::response::Response;

use super::here::{Here, encoded};
use super::html::{escaped, page};
use super::html_map::map_from;
use crate::domain::{Feature, LonLat, Schema, Value};
use crate::store::{Catalog, Collection};

/// How many fields are shown, beside the way and the id.
const MOST_COLUMNS: usize = 5;
/// The fields that tell of the way.
const WAY: [&str; 3] = ["rank", "distance_m", "bearing_deg"];

/// What was asked.
pub(super) struct Asked<'a> {
    pub(super) from: LonLat,
    /// The id of the feature that it was asked from.
    pub(super) to: Option<&'a str>,
    pub(super) k: usize,
    pub(super) within_m: Option<f64>,
    /// The other parameters, which stay when it is asked anew.
    pub(super) others: &'a [(String, String)],
}

/// The nearest features.
pub(super) fn nearest(
    catalog: &Catalog,
    collection: &Collection,
    (schema, features): (&Schema, &[Feature]),
    asked: &Asked<'_>,
    here: &Here,
) -> Response {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let mut text = format!(
        "<p><a href=\"{path}?f=html\">{}</a> › nearest</p>\n<p class=\"lead\">{}</p>\n",
        escaped(&about.title),
        said(asked, &path, features.len())
    );
    form(&mut text, &path, asked);
    let shown: Vec<&Feature> = features.iter().collect();
    let link = |feature: &Feature| item(&path, feature);
    text.push_str(&map_from(catalog, &shown, Some(asked.from), link));
    table(&mut text, &path, schema, features);
    let href = here.with(&[("f", Some("geojson".to_owned()))]);
    let _ = writeln!(
        text,
        "<p>For programs: <a rel=\"alternate\" href=\"{}\">this answer as GeoJSON</a>; distances are on the ellipsoid of WGS 84 (Karney 2013).</p>",
        escaped(href)
    );
    page(&format!("{}: nearest", about.title), &text)
}

/// What was asked and found, in a sentence.
fn said(asked: &Asked<'_>, path: &str, count: usize) -> String {
    let place = match asked.to {
        Some(id) => format!(
            "<a href=\"{path}/items/{}?f=html\"><code>{}</code></a>",
            encoded(id),
            escaped(id)
        ),
        None => format!("{:.6}, {:.6}", asked.from.lon(), asked.from.lat()),
    };
    let within = match asked.within_m {
        Some(metres) => format!(" within {} km", metres / 1000.0),
        None => String::new(),
    };
    match count {
        0 => format!("Nothing stands{within} near {place} that matches."),
        1 => format!("The one nearest to {place}{within}."),
        count => format!("The {count} nearest to {place}{within}, the nearest first."),
    }
}

/// Asks again, from elsewhere.
fn form(text: &mut String, path: &str, asked: &Asked<'_>) {
    let within = asked.within_m.map(|metres| (metres / 1000.0).to_string()).unwrap_or_default();
    let mut hidden = String::new();
    for (name, value) in asked.others {
        let (name, value) = (escaped(name), escaped(value));
        let _ = write!(hidden, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    let _ = writeln!(
        text,
        "<form class=\"ask\" action=\"{path}/nearest\">{hidden}\n<label>Longitude, latitude <input name=\"at\" required value=\"{},{}\"></label>\n<label>How many <input name=\"k\" type=\"number\" min=\"1\" value=\"{}\"></label>\n<label>Within km <input name=\"within_km\" type=\"number\" min=\"0\" step=\"any\" placeholder=\"any\"{}></label>\n<button>Find</button></form>",
        asked.from.lon(),
        asked.from.lat(),
        asked.k,
        if within.is_empty() { String::new() } else { format!(" value=\"{within}\"") }
    );
}

fn item(path: &str, feature: &Feature) -> String {
    format!("{path}/items/{}?f=html", encoded(feature.id.as_str()))
}

fn table(text: &mut String, path: &str, schema: &Schema, features: &[Feature]) {
    if features.is_empty() {
        return;
    }
    let fields = schema.fields();
    let is_told = |place: &usize| features.iter().any(|one| one.values[*place] != Value::Null);
    let places: Vec<usize> = (0..fields.len())
        .filter(|place| fields[*place].name != "id" && !WAY.contains(&fields[*place].name.as_str()))
        .filter(is_told)
        .take(MOST_COLUMNS)
        .collect();
    text.push_str("<div class=\"wide\"><table>\n<thead><tr><th></th><th>Distance</th><th>Bearing</th><th>id</th>");
    for place in &places {
        let _ = write!(text, "<th>{}</th>", escaped(&fields[*place].name));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for feature in features {
        let way = |name: &str| schema.position(name).map(|place| &feature.values[place]);
        let _ = write!(
            text,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td><a href=\"{}\">{}</a></td>",
            way("rank").map(Value::in_a_cell).unwrap_or_default(),
            way("distance_m").map(distance).unwrap_or_default(),
            way("bearing_deg").map(bearing).unwrap_or_default(),
            escaped(item(path, feature)),
            escaped(feature.id.as_str())
        );
        for place in &places {
            let _ = write!(text, "<td>{}</td>", escaped(feature.values[*place].in_a_cell()));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table></div>\n");
}

/// A distance as people say it: metres below a kilometre.
fn distance(value: &Value) -> String {
    match value {
        Value::Real(metres) if *metres < 1000.0 => format!("{metres:.1} m"),
        Value::Real(metres) => format!("{:.1} km", metres / 1000.0),
        other => other.in_a_cell(),
    }
}

/// A bearing in degrees, with the wind that it is nearest to.
fn bearing(value: &Value) -> String {
    let Value::Real(degrees) = value else { return "—".to_owned() };
    let winds = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];
    let at = winds.iter().enumerate().find(|(number, _)| {
        let off = (degrees - 45.0 * *number as f64).rem_euclid(360.0);
        !(22.5..337.5).contains(&off)
    });
    format!("{degrees:.0}° {}", at.map(|(_, wind)| *wind).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bearings_are_named_by_the_wind_that_is_nearest() {
        for (degrees, words) in
            [(0.0, "0° N"), (44.0, "44° NE"), (337.6, "338° N"), (270.0, "270° W")]
        {
            assert_eq!(bearing(&Value::Real(degrees)), words);
        }
        assert_eq!(bearing(&Value::Null), "—");
        assert_eq!(distance(&Value::Real(999.94)), "999.9 m");
        assert_eq!(distance(&Value::Real(84_321.0)), "84.3 km");
    }
}
