//! Which county is this position in?

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::ask::{Ask, PAGE};
use super::place_pages;
use super::problem::Problem;
use super::reply;
use super::service::Service;
use crate::domain::LonLat;
use crate::domain::base::UnitName;
use crate::formats::Format;
use crate::geocode::Place;
use crate::geocode::mentions::Mentions;
use crate::geocode::reverse::{Located, Method};

/// The parameters.
pub(super) const PARAMETERS: [&str; 2] = ["at", "f"];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/reverse", get(reverse))
}

async fn reverse(State(service): State<Arc<Service>>, mut ask: Ask) -> Result<Response, Problem> {
    let geojson = Format::GeoJson.media_type();
    let served = [("geojson", geojson), ("json", geojson), ("", reply::JSON), ("html", PAGE)];
    let is_page = ask.media_type(&served)? == PAGE;
    ask.leave_out_blanks(PARAMETERS);
    let is_of_browser = ask.is_of_browser();
    let at: Option<LonLat> = ask.query.read_as("at", str::parse)?;
    ask.query.finish(&PARAMETERS)?;
    if at.is_none() && is_of_browser {
        return Ok(place_pages::which_position());
    }
    let at = at.ok_or_else(|| Problem::parameter("at", "it is missing: give at=lon,lat"))?;
    let places = &service.catalog().places;
    let located = places.reverse.locate(&places.gazetteer, at);
    let warnings = warnings(located.as_ref());
    let mut features: Vec<Json> =
        located.iter().map(|located| feature(&service, located)).collect();
    // Towns and zones belong to China only where a county of it is.
    if located.is_some() {
        let near = [places.reverse.nearest_town(at), places.reverse.nearest_zone(at)];
        features
            .extend(near.into_iter().flatten().map(|(place, m)| near_feature(&service, place, m)));
    }
    let body = json!({
        "type": "FeatureCollection",
        "query": {"at": [at.lon(), at.lat()]},
        "warnings": warnings,
        "features": features,
    });
    if is_page {
        return Ok(place_pages::reverse(&service.catalog(), &body, at, &ask.here));
    }
    Ok(reply::json(geojson, &body))
}

fn feature(service: &Service, located: &Located) -> Json {
    let gazetteer = &service.catalog().places.gazetteer;
    let unit = &gazetteer.units()[located.unit];
    let chain = gazetteer.chain(located.unit);
    let units: Vec<&UnitName> =
        [&chain.province, &chain.prefecture, &chain.county].into_iter().flatten().collect();
    let english: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
    let chinese: Vec<&str> = units.iter().map(|unit| unit.name_zh.as_str()).collect();
    json!({
        "type": "Feature",
        "id": unit.adcode.to_string(),
        "geometry": {"type": "Point", "coordinates": [unit.position.lon(), unit.position.lat()]},
        "properties": {
            "name": unit.name.name,
            "name_zh": unit.name.name_zh,
            "adcode": unit.adcode.to_string(),
            "level": "county",
            "chain": english,
            "chain_zh": chinese,
            "method": located.method.as_str(),
            "seat_distance_m": located.seat_distance_m.round(),
        },
    })
}

/// The nearest town or zone.
fn near_feature(service: &Service, place: Place, distance_m: f64) -> Json {
    let gazetteer = &service.catalog().places.gazetteer;
    let name = gazetteer.name(place);
    let standing = gazetteer.stand(place, "", &Mentions::default());
    let unit = gazetteer.unit_of(place).map(|unit| &gazetteer.units()[unit]);
    json!({
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [standing.position.lon(), standing.position.lat()]},
        "properties": {
            "name": name.name,
            "name_zh": name.name_zh,
            "adcode": unit.map(|unit| unit.adcode.to_string()),
            "level": if matches!(place, Place::Zone(_)) { "zone" } else { "township" },
            "method": "nearest",
            "distance_m": distance_m.round(),
        },
    })
}

/// Says what the answer does not rest on.
fn warnings(located: Option<&Located>) -> Vec<Json> {
    let (code, message) = match located {
        Some(located) if located.method == Method::Polygon => return Vec::new(),
        Some(_) => (
            "no_boundaries",
            "The service runs without boundaries: the county is that of the nearest seat, which is right in about three of four cases and knows no border of the country.",
        ),
        None => ("nowhere", "No county of China is around this position."),
    };
    vec![json!({"code": code, "message": message})]
}
