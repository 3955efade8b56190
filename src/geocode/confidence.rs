//! How surely a match is the right place.

use super::chain::{Rank, Reading};
use super::common::is_common;
use super::gazetteer::Gazetteer;
use super::normalize::is_chinese;
use super::place::is_zone_name;
use super::posting::NameKind;
use super::question::Case;
use super::records::Place;
use super::words::{ends_title, is_generic};
use crate::domain::base::Confidence;

/// Names what makes a match less sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubt {
    /// The names could mean other places, too.
    Rivals,
    /// The record gives a code, or a unit around the place, that is not known.
    UnknownParts,
    /// Words were not read.
    Unread,
    /// Behind a Chinese name stands what was not read: an address, an industry.
    UnreadAddress,
    /// A town, whose name many share.
    Town,
    /// A town by its pinyin, which still more share.
    TownByPinyin,
    /// The names are so short that other words share them.
    Short,
    /// The name is a word, a firm or a person as much as a place.
    Common,
    /// A place outside China that is no city of a million, and its country is not named.
    World,
    /// The name is one character, which stands for a province and for much else.
    Letter,
}

/// Says how surely the best reading is the right one.
///
/// The bands are set so that `high` is wrong in less than one case of two hundred on the labelled
/// rows that they were chosen on; see geodata/eval.
pub(super) fn confidence(best: &Reading, doubts: &[Doubt]) -> Confidence {
    let has_parent = best.used > 1;
    let is_short = doubts.contains(&Doubt::Short);
    let by_kind = match best.kind {
        NameKind::Full | NameKind::Short | NameKind::Alias if has_parent => Confidence::High,
        NameKind::Full | NameKind::Short if !is_short => Confidence::High,
        NameKind::Full | NameKind::Short | NameKind::Alias | NameKind::Old => Confidence::Medium,
        NameKind::Fuzzy if has_parent => Confidence::Medium,
        NameKind::Fuzzy => Confidence::Low,
    };
    let is_weak = best.kind >= NameKind::Old;
    let by_type = if best.is_against_type { lower(is_weak) } else { Confidence::High };
    let by_doubts = doubts.iter().map(|doubt| match doubt {
        Doubt::Rivals => lower(is_weak),
        Doubt::UnknownParts | Doubt::World => Confidence::Low,
        Doubt::Unread | Doubt::TownByPinyin => lower(!has_parent),
        Doubt::UnreadAddress => lower(!has_parent && best.kind != NameKind::Full),
        Doubt::Town | Doubt::Letter | Doubt::Common if !has_parent => Confidence::Low,
        Doubt::Town | Doubt::Letter | Doubt::Common | Doubt::Short => Confidence::High,
    });
    by_doubts.chain([by_type]).fold(by_kind, Confidence::max)
}

/// The band that a doubt leaves.
fn lower(is_grave: bool) -> Confidence {
    if is_grave { Confidence::Low } else { Confidence::Medium }
}

impl Gazetteer {
    /// What makes a match by names less sure.
    pub(super) fn doubts(&self, case: &Case<'_>, best: &Reading, rivals: &[Reading]) -> Vec<Doubt> {
        let is_town = matches!(best.place, Place::Township(_));
        let has_short_names = self.rank(best.place) >= Rank::County
            && case.mentions.names.iter().all(|mention| is_short(&mention.key));
        let is_lone_world = matches!(best.place, Place::World(_))
            && !case.has_country
            && (best.kind > NameKind::Full || self.rank(best.place) > Rank::Prefecture);
        let has_unread = case.mentions.unread.iter().any(|rest| !is_zone_name(rest));
        let unread = if is_chinese(case.query.text) { Doubt::UnreadAddress } else { Doubt::Unread };
        let has_unknown = case.query.adcode.is_some() || case.has_unknown_within;
        let all = [
            (!rivals.is_empty(), Doubt::Rivals),
            (has_unknown, Doubt::UnknownParts),
            (has_unread || self.is_product(case), unread),
            (is_town, Doubt::Town),
            (is_town && best.kind != NameKind::Full, Doubt::TownByPinyin),
            (has_short_names, Doubt::Short),
            (case.mentions.names.iter().all(|one| one.key.chars().count() == 1), Doubt::Letter),
            (is_common(case.query.text, &case.mentions, self.rank(best.place)), Doubt::Common),
            (is_lone_world, Doubt::World),
        ];
        all.into_iter().filter(|(holds, _)| *holds).map(|(_, doubt)| doubt).collect()
    }

    /// Says whether the words beside a name are those of a firm: Jiangxi Copper, but no title.
    fn is_product(&self, case: &Case<'_>) -> bool {
        let stripped = &case.mentions.stripped;
        let is_plain = |word: &String| self.is_industry_word(word) && !is_generic(word);
        let has_end = stripped.iter().flat_map(|words| words.split_whitespace()).any(ends_title);
        !is_chinese(case.query.text) && !has_end && stripped.iter().any(is_plain)
    }
}

/// Says whether a key is so short that words of other meanings share it.
fn is_short(key: &str) -> bool {
    key.chars().count() <= if is_chinese(key) { 2 } else { 4 }
}
