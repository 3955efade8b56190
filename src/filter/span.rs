//! Times and the relations between them.
//!
//! A time is known as precisely as it was written: a day as the whole of it. Two ends are equal
//! when they could be one instant, and one is earlier when it surely is.

use time::{Date, Month, OffsetDateTime};

use crate::domain::{Feature, Operator, Timestamp, Value};

/// Holds an instant between two others, in nanoseconds since 1970; both ends belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    first: i128,
    last: i128,
}

/// Holds a time: an instant, a day or an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: End,
    end: End,
}

/// Says where the time of a feature comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Time {
    /// The same for all.
    Constant(Span),
    /// The whole of the year in a field.
    Year(usize),
    /// The whole of the day in a field.
    Day(usize),
    /// The instant in a field.
    Instant(usize),
    /// From the start of one time to the end of another.
    Between(Box<(Time, Time)>),
}

const DAY_NS: i128 = 24 * 60 * 60 * 1_000_000_000;

impl End {
    fn is_before(self, other: Self) -> bool {
        self.last < other.first
    }

    fn is(self, other: Self) -> bool {
        !self.is_before(other) && !other.is_before(self)
    }
}

impl Span {
    /// An instant.
    pub(super) fn instant(at: OffsetDateTime) -> Self {
        let at = at.unix_timestamp_nanos();
        let end = End { first: at, last: at };
        Self { start: end, end }
    }

    /// A day in UTC.
    pub(super) fn day(date: Date) -> Self {
        let first = date.midnight().assume_utc().unix_timestamp_nanos();
        let end = End { first, last: first + DAY_NS - 1 };
        Self { start: end, end }
    }

    /// Before everything, as an open start.
    pub(super) const EVER_BEFORE: Self = {
        let end = End { first: i128::MIN, last: i128::MIN };
        Self { start: end, end }
    };

    /// After everything, as an open end.
    pub(super) const EVER_AFTER: Self = {
        let end = End { first: i128::MAX, last: i128::MAX };
        Self { start: end, end }
    };

    /// From the first to the last day of a year; `None` beyond 9999.
    pub(super) fn year(year: i64) -> Option<Self> {
        let year = i32::try_from(year).ok()?;
        let first = Date::from_calendar_date(year, Month::January, 1).ok()?;
        let last = Date::from_calendar_date(year, Month::December, 31).ok()?;
        Some(Self { start: Self::day(first).start, end: Self::day(last).end })
    }

    /// From the start of one to the end of another; `None` when it would end before it starts.
    pub(super) fn between(start: Self, end: Self) -> Option<Self> {
        let span = Self { start: start.start, end: end.end };
        (!span.end.is_before(span.start)).then_some(span)
    }

    /// Whether the first is before, within or after the second, as a temporal operator asks.
    ///
    /// # References
    ///
    /// Allen (1983), Maintaining knowledge about temporal intervals, Communications of the ACM
    /// 26, 832–843; OGC 21-065r2, requirements class temporal functions.
    pub(super) fn relates(self, operator: Operator, other: Self) -> bool {
        let (a, b) = (self, other);
        match operator {
            Operator::TBefore => a.end.is_before(b.start),
            Operator::TAfter => b.end.is_before(a.start),
            Operator::TDisjoint => a.end.is_before(b.start) || b.end.is_before(a.start),
            Operator::TContains => a.start.is_before(b.start) && b.end.is_before(a.end),
            Operator::TDuring => b.start.is_before(a.start) && a.end.is_before(b.end),
            Operator::TEquals => a.start.is(b.start) && a.end.is(b.end),
            Operator::TFinishedBy => a.start.is_before(b.start) && a.end.is(b.end),
            Operator::TFinishes => b.start.is_before(a.start) && a.end.is(b.end),
            Operator::TMeets => a.end.is(b.start),
            Operator::TMetBy => a.start.is(b.end),
            Operator::TOverlaps => {
                a.start.is_before(b.start) && b.start.is_before(a.end) && a.end.is_before(b.end)
            }
            Operator::TOverlappedBy => {
                b.start.is_before(a.start) && a.start.is_before(b.end) && b.end.is_before(a.end)
            }
            Operator::TStartedBy => a.start.is(b.start) && b.end.is_before(a.end),
            Operator::TStarts => a.start.is(b.start) && a.end.is_before(b.end),
            _ => !a.end.is_before(b.start) && !b.end.is_before(a.start),
        }
    }

    /// Compares two instants or days; `None` when they could be one instant.
    pub(super) fn order(self, other: Self) -> std::cmp::Ordering {
        if self.end.is_before(other.start) {
            std::cmp::Ordering::Less
        } else if other.end.is_before(self.start) {
            std::cmp::Ordering::Greater
        } else {
            std::cmp::Ordering::Equal
        }
    }
}

impl Time {
    /// The time of a feature; `None` when it is unknown.
    pub(super) fn span(&self, feature: &Feature) -> Option<Span> {
        match self {
            Self::Constant(span) => Some(*span),
            Self::Year(field) => match feature.values[*field] {
                Value::Integer(year) => Span::year(year),
                _ => None,
            },
            Self::Day(field) => match feature.values[*field] {
                Value::Date(day) => Some(Span::day(day)),
                _ => None,
            },
            Self::Instant(field) => match feature.values[*field] {
                Value::DateTime(at) => Some(Span::instant(at.utc())),
                _ => None,
            },
            Self::Between(ends) => Span::between(ends.0.span(feature)?, ends.1.span(feature)?),
        }
    }

    /// The field that the time comes from, if it is one, with the values that it has at the first and
    /// the last instant of another time; `None` where that is open, or beyond what the field can hold.
    pub(super) fn values_of(&self, span: Span) -> Option<(usize, [Option<Value>; 2])> {
        let ends = [span.start.first, span.end.last];
        let at = |ns: i128| OffsetDateTime::from_unix_timestamp_nanos(ns).ok();
        Some(match self {
            Self::Year(field) => {
                (*field, ends.map(|ns| Some(Value::Integer(at(ns)?.year().into()))))
            }
            Self::Day(field) => (*field, ends.map(|ns| Some(Value::Date(at(ns)?.date())))),
            Self::Instant(field) => {
                let micros = |ns: i128| i64::try_from(ns.div_euclid(1_000)).ok();
                let value = |ns| Timestamp::from_micros(micros(ns)?).map(Value::DateTime);
                (*field, ends.map(value))
            }
            Self::Constant(_) | Self::Between(_) => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    /// The fourteen operators of intervals, without `T_INTERSECTS` and `T_DISJOINT`.
    const ALLEN: [Operator; 13] = [
        Operator::TBefore,
        Operator::TMeets,
        Operator::TOverlaps,
        Operator::TFinishedBy,
        Operator::TContains,
        Operator::TStarts,
        Operator::TEquals,
        Operator::TStartedBy,
        Operator::TDuring,
        Operator::TFinishes,
        Operator::TOverlappedBy,
        Operator::TMetBy,
        Operator::TAfter,
    ];

    fn days(first: u8, last: u8) -> Span {
        let day = |day| Span::day(Date::from_calendar_date(2020, Month::May, day).unwrap());
        Span::between(day(first), day(last)).unwrap()
    }

    #[test]
    fn of_two_intervals_exactly_one_relation_of_allen_holds() {
        let mut intervals = Vec::new();
        for first in 1..=5 {
            intervals.extend((first + 1..=6).map(|last| days(first, last)));
        }
        for &a in &intervals {
            for &b in &intervals {
                let holding = ALLEN.iter().filter(|operator| a.relates(**operator, b));
                assert_eq!(holding.count(), 1, "{a:?} {b:?}");
                let is_disjoint = a.relates(Operator::TDisjoint, b);
                assert_eq!(is_disjoint, !a.relates(Operator::TIntersects, b));
            }
        }
    }

    #[test]
    fn each_relation_is_the_one_that_its_name_says() {
        let b = days(10, 20);
        let firsts = [(1, 5), (5, 10), (5, 15), (5, 20), (5, 25), (10, 15), (10, 20)];
        let seconds = [(10, 25), (12, 18), (15, 20), (15, 25), (20, 25), (22, 25)];
        for (operator, &(first, last)) in ALLEN.iter().zip(firsts.iter().chain(&seconds)) {
            assert!(days(first, last).relates(*operator, b), "{operator:?}");
        }
    }

    #[test]
    fn a_day_is_whole_and_a_year_runs_from_its_first_day_to_its_last() {
        let noon = Span::instant(datetime!(2020-05-05 12:00 UTC));
        let day = Span::day(date!(2020 - 05 - 05));
        assert!(day.relates(Operator::TIntersects, noon) && day.relates(Operator::TEquals, noon));
        let year = Span::year(2020).unwrap();
        let written =
            Span::between(Span::day(date!(2020 - 01 - 01)), Span::day(date!(2020 - 12 - 31)));
        assert!(year.relates(Operator::TEquals, written.unwrap()));
        assert!(year.relates(Operator::TContains, noon));
        assert_eq!(Span::year(99_999), None);
    }

    #[test]
    fn an_open_end_is_before_or_after_everything() {
        let since = Span::between(Span::day(date!(2015 - 01 - 01)), Span::EVER_AFTER).unwrap();
        assert!(Span::year(2020).unwrap().relates(Operator::TDuring, since));
        assert!(!Span::year(2014).unwrap().relates(Operator::TIntersects, since));
        assert_eq!(Time::Year(7).values_of(since), Some((7, [Some(Value::Integer(2015)), None])));
    }
}
