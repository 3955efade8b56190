//! Tables of geodata: comma-separated rows read into records, refused with file and line.

use csv::StringRecord;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

/// A table that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct InvalidTable {
    /// The file.
    pub file: String,
    /// Where and why it was refused.
    pub reason: String,
}

impl InvalidTable {
    /// Refuses a row, counted from 0 behind the header.
    pub fn at_row(file: &str, row: usize, reason: impl std::fmt::Display) -> Self {
        Self { file: file.to_owned(), reason: format!("row {}: {reason}", row + 1) }
    }
}

/// Reads every row of a table with a header; there must be one at least.
///
/// # Errors
///
/// As [`rows_or_none`] says, and when there is no row.
pub fn rows<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<Vec<T>, InvalidTable> {
    let rows = rows_or_none(file, bytes)?;
    if rows.is_empty() {
        let reason = "the table has no row".to_owned();
        return Err(InvalidTable { file: file.to_owned(), reason });
    }
    Ok(rows)
}

/// Reads every row of a table with a header, if there is any.
///
/// # Errors
///
/// [`InvalidTable`] with line, column and value of the first cell that cannot be read, when a
/// column is missing, or when the last line does not end in a line break, as in a file that was
/// cut.
pub fn rows_or_none<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<Vec<T>, InvalidTable> {
    let refused = |reason: String| InvalidTable { file: file.to_owned(), reason };
    if bytes.last().is_some_and(|&last| last != b'\n') {
        let reason = "the last line does not end: the file may be cut; close it with a line break";
        return Err(refused(reason.to_owned()));
    }
    let mut table = csv::Reader::from_reader(bytes);
    let header = table.headers().map_err(|error| refused(plain(&error)))?.clone();
    table
        .records()
        .map(|record| {
            let record = record.map_err(|error| refused(plain(&error)))?;
            record
                .deserialize(Some(&header))
                .map_err(|error| refused(explain(&error, &header, &record)))
        })
        .collect()
}

/// Says where a cell stands that cannot be read, what it holds, and why it is refused.
fn explain(error: &csv::Error, header: &StringRecord, record: &StringRecord) -> String {
    let csv::ErrorKind::Deserialize { err, .. } = error.kind() else { return plain(error) };
    let line = record.position().map_or(0, csv::Position::line);
    let number = err.field().and_then(|field| usize::try_from(field).ok());
    match number.map(|number| (header.get(number), record.get(number))) {
        Some((Some(column), Some(cell))) => {
            format!("line {line}: `{cell}` is refused in column {column}: {}", err.kind())
        }
        _ => format!("line {line}: {}", err.kind()),
    }
}

/// Says what is wrong with a table as such.
fn plain(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line}: {len} cells where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { pos, .. } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line}: not UTF-8; save the table as UTF-8")
        }
        _ => error.to_string(),
    }
}

/// Reads a `;`-joined cell into a list; an empty cell is an empty list.
///
/// # Errors
///
/// What the deserializer reports.
pub fn list<'de, D: Deserializer<'de>>(cell: D) -> Result<Vec<String>, D::Error> {
    let text = String::deserialize(cell)?;
    let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
    Ok(items.map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Row {
        id: String,
        #[serde(deserialize_with = "list")]
        codes: Vec<String>,
        year: Option<i64>,
    }

    #[test]
    fn cells_become_lists_and_empty_ones_nothing() {
        let table: Vec<Row> = rows("t.csv", b"id,codes,year\na,39; 40,2020\nb,,\n").unwrap();
        assert_eq!(table[0].codes, ["39", "40"]);
        assert_eq!(table[1], Row { id: "b".into(), codes: vec![], year: None });
    }

    #[test]
    fn a_broken_row_is_refused_with_file_and_line() {
        let refused = rows::<Row>("t.csv", b"id,codes,year\na,39,2020\nb,40,soon\n").unwrap_err();
        assert!(refused.to_string().starts_with("t.csv: "), "{refused}");
        assert!(
            refused.to_string().contains("line 3: `soon` is refused in column year"),
            "{refused}"
        );
        let short = rows::<Row>("t.csv", b"id,codes,year\na,39\n").unwrap_err();
        assert!(short.to_string().contains("line 2: 2 cells where the header has 3"), "{short}");
        let missing = rows::<Row>("t.csv", b"id,year\na,2020\n").unwrap_err();
        assert!(missing.to_string().contains("codes"), "{missing}");
        assert!(rows::<Row>("t.csv", b"id,codes,year\n").is_err(), "a cut table");
        assert!(rows::<Row>("t.csv", b"id,co").is_err(), "a truncated header");
        let cut = rows::<Row>("t.csv", b"id,codes,year\na,\"39;4").unwrap_err();
        assert!(cut.to_string().contains("may be cut"), "{cut}");
    }
}
