//! What a filter can ask of a collection, as JSON Schema.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, Names, PAGE};
use super::collections::property;
use super::here::encoded;
use super::problem::Problem;
use super::reply::{self, SCHEMA};
use super::schema_pages;
use super::service::Service;
use crate::store::Collection;

/// The relation of a collection to what can be asked of it.
pub(super) const REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/collections/{collection}/queryables", get(queryables))
}

async fn queryables(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(SCHEMA)?;
    let collection = service.collection(&id)?;
    let body = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here.to(&format!("/collections/{}/queryables", encoded(&id))),
        "title": collection.about().title,
        "type": "object",
        "properties": properties(&collection),
        "additionalProperties": false,
    });
    if wanted == PAGE {
        return Ok(schema_pages::queryables(&collection, &body, &here));
    }
    Ok(reply::json(wanted, &body))
}

fn properties(collection: &Collection) -> Map<String, Json> {
    let mut properties = Map::new();
    for field in collection.schema().fields() {
        let mut described = property(field.field_type, &field.description);
        described["title"] = json!(field.name);
        properties.insert(field.name.clone(), described);
    }
    let format = if collection.is_points() { "geometry-point" } else { "geometry-any" };
    let geometry = json!({
        "title": "geometry",
        "description": "Where it is; also called geom",
        "x-ogc-role": "primary-geometry",
        "format": format,
    });
    properties.entry("geometry").or_insert(geometry);
    properties
}
