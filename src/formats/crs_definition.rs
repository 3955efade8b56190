//! Reference systems described in full, as files bear them: well-known text (OGC 01-009) and PROJJSON.
//!
//! Files have east first whatever the register says: GeoPackage (OGC 12-128r18, 2.1.3) and GeoParquet
//! (1.1.0, "Coordinate axis order") demand it, and FlatGeobuf is read so.

use serde_json::{Value as Json, json};

use super::Layout;
use crate::domain::transverse_mercator::Grid;
use crate::domain::{Crs, Datum, RegisteredCrs};

/// The system of a layout; `None` when no register has it, as that of GCJ-02.
pub(super) fn of(layout: Layout) -> Option<RegisteredCrs> {
    match layout.datum {
        Datum::Wgs84 => Some(layout.crs),
        Datum::Cgcs2000 => RegisteredCrs::from_epsg(CGCS2000),
        Datum::Gcj02 | Datum::Bd09 => None,
    }
}

/// The code of longitude and latitude on CGCS 2000.
const CGCS2000: u16 = 4490;

/// Says whether the system is on CGCS 2000; else it is on WGS 84.
fn is_of_china(crs: RegisteredCrs) -> bool {
    matches!(crs.code(), Some(4490..=4554))
}

/// Describes a system as well-known text.
pub(super) fn wkt(crs: RegisteredCrs) -> String {
    let china = r#"GEOGCS["China Geodetic Coordinate System 2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]],AUTHORITY["EPSG","1043"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4490"]]"#;
    let world = r#"GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]"#;
    let base = if is_of_china(crs) { china } else { world };
    let (projection, axes) = match crs.crs() {
        Crs::Degrees(_) => return base.to_owned(),
        Crs::WebMercator => (
            r#"PROJECTION["Mercator_1SP"],PARAMETER["central_meridian",0],PARAMETER["scale_factor",1],PARAMETER["false_easting",0],PARAMETER["false_northing",0]"#.to_owned(),
            r#"AXIS["Easting",EAST],AXIS["Northing",NORTH],EXTENSION["PROJ4","+proj=merc +a=6378137 +b=6378137 +lat_ts=0 +lon_0=0 +x_0=0 +y_0=0 +k=1 +units=m +nadgrids=@null +wktext +no_defs"]"#,
        ),
        Crs::TransverseMercator(grid) => (transverse_mercator(grid.grid()), axes(crs)),
    };
    let (title, code) = (crs.title(), crs.code().unwrap_or_default());
    format!(
        r#"PROJCS["{title}",{base},{projection},UNIT["metre",1,AUTHORITY["EPSG","9001"]],{axes},AUTHORITY["EPSG","{code}"]]"#
    )
}

fn axes(crs: RegisteredCrs) -> &'static str {
    if crs.is_north_first() {
        r#"AXIS["Northing",NORTH],AXIS["Easting",EAST]"#
    } else {
        r#"AXIS["Easting",EAST],AXIS["Northing",NORTH]"#
    }
}

fn transverse_mercator(grid: Grid) -> String {
    format!(
        r#"PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",{}],PARAMETER["central_meridian",{}],PARAMETER["scale_factor",{}],PARAMETER["false_easting",{}],PARAMETER["false_northing",{}]"#,
        grid.origin_lat, grid.central_lon, grid.scale, grid.false_easting_m, grid.false_northing_m
    )
}

/// Describes a system as PROJJSON (schema 0.7).
pub(super) fn projjson(crs: RegisteredCrs) -> Json {
    let mut base = base(is_of_china(crs));
    let conversion = match crs.crs() {
        Crs::Degrees(_) => {
            base["$schema"] = json!(SCHEMA);
            base["type"] = json!("GeographicCRS");
            return base;
        }
        Crs::WebMercator => json!({
            "name": "Popular Visualisation Pseudo-Mercator",
            "method": {"name": "Popular Visualisation Pseudo Mercator", "id": epsg(1024)},
            "parameters": parameters(Grid {
                central_lon: 0.0, origin_lat: 0.0, scale: 1.0, false_easting_m: 0.0, false_northing_m: 0.0,
            }, false),
        }),
        Crs::TransverseMercator(grid) => json!({
            "name": crs.title(),
            "method": {"name": "Transverse Mercator", "id": epsg(9807)},
            "parameters": parameters(grid.grid(), true),
        }),
    };
    let east =
        json!({"name": "Easting", "abbreviation": "E", "direction": "east", "unit": "metre"});
    let north =
        json!({"name": "Northing", "abbreviation": "N", "direction": "north", "unit": "metre"});
    let (first, second) = crs.in_authority_order((east, north));
    json!({
        "$schema": SCHEMA,
        "type": "ProjectedCRS",
        "name": crs.title(),
        "base_crs": base,
        "conversion": conversion,
        "coordinate_system": {"subtype": "Cartesian", "axis": [first, second]},
        "id": epsg(crs.code().unwrap_or_default()),
    })
}

const SCHEMA: &str = "https://proj.org/schemas/v0.7/projjson.schema.json";

fn epsg(code: u16) -> Json {
    json!({"authority": "EPSG", "code": code})
}

fn parameters(grid: Grid, has_scale: bool) -> Json {
    let one = |name: &str, value: f64, unit: &str, code: u16| json!({"name": name, "value": value, "unit": unit, "id": epsg(code)});
    let mut all = vec![
        one("Latitude of natural origin", grid.origin_lat, "degree", 8801),
        one("Longitude of natural origin", grid.central_lon, "degree", 8802),
    ];
    all.extend(has_scale.then(|| one("Scale factor at natural origin", grid.scale, "unity", 8805)));
    all.push(one("False easting", grid.false_easting_m, "metre", 8806));
    all.push(one("False northing", grid.false_northing_m, "metre", 8807));
    Json::Array(all)
}

/// Longitude and latitude, as what a projection stands on.
fn base(is_of_china: bool) -> Json {
    let axis = |name: &str, short: &str, direction: &str| json!({"name": name, "abbreviation": short, "direction": direction, "unit": "degree"});
    let (name, frame, code) = if is_of_china {
        ("China Geodetic Coordinate System 2000", "China 2000", CGCS2000)
    } else {
        ("WGS 84", "World Geodetic System 1984", 4326)
    };
    let ellipsoid =
        if is_of_china { ("CGCS2000", 298.257_222_101) } else { ("WGS 84", 298.257_223_563) };
    json!({
        "name": name,
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": frame,
            "ellipsoid": {
                "name": ellipsoid.0, "semi_major_axis": 6_378_137, "inverse_flattening": ellipsoid.1,
            },
        },
        "coordinate_system": {"subtype": "ellipsoidal", "axis": [
            axis("Geodetic latitude", "Lat", "north"),
            axis("Geodetic longitude", "Lon", "east"),
        ]},
        "id": epsg(code),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::crs_text;

    #[test]
    fn every_description_is_read_back_as_the_system_with_and_without_its_code() {
        for crs in RegisteredCrs::offered().filter(|crs| crs.code().is_some()) {
            let (text, json) = (wkt(crs), projjson(crs));
            assert_eq!(crs_text::from_wkt(&text), Some(crs.crs()), "{text}");
            assert_eq!(crs_text::from_projjson(&json), Some(crs.crs()), "{json}");
            if crs.code() == Some(3857) {
                continue; // known by its code alone in this spelling
            }
            let code = format!(r#",AUTHORITY["EPSG","{}"]]"#, crs.code().unwrap());
            let plain = text.strip_suffix(&code).unwrap().to_owned() + "]";
            assert_eq!(crs_text::from_wkt(&plain), Some(crs.crs()), "{plain}");
            let mut plain = json.clone();
            plain["id"] = Json::Null;
            assert_eq!(crs_text::from_projjson(&plain), Some(crs.crs()), "{plain}");
        }
    }
}
