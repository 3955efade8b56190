//! From what is asked for to conditions in SQL: the one place where they are written.
//!
//! Values travel as arguments and are never part of the text. What is held in memory is asked by
//! [`Selection::wants`]; the two must agree, and a test asks both.

use geo::{Geometry, Line, Point, Rect};
use postgres::types::ToSql;
use rstar::{AABB, Envelope as _};

use super::cells::{Ewkb, TimeCell};
use super::failure::Failure;
use super::source::Source;
use super::{filter, known};
use crate::domain::{Bbox, Feature, FieldType, TimeInterval, Value};
use crate::filter::{Budget, Equals, Filter, MAX_STEPS};
use crate::formats::ewkb;
use crate::index::plane::envelopes;
use crate::store::nearest::NearestQuery;
use crate::store::selection::Selection;
use crate::store::store_error::StoreError;
use crate::store::times::TimeField;

/// Joins conditions by *and*, with their arguments.
#[derive(Debug, Default)]
pub(super) struct Condition {
    parts: Vec<String>,
    args: Vec<Box<dyn ToSql + Sync + Send>>,
    /// What has to be held against each feature that is found, for SQL does not say it exactly.
    pub(super) recheck: Option<Filter>,
}

impl Condition {
    /// What a selection asks for.
    pub(super) fn selecting(selection: &Selection, source: &Source) -> Result<Self, Failure> {
        let mut condition = Self::default();
        for equals in &selection.equals {
            condition.equals(equals, source);
        }
        if let Some((interval, field)) = selection.time.zip(TimeField::of(&source.schema)) {
            condition.meets_interval(&interval, field, source);
        }
        if let Some(bbox) = &selection.bbox {
            condition.meets(bbox, source)?;
        }
        condition.filter(selection.filter.as_ref(), source)?;
        Ok(condition)
    }

    fn filter(&mut self, wanted: Option<&Filter>, source: &Source) -> Result<(), Failure> {
        if let Some(wanted) = wanted
            && !filter::add(wanted, source, self)?
        {
            self.recheck = Some(wanted.clone());
        }
        Ok(())
    }

    /// Says whether a feature that was found is wanted.
    pub(super) fn wants(&self, found: &Feature) -> bool {
        self.recheck.as_ref().is_none_or(|filter| filter.matches(found) == Some(true))
    }

    /// The steps that may be taken to hold what is found against the filter, if it has to be.
    pub(super) fn budget(&self) -> Option<Budget> {
        self.recheck.as_ref().map(|filter| Budget::new(filter, MAX_STEPS))
    }

    /// What may be near, wherever it is.
    pub(super) fn near(query: &NearestQuery<'_>, source: &Source) -> Result<Self, Failure> {
        let mut condition = Self::default();
        condition.and(format!("{} IS NOT NULL", source.geometry));
        for equals in query.equals {
            condition.equals(equals, source);
        }
        if let Some(feature) = query.leave_out {
            let id = condition.argument(feature.id.as_str().to_owned());
            condition.and(format!("{} <> {id}::text", source.id));
        }
        condition.filter(query.filter, source)?;
        Ok(condition)
    }

    /// The feature of an id; `None` when there can be none.
    pub(super) fn id(id: &str, source: &Source) -> Option<Self> {
        let mut condition = Self::default();
        let kind = source.key.kind.argument(id).filter(|_| !id.contains('\0'))?;
        let id = condition.argument(id.to_owned());
        condition.and(format!("{} = {id}::text::{kind}", source.key.found_by));
        Some(condition)
    }

    /// A field has a value; a list contains it.
    fn equals(&mut self, equals: &Equals, source: &Source) {
        let column = &source.columns[equals.field()].compared;
        let kind = source.schema.fields()[equals.field()].field_type;
        let part = match equals.wanted() {
            // No text of the database holds it.
            Value::Text(text) if text.contains('\0') => "false".to_owned(),
            Value::Text(text) => {
                let text = self.argument(text.to_string());
                match kind {
                    FieldType::List => format!("{column} @> ARRAY[{text}::text]"),
                    _ => format!("{column} = {text}::text"),
                }
            }
            Value::Integer(number) => format!("{column} = {}::bigint", self.argument(*number)),
            Value::Real(number) => {
                format!("{column} = {}::double precision", self.argument(*number))
            }
            Value::Boolean(is_true) => format!("{column} = {}::boolean", self.argument(*is_true)),
            time @ (Value::Date(_) | Value::DateTime(_)) => {
                format!("{column} = {}", self.time(time))
            }
            Value::Null | Value::List(_) => "false".to_owned(),
        };
        self.and(part);
    }

    /// Meets an interval of time; what is of no known time does, too.
    fn meets_interval(&mut self, interval: &TimeInterval, field: TimeField, source: &Source) {
        let column = &source.columns[field.place()].compared;
        let kind = source.schema.fields()[field.place()].field_type;
        let mut ways = vec![known::is_null(column, kind)];
        let ends = field.ends(interval).into_iter().zip([">=", "<="]);
        let mut within = Vec::new();
        for (end, sign) in ends {
            let end = end.and_then(|end| self.value(&end));
            within.extend(end.map(|end| format!("{column} {sign} {end}")));
        }
        if within.is_empty() {
            return; // open at both ends
        }
        ways.push(format!("({})", within.join(" AND ")));
        self.and(format!("({})", ways.join(" OR ")));
    }

    /// A day or an instant as an argument.
    pub(super) fn time(&mut self, value: &Value) -> String {
        let kind = if matches!(value, Value::Date(_)) { "date" } else { "timestamptz" };
        format!("{}::{kind}", self.argument(TimeCell(value.clone())))
    }

    /// Meets a box; what has no geometry does, too.
    pub(super) fn meets(&mut self, bbox: &Bbox, source: &Source) -> Result<(), Failure> {
        let geometry = &source.geometry;
        let mut ways = vec![format!("{geometry} IS NULL")];
        for envelope in envelopes(bbox) {
            let bytes = ewkb::write(&shape(&envelope));
            let bytes = bytes.map_err(|error| StoreError::Other(error.to_string()))?;
            let area = self.argument(Ewkb(bytes));
            ways.push(format!("ST_Intersects({geometry}, {area}::geometry)"));
        }
        self.and(format!("({})", ways.join(" OR ")));
        Ok(())
    }

    /// Adds a condition.
    pub(super) fn and(&mut self, part: String) {
        self.parts.push(part);
    }

    /// Adds a condition, if there is one.
    pub(super) fn and_all(&mut self, part: Option<String>) {
        self.parts.extend(part);
    }

    /// How many arguments there are.
    pub(super) fn arguments(&self) -> usize {
        self.args.len()
    }

    /// Forgets the arguments beyond so many.
    pub(super) fn keep_arguments(&mut self, count: usize) {
        self.args.truncate(count);
    }

    /// Adds an argument, and gives its name.
    pub(super) fn argument(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.args.push(Box::new(value));
        format!("${}", self.args.len())
    }

    /// All of it as SQL says it: nothing, or ` WHERE …`.
    pub(super) fn clause(&self) -> String {
        if self.parts.is_empty() {
            return String::new();
        }
        format!(" WHERE {}", self.parts.join(" AND "))
    }

    pub(super) fn args(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.args.iter().map(|one| &**one as &(dyn ToSql + Sync)).collect()
    }
}

/// A box without a width or a height is a line or a point, which the database does not take for an
/// area.
fn shape(envelope: &AABB<[f64; 2]>) -> Geometry<f64> {
    let (low, high) = (Point::from(envelope.lower()), Point::from(envelope.upper()));
    if low == high {
        low.into()
    } else if envelope.area() == 0.0 {
        geo::LineString::from(Line::new(low, high)).into()
    } else {
        Rect::new(low, high).to_polygon().into()
    }
}
