//! Review files: the rows that a person should look at, with their candidates.

use std::io::{self, Write};

use crate::store::Located;

/// The columns of a review file.
pub(super) const COLUMNS: [&str; 11] = [
    "line",
    "query",
    "status",
    "choose",
    "candidate",
    "name",
    "name_zh",
    "adcode",
    "chain_zh",
    "lon,lat",
    "reason",
];

/// Writes a line for each candidate of each row to look at; `choose` is left for the reader.
pub(super) fn write(out: &mut dyn Write, located: &[Located<'_>]) -> io::Result<()> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::other)?;
    for one in located.iter().filter(|one| one.needs_review()) {
        let start =
            [one.row.line.to_string(), one.text.to_owned(), one.status().to_owned(), String::new()];
        let candidates = &one.answer.candidates;
        if candidates.is_empty() {
            let mut row = start.to_vec();
            row.resize(COLUMNS.len() - 1, String::new());
            row.push(one.reason.en.clone());
            table.write_record(row).map_err(io::Error::other)?;
        }
        for (number, candidate) in (1..).zip(candidates) {
            let chain: Vec<&str> =
                candidate.chain.iter().map(|unit| unit.name_zh.as_str()).collect();
            let at = candidate.standing.position;
            let rest = [
                i32::to_string(&number),
                candidate.name.name.clone(),
                candidate.name.name_zh.clone(),
                candidate.adcode.map(|code| code.to_string()).unwrap_or_default(),
                chain.join(""),
                format!("{},{}", at.lon(), at.lat()),
                candidate.reason.en.clone(),
            ];
            table.write_record(start.iter().chain(&rest)).map_err(io::Error::other)?;
        }
    }
    table.flush()
}
