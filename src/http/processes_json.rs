//! Processes described: for OGC API Processes 1.0 and for the API document, from one table.

use serde_json::{Map, Value as Json, json};

use super::ask::PAGE;
use super::filtering;
use super::here::{Here, Link};
use super::openapi::{operation, parameter};
use super::processes::has_own_route;
use super::reply::JSON;
use crate::process::{Default, Kind, PROCESSES, Parameter, Process};

/// The output that every process has.
pub(super) const OUTPUT: &str = "result";

/// Describes a process: in short for the list, or with inputs and outputs.
pub(super) fn describe(process: &Process, here: &Here, is_whole: bool) -> Json {
    let path = format!("/processes/{}", process.name);
    let execute = here.to(&format!("{path}/execution"));
    let links = [
        Link::new(here.to(&path), "self", JSON, process.title[0]),
        Link::new(here.to(&format!("{path}?f=html")), "alternate", PAGE, "To read"),
        Link::new(execute, "http://www.opengis.net/def/rel/ogc/1.0/execute", JSON, "Run it"),
    ];
    let mut said = json!({
        "id": process.name,
        "version": env!("CARGO_PKG_VERSION"),
        "title": process.title[0],
        "titleZh": process.title[1],
        "description": process.words[0],
        "descriptionZh": process.words[1],
        "jobControlOptions": ["sync-execute", "async-execute", "dismiss"],
        "outputTransmission": ["value"],
        "links": links,
    });
    if is_whole {
        said["references"] = json!(process.references);
        said["inputs"] = inputs(process);
        let media_type = media_type(process);
        let words = "The answer, with method, references, seed, n, warnings and summary";
        said["outputs"] = json!({OUTPUT: {
            "title": process.title[0],
            "description": words,
            "schema": {"type": "object", "contentMediaType": media_type},
        }});
    }
    said
}

fn media_type(process: &Process) -> &'static str {
    if process.has_features { "application/geo+json" } else { JSON }
}

/// The media types of its answers, the usual one first: an estimate of the cost or a document of outputs
/// is JSON, and an answer that can be one of several may bring features.
fn media_types(process: &Process) -> [&'static str; 2] {
    let features = "application/geo+json";
    if process.has_features { [features, JSON] } else { [JSON, features] }
}

fn inputs(process: &Process) -> Json {
    let optional = |title: &str, schema: Json| json!({"title": title, "schema": schema, "minOccurs": 0, "maxOccurs": 1});
    let mut inputs = Map::new();
    let collection = "The id of a collection; either this or features";
    inputs.insert("collection".into(), optional(collection, json!({"type": "string"})));
    let features = json!({"type": "object", "contentMediaType": "application/geo+json"});
    let words =
        "A GeoJSON FeatureCollection of points, which is kept nowhere; either this or collection";
    inputs.insert("features".into(), optional(words, features));
    let bbox = json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}});
    inputs.insert("bbox".into(), optional("Only points in the box west,south,east,north", bbox));
    let condition = "Only points that match a condition in CQL2 Text (filter-lang: or CQL2 JSON)";
    inputs.insert("filter".into(), optional(condition, json!({"type": "string", "minLength": 1})));
    let languages = json!({"type": "string", "enum": filtering::LANGUAGES});
    inputs.insert("filter-lang".into(), optional("The language of filter", languages));
    for one in process.all_parameters() {
        let mut input = optional(one.name, schema(one));
        input["description"] = json!(description(one));
        input["descriptionZh"] = json!(one.words[1]);
        inputs.insert(one.name.into(), input);
    }
    Json::Object(inputs)
}

/// What a parameter says, and what holds without it.
pub(super) fn description(parameter: &Parameter) -> String {
    match parameter.default {
        Default::Chosen(rule) => format!("{}. Unless given: {}", parameter.words[0], rule[0]),
        Default::Fixed(_) | Default::Nothing => parameter.words[0].to_owned(),
    }
}

/// What a parameter takes, as JSON Schema.
pub(super) fn schema(parameter: &Parameter) -> Json {
    let mut schema = match parameter.kind {
        Kind::Choice(words) => json!({"type": "string", "enum": words}),
        Kind::Count { least, most } => {
            json!({"type": "integer", "minimum": least, "maximum": most})
        }
        Kind::Above0 { most } => {
            json!({"type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": most})
        }
        Kind::Switch => json!({"type": "boolean"}),
        Kind::Text => json!({"type": "string", "minLength": 1}),
        Kind::Table => json!({"type": "string", "format": "csv", "minLength": 1}),
    };
    if let Default::Fixed(text) = parameter.default {
        schema["default"] = match parameter.kind {
            Kind::Choice(_) | Kind::Text | Kind::Table => json!(text),
            _ => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
        };
    }
    schema
}

/// Adds the analyses of a collection to the API document; `shared` are conditions on its features.
pub(super) fn add_collection(
    paths: &mut Map<String, Json>,
    (root, title): (&str, &str),
    conditions: &[Json],
) {
    for process in PROCESSES.iter().filter(|one| !has_own_route(one)) {
        let own = process.all_parameters();
        let mut parameters: Vec<Json> =
            own.map(|one| parameter(one.name, &description(one), &schema(one))).collect();
        let taken: Vec<&str> = process.all_parameters().map(|one| one.name).collect();
        let is_free = |one: &&Json| one["name"].as_str().is_none_or(|name| !taken.contains(&name));
        parameters.extend(conditions.iter().filter(is_free).cloned());
        let summary = format!("{title}: {}", process.title[0].to_lowercase());
        let path = format!("{root}/{}", process.name);
        let [usual, other] = media_types(process);
        let answers = [usual, other, PAGE];
        paths.insert(path.clone(), operation("Analyses", &summary, &parameters, &answers));
        paths[&path]["get"]["description"] = json!(process.words[0]);
    }
}

/// Adds the paths of OGC API Processes to the API document.
pub(super) fn add(paths: &mut Map<String, Json>) {
    let f = parameter("f", "The format", &json!({"type": "string", "enum": ["json", "html"]}));
    let f = [f];
    let of_list = operation("Analyses", "The analyses", &f, &[JSON, PAGE]);
    paths.insert("/processes".into(), of_list);
    for process in PROCESSES {
        let path = format!("/processes/{}", process.name);
        let title = process.title[0];
        paths.insert(path.clone(), operation("Analyses", title, &f, &[JSON, PAGE]));
        let mut run = operation("Analyses", title, &[], &media_types(process))["get"].take();
        let schemas = inputs(process);
        let schemas = schemas.as_object().into_iter().flatten();
        let properties: Map<String, Json> =
            schemas.map(|(name, input)| (name.clone(), strict(&input["schema"]))).collect();
        run["description"] = json!(format!(
            "{}. `Prefer: respond-async` makes it a job. Nothing is stored, and no token is needed. The positions of `features` are in the system that `Content-Crs` names, else in CRS84.",
            process.words[0]
        ));
        run["requestBody"] = json!({"required": true, "content": {JSON: {"schema": {
            "type": "object",
            "required": ["inputs"],
            "properties": {
                "inputs": {"type": "object", "additionalProperties": false, "properties": properties},
                "outputs": {"type": "object", "additionalProperties": false,
                    "properties": {OUTPUT: {"type": "object"}}},
                "response": {"type": "string", "enum": ["raw", "document"], "default": "raw"},
            },
        }}}});
        if let Some(responses) = run["responses"].as_object_mut() {
            responses.shift_remove("304");
            let job = json!({"description": "A job: Location says where it is"});
            responses.insert("201".into(), job);
        }
        paths.insert(format!("{path}/execution"), json!({"post": run}));
    }
}

/// A schema as OpenAPI 3.0 has it: without the words of JSON Schema that it does not know.
fn strict(schema: &Json) -> Json {
    let mut schema = schema.clone();
    schema.as_object_mut().map(|members| members.shift_remove("contentMediaType"));
    schema
}
