//! A text, cut into the names that it mentions and what else it says.

use super::gazetteer::{Gazetteer, Place};
use super::names::{NameKind, Names, Posting};
use super::normalize::{clean, is_chinese, is_han, key, without_tones};
use super::words::{TypeWord, cut_title, cut_title_zh, is_generic, is_generic_zh};

/// The longest name of a unit, in characters: 双江拉祜族佤族布朗族傣族自治县 has 15.
const LONGEST_NAME: usize = 18;

/// The most words that an English name is read from.
const MOST_WORDS: usize = 8;

/// The most words of a text that are read.
const MOST_TEXT_WORDS: usize = 40;

/// Names shorter than this are never taken for misspelt.
const SHORTEST_FUZZY: usize = 5;

/// Chinese names shorter than this, with their type word, are never taken for misspelt: too many
/// cities are called 常 and something.
const SHORTEST_FUZZY_CHINESE: usize = 4;

/// From this length on, two letters may be wrong.
const SHORTEST_FUZZY_BY_TWO: usize = 8;

/// Holds what a text mentions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    /// The names, in the order of the text.
    pub names: Vec<Mention>,
    /// What was left aside: industries, titles, generic words.
    pub stripped: Vec<String>,
    /// What is no name that is known and no word that says nothing.
    pub unread: Vec<String>,
}

/// Holds one name and the places that answer to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The key that was looked up.
    pub key: String,
    /// The type word beside the name, if one was written.
    pub type_word: Option<TypeWord>,
    /// The places, each with the kind of name that it answered to.
    pub postings: Vec<Posting>,
}

impl Gazetteer {
    /// Reads the names of a text, of China and, if asked, of the rest of the world.
    #[must_use]
    pub fn mentions(&self, text: &str, with_world: bool) -> Mentions {
        let sources = Sources {
            gazetteer: self,
            china: self.names(),
            world: with_world.then(|| self.world().names()),
        };
        let mut found = Mentions::default();
        let text = clean(text);
        let is_break = |letter: char| "/,;()[]{}<>|\"·、，。；（）【】《》—".contains(letter);
        for piece in text.split(is_break) {
            for (run, is_chinese) in runs(piece) {
                if is_chinese {
                    sources.chinese(run, &mut found);
                } else {
                    sources.latin(run, &mut found);
                }
            }
        }
        found
    }
}

/// Parts a piece where its script changes.
fn runs(piece: &str) -> Vec<(&str, bool)> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut letters = piece.char_indices().filter(|(_, letter)| letter.is_alphabetic()).peekable();
    let Some(mut script) = letters.peek().map(|(_, letter)| is_han(*letter)) else { return runs };
    for (at, letter) in letters {
        if is_han(letter) != script {
            runs.push((&piece[start..at], script));
            start = at;
            script = !script;
        }
    }
    runs.push((&piece[start..], script));
    runs
}

/// Where names are looked up.
struct Sources<'a> {
    gazetteer: &'a Gazetteer,
    china: &'a Names,
    world: Option<&'a Names>,
}

impl Sources<'_> {
    fn exact(&self, key: &str) -> Vec<Posting> {
        let world = self.world.map_or(&[][..], |names| names.exact(key));
        [self.china.exact(key), world].concat()
    }

    /// Reads names off a Chinese run, the longest first.
    ///
    /// At the left end, and right behind a name, any name counts. Behind something else only full
    /// names do: 长安汽车 and 东方电气 begin with places, and 人工智能 holds none.
    fn chinese(&self, run: &str, found: &mut Mentions) {
        let (place, title) = cut_title_zh(run);
        if !title.is_empty() {
            found.stripped.push(title.to_owned());
        }
        for word in place.split_whitespace() {
            let letters: Vec<char> = key(word).chars().collect();
            let mut start = 0;
            let mut skipped = String::new();
            while start < letters.len() {
                let is_strict = !skipped.is_empty();
                if let Some((end, mention)) = self.chinese_name(&letters, start, is_strict) {
                    leave(&mut skipped, found);
                    if is_generic_zh(&mention.key) {
                        found.stripped.push(mention.key);
                    } else {
                        found.names.push(mention);
                    }
                    start = end;
                } else {
                    skipped.push(letters[start]);
                    start += 1;
                }
            }
            if skipped.chars().count() == letters.len()
                && let Some(mention) = self.misspelt(&skipped)
            {
                found.names.push(mention);
                continue;
            }
            leave(&mut skipped, found);
        }
    }

    /// Finds the longest name that starts at a letter, with a type word of another kind behind it.
    fn chinese_name(
        &self,
        letters: &[char],
        start: usize,
        is_strict: bool,
    ) -> Option<(usize, Mention)> {
        let longest = letters.len().min(start + LONGEST_NAME);
        for end in (start + 2..=longest).rev() {
            let name: String = letters[start..end].iter().collect();
            let mut postings = self.exact(&name);
            if is_strict {
                let is_sure = |posting: &Posting| {
                    posting.kind == NameKind::Full && !matches!(posting.place, Place::Township(_))
                };
                postings.retain(is_sure);
            }
            if postings.is_empty() {
                continue;
            }
            let mention = |postings| Mention { key: name.clone(), type_word: None, postings };
            let next = letters.get(end).copied().and_then(TypeWord::from_letter);
            let is_last = end + 1 >= letters.len();
            return Some(match next.filter(|_| is_last && !is_strict) {
                // 邹平县 is a city today: the name is right and its type word is of another time.
                Some(type_word) => {
                    let old = |posting: &Posting| Posting {
                        kind: posting.kind.max(NameKind::Old),
                        ..*posting
                    };
                    let postings = postings.iter().map(old).collect();
                    (end + 1, Mention { type_word: Some(type_word), ..mention(postings) })
                }
                None => (end, mention(postings)),
            });
        }
        None
    }

    /// Reads names off a Latin run, word by word, the longest first.
    fn latin(&self, run: &str, found: &mut Mentions) {
        let all: Vec<&str> = run.split_whitespace().take(MOST_TEXT_WORDS).collect();
        let end = cut_title(&all);
        if end < all.len() {
            found.stripped.push(all[end..].join(" "));
        }
        let words = &all[..end];
        let mut start = 0;
        while start < words.len() {
            if let Some((taken, mention)) = self.latin_name(&words[start..]) {
                // Not every York is New York.
                if start > 0 && words[start - 1].eq_ignore_ascii_case("new") {
                    found.unread.push(words[start - 1].to_owned());
                }
                found.names.push(mention);
                start += taken;
                continue;
            }
            let word = words[start];
            if self.is_generic(word) {
                found.stripped.push(word.to_owned());
            } else if let Some(mention) = self.misspelt(&key(word)) {
                found.names.push(mention);
            } else {
                found.unread.push(word.to_owned());
            }
            start += 1;
        }
    }

    /// Finds the longest name at the start of some words, with the type word behind it.
    fn latin_name(&self, words: &[&str]) -> Option<(usize, Mention)> {
        (1..=words.len().min(MOST_WORDS)).rev().find_map(|taken| {
            let named = &words[..taken];
            if named.iter().all(|word| self.is_generic(word)) {
                return None;
            }
            let type_word =
                named.last().filter(|_| taken > 1).and_then(|word| TypeWord::from_word(word));
            let whole = key(&named.join(" "));
            let mut postings = self.exact(&whole);
            if postings.is_empty() {
                postings = self.exact(&without_tones(&whole));
            }
            let mention = match type_word {
                None => Mention { key: whole, type_word: None, postings },
                Some(word) => self.typed(postings, &key(&named[..taken - 1].join(" ")), word),
            };
            (!mention.postings.is_empty()).then_some((taken, mention))
        })
    }

    /// Adds the places of a name without its type word, those of the kind if there are any.
    ///
    /// Changsha County is itself; Changsha City is Changsha, of the kind City; you xian is 攸县 and
    /// 游仙 alike.
    fn typed(&self, mut postings: Vec<Posting>, bare: &str, word: TypeWord) -> Mention {
        let all = self.exact(bare);
        let agrees = |posting: &Posting| match posting.place {
            Place::Unit(unit) => {
                posting.kind != NameKind::Old && word.agrees(&self.gazetteer.units()[unit])
            }
            _ => false,
        };
        let agreeing: Vec<Posting> = all.iter().filter(|one| agrees(one)).copied().collect();
        let is_against = postings.is_empty() && agreeing.is_empty();
        postings.extend(if is_against { all } else { agreeing });
        postings.sort_unstable_by_key(|posting| (posting.place, posting.kind));
        postings.dedup_by_key(|posting| posting.place);
        Mention { key: bare.to_owned(), type_word: is_against.then_some(word), postings }
    }

    /// Says whether a word names no place: a generic one, or one of an industry.
    fn is_generic(&self, word: &str) -> bool {
        is_generic(word) || self.gazetteer.is_industry_word(word)
    }

    /// Finds the names that a key is one letter off, or two when it is long.
    fn misspelt(&self, key: &str) -> Option<Mention> {
        let length = key.chars().count();
        let is_han = is_chinese(key);
        if length < if is_han { SHORTEST_FUZZY_CHINESE } else { SHORTEST_FUZZY } {
            return None;
        }
        if let Some(mention) = self.swapped(key).filter(|_| !is_han) {
            return Some(mention);
        }
        let distances = if length >= SHORTEST_FUZZY_BY_TWO && !is_han { 1..=2 } else { 1..=1 };
        distances.into_iter().find_map(|distance| {
            let mut postings = self.china.fuzzy(key, distance);
            postings.retain(|posting| !matches!(posting.place, Place::Township(_)));
            let mention = Mention { key: key.to_owned(), type_word: None, postings };
            (!mention.postings.is_empty()).then_some(mention)
        })
    }

    /// Finds the names that a key is when two neighboring letters change places.
    fn swapped(&self, key: &str) -> Option<Mention> {
        let letters: Vec<char> = key.chars().collect();
        let mut postings = Vec::new();
        for at in 1..letters.len() {
            let mut swapped = letters.clone();
            swapped.swap(at - 1, at);
            let name: String = swapped.into_iter().collect();
            let exact = self.china.exact(&name).iter();
            let units = exact
                .filter(|one| one.kind <= NameKind::Short && matches!(one.place, Place::Unit(_)));
            postings.extend(units.map(|one| Posting { kind: NameKind::Fuzzy, ..*one }));
        }
        let mention = Mention { key: key.to_owned(), type_word: None, postings };
        (!mention.postings.is_empty()).then_some(mention)
    }
}

impl Gazetteer {
    /// Reads words that are no names as misspelt ones of places inside those that were read.
    ///
    /// Inside a province two letters may be wrong where elsewhere one may.
    pub(super) fn read_near_misses(&self, mentions: &mut Mentions, parents: &[Mention]) {
        let parents: Vec<Place> = parents
            .iter()
            .flat_map(|parent| &parent.postings)
            .map(|posting| posting.place)
            .collect();
        let mut unread = Vec::new();
        for word in std::mem::take(&mut mentions.unread) {
            let name = key(&word);
            let is_long = !is_chinese(&name) && name.len() > SHORTEST_FUZZY;
            let mut postings = if is_long { self.names().fuzzy(&name, 2) } else { Vec::new() };
            postings.retain(|posting| {
                !matches!(posting.place, Place::Township(_))
                    && parents
                        .iter()
                        .any(|&parent| self.finer(parent, posting.place) == Some(posting.place))
            });
            if postings.is_empty() {
                unread.push(word);
            } else {
                mentions.names.push(Mention { key: name, type_word: None, postings });
            }
        }
        mentions.unread = unread;
    }
}

/// Puts what was skipped where it belongs.
fn leave(skipped: &mut String, found: &mut Mentions) {
    let skipped = std::mem::take(skipped);
    if is_generic_zh(&skipped) {
        found.stripped.push(skipped);
    } else if !skipped.is_empty() {
        found.unread.push(skipped);
    }
}
