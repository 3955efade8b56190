//! The reference system of a body that is sent: its positions are turned before they are checked.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value as Json, json};

use super::crs::CONTENT_CRS;
use super::problem::Problem;
use crate::domain::RegisteredCrs;
use crate::domain::registered_crs::UnknownCrs;

/// Reads the header `Content-Crs: <URI>`; without it positions are in CRS84.
///
/// # Errors
///
/// [`Problem::Header`] for what is no system that is offered.
fn named(headers: &HeaderMap) -> Result<RegisteredCrs, Problem> {
    let mut values = headers.get_all(CONTENT_CRS).iter();
    let Some(value) = values.next() else { return Ok(RegisteredCrs::CRS84) };
    let refused = |reason: String| Problem::Header(format!("Content-Crs: {reason}"));
    let text = value.to_str().unwrap_or_default().trim();
    let uri = text.strip_prefix('<').and_then(|text| text.strip_suffix('>'));
    let uri = uri.filter(|_| values.next().is_none()).ok_or_else(|| {
        refused(format!(
            "`{text}` is not one URI in angle brackets, such as <{}>",
            RegisteredCrs::CRS84.uri()
        ))
    })?;
    uri.parse().map_err(|error: UnknownCrs| refused(error.to_string()))
}

/// Refuses a body that is said to be in another system than CRS84, for a reason.
///
/// # Errors
///
/// [`Problem::Header`].
pub(super) fn refuse(headers: &HeaderMap, reason: &str) -> Result<(), Problem> {
    if named(headers)? == RegisteredCrs::CRS84 {
        return Ok(());
    }
    Err(Problem::Header(format!("Content-Crs: {reason}")))
}

/// Turns the positions of GeoJSON features into CRS84, longitude first, where the header names another
/// system; what is no JSON is left to who reads it.
///
/// Vertices are turned, and nothing is put between them. A third number stays as it is.
///
/// # Errors
///
/// [`Problem::Header`] for an unknown system, [`Problem::Body`] for a position that the system does
/// not have.
pub(super) fn in_crs84(headers: &HeaderMap, body: Bytes) -> Result<Bytes, Problem> {
    let crs = named(headers)?;
    if crs == RegisteredCrs::CRS84 {
        return Ok(body);
    }
    let Ok(mut json) = serde_json::from_slice::<Json>(&body) else {
        return Ok(body);
    };
    turn(&mut json, crs)?;
    Ok(json.to_string().into())
}

/// Turns features that are read already, likewise.
///
/// # Errors
///
/// As [`in_crs84`].
pub(super) fn turn_features(headers: &HeaderMap, features: &mut Json) -> Result<(), Problem> {
    match named(headers)? {
        RegisteredCrs::CRS84 => Ok(()),
        crs => turn(features, crs),
    }
}

/// Turns the geometries of a feature, or of the features of a collection.
fn turn(json: &mut Json, crs: RegisteredCrs) -> Result<(), Problem> {
    if let Some(features) = json.get_mut("features").and_then(Json::as_array_mut) {
        return features.iter_mut().try_for_each(|feature| turn(feature, crs));
    }
    json.get_mut("geometry").map_or(Ok(()), |geometry| turn_geometry(geometry, crs))
}

fn turn_geometry(geometry: &mut Json, crs: RegisteredCrs) -> Result<(), Problem> {
    if let Some(parts) = geometry.get_mut("geometries").and_then(Json::as_array_mut) {
        return parts.iter_mut().try_for_each(|part| turn_geometry(part, crs));
    }
    geometry.get_mut("coordinates").map_or(Ok(()), |positions| turn_positions(positions, crs))
}

/// Turns a position, or each of a list of them, however deep.
fn turn_positions(positions: &mut Json, crs: RegisteredCrs) -> Result<(), Problem> {
    let Some(list) = positions.as_array_mut() else { return Ok(()) };
    let (Some(first), Some(second)) =
        (list.first().and_then(Json::as_f64), list.get(1).and_then(Json::as_f64))
    else {
        return list.iter_mut().try_for_each(|part| turn_positions(part, crs));
    };
    let (east, north) = crs.in_authority_order((first, second));
    let (lon, lat) = crs.to_wgs84(east, north).ok_or_else(|| {
        Problem::Body(format!(
            "({first}, {second}) is no position in {}, which Content-Crs names",
            crs.title()
        ))
    })?;
    (list[0], list[1]) = (json!(lon), json!(lat));
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(CONTENT_CRS, HeaderValue::from_str(value).unwrap())])
    }

    fn turned(crs: &str, body: &str) -> Result<Json, Problem> {
        let headers = headers(&format!("<http://www.opengis.net/def/crs/{crs}>"));
        let body = Bytes::from(body.to_owned());
        Ok(serde_json::from_slice(&in_crs84(&headers, body)?).unwrap())
    }

    #[test]
    fn positions_of_every_geometry_are_turned_and_heights_stay() {
        let body = r#"{"features":[{"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[31.5,120.5,7]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}},{"geometry":null}]}"#;
        let json = turned("EPSG/0/4490", body).unwrap();
        let parts = &json["features"][0]["geometry"]["geometries"];
        assert_eq!(parts[0]["coordinates"], json!([120.5, 31.5, 7]));
        assert_eq!(parts[1]["coordinates"], json!([[2.0, 1.0], [4.0, 3.0]]));
    }

    #[test]
    fn a_header_that_names_nothing_is_refused_and_no_position_too() {
        for value in ["", "http://www.opengis.net/def/crs/EPSG/0/4490", "<EPSG:4490>"] {
            assert!(in_crs84(&headers(value), Bytes::from_static(b"{}")).is_err(), "{value}");
        }
        let refused = turned("EPSG/0/4527", r#"{"geometry":{"coordinates":[31.5,120.5]}}"#);
        assert!(matches!(refused, Err(Problem::Body(_))), "{refused:?}");
        assert!(in_crs84(&HeaderMap::new(), Bytes::from_static(b"no JSON")).is_ok());
    }
}
