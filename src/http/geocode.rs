//! Where is this place? One text by GET; see [`super::geocode_list`] for lists.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::ask::{Ask, PAGE};
use super::geocode_json::{candidate_feature, explained};
use super::geocode_list;
use super::place_pages::{self, Asked};
use super::problem::Problem;
use super::reply;
use super::service::Service;
use crate::formats::Format;
use crate::geocode::Query;

/// The parameters of one text.
pub(super) const PARAMETERS: [&str; 5] = ["q", "country", "within", "limit", "f"];
/// How many candidates are answered unless asked otherwise.
pub(super) const DEFAULT_CANDIDATES: usize = 10;
/// How many candidates can be answered.
pub(super) const MAX_CANDIDATES: usize = 50;

pub(super) fn routes() -> Router<Arc<Service>> {
    // How large a body may be is for the layers to say.
    Router::new()
        .route("/geocode", get(one).post(geocode_list::list))
        .layer(DefaultBodyLimit::disable())
}

async fn one(State(service): State<Arc<Service>>, mut ask: Ask) -> Result<Response, Problem> {
    let geojson = Format::GeoJson.media_type();
    let served = [("geojson", geojson), ("json", geojson), ("", reply::JSON), ("html", PAGE)];
    let is_page = ask.media_type(&served)? == PAGE;
    ask.leave_out_blanks(PARAMETERS);
    let given = if is_page { ask.query.pairs().to_vec() } else { Vec::new() };
    let text = ask.query.take("q");
    let country = ask.query.take("country").unwrap_or_default();
    let within = ask.query.take("within").unwrap_or_default();
    let limit = ask.query.count("limit", DEFAULT_CANDIDATES, MAX_CANDIDATES)?;
    let is_of_browser = ask.is_of_browser();
    ask.query.finish(&PARAMETERS)?;
    if text.is_none() && is_of_browser {
        return Ok(place_pages::which_place());
    }
    let text = text.ok_or_else(|| Problem::parameter("q", "it is missing: give q=a place"))?;
    let catalog = service.catalog();
    check_country(&service, &country)?;
    let query = Query { text: &text, within: &within, country: &country, ..Query::default() };
    let answer = catalog.places.gazetteer.geocode(query);
    let count = answer.candidates.len().min(limit);
    let features: Vec<Json> = (0..count).map(|number| candidate_feature(&answer, number)).collect();
    let mut body = explained(&answer);
    body.insert("query".into(), json!({"q": text, "country": country, "within": within}));
    body.insert("features".into(), json!(features));
    let body = Json::Object(body);
    if is_page {
        let limit = given.iter().find(|(name, _)| name == "limit").map_or("", |(_, limit)| limit);
        let asked = Asked { q: &text, country: &country, within: &within, limit };
        return Ok(place_pages::geocode(&catalog, &body, &asked, &ask.here));
    }
    Ok(reply::json(geojson, &body))
}

/// Refuses a country that nobody knows: a text would silently find nothing there.
pub(super) fn check_country(service: &Service, country: &str) -> Result<(), Problem> {
    if country.is_empty() || service.catalog().places.gazetteer.world().country(country).is_some() {
        return Ok(());
    }
    Err(Problem::parameter(
        "country",
        format!("`{country}` is no country: write an ISO 3166-1 code, such as CN"),
    ))
}
