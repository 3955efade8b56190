//! How features are changed, in the API document of a service that takes changes.

use serde_json::{Map, Value as Json, json};

use super::ask::PAGE;
use super::edits_body::{FEATURES, MERGE_PATCH};
use super::openapi::{f, operation, parameter, refusal};
use super::query::{DEFAULT_LIMIT, MAX_LIMIT};
use super::reply::JSON;
use crate::store::Collection;

/// Who may: the security scheme of the changes.
pub(super) fn security_schemes() -> Json {
    json!({"token": {
        "type": "http", "scheme": "bearer",
        "description": "A token made by `jidi token create`; to change features its scope is write or admin",
    }})
}

/// Adds the operations that change a collection to those that read it.
pub(super) fn add(paths: &mut Map<String, Json>, collection: &Collection) {
    let about = collection.about();
    let root = format!("/collections/{}", about.id);
    let id = json!({
        "name": "featureId", "in": "path", "required": true,
        "description": "The id of a feature", "schema": {"type": "string"},
    });
    let say = |what: &str| format!("{}: {what}", about.title);
    if let Some(items) = paths.get_mut(&format!("{root}/items")) {
        items["post"] =
            change("201", &say("a new feature, or several at once"), &FEATURES, &[content_crs()]);
    }
    if let Some(one) = paths.get_mut(&format!("{root}/items/{{featureId}}")) {
        let conditions = [id, if_match()];
        let with_crs = [&conditions[..], &[content_crs()]].concat();
        one["put"] = change("200", &say("another content for a feature"), &FEATURES, &with_crs);
        let what = say("other values for some fields of a feature; null takes one away");
        one["patch"] = change("200", &what, &[MERGE_PATCH], &with_crs);
        one["delete"] = change("200", &say("a feature less"), &[], &conditions);
    }
    let limit =
        json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT});
    let limit = parameter("limit", "How many edits at most, the newest first", &limit);
    let of_history = [limit, f(&["json", "html"])];
    let mut history =
        operation("Data", &say("who changed what, and when"), &of_history, &[JSON, PAGE]);
    history["get"]["security"] = json!([{"token": []}]);
    for refused in ["401", "403"] {
        history["get"]["responses"][refused] = refusal();
    }
    paths.insert(format!("{root}/history"), history);
    if let Some(whole) = paths.get_mut(&root) {
        whole["delete"] =
            change("200", &say("the collection taken out, until that is undone"), &[], &[]);
    }
    let undo = change("200", &say("the last edit undone, by an edit of its own"), &[], &[]);
    paths.insert(format!("{root}/undo"), json!({"post": undo}));
}

fn change(status: &str, summary: &str, media_types: &[&str], parameters: &[Json]) -> Json {
    let done = json!({"type": "object", "required": ["ids", "edit"], "properties": {
        "ids": {"type": "array", "items": {"type": "string"}},
        "edit": {"type": "integer", "description": "Its number in the history"},
        "warnings": {"type": "array", "description": "What was left aside, such as heights",
            "items": {"type": "object", "required": ["code", "message"]}},
    }});
    let mut responses =
        json!({status: {"description": summary, "content": {JSON: {"schema": done}}}});
    for refused in ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "503"] {
        responses[refused] = refusal();
    }
    let key = header(
        "Idempotency-Key",
        "The client's name for the request: what comes twice is done once",
    );
    let parameters: Vec<&Json> = parameters.iter().chain([&key]).collect();
    let mut change = json!({
        "tags": ["Data"],
        "summary": summary,
        "security": [{"token": []}],
        "parameters": parameters,
        "responses": responses,
    });
    if !media_types.is_empty() {
        let schema = json!({"schema": {"$ref": "#/components/schemas/geojson"}});
        let patch = json!({"schema": {"type": "object"}});
        let content: Map<String, Json> = media_types
            .iter()
            .map(|&kind| {
                (kind.to_owned(), if kind == MERGE_PATCH { patch.clone() } else { schema.clone() })
            })
            .collect();
        change["requestBody"] = json!({"required": true, "content": content});
    }
    change
}

fn if_match() -> Json {
    header(
        "If-Match",
        "The ETag of the version that the change is meant for; 412 if there is another",
    )
}

fn content_crs() -> Json {
    header(
        "Content-Crs",
        "The reference system of the positions that are sent, as <URI>: one of those of `crs`; CRS84 without it",
    )
}

fn header(name: &str, words: &str) -> Json {
    json!({"name": name, "in": "header", "description": words, "schema": {"type": "string"}})
}
