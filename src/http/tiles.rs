//! One tile of a collection, and the `TileJSON` by which web maps find them.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::ask::{Ask, Names, PAGE};
use super::asking::{WhileAsked, asking_for};
use super::here::encoded;
use super::problem::Problem;
use super::query::Query;
use super::reply::{self, JSON};
use super::service::Service;
use super::{filtering, items, tileset_pages};
use crate::domain::Datum;
use crate::formats::tile_json::{Layer, vector_layer};
use crate::store::{Collection, Selection};
use crate::tiles::{Square, TileMatrixSet};

/// The media type of vector tiles.
pub(super) const MVT: &str = "application/vnd.mapbox-vector-tile";

/// The media type by which a tileset is asked for as `TileJSON`.
pub(super) const TILE_JSON: &str = "application/vnd.mapbox.tile+json";

/// The highest zoom that web maps are told of; they enlarge it beyond, where a unit is 15 cm.
pub(super) const MAP_ZOOM: u8 = 16;

/// The parameters of tiles, beside the names of fields.
pub(super) const PARAMETERS: [&str; 6] =
    ["f", "datum", "datetime", "filter", "filter-lang", "filter-crs"];

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
    let Wanted { datum, selection } = Wanted::of(ask.query, &collection, Some(square))?;
    if selection != Selection::default() {
        let _asked = WhileAsked::of(selection.filter.as_ref());
        let draw =
            move |collection: &Collection| Ok(collection.tile_of(square, datum, &selection)?);
        return Ok(answer(asking_for(true, &collection, draw).await?.into()));
    }
    // What was drawn before costs no change of threads.
    if let Some(tile) = collection.drawn_tile(square, datum) {
        return Ok(answer(Bytes::from_owner(tile)));
    }
    let draw = move |collection: &Collection| Ok(collection.tile(square, datum)?);
    Ok(answer(Bytes::from_owner(asking_for(true, &collection, draw).await?)))
}

fn answer(tile: Bytes) -> Response {
    if tile.is_empty() {
        return StatusCode::NO_CONTENT.into_response();
    }
    reply::bytes(MVT, tile)
}

/// Says which features are shown, and in which datum.
struct Wanted {
    datum: Datum,
    selection: Selection,
}

impl Wanted {
    /// Takes the parameters of tiles; a filter may cost only so much in a square.
    fn of(
        mut query: Query,
        collection: &Collection,
        square: Option<Square>,
    ) -> Result<Self, Problem> {
        let datum: Datum = query.read_as("datum", str::parse)?.unwrap_or_default();
        let selection = Selection {
            time: query.read_as("datetime", str::parse)?,
            equals: items::equals(&mut query, collection.schema(), &PARAMETERS)?,
            filter: filtering::filter(&mut query, collection.schema())?,
            ..Selection::default()
        };
        items::finish(query, collection, &PARAMETERS)?;
        if let Some(bbox) = square.map(|square| square.bbox(0.0)) {
            let here = Selection { bbox: Some(bbox), ..selection.clone() };
            filtering::check_steps(collection, &here)?;
        }
        Ok(Self { datum, selection })
    }
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
    let served = [("json", JSON), ("tilejson", TILE_JSON), ("html", PAGE)];
    let media_type = ask.media_type(&served)?;
    let collection = service.collection(&id)?;
    let here = ask.here.clone();
    let body = described(&collection, ask)?;
    if media_type == PAGE {
        return Ok(tileset_pages::tile_json(&service.catalog(), &collection, &body, &here));
    }
    Ok(reply::json(if media_type == TILE_JSON { TILE_JSON } else { JSON }, &body))
}

/// Describes the tiles of web maps as `TileJSON` does; what is asked for is asked of each tile.
pub(super) fn described(collection: &Collection, ask: Ask) -> Result<Json, Problem> {
    let kept = ask.query.pairs().iter().filter(|(name, _)| name != "f");
    let kept = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
    let kept = if kept.is_empty() { kept } else { format!("?{kept}") };
    let Wanted { datum, .. } = Wanted::of(ask.query, collection, None)?;
    let about = collection.about();
    let groups = collection.counted_groups();
    let layer = Layer { contents: collection.contents(), groups: &groups, max_zoom: MAP_ZOOM };
    let root = ask.here.to(&format!("/collections/{}/tiles", encoded(&about.id)));
    let mut body = json!({
        "tilejson": "3.0.0",
        "name": about.title,
        "description": about.description,
        "attribution": about.attribution,
        "scheme": "xyz",
        "tiles": [format!("{root}/WebMercatorQuad/{{z}}/{{y}}/{{x}}{kept}")],
        "minzoom": 0,
        "maxzoom": MAP_ZOOM,
        "datum": datum.as_str(),
        "vector_layers": [vector_layer(layer)],
    });
    if let Some(bbox) = collection.extent() {
        body["bounds"] = json!([bbox.west, bbox.south, bbox.east, bbox.north]);
    }
    if datum != Datum::Wgs84 {
        body["name"] = json!(format!("{} ({})", about.title, datum.title()));
    }
    Ok(body)
}
