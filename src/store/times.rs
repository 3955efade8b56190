//! When features were: the field that tells it, and what an interval asks of it.

use std::ops::Bound;

use time::{OffsetDateTime, UtcOffset};

use crate::domain::{Feature, FieldType, Schema, TimeInterval, Timestamp, Value};
use crate::filter::Plan;

/// Names the field that tells when features were, by its place in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TimeField {
    /// The field `year`: the whole of it.
    Year(usize),
    /// A field of days.
    Day(usize),
    /// A field of instants.
    Instant(usize),
}

impl TimeField {
    /// Finds it: `year`, where that holds whole numbers, else the first field of days or instants.
    pub(super) fn of(schema: &Schema) -> Option<Self> {
        let fields = schema.fields();
        let year = schema.position("year");
        if let Some(year) = year.filter(|&year| fields[year].field_type == FieldType::Integer) {
            return Some(Self::Year(year));
        }
        fields.iter().enumerate().find_map(|(place, field)| match field.field_type {
            FieldType::Date => Some(Self::Day(place)),
            FieldType::DateTime => Some(Self::Instant(place)),
            _ => None,
        })
    }

    /// Its place in the schema.
    pub(super) fn place(self) -> usize {
        match self {
            Self::Year(place) | Self::Day(place) | Self::Instant(place) => place,
        }
    }

    /// Says whether a feature meets an interval; one of no known time does, too.
    pub(super) fn meets(self, feature: &Feature, interval: &TimeInterval) -> bool {
        match &feature.values[self.place()] {
            Value::Integer(year) => interval.meets_year(*year),
            Value::Date(day) => interval.meets_day(*day),
            Value::DateTime(at) => interval.meets(at.utc(), at.utc()),
            _ => true,
        }
    }

    /// The first and the last of its values that meet an interval; `None` where that is open.
    pub(super) fn ends(self, interval: &TimeInterval) -> [Option<Value>; 2] {
        let (start, end) = interval.ends();
        match self {
            Self::Year(_) => {
                let (first, last) = interval.years();
                [Some(Value::Integer(first)), Some(Value::Integer(last))]
            }
            Self::Day(_) => {
                let day = |at: OffsetDateTime| Value::Date(at.to_offset(UtcOffset::UTC).date());
                [start.map(day), end.map(day)]
            }
            Self::Instant(_) => {
                let start = start.map(|at| (at.unix_timestamp_nanos() + 999).div_euclid(1_000));
                let end = end.map(|at| at.unix_timestamp_nanos().div_euclid(1_000));
                let value = |micros: Option<i128>| {
                    let micros = i64::try_from(micros?).ok()?;
                    Timestamp::from_micros(micros).map(Value::DateTime)
                };
                [value(start), value(end)]
            }
        }
    }

    /// Where features that meet an interval are.
    pub(super) fn plan(self, interval: &TimeInterval) -> Plan {
        let field = self.place();
        let bound = |value: Option<Value>| value.map_or(Bound::Unbounded, Bound::Included);
        let [low, high] = self.ends(interval).map(bound);
        Plan::either([Plan::Range { field, low, high }, Plan::Null { field }])
    }
}

/// The first and the last time of features; `None` without any.
pub(super) fn times<'a>(
    schema: &Schema,
    features: impl Iterator<Item = &'a Feature>,
) -> Option<(Value, Value)> {
    let place = TimeField::of(schema)?.place();
    let known = features.map(|feature| &feature.values[place]).filter(|one| **one != Value::Null);
    let spans = known.map(|one| (one.clone(), one.clone()));
    spans.reduce(|a, b| (earlier(a.0, b.0), later(a.1, b.1)))
}

/// What two spans of time have together.
pub(super) fn joined(
    a: Option<(Value, Value)>,
    b: Option<(Value, Value)>,
) -> Option<(Value, Value)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((earlier(a.0, b.0), later(a.1, b.1))),
        (a, b) => a.or(b),
    }
}

fn earlier(a: Value, b: Value) -> Value {
    if b.compare(&a).is_some_and(std::cmp::Ordering::is_lt) { b } else { a }
}

fn later(a: Value, b: Value) -> Value {
    if b.compare(&a).is_some_and(std::cmp::Ordering::is_gt) { b } else { a }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::domain::{FeatureId, Field};

    fn schema(kinds: &[(&str, FieldType)]) -> Schema {
        Schema::new(kinds.iter().map(|(name, kind)| Field::new(name, *kind, "")).collect())
    }

    #[test]
    fn a_year_tells_the_time_and_where_there_is_none_the_first_day_or_instant() {
        use FieldType::{Date, DateTime, Integer, Text};
        let of = |kinds: &[(&str, FieldType)]| TimeField::of(&schema(kinds));
        assert_eq!(of(&[("on", Date), ("year", Integer)]), Some(TimeField::Year(1)));
        assert_eq!(of(&[("year", Text), ("at", DateTime)]), Some(TimeField::Instant(1)));
        assert_eq!(of(&[("n", Integer), ("on", Date), ("at", DateTime)]), Some(TimeField::Day(1)));
        assert_eq!(of(&[("year", Text), ("n", Integer)]), None);
    }

    proptest! {
        #[test]
        fn the_values_between_the_ends_are_those_that_meet_the_interval(
            value in 0..400_000_i64, start in prop::option::of(0..400_000_i64), length in 0..200_000_i64,
        ) {
            let at = |seconds: i64| {
                Timestamp::from_micros((1_600_000_000 + seconds) * 1_000_000 + 1).unwrap()
            };
            let text = |seconds: Option<i64>| seconds.map_or("..".to_owned(), |one| at(one).to_string());
            let end = start.map_or(length, |start| start + length);
            let interval: TimeInterval =
                format!("{}/{}", text(start), text(Some(end))).parse().unwrap();
            let values = [Value::DateTime(at(value)), Value::Date(at(value).utc().date())];
            for (field, value) in [TimeField::Instant(0), TimeField::Day(0)].into_iter().zip(values) {
                let id = FeatureId::new("a").unwrap();
                let feature = Feature::new(id, None, vec![value.clone()]);
                let [low, high] = field.ends(&interval);
                let is_between = low.is_none_or(|low| value.compare(&low).unwrap().is_ge())
                    && high.is_none_or(|high| value.compare(&high).unwrap().is_le());
                prop_assert_eq!(is_between, field.meets(&feature, &interval));
            }
        }
    }

    #[test]
    fn the_first_and_the_last_time_are_found_and_null_is_none() {
        let schema = schema(&[("on", FieldType::Date)]);
        let days =
            [Value::Null, Value::Date(date!(2021 - 01 - 01)), Value::Date(date!(2020 - 01 - 01))];
        let features = days.map(|day| Feature::new(FeatureId::new("a").unwrap(), None, vec![day]));
        let [none, last, first] = &features;
        let found = times(&schema, features.iter());
        assert_eq!(found, Some((first.values[0].clone(), last.values[0].clone())));
        assert_eq!(joined(times(&schema, std::iter::once(none)), found.clone()), found);
    }
}
