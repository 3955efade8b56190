//! CQL2 as SQL: what the database can say exactly, and a box around the rest.
//!
//! Null is unknown in both, so *and*, *or* and *not* mean the same. What is not said exactly here is
//! looked for more widely, and held against the filter when it has come.

use std::ops::Bound;

use time::Date;

use super::condition::Condition;
use super::failure::Failure;
use super::known::{self, where_known};
use super::source::Source;
use super::temporal;
use crate::domain::timestamp::is_written;
use crate::domain::{Expression, FieldType, Literal, Operator, Timestamp, Value};
use crate::filter::{Filter, Plan, turned};

/// Adds a filter to a condition; says whether just the features that match it are found.
pub(super) fn add(
    filter: &Filter,
    source: &Source,
    condition: &mut Condition,
) -> Result<bool, Failure> {
    let said = say(filter.expression(), source, condition);
    condition.and_all(said.text);
    stretches(filter.plan(), source, condition);
    if !said.is_exact {
        boxes(filter.plan(), source, condition)?;
    }
    Ok(said.is_exact)
}

/// What was said of a condition: nothing where it may be true anywhere.
struct Said {
    text: Option<String>,
    is_exact: bool,
}

impl Said {
    fn exactly(text: String) -> Self {
        Self { text: Some(text), is_exact: true }
    }

    const NOTHING: Self = Self { text: None, is_exact: false };
}

fn say(expression: &Expression, source: &Source, condition: &mut Condition) -> Said {
    let before = condition.arguments();
    let said = say_with_arguments(expression, source, condition);
    if said.text.is_none() {
        condition.keep_arguments(before); // the database counts them
    }
    said
}

fn say_with_arguments(expression: &Expression, source: &Source, condition: &mut Condition) -> Said {
    let Expression::Call(operator, parts) = expression else {
        return truth(expression, source).map_or(Said::NOTHING, Said::exactly);
    };
    let leaf = match operator {
        Operator::And => return all(parts, source, condition),
        Operator::Or => return any(parts, source, condition),
        Operator::Not => {
            let said = say(&parts[0], source, condition);
            let exact = said.text.filter(|_| said.is_exact);
            return exact.map_or(Said::NOTHING, |text| Said::exactly(format!("NOT ({text})")));
        }
        Operator::IsNull => is_null(&parts[0], source),
        Operator::Between => between(parts, source, condition),
        Operator::In => one_of(parts, source, condition),
        other => compared(*other, parts, source, condition)
            .or_else(|| temporal::related(*other, parts, source, condition)),
    };
    leaf.map_or(Said::NOTHING, Said::exactly)
}

/// A field of truths alone, as a condition.
fn truth(expression: &Expression, source: &Source) -> Option<String> {
    let (column, kind) = column(expression, source)?;
    (kind == FieldType::Boolean).then(|| format!("({column})"))
}

fn all(parts: &[Expression], source: &Source, condition: &mut Condition) -> Said {
    let said: Vec<Said> = parts.iter().map(|part| say(part, source, condition)).collect();
    let is_exact = said.iter().all(|one| one.is_exact);
    let texts: Vec<String> = said.into_iter().filter_map(|one| one.text).collect();
    Said { text: (!texts.is_empty()).then(|| format!("({})", texts.join(" AND "))), is_exact }
}

fn any(parts: &[Expression], source: &Source, condition: &mut Condition) -> Said {
    let said: Vec<Said> = parts.iter().map(|part| say(part, source, condition)).collect();
    let is_exact = said.iter().all(|one| one.is_exact);
    // One part that may be true anywhere leaves nothing to say.
    let texts: Option<Vec<String>> = said.into_iter().map(|one| one.text).collect();
    Said { text: texts.map(|texts| format!("({})", texts.join(" OR "))), is_exact }
}

/// The column of a field and what it holds, unless it is a list.
fn column<'a>(expression: &Expression, source: &'a Source) -> Option<(&'a str, FieldType)> {
    let Expression::Property(name) = expression else { return None };
    let field = source.schema.position(name)?;
    let kind = source.schema.fields()[field].field_type;
    (kind != FieldType::List).then(|| (source.columns[field].compared.as_str(), kind))
}

/// A value as an argument that is compared with a column as memory compares it.
fn value(expression: &Expression, kind: FieldType, condition: &mut Condition) -> Option<String> {
    let Expression::Literal(literal) = expression else { return None };
    Some(match (kind, literal) {
        (FieldType::Integer, Literal::Integer(number)) => {
            format!("{}::bigint", condition.argument(*number))
        }
        (FieldType::Real, Literal::Integer(number)) => {
            format!("{}::double precision", condition.argument(*number as f64))
        }
        (FieldType::Real, Literal::Real(number)) => {
            format!("{}::double precision", condition.argument(*number))
        }
        (FieldType::Text, Literal::Text(text)) if !text.contains('\0') => {
            // In the order of code points, whatever is usual in the database.
            format!("{}::text COLLATE \"C\"", condition.argument(text.clone()))
        }
        (FieldType::Boolean, Literal::Boolean(is_true)) => {
            format!("{}::boolean", condition.argument(*is_true))
        }
        (FieldType::Date, Literal::Date(day)) if is_written(*day) => {
            condition.time(&Value::Date(*day))
        }
        (FieldType::DateTime, Literal::Timestamp(at)) => {
            condition.time(&Value::DateTime(Timestamp::new(*at)?))
        }
        _ => return None,
    })
}

/// Instants of a column in an order to a day, which is the whole of it.
fn on_a_day(
    operator: Operator,
    column: &str,
    day: Date,
    condition: &mut Condition,
) -> Option<String> {
    let first = Timestamp::at_start_of(day)?;
    let after = Timestamp::at_start_of(day.next_day()?)?;
    let mut is =
        |sign: &str, at| format!("({column}) {sign} {}", condition.time(&Value::DateTime(at)));
    Some(match operator {
        Operator::Equal => format!("({} AND {})", is(">=", first), is("<", after)),
        Operator::NotEqual => format!("({} OR {})", is("<", first), is(">=", after)),
        Operator::Less => is("<", first),
        Operator::LessOrEqual => is("<", after),
        Operator::Greater => is(">=", after),
        _ => is(">=", first),
    })
}

fn is_null(part: &Expression, source: &Source) -> Option<String> {
    let (column, kind) = column(part, source)?;
    Some(known::is_null(column, kind))
}

fn between(parts: &[Expression], source: &Source, condition: &mut Condition) -> Option<String> {
    let (column, kind) = column(&parts[0], source)?;
    if kind.is_time() {
        let ends = [(Operator::GreaterOrEqual, 1), (Operator::LessOrEqual, 2)];
        let [low, high] = ends.map(|(operator, end)| {
            compared(operator, &[parts[0].clone(), parts[end].clone()], source, condition)
        });
        return Some(format!("({} AND {})", low?, high?));
    }
    let low = value(&parts[1], kind, condition)?;
    let high = value(&parts[2], kind, condition)?;
    Some(where_known(column, kind, &format!("({column}) BETWEEN {low} AND {high}")))
}

fn one_of(parts: &[Expression], source: &Source, condition: &mut Condition) -> Option<String> {
    let (column, kind) = column(&parts[0], source)?;
    let Expression::Array(items) = &parts[1] else { return None };
    let items: Option<Vec<String>> =
        items.iter().map(|item| value(item, kind, condition)).collect();
    let items = items.filter(|items| !items.is_empty())?;
    Some(where_known(column, kind, &format!("({column}) IN ({})", items.join(", "))))
}

fn compared(
    operator: Operator,
    parts: &[Expression],
    source: &Source,
    condition: &mut Condition,
) -> Option<String> {
    use Operator::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    if !matches!(operator, Equal | NotEqual | Less | LessOrEqual | Greater | GreaterOrEqual) {
        return None;
    }
    let (column, kind, other, operator) = if let Some((column, kind)) = column(&parts[0], source) {
        (column, kind, &parts[1], operator)
    } else {
        let (column, kind) = column(&parts[1], source)?;
        (column, kind, &parts[0], turned(operator))
    };
    if let (FieldType::DateTime, Expression::Literal(Literal::Date(day))) = (kind, other) {
        let text = on_a_day(operator, column, *day, condition)?;
        return Some(where_known(column, kind, &text));
    }
    let value = value(other, kind, condition)?;
    Some(where_known(column, kind, &format!("({column}) {} {value}", operator.name())))
}

/// Adds the boxes that the geometries of a plan must meet, unless all is said without.
fn boxes(plan: &Plan, source: &Source, condition: &mut Condition) -> Result<(), Failure> {
    match plan {
        Plan::Box(bbox) => condition.meets(bbox, source),
        Plan::Both(parts) => parts.iter().try_for_each(|part| boxes(part, source, condition)),
        _ => Ok(()),
    }
}

/// Adds the stretches of times and numbers that a plan leaves, plainly, so that an index of the database serves.
fn stretches(plan: &Plan, source: &Source, condition: &mut Condition) {
    match plan {
        Plan::Both(parts) => parts.iter().for_each(|part| stretches(part, source, condition)),
        Plan::Range { field, low, high } => {
            let column = &source.columns[*field].compared;
            for (bound, sign) in [(low, ">"), (high, "<")] {
                let (value, sign) = match bound {
                    Bound::Included(value) => (value, format!("{sign}=")),
                    Bound::Excluded(value) => (value, sign.to_owned()),
                    Bound::Unbounded => continue,
                };
                if matches!(value, Value::Date(_) | Value::DateTime(_) | Value::Real(_))
                    && let Some(value) = condition.value(value)
                {
                    condition.and(format!("{column} {sign} {value}"));
                }
            }
        }
        _ => {}
    }
}
