//! CQL2 JSON, every refusal with the path to what is wrong.

use geo::{CoordsIter, Geometry};
use serde_json::{Map, Value as Json};

use super::parser::{bbox_of, date, end, timestamp};
use super::words::{did_you_mean, shown};
use super::{InvalidCql2, MAX_BYTES, Meter, checked, wrong_count};
use crate::domain::{Expression, Literal, Operator, RegisteredCrs};

/// Reads a condition; its geometries are in the given reference system.
///
/// # Errors
///
/// [`InvalidCql2`] with the path to the first part that cannot stand where it does.
pub fn read(text: &str, crs: RegisteredCrs) -> Result<Expression, InvalidCql2> {
    if text.len() > MAX_BYTES {
        return Err(InvalidCql2::TooLong(text.len()));
    }
    let json: Json = serde_json::from_str(text).map_err(|error| InvalidCql2::Json {
        at: format!("line {}, column {}", error.line(), error.column()),
        what: format!("no JSON: {error}"),
    })?;
    Reader { meter: Meter::default(), path: vec!["$".to_owned()], crs }.part(&json)
}

struct Reader {
    meter: Meter,
    path: Vec<String>,
    crs: RegisteredCrs,
}

type Read<T> = Result<T, InvalidCql2>;

impl Reader {
    fn refused(&self, what: impl Into<String>) -> InvalidCql2 {
        InvalidCql2::Json { at: self.path.concat(), what: what.into() }
    }

    /// Reads what stands one step further along the path.
    fn at<T>(&mut self, step: String, read: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        self.path.push(step);
        self.meter.enter().map_err(|what| self.refused(what))?;
        let read = read(self)?;
        self.meter.leave();
        self.path.pop();
        Ok(read)
    }

    fn parts(&mut self, values: &[Json]) -> Read<Vec<Expression>> {
        let numbered = values.iter().enumerate();
        numbered.map(|(n, json)| self.at(format!("[{n}]"), |here| here.part(json))).collect()
    }

    fn part(&mut self, json: &Json) -> Read<Expression> {
        self.meter.node().map_err(|what| self.refused(what))?;
        let literal = match json {
            Json::Bool(value) => Literal::Boolean(*value),
            Json::String(text) => Literal::Text(text.clone()),
            Json::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => Literal::Integer(whole),
                (None, Some(number)) if number.is_finite() => Literal::Real(number),
                _ => return Err(self.refused(format!("the number {number} is too large"))),
            },
            Json::Array(values) => return self.parts(values).map(Expression::Array),
            Json::Object(members) => return self.object(members),
            Json::Null => {
                return Err(self.refused("null is no value: write {\"op\": \"isNull\", …}"));
            }
        };
        Ok(Expression::Literal(literal))
    }

    fn object(&mut self, members: &Map<String, Json>) -> Read<Expression> {
        if let Some(operator) = members.get("op") {
            return self.call(operator, members);
        }
        if members.contains_key("type") {
            return self.geometry(members);
        }
        let (Some((key, value)), 1) = (members.iter().next(), members.len()) else {
            let what = "an object is {\"op\", \"args\"}, a GeoJSON geometry, or has one of property, date, timestamp, interval, bbox";
            return Err(self.refused(what));
        };
        let text = || value.as_str().ok_or_else(|| self.refused(format!("`{key}` is no text")));
        let instant = |read: Result<Literal, String>| {
            read.map(Expression::Literal).map_err(|what| self.refused(what))
        };
        match key.as_str() {
            "property" => Ok(Expression::Property(text()?.to_owned())),
            "date" => instant(date(text()?)),
            "timestamp" => instant(timestamp(text()?)),
            "interval" => self.interval(value),
            "bbox" => self.bbox(value),
            other => {
                let known = ["op", "property", "date", "timestamp", "interval", "bbox", "type"];
                let meant = did_you_mean(other, &known);
                Err(self.refused(format!("`{}` has no meaning in CQL2{meant}", shown(other))))
            }
        }
    }

    fn call(&mut self, operator: &Json, members: &Map<String, Json>) -> Read<Expression> {
        let name = operator.as_str().ok_or_else(|| self.refused("`op` is no text"))?;
        let Some(operator) = Operator::named(name) else {
            let known: Vec<&str> = Operator::ALL.iter().map(|operator| operator.name()).collect();
            let meant = did_you_mean(name, &known);
            return Err(self.refused(format!("there is no operator `{}`{meant}", shown(name))));
        };
        if let Some(other) = members.keys().find(|key| !["op", "args"].contains(&key.as_str())) {
            return Err(self.refused(format!("`{}` has no meaning beside `op`", shown(other))));
        }
        let Some(Json::Array(values)) = members.get("args") else {
            return Err(self.refused("`args` must be there, an array"));
        };
        let arguments = self.at(".args".to_owned(), |here| here.parts(values))?;
        if !operator.accepts(arguments.len()) {
            return Err(self.refused(wrong_count(operator, arguments.len())));
        }
        let is_empty = |list: &Expression| *list == Expression::Array(Vec::new());
        if operator == Operator::In && arguments.last().is_some_and(is_empty) {
            return Err(self.refused("`in` needs a value at least"));
        }
        Ok(Expression::Call(operator, arguments))
    }

    fn interval(&mut self, json: &Json) -> Read<Expression> {
        let Some([start, finish]) = json.as_array().map(Vec::as_slice) else {
            return Err(self.refused("an interval is an array of two ends"));
        };
        let mut read = |json: &Json, step: &str| {
            self.at(step.to_owned(), |here| match json {
                Json::String(text) => end(text).map_err(|what| here.refused(what)),
                other => here.part(other).map(Some),
            })
        };
        let ends = [read(start, ".interval[0]")?, read(finish, ".interval[1]")?];
        Ok(Expression::Interval(Box::new(ends)))
    }

    fn bbox(&mut self, json: &Json) -> Read<Expression> {
        let edges = json.as_array().and_then(|edges| edges.iter().map(Json::as_f64).collect());
        let edges: Vec<f64> = edges.ok_or_else(|| self.refused("a box is an array of numbers"))?;
        let read = bbox_of(&edges, self.crs).map_err(|what| self.refused(what))?;
        Ok(Expression::Literal(read))
    }

    fn geometry(&mut self, members: &Map<String, Json>) -> Read<Expression> {
        let read = serde_json::from_value::<geojson::Geometry>(Json::Object(members.clone()))
            .map_err(|error| error.to_string())
            .and_then(|geometry| Geometry::try_from(geometry).map_err(|error| error.to_string()));
        let geometry = read.map_err(|what| self.refused(what))?;
        if geometry.coords_count() == 0 {
            return Err(self.refused("an empty geometry meets nothing"));
        }
        self.meter.vertices(geometry.coords_count()).map_err(|what| self.refused(what))?;
        let geometry = checked(&geometry, self.crs).map_err(|what| self.refused(what))?;
        Ok(Expression::Literal(Literal::Geometry(geometry)))
    }
}
