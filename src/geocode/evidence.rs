//! What the names of a text leave possible: places that fit all of them, and what speaks against.

use super::Query;
use super::gazetteer::{Gazetteer, Level, NameKind, Place, Posting};
use super::mentions::{Mentions, mentions};
use super::normalize::key;

/// Holds what the names of a text leave possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The places that all names fit, none nested in another.
    pub(super) places: Vec<Place>,
    /// The weakest kind of name that was needed.
    pub(super) kind: NameKind,
    /// Other units that the last name also stands for, as a weaker kind of name.
    pub(super) rivals: Vec<Place>,
    /// The first name that fits no place that the names before it fit.
    pub(super) contradiction: Option<String>,
    /// Whether the province that the record gives is not known.
    pub(super) has_unknown_province: bool,
    /// The names, as they were read.
    pub(super) mentions: Mentions,
}

/// Holds what is left of the places after one more name.
struct Narrowed {
    places: Vec<Place>,
    kind: NameKind,
    rivals: Vec<Place>,
}

impl Gazetteer {
    /// Follows the names of a text down the chain of units.
    pub(super) fn read_names(&self, query: Query<'_>) -> Evidence {
        let provinces = self.provinces(query.province);
        let mut evidence = Evidence {
            has_unknown_province: provinces.is_empty() && !query.province.trim().is_empty(),
            places: provinces,
            kind: NameKind::Full,
            rivals: Vec::new(),
            contradiction: None,
            mentions: mentions(query.text, |name| !self.lookup(name).is_empty()),
        };
        let mut is_narrowed = false;
        for name in evidence.mentions.names.clone() {
            let Some(narrowed) = self.narrow(&evidence.places, self.lookup(&name)) else {
                // A town of this name elsewhere contradicts nothing: townships never stand alone.
                if self.lookup(&name).iter().any(|posting| matches!(posting.place, Place::Unit(_)))
                {
                    evidence.contradiction = Some(name);
                    break;
                }
                continue;
            };
            evidence.places = narrowed.places;
            evidence.rivals = narrowed.rivals;
            evidence.kind = evidence.kind.max(narrowed.kind);
            is_narrowed = true;
        }
        if !is_narrowed && !query.text.trim().is_empty() {
            evidence.places.clear(); // the province alone is not what the text asks for
        }
        evidence
    }

    /// The provinces that a text names.
    fn provinces(&self, text: &str) -> Vec<Place> {
        let is_province = |posting: &&Posting| match posting.place {
            Place::Unit(unit) => self.units()[unit].level == Level::Province,
            _ => false,
        };
        self.lookup(&key(text)).iter().filter(is_province).map(|posting| posting.place).collect()
    }

    /// Keeps the places of a name that lie in, or around, one of the places before.
    ///
    /// Of the places left, the strongest kind of name wins, and of nested ones the outermost:
    /// Yueyang is the city before it is the county in it. Units that only a weaker kind of name
    /// leads to, somewhere else, are rivals.
    fn narrow(&self, before: &[Place], postings: &[Posting]) -> Option<Narrowed> {
        let fitting = self.fitting(before, postings);
        let kind = fitting.iter().map(|posting| posting.kind).min()?;
        let mut places: Vec<Place> = Vec::new();
        for posting in fitting.iter().filter(|posting| posting.kind == kind) {
            if !places.contains(&posting.place) {
                places.push(posting.place);
            }
        }
        let mut places = self.outermost(&places);
        if places.iter().all(|&place| self.unit_of(place) == self.unit_of(places[0])) {
            places.truncate(1); // two zones of one host stand at the same place
        }
        let is_apart = |rival: Place| {
            let rival = self.unit_of(rival);
            places.iter().all(|&place| {
                let unit = self.unit_of(place);
                !self.lies_in(rival, unit) && !self.lies_in(unit, rival)
            })
        };
        let weaker =
            fitting.iter().filter(|posting| posting.kind > kind).map(|posting| posting.place);
        let rivals =
            weaker.filter(|&place| matches!(place, Place::Unit(_)) && is_apart(place)).collect();
        Some(Narrowed { places, kind, rivals })
    }

    /// The postings that lie in, or around, one of the places before; all of them when there is none.
    fn fitting(&self, before: &[Place], postings: &[Posting]) -> Vec<Posting> {
        if before.is_empty() {
            let stands_alone = |posting: &&Posting| !matches!(posting.place, Place::Township(_));
            return postings.iter().filter(stands_alone).copied().collect();
        }
        let finer = |posting: &Posting, known: Place| {
            let place = self.finer(known, posting.place)?;
            Some(Posting { place, kind: posting.kind })
        };
        postings
            .iter()
            .flat_map(|posting| before.iter().filter_map(move |&known| finer(posting, known)))
            .collect()
    }

    /// The finer of two places, one of which lies in the other; `None` when neither does.
    fn finer(&self, known: Place, named: Place) -> Option<Place> {
        let (unit, other) = (self.unit_of(known), self.unit_of(named));
        if self.lies_in(other, unit) {
            Some(if named == Place::Unit(unit) { known } else { named })
        } else if self.lies_in(unit, other) && matches!(named, Place::Unit(_)) {
            Some(known)
        } else {
            None
        }
    }

    /// Drops every unit that lies in another one of the list.
    fn outermost(&self, places: &[Place]) -> Vec<Place> {
        let is_nested = |place: Place| {
            places.iter().any(|&other| {
                let (Place::Unit(inner), Place::Unit(outer)) = (place, other) else { return false };
                inner != outer && self.lies_in(inner, outer)
            })
        };
        places.iter().copied().filter(|&place| !is_nested(place)).collect()
    }
}
