//! The features of a GeoJSON answer on a map, painted by what the answer says of them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use geo::Geometry;
use serde_json::Value as Json;

use super::html::{escaped, text_of};
use super::html_map::{MOST_DRAWN, Mark, Paint, marks_from};
use super::html_words::{plain, words_of};
use crate::domain::LonLat;
use crate::store::Catalog;

/// The members by which features are shaded, the first of them that any feature tells.
const SHADES: [&str; 4] = ["lower", "share", "relatedness", "y"];
/// The classes of hot spots and of local association that are told apart, with their colours.
const CLASSES: [(&str, usize); 6] =
    [("hot", 1), ("high_high", 1), ("cold", 0), ("low_low", 0), ("high_low", 4), ("low_high", 5)];

/// Says by what the features of an answer are told apart.
enum By {
    Nothing,
    Class,
    Cluster,
    /// By a number that is 1 at its greatest.
    Shade(&'static str, f64),
}

/// Draws the features of an answer that stand anywhere, with a key; `link` says where each leads.
pub(super) fn drawn(
    catalog: &Catalog,
    features: &Json,
    from: Option<LonLat>,
    link: impl Fn(&Json) -> String,
) -> String {
    let all = features.as_array().map(Vec::as_slice).unwrap_or_default();
    let by = By::of(all);
    let mark = |feature: &Json| {
        let shape = geometry(&feature["geometry"])?;
        let paint = by.paint(&feature["properties"]);
        let (title, href) = (by.title(feature), link(feature));
        Some(Mark { shape: Cow::Owned(shape), paint, title, href })
    };
    let marks: Vec<Mark<'_>> = all.iter().filter_map(mark).collect();
    let mut text = marks_from(catalog, &marks, from);
    if !text.is_empty() {
        text.push_str(&by.key(all));
    }
    if marks.len() > MOST_DRAWN {
        let _ = writeln!(
            text,
            "<p><small>The first {MOST_DRAWN} of {} are drawn.</small></p>",
            marks.len()
        );
    }
    text
}

fn geometry(json: &Json) -> Option<Geometry<f64>> {
    let read: geojson::Geometry = serde_json::from_value(json.clone()).ok()?;
    Geometry::try_from(read).ok()
}

impl By {
    fn of(features: &[Json]) -> Self {
        let is_told = |name: &str| features.iter().any(|one| !one["properties"][name].is_null());
        if is_told("class") {
            return Self::Class;
        }
        let is_grouped = |one: &Json| one["properties"].get("cluster").is_some();
        if features.iter().any(is_grouped) {
            return Self::Cluster;
        }
        let shade = SHADES.into_iter().find_map(|name| {
            let values = features.iter().filter_map(|one| one["properties"][name].as_f64());
            let most = values.fold(0.0, f64::max);
            (most > 0.0).then_some(Self::Shade(name, most))
        });
        shade.unwrap_or(Self::Nothing)
    }

    fn paint(&self, properties: &Json) -> Paint {
        match self {
            Self::Nothing => Paint::Plain,
            Self::Class => class(&properties["class"]).map_or(Paint::Faint, Paint::Kind),
            Self::Cluster => match properties["cluster"].as_u64() {
                Some(id) => Paint::Kind(usize::try_from(id.saturating_sub(1)).unwrap_or_default()),
                None => Paint::Faint,
            },
            Self::Shade(name, most) => match properties[*name].as_f64() {
                Some(value) => Paint::Share(value / most),
                None => Paint::Faint,
            },
        }
    }

    /// What is said of a feature: its name, and what it is painted by.
    fn title(&self, feature: &Json) -> String {
        let properties = &feature["properties"];
        let names = [&properties["name"], &properties["id"], &feature["id"]];
        let name = names.iter().find_map(|name| name.as_str()).unwrap_or_default();
        let said = match self {
            Self::Nothing => return name.to_owned(),
            Self::Class => properties["class"].as_str().unwrap_or_default().replace('_', " "),
            Self::Cluster => match &properties["cluster"] {
                Json::Null => "alone".to_owned(),
                id => format!("cluster {id}"),
            },
            Self::Shade(by, _) => format!("{} {}", words_of(by), properties[*by]),
        };
        [name, said.as_str()]
            .iter()
            .filter(|one| !one.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(": ")
    }

    fn key(&self, features: &[Json]) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Class => {
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                for name in features.iter().filter_map(|one| one["properties"]["class"].as_str()) {
                    *counts.entry(name).or_default() += 1;
                }
                let mut key = String::from("<p class=\"key\">");
                for (name, count) in counts {
                    let kind =
                        class(&Json::from(name)).map(|kind| format!(" class=\"kind{kind}\""));
                    let (kind, name) = (kind.unwrap_or_default(), escaped(name.replace('_', " ")));
                    let _ = write!(key, "<span><i{kind}></i>{name}: {count}</span>");
                }
                key + "</p>\n"
            }
            Self::Cluster => {
                "<p><small>Colours tell clusters apart; what stands alone is grey.</small></p>\n"
                    .to_owned()
            }
            Self::Shade(name, most) => format!(
                "<p><small>The stronger the colour, the greater is <i>{}</i>, up to {}.</small></p>\n",
                text_of(&Json::from(words_of(name))),
                plain(&Json::from(*most)).unwrap_or_default()
            ),
        }
    }
}

fn class(name: &Json) -> Option<usize> {
    CLASSES.iter().find(|(known, _)| name == known).map(|(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Paint::{Faint, Kind, Plain, Share};
    use super::*;

    fn painted(all: &Json) -> Vec<Paint> {
        let all = all.as_array().unwrap();
        let by = By::of(all);
        all.iter().map(|one| by.paint(&one["properties"])).collect()
    }

    #[test]
    fn features_are_painted_by_what_is_said_of_them() {
        let of = |name: &str, values: [Json; 3]| {
            Json::from(values.map(|value| json!({"properties": {name: value}})).to_vec())
        };
        let classes = of("class", [json!("hot"), json!("cold"), json!("not_significant")]);
        assert_eq!(painted(&classes), [Kind(1), Kind(0), Faint]);
        assert_eq!(
            painted(&of("cluster", [json!(1), json!(9), json!(null)])),
            [Kind(0), Kind(8), Faint]
        );
        assert_eq!(
            painted(&of("share", [json!(0.5), json!(0.25), json!(null)])),
            [Share(1.0), Share(0.5), Faint]
        );
        assert_eq!(painted(&of("name", [json!("a"), json!("b"), json!("c")])), [Plain; 3]);
        assert!(
            By::of(classes.as_array().unwrap())
                .key(classes.as_array().unwrap())
                .contains("not significant: 1")
        );
    }

    #[test]
    fn what_stands_nowhere_or_is_no_geometry_is_not_drawn() {
        assert!(geometry(&json!(null)).is_none() && geometry(&json!({"type": "Circle"})).is_none());
        let point = geometry(&json!({"type": "Point", "coordinates": [1.0, 2.0]}));
        assert_eq!(point, Some(geo::Point::new(1.0, 2.0).into()));
    }
}
