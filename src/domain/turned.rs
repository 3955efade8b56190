//! Geometries and boxes of another reference system, turned into WGS 84.

use geo::{
    Coord, CoordsIter, Geometry, GeometryCollection, LineString, MapCoords, MultiLineString,
};
use geo::{MultiPolygon, Polygon};

use super::{Bbox, RegisteredCrs};

/// Holds a box of another system.
#[derive(Debug, Clone, PartialEq)]
pub struct TurnedBox {
    /// The box around it in degrees.
    pub around: Bbox,
    /// Its outline, where its edges are not those of the box around: in a grid.
    pub outline: Option<Polygon<f64>>,
}

/// Numbers that are no geometry or box of the system.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum NotTurned {
    /// A position that the system does not have.
    #[error(
        "({first}, {second}) is no position in {}: {}",
        crs.title(),
        expected(**crs)
    )]
    Position {
        /// The first number, in the order of the register.
        first: f64,
        /// The second number.
        second: f64,
        /// The system.
        crs: Box<RegisteredCrs>,
    },
    /// A lower corner that is not below the upper one.
    #[error("the box has its lower corner above or beyond the upper one: write {order}")]
    Upside {
        /// What is to be written.
        order: &'static str,
    },
    /// A box of degrees that is none.
    #[error(transparent)]
    Degrees(#[from] super::bbox::InvalidBbox),
}

/// How finely the edges of a geometry are cut before they are turned, in metres: between two cuts
/// 1 km apart a straight line of a grid lies within 2 cm of the straight line of degrees.
const STEP_M: f64 = 1000.0;
/// The most cuts of all edges of a geometry together; larger ones are cut less finely.
const MOST_CUTS: f64 = 1000.0;
/// The most cuts of one edge of a box.
const MOST_BOX_CUTS: f64 = 64.0;
/// How far beyond its edges a box reaches, in metres, since people write metres to the millimetre.
const EDGE_M: f64 = 0.000_5;

/// Says what a position of a system looks like.
fn expected(crs: RegisteredCrs) -> String {
    let (first, second) = crs.in_authority_order(("the easting", "the northing"));
    match crs.code() {
        None => "write longitude, then latitude, in degrees".to_owned(),
        Some(4326 | 4490) => "write latitude, then longitude, in degrees".to_owned(),
        Some(_) => {
            let (east, _) = crs.from_wgs84(crs.central_lon(), 0.0);
            let zone = (east / 1e6).trunc();
            let prefix = if zone > 0.0 {
                format!("; its eastings begin with {zone}")
            } else {
                String::new()
            };
            format!("write {first}, then {second}, in metres{prefix}")
        }
    }
}

/// Turns a geometry whose numbers are in the order of the register.
///
/// Edges are straight in their own system, so those of metres are cut into short ones first.
///
/// # Errors
///
/// [`NotTurned::Position`], the first there is.
pub fn geometry(shape: &Geometry<f64>, crs: RegisteredCrs) -> Result<Geometry<f64>, NotTurned> {
    if crs == RegisteredCrs::CRS84 {
        return Ok(shape.clone());
    }
    let drawn = shape.map_coords(|at| Coord::from(crs.in_authority_order(at.x_y())));
    let drawn = if crs.is_metric() { cut(&drawn, step(&drawn)) } else { drawn };
    turned(&drawn, crs)
}

/// Turns every position, east first.
fn turned(shape: &Geometry<f64>, crs: RegisteredCrs) -> Result<Geometry<f64>, NotTurned> {
    shape.try_map_coords(|at| {
        let (first, second) = crs.in_authority_order(at.x_y());
        let refused = || NotTurned::Position { first, second, crs: Box::new(crs) };
        crs.to_wgs84(at.x, at.y).map(Coord::from).ok_or_else(refused)
    })
}

/// Turns a box given by its lower and its upper corner, each in the order of the register.
///
/// # Errors
///
/// [`NotTurned`] when a corner is no position of the system or they are exchanged. Only boxes of
/// degrees can cross the antimeridian.
pub fn bbox(lower: [f64; 2], upper: [f64; 2], crs: RegisteredCrs) -> Result<TurnedBox, NotTurned> {
    let (west, south) = crs.in_authority_order((lower[0], lower[1]));
    let (east, north) = crs.in_authority_order((upper[0], upper[1]));
    if !crs.is_metric() {
        let is_swapped = |[first, second]: &[f64; 2]| first.abs() > 90.0 && second.abs() <= 90.0;
        if let Some(&[first, second]) = [lower, upper].iter().find(|corner| is_swapped(corner))
            && crs.is_north_first()
        {
            return Err(NotTurned::Position { first, second, crs: Box::new(crs) });
        }
        let around = Bbox::from_edges(west, south, east, north)?;
        return Ok(TurnedBox { around, outline: None });
    }
    if !(west <= east && south <= north) {
        let order = if crs.is_north_first() {
            "least northing, least easting, greatest northing, greatest easting"
        } else {
            "least easting, least northing, greatest easting, greatest northing"
        };
        return Err(NotTurned::Upside { order });
    }
    rectangle([west - EDGE_M, south - EDGE_M, east + EDGE_M, north + EDGE_M], crs)
}

/// Turns a box of metres, given by its edges.
fn rectangle(
    [west, south, east, north]: [f64; 4],
    crs: RegisteredCrs,
) -> Result<TurnedBox, NotTurned> {
    let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    let ring = Polygon::new(LineString::from(corners.to_vec()), Vec::new());
    let longest = (east - west).max(north - south);
    let ring = cut(&ring.into(), STEP_M.max(longest / MOST_BOX_CUTS));
    let turned = turned(&ring, crs)?;
    let mut around = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    for at in turned.coords_iter() {
        around[0] = around[0].min(at.x);
        around[1] = around[1].min(at.y);
        around[2] = around[2].max(at.x);
        around[3] = around[3].max(at.y);
    }
    let around = Bbox::from_edges(around[0], around[1], around[2], around[3])?;
    let is_grid = crs.code() != Some(3857);
    let outline = match turned {
        Geometry::Polygon(outline) if is_grid => Some(outline),
        _ => None,
    };
    Ok(TurnedBox { around, outline })
}

/// How finely the edges of a geometry are cut.
fn step(shape: &Geometry<f64>) -> f64 {
    let mut length = 0.0;
    let add = |line: &LineString<f64>| {
        length += line.lines().map(|edge| edge.dx().hypot(edge.dy())).sum::<f64>();
    };
    each_line(shape, &mut { add });
    STEP_M.max(length / MOST_CUTS)
}

/// Visits every line and every ring of a geometry.
fn each_line(shape: &Geometry<f64>, visit: &mut impl FnMut(&LineString<f64>)) {
    match shape {
        Geometry::LineString(line) => visit(line),
        Geometry::MultiLineString(lines) => lines.0.iter().for_each(visit),
        Geometry::Polygon(area) => each_ring(area, visit),
        Geometry::MultiPolygon(areas) => areas.0.iter().for_each(|area| each_ring(area, visit)),
        Geometry::GeometryCollection(parts) => {
            parts.0.iter().for_each(|part| each_line(part, visit));
        }
        _ => {}
    }
}

fn each_ring(area: &Polygon<f64>, visit: &mut impl FnMut(&LineString<f64>)) {
    std::iter::once(area.exterior()).chain(area.interiors()).for_each(visit);
}

/// Puts positions into the edges of a geometry so that none is longer than a step.
fn cut(shape: &Geometry<f64>, step: f64) -> Geometry<f64> {
    let area = |area: &Polygon<f64>| {
        let holes = area.interiors().iter().map(|ring| cut_line(ring, step)).collect();
        Polygon::new(cut_line(area.exterior(), step), holes)
    };
    match shape {
        Geometry::LineString(line) => cut_line(line, step).into(),
        Geometry::MultiLineString(lines) => {
            MultiLineString(lines.0.iter().map(|line| cut_line(line, step)).collect()).into()
        }
        Geometry::Polygon(one) => area(one).into(),
        Geometry::MultiPolygon(areas) => MultiPolygon(areas.0.iter().map(area).collect()).into(),
        Geometry::GeometryCollection(parts) => {
            let parts = parts.0.iter().map(|part| cut(part, step)).collect();
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
        other => other.clone(),
    }
}

fn cut_line(line: &LineString<f64>, step: f64) -> LineString<f64> {
    let mut cut = Vec::with_capacity(line.0.len());
    for edge in line.lines() {
        let parts = (edge.dx().hypot(edge.dy()) / step).ceil().min(MOST_CUTS);
        let between = (1..u32::MAX).map(f64::from).take_while(|part| *part < parts);
        cut.push(edge.start);
        cut.extend(between.map(|part| edge.start + edge.delta() * (part / parts)));
    }
    cut.extend(line.0.last());
    LineString(cut)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crs(code: u16) -> RegisteredCrs {
        RegisteredCrs::from_epsg(code).unwrap()
    }

    #[test]
    fn degrees_change_only_their_order() {
        let turned = bbox([29.0, 105.0], [31.0, 107.0], crs(4490)).unwrap();
        assert_eq!(turned.around, Bbox::from_edges(105.0, 29.0, 107.0, 31.0).unwrap());
        assert_eq!(turned.outline, None);
        assert!(
            bbox([-90.0, 177.0], [90.0, -177.0], crs(4326)).unwrap().around.crosses_antimeridian()
        );
        assert!(bbox([105.0, 29.0], [107.0, 31.0], crs(4326)).is_err(), "latitude 105");
    }

    #[test]
    fn a_box_of_a_grid_has_an_outline_that_leans() {
        // 100 km around 36° N, 118.5° E in the zone of 117° E: north turns by 1.5° · sin 36° = 0.88°.
        let grid = crs(4508 + 1);
        let (east, north) = grid.from_wgs84(118.5, 36.0);
        let half = 50_000.0;
        let turned = bbox([north - half, east - half], [north + half, east + half], grid).unwrap();
        let corner = grid.to_wgs84(east - half, north + half).unwrap();
        let other = grid.to_wgs84(east - half, north - half).unwrap();
        assert!((corner.0 - other.0).abs() > 0.01, "{corner:?} {other:?}");
        assert!((turned.around.west - corner.0.min(other.0)).abs() < 1e-4);
        let outline = turned.outline.unwrap();
        assert_eq!(outline.exterior().0.len(), 4 * 64 + 1);
    }

    #[test]
    fn corners_that_are_none_are_refused_in_the_words_of_the_system() {
        let refused = |lower, upper, code| bbox(lower, upper, crs(code)).unwrap_err().to_string();
        let degrees = refused([31.0, 117.0], [32.0, 118.0], 4527);
        assert!(
            degrees.contains("begin with 39") && degrees.contains("northing, then"),
            "{degrees}"
        );
        let upside = refused([4e6, 6e5], [3e6, 7e5], 4545);
        assert!(upside.contains("least northing, least easting"), "{upside}");
        assert!(refused([f64::NAN, 0.0], [1.0, 1.0], 32_650).contains("least easting"));
    }

    #[test]
    fn a_long_edge_of_a_grid_is_cut_before_it_is_turned() {
        let grid = crs(32_650);
        let line = LineString::from(vec![(300_000.0, 4_000_000.0), (700_000.0, 4_000_000.0)]);
        let Geometry::LineString(turned) = geometry(&line.into(), grid).unwrap() else {
            panic!("a line stays a line")
        };
        assert_eq!(turned.0.len(), 401);
        // Straight in degrees, the middle would lie 4.6 km off.
        let (lon, lat) = turned.0[200].x_y();
        let (east, north) = grid.from_wgs84(lon, lat);
        assert!((east - 500_000.0).abs() < 1e-6 && (north - 4_000_000.0).abs() < 1e-6);
    }
}
