//! Boxes of longitude and latitude, with the antimeridian as an ordinary place.

use std::str::FromStr;

use super::LonLat;
use super::lon_lat::InvalidLonLat;

/// Holds a box of longitudes and latitudes; edges belong to it.
///
/// `west > east` means that the box crosses the antimeridian.
///
/// # Units
///
/// Degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bbox {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge; smaller than `west` when the box crosses the antimeridian.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

/// A text or numbers that are no box.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvalidBbox {
    /// Not four or six numbers.
    #[error("`{0}` is not a box: write west,south,east,north in degrees, such as 105,29,107,31")]
    NotNumbers(String),
    /// The south edge lies north of the north edge.
    #[error(
        "the south edge {south} lies north of the north edge {north}: write west,south,east,north"
    )]
    Upside {
        /// The south edge given.
        south: f64,
        /// The north edge given.
        north: f64,
    },
    /// A corner is no position.
    #[error("a corner of the box is refused: {0}")]
    Corner(#[from] InvalidLonLat),
}

impl Bbox {
    /// Takes the four edges in degrees.
    ///
    /// # Errors
    ///
    /// [`InvalidBbox`] when a corner is no position or south lies above north.
    pub fn from_edges(west: f64, south: f64, east: f64, north: f64) -> Result<Self, InvalidBbox> {
        LonLat::from_degrees(west, south)?;
        LonLat::from_degrees(east, north)?;
        if south > north {
            return Err(InvalidBbox::Upside { south, north });
        }
        Ok(Self { west, south, east, north })
    }

    /// Says whether the box reaches across the antimeridian.
    #[must_use]
    pub fn crosses_antimeridian(&self) -> bool {
        self.west > self.east
    }

    /// Cuts the box into one or two boxes that do not cross the antimeridian.
    #[must_use]
    pub fn parts(&self) -> Vec<Self> {
        if self.crosses_antimeridian() {
            vec![Self { east: 180.0, ..*self }, Self { west: -180.0, ..*self }]
        } else {
            vec![*self]
        }
    }

    /// Says whether a position lies in the box, edges included.
    ///
    /// ±180 is one meridian, and a pole is on every meridian.
    #[must_use]
    pub fn contains(&self, position: LonLat) -> bool {
        let (lon, lat) = (position.lon(), position.lat());
        if !(self.south..=self.north).contains(&lat) {
            return false;
        }
        let between = |lon: f64| {
            let (east_of_west, west_of_east) = (self.west <= lon, lon <= self.east);
            if self.crosses_antimeridian() {
                east_of_west || west_of_east
            } else {
                east_of_west && west_of_east
            }
        };
        lat.abs() == 90.0 || between(lon) || (lon.abs() == 180.0 && between(-lon))
    }
}

impl FromStr for Bbox {
    type Err = InvalidBbox;

    /// Reads `west,south,east,north`, or the form with heights, which are left aside.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || InvalidBbox::NotNumbers(text.to_owned());
        let numbers: Vec<f64> = text
            .split(',')
            .map(|part| part.trim().parse::<f64>().ok().filter(|number| number.is_finite()))
            .collect::<Option<_>>()
            .ok_or_else(refused)?;
        match numbers[..] {
            [west, south, east, north] => Self::from_edges(west, south, east, north),
            [west, south, low, east, north, high] if low <= high => {
                Self::from_edges(west, south, east, north)
            }
            _ => Err(refused()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(bbox: &str, lon: f64, lat: f64) -> bool {
        bbox.parse::<Bbox>().unwrap().contains(LonLat::from_degrees(lon, lat).unwrap())
    }

    #[test]
    fn edges_belong_to_the_box() {
        assert!(contains("105,29,107,31", 105.0, 31.0));
        assert!(!contains("105,29,107,31", 104.999, 31.0));
    }

    #[test]
    fn a_box_with_west_above_east_crosses_the_antimeridian() {
        assert!(contains("177,-70,-177,70", 179.0, 0.0));
        assert!(contains("177,-70,-177,70", -180.0, 0.0));
        assert!(!contains("177,-70,-177,70", 0.0, 0.0));
        assert!(contains("170,-10,180,10", -180.0, 0.0), "±180 is one meridian");
        assert!(contains("10,80,20,90", 100.0, 90.0), "a pole is on every meridian");
    }

    #[test]
    fn six_numbers_are_read_without_their_heights() {
        assert_eq!("105,29,0,107,31,9".parse(), Bbox::from_edges(105.0, 29.0, 107.0, 31.0));
    }

    #[test]
    fn malformed_boxes_are_refused() {
        for text in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "0,nan,1,1", "0,10,1,5", "0,0,1,91"] {
            assert!(text.parse::<Bbox>().is_err(), "{text}");
        }
    }
}
