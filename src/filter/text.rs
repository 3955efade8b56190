//! Text without case or accents, and the patterns of LIKE.

use unicode_normalization::UnicodeNormalization;

/// Says what makes no difference between two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Fold {
    /// Upper and lower case.
    pub(super) case: bool,
    /// Accents and other marks above and below letters.
    pub(super) accents: bool,
}

impl Fold {
    /// Takes away what makes no difference, letter by letter.
    pub(super) fn of(self, text: &str) -> String {
        let mut folded = String::with_capacity(text.len());
        for letter in text.chars() {
            if self.accents {
                without_accents(letter).for_each(|letter| self.push(&mut folded, letter));
            } else {
                self.push(&mut folded, letter);
            }
        }
        folded
    }

    fn push(self, folded: &mut String, letter: char) {
        // Through upper case, so that ß is ss and ς is σ; ı has no dotted form and stays.
        if self.case && letter != 'ı' {
            folded.extend(letter.to_uppercase().flat_map(char::to_lowercase));
        } else {
            folded.push(letter);
        }
    }
}

/// The compatibility decomposition (NFKD) without combining marks.
///
/// Chinese, kana and Hangul stay as they are: their marks and parts make other words.
fn without_accents(letter: char) -> impl Iterator<Item = char> {
    let is_east_asian = matches!(letter, '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..);
    let kept = is_east_asian.then_some(letter);
    let parts = (!is_east_asian).then(|| std::iter::once(letter).nfkd());
    kept.into_iter().chain(parts.into_iter().flatten().filter(|part| !is_mark(*part)))
}

fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Holds a pattern: `%` stands for any letters, `_` for one, `\` before a sign for the sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Any,
    One,
    Letter(char),
}

impl Pattern {
    /// Reads a pattern; its letters are folded, its signs are not.
    pub(super) fn new(text: &str, fold: Fold) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '%' if parts.last() == Some(&Part::Any) => {}
                '%' => parts.push(Part::Any),
                '_' => parts.push(Part::One),
                other => {
                    let meant = if other == '\\' { letters.next().unwrap_or(other) } else { other };
                    let folded = fold.of(meant.encode_utf8(&mut [0; 4]));
                    parts.extend(folded.chars().map(Part::Letter));
                }
            }
        }
        Self { parts }
    }

    /// How many letters and signs there are.
    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    /// How long the longest stretch without `%` is, but 1 at least: how often a letter of a text may
    /// be looked at.
    pub(super) fn longest_stretch(&self) -> usize {
        let stretches = self.parts.split(|part| *part == Part::Any).map(<[Part]>::len);
        stretches.max().unwrap_or_default().max(1)
    }

    /// The letters before the first `%` or `_`.
    pub(super) fn prefix(&self) -> String {
        let letters = self.parts.iter().map_while(|part| match part {
            Part::Letter(letter) => Some(*letter),
            _ => None,
        });
        letters.collect()
    }

    /// Says whether a text fits the pattern from its beginning to its end.
    ///
    /// After a mismatch only the last `%` takes one letter more, so the work is at most the
    /// product of the two lengths.
    pub(super) fn matches(&self, text: &str) -> bool {
        let mut parts = self.parts.as_slice();
        let mut rest = text.chars();
        let mut retry = None;
        loop {
            match parts.split_first() {
                Some((Part::Any, after)) => {
                    retry = Some((after, rest.clone()));
                    parts = after;
                    continue;
                }
                Some((part, after)) => {
                    let letter = rest.next();
                    if letter.is_some_and(|l| *part == Part::One || *part == Part::Letter(l)) {
                        parts = after;
                        continue;
                    }
                }
                None if rest.as_str().is_empty() => return true,
                None => {}
            }
            let Some((after, mut from)) = retry else { return false };
            if from.next().is_none() {
                return false;
            }
            (parts, rest) = (after, from.clone());
            retry = Some((after, from));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CASE: Fold = Fold { case: true, accents: false };
    const ACCENTS: Fold = Fold { case: false, accents: true };

    /// The definition: a part and the rest, every length of `%` tried.
    fn slowly(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('%', rest)) => (0..=text.len()).any(|n| slowly(rest, &text[n..])),
            Some((letter, rest)) => {
                let fits = text.first().is_some_and(|first| *letter == '_' || letter == first);
                fits && slowly(rest, &text[1..])
            }
        }
    }

    #[test]
    fn case_and_accents_are_taken_away_and_chinese_stays() {
        assert_eq!(CASE.of("STRASSE Straße ΣΊΣΥΦΟΣ"), CASE.of("strasse STRASSE σίσυφος"));
        assert_eq!(ACCENTS.of("Ürümqi Šañghǎi"), "Urumqi Sanghai");
        assert_eq!(ACCENTS.of("e\u{301}"), "e");
        assert_eq!(ACCENTS.of("基地 ガ 한국 豈"), "基地 ガ 한국 豈");
    }

    #[test]
    fn signs_stand_for_themselves_after_a_backslash() {
        let fits = |pattern: &str, text: &str| Pattern::new(pattern, Fold::default()).matches(text);
        assert!(fits(r"50\%", "50%") && !fits(r"50\%", "50 per cent"));
        assert!(fits("基_%", "基地") && !fits("基_", "基"));
        assert!(fits("%", "") && !fits("_", "") && fits("", ""));
        assert!(Pattern::new("ÜRÜM％", Fold { case: true, accents: true }).matches("urum%"));
    }

    #[test]
    fn a_pattern_of_many_signs_is_not_slow() {
        let pattern = Pattern::new(&"%a".repeat(2_000), Fold::default());
        assert!(!pattern.matches(&format!("{}b", "a".repeat(20_000))));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn patterns_agree_with_the_definition(pattern in "[ab%_]{0,7}", text in "[ab]{0,8}") {
            let expected = slowly(
                &pattern.chars().collect::<Vec<_>>(),
                &text.chars().collect::<Vec<_>>(),
            );
            prop_assert_eq!(Pattern::new(&pattern, Fold::default()).matches(&text), expected);
        }
    }
}
