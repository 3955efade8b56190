//! Sheets as text: parted by commas, tabs or semicolons, or one name a line.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Blanks, InvalidSheet, RefusedRow, Sheet, SheetRow, beginning, check_size};

/// Reads a table; where blanks are kept, with what its quotation marks say.
pub(super) fn read(bytes: &[u8], most_rows: usize, blanks: Blanks) -> Result<Sheet, InvalidSheet> {
    read_text(bytes, |text, encoding| table(text, encoding, most_rows, blanks))
}

/// Reads a list of names, which has no header.
pub(super) fn read_list(bytes: &[u8]) -> Result<Sheet, InvalidSheet> {
    read_text(bytes, |text, encoding| Ok(list(text, encoding)))
}

fn read_text(
    bytes: &[u8],
    rows: impl FnOnce(&str, &'static str) -> Result<Sheet, InvalidSheet>,
) -> Result<Sheet, InvalidSheet> {
    let Decoded { text, encoding, mut refused } = decoded(bytes)?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(InvalidSheet::Empty);
    }
    let mut sheet = rows(text, encoding)?;
    sheet.refused.append(&mut refused);
    sheet.refused.sort_by_key(|row| row.line);
    Ok(sheet)
}

/// Holds a text and what it was read as.
struct Decoded<'a> {
    text: Cow<'a, str>,
    encoding: &'static str,
    /// The lines whose bytes are no text; they are empty in it.
    refused: Vec<RefusedRow>,
}

/// Reads the bytes of a text: UTF-8, UTF-16 with its mark or beyond doubt, or GB 18030.
fn decoded(bytes: &[u8]) -> Result<Decoded<'_>, InvalidSheet> {
    let whole = |text, encoding| Ok(Decoded { text, encoding, refused: Vec::new() });
    if let Some((text, encoding)) = unmarked_utf16(bytes) {
        return whole(text, encoding.name());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return whole(Cow::Borrowed(text), "UTF-8");
    }
    let marked = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    if let Some(utf16) = marked.filter(|encoding| *encoding != UTF_8) {
        let (text, has_errors) = utf16.decode_with_bom_removal(bytes);
        return if has_errors { Err(InvalidSheet::NoText) } else { whole(text, utf16.name()) };
    }
    // A file of many lines in UTF-8 may have one that is broken: the lines say together what it is.
    let wide = || bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
    let in_utf8 = wide().filter(|line| std::str::from_utf8(line).is_ok()).count();
    if marked.is_some() || 2 * in_utf8 > wide().count() {
        return by_line(bytes, UTF_8, "UTF-8");
    }
    match GB18030.decode_without_bom_handling(bytes) {
        (text, false) => whole(text, "GB 18030"),
        _ => by_line(bytes, GB18030, "GB 18030"),
    }
}

/// Reads UTF-16 that does not begin with its mark: one character in eight or more is of ASCII, with a zero
/// beside it, as are the ends of lines, and none is NUL.
fn unmarked_utf16(bytes: &[u8]) -> Option<(Cow<'_, str>, &'static Encoding)> {
    const MOST_FOR_EACH: usize = 8;
    let pairs = bytes.chunks_exact(2);
    if !bytes.contains(&0) || !pairs.remainder().is_empty() {
        return None;
    }
    let of_ascii = |zero: usize| {
        let is_one = |pair: &&[u8]| pair[zero] == 0 && (1..0x80).contains(&pair[1 - zero]);
        pairs.clone().filter(is_one).count()
    };
    let (big, little) = (of_ascii(0), of_ascii(1));
    if MOST_FOR_EACH * big.max(little) < pairs.len() || pairs.clone().any(|pair| pair == [0, 0]) {
        return None;
    }
    let (encoding, end) =
        if big > little { (UTF_16BE, [0, b'\n']) } else { (UTF_16LE, [b'\n', 0]) };
    if !pairs.clone().any(|pair| pair == end) {
        return None;
    }
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    (!has_errors).then_some((text, encoding))
}

/// Reads lines, and lists those that are no text; the first one and most of them must be.
///
/// In UTF-8 and GB 18030 alike no other character has the byte of a line's end in it.
fn by_line(
    bytes: &[u8],
    encoding: &'static Encoding,
    name: &'static str,
) -> Result<Decoded<'static>, InvalidSheet> {
    let (mut text, mut refused, mut wide) = (String::new(), Vec::new(), 0);
    for (number, line) in (1..).zip(bytes.split(|byte| *byte == b'\n')) {
        wide += usize::from(!line.is_ascii());
        let (read, has_errors) = encoding.decode_without_bom_handling(line);
        if has_errors {
            let reason = format!("its bytes are no text in {name}");
            refused.push(RefusedRow { line: number, value: beginning(&read), reason });
        } else {
            text.push_str(&read);
        }
        text.push('\n');
    }
    let is_header = refused.first().is_some_and(|row: &RefusedRow| row.line == 1);
    if is_header || 2 * refused.len() > wide {
        return Err(InvalidSheet::NoText);
    }
    Ok(Decoded { text: Cow::Owned(text), encoding: name, refused })
}

/// Reads one name a line, whatever ends a line; empty lines are passed over.
fn list(text: &str, encoding: &'static str) -> Sheet {
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let lines = (1..).zip(text.split(end)).filter(|(_, line)| !line.trim().is_empty());
    let row = |(line, text): (u64, &str)| SheetRow::new(line, vec![text.trim().to_owned()]);
    let columns = vec!["name".to_owned()];
    Sheet { rows: lines.map(row).collect(), ..Sheet::empty(columns, encoding) }
}

fn table(
    text: &str,
    encoding: &'static str,
    most_rows: usize,
    blanks: Blanks,
) -> Result<Sheet, InvalidSheet> {
    let delimiter = delimiter(text);
    let (text, unclosed) = without_unclosed(text, delimiter);
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|_| InvalidSheet::Empty)?.clone();
    let quoted_names = match blanks {
        Blanks::Kept => marks(raw(&text, &csv::Position::new(), reader.position()), delimiter),
        Blanks::Trimmed => Vec::new(),
    };
    let columns = names.iter().map(|name| name.trim().to_owned()).collect();
    let mut sheet = Sheet { quoted_names, ..Sheet::empty(columns, encoding) };
    sheet.check_columns()?;
    sheet.refused.extend(unclosed);
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => continue,
        }
        let line = record.position().map_or(0, |at| first_line(&text, at));
        let marks = match (blanks, record.position()) {
            (Blanks::Kept, Some(at)) => marks(raw(&text, at, reader.position()), delimiter),
            _ => Vec::new(),
        };
        let is_quoted = |column: usize| marks.get(column).is_some_and(|is_quoted| *is_quoted);
        let cell = |(column, cell): (usize, &str)| {
            if is_quoted(column) { cell.to_owned() } else { cell.trim().to_owned() }
        };
        let cells: Vec<String> = record.iter().enumerate().map(cell).collect();
        if cells.len() == sheet.columns.len() {
            sheet.rows.push(SheetRow { line, cells, quoted: marks });
            check_size(sheet.rows.len(), sheet.columns.len(), most_rows)?;
        } else if cells.iter().any(|cell| !cell.is_empty()) {
            let reason =
                format!("{} cells where the header has {}", cells.len(), sheet.columns.len());
            let value = beginning(&cells.join(" | "));
            sheet.refused.push(RefusedRow { line, value, reason });
        }
    }
    Ok(sheet)
}

/// What stands in the file from the start of a row to that of the next.
fn raw<'a>(text: &'a str, start: &csv::Position, end: &csv::Position) -> &'a str {
    let place = |at: &csv::Position| usize::try_from(at.byte()).unwrap_or(usize::MAX);
    let row = text.get(place(start)..place(end)).unwrap_or_default();
    row.trim_start_matches(['\r', '\n'])
}

/// Says for each cell of a row whether it stands in quotation marks, which the library does not tell.
fn marks(row: &str, delimiter: u8) -> Vec<bool> {
    let (mut marks, mut is_start, mut is_within) = (Vec::new(), true, false);
    for byte in row.bytes() {
        if is_start {
            marks.push(byte == b'"');
            is_within = byte == b'"';
            is_start = byte == delimiter;
        } else if byte == b'"' && marks.last() == Some(&true) {
            is_within = !is_within; // a doubled one leaves and enters again
        } else if byte == delimiter && !is_within {
            is_start = true;
        }
    }
    if is_start {
        marks.push(false);
    }
    marks
}

/// Empties the lines of a row whose quotation mark is never closed, and says so: it would swallow
/// every row behind it.
fn without_unclosed(text: &str, delimiter: u8) -> (Cow<'_, str>, Option<RefusedRow>) {
    let Some((start, mark)) = unclosed(text.as_bytes(), delimiter) else {
        return (Cow::Borrowed(text), None);
    };
    let end = text[mark..].find('\n').map_or(text.len(), |length| mark + length);
    let line = 1 + newlines(&text[..start]);
    let value = beginning(text[start..end].trim());
    let reason = "its quotation mark is never closed".to_owned();
    let empty = "\n".repeat(newlines(&text[start..end]));
    let rest = [&text[..start], &empty, &text[end..]].concat();
    (Cow::Owned(rest), Some(RefusedRow { line: line as u64, value, reason }))
}

fn newlines(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count()
}

/// Finds the quotation mark that is never closed, and where its row starts.
fn unclosed(text: &[u8], delimiter: u8) -> Option<(usize, usize)> {
    /// Where in a field a byte stands.
    enum At {
        Start,
        Plain,
        Quoted,
        /// Behind a mark that closes the field, unless another one follows.
        Mark,
    }
    let (mut state, mut row, mut mark) = (At::Start, 0, 0);
    for (at, &byte) in text.iter().enumerate() {
        let is_end = byte == delimiter || byte == b'\n' || byte == b'\r';
        state = match (state, byte) {
            (At::Start, b'"') => {
                mark = at;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Mark,
            (At::Quoted, _) | (At::Mark, b'"') => At::Quoted,
            _ if is_end => {
                row = if byte == delimiter { row } else { at + 1 };
                At::Start
            }
            _ => At::Plain,
        };
    }
    matches!(state, At::Quoted).then_some((row, mark))
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
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|&byte| byte == separator).count();
    [b',', b'\t', b';'].into_iter().rev().max_by_key(|&separator| count(separator)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Sheet {
        read(text.as_bytes(), usize::MAX, Blanks::Trimmed).unwrap()
    }

    /// The lines of the rows, and the lines that were refused.
    fn lines(sheet: &Sheet) -> (Vec<u64>, Vec<u64>) {
        let rows = sheet.rows.iter().map(|row| row.line).collect();
        (rows, sheet.refused.iter().map(|row| row.line).collect())
    }

    #[test]
    fn rows_keep_their_lines_and_bad_ones_are_listed() {
        let sheet = table("名称,省\n常熟,江苏\n太仓\n\n\"a\nb\",c\n");
        assert_eq!(sheet.columns, ["名称", "省"]);
        assert_eq!(lines(&sheet), (vec![2, 5], vec![3]));
        assert_eq!(sheet.refused[0].value, "太仓");
    }

    #[test]
    fn quotation_marks_tell_an_empty_text_from_nothing_and_keep_blanks() {
        let text = "a,b,c\r\n\r\n\"\",, x \r\n\" a, \"\"b\"\" \",\"\",\"\r\n \"\r\n1,2\"3,\"4\"\n";
        let sheet = read(text.as_bytes(), usize::MAX, Blanks::Kept).unwrap();
        let row = |number: usize| (&sheet.rows[number].cells[..], &sheet.rows[number].quoted[..]);
        assert_eq!(row(0), (&["", "", "x"].map(String::from)[..], &[true, false, false][..]));
        assert_eq!(
            row(1),
            (&[" a, \"b\" ", "", "\r\n "].map(String::from)[..], &[true, true, true][..])
        );
        assert_eq!(row(2), (&["1", "2\"3", "4"].map(String::from)[..], &[false, false, true][..]));
        assert_eq!(lines(&sheet), (vec![3, 4, 6], vec![]));
        assert_eq!(table(text).rows[1].cells, ["a, \"b\"", "", ""]);
    }

    #[test]
    fn a_quotation_mark_that_is_never_closed_costs_its_own_row_only() {
        let sheet = table("name,note\n常熟,\"\"\n太仓,\"a\n遂宁,b \"\"c\"\" d\n\"潼南\",\n");
        assert_eq!(lines(&sheet), (vec![2], vec![3]), "a later mark closes it: one row");
        let sheet = table("name,note\n常熟,\"\"\n太仓,\"a\n遂宁,b \"\"c\"\" d\n潼南,\n");
        assert_eq!(lines(&sheet), (vec![2, 4, 5], vec![3]));
        assert_eq!(sheet.refused[0].value, "太仓,\"a");
        assert_eq!(sheet.rows[1].cells[1], "b \"\"c\"\" d");
        // Marks that close and open again over many lines are looked at once.
        let chain = format!("name,note\n\"a{}\n常熟,\n", "\nb\",\"c".repeat(50_000));
        assert_eq!(lines(&table(&chain)), (vec![50_003], vec![2]));
    }

    #[test]
    fn a_line_that_is_no_text_is_listed_and_the_others_are_read() {
        let text = "名称,省\n常熟,江苏\n太仓,江苏\n遂宁,四川\n";
        let broken = |bytes: &[u8]| {
            let cut = bytes.len() - 2;
            [&bytes[..cut], &[0xff], &bytes[cut..]].concat()
        };
        let (chinese, _, _) = GB18030.encode(text);
        for (bytes, encoding) in [(text.as_bytes(), "UTF-8"), (&chinese[..], "GB 18030")] {
            let sheet = read(&broken(bytes), usize::MAX, Blanks::Trimmed).unwrap();
            assert_eq!(lines(&sheet), (vec![2, 3], vec![4]), "{encoding}");
            assert_eq!((sheet.encoding, sheet.rows[1].cells[0].as_str()), (encoding, "太仓"));
        }
    }

    #[test]
    fn the_separator_and_the_encoding_are_seen() {
        let tabs = table("\n\nname\tplace, as printed\na\tb, c\n");
        assert_eq!(tabs.columns.len(), 2);
        let (bytes, _, _) = GB18030.encode("名称\n常熟\n");
        let chinese = read(&bytes, 1, Blanks::Trimmed).unwrap();
        assert_eq!((chinese.encoding, chinese.rows[0].cells[0].as_str()), ("GB 18030", "常熟"));
        assert_eq!(table("\u{feff}name\nx\n").columns, ["name"]);
        let utf16 = "\u{feff}name\n常熟\n".encode_utf16().flat_map(u16::to_le_bytes);
        let utf16 = read(&utf16.collect::<Vec<u8>>(), 1, Blanks::Trimmed).unwrap();
        assert_eq!((utf16.encoding, utf16.rows[0].cells[0].as_str()), ("UTF-16LE", "常熟"));
    }

    #[test]
    fn utf_16_without_its_mark_is_read_where_it_is_beyond_doubt() {
        let text = "名称,经度,纬度\n一上,120.75,31.65\n"; // zeros and ends of lines on either side
        let (little, big): (Vec<u8>, Vec<u8>) = (
            text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        );
        for (bytes, encoding) in [(little, "UTF-16LE"), (big, "UTF-16BE")] {
            let sheet = read(&bytes, 9, Blanks::Trimmed).unwrap();
            assert_eq!((sheet.encoding, &sheet.rows[0].cells[0][..]), (encoding, "一上"));
        }
        for with_nul in
            ["name,lon\na\0,1", "name,lon\n\0\0\0\0\0\0\0\0,1", "a\0b,lon\nx,1\n常熟常熟,2"]
        {
            let sheet = read(with_nul.as_bytes(), 9, Blanks::Trimmed).unwrap();
            assert_eq!(sheet.encoding, "UTF-8", "{with_nul:?}");
        }
    }

    #[test]
    fn a_list_has_a_name_a_line_and_nothing_is_no_sheet() {
        let list = read_list;
        let found = list("常熟\n\n 太仓 \n".as_bytes()).unwrap();
        assert_eq!(found.rows[1], SheetRow::new(3, vec!["太仓".into()]));
        assert_eq!(list("常熟\r太仓\r".as_bytes()).unwrap().rows[1].line, 2);
        assert_eq!(list(b" \n"), Err(InvalidSheet::Empty));
        assert_eq!(
            read(b"a,a\n1,2\n", 1, Blanks::Trimmed),
            Err(InvalidSheet::TwoColumns("a".into()))
        );
        assert_eq!(list(&[0xff, 0xff, 0x80, b'\n']), Err(InvalidSheet::NoText));
        let wide = ",".repeat(2_000);
        assert_eq!(read(wide.as_bytes(), 1, Blanks::Trimmed), Err(InvalidSheet::TooManyColumns));
    }
}
