//! Days, instants and intervals in CQL2 Text.

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime};

use super::super::token::Kind;
use super::{InvalidCql2, Parser};
use crate::domain::{Expression, Literal};

/// Reads `yyyy-mm-dd`.
pub(in crate::formats::cql2) fn date(text: &str) -> Result<Literal, String> {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    Date::parse(text, format)
        .map(Literal::Date)
        .map_err(|_| format!("`{text}` is not a day: write yyyy-mm-dd, such as 2020-10-13"))
}

/// Reads an RFC 3339 instant.
pub(in crate::formats::cql2) fn timestamp(text: &str) -> Result<Literal, String> {
    OffsetDateTime::parse(text, &Rfc3339).map(Literal::Timestamp).map_err(|_| {
        format!(
            "`{text}` is not an instant: write it as RFC 3339 does, such as 2020-10-13T08:00:00Z"
        )
    })
}

/// Reads an end of an interval: a day or an instant; `..` is an open end.
pub(in crate::formats::cql2) fn end(text: &str) -> Result<Option<Expression>, String> {
    if text == ".." {
        return Ok(None);
    }
    let literal = date(text).or_else(|_| timestamp(text));
    let refused = || format!("`{text}` is not a day, an instant or `..`");
    literal.map(|literal| Some(Expression::Literal(literal))).map_err(|_| refused())
}

impl Parser {
    /// Reads the day or instant in parentheses.
    pub(super) fn instant(&mut self, word: &str) -> Result<Expression, InvalidCql2> {
        self.need_sign("(")?;
        let Kind::Text(text) = self.peek().clone() else {
            return Err(self.expected("a time in single quotes"));
        };
        let read = if word == "DATE" { date(&text) } else { timestamp(&text) };
        let literal = read.map_err(|what| self.refused(self.place, what))?;
        self.advance();
        self.need_sign(")")?;
        Ok(Expression::Literal(literal))
    }

    /// Reads the two ends in parentheses.
    pub(super) fn interval(&mut self) -> Result<Expression, InvalidCql2> {
        self.need_sign("(")?;
        let start = self.interval_end()?;
        self.need_sign(",")?;
        let end = self.interval_end()?;
        self.need_sign(")")?;
        Ok(Expression::Interval(Box::new([start, end])))
    }

    fn interval_end(&mut self) -> Result<Option<Expression>, InvalidCql2> {
        if let Kind::Text(text) = self.peek().clone() {
            let read = end(&text).map_err(|what| self.refused(self.place, what))?;
            self.advance();
            return Ok(read);
        }
        self.operand().map(Some)
    }
}
