//! Relations between times as SQL, as `filter` has them: a day and a year are whole, an end that is open
//! is beyond everything, and what cannot be written in four digits of a year is unknown.

use time::Date;

use super::condition::Condition;
use super::known::is_known;
use super::source::Source;
use crate::domain::{Expression, FieldType, Literal, Operator, Timestamp, Value};

const DAY_NS: i128 = 24 * 60 * 60 * 1_000_000_000;

/// An instant at which a time begins or ends.
#[derive(Debug, Clone)]
enum Edge {
    /// The same for all, in nanoseconds since 1970; the least and the largest number are open ends.
    Constant(i128),
    /// In words of SQL.
    Column(String),
}

/// An instant between two others; both ends belong to it, but where the last is that of a column which
/// is whole, it is the first behind it.
#[derive(Debug, Clone)]
struct End {
    first: Edge,
    last: Edge,
    is_whole: bool,
}

#[derive(Debug, Clone)]
struct Span {
    start: End,
    end: End,
}

/// Says whether two times stand in a relation; `None` where SQL cannot say it.
pub(super) fn related(
    operator: Operator,
    parts: &[Expression],
    source: &Source,
    condition: &mut Condition,
) -> Option<String> {
    let mut said = Said { source, condition, guards: Vec::new() };
    let [a, b] = [&parts[0], &parts[1]].map(|part| said.span(part));
    let text = said.relation(operator, &a?, &b?)?;
    let guards = said.guards.join(" AND ");
    Some(if guards.is_empty() { text } else { format!("(CASE WHEN {guards} THEN {text} END)") })
}

/// Writes relations, with what must be known for them.
struct Said<'a> {
    source: &'a Source,
    condition: &'a mut Condition,
    guards: Vec<String>,
}

impl Said<'_> {
    fn span(&mut self, expression: &Expression) -> Option<Span> {
        match expression {
            Expression::Literal(Literal::Date(day)) => Some(of_day(*day)),
            Expression::Literal(Literal::Timestamp(at)) => {
                Some(at_once(Edge::Constant(at.unix_timestamp_nanos())))
            }
            Expression::Property(name) => self.field(name),
            Expression::Interval(ends) => {
                let mut end = |end: &Option<Expression>, open: i128| match end {
                    Some(end) => self.span(end),
                    None => Some(at_once(Edge::Constant(open))),
                };
                let [first, last] = [end(&ends[0], i128::MIN)?, end(&ends[1], i128::MAX)?];
                let span = Span { start: first.start, end: last.end };
                // One that would end before it starts is unknown.
                let is_turned = self.before(&span.end, &span.start)?;
                if is_turned != "false" {
                    self.guards.push(format!("NOT {is_turned}"));
                }
                Some(span)
            }
            _ => None,
        }
    }

    /// The time of a field; `year` is the whole of it.
    fn field(&mut self, name: &str) -> Option<Span> {
        let place = self.source.schema.position(name)?;
        let column = &self.source.columns[place].compared;
        let utc = |text: &str| format!("(({text})::timestamp AT TIME ZONE 'UTC')");
        let kind = self.source.schema.fields()[place].field_type;
        let (guard, span) = match kind {
            FieldType::DateTime => {
                (is_known(column, kind)?, at_once(Edge::Column(format!("({column})"))))
            }
            FieldType::Date => {
                let (day, next) = (utc(column), utc(&format!("({column}) + 1")));
                (is_known(column, kind)?, whole(day, next))
            }
            FieldType::Integer if name == "year" => {
                // The calendar of the database begins in 4713 BC, before all that can be asked.
                let years = format!("(GREATEST({column}, -4700) - 2000)::int");
                let of_2000 = |day: &str| {
                    utc(&format!("TIMESTAMP '{day}' + make_interval(years => {years})"))
                };
                // From the first day to the last, which are days themselves.
                let [first, second] = ["2000-01-01", "2000-01-02"].map(of_2000);
                let [last, next] = ["2000-12-31", "2001-01-01"].map(of_2000);
                let span = Span { start: whole(first, second).start, end: whole(last, next).end };
                (format!("({column}) BETWEEN -9999 AND 9999"), span)
            }
            _ => return None,
        };
        self.guards.push(guard);
        Some(span)
    }

    /// Says whether an end is before another.
    fn before(&mut self, a: &End, b: &End) -> Option<String> {
        let whether = |is: bool| Some(is.to_string());
        match (&a.last, &b.first) {
            (Edge::Constant(a), Edge::Constant(b)) => whether(a < b),
            (Edge::Constant(i128::MIN), _) | (_, Edge::Constant(i128::MAX)) => whether(true),
            (Edge::Constant(i128::MAX), _) | (_, Edge::Constant(i128::MIN)) => whether(false),
            // Columns hold whole microseconds.
            (Edge::Constant(ns), Edge::Column(y)) => Some(format!("{y} > {}", self.micros(*ns)?)),
            (Edge::Column(x), Edge::Constant(ns)) => {
                let sign = if a.is_whole || ns.rem_euclid(1_000) > 0 { "<=" } else { "<" };
                Some(format!("{x} {sign} {}", self.micros(*ns)?))
            }
            (Edge::Column(x), Edge::Column(y)) => {
                Some(format!("{x} {} {y}", if a.is_whole { "<=" } else { "<" }))
            }
        }
    }

    /// An instant as an argument, without what is below a microsecond.
    fn micros(&mut self, ns: i128) -> Option<String> {
        let at = Timestamp::from_micros(i64::try_from(ns.div_euclid(1_000)).ok()?)?;
        Some(self.condition.time(&Value::DateTime(at)))
    }

    /// Says whether two ends could be one instant.
    fn same(&mut self, a: &End, b: &End) -> Option<String> {
        Some(format!("NOT {} AND NOT {}", self.before(a, b)?, self.before(b, a)?))
    }

    /// The relations of Allen (1983), as OGC 21-065r2 names them.
    fn relation(&mut self, operator: Operator, a: &Span, b: &Span) -> Option<String> {
        let (a0, a1, b0, b1) = (&a.start, &a.end, &b.start, &b.end);
        let (befores, sames) = match operator {
            Operator::TBefore => (vec![(a1, b0)], None),
            Operator::TAfter => (vec![(b1, a0)], None),
            Operator::TContains => (vec![(a0, b0), (b1, a1)], None),
            Operator::TDuring => (vec![(b0, a0), (a1, b1)], None),
            Operator::TFinishedBy => (vec![(a0, b0)], Some((a1, b1))),
            Operator::TFinishes => (vec![(b0, a0)], Some((a1, b1))),
            Operator::TMeets => (vec![], Some((a1, b0))),
            Operator::TMetBy => (vec![], Some((a0, b1))),
            Operator::TOverlaps => (vec![(a0, b0), (b0, a1), (a1, b1)], None),
            Operator::TOverlappedBy => (vec![(b0, a0), (a0, b1), (b1, a1)], None),
            Operator::TStartedBy => (vec![(b1, a1)], Some((a0, b0))),
            Operator::TStarts => (vec![(a1, b1)], Some((a0, b0))),
            Operator::TEquals => {
                return Some(format!("({} AND {})", self.same(a0, b0)?, self.same(a1, b1)?));
            }
            Operator::TDisjoint | Operator::TIntersects => {
                let apart = format!("({} OR {})", self.before(a1, b0)?, self.before(b1, a0)?);
                let is_apart = operator == Operator::TDisjoint;
                return Some(if is_apart { apart } else { format!("(NOT {apart})") });
            }
            _ => return None,
        };
        let mut all: Vec<String> =
            befores.into_iter().map(|(a, b)| self.before(a, b)).collect::<Option<_>>()?;
        if let Some((a, b)) = sames {
            all.push(self.same(a, b)?);
        }
        Some(format!("({})", all.join(" AND ")))
    }
}

/// A time without an extent.
fn at_once(at: Edge) -> Span {
    let end = End { first: at.clone(), last: at, is_whole: false };
    Span { start: end.clone(), end }
}

/// A time from one instant in words of SQL to just before another.
fn whole(first: String, next: String) -> Span {
    let end = End { first: Edge::Column(first), last: Edge::Column(next), is_whole: true };
    Span { start: end.clone(), end }
}

fn of_day(day: Date) -> Span {
    let first = day.midnight().assume_utc().unix_timestamp_nanos();
    let [first, last] = [first, first + DAY_NS - 1].map(Edge::Constant);
    let end = End { first, last, is_whole: false };
    Span { start: end.clone(), end }
}
