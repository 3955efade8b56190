//! Groups, labels and classes of industries; and what industry a label stands for.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::here::Link;
use super::industries_json;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/industries", get(industries))
}

async fn industries(
    State(service): State<Arc<Service>>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let label = ask.query.take("q");
    let catalog = service.catalog();
    ask.media_type(&[("json", JSON)])?;
    ask.query.finish(&["q", "f"])?;
    let links = json!([Link::new(ask.here.itself(), "self", JSON, "This page")]);
    let mut body = match label.as_deref().map(str::trim) {
        Some("") => {
            let reason = "it is empty: give a label such as `nylon new materials` or 新能源汽车";
            return Err(Problem::parameter("q", reason));
        }
        Some(label) => industries_json::found(&catalog.matcher.find(label), &catalog.industries),
        None => industries_json::all(&catalog.industries),
    };
    if let Json::Object(members) = &mut body {
        members.insert("links".into(), links);
    }
    Ok(reply::json(JSON, &body))
}
