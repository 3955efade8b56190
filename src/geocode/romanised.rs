//! Names in Wade-Giles, weighed against what else their letters spell.

use super::mentions::Sources;
use super::normalize::key;
use super::posting::{NameKind, Posting};
use super::records::{Level, Place};
use super::wade_giles;

impl Sources<'_> {
    /// Adds what a word means in Wade-Giles to the places that its letters spell.
    ///
    /// A name of today wins, and without the marks of Wade-Giles the reading is a guess.
    pub(super) fn romanised(&self, word: &str, exact: Vec<Posting>) -> Vec<Posting> {
        let is_marked = wade_giles::is_marked(word);
        let is_plain = exact.iter().any(|one| is_unit(one) && one.kind <= NameKind::Short);
        if is_plain && !is_marked {
            return exact;
        }
        let strict = self.in_wade_giles(word, true);
        let mut all = match (is_marked, is_plain) {
            (true, false) => self.weighed(exact, &strict),
            (true, true) => [exact, as_kind(&strict, NameKind::Old)].concat(),
            (false, _) => [exact, as_kind(&strict, NameKind::Fuzzy)].concat(),
        };
        all.extend(as_kind(&self.in_wade_giles(word, false), NameKind::Fuzzy));
        all.sort_unstable();
        all.dedup_by_key(|posting| posting.place);
        all
    }

    /// Weighs the reading in Wade-Giles against other names in use that share its letters.
    ///
    /// Where both name one place, it is the one: Hsi-an is Xi'an and not 西安 in Liaoyuan. A
    /// prefecture's other name comes before the reading, a county's behind it: Su-chou is Suzhou in
    /// Jiangsu, and in Anhui it is 宿州.
    fn weighed(&self, mut exact: Vec<Posting>, strict: &[Posting]) -> Vec<Posting> {
        if strict.is_empty() {
            return exact;
        }
        let is_in = |all: &[Posting], one: &Posting| all.iter().any(|it| it.place == one.place);
        let has_both = exact.iter().any(|one| is_in(strict, one));
        let holds = exact.iter().any(|one| self.is_large(one) && (!has_both || is_in(strict, one)));
        let kind = if holds { NameKind::Old } else { NameKind::Alias };
        let read: Vec<Posting> = strict.iter().filter(|one| !is_in(&exact, one)).copied().collect();
        if has_both || !holds {
            for other in exact.iter_mut().filter(|one| !is_in(strict, one)) {
                other.kind = other.kind.max(NameKind::Old);
            }
        }
        [exact, as_kind(&read, kind)].concat()
    }

    fn is_large(&self, posting: &Posting) -> bool {
        match posting.place {
            Place::Unit(unit) => self.gazetteer.units()[unit].level < Level::County,
            _ => false,
        }
    }

    /// The units that a word names in Wade-Giles, if that is not how their pinyin is spelt.
    fn in_wade_giles(&self, word: &str, is_strict: bool) -> Vec<Posting> {
        let plain = key(word);
        let readings = wade_giles::pinyin(word, is_strict);
        let names = readings.iter().filter(|name| **name != plain);
        let postings = names.flat_map(|name| self.china.exact(name));
        postings.filter(|one| one.kind <= NameKind::Short && is_unit(one)).collect()
    }
}

fn is_unit(posting: &Posting) -> bool {
    matches!(posting.place, Place::Unit(_))
}

fn as_kind(postings: &[Posting], kind: NameKind) -> Vec<Posting> {
    postings.iter().map(|one| Posting { kind, ..*one }).collect()
}
