//! Boxes of longitude and latitude: which geometries meet a `bbox`.
//!
//! Neighbors stand together in buckets, and an R-tree holds the boxes around the buckets: a node costs
//! ten times what a position does, so only one in thirty-two has one. Positions and boxes are of
//! single precision, rounded outward. That is half as large, and decides all but what lies within a
//! rounding of the edge.

use geo::{Geometry, Intersects, Rect};
use rayon::slice::ParallelSliceMut;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, Envelope, RTree};

use crate::domain::{Bbox, LonLat};

/// So many neighbors stand together.
const BUCKET: usize = 32;

/// The box around a bucket, and its number.
type Bucket = GeomWithData<Rectangle<[f32; 2]>, u32>;

/// The box around a geometry, and its number.
type Entry = (AABB<[f32; 2]>, u32);

/// Holds the boxes around geometries, so that those that meet a box are found quickly.
///
/// # Memory
///
/// Fourteen bytes for a point, twenty-two for each other geometry.
#[derive(Debug, Clone)]
pub struct PlaneIndex {
    buckets: RTree<Bucket>,
    boxes: Boxes,
    numbers: Vec<u32>,
    without_geometry: Vec<u32>,
}

/// Holds boxes bucket by bucket.
#[derive(Debug, Clone)]
enum Boxes {
    /// South-western corners of boxes that the next number of single precision closes.
    Points(Vec<[f32; 2]>),
    Any(Vec<AABB<[f32; 2]>>),
}

/// Holds what lies in a box, or at its edge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Numbers of geometries that lie in it with all they have, in no order, each once.
    pub within: Vec<u32>,
    /// Numbers of geometries that may meet it, in no order, each once.
    pub perhaps: Vec<u32>,
}

impl PlaneIndex {
    /// Indexes the boxes around geometries, which are known by their numbers from here on.
    ///
    /// # Shape
    ///
    /// One box, or none, for each geometry; fewer than 2³² of them.
    pub fn new(boxes: impl Iterator<Item = Option<Rect<f64>>>) -> Self {
        let mut entries = Vec::new();
        let mut without_geometry = Vec::new();
        for (number, rect) in (0u32..).zip(boxes) {
            match rect {
                Some(rect) => entries.push((around(rect), number)),
                None => without_geometry.push(number),
            }
        }
        without_geometry.shrink_to_fit();
        let buckets = in_buckets(&mut entries);
        let boxes = if entries.iter().all(|(one, _)| is_point(one)) {
            Boxes::Points(entries.iter().map(|(one, _)| one.lower()).collect())
        } else {
            Boxes::Any(entries.iter().map(|(one, _)| *one).collect())
        };
        let numbers = entries.iter().map(|&(_, number)| number).collect();
        Self { buckets: RTree::bulk_load(buckets), boxes, numbers, without_geometry }
    }

    /// Finds the geometries whose own box meets the box asked for, or almost does, and those that have
    /// none.
    ///
    /// # Shape
    ///
    /// Numbers in rising order, each once. The caller looks at the geometry itself, see [`meets`].
    #[must_use]
    pub fn candidates(&self, bbox: &Bbox) -> Vec<usize> {
        let found = self.find(bbox);
        rising([&found.within, &found.perhaps, &self.without_geometry])
    }

    /// Finds the geometries whose own box meets the box asked for, or almost does, in rising order, each
    /// once.
    #[must_use]
    pub fn located(&self, bbox: &Bbox) -> Vec<usize> {
        let found = self.find(bbox);
        rising([&found.within, &found.perhaps])
    }

    /// The geometries that have no box, in rising order.
    #[must_use]
    pub fn without_geometry(&self) -> &[u32] {
        &self.without_geometry
    }

    /// Finds the geometries that meet a box, those apart that may.
    #[must_use]
    pub fn find(&self, bbox: &Bbox) -> Found {
        let mut found = Found::default();
        let parts = envelopes(bbox);
        for part in &parts {
            self.find_in(part, &mut found);
        }
        if parts.len() > 1 {
            for numbers in [&mut found.within, &mut found.perhaps] {
                numbers.sort_unstable();
                numbers.dedup();
            }
            found.perhaps.retain(|number| found.within.binary_search(number).is_err());
        }
        found
    }

    fn find_in(&self, part: &AABB<[f64; 2]>, found: &mut Found) {
        let reach = outward(part.lower(), part.upper());
        let inner = inward(part.lower(), part.upper());
        for bucket in self.buckets.locate_in_envelope_intersecting(reach) {
            let start = bucket.data as usize * BUCKET;
            let slots = start..(start + BUCKET).min(self.numbers.len());
            let envelope = AABB::from_corners(bucket.geom().lower(), bucket.geom().upper());
            if inner.is_some_and(|inner| inner.contains_envelope(&envelope)) {
                found.within.extend_from_slice(&self.numbers[slots]);
                continue;
            }
            for slot in slots {
                let own = self.boxes.get(slot);
                if inner.is_some_and(|inner| inner.contains_envelope(&own)) {
                    found.within.push(self.numbers[slot]);
                } else if reach.intersects(&own) {
                    found.perhaps.push(self.numbers[slot]);
                }
            }
        }
    }
}

impl Boxes {
    fn get(&self, slot: usize) -> AABB<[f32; 2]> {
        match self {
            Self::Points(corners) => {
                AABB::from_corners(corners[slot], corners[slot].map(f32::next_up))
            }
            Self::Any(boxes) => boxes[slot],
        }
    }
}

/// Puts neighbors together, and gives the boxes around so many of them each: strips from west to
/// east, from south to north in each.
///
/// # References
///
/// Leutenegger, Lopez & Edgington (1997), STR: a simple and efficient algorithm for R-tree packing,
/// Proceedings of the 13th International Conference on Data Engineering, pp. 497–506.
fn in_buckets(entries: &mut [Entry]) -> Vec<Bucket> {
    let middle = |(one, number): &Entry, axis: usize| {
        (ordered(one.lower()[axis]) + ordered(one.upper()[axis]), *number)
    };
    entries.par_sort_unstable_by_key(|entry| middle(entry, 0));
    let strips = entries.len().div_ceil(BUCKET).isqrt() + 1;
    let strip = entries.len().div_ceil(strips).next_multiple_of(BUCKET).max(BUCKET);
    for strip in entries.chunks_mut(strip) {
        strip.par_sort_unstable_by_key(|entry| middle(entry, 1));
    }
    let around = |(number, bucket): (u32, &[Entry])| {
        let mut all = AABB::new_empty();
        for (one, _) in bucket {
            all.merge(one);
        }
        Bucket::new(all.into(), number)
    };
    (0u32..).zip(entries.chunks(BUCKET)).map(around).collect()
}

/// A whole number that is in the order of a number.
fn ordered(number: f32) -> i64 {
    let bits = i64::from(number.to_bits().cast_signed());
    if bits < 0 { i64::from(i32::MIN) - bits } else { bits }
}

/// Says whether a box is no larger than rounding makes that of a point.
fn is_point(one: &AABB<[f32; 2]>) -> bool {
    (0..2).all(|axis| one.upper()[axis] <= one.lower()[axis].next_up())
}

fn rising<const N: usize>(parts: [&[u32]; N]) -> Vec<usize> {
    let mut all: Vec<usize> = parts.concat().into_iter().map(|number| number as usize).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// Says whether a geometry shares a position with a box, edges included.
#[must_use]
pub fn meets(geometry: &Geometry<f64>, bbox: &Bbox) -> bool {
    if let Geometry::Point(point) = geometry
        && let Ok(at) = LonLat::from_degrees(point.x(), point.y())
    {
        return bbox.contains(at);
    }
    let meets_part =
        |part: &AABB<[f64; 2]>| geometry.intersects(&Rect::new(part.lower(), part.upper()));
    envelopes(bbox).iter().any(meets_part)
}

/// Says which planar boxes stand for a box on the globe.
///
/// A box that touches ±180 touches both names of that meridian; one that holds a pole, all of it.
/// A width or height of nothing is a line or a point.
#[must_use]
pub fn envelopes(bbox: &Bbox) -> Vec<AABB<[f64; 2]>> {
    let mut envelopes = Vec::new();
    let mut add = |west: f64, south: f64, east: f64, north: f64| {
        envelopes.push(AABB::from_corners([west, south], [east, north]));
    };
    for part in bbox.parts() {
        add(part.west, part.south, part.east, part.north);
        if part.west == -180.0 {
            add(180.0, part.south, 180.0, part.north);
        }
        if part.east == 180.0 {
            add(-180.0, part.south, -180.0, part.north);
        }
    }
    for pole in [-90.0, 90.0] {
        if bbox.south == pole || bbox.north == pole {
            add(-180.0, pole, 180.0, pole);
        }
    }
    envelopes
}

fn around(rect: Rect<f64>) -> AABB<[f32; 2]> {
    outward([rect.min().x, rect.min().y], [rect.max().x, rect.max().y])
}

/// The least box of single precision around a box.
fn outward(low: [f64; 2], high: [f64; 2]) -> AABB<[f32; 2]> {
    AABB::from_corners(low.map(below), high.map(above))
}

/// The largest box of single precision in a box; `None` where there is none.
fn inward(low: [f64; 2], high: [f64; 2]) -> Option<AABB<[f32; 2]>> {
    let (low, high) = (low.map(above), high.map(below));
    (low[0] <= high[0] && low[1] <= high[1]).then(|| AABB::from_corners(low, high))
}

#[expect(clippy::cast_possible_truncation, reason = "rounded to the next number below")]
fn below(edge: f64) -> f32 {
    let near = edge as f32;
    if f64::from(near) > edge { near.next_down() } else { near }
}

fn above(edge: f64) -> f32 {
    -below(-edge)
}

#[cfg(test)]
mod tests {
    use geo::{BoundingRect, Point, polygon};
    use proptest::prelude::*;

    use super::*;

    fn found(geometries: &[Option<Geometry<f64>>], bbox: &str) -> Vec<usize> {
        let bbox: Bbox = bbox.parse().unwrap();
        let index = PlaneIndex::new(geometries.iter().map(|one| one.as_ref()?.bounding_rect()));
        let mut hits = index.candidates(&bbox);
        hits.retain(|&hit| geometries[hit].as_ref().is_none_or(|geometry| meets(geometry, &bbox)));
        hits
    }

    #[test]
    fn a_feature_without_geometry_matches_every_box() {
        let geometries = [None, Some(Point::new(10.0, 10.0).into())];
        assert_eq!(found(&geometries, "50,50,60,60"), [0]);
    }

    #[test]
    fn a_polygon_meets_a_box_only_where_it_is_not_where_its_own_box_is() {
        let triangle = polygon![(x: 0.0, y: 0.0), (x: 10.0, y: 0.0), (x: 0.0, y: 10.0)];
        let geometries = [Some(Geometry::from(triangle))];
        assert_eq!(found(&geometries, "1,1,2,2"), [0]);
        assert!(found(&geometries, "8,8,9,9").is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

        #[test]
        fn boxes_agree_with_the_definition_anywhere(
            points in prop::collection::vec((-36i32..=36, -18i32..=18), 0..120),
            (west, east) in (-36i32..=36, -36i32..=36), (south, height) in (-18i32..=18, 0i32..=18),
        ) {
            // But for the edges of the globe, numbers that single precision does not have.
            let is_edge = |tick: i32| matches!(tick.abs(), 0 | 18 | 36);
            let degrees = |tick: i32| f64::from(tick) * if is_edge(tick) { 5.0 } else { 4.999_999_9 };
            let north = (south + height).min(18);
            let bbox = Bbox::from_edges(degrees(west), degrees(south), degrees(east), degrees(north)).unwrap();
            let geometries: Vec<Option<Geometry<f64>>> =
                points.iter().map(|&(lon, lat)| Some(Point::new(degrees(lon), degrees(lat)).into())).collect();
            let expected: Vec<usize> = (0..points.len())
                .filter(|&n| {
                    let (lon, lat) = points[n];
                    bbox.contains(LonLat::from_degrees(degrees(lon), degrees(lat)).unwrap())
                })
                .collect();
            let index = PlaneIndex::new(geometries.iter().map(|one| one.as_ref()?.bounding_rect()));
            let mut hits = index.candidates(&bbox);
            hits.retain(|&hit| geometries[hit].as_ref().is_some_and(|geometry| meets(geometry, &bbox)));
            prop_assert_eq!(&hits, &expected);
            let mut sure = index.find(&bbox).within;
            sure.extend(index.find(&bbox).perhaps.iter().filter(|&&number| {
                geometries[number as usize].as_ref().is_some_and(|geometry| meets(geometry, &bbox))
            }));
            sure.sort_unstable();
            prop_assert_eq!(sure, expected.iter().map(|&number| u32::try_from(number).unwrap()).collect::<Vec<_>>());
        }
    }
}
