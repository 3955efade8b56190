//! The study areas: what an index is measured in decides what it says, so there are several.

use geo::{BooleanOps, Coord, Geometry, LineString, MultiPolygon, Polygon, Rect};

use super::super::description::Run;
use crate::analysis::hull::{HullShape, hull};
use crate::analysis::window::Window;
use crate::domain::{LonLat, Remark};
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::squared_chord;

/// The names of the windows, from the tightest to the widest.
pub(super) const NAMES: [&str; 6] = ["hull", "box", "circle", "provinces", "southeast", "mainland"];

/// The ends of the line of population of Hu (1935): Heihe and Tengchong.
const HEIHE: Coord<f64> = Coord { x: 127.5, y: 50.25 };
const TENGCHONG: Coord<f64> = Coord { x: 98.5, y: 25.03 };

/// Says what a window is.
pub(super) fn words(name: &str) -> Remark {
    let (en, zh) = match name {
        "hull" => ("the convex hull of the points", "点的凸包"),
        "box" => ("the box of the points in longitude and latitude", "点的经纬度外接框"),
        "circle" => ("the circle around the middle of the points", "以点的中心为圆心的外接圆"),
        "provinces" => ("the provinces in which the points stand", "点所在的省份"),
        "southeast" => (
            "mainland China south-east of the line from Heihe to Tengchong",
            "黑河—腾冲线东南的中国大陆",
        ),
        _ => ("mainland China", "中国大陆"),
    };
    Remark::new(en, zh)
}

/// Draws a window around some positions; `None` where it has no area, or the provinces are not there.
pub(in crate::process) fn window(
    run: &Run<'_>,
    name: &str,
    positions: &[LonLat],
) -> Option<Window> {
    let area = match name {
        "hull" => hulled(positions, HullShape::Convex)?,
        "box" => boxed(positions)?,
        "circle" => circle(positions)?,
        "provinces" => MultiPolygon::new(
            mainland(run)
                .into_iter()
                .filter(|province| {
                    let drawn = Window::new(province);
                    drawn.is_ok_and(|drawn| positions.iter().any(|&at| drawn.contains(at)))
                })
                .flat_map(|province| province.0)
                .collect(),
        ),
        "southeast" => {
            let corners = [TENGCHONG, HEIHE, Coord { x: 150.0, y: 50.25 }];
            let south = [Coord { x: 150.0, y: 0.0 }, Coord { x: 98.5, y: 0.0 }];
            let ring = LineString::new([&corners[..], &south].concat());
            joined(run).intersection(&Polygon::new(ring, Vec::new()))
        }
        _ => joined(run),
    };
    Window::new(&area).ok()
}

/// Says whether all points stand in a window because it is drawn around them.
pub(super) fn is_around(name: &str) -> bool {
    matches!(name, "hull" | "box" | "circle")
}

fn hulled(positions: &[LonLat], shape: HullShape) -> Option<MultiPolygon<f64>> {
    let vectors: Vec<[f64; 3]> = positions.iter().map(|at| at.unit_vector()).collect();
    match hull(&vectors, shape)?.geometry {
        Geometry::Polygon(polygon) => Some(polygon.into()),
        Geometry::MultiPolygon(polygons) => Some(polygons),
        _ => None,
    }
}

fn circle(positions: &[LonLat]) -> Option<MultiPolygon<f64>> {
    let vectors: Vec<[f64; 3]> = positions.iter().map(|at| at.unit_vector()).collect();
    let sum = vectors.iter().fold([0.0; 3], |sum, v| [0, 1, 2].map(|d| sum[d] + v[d]));
    let [x, y, z] = sum;
    let (lon, lat) = (y.atan2(x).to_degrees(), z.atan2(x.hypot(y)).to_degrees());
    let middle = LonLat::from_degrees(lon, lat).ok()?;
    let far_m = |v: &[f64; 3]| arc_m(squared_chord(&middle.unit_vector(), v));
    let farthest_m = vectors.iter().map(far_m).fold(0.0, f64::max);
    (farthest_m > 0.0).then_some(())?;
    // A little more, so that the corners of what is drawn for the circle hold the farthest point.
    hulled(&[middle], HullShape::Buffer { radius_m: farthest_m * 1.003 })
}

/// The box of some positions, across the antimeridian if it is narrower there.
fn boxed(positions: &[LonLat]) -> Option<MultiPolygon<f64>> {
    let lats = || positions.iter().map(|at| at.lat());
    let (south, north) = (lats().fold(90.0, f64::min), lats().fold(-90.0, f64::max));
    let mut lons: Vec<f64> = positions.iter().map(|at| at.lon()).collect();
    lons.sort_by(f64::total_cmp);
    let (first, last) = (*lons.first()?, *lons.last()?);
    let gap = |at: usize| lons[at + 1] - lons[at];
    let widest = (0..lons.len() - 1).max_by(|&a, &b| gap(a).total_cmp(&gap(b)))?;
    let part = |west: f64, east: f64| Rect::new((west, south), (east, north)).to_polygon();
    if gap(widest) <= first + 360.0 - last {
        return Some(part(first, last).into());
    }
    let parts = vec![part(lons[widest + 1], 180.0), part(-180.0, lons[widest])];
    Some(MultiPolygon::new(parts))
}

/// The provinces of the mainland, each an area.
fn mainland(run: &Run<'_>) -> Vec<MultiPolygon<f64>> {
    let provinces = (run.collections)("provinces");
    let areas = provinces.iter().flat_map(|one| one.features());
    let is_mainland = |id: &str| !["710000", "810000", "820000"].contains(&id);
    areas
        .filter(|province| is_mainland(province.id.as_str()))
        .filter_map(|province| match province.shape()? {
            Geometry::Polygon(polygon) => Some(polygon.clone().into()),
            Geometry::MultiPolygon(polygons) => Some(polygons.clone()),
            _ => None,
        })
        .collect()
}

/// The mainland as one area; its provinces share their borders point by point, which fall away.
fn joined(run: &Run<'_>) -> MultiPolygon<f64> {
    MultiPolygon::new(mainland(run).into_iter().flat_map(|province| province.0).collect())
}
