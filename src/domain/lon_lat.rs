//! Positions on the Earth, longitude first.

use std::str::FromStr;

/// Holds one position in WGS 84, checked when it was made.
///
/// # Units
///
/// Degrees: longitude within ±180, latitude within ±90.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LonLat {
    lon: f64,
    lat: f64,
}

/// A pair of numbers that is not a position.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error(
    "({lon}, {lat}) is not a position: longitude lies within ±180°, latitude within ±90°{}",
    hint(*lon, *lat)
)]
pub struct InvalidLonLat {
    /// The longitude given.
    pub lon: f64,
    /// The latitude given.
    pub lat: f64,
}

/// Says what was likely meant by a pair that is not a position.
fn hint(lon: f64, lat: f64) -> String {
    if lat.abs() <= 90.0 && lon.is_finite() {
        format!("; longitude {lon} is the meridian {}", wrapped(lon))
    } else if lat.abs() <= 180.0 && lon.abs() <= 90.0 {
        "; write longitude first, then latitude".to_owned()
    } else {
        String::new()
    }
}

/// Brings any longitude into [-180, 180).
fn wrapped(lon: f64) -> f64 {
    (lon + 180.0).rem_euclid(360.0) - 180.0
}

/// A text that is not a `lon,lat` pair.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ParseLonLatError {
    /// Not two numbers parted by a comma.
    #[error("`{0}` is not a position: write longitude,latitude in degrees, such as 105.57,30.52")]
    NotAPair(String),
    /// Two numbers that are no position.
    #[error(transparent)]
    OutOfRange(#[from] InvalidLonLat),
}

impl LonLat {
    /// Takes a longitude and a latitude in degrees.
    ///
    /// # Errors
    ///
    /// [`InvalidLonLat`] when a number is not finite or out of range.
    ///
    /// # Examples
    ///
    /// ```
    /// use jidi::domain::LonLat;
    /// assert!(LonLat::from_degrees(116.4, 39.9).is_ok());
    /// assert!(LonLat::from_degrees(116.4, 91.0).is_err());
    /// ```
    pub fn from_degrees(lon: f64, lat: f64) -> Result<Self, InvalidLonLat> {
        if (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat) {
            Ok(Self { lon, lat })
        } else {
            Err(InvalidLonLat { lon, lat })
        }
    }

    /// The longitude in degrees.
    #[must_use]
    pub fn lon(self) -> f64 {
        self.lon
    }

    /// The latitude in degrees.
    #[must_use]
    pub fn lat(self) -> f64 {
        self.lat
    }

    /// Turns the position into the unit vector from the centre of the sphere.
    ///
    /// The two names of the antimeridian, and all names of a pole, give one and the same vector.
    ///
    /// # Shape
    ///
    /// `[x, y, z]`: x towards (0°, 0°), y towards (90° E, 0°), z towards the north pole.
    #[must_use]
    pub fn unit_vector(self) -> [f64; 3] {
        if self.lat.abs() == 90.0 {
            return [0.0, 0.0, self.lat.signum()];
        }
        let lon = if self.lon == -180.0 { 180.0 } else { self.lon };
        let (sin_lon, cos_lon) = lon.to_radians().sin_cos();
        let (sin_lat, cos_lat) = self.lat.to_radians().sin_cos();
        [cos_lat * cos_lon, cos_lat * sin_lon, sin_lat]
    }
}

impl FromStr for LonLat {
    type Err = ParseLonLatError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || ParseLonLatError::NotAPair(text.to_owned());
        let (lon, lat) = text.split_once(',').ok_or_else(refused)?;
        let number = |part: &str| part.trim().parse::<f64>().ok();
        let (lon, lat) = number(lon).zip(number(lat)).ok_or_else(refused)?;
        Ok(Self::from_degrees(lon, lat)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latitude_of_91_and_a_longitude_that_is_not_a_number_are_refused() {
        assert!(LonLat::from_degrees(0.0, 91.0).is_err());
        assert!(LonLat::from_degrees(f64::NAN, 0.0).is_err());
        assert!("nan,0".parse::<LonLat>().is_err());
        assert!("inf,0".parse::<LonLat>().is_err());
    }

    #[test]
    fn a_refusal_says_what_was_likely_meant() {
        let wrapped = LonLat::from_degrees(190.0, 10.0).unwrap_err().to_string();
        assert!(wrapped.ends_with("longitude 190 is the meridian -170"), "{wrapped}");
        let swapped = LonLat::from_degrees(39.9, 116.4).unwrap_err().to_string();
        assert!(swapped.ends_with("write longitude first, then latitude"), "{swapped}");
    }

    #[test]
    fn a_pair_is_read_longitude_first_and_anything_else_is_refused() {
        let beijing: LonLat = "116.4, 39.9".parse().unwrap();
        assert_eq!((beijing.lon(), beijing.lat()), (116.4, 39.9));
        for text in ["", "116.4", "116.4,39.9,50", "116.4;39.9", "east,north"] {
            assert!(text.parse::<LonLat>().is_err(), "{text}");
        }
    }

    #[test]
    fn one_place_has_one_vector_at_the_poles_and_on_the_antimeridian() {
        let vector = |lon, lat| LonLat::from_degrees(lon, lat).unwrap().unit_vector();
        assert_eq!(vector(0.0, 90.0), vector(123.0, 90.0));
        assert_eq!(vector(-180.0, 12.0), vector(180.0, 12.0));
    }
}
