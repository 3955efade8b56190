//! The API document as a page to read, made from the document itself.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use serde_json::Value as Json;

use super::ask::Ask;
use super::here::Here;
use super::html::{escaped, page};
use super::openapi::document;
use super::problem::Problem;
use super::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/api.html", get(api_page))
}

async fn api_page(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    ask.media_type(&[("html", "text/html")])?;
    ask.query.finish(&["f"])?;
    Ok(answer(&service, &ask.here, &headers))
}

/// The document as a page, for who sends these headers.
pub(super) fn answer(service: &Service, here: &Here, headers: &HeaderMap) -> Response {
    let document = document(service, here, headers);
    let mut body = format!(
        "<p>{}</p>\n<p>The same for programs: <a rel=\"alternate\" href=\"/api?f=json\">OpenAPI 3.0</a>. Refusals are problem details \
         (RFC 9457) that say what was wrong and what would be right. Reads are open to every origin.</p>\n\
         <h2>Try</h2>\n<ul>\n{}</ul>\n",
        text(&document["info"]["description"]),
        examples(service)
    );
    for tag in document["tags"].as_array().into_iter().flatten() {
        let _ =
            writeln!(body, "<h2>{}</h2>\n<p>{}</p>", text(&tag["name"]), text(&tag["description"]));
        body.push_str("<table>\n<thead><tr><th>GET</th><th>What</th><th>Parameters</th></tr></thead>\n<tbody>\n");
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            if item["get"]["tags"][0] == tag["name"] {
                add_row(&mut body, path, &item["get"], &document);
            }
        }
        body.push_str("</tbody>\n</table>\n");
    }
    add_parameters(&mut body, &document["components"]["parameters"]);
    page("The API", &body)
}

/// Addresses that answer something on the data that is loaded.
fn examples(service: &Service) -> String {
    let mut examples = String::new();
    let catalog = service.catalog();
    let open = catalog.collections.iter().filter(|one| !catalog.is_private(&one.about().id));
    for collection in open.filter(|collection| collection.is_points()).take(1) {
        let id = &collection.about().id;
        let first = collection.features().next().map(|feature| feature.id.as_str());
        let near = first.map(|feature| format!("/collections/{id}/nearest?to={feature}&k=3"));
        let paths = [
            Some(format!("/collections/{id}/items")),
            near,
            Some(format!("/collections/{id}/items?f=csv")),
        ];
        for path in paths.iter().flatten() {
            let path = escaped(path);
            let _ = writeln!(examples, "<li><a href=\"{path}\"><code>{path}</code></a></li>");
        }
    }
    for path in ["/geocode?q=Changshu", "/reverse?at=120.75,31.65", "/industries/relatedness"] {
        let _ = writeln!(examples, "<li><a href=\"{path}\"><code>{path}</code></a></li>");
    }
    examples
}

fn add_row(body: &mut String, path: &str, operation: &Json, document: &Json) {
    let names: Vec<String> = operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|parameter| {
            let shared = parameter["$ref"]
                .as_str()
                .and_then(|at| document.pointer(at.trim_start_matches('#')));
            format!("<code>{}</code>", text(&shared.unwrap_or(parameter)["name"]))
        })
        .collect();
    let _ = writeln!(
        body,
        "<tr><td><code>{}</code></td><td>{}</td><td>{}</td></tr>",
        escaped(path),
        text(&operation["summary"]),
        names.join(" ")
    );
}

fn add_parameters(body: &mut String, parameters: &Json) {
    body.push_str("<h2>Parameters</h2>\n<table>\n<thead><tr><th>Name</th><th>What</th><th>Default</th></tr></thead>\n<tbody>\n");
    for parameter in parameters.as_object().into_iter().flat_map(|all| all.values()) {
        let default = &parameter["schema"]["default"];
        let default = if default.is_null() { String::new() } else { default.to_string() };
        let (name, words) = (text(&parameter["name"]), text(&parameter["description"]));
        let _ = writeln!(
            body,
            "<tr><td><code>{name}</code></td><td>{words}</td><td>{}</td></tr>",
            escaped(default)
        );
    }
    body.push_str("</tbody>\n</table>\n");
}

fn text(json: &Json) -> String {
    escaped(json.as_str().unwrap_or_default())
}
