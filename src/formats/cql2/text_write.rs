//! Conditions as CQL2 Text, in one way only.

use std::fmt::Write as _;

use time::format_description::well_known::Rfc3339;
use wkt::ToWkt;

use super::token::{Kind, tokens};
use crate::domain::{Expression, Literal, Operator};

/// Writes a condition so that it reads back as what it is.
#[must_use]
pub fn write(expression: &Expression) -> String {
    let mut out = String::new();
    part(&mut out, expression, 0);
    out
}

/// How strongly an operator binds; what binds less than its place needs parentheses.
fn strength(expression: &Expression) -> u8 {
    let Expression::Call(operator, _) = expression else { return 9 };
    match operator {
        Operator::Or => 1,
        Operator::And => 2,
        Operator::Not => 3,
        Operator::Equal
        | Operator::NotEqual
        | Operator::Less
        | Operator::Greater
        | Operator::LessOrEqual
        | Operator::GreaterOrEqual
        | Operator::Like
        | Operator::Between
        | Operator::In
        | Operator::IsNull => 4,
        Operator::Add | Operator::Subtract => 5,
        Operator::Multiply | Operator::Divide | Operator::IntegerDivide | Operator::Modulo => 6,
        Operator::Power => 7,
        _ => 9,
    }
}

fn part(out: &mut String, expression: &Expression, least: u8) {
    let is_enclosed = strength(expression) < least;
    if is_enclosed {
        out.push('(');
    }
    match expression {
        Expression::Property(name) => out.push_str(&property(name)),
        Expression::Literal(value) => literal(out, value),
        Expression::Array(values) => list(out, values),
        Expression::Interval(ends) => {
            out.push_str("INTERVAL(");
            interval_end(out, ends[0].as_ref());
            out.push(',');
            interval_end(out, ends[1].as_ref());
            out.push(')');
        }
        Expression::Call(operator, arguments) => call(out, *operator, arguments),
    }
    if is_enclosed {
        out.push(')');
    }
}

fn list(out: &mut String, values: &[Expression]) {
    out.push('(');
    for (number, value) in values.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { "," });
        part(out, value, 0);
    }
    out.push(')');
}

fn call(out: &mut String, operator: Operator, arguments: &[Expression]) {
    let (infix, left, right) = match operator {
        Operator::And | Operator::Or => {
            let word = if operator == Operator::And { " AND " } else { " OR " };
            // One of its own kind inside would be read as one chain, so it keeps parentheses.
            let least = if operator == Operator::And { 3 } else { 2 };
            for (number, argument) in arguments.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { word });
                part(out, argument, least);
            }
            return;
        }
        Operator::Not => {
            out.push_str("NOT ");
            return arguments.iter().for_each(|argument| part(out, argument, 3));
        }
        Operator::IsNull => {
            for argument in arguments {
                part(out, argument, 5);
            }
            return out.push_str(" IS NULL");
        }
        Operator::Between => {
            for (argument, word) in arguments.iter().zip(["", " BETWEEN ", " AND "]) {
                out.push_str(word);
                part(out, argument, 5);
            }
            return;
        }
        Operator::Like => (" LIKE ".to_owned(), 5, 5),
        Operator::In => (" IN ".to_owned(), 5, 5),
        Operator::IntegerDivide => (" DIV ".to_owned(), 6, 7),
        Operator::Add | Operator::Subtract => (operator.name().to_owned(), 5, 6),
        Operator::Multiply | Operator::Divide | Operator::Modulo => {
            (operator.name().to_owned(), 6, 7)
        }
        Operator::Power => ("^".to_owned(), 8, 7),
        _ if operator.is_function() => {
            out.push_str(&operator.name().to_uppercase());
            return list_of_arguments(out, arguments);
        }
        _ => (format!(" {} ", operator.name()), 5, 5),
    };
    if let [first, second] = arguments {
        part(out, first, left);
        out.push_str(&infix);
        part(out, second, right);
    }
}

fn list_of_arguments(out: &mut String, arguments: &[Expression]) {
    out.push('(');
    for (number, argument) in arguments.iter().enumerate() {
        out.push_str(if number == 0 { "" } else { "," });
        part(out, argument, 0);
    }
    out.push(')');
}

/// Writes a name, in double quotes where it would be read as something else.
fn property(name: &str) -> String {
    let quoted = || format!("\"{}\"", name.replace('"', "\"\""));
    let is_word = tokens(name)
        .is_ok_and(|tokens| tokens.len() == 2 && tokens[0].kind == Kind::Word(name.to_owned()));
    let is_plain = is_word
        && super::from_text(name, crate::domain::RegisteredCrs::CRS84)
            == Ok(Expression::Property(name.into()));
    if is_plain { name.to_owned() } else { quoted() }
}

fn literal(out: &mut String, value: &Literal) {
    let _ = match value {
        Literal::Boolean(value) => write!(out, "{}", if *value { "TRUE" } else { "FALSE" }),
        Literal::Integer(number) => write!(out, "{number}"),
        Literal::Real(number) => write!(out, "{number:?}"),
        Literal::Text(text) => write!(out, "'{}'", text.replace('\'', "''")),
        Literal::Date(_) => write!(out, "DATE('{}')", instant(value)),
        Literal::Timestamp(_) => write!(out, "TIMESTAMP('{}')", instant(value)),
        Literal::Geometry(geometry) => write!(out, "{}", geometry.wkt_string()),
        Literal::Bbox(bbox) => {
            write!(out, "BBOX({:?},{:?},{:?},{:?})", bbox.west, bbox.south, bbox.east, bbox.north)
        }
    };
}

/// Writes a day or an instant without what stands around it.
pub(super) fn instant(value: &Literal) -> String {
    match value {
        Literal::Date(date) => date.to_string(),
        Literal::Timestamp(instant) => instant.format(&Rfc3339).unwrap_or_default(),
        _ => String::new(),
    }
}

fn interval_end(out: &mut String, end: Option<&Expression>) {
    match end {
        None => out.push_str("'..'"),
        Some(Expression::Literal(value)) => {
            let _ = write!(out, "'{}'", instant(value));
        }
        Some(other) => part(out, other, 0),
    }
}
