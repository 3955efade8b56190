//! The API described by itself, as OpenAPI 3.0: one operation for each path of each collection.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::access::sees;
use super::api_page;
use super::ask::{Ask, PAGE};
use super::here::Here;
use super::layers::MAX_ADDRESS;
use super::problem::{self, Problem};
use super::query::{DEFAULT_K, DEFAULT_LIMIT, MAX_DECIMALS, MAX_LIMIT, MIN_AREA_DECIMALS};
use super::reply::{self, JSON, SCHEMA};

/// The media type of pages to read, as clients compare it.
const HTML: &str = "text/html";

use super::geocode::{DEFAULT_CANDIDATES, MAX_CANDIDATES};
use super::service::{Limits, Service};
use super::tiles::TILE_JSON;
use super::{
    crs, download, edits_api, filtering, items, nearest, paging, processes_json, tilesets,
    upload_api,
};
use crate::domain::{Datum, FieldType, Schema};
use crate::formats::sheet::SheetKind;
use crate::formats::{DEFAULT_DECIMALS, Format};
use crate::store::Collection;

/// The media type that OGC clients look for, to the letter.
pub const MEDIA_TYPE: &str = "application/vnd.oai.openapi+json;version=3.0";

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/api", get(api))
}

async fn api(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let served = [("json", MEDIA_TYPE), ("openapi", JSON), ("html", PAGE)];
    if ask.media_type(&served)? == PAGE {
        ask.query.finish(&["f"])?;
        return Ok(api_page::answer(&service, &ask.here, &headers));
    }
    ask.query.finish(&["f"])?;
    Ok(reply::json(MEDIA_TYPE, &document(&service, &ask.here, &headers)))
}

/// Writes the document for who sends these headers.
pub(super) fn document(service: &Service, here: &Here, headers: &HeaderMap) -> Json {
    let (catalog, limits) = (service.catalog(), service.limits);
    let mut paths = Map::new();
    for (path, tag, summary, media_types) in FIXED {
        paths.insert(path.into(), operation(tag, summary, &fixed_parameters(path), media_types));
    }
    tilesets::add_sets(&mut paths);
    paths.insert("/geocode".into(), geocode_operations(limits));
    let seen = catalog.collections.iter();
    for collection in seen.filter(|one| sees(&catalog, headers, &one.about().id)) {
        add_collection(&mut paths, collection);
        tilesets::add(&mut paths, collection);
        if service.keeper.is_some() && catalog.is_stored(&collection.about().id) {
            edits_api::add(&mut paths, collection);
        }
    }
    processes_json::add(&mut paths);
    upload_api::add_jobs(&mut paths);
    if service.keeper.is_some() {
        upload_api::add(&mut paths, limits);
    }
    let mut document = json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Jidi",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("Industrial bases on the map: features, the nearest ones, administrative units, industries. Addresses of more than {MAX_ADDRESS} bytes are answered with 414."),
            "license": {"name": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": here.to("")}],
        "tags": [
            {"name": "Capabilities", "description": "What is served, and how"},
            {"name": "Data", "description": "Features of the collections"},
            {"name": "Analyses", "description": "Patterns of the points, as OGC API Processes, too"},
            {"name": "Places", "description": "Administrative units and industries"},
            {"name": "Jobs", "description": "Files that become collections, and what takes longer"},
            {"name": "Operation", "description": "Health and measures"},
        ],
        "paths": paths,
        "components": {"parameters": shared_parameters(), "schemas": schemas()},
    });
    if service.keeper.is_some() {
        document["components"]["securitySchemes"] = edits_api::security_schemes();
    }
    document
}

/// The paths that do not depend on the data: path, tag, summary, media types.
const FIXED: [(&str, &str, &str, &[&str]); 15] = [
    ("/", "Capabilities", "The landing page; the web map to a browser", &[JSON, HTML]),
    ("/conformance", "Capabilities", "The standards that are met", &[JSON, HTML]),
    ("/api", "Capabilities", "This document", &[MEDIA_TYPE, HTML]),
    ("/api.html", "Capabilities", "This document, to read", &[HTML]),
    (
        "/use-it-in",
        "Capabilities",
        "How other programs read a collection: recipes to copy",
        &[HTML],
    ),
    ("/collections", "Capabilities", "The collections", &[JSON, HTML]),
    (
        "/reverse",
        "Places",
        "The county around a position: by polygon, or by the nearest seat",
        &["application/geo+json", HTML],
    ),
    ("/functions", "Capabilities", "Functions of filters beyond the standard's", &[JSON, HTML]),
    (
        "/industries",
        "Places",
        "Groups, labels and classes of industries, with colours and codes; or candidates for a label",
        &[JSON, HTML],
    ),
    (
        "/industries/relatedness",
        "Places",
        "How related industries are, as a matrix",
        &[JSON, "text/csv", HTML],
    ),
    ("/licences", "Capabilities", "Sources, licences and attributions", &[JSON, HTML]),
    ("/health/live", "Operation", "Is the process alive?", &[JSON, HTML]),
    ("/health/ready", "Operation", "Is the service ready, and with what data?", &[JSON, HTML]),
    ("/metrics", "Operation", "Measures of the service, as Prometheus reads them", &["text/plain"]),
    ("/favicon.ico", "Operation", "The icon of the page", &["image/x-icon"]),
];

fn fixed_parameters(path: &str) -> Vec<Json> {
    match path {
        "/reverse" => vec![at(true), f(&["geojson", "json", "html"])],
        "/industries" => vec![
            parameter(
                "q",
                "A label of an industry, in English or Chinese: answers candidates with codes, score, confidence and reason",
                &json!({"type": "string", "minLength": 1}),
            ),
            f(&["json", "html"]),
        ],
        "/industries/relatedness" => vec![
            parameter(
                "measure",
                "How relatedness is measured",
                &json!({"type": "string", "enum": super::relatedness::measures(), "default": "input_output"}),
            ),
            parameter(
                "places",
                "For colocation, association and probability: the collections that industries are counted in, apart by commas",
                &json!({"type": "string", "minLength": 1, "default": "bases,hubs"}),
            ),
            f(&["json", "csv", "html"]),
        ],
        "/api.html" => vec![f(&["html"])],
        "/use-it-in" => vec![
            parameter(
                "collection",
                "The id of the collection; the first unless given",
                &json!({"type": "string", "minLength": 1}),
            ),
            f(&["html"]),
        ],
        "/favicon.ico" | "/metrics" => vec![],
        _ => vec![f(&["json", "html"])],
    }
}

fn add_collection(paths: &mut Map<String, Json>, collection: &Collection) {
    let about = collection.about();
    let root = format!("/collections/{}", about.id);
    let title = &about.title;
    paths.insert(
        root.clone(),
        operation("Capabilities", title, &[f(&["json", "html"])], &[JSON, HTML]),
    );
    let (decimals, exact) = if collection.is_points() {
        ("decimals", "exact_decimals")
    } else {
        ("area_decimals", "exact_area_decimals")
    };
    let formats: Vec<&str> = Format::ALL.map(Format::media_type).to_vec();
    let of_page = items::PARAMETERS.map(|name| if name == "decimals" { decimals } else { name });
    let names: Vec<&str> = items::FORMATS.iter().map(|(name, _)| *name).chain(["html"]).collect();
    let mut page = of_page.map(|name| if name == "f" { f(&names) } else { shared(name) }).to_vec();
    page.extend(conditions(collection.schema(), &items::PARAMETERS));
    let summary = format!("{title}: features, page by page");
    let of_items = operation("Data", &summary, &page, &[&formats[..], &[HTML]].concat());
    paths.insert(format!("{root}/items"), of_items);
    let mut file =
        ["bbox", "bbox-crs", "crs", "datetime", exact, "datum", "bom"].map(shared).to_vec();
    file.push(f(&names));
    file.extend(["filter", "filter-lang", "filter-crs", "sortby"].map(shared));
    file.extend(["properties", "skipGeometry", "skip-geometry"].map(shared));
    file.extend(conditions(collection.schema(), &download::PARAMETERS));
    let summary = format!("{title}: everything that matches, as one file");
    let of_file = operation("Data", &summary, &file, &[&formats[..], &[HTML]].concat());
    paths.insert(format!("{root}/download"), of_file);
    let id = json!({
        "name": "featureId", "in": "path", "required": true,
        "description": "The id of a feature", "schema": {"type": "string"},
    });
    let one =
        [id, f(&["geojson", "json", "html"]), shared("crs"), shared(decimals), shared("datum")];
    let summary = format!("{title}: one feature");
    paths.insert(
        format!("{root}/items/{{featureId}}"),
        operation("Data", &summary, &one, &["application/geo+json", HTML]),
    );
    let of_schemas = [
        ("feature-schema", "what a feature looks like, as JSON Schema"),
        ("schema", "what the data are, whatever the format, as JSON Schema"),
        ("queryables", "what a filter can ask, as JSON Schema"),
    ];
    for (end, words) in of_schemas {
        let summary = format!("{title}: {words}");
        let types = [SCHEMA, JSON, HTML];
        let described = operation("Data", &summary, &[f(&["json", "html"])], &types);
        paths.insert(format!("{root}/{end}"), described);
    }
    if collection.is_points() {
        let mut near = vec![at(false), to()];
        let others = nearest::PARAMETERS.iter().filter(|name| !["at", "to"].contains(name));
        near.extend(others.map(|&name| if name == "f" { f(&names) } else { shared(name) }));
        near.extend(conditions(collection.schema(), &nearest::PARAMETERS));
        let summary = format!("{title}: the nearest features, by distance on the ellipsoid");
        let of_near = operation("Data", &summary, &near, &[&formats[..], &[HTML]].concat());
        paths.insert(format!("{root}/nearest"), of_near);
        let mut wanted = ["bbox", "bbox-crs", "datetime"].map(shared).to_vec();
        wanted.push(f(&["geojson", "json", "html"]));
        wanted.extend(["filter", "filter-lang", "filter-crs"].map(shared));
        wanted.extend(conditions(collection.schema(), &items::PARAMETERS));
        processes_json::add_collection(paths, (&root, title), &wanted);
    }
}

/// Describes what a refusal looks like.
pub(super) fn refusal() -> Json {
    json!({
        "description": "Refused: what was wrong, and what would be right",
        "content": {problem::MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
    })
}

/// Describes a GET.
pub(super) fn operation(
    tag: &str,
    summary: &str,
    parameters: &[Json],
    media_types: &[&str],
) -> Json {
    let content: Map<String, Json> = media_types
        .iter()
        .map(|media_type| ((*media_type).to_owned(), json!({"schema": schema_of(media_type)})))
        .collect();
    let refusal = refusal();
    let mut described = json!({"get": {
        "tags": [tag],
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": content},
            "304": {"description": "The client has it already"},
            "400": refusal,
            "404": refusal,
            "406": refusal,
            "429": refusal,
            "503": refusal,
        },
    }});
    // A filter may be longer than is read.
    if parameters.contains(&shared("filter")) {
        described["get"]["responses"]["414"] = refusal;
    }
    described
}

fn schema_of(media_type: &str) -> Json {
    match media_type {
        "application/geo+json" => json!({"$ref": "#/components/schemas/geojson"}),
        JSON | SCHEMA | MEDIA_TYPE | TILE_JSON => json!({"type": "object"}),
        "application/flatgeobuf"
        | "application/vnd.mapbox-vector-tile"
        | "application/geopackage+sqlite3"
        | "application/vnd.apache.parquet" => json!({"type": "string", "format": "binary"}),
        _ => json!({"type": "string"}),
    }
}

/// The conditions that a page or a search takes on the fields of its features.
pub(super) fn conditions(schema: &Schema, reserved: &[&str]) -> Vec<Json> {
    let fields = schema.fields().iter().filter(|field| !reserved.contains(&field.name.as_str()));
    fields
        .map(|field| {
            let schema = match field.field_type {
                FieldType::Integer => json!({"type": "integer"}),
                FieldType::Real => json!({"type": "number"}),
                // A list is asked for by one of its values.
                FieldType::Text | FieldType::List => json!({"type": "string"}),
                FieldType::Boolean => json!({"type": "boolean"}),
                kind @ (FieldType::Date | FieldType::DateTime) => {
                    json!({"type": "string", "format": kind.as_str()})
                }
            };
            parameter(&field.name, &field.description, &schema)
        })
        .collect()
}

pub(super) fn parameter(name: &str, words: &str, schema: &Json) -> Json {
    json!({
        "name": name, "in": "query", "required": false, "style": "form", "explode": false,
        "description": words, "schema": schema,
    })
}

pub(super) fn shared(name: &str) -> Json {
    json!({"$ref": format!("#/components/parameters/{name}")})
}

pub(super) fn f(names: &[&str]) -> Json {
    parameter(
        "f",
        "The format, when it is not chosen by `Accept`",
        &json!({"type": "string", "enum": names}),
    )
}

fn at(is_required: bool) -> Json {
    let schema = json!({"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "number", "minimum": -180, "maximum": 180}});
    let mut at = parameter("at", "Longitude and latitude in degrees, WGS 84", &schema);
    at["required"] = json!(is_required);
    at
}

fn to() -> Json {
    parameter(
        "to",
        "The id of a feature to search around, instead of `at`; it is left out",
        &json!({"type": "string"}),
    )
}

/// Describes the geocoder: one text by GET, a list by POST.
fn geocode_operations(limits: Limits) -> Json {
    let text = json!({"type": "string"});
    let limit = json!({"type": "integer", "minimum": 1, "maximum": MAX_CANDIDATES, "default": DEFAULT_CANDIDATES});
    let mut q = parameter("q", "A place: a name, an address, the title of a base", &text);
    q["required"] = json!(true);
    let country =
        parameter("country", "The country, by ISO 3166-1 code or name; CN for China alone", &text);
    let one = [
        q,
        country.clone(),
        parameter("within", "A unit around the place, by name or GB/T 2260 code", &text),
        parameter("limit", "How many candidates at most", &limit),
        f(&["geojson", "json", "html"]),
    ];
    let media_types = ["application/geo+json", HTML];
    let mut operations =
        operation("Places", "Where is this place? Candidates, the best first", &one, &media_types);
    operations["post"] = geocode_list(country, limits);
    operations
}

fn geocode_list(country: Json, limits: Limits) -> Json {
    let datum = parameter(
        "datum",
        "What the positions of the rows are measured against; answers are in WGS 84",
        &datum_schema(),
    );
    let parameters = [country, datum, f(&["geojson", "json", "csv"])];
    let (mib, rows) = (limits.body_bytes / 1024 / 1024, limits.list_rows);
    let unpacked = limits.unpacked_bytes / 1024 / 1024;
    let summary = "Where are these places? One feature a row, in their order";
    let answers = ["application/geo+json", "text/csv"];
    let mut list = operation("Places", summary, &parameters, &answers)["get"].take();
    list["description"] = json!(format!(
        "A list of up to {rows} rows and {mib} MiB: a table with a header, a workbook of up to {unpacked} MiB once it is unpacked, rows of JSON, the points of a GeoJSON FeatureCollection, or plain text with one name a line. Columns are found by their names in English or Chinese: query or place, name, within or province, country, adcode, lon, lat; all others come back as they are. The answer is a table for a table and GeoJSON for JSON, unless `f` or `Accept` says so, and is sent while the rows are located. Rows that cannot be read are listed in `refused`, or their lines in the header `Jidi-Refused-Lines`."
    ));
    list["responses"]["413"] = list["responses"]["400"].clone();
    let field = |kind: &str| json!({"type": kind, "nullable": true});
    let rows = json!({"type": "object", "required": ["rows"], "additionalProperties": false, "properties": {
        "rows": {"type": "array", "maxItems": rows, "items": {"type": "object", "properties": {
            "query": field("string"), "within": field("string"), "country": field("string"),
            "adcode": field("string"), "name": field("string"), "lon": field("number"), "lat": field("number"),
        }}},
    }});
    let content: Map<String, Json> = SheetKind::MEDIA_TYPES
        .iter()
        .map(|media_type| {
            let schema = if *media_type == JSON { rows.clone() } else { schema_of(media_type) };
            ((*media_type).to_owned(), json!({"schema": schema}))
        })
        .collect();
    list["requestBody"] = json!({"required": true, "content": content});
    list
}

pub(super) fn datum_schema() -> Json {
    json!({"type": "string", "enum": Datum::ALL.map(Datum::as_str), "default": Datum::Wgs84.as_str()})
}

fn shared_parameters() -> Json {
    let bbox = json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}});
    let limit =
        json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT});
    let k = json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_K});
    let offset = json!({"type": "integer", "minimum": 0, "default": 0});
    let decimals = json!({"type": "integer", "minimum": 0, "maximum": MAX_DECIMALS, "default": DEFAULT_DECIMALS});
    let datum = datum_schema();
    let mut area_decimals = decimals.clone();
    area_decimals["minimum"] = json!(MIN_AREA_DECIMALS);
    let exact = |decimals: &Json| {
        let mut exact = decimals.clone();
        exact.as_object_mut().map(|members| members.shift_remove("default"));
        exact
    };
    let mut shared = json!({
        "limit": parameter("limit", "How many features a page has; more than the maximum is lowered to it", &limit),
        "offset": parameter("offset", "How many features to pass over; follow the links `next` instead of counting", &offset),
        "cursor": paging::cursor(),
        "bbox": parameter("bbox", "Features that meet the box, edges included: west,south,east,north in degrees, or the lower and the upper corner in the order of axes of `bbox-crs`; west > east crosses the antimeridian; a feature without geometry matches", &bbox),
        "datetime": parameter("datetime", "Features whose year, or where there is none whose first date or instant, meets an RFC 3339 instant, date or interval a/b, a/.., ../b; a feature of no known time matches", &json!({"type": "string", "minLength": 1})),
        "decimals": parameter("decimals", "Decimal places of a degree, or of a metre where `crs` has metres, 3 unless given", &decimals),
        "area_decimals": parameter("decimals", "Decimal places of a degree, with fewer of which areas would cross themselves, or of a metre where `crs` has metres, 3 unless given", &area_decimals),
        "exact_decimals": parameter("decimals", "Decimal places of a degree; all that there are, unless given", &exact(&decimals)),
        "exact_area_decimals": parameter("decimals", "Decimal places of a degree; all that there are, unless given", &exact(&area_decimals)),
        "bom": parameter("bom", "Whether a CSV begins with the mark by which spreadsheet programs know UTF-8", &json!({"type": "boolean", "default": false})),
        "datum": parameter("datum", "What the positions of the answer are measured against; gcj02 and bd09 fit the maps of Amap, Tencent and Baidu and nothing else: the file names them, and `bbox` stays in WGS 84", &datum),
        "k": parameter("k", "How many neighbors at most", &k),
        "within_km": parameter("within_km", "How far at most, in km on the ellipsoid, the edge included", &json!({"type": "number", "minimum": 0})),
    });
    for more in [filtering::parameters(), crs::parameters()] {
        if let (Some(shared), Json::Object(more)) = (shared.as_object_mut(), more) {
            shared.extend(more);
        }
    }
    shared
}

fn schemas() -> Json {
    json!({
        "geojson": {"type": "object", "required": ["type"], "properties": {"type": {"type": "string"}}},
        "problem": {
            "type": "object",
            "description": "Problem details, RFC 9457",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "parameter": {"type": "string"},
                "errors": {
                    "type": "array",
                    "description": "Every fault of a feature, with its place",
                    "items": {"type": "object", "required": ["field", "reason"], "properties": {
                        "field": {"type": "string"}, "reason": {"type": "string"},
                    }},
                },
                "request_id": {"type": "string", "description": "The request, as the header X-Request-Id and the log name it"},
            },
        },
    })
}
