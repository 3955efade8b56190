//! Equality with the value of a field, as a query parameter asks for it.

use super::Plan;
use crate::domain::{Feature, FieldType, Schema, Value};

/// Asks for features whose field has a value; of a list, for those that contain it.
#[derive(Debug, Clone, PartialEq)]
pub struct Equals {
    field: usize,
    wanted: Value,
}

/// A condition that no feature of the collection could be held against.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a value of `{field}`, which holds {kind}")]
pub struct InvalidEquals {
    /// The field.
    pub field: String,
    /// The value given.
    pub given: String,
    /// What the field holds.
    pub kind: &'static str,
}

impl Equals {
    /// Reads a condition on a field; `None` when the schema has no such field.
    ///
    /// # Errors
    ///
    /// [`InvalidEquals`] when the text is not a value of the field's type.
    pub fn new(schema: &Schema, name: &str, text: &str) -> Option<Result<Self, InvalidEquals>> {
        let field = schema.position(name)?;
        let refused = |kind| InvalidEquals { field: name.to_owned(), given: text.to_owned(), kind };
        let wanted = match schema.fields()[field].field_type {
            FieldType::Text | FieldType::List => Ok(Value::Text(text.into())),
            FieldType::Integer => {
                text.parse().map(Value::Integer).map_err(|_| refused("whole numbers"))
            }
            FieldType::Real => match text.parse::<f64>() {
                Ok(number) if number.is_finite() => Ok(Value::Real(number)),
                _ => Err(refused("numbers")),
            },
            FieldType::Boolean => match text {
                // GDAL has numbers for truths.
                "true" | "1" => Ok(Value::Boolean(true)),
                "false" | "0" => Ok(Value::Boolean(false)),
                _ => Err(refused(FieldType::Boolean.words())),
            },
            kind @ (FieldType::Date | FieldType::DateTime) => {
                let turned = Value::Text(text.into()).turned_into(kind);
                turned.ok_or_else(|| refused(kind.words()))
            }
        };
        Some(wanted.map(|wanted| Self { field, wanted }))
    }

    /// What an index could answer of it: all.
    #[must_use]
    pub fn plan(&self) -> Plan {
        Plan::equal(self.field, self.wanted.clone())
    }

    /// The field, by its number in the schema.
    #[must_use]
    pub fn field(&self) -> usize {
        self.field
    }

    /// The value asked for.
    #[must_use]
    pub fn wanted(&self) -> &Value {
        &self.wanted
    }

    /// Says whether a feature of the schema has the value; null never does.
    #[must_use]
    pub fn matches(&self, feature: &Feature) -> bool {
        match (&feature.values[self.field], &self.wanted) {
            (Value::List(items), Value::Text(wanted)) => {
                items.iter().any(|item| item == wanted.as_str())
            }
            (value, wanted) => value == wanted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FeatureId, Field};

    fn schema() -> Schema {
        Schema::new(vec![
            Field::new("codes", FieldType::List, ""),
            Field::new("year", FieldType::Integer, ""),
            Field::new("km", FieldType::Real, ""),
        ])
    }

    fn matches(name: &str, text: &str) -> bool {
        let values = vec![
            Value::List(vec!["39".into(), "40".into()].into()),
            Value::Integer(2020),
            Value::Null,
        ];
        let feature = Feature::new(FeatureId::new("a").unwrap(), None, values);
        Equals::new(&schema(), name, text).unwrap().unwrap().matches(&feature)
    }

    #[test]
    fn a_list_matches_what_it_contains_and_null_matches_nothing() {
        assert!(matches("codes", "40") && !matches("codes", "4"));
        assert!(matches("year", "2020") && !matches("year", "2021"));
        assert!(!matches("km", "0"));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_refused_and_an_unknown_field_is_none() {
        let refused = Equals::new(&schema(), "year", "twenty").unwrap().unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`twenty` is not a value of `year`, which holds whole numbers"
        );
        assert!(Equals::new(&schema(), "km", "NaN").unwrap().is_err());
        assert!(Equals::new(&schema(), "colour", "red").is_none());
    }
}
