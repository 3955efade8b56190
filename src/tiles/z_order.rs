//! Points along a curve through the squares: every square of every zoom is one stretch of it, so
//! counting what a square holds is two searches, however many points there are.

use super::cells::{CELL_ZOOMS, Cell};
use super::square::{Square, TileMatrixSet};
use crate::domain::LonLat;

/// The zoom of the finest squares on the curve; cells of the highest zoom are coarser.
const DEPTH: u8 = 30;

/// Holds the places of points on the curve, for each group apart.
///
/// # References
///
/// Morton (1966), A computer oriented geodetic data base and a new technique in file sequencing,
/// IBM; the curve interleaves the bits of row and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZOrder {
    set: TileMatrixSet,
    /// For each group, the places of its points in rising order.
    groups: Vec<Vec<u64>>,
}

impl ZOrder {
    /// Puts points on the curve.
    ///
    /// # Shape
    ///
    /// Each point with the number of its group, which is below `group_count`.
    #[must_use]
    pub fn new(
        set: TileMatrixSet,
        group_count: usize,
        points: impl Iterator<Item = (LonLat, usize)>,
    ) -> Self {
        let mut groups = vec![Vec::new(); group_count];
        for (at, group) in points {
            groups[group].push(code(set, at));
        }
        for group in &mut groups {
            group.sort_unstable();
        }
        Self { set, groups }
    }

    /// Counts the points in a square of the same set.
    #[must_use]
    pub fn count(&self, square: Square) -> usize {
        self.groups.iter().map(|group| stretch(group, square).len()).sum()
    }

    /// Counts the points in each cell of a square that has any, in the order of the curve, group by
    /// group.
    #[must_use]
    pub fn cells(&self, square: Square) -> Vec<(Cell, usize, u64)> {
        debug_assert_eq!(self.set, square.set());
        let shift = 2 * u32::from(DEPTH - square.z() - CELL_ZOOMS);
        let mut counts = Vec::new();
        for (number, group) in self.groups.iter().enumerate() {
            let mut rest = stretch(group, square);
            while let Some(first) = rest.first() {
                let cell = first >> shift;
                let len = leading(rest, |code| code >> shift == cell);
                counts.push((Cell::from_code(cell), number, len as u64));
                rest = &rest[len..];
            }
        }
        counts
    }
}

/// How many at the front are so: looked for in doubling steps, since most stretches are short.
fn leading(codes: &[u64], is_so: impl Fn(u64) -> bool) -> usize {
    let mut reach = 1;
    while reach < codes.len() && is_so(codes[reach]) {
        reach *= 2;
    }
    let known = reach / 2;
    known + codes[known..reach.min(codes.len())].partition_point(|&code| is_so(code))
}

/// The part of a group that lies in a square.
fn stretch(group: &[u64], square: Square) -> &[u64] {
    let shift = 2 * u32::from(DEPTH - square.z());
    let code = interleaved(square.row(), square.col());
    let start = group.partition_point(|&at| at >> shift < code);
    let len = group[start..].partition_point(|&at| at >> shift == code);
    &group[start..start + len]
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tiles::cells::Grid;

    #[test]
    fn bits_are_interleaved_with_the_row_above() {
        assert_eq!(interleaved(0b101, 0b011), 0b10_01_11);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

        #[test]
        fn counts_are_those_of_looking_at_every_point(
            points in prop::collection::vec((-180.0..=180.0f64, -90.0..=90.0f64, 0usize..3), 0..80),
            z in 0u8..=4, (row, col) in (0u32..16, 0u32..32), set in prop::sample::select(&TileMatrixSet::ALL),
        ) {
            let (cols, rows) = set.size(z);
            let square = Square::new(set, z, row % rows, col % cols).unwrap();
            let points: Vec<_> = points.into_iter()
                .map(|(lon, lat, group)| (LonLat::from_degrees(lon, lat).unwrap(), group)).collect();
            let order = ZOrder::new(set, 3, points.iter().copied());
            let inside = points.iter().filter(|(at, _)| square.unit_of(*at).is_some());
            prop_assert_eq!(order.count(square), inside.count());
            let mut slow = Grid::default();
            for (at, group) in &points {
                slow.add_point(square, *at, *group);
            }
            let mut fast = Grid::default();
            for (cell, group, count) in order.cells(square) {
                fast.add(cell, group, count.cast_signed());
            }
            prop_assert_eq!(fast, slow);
        }
    }
}
