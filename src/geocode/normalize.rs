//! Names in the one form in which they are compared.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The longest text that is read, in bytes; what lies behind names no place.
const LONGEST_TEXT: usize = 2_000;

/// Folds a name: compatibility forms, case, accents, apostrophes, hyphens and spaces are gone.
///
/// Chinese becomes simplified; Latin text becomes lower-case letters and digits without a gap, so
/// that `Xi'an`, `xi an` and `XIAN` are one key.
///
/// # Examples
///
/// ```
/// use jidi::geocode::normalize::key;
/// assert_eq!(key("Ürümqi"), "urumqi");
/// assert_eq!(key("常熟市（江蘇）"), "常熟市江苏");
/// ```
#[must_use]
pub fn key(name: &str) -> String {
    if name.is_ascii() {
        let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|letter| char::from(letter.to_ascii_lowercase())).collect();
    }
    if name.chars().all(is_han) {
        return simplified(name); // nothing to fold
    }
    let folded: String = third_tone(name)
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .filter(|letter| letter.is_alphanumeric())
        .nfc()
        .collect();
    if is_chinese(&folded) { simplified(&folded) } else { folded }
}

/// Writes the third tone of 陕 as custom does where it is marked: Shǎnxī is Shaanxi, Shānxī Shanxi.
fn third_tone(name: &str) -> Cow<'_, str> {
    if name.contains('ǎ') {
        Cow::Owned(name.replace("Shǎnx", "Shaanx").replace("shǎnx", "shaanx"))
    } else {
        Cow::Borrowed(name)
    }
}

/// Traditional and variant characters that place names simplify otherwise than words do.
const VARIANTS: [(char, char); 6] =
    [('瀋', '沈'), ('峯', '峰'), ('疊', '叠'), ('柺', '拐'), ('枴', '拐'), ('垻', '坝')];

/// Turns traditional characters into simplified ones; in names 瀋 is 沈, not 渖.
fn simplified(text: &str) -> String {
    let variant = |letter: char| VARIANTS.iter().find(|(from, _)| *from == letter);
    if text.contains(|letter| variant(letter).is_some()) {
        let letters = text.chars().map(|letter| variant(letter).map_or(letter, |(_, to)| *to));
        fast2s::convert(&letters.collect::<String>())
    } else {
        fast2s::convert(text)
    }
}

/// As much of a text as is read.
#[must_use]
pub fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_TEXT)]
}

/// Cleans a text for reading: full-width forms and control characters are gone, the end is cut.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = beginning(text);
    let plain: String =
        text.nfkc().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if is_chinese(&plain) { simplified(&unpadded(&plain)) } else { plain }
}

/// Joins a name whose characters are set apart, as printed tables have it: `常 熟` is `常熟`.
fn unpadded(text: &str) -> Cow<'_, str> {
    let is_one_han = |word: &str| word.chars().count() == 1 && word.chars().all(is_han);
    if text.split_whitespace().all(is_one_han) {
        Cow::Owned(text.split_whitespace().collect())
    } else {
        Cow::Borrowed(text)
    }
}

/// Takes tone numbers off pinyin: `chang2shu2` is `changshu`.
#[must_use]
pub fn without_tones(key: &str) -> Cow<'_, str> {
    let is_tone = |letter: char| ('1'..='5').contains(&letter);
    if key.starts_with(is_tone) || !key.contains(is_tone) {
        return Cow::Borrowed(key);
    }
    let key = key.replace("shan3xi", "shaanxi");
    Cow::Owned(key.chars().filter(|letter| !is_tone(*letter)).collect())
}

/// Says whether a letter is a Chinese character.
#[must_use]
pub fn is_han(letter: char) -> bool {
    ('\u{3400}'..='\u{9fff}').contains(&letter)
}

/// Says whether a text holds a Chinese character.
#[must_use]
pub fn is_chinese(text: &str) -> bool {
    text.chars().any(is_han)
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
        assert_eq!(key("臺灣"), "台湾");
        assert_eq!(key("()"), "");
    }

    #[test]
    fn tone_numbers_come_off_and_numbers_stay() {
        assert_eq!(without_tones("chang2shu2"), "changshu");
        assert_eq!(without_tones("1st"), "1st");
        assert_eq!((key("Shǎnxī"), key("Shānxī")), ("shaanxi".into(), "shanxi".into()));
        assert_eq!(
            (without_tones("shan3xi1"), without_tones("shan1xi1")),
            ("shaanxi".into(), "shanxi".into())
        );
    }

    #[test]
    fn a_text_of_any_length_and_content_is_cleaned() {
        assert_eq!(clean("长沙\u{0}市\u{7}"), "长沙 市 ");
        assert!(clean(&"长".repeat(10_000)).len() <= 2_000);
        assert_eq!((clean("").as_str(), clean("常　熟 市").as_str()), ("", "常熟市"));
    }
}
