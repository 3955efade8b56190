//! Comma-separated tables (RFC 4180) in UTF-8: one feature a row, lists joined by `;`.
//!
//! Every type can be told from the cells and the quotation marks, as [`spelling`](super::spelling) has it:
//! numbers with a fraction have a point, texts that are spelt as something else stand within quotation
//! marks, and so do the name and the cells of a list.

use std::borrow::{Borrow, Cow};
use std::io;

use wkt::ToWkt;

use super::spelling::{is_code, looks_typed, needs_mark};
use super::{Layout, list_text, place_columns};
use crate::domain::{Feature, Field, FieldType, Schema, Value};

/// Writes a table: the feature's id, its fields, and `lon`, `lat` or `wkt`.
///
/// An unknown value is an empty cell, an empty text a pair of quotation marks, and blanks at the ends of
/// a text stand within them; text is written by [`inert`], lists by [`list_text::write`]. Columns of positions that are not
/// in WGS 84 are called by their datum or system: `lon_gcj02`, `easting_epsg4527`; well-known text has
/// east first.
///
/// # Errors
///
/// What the writer reports.
pub fn write(
    out: &mut dyn io::Write,
    schema: &Schema,
    features: impl Iterator<Item = impl Borrow<Feature>>,
    layout: Layout,
) -> io::Result<()> {
    if layout.has_bom {
        out.write_all("\u{feff}".as_bytes())?;
    }
    let names = schema.fields().iter().map(name);
    let has_id = schema.position("id").is_some();
    let id_name = (!has_id).then_some(Cow::Borrowed("id"));
    let places = place_columns::names(schema, layout);
    let places = places.iter().map(|name| Cow::Borrowed(name.as_str()));
    let marks: Vec<Mark> = schema.fields().iter().map(Mark::of).collect();
    let mut row = Vec::new();
    put_row(&mut row, id_name.into_iter().chain(names).chain(places));
    out.write_all(&row)?;
    for feature in features {
        let feature = feature.borrow();
        let id = (!has_id).then(|| Cow::Borrowed(feature.id.as_str()));
        let cells = feature.values.iter().zip(&marks).map(|(value, mark)| cell(value, *mark));
        let places = place(feature, layout);
        let places = places.iter().map(|place| quoted_unless_empty(place));
        row.clear();
        put_row(&mut row, id.into_iter().chain(cells).chain(places));
        out.write_all(&row)?;
    }
    out.flush()
}

/// Adds a row of cells that are quoted already.
fn put_row<'a>(out: &mut Vec<u8>, cells: impl Iterator<Item = Cow<'a, str>>) {
    for (number, cell) in cells.enumerate() {
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(cell.as_bytes());
    }
    out.push(b'\n');
}

/// Puts a text into quotation marks where it would not come back without them: what is empty would be
/// nothing, and blanks at the ends would be lost.
fn quoted(text: &str) -> Cow<'_, str> {
    let is_plain = !text.is_empty()
        && text.trim().len() == text.len()
        && !text.contains(['"', ',', '\n', '\r']);
    if is_plain { Cow::Borrowed(text) } else { Cow::Owned(marked(text)) }
}

/// Puts a text into quotation marks.
fn marked(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Says which texts of a column stand in quotation marks beside those that must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// None: the name says that they are text.
    None,
    /// Those that are spelt as another type.
    Typed,
    /// All: the cells of a list that its name does not tell.
    All,
}

impl Mark {
    fn of(field: &Field) -> Self {
        match field.field_type {
            FieldType::List if needs_mark(field) => Self::All,
            FieldType::Text if !is_code(&field.name) || needs_mark(field) => Self::Typed,
            _ => Self::None,
        }
    }

    fn is_needed(self, text: &str) -> bool {
        match self {
            Self::None => false,
            Self::Typed => looks_typed(text),
            Self::All => true,
        }
    }
}

/// Writes the name of a column.
fn name(field: &Field) -> Cow<'_, str> {
    let name = inert(&field.name);
    if needs_mark(field) { Cow::Owned(marked(&name)) } else { owned(&name) }
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(quoted(text).into_owned())
}

/// The same for what is nothing when it is empty.
fn quoted_unless_empty(text: &str) -> Cow<'_, str> {
    if text.is_empty() { Cow::Borrowed("") } else { quoted(text) }
}

/// Writes a value as the text of a cell.
fn cell(value: &Value, mark: Mark) -> Cow<'_, str> {
    let text = match value {
        Value::Null => return Cow::Borrowed(""),
        Value::Text(text) => Cow::Borrowed(&**text),
        Value::List(items) => Cow::Owned(list_text::write(items)),
        // With a point or an exponent, which whole numbers never have.
        Value::Real(number) => return Cow::Owned(format!("{number:?}")),
        other => return Cow::Owned(other.in_a_cell()),
    };
    let text = inert(&text);
    if mark.is_needed(&text) { Cow::Owned(marked(&text)) } else { owned(&text) }
}

/// Writes a text so that no spreadsheet takes it for a formula: one that begins as a formula does
/// gets a `'` in front, unless it is a number, and so does one that would look as if it had got one.
#[must_use]
pub fn inert(text: &str) -> Cow<'_, str> {
    let within = text.trim_start_matches('\'');
    let is_formula = within.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if is_formula && (within.len() < text.len() || text.parse::<f64>().is_err()) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Takes the `'` away that [`inert`] puts in front.
#[must_use]
pub fn without_mark(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if matches!(inert(text), Cow::Owned(_)) => text,
        _ => cell,
    }
}

/// Writes where a feature is as one cell or two.
fn place(feature: &Feature, layout: Layout) -> Vec<String> {
    if layout.points_only {
        let position = feature.position().map(|at| layout.position(at.lon(), at.lat()));
        let cells = position.map(|(lon, lat)| vec![lon.to_string(), lat.to_string()]);
        return cells.unwrap_or_else(|| vec![String::new(); 2]);
    }
    let wkt = |shape: Cow<'_, geo::Geometry<f64>>| layout.geometry(&shape).wkt_string();
    vec![feature.geometry().map(wkt).unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;
    use crate::domain::{FeatureId, Field, FieldType};

    fn written(geometry: Option<geo::Geometry<f64>>, points_only: bool) -> String {
        let schema = Schema::new(vec![
            Field::new("name", FieldType::Text, ""),
            Field::new("codes", FieldType::List, ""),
        ]);
        let values = vec![
            Value::text("Yi\"bin, Sichuan"),
            Value::List(vec!["39".into(), "36".into()].into()),
        ];
        let feature = Feature::new(FeatureId::new("a").unwrap(), geometry, values);
        let mut out = Vec::new();
        let layout = Layout::new(points_only);
        write(&mut out, &schema, [&feature].into_iter(), layout).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn quotes_commas_lists_and_positions_survive() {
        let point = geo::Point::new(104.6, 28.75).into();
        assert_eq!(
            written(Some(point), true),
            "id,name,\"codes\",lon,lat\na,\"Yi\"\"bin, Sichuan\",\"39;36\",104.6,28.75\n"
        );
    }

    #[test]
    fn no_text_is_taken_for_a_formula_and_numbers_stay_numbers() {
        for text in ["=1+1", "+cmd|' /C calc'!A0", "-x", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(inert(text), format!("'{text}"));
        }
        for text in ["-73.9", "+5", "1-2", "Yibin", "", "'", "'a"] {
            assert_eq!(inert(text), text);
        }
        for text in ["'=1", "''@", "'-5", "'", "'a", "''"] {
            assert_eq!(without_mark(&inert(text)), text, "its own marks come back");
        }
        let cell = |value: &Value| cell(value, Mark::Typed).into_owned();
        assert_eq!(cell(&Value::Text("=A1".into())), "'=A1");
        assert_eq!(cell(&Value::Integer(-5)), "-5");
        assert_eq!(cell(&Value::List(vec!["-a".into(), "b".into()].into())), "'-a;b");
    }

    #[test]
    fn nothing_empty_and_blank_are_told_apart() {
        let cell = |value: &Value| cell(value, Mark::Typed).into_owned();
        assert_eq!(cell(&Value::Null), "");
        assert_eq!(cell(&Value::Text("".into())), "\"\"");
        assert_eq!(cell(&Value::Text(" a\u{3000}".into())), "\" a\u{3000}\"");
        assert_eq!(cell(&Value::List(Box::default())), "\"\"");
    }

    #[test]
    fn a_text_is_told_from_a_number_and_a_number_with_a_fraction_from_a_whole_one() {
        let text = |text: &str, mark| cell(&Value::Text(text.into()), mark).into_owned();
        for typed in ["7", "-0.5", "1e300", "true", "2020-10-13", "2020-10-13T08:00:00Z"] {
            assert_eq!(text(typed, Mark::Typed), format!("\"{typed}\""));
            assert_eq!(text(typed, Mark::None), typed);
        }
        for plain in ["007", "True", "2020-13-01", "39;40"] {
            assert_eq!(text(plain, Mark::Typed), plain);
        }
        assert_eq!(cell(&Value::Real(5.0), Mark::None), "5.0");
        assert_eq!(cell(&Value::Real(1e300), Mark::None), "1e300");
        let list = |items: &[&str]| Value::List(items.iter().map(|&one| one.into()).collect());
        assert_eq!(cell(&list(&["39"]), Mark::All), "\"39\"");
        assert_eq!(cell(&list(&["a;b"]), Mark::All), "\"[\"\"a;b\"\"]\"");
        let name = |name_of, kind| name(&Field::new(name_of, kind, "")).into_owned();
        assert_eq!(name("tags", FieldType::List), "\"tags\"");
        assert_eq!(name("zip", FieldType::Integer), "\"zip\"");
        assert_eq!(name("zip", FieldType::Text), "zip");
        assert_eq!(name("io_sectors", FieldType::List), "io_sectors");
    }

    #[test]
    fn areas_are_written_as_well_known_text_and_no_place_as_nothing() {
        let triangle = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 0.0, y: 1.0)];
        let text = written(Some(triangle.into()), false);
        assert!(text.contains("\"POLYGON((0 0,1 0,0 1,0 0))\""), "{text}");
        assert!(written(None, false).ends_with("\"39;36\",\n"));
    }
}
