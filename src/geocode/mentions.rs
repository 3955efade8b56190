//! A place's text, cut into the pieces that may be names.

use super::normalize::{is_chinese, key};

/// The longest name of a unit, in characters: 双江拉祜族佤族布朗族傣族自治县 has 15.
const LONGEST_NAME: usize = 18;

/// The most words that an English name is read from: Shanxi Transformation Comprehensive Reform
/// Demonstration Zone has 6.
const MOST_WORDS: usize = 8;

/// Words that end the place in an English title: what follows names the industry.
const TITLE_WORDS: [&str; 2] = ["state", "national"];

/// Type words behind an English name; they are evidence of the level and no part of the key.
const TYPE_WORDS: [&str; 6] =
    ["city", "county", "district", "prefecture", "province", "municipality"];

/// Holds what a text mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    /// Keys of names that the gazetteer knows, in the order of the text.
    pub names: Vec<String>,
    /// What is left of the text, piece by piece.
    pub rest: Vec<String>,
}

/// Cuts a text at its punctuation and finds the names that `knows` knows in each piece.
///
/// A Chinese piece is read from the left, the longest known name first, until no name follows:
/// 苏州市常熟市 gives two names, 兰州新区 gives 兰州 only if nothing knows 兰州新区. An English piece
/// is cut before `State` or `National` and read word by word in the same way.
pub fn mentions(text: &str, knows: impl Fn(&str) -> bool) -> Mentions {
    let mut found = Mentions::default();
    for piece in text.split(['/', ',', ';', '(', ')', '（', '）', '，', '、', '；', '\t']) {
        if is_chinese(piece) {
            piece.split_whitespace().for_each(|word| chinese(word, &knows, &mut found));
        } else {
            english(piece, &knows, &mut found);
        }
    }
    found
}

/// Reads names off the left end of a Chinese piece.
fn chinese(piece: &str, knows: &impl Fn(&str) -> bool, found: &mut Mentions) {
    let letters: Vec<char> = key(piece).chars().collect();
    let mut start = 0;
    while start < letters.len() {
        let longest = (start + 2..=letters.len().min(start + LONGEST_NAME)).rev().find_map(|end| {
            let name: String = letters[start..end].iter().collect();
            knows(&name).then_some((end, name))
        });
        let Some((end, name)) = longest else { break };
        found.names.push(name);
        start = end;
    }
    if start < letters.len() {
        found.rest.push(letters[start..].iter().collect());
    }
}

/// Reads names off the left end of an English piece.
fn english(piece: &str, knows: &impl Fn(&str) -> bool, found: &mut Mentions) {
    let all: Vec<&str> = piece.split_whitespace().collect();
    let is_title_word = |word: &&str| TITLE_WORDS.contains(&word.to_lowercase().as_str());
    let end = all.iter().skip(1).position(is_title_word).map_or(all.len(), |at| at + 1);
    let mut words = &all[..end];
    while !words.is_empty() {
        let Some((taken, name)) = (1..=words.len().min(MOST_WORDS)).rev().find_map(|taken| {
            let named = &words[..taken];
            // Changsha County is itself before it is Changsha.
            let keys = [key(&named.join(" ")), without_type_word(named)];
            keys.into_iter().find(|name| knows(name)).map(|name| (taken, name))
        }) else {
            break;
        };
        found.names.push(name);
        words = &words[taken..];
    }
    if !words.is_empty() {
        found.rest.push(words.join(" "));
    }
}

/// Joins words into a key, without a type word behind a name.
fn without_type_word(words: &[&str]) -> String {
    let names = match words {
        [names @ .., last]
            if !names.is_empty() && TYPE_WORDS.contains(&last.to_lowercase().as_str()) =>
        {
            names
        }
        _ => words,
    };
    key(&names.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<String>, Vec<String>) {
        let known = [
            "苏州市",
            "常熟市",
            "常熟",
            "兰州",
            "兰州市",
            "永登县",
            "changsha",
            "changshu",
            "newyork",
            "york",
        ];
        let Mentions { names, rest } = mentions(text, |name| known.contains(&name));
        (names, rest)
    }

    #[test]
    fn joined_and_parted_names_are_found_in_their_order() {
        assert_eq!(found("苏州市/常熟市").0, ["苏州市", "常熟市"]);
        assert_eq!(found("苏州市常熟市").0, ["苏州市", "常熟市"]);
        assert_eq!(
            found("兰州市/永登县 兰州新区"),
            (vec!["兰州市".into(), "永登县".into(), "兰州".into()], vec!["新区".into()],)
        );
    }

    #[test]
    fn an_english_title_ends_where_its_industry_begins() {
        let title = "Changsha State Automobile Spare Parts Hi-tech Industrialisation Base";
        assert_eq!(found(title), (vec!["changsha".into()], vec![]));
        assert_eq!(found("Changshu City").0, ["changshu"]);
        assert_eq!(found("New York").0, ["newyork"]);
    }

    #[test]
    fn nothing_and_generic_words_mention_no_name() {
        assert_eq!(found(""), (vec![], vec![]));
        assert_eq!(found("高新技术产业化基地").0, Vec::<String>::new());
        assert_eq!(found("State").0, Vec::<String>::new());
    }
}
