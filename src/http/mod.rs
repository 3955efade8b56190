//! What was asked, what is the answer? OGC API Features over the catalog, and the web page.
//!
//! The only floor below `cli` that is asynchronous.

mod accept;
mod access;
mod analysis_page;
mod api_page;
mod ask;
mod asking;
mod client_address;
mod collection_list;
mod collection_pages;
mod collections;
mod content_crs;
mod crs;
mod download;
mod download_page;
mod editor;
mod edits;
mod edits_api;
mod edits_body;
mod filtering;
mod front;
mod geocode;
mod geocode_json;
mod geocode_list;
mod geojson_map;
mod health;
mod here;
mod history;
mod html;
mod html_curves;
mod html_form;
mod html_map;
mod html_parts;
mod html_words;
mod industries;
pub(crate) mod industries_json;
mod industry_pages;
mod item_pages;
mod items;
mod job_pages;
mod jobs;
mod jobs_api;
mod landing;
mod lanes;
mod layers;
mod licences;
mod metrics;
mod nearest;
mod nearest_page;
mod observe;
mod openapi;
mod page;
mod paging;
mod place_pages;
mod problem;
mod process_pages;
mod processes;
mod processes_json;
mod query;
mod queryables;
mod rate_limit;
mod relatedness;
mod remembered;
mod reply;
mod request_id;
mod reverse;
mod runs;
mod schema;
mod schema_pages;
mod serve;
mod service;
mod streamed;
mod tiles;
mod tileset_pages;
mod tilesets;
mod upload;
mod upload_api;
mod upload_body;
mod use_it_in;
mod web;

use std::sync::Arc;

use axum::Router;
use axum::http::Uri;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub use access::{NoToken, check_writable};
pub use front::Front;
pub use jobs::Jobs;
pub use metrics::Metrics;
pub use problem::Problem;
pub use rate_limit::RateLimit;
pub use serve::{ServeError, serve};
pub use service::{Limits, Service};
pub use web::Web;

/// Answers on every path that is served.
pub fn front(service: impl Into<Arc<Service>>) -> Front {
    let service = service.into();
    let routes = Router::new()
        .merge(landing::routes())
        .merge(openapi::routes())
        .merge(api_page::routes())
        .merge(collections::routes())
        .merge(use_it_in::routes())
        .merge(queryables::routes())
        .merge(schema::routes())
        .merge(items::routes())
        .merge(download::routes())
        .merge(edits::routes())
        .merge(history::routes())
        .merge(jobs_api::routes())
        .merge(nearest::routes())
        .merge(processes::routes())
        .merge(reverse::routes())
        .merge(tiles::routes())
        .merge(tilesets::routes())
        .merge(geocode::routes())
        .merge(industries::routes())
        .merge(relatedness::routes())
        .merge(licences::routes())
        .merge(health::routes())
        .merge(metrics::routes())
        .merge(page::routes())
        .fallback(async |uri: Uri| Problem::NoPath(uri.path().to_owned()));
    let routes = layers::bounded_by(service.limits, routes, upload::routes());
    Front::new(Arc::clone(&service), routes.with_state(service))
}

/// The time of an answer, in UTC (RFC 3339).
fn timestamp() -> String {
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    now.format(&Rfc3339).unwrap_or_default()
}
