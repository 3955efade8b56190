//! Datums of coordinates at the door: inside there is WGS 84 only.

use std::str::FromStr;

use super::LonLat;

/// Names what coordinates are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Datum {
    /// WGS 84, as GPS gives it.
    #[default]
    Wgs84,
    /// CGCS 2000, China's own; the same as WGS 84 to less than a metre.
    Cgcs2000,
    /// GCJ-02, as Amap and Tencent show it: some 100 to 700 m off within mainland China.
    Gcj02,
    /// BD-09, as Baidu shows it: GCJ-02 and a twist more.
    Bd09,
}

/// A text that names no datum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no datum: choose one of wgs84, cgcs2000, gcj02, bd09")]
pub struct UnknownDatum(pub String);

impl Datum {
    /// Every datum, the default first.
    pub const ALL: [Self; 4] = [Self::Wgs84, Self::Cgcs2000, Self::Gcj02, Self::Bd09];

    /// The name in `datum=`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Wgs84 => "wgs84",
            Self::Cgcs2000 => "cgcs2000",
            Self::Gcj02 => "gcj02",
            Self::Bd09 => "bd09",
        }
    }

    /// The name as people write it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Wgs84 => "WGS 84",
            Self::Cgcs2000 => "CGCS 2000",
            Self::Gcj02 => "GCJ-02",
            Self::Bd09 => "BD-09",
        }
    }

    /// Turns a position of this datum into WGS 84.
    ///
    /// GCJ-02 has no inverse in closed form: the shift is taken off and what is left over again,
    /// until less than a millimetre is. Outside of where it is used nothing is changed.
    #[must_use]
    pub fn to_wgs84(self, at: LonLat) -> LonLat {
        let (lon, lat) = (at.lon(), at.lat());
        let (lon, lat) = match self {
            Self::Wgs84 | Self::Cgcs2000 => (lon, lat),
            Self::Gcj02 => coordtransform::gcj02_to_wgs84(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = coordtransform::bd09_to_gcj02(lon, lat);
                coordtransform::gcj02_to_wgs84(lon, lat)
            }
        };
        LonLat::from_degrees(lon, lat).unwrap_or(at)
    }

    /// Turns a position in WGS 84 into one of this datum.
    #[must_use]
    pub fn from_wgs84(self, at: LonLat) -> LonLat {
        let (lon, lat) = (at.lon(), at.lat());
        let (lon, lat) = match self {
            Self::Wgs84 | Self::Cgcs2000 => (lon, lat),
            Self::Gcj02 => coordtransform::wgs84_to_gcj02(lon, lat),
            Self::Bd09 => {
                let (lon, lat) = coordtransform::wgs84_to_gcj02(lon, lat);
                coordtransform::gcj02_to_bd09(lon, lat)
            }
        };
        LonLat::from_degrees(lon, lat).unwrap_or(at)
    }
}

impl FromStr for Datum {
    type Err = UnknownDatum;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().replace(['-', ' '], "").as_str() {
            "wgs84" => Ok(Self::Wgs84),
            "cgcs2000" => Ok(Self::Cgcs2000),
            "gcj02" => Ok(Self::Gcj02),
            "bd09" => Ok(Self::Bd09),
            _ => Err(UnknownDatum(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> LonLat {
        LonLat::from_degrees(lon, lat).unwrap()
    }

    fn is_near(one: LonLat, other: LonLat, degrees: f64) -> bool {
        (one.lon() - other.lon()).abs() < degrees && (one.lat() - other.lat()).abs() < degrees
    }

    /// Points as published in the tests of eviltransform and gcoord: WGS 84, GCJ-02, BD-09; latitude first.
    const PUBLISHED: [[(f64, f64); 3]; 4] = [
        [(31.1774276, 121.5272106), (31.175303984, 121.531541859), (31.181328607, 121.538015686)],
        [(22.543847, 113.912316), (22.540796132, 113.917176481), (22.546667438, 113.923684729)],
        [(39.911954, 116.377817), (39.913345455, 116.384047225), (39.919575551, 116.390454713)],
        [(39.915, 116.404), (39.916404282, 116.410244499), (39.922699552, 116.416627244)],
    ];

    #[test]
    fn the_published_points_come_out_both_ways() {
        for [wgs84, gcj02, bd09] in PUBLISHED.map(|three| three.map(|(lat, lon)| at(lat, lon))) {
            assert!(is_near(Datum::Gcj02.from_wgs84(wgs84), gcj02, 1e-8), "{wgs84:?}");
            assert!(is_near(Datum::Bd09.from_wgs84(wgs84), bd09, 1e-8), "{wgs84:?}");
            assert!(is_near(Datum::Gcj02.to_wgs84(gcj02), wgs84, 2e-8), "{gcj02:?}");
            assert!(is_near(Datum::Bd09.to_wgs84(bd09), wgs84, 2e-8), "{bd09:?}");
        }
    }

    #[test]
    fn neighbours_of_china_and_cgcs2000_are_not_shifted() {
        for place in [at(27.47, 89.64), at(47.92, 106.92), at(21.03, 105.85), at(22.28, 114.16)] {
            assert_eq!(Datum::Gcj02.to_wgs84(place), place);
        }
        assert_eq!(Datum::Cgcs2000.to_wgs84(at(39.9, 116.4)), at(39.9, 116.4));
    }

    #[test]
    fn names_are_read_as_people_write_them() {
        assert_eq!("GCJ-02".parse(), Ok(Datum::Gcj02));
        assert_eq!("WGS 84".parse(), Ok(Datum::Wgs84));
        assert!("nad27".parse::<Datum>().is_err());
    }
}
