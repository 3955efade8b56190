//! Features put together to a layer: what the columns hold, where the positions are.

use std::collections::HashMap;

use geo::{Coord, CoordsIter, Geometry, MapCoords, MapCoordsInPlace, coord};

use super::column::{Column, fit};
use super::limits::Held;
use super::{InvalidLayer, Layer, LayerRow};
use crate::domain::timestamp::read_day;
use crate::domain::{
    Crs, Datum, Field, FieldType, LonLat, RegisteredCrs, Remark, Schema, Timestamp, Value, wound,
};
use crate::formats::heights;
use crate::formats::sheet::{RefusedRow, beginning, check_size};

/// Gathers the features of a layer as a reader finds them.
pub(super) struct Collector {
    layer: Layer,
    columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    /// The column behind the one that was last found: features mostly name theirs in one order.
    likely: usize,
    crs: Crs,
    /// The same where the file names one with the order of its axes.
    registered: Option<RegisteredCrs>,
    most_rows: usize,
    held: Held,
    /// How many features had heights or measures.
    with_heights: usize,
    empty: usize,
    /// How many instants had no zone.
    without_zone: usize,
}

/// Holds a feature as a reader finds it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub line: u64,
    pub id: Option<String>,
    /// In the system of the file.
    pub geometry: Option<Geometry<f64>>,
    /// Values with the numbers of their columns; a column that is not there is null.
    pub values: Vec<(usize, Value)>,
}

impl Collector {
    pub(super) fn new(kind: &'static str, length: usize, most_rows: usize) -> Self {
        let layer = Layer {
            name: String::new(),
            schema: Schema::default(),
            rows: Vec::new(),
            refused: Vec::new(),
            kind,
            datum: None,
            has_place: true,
            warnings: Vec::new(),
        };
        Self {
            layer,
            columns: Vec::new(),
            by_name: HashMap::new(),
            likely: 0,
            crs: Crs::default(),
            registered: None,
            most_rows,
            held: Held::of(length),
            with_heights: 0,
            empty: 0,
            without_zone: 0,
        }
    }

    pub(super) fn set_name(&mut self, name: impl Into<String>) {
        self.layer.name = name.into();
    }

    /// Says what the numbers of the geometries are.
    pub(super) fn set_crs(&mut self, crs: Crs) {
        self.crs = crs;
    }

    /// Takes a system whose numbers come in the order of the register; false where another one was named
    /// before.
    pub(super) fn set_registered(&mut self, crs: RegisteredCrs) -> bool {
        let is_same = self.registered.is_none_or(|before| before == crs);
        if is_same {
            self.registered = Some(crs);
            self.crs = crs.crs();
        }
        is_same
    }

    /// Takes the datum that the file names for its degrees.
    pub(super) fn set_datum(&mut self, datum: Datum) {
        self.crs = Crs::Degrees(datum);
        self.layer.datum = Some(datum);
    }

    /// Notes that nothing in the file is for positions.
    pub(super) fn has_no_place(&mut self) {
        self.layer.has_place = false;
    }

    /// Notes that the heights or measures of a feature were left aside.
    pub(super) fn note_heights(&mut self) {
        self.with_heights += 1;
    }

    /// Reads a day or an instant that its column says it is; what is neither stays text, and a clock
    /// without a zone is taken as UTC.
    pub(super) fn time(&mut self, text: &str) -> Value {
        if let Some(day) = read_day(text) {
            return Value::Date(day);
        }
        match Timestamp::read(text) {
            Some((at, has_zone)) => {
                self.note_zone(has_zone);
                Value::DateTime(at)
            }
            None => Value::Text(text.into()),
        }
    }

    /// Notes whether an instant has a zone.
    pub(super) fn note_zone(&mut self, has_zone: bool) {
        self.without_zone += usize::from(!has_zone);
    }

    /// Says something about the file under a code.
    pub(super) fn warn(
        &mut self,
        code: &'static str,
        en: impl Into<String>,
        zh: impl Into<String>,
    ) {
        self.layer.warnings.push((code, Remark::new(en, zh)));
    }

    /// Says that a column of bytes was left out.
    pub(super) fn warn_of_bytes(&mut self, column: &str) {
        self.warn(
            "bytes",
            format!("The column {column} holds bytes and was left out."),
            format!("列 {column} 为二进制数据，未读取。"),
        );
    }

    /// Finds a column by its name, or adds it.
    pub(super) fn column(&mut self, name: &str) -> Result<usize, InvalidLayer> {
        let is_likely = self.columns.get(self.likely).is_some_and(|column| column.name == name);
        let known = if is_likely { Some(self.likely) } else { self.by_name.get(name).copied() };
        let number = known.map_or_else(|| self.add_column(name, None), Ok)?;
        self.likely = if number + 1 < self.columns.len() { number + 1 } else { 0 };
        Ok(number)
    }

    /// Adds a column whose type the file says; the second of one name gets a number behind it.
    pub(super) fn declare(
        &mut self,
        name: &str,
        field_type: FieldType,
    ) -> Result<usize, InvalidLayer> {
        let is_taken = |name: &String| self.by_name.contains_key(name);
        let others = (2_u32..).map(|number| format!("{name}_{number}"));
        let free = std::iter::once(name.to_owned()).chain(others).find(|name| !is_taken(name));
        self.add_column(&free.unwrap_or_default(), Some(field_type))
    }

    /// Takes the type that a member of the file tells of a column, which is added if it is not there; of
    /// two, the first.
    pub(super) fn tell(&mut self, name: &str, field_type: FieldType) -> Result<(), InvalidLayer> {
        let number = self.column(name)?;
        self.columns[number].told.get_or_insert(field_type);
        Ok(())
    }

    /// Says whether all values of a column so far may be days or instants that are written as text.
    pub(super) fn may_be_time(&self, number: usize) -> bool {
        self.columns[number].may_be_time()
    }

    fn add_column(
        &mut self,
        name: &str,
        declared: Option<FieldType>,
    ) -> Result<usize, InvalidLayer> {
        check_size(0, self.columns.len() + 1, 0)?;
        let number = self.columns.len();
        self.by_name.insert(name.to_owned(), number);
        self.columns.push(Column::new(name, declared));
        Ok(number)
    }

    /// Adds a feature.
    pub(super) fn add(&mut self, found: Found) -> Result<(), InvalidLayer> {
        let mut values = vec![Value::Null; self.columns.len()];
        let mut bytes = size_of::<LayerRow>() + values.len() * size_of::<Value>();
        for (number, value) in found.values {
            bytes += weight(&value);
            self.columns[number].seen.note(&value);
            values[number] = value;
        }
        let geometry = found.geometry.filter(|shape| {
            bytes += shape.coords_count() * size_of::<Coord<f64>>();
            let is_empty = shape.coords_iter().next().is_none();
            self.empty += usize::from(is_empty);
            !is_empty
        });
        self.held.add(bytes)?;
        self.layer.rows.push(LayerRow { line: found.line, id: found.id, geometry, values });
        check_size(self.layer.rows.len(), self.columns.len(), self.most_rows)?;
        Ok(())
    }

    /// Lists a feature that cannot be read.
    pub(super) fn refuse(
        &mut self,
        line: u64,
        value: &str,
        reason: impl Into<String>,
    ) -> Result<(), InvalidLayer> {
        let refused = RefusedRow { line, value: beginning(value.trim()), reason: reason.into() };
        self.layer.refused.push(refused);
        check_size(self.layer.refused.len(), 0, self.most_rows)?;
        Ok(())
    }

    /// Completes the layer: every row has every column, every column one type, every position is in
    /// WGS 84.
    pub(super) fn finish(mut self) -> Layer {
        let types: Vec<FieldType> = self.columns.iter().map(Column::field_type).collect();
        let id_column = self.by_name.get("id").copied();
        let crs = self.crs;
        let is_north_first = self.registered.is_some_and(RegisteredCrs::is_north_first);
        let refused = &mut self.layer.refused;
        self.layer.rows.retain_mut(|row| {
            row.values.resize(types.len(), Value::Null);
            if let Some(mut geometry) = row.geometry.take() {
                if is_north_first {
                    geometry.map_coords_in_place(|at| coord! { x: at.y, y: at.x });
                }
                match in_wgs84(geometry, crs) {
                    Ok(geometry) => row.geometry = Some(geometry),
                    Err((value, reason)) => {
                        refused.push(RefusedRow { line: row.line, value, reason });
                        return false;
                    }
                }
            }
            for (value, field_type) in row.values.iter_mut().zip(&types) {
                fit(value, *field_type);
            }
            if row.id.is_none() {
                row.id = id_column.and_then(|number| as_id(&row.values[number]));
            }
            true
        });
        self.layer.refused.sort_by_key(|row| row.line);
        let fields = self.columns.iter().zip(types);
        let fields = fields.map(|(column, kind)| Field::new(&column.name, kind, "")).collect();
        self.layer.schema = Schema::new(fields);
        self.add_warnings();
        self.layer
    }

    fn add_warnings(&mut self) {
        if self.with_heights > 0 {
            let said = heights::left_aside(self.with_heights);
            self.warn("heights", said.en, said.zh);
        }
        if self.without_zone > 0 {
            let count = self.without_zone;
            self.warn(
                "no_time_zone",
                format!("{count} times have no zone and were taken as UTC."),
                format!("{count} 个时间没有时区，按 UTC 处理。"),
            );
        }
        if self.empty > 0 {
            let count = self.empty;
            self.warn(
                "empty_geometry",
                format!("{count} features have an empty geometry, which was read as none."),
                format!("{count} 个要素的几何为空，按无几何处理。"),
            );
        }
        match self.crs {
            Crs::Degrees(Datum::Wgs84) => {}
            Crs::Degrees(Datum::Cgcs2000) => self.warn(
                "datum",
                "The positions are in CGCS 2000, which is WGS 84 to less than a metre.",
                "坐标为 CGCS 2000，与 WGS 84 相差不到一米。",
            ),
            Crs::Degrees(datum) => self.warn(
                "datum",
                format!("The positions were turned from {} into WGS 84.", datum.title()),
                format!("坐标已由 {} 转换为 WGS 84。", datum.title()),
            ),
            Crs::WebMercator | Crs::TransverseMercator(_) => self.warn(
                "projection",
                "The positions were turned from metres of a projection into longitude and latitude.",
                "坐标已由投影坐标（米）转换为经纬度。",
            ),
        }
    }
}

/// The id that a value says.
fn as_id(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) if !text.is_empty() => Some(text.to_string()),
        Value::Integer(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What a value takes in memory beside its place.
fn weight(value: &Value) -> usize {
    match value {
        Value::Text(text) => text.len(),
        Value::List(items) => items.iter().map(|item| item.len() + size_of::<String>()).sum(),
        _ => 0,
    }
}

/// Turns every position of a geometry into WGS 84, or says which of them is no place.
fn turned(geometry: &Geometry<f64>, crs: Crs) -> Result<Geometry<f64>, (String, String)> {
    let after = geometry.map_coords(|at| Coord::from(crs.to_wgs84(at.x, at.y)));
    let pairs = geometry.coords_iter().zip(after.coords_iter());
    let lost = pairs.into_iter().find(|(_, at)| !(at.x.is_finite() && at.y.is_finite()));
    match lost {
        None => Ok(after),
        Some((at, _)) => {
            let reason = "no place of the projection that the file names".to_owned();
            Err((format!("({}, {})", at.x, at.y), reason))
        }
    }
}

/// Turns a geometry into WGS 84, or says which of its positions is none.
fn in_wgs84(geometry: Geometry<f64>, crs: Crs) -> Result<Geometry<f64>, (String, String)> {
    let is_plain = matches!(crs, Crs::Degrees(Datum::Wgs84 | Datum::Cgcs2000));
    let geometry = if is_plain { geometry } else { turned(&geometry, crs)? };
    let outside = geometry.coords_iter().find_map(|at| LonLat::from_degrees(at.x, at.y).err());
    match outside {
        None => Ok(wound(geometry)),
        Some(refused) => Err((format!("({}, {})", refused.lon, refused.lat), refused.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use FieldType::{Integer, List, Real, Text};

    use super::*;

    fn layer(columns: &[&[Value]]) -> Layer {
        let mut all = Collector::new("test", 0, usize::MAX);
        for number in 0..columns.len() {
            all.column(&format!("c{number}")).unwrap();
        }
        for row in 0..columns[0].len() {
            let values = columns.iter().map(|column| column[row].clone()).enumerate().collect();
            all.add(Found { line: row as u64 + 1, values, ..Found::default() }).unwrap();
        }
        all.finish()
    }

    #[test]
    fn a_column_is_of_the_one_type_that_loses_nothing() {
        let (one, half) = (Value::Integer(1), Value::Real(0.5));
        let large = Value::Integer(i64::MAX);
        let list = Value::List(vec!["a\"".into(), "b".into()].into());
        let read = layer(&[
            &[Value::Null, one.clone()],
            &[one.clone(), half.clone()],
            &[large.clone(), half.clone()],
            &[large, one.clone()],
            &[list.clone(), Value::Null],
            &[list, one],
            &[half, Value::Text("x".into())],
        ]);
        let types: Vec<FieldType> =
            read.schema.fields().iter().map(|field| field.field_type).collect();
        assert_eq!(types, [Integer, Real, Text, Integer, List, Text, Text]);
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(read.rows[0].values[1], Value::Real(1.0));
        assert_eq!(read.rows[0].values[2], text("9223372036854775807"));
        assert_eq!(read.rows[0].values[5], text(r#"["a\"","b"]"#));
        assert_eq!(read.rows[0].values[6], text("0.5"));
    }

    #[test]
    fn truths_and_times_are_of_their_types_and_text_where_they_are_mixed() {
        let mut all = Collector::new("test", 0, usize::MAX);
        let times = ["2020-10-13", "2020-10-13T08:00:00+08:00", "2020-10-13 08:00", "yesterday"];
        let [day, zoned, plain, other] = times.map(|text| all.time(text));
        assert_eq!(other, Value::Text("yesterday".into()));
        let is = Value::Boolean(true);
        let read = layer(&[
            &[is.clone(), Value::Null],
            &[day.clone(), Value::Null],
            &[zoned.clone(), plain],
            &[day, zoned],
            &[is, Value::Integer(1)],
        ]);
        let types: Vec<FieldType> =
            read.schema.fields().iter().map(|field| field.field_type).collect();
        assert_eq!(types, [FieldType::Boolean, FieldType::Date, FieldType::DateTime, Text, Text]);
        assert_eq!(read.rows[1].values[3], Value::Text("2020-10-13T00:00:00Z".into()));
        assert_eq!(read.rows[0].values[4], Value::Text("true".into()));
        assert!(all.finish().warnings[0].1.en.starts_with("1 times have no zone"));
    }

    #[test]
    fn what_is_no_position_is_refused_with_its_line_and_the_rest_is_kept() {
        let mut all = Collector::new("test", 0, 3);
        for (line, x) in [(1, 10.0), (2, 200.0), (3, 20.0)] {
            let geometry = Some(geo::Point::new(x, 30.0).into());
            all.add(Found { line, geometry, ..Found::default() }).unwrap();
        }
        assert!(all.add(Found::default()).is_err(), "more rows than are taken");
        let read = all.finish();
        let lines: Vec<u64> = read.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 3, 0]);
        assert_eq!(read.refused[0].line, 2);
        assert!(read.refused[0].reason.contains("200"));
    }

    #[test]
    fn a_small_file_that_holds_too_much_is_refused() {
        let mut all = Collector::new("test", 0, usize::MAX);
        all.column("text").unwrap();
        let text = "x".repeat(1024 * 1024);
        let add = |all: &mut Collector| {
            all.add(Found { values: vec![(0, Value::text(&text))], ..Found::default() })
        };
        let refused = (0..600).find_map(|_| add(&mut all).err());
        assert!(matches!(refused, Some(InvalidLayer::TooLarge(_))));
    }
}
