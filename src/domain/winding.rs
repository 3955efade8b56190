//! Which way round the rings of areas run.

use geo::orient::Direction;
use geo::{Geometry, GeometryCollection, Orient};

/// Lets outer rings run anticlockwise and holes clockwise, as RFC 7946, section 3.1.6, asks; no
/// position is changed. Whoever brings an area may have it the other way round, as shapefiles do.
#[must_use]
pub fn wound(geometry: Geometry<f64>) -> Geometry<f64> {
    match geometry {
        Geometry::Polygon(area) => area.orient(Direction::Default).into(),
        Geometry::MultiPolygon(areas) => areas.orient(Direction::Default).into(),
        Geometry::GeometryCollection(GeometryCollection(parts)) => {
            let parts = parts.into_iter().map(wound).collect();
            Geometry::GeometryCollection(GeometryCollection(parts))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use geo::algorithm::winding_order::Winding;
    use geo::{MultiPolygon, polygon};

    use super::*;

    #[test]
    fn rings_run_right_wherever_the_area_is() {
        let area = polygon!(
            exterior: [(x: 0.0, y: 0.0), (x: 0.0, y: 4.0), (x: 4.0, y: 4.0), (x: 4.0, y: 0.0)],
            interiors: [[(x: 1.0, y: 1.0), (x: 2.0, y: 1.0), (x: 2.0, y: 2.0), (x: 1.0, y: 2.0)]],
        );
        let right = wound(Geometry::Polygon(area.clone()));
        let Geometry::Polygon(turned) = &right else { panic!("{right:?}") };
        assert!(turned.exterior().is_ccw() && turned.interiors()[0].is_cw());
        assert_eq!(wound(right.clone()), right);
        let several = Geometry::MultiPolygon(MultiPolygon(vec![area]));
        let inside = Geometry::GeometryCollection(GeometryCollection(vec![several]));
        let Geometry::GeometryCollection(parts) = wound(inside) else { panic!() };
        let Geometry::MultiPolygon(areas) = &parts.0[0] else { panic!() };
        assert_eq!(&areas.0[0], turned);
    }
}
