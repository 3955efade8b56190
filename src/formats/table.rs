//! Tables of geodata: comma-separated rows read into records, refused with file and line.

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

/// Reads every row of a table with a header.
///
/// # Errors
///
/// [`InvalidTable`] with the line of the first row that is not a record, when there is no row, or
/// when the last one does not end in a line break, as in a file that was cut.
pub fn rows<T: DeserializeOwned>(file: &str, bytes: &[u8]) -> Result<Vec<T>, InvalidTable> {
    let refused = |reason: String| InvalidTable { file: file.to_owned(), reason };
    if bytes.last().is_some_and(|&last| last != b'\n') {
        let reason = "the last line does not end: the file may be cut; close it with a line break";
        return Err(refused(reason.to_owned()));
    }
    let rows: Vec<T> = csv::Reader::from_reader(bytes)
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| refused(error.to_string()))?;
    if rows.is_empty() {
        return Err(refused("the table has no row".to_owned()));
    }
    Ok(rows)
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
        assert!(refused.to_string().contains("line: 3"), "{refused}");
        assert!(rows::<Row>("t.csv", b"id,codes,year\n").is_err(), "a cut table");
        assert!(rows::<Row>("t.csv", b"id,co").is_err(), "a truncated header");
        let cut = rows::<Row>("t.csv", b"id,codes,year\na,\"39;4").unwrap_err();
        assert!(cut.to_string().contains("may be cut"), "{cut}");
    }
}
