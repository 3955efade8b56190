//! The size of a feature, from a property that was named.

use super::parameters::Refused;
use crate::domain::{Feature, Schema, Value};

/// The size of a feature, at least 0; `None` where it is null. `whose` says whose features they are.
///
/// # Errors
///
/// [`Refused`] where there is no such property, or it is no size.
pub(super) fn weight_of(
    schema: &Schema,
    feature: &Feature,
    field: &str,
    whose: &str,
) -> Result<Option<f64>, Refused> {
    let id = feature.id.as_str();
    let Some(place) = schema.position(field) else {
        let known: Vec<&str> = schema.fields().iter().map(|field| field.name.as_str()).collect();
        let reason = format!("`{field}` is no property{whose}: use one of {}", known.join(", "));
        return Err(Refused::new("weight", reason));
    };
    let number = match &feature.values[place] {
        Value::Null => return Ok(None),
        Value::Integer(number) => *number as f64,
        Value::Real(number) => *number,
        other => {
            let said = other.in_a_cell();
            let reason = format!("`{said}` of {id} is no number: name a property of numbers");
            return Err(Refused::new("weight", reason));
        }
    };
    if number.is_finite() && number >= 0.0 {
        return Ok(Some(number));
    }
    Err(Refused::new("weight", format!("{number} of {id} is no size: sizes are 0 or more")))
}
