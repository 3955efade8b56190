//! What a label is compared with: labels, words and classes whose codes are known.

use super::corrections::Corrections;
use super::matcher::Origin;
use crate::domain::industry::Industries;

/// Holds a text whose codes are known.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) en: String,
    pub(super) zh: String,
    pub(super) industry_codes: Vec<String>,
    pub(super) io_sectors: Vec<String>,
    pub(super) sei: Vec<String>,
    pub(super) group: String,
    pub(super) origin: Origin,
}

impl Origin {
    /// How much a likeness with such a text counts: a label is of the kind that is looked for.
    pub(super) fn weight(self) -> f64 {
        match self {
            Self::Correction | Self::Label | Self::Code => 1.0,
            Self::Words => 0.95,
            Self::Sector | Self::Division => 0.85,
        }
    }
}

/// Lists everything that a label can be compared with, what counts most first.
pub(super) fn entries(industries: &Industries, corrections: &Corrections) -> Vec<Entry> {
    let corrected = corrections.all().iter().map(|one| {
        let group = one.group.clone().unwrap_or_else(|| group(industries, &one.industry_codes));
        Entry {
            en: one.label.clone(),
            zh: one.label.clone(),
            industry_codes: one.industry_codes.clone(),
            io_sectors: one.io_sectors.clone(),
            sei: one.sei.clone(),
            group,
            origin: Origin::Correction,
        }
    });
    let labels = industries.labels.iter().map(|label| Entry {
        en: label.label_en.clone(),
        zh: label.label_zh.clone(),
        industry_codes: label.industry_codes.clone(),
        io_sectors: label.io_sectors.clone(),
        sei: label.sei.clone(),
        group: label.group.clone(),
        origin: Origin::Label,
    });
    corrected.chain(labels).chain(words(industries)).chain(classes(industries)).collect()
}

/// The group of the first division.
pub(super) fn group(industries: &Industries, divisions: &[String]) -> String {
    let first = divisions.first().and_then(|code| industries.group_of_division(code));
    first.unwrap_or("other").to_owned()
}

/// One entry for each word, as a label may be one of them.
fn words(industries: &Industries) -> impl Iterator<Item = Entry> {
    industries.words.iter().flat_map(move |words| {
        let (en, zh) = (&words.words_en, &words.words_zh);
        let word = |all: &[String], number: usize| all.get(number).cloned().unwrap_or_default();
        (0..en.len().max(zh.len())).map(move |number| Entry {
            en: word(en, number),
            zh: word(zh, number),
            industry_codes: words.industry_codes.clone(),
            io_sectors: words.io_sectors.clone(),
            sei: Vec::new(),
            group: group(industries, &words.industry_codes),
            origin: Origin::Words,
        })
    })
}

/// Sectors, then divisions; a division has all sectors that are part of it.
fn classes(industries: &Industries) -> impl Iterator<Item = Entry> {
    let sectors = industries.sectors.iter().map(|sector| Entry {
        en: sector.name_en.clone(),
        zh: sector.name_zh.clone(),
        industry_codes: sector.divisions.clone(),
        io_sectors: vec![sector.code.clone()],
        sei: Vec::new(),
        group: group(industries, &sector.divisions),
        origin: Origin::Sector,
    });
    let divisions = industries.divisions.iter().map(|division| Entry {
        en: division.name_en.clone(),
        zh: division.name_zh.clone(),
        industry_codes: vec![division.code.clone()],
        io_sectors: sectors_of(industries, &division.code),
        sei: Vec::new(),
        group: group(industries, std::slice::from_ref(&division.code)),
        origin: Origin::Division,
    });
    sectors.chain(divisions)
}

/// The sectors that are part of a division.
pub(super) fn sectors_of(industries: &Industries, division: &str) -> Vec<String> {
    let of = |codes: &[String]| codes.iter().any(|code| code == division);
    let sectors = industries.sectors.iter().filter(|sector| of(&sector.divisions));
    sectors.map(|sector| sector.code.clone()).collect()
}
