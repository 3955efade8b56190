//! Codes of Chinese administrative units after GB/T 2260.

use std::fmt;
use std::str::FromStr;

/// Holds a six-digit code: two digits for the province, two for the prefecture, two for the county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Adcode(u32);

/// A text that is no administrative code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an administrative code: write six digits, such as 320581")]
pub struct InvalidAdcode(pub String);

impl Adcode {
    /// The code of the province that this unit belongs to, or is.
    #[must_use]
    pub fn province(self) -> Self {
        Self(self.0 / 10_000 * 10_000)
    }

    /// Says whether the code is that of a county that no prefecture stands over.
    #[must_use]
    pub fn is_run_by_province(self) -> bool {
        self.0 / 100 % 100 == 90
    }
}

impl FromStr for Adcode {
    type Err = InvalidAdcode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || InvalidAdcode(text.to_owned());
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        text.parse().map(Self).map_err(|_| refused())
    }
}

impl TryFrom<String> for Adcode {
    type Error = InvalidAdcode;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl fmt::Display for Adcode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:06}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_and_knows_its_province() {
        let changshu: Adcode = "320581".parse().unwrap();
        assert_eq!(changshu.province().to_string(), "320000");
        assert!("429004".parse::<Adcode>().unwrap().is_run_by_province());
        assert!(!changshu.is_run_by_province());
        for text in ["", "32058", "3205811", "32O581", "+32058"] {
            assert!(text.parse::<Adcode>().is_err(), "{text}");
        }
    }
}
