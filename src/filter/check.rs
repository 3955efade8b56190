//! Conditions held against a schema: names that exist, and values of the kinds that operators take.

mod arrays;
mod operands;

use super::plan::Plan;
use super::predicate::{Nullable, Predicate, compares};
use super::scalar::Scalar;
use super::space::{Shape, Space, exchanged, related};
use super::span::Time;
use super::text::{Fold, Pattern};
use crate::domain::{Expression, Literal, Operator, Schema, Value};
use crate::formats::cql2;

use operands::Kind;

/// A condition that no feature of the collection could be held against.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFilter {
    /// A name that the collection does not have.
    #[error("there is no field `{name}`{}", meant.as_ref().map_or_else(String::new, |meant| format!("; did you mean `{meant}`?")))]
    UnknownField {
        /// The name.
        name: String,
        /// The name that was likely meant.
        meant: Option<String>,
    },
    /// A value of a kind that does not belong where it stands.
    #[error("in `{part}`: {what}")]
    Kind {
        /// The part, as CQL2 Text.
        part: String,
        /// What is there, and what would be right.
        what: String,
    },
}

type Checked<T> = Result<T, InvalidFilter>;

/// Holds conditions against a schema.
pub(super) struct Checker<'a> {
    schema: &'a Schema,
}

/// The names of the geometry, unless a field has one of them.
const GEOMETRY: [&str; 2] = ["geometry", "geom"];

impl<'a> Checker<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        Self { schema }
    }

    /// Checks a condition.
    pub(super) fn predicate(&self, expression: &Expression) -> Checked<Predicate> {
        let Expression::Call(operator, arguments) = expression else {
            return match expression {
                Expression::Literal(Literal::Boolean(value)) => Ok(Predicate::Known(Some(*value))),
                Expression::Property(name)
                    if !is_geometry(self.schema, name)
                        && self.kind(expression)? == Kind::Boolean =>
                {
                    let pair = (self.scalar(expression)?, Scalar::Constant(Value::Boolean(true)));
                    Ok(Predicate::Compare(Operator::Equal, Box::new(pair)))
                }
                other => Err(self.no_condition(other)),
            };
        };
        match (operator, arguments.as_slice()) {
            (Operator::And, parts) => self.predicates(parts).map(Predicate::All),
            (Operator::Or, parts) => self.predicates(parts).map(Predicate::Any),
            (Operator::Not, [part]) => Ok(Predicate::Not(Box::new(self.predicate(part)?))),
            (
                Operator::Equal
                | Operator::NotEqual
                | Operator::Less
                | Operator::LessOrEqual
                | Operator::Greater
                | Operator::GreaterOrEqual,
                [left, right],
            ) => self.comparison(expression, *operator, left, right),
            (Operator::Between, [value, low, high]) => self.between(expression, value, low, high),
            (Operator::In, [value, list]) => self.one_of(expression, value, list),
            (Operator::Like, [value, pattern]) => self.like(expression, value, pattern),
            (Operator::IsNull, [value]) => self.is_null(value).map(Predicate::IsNull),
            (Operator::SDWithin, [left, right, distance, unit]) => {
                self.distance(expression, [left, right, distance, unit])
            }
            (operator, [left, right]) if operator.is_of_arrays() => {
                let (left, right) = self.lists(expression, left, right)?;
                Ok(Predicate::Lists(*operator, left, right))
            }
            (operator, [left, right]) if operator.name().starts_with("t_") => {
                Ok(Predicate::Times(*operator, self.time(left)?, self.time(right)?))
            }
            (operator, [left, right]) if operator.name().starts_with("s_") => {
                self.space(expression, *operator, left, right)
            }
            _ => Err(self.no_condition(expression)),
        }
    }

    fn predicates(&self, parts: &[Expression]) -> Checked<Vec<Predicate>> {
        parts.iter().map(|part| self.predicate(part)).collect()
    }

    fn comparison(
        &self,
        whole: &Expression,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Checked<Predicate> {
        let kinds = (self.kind(left)?, self.kind(right)?);
        match kinds {
            (Kind::Number, Kind::Number) | (Kind::Text, Kind::Text) => {
                let pair = (self.scalar(left)?, self.scalar(right)?);
                Ok(Predicate::Compare(operator, Box::new(pair)))
            }
            (Kind::Boolean, Kind::Boolean)
                if matches!(operator, Operator::Equal | Operator::NotEqual)
                    && is_plain(left)
                    && is_plain(right) =>
            {
                let pair = (self.scalar(left)?, self.scalar(right)?);
                Ok(Predicate::Compare(operator, Box::new(pair)))
            }
            (Kind::Boolean, Kind::Boolean) => {
                let same =
                    Predicate::Same(Box::new((self.predicate(left)?, self.predicate(right)?)));
                match operator {
                    Operator::Equal => Ok(same),
                    Operator::NotEqual => Ok(Predicate::Not(Box::new(same))),
                    _ => Err(refused(whole, "conditions have no order: use = or <>")),
                }
            }
            (Kind::Instant, Kind::Instant) => Ok(match (self.time(left)?, self.time(right)?) {
                (Time::Constant(a), Time::Constant(b)) => {
                    Predicate::Known(Some(compares(operator, a.order(b))))
                }
                (a, b) => Predicate::When(operator, a, b),
            }),
            (Kind::List, _) | (_, Kind::List) => Err(refused(
                whole,
                "lists are compared by A_EQUALS, A_CONTAINS, A_CONTAINEDBY and A_OVERLAPS",
            )),
            (Kind::Geometry, _) | (_, Kind::Geometry) => Err(refused(
                whole,
                "geometries are compared by S_EQUALS, S_INTERSECTS and their like",
            )),
            (Kind::Instant | Kind::Interval, _) | (_, Kind::Instant | Kind::Interval) => {
                Err(refused(
                    whole,
                    "times are compared with times, such as DATE('2020-10-13'), or by T_EQUALS, T_AFTER, T_INTERSECTS and their like; `year` stands for the whole year there",
                ))
            }
            (a, b) => Err(refused(
                whole,
                &format!(
                    "{} is {a} and {} is {b}; compare values of one kind",
                    said(left),
                    said(right)
                ),
            )),
        }
    }

    /// Numbers, or times, both ends included.
    fn between(
        &self,
        whole: &Expression,
        value: &Expression,
        low: &Expression,
        high: &Expression,
    ) -> Checked<Predicate> {
        if self.kind(value)? == Kind::Instant {
            let from = self.comparison(whole, Operator::GreaterOrEqual, value, low)?;
            let to = self.comparison(whole, Operator::LessOrEqual, value, high)?;
            return Ok(Predicate::All(vec![from, to]));
        }
        let number = |part| self.number(whole, part);
        let parts = [number(value)?, number(low)?, number(high)?];
        Ok(Predicate::Between(Box::new(parts)))
    }

    fn one_of(
        &self,
        whole: &Expression,
        value: &Expression,
        list: &Expression,
    ) -> Checked<Predicate> {
        let Expression::Array(values) = list else {
            return Err(refused(whole, "IN is followed by a list in parentheses"));
        };
        let kind = self.kind(value)?;
        if kind == Kind::Instant {
            return self.one_of_times(value, values);
        }
        if kind == Kind::Boolean && !std::iter::once(value).chain(values).all(is_plain) {
            let is = |one| self.comparison(whole, Operator::Equal, value, one);
            return Ok(Predicate::Any(values.iter().map(is).collect::<Checked<_>>()?));
        }
        let scalar = self.scalar(value)?;
        let mut constants = Vec::new();
        let mut others = Vec::new();
        for one in values {
            if self.kind(one)? != kind {
                let what = format!("{} is {kind} and {} is not", said(value), said(one));
                return Err(refused(whole, &what));
            }
            match self.scalar(one)? {
                Scalar::Constant(Value::Null) => others.push(Predicate::Known(None)),
                Scalar::Constant(constant) => constants.push(constant),
                other => {
                    let pair = Box::new((scalar.clone(), other));
                    others.push(Predicate::Compare(Operator::Equal, pair));
                }
            }
        }
        constants.sort_by(|a, b| a.compare(b).unwrap_or(std::cmp::Ordering::Equal));
        let among = Predicate::OneOf(scalar, constants);
        if others.is_empty() {
            return Ok(among);
        }
        others.insert(0, among);
        Ok(Predicate::Any(others))
    }

    fn one_of_times(&self, value: &Expression, times: &[Expression]) -> Checked<Predicate> {
        let time = self.time(value)?;
        let is =
            |one: &Expression| Ok(Predicate::When(Operator::Equal, time.clone(), self.time(one)?));
        Ok(Predicate::Any(times.iter().map(is).collect::<Checked<_>>()?))
    }

    fn like(
        &self,
        whole: &Expression,
        value: &Expression,
        pattern: &Expression,
    ) -> Checked<Predicate> {
        if self.kind(value)? != Kind::Text {
            return Err(refused(
                whole,
                &format!("LIKE needs text, and {} is {}", said(value), self.kind(value)?),
            ));
        }
        let mut fold = Fold::default();
        let mut inner = pattern;
        while let Expression::Call(operator @ (Operator::Casei | Operator::Accenti), parts) = inner
        {
            fold.case |= *operator == Operator::Casei;
            fold.accents |= *operator == Operator::Accenti;
            inner = &parts[0];
        }
        let Expression::Literal(Literal::Text(text)) = inner else {
            return Err(refused(
                whole,
                "the pattern after LIKE is text in single quotes, such as '%park%', or CASEI('%park%')",
            ));
        };
        let scalar = self.scalar(value)?;
        // What is folded on the left only would never fit: letters there have no case any more.
        Ok(Predicate::Like(scalar, fold, Pattern::new(text, fold)))
    }

    fn is_null(&self, value: &Expression) -> Checked<Nullable> {
        Ok(match (self.kind(value)?, value) {
            (Kind::Geometry, Expression::Property(_)) => Nullable::Geometry,
            (Kind::List | Kind::Boolean | Kind::Instant, Expression::Property(name)) => {
                Nullable::Field(self.field(name)?)
            }
            (Kind::Text | Kind::Number, _) => Nullable::Scalar(self.scalar(value)?),
            (Kind::Boolean, _) => Nullable::Condition(Box::new(self.predicate(value)?)),
            (Kind::Instant | Kind::Interval, _) => Nullable::Time(self.time(value)?),
            // A list or geometry that was written out is there.
            _ => Nullable::Scalar(Scalar::Constant(Value::Integer(0))),
        })
    }

    fn space(
        &self,
        whole: &Expression,
        operator: Operator,
        left: &Expression,
        right: &Expression,
    ) -> Checked<Predicate> {
        let shapes = (self.shape(whole, left)?, self.shape(whole, right)?);
        Ok(match shapes {
            (None, None) => Predicate::Space(Space::Itself(operator)),
            (None, Some(shape)) => Predicate::Space(Space::Shape(operator, Box::new(shape))),
            (Some(shape), None) => {
                Predicate::Space(Space::Shape(exchanged(operator), Box::new(shape)))
            }
            (Some(a), Some(b)) => {
                Predicate::Known(Some(related(operator, a.geometry(), b.geometry())))
            }
        })
    }

    /// The geometry that was written out; `None` for that of the feature.
    fn shape(&self, whole: &Expression, part: &Expression) -> Checked<Option<Shape>> {
        match part {
            Expression::Literal(Literal::Geometry(geometry)) => {
                Ok(Some(Shape::of(geometry.clone())))
            }
            Expression::Literal(Literal::Bbox(bbox)) => Ok(Some(Shape::of_bbox(*bbox))),
            Expression::Property(_) if self.kind(part)? == Kind::Geometry => Ok(None),
            _ => {
                let kind = self.kind(part)?;
                let what = format!(
                    "{} is {kind}, and a geometry is needed: `geometry`, well-known text or BBOX(west,south,east,north)",
                    said(part)
                );
                Err(refused(whole, &what))
            }
        }
    }

    /// `S_DWITHIN(geometry, POINT(…), distance, 'm')`, the extension.
    fn distance(&self, whole: &Expression, parts: [&Expression; 4]) -> Checked<Predicate> {
        const FORM: &str =
            "write S_DWITHIN(geometry, POINT(lon lat), 5, 'km'), the unit 'm' or 'km'";
        let [left, right, distance, unit] = parts;
        let is_geometry = |part| Ok(self.shape(whole, part)?.is_none());
        let point = match (is_geometry(left)?, is_geometry(right)?) {
            (true, false) => right,
            (false, true) => left,
            _ => return Err(refused(whole, FORM)),
        };
        let Expression::Literal(Literal::Geometry(geo::Geometry::Point(point))) = point else {
            return Err(refused(whole, FORM));
        };
        let scale = match unit {
            Expression::Literal(Literal::Text(unit)) if unit == "m" => 1.0,
            Expression::Literal(Literal::Text(unit)) if unit == "km" => 1_000.0,
            _ => return Err(refused(whole, FORM)),
        };
        let metres = match distance {
            Expression::Literal(Literal::Integer(number)) => *number as f64 * scale,
            Expression::Literal(Literal::Real(number)) => number * scale,
            _ => return Err(refused(whole, FORM)),
        };
        if !(0.0..f64::INFINITY).contains(&metres) {
            return Err(refused(whole, "a distance is 0 or more"));
        }
        let from = crate::domain::LonLat::from_degrees(point.x(), point.y());
        let from = from.map_err(|error| refused(whole, &error.to_string()))?;
        Ok(Predicate::Space(Space::Distance { from, metres }))
    }

    fn no_condition(&self, part: &Expression) -> InvalidFilter {
        match self.kind(part) {
            Err(error) => error,
            Ok(kind) => {
                let what = format!(
                    "{} is {kind}, and stands where a condition is needed, such as year >= 2010",
                    said(part)
                );
                refused(part, &what)
            }
        }
    }
}

/// Shows a part as CQL2 Text.
fn said(part: &Expression) -> String {
    format!("`{}`", cql2::shown(&cql2::to_text(part)))
}

fn refused(part: &Expression, what: &str) -> InvalidFilter {
    InvalidFilter::Kind { part: cql2::shown(&cql2::to_text(part)), what: what.to_owned() }
}

/// A condition that holds for a feature or not, and what an index could answer of it.
pub(super) fn check(schema: &Schema, expression: &Expression) -> Checked<(Predicate, Plan)> {
    let predicate = Checker::new(schema).predicate(expression)?;
    let plan = Plan::of(&predicate);
    Ok((predicate, plan))
}

/// Says whether an expression is a name or was written out.
fn is_plain(expression: &Expression) -> bool {
    matches!(expression, Expression::Property(_) | Expression::Literal(_))
}

/// Says whether a field of a name stands for the geometry.
fn is_geometry(schema: &Schema, name: &str) -> bool {
    GEOMETRY.contains(&name) && schema.position(name).is_none()
}
