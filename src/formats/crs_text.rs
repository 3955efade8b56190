//! Coordinate reference systems as files describe them: well-known text (OGC 01-009, ISO 19162) and
//! PROJJSON.

use serde_json::Value as Json;

use crate::domain::transverse_mercator::{Ellipsoid, Grid, TransverseMercator};
use crate::domain::{Crs, Datum};

/// How deeply the parts of a description may stand in one another.
const MOST_NESTED: usize = 32;
/// How long a description may be, in bytes.
const MOST_BYTES: usize = 64 * 1024;

/// Finds the system that a well-known text describes, by its EPSG code or by its parameters.
#[must_use]
pub fn from_wkt(text: &str) -> Option<Crs> {
    let root = Node::read(text)?;
    let root = if root.is(&["COMPD_CS", "COMPOUNDCRS"]) {
        root.parts.into_iter().find(|part| !part.parts.is_empty())?
    } else {
        root
    };
    root.epsg().and_then(Crs::from_epsg).or_else(|| Described::in_wkt(&root)?.crs())
}

/// The name of the system that a well-known text describes.
#[must_use]
pub fn name_in_wkt(text: &str) -> String {
    let name = Node::read(text).and_then(|root| Some(root.parts.first()?.word.clone()));
    name.unwrap_or_else(|| text.chars().take(80).collect())
}

/// Finds the system that a PROJJSON object describes.
#[must_use]
pub fn from_projjson(json: &Json) -> Option<Crs> {
    let (authority, code) = (json["id"]["authority"].as_str(), &json["id"]["code"]);
    if code.as_str() == Some("CRS84") {
        return Some(Crs::default());
    }
    let number = code.as_i64().or_else(|| code.as_str()?.parse().ok());
    let by_code = number.filter(|_| authority == Some("EPSG")).and_then(Crs::from_epsg);
    by_code.or_else(|| Described::in_projjson(json).crs())
}

/// Holds what decides how the numbers of a system are turned back.
struct Described {
    /// Names of the datum and of the system below a projection.
    datum: Vec<String>,
    ellipsoid: Ellipsoid,
    /// The projection, if it is one.
    method: Option<String>,
    parameters: Vec<(String, f64)>,
    /// Whether it counts in degrees from Greenwich, or metres.
    has_plain_units: bool,
}

impl Described {
    fn in_wkt(root: &Node) -> Option<Self> {
        const GEOGRAPHIC: [&str; 7] = [
            "GEOGCS",
            "GEOGCRS",
            "GEODCRS",
            "BASEGEOGCRS",
            "BASEGEODCRS",
            "GEOGRAPHICCRS",
            "GEODETICCRS",
        ];
        let base = root.find(&GEOGRAPHIC)?;
        let frame = base.find(&["DATUM", "GEODETICDATUM", "TRF", "ENSEMBLE"])?;
        let body = base.find(&["SPHEROID", "ELLIPSOID"])?;
        let number = |node: &Node, place: usize| node.parts.get(place)?.word.parse().ok();
        let method = root.find(&["PROJECTION", "METHOD"]);
        let is_projected = !root.is(&GEOGRAPHIC);
        let wanted = if is_projected { 1.0 } else { 1f64.to_radians() };
        let is_wanted =
            |unit: &Node| number(unit, 1).is_none_or(|factor: f64| (factor - wanted).abs() < 1e-9);
        let units = root.parts.iter().filter(|part| part.is(&["UNIT", "LENGTHUNIT"]));
        let is_greenwich =
            base.find(&["PRIMEM"]).is_none_or(|meridian| number(meridian, 1) == Some(0.0));
        let mut parameters = Vec::new();
        root.each(&mut |node| {
            if node.is(&["PARAMETER"])
                && let (Some(name), Some(value)) = (node.parts.first(), number(node, 1))
            {
                parameters.push((plain(&name.word), value));
            }
        });
        Some(Self {
            datum: [base, frame].into_iter().filter_map(Node::name).map(plain).collect(),
            ellipsoid: Ellipsoid { a_m: number(body, 1)?, inverse_flattening: number(body, 2)? },
            method: is_projected
                .then(|| method.and_then(Node::name).map(plain).unwrap_or_default()),
            parameters,
            has_plain_units: units.clone().all(is_wanted) && is_greenwich,
        })
    }

    fn in_projjson(json: &Json) -> Self {
        let is_projected = json["type"] == "ProjectedCRS";
        let base = if is_projected { &json["base_crs"] } else { json };
        let frame = if base["datum"].is_null() { &base["datum_ensemble"] } else { &base["datum"] };
        let body = &frame["ellipsoid"];
        let conversion = &json["conversion"];
        let parameters = conversion["parameters"].as_array().into_iter().flatten();
        let metre_or_degree = |axis: &Json| axis["unit"] == "metre" || axis["unit"] == "degree";
        let axes = json["coordinate_system"]["axis"].as_array();
        Self {
            datum: [base, frame]
                .iter()
                .filter_map(|part| part["name"].as_str())
                .map(plain)
                .collect(),
            ellipsoid: Ellipsoid {
                a_m: body["semi_major_axis"].as_f64().unwrap_or_default(),
                inverse_flattening: body["inverse_flattening"].as_f64().unwrap_or_default(),
            },
            method: is_projected
                .then(|| plain(conversion["method"]["name"].as_str().unwrap_or_default())),
            parameters: parameters
                .filter_map(|one| Some((plain(one["name"].as_str()?), one["value"].as_f64()?)))
                .collect(),
            has_plain_units: axes.is_none_or(|axes| axes.iter().all(metre_or_degree))
                && frame["prime_meridian"]["longitude"].as_f64().unwrap_or(0.0) == 0.0,
        }
    }

    fn crs(&self) -> Option<Crs> {
        let is_any = |names: &[&str]| {
            self.datum.iter().any(|datum| names.iter().any(|name| datum.contains(name)))
        };
        let datum = if is_any(&["wgs84", "wgs1984", "worldgeodeticsystem1984"]) {
            Datum::Wgs84
        } else if is_any(&["cgcs2000", "china2000", "chinageodeticcoordinatesystem2000"]) {
            Datum::Cgcs2000
        } else {
            return None;
        };
        if !self.has_plain_units {
            return None;
        }
        match self.method.as_deref() {
            None => Some(Crs::Degrees(datum)),
            Some("mercatorauxiliarysphere" | "popularvisualisationpseudomercator") => {
                Some(Crs::WebMercator)
            }
            Some("transversemercator" | "gausskruger") => {
                let grid = Grid {
                    central_lon: self
                        .parameter(&["centralmeridian", "longitudeofnaturalorigin"])?,
                    origin_lat: self.parameter(&["latitudeoforigin", "latitudeofnaturalorigin"])?,
                    scale: self.parameter(&["scalefactor", "scalefactoratnaturalorigin"])?,
                    false_easting_m: self.parameter(&["falseeasting"])?,
                    false_northing_m: self.parameter(&["falsenorthing"])?,
                };
                let is_sound = self.ellipsoid.a_m > 6e6
                    && self.ellipsoid.inverse_flattening > 200.0
                    && grid.scale > 0.0;
                let lay = || Crs::TransverseMercator(TransverseMercator::new(self.ellipsoid, grid));
                is_sound.then(lay)
            }
            Some(_) => None,
        }
    }

    fn parameter(&self, names: &[&str]) -> Option<f64> {
        let known = self.parameters.iter().find(|(name, _)| names.contains(&name.as_str()));
        known.map(|(_, value)| *value)
    }
}

/// A name without what writers differ in: case, blanks, underscores.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'ü' { 'u' } else { letter })
        .collect()
}

/// Holds a part of a well-known text: a word, text or number, and what stands in its brackets.
#[derive(Debug, Default)]
struct Node {
    word: String,
    parts: Vec<Node>,
}

impl Node {
    fn read(text: &str) -> Option<Self> {
        if text.len() > MOST_BYTES {
            return None;
        }
        let mut rest = text.trim_start_matches('\u{feff}').chars().peekable();
        Self::next(&mut rest, 0)
    }

    fn next(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, depth: usize) -> Option<Self> {
        if depth > MOST_NESTED {
            return None;
        }
        while rest.next_if(|letter| letter.is_whitespace()).is_some() {}
        let mut node = Self::default();
        if rest.next_if_eq(&'"').is_some() {
            loop {
                match rest.next()? {
                    '"' if rest.next_if_eq(&'"').is_none() => break,
                    letter => node.word.push(letter),
                }
            }
        } else {
            let is_end = |letter: &char| !"[](),".contains(*letter);
            while let Some(letter) = rest.next_if(is_end) {
                node.word.push(letter);
            }
            node.word.truncate(node.word.trim_end().len());
        }
        if rest.next_if(|letter| "[(".contains(*letter)).is_some() {
            loop {
                node.parts.push(Self::next(rest, depth + 1)?);
                while rest.next_if(|letter| letter.is_whitespace()).is_some() {}
                match rest.next()? {
                    ',' => {}
                    _ => break,
                }
            }
        }
        Some(node)
    }

    fn is(&self, words: &[&str]) -> bool {
        !self.parts.is_empty() && words.iter().any(|word| self.word.eq_ignore_ascii_case(word))
    }

    fn name(&self) -> Option<&str> {
        self.parts.first().map(|name| name.word.as_str())
    }

    /// The first part of one of these words, here or deeper.
    fn find(&self, words: &[&str]) -> Option<&Self> {
        if self.is(words) {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.find(words))
    }

    fn each(&self, visit: &mut impl FnMut(&Self)) {
        visit(self);
        self.parts.iter().for_each(|part| part.each(visit));
    }

    fn epsg(&self) -> Option<i64> {
        let id = self.parts.iter().rfind(|part| part.is(&["AUTHORITY", "ID"]))?;
        let is_epsg = id.name()?.eq_ignore_ascii_case("EPSG");
        id.parts.get(1).filter(|_| is_epsg)?.word.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESRI_ZONE: &str = r#"PROJCS["CGCS2000_3_Degree_GK_CM_120E",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",120.0],PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;

    #[test]
    fn zones_without_a_code_are_known_by_their_parameters() {
        assert_eq!(from_wkt(ESRI_ZONE), Crs::from_epsg(4549));
        let feet = ESRI_ZONE.replace(r#"UNIT["Meter",1.0]"#, r#"UNIT["Foot_US",0.3048006]"#);
        assert_eq!(from_wkt(&feet), None);
        let xian = ESRI_ZONE
            .replace("China_2000", "Xian_1980")
            .replace("China_Geodetic_Coordinate_System_2000", "Xian_1980");
        assert_eq!(from_wkt(&xian), None, "another datum has another shape of the Earth");
        assert_eq!(name_in_wkt(&xian), "CGCS2000_3_Degree_GK_CM_120E");
    }

    #[test]
    fn degrees_are_known_in_three_spellings() {
        let esri = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
        assert_eq!(from_wkt(esri), Some(Crs::default()));
        let iso = r#"GEOGCRS["China Geodetic Coordinate System 2000",DATUM["China 2000",ELLIPSOID["CGCS2000",6378137,298.257222101]],CS[ellipsoidal,2],AXIS["lat",north],UNIT["degree",0.0174532925199433],ID["EPSG",4490]]"#;
        assert_eq!(from_wkt(iso), Some(Crs::Degrees(Datum::Cgcs2000)));
        let json = serde_json::json!({"type": "GeographicCRS", "name": "WGS 84 (CRS84)", "id": {"authority": "OGC", "code": "CRS84"}});
        assert_eq!(from_projjson(&json), Some(Crs::default()));
        let bessel = esri.replace("WGS_1984", "Bessel_1841");
        assert_eq!(from_wkt(&bessel), None);
    }

    #[test]
    fn broken_descriptions_are_none() {
        for cut in 0..ESRI_ZONE.len() {
            let _ = from_wkt(&ESRI_ZONE[..cut]);
        }
        assert_eq!(from_wkt(&"A[".repeat(10_000)), None);
        assert_eq!(from_wkt(""), None);
        assert_eq!(from_projjson(&Json::Null), None);
    }
}
