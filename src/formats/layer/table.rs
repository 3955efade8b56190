//! Layers as tables of text and workbooks: columns of longitude and latitude, or of well-known text.

use geo::Geometry;
use wkt::TryFromWkt;

use super::collect::{Collector, Found};
use super::column_types::turned;
use super::{ColumnTypes, InvalidLayer, Layer};
use crate::domain::{FieldType, Value};
use crate::formats::csv::without_mark;
use crate::formats::place_columns::{self, PlaceColumns, System};
use crate::formats::sheet::{Sheet, SheetKind, SheetRow};
use crate::formats::spelling::{SPELT, is_code, is_list, is_number, is_spelt, number};
use crate::formats::{Most, list_text};

/// Reads a sheet whose rows may say where they are.
pub(super) fn read(
    bytes: &[u8],
    kind: SheetKind,
    name: Option<&str>,
    types: &ColumnTypes,
    most: Most,
) -> Result<Layer, InvalidLayer> {
    let sheet = Sheet::read_exactly(bytes, kind, name, most)?;
    let mut all = Collector::new(sheet.encoding, bytes.len(), most.rows);
    sheet.warnings.iter().for_each(|(code, said)| all.warn(code, &said.en, &said.zh));
    let place = place_columns::find(sheet.columns.iter().map(String::as_str));
    match place {
        Some((_, System::Datum(datum))) => all.set_datum(datum),
        Some((_, System::Registered(crs))) => all.set_crs(crs),
        Some((_, System::Usual)) => {}
        None => all.has_no_place(),
    }
    let place = place.map(|(place, _)| Place(place));
    let marks = Marks::of(&sheet, place.as_ref());
    let mut columns = Vec::new();
    for (column, name) in sheet.columns.iter().enumerate() {
        if !place.as_ref().is_some_and(|place| place.uses(column)) {
            let reads = reads(&sheet, kind, column, &marks, types);
            let name = if kind == SheetKind::Table { without_mark(name) } else { name };
            columns.push((column, all.declare(name, reads.declared())?, reads));
        }
    }
    for row in &sheet.rows {
        let geometry = match place.as_ref().map_or(Ok(None), |place| place.geometry(row)) {
            Ok(geometry) => geometry,
            Err((value, reason)) => {
                all.refuse(row.line, &value, reason)?;
                continue;
            }
        };
        let value = |(column, number, reads): &(usize, usize, Reads)| {
            (*number, reads.value(&sheet, row, *column))
        };
        if place.as_ref().is_some_and(|place| place.has_heights(row)) {
            all.note_heights();
        }
        let values: Vec<(usize, Value)> = columns.iter().map(value).collect();
        if kind == SheetKind::Workbook {
            let times = values.iter().filter(|(_, value)| matches!(value, Value::DateTime(_)));
            times.for_each(|_| all.note_zone(false));
        }
        all.add(Found { line: row.line, id: None, geometry, values })?;
    }
    for row in &sheet.refused {
        all.refuse(row.line, &row.value, row.reason.clone())?;
    }
    Ok(all.finish())
}

/// Says which columns hold where the rows are.
struct Place(PlaceColumns);

impl Place {
    fn uses(&self, column: usize) -> bool {
        match self.0 {
            PlaceColumns::Position { east, north } => column == east || column == north,
            PlaceColumns::Wkt(wkt) => column == wkt,
        }
    }

    /// Says whether a row has heights or measures where it is.
    fn has_heights(&self, row: &SheetRow) -> bool {
        matches!(self.0, PlaceColumns::Wkt(column) if has_heights(&row.cells[column]))
    }

    /// Reads where a row is, or says what is wrong with it.
    fn geometry(&self, row: &SheetRow) -> Result<Option<Geometry<f64>>, (String, String)> {
        match self.0 {
            PlaceColumns::Position { east, north } => {
                let (east, north) = (row.cells[east].trim(), row.cells[north].trim());
                if east.is_empty() && north.is_empty() {
                    return Ok(None);
                }
                let at = east.parse().ok().zip(north.parse().ok());
                let point = at.map(|(x, y)| Some(geo::Point::new(x, y).into()));
                point.ok_or_else(|| {
                    let reason = "no longitude and latitude in degrees".to_owned();
                    (format!("{east},{north}"), reason)
                })
            }
            PlaceColumns::Wkt(column) => {
                let text = row.cells[column].trim();
                if text.is_empty() {
                    return Ok(None);
                }
                if nests_too_deep(text) {
                    let reason = "its geometries stand too deep in one another".to_owned();
                    return Err((text.to_owned(), reason));
                }
                match Geometry::try_from_wkt_str(text) {
                    Ok(geometry) => Ok(Some(geometry)),
                    Err(error) => Err((text.to_owned(), format!("no well-known text: {error}"))),
                }
            }
        }
    }
}

/// Says whether a well-known text has more brackets in one another than any geometry has.
fn nests_too_deep(text: &str) -> bool {
    let mut depth = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > super::limits::MOST_NESTED
    })
}

/// Says whether a position of a well-known text has more than two numbers.
fn has_heights(text: &str) -> bool {
    let numbers =
        |part: &str| part.split_whitespace().filter(|word| word.parse::<f64>().is_ok()).count();
    text.split(['(', ')', ',']).any(|part| numbers(part) > 2)
}

/// Says whether every cell of a column is empty or a number as it would be written again.
fn is_numeric(sheet: &Sheet, column: usize) -> bool {
    let mut cells = sheet.rows.iter().map(|row| row.cells[column].as_str());
    cells.all(|cell| cell.is_empty() || is_number(cell))
}

/// Says whether an empty cell of a column in quotation marks is a text, and not a number that is missing
/// from a file in which every cell has them.
fn has_empty_text(sheet: &Sheet, column: usize) -> bool {
    let is_empty = |row: &&SheetRow| row.cells[column].is_empty();
    let has_one = sheet.rows.iter().filter(is_empty).any(|row| row.is_quoted(column));
    let mut others = sheet.rows.iter().filter(|row| !is_empty(row)).peekable();
    has_one && (others.peek().is_none() || others.any(|row| !row.is_quoted(column)))
}

/// What the quotation marks of a table say of its columns.
struct Marks {
    /// Whether some cells stand in them and some do not, so that they mean something.
    are_chosen: bool,
    /// Whether the names do, too: its ids and its positions have plain ones, as Jidi writes them.
    are_of_names: bool,
}

impl Marks {
    fn of(sheet: &Sheet, place: Option<&Place>) -> Self {
        let columns = || 0..sheet.columns.len();
        let is_plain = |row: &SheetRow| {
            columns().any(|column| !row.cells[column].is_empty() && !row.is_quoted(column))
        };
        let is_place = |column: &usize| place.is_some_and(|place| place.uses(*column));
        let mut plain = sheet.column(&["id"]).into_iter().chain(columns().filter(is_place));
        Self {
            are_chosen: sheet.rows.iter().any(is_plain),
            are_of_names: sheet.column(&["id"]).is_some()
                && plain.all(|column| !sheet.is_name_quoted(column)),
        }
    }

    /// Says whether the name of a column stands in them by choice, and so says nothing of its type: it, or
    /// one of the cells that stand in them, does not need to.
    fn has_name(&self, sheet: &Sheet, column: usize) -> bool {
        let is_free = |row: &SheetRow| row.is_quoted(column) && is_plain(&row.cells[column]);
        self.are_of_names
            && sheet.is_name_quoted(column)
            && (is_plain(&sheet.columns[column]) || sheet.rows.iter().any(is_free))
    }

    /// Says whether every cell of a column that holds something stands in them, and others do not.
    fn has_all(&self, sheet: &Sheet, column: usize) -> bool {
        let mut held = sheet.rows.iter().filter(|row| !row.cells[column].is_empty());
        self.are_chosen && held.all(|row| row.is_quoted(column))
    }

    /// The same of a column that holds something.
    fn has_some(&self, sheet: &Sheet, column: usize) -> bool {
        let is_held = sheet.rows.iter().any(|row| !row.cells[column].is_empty());
        is_held && self.has_all(sheet, column)
    }
}

/// Says whether a text could stand in a table without quotation marks, whatever parts its cells.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text.trim().len() == text.len()
        && !text.contains(['"', ',', ';', '\t', '\n', '\r'])
}

/// Says how the cells of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    Text,
    List,
    Number,
    /// As the file says, or as each of its cells is spelt.
    Typed(FieldType),
}

/// Finds how a column is read: as somebody says or as the collection has it, if every cell fits; a
/// workbook says which cells are truths and times; a table of text is read as what its name, its quotation
/// marks and the spelling of all its cells say.
fn reads(
    sheet: &Sheet,
    kind: SheetKind,
    column: usize,
    marks: &Marks,
    types: &ColumnTypes,
) -> Reads {
    let name = sheet.columns[column].as_str();
    let said = sheet.kinds[column];
    let has_said = said == FieldType::Boolean || said.is_time();
    let is_named = !marks.has_name(sheet, column);
    if let Some(wanted) = types.said_of(name).or_else(|| fitting(sheet, column, types)) {
        // What is not turned as it is read is so afterwards.
        return if wanted == said && has_said { Reads::Typed(said) } else { Reads::Text };
    }
    if is_named && is_list(name) || !is_named && !is_list(name) && marks.has_all(sheet, column) {
        Reads::List
    } else if is_named && is_code(name)
        || has_empty_text(sheet, column)
        || marks.has_some(sheet, column)
    {
        Reads::Text
    } else if has_said {
        Reads::Typed(said)
    } else if is_numeric(sheet, column) {
        Reads::Number
    } else if kind == SheetKind::Table {
        let spelt = SPELT.into_iter().find(|one| is_all_spelt(sheet, column, *one));
        spelt.map_or(Reads::Text, Reads::Typed)
    } else {
        Reads::Text
    }
}

/// What the collection has of a column, if every cell is of that.
fn fitting(sheet: &Sheet, column: usize, types: &ColumnTypes) -> Option<FieldType> {
    let kind = types.known_of(&sheet.columns[column])?;
    let fits = |row: &SheetRow| turned(Value::text(&row.cells[column]), kind).is_some();
    sheet.rows.iter().all(fits).then_some(kind)
}

/// Says whether every cell of a column is empty or a value of a type as it would be written again.
fn is_all_spelt(sheet: &Sheet, column: usize, kind: FieldType) -> bool {
    sheet.rows.iter().all(|row| is_spelt(&row.cells[column], kind))
}

impl Reads {
    /// What is said of a column before its cells are seen.
    fn declared(self) -> FieldType {
        if self == Self::List { FieldType::List } else { FieldType::Text }
    }

    fn value(self, sheet: &Sheet, row: &SheetRow, column: usize) -> Value {
        let cell = row.cells[column].as_str();
        match self {
            Self::Text if cell.is_empty() && row.is_quoted(column) => Value::Text("".into()),
            Self::Text => Value::text(without_mark(cell)),
            Self::List if cell.is_empty() && !row.is_quoted(column) => Value::Null,
            Self::List => Value::List(list_text::read(without_mark(cell))),
            Self::Number => number(cell).unwrap_or_else(|| Value::text(cell)),
            Self::Typed(kind) if kind == sheet.kinds[column] => sheet.value(row, column),
            Self::Typed(kind) => Value::text(cell).turned_into(kind).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::LayerKind;
    use super::*;
    use crate::domain::FieldType::{Boolean, Date, DateTime, Integer, List, Real, Text};
    use crate::domain::{Datum, Field, Schema};

    fn layer(text: &str) -> Layer {
        typed(text, &ColumnTypes::default())
    }

    fn typed(text: &str, types: &ColumnTypes) -> Layer {
        let kind = LayerKind::Sheet(SheetKind::Table);
        Layer::read_named(text.as_bytes(), kind, None, types, 99).unwrap()
    }

    #[test]
    fn numbers_are_numbers_and_codes_are_text() {
        let layer = layer(
            "id,n,share,adcode,zip2,mixed,when,经度,纬度\n1,5,0.50,320581,0512,5,2020-01-01,120.75,31.65\n2,,-0,,01,x,,,\n",
        );
        let types: Vec<FieldType> =
            layer.schema.fields().iter().map(|field| field.field_type).collect();
        assert_eq!(types, [Text, Integer, Real, Text, Text, Text, Date]);
        assert_eq!(layer.rows[0].id.as_deref(), Some("1"));
        assert_eq!(layer.rows[0].geometry, Some(geo::Point::new(120.75, 31.65).into()));
        assert_eq!(layer.rows[1].geometry, None);
    }

    #[test]
    fn truths_and_times_are_read_where_each_is_spelt_as_it_would_be_written() {
        let read = layer(
            "a,b,c,d,e\ntrue,2020-10-13T08:00:00Z,2020-10-13,2020-10-13 08:00,TRUE\nfalse,,2020-10-14,,false\n",
        );
        let types: Vec<FieldType> =
            read.schema.fields().iter().map(|field| field.field_type).collect();
        assert_eq!(types, [Boolean, DateTime, Date, Text, Text]);
        assert_eq!(read.rows[1].values[0], Value::Boolean(false));
    }

    #[test]
    fn lists_of_codes_come_back_as_they_are_written() {
        let read = layer(
            "industry_codes,io_sectors,codes\n39;36,085,39;36\n,\"\",\n'-a; b,\"[\"\"x;y\"\"]\",1\n",
        );
        let types: Vec<FieldType> =
            read.schema.fields().iter().map(|field| field.field_type).collect();
        assert_eq!(types, [List, List, Text]);
        let list =
            |items: &[&str]| Value::List(items.iter().map(|&item| item.to_owned()).collect());
        assert_eq!(read.rows[0].values[..2], [list(&["39", "36"]), list(&["085"])]);
        assert_eq!(read.rows[1].values[..2], [Value::Null, list(&[])]);
        assert_eq!(read.rows[2].values[..2], [list(&["-a", "b"]), list(&["x;y"])]);
    }

    fn types_of(read: &Layer) -> Vec<FieldType> {
        read.schema.fields().iter().map(|field| field.field_type).collect()
    }

    #[test]
    fn what_stands_in_quotation_marks_by_choice_is_text() {
        let read = layer("id,n,t,when,mixed\na,5,\"7\",\"2020-10-13\",\"5\"\nb,,,,6\n");
        assert_eq!(types_of(&read), [Text, Integer, Text, Text, Integer]);
        let read = layer("\"n\",\"t\"\n\"5\",\"x\"\n");
        assert_eq!(types_of(&read), [Integer, Text], "all of it says nothing");
    }

    #[test]
    fn a_list_is_told_by_the_marks_of_its_name_and_cells() {
        let list = "id,\"tags\",\"zip\",lon,lat\na,\"39\",5,1,2\nb,\"\",,1,2\nc,,6,1,2\n";
        let read = layer(list);
        assert_eq!(types_of(&read), [Text, List, Integer]);
        assert_eq!(read.rows[0].values[1], Value::List(["39".to_owned()].into()));
        assert_eq!(read.rows[1].values[1], Value::List([].into()));
        assert_eq!(read.rows[2].values[1], Value::Null);
        let others = list.replace("id,", "\"id\",").replace("lon,lat", "\"lon\",\"lat\"");
        assert_eq!(types_of(&layer(&others)), [Text, Text, Text], "names are quoted throughout");
        let needed = "id,\"Name, full\",lon,lat\na,\"Doe, John\",1,2\nb,\"Roe, Jane\",1,2\n";
        assert_eq!(types_of(&layer(needed))[1], Text, "its marks are needed");
        let some = list.replace("\"39\"", "39");
        assert_eq!(types_of(&layer(&some))[1], Text, "not all of its cells are");
    }

    #[test]
    fn types_are_as_somebody_says_and_as_the_collection_has_them_where_all_fits() {
        let said = ColumnTypes::read("tags:list,n:text,zip:integer").unwrap();
        let read = typed("tags,n,zip\na;b,7.10,5\nc,1,x\n", &said);
        assert_eq!(types_of(&read), [List, Text, Integer]);
        assert_eq!(read.rows[0].values[1], Value::Text("7.10".into()));
        assert_eq!((read.rows.len(), read.refused[0].line), (1, 3));
        let fields = [("tags", List), ("n", Text), ("zip", Integer), ("when", Date), ("r", Real)];
        let fields = fields.map(|(name, kind)| Field::new(name, kind, "")).to_vec();
        let known = ColumnTypes::default().with_known(&Schema::new(fields));
        let read = typed("tags,n,zip,when,r\na;b,7.10,5,,1\nc,1,x,2020,2\n", &known);
        assert_eq!(types_of(&read), [List, Text, Text, Integer, Real]);
        assert_eq!(read.refused, []);
    }

    #[test]
    fn an_empty_text_is_none_among_numbers_only_where_every_cell_is_quoted() {
        let text = |text: &str| Value::Text(text.into());
        let read = layer("a,b,c\n5,\"\",\n\"\",\"\",\n");
        assert_eq!(read.rows[1].values, [text(""), text(""), Value::Null]);
        assert_eq!(read.rows[0].values[0], text("5"));
        let read = layer("\"a\",\"b\"\n\"5\",\" x\"\n\"\",\"\"\n");
        assert_eq!(read.rows[0].values, [Value::Integer(5), text(" x")]);
        assert_eq!(read.rows[1].values, [Value::Null, text("")]);
    }

    #[test]
    fn well_known_text_and_other_datums_are_read_and_bad_rows_listed() {
        let text = layer("name\twkt\na\tPOLYGON((0 0,4 0,0 4,0 0))\nb\tPOINT(x)\nc\t\n");
        assert_eq!((text.rows.len(), text.refused[0].line), (2, 3));
        let high = layer("wkt\nPOINT Z (1 2 3)\nPOINT(1 2)\n\"LINESTRING Z(0 0 1,1 1 1)\"\n");
        assert_eq!(high.warnings[0].0, "heights");
        assert!(high.warnings[0].1.en.starts_with("2 features"), "{:?}", high.warnings);
        let shifted = layer("name,lon_gcj02,lat_gcj02\na,121.48,31.23\n'=b,200,0\n");
        assert_eq!(shifted.datum, Some(Datum::Gcj02));
        assert_ne!(shifted.rows[0].geometry, Some(geo::Point::new(121.48, 31.23).into()));
        assert_eq!(shifted.refused[0].line, 3);
        let deep = format!("wkt\n\"{}\"\n", "GEOMETRYCOLLECTION(".repeat(9_000));
        assert_eq!(layer(&deep).refused.len(), 1);
    }
}
