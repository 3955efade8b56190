//! Is the service alive, and is it ready?

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::ask::Ask;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

async fn live(ask: Ask) -> Result<Response, Problem> {
    ask.json_only(JSON)?;
    Ok(reply::json(JSON, &json!({"status": "alive"})))
}

/// A service that answers here has loaded everything: it does not listen before.
async fn ready(State(service): State<Arc<Service>>, ask: Ask) -> Result<Response, Problem> {
    ask.json_only(JSON)?;
    let catalog = service.catalog();
    let counts: Map<String, Json> = catalog
        .collections
        .iter()
        .map(|collection| (collection.about().id.clone(), json!(collection.len())))
        .collect();
    let boundaries = if catalog.has_boundaries {
        "loaded"
    } else {
        "none: provinces, prefectures and counties are not listed; positions are assigned by the nearest seat"
    };
    let body = json!({
        "status": "ready",
        "version": env!("CARGO_PKG_VERSION"),
        "data": catalog.fingerprint,
        "collections": counts,
        "boundaries": boundaries,
        "warnings": catalog.warnings,
        "web_page": if service.web.is_built() { "built" } else { "not built: run make web" },
    });
    Ok(reply::json(JSON, &body))
}
