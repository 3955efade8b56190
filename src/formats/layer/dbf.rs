//! The table of a shapefile: dBASE, in whatever encoding its writer had.

use std::iter::Take;
use std::slice::ChunksExact;

use encoding_rs::{BIG5, Encoding, GB18030, UTF_8, WINDOWS_1252};

use crate::domain::timestamp::read_day;
use crate::domain::{FieldType, Value};

/// Holds a table that is open.
pub(super) struct Table<'a> {
    pub columns: Vec<Column>,
    body: &'a [u8],
    /// How long a record is, in bytes.
    record: usize,
    /// How many records the header tells.
    told: usize,
    pub encoding: &'static Encoding,
}

/// Describes a column.
pub(super) struct Column {
    pub name: String,
    pub field_type: FieldType,
    kind: u8,
    start: usize,
    length: usize,
}

/// How long the description of a column is, in bytes.
const COLUMN_BYTES: usize = 32;

/// Opens a table; `codepage` is what the file beside it says.
pub(super) fn open<'a>(bytes: &'a [u8], codepage: Option<&str>) -> Result<Table<'a>, String> {
    let head = bytes.get(..COLUMN_BYTES).ok_or("it ends in its header")?;
    let length = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
    let (header, record) = (length(8), length(10));
    let described = bytes.get(COLUMN_BYTES..header).ok_or("it ends in its header")?;
    let body = &bytes[header..];
    if record == 0 {
        return Err("its records have no length".to_owned());
    }
    let told = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
    let encoding = encoding(codepage, head[29], described, &records(body, record, told));
    let (mut columns, mut start) = (Vec::new(), 1);
    for column in described.chunks_exact(COLUMN_BYTES).take_while(|column| column[0] != 0x0d) {
        let name = column[..11].split(|byte| *byte == 0).next().unwrap_or_default();
        let (name, _) = encoding.decode_without_bom_handling(name);
        let (kind, length, decimals) = (column[11], usize::from(column[16]), column[17]);
        let field_type = match kind {
            b'N' if decimals == 0 => FieldType::Integer,
            b'I' => FieldType::Integer,
            b'L' => FieldType::Boolean,
            b'D' => FieldType::Date,
            b'N' | b'F' | b'O' | b'B' => FieldType::Real,
            _ => FieldType::Text,
        };
        columns.push(Column { name: name.trim().to_owned(), field_type, kind, start, length });
        start += length;
    }
    if start > record {
        return Err("its columns are wider than its records".to_owned());
    }
    Ok(Table { columns, body, record, told, encoding })
}

fn records(body: &[u8], record: usize, told: usize) -> Take<ChunksExact<'_, u8>> {
    body.chunks_exact(record).take(told)
}

/// Finds the encoding: what the file beside says, else the mark in the header, else what the bytes
/// can be; GB 18030 holds GBK and GB 2312.
fn encoding<'a>(
    codepage: Option<&str>,
    mark: u8,
    described: &'a [u8],
    records: &Take<ChunksExact<'a, u8>>,
) -> &'static Encoding {
    let said = codepage.map(|text| text.trim().trim_start_matches('\u{feff}').to_ascii_lowercase());
    let by_name = said.as_deref().and_then(|name| match name {
        "936" | "cp936" | "gbk" | "gb2312" | "gb18030" | "ansi 936" | "oem 936" => Some(GB18030),
        "65001" | "utf8" => Some(UTF_8),
        "950" | "cp950" => Some(BIG5),
        "1252" | "ansi 1252" => Some(WINDOWS_1252),
        _ => Encoding::for_label(name.as_bytes()),
    });
    let is_utf8 = || {
        let all = std::iter::once(described).chain(records.clone());
        let cut = |part: &[u8]| match std::str::from_utf8(part) {
            Ok(_) => true,
            // Text that fills its column may be cut within a character.
            Err(error) => error.error_len().is_none(),
        };
        all.flat_map(|part| part.split(|byte| *byte == b' ' || *byte == 0)).all(cut)
    };
    by_name.unwrap_or_else(|| match mark {
        0x4d | 0x7a => GB18030,
        0x4f | 0x78 => BIG5,
        _ if is_utf8() => UTF_8,
        0x03 | 0x57 => WINDOWS_1252,
        _ => GB18030,
    })
}

impl<'a> Table<'a> {
    /// The records, each with its mark of deletion in front.
    pub(super) fn records(&self) -> Take<ChunksExact<'a, u8>> {
        records(self.body, self.record, self.told)
    }

    /// Says whether a record was deleted and only its place is left.
    pub(super) fn is_deleted(record: &[u8]) -> bool {
        record.first() == Some(&b'*')
    }

    /// Reads the value of a column in a record.
    pub(super) fn value(&self, record: &[u8], column: &Column) -> Result<Value, String> {
        let bytes = record.get(column.start..column.start + column.length).unwrap_or_default();
        match column.kind {
            b'I' => {
                let number = bytes.first_chunk().map(|bytes| i32::from_le_bytes(*bytes));
                Ok(number.map_or(Value::Null, |number| Value::Integer(number.into())))
            }
            b'O' | b'B' if column.length == 8 => {
                let number = bytes.first_chunk().map(|bytes| f64::from_le_bytes(*bytes));
                Ok(number.filter(|number| number.is_finite()).map_or(Value::Null, Value::Real))
            }
            b'N' | b'F' => number(bytes, column),
            b'L' => Ok(match bytes.first() {
                Some(b'T' | b't' | b'Y' | b'y') => Value::Boolean(true),
                Some(b'F' | b'f' | b'N' | b'n') => Value::Boolean(false),
                _ => Value::Null,
            }),
            b'D' => Ok(date(bytes)),
            _ => self.text(bytes),
        }
    }

    fn text(&self, bytes: &[u8]) -> Result<Value, String> {
        let end = bytes.iter().rposition(|byte| *byte != b' ' && *byte != 0);
        let mut bytes = &bytes[..end.map_or(0, |last| last + 1)];
        if self.encoding == UTF_8
            && let Err(error) = std::str::from_utf8(bytes)
            && error.error_len().is_none()
        {
            bytes = &bytes[..error.valid_up_to()];
        }
        let (text, has_errors) = self.encoding.decode_without_bom_handling(bytes);
        if has_errors {
            let name = self.encoding.name();
            return Err(format!(
                "text that is not in {name}: put the right name into the .cpg file"
            ));
        }
        Ok(Value::text(&text))
    }
}

/// Reads a number; blanks and asterisks are none.
fn number(bytes: &[u8], column: &Column) -> Result<Value, String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches([' ', '\0']);
    if text.is_empty() || text.bytes().all(|byte| byte == b'*') {
        return Ok(Value::Null);
    }
    if column.field_type == FieldType::Integer
        && let Ok(number) = text.parse()
    {
        return Ok(Value::Integer(number));
    }
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(Value::Real).ok_or_else(|| format!("`{text}` in {} is no number", column.name))
}

/// Reads a date of eight digits; blanks and zeros are none, and what is no day stays text.
fn date(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches([' ', '\0']);
    if text.bytes().all(|byte| byte == b'0') {
        return Value::Null;
    }
    let parts = text.get(..4).zip(text.get(4..6)).zip(text.get(6..));
    let day = parts.and_then(|((year, month), day)| read_day(&format!("{year}-{month}-{day}")));
    day.map_or_else(|| Value::Text(text.into()), Value::Date)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table with one column of text, ten bytes wide.
    fn table(cells: &[&[u8]], mark: u8) -> Vec<u8> {
        let mut bytes = vec![0; 32];
        bytes[4..8].copy_from_slice(&u32::try_from(cells.len()).unwrap().to_le_bytes());
        bytes[8..10].copy_from_slice(&65_u16.to_le_bytes());
        bytes[10..12].copy_from_slice(&11_u16.to_le_bytes());
        bytes[29] = mark;
        let mut column = [0; 32];
        column[..4].copy_from_slice(b"name");
        (column[11], column[16]) = (b'C', 10);
        bytes.extend(column);
        bytes.push(0x0d);
        for cell in cells {
            bytes.push(b' ');
            bytes.extend(*cell);
            bytes.extend(vec![b' '; 10 - cell.len()]);
        }
        bytes
    }

    fn texts(bytes: &[u8], codepage: Option<&str>) -> Vec<Value> {
        let table = open(bytes, codepage).unwrap();
        let value = |record: &[u8]| table.value(record, &table.columns[0]).unwrap();
        table.records().map(value).collect()
    }

    #[test]
    fn chinese_names_are_read_with_and_without_a_word_on_their_encoding() {
        let gbk: &[u8] = &[0xb3, 0xa3, 0xca, 0xec]; // 常熟
        let utf8 = "常熟市江".as_bytes(); // twelve bytes, cut to ten
        for (mark, codepage) in [(0x4d, None), (0, Some("GBK")), (0, Some("936\n")), (0, None)] {
            assert_eq!(texts(&table(&[gbk], mark), codepage), [Value::text("常熟")]);
        }
        assert_eq!(texts(&table(&[&utf8[..10]], 0), None), [Value::text("常熟市")]);
        assert_eq!(texts(&table(&[&utf8[..10]], 0), Some("UTF-8")), [Value::text("常熟市")]);
        let wrong = table(&[gbk], 0);
        let wrong = open(&wrong, Some("UTF-8")).unwrap();
        assert!(wrong.value(wrong.records().next().unwrap(), &wrong.columns[0]).is_err());
    }

    #[test]
    fn days_are_days_and_zeros_are_none() {
        let words = |value: Value| (value.in_a_cell(), matches!(value, Value::Date(_)));
        assert_eq!(words(date(b"20201013")), ("2020-10-13".into(), true));
        assert_eq!(words(date(b"20201399")), ("20201399".into(), false));
        for none in [&b"        "[..], b"00000000", b"\0\0\0\0\0\0\0\0"] {
            assert_eq!(date(none), Value::Null);
        }
    }

    #[test]
    fn broken_tables_are_refused_and_nothing_panics() {
        let whole = table(&[b"a", b"b"], 0);
        for cut in 0..whole.len() {
            if let Ok(table) = open(&whole[..cut], None) {
                assert!(table.records().len() <= 2);
            }
        }
        for at in 0..whole.len() {
            for bit in 0..8 {
                let mut flipped = whole.clone();
                flipped[at] ^= 1 << bit;
                if let Ok(table) = open(&flipped, None) {
                    for record in table.records() {
                        for column in &table.columns {
                            let _ = table.value(record, column);
                        }
                    }
                }
            }
        }
    }
}
