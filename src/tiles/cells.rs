//! Cells of a tile: where many points stand, how many, and of which group.

use super::EXTENT;
use super::shape::Corner;
use super::square::Square;
use super::z_order::gathered;
use crate::domain::LonLat;

/// How many zooms a cell is below its tile: 128 cells in a row.
pub const CELL_ZOOMS: u8 = 7;

/// How many units a cell is wide.
const CELL_UNITS: u32 = EXTENT >> CELL_ZOOMS;

/// So many counts are added up before more are added.
const MANY_COUNTS: usize = 16_384;

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
        let mask = (1 << CELL_ZOOMS) - 1;
        Self { row: gathered(code >> 1) & mask, col: gathered(code) & mask }
    }

    /// Finds the cell of a square in which a position is, if it is in one.
    #[must_use]
    pub fn of(square: Square, at: LonLat) -> Option<Self> {
        let [x, y] = square.unit_of(at)?;
        Self::new(y / CELL_UNITS, x / CELL_UNITS)
    }

    /// Names a cell by its row, from the north, and its column; `None` beyond the last.
    #[must_use]
    pub fn new(row: u32, col: u32) -> Option<Self> {
        let last = (1 << CELL_ZOOMS) - 1;
        (row <= last && col <= last).then_some(Self { row, col })
    }
}

/// Counts points by cell and group; cells without any are not there.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    counts: Vec<Count>,
    /// How many counts there were when no two were of one cell and group.
    settled: usize,
    /// How often the cells have been doubled in width and height.
    doublings: u8,
}

/// Holds how many points of a group are in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// The cell.
    pub cell: Cell,
    /// The group.
    pub group: usize,
    /// How many there are.
    pub count: i64,
}

impl Count {
    /// What counts are ordered by, in one number that is quick to compare.
    fn place(&self) -> (u64, usize) {
        (u64::from(self.cell.row) << 32 | u64::from(self.cell.col), self.group)
    }
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
        if self.counts.len() >= MANY_COUNTS.max(2 * self.settled) {
            self.counts = self.cells();
            self.settled = self.counts.len();
        }
        self.counts.push(Count { cell, group, count });
    }

    /// The same counts in cells twice as wide and high.
    #[must_use]
    pub fn doubled(&self) -> Self {
        let mut doubled = Self { doublings: self.doublings + 1, ..Self::default() };
        for Count { cell, group, count } in &self.counts {
            doubled.add(Cell { row: cell.row / 2, col: cell.col / 2 }, *group, *count);
        }
        doubled
    }

    /// What is counted, each cell and group once: the cells from north to south and west to east, and
    /// in each its groups in their order.
    #[must_use]
    pub fn cells(&self) -> Vec<Count> {
        let mut counts = self.counts.clone();
        counts.sort_unstable_by_key(Count::place);
        counts.dedup_by(|next, kept| {
            let is_same = next.place() == kept.place();
            kept.count += if is_same { next.count } else { 0 };
            is_same
        });
        counts.retain(|one| one.count != 0);
        counts
    }

    /// The middle of a cell in units of the tile.
    #[must_use]
    pub fn middle(&self, cell: Cell) -> Corner {
        let width = CELL_UNITS << self.doublings;
        [cell.col, cell.row].map(|number| (number * width + width / 2).cast_signed())
    }

    /// How many points there are.
    #[must_use]
    pub fn count(&self) -> i64 {
        self.counts.iter().map(|one| one.count).sum()
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
        let [one] = grid.cells()[..] else { panic!("{grid:?}") };
        assert_eq!((grid.middle(one.cell), one.group, one.count), ([2064, 2064], 4, 1));
        let doubled = grid.doubled();
        let [one] = doubled.cells()[..] else { panic!("{doubled:?}") };
        assert_eq!((doubled.middle(one.cell), doubled.count()), ([2080, 2080], 1));
        grid.remove_point(square, at, 4);
        assert!(grid.cells().is_empty() && grid.count() == 0);
    }

    #[test]
    fn counts_are_sums_however_many_are_added() {
        let mut grid = Grid::default();
        let cell = |number| Cell::new(number % 5, number % 3).unwrap();
        for number in 0..4 * u32::try_from(MANY_COUNTS).unwrap() {
            grid.add(cell(number), number as usize % 2, 1);
        }
        assert!(grid.counts.len() <= MANY_COUNTS);
        let cells = grid.cells();
        assert_eq!(cells.len(), 30, "of 5 rows, 3 columns and 2 groups");
        assert!(cells.is_sorted() && cells.iter().all(|one| one.count.abs_diff(2_185) < 2));
    }
}
