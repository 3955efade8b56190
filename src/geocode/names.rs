//! All names, each leading to the places that answer to it: in automata, one for each script, and
//! those of townships in tables, since nobody asks for a misspelt one.

use std::panic::resume_unwind;
use std::thread;

use fst::{IntoStreamer, Map, MapBuilder, Streamer};

use super::edit_distance::Near;
use super::normalize::is_chinese;
use super::posting::{NameKind, Posting};
use super::recent::Recent;
use super::records::Place;

/// The most keys that a search by edit distance gives.
const MOST_FUZZY: usize = 64;

/// Holds the names of places, the Chinese ones apart; made once, then only read.
#[derive(Debug, Clone, Default)]
pub struct Names {
    latin: Keys,
    chinese: Keys,
    towns: Table,
    /// Chinese keys of units and zones by their numbers: the automaton counts bytes, not characters.
    chinese_letters: Vec<(Vec<char>, u64)>,
    recent: Recent,
}

/// Holds the keys of one script and their postings.
#[derive(Debug, Clone, Default)]
struct Keys {
    automaton: Map<Vec<u8>>,
    /// Where the postings of each key begin, in the order of the keys, and where the last ends.
    starts: Vec<u32>,
    postings: Vec<Posting>,
}

/// Holds keys in order, and their postings.
#[derive(Debug, Clone, Default)]
struct Table(Vec<(String, Posting)>);

/// Gathers names before they are put into automata.
#[derive(Debug, Default)]
pub(super) struct NamesBuilder {
    latin: Vec<(String, Posting)>,
    chinese: Vec<(String, Posting)>,
    towns: Vec<(String, Posting)>,
}

impl NamesBuilder {
    /// Lets a place answer to a key; an empty key is no name.
    pub(super) fn add(&mut self, key: String, place: Place, kind: NameKind) {
        let names = match place {
            Place::Township(_) => &mut self.towns,
            _ if is_chinese(&key) => &mut self.chinese,
            _ => &mut self.latin,
        };
        if !key.is_empty() {
            names.push((key, Posting { place, kind }));
        }
    }

    /// Puts the names together; of several kinds of one name for one place, the strongest counts.
    pub(super) fn build(self) -> Names {
        thread::scope(|scope| {
            let towns = scope.spawn(|| Table::build(self.towns));
            let latin = Keys::build(self.latin, |_, _| ());
            let mut chinese_letters = Vec::new();
            let chinese = Keys::build(self.chinese, |key, number| {
                chinese_letters.push((key.chars().collect(), number));
            });
            let towns = towns.join().unwrap_or_else(|panic| resume_unwind(panic));
            Names { latin, chinese, towns, chinese_letters, recent: Recent::default() }
        })
    }
}

impl Table {
    fn build(mut names: Vec<(String, Posting)>) -> Self {
        sort(&mut names);
        Self(names)
    }

    fn exact(&self, key: &str) -> impl Iterator<Item = Posting> {
        let start = self.0.partition_point(|(known, _)| known.as_str() < key);
        let found = self.0[start..].iter().take_while(move |(known, _)| known == key);
        found.map(|(_, posting)| *posting)
    }

    fn bytes(&self) -> usize {
        self.0.iter().map(|one| size_of_val(one) + one.0.len()).sum()
    }
}

/// Sorts names; of several kinds of one name for one place, the strongest stays.
fn sort(names: &mut Vec<(String, Posting)>) {
    names.sort_unstable();
    names.dedup_by(|later, earlier| later.0 == earlier.0 && later.1.place == earlier.1.place);
}

impl Keys {
    /// Sorts names into an automaton; `see` is shown each key with its number.
    fn build(mut names: Vec<(String, Posting)>, mut see: impl FnMut(&str, u64)) -> Self {
        sort(&mut names);
        let mut builder = MapBuilder::memory();
        let mut starts = Vec::new();
        let mut postings = Vec::with_capacity(names.len());
        let mut last: Option<&str> = None;
        for (key, posting) in &names {
            if last != Some(key) {
                let number = starts.len() as u64;
                // Keys come in order and once each, which is all that the builder refuses.
                let _ = builder.insert(key, number);
                see(key, number);
                starts.push(u32::try_from(postings.len()).unwrap_or(u32::MAX));
                last = Some(key);
            }
            postings.push(*posting);
        }
        starts.push(u32::try_from(postings.len()).unwrap_or(u32::MAX));
        let automaton = builder.into_inner().ok().and_then(|bytes| Map::new(bytes).ok());
        Self { automaton: automaton.unwrap_or_default(), starts, postings }
    }

    fn exact(&self, key: &str) -> &[Posting] {
        self.automaton.get(key).map_or(&[], |number| self.of(number))
    }

    fn of(&self, number: u64) -> &[Posting] {
        let number = usize::try_from(number).unwrap_or(usize::MAX - 1);
        match (self.starts.get(number), self.starts.get(number + 1)) {
            (Some(&start), Some(&end)) => &self.postings[start as usize..end as usize],
            _ => &[],
        }
    }

    fn bytes(&self) -> usize {
        self.automaton.as_fst().as_bytes().len()
            + size_of_val(self.starts.as_slice())
            + size_of_val(self.postings.as_slice())
    }
}

impl Names {
    /// Finds the places that answer to a key.
    #[must_use]
    pub fn exact(&self, key: &str) -> Vec<Posting> {
        let keys = if is_chinese(key) { &self.chinese } else { &self.latin };
        keys.exact(key).iter().copied().chain(self.towns.exact(key)).collect()
    }

    /// Finds the places that answer to a key so many letters off: added, lost or changed.
    ///
    /// Of Chinese names, one character may be wrong. The largest distance is 2.
    #[must_use]
    pub fn fuzzy(&self, key: &str, distance: u8) -> Vec<Posting> {
        self.recent.find(key, distance, || self.search(key, distance))
    }

    fn search(&self, key: &str, distance: u8) -> Vec<Posting> {
        if is_chinese(key) {
            return self.fuzzy_chinese(key);
        }
        let mut stream = self.latin.automaton.search(Near::new(key, distance)).into_stream();
        let mut found = Vec::new();
        let mut count = 0;
        while let Some((_, number)) = stream.next() {
            // A slip of the finger is looked for in the names people type, not in old spellings.
            let typed =
                self.latin.of(number).iter().filter(|posting| posting.kind <= NameKind::Short);
            found.extend(typed.map(|posting| Posting { kind: NameKind::Fuzzy, ..*posting }));
            count += 1;
            if count == MOST_FUZZY {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    fn fuzzy_chinese(&self, key: &str) -> Vec<Posting> {
        let key: Vec<char> = key.chars().collect();
        let near =
            self.chinese_letters.iter().filter(|(name, _)| is_one_off(&key, name)).take(MOST_FUZZY);
        let postings = near.flat_map(|(_, number)| self.chinese.of(*number));
        let mut found: Vec<Posting> =
            postings.map(|posting| Posting { kind: NameKind::Fuzzy, ..*posting }).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// How many keys there are, and how many bytes the index takes.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let letters: usize =
            self.chinese_letters.iter().map(|(key, _)| size_of_val(key.as_slice()) + 32).sum();
        let keys = self.latin.automaton.len() + self.chinese.automaton.len();
        let bytes = self.latin.bytes() + self.chinese.bytes() + self.towns.bytes();
        (keys + self.towns.0.len(), bytes + letters)
    }
}

/// Says whether one character added, lost or changed makes one key of the other.
fn is_one_off(one: &[char], other: &[char]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let rest = &short[same..];
    let skipped = usize::from(short.len() == long.len());
    rest.get(skipped..).is_none_or(|rest| *rest == long[(same + 1).min(long.len())..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_their_places_exactly_and_a_letter_off() {
        let mut builder = NamesBuilder::default();
        builder.add("changshu".into(), Place::Unit(1), NameKind::Alias);
        builder.add("changshu".into(), Place::Unit(1), NameKind::Short);
        builder.add("changshu".into(), Place::Unit(2), NameKind::Old);
        builder.add("常熟市".into(), Place::Unit(1), NameKind::Full);
        builder.add(String::new(), Place::Unit(9), NameKind::Full);
        let names = builder.build();
        let posting = |unit, kind| Posting { place: Place::Unit(unit), kind };
        assert_eq!(
            names.exact("changshu"),
            [posting(1, NameKind::Short), posting(2, NameKind::Old)]
        );
        assert_eq!(names.exact("chang"), []);
        assert_eq!(names.fuzzy("chagnshu", 2), [posting(1, NameKind::Fuzzy)], "no old name");
        for wrong in ["常孰市", "常市", "常熟熟市", "常熟市"] {
            assert_eq!(names.fuzzy(wrong, 1), [posting(1, NameKind::Fuzzy)], "{wrong}");
        }
        assert!(names.fuzzy("长孰市", 1).is_empty() && names.fuzzy("熟", 1).is_empty());
        assert_eq!(names.size().0, 2);
        assert!(Names::default().exact("").is_empty());
    }
}
