//! Intervals of time, as the `datetime` parameter writes them.

use std::str::FromStr;

use time::format_description::well_known::Rfc3339;
use time::macros::time;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// Holds an interval of time, both ends included; an open end is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeInterval {
    start: Option<OffsetDateTime>,
    end: Option<OffsetDateTime>,
}

/// A text that is no instant and no interval.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInterval {
    /// An end that cannot be read.
    #[error(
        "`{0}` is not a time: write an RFC 3339 date or date-time, such as 2020-10-13 or 2020-10-13T00:00:00Z, an interval a/b, or one open at an end, a/.. or ../b"
    )]
    NotATime(String),
    /// The interval ends before it starts.
    #[error("the interval `{0}` ends before it starts")]
    Reversed(String),
}

/// The years of the calendar, as far as instants go.
const CALENDAR: (i64, i64) = (-9999, 9999);

impl TimeInterval {
    /// The first and the last year that it meets.
    #[must_use]
    pub fn years(&self) -> (i64, i64) {
        let year = |at: OffsetDateTime| i64::from(at.to_offset(UtcOffset::UTC).year());
        (self.start.map_or(CALENDAR.0, year), self.end.map_or(CALENDAR.1, year))
    }

    /// Its first and its last instant; an open end is `None`.
    #[must_use]
    pub fn ends(&self) -> (Option<OffsetDateTime>, Option<OffsetDateTime>) {
        (self.start, self.end)
    }

    /// Says whether it shares an instant with the time from one instant to another, both included.
    #[must_use]
    pub fn meets(&self, first: OffsetDateTime, last: OffsetDateTime) -> bool {
        self.start.is_none_or(|start| start <= last) && self.end.is_none_or(|end| end >= first)
    }

    /// Says whether a day in UTC shares an instant with it.
    #[must_use]
    pub fn meets_day(&self, day: Date) -> bool {
        self.meets(first_instant(day), last_instant(day))
    }

    /// Says whether the whole calendar year shares an instant with the interval.
    #[must_use]
    pub fn meets_year(&self, year: i64) -> bool {
        let Some((first, last)) = year_ends(year) else { return false };
        self.meets(first, last)
    }
}

/// The first and the last instant of a calendar year in UTC.
fn year_ends(year: i64) -> Option<(OffsetDateTime, OffsetDateTime)> {
    let year = i32::try_from(year).ok()?;
    let first = Date::from_calendar_date(year, Month::January, 1).ok()?;
    let last = Date::from_calendar_date(year, Month::December, 31).ok()?;
    Some((first_instant(first), last_instant(last)))
}

fn first_instant(date: Date) -> OffsetDateTime {
    PrimitiveDateTime::new(date, time!(0:00)).assume_utc()
}

fn last_instant(date: Date) -> OffsetDateTime {
    PrimitiveDateTime::new(date, time!(23:59:59.999_999_999)).assume_utc()
}

impl FromStr for TimeInterval {
    type Err = InvalidInterval;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (start, end) = match text.split_once('/') {
            Some((start, end)) => (instants(start)?, instants(end)?),
            None if text.is_empty() || text == ".." => {
                return Err(InvalidInterval::NotATime(text.to_owned()));
            }
            None => {
                let whole = instants(text)?;
                (whole, whole)
            }
        };
        let interval =
            Self { start: start.map(|(first, _)| first), end: end.map(|(_, last)| last) };
        match (interval.start, interval.end) {
            (Some(start), Some(end)) if start > end => {
                Err(InvalidInterval::Reversed(text.to_owned()))
            }
            _ => Ok(interval),
        }
    }
}

/// Reads one end: a date stands for its whole day, `..` and nothing for an open end.
fn instants(text: &str) -> Result<Option<(OffsetDateTime, OffsetDateTime)>, InvalidInterval> {
    if text.is_empty() || text == ".." {
        return Ok(None);
    }
    if let Ok(instant) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(Some((instant, instant)));
    }
    let date = date(text).ok_or_else(|| InvalidInterval::NotATime(text.to_owned()))?;
    Ok(Some((first_instant(date), last_instant(date))))
}

/// Reads `yyyy-mm-dd`; GDAL writes a bare `T` behind it.
fn date(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text.strip_suffix('T').unwrap_or(text), format).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meets(interval: &str, year: i64) -> bool {
        interval.parse::<TimeInterval>().unwrap().meets_year(year)
    }

    #[test]
    fn an_instant_and_a_date_meet_their_year_only() {
        assert!(meets("2020-10-13T00:00:00Z", 2020));
        assert!(meets("2020-12-31", 2020));
        assert!(!meets("2021-01-01", 2020));
    }

    #[test]
    fn offsets_count() {
        assert!(!meets("2021-01-01T09:00:00+08:00", 2020));
        assert!(meets("2021-01-01T07:00:00+08:00", 2020));
    }

    #[test]
    fn the_years_of_an_interval_are_those_that_it_meets() {
        for text in [
            "2020-10-13",
            "2021-01-01T09:00:00+08:00",
            "2021-01-01T07:00:00+08:00",
            "2019-12-31T23:00:00-08:00/..",
            "../2021-06-01",
            "0000-01-01T00:00:00Z/9999-12-31T00:00:00Z",
            "../..",
        ] {
            let (first, last) = text.parse::<TimeInterval>().unwrap().years();
            for year in [-10_000, -9_999, -1, 0, 2018, 2019, 2020, 2021, 2022, 9_999, 10_000] {
                assert_eq!((first..=last).contains(&year), meets(text, year), "{text}: {year}");
            }
        }
    }

    #[test]
    fn intervals_may_be_open_and_reach_to_the_ends_that_clients_send() {
        assert!(meets("2020-10-12T/..", 2020), "as GDAL writes a date");
        assert!(meets("0000-01-01T00:00:00Z/2020-01-01T00:00:00Z", 2020));
        assert!(meets("2019-01-01T00:00:00Z/9999-12-31T00:00:00Z", 2020));
        assert!(meets("/2020-06-30", 2020) && meets("../2020-06-30", 1991));
        assert!(meets("../..", 2020));
    }

    #[test]
    fn words_and_reversed_intervals_are_refused() {
        for text in
            ["", "yesterday", "..", "2020-13-01", "2021-01-01/2020-01-01", "a/b", "2020/2021/2022"]
        {
            assert!(text.parse::<TimeInterval>().is_err(), "{text}");
        }
    }
}
