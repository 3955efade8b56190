//! What stands on the sides of an operator: numbers, text, times, lists.

use std::fmt;

use super::super::scalar::Scalar;
use super::super::span::{Span, Time};
use super::super::text::Fold;
use super::{Checked, Checker, GEOMETRY, InvalidFilter, is_geometry, refused, said};
use crate::domain::{Expression, FieldType, Literal, Operator, Value};
use crate::formats::cql2;

/// Says what an expression is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Number,
    Text,
    Instant,
    Interval,
    List,
    Geometry,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Boolean => "a condition",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Instant => "a time",
            Self::Interval => "an interval of time",
            Self::List => "a list",
            Self::Geometry => "a geometry",
        })
    }
}

impl Checker<'_> {
    /// The place of a field in the schema.
    pub(super) fn field(&self, name: &str) -> Checked<usize> {
        self.schema.position(name).ok_or_else(|| {
            let fields = self.schema.fields().iter().map(|field| field.name.as_str());
            let meant = cql2::nearest(name, fields.chain([GEOMETRY[0]])).map(str::to_owned);
            InvalidFilter::UnknownField { name: cql2::shown(name), meant }
        })
    }

    /// What an expression is, whatever is wrong inside it.
    pub(super) fn kind(&self, expression: &Expression) -> Checked<Kind> {
        Ok(match expression {
            Expression::Property(name) if is_geometry(self.schema, name) => Kind::Geometry,
            Expression::Property(name) => {
                match self.schema.fields()[self.field(name)?].field_type {
                    FieldType::Text => Kind::Text,
                    FieldType::Integer | FieldType::Real => Kind::Number,
                    FieldType::List => Kind::List,
                    FieldType::Boolean => Kind::Boolean,
                    FieldType::Date | FieldType::DateTime => Kind::Instant,
                }
            }
            Expression::Literal(literal) => match literal {
                Literal::Boolean(_) => Kind::Boolean,
                Literal::Integer(_) | Literal::Real(_) => Kind::Number,
                Literal::Text(_) => Kind::Text,
                Literal::Date(_) | Literal::Timestamp(_) => Kind::Instant,
                Literal::Geometry(_) | Literal::Bbox(_) => Kind::Geometry,
            },
            Expression::Array(_) => Kind::List,
            Expression::Interval(_) => Kind::Interval,
            Expression::Call(operator, _) => match operator {
                Operator::Casei | Operator::Accenti => Kind::Text,
                Operator::Add
                | Operator::Subtract
                | Operator::Multiply
                | Operator::Divide
                | Operator::IntegerDivide
                | Operator::Modulo
                | Operator::Power => Kind::Number,
                _ => Kind::Boolean,
            },
        })
    }

    /// A number, text, or a truth that a field holds or that was written out.
    pub(super) fn scalar(&self, expression: &Expression) -> Checked<Scalar> {
        let scalar = match expression {
            Expression::Property(name)
                if matches!(self.kind(expression)?, Kind::Text | Kind::Number | Kind::Boolean) =>
            {
                Scalar::Field(self.field(name)?)
            }
            Expression::Literal(Literal::Boolean(is_true)) => {
                Scalar::Constant(Value::Boolean(*is_true))
            }
            Expression::Literal(Literal::Integer(number)) => {
                Scalar::Constant(Value::Integer(*number))
            }
            Expression::Literal(Literal::Real(number)) => Scalar::Constant(Value::Real(*number)),
            Expression::Literal(Literal::Text(text)) => {
                Scalar::Constant(Value::Text(text.as_str().into()))
            }
            Expression::Call(operator @ (Operator::Casei | Operator::Accenti), parts) => {
                let inner = self.text(expression, &parts[0])?;
                let is_case = *operator == Operator::Casei;
                Scalar::Folded(Fold { case: is_case, accents: !is_case }, Box::new(inner))
            }
            Expression::Call(operator, parts) if self.kind(expression)? == Kind::Number => {
                let number = |part| self.number(expression, part);
                Scalar::Arithmetic(*operator, Box::new((number(&parts[0])?, number(&parts[1])?)))
            }
            other => {
                let what = format!(
                    "{} is {}, and a number or text is needed",
                    said(other),
                    self.kind(other)?
                );
                return Err(refused(other, &what));
            }
        };
        Ok(scalar.simplified())
    }

    pub(super) fn number(&self, whole: &Expression, part: &Expression) -> Checked<Scalar> {
        self.of_kind(whole, part, Kind::Number)
    }

    fn text(&self, whole: &Expression, part: &Expression) -> Checked<Scalar> {
        self.of_kind(whole, part, Kind::Text)
    }

    fn of_kind(&self, whole: &Expression, part: &Expression, needed: Kind) -> Checked<Scalar> {
        let kind = self.kind(part)?;
        if kind == needed {
            return self.scalar(part);
        }
        Err(refused(whole, &format!("{} is {kind}, and {needed} is needed", said(part))))
    }

    /// A time: one that was written out, a field of days or instants, or the field `year` as the whole
    /// of it.
    pub(super) fn time(&self, expression: &Expression) -> Checked<Time> {
        match expression {
            Expression::Literal(_) if self.constant_time(expression).is_some() => {
                let span = self.constant_time(expression);
                span.map(Time::Constant).ok_or_else(|| refused(expression, "this is no time"))
            }
            Expression::Property(name)
                if name == "year" && self.kind(expression)? == Kind::Number =>
            {
                Ok(Time::Year(self.field(name)?))
            }
            Expression::Property(name) if self.kind(expression)? == Kind::Instant => {
                let field = self.field(name)?;
                let is_day = self.schema.fields()[field].field_type == FieldType::Date;
                Ok(if is_day { Time::Day(field) } else { Time::Instant(field) })
            }
            Expression::Interval(ends) => {
                let end = |end: &Option<Expression>, open| match end {
                    Some(end) => self.time(end),
                    None => Ok(Time::Constant(open)),
                };
                let start = end(&ends[0], Span::EVER_BEFORE)?;
                let finish = end(&ends[1], Span::EVER_AFTER)?;
                match (start, finish) {
                    (Time::Constant(a), Time::Constant(b)) => Span::between(a, b)
                        .map(Time::Constant)
                        .ok_or_else(|| refused(expression, "the interval ends before it starts")),
                    ends => Ok(Time::Between(Box::new(ends))),
                }
            }
            other => {
                let kind = self.kind(other)?;
                let what = format!(
                    "{} is {kind}, and a time is needed: DATE('2020-10-13'), TIMESTAMP('2020-10-13T08:00:00Z'), INTERVAL('2019-01-01','..'), a field of times or `year`",
                    said(other)
                );
                Err(refused(other, &what))
            }
        }
    }

    /// The day or instant that was written out.
    #[expect(clippy::unused_self, reason = "it stands among the readers of operands")]
    pub(super) fn constant_time(&self, expression: &Expression) -> Option<Span> {
        match expression {
            Expression::Literal(Literal::Date(date)) => Some(Span::day(*date)),
            Expression::Literal(Literal::Timestamp(instant)) => Some(Span::instant(*instant)),
            _ => None,
        }
    }
}
