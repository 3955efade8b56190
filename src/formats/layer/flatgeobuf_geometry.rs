//! Geometries of a FlatGeobuf: flat lists of numbers, cut where the parts end.

use ::flatgeobuf::{Geometry as Flat, GeometryType};
use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint};
use geo::{MultiPolygon, Point, Polygon};

use super::limits::MOST_NESTED;

/// Reads a geometry of the layer's type, or of its own where the layer has none.
pub(super) fn geometry(
    shape: &Flat<'_>,
    of_layer: GeometryType,
    depth: usize,
) -> Result<Geometry<f64>, String> {
    if depth > MOST_NESTED {
        return Err(format!("its geometries stand more than {MOST_NESTED} deep in one another"));
    }
    let kind = if of_layer == GeometryType::Unknown { shape.type_() } else { of_layer };
    Ok(match kind {
        GeometryType::Point => match coords(shape)?.first() {
            Some(at) if !at.x.is_nan() => Point(*at).into(),
            _ => MultiPoint(Vec::new()).into(),
        },
        GeometryType::MultiPoint => {
            MultiPoint(coords(shape)?.into_iter().map(Point).collect()).into()
        }
        GeometryType::LineString => LineString(coords(shape)?).into(),
        GeometryType::MultiLineString => MultiLineString(lines(shape)?).into(),
        GeometryType::Polygon => polygon(shape)?.into(),
        GeometryType::MultiPolygon => {
            let parts = shape.parts().into_iter().flatten();
            let polygons: Vec<_> = parts.map(|part| polygon(&part)).collect::<Result<_, _>>()?;
            MultiPolygon(polygons).into()
        }
        GeometryType::GeometryCollection => {
            let parts = shape.parts().into_iter().flatten();
            let parts = parts.map(|part| geometry(&part, GeometryType::Unknown, depth + 1));
            Geometry::GeometryCollection(GeometryCollection(parts.collect::<Result<_, _>>()?))
        }
        other => {
            let name = other.variant_name().unwrap_or("unknown kind");
            return Err(format!("a geometry of the kind {name} is not read"));
        }
    })
}

/// Says whether a geometry, or a part of one, has more than two numbers for a position.
pub(super) fn has_heights(shape: &Flat<'_>, depth: usize) -> bool {
    let has_own = shape.z().is_some() || shape.m().is_some() || shape.t().is_some();
    let mut parts = shape.parts().into_iter().flatten();
    has_own || (depth < MOST_NESTED && parts.any(|part| has_heights(&part, depth + 1)))
}

fn coords(shape: &Flat<'_>) -> Result<Vec<Coord<f64>>, String> {
    let Some(numbers) = shape.xy() else { return Ok(Vec::new()) };
    if numbers.len() % 2 != 0 {
        return Err("its coordinates do not come in pairs".to_owned());
    }
    let pair = |number| Coord { x: numbers.get(2 * number), y: numbers.get(2 * number + 1) };
    Ok((0..numbers.len() / 2).map(pair).collect())
}

/// Cuts the positions where the parts end; without ends they are one part.
fn lines(shape: &Flat<'_>) -> Result<Vec<LineString<f64>>, String> {
    let coords = coords(shape)?;
    let Some(ends) = shape.ends().filter(|ends| !ends.is_empty()) else {
        let is_none = coords.is_empty();
        return Ok(if is_none { Vec::new() } else { vec![LineString(coords)] });
    };
    let mut start = 0;
    let cut = ends.iter().map(|end| {
        let part = coords.get(start..end as usize);
        start = end as usize;
        let part = part.ok_or("a part of its geometry ends where it has no coordinates")?;
        Ok(LineString(part.to_vec()))
    });
    cut.collect()
}

fn polygon(shape: &Flat<'_>) -> Result<Polygon<f64>, String> {
    let mut rings = lines(shape)?.into_iter();
    let outer = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Ok(Polygon::new(outer, rings.collect()))
}
