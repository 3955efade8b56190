//! What a person decided about labels.

use serde::Deserialize;

use super::terms::key;
use crate::domain::industry::Industries;
use crate::formats::table::{self, InvalidTable};

/// Holds what a person decided about one label.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Correction {
    /// The label, in any language.
    pub label: String,
    /// GB/T 4754-2017 divisions; none where the label names no industry.
    #[serde(deserialize_with = "table::list")]
    pub industry_codes: Vec<String>,
    /// Sectors of the input-output table; those of the divisions where none is given.
    #[serde(default, deserialize_with = "table::list")]
    pub io_sectors: Vec<String>,
    /// Classes of the Strategic Emerging Industries.
    #[serde(default, deserialize_with = "table::list")]
    pub sei: Vec<String>,
    /// Id of the group; that of the first division where none is given.
    #[serde(default)]
    pub group: Option<String>,
}

/// Holds what a person decided, each label once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Corrections(Vec<Correction>);

/// A file of corrections that is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCorrections {
    /// It is no table of corrections.
    #[error("{0}; the columns are label, industry_codes and, if wished, io_sectors, sei, group")]
    Table(#[from] InvalidTable),
    /// A row makes no sense.
    #[error("{file}: row {row}: {reason}")]
    Row {
        /// The file.
        file: String,
        /// The row, from 1, without the header.
        row: usize,
        /// The value refused and the rule that it broke.
        reason: String,
    },
}

impl Corrections {
    /// Reads a CSV file of corrections; codes that are in no classification are refused by row.
    ///
    /// # Errors
    ///
    /// [`InvalidCorrections`].
    pub fn read(
        file: &str,
        bytes: &[u8],
        industries: &Industries,
    ) -> Result<Self, InvalidCorrections> {
        let mut rows: Vec<Correction> = table::rows_or_none(file, bytes)?;
        let mut seen = std::collections::HashMap::new();
        for (number, row) in rows.iter_mut().enumerate() {
            let row_number = number + 1;
            let refused =
                |reason| InvalidCorrections::Row { file: file.to_owned(), row: row_number, reason };
            check(row, industries).map_err(refused)?;
            if let Some(before) = seen.insert(key(&row.label), row_number) {
                return Err(refused(format!(
                    "`{}` is in row {before}, too: decide it once",
                    row.label
                )));
            }
            if row.io_sectors.is_empty() {
                let of = |code: &String| super::entry::sectors_of(industries, code);
                row.io_sectors = row.industry_codes.iter().flat_map(of).collect();
            }
        }
        Ok(Self(rows))
    }

    /// The labels of a cell that were decided: the whole, or else those that stand in it.
    ///
    /// # Shape
    ///
    /// Places among [`Self::all`].
    #[must_use]
    pub fn in_cell(&self, cell: &str) -> Vec<usize> {
        let place = |label: &str| {
            let wanted = key(label);
            self.0.iter().position(|one| !wanted.is_empty() && key(&one.label) == wanted)
        };
        match place(cell) {
            Some(whole) => vec![whole],
            None => cell.split(super::matcher::SEPARATORS).filter_map(place).collect(),
        }
    }

    /// The corrections in their order.
    #[must_use]
    pub fn all(&self) -> &[Correction] {
        &self.0
    }
}

fn check(row: &mut Correction, industries: &Industries) -> Result<(), String> {
    row.group = row.group.take().filter(|group| !group.is_empty());
    if key(&row.label).is_empty() {
        return Err(format!("`{}` is no label: write what the list says", row.label));
    }
    if let Some(code) = row.industry_codes.iter().find(|code| industries.division(code).is_none()) {
        return Err(format!("`{code}` is no division of GB/T 4754-2017: two digits, such as 39"));
    }
    if let Some(code) = row.io_sectors.iter().find(|code| industries.sector(code).is_none()) {
        return Err(format!("`{code}` is no input-output sector: three digits, such as 094"));
    }
    let is_class = |code: &&String| !industries.emerging.iter().any(|class| class.code == **code);
    if let Some(code) = row.sei.iter().find(is_class) {
        return Err(format!("`{code}` is no Strategic Emerging Industry of 2018, such as 1.2"));
    }
    match row.group.as_deref().filter(|group| industries.group(group).is_none()) {
        Some(group) => {
            let ids: Vec<&str> = industries.groups.iter().map(|group| group.id.as_str()).collect();
            Err(format!("`{group}` is no group: choose one of {}", ids.join(", ")))
        }
        None => Ok(()),
    }
}
