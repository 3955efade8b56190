//! Names that lie in one another: the readings of a text.

use super::gazetteer::Gazetteer;
use super::mentions::Mention;
use super::posting::{NameKind, Posting};
use super::records::{Level, Place, Unit};

/// The most readings that are followed at a time.
const MOST_READINGS: usize = 400;

/// Holds one way to read the names of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The finest place that the names lead to.
    pub place: Place,
    /// The weakest kind of name that was needed for it.
    pub kind: NameKind,
    /// The weakest kind of name among the places around it; `Full` when none is named.
    pub around: NameKind,
    /// How many names lie in one chain.
    pub used: usize,
    /// Whether a type word speaks against it.
    pub is_against_type: bool,
}

/// Says how much stands behind a place when nothing else decides, the most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// A province or a municipality.
    Province,
    /// A prefecture, a city of a million.
    Prefecture,
    /// A county, a zone, a city of a hundred thousand.
    County,
    /// A township, a town.
    Township,
}

impl Gazetteer {
    /// Joins the names of a text into chains, those that use most names first.
    ///
    /// Every name is tried in every reading and may be passed over, so that the order of the names
    /// does not matter and one name too many loses no answer.
    #[must_use]
    pub fn readings(&self, mentions: &[Mention]) -> Vec<Reading> {
        let mut readings: Vec<Reading> = Vec::new();
        for mention in mentions {
            let mut longer = Vec::new();
            for posting in &mention.postings {
                let one = self.reading(mention, *posting);
                longer.extend(readings.iter().filter_map(|before| self.join(before, &one)));
                longer.push(one);
            }
            readings.extend(longer);
            self.keep_best(&mut readings);
        }
        readings
    }

    fn reading(&self, mention: &Mention, posting: Posting) -> Reading {
        let is_against_type = mention.type_word.is_some_and(|word| match posting.place {
            Place::Unit(unit) => !word.agrees(&self.units()[unit]),
            _ => true,
        });
        Reading {
            place: posting.place,
            kind: posting.kind,
            around: NameKind::Full,
            used: 1,
            is_against_type,
        }
    }

    /// Joins two readings when one place lies in the other.
    fn join(&self, before: &Reading, one: &Reading) -> Option<Reading> {
        let place = self.finer(before.place, one.place)?;
        // The kind of name of the finer place decides; that of the coarser only confirms.
        let is_finer = place == one.place && place != before.place;
        let (kind, other) =
            if is_finer { (one.kind, before.kind) } else { (before.kind, one.kind) };
        Some(Reading {
            place,
            kind,
            around: before.around.max(other),
            // Jilin, Jilin is the city in the province, not the province named twice.
            used: if before.place == one.place { before.used } else { before.used + one.used },
            is_against_type: before.is_against_type || one.is_against_type,
        })
    }

    /// The finer of two places, one of which lies in the other; `None` when neither does.
    pub(super) fn finer(&self, known: Place, named: Place) -> Option<Place> {
        let (unit, other) = (self.unit_of(known)?, self.unit_of(named)?);
        if self.lies_in(other, unit) {
            let is_same = named == Place::Unit(unit) && known != Place::Unit(unit);
            Some(if is_same { known } else { named })
        } else if self.lies_in(unit, other) && matches!(named, Place::Unit(_)) {
            Some(known)
        } else {
            None
        }
    }

    /// Keeps one reading for each place, the best, and not more than can be followed.
    fn keep_best(&self, readings: &mut Vec<Reading>) {
        readings.sort_unstable_by_key(|reading| (reading.place, reading.order()));
        readings.dedup_by_key(|reading| reading.place);
        readings.sort_unstable_by_key(|reading| {
            (reading.order(), self.rank(reading.place), reading.place)
        });
        readings.truncate(MOST_READINGS);
    }

    /// Says how much stands behind a place.
    #[must_use]
    pub fn rank(&self, place: Place) -> Rank {
        match place {
            Place::Unit(number) => {
                let unit = &self.units()[number];
                match unit.level {
                    Level::Province => Rank::Province,
                    Level::Prefecture if !unit.adcode.is_run_by_province() => Rank::Prefecture,
                    Level::Prefecture | Level::County => Rank::County,
                }
            }
            Place::Zone(_) => Rank::County,
            Place::Township(_) => Rank::Township,
            Place::World(number) => match self.world().place(number).population {
                1_000_000.. => Rank::Prefecture,
                100_000.. => Rank::County,
                _ => Rank::Township,
            },
        }
    }

    /// Says whether one place is what a bare name means rather than the other.
    ///
    /// Of a city and a county of one prefecture, such as Yining, the city is meant.
    /// Counties of municipalities have the rank of prefectures in law and in people's minds:
    /// Chaoyang is the city in Liaoning no more than the district of Beijing.
    #[must_use]
    pub fn dominates(&self, one: Place, other: Place) -> bool {
        let is_shielded = match other {
            Place::Unit(number) => is_of_municipality(&self.units()[number]),
            _ => false,
        };
        let rank = self.rank(one);
        let is_higher = rank < self.rank(other) && !(rank == Rank::Prefecture && is_shielded);
        is_higher || self.is_city_beside(one, other)
    }

    /// Says whether one place is what its bare pinyin means rather than the other.
    ///
    /// Without tones and characters Suining is a prefecture and two counties elsewhere, and nothing
    /// says which: among those only provinces and their capitals stand out.
    #[must_use]
    pub fn dominates_in_pinyin(&self, one: Place, other: Place) -> bool {
        let is_open = match (one, other) {
            (Place::Unit(higher), Place::Unit(lower)) => {
                self.units()[higher].level == Level::Prefecture
                    && self.units()[lower].level == Level::County
                    && !self.lies_in(lower, higher)
                    && !self.is_capital(higher)
            }
            _ => false,
        };
        !is_open && self.dominates(one, other)
    }

    /// Says whether a unit is where the government of its province sits.
    fn is_capital(&self, number: usize) -> bool {
        let unit = &self.units()[number];
        unit.parent.is_some_and(|province| self.units()[province].position == unit.position)
    }

    /// Says whether one place is a city and the other a county in the same prefecture.
    fn is_city_beside(&self, one: Place, other: Place) -> bool {
        let (Place::Unit(one), Place::Unit(other)) = (one, other) else { return false };
        let (one, other) = (&self.units()[one], &self.units()[other]);
        let is_city = |unit: &Unit| unit.name.name_zh.ends_with('市');
        one.level == Level::County
            && other.level == Level::County
            && one.parent == other.parent
            && is_city(one)
            && !is_city(other)
    }
}

impl Reading {
    /// What orders readings before rank does: names used, type word, kinds of name.
    #[must_use]
    pub fn order(&self) -> (std::cmp::Reverse<usize>, bool, NameKind, NameKind) {
        // With or without its type word, a name is the name.
        let kind = |kind: NameKind| kind.max(NameKind::Short);
        (std::cmp::Reverse(self.used), self.is_against_type, kind(self.kind), kind(self.around))
    }
}

/// Says whether a unit belongs to Beijing, Tianjin, Shanghai or Chongqing.
fn is_of_municipality(unit: &Unit) -> bool {
    matches!(unit.adcode.province().to_string().as_str(), "110000" | "120000" | "310000" | "500000")
}
