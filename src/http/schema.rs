//! What the data of a collection are, whatever the format: OGC API Features Part 5; and the functions
//! of filters beyond the standard's (Part 3).

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
use super::reply::{self, JSON, SCHEMA};
use super::schema_pages;
use super::service::Service;
use crate::store::Collection;

/// The conformance classes of this module.
pub(super) const CLASSES: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
    "http://www.opengis.net/spec/cql2/1.0/conf/functions",
];

/// The relation of a collection to its schema.
pub(super) const REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/schema";
/// The relation of the service to its functions.
pub(super) const FUNCTIONS: &str = "http://www.opengis.net/def/rel/ogc/1.0/functions";

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/collections/{collection}/schema", get(schema))
        .route("/functions", get(functions))
}

async fn schema(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(SCHEMA)?;
    let collection = service.collection(&id)?;
    let body = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here.to(&format!("/collections/{}/schema", encoded(&id))),
        "title": collection.about().title,
        "description": collection.about().description,
        "type": "object",
        "properties": properties(&collection),
        "additionalProperties": false,
    });
    if wanted == PAGE {
        return Ok(schema_pages::schema(&collection, &body, &here));
    }
    Ok(reply::json(wanted, &body))
}

/// The properties with their roles: the id, the geometry, and the time where a field of days or instants
/// tells it. A year has none, since the roles of time are for dates and instants.
fn properties(collection: &Collection) -> Map<String, Json> {
    let mut properties = Map::new();
    let id = json!({"title": "id", "type": "string", "description": "The id of the feature", "x-ogc-role": "id", "readOnly": true});
    properties.insert("id".into(), id);
    let time = collection.time_field().map(|field| field.name.as_str());
    let fields = collection.schema().fields().iter();
    for field in fields.filter(|field| field.name != "id") {
        let mut described = property(field.field_type, &field.description);
        described["title"] = json!(field.name);
        if Some(field.name.as_str()) == time {
            described["x-ogc-role"] = json!("primary-instant");
        }
        properties.insert(field.name.clone(), described);
    }
    let free = ["geometry", "geom"].into_iter().find(|name| !properties.contains_key(*name));
    let format = if collection.is_points() { "geometry-point" } else { "geometry-any" };
    let geometry = json!({
        "title": "geometry",
        "description": "Where it is",
        "x-ogc-role": "primary-geometry",
        "format": format,
    });
    properties.insert(free.unwrap_or("jidi_geometry").into(), geometry);
    for (place, described) in properties.values_mut().enumerate() {
        described["x-ogc-propertySeq"] = json!(place + 1);
    }
    properties
}

async fn functions(ask: Ask) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let argument = |title: &str, words: &str, kind: &str| json!({"title": title, "description": words, "type": [kind]});
    let body = json!({"functions": [{
        "name": "S_DWITHIN",
        "description": "Whether a geometry is within a distance of a position, on the ellipsoid, the edge included",
        "arguments": [
            argument("geometry", "The geometry of the feature", "geometry"),
            argument("point", "A position: POINT(lon lat)", "geometry"),
            argument("distance", "How far at most", "number"),
            argument("unit", "'m' or 'km'", "string"),
        ],
        "returns": ["boolean"],
    }]});
    if wanted == PAGE {
        return Ok(schema_pages::functions(&body, &here));
    }
    Ok(reply::json(JSON, &body))
}
