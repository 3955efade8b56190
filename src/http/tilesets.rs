//! Which tiles there are: tile matrix sets, the tilesets of each collection, and what `/api` says.

use std::f64::consts::PI;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, Names, PAGE};
use super::here::{Here, Link, encoded};
use super::openapi::{conditions, datum_schema, f, operation, parameter, shared};
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use super::tiles::{MVT, PARAMETERS, TILE_JSON};
use super::tileset_pages;
use crate::domain::Bbox;
use crate::store::Collection;
use crate::store::tile::{MAX_BYTES, MAX_FEATURES, MAX_POINTS};
use crate::tiles::{MAX_ZOOM, TileMatrixSet};

/// The conformance classes of tiles.
pub(super) const CLASSES: [&str; 6] = [
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
];

/// The relation to the tile matrix sets.
pub(super) const TILING_SCHEMES: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes";
/// The relation to one of them.
const TILING_SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
/// The relation of a collection to its vector tilesets.
const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
/// The relation of a tileset to its data.
const GEODATA: &str = "http://www.opengis.net/def/rel/ogc/1.0/geodata";

/// Half of the length of the equator of WGS 84, in metres.
const HALF_EQUATOR_M: f64 = PI * 6_378_137.0;

/// The size of a pixel of the standardised rendering, in metres (OGC 17-083r4, 6.2).
const PIXEL_M: f64 = 0.28e-3;

/// The pixels of a tile, in one direction.
const TILE_PIXELS: u16 = 256;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/tileMatrixSets", get(sets))
        .route("/tileMatrixSets/{set}", get(set))
        .route("/collections/{collection}/tiles", get(of_collection))
        .route("/collections/{collection}/tiles/{set}", get(tileset))
}

fn uri(set: TileMatrixSet) -> String {
    format!("http://www.opengis.net/def/tilematrixset/OGC/1.0/{}", set.as_str())
}

fn crs(set: TileMatrixSet) -> &'static str {
    match set {
        TileMatrixSet::WebMercatorQuad => "http://www.opengis.net/def/crs/EPSG/0/3857",
        TileMatrixSet::WorldCrs84Quad => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
    }
}

fn read(set: &str) -> Result<TileMatrixSet, Problem> {
    set.parse().map_err(Problem::NoTile)
}

async fn sets(ask: Ask) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let one = |set: TileMatrixSet| {
        let href = here.to(&format!("/tileMatrixSets/{}", set.as_str()));
        let links = [Link::new(href, "self", JSON, set.as_str())];
        json!({"id": set.as_str(), "title": set.as_str(), "uri": uri(set), "crs": crs(set), "links": links})
    };
    let all: Vec<Json> = TileMatrixSet::ALL.into_iter().map(one).collect();
    let body = json!({"tileMatrixSets": all, "links": own_links(&here)});
    if wanted == PAGE {
        return Ok(tileset_pages::sets(&body, &here));
    }
    Ok(reply::json(JSON, &body))
}

/// The links of an answer to itself, as JSON and to read.
fn own_links(here: &Here) -> [Link; 2] {
    let as_ = |name: &str| here.with(&[("f", Some(name.to_owned()))]);
    [
        Link::new(here.with(&[("f", None)]), "self", JSON, "This page"),
        Link::new(as_("html"), "alternate", PAGE, "To read"),
    ]
}

async fn set(Names(id): Names<String>, ask: Ask) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let set = read(&id)?;
    let axes = match set {
        TileMatrixSet::WebMercatorQuad => ["X", "Y"],
        TileMatrixSet::WorldCrs84Quad => ["Lon", "Lat"],
    };
    let scales = match set {
        TileMatrixSet::WebMercatorQuad => "GoogleMapsCompatible",
        TileMatrixSet::WorldCrs84Quad => "GoogleCRS84Quad",
    };
    let body = json!({
        "id": set.as_str(),
        "title": set.as_str(),
        "uri": uri(set),
        "crs": crs(set),
        "orderedAxes": axes,
        "wellKnownScaleSet": format!("http://www.opengis.net/def/wkss/OGC/1.0/{scales}"),
        "tileMatrices": (0..=MAX_ZOOM).map(|z| matrix(set, z)).collect::<Vec<Json>>(),
        "links": own_links(&here),
    });
    if wanted == PAGE {
        return Ok(tileset_pages::set(&body, &here));
    }
    Ok(reply::json(JSON, &body))
}

fn matrix(set: TileMatrixSet, z: u8) -> Json {
    let (cols, rows) = set.size(z);
    let (height, metres, origin) = match set {
        TileMatrixSet::WebMercatorQuad => {
            (2.0 * HALF_EQUATOR_M, 1.0, [-HALF_EQUATOR_M, HALF_EQUATOR_M])
        }
        TileMatrixSet::WorldCrs84Quad => (180.0, HALF_EQUATOR_M / 180.0, [-180.0, 90.0]),
    };
    let cell = height / f64::from(TILE_PIXELS) / f64::from(rows);
    json!({
        "id": z.to_string(),
        "scaleDenominator": cell * metres / PIXEL_M,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": origin,
        "tileWidth": TILE_PIXELS,
        "tileHeight": TILE_PIXELS,
        "matrixWidth": cols,
        "matrixHeight": rows,
    })
}

async fn of_collection(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let collection = service.collection(&id)?;
    let all: Vec<Json> =
        TileMatrixSet::ALL.into_iter().map(|set| described(&collection, set, &here)).collect();
    let body = json!({"tilesets": all, "links": own_links(&here)});
    if wanted == PAGE {
        return Ok(tileset_pages::of_collection(&collection, &body, &here));
    }
    Ok(reply::json(JSON, &body))
}

async fn tileset(
    State(service): State<Arc<Service>>,
    Names((id, set)): Names<(String, String)>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let set = read(&set)?;
    let wanted = ask.media_type(&[("json", JSON), ("tilejson", TILE_JSON), ("html", PAGE)])?;
    if wanted != TILE_JSON {
        ask.query.finish(&["f"])?;
        let body = described(&collection, set, &ask.here);
        if wanted == PAGE {
            return Ok(tileset_pages::tileset(&collection, &body, &ask.here));
        }
        return Ok(reply::json(JSON, &body));
    }
    if set != TileMatrixSet::WebMercatorQuad {
        return Err(Problem::parameter("f", "TileJSON knows WebMercatorQuad only"));
    }
    Ok(reply::json(TILE_JSON, &super::tiles::described(&collection, ask)?))
}

fn described(collection: &Collection, set: TileMatrixSet, here: &Here) -> Json {
    let about = collection.about();
    let path = format!("/collections/{}", encoded(&about.id));
    let root = format!("{path}/tiles/{}", set.as_str());
    let template = here.to(&format!("{root}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"));
    let matrix_set = here.to(&format!("/tileMatrixSets/{}", set.as_str()));
    let mut links = vec![
        Link::new(here.to(&root), "self", JSON, "This tileset"),
        Link::new(here.to(&format!("{root}?f=html")), "alternate", PAGE, "To read"),
        Link::new(template, "item", MVT, "Tiles").templated(),
        Link::new(matrix_set, TILING_SCHEME, JSON, "How the globe is cut into tiles"),
        Link::new(here.to(&path), GEODATA, JSON, &about.title),
    ];
    if set == TileMatrixSet::WebMercatorQuad {
        let tile_json = here.to(&format!("{root}/tilejson.json"));
        links.push(Link::new(tile_json, "describedby", JSON, "TileJSON, for web maps"));
        let negotiated = here.to(&format!("{root}?f=tilejson"));
        links.push(Link::new(negotiated, "alternate", TILE_JSON, "The same, by its media type"));
    }
    let dimension = if collection.is_points() { 0 } else { 2 };
    let mut tileset = json!({
        "title": format!("{} in {}", about.title, set.as_str()),
        "dataType": "vector",
        "crs": crs(set),
        "tileMatrixSetURI": uri(set),
        "layers": [{"id": about.id, "dataType": "vector", "geometryDimension": dimension}],
        "tileMatrixSetLimits": (0..=MAX_ZOOM).map(|z| limits(set, z)).collect::<Vec<Json>>(),
        "links": links,
    });
    if let Some(Bbox { west, south, east, north }) = collection.extent() {
        tileset["boundingBox"] = json!({
            "lowerLeft": [west, south],
            "upperRight": [east, north],
            "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        });
    }
    tileset
}

/// Which tiles of a zoom there are: all of them, though many are empty.
fn limits(set: TileMatrixSet, z: u8) -> Json {
    let (cols, rows) = set.size(z);
    json!({
        "tileMatrix": z.to_string(),
        "minTileRow": 0, "maxTileRow": rows - 1, "minTileCol": 0, "maxTileCol": cols - 1,
    })
}

/// The link of a collection to its tilesets.
pub(super) fn links(collection: &Collection, here: &Here) -> Vec<Link> {
    let path = format!("/collections/{}/tiles", encoded(&collection.about().id));
    vec![Link::new(here.to(&path), TILESETS, JSON, "Vector tiles")]
}

/// Describes the tile matrix sets.
pub(super) fn add_sets(paths: &mut Map<String, Json>) {
    let summary = "How the globe is cut into tiles";
    let all = operation("Capabilities", summary, &[f(&["json", "html"])], &[JSON, PAGE]);
    paths.insert("/tileMatrixSets".into(), all);
    let one =
        operation("Capabilities", summary, &[set_name(), f(&["json", "html"])], &[JSON, PAGE]);
    paths.insert("/tileMatrixSets/{tileMatrixSetId}".into(), one);
}

fn set_name() -> Json {
    let names = TileMatrixSet::ALL.map(TileMatrixSet::as_str);
    in_path("tileMatrixSetId", "A tile matrix set", &json!({"type": "string", "enum": names}))
}

fn in_path(name: &str, words: &str, schema: &Json) -> Json {
    json!({"name": name, "in": "path", "required": true, "description": words, "schema": schema})
}

/// Describes the tiles of a collection.
pub(super) fn add(paths: &mut Map<String, Json>, collection: &Collection) {
    let about = collection.about();
    let (root, title) = (format!("/collections/{}/tiles", about.id), &about.title);
    let mut add = |path: String, summary: &str, parameters: &[Json], kinds: &[&str]| {
        paths.insert(path, operation("Data", summary, parameters, kinds));
    };
    let list = [f(&["json", "html"])];
    add(root.clone(), &format!("{title}: vector tilesets"), &list, &[JSON, PAGE]);
    let one = [set_name(), f(&["json", "tilejson", "html"])];
    let of_set = format!("{root}/{{tileMatrixSetId}}");
    add(of_set.clone(), &format!("{title}: a vector tileset"), &one, &[JSON, TILE_JSON, PAGE]);
    let mut wanted = vec![parameter(
        "datum",
        "What the positions are measured against; gcj02 and bd09 fit the maps of Amap, Tencent and Baidu and nothing else",
        &datum_schema(),
    )];
    wanted.extend(["datetime", "filter", "filter-lang", "filter-crs"].map(shared));
    wanted.extend(conditions(collection.schema(), &PARAMETERS));
    let mut of_json = vec![f(&["json", "tilejson", "html"])];
    of_json.extend(wanted.clone());
    let path = format!("{root}/WebMercatorQuad/tilejson.json");
    add(path, &format!("{title}: TileJSON, for web maps"), &of_json, &[JSON, TILE_JSON, PAGE]);
    let number = |maximum: u32| json!({"type": "integer", "minimum": 0, "maximum": maximum});
    let (cols, rows) = TileMatrixSet::WorldCrs84Quad.size(MAX_ZOOM);
    let mut of_one = vec![
        set_name(),
        in_path("tileMatrix", "The zoom", &number(u32::from(MAX_ZOOM))),
        in_path("tileRow", "The row, from the north", &number(rows - 1)),
        in_path("tileCol", "The column, from the west", &number(cols - 1)),
        f(&["mvt"]),
    ];
    of_one.extend(wanted);
    let path = format!("{of_set}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}");
    let mut of_tile = operation("Data", &format!("{title}: a vector tile"), &of_one, &[MVT]);
    of_tile["get"]["description"] = json!(format!(
        "A tile is 4096 units wide, with a buffer of 64 around for areas and lines. Where more than {MAX_POINTS} points stand in it, or more than {MAX_FEATURES} features of any kind would be drawn, they are counted in cells of 32 units: `count`, and `count_…` for each group of industries; so are areas and lines that are too small to be seen. It has at most {MAX_BYTES} bytes when packed by gzip: what would be more loses texts of more than 64 bytes and stands on a grid of 4 units, then loses all properties but `id` and stands on a grid of 16, and then is counted, in larger cells if need be."
    ));
    of_tile["get"]["responses"]["204"] = json!({"description": "The tile shows nothing"});
    paths.insert(path, of_tile);
}
