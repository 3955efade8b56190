//! Features: an id, a geometry that may be missing, and one value for each field.

use std::borrow::Cow;
use std::cmp::Ordering;

use compact_str::CompactString;
use geo::{BoundingRect, Geometry, Point, Rect};
use time::Date;

use super::names::{InvalidId, is_feature_id};
use super::timestamp::read_day;
use super::{FieldType, LonLat, Timestamp};

/// Holds one thing of a collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its id, unique in the collection.
    pub id: FeatureId,
    place: Place,
    /// One value for each field of the collection's schema, in its order.
    pub values: Box<[Value]>,
}

/// Holds a geometry in 24 bytes: a point, which most are, stands in the feature itself.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Unknown,
    Point(Point<f64>),
    Shape(Box<Geometry<f64>>),
}

/// Holds an id that is safe in URLs and files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FeatureId(Box<str>);

/// Holds the value of a field.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Not known.
    #[default]
    Null,
    /// Text; up to 24 bytes of it stand in the value itself.
    Text(CompactString),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Real(f64),
    /// A list of text.
    List(Box<[String]>),
    /// True or false.
    Boolean(bool),
    /// A day, of the years 0 to 9999.
    Date(Date),
    /// An instant.
    DateTime(Timestamp),
}

impl Place {
    fn new(geometry: Option<Geometry<f64>>) -> Self {
        match geometry {
            None => Self::Unknown,
            Some(Geometry::Point(point)) => Self::Point(point),
            Some(shape) => Self::Shape(Box::new(shape)),
        }
    }
}

impl Feature {
    /// Puts a feature together.
    ///
    /// # Shape
    ///
    /// `values`: one for each field of the collection's schema, in its order.
    ///
    /// # Units
    ///
    /// `geometry`: WGS 84 degrees, longitude first; `None` when nobody knows where it is.
    #[must_use]
    pub fn new(id: FeatureId, geometry: Option<Geometry<f64>>, values: Vec<Value>) -> Self {
        Self { id, place: Place::new(geometry), values: values.into() }
    }

    /// Where it is, in WGS 84 degrees, longitude first; `None` when nobody knows.
    #[must_use]
    pub fn geometry(&self) -> Option<Cow<'_, Geometry<f64>>> {
        match &self.place {
            Place::Unknown => None,
            Place::Point(point) => Some(Cow::Owned((*point).into())),
            Place::Shape(shape) => Some(Cow::Borrowed(shape)),
        }
    }

    /// A copy of the geometry.
    #[must_use]
    pub fn to_geometry(&self) -> Option<Geometry<f64>> {
        self.geometry().map(Cow::into_owned)
    }

    /// Puts the feature somewhere else, or nowhere.
    pub fn set_geometry(&mut self, geometry: Option<Geometry<f64>>) {
        self.place = Place::new(geometry);
    }

    /// The geometry, when it is no point.
    #[must_use]
    pub fn shape(&self) -> Option<&Geometry<f64>> {
        match &self.place {
            Place::Shape(shape) => Some(shape),
            _ => None,
        }
    }

    /// Says whether it is known where the feature is.
    #[must_use]
    pub fn is_placed(&self) -> bool {
        self.place != Place::Unknown
    }

    /// The box around the geometry in degrees, flat; `None` without one.
    #[must_use]
    pub fn bounding_rect(&self) -> Option<Rect<f64>> {
        match &self.place {
            Place::Unknown => None,
            Place::Point(point) => Some(point.bounding_rect()),
            Place::Shape(shape) => shape.bounding_rect(),
        }
    }

    /// The position of a point feature; `None` for other geometries and for none.
    #[must_use]
    pub fn position(&self) -> Option<LonLat> {
        match self.place {
            Place::Point(point) => LonLat::from_degrees(point.x(), point.y()).ok(),
            _ => None,
        }
    }

    /// The middle of the box around the first part of the geometry: a point is its own. Parts are
    /// what a geometry at the antimeridian is cut into.
    #[must_use]
    pub fn middle(&self) -> Option<LonLat> {
        let shape = match &self.place {
            Place::Unknown => return None,
            Place::Point(_) => return self.position(),
            Place::Shape(shape) => shape.as_ref(),
        };
        let rect = match shape {
            Geometry::MultiPoint(parts) => parts.0.first()?.bounding_rect(),
            Geometry::MultiLineString(parts) => parts.0.first()?.bounding_rect()?,
            Geometry::MultiPolygon(parts) => parts.0.first()?.bounding_rect()?,
            Geometry::GeometryCollection(parts) => parts.0.first()?.bounding_rect()?,
            whole => whole.bounding_rect()?,
        };
        let (min, max) = (rect.min(), rect.max());
        LonLat::from_degrees(f64::midpoint(min.x, max.x), f64::midpoint(min.y, max.y)).ok()
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
            Ok(Self(text.into()))
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
        if text.is_empty() { Self::Null } else { Self::Text(text.into()) }
    }

    /// Compares two values of one kind: numbers by size, text by its code points, times as they come,
    /// false before true.
    ///
    /// `None` when one is null or a list, or when they are of two kinds.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(b)),
            (Self::Integer(a), Self::Real(b)) => (*a as f64).partial_cmp(b),
            (Self::Real(a), Self::Integer(b)) => a.partial_cmp(&(*b as f64)),
            (Self::Real(a), Self::Real(b)) => a.partial_cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::DateTime(a), Self::DateTime(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// Takes text that may be missing.
    #[must_use]
    pub fn optional_text(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// The value as the text of a cell, a list joined by `;`.
    #[must_use]
    pub fn in_a_cell(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Text(text) => text.to_string(),
            Self::Integer(number) => number.to_string(),
            Self::Real(number) => number.to_string(),
            Self::List(items) => items.join(";"),
            Self::Boolean(is_true) => is_true.to_string(),
            Self::Date(day) => day.to_string(),
            Self::DateTime(at) => at.to_string(),
        }
    }

    /// The value as another type holds it; `None` when it would not be the same.
    #[must_use]
    pub fn turned_into(self, kind: FieldType) -> Option<Self> {
        match (kind, self) {
            (_, Self::Null) => Some(Self::Null),
            (FieldType::Text, other) => Some(Self::Text(other.in_a_cell().into())),
            (FieldType::Integer, Self::Text(text)) => text.parse().ok().map(Self::Integer),
            (FieldType::Real, Self::Integer(number)) => Some(Self::Real(number as f64)),
            (FieldType::Real, Self::Text(text)) => {
                text.parse().ok().filter(|number: &f64| number.is_finite()).map(Self::Real)
            }
            (FieldType::Boolean, Self::Text(text)) => text.parse().ok().map(Self::Boolean),
            (FieldType::Date, Self::Text(text)) => read_day(&text).map(Self::Date),
            (FieldType::DateTime, Self::Text(text)) => text.parse().ok().map(Self::DateTime),
            (FieldType::Integer, value @ Self::Integer(_))
            | (FieldType::Real, value @ Self::Real(_))
            | (FieldType::List, value @ Self::List(_))
            | (FieldType::Boolean, value @ Self::Boolean(_))
            | (FieldType::Date, value @ Self::Date(_))
            | (FieldType::DateTime, value @ Self::DateTime(_)) => Some(value),
            (
                FieldType::Integer
                | FieldType::Real
                | FieldType::Boolean
                | FieldType::Date
                | FieldType::DateTime,
                _,
            ) => None,
            (FieldType::List, other) => {
                Some(Self::List(other.in_a_cell().split(';').map(str::to_owned).collect()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_turns_into_another_type_only_where_it_stays_the_same() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(text("5").turned_into(FieldType::Integer), Some(Value::Integer(5)));
        assert_eq!(text("five").turned_into(FieldType::Integer), None);
        assert_eq!(Value::Real(5.5).turned_into(FieldType::Integer), None);
        assert_eq!(Value::Integer(5).turned_into(FieldType::Text), Some(text("5")));
        assert_eq!(text("inf").turned_into(FieldType::Real), None);
        let list = Value::List(vec!["a".into(), "b".into()].into());
        assert_eq!(text("a;b").turned_into(FieldType::List), Some(list.clone()));
        assert_eq!(list.turned_into(FieldType::Text), Some(text("a;b")));
        assert_eq!(Value::Null.turned_into(FieldType::Real), Some(Value::Null));
        assert_eq!(text("true").turned_into(FieldType::Boolean), Some(Value::Boolean(true)));
        assert_eq!(Value::Integer(1).turned_into(FieldType::Boolean), None);
        assert_eq!(text("2020-10-13").turned_into(FieldType::DateTime), None);
        let day = text("2020-10-13").turned_into(FieldType::Date).unwrap();
        assert_eq!(day.turned_into(FieldType::Text), Some(text("2020-10-13")));
        let at = text("2020-10-13T08:00:00+08:00").turned_into(FieldType::DateTime).unwrap();
        assert_eq!(at.in_a_cell(), "2020-10-13T00:00:00Z");
    }
}
