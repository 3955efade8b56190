//! One tile of a collection, and the `TileJSON` by which web maps find them.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, Names};
use super::asking::asking_for;
use super::here::encoded;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::domain::{Datum, FieldType};
use crate::store::Collection;
use crate::tiles::{Square, TileMatrixSet};

/// The media type of vector tiles.
pub(super) const MVT: &str = "application/vnd.mapbox-vector-tile";

/// The highest zoom that web maps are told of; they enlarge it beyond, where a unit is 15 cm.
pub(super) const MAP_ZOOM: u8 = 16;

pub(super) fn routes() -> Router<Arc<Service>> {
    let tile = "/collections/{collection}/tiles/{set}/{z}/{row}/{col}";
    let tilejson = "/collections/{collection}/tiles/WebMercatorQuad/tilejson.json";
    Router::new().route(tile, get(one)).route(tilejson, get(tile_json))
}

async fn one(
    State(service): State<Arc<Service>>,
    Names((id, set, z, row, col)): Names<(String, String, String, String, String)>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let square = square(&set, [&z, &row, &col])?;
    ask.media_type(&[("mvt", MVT), ("", "application/x-protobuf")])?;
    let datum = ask.query.read_as("datum", str::parse)?.unwrap_or_default();
    ask.query.finish(&["f", "datum"])?;
    let tile = asking_for(true, &collection, move |collection| Ok(collection.tile(square, datum)?))
        .await?;
    if tile.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(reply::bytes(MVT, tile.to_vec()))
}

/// Reads the numbers of a tile in a path.
fn square(set: &str, numbers: [&str; 3]) -> Result<Square, Problem> {
    let set: TileMatrixSet = set.parse().map_err(Problem::NoTile)?;
    let [z, row, col] = numbers.map(|text| {
        let is_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let number = if is_digits { text.parse::<u32>().ok() } else { None };
        number.ok_or_else(|| {
            Problem::parameter("tile", format!("`{text}` is no whole number: write z/row/col"))
        })
    });
    let (z, row, col) = (z?, row?, col?);
    let z = u8::try_from(z).unwrap_or(u8::MAX);
    Square::new(set, z, row, col).map_err(|refused| Problem::NoTile(refused.to_string()))
}

async fn tile_json(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    ask.media_type(&[("json", JSON)])?;
    let datum: Datum = ask.query.read_as("datum", str::parse)?.unwrap_or_default();
    ask.query.finish(&["f", "datum"])?;
    let about = collection.about();
    let root = ask.here.to(&format!("/collections/{}/tiles", encoded(&id)));
    let named =
        if datum == Datum::Wgs84 { String::new() } else { format!("?datum={}", datum.as_str()) };
    let mut body = json!({
        "tilejson": "3.0.0",
        "name": about.title,
        "description": about.description,
        "attribution": about.attribution,
        "scheme": "xyz",
        "tiles": [format!("{root}/WebMercatorQuad/{{z}}/{{y}}/{{x}}{named}")],
        "minzoom": 0,
        "maxzoom": MAP_ZOOM,
        "datum": datum.as_str(),
        "vector_layers": [vector_layer(&collection)],
    });
    if let Some(bbox) = collection.extent() {
        body["bounds"] = json!([bbox.west, bbox.south, bbox.east, bbox.north]);
    }
    if datum != Datum::Wgs84 {
        body["name"] = json!(format!("{} ({})", about.title, datum.title()));
    }
    Ok(reply::json(JSON, &body))
}

/// Describes the layer of the tiles (`TileJSON` 3.0, 3.3).
fn vector_layer(collection: &Collection) -> Json {
    let kind = |field_type| match field_type {
        FieldType::Integer | FieldType::Real => "Number",
        FieldType::Text | FieldType::List => "String",
    };
    let fields = collection.schema().fields().iter();
    let mut fields: Map<String, Json> =
        fields.map(|field| (field.name.clone(), json!(kind(field.field_type)))).collect();
    fields.insert("id".into(), json!("String"));
    if collection.is_points() {
        fields.insert("count".into(), json!("Number"));
    }
    json!({"id": collection.about().id, "fields": fields, "minzoom": 0, "maxzoom": MAP_ZOOM})
}
