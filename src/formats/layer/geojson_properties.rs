//! The properties of a GeoJSON feature: their names, in their order, and what they hold.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::domain::Value;
use crate::formats::spelling;

/// Reads the value of a property; what is nested stays JSON text, but lists of text are lists, and
/// numbers too large to be exact keep their digits as text. JSON has no times: where all texts of a column are
/// spelt as such, they are.
pub(super) fn value(raw: &str, may_be_time: bool) -> Value {
    match raw.as_bytes().first() {
        Some(b'"') => text(raw, may_be_time),
        Some(b'[') => match serde_json::from_str(raw) {
            Ok(items) => Value::List(items),
            Err(_) => Value::Text(raw.into()),
        },
        Some(b't') => Value::Boolean(true),
        Some(b'f') => Value::Boolean(false),
        Some(b'{') => Value::Text(raw.into()),
        Some(b'n') | None => Value::Null,
        Some(_) => number(raw),
    }
}

fn text(raw: &str, may_be_time: bool) -> Value {
    // What is spelt as a time has nothing that JSON escapes.
    let time = || spelling::time(raw.strip_prefix('"')?.strip_suffix('"')?);
    let time = if may_be_time { time() } else { None };
    time.unwrap_or_else(|| {
        serde_json::from_str(raw).map_or(Value::Null, |text: String| Value::Text(text.into()))
    })
}

fn number(raw: &str) -> Value {
    let is_whole = !raw.contains(['.', 'e', 'E']);
    if raw != "-0" && is_whole {
        return raw.parse().map_or_else(|_| Value::Text(raw.into()), Value::Integer);
    }
    match raw.parse::<f64>() {
        Ok(number) if number.is_finite() => Value::Real(number),
        _ => Value::Text(raw.into()),
    }
}

/// Holds the properties of a feature, in their order.
pub(super) struct Properties<'a>(pub(super) Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Properties<'a> {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_map(Pairs)
    }
}

struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Properties<'de>;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("an object of properties")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some((name, value)) = map.next_entry::<Name<'de>, &RawValue>()? {
            pairs.push((name.0, value));
        }
        Ok(Properties(pairs))
    }
}

/// Holds a name that is borrowed if no character of it was escaped.
#[derive(Deserialize)]
pub(super) struct Name<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);
