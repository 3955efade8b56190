//! Where a page of features goes on: behind a feature, or before one.
//!
//! A token carries what the order is made of, not how many features come before: the values that are
//! sorted by, and the key of the row. So it holds its place whatever is added or deleted elsewhere, and
//! also when the feature that it names is gone.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::sorted::SortKey;
use crate::domain::timestamp::read_day;
use crate::domain::{Timestamp, Value};

/// The most bytes that a token carries; longer texts that are sorted by have none.
const MOST_BYTES: usize = 1_024;
/// How many bytes of a digest tell a whole token from a damaged one.
const CHECK_BYTES: usize = 6;

/// Holds a place between two features.
#[derive(Debug, Clone, PartialEq)]
pub struct PageToken {
    /// Whether the page ends at the place, and does not begin there.
    pub is_before: bool,
    /// How many features came before the place when the token was made.
    pub passed: usize,
    /// The values that are sorted by, one for each key of the order.
    pub values: Vec<Value>,
    /// The key of the row, as text: unique, and what the order ends with.
    pub key: String,
}

/// A text that is no token of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "it is damaged, or was made for another collection or another `sortby`: follow the link `next` of a page, or ask for the first page anew"
)]
pub struct InvalidToken;

impl PageToken {
    /// Writes the token for the pages of a collection in an order; `None` when it would be too long.
    #[must_use]
    pub fn write(&self, collection: &str, sort: &[SortKey]) -> Option<String> {
        let mut parts = vec![
            if self.is_before { "b" } else { "a" }.to_owned(),
            self.passed.to_string(),
            self.key.clone(),
        ];
        parts.extend(self.values.iter().map(written));
        let mut body = String::new();
        for part in &parts {
            let _ = write!(body, "{}:{part}", part.len());
        }
        let bytes = [&check(collection, sort, &body), body.as_bytes()].concat();
        (body.len() <= MOST_BYTES).then(|| hex(&bytes))
    }

    /// Reads a token that was written for the same collection in the same order.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] for every other text.
    pub fn read(text: &str, collection: &str, sort: &[SortKey]) -> Result<Self, InvalidToken> {
        let bytes = unhex(text).ok_or(InvalidToken)?;
        let (found, body) = bytes.split_at_checked(CHECK_BYTES).ok_or(InvalidToken)?;
        let body = std::str::from_utf8(body).map_err(|_| InvalidToken)?;
        if found != check(collection, sort, body) {
            return Err(InvalidToken);
        }
        let parts = parts(body).ok_or(InvalidToken)?;
        let [direction, passed, key, values @ ..] = parts.as_slice() else {
            return Err(InvalidToken);
        };
        let values: Option<Vec<Value>> = values.iter().map(|part| read(part)).collect();
        let token = Self {
            is_before: *direction == "b",
            passed: passed.parse().map_err(|_| InvalidToken)?,
            values: values.ok_or(InvalidToken)?,
            key: (*key).to_owned(),
        };
        if token.values.len() == sort.len() { Ok(token) } else { Err(InvalidToken) }
    }
}

/// What binds a token to a collection and an order, and shows that it is whole. It is no secret: who
/// makes a token of their own gets the page that they ask for.
fn check(collection: &str, sort: &[SortKey], body: &str) -> [u8; CHECK_BYTES] {
    let mut digest = Sha256::new();
    digest.update(format!("{collection}/"));
    for key in sort {
        digest.update(format!("{}{},", if key.descending { '-' } else { '+' }, key.field));
    }
    digest.update("/");
    digest.update(body);
    std::array::from_fn({
        let digest = digest.finalize();
        move |place| digest[place]
    })
}

/// A value as text, to the last digit.
fn written(value: &Value) -> String {
    match value {
        Value::Integer(number) => format!("i{number}"),
        Value::Real(number) => format!("r{:x}", number.to_bits()),
        Value::Text(text) => format!("t{text}"),
        Value::Boolean(is_true) => format!("b{is_true}"),
        Value::Date(day) => format!("d{day}"),
        Value::DateTime(at) => format!("z{}", at.micros()),
        Value::Null | Value::List(_) => "n".to_owned(),
    }
}

fn read(text: &str) -> Option<Value> {
    let (kind, rest) = text.split_at_checked(1)?;
    match kind {
        "n" if rest.is_empty() => Some(Value::Null),
        "i" => rest.parse().ok().map(Value::Integer),
        "r" => {
            let number = f64::from_bits(u64::from_str_radix(rest, 16).ok()?);
            number.is_finite().then_some(Value::Real(number))
        }
        "t" => Some(Value::Text(rest.into())),
        "b" => rest.parse().ok().map(Value::Boolean),
        "d" => read_day(rest).map(Value::Date),
        "z" => Timestamp::from_micros(rest.parse().ok()?).map(Value::DateTime),
        _ => None,
    }
}

/// Parts that each say their length first.
fn parts(mut body: &str) -> Option<Vec<&str>> {
    let mut parts = Vec::new();
    while !body.is_empty() {
        let (length, rest) = body.split_once(':')?;
        let (part, after) = rest.split_at_checked(length.parse().ok()?)?;
        parts.push(part);
        body = after;
    }
    Some(parts)
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let length = 2 * (MOST_BYTES + CHECK_BYTES);
    if text.len() > length || !text.len().is_multiple_of(2) || !text.bytes().all(is_hex) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16));
    pairs.collect::<Result<_, _>>().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SORT: [SortKey; 2] =
        [SortKey { field: 3, descending: true }, SortKey { field: 0, descending: false }];

    fn token(values: Vec<Value>) -> PageToken {
        PageToken { is_before: false, passed: 7, values, key: "17".into() }
    }

    #[test]
    fn a_token_serves_its_own_collection_and_order_only() {
        let token = token(vec![Value::Integer(2020), Value::text("武汉:3")]);
        let text = token.write("hubs", &SORT).unwrap();
        assert_eq!(PageToken::read(&text, "hubs", &SORT), Ok(token));
        assert_eq!(PageToken::read(&text, "bases", &SORT), Err(InvalidToken));
        assert_eq!(PageToken::read(&text, "hubs", &SORT[..1]), Err(InvalidToken));
        let turned = SORT.map(|key| SortKey { descending: !key.descending, ..key });
        assert_eq!(PageToken::read(&text, "hubs", &turned), Err(InvalidToken));
    }

    #[test]
    fn a_value_too_long_to_travel_has_no_token() {
        let values = vec![Value::Null, Value::Text("a".repeat(2_000).into())];
        assert_eq!(token(values).write("hubs", &SORT), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn every_value_comes_back_to_the_last_digit(
            whole in any::<i64>(), real in any::<f64>(), text in "\\PC{1,20}", key in "\\PC{0,9}",
        ) {
            prop_assume!(real.is_finite());
            let at = Timestamp::from_micros(whole % 60_000_000_000_000_000).unwrap();
            let times = [Value::DateTime(at), Value::Date(at.utc().date()), Value::Boolean(whole > 0)];
            let others = [Value::Integer(whole), Value::Real(real), Value::Text(text.into()), Value::Null];
            for value in others.into_iter().chain(times) {
                let made = PageToken { key: key.clone(), ..token(vec![value, Value::Null]) };
                let text = made.write("c", &SORT).unwrap();
                prop_assert_eq!(PageToken::read(&text, "c", &SORT), Ok(made));
            }
        }

        #[test]
        fn a_token_changed_anywhere_is_refused(at in 0usize..40, digit in "[0-9a-f]") {
            let text = token(vec![Value::Integer(1), Value::Null]).write("c", &SORT).unwrap();
            let at = at % text.len();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &digit);
            let read = PageToken::read(&changed, "c", &SORT);
            prop_assert_eq!(read.is_ok(), changed == text);
            prop_assert!(PageToken::read(&text[..at], "c", &SORT).is_err());
        }

        #[test]
        fn no_text_stops_the_reader(text in "\\PC{0,60}|[0-9a-f]{0,80}") {
            prop_assert!(PageToken::read(&text, "c", &SORT).is_err());
        }
    }
}
