//! Sheets that people bring: rows with their line numbers, in the order of the file, none lost.
//!
//! Text in UTF-8 or GB 18030, workbooks, JSON and GeoJSON: one module for each.

mod json;
mod text;
mod workbook;

use super::{Most, list_text};
use crate::domain::timestamp::read_day;
use crate::domain::{FieldType, Remark, Timestamp, Value};

/// Holds a sheet as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The names of its columns; of a plain list, `name`.
    pub columns: Vec<String>,
    /// What its columns hold: text, unless the file itself has numbers.
    pub kinds: Vec<FieldType>,
    /// Its rows.
    pub rows: Vec<SheetRow>,
    /// What could not be read.
    pub refused: Vec<RefusedRow>,
    /// What it was read as: the encoding of a text, or the kind of a file.
    pub encoding: &'static str,
    /// What a reader should know of it, each with a code: heights left aside, sheets not read.
    pub warnings: Vec<(&'static str, Remark)>,
    /// Whether the name of each column stands in quotation marks; empty unless a table was read by
    /// [`Sheet::read_exactly`].
    pub quoted_names: Vec<bool>,
}

/// Holds one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// The line of the file that it starts in, or its number where a file has no lines; from 1.
    pub line: u64,
    /// Its cells, one for each column.
    pub cells: Vec<String>,
    /// Whether each cell stands in quotation marks; empty unless a table was read by
    /// [`Sheet::read_exactly`].
    pub quoted: Vec<bool>,
}

/// Says why a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// The line of the file, from 1.
    pub line: u64,
    /// What stands there, as far as it can be shown.
    pub value: String,
    /// Why it was refused.
    pub reason: String,
}

/// Names what a sheet can be read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// Text with a header, parted by commas, tabs or semicolons.
    Table,
    /// Text with one name a line.
    List,
    /// An Office Open XML workbook, of which one sheet is read.
    Workbook,
    /// JSON rows, or a GeoJSON FeatureCollection.
    Json,
}

/// Says what becomes of blanks at the ends of cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Blanks {
    Trimmed,
    /// Kept, in a table of text where quotation marks stand around them.
    Kept,
}

/// How many columns are read.
const MOST_COLUMNS: usize = 1_024;

/// How many columns the rows of the longest sheet may have; a shorter one may have more.
const MOST_COLUMNS_OF_LONGEST: usize = 100;

/// How much of a value that is refused is shown, in characters.
const MOST_SHOWN: usize = 80;

/// A file that is no sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSheet {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Its bytes are no text.
    #[error("the file is neither UTF-8 nor GB 18030 text")]
    NoText,
    /// Two columns share a name.
    #[error("two columns are called `{0}`: give each its own name")]
    TwoColumns(String),
    /// It is no workbook that can be read.
    #[error("the workbook cannot be read: {0}")]
    Workbook(String),
    /// It has no sheet of the name asked for.
    #[error("the workbook has no sheet `{name}`: there are {}", there.join(", "))]
    NoSheet {
        /// The name asked for.
        name: String,
        /// Those that there are.
        there: Vec<String>,
    },
    /// What it holds is larger than is taken, in bytes.
    #[error("it is larger than {} MiB once it is unpacked: send it in parts", .0 / 1024 / 1024)]
    Unpacked(usize),
    /// It is no JSON that can be read.
    #[error("{0}; send {{\"rows\": [{{\"query\": \"常熟市\"}}]}} or a GeoJSON FeatureCollection")]
    Json(String),
    /// It has more rows than are taken.
    #[error("it has more than {0} rows: send them in parts")]
    TooManyRows(usize),
    /// It has more columns than are taken.
    #[error("it has more than {MOST_COLUMNS} columns: send those that say where the rows are")]
    TooManyColumns,
    /// It has rows so wide that its cells are too many.
    #[error("it has more than {0} cells: send it in parts, or with fewer columns")]
    TooManyCells(usize),
}

impl SheetKind {
    /// Tells the kind of a file from the end of its name; text with a header unless it says more.
    #[must_use]
    pub fn from_end(end: &str) -> Self {
        match end.to_ascii_lowercase().as_str() {
            "txt" => Self::List,
            "xlsx" | "xlsm" => Self::Workbook,
            "json" | "geojson" => Self::Json,
            _ => Self::Table,
        }
    }

    /// Tells the kind of a file from its media type.
    #[must_use]
    pub fn from_media_type(media_type: &str) -> Option<Self> {
        Some(match media_type {
            "text/csv" | "text/tab-separated-values" => Self::Table,
            "text/plain" => Self::List,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => Self::Workbook,
            "application/json" | "application/geo+json" => Self::Json,
            _ => return None,
        })
    }

    /// Every media type that is taken.
    pub const MEDIA_TYPES: [&str; 6] = [
        "application/json",
        "application/geo+json",
        "text/csv",
        "text/tab-separated-values",
        "text/plain",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ];
}

impl SheetRow {
    /// Takes the cells of a row of a file.
    #[must_use]
    pub fn new(line: u64, cells: Vec<String>) -> Self {
        Self { line, cells, quoted: Vec::new() }
    }

    /// Says whether a cell is known to stand in quotation marks.
    #[must_use]
    pub fn is_quoted(&self, column: usize) -> bool {
        self.quoted.get(column).is_some_and(|is_quoted| *is_quoted)
    }
}

impl Sheet {
    /// Reads a sheet as [`Sheet::read_named`] does, but keeps blanks around the cells of a workbook, and
    /// what stands in quotation marks in a table of text: blanks, and whether an empty cell is a text.
    ///
    /// # Errors
    ///
    /// As [`Sheet::read`] says.
    pub fn read_exactly(
        bytes: &[u8],
        kind: SheetKind,
        name: Option<&str>,
        most: impl Into<Most>,
    ) -> Result<Self, InvalidSheet> {
        Self::read_as(bytes, kind, name, most.into(), Blanks::Kept)
    }

    /// Reads the first sheet of a file, of so much at most; blanks around its cells are none of them.
    ///
    /// # Errors
    ///
    /// [`InvalidSheet`] when the file as a whole makes no sense; rows that make none are listed.
    pub fn read(
        bytes: &[u8],
        kind: SheetKind,
        most: impl Into<Most>,
    ) -> Result<Self, InvalidSheet> {
        Self::read_named(bytes, kind, None, most)
    }

    /// Reads the sheet of a name, or the first, as [`Sheet::read`] does; only workbooks have several.
    ///
    /// # Errors
    ///
    /// As [`Sheet::read`] says, and when a workbook has no sheet of the name.
    pub fn read_named(
        bytes: &[u8],
        kind: SheetKind,
        name: Option<&str>,
        most: impl Into<Most>,
    ) -> Result<Self, InvalidSheet> {
        Self::read_as(bytes, kind, name, most.into(), Blanks::Trimmed)
    }

    fn read_as(
        bytes: &[u8],
        kind: SheetKind,
        name: Option<&str>,
        most: Most,
        blanks: Blanks,
    ) -> Result<Self, InvalidSheet> {
        let sheet = match kind {
            SheetKind::Table => text::read(bytes, most.rows, blanks),
            SheetKind::List => text::read_list(bytes),
            SheetKind::Workbook => workbook::read(bytes, name, most, blanks),
            SheetKind::Json => json::read(bytes, most.rows),
        }?;
        check_size(sheet.rows.len(), sheet.columns.len(), most.rows)?;
        Ok(sheet)
    }

    /// A sheet with columns of text and no rows.
    fn empty(columns: Vec<String>, encoding: &'static str) -> Self {
        let kinds = vec![FieldType::Text; columns.len()];
        Self {
            columns,
            kinds,
            rows: Vec::new(),
            refused: Vec::new(),
            encoding,
            warnings: Vec::new(),
            quoted_names: Vec::new(),
        }
    }

    /// Refuses two columns of one name, and too many.
    fn check_columns(&self) -> Result<(), InvalidSheet> {
        check_size(0, self.columns.len(), 0)?;
        let is_twice = |(number, name): (usize, &String)| {
            !name.is_empty() && self.columns[..number].contains(name)
        };
        match self.columns.iter().enumerate().find(|column| is_twice(*column)) {
            Some((_, name)) => Err(InvalidSheet::TwoColumns(name.clone())),
            None => Ok(()),
        }
    }

    /// Says whether the name of a column is known to stand in quotation marks.
    #[must_use]
    pub fn is_name_quoted(&self, column: usize) -> bool {
        self.quoted_names.get(column).is_some_and(|is_quoted| *is_quoted)
    }

    /// Finds a column by the first of some names that there is, whatever its case.
    #[must_use]
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        let position =
            |name: &&str| self.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        names.iter().find_map(position)
    }

    /// The value of a cell, as what its column holds.
    #[must_use]
    pub fn value(&self, row: &SheetRow, column: usize) -> Value {
        let cell = &row.cells[column];
        let number = match self.kinds[column] {
            FieldType::Integer => cell.parse().ok().map(Value::Integer),
            FieldType::Real => cell.parse().ok().map(Value::Real),
            FieldType::Boolean => cell.parse().ok().map(Value::Boolean),
            FieldType::Date => read_day(cell).map(Value::Date),
            // A day among instants is its first.
            FieldType::DateTime => read_day(cell)
                .and_then(Timestamp::at_start_of)
                .or_else(|| Timestamp::read(cell).map(|(at, _)| at))
                .map(Value::DateTime),
            FieldType::List if !cell.is_empty() => return Value::List(list_text::read(cell)),
            FieldType::Text | FieldType::List => None,
        };
        number.unwrap_or_else(|| Value::text(cell))
    }
}

/// Refuses a sheet of too many rows, columns or cells: an empty cell takes memory, too.
pub(super) fn check_size(
    rows: usize,
    columns: usize,
    most_rows: usize,
) -> Result<(), InvalidSheet> {
    let most_cells = most_rows.saturating_mul(MOST_COLUMNS_OF_LONGEST);
    if columns > MOST_COLUMNS {
        Err(InvalidSheet::TooManyColumns)
    } else if rows > most_rows {
        Err(InvalidSheet::TooManyRows(most_rows))
    } else if rows.saturating_mul(columns) > most_cells {
        Err(InvalidSheet::TooManyCells(most_cells))
    } else {
        Ok(())
    }
}

/// The beginning of a value, to show where it stands.
pub(super) fn beginning(value: &str) -> String {
    value.chars().take(MOST_SHOWN).collect()
}

/// What a column holds, as far as it has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Integers,
    Numbers,
    Booleans,
    Days,
    Instants,
    Text,
}

/// What a cell says that it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Text,
    Number(f64),
    Boolean,
    Day,
    Instant,
}

impl Seen {
    /// Adds one more cell. A number too long to be exact stays the text that it is; a day among instants
    /// is one of them.
    fn and(self, said: Said) -> Self {
        let of_one = match said {
            Said::Number(number) if number.abs() >= 9e15 => Self::Text,
            Said::Number(number) if number.fract() == 0.0 => Self::Integers,
            Said::Number(_) => Self::Numbers,
            Said::Boolean => Self::Booleans,
            Said::Day => Self::Days,
            Said::Instant => Self::Instants,
            Said::Text => Self::Text,
        };
        match (self, of_one) {
            (Self::Nothing, one) => one,
            (Self::Integers | Self::Numbers, Self::Integers | Self::Numbers) if self != of_one => {
                Self::Numbers
            }
            (Self::Days | Self::Instants, Self::Days | Self::Instants) if self != of_one => {
                Self::Instants
            }
            (same, one) if same == one => one,
            _ => Self::Text,
        }
    }

    fn kind(self) -> FieldType {
        match self {
            Self::Integers => FieldType::Integer,
            Self::Numbers => FieldType::Real,
            Self::Booleans => FieldType::Boolean,
            Self::Days => FieldType::Date,
            Self::Instants => FieldType::DateTime,
            Self::Nothing | Self::Text => FieldType::Text,
        }
    }
}
