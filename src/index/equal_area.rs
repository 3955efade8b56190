//! Cells of one area all over the globe: rows of cells between circles of latitude.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "cells of at least 1 km are fewer than 2³², and no number here is below 0"
)]

use geo::MultiPolygon;

use super::geodesic::SPHERE_RADIUS_M;
use crate::domain::LonLat;

/// Parts the sphere into cells of exactly one area, each about as wide as high.
///
/// From the equator to the pole, a row holds a whole number of cells and is as high as their area
/// asks for: between z₁ and z₂ = sin φ lies a zone of 2π R² (z₂ − z₁). The southern half mirrors the
/// northern one, and every row begins at 180° W, so that no cell crosses the antimeridian.
///
/// # References
///
/// Archimedes, On the Sphere and Cylinder I, 42 (zones); rows of equal area with whole numbers of
/// cells: Malkin (2019), A new equal-area isolatitudinal grid on a spherical surface, Astronomical
/// Journal 158, 158.
///
/// # Examples
///
/// ```
/// use jidi::{domain::LonLat, index::EqualAreaGrid};
/// let grid = EqualAreaGrid::new(100_000.0);
/// assert!((grid.cell_area_km2() - 10_000.0).abs() < 1.0);
/// let changshu = LonLat::from_degrees(120.75, 31.65).unwrap();
/// let [lon, lat] = grid.middle(grid.cell(changshu));
/// assert!((lon - 120.75).abs() < 0.6 && (lat - 31.65).abs() < 0.5);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EqualAreaGrid {
    /// The rows of the northern half, from the equator on.
    rows: Vec<Row>,
    cells: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Row {
    /// The sine of its lower latitude, and of its upper one.
    from: f64,
    to: f64,
    cells: u32,
}

/// Names a cell: its row, 0 north of the equator and −1 south of it, and its place from 180° W on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// The row.
    pub row: i32,
    /// The place in the row.
    pub col: u32,
}

impl EqualAreaGrid {
    /// Makes cells as large as a square of the given side.
    ///
    /// # Units
    ///
    /// Metres, at least 1000; the area is that of the square to one part in the number of cells.
    #[must_use]
    pub fn new(side_m: f64) -> Self {
        let side = side_m.max(1000.0) / SPHERE_RADIUS_M;
        let half = (std::f64::consts::TAU / (side * side)).round().max(1.0) as u64;
        let (mut rows, mut used) = (Vec::new(), 0);
        while used < half {
            let from = used as f64 / half as f64;
            let low = from.asin();
            let middle = (low + side / 2.0).min(std::f64::consts::FRAC_PI_2);
            let wanted = (std::f64::consts::TAU * middle.cos() / side).round().max(1.0) as u64;
            let left = half - used;
            // What is left at the pole, less than a row and a half, becomes one row or its cap.
            let cells = if left < wanted + wanted / 2 { left } else { wanted };
            used += cells;
            rows.push(Row { from, to: used as f64 / half as f64, cells: cells as u32 });
        }
        Self { rows, cells: 2 * half }
    }

    /// The area of each cell, in km².
    #[must_use]
    pub fn cell_area_km2(&self) -> f64 {
        let whole = 4.0 * std::f64::consts::PI * (SPHERE_RADIUS_M / 1000.0).powi(2);
        whole / self.cells as f64
    }

    /// The cell of a position; on an edge, the one to the east and away from the equator.
    #[must_use]
    pub fn cell(&self, at: LonLat) -> Cell {
        let z = at.lat().to_radians().sin();
        let place = self.rows.partition_point(|row| row.to <= z.abs()).min(self.rows.len() - 1);
        let cells = self.rows[place].cells;
        let lon = if at.lon() == 180.0 { -180.0 } else { at.lon() };
        let col = ((lon + 180.0) / 360.0 * f64::from(cells)) as u32;
        let place = place as i32;
        Cell { row: if z < 0.0 { -1 - place } else { place }, col: col.min(cells - 1) }
    }

    fn row(&self, row: i32) -> Option<&Row> {
        self.rows.get(if row < 0 { -1 - row } else { row } as usize)
    }

    /// West, south, east and north in degrees.
    fn sides(&self, cell: Cell) -> [f64; 4] {
        let Some(row) = self.row(cell.row) else { return [0.0; 4] };
        let lon = |col: u32| f64::from(col) / f64::from(row.cells) * 360.0 - 180.0;
        let lat = |z: f64| z.asin().to_degrees();
        let [south, north] = if cell.row < 0 {
            [-lat(row.to), -lat(row.from)]
        } else {
            [lat(row.from), lat(row.to)]
        };
        [lon(cell.col), south, lon(cell.col + 1), north]
    }

    /// Longitude and latitude of the middle of a cell, in degrees.
    #[must_use]
    pub fn middle(&self, cell: Cell) -> [f64; 2] {
        let [west, south, east, north] = self.sides(cell);
        [f64::midpoint(west, east), f64::midpoint(south, north)]
    }

    /// The outline of a cell, in degrees, counterclockwise.
    #[must_use]
    pub fn outline(&self, cell: Cell) -> MultiPolygon<f64> {
        let [west, south, east, north] = self.sides(cell);
        let ring = [(west, south), (east, south), (east, north), (west, north), (west, south)];
        geo::Polygon::new(ring.to_vec().into(), Vec::new()).into()
    }

    /// The cells that share an edge with a cell, in rising order; rows are shifted against each other,
    /// so there are about six.
    #[must_use]
    pub fn touching(&self, cell: Cell) -> Vec<Cell> {
        let Some(own) = self.row(cell.row) else { return Vec::new() };
        let count = own.cells;
        let beside = [(cell.col + count - 1) % count, (cell.col + 1) % count];
        let mut touching: Vec<Cell> =
            beside.map(|col| Cell { row: cell.row, col }).into_iter().collect();
        for row in [cell.row - 1, cell.row + 1] {
            let Some(Row { cells, .. }) = self.row(row) else { continue };
            // Whole numbers: cell c of n reaches from c/n to (c+1)/n of the circle.
            let (other, own) = (u64::from(*cells), u64::from(count));
            let first = u64::from(cell.col) * other / own;
            let last = (u64::from(cell.col + 1) * other).div_ceil(own);
            touching.extend((first..last).map(|col| Cell { row, col: col as u32 }));
        }
        touching.retain(|one| *one != cell);
        touching.sort_unstable();
        touching.dedup();
        touching
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn all_cells_have_one_area_and_fill_the_sphere() {
        for side_km in [50.0, 333.0, 2_000.0, 30_000.0] {
            let grid = EqualAreaGrid::new(side_km * 1000.0);
            let whole: u64 = grid.rows.iter().map(|row| u64::from(row.cells)).sum();
            assert_eq!(2 * whole, grid.cells, "{side_km}");
            assert_eq!(grid.rows.last().unwrap().to, 1.0);
            for row in &grid.rows {
                let zone = std::f64::consts::TAU * (row.to - row.from) * 6371.0088_f64.powi(2);
                let cell = zone / f64::from(row.cells);
                assert!((cell / grid.cell_area_km2() - 1.0).abs() < 1e-9, "{side_km} {row:?}");
            }
        }
    }

    #[test]
    fn cells_at_home_are_about_square() {
        let grid = EqualAreaGrid::new(100_000.0);
        for lat in [0.1, 22.0, 35.0, 53.0] {
            let cell = grid.cell(LonLat::from_degrees(110.0, lat).unwrap());
            let [west, south, east, north] = grid.sides(cell);
            let width = (east - west) * 111.195 * lat.to_radians().cos();
            let height = (north - south) * 111.195;
            assert!((0.9..1.1).contains(&(width / height)), "{lat}: {width} by {height} km");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

        #[test]
        fn a_position_lies_in_its_cell_and_touching_is_mutual(
            lon in -180.0..=180.0_f64, lat in -90.0..=90.0_f64, side_km in 40.0..3000.0_f64,
        ) {
            let grid = EqualAreaGrid::new(side_km * 1000.0);
            let at = LonLat::from_degrees(lon, lat).unwrap();
            let cell = grid.cell(at);
            let [west, south, east, north] = grid.sides(cell);
            let lon = if lon == 180.0 { -180.0 } else { lon };
            prop_assert!(west - 1e-9 <= lon && lon <= east + 1e-9);
            prop_assert!(south - 1e-9 <= lat && lat <= north + 1e-9);
            let touching = grid.touching(cell);
            prop_assert!(!touching.contains(&cell));
            for other in touching {
                prop_assert!(grid.touching(other).contains(&cell), "{cell:?} {other:?}");
            }
        }
    }
}
