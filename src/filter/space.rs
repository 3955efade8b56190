//! Relations of geometries, and distances on the ellipsoid.
//!
//! Relations are planar, in degrees, as the standard and every client has them; boxes may cross the
//! antimeridian, and ±180° is one meridian for them.

use geo::{
    BoundingRect, CoordsIter, Geometry, Intersects, LineString, MultiPolygon, Point, Rect, Relate,
};

use super::distance::is_within;
use crate::domain::{Bbox, Feature, LonLat, Operator};
use crate::index::plane::meets;
use crate::index::{Place, PreparedArea};

/// Holds a geometry that was written out, prepared to be held against many.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    geometry: Geometry<f64>,
    rect: Option<Rect<f64>>,
    area: Option<PreparedArea>,
    /// The box, when it was written as one.
    bbox: Option<Bbox>,
}

/// Asks how the geometry of a feature is related to another.
#[derive(Debug, Clone)]
pub(super) enum Space {
    /// To one that was written out; the operator has the feature first.
    Shape(Operator, Box<Shape>),
    /// To itself.
    Itself(Operator),
    /// Within a distance of a position.
    Distance {
        /// The position.
        from: LonLat,
        /// The distance on the ellipsoid, in metres, the edge included.
        metres: f64,
    },
}

impl Space {
    /// Says whether the relation holds; `None` when the feature has no geometry.
    pub(super) fn holds(&self, feature: &Feature) -> Option<bool> {
        let geometry = &*feature.geometry()?;
        Some(match self {
            Self::Shape(operator, shape) => shape.relates(*operator, geometry),
            Self::Itself(operator) => related(*operator, geometry, geometry),
            Self::Distance { from, metres } => is_within(geometry, *from, *metres),
        })
    }

    /// How many positions or edges a point is held against at most; `None` for a distance.
    pub(super) fn vertices(&self) -> Option<usize> {
        match self {
            Self::Shape(_, shape) => Some(match &shape.area {
                _ if shape.bbox.is_some() => 4,
                Some(area) => area.most_edges(),
                None => 8 * shape.geometry.coords_count(),
            }),
            Self::Itself(_) => Some(64),
            Self::Distance { .. } => None,
        }
    }

    /// With how many edges or positions each of a line or area is compared at most; `None` for a
    /// distance.
    pub(super) fn vertex_cost(&self) -> Option<usize> {
        match self {
            Self::Shape(Operator::SIntersects | Operator::SDisjoint, shape)
                if shape.bbox.is_some() =>
            {
                Some(8)
            }
            Self::Shape(_, shape) => Some(shape.geometry.coords_count().max(8)),
            Self::Itself(_) => Some(64),
            Self::Distance { .. } => None,
        }
    }

    /// A box that holds every geometry for which the relation may hold; `None` for no bound.
    pub(super) fn bbox(&self) -> Option<Bbox> {
        match self {
            Self::Shape(Operator::SDisjoint, _) | Self::Itself(_) => None,
            Self::Shape(_, shape) => shape.bbox.or_else(|| {
                let (low, high) = (shape.rect?.min(), shape.rect?.max());
                Bbox::from_edges(low.x, low.y, high.x, high.y).ok()
            }),
            Self::Distance { from, metres } => Some(super::distance::around(*from, *metres)),
        }
    }
}

impl Shape {
    pub(super) fn of(geometry: Geometry<f64>) -> Self {
        let area = match &geometry {
            Geometry::Polygon(polygon) => PreparedArea::new(&polygon.clone().into()),
            Geometry::MultiPolygon(polygons) => PreparedArea::new(polygons),
            _ => None,
        };
        Self { rect: geometry.bounding_rect(), geometry, area, bbox: None }
    }

    pub(super) fn of_bbox(bbox: Bbox) -> Self {
        let parts: Vec<Geometry<f64>> = bbox.parts().iter().map(of_part).collect();
        let areas: Option<Vec<_>> = parts
            .iter()
            .map(|part| if let Geometry::Polygon(area) = part { Some(area.clone()) } else { None })
            .collect();
        let geometry = match (areas, parts) {
            (Some(areas), _) if areas.len() > 1 => MultiPolygon(areas).into(),
            (_, mut parts) if parts.len() == 1 => parts.remove(0),
            (_, parts) => Geometry::GeometryCollection(parts.into()),
        };
        Self { bbox: Some(bbox), ..Self::of(geometry) }
    }

    pub(super) fn geometry(&self) -> &Geometry<f64> {
        &self.geometry
    }

    /// Says whether a geometry, on the left, is related to this one.
    fn relates(&self, operator: Operator, geometry: &Geometry<f64>) -> bool {
        let meets_box = self.bbox.as_ref().map(|bbox| meets(geometry, bbox));
        match (operator, meets_box) {
            (Operator::SIntersects, Some(meets)) => return meets,
            (Operator::SDisjoint, Some(meets)) => return !meets,
            (_, Some(false)) => return false,
            _ => {}
        }
        if let Geometry::Point(point) = geometry
            && let Some(place) = self.place(*point)
        {
            return match operator {
                Operator::SIntersects => place != Place::Outside,
                Operator::SDisjoint => place == Place::Outside,
                Operator::SWithin => place == Place::Inside,
                Operator::STouches => place == Place::Boundary,
                _ => false, // an area is no point, nor within one, and a point overlaps nothing
            };
        }
        let is_apart = match (self.rect, geometry.bounding_rect()) {
            (Some(a), Some(b)) => !a.intersects(&b),
            _ => true,
        };
        if is_apart && self.bbox.is_none() {
            return operator == Operator::SDisjoint;
        }
        related(operator, geometry, &self.geometry)
    }

    /// Where a position lies in this area; `None` when it is none.
    fn place(&self, point: Point<f64>) -> Option<Place> {
        let area = self.area.as_ref()?;
        let at = LonLat::from_degrees(point.x(), point.y()).ok();
        match self.bbox.zip(at) {
            Some((bbox, at)) => Some(place_in_box(&bbox, at)),
            None => Some(area.place(point.0)),
        }
    }
}

/// Where a position lies in a box on the globe.
fn place_in_box(bbox: &Bbox, at: LonLat) -> Place {
    if !bbox.contains(at) {
        return Place::Outside;
    }
    let is_all_round = bbox.west == -180.0 && bbox.east == 180.0;
    let is_meridian = |edge: f64| edge == at.lon() || edge.abs() == 180.0 && at.lon() == -edge;
    let on_side = !is_all_round && (is_meridian(bbox.west) || is_meridian(bbox.east));
    let on_end = at.lat() == bbox.south || at.lat() == bbox.north;
    if on_side || on_end { Place::Boundary } else { Place::Inside }
}

/// A box that does not cross the antimeridian, as an area, a line or a point.
fn of_part(part: &Bbox) -> Geometry<f64> {
    let corners = [(part.west, part.south), (part.east, part.north)];
    match (part.west == part.east, part.south == part.north) {
        (true, true) => Point::from(corners[0]).into(),
        (false, false) => Rect::new(corners[0], corners[1]).to_polygon().into(),
        _ => LineString::from(corners.to_vec()).into(),
    }
}

/// Says how two geometries are related, as OGC 06-103r4 defines it.
pub(super) fn related(operator: Operator, a: &Geometry<f64>, b: &Geometry<f64>) -> bool {
    match operator {
        Operator::SIntersects => return a.intersects(b),
        Operator::SDisjoint => return !a.intersects(b),
        _ => {}
    }
    let matrix = a.relate(b);
    match operator {
        Operator::SEquals => matrix.is_equal_topo(),
        Operator::STouches => matrix.is_touches(),
        Operator::SWithin => matrix.is_within(),
        Operator::SContains => matrix.is_contains(),
        Operator::SOverlaps => matrix.is_overlaps(),
        Operator::SCrosses => matrix.is_crosses(),
        _ => false,
    }
}

/// The operator that says the same with its two sides exchanged.
pub(super) fn exchanged(operator: Operator) -> Operator {
    match operator {
        Operator::SWithin => Operator::SContains,
        Operator::SContains => Operator::SWithin,
        same => same,
    }
}
