//! Sheets as Office Open XML workbooks (ECMA-376), as spreadsheet programs save them.

use std::io::{self, Cursor, Read};

use calamine::{Cell, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{InvalidSheet, RefusedRow, Said, Seen, Sheet, SheetRow, check_size};
use crate::domain::Timestamp;
use crate::domain::timestamp::read_day;

/// How large a workbook may be once it is unpacked: a small file can hold very much.
const MOST_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// Reads the first sheet of a workbook; the first row that holds anything is the header.
///
/// Cells are read one by one: a sheet says nothing of its size that can be trusted.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Sheet, InvalidSheet> {
    check_unpacked(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let name = book.sheet_names().into_iter().next().ok_or(InvalidSheet::Empty)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(refused)?;
    let mut rows = Rows { sheet: None, seen: Vec::new(), current: None, limit: most_rows };
    while let Some(cell) = cells.next_cell().map_err(refused)? {
        rows.add(&cell)?;
    }
    rows.finish()
}

/// Unpacks a workbook to nowhere, to see how large it is.
fn check_unpacked(bytes: &[u8]) -> Result<(), InvalidSheet> {
    let broken = |error: &dyn std::fmt::Display| InvalidSheet::Workbook(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    let mut left = MOST_UNPACKED_BYTES;
    for number in 0..archive.len() {
        let file = archive.by_index(number).map_err(|error| broken(&error))?;
        left -= io::copy(&mut file.take(left), &mut io::sink()).map_err(|error| broken(&error))?;
        if left == 0 {
            let most = MOST_UNPACKED_BYTES / 1024 / 1024;
            return Err(InvalidSheet::Workbook(format!("it unpacks to more than {most} MB")));
        }
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
fn refused(error: XlsxError) -> InvalidSheet {
    InvalidSheet::Workbook(error.to_string())
}

/// One cell: its column from 0, its text, and what it says that it holds.
type Entry = (usize, String, Said);

/// Puts cells together to rows.
struct Rows {
    /// The sheet, once its header is known.
    sheet: Option<Sheet>,
    seen: Vec<Seen>,
    /// The row that is being read: its number from 0, and its cells by column.
    current: Option<(u32, Vec<Entry>)>,
    limit: usize,
}

impl Rows {
    fn add(&mut self, cell: &Cell<DataRef<'_>>) -> Result<(), InvalidSheet> {
        let Some((text, said)) = text(cell.get_value()) else { return Ok(()) };
        let (row, column) = cell.get_position();
        if self.current.as_ref().is_some_and(|(current, _)| *current != row) {
            self.end_row()?;
        }
        let (_, cells) = self.current.get_or_insert_with(|| (row, Vec::new()));
        cells.push((column as usize, text, said));
        Ok(())
    }

    /// Takes the row that was read as the header, or as one more row.
    fn end_row(&mut self) -> Result<(), InvalidSheet> {
        let Some((row, cells)) = self.current.take() else { return Ok(()) };
        let Some(sheet) = &mut self.sheet else {
            self.sheet = Some(header(cells)?);
            return Ok(());
        };
        let line = u64::from(row) + 1;
        let width = sheet.columns.len();
        if let Some((_, value, _)) = cells.iter().find(|(column, ..)| *column >= width) {
            let reason = "a cell where the header has none".to_owned();
            sheet.refused.push(RefusedRow { line, value: value.clone(), reason });
            return Ok(());
        }
        self.seen.resize(width, Seen::Nothing);
        let mut row = vec![String::new(); width];
        for (column, text, said) in cells {
            self.seen[column] = self.seen[column].and(said);
            row[column] = text;
        }
        sheet.rows.push(SheetRow::new(line, row));
        check_size(sheet.rows.len(), width, self.limit)
    }

    fn finish(mut self) -> Result<Sheet, InvalidSheet> {
        self.end_row()?;
        let mut sheet = self.sheet.ok_or(InvalidSheet::Empty)?;
        self.seen.resize(sheet.columns.len(), Seen::Nothing);
        sheet.kinds = self.seen.into_iter().map(Seen::kind).collect();
        Ok(sheet)
    }
}

fn header(cells: Vec<Entry>) -> Result<Sheet, InvalidSheet> {
    let width = cells.iter().map(|(column, ..)| column + 1).max().unwrap_or_default();
    check_size(0, width, 0)?;
    let mut columns = vec![String::new(); width];
    for (column, text, _) in cells {
        columns[column] = text;
    }
    let sheet = Sheet::empty(columns, "XLSX");
    sheet.check_columns()?;
    Ok(sheet)
}

/// The text of a cell, and what it says that it holds; nothing for an empty one.
fn text(value: &DataRef<'_>) -> Option<(String, Said)> {
    let (text, said) = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => (number.to_string(), Said::Number(*number as f64)),
        DataRef::Float(number) => (number.to_string(), Said::Number(*number)),
        DataRef::DateTimeIso(text) => {
            let said = if read_day(text).is_some() {
                Said::Day
            } else if Timestamp::read(text).is_some() {
                Said::Instant
            } else {
                Said::Text
            };
            (text.trim().to_owned(), said)
        }
        DataRef::String(text) | DataRef::DurationIso(text) => (text.trim().to_owned(), Said::Text),
        DataRef::SharedString(text) => (text.trim().to_owned(), Said::Text),
        DataRef::Bool(is_true) => (is_true.to_string(), Said::Boolean),
        DataRef::DateTime(at) => date(*at),
        DataRef::Error(error) => (error.to_string(), Said::Text),
    };
    (!text.is_empty()).then_some((text, said))
}

/// A date in ISO 8601, with its time if it has one.
fn date(at: ExcelDateTime) -> (String, Said) {
    if at.is_duration() {
        return (at.as_f64().to_string(), Said::Text);
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        return (date, Said::Day);
    }
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    (format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}"), Said::Instant)
}
