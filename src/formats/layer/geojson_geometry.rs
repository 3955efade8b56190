//! Geometries of GeoJSON (RFC 7946, 3.1), read number by number.

use std::borrow::Cow;
use std::fmt;

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Point, Polygon};
use serde::de::{IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::limits::MOST_NESTED;

/// The members of a geometry; what is null is there, and empty.
#[derive(Deserialize)]
struct Members<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow, default, deserialize_with = "there")]
    coordinates: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "there")]
    geometries: Option<&'a RawValue>,
}

fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(json: D) -> Result<Option<T>, D::Error> {
    T::deserialize(json).map(Some)
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
        let parts: Vec<&RawValue> = listed(parts.get(), "geometries")?;
        let parts = parts.into_iter().map(|part| read_nested(part.get(), heights, depth + 1));
        return Ok(Geometry::GeometryCollection(GeometryCollection(
            parts.collect::<Result<_, _>>()?,
        )));
    }
    let coordinates =
        members.coordinates.ok_or_else(|| format!("a {} has `coordinates`", members.kind))?.get();
    Ok(match &*members.kind {
        "Point" => {
            let position: Position = numbers(coordinates)?;
            if position.is_empty() {
                MultiPoint(Vec::new()).into() // a point has a position
            } else {
                Point(position.at(heights)?).into()
            }
        }
        "MultiPoint" => {
            let mut positions: Vec<Position> = numbers(coordinates)?;
            positions.retain(|position| !position.is_empty());
            let points = line(positions, heights)?.0.into_iter().map(Point);
            MultiPoint(points.collect()).into()
        }
        "LineString" => line(numbers(coordinates)?, heights)?.into(),
        "MultiLineString" => MultiLineString(lines(numbers(coordinates)?, heights)?).into(),
        "Polygon" => polygon(numbers(coordinates)?, heights)?.into(),
        "MultiPolygon" => {
            let mut polygons: Vec<Vec<Vec<Position>>> = numbers(coordinates)?;
            polygons.retain(|rings| rings.iter().any(|ring| !ring.is_empty()));
            let polygons = polygons.into_iter().map(|rings| polygon(rings, heights));
            MultiPolygon(polygons.collect::<Result<_, _>>()?).into()
        }
        other => return Err(format!("`{other}` is no kind of geometry")),
    })
}

fn numbers<'a, T: Deserialize<'a> + Default>(text: &'a str) -> Result<T, String> {
    listed(text, "coordinates")
}

/// Reads what a member lists; null is nothing.
fn listed<'a, T: Deserialize<'a> + Default>(text: &'a str, member: &str) -> Result<T, String> {
    let listed: Result<Option<T>, _> = serde_json::from_str(text);
    let listed = listed.map_err(|error| format!("its {member} are refused: {error}"))?;
    Ok(listed.unwrap_or_default())
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
#[derive(Debug, Default)]
struct Position {
    at: Coord<f64>,
    count: usize,
}

impl Position {
    /// Says whether it has no numbers, as that of an empty point.
    fn is_empty(&self) -> bool {
        self.count == 0
    }

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
    use geo::CoordsIter;

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
    fn empty_geometries_are_read_as_gdal_and_shapely_write_them() {
        for (kind, nothing) in [
            ("Point", "[ ]"),
            ("Point", "null"),
            ("LineString", "[ ]"),
            ("Polygon", "[ ]"),
            ("Polygon", "[[]]"),
            ("MultiPoint", "[ ]"),
            ("MultiPoint", "[[]]"),
            ("MultiLineString", "[ ]"),
            ("MultiLineString", "[[]]"),
            ("MultiPolygon", "[ ]"),
            ("MultiPolygon", "[[], [[]]]"),
        ] {
            let text = format!(r#"{{ "type": "{kind}", "coordinates": {nothing} }}"#);
            let (geometry, _) = read(&text).unwrap_or_else(|reason| panic!("{text}: {reason}"));
            assert_eq!(geometry.coords_iter().next(), None, "{text}");
        }
        for text in [
            r#"{ "type": "GeometryCollection", "geometries": null }"#,
            r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[]}]}"#,
        ] {
            assert_eq!(read(text).unwrap().0.coords_iter().next(), None, "{text}");
        }
        let (parts, _) =
            read(r#"{"type":"MultiPolygon","coordinates":[[],[[[0,0],[1,0],[1,1],[0,0]]]]}"#)
                .unwrap();
        assert!(matches!(parts, Geometry::MultiPolygon(parts) if parts.0.len() == 1));
    }

    #[test]
    fn what_is_none_is_refused_with_a_reason() {
        for (text, words) in [
            (r#"{"type":"Circle","coordinates":[1,2]}"#, "`Circle` is no kind"),
            (r#"{"type":"Point"}"#, "has `coordinates`"),
            (r#"{"type":"GeometryCollection"}"#, "has `geometries`"),
            (r#"{"type":"LineString","coordinates":[[]]}"#, "two numbers"),
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
