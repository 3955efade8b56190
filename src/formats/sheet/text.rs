//! Sheets as text: parted by commas, tabs or semicolons, or one name a line.

use std::borrow::Cow;

use encoding_rs::GB18030;

use super::{InvalidSheet, RefusedRow, Sheet, SheetRow};

/// Reads text; a list of names has no header.
pub(super) fn read(bytes: &[u8], is_list: bool) -> Result<Sheet, InvalidSheet> {
    let (text, encoding) = decoded(bytes)?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(InvalidSheet::Empty);
    }
    if is_list { Ok(list(text, encoding)) } else { table(text, encoding) }
}

fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, &'static str), InvalidSheet> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Cow::Borrowed(text), "UTF-8"));
    }
    let (text, has_errors) = GB18030.decode_without_bom_handling(bytes);
    if has_errors { Err(InvalidSheet::NoText) } else { Ok((text, "GB 18030")) }
}

/// Reads one name a line; empty lines are passed over.
fn list(text: &str, encoding: &'static str) -> Sheet {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let row = |(line, text): (u64, &str)| SheetRow { line, cells: vec![text.trim().to_owned()] };
    let columns = vec!["name".to_owned()];
    Sheet { rows: lines.map(row).collect(), ..Sheet::empty(columns, encoding) }
}

fn table(text: &str, encoding: &'static str) -> Result<Sheet, InvalidSheet> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = reader
        .headers()
        .map_err(|_| InvalidSheet::Empty)?
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    let mut sheet = Sheet::empty(columns, encoding);
    sheet.check_columns()?;
    for record in reader.records() {
        let Ok(record) = record else { continue };
        let line = record.position().map_or(0, |at| first_line(text, at));
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.len() == sheet.columns.len() {
            sheet.rows.push(SheetRow { line, cells });
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            let reason =
                format!("{} cells where the header has {}", cells.len(), sheet.columns.len());
            sheet.refused.push(RefusedRow { line, value: cells.join(" | "), reason });
        }
    }
    Ok(sheet)
}

/// The line in which a row starts; the reader counts the empty ones before it to it.
fn first_line(text: &str, at: &csv::Position) -> u64 {
    let start = usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let before = text.get(start..).unwrap_or_default().bytes();
    let empty =
        before.take_while(|byte| matches!(byte, b'\n' | b'\r')).filter(|byte| *byte == b'\n');
    at.line() + empty.count() as u64
}

/// The separator that the header uses most.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_lines_and_bad_ones_are_listed() {
        let sheet = read("名称,省\n常熟,江苏\n太仓\n\n\"a\nb\",c\n".as_bytes(), false).unwrap();
        assert_eq!(sheet.columns, ["名称", "省"]);
        let lines: Vec<u64> = sheet.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 5]);
        assert_eq!((sheet.refused[0].line, sheet.refused[0].value.as_str()), (3, "太仓"));
    }

    #[test]
    fn the_separator_and_the_encoding_are_seen() {
        let tabs = read(b"name\tplace, as printed\na\tb, c\n", false).unwrap();
        assert_eq!(tabs.columns.len(), 2);
        let (bytes, _, _) = GB18030.encode("名称\n常熟\n");
        let chinese = read(&bytes, false).unwrap();
        assert_eq!((chinese.encoding, chinese.rows[0].cells[0].as_str()), ("GB 18030", "常熟"));
        assert_eq!(read("\u{feff}name\nx\n".as_bytes(), false).unwrap().columns, ["name"]);
    }

    #[test]
    fn a_list_has_a_name_a_line_and_nothing_is_no_sheet() {
        let list = read("常熟\n\n 太仓 \n".as_bytes(), true).unwrap();
        assert_eq!(list.rows[1], SheetRow { line: 3, cells: vec!["太仓".into()] });
        assert_eq!(read(b" \n", true), Err(InvalidSheet::Empty));
        assert_eq!(read(b"a,a\n1,2\n", false), Err(InvalidSheet::TwoColumns("a".into())));
        assert_eq!(read(&[0xff, 0xff, 0x80, b'\n'], false), Err(InvalidSheet::NoText));
    }
}
