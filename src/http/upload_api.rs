//! Jobs in the API document, and uploads in that of a service that takes changes.

use serde_json::{Map, Value as Json, json};

use super::ask::PAGE;
use super::openapi::{datum_schema, f, operation, parameter, refusal};
use super::reply::JSON;
use super::service::Limits;
use super::upload_body::{FILE, FORM, types};

/// What is said of columns.
const TYPES: &str = "What columns hold, where the file does not say it: `name:type`, parted by commas; a type is text, integer, real, list (items parted by `;`), boolean, date or date-time. GeoJSON that Jidi wrote says it in its member `types`";

/// Adds the operations that make collections.
pub(super) fn add(paths: &mut Map<String, Json>, limits: Limits) {
    if let Some(collections) = paths.get_mut("/collections") {
        collections["post"] = upload(limits);
    }
}

/// Adds the operations that tell of jobs, which analyses are, too.
pub(super) fn add_jobs(paths: &mut Map<String, Json>) {
    let id = json!({
        "name": "jobId", "in": "path", "required": true, "description": "The id of a job",
        "schema": {"type": "string"},
    });
    let get = |summary: &str, parameters: &[Json], types: &[&str]| {
        operation("Jobs", summary, parameters, types)
    };
    let (page, f) = ([JSON, PAGE], f(&["json", "html"]));
    let list = get("The jobs of the token that is shown", std::slice::from_ref(&f), &page);
    paths.insert("/jobs".into(), list);
    let mut job = get("How a job is: OGC API Processes, statusInfo", &[id.clone(), f], &page);
    let mut off = get("", std::slice::from_ref(&id), &[JSON])["get"].take();
    off["summary"] = json!("Calls a job off; one that has ended is forgotten");
    job["delete"] = off;
    paths.insert("/jobs/{jobId}".into(), job);
    paths.insert("/jobs/{jobId}/results".into(), get("What a job answered", &[id], &[JSON]));
}

fn upload(limits: Limits) -> Json {
    let text = json!({"type": "string"});
    let switch = json!({"type": "boolean", "default": false});
    let mode = json!({"type": "string", "enum": ["new", "replace", "append"], "default": "new"});
    let mut parameters = vec![
        parameter("id", "The id of the collection; without it, the name of the file", &text),
        parameter("title", "Its title", &text),
        parameter(
            "mode",
            "Whether it is new, comes in the place of another, or is added to it",
            &mode,
        ),
        parameter("geocode", "Whether rows without a position are placed by their names", &switch),
        parameter("datum", "What the positions of the rows are measured against", &datum_schema()),
        parameter(
            "country",
            "The country of rows that name none, CN unless given; `any` for the world",
            &text,
        ),
        parameter(
            "private",
            "Whether the new collection is shown only to who has a token for it",
            &switch,
        ),
        parameter("filename", "The name of the file, kept with the collection", &text),
        parameter(
            "layer",
            "The layer of a file, or the sheet of a workbook, that has several; the first unless given",
            &text,
        ),
        parameter("types", TYPES, &text),
    ];
    parameters.push(json!({
        "name": "Prefer", "in": "header", "schema": {"type": "string"},
        "description": "`respond-async` answers 202 at once, with the job in `Location`",
    }));
    let (mib, rows) = (limits.upload_bytes / 1024 / 1024, limits.upload_rows);
    let unpacked = limits.unpacked_bytes / 1024 / 1024;
    let file = json!({"schema": {"type": "string", "format": "binary"}});
    let form = json!({"schema": {"type": "object", "required": [FILE], "properties": {
        FILE: {"type": "string", "format": "binary"},
    }}});
    let content: Map<String, Json> = types()
        .into_iter()
        .map(|kind| (kind.to_owned(), if kind == FORM { form.clone() } else { file.clone() }))
        .collect();
    let answer = |words: &str| json!({"description": words, "content": {JSON: {"schema": {"type": "object"}}}});
    let mut responses = json!({
        "201": answer("The collection is there: how many rows became features, and which were refused"),
        "202": answer("The job goes on: ask for it at `Location`"),
    });
    for refused in ["400", "401", "403", "404", "405", "409", "413", "415", "422", "503"] {
        responses[refused] = refusal();
    }
    json!({
        "tags": ["Jobs"],
        "summary": "A new collection from a file",
        "description": format!(
            "A file of up to {mib} MiB and {rows} rows, as the body or as the part `{FILE}` of a form whose other parts are parameters; a workbook, a zipped shapefile or a KMZ may hold {unpacked} MiB once it is unpacked (413 beyond). Rows that cannot be read are named and stop no other, but a file of which none can be taken is refused; the collection is there whole or not at all."
        ),
        "security": [{"token": []}],
        "parameters": parameters,
        "requestBody": {"required": true, "content": content},
        "responses": responses,
    })
}
