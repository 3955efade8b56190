//! Names in the one form in which they are compared.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Folds a name: compatibility forms, case, accents, apostrophes, hyphens and spaces are gone.
///
/// Chinese stays as it is; Latin text becomes lower-case letters and digits without a gap, so
/// that `Xi'an`, `xi an` and `XIAN` are one key.
///
/// # Examples
///
/// ```
/// use jidi::geocode::normalize::key;
/// assert_eq!(key("Ürümqi"), "urumqi");
/// assert_eq!(key("常熟市（江苏）"), "常熟市江苏");
/// ```
#[must_use]
pub fn key(name: &str) -> String {
    name.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| letter.is_alphanumeric())
        .nfc()
        .collect()
}

/// Says whether a text holds a Chinese character.
#[must_use]
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_share_a_key() {
        for name in ["Xi'an", "XI AN", "xi-an", "Xi’an", "ｘｉａｎ"] {
            assert_eq!(key(name), "xian", "{name}");
        }
        assert_eq!(key("  常熟市 "), "常熟市");
        assert_eq!(key("城陵矶(新港)"), "城陵矶新港");
        assert_eq!(key("()"), "");
    }
}
