//! Industries, read from their tables.

use std::collections::HashSet;

use serde::Deserialize;

use crate::domain::industry::{
    Division, EmergingIndustry, Industries, IndustryGroup, IndustryLabel, IndustryWords, Sector,
    SectorPair,
};
use crate::formats::table::{self, InvalidTable};

#[derive(Deserialize)]
struct GroupRow {
    id: String,
    slot: u8,
    colour: String,
    text_colour: String,
    code_en: String,
    code_zh: String,
    name_en: String,
    name_zh: String,
    #[serde(deserialize_with = "table::list")]
    divisions: Vec<String>,
}

#[derive(Deserialize)]
struct LabelRow {
    label_en: String,
    label_zh: String,
    #[serde(deserialize_with = "table::list")]
    industry_codes: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    io_sectors: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    sei: Vec<String>,
    group: String,
    confidence: String,
}

#[derive(Deserialize)]
struct WordsRow {
    #[serde(deserialize_with = "table::list")]
    words_en: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    words_zh: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    industry_codes: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    io_sectors: Vec<String>,
}

#[derive(Deserialize)]
struct DivisionRow {
    section: String,
    division: String,
    name_zh: String,
    name_en: String,
    #[serde(deserialize_with = "table::list")]
    isic4_division: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    nace2_division: Vec<String>,
}

#[derive(Deserialize)]
struct SectorRow {
    code: String,
    name_en: String,
    name_zh: String,
    #[serde(deserialize_with = "table::list")]
    gbt4754_2017_division: Vec<String>,
    serves_everyone: bool,
}

#[derive(Deserialize)]
struct EmergingRow {
    code: String,
    name_zh: String,
    name_en: String,
}

#[derive(Deserialize)]
struct PairRow {
    i: String,
    j: String,
    in_j_from_i: f64,
    in_i_from_j: f64,
    out_i_to_j: f64,
    out_j_to_i: f64,
    cos_input: f64,
    cos_output: f64,
}

/// The files that [`read`] reads, in its order.
pub(super) const FILES: [&str; 7] = [
    "industry_groups.csv",
    "industries.csv",
    "industry_words.csv",
    "gbt4754.csv",
    "io_sectors.csv",
    "sei.csv",
    "relatedness.csv",
];

/// Reads the tables of [`FILES`]; every label must name a group that is there, and every code of a
/// label, of words and of a pair a class that is there.
pub(super) fn read(files: [&[u8]; 7]) -> Result<Industries, InvalidTable> {
    let [groups, labels, words, divisions, sectors, emerging, pairs] = files;
    let [groups_csv, labels_csv, words_csv, divisions_csv, sectors_csv, emerging_csv, pairs_csv] =
        FILES;
    let mut groups: Vec<IndustryGroup> =
        table::rows::<GroupRow>(groups_csv, groups)?.into_iter().map(group).collect();
    groups.sort_by_key(|group| group.slot);
    let labels = table::rows::<LabelRow>(labels_csv, labels)?.into_iter().map(label).collect();
    let words = table::rows::<WordsRow>(words_csv, words)?.into_iter().map(words_of).collect();
    let divisions = table::rows::<DivisionRow>(divisions_csv, divisions)?;
    let sectors = table::rows::<SectorRow>(sectors_csv, sectors)?;
    let emerging = table::rows::<EmergingRow>(emerging_csv, emerging)?;
    let pairs = table::rows::<PairRow>(pairs_csv, pairs)?;
    let industries = Industries {
        groups,
        labels,
        words,
        divisions: divisions.into_iter().map(division).collect(),
        sectors: sectors.into_iter().map(sector).collect(),
        emerging: emerging.into_iter().map(emerging_industry).collect(),
        pairs: pairs.into_iter().map(pair).collect(),
    };
    check(&industries)?;
    Ok(industries)
}

/// Refuses codes that no classification has.
fn check(industries: &Industries) -> Result<(), InvalidTable> {
    let refused = |file: &str, row: usize, code: &str, known: &str| {
        InvalidTable::at_row(file, row, format!("`{code}` is not in {known}"))
    };
    for (row, label) in industries.labels.iter().enumerate() {
        if industries.group(&label.group).is_none() {
            return Err(refused(FILES[1], row, &label.group, FILES[0]));
        }
        if let Some((code, known)) =
            industries.unknown_code(&label.industry_codes, &label.io_sectors)
        {
            return Err(refused(FILES[1], row, code, known));
        }
    }
    for (row, words) in industries.words.iter().enumerate() {
        if let Some((code, known)) =
            industries.unknown_code(&words.industry_codes, &words.io_sectors)
        {
            return Err(refused(FILES[2], row, code, known));
        }
    }
    let sectors: HashSet<&str> = industries.sectors.iter().map(|one| one.code.as_str()).collect();
    for (row, pair) in industries.pairs.iter().enumerate() {
        let is_known = |code: &&String| sectors.contains(code.as_str());
        if let Some(code) = pair.codes.iter().find(|code| !is_known(code)) {
            return Err(refused(FILES[6], row, code, FILES[4]));
        }
        let values = pair.shares.iter().chain([&pair.cos_input, &pair.cos_output]);
        if let Some(value) = values.into_iter().find(|value| value.is_nan() || **value < 0.0) {
            let reason = format!("{value} is no share: give a number from 0");
            return Err(InvalidTable::at_row(FILES[6], row, reason));
        }
    }
    Ok(())
}

impl Industries {
    /// The first code that is in no classification, and the file that it should be in.
    fn unknown_code<'a>(
        &self,
        divisions: &'a [String],
        sectors: &'a [String],
    ) -> Option<(&'a str, &'static str)> {
        let division = divisions.iter().find(|code| self.division(code).is_none());
        let sector = || sectors.iter().find(|code| self.sector(code).is_none());
        division
            .map(|code| (code.as_str(), FILES[3]))
            .or_else(|| sector().map(|code| (code.as_str(), FILES[4])))
    }
}

fn words_of(row: WordsRow) -> IndustryWords {
    IndustryWords {
        words_en: row.words_en,
        words_zh: row.words_zh,
        industry_codes: row.industry_codes,
        io_sectors: row.io_sectors,
    }
}

fn division(row: DivisionRow) -> Division {
    Division {
        section: row.section,
        code: row.division,
        name_en: row.name_en,
        name_zh: row.name_zh,
        isic: row.isic4_division,
        nace: row.nace2_division,
    }
}

fn sector(row: SectorRow) -> Sector {
    Sector {
        code: row.code,
        name_en: row.name_en,
        name_zh: row.name_zh,
        divisions: row.gbt4754_2017_division,
        serves_everyone: row.serves_everyone,
    }
}

fn emerging_industry(row: EmergingRow) -> EmergingIndustry {
    EmergingIndustry { code: row.code, name_en: row.name_en, name_zh: row.name_zh }
}

fn pair(row: PairRow) -> SectorPair {
    SectorPair {
        codes: [row.i, row.j],
        shares: [row.in_j_from_i, row.in_i_from_j, row.out_i_to_j, row.out_j_to_i],
        cos_input: row.cos_input,
        cos_output: row.cos_output,
    }
}

fn group(row: GroupRow) -> IndustryGroup {
    IndustryGroup {
        id: row.id,
        slot: row.slot,
        colour: row.colour,
        text_colour: row.text_colour,
        code_en: row.code_en,
        code_zh: row.code_zh,
        name_en: row.name_en,
        name_zh: row.name_zh,
        divisions: row.divisions,
    }
}

fn label(row: LabelRow) -> IndustryLabel {
    IndustryLabel {
        label_en: row.label_en,
        label_zh: row.label_zh,
        industry_codes: row.industry_codes,
        io_sectors: row.io_sectors,
        sei: row.sei,
        group: row.group,
        confidence: row.confidence,
    }
}
