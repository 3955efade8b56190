//! How surely a match is the right place.

use super::chain::Reading;
use super::names::NameKind;
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
