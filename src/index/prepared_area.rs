//! One area, prepared to say of many positions whether they lie in it.

use geo::algorithm::kernels::{Kernel, Orientation, RobustKernel};
use geo::{BoundingRect, Coord, Line, LinesIter, MultiPolygon, Rect};

/// How many times an edge may stand in the slabs on average.
const COPIES: usize = 8;

/// Says where a position lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Within, and not on the boundary.
    Inside,
    /// On the boundary.
    Boundary,
    /// Elsewhere.
    Outside,
}

/// Holds the edges of an area by the slab of latitude in which they lie.
///
/// A position is held against the edges of its own slab only. Edges that stand in many slabs make
/// the slabs fewer, so the memory stays within a few times that of the area.
///
/// # References
///
/// The crossing number: Shimrat (1962), Algorithm 112: position of point relative to polygon,
/// Communications of the ACM 5, 434; exact orientation: Shewchuk (1997), Adaptive precision
/// floating-point arithmetic and fast robust geometric predicates.
#[derive(Debug, Clone)]
pub struct PreparedArea {
    rect: Rect<f64>,
    slabs: Vec<Vec<Line<f64>>>,
}

impl PreparedArea {
    /// Prepares an area; `None` for one without positions.
    #[must_use]
    pub fn new(area: &MultiPolygon<f64>) -> Option<Self> {
        let rect = area.bounding_rect()?;
        let edges: Vec<Line<f64>> = area.lines_iter().collect();
        let span = |edge: &Line<f64>, count: usize| {
            let (low, high) = (edge.start.y.min(edge.end.y), edge.start.y.max(edge.end.y));
            (slab(&rect, count, low), slab(&rect, count, high))
        };
        let mut count = edges.len().clamp(1, 4_096);
        let copies = |count: usize| -> usize {
            let spans = edges.iter().map(|edge| span(edge, count));
            spans.map(|(first, last)| last - first + 1).sum()
        };
        while count > 1 && copies(count) > COPIES * edges.len() {
            count /= 2;
        }
        let mut slabs = vec![Vec::new(); count];
        for edge in &edges {
            let (first, last) = span(edge, count);
            slabs[first..=last].iter_mut().for_each(|slab| slab.push(*edge));
        }
        Some(Self { rect, slabs })
    }

    /// The most edges that a position is held against.
    #[must_use]
    pub fn most_edges(&self) -> usize {
        self.slabs.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// Says where a position lies.
    #[must_use]
    pub fn place(&self, at: Coord<f64>) -> Place {
        let (low, high) = (self.rect.min(), self.rect.max());
        if at.x < low.x || at.x > high.x || at.y < low.y || at.y > high.y {
            return Place::Outside;
        }
        let mut is_inside = false;
        for edge in &self.slabs[slab(&self.rect, self.slabs.len(), at.y)] {
            let (a, b) = (edge.start, edge.end);
            let between = |p: f64, q: f64, v: f64| (p.min(q)..=p.max(q)).contains(&v);
            if !between(a.y, b.y, at.y) {
                continue;
            }
            let side = RobustKernel::orient2d(a, b, at);
            if side == Orientation::Collinear && between(a.x, b.x, at.x) {
                return Place::Boundary;
            }
            let crosses = if a.y <= at.y && at.y < b.y {
                side == Orientation::CounterClockwise
            } else {
                b.y <= at.y && at.y < a.y && side == Orientation::Clockwise
            };
            is_inside ^= crosses;
        }
        if is_inside { Place::Inside } else { Place::Outside }
    }
}

/// The slab of a latitude within the box of the area.
fn slab(rect: &Rect<f64>, count: usize, y: f64) -> usize {
    let share = (y - rect.min().y) / rect.height() * count as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the latitude is in the box; an area of no height has a share that is no number, which becomes 0"
    )]
    let slab = share as usize;
    slab.min(count - 1)
}

#[cfg(test)]
mod tests {
    use geo::coordinate_position::{CoordPos, CoordinatePosition};
    use geo::{Validation, polygon};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_hole_is_outside_and_its_edge_is_boundary() {
        let ring = polygon!(
            exterior: [(x: 0., y: 0.), (x: 9., y: 0.), (x: 9., y: 9.), (x: 0., y: 9.)],
            interiors: [[(x: 3., y: 3.), (x: 6., y: 3.), (x: 6., y: 6.), (x: 3., y: 6.)]],
        );
        let area = PreparedArea::new(&ring.into()).unwrap();
        let place = |x, y| area.place(Coord { x, y });
        assert_eq!(place(1.0, 4.0), Place::Inside);
        assert_eq!(place(4.0, 4.0), Place::Outside);
        assert_eq!(place(3.0, 4.0), Place::Boundary);
        assert_eq!(place(0.0, 0.0), Place::Boundary);
        assert_eq!(place(9.1, 4.0), Place::Outside);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn places_agree_with_the_definition(
            ring in prop::collection::vec((0i8..8, 0i8..8), 3..9),
            asked in prop::collection::vec((-1i8..9, -1i8..9), 30),
        ) {
            let coord = |&(x, y): &(i8, i8)| Coord { x: f64::from(x), y: f64::from(y) };
            let area = geo::Polygon::new(ring.iter().map(coord).collect(), vec![]);
            prop_assume!(area.is_valid());
            let area = MultiPolygon(vec![area]);
            let prepared = PreparedArea::new(&area).unwrap();
            for at in asked.iter().map(coord) {
                let expected = match area.coordinate_position(&at) {
                    CoordPos::Inside => Place::Inside,
                    CoordPos::OnBoundary => Place::Boundary,
                    CoordPos::Outside => Place::Outside,
                };
                prop_assert_eq!(prepared.place(at), expected);
            }
        }
    }
}
