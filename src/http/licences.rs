//! Whose data and fonts are used, on what terms: to read, and as JSON.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::html::{escaped, for_programs, page};
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::store::Attribution;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/licences", get(licences))
}

async fn licences(State(service): State<Arc<Service>>, mut ask: Ask) -> Result<Response, Problem> {
    let media_type = ask.media_type(&[("json", JSON), ("html", "text/html")])?;
    ask.query.finish(&["f"])?;
    let attributions = &service.catalog().attributions;
    if media_type == JSON {
        let sources: Vec<Json> = attributions.iter().map(source).collect();
        let body = json!({"software": "MIT OR Apache-2.0", "sources": sources});
        return Ok(reply::json(JSON, &body));
    }
    let mut body = String::from(
        "<p>Jidi itself is free software under MIT or Apache-2.0. What it shows and is drawn with comes from \
         the sources below; name them when you pass the data on.</p>\n\
         <table>\n<thead><tr><th>What</th><th>Whose</th><th>Terms</th><th>Say</th></tr></thead>\n<tbody>\n",
    );
    for Attribution { what, holder, licence, url, text, .. } in attributions.iter() {
        let holder = match url.as_str() {
            "" => escaped(holder),
            url => {
                format!("<a href=\"{}\" rel=\"noreferrer\">{}</a>", escaped(url), escaped(holder))
            }
        };
        let _ = writeln!(
            body,
            "<tr><td>{}</td><td>{holder}</td><td>{}</td><td>{}</td></tr>",
            escaped(what),
            escaped(licence),
            escaped(text)
        );
    }
    body.push_str("</tbody>\n</table>\n");
    body.push_str(&for_programs(&ask.here, ""));
    Ok(page("Sources, licences and attributions", &body))
}

fn source(attribution: &Attribution) -> Json {
    let Attribution { id, what, holder, licence, url, text, used_in } = attribution;
    json!({"id": id, "what": what, "holder": holder, "licence": licence, "url": url, "text": text, "used_in": used_in})
}
