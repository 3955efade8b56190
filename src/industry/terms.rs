//! What a label is made of: words and parts of words, each with a weight.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

/// Words that say little about what an industry makes, in their stems.
const COMMON: [&str; 34] = [
    "advanced",
    "and",
    "c",
    "e",
    "equipment",
    "for",
    "goods",
    "high",
    "in",
    "industrial",
    "industry",
    "key",
    "making",
    "manufacture",
    "manufacturing",
    "material",
    "mfg",
    "modern",
    "n",
    "new",
    "of",
    "other",
    "product",
    "related",
    "service",
    "special",
    "the",
    "end",
    "its",
    "activity",
    "except",
    "processing",
    "a",
    "to",
];
/// The same in Chinese.
const COMMON_ZH: [&str; 21] = [
    "产业", "行业", "制造", "制品", "产品", "及", "和", "与", "业", "的", "其他", "新型", "高端",
    "先进", "现代", "特色", "国家", "加工", "相关", "等", "类",
];

/// Weighs each term of a text.
pub(super) type Weights = BTreeMap<String, f64>;

/// Folds a label into the form in which labels are compared: simplified, lower case, no gaps.
#[must_use]
pub(super) fn key(text: &str) -> String {
    simplified(text).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// Writes a text in compatibility forms, lower case and simplified characters.
pub(super) fn simplified(text: &str) -> String {
    let folded: String = text.nfkc().flat_map(char::to_lowercase).collect();
    if is_chinese(&folded) { fast2s::convert(&folded) } else { folded }
}

/// Says whether a text holds a Chinese character.
pub(super) fn is_chinese(text: &str) -> bool {
    text.chars().any(|letter| ('\u{3400}'..='\u{9fff}').contains(&letter))
}

/// Weighs the words of an English text, and runs of four letters inside those that say something.
pub(super) fn english(text: &str) -> Weights {
    let mut weights = Weights::new();
    let folded = simplified(text);
    let words = folded.split(|letter: char| !letter.is_alphanumeric()).map(stem);
    for word in words.filter(|word| !word.is_empty()) {
        let is_common = COMMON.contains(&word.as_str());
        *weights.entry(format!("w:{word}")).or_default() += if is_common { 0.25 } else { 1.0 };
        if is_common || word.chars().count() < 5 {
            continue;
        }
        let letters: Vec<char> = format!("^{word}$").chars().collect();
        for run in letters.windows(4) {
            *weights.entry(run.iter().collect()).or_default() += 0.35;
        }
    }
    weights
}

/// Takes the plural off a word.
fn stem(word: &str) -> String {
    let long = |least: usize| word.chars().count() > least;
    if let Some(begin) = word.strip_suffix("ies").filter(|_| long(4)) {
        return format!("{begin}y");
    }
    let is_plural = word.ends_with('s') && !word.ends_with("ss") && long(3);
    if is_plural { word[..word.len() - 1].to_owned() } else { word.to_owned() }
}

/// Weighs the characters of a Chinese text and their pairs.
pub(super) fn chinese(text: &str) -> Weights {
    let letters: Vec<char> =
        simplified(text).chars().filter(|letter| letter.is_alphanumeric()).collect();
    let is_common = common(&letters);
    let mut weights = Weights::new();
    for (letter, is_common) in letters.iter().zip(&is_common) {
        *weights.entry(letter.to_string()).or_default() += if *is_common { 0.15 } else { 0.5 };
    }
    for (pair, both) in letters.windows(2).zip(is_common.windows(2)) {
        let weight = if both[0] && both[1] { 0.25 } else { 1.0 };
        *weights.entry(pair.iter().collect()).or_default() += weight;
    }
    weights
}

/// Which characters stand in words that say little.
fn common(letters: &[char]) -> Vec<bool> {
    let mut is_common = vec![false; letters.len()];
    for word in COMMON_ZH {
        let word: Vec<char> = word.chars().collect();
        for start in 0..(letters.len() + 1).saturating_sub(word.len()) {
            if letters[start..start + word.len()] == word[..] {
                is_common[start..start + word.len()].fill(true);
            }
        }
    }
    is_common
}

/// Holds texts by their terms, so that the most similar are found without reading all.
///
/// Terms weigh what they weigh in the text times how rare they are; texts are compared by the
/// cosine of these weights.
///
/// # References
///
/// Salton & Buckley (1988), Term-weighting approaches in automatic text retrieval, Information
/// Processing & Management 24, 513–523.
#[derive(Debug, Clone)]
pub(super) struct TermIndex {
    /// For each term the texts that hold it, with its share of their length.
    texts: HashMap<String, Vec<(u32, f64)>>,
    /// How many texts there are.
    count: usize,
}

impl TermIndex {
    pub(super) fn new(all: &[Weights]) -> Self {
        let mut texts: HashMap<String, Vec<(u32, f64)>> = HashMap::new();
        for (number, weights) in (0_u32..).zip(all) {
            for (term, weight) in weights {
                texts.entry(term.clone()).or_default().push((number, *weight));
            }
        }
        let count = all.len();
        let mut squares = vec![0.0; count];
        for weights in all.iter().enumerate() {
            squares[weights.0] = (weights.1.iter())
                .map(|(term, weight)| (weight * rarity(count, texts[term].len())).powi(2))
                .sum::<f64>();
        }
        for held in texts.values_mut() {
            let rare = rarity(count, held.len());
            for (text, weight) in held {
                *weight *= rare / squares[*text as usize].sqrt();
            }
        }
        Self { texts, count }
    }

    /// The cosine of a text with each of those held, 0 to 1.
    pub(super) fn cosines(&self, weights: &Weights) -> Vec<f64> {
        let mut cosines = vec![0.0; self.count];
        let mut square = 0.0;
        for (term, weight) in weights {
            let held = self.texts.get(term).map_or(&[][..], Vec::as_slice);
            let weight = weight * rarity(self.count, held.len());
            square += weight * weight;
            for (text, share) in held {
                cosines[*text as usize] += weight * share;
            }
        }
        if square > 0.0 {
            let length = f64::sqrt(square);
            for cosine in &mut cosines {
                *cosine = (*cosine / length).min(1.0);
            }
        }
        cosines
    }
}

/// The logarithm of how rare a term is that so many of all texts hold.
fn rarity(all: usize, holding: usize) -> f64 {
    ((all as f64 + 1.0) / (holding as f64 + 0.5)).ln().max(0.01)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_one_key_however_they_are_written() {
        assert_eq!(key("New-energy Vehicles"), key("new energy vehicles"));
        assert_eq!(key("集成電路"), key("集成电路 "));
        assert_eq!((stem("batteries"), stem("glass")), ("battery".into(), "glass".into()));
    }

    #[test]
    fn the_cosine_of_a_text_with_itself_is_one_and_with_what_shares_nothing_is_nought() {
        let all = ["lithium batteries", "liquor"].map(english);
        let cosines = TermIndex::new(&all).cosines(&english("lithium battery"));
        assert!((cosines[0] - 1.0).abs() < 1e-12, "{cosines:?}");
        assert_eq!(cosines[1], 0.0);
        assert!(TermIndex::new(&[]).cosines(&chinese("药")).is_empty());
    }
}
