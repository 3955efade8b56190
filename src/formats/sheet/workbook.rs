//! Sheets as Office Open XML workbooks (ECMA-376), as spreadsheet programs save them.

use std::io::Cursor;
use std::ops::Range;

use calamine::{Cell, DataRef, ExcelDateTime, Reader, SheetType, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{Blanks, InvalidSheet, RefusedRow, Said, Seen, Sheet, SheetRow, check_size};
use crate::domain::timestamp::read_day;
use crate::domain::{Remark, Timestamp};
use crate::formats::Most;
use crate::formats::unpacked::{NotUnpacked, Room};

/// Reads the sheet of a name, or the first, of a workbook; the first row that holds anything is the header.
///
/// Cells are read one by one: a sheet says nothing of its size that can be trusted.
pub(super) fn read(
    bytes: &[u8],
    name: Option<&str>,
    most: Most,
    blanks: Blanks,
) -> Result<Sheet, InvalidSheet> {
    check_unpacked(bytes, most)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(refused)?;
    let sheets = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = sheets.map(|sheet| sheet.name.clone()).collect();
    let chosen = match name {
        None => names.first().ok_or(InvalidSheet::Empty)?,
        Some(name) => names
            .iter()
            .find(|known| *known == name)
            .ok_or_else(|| InvalidSheet::NoSheet { name: name.to_owned(), there: names.clone() })?,
    };
    let mut cells = book.worksheet_cells_reader(chosen).map_err(refused)?;
    let mut rows = Rows { sheet: None, seen: Vec::new(), current: None, limit: most.rows, blanks };
    while let Some(cell) = cells.next_cell().map_err(refused)? {
        rows.add(&cell)?;
    }
    let mut sheet = rows.finish()?;
    if name.is_none() && names.len() > 1 {
        sheet.warnings.push(("other_layers", only_first(&names[0], &names[1..])));
    }
    Ok(sheet)
}

fn only_first(first: &str, others: &[String]) -> Remark {
    let others = others.join(", ");
    Remark::new(
        format!("Only the first sheet, {first}, was read; there are also {others}."),
        format!("只读取了第一个工作表 {first}，另有 {others}。"),
    )
}

/// Unpacks a workbook to nowhere, to see how large it is: a small file can hold very much.
fn check_unpacked(bytes: &[u8], most: Most) -> Result<(), InvalidSheet> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| InvalidSheet::Workbook(error.to_string()))?;
    let room = Room::new(most.unpacked(bytes.len()));
    room.check_all(&mut archive).map_err(|error| match error {
        NotUnpacked::TooLarge(most) => InvalidSheet::Unpacked(most),
        NotUnpacked::Broken(reason) => InvalidSheet::Workbook(reason),
    })
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
    blanks: Blanks,
}

impl Rows {
    fn add(&mut self, cell: &Cell<DataRef<'_>>) -> Result<(), InvalidSheet> {
        let Some((text, said)) = text(cell.get_value(), self.blanks) else { return Ok(()) };
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
            // No id has blanks around it.
            let is_id = sheet.columns[column].eq_ignore_ascii_case("id");
            row[column] = if is_id { text.trim().to_owned() } else { text };
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
        text.trim().clone_into(&mut columns[column]);
    }
    let sheet = Sheet::empty(columns, "XLSX");
    sheet.check_columns()?;
    Ok(sheet)
}

/// The text of a cell, and what it says that it holds; nothing for an empty one.
fn text(value: &DataRef<'_>, blanks: Blanks) -> Option<(String, Said)> {
    let words = |text: &str| {
        let text = if blanks == Blanks::Kept { text } else { text.trim() };
        (text.to_owned(), Said::Text)
    };
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
        DataRef::String(text) | DataRef::DurationIso(text) => words(text),
        DataRef::SharedString(text) => words(text),
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
    if !DAYS.contains(&at.as_f64()) {
        return before_1900(at.as_f64());
    }
    let (year, month, day, hour, minute, second, milli) = at.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        return (date, Said::Day);
    }
    let fraction = if milli == 0 { String::new() } else { format!(".{milli:03}") };
    (format!("{date}T{hour:02}:{minute:02}:{second:02}{fraction}"), Said::Instant)
}

/// The numbers of days that ECMA-376 knows, to the end of the year 9999.
const DAYS: Range<f64> = 0.0..2_958_466.0;

/// A date by the number that spreadsheet programs other than Excel give days before 1900: how many they are after
/// 30 December 1899. One that is none stays a number.
#[expect(clippy::cast_possible_truncation, reason = "what is too large is no instant either way")]
fn before_1900(number: f64) -> (String, Said) {
    const DAYS_TO_1970: f64 = 25_569.0;
    const MILLIS_OF_A_DAY: f64 = 86_400_000.0;
    let millis = ((number - DAYS_TO_1970) * MILLIS_OF_A_DAY).round();
    match Timestamp::from_micros((millis * 1_000.0) as i64).filter(|_| number < 0.0) {
        None => (number.to_string(), Said::Text),
        Some(at) if millis % MILLIS_OF_A_DAY == 0.0 => {
            (at.to_string().chars().take(10).collect(), Said::Day)
        }
        Some(at) => (at.to_string(), Said::Instant),
    }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn days_are_read_on_either_side_of_1900() {
        for (number, text) in [
            (-3_592.0, "1890-02-28"),
            (-3_591.000_011_574_074, "1890-02-28T23:59:59Z"),
            (-1.0, "1899-12-29"),
            (61.0, "1900-03-01"),
            (44_117.333_336_226_85, "2020-10-13T08:00:00.250"),
            (2_958_465.0, "9999-12-31"),
            (2_958_466.0, "2958466"),
            (-1e9, "-1000000000"),
        ] {
            let at = ExcelDateTime::new(number, ExcelDateTimeType::DateTime, false);
            assert_eq!(date(at).0, text, "{number}");
        }
    }
}
