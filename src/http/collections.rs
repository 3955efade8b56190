//! The collections: what they are, and what a feature of each looks like.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::access::sees;
use super::ask::{Ask, Names, PAGE};
use super::collection_list;
use super::collection_pages;
use super::crs;
use super::download;
use super::here::{Here, Link, encoded};
use super::problem::Problem;
use super::queryables;
use super::reply::{self, JSON, SCHEMA};
use super::schema;
use super::schema_pages;
use super::service::Service;
use crate::domain::{FieldType, Value};
use crate::formats::Format;
use crate::store::{Catalog, Collection, Provenance};

/// The reference system of what is kept: WGS 84, longitude first.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// The conformance classes of this module.
pub(super) const CLASSES: [&str; 1] =
    ["http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections"];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/collections", get(list))
        .route("/collections/{collection}", get(one))
        .route("/collections/{collection}/feature-schema", get(feature_schema))
}

async fn list(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let is_page = ask.wants_page()?;
    ask.query.finish(&["f"])?;
    let (here, catalog) = (ask.here, service.catalog());
    let seen = catalog.collections.iter();
    let seen = seen.filter(|collection| sees(&catalog, &headers, &collection.about().id));
    let links_of_all = [
        Link::new(here.to("/collections"), "self", JSON, "This page"),
        Link::new(here.to("/collections?f=html"), "alternate", "text/html", "To read"),
    ];
    if is_page {
        let seen: Vec<(&Collection, Vec<Link>)> =
            seen.map(|collection| (collection.as_ref(), links(collection, &here))).collect();
        return Ok(collection_list::list(&catalog, &seen, &links_of_all));
    }
    let collections: Vec<Json> =
        seen.map(|collection| describe(&catalog, collection, &here)).collect();
    let offered = crs::offered();
    let body = json!({"links": links_of_all, "crs": offered, "collections": collections});
    Ok(reply::json(JSON, &body))
}

async fn one(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let is_page = ask.wants_page()?;
    ask.query.finish(&["f"])?;
    let (here, catalog) = (ask.here, service.catalog());
    let collection = catalog.collection(&id).ok_or_else(|| Problem::NoCollection(id.clone()))?;
    if is_page {
        let links = links(collection, &here);
        return Ok(collection_pages::one(&catalog, collection, &links, &here));
    }
    Ok(reply::json(JSON, &describe(&catalog, collection, &here)))
}

/// Describes a collection, in the list and alone with the same words.
fn describe(catalog: &Catalog, collection: &Collection, here: &Here) -> Json {
    let about = collection.about();
    let mut extent = serde_json::Map::new();
    if let Some(bbox) = collection.extent() {
        let edges = [bbox.west, bbox.south, bbox.east, bbox.north];
        extent.insert("spatial".into(), json!({"bbox": [edges], "crs": CRS84}));
    }
    if let Some((first, last)) = collection.times() {
        let interval = [first_instant(&first), last_instant(&last)];
        extent.insert("temporal".into(), json!({"interval": [interval]}));
    }
    json!({
        "id": about.id,
        "title": about.title,
        "titleZh": about.title_zh,
        "description": about.description,
        "descriptionZh": about.description_zh,
        "attribution": about.attribution,
        "licence": about.licence,
        "dataAsOf": about.data_as_of,
        "provenance": catalog.provenance(&about.id).map(provenance),
        "extent": extent,
        "itemType": "feature",
        "itemCount": collection.len(),
        "crs": crs::offered(),
        "storageCrs": CRS84,
        "links": links(collection, here),
    })
}

/// When a time of a feature begins: a year, a day or an instant.
fn first_instant(time: &Value) -> String {
    match time {
        Value::Integer(year) => format!("{year:04}-01-01T00:00:00Z"),
        Value::Date(day) => format!("{day}T00:00:00Z"),
        other => other.in_a_cell(),
    }
}

/// When it ends.
fn last_instant(time: &Value) -> String {
    match time {
        Value::Integer(year) => format!("{year:04}-12-31T23:59:59Z"),
        Value::Date(day) => format!("{day}T23:59:59Z"),
        other => other.in_a_cell(),
    }
}

/// Tells where a collection comes from, and how it was read.
fn provenance(from: &Provenance) -> Json {
    json!({
        "source": from.source,
        "sha256": from.sha256,
        "bytes": from.bytes,
        "readAs": from.kind,
        "datum": from.datum,
        "geocoded": from.is_geocoded,
        "rows": from.rows,
        "refused": from.refused,
        "version": from.version,
        "who": from.who,
        "at": from.at,
    })
}

fn links(collection: &Collection, here: &Here) -> Vec<Link> {
    let path = format!("/collections/{}", encoded(&collection.about().id));
    let title = &collection.about().title;
    let mut links = vec![
        Link::new(here.to(&path), "self", JSON, title),
        Link::new(here.to(&format!("{path}?f=html")), "alternate", "text/html", "To read"),
    ];
    for format in Format::ALL {
        // The first link is the clean one: clients put a feature's id behind it as it stands.
        let query =
            if format == Format::GeoJson { String::new() } else { format!("?f={}", format.name()) };
        let href = here.to(&format!("{path}/items{query}"));
        links.push(Link::new(
            href,
            "items",
            format.media_type(),
            &format!("{title}, as {}", format.name()),
        ));
    }
    let to_read = here.to(&format!("{path}/items?f=html"));
    links.push(Link::new(to_read, "items", "text/html", &format!("{title}, to read")));
    links.extend(download::links(collection, here));
    let of_feature = here.to(&format!("{path}/feature-schema"));
    links.push(Link::new(
        of_feature,
        "describedby",
        SCHEMA,
        "What a feature looks like, as JSON Schema",
    ));
    let logical = here.to(&format!("{path}/schema"));
    links.push(Link::new(logical, schema::REL, SCHEMA, "What the data are, whatever the format"));
    let queryables = here.to(&format!("{path}/queryables"));
    links.push(Link::new(queryables, queryables::REL, SCHEMA, "What a filter can ask"));
    links.push(Link::new(
        here.to("/licences?f=html"),
        "license",
        "text/html",
        "Sources, licences and attributions",
    ));
    if collection.is_points() {
        let nearest = here.to(&format!("{path}/nearest{{?at,to,k,within_km,filter}}"));
        links.push(
            Link::new(nearest, "related", Format::GeoJson.media_type(), "The nearest features")
                .templated(),
        );
    }
    links.extend(super::tilesets::links(collection, here));
    links.push(Link::new(here.to("/collections"), "collection", JSON, "All collections"));
    links
}

async fn feature_schema(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    ask: Ask,
) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(SCHEMA)?;
    let collection = service.collection(&id)?;
    let body = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here.to(&format!("/collections/{}/feature-schema", encoded(&id))),
        "title": collection.about().title,
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"type": "string", "enum": ["Feature"]},
            "id": {"type": "string"},
            "geometry": {"oneOf": [{"type": "null"}, geometry_schema(collection.is_points())]},
            "properties": properties_schema(&collection),
        },
    });
    if wanted == PAGE {
        return Ok(schema_pages::of_features(&collection, &body, &here));
    }
    Ok(reply::json(wanted, &body))
}

/// Describes the properties of a feature so that every feature is valid and GDAL reads the types.
///
/// GDAL takes the type of a column from a plain `type` alone, adds a second column for an `id`
/// that is declared here, and types what is left out from the first page. So text may be null in
/// one word with it, the id is left to the top level, and a number or a truth that may be
/// null stands as a pattern, which GDAL does not read. So does the time that `datetime` asks for, which
/// would be text; other times are text to GDAL, for it asks `datetime` for whatever time it compares.
fn properties_schema(collection: &Collection) -> Json {
    let mut declared = serde_json::Map::new();
    let mut patterns = serde_json::Map::new();
    let time = collection.time_field();
    for (number, field) in collection.schema().fields().iter().enumerate() {
        let mut property = property(field.field_type, &field.description);
        let is_typed =
            matches!(field.field_type, FieldType::Integer | FieldType::Real | FieldType::Boolean);
        let has_null = collection.has_nulls(number);
        if field.field_type == FieldType::Text || has_null {
            property["type"] = json!([property["type"], "null"]);
        }
        let is_left = is_typed && has_null || time == Some(field);
        if is_left || field.name == "id" {
            patterns.insert(format!("^{}$", field.name), property);
        } else {
            declared.insert(field.name.clone(), property);
        }
    }
    json!({"type": "object", "properties": declared, "patternProperties": patterns})
}

fn geometry_schema(is_points: bool) -> Json {
    let of = |title: &str, kinds: &[&str], member: &str| {
        json!({
            "title": format!("GeoJSON {title}"),
            "type": "object",
            "required": ["type", member],
            "properties": {"type": {"type": "string", "enum": kinds}, member: {"type": "array"}},
        })
    };
    if is_points {
        return of("Point", &["Point"], "coordinates");
    }
    let kinds = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
    let one = of("geometry", &kinds, "coordinates");
    json!({"oneOf": [one, of("GeometryCollection", &["GeometryCollection"], "geometries")]})
}

/// Describes the values of a field as JSON Schema, unknown ones aside.
pub(super) fn property(field_type: FieldType, description: &str) -> Json {
    match field_type {
        FieldType::Text => json!({"type": "string", "description": description}),
        FieldType::Integer => json!({"type": "integer", "description": description}),
        FieldType::Real => json!({"type": "number", "description": description}),
        FieldType::List => {
            json!({"type": "array", "items": {"type": "string"}, "description": description})
        }
        FieldType::Boolean => json!({"type": "boolean", "description": description}),
        FieldType::Date | FieldType::DateTime => {
            json!({"type": "string", "format": field_type.as_str(), "description": description})
        }
    }
}
