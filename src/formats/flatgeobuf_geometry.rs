//! Geometries as FlatGeobuf lays them out: flat lists of numbers, and where the parts end.

use ::flatgeobuf::{Geometry as Flat, GeometryArgs, GeometryType};
use flatbuffers::{FlatBufferBuilder, WIPOffset};
use geo::{Coord, CoordsIter, Geometry, Polygon};

/// Writes a geometry with its type.
pub(super) fn flat<'b>(
    builder: &mut FlatBufferBuilder<'b>,
    shape: &Geometry<f64>,
) -> WIPOffset<Flat<'b>> {
    match shape {
        Geometry::MultiLineString(lines) => {
            let parts = lines.0.iter().map(|line| line.0.as_slice());
            simple(builder, GeometryType::MultiLineString, parts)
        }
        Geometry::Polygon(area) => polygon(builder, area),
        Geometry::MultiPolygon(areas) => {
            let parts: Vec<_> = areas.0.iter().map(|area| polygon(builder, area)).collect();
            whole(builder, GeometryType::MultiPolygon, &parts)
        }
        Geometry::GeometryCollection(shapes) => {
            let parts: Vec<_> = shapes.0.iter().map(|shape| flat(builder, shape)).collect();
            whole(builder, GeometryType::GeometryCollection, &parts)
        }
        Geometry::Rect(area) => polygon(builder, &area.to_polygon()),
        Geometry::Triangle(area) => polygon(builder, &area.to_polygon()),
        Geometry::Point(_) => one(builder, GeometryType::Point, shape),
        Geometry::MultiPoint(_) => one(builder, GeometryType::MultiPoint, shape),
        Geometry::Line(_) | Geometry::LineString(_) => {
            one(builder, GeometryType::LineString, shape)
        }
    }
}

/// Writes a geometry of one part.
fn one<'b>(
    builder: &mut FlatBufferBuilder<'b>,
    kind: GeometryType,
    shape: &Geometry<f64>,
) -> WIPOffset<Flat<'b>> {
    let coords: Vec<Coord<f64>> = shape.coords_iter().collect();
    simple(builder, kind, std::iter::once(coords.as_slice()))
}

fn polygon<'b>(builder: &mut FlatBufferBuilder<'b>, area: &Polygon<f64>) -> WIPOffset<Flat<'b>> {
    let rings = std::iter::once(area.exterior()).chain(area.interiors());
    simple(builder, GeometryType::Polygon, rings.map(|ring| ring.0.as_slice()))
}

fn simple<'b, 'c>(
    builder: &mut FlatBufferBuilder<'b>,
    type_: GeometryType,
    parts: impl Iterator<Item = &'c [Coord<f64>]>,
) -> WIPOffset<Flat<'b>> {
    let (mut numbers, mut ends) = (Vec::new(), Vec::new());
    for part in parts {
        numbers.extend(part.iter().flat_map(|at| [at.x, at.y]));
        ends.push(u32::try_from(numbers.len() / 2).unwrap_or(u32::MAX));
    }
    let xy = Some(builder.create_vector(&numbers));
    let ends = (ends.len() > 1).then(|| builder.create_vector(&ends));
    Flat::create(builder, &GeometryArgs { xy, ends, type_, ..GeometryArgs::default() })
}

fn whole<'b>(
    builder: &mut FlatBufferBuilder<'b>,
    type_: GeometryType,
    parts: &[WIPOffset<Flat<'b>>],
) -> WIPOffset<Flat<'b>> {
    let parts = Some(builder.create_vector(parts));
    Flat::create(builder, &GeometryArgs { parts, type_, ..GeometryArgs::default() })
}
