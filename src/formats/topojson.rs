//! TopoJSON: areas that share their borders, read only.
//!
//! The format is that of the TopoJSON specification 1.0 (Bostock & Metcalf).

use geo::orient::Direction;
use geo::{Coord, LineString, MultiPolygon, Orient, Polygon};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Holds a topology as it is written.
#[derive(Debug, Deserialize)]
pub struct Topology {
    transform: Option<Transform>,
    arcs: Vec<Vec<[f64; 2]>>,
    objects: BTreeMap<String, Object>,
}

#[derive(Debug, Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Debug, Deserialize)]
struct Object {
    #[serde(default)]
    geometries: Vec<Shape>,
}

#[derive(Debug, Deserialize)]
struct Shape {
    #[serde(flatten)]
    rings: Rings,
    #[serde(default)]
    properties: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", content = "arcs")]
enum Rings {
    Polygon(Vec<Vec<i64>>),
    MultiPolygon(Vec<Vec<Vec<i64>>>),
    LineString(IgnoredAny),
    MultiLineString(IgnoredAny),
    Point(IgnoredAny),
    MultiPoint(IgnoredAny),
}

/// Holds one area of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its properties.
    pub properties: BTreeMap<String, String>,
    /// Its polygons; outer rings run anticlockwise.
    pub polygons: MultiPolygon<f64>,
}

/// A text that is no topology of areas.
#[derive(Debug, thiserror::Error)]
pub enum InvalidTopology {
    /// Not the JSON of a topology.
    #[error("not a TopoJSON topology of areas: {0}")]
    Json(#[from] serde_json::Error),
    /// An object that is asked for is not there.
    #[error("the topology has no object `{0}`")]
    NoObject(String),
    /// An object that is asked for holds lines or points.
    #[error("the object holds a geometry that is no area")]
    NoArea,
    /// A ring names an arc that is not there.
    #[error("a ring names arc {arc}, and the topology has {arcs}")]
    NoArc {
        /// The arc named.
        arc: i64,
        /// How many there are.
        arcs: usize,
    },
    /// Coordinates that are no position.
    #[error("the topology holds a coordinate ({0}, {1}) that is no position")]
    NoPosition(f64, f64),
}

impl Topology {
    /// Reads a topology.
    ///
    /// # Errors
    ///
    /// [`InvalidTopology::Json`] with line and column.
    pub fn read(bytes: &[u8]) -> Result<Self, InvalidTopology> {
        let mut topology: Self = serde_json::from_slice(bytes)?;
        topology.decode();
        Ok(topology)
    }

    /// Turns the running differences of quantised arcs into degrees.
    fn decode(&mut self) {
        let Some(Transform { scale, translate }) = self.transform.take() else { return };
        for arc in &mut self.arcs {
            let (mut x, mut y) = (0.0, 0.0);
            for position in arc {
                x += position[0];
                y += position[1];
                *position = [x * scale[0] + translate[0], y * scale[1] + translate[1]];
            }
        }
    }

    /// Builds the areas of an object.
    ///
    /// # Errors
    ///
    /// [`InvalidTopology`] when the object or an arc is missing or a coordinate is no position.
    pub fn areas(&self, object: &str) -> Result<Vec<Area>, InvalidTopology> {
        let missing = || InvalidTopology::NoObject(object.to_owned());
        let object = self.objects.get(object).ok_or_else(missing)?;
        object.geometries.iter().map(|shape| self.area(shape)).collect()
    }

    fn area(&self, shape: &Shape) -> Result<Area, InvalidTopology> {
        let polygons: Vec<Polygon<f64>> = match &shape.rings {
            Rings::Polygon(rings) => vec![self.polygon(rings)?],
            Rings::MultiPolygon(parts) => {
                parts.iter().map(|rings| self.polygon(rings)).collect::<Result<_, _>>()?
            }
            _ => return Err(InvalidTopology::NoArea),
        };
        let polygons = MultiPolygon(polygons).orient(Direction::Default);
        Ok(Area { properties: shape.properties.clone(), polygons })
    }

    fn polygon(&self, rings: &[Vec<i64>]) -> Result<Polygon<f64>, InvalidTopology> {
        let mut rings = rings.iter().map(|arcs| self.ring(arcs));
        let outer = rings.next().transpose()?.unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(outer, rings.collect::<Result<_, _>>()?))
    }

    /// Joins arcs end to end; `!n`, a negative number, is arc n walked backwards.
    fn ring(&self, arcs: &[i64]) -> Result<LineString<f64>, InvalidTopology> {
        let mut ring: Vec<Coord<f64>> = Vec::new();
        for &arc in arcs {
            let missing = InvalidTopology::NoArc { arc, arcs: self.arcs.len() };
            let number = usize::try_from(if arc < 0 { !arc } else { arc }).ok();
            let positions = number.and_then(|n| self.arcs.get(n)).ok_or(missing)?;
            ring.pop(); // an arc starts where the one before ends
            let coords = positions.iter().map(|&[x, y]| Coord { x, y });
            if arc < 0 { ring.extend(coords.rev()) } else { ring.extend(coords) }
        }
        let is_position = |at: &Coord<f64>| at.x.abs() <= 180.0 && at.y.abs() <= 90.0;
        match ring.iter().find(|at| !is_position(at)) {
            Some(at) => Err(InvalidTopology::NoPosition(at.x, at.y)),
            None => Ok(LineString(ring)),
        }
    }
}

#[cfg(test)]
mod tests {
    use geo::Area as _;

    use super::*;

    /// Two unit squares side by side that share the arc from (1, 0) to (1, 1).
    const SQUARES: &str = r#"{"type":"Topology","transform":{"scale":[0.5,0.5],"translate":[100,30]},
        "arcs":[[[2,0],[0,2]],[[2,2],[-2,0],[0,-2],[2,0]],[[2,2],[2,0],[0,-2],[-2,0]]],
        "objects":{"counties":{"type":"GeometryCollection","geometries":[
          {"type":"Polygon","arcs":[[0,1]],"properties":{"adcode":"1"}},
          {"type":"MultiPolygon","arcs":[[[0,2]]],"properties":{"adcode":"2"}}]}}}"#;

    #[test]
    fn neighbours_share_an_arc_and_both_run_anticlockwise() {
        let areas = Topology::read(SQUARES.as_bytes()).unwrap().areas("counties").unwrap();
        assert_eq!(areas[0].properties["adcode"], "1");
        for area in &areas {
            assert!((area.polygons.signed_area() - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn broken_topologies_are_refused_with_what_is_wrong() {
        let cut = &SQUARES.as_bytes()[..120];
        assert!(matches!(Topology::read(cut), Err(InvalidTopology::Json(_))));
        let strange = SQUARES.replace("[[0,1]]", "[[0,9]]");
        let topology = Topology::read(strange.as_bytes()).unwrap();
        assert!(matches!(
            topology.areas("counties"),
            Err(InvalidTopology::NoArc { arc: 9, arcs: 3 })
        ));
        assert!(matches!(topology.areas("towns"), Err(InvalidTopology::NoObject(_))));
        let far = SQUARES.replace("[100,30]", "[300,30]");
        let topology = Topology::read(far.as_bytes()).unwrap();
        assert!(matches!(topology.areas("counties"), Err(InvalidTopology::NoPosition(..))));
    }
}
