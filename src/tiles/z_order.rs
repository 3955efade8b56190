//! Points along a curve through the squares: every square of every zoom is one stretch of it, so what
//! a square holds is found by a search, and where it stands in the square is read from the curve.

use rayon::slice::ParallelSliceMut;

use super::EXTENT;
use super::cells::{CELL_ZOOMS, Cell};
use super::square::{Square, TileMatrixSet};
use crate::domain::LonLat;

/// The zoom of the finest squares on the curve; cells of the highest zoom are coarser.
const DEPTH: u8 = 30;

/// How many zooms a unit is below its tile.
const UNIT_ZOOMS: u8 = 12;
const _: () = assert!(1 << UNIT_ZOOMS == EXTENT);

/// Holds points in the order of the curve.
///
/// # References
///
/// Morton (1966), A computer oriented geodetic data base and a new technique in file sequencing,
/// IBM; the curve interleaves the bits of row and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZOrder {
    set: TileMatrixSet,
    stops: Vec<Stop>,
}

/// Holds a point on the curve, in 16 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stop {
    code: u64,
    /// The number of the point.
    pub number: u32,
    /// The number of its group.
    pub group: u8,
}

impl ZOrder {
    /// Puts points on the curve.
    ///
    /// # Shape
    ///
    /// Each point with its number and the number of its group.
    #[must_use]
    pub fn new(set: TileMatrixSet, points: impl Iterator<Item = (LonLat, u32, u8)>) -> Self {
        let stop = |(at, number, group)| Stop { code: code(set, at), number, group };
        let mut stops: Vec<Stop> = points.map(stop).collect();
        stops.par_sort_unstable();
        stops.shrink_to_fit();
        Self { set, stops }
    }

    /// The numbers of all points along the curve.
    pub fn numbers(&self) -> impl Iterator<Item = u32> {
        self.stops.iter().map(|stop| stop.number)
    }

    /// The points in a square of the same set: one stretch of the curve.
    #[must_use]
    pub fn stretch(&self, square: Square) -> &[Stop] {
        debug_assert_eq!(self.set, square.set());
        let shift = 2 * u32::from(DEPTH - square.z());
        let wanted = interleaved(square.row(), square.col());
        let rest = &self.stops[self.stops.partition_point(|stop| stop.code >> shift < wanted)..];
        match rest.first() {
            Some(stop) if stop.code >> shift == wanted => {
                &rest[..leading(rest, |stop| stop.code >> shift == wanted)]
            }
            _ => &[],
        }
    }

    /// Counts the points in each cell of a square that has any, by groups: the cells in the order of
    /// the curve, the groups in theirs.
    #[must_use]
    pub fn cells(&self, square: Square) -> Vec<(Cell, usize, i64)> {
        let shift = 2 * u32::from(DEPTH - square.z() - CELL_ZOOMS);
        let mut tally = [0i64; u8::MAX as usize + 1];
        let (mut counts, mut group_count) = (Vec::new(), 0);
        for stops in self.stretch(square).chunk_by(|a, b| a.code >> shift == b.code >> shift) {
            for stop in stops {
                tally[usize::from(stop.group)] += 1;
                group_count = group_count.max(usize::from(stop.group) + 1);
            }
            let cell = Cell::from_code(stops[0].code >> shift);
            for (group, count) in tally[..group_count].iter_mut().enumerate() {
                if *count > 0 {
                    counts.push((cell, group, std::mem::take(count)));
                }
            }
        }
        counts
    }
}

impl Stop {
    /// Where the point stands in a square that holds it, in units as [`Square::unit_of`] has them;
    /// `None` where a unit is finer than the curve, above zoom 18.
    #[must_use]
    pub fn unit_in(self, square: Square) -> Option<[u32; 2]> {
        let shift = 2 * u32::from(DEPTH.checked_sub(square.z() + UNIT_ZOOMS)?);
        let unit = |code: u64| gathered(code) & (EXTENT - 1);
        let code = self.code >> shift;
        Some([unit(code), unit(code >> 1)])
    }
}

/// How many at the front are so, of which the first is: looked for in doubling steps, since most
/// stretches are short.
fn leading(stops: &[Stop], is_so: impl Fn(&Stop) -> bool) -> usize {
    let mut reach = 1;
    while reach < stops.len() && is_so(&stops[reach]) {
        reach *= 2;
    }
    let known = reach / 2;
    known + stops[known..reach.min(stops.len())].partition_point(is_so)
}

/// The place of a point on the curve: that of the finest square around it.
fn code(set: TileMatrixSet, at: LonLat) -> u64 {
    let (east, south) = set.project(at.lon(), at.lat());
    let scale = f64::from(1u32 << DEPTH);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the sheet")]
    let number =
        |place: f64, size: f64| ((place * scale).max(0.0) as u32).min((size * scale) as u32 - 1);
    interleaved(number(south, 1.0), number(east, set.width()))
}

/// Interleaves the bits of a row and a column, the row's above.
fn interleaved(row: u32, col: u32) -> u64 {
    spread(row) << 1 | spread(col)
}

/// Puts a zero before each bit.
fn spread(number: u32) -> u64 {
    let steps: [(u32, u64); 5] = [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ];
    steps.iter().fold(u64::from(number), |bits, (by, mask)| (bits | bits << by) & mask)
}

/// Takes every second bit, from the lowest on; the inverse of [`spread`].
#[expect(clippy::cast_possible_truncation, reason = "the lower half is wanted")]
pub(super) fn gathered(code: u64) -> u32 {
    let steps: [(u32, u64); 5] = [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ];
    let bits = code & 0x5555_5555_5555_5555;
    steps.iter().fold(bits, |bits, (by, mask)| (bits | bits >> by) & mask) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tiles::MAX_ZOOM;
    use crate::tiles::cells::Grid;

    #[test]
    fn bits_are_interleaved_with_the_row_above() {
        assert_eq!(interleaved(0b101, 0b011), 0b10_01_11);
        assert_eq!([gathered(0b10_01_11 >> 1), gathered(0b10_01_11)], [0b101, 0b011]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

        #[test]
        fn a_stretch_is_what_looking_at_every_point_finds(
            points in prop::collection::vec((-180.0..=180.0f64, -90.0..=90.0f64, 0u8..3), 0..80),
            z in 0u8..=4, (row, col) in (0u32..16, 0u32..32), set in prop::sample::select(&TileMatrixSet::ALL),
        ) {
            let (cols, rows) = set.size(z);
            let square = Square::new(set, z, row % rows, col % cols).unwrap();
            let points: Vec<_> = (0u32..).zip(points).map(|(number, (lon, lat, group))| {
                (LonLat::from_degrees(lon, lat).unwrap(), number, group)
            }).collect();
            let order = ZOrder::new(set, points.iter().copied());
            let found = order.stretch(square).iter();
            let found: Vec<_> = found.map(|stop| (stop.number, stop.unit_in(square))).collect();
            let mut sorted = found.clone();
            sorted.sort_unstable();
            let slow = points.iter().map(|(at, number, _)| (*number, square.unit_of(*at)));
            prop_assert_eq!(sorted, slow.filter(|(_, unit)| unit.is_some()).collect::<Vec<_>>());
            let mut slow = Grid::default();
            for (at, _, group) in &points {
                slow.add_point(square, *at, usize::from(*group));
            }
            let mut fast = Grid::default();
            for (cell, group, count) in order.cells(square) {
                fast.add(cell, group, count);
            }
            prop_assert_eq!(fast.cells(), slow.cells());
        }

        #[test]
        fn a_point_stands_in_the_same_unit_at_every_zoom(
            lon in -180.0..=180.0, lat in -90.0..=90.0, set in prop::sample::select(&TileMatrixSet::ALL),
        ) {
            let at = LonLat::from_degrees(lon, lat).unwrap();
            let order = ZOrder::new(set, std::iter::once((at, 0, 0)));
            let (cols, rows) = set.size(0);
            let mut squares: Vec<_> = (0..rows)
                .flat_map(|row| (0..cols).map(move |col| Square::new(set, 0, row, col).unwrap()))
                .collect();
            for z in 0..=MAX_ZOOM {
                squares.retain(|square| square.unit_of(at).is_some());
                let [stop] = order.stretch(squares[0]) else { panic!("zoom {z}: {squares:?}") };
                let unit = squares[0].unit_of(at).filter(|_| z <= 18);
                prop_assert_eq!(stop.unit_in(squares[0]), unit);
                squares = squares[0].children().collect();
            }
        }
    }
}
