//! A text, cut into the names that it mentions and what else it says.

use super::gazetteer::Gazetteer;
use super::names::Names;
use super::normalize::{clean, is_han};
use super::peoples::kept_together;
use super::posting::{NameKind, Posting};
use super::records::Place;
use super::words::TypeWord;

/// The longest name of a unit, in characters: 双江拉祜族佤族布朗族傣族自治县 has 15.
pub(super) const LONGEST_NAME: usize = 18;

/// The most words that an English name is read from.
pub(super) const MOST_WORDS: usize = 8;

/// The most words of a text that are read.
pub(super) const MOST_TEXT_WORDS: usize = 40;

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

impl Mention {
    /// The strongest kind by which the name stands for a unit or a zone; `Fuzzy` if for none.
    pub(super) fn strength(&self) -> NameKind {
        let is_known =
            |posting: &&Posting| matches!(posting.place, Place::Unit(_) | Place::Zone(_));
        let kinds = self.postings.iter().filter(is_known).map(|posting| posting.kind);
        kinds.min().unwrap_or(NameKind::Fuzzy)
    }
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
        let text = kept_together(&text);
        let is_break = |letter: char| "/\\_,;()[]{}<>|\"·、，。；（）【】《》—".contains(letter);
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
pub(super) struct Sources<'a> {
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) china: &'a Names,
    pub(super) world: Option<&'a Names>,
}

impl Sources<'_> {
    /// The places that answer to a key.
    pub(super) fn exact(&self, key: &str) -> Vec<Posting> {
        let mut postings = self.china.exact(key);
        postings.extend(self.world.iter().flat_map(|names| names.exact(key)));
        postings
    }
}
