//! What an analysis answers: features whose properties are trees, and members beside them.
//!
//! Features of a collection share one schema; those of an answer differ by their kind, and hold
//! switches and lists of rows, which tables have no place for. So they are written as JSON alone.

use std::io;

use geo::Geometry;
use serde_json::{Map, Value as Json};

use super::{Layout, geojson};
use crate::domain::Value;

/// Holds a value that may hold others.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Tree {
    /// Not known, or undefined.
    #[default]
    Null,
    /// Yes or no.
    Switch(bool),
    /// A whole number.
    Integer(i64),
    /// A number; one that is not finite is written as null.
    Real(f64),
    /// Text.
    Text(String),
    /// Values in their order.
    List(Vec<Tree>),
    /// Named values in their order.
    Named(Named),
}

/// Named values in the order in which they are written.
pub type Named = Vec<(String, Tree)>;

/// Holds one feature of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Its id.
    pub id: String,
    /// Where it is, in WGS 84 degrees.
    pub geometry: Option<Geometry<f64>>,
    /// What it is.
    pub properties: Named,
}

/// Holds what an analysis answers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// Its features; `None` when it answers rows or curves, which stand nowhere.
    pub features: Option<Vec<Drawn>>,
    /// What stands beside them.
    pub members: Named,
}

impl Tree {
    /// The value as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Switch(is_on) => Json::from(*is_on),
            Self::Integer(number) => Json::from(*number),
            Self::Real(number) => Json::from(*number),
            Self::Text(text) => Json::from(text.as_str()),
            Self::List(values) => values.iter().map(Self::to_json).collect(),
            Self::Named(values) => Json::Object(object(values)),
        }
    }

    /// The value of a name; null where there is none.
    #[must_use]
    pub fn at(&self, name: &str) -> &Self {
        match self {
            Self::Named(values) => find(values, name),
            _ => &Self::Null,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(number) => Some(*number as f64),
            Self::Real(number) => Some(*number),
            _ => None,
        }
    }

    /// The values of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(values) => values,
            _ => &[],
        }
    }
}

/// The value of a name; null where there is none.
#[must_use]
pub fn find<'a>(values: &'a [(String, Tree)], name: &str) -> &'a Tree {
    values.iter().find(|(known, _)| known == name).map_or(&Tree::Null, |(_, value)| value)
}

fn object(values: &[(String, Tree)]) -> Map<String, Json> {
    values.iter().map(|(name, value)| (name.clone(), value.to_json())).collect()
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Tree {
    fn from(is_on: bool) -> Self {
        Self::Switch(is_on)
    }
}

impl From<f64> for Tree {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<usize> for Tree {
    fn from(count: usize) -> Self {
        i64::try_from(count).map_or(Self::Real(count as f64), Self::Integer)
    }
}

impl From<&Value> for Tree {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Boolean(is_true) => Self::Switch(*is_true),
            Value::Integer(number) => Self::Integer(*number),
            Value::Real(number) => Self::Real(*number),
            Value::List(items) => {
                Self::List(items.iter().map(|item| item.as_str().into()).collect())
            }
            Value::Text(text) => Self::Text(text.to_string()),
            Value::Date(_) | Value::DateTime(_) => Self::Text(value.in_a_cell()),
        }
    }
}

impl<T: Into<Tree>> From<Option<T>> for Tree {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl<T: Into<Tree>> From<Vec<T>> for Tree {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

/// Names some values, in their order.
#[must_use]
pub fn named<const N: usize>(values: [(&str, Tree); N]) -> Named {
    values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Answer {
    /// The media type: GeoJSON if there are features, else JSON.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        if self.features.is_some() { "application/geo+json" } else { "application/json" }
    }

    /// Writes the answer feature by feature, its members first; `more` stands behind them.
    ///
    /// # Errors
    ///
    /// What the writer reports.
    pub fn write(
        &self,
        out: &mut dyn io::Write,
        layout: Layout,
        more: &geojson::Members,
    ) -> io::Result<()> {
        let mut members = object(&self.members);
        members.extend(more.clone());
        let Some(features) = &self.features else {
            return writeln!(out, "{}", Json::Object(members));
        };
        out.write_all(br#"{"type":"FeatureCollection""#)?;
        for (name, member) in &members {
            write!(out, ",{}:{member}", Json::from(name.as_str()))?;
        }
        out.write_all(br#","features":["#)?;
        for (number, drawn) in features.iter().enumerate() {
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            let shape = drawn.geometry.as_ref().map(|shape| geojson::geometry(shape, layout));
            let feature = ::geojson::Feature {
                bbox: None,
                geometry: shape,
                id: Some(::geojson::feature::Id::String(drawn.id.clone())),
                properties: Some(object(&drawn.properties)),
                foreign_members: None,
            };
            write!(out, "{feature}")?;
        }
        out.write_all(b"\n]}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_a_feature_collection_with_members_or_a_plain_object() {
        let written = |answer: &Answer| -> Json {
            let mut out = Vec::new();
            answer.write(&mut out, Layout::new(true), &geojson::Members::new()).unwrap();
            serde_json::from_slice(&out).unwrap()
        };
        let members =
            named([("n", 2_usize.into()), ("p", Tree::Real(f64::NAN)), ("q", vec!["a"].into())]);
        let plain = Answer { features: None, members: members.clone() };
        assert_eq!(written(&plain), serde_json::json!({"n": 2, "p": null, "q": ["a"]}));
        let drawn = Drawn {
            id: "a".into(),
            geometry: None,
            properties: named([("is_core", true.into()), ("cluster", Tree::Null)]),
        };
        let whole = written(&Answer { features: Some(vec![drawn]), members });
        assert_eq!(whole["type"], "FeatureCollection");
        assert_eq!(
            (&whole["n"], &whole["features"][0]["properties"]["is_core"]),
            (&2.into(), &true.into())
        );
        assert!(whole["features"][0]["properties"]["cluster"].is_null());
    }

    #[test]
    fn trees_are_read_by_name() {
        let tree = Tree::Named(named([("km", 1.5.into()), ("name", "a".into())]));
        assert_eq!(tree.at("km").as_number(), Some(1.5));
        assert_eq!(tree.at("name").as_text(), Some("a"));
        assert_eq!((tree.at("none"), tree.items().len()), (&Tree::Null, 0));
    }
}
