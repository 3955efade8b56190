//! Review files: the rows that a person should look at, with candidates, and the choices made there.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;

use crate::formats::sheet::Sheet;
use crate::store::{Choice, Choices, Located};

const COLUMNS: [&str; 11] = [
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
            [one.line().to_string(), one.text().to_owned(), one.status().to_owned(), String::new()];
        if one.candidates().is_empty() {
            let mut row = start.to_vec();
            row.resize(COLUMNS.len() - 1, String::new());
            row.push(one.reason().to_owned());
            table.write_record(row).map_err(io::Error::other)?;
        }
        for (number, candidate) in (1..).zip(one.candidates()) {
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
                candidate.reason.clone(),
            ];
            table.write_record(start.iter().chain(&rest)).map_err(io::Error::other)?;
        }
    }
    table.flush()
}

/// Reads the choices of a review file; a choice that makes no sense is refused by its line.
pub(super) fn read_choices(path: &Path) -> anyhow::Result<Choices> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
    let sheet = Sheet::read(&bytes, false).with_context(|| shown.to_string())?;
    let column = |name: &str| {
        sheet.column(&[name]).with_context(|| {
            format!(
                "{shown}: there is no column `{name}`; a review file has {}",
                COLUMNS.join(", ")
            )
        })
    };
    let (line, query, choose) = (column("line")?, column("query")?, column("choose")?);
    if let Some(refused) = sheet.refused.first() {
        anyhow::bail!("{shown}, line {}: {}: {}", refused.line, refused.reason, refused.value);
    }
    let mut choices = Choices::default();
    for row in sheet.rows.iter().filter(|row| !row.cells[choose].is_empty()) {
        let at = || format!("{shown}, line {}", row.line);
        let number = row.cells[line]
            .parse::<u64>()
            .ok()
            .with_context(|| format!("{}: `{}` is no line number", at(), row.cells[line]))?;
        let chosen = choice(&row.cells[choose]).with_context(at)?;
        if !choices.add(number, &row.cells[query], chosen) {
            anyhow::bail!(
                "{}: `{}` is chosen twice, each time another place",
                at(),
                row.cells[query]
            );
        }
    }
    Ok(choices)
}

fn choice(text: &str) -> anyhow::Result<Choice> {
    if let Ok(number) = text.parse::<usize>() {
        anyhow::ensure!(number > 0, "`0` is no candidate: they are numbered from 1");
        return Ok(Choice::Candidate(number));
    }
    let position = text.parse().ok().map(Choice::Position);
    position.with_context(|| {
        format!("`{text}` is no choice: write the number of a candidate, or longitude,latitude")
    })
}
