//! Text that no store can keep: PostgreSQL has no place for the character NUL, and names end with it.

use super::intake::Content;
use crate::domain::Value;
use crate::formats::sheet::RefusedRow;

/// The character that ends a text to many programs.
const NUL: char = '\0';

/// Says whether a store can keep a text as it is.
pub(super) fn is_kept(text: &str) -> bool {
    !text.contains(NUL)
}

/// Takes out the rows that hold a text that no store can keep, and lists them as refused.
pub(super) fn without_unkept(content: Content) -> Content {
    match content {
        Content::Rows(mut sheet) => {
            let columns = &sheet.columns;
            let unkept = |cells: &[String]| cells.iter().position(|cell| !is_kept(cell));
            sheet.rows.retain(|row| match unkept(&row.cells) {
                None => true,
                Some(column) => {
                    let name = columns.get(column).map_or("", String::as_str);
                    sheet.refused.push(refused(row.line, name, &row.cells[column]));
                    false
                }
            });
            sheet.refused.sort_by_key(|row| row.line);
            Content::Rows(sheet)
        }
        Content::Features(mut layer) => {
            let fields = layer.schema.fields();
            layer.rows.retain(|row| match row.values.iter().position(|value| !holds_kept(value)) {
                None => true,
                Some(field) => {
                    let (name, value) = (&fields[field].name, row.values[field].in_a_cell());
                    layer.refused.push(refused(row.line, name, &value));
                    false
                }
            });
            layer.refused.sort_by_key(|row| row.line);
            Content::Features(layer)
        }
    }
}

fn holds_kept(value: &Value) -> bool {
    match value {
        Value::Text(text) => is_kept(text),
        Value::List(items) => items.iter().all(|item| is_kept(item)),
        _ => true,
    }
}

fn refused(line: u64, column: &str, value: &str) -> RefusedRow {
    let shown: String = value.chars().take(80).collect();
    RefusedRow {
        line,
        value: shown.escape_debug().to_string(),
        reason: format!("its `{column}` has the character NUL in it, which no store keeps"),
    }
}
