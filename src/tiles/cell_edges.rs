//! The edges of a tile's cells in degrees, for who counts by comparing numbers.

use super::EXTENT;
use super::cells::CELL_ZOOMS;
use super::square::Square;

/// Holds where the cells of a square begin, so that comparing alone puts a point into the cell where
/// [`Square::unit_of`] has it: also beside an edge, but for the last bits of its degrees, in which a
/// projection does not rise steadily.
///
/// # Shape
///
/// 129 rising numbers each: the first of the first cell, of each that follows, and the first beyond.
///
/// # Units
///
/// Degrees of longitude; degrees of latitude times −1, since rows count from the north.
#[derive(Debug, Clone, PartialEq)]
pub struct CellEdges {
    /// The least longitudes of the columns.
    pub lons: Vec<f64>,
    /// The least latitudes of the rows, each times −1.
    pub souths: Vec<f64>,
}

impl CellEdges {
    /// Finds the edges of the cells of a square.
    #[must_use]
    pub fn of(square: Square) -> Self {
        let (cols, rows) = square.set().size(square.z());
        let cells = 1u32 << CELL_ZOOMS;
        let unit = |number: u32| f64::from(number * (EXTENT / cells));
        let least = |number: u32, is_last: bool, most: f64, place: &dyn Fn(f64) -> f64| {
            // The last row and column are closed: all that is left is in them.
            let is_beyond_all = number == cells && is_last;
            first(-most, most, |at| !is_beyond_all && place(at) >= unit(number))
        };
        let east = |lon: f64| square.project(lon, 0.0)[0];
        let south = |south: f64| square.project(0.0, -south)[1];
        let (is_last_col, is_last_row) = (square.col() + 1 == cols, square.row() + 1 == rows);
        Self {
            lons: (0..=cells).map(|n| least(n, is_last_col, 180.0, &east)).collect(),
            souths: (0..=cells).map(|n| least(n, is_last_row, 90.0, &south)).collect(),
        }
    }
}

/// The first number of a range for which something is so that stays so; the one after the range when
/// it is so for none.
fn first(mut low: f64, mut high: f64, is_so: impl Fn(f64) -> bool) -> f64 {
    if is_so(low) {
        return low;
    }
    if !is_so(high) {
        return high.next_up();
    }
    loop {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            return high;
        }
        if is_so(middle) { high = middle } else { low = middle }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::LonLat;
    use crate::tiles::{Cell, Grid, TileMatrixSet};

    /// Degrees: a micrometre.
    const BESIDE: f64 = 1e-11;

    /// Which stretch between two edges a number is in.
    fn place(edges: &[f64], at: f64) -> Option<u32> {
        let before = u32::try_from(edges.iter().filter(|edge| **edge <= at).count()).unwrap();
        before.checked_sub(1).filter(|number| *number < 128)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn comparing_with_the_edges_finds_the_cell_of_each_point(
            z in 0u8..=6, (row, col) in (0u32..64, 0u32..128), set in prop::sample::select(&TileMatrixSet::ALL),
            points in prop::collection::vec((-180.0..=180.0f64, -90.0..=90.0f64), 1..40), nth in 0usize..129,
        ) {
            let (cols, rows) = set.size(z);
            let square = Square::new(set, z, row % rows, col % cols).unwrap();
            let edges = CellEdges::of(square);
            // Beside points anywhere, those a millionth of a metre on both sides of an edge.
            let lons = [-BESIDE, BESIDE].map(|side| (edges.lons[nth] + side).clamp(-180.0, 180.0));
            let souths = [-BESIDE, BESIDE].map(|side| (edges.souths[nth] + side).clamp(-90.0, 90.0));
            let corners = lons.into_iter().flat_map(|lon| souths.map(|south| (lon, -south)));
            for (lon, lat) in points.into_iter().chain(corners) {
                let mut wanted = Grid::default();
                wanted.add_point(square, LonLat::from_degrees(lon, lat).unwrap(), 0);
                let found = place(&edges.souths, -lat).zip(place(&edges.lons, lon));
                let mut grid = Grid::default();
                if let Some((row, col)) = found {
                    grid.add(Cell::new(row, col).unwrap(), 0, 1);
                }
                prop_assert_eq!(grid.cells(), wanted.cells(), "{} {}", lon, lat);
            }
        }
    }
}
