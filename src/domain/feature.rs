//! Features: an id, a geometry that may be missing, and one value for each field.

use geo::Geometry;

use super::LonLat;
use super::names::{InvalidId, is_feature_id};

/// Holds one thing of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its id, unique in the collection.
    pub id: FeatureId,
    /// Where it is, in WGS 84 degrees, longitude first; `None` when nobody knows.
    pub geometry: Option<Geometry<f64>>,
    /// One value for each field of the collection's schema, in its order.
    pub values: Vec<Value>,
}

/// Holds an id that is safe in URLs and files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(String);

/// Holds the value of a field.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Not known.
    #[default]
    Null,
    /// Text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Real(f64),
    /// A list of text.
    List(Vec<String>),
}

impl Feature {
    /// The position of a point feature; `None` for other geometries and for none.
    #[must_use]
    pub fn position(&self) -> Option<LonLat> {
        match self.geometry {
            Some(Geometry::Point(point)) => LonLat::from_degrees(point.x(), point.y()).ok(),
            _ => None,
        }
    }
}

impl FeatureId {
    /// Takes a text that may be an id.
    ///
    /// # Errors
    ///
    /// [`InvalidId`] when a character or the length is not allowed.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        if is_feature_id(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId::Feature(text.to_owned()))
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value {
    /// Takes text, an empty one as null.
    #[must_use]
    pub fn text(text: &str) -> Self {
        if text.is_empty() { Self::Null } else { Self::Text(text.to_owned()) }
    }

    /// Takes text that may be missing.
    #[must_use]
    pub fn optional_text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }
}
