//! Squares of a tile matrix set: which part of the globe is a tile, and where in it is a position?

use std::f64::consts::PI;
use std::str::FromStr;

use super::{BUFFER, EXTENT};
use crate::domain::{Bbox, LonLat};

/// The highest zoom: a unit of a tile is then 2 mm.
pub const MAX_ZOOM: u8 = 22;

/// The latitude at which Web Mercator is as high as it is wide.
const MERCATOR_LIMIT: f64 = 85.051_128_779_806_6;

/// Names a way to cut the globe into squares (OGC 17-083r4, annex D).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TileMatrixSet {
    /// Web Mercator, one tile at zoom 0, as web maps have it.
    WebMercatorQuad,
    /// Longitude and latitude, two tiles at zoom 0.
    WorldCrs84Quad,
}

impl TileMatrixSet {
    /// Every set, the one of web maps first.
    pub const ALL: [Self; 2] = [Self::WebMercatorQuad, Self::WorldCrs84Quad];

    /// The id in paths.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WebMercatorQuad => "WebMercatorQuad",
            Self::WorldCrs84Quad => "WorldCRS84Quad",
        }
    }

    /// How many columns and rows there are at a zoom.
    #[must_use]
    pub fn size(self, z: u8) -> (u32, u32) {
        match self {
            Self::WebMercatorQuad => (1 << z, 1 << z),
            Self::WorldCrs84Quad => (2 << z, 1 << z),
        }
    }

    /// Puts a position on the sheet: how far east of its western edge and south of its northern.
    ///
    /// What is nearer to a pole than Web Mercator reaches stands at the edge.
    ///
    /// # Units
    ///
    /// Heights of the sheet: both are 0 in the north-west; south is at most 1.
    #[must_use]
    pub fn project(self, lon: f64, lat: f64) -> (f64, f64) {
        match self {
            Self::WebMercatorQuad => {
                let lat = lat.clamp(-MERCATOR_LIMIT, MERCATOR_LIMIT).to_radians();
                let south = 0.5 - lat.sin().atanh() / (2.0 * PI);
                ((lon + 180.0) / 360.0, south.clamp(0.0, 1.0))
            }
            Self::WorldCrs84Quad => ((lon + 180.0) / 180.0, (90.0 - lat) / 180.0),
        }
    }

    /// The latitude of a place on the sheet; the inverse of [`Self::project`].
    #[must_use]
    pub fn lat(self, south: f64) -> f64 {
        match self {
            Self::WebMercatorQuad => ((0.5 - south) * 2.0 * PI).sinh().atan().to_degrees(),
            Self::WorldCrs84Quad => 90.0 - 180.0 * south,
        }
    }

    /// The longitude of a place on the sheet; the inverse of [`Self::project`].
    #[must_use]
    pub fn lon(self, east: f64) -> f64 {
        match self {
            Self::WebMercatorQuad => 360.0 * east - 180.0,
            Self::WorldCrs84Quad => 180.0 * east - 180.0,
        }
    }

    /// How many heights the sheet is wide.
    #[must_use]
    pub fn width(self) -> f64 {
        match self {
            Self::WebMercatorQuad => 1.0,
            Self::WorldCrs84Quad => 2.0,
        }
    }
}

impl FromStr for TileMatrixSet {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|set| set.as_str() == text);
        let names = Self::ALL.map(Self::as_str).join(", ");
        known.ok_or_else(|| format!("`{text}` is no tile matrix set here: use {names}"))
    }
}

/// Names a square of a tile matrix set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Square {
    set: TileMatrixSet,
    z: u8,
    row: u32,
    col: u32,
}

/// Numbers that name no square.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSquare {
    /// A zoom beyond the highest.
    #[error("the zoom {0} is above {MAX_ZOOM}, the highest")]
    Zoom(u8),
    /// A row or a column that the zoom does not have.
    #[error("row {row}, column {col} is outside: zoom {z} of {set} has rows 0 to {last_row} and columns 0 to {last_col}", set = .set.as_str())]
    Outside {
        /// The set.
        set: TileMatrixSet,
        /// The zoom.
        z: u8,
        /// The row given.
        row: u32,
        /// The column given.
        col: u32,
        /// The last row there is.
        last_row: u32,
        /// The last column there is.
        last_col: u32,
    },
}

impl Square {
    /// Takes the numbers of a square.
    ///
    /// # Errors
    ///
    /// [`InvalidSquare`] when the set has none of these numbers.
    pub fn new(set: TileMatrixSet, z: u8, row: u32, col: u32) -> Result<Self, InvalidSquare> {
        if z > MAX_ZOOM {
            return Err(InvalidSquare::Zoom(z));
        }
        let (cols, rows) = set.size(z);
        if row >= rows || col >= cols {
            let (last_row, last_col) = (rows - 1, cols - 1);
            return Err(InvalidSquare::Outside { set, z, row, col, last_row, last_col });
        }
        Ok(Self { set, z, row, col })
    }

    /// The set that it belongs to.
    #[must_use]
    pub fn set(self) -> TileMatrixSet {
        self.set
    }

    /// Its zoom.
    #[must_use]
    pub fn z(self) -> u8 {
        self.z
    }

    /// Its row, counted from the north.
    #[must_use]
    pub fn row(self) -> u32 {
        self.row
    }

    /// Its column, counted from the west.
    #[must_use]
    pub fn col(self) -> u32 {
        self.col
    }

    /// The four squares of the next zoom that lie in it; none at the highest zoom.
    pub fn children(self) -> impl Iterator<Item = Self> {
        let at = move |(south, east)| {
            Self::new(self.set, self.z + 1, 2 * self.row + south, 2 * self.col + east).ok()
        };
        [(0, 0), (0, 1), (1, 0), (1, 1)].into_iter().filter_map(at)
    }

    /// Puts a position into the square.
    ///
    /// # Units
    ///
    /// Units of a tile, east and south of its north-western corner; positions elsewhere on the
    /// globe get numbers outside of 0 to [`EXTENT`].
    #[must_use]
    pub fn project(self, lon: f64, lat: f64) -> [f64; 2] {
        let (east, south) = self.set.project(lon, lat);
        let scale = f64::from(1u32 << self.z);
        let units =
            |place: f64, number: u32| (place * scale - f64::from(number)) * f64::from(EXTENT);
        [units(east, self.col), units(south, self.row)]
    }

    /// How many units around the globe it is.
    #[must_use]
    pub fn around(self) -> f64 {
        self.set.width() * f64::from(1u32 << self.z) * f64::from(EXTENT)
    }

    /// Where in the square a point stands, if it does: each point of the globe is in one square of
    /// each zoom. What lies on a common edge is in the southern and in the eastern square, but for
    /// the last row and column, which are closed.
    #[must_use]
    pub fn unit_of(self, at: LonLat) -> Option<[u32; 2]> {
        let (cols, rows) = self.set.size(self.z);
        let [x, y] = self.project(at.lon(), at.lat());
        let unit = |place: f64, is_last: bool| {
            let last = EXTENT - 1;
            let is_inside = (0.0..f64::from(EXTENT)).contains(&place);
            let is_closing = is_last && place >= f64::from(EXTENT);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            (is_inside || is_closing).then(|| (place as u32).min(last))
        };
        Some([unit(x, self.col + 1 == cols)?, unit(y, self.row + 1 == rows)?])
    }

    /// The box that holds everything that the square can show, its buffer and a margin of degrees
    /// included; a square that reaches around the globe has all of it.
    #[must_use]
    pub fn bbox(self, margin_deg: f64) -> Bbox {
        let scale = f64::from(1u32 << self.z);
        let buffer = f64::from(BUFFER + 1) / f64::from(EXTENT);
        let edge = |number: u32, by: f64| (f64::from(number) + by) / scale;
        let lat = |south: f64| self.set.lat(south);
        let (north, south) = (edge(self.row, -buffer), edge(self.row, 1.0 + buffer));
        // Beyond the edge of the sheet stands what is nearer to the pole.
        let north = if north <= 0.0 { 90.0 } else { (lat(north) + margin_deg).min(90.0) };
        let south = if south >= 1.0 { -90.0 } else { (lat(south) - margin_deg).max(-90.0) };
        let west = self.set.lon(edge(self.col, -buffer)) - margin_deg;
        let east = self.set.lon(edge(self.col, 1.0 + buffer)) + margin_deg;
        let all = Bbox { west: -180.0, south, east: 180.0, north };
        if east - west >= 360.0 {
            return all;
        }
        let wrapped = |lon: f64| (lon + 180.0).rem_euclid(360.0) - 180.0;
        let inside = |lon: f64| if (-180.0..=180.0).contains(&lon) { lon } else { wrapped(lon) };
        Bbox { west: inside(west), east: inside(east), ..all }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn square(z: u8, row: u32, col: u32) -> Square {
        Square::new(TileMatrixSet::WebMercatorQuad, z, row, col).unwrap()
    }

    #[test]
    fn beijing_stands_where_every_web_map_has_it() {
        // Tile 10/843/388 in the order z/x/y of web maps.
        let at = LonLat::from_degrees(116.397, 39.908).unwrap();
        assert!(square(10, 388, 843).unit_of(at).is_some());
        let crs84 = Square::new(TileMatrixSet::WorldCrs84Quad, 0, 0, 1).unwrap();
        assert_eq!(crs84.unit_of(LonLat::from_degrees(90.0, 0.0).unwrap()), Some([2048, 2048]));
    }

    #[test]
    fn poles_and_the_antimeridian_stand_in_the_last_squares() {
        let at = |lon, lat| LonLat::from_degrees(lon, lat).unwrap();
        assert_eq!(square(1, 1, 1).unit_of(at(180.0, -90.0)), Some([4095, 4095]));
        assert_eq!(square(1, 0, 0).unit_of(at(-180.0, 90.0)), Some([0, 0]));
        assert_eq!(square(1, 0, 0).unit_of(at(0.0, 45.0)), None, "an edge is the eastern square's");
    }

    #[test]
    fn a_box_reaches_over_the_antimeridian_and_to_the_poles() {
        let west = square(3, 0, 0).bbox(0.0);
        assert!(west.crosses_antimeridian() && west.west > 178.0 && west.north == 90.0, "{west:?}");
        let all = square(0, 0, 0).bbox(0.0);
        assert_eq!((all.west, all.south, all.east, all.north), (-180.0, -90.0, 180.0, 90.0));
    }

    #[test]
    fn numbers_that_name_no_square_are_refused() {
        let refused =
            |z, row, col| Square::new(TileMatrixSet::WebMercatorQuad, z, row, col).unwrap_err();
        assert_eq!(refused(23, 0, 0).to_string(), "the zoom 23 is above 22, the highest");
        assert_eq!(
            refused(1, 0, 2).to_string(),
            "row 0, column 2 is outside: zoom 1 of WebMercatorQuad has rows 0 to 1 and columns 0 to 1"
        );
        assert!(Square::new(TileMatrixSet::WorldCrs84Quad, 0, 0, 1).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn every_point_is_in_one_square_of_each_zoom_and_in_its_box(
            lon in -180.0..=180.0, lat in -90.0..=90.0, set in prop::sample::select(&TileMatrixSet::ALL),
        ) {
            let at = LonLat::from_degrees(lon, lat).unwrap();
            let (cols, rows) = set.size(0);
            let mut holding: Vec<Square> = (0..rows)
                .flat_map(|row| (0..cols).map(move |col| Square::new(set, 0, row, col).unwrap()))
                .filter(|square| square.unit_of(at).is_some())
                .collect();
            for _ in 0..=MAX_ZOOM {
                prop_assert_eq!(holding.len(), 1);
                prop_assert!(holding[0].bbox(0.0).contains(at));
                let children: Vec<_> =
                    holding[0].children().filter(|child| child.unit_of(at).is_some()).collect();
                if holding[0].z() < MAX_ZOOM { holding = children; }
            }
        }
    }
}
