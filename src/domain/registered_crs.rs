//! Coordinate reference systems that answers can be in, by their names in public registers.

use std::str::FromStr;

use super::{Bbox, Crs, Datum};

/// Names a system of a register: longitude and latitude (CRS84), or one of the EPSG.
///
/// # Shape
///
/// Its two numbers are east, then north, as programs draw them; [`Self::in_authority_order`] puts
/// them as the register has them.
///
/// # Units
///
/// Degrees or metres, see [`Self::is_metric`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RegisteredCrs {
    /// The number in the register of the EPSG; `None` for CRS84.
    code: Option<u16>,
    crs: Crs,
}

/// A text that names no system that is offered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a reference system that is offered: write {CRS84_URI}, or {EPSG_URI} with 4326, 4490, 3857, a Gauss-Krüger zone on CGCS 2000 (4491–4554) or a zone of UTM (32643–32653)"
)]
pub struct UnknownCrs(pub String);

/// The name of WGS 84 with longitude first.
const CRS84_URI: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// What the names of the EPSG's systems begin with; 0 is the version: the newest.
const EPSG_URI: &str = "http://www.opengis.net/def/crs/EPSG/0/";

/// How far from its meridian a grid is used, in degrees: all of China from each of its zones.
pub const MOST_FROM_MERIDIAN: f64 = 75.0;

/// How far a position may come back from where it was, in metres, for a grid to be true there.
const RETURNED_M: f64 = 0.001;

impl RegisteredCrs {
    /// WGS 84, longitude first: the default everywhere.
    pub const CRS84: Self = Self { code: None, crs: Crs::Degrees(Datum::Wgs84) };

    /// Every system that is offered, the default first.
    pub fn offered() -> impl Iterator<Item = Self> {
        let codes = [4326, 4490, 3857].into_iter().chain(4491..=4554).chain(32_643..=32_653);
        std::iter::once(Self::CRS84).chain(codes.filter_map(Self::from_epsg))
    }

    /// Finds a system that is offered by its number in the register of the EPSG.
    #[must_use]
    pub fn from_epsg(code: u16) -> Option<Self> {
        let is_offered = matches!(code, 4326 | 4490 | 3857 | 4491..=4554 | 32_643..=32_653);
        let crs = Crs::from_epsg(i64::from(code)).filter(|_| is_offered)?;
        Some(Self { code: Some(code), crs })
    }

    /// The number in the register of the EPSG; `None` for CRS84.
    #[must_use]
    pub fn code(self) -> Option<u16> {
        self.code
    }

    /// How its numbers become degrees.
    #[must_use]
    pub fn crs(self) -> Crs {
        self.crs
    }

    /// The meridian that a grid is laid along, in degrees; Greenwich for what is no grid.
    #[must_use]
    pub fn central_lon(self) -> f64 {
        match self.crs {
            Crs::TransverseMercator(grid) => grid.central_lon(),
            _ => 0.0,
        }
    }

    /// Its name as a URI (OGC 09-048r5).
    #[must_use]
    pub fn uri(self) -> String {
        self.code.map_or_else(|| CRS84_URI.to_owned(), |code| format!("{EPSG_URI}{code}"))
    }

    /// Its name as a URN (OGC 07-092r3).
    #[must_use]
    pub fn urn(self) -> String {
        let code = self.code.map(|code| format!("EPSG::{code}"));
        format!("urn:ogc:def:crs:{}", code.unwrap_or_else(|| "OGC:1.3:CRS84".to_owned()))
    }

    /// Its name in a word, as columns and files bear it: `crs84`, `epsg4527`.
    #[must_use]
    pub fn word(self) -> String {
        self.code.map_or_else(|| "crs84".to_owned(), |code| format!("epsg{code}"))
    }

    /// Its name as the register writes it.
    #[must_use]
    pub fn title(self) -> String {
        let Some(code) = self.code else { return "WGS 84 (CRS84)".to_owned() };
        match code {
            4326 => "WGS 84".to_owned(),
            4490 => "China Geodetic Coordinate System 2000".to_owned(),
            3857 => "WGS 84 / Pseudo-Mercator".to_owned(),
            4491..=4501 => format!("CGCS2000 / Gauss-Kruger zone {}", code - 4478),
            4502..=4512 => format!("CGCS2000 / Gauss-Kruger CM {}E", 75 + 6 * (code - 4502)),
            4513..=4533 => format!("CGCS2000 / 3-degree Gauss-Kruger zone {}", code - 4488),
            4534..=4554 => {
                format!("CGCS2000 / 3-degree Gauss-Kruger CM {}E", 75 + 3 * (code - 4534))
            }
            _ => format!("WGS 84 / UTM zone {}N", code - 32_600),
        }
    }

    /// Says whether its numbers are metres; else they are degrees.
    #[must_use]
    pub fn is_metric(self) -> bool {
        !matches!(self.crs, Crs::Degrees(_))
    }

    /// Says whether the register puts north before east: degrees of the EPSG and all zones of
    /// Gauss-Krüger on CGCS 2000 do, Web Mercator and UTM do not.
    #[must_use]
    pub fn is_north_first(self) -> bool {
        matches!(self.code, Some(4326 | 4490 | 4491..=4554))
    }

    /// Puts east and north, or such pairs, in the order of the register, or takes them out of it.
    #[must_use]
    pub fn in_authority_order<T>(self, (east, north): (T, T)) -> (T, T) {
        if self.is_north_first() { (north, east) } else { (east, north) }
    }

    /// Turns a position in WGS 84, in degrees, into east and north of the system.
    ///
    /// Nothing is refused: far from its meridian a grid gives far numbers, and at a pole Web
    /// Mercator does, see [`Self::holds`].
    #[must_use]
    pub fn from_wgs84(self, lon: f64, lat: f64) -> (f64, f64) {
        self.crs.from_wgs84(lon, lat)
    }

    /// Turns east and north of the system into a position in WGS 84, in degrees; `None` where the
    /// system has no such place.
    #[must_use]
    pub fn to_wgs84(self, east: f64, north: f64) -> Option<(f64, f64)> {
        let (lon, lat) = self.crs.to_wgs84(east, north);
        // Web maps end at the antimeridian, which their metres, written to the millimetre, pass by a hair.
        let lon = if self.is_metric() && lon.abs() < 180.0 + HAIR {
            lon.clamp(-180.0, 180.0)
        } else {
            lon
        };
        if !(lon.abs() <= 180.0 && lat.abs() <= 90.0) {
            return None;
        }
        let Crs::TransverseMercator(grid) = self.crs else { return Some((lon, lat)) };
        let (east_again, north_again) = grid.from_degrees(lon, lat);
        let is_true = (east - east_again).hypot(north - north_again) < RETURNED_M
            && (lon - grid.central_lon()).abs() <= MOST_FROM_MERIDIAN;
        is_true.then_some((lon, lat))
    }

    /// Says whether every position of a box has its numbers in the system.
    #[must_use]
    pub fn holds(self, bbox: &Bbox) -> bool {
        let Crs::TransverseMercator(grid) = self.crs else { return true };
        let is_near = |lon: f64| (lon - grid.central_lon()).abs() <= MOST_FROM_MERIDIAN;
        !bbox.crosses_antimeridian() && is_near(bbox.west) && is_near(bbox.east)
    }
}

/// A millimetre on the equator, in degrees.
const HAIR: f64 = 1e-8;

impl Default for RegisteredCrs {
    fn default() -> Self {
        Self::CRS84
    }
}

impl FromStr for RegisteredCrs {
    type Err = UnknownCrs;

    /// Reads a URI, or the same as a safe CURIE: `[EPSG:4490]`, `[OGC:CRS84]`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if matches!(text, CRS84_URI | "[OGC:CRS84]") {
            return Ok(Self::CRS84);
        }
        let curie = || text.strip_prefix("[EPSG:")?.strip_suffix(']');
        let digits = text.strip_prefix(EPSG_URI).or_else(curie);
        let is_plain = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_digit());
        let code = digits.filter(is_plain).and_then(|digits| digits.parse().ok());
        code.and_then(Self::from_epsg).ok_or_else(|| UnknownCrs(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_system_is_found_by_its_uri_and_its_curie() {
        let offered: Vec<_> = RegisteredCrs::offered().collect();
        assert_eq!(offered.len(), 1 + 3 + 64 + 11);
        for crs in offered {
            assert_eq!(crs.uri().parse(), Ok(crs));
            let curie =
                crs.code().map_or("[OGC:CRS84]".to_owned(), |code| format!("[EPSG:{code}]"));
            assert_eq!(curie.parse(), Ok(crs));
        }
    }

    #[test]
    fn what_is_not_offered_is_refused_with_what_is() {
        let uri = |code: &str| format!("{EPSG_URI}{code}");
        for text in ["", "4490", "EPSG:4490", "[EPSG:4555]", &uri("4214"), &uri("+4490"), &uri("")]
        {
            let refused = text.parse::<RegisteredCrs>().unwrap_err().to_string();
            assert!(refused.contains("4491–4554") && refused.contains(CRS84_URI), "{refused}");
        }
    }

    #[test]
    fn a_pair_without_the_number_of_its_zone_is_no_place_of_a_zone_with_one() {
        let zone = RegisteredCrs::from_epsg(4527).unwrap();
        assert!(zone.to_wgs84(39_585_229.482_7, 3_520_028.179_1).is_some());
        assert_eq!(zone.to_wgs84(585_229.482_7, 3_520_028.179_1), None);
        assert_eq!(zone.to_wgs84(117.9, 31.8), None);
        assert_eq!(zone.to_wgs84(f64::MAX, 0.0), None);
    }

    #[test]
    fn a_grid_holds_what_is_within_75_degrees_of_its_meridian() {
        let zone = RegisteredCrs::from_epsg(4554).unwrap(); // 135° E
        let bbox = |west, east| Bbox::from_edges(west, 20.0, east, 50.0).unwrap();
        assert!(zone.holds(&bbox(73.0, 135.0)));
        assert!(!zone.holds(&bbox(59.0, 135.0)));
        assert!(!zone.holds(&bbox(135.0, -179.0)));
        assert!(RegisteredCrs::CRS84.holds(&bbox(-180.0, 180.0)));
    }
}
