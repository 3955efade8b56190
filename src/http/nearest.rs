//! The features nearest to a position or to another feature.

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::ask::{Ask, Names};
use super::asking::{WhileAsked, asking_for};
use super::crs;
use super::filtering;
use super::here::{Link, encoded};
use super::items;
use super::nearest_page::{self, Asked};
use super::problem::Problem;
use super::query::{DEFAULT_K, MAX_LIMIT, Query};
use super::reply::{self, JSON};
use super::service::Service;
use super::timestamp;
use crate::domain::{Feature, LonLat};
use crate::formats::geojson::Members;
use crate::formats::{Contents, DEFAULT_DECIMALS, Format};
use crate::store::{Collection, NearestQuery, Selection};

/// The parameters, beside the names of fields.
pub(super) const PARAMETERS: [&str; 10] =
    ["at", "to", "k", "within_km", "crs", "f", "decimals", "filter", "filter-lang", "filter-crs"];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/collections/{collection}/nearest", get(nearest))
}

async fn nearest(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let format = items::format_or_page(&mut ask, &items::OF_FILES)?;
    let page_of = format.is_none().then(|| service.catalog());
    ask.leave_out_blanks(PARAMETERS);
    items::refuse_layout_of_page(page_of.is_some(), &ask.query)?;
    let format = format.unwrap_or(Format::GeoJson);
    let others = others(&ask.query);
    let at: Option<LonLat> = ask.query.read_as("at", str::parse)?;
    let to = ask.query.take("to");
    let k = ask.query.count("k", DEFAULT_K, MAX_LIMIT)?;
    let within_m = ask.query.read_as("within_km", metres)?;
    let layout = crs::layout(&mut ask.query, &collection, format, DEFAULT_DECIMALS)?;
    let equals = items::equals(&mut ask.query, collection.schema(), &PARAMETERS)?;
    let filter = filtering::filter(&mut ask.query, collection.schema())?;
    let selection =
        Selection { filter: filter.clone(), equals: equals.clone(), ..Selection::default() };
    filtering::check_steps(&collection, &selection)?;
    items::finish(ask.query, &collection, &PARAMETERS)?;
    if !collection.is_points() {
        return Err(Problem::NotPoints(id));
    }
    let here = ask.here;
    let _asked = WhileAsked::of(filter.as_ref());
    asking_for(format.is_spooled() || filter.is_some(), &collection, move |collection| {
        let (from, leave_out) = origin(collection, at, to.as_deref())?;
        let leave_out = leave_out.as_deref();
        let (equals, filter) = (&equals[..], filter.as_ref());
        let query = NearestQuery { from, k, within_m, leave_out, equals, filter };
        let found = collection.nearest(&query)?.ok_or_else(|| Problem::NotPoints(id.clone()))?;
        if let Some(catalog) = &page_of {
            let asked = Asked { from, to: to.as_deref(), k, within_m, others: &others };
            let found = (&found.schema, &found.features[..]);
            let page = nearest_page::nearest(catalog, collection, found, &asked, &here);
            return Ok(reply::with_counts(page, None, found.1.len()));
        }
        found.features.iter().try_for_each(|one| crs::check_reach_of(one, layout.crs))?;
        let path = format!("/collections/{}", encoded(&id));
        let links = [
            Link::new(here.itself(), "self", format.media_type(), "This answer"),
            items::to_read(&here),
            Link::new(here.to(&path), "collection", JSON, &collection.about().title),
        ];
        let returned = found.features.len();
        let mut members = Members::new();
        members.insert("timeStamp".into(), json!(timestamp()));
        members.insert("numberReturned".into(), json!(returned));
        let place = layout.datum.from_wgs84(from);
        let (first, second) =
            layout.crs.in_authority_order(layout.crs.from_wgs84(place.lon(), place.lat()));
        members.insert("from".into(), json!({"coordinates": [first, second], "id": to}));
        members.insert("links".into(), json!(links));
        let contents = Contents { schema: &found.schema, ..collection.contents() };
        let response = items::written(format, contents, found.features.iter(), layout, &members)?;
        let response = crs::with_content_crs(response, layout);
        Ok(reply::with_links(reply::with_counts(response, None, returned), &links))
    })
    .await
}

/// The parameters beside where, how many and how far, which stay when a page is asked anew.
fn others(query: &Query) -> Vec<(String, String)> {
    let is_asked = |name: &str| ["at", "to", "k", "within_km", "f"].contains(&name);
    query.pairs().iter().filter(|(name, _)| !is_asked(name)).cloned().collect()
}

/// Reads a distance in km, as people type it, into metres.
fn metres(text: &str) -> Result<f64, String> {
    let refused =
        || format!("`{text}` is not a distance in km: write a number from 0, such as 300");
    text.parse()
        .ok()
        .filter(|km: &f64| km.is_finite() && *km >= 0.0)
        .map(|km| km * 1000.0)
        .ok_or_else(refused)
}

/// The position asked about, and the feature that stands there if it was named.
fn origin<'a>(
    collection: &'a Collection,
    at: Option<LonLat>,
    to: Option<&str>,
) -> Result<(LonLat, Option<Cow<'a, Feature>>), Problem> {
    match (at, to) {
        (Some(at), None) => Ok((at, None)),
        (None, Some(to)) => {
            let missing = || Problem::NoFeature {
                collection: collection.about().id.clone(),
                id: to.to_owned(),
            };
            let feature = collection.find(to)?.ok_or_else(missing)?;
            let nowhere = || Problem::parameter("to", format!("nobody knows where `{to}` is"));
            Ok((feature.position().ok_or_else(nowhere)?, Some(feature)))
        }
        (Some(_), Some(_)) => {
            Err(Problem::parameter("to", "give either at=lon,lat or to=id, not both"))
        }
        (None, None) => Err(Problem::parameter("at", "it is missing: give at=lon,lat or to=id")),
    }
}
