//! Cells of a tile: where many points stand, how many, and of which group.

use std::collections::BTreeMap;

use super::EXTENT;
use super::shape::Corner;
use super::square::Square;
use crate::domain::LonLat;

/// How many zooms a cell is below its tile: 128 cells in a row.
pub const CELL_ZOOMS: u8 = 7;

/// How many units a cell is wide.
const CELL_UNITS: u32 = EXTENT >> CELL_ZOOMS;

/// Names a cell of a tile by its row and column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    row: u32,
    col: u32,
}

impl Cell {
    /// Takes the cell from the lowest bits of a place on the curve, which interleaves row and column.
    #[must_use]
    pub fn from_code(code: u64) -> Self {
        let bits = |shift: u8| {
            let bit = |number: u8| u32::from(code >> (2 * number + shift) & 1 == 1) << number;
            (0..CELL_ZOOMS).map(bit).sum()
        };
        Self { row: bits(1), col: bits(0) }
    }

    /// Names a cell by its row, from the north, and its column; `None` beyond the last.
    #[must_use]
    pub fn new(row: u32, col: u32) -> Option<Self> {
        let last = (1 << CELL_ZOOMS) - 1;
        (row <= last && col <= last).then_some(Self { row, col })
    }
}

/// Counts points by cell and group; cells without any are not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid {
    cells: BTreeMap<Cell, BTreeMap<usize, i64>>,
    /// How often the cells have been doubled in width and height.
    doublings: u8,
}

impl Grid {
    /// Counts a point in, if it stands in the square.
    pub fn add_point(&mut self, square: Square, at: LonLat, group: usize) {
        self.add_at(square, at, group, 1);
    }

    /// Takes a point out that was counted in.
    pub fn remove_point(&mut self, square: Square, at: LonLat, group: usize) {
        self.add_at(square, at, group, -1);
    }

    fn add_at(&mut self, square: Square, at: LonLat, group: usize, count: i64) {
        if let Some([x, y]) = square.unit_of(at) {
            let [row, col] = [y, x].map(|unit| (unit / CELL_UNITS) >> self.doublings);
            self.add(Cell { row, col }, group, count);
        }
    }

    /// Adds to the count of a group in a cell.
    pub fn add(&mut self, cell: Cell, group: usize, count: i64) {
        let groups = self.cells.entry(cell).or_default();
        *groups.entry(group).or_default() += count;
        groups.retain(|_, count| *count != 0);
        if groups.is_empty() {
            self.cells.remove(&cell);
        }
    }

    /// The same counts in cells twice as wide and high.
    #[must_use]
    pub fn doubled(&self) -> Self {
        let mut doubled = Self { cells: BTreeMap::new(), doublings: self.doublings + 1 };
        for (cell, groups) in &self.cells {
            for (&group, &count) in groups {
                doubled.add(Cell { row: cell.row / 2, col: cell.col / 2 }, group, count);
            }
        }
        doubled
    }

    /// The cells from north to south and west to east: the middle of each in units of the tile, and
    /// the counts of its groups.
    pub fn cells(&self) -> impl Iterator<Item = (Corner, &BTreeMap<usize, i64>)> {
        let width = CELL_UNITS << self.doublings;
        let middle = move |number: u32| (number * width + width / 2).cast_signed();
        self.cells.iter().map(move |(cell, groups)| ([cell.col, cell.row].map(middle), groups))
    }

    /// Says whether nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// How many points there are.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.cells.values().flat_map(BTreeMap::values).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::TileMatrixSet;

    #[test]
    fn a_point_counts_in_the_cell_around_it_until_it_is_taken_out() {
        let square = Square::new(TileMatrixSet::WorldCrs84Quad, 0, 0, 1).unwrap();
        let at = LonLat::from_degrees(90.0, 0.0).unwrap(); // the unit (2048, 2048)
        let mut grid = Grid::default();
        grid.add_point(square, at, 4);
        grid.add_point(square, LonLat::from_degrees(-90.0, 0.0).unwrap(), 4);
        let cells: Vec<_> = grid.cells().collect();
        assert_eq!(cells[0].0, [2064, 2064]);
        assert_eq!(*cells[0].1, BTreeMap::from([(4, 1)]));
        let doubled = grid.doubled();
        let cells: Vec<_> = doubled.cells().collect();
        assert_eq!((cells[0].0, doubled.count()), ([2080, 2080], 1));
        grid.remove_point(square, at, 4);
        assert_eq!(grid, Grid::default());
    }
}
