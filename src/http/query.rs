//! Parameters: each taken once, and none left over.

use percent_encoding::percent_decode_str;

use super::problem::Problem;
use crate::formats::Format;

/// How many features a page has unless asked otherwise.
pub const DEFAULT_LIMIT: usize = 100;
/// How many features a page can have.
pub const MAX_LIMIT: usize = 10_000;
/// How many neighbors are answered unless asked otherwise.
pub const DEFAULT_K: usize = 5;
/// The most decimal places of a degree that are written: a tenth of a millimetre.
pub const MAX_DECIMALS: u8 = 9;

/// The fewest decimal places of a degree that leave areas valid: about a metre.
pub const MIN_AREA_DECIMALS: u8 = 5;

/// Holds the parameters of a request that have not been taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads a query string.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] when a parameter is given twice; [`Problem::Path`] when the text is
    /// not UTF-8.
    pub fn read(text: &str) -> Result<Self, Problem> {
        if percent_decode_str(text).decode_utf8().is_err() {
            return Err(Problem::Path(format!("the query `{text}` is not UTF-8")));
        }
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(text.as_bytes()).into_owned().collect();
        let mut query = Self { pairs: Vec::with_capacity(pairs.len()) };
        pairs.into_iter().try_for_each(|(name, value)| query.add(&name, value))?;
        Ok(query)
    }

    /// The parameters, in the order in which they were given.
    #[must_use]
    pub fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// Adds a parameter that came by another way.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] when it is given twice.
    pub fn add(&mut self, name: &str, value: String) -> Result<(), Problem> {
        if self.pairs.iter().any(|(earlier, _)| earlier == name) {
            return Err(Problem::parameter(name, "it is given twice"));
        }
        self.pairs.push((name.to_owned(), value));
        Ok(())
    }

    /// Leaves out the parameters that are not kept.
    pub fn keep(&mut self, is_kept: impl Fn(&(String, String)) -> bool) {
        self.pairs.retain(is_kept);
    }

    /// Takes a switch: `true` or `false`.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] for anything else.
    pub fn switch(&mut self, name: &str) -> Result<Option<bool>, Problem> {
        self.read_as(name, |text| {
            text.parse::<bool>().map_err(|_| format!("`{text}` is neither true nor false"))
        })
    }

    /// Takes a parameter out.
    pub fn take(&mut self, name: &str) -> Option<String> {
        let place = self.pairs.iter().position(|(given, _)| given == name)?;
        Some(self.pairs.remove(place).1)
    }

    /// Takes a parameter out and reads it.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] with the reason of the reader.
    pub fn read_as<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Problem> {
        match self.take(name) {
            None => Ok(None),
            Some(text) => read(&text).map(Some).map_err(|reason| Problem::parameter(name, reason)),
        }
    }

    /// Takes a count from 1; one above the maximum is lowered to it.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] for 0 and for what is no whole number.
    pub fn count(&mut self, name: &str, default: usize, maximum: usize) -> Result<usize, Problem> {
        let count = self.read_as(name, |text| match whole(text) {
            Some(0) | None => Err(format!("`{text}` is not a whole number from 1 to {maximum}")),
            Some(count) => Ok(count.min(maximum)),
        })?;
        Ok(count.unwrap_or(default))
    }

    /// Takes the number of features to pass over.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] for what is no whole number.
    pub fn offset(&mut self) -> Result<usize, Problem> {
        let offset = self.read_as("offset", |text| {
            whole(text).ok_or_else(|| format!("`{text}` is not a whole number from 0"))
        })?;
        Ok(offset.unwrap_or(0))
    }

    /// Takes the decimal places of a degree, or of a metre as if of points.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] for what is not 0 to [`MAX_DECIMALS`], or for areas below
    /// [`MIN_AREA_DECIMALS`].
    pub fn decimals(&mut self, is_points: bool, default: u8) -> Result<u8, Problem> {
        let least = if is_points { 0 } else { MIN_AREA_DECIMALS };
        let decimals = self.read_as("decimals", |text| match text.parse::<u8>() {
            Ok(places) if (least..=MAX_DECIMALS).contains(&places) => Ok(places),
            Ok(_) if !is_points => Err(format!(
                "`{text}` is not a whole number from {least} to {MAX_DECIMALS}; with fewer, areas would cross themselves"
            )),
            _ => Err(format!("`{text}` is not a whole number from {least} to {MAX_DECIMALS}")),
        })?;
        Ok(decimals.unwrap_or(default))
    }

    /// Takes whether a table begins with the mark of UTF-8, which other formats have no place for.
    ///
    /// # Errors
    ///
    /// [`Problem::Parameter`] for what is neither `true` nor `false`, and for other formats.
    pub fn bom(&mut self, format: Format) -> Result<bool, Problem> {
        let bom = self.read_as("bom", |text| match text {
            "true" | "false" if format != Format::Csv => {
                Err("only f=csv has such a mark".to_owned())
            }
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("`{text}` is neither true nor false")),
        })?;
        Ok(bom.unwrap_or(false))
    }

    /// Refuses whatever is left.
    ///
    /// # Errors
    ///
    /// [`Problem::UnknownParameter`], which lists those that are known here.
    pub fn finish(self, known: &[&str]) -> Result<(), Problem> {
        match self.pairs.into_iter().next() {
            None => Ok(()),
            Some((name, _)) if known.is_empty() => {
                Err(Problem::UnknownParameter { name, known: "none".to_owned() })
            }
            Some((name, _)) => Err(Problem::UnknownParameter { name, known: known.join(", ") }),
        }
    }
}

/// Reads a whole number; one too large to hold is the largest.
fn whole(text: &str) -> Option<usize> {
    let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits.then(|| text.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_above_the_maximum_is_lowered_and_zero_is_refused() {
        let limit = |text: &str| Query::read(text).unwrap().count("limit", 100, 10_000);
        assert_eq!(limit("limit=99999999999999999999999"), Ok(10_000));
        assert_eq!(limit(""), Ok(100));
        for text in ["limit=0", "limit=-1", "limit=", "limit=unlimited", "limit=1.5", "limit"] {
            assert!(limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_parameter_given_twice_or_left_over_is_refused() {
        assert!(Query::read("k=1&k=2").is_err());
        let left = Query::read("colour=red").unwrap().finish(&["limit", "bbox"]).unwrap_err();
        assert_eq!(left.to_string(), "`colour` is no parameter here: use limit, bbox");
    }
}
