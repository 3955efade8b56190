//! Numbers and text of a feature, and what is computed from them.

use std::borrow::Cow;

use super::text::Fold;
use crate::domain::{Feature, Operator, Value};

/// Holds something that is a number or text for each feature, or unknown.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    /// The same for all.
    Constant(Value),
    /// The value of a field.
    Field(usize),
    /// Two numbers with what makes one of them.
    Arithmetic(Operator, Box<(Scalar, Scalar)>),
    /// Text without what makes no difference.
    Folded(Fold, Box<Scalar>),
}

const NULL: Cow<'static, Value> = Cow::Owned(Value::Null);

impl Scalar {
    /// The value for a feature; null when it is unknown.
    pub(super) fn value<'a>(&'a self, feature: &'a Feature) -> Cow<'a, Value> {
        match self {
            Self::Constant(value) => Cow::Borrowed(value),
            Self::Field(field) => Cow::Borrowed(&feature.values[*field]),
            Self::Arithmetic(operator, pair) => {
                let (a, b) = (pair.0.value(feature), pair.1.value(feature));
                compute(*operator, &a, &b).map_or(NULL, Cow::Owned)
            }
            Self::Folded(fold, inner) => match &*inner.value(feature) {
                Value::Text(text) => Cow::Owned(Value::Text(fold.of(text).into())),
                _ => NULL,
            },
        }
    }

    /// The scalar with what is the same for all features computed once.
    pub(super) fn simplified(self) -> Self {
        let constant = match &self {
            Self::Arithmetic(operator, pair) => match &**pair {
                (Self::Constant(a), Self::Constant(b)) => {
                    Some(compute(*operator, a, b).unwrap_or_default())
                }
                _ => None,
            },
            Self::Folded(fold, inner) => match &**inner {
                Self::Constant(Value::Text(text)) => Some(Value::Text(fold.of(text).into())),
                _ => None,
            },
            _ => None,
        };
        constant.map_or(self, Self::Constant)
    }
}

/// Computes with two numbers; `None` when one is unknown or the result is no finite number.
///
/// Whole numbers stay whole unless they divide with a fraction or become too large.
fn compute(operator: Operator, a: &Value, b: &Value) -> Option<Value> {
    if let (Value::Integer(a), Value::Integer(b)) = (a, b) {
        let whole = match operator {
            Operator::Add => a.checked_add(*b),
            Operator::Subtract => a.checked_sub(*b),
            Operator::Multiply => a.checked_mul(*b),
            Operator::Divide => a.checked_rem(*b).filter(|rest| *rest == 0).map(|_| a / b),
            Operator::IntegerDivide => a.checked_div(*b),
            Operator::Modulo => a.checked_rem(*b),
            Operator::Power => u32::try_from(*b).ok().and_then(|b| a.checked_pow(b)),
            _ => None,
        };
        if let Some(whole) = whole {
            return Some(Value::Integer(whole));
        }
    }
    let (a, b) = (number(a)?, number(b)?);
    let result = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide => a / b,
        Operator::IntegerDivide => (a / b).trunc(),
        Operator::Modulo => a % b,
        Operator::Power => a.powf(b),
        _ => return None,
    };
    result.is_finite().then_some(Value::Real(result))
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Real(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(operator: Operator, a: i64, b: i64) -> Option<Value> {
        compute(operator, &Value::Integer(a), &Value::Integer(b))
    }

    #[test]
    fn whole_numbers_stay_whole_where_they_can() {
        assert_eq!(of(Operator::Divide, 6, 3), Some(Value::Integer(2)));
        assert_eq!(of(Operator::Divide, 5, 2), Some(Value::Real(2.5)));
        assert_eq!(of(Operator::IntegerDivide, -5, 2), Some(Value::Integer(-2)));
        assert_eq!(of(Operator::Modulo, -5, 3), Some(Value::Integer(-2)));
        assert_eq!(of(Operator::Power, 2, -1), Some(Value::Real(0.5)));
        assert_eq!(of(Operator::Add, i64::MAX, 1), Some(Value::Real(2f64.powi(63))));
    }

    #[test]
    fn what_is_no_number_is_unknown() {
        for operator in [Operator::Divide, Operator::IntegerDivide, Operator::Modulo] {
            assert_eq!(of(operator, 1, 0), None);
        }
        assert_eq!(compute(Operator::Add, &Value::Integer(1), &Value::Null), None);
        assert_eq!(compute(Operator::Power, &Value::Real(-1.0), &Value::Real(0.5)), None);
        assert_eq!(of(Operator::IntegerDivide, i64::MIN, -1), Some(Value::Real(2f64.powi(63))));
    }
}
