//! Industries, read from their tables.

use serde::Deserialize;

use crate::domain::industry::{Industries, IndustryGroup, IndustryLabel};
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

/// Reads `industry_groups.csv` and `industries.csv`; every label must name a group that is there.
pub(super) fn read(groups: &[u8], labels: &[u8]) -> Result<Industries, InvalidTable> {
    let mut groups: Vec<IndustryGroup> =
        table::rows::<GroupRow>("industry_groups.csv", groups)?.into_iter().map(group).collect();
    groups.sort_by_key(|group| group.slot);
    let labels: Vec<IndustryLabel> =
        table::rows::<LabelRow>("industries.csv", labels)?.into_iter().map(label).collect();
    let is_known = |id: &str| groups.iter().any(|group| group.id == id);
    if let Some(row) = labels.iter().position(|label| !is_known(&label.group)) {
        let reason = format!("`{}` is no group of industry_groups.csv", labels[row].group);
        return Err(InvalidTable::at_row("industries.csv", row, reason));
    }
    Ok(Industries { groups, labels })
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
