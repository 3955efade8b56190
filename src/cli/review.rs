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
            row.push(one.reason().en.clone());
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
                candidate.reason.en.clone(),
            ];
            table.write_record(start.iter().chain(&rest)).map_err(io::Error::other)?;
        }
    }
    table.flush()
}

/// Reads the choices of a review file, or the pins that the map saves; one that makes no sense is
/// refused by its line.
pub(super) fn read_choices(path: &Path) -> anyhow::Result<Choices> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
    let sheet = Sheet::read(&bytes, false).with_context(|| shown.to_string())?;
    if let Some(refused) = sheet.refused.first() {
        anyhow::bail!("{shown}, line {}: {}: {}", refused.line, refused.reason, refused.value);
    }
    let column = |name: &str| sheet.column(&[name]);
    let (query, line, choose) = (column("query"), column("line"), column("choose"));
    let (lon, lat) = (column("lon"), column("lat"));
    let mut choices = Choices::default();
    for row in &sheet.rows {
        let cell = |column: usize| row.cells[column].as_str();
        let read = match (query, line, choose, lon, lat) {
            (Some(query), Some(line), Some(choose), ..) if !cell(choose).is_empty() => {
                let line = line_number(cell(line)).map(Some);
                line.and_then(|line| Ok((line, cell(query), choice(cell(choose))?)))
            }
            (Some(_), Some(_), Some(_), ..) => continue,
            (Some(query), None, None, Some(lon), Some(lat)) => {
                choice(&format!("{},{}", cell(lon), cell(lat)))
                    .map(|choice| (None, cell(query), choice))
            }
            _ => anyhow::bail!(
                "{shown}: no review file, which has {}, and no pins, which have query, lon, lat",
                COLUMNS.join(", ")
            ),
        };
        let (line, text, chosen) = read.with_context(|| format!("{shown}, line {}", row.line))?;
        if !choices.add(line, text, chosen) {
            anyhow::bail!(
                "{shown}, line {}: `{text}` is chosen twice, each time another place",
                row.line
            );
        }
    }
    Ok(choices)
}

fn line_number(text: &str) -> anyhow::Result<u64> {
    text.parse().ok().with_context(|| format!("`{text}` is no line number"))
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
