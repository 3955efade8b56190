//! Days and instants as values of fields.

use std::fmt;
use std::str::FromStr;

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

/// Holds an instant in UTC, to the microsecond, of the years 0 to 9999, which RFC 3339 can write.
///
/// # Examples
///
/// ```
/// use jidi::domain::Timestamp;
/// let at: Timestamp = "2020-10-13T08:00:00.50+08:00".parse().unwrap();
/// assert_eq!(at.to_string(), "2020-10-13T00:00:00.5Z");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is no instant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not an instant: write it as RFC 3339 does, to the microsecond, such as 2020-10-13T08:00:00Z"
)]
pub struct InvalidTimestamp(pub String);

/// Nanoseconds of a microsecond.
const MICROSECOND_NS: i128 = 1_000;

impl Timestamp {
    /// Takes an instant; `None` when it is finer than a microsecond or not of the years 0 to 9999.
    #[must_use]
    pub fn new(at: OffsetDateTime) -> Option<Self> {
        let ns = at.unix_timestamp_nanos();
        let micros = i64::try_from(ns / MICROSECOND_NS).ok()?;
        (ns % MICROSECOND_NS == 0).then(|| Self::from_micros(micros))?
    }

    /// Takes microseconds since 1970; `None` when they are not of the years 0 to 9999.
    #[must_use]
    pub fn from_micros(micros: i64) -> Option<Self> {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * MICROSECOND_NS);
        at.ok().filter(|at| is_written(at.date())).map(|_| Self(micros))
    }

    /// Reads an instant as programs write it: parted by `T` or a blank, without seconds, or without
    /// a zone, which is UTC then; `false` says that it had none.
    #[must_use]
    pub fn read(text: &str) -> Option<(Self, bool)> {
        let (day, rest) = text.split_at_checked(10)?;
        let day = read_day(day)?;
        let clock = rest.strip_prefix(['T', 't', ' '])?;
        let zone = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
        let (clock, zone) = clock.split_at(zone);
        let seconds = if clock.len() == 5 { ":00" } else { "" };
        let offset = match zone.len() {
            0 => "Z".to_owned(),
            3 => format!("{zone}:00"),
            5 => format!("{}:{}", zone.get(..3)?, zone.get(3..)?),
            _ => zone.to_ascii_uppercase(),
        };
        let whole = format!("{day}T{clock}{seconds}{offset}");
        let at = OffsetDateTime::parse(&whole, &Rfc3339).ok()?;
        Some((Self::new(at)?, !zone.is_empty()))
    }

    /// The first instant of a day.
    #[must_use]
    pub fn at_start_of(day: Date) -> Option<Self> {
        Self::new(PrimitiveDateTime::new(day, time::Time::MIDNIGHT).assume_utc())
    }

    /// Microseconds since 1970.
    #[must_use]
    pub fn micros(self) -> i64 {
        self.0
    }

    /// The instant in UTC.
    #[must_use]
    pub fn utc(self) -> OffsetDateTime {
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * MICROSECOND_NS);
        at.unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.utc();
        let (hour, minute, second, micro) = at.to_hms_micro();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}", at.date())?;
        if micro > 0 {
            let fraction = format!("{micro:06}");
            write!(f, ".{}", fraction.trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok();
        at.and_then(Self::new).ok_or_else(|| InvalidTimestamp(text.to_owned()))
    }
}

/// Reads a day, `yyyy-mm-dd`.
#[must_use]
pub fn read_day(text: &str) -> Option<Date> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let is_plain = text.len() == 10 && text.starts_with(|first: char| first.is_ascii_digit());
    Date::parse(text, format).ok().filter(|day| is_plain && is_written(*day))
}

/// Says whether RFC 3339 can write a day.
#[must_use]
pub fn is_written(day: Date) -> bool {
    (0..=9_999).contains(&day.year())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_programs_write_is_read_and_what_has_no_zone_is_told() {
        let read =
            |text: &str| Timestamp::read(text).map(|(at, has_zone)| (at.to_string(), has_zone));
        let at = |text: &str, has_zone| Some((text.to_owned(), has_zone));
        assert_eq!(read("2020-10-13T08:00:00Z"), at("2020-10-13T08:00:00Z", true));
        assert_eq!(read("2020-10-13 08:00:00.250"), at("2020-10-13T08:00:00.25Z", false));
        assert_eq!(read("2020-10-13T08:00"), at("2020-10-13T08:00:00Z", false));
        for zone in ["+08", "+0800", "+08:00"] {
            let text = format!("2020-01-01T00:30:00{zone}");
            assert_eq!(read(&text), at("2019-12-31T16:30:00Z", true));
        }
        for text in [
            "",
            "2020-10-13",
            "2020-10-13T",
            "2020-13-13T08:00:00Z",
            "2020-10-13T08:00:00.0000001Z",
            "常熟常熟常熟常熟",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_ten_characters() {
        assert_eq!(
            read_day("2020-02-29").map(|day| day.to_string()).as_deref(),
            Some("2020-02-29")
        );
        for text in ["2021-02-29", "+2020-02-9", "-020-02-29", "2020-2-29", "20200229"] {
            assert_eq!(read_day(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_microsecond_is_written_and_read(micros in -62_167_219_200_000_000..=253_402_300_799_999_999_i64) {
            let at = Timestamp::from_micros(micros).unwrap();
            prop_assert_eq!(at.micros(), micros);
            prop_assert_eq!(at.to_string().parse(), Ok(at));
            prop_assert_eq!(Timestamp::new(at.utc()), Some(at));
        }
    }

    #[test]
    fn years_beyond_four_digits_are_none() {
        for micros in [i64::MIN, -62_167_219_200_000_001, 253_402_300_800_000_000, i64::MAX] {
            assert_eq!(Timestamp::from_micros(micros), None);
        }
    }
}
