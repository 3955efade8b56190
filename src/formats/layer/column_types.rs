//! What the columns of a file hold, as somebody says or as the collection says that it comes to.

use std::collections::HashSet;

use super::{InvalidLayer, Layer, LayerKind};
use crate::domain::{FieldType, Schema, Value};
use crate::formats::list_text;
use crate::formats::sheet::{RefusedRow, Sheet, beginning};

/// Says what columns hold; the others hold what the file says, or what their cells are spelt as.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ColumnTypes {
    /// What somebody says: a row that has something else is refused.
    said: Vec<(String, FieldType)>,
    /// What the collection has: taken where the file itself says no types and every value fits.
    known: Vec<(String, FieldType)>,
}

impl ColumnTypes {
    /// Reads what somebody says of columns: `name:type`, parted by commas.
    ///
    /// # Errors
    ///
    /// A sentence, when a type is missing or none.
    ///
    /// # Examples
    ///
    /// ```
    /// use jidi::formats::layer::ColumnTypes;
    /// assert!(ColumnTypes::read("tags:list,zip:text").is_ok());
    /// assert!(ColumnTypes::read("tags").unwrap_err().contains("name:type"));
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = FieldType::ALL.into_iter().map(FieldType::as_str).collect();
        let (mut said, mut names) = (Vec::new(), HashSet::new());
        let mut open = String::new();
        for part in text.split(',') {
            // A name may have commas of its own: it ends where a type follows.
            let pair = part.rsplit_once(':').map(|(name, word)| (name, word.trim()));
            match pair.and_then(|(name, word)| Some((name, FieldType::from_word(word)?))) {
                Some((name, kind)) if !(open.is_empty() && name.trim().is_empty()) => {
                    open.push_str(name);
                    let name = std::mem::take(&mut open).trim().to_owned();
                    if !names.insert(name.clone()) {
                        return Err(format!("`{name}` is named twice"));
                    }
                    said.push((name, kind));
                }
                _ => {
                    open.push_str(part);
                    open.push(',');
                }
            }
        }
        if open.is_empty() {
            return Ok(Self { said, known: Vec::new() });
        }
        let left = open.trim_end_matches(',');
        let left: String = left.chars().take(80).collect();
        Err(format!("`{left}` is no name:type; a type is one of {}", words.join(", ")))
    }

    /// Adds what the columns hold in the collection that the file comes to.
    #[must_use]
    pub fn with_known(mut self, schema: &Schema) -> Self {
        let fields = schema.fields().iter().filter(|field| field.name != "id");
        self.known = fields.map(|field| (field.name.clone(), field.field_type)).collect();
        self
    }

    /// What somebody says of a column.
    pub(super) fn said_of(&self, name: &str) -> Option<FieldType> {
        find(&self.said, name)
    }

    /// What the collection has of the name of a column.
    pub(super) fn known_of(&self, name: &str) -> Option<FieldType> {
        find(&self.known, name)
    }

    /// Refuses names that the file does not have.
    fn check<'a>(
        &self,
        columns: impl Iterator<Item = &'a str> + Clone,
    ) -> Result<(), InvalidLayer> {
        let is_there = |name: &str| columns.clone().any(|column| column == name);
        match self.said.iter().find(|(name, _)| !is_there(name)) {
            None => Ok(()),
            Some((name, _)) => Err(InvalidLayer::NoColumn {
                name: name.clone(),
                there: columns.map(str::to_owned).collect(),
            }),
        }
    }

    /// Turns the columns of a layer into what they hold.
    ///
    /// # Errors
    ///
    /// [`InvalidLayer::NoColumn`] when a column is said to hold something that is not there.
    pub(super) fn apply(&self, layer: &mut Layer, kind: LayerKind) -> Result<(), InvalidLayer> {
        let mut fields = layer.schema.fields().to_vec();
        self.check(fields.iter().map(|field| field.name.as_str()))?;
        let says_types =
            !matches!(kind, LayerKind::Sheet(_) | LayerKind::GeoJson | LayerKind::GeoJsonSeq);
        for (place, field) in fields.iter_mut().enumerate() {
            if let Some(kind) = self.said_of(&field.name) {
                turn_or_refuse(layer, place, kind);
                field.field_type = kind;
            } else if let Some(kind) = self.known_of(&field.name).filter(|_| !says_types)
                && turn_if_all_fit(layer, place, field.field_type, kind)
            {
                field.field_type = kind;
            }
        }
        layer.schema = Schema::new(fields);
        Ok(())
    }

    /// Turns the columns of a sheet, whose rows are text, into what they hold.
    ///
    /// # Errors
    ///
    /// [`InvalidLayer::NoColumn`] when a column is said to hold something that is not there.
    pub fn apply_to_sheet(&self, sheet: &mut Sheet) -> Result<(), InvalidLayer> {
        self.check(sheet.columns.iter().map(String::as_str))?;
        for column in 0..sheet.columns.len() {
            let name = &sheet.columns[column];
            if let Some(kind) = self.said_of(name) {
                let fits = |cell: &str| turned(Value::text(cell), kind).is_some();
                let (kept, others): (Vec<_>, Vec<_>) = std::mem::take(&mut sheet.rows)
                    .into_iter()
                    .partition(|row| fits(&row.cells[column]));
                sheet.rows = kept;
                let refused =
                    others.iter().map(|row| refusal(row.line, &row.cells[column], name, kind));
                sheet.refused.extend(refused);
                sheet.kinds[column] = kind;
            }
        }
        sheet.refused.sort_by_key(|row| row.line);
        Ok(())
    }
}

fn find(all: &[(String, FieldType)], name: &str) -> Option<FieldType> {
    all.iter().find(|(one, _)| one == name).map(|(_, kind)| *kind)
}

/// A value as another type holds it; a text of a list is parted, an empty one is a list or a text only.
pub(super) fn turned(value: Value, kind: FieldType) -> Option<Value> {
    match (value, kind) {
        (Value::Text(text), FieldType::List) => Some(Value::List(list_text::read(&text))),
        (Value::Text(text), FieldType::Text) => Some(Value::Text(text)),
        (Value::Text(text), _) if text.is_empty() => Some(Value::Null),
        (Value::List(items), FieldType::Text) => Some(Value::Text(list_text::write(&items).into())),
        (other, kind) => other.turned_into(kind),
    }
}

fn turn_or_refuse(layer: &mut Layer, place: usize, kind: FieldType) {
    let name = layer.schema.fields()[place].name.clone();
    let rows = std::mem::take(&mut layer.rows);
    layer.rows.reserve(rows.len());
    for mut row in rows {
        let value = std::mem::take(&mut row.values[place]);
        let shown = value.in_a_cell();
        match turned(value, kind) {
            Some(value) => {
                row.values[place] = value;
                layer.rows.push(row);
            }
            None => layer.refused.push(refusal(row.line, &shown, &name, kind)),
        }
    }
    layer.refused.sort_by_key(|row| row.line);
}

fn refusal(line: u64, value: &str, name: &str, kind: FieldType) -> RefusedRow {
    let reason = format!("the column `{name}` is said to hold {}", kind.words());
    RefusedRow { line, value: beginning(value), reason }
}

/// Turns a column of text, one without values, or texts that were taken for times, if all of it fits.
fn turn_if_all_fit(layer: &mut Layer, place: usize, from: FieldType, kind: FieldType) -> bool {
    let values = || layer.rows.iter().map(|row| &row.values[place]);
    let is_text = from == FieldType::Text || from.is_time() && kind == FieldType::Text;
    let is_open = is_text || values().all(|value| *value == Value::Null);
    if !is_open || !values().all(|value| turned(value.clone(), kind).is_some()) {
        return from == kind;
    }
    for row in &mut layer.rows {
        let value = std::mem::take(&mut row.values[place]);
        row.values[place] = turned(value, kind).unwrap_or_default();
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_may_hold_commas_and_colons_and_types_must_be_some() {
        let read = ColumnTypes::read("a,b:list, c:d :real,e:date-time").unwrap();
        assert_eq!(read.said_of("a,b"), Some(FieldType::List));
        assert_eq!(read.said_of("c:d"), Some(FieldType::Real));
        assert_eq!(read.said_of("e"), Some(FieldType::DateTime));
        for wrong in ["", "a", "a:lists", ":text", "a:text,", "a:text,b", "a:text,a:list"] {
            assert!(ColumnTypes::read(wrong).is_err(), "{wrong}");
        }
    }
}
