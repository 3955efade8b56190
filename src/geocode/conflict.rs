//! Names that contradict one another.

use super::chain::{Rank, Reading};
use super::gazetteer::Gazetteer;
use super::mentions::Mention;
use super::posting::{NameKind, Posting};
use super::question::Case;
use super::records::Place;

impl Gazetteer {
    /// A name of units that does not fit the best reading of the others.
    pub(super) fn contradiction(&self, case: &Case<'_>) -> Option<String> {
        let best = case.readings.first()?;
        if let Some(name) = self.town_for_unit(case, best) {
            return Some(name);
        }
        let is_sure = |mention: &&Mention| {
            mention.postings.iter().any(|posting| {
                matches!(posting.place, Place::Unit(_)) && posting.kind < NameKind::Old
            })
        };
        case.names
            .iter()
            .filter(is_sure)
            .find(|mention| !self.fits(mention, best))
            .map(|mention| mention.key.clone())
    }

    /// A unit's name that only a town of the province answers to: Tai'an in Shaanxi.
    fn town_for_unit(&self, case: &Case<'_>, best: &Reading) -> Option<String> {
        let has_town =
            |mention: &&Mention| mention.postings.iter().any(|posting| posting.place == best.place);
        let named = case.names.iter().find(has_town)?;
        let is_province = |place: Place| self.rank(place) == Rank::Province;
        let is_placed = case.names.iter().any(|mention| {
            let fits = |posting: &Posting| self.finer(posting.place, best.place).is_some();
            let is_near = |posting: &Posting| fits(posting) && !is_province(posting.place);
            mention.key != named.key && mention.postings.iter().any(is_near)
        });
        let is_town = matches!(best.place, Place::Township(_)) && best.used > 1;
        (is_town && !is_placed && named.strength() <= NameKind::Short).then(|| named.key.clone())
    }

    /// Says whether a name may stand for the place of a reading, or for one around or inside it.
    pub(super) fn fits(&self, mention: &Mention, best: &Reading) -> bool {
        mention.postings.iter().any(|posting| {
            posting.place == best.place
                || self.finer(best.place, posting.place).is_some()
                || self.finer(posting.place, best.place).is_some()
        })
    }
}
