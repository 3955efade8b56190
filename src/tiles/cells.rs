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

    /// Its middle, in units of the tile.
    #[must_use]
    pub fn middle(self) -> Corner {
        [self.col, self.row].map(|number| (number * CELL_UNITS + CELL_UNITS / 2).cast_signed())
    }
}

/// Counts points by cell and group; cells without any are not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grid(BTreeMap<Cell, BTreeMap<usize, i64>>);

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
            self.add(Cell { row: y / CELL_UNITS, col: x / CELL_UNITS }, group, count);
        }
    }

    /// Adds to the count of a group in a cell.
    pub fn add(&mut self, cell: Cell, group: usize, count: i64) {
        let groups = self.0.entry(cell).or_default();
        *groups.entry(group).or_default() += count;
        groups.retain(|_, count| *count != 0);
        if groups.is_empty() {
            self.0.remove(&cell);
        }
    }

    /// The cells from north to south and west to east, each with the counts of its groups.
    pub fn cells(&self) -> impl Iterator<Item = (Cell, &BTreeMap<usize, i64>)> {
        self.0.iter().map(|(cell, groups)| (*cell, groups))
    }

    /// How many points there are.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.0.values().flat_map(BTreeMap::values).sum()
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
        assert_eq!(cells[0].0.middle(), [2064, 2064]);
        assert_eq!(*cells[0].1, BTreeMap::from([(4, 1)]));
        grid.remove_point(square, at, 4);
        assert_eq!(grid, Grid::default());
    }
}
