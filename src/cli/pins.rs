//! Decisions of a person, read from a review file or a pins file and kept as pins.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use time::OffsetDateTime;

use super::review;
use crate::domain::LonLat;
use crate::formats::sheet::{Sheet, SheetKind, SheetRow};
use crate::store::{Choice, Choices, Key, Located, Roles};

/// The columns of a pins file.
const COLUMNS: [&str; 7] = ["query", "within", "decision", "lon", "lat", "adcode", "decided_on"];

/// The word for a candidate that was chosen.
const CHOOSE: &str = "choose";

/// The word for a row that stands nowhere on purpose.
const LEAVE_OUT: &str = "leave_out";

/// Writes the decisions that were followed, each once, so that they can be used for other lists.
///
/// A text is left out only where all its rows are: the file cannot tell them apart.
pub(super) fn write(out: &mut dyn Write, located: &[Located<'_>]) -> io::Result<()> {
    let today = OffsetDateTime::now_utc().date().to_string();
    let mut table = csv::Writer::from_writer(out);
    table.write_record(COLUMNS).map_err(io::Error::other)?;
    let is_out = |one: &Located<'_>| one.choice == Some(Choice::LeaveOut);
    let staying: HashSet<(&str, &str)> =
        located.iter().filter(|one| !is_out(one)).map(|one| (one.text, one.within)).collect();
    let mut written = HashSet::new();
    for one in located {
        let key = (one.text, one.within);
        let Some(choice) = one.choice.filter(|_| !(is_out(one) && staying.contains(&key))) else {
            continue;
        };
        if !written.insert(key) {
            continue;
        }
        let decision = match choice {
            Choice::Candidate(_) | Choice::CandidateAt { .. } => CHOOSE,
            Choice::Position(_) => "place",
            Choice::LeaveOut => LEAVE_OUT,
        };
        let degrees = |degrees: fn(LonLat) -> f64| {
            one.placement.position.map(|at| degrees(at).to_string()).unwrap_or_default()
        };
        let adcode = one.placement.chain.adcode.map(|code| code.to_string()).unwrap_or_default();
        let (lon, lat) = (degrees(LonLat::lon), degrees(LonLat::lat));
        let row = [one.text, one.within, decision, &lon, &lat, &adcode, &today];
        table.write_record(row).map_err(io::Error::other)?;
    }
    table.flush()
}

/// Reads the choices of a review file, or the pins of this program or of the map, for a list; one
/// that makes no sense, or reviews a row that the list does not have, is refused by its line.
pub(super) fn read(path: &Path, list: &Sheet, roles: &Roles) -> anyhow::Result<Choices> {
    let shown = path.display();
    let bytes = fs::read(path).with_context(|| format!("{shown} cannot be read"))?;
    let sheet =
        Sheet::read(&bytes, SheetKind::Table, usize::MAX).with_context(|| shown.to_string())?;
    if let Some(refused) = sheet.refused.first() {
        anyhow::bail!("{shown}, line {}: {}: {}", refused.line, refused.reason, refused.value);
    }
    let columns = Columns::of(&sheet).with_context(|| {
        format!(
            "{shown}: no review file, which has {}, and no pins, which have query, lon, lat",
            review::COLUMNS.join(", ")
        )
    })?;
    let texts: HashMap<u64, &str> =
        list.rows.iter().map(|row| (row.line, roles.query(row, "").text)).collect();
    let mut choices = Choices::default();
    for row in &sheet.rows {
        let read = columns.choice(row).with_context(|| format!("{shown}, line {}", row.line))?;
        let Some((key, choice)) = read else { continue };
        let text = key.text.clone();
        if let Some(line) = key.line.filter(|line| texts.get(line) != Some(&text.as_str())) {
            anyhow::bail!(
                "{shown}, line {}: the list has no `{text}` in its line {line}: write a new review file",
                row.line
            );
        }
        if !choices.add(key, choice) {
            anyhow::bail!(
                "{shown}, line {}: `{text}` is chosen twice, each time another place",
                row.line
            );
        }
    }
    Ok(choices)
}

/// Says which columns of a file hold the decisions.
enum Columns {
    Review {
        line: usize,
        query: usize,
        choose: usize,
    },
    Pins {
        query: usize,
        within: Option<usize>,
        decision: Option<usize>,
        at: [usize; 2],
        adcode: Option<usize>,
    },
}

impl Columns {
    fn of(sheet: &Sheet) -> Option<Self> {
        let column = |name: &str| sheet.column(&[name]);
        let query = column("query")?;
        if let Some((line, choose)) = column("line").zip(column("choose")) {
            return Some(Self::Review { line, query, choose });
        }
        let (within, decision, adcode) = (column("within"), column("decision"), column("adcode"));
        Some(Self::Pins { query, within, decision, at: [column("lon")?, column("lat")?], adcode })
    }

    /// Reads the decision of a row; a row of a review file may have none.
    fn choice(&self, row: &SheetRow) -> anyhow::Result<Option<(Key, Choice)>> {
        let cell = |column: usize| row.cells[column].as_str();
        Ok(match self {
            Self::Review { choose, .. } if cell(*choose).is_empty() => None,
            Self::Review { line, query, choose } => {
                let number = cell(*line).parse().ok();
                let number =
                    number.with_context(|| format!("`{}` is no line number", cell(*line)))?;
                let text = cell(*query).to_owned();
                let key = Key { line: Some(number), text, within: None };
                Some((key, chosen(cell(*choose))?))
            }
            Self::Pins { query, within, decision, at, adcode } => {
                let within = within.map(|column| cell(column).to_owned());
                let key = Key { line: None, text: cell(*query).to_owned(), within };
                let choice = match decision.map_or("", cell) {
                    LEAVE_OUT => Choice::LeaveOut,
                    word => match chosen(&format!("{},{}", cell(at[0]), cell(at[1])))? {
                        Choice::Position(at) if word == CHOOSE => {
                            let adcode = adcode.and_then(|column| cell(column).parse().ok());
                            Choice::CandidateAt { at, adcode }
                        }
                        other => other,
                    },
                };
                Some((key, choice))
            }
        })
    }
}

fn chosen(text: &str) -> anyhow::Result<Choice> {
    if text == LEAVE_OUT {
        return Ok(Choice::LeaveOut);
    }
    if let Ok(number) = text.parse::<usize>() {
        anyhow::ensure!(number > 0, "`0` is no candidate: they are numbered from 1");
        return Ok(Choice::Candidate(number));
    }
    let position = text.parse().ok().map(Choice::Position);
    position.with_context(|| {
        format!(
            "`{text}` is no choice: write the number of a candidate, longitude,latitude, or {LEAVE_OUT}"
        )
    })
}
