//! One name for a request, in the log, in the header `X-Request-Id` and in problem details.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, to us and back.
pub(super) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// How long a name from outside may be.
const MAX_LENGTH: usize = 128;

/// Names a request: letters, digits and `-._~:/+=@`, 1 to 128 of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RequestId(HeaderValue);

impl RequestId {
    /// Takes the name that the client or a proxy gave, if it can stand in a log as it is.
    pub(super) fn given(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(HEADER)?;
        let is_short = (1..=MAX_LENGTH).contains(&value.len());
        let is_safe = value
            .as_bytes()
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~:/+=@".contains(byte));
        (is_short && is_safe).then(|| Self(value.clone()))
    }

    /// The name as text.
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }

    /// The name as the value of a header.
    pub(super) fn to_header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// Makes names that no other request of this process has and nobody guesses.
#[derive(Debug, Default)]
pub(super) struct RequestIds {
    key: RandomState,
    count: AtomicU64,
}

impl RequestIds {
    /// The next name: 16 hexadecimal digits.
    pub(super) fn next(&self) -> RequestId {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = HeaderValue::from_str(&format!("{:016x}", self.key.hash_one(number)));
        RequestId(name.unwrap_or(HeaderValue::from_static("0")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(name: &str) -> Option<String> {
        let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_str(name).unwrap())]);
        RequestId::given(&headers).map(|id| id.to_string())
    }

    #[test]
    fn a_name_from_outside_is_taken_only_if_it_can_stand_in_a_log() {
        assert_eq!(given("a1B2-3_4.5:6/7").as_deref(), Some("a1B2-3_4.5:6/7"));
        assert_eq!(given(&"x".repeat(128)), Some("x".repeat(128)));
        for refused in ["", "a b", "a\"b", "a,b", "<script>", &"x".repeat(129)] {
            assert_eq!(given(refused), None, "{refused}");
        }
    }

    #[test]
    fn names_are_made_once() {
        let ids = RequestIds::default();
        let (first, second) = (ids.next(), ids.next());
        assert_ne!(first, second);
        assert_eq!(first.as_str().len(), 16);
    }
}
