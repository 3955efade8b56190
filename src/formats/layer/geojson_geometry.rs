//! Geometries of GeoJSON (RFC 7946, 3.1), read number by number.

use std::borrow::Cow;
use std::fmt;

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Point, Polygon};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::limits::MOST_NESTED;

/// The members of a geometry.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow)]
    geometries: Option<Vec<&'a RawValue>>,
}

/// Reads a geometry, and says whether heights were left aside.
pub(super) fn read(text: &str) -> Result<(Geometry<f64>, bool), String> {
    let mut has_heights = false;
    let geometry = read_nested(text, &mut has_heights, 0)?;
    Ok((geometry, has_heights))
}

fn read_nested(text: &str, heights: &mut bool, depth: usize) -> Result<Geometry<f64>, String> {
    if depth > MOST_NESTED {
        return Err(format!("its geometries stand more than {MOST_NESTED} deep in one another"));
    }
    let members: Members<'_> =
        serde_json::from_str(text).map_err(|error| format!("no geometry: {error}"))?;
    if members.kind == "GeometryCollection" {
        let parts = members.geometries.ok_or("a GeometryCollection has `geometries`")?;
        let parts = parts.into_iter().map(|part| read_nested(part.get(), heights, depth + 1));
        return Ok(Geometry::GeometryCollection(GeometryCollection(
            parts.collect::<Result<_, _>>()?,
        )));
    }
    let coordinates =
        members.coordinates.ok_or_else(|| format!("a {} has `coordinates`", members.kind))?.get();
    Ok(match &*members.kind {
        "Point" => match numbers::<Option<Position>>(coordinates)? {
            Some(position) => Point(position.at(heights)?).into(),
            None => MultiPoint(Vec::new()).into(), // an empty one has no numbers
        },
        "MultiPoint" => {
            let points = line(numbers(coordinates)?, heights)?.0.into_iter().map(Point);
            MultiPoint(points.collect()).into()
        }
        "LineString" => line(numbers(coordinates)?, heights)?.into(),
        "MultiLineString" => MultiLineString(lines(numbers(coordinates)?, heights)?).into(),
        "Polygon" => polygon(numbers(coordinates)?, heights)?.into(),
        "MultiPolygon" => {
            let polygons: Vec<Vec<Vec<Position>>> = numbers(coordinates)?;
            let polygons = polygons.into_iter().map(|rings| polygon(rings, heights));
            MultiPolygon(polygons.collect::<Result<_, _>>()?).into()
        }
        other => return Err(format!("`{other}` is no kind of geometry")),
    })
}

fn numbers<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| format!("its coordinates are refused: {error}"))
}

fn line(positions: Vec<Position>, heights: &mut bool) -> Result<LineString<f64>, String> {
    let line = positions.into_iter().map(|position| position.at(heights));
    Ok(LineString(line.collect::<Result<_, _>>()?))
}

fn lines(lines: Vec<Vec<Position>>, heights: &mut bool) -> Result<Vec<LineString<f64>>, String> {
    lines.into_iter().map(|positions| line(positions, heights)).collect()
}

fn polygon(rings: Vec<Vec<Position>>, heights: &mut bool) -> Result<Polygon<f64>, String> {
    let mut rings = lines(rings, heights)?.into_iter();
    let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(outer, rings.collect()))
}

/// Holds one position: two numbers, and how many more there were.
#[derive(Debug)]
struct Position {
    at: Coord<f64>,
    count: usize,
}

impl Position {
    fn at(self, heights: &mut bool) -> Result<Coord<f64>, String> {
        *heights |= self.count > 2;
        if self.count < 2 {
            return Err("a position has two numbers: longitude, latitude".to_owned());
        }
        Ok(self.at)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_seq(Numbers)
    }
}

struct Numbers;

impl<'de> Visitor<'de> for Numbers {
    type Value = Position;

    fn expecting(&self, words: &mut fmt::Formatter<'_>) -> fmt::Result {
        words.write_str("a position of two numbers: longitude, latitude")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Position, A::Error> {
        let (mut at, mut count) = (Coord { x: 0.0, y: 0.0 }, 0);
        if let Some(x) = numbers.next_element()? {
            at.x = x;
            count = 1;
            if let Some(y) = numbers.next_element()? {
                at.y = y;
                count = 2;
                while numbers.next_element::<IgnoredAny>()?.is_some() {
                    count += 1;
                }
            }
        }
        Ok(Position { at, count })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_to_the_last_digit_and_heights_are_told() {
        let (point, heights) =
            read(r#"{"type":"Point","coordinates":[120.73999999999998,-0.0,7]}"#).unwrap();
        assert_eq!(point, Point::new(120.739_999_999_999_98, -0.0).into());
        assert!(heights);
        let (area, heights) = read(
            r#"{"coordinates":[[[0,0],[4,0],[0,4],[0,0]],[[1,1],[1,2],[2,1],[1,1]]],"type":"Polygon"}"#,
        )
        .unwrap();
        let Geometry::Polygon(area) = area else { panic!("{area:?}") };
        assert_eq!((area.exterior().0.len(), area.interiors().len(), heights), (4, 1, false));
        let text = r#"{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2]]}]}"#;
        assert!(matches!(read(text).unwrap().0, Geometry::GeometryCollection(_)));
    }

    #[test]
    fn what_is_none_is_refused_with_a_reason() {
        for (text, words) in [
            (r#"{"type":"Circle","coordinates":[1,2]}"#, "`Circle` is no kind"),
            (r#"{"type":"Point"}"#, "has `coordinates`"),
            (r#"{"type":"Point","coordinates":[1]}"#, "two numbers"),
            (r#"{"type":"Point","coordinates":["1","2"]}"#, "coordinates are refused"),
            (r#"{"coordinates":[1,2]}"#, "no geometry"),
        ] {
            let refused = read(text).unwrap_err();
            assert!(refused.contains(words), "{refused}");
        }
        let (open, close) = (r#"{"type":"GeometryCollection","geometries":["#, "]}");
        let deep = format!("{}{}", open.repeat(50), close.repeat(50));
        assert!(read(&deep).unwrap_err().contains("more than 32"));
    }
}
