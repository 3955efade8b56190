//! Names a letter or two off.

use super::chain::Reading;
use super::gazetteer::Gazetteer;
use super::mentions::{Mention, Mentions, Sources};
use super::normalize::{is_chinese, key};
use super::posting::{NameKind, Posting};
use super::records::Place;

/// Names shorter than this are never taken for misspelt.
const SHORTEST_FUZZY: usize = 5;

/// Chinese names shorter than this, with their type word, are never taken for misspelt: too many
/// cities are called 常 and something.
const SHORTEST_FUZZY_CHINESE: usize = 4;

/// Names longer than this are never taken for misspelt: no unit has so long a one.
const LONGEST_FUZZY: usize = 64;

/// From this length on, two letters may be wrong.
const SHORTEST_FUZZY_BY_TWO: usize = 8;

impl Sources<'_> {
    /// Finds the names that a key is one letter off, or two when it is long.
    pub(super) fn misspelt(&self, key: &str) -> Option<Mention> {
        let length = key.chars().count();
        let is_han = is_chinese(key);
        let shortest = if is_han { SHORTEST_FUZZY_CHINESE } else { SHORTEST_FUZZY };
        if !(shortest..=LONGEST_FUZZY).contains(&length) {
            return None;
        }
        if let Some(mention) = self.swapped(key).filter(|_| !is_han) {
            return Some(mention);
        }
        let distances = if length >= SHORTEST_FUZZY_BY_TWO && !is_han { 1..=2 } else { 1..=1 };
        distances.into_iter().find_map(|distance| {
            let mut postings = self.china.fuzzy(key, distance);
            let has_unit = postings.iter().any(|one| matches!(one.place, Place::Unit(_)));
            postings.retain(|one| match one.place {
                Place::Township(_) => false,
                Place::Unit(_) => true,
                _ => !has_unit,
            });
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
            let exact = self.china.exact(&name).into_iter();
            let units = exact
                .filter(|one| one.kind <= NameKind::Short && matches!(one.place, Place::Unit(_)));
            postings.extend(units.map(|one| Posting { kind: NameKind::Fuzzy, ..one }));
        }
        let mention = Mention { key: key.to_owned(), type_word: None, postings };
        (!mention.postings.is_empty()).then_some(mention)
    }

    /// Lets a word that only towns are called by stand for a unit whose name it nearly is, too.
    pub(super) fn add_misspelt_units(&self, mention: &mut Mention) {
        if mention.postings.iter().all(|posting| matches!(posting.place, Place::Township(_)))
            && let Some(near) = self.misspelt(&mention.key)
        {
            mention.postings.extend(near.postings);
        }
    }
}

impl Gazetteer {
    /// Reads names that do not fit the rest, and words that are no names, as misspelt ones of
    /// places inside those that were read. Says whether anything has changed.
    pub(super) fn read_anew(
        &self,
        mentions: &mut Mentions,
        names: &[Mention],
        readings: &[Reading],
    ) -> bool {
        let is_unfit = |mention: &Mention| {
            names.len() > 1 && readings.first().is_some_and(|best| !self.fits(mention, best))
        };
        let fitting = names.iter().filter(|mention| !is_unfit(mention));
        let parents: Vec<Place> =
            fitting.flat_map(|parent| &parent.postings).map(|posting| posting.place).collect();
        let (mut kept, mut unread) = (Vec::new(), Vec::new());
        let mut has_changed = false;
        for mut mention in std::mem::take(&mut mentions.names) {
            let strength = mention.strength();
            if strength > NameKind::Short && is_unfit(&mention) {
                has_changed = true;
                // One other name is a name; it gives way to one that is a letter off, not two.
                let distance = if strength == NameKind::Alias { 1 } else { 2 };
                let near = self.near_misses(&mention.key, distance, &parents);
                if near.is_empty() && strength > NameKind::Alias {
                    unread.push(mention.key);
                    continue;
                } else if !near.is_empty() {
                    mention = Mention { postings: near, type_word: None, ..mention };
                }
            }
            kept.push(mention);
        }
        for word in std::mem::take(&mut mentions.unread) {
            let name = key(&word);
            let postings = self.near_misses(&name, 2, &parents);
            if postings.is_empty() {
                unread.push(word);
            } else {
                has_changed = true;
                kept.push(Mention { key: name, type_word: None, postings });
            }
        }
        (mentions.names, mentions.unread) = (kept, unread);
        has_changed
    }

    /// The places inside some others whose names a word is a letter or two off, the nearest.
    ///
    /// Inside a province two letters may be wrong where elsewhere one may.
    fn near_misses(&self, name: &str, most: u8, parents: &[Place]) -> Vec<Posting> {
        let is_long = !is_chinese(name) && (SHORTEST_FUZZY..=LONGEST_FUZZY).contains(&name.len());
        let most = if is_long && !parents.is_empty() { most } else { 0 };
        let most = if name.len() > SHORTEST_FUZZY { most } else { most.min(1) };
        let is_inside = |posting: &Posting| {
            let lies_in = |&parent| self.finer(parent, posting.place) == Some(posting.place);
            !matches!(posting.place, Place::Township(_)) && parents.iter().any(lies_in)
        };
        let near = (1..=most).map(|distance| {
            let mut postings = self.names().fuzzy(name, distance);
            postings.retain(is_inside);
            postings
        });
        near.into_iter().find(|postings| !postings.is_empty()).unwrap_or_default()
    }
}
