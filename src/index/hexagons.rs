//! Hexagons of H3, named as other tools name them.

use geo::{Coord, LineString, Polygon};
use h3o::{CellIndex, LatLng, Resolution};

use crate::domain::LonLat;

/// Parts the globe into the hexagons, and twelve pentagons, of one resolution of H3.
///
/// Their areas differ by up to a factor of two: where counts are compared, take
/// [`EqualAreaGrid`](super::EqualAreaGrid).
///
/// # References
///
/// Brodsky (2018), H3: Uber's hexagonal hierarchical spatial index; h3geo.org.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hexagons(Resolution);

/// Names a hexagon by its H3 index; in text fifteen hexadecimal digits.
pub type Hexagon = CellIndex;

impl Hexagons {
    /// The resolution whose mean area is nearest to that of a square of the given side, by ratio.
    #[must_use]
    pub fn nearest_to(side_m: f64) -> Self {
        let wanted = (side_m / 1000.0).powi(2).ln();
        let off = |one: &Resolution| (one.area_km2().ln() - wanted).abs();
        let nearest = Resolution::range(Resolution::Zero, Resolution::Fifteen)
            .min_by(|a, b| off(a).total_cmp(&off(b)));
        Self(nearest.unwrap_or(Resolution::Zero))
    }

    /// The resolution, 0 to 15.
    #[must_use]
    pub fn resolution(self) -> u8 {
        self.0.into()
    }

    /// The mean area of a hexagon, in km².
    #[must_use]
    pub fn mean_area_km2(self) -> f64 {
        self.0.area_km2()
    }

    /// The hexagon of a position.
    #[must_use]
    pub fn cell(self, at: LonLat) -> Option<Hexagon> {
        Some(LatLng::new(at.lat(), at.lon()).ok()?.to_cell(self.0))
    }
}

/// Longitude and latitude of the middle of a hexagon, in degrees.
#[must_use]
pub fn middle(cell: Hexagon) -> [f64; 2] {
    let at = LatLng::from(cell);
    [at.lng(), at.lat()]
}

/// The corners of a hexagon in degrees, as they come: edges are great circles, and where it crosses
/// the antimeridian longitudes jump.
#[must_use]
pub fn corners(cell: Hexagon) -> Polygon<f64> {
    let corners = cell.boundary();
    let ring: Vec<Coord<f64>> =
        corners.iter().map(|at| Coord { x: at.lng(), y: at.lat() }).collect();
    Polygon::new(LineString::new(ring), Vec::new())
}

/// The hexagons that share an edge with one, in rising order.
#[must_use]
pub fn touching(cell: Hexagon) -> Vec<Hexagon> {
    let mut around: Vec<Hexagon> = cell.grid_disk::<Vec<_>>(1);
    around.retain(|one| *one != cell);
    around.sort_unstable();
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_has_the_index_that_the_standard_prints() {
        // The example of h3geo.org: latLngToCell(37.7955, -122.3937, 10) is 8a283082a677fff.
        let hexagons = Hexagons(Resolution::Ten);
        let cell = hexagons.cell(LonLat::from_degrees(-122.3937, 37.7955).unwrap()).unwrap();
        assert_eq!(cell.to_string(), "8a283082a677fff");
        let [lon, lat] = middle(cell);
        assert!((lon + 122.3937).abs() < 0.002 && (lat - 37.7955).abs() < 0.002);
        assert_eq!(touching(cell).len(), 6);
        assert!(touching(cell).iter().all(|one| touching(*one).contains(&cell)));
    }

    #[test]
    fn the_resolution_is_that_of_the_nearest_area() {
        // Mean areas: 3 has 12,393 km², 4 has 1,770 km².
        assert_eq!(Hexagons::nearest_to(100_000.0).resolution(), 3);
        assert_eq!(Hexagons::nearest_to(45_000.0).resolution(), 4);
        assert_eq!(Hexagons::nearest_to(1.0).resolution(), 15);
        assert_eq!(Hexagons::nearest_to(9e6).resolution(), 0);
        assert!((Hexagons::nearest_to(1e5).mean_area_km2() - 12_393.4).abs() < 1.0);
    }
}
