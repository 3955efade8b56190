//! Conditions as CQL2 JSON.

use serde_json::{Value as Json, json};

use super::text_write::instant;
use crate::domain::{Expression, Literal};

/// Writes a condition.
#[must_use]
pub fn write(expression: &Expression) -> Json {
    match expression {
        Expression::Property(name) => json!({"property": name}),
        Expression::Literal(value) => literal(value),
        Expression::Array(values) => values.iter().map(write).collect(),
        Expression::Interval(ends) => {
            let ends: Vec<Json> = ends.iter().map(|end| interval_end(end.as_ref())).collect();
            json!({"interval": ends})
        }
        Expression::Call(operator, arguments) => {
            let arguments: Vec<Json> = arguments.iter().map(write).collect();
            json!({"op": operator.name(), "args": arguments})
        }
    }
}

fn literal(value: &Literal) -> Json {
    match value {
        Literal::Boolean(value) => json!(value),
        Literal::Integer(number) => json!(number),
        Literal::Real(number) => json!(number),
        Literal::Text(text) => json!(text),
        Literal::Date(_) => json!({"date": instant(value)}),
        Literal::Timestamp(_) => json!({"timestamp": instant(value)}),
        Literal::Geometry(geometry) => {
            serde_json::to_value(geojson::Geometry::from(geometry)).unwrap_or_default()
        }
        Literal::Bbox(bbox) => json!({"bbox": [bbox.west, bbox.south, bbox.east, bbox.north]}),
    }
}

fn interval_end(end: Option<&Expression>) -> Json {
    match end {
        None => json!(".."),
        Some(Expression::Literal(value)) => json!(instant(value)),
        Some(other) => write(other),
    }
}
