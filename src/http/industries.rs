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
use super::industry_pages;
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
    let catalog = service.catalog();
    let is_page = ask.wants_page()?;
    ask.leave_out_blanks(["q"]);
    let label = ask.query.take("q");
    ask.query.finish(&["q", "f"])?;
    let here = ask.here;
    let links = json!([Link::new(here.itself(), "self", JSON, "This page"), Link::to_read(&here)]);
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
    Ok(match label.filter(|_| is_page) {
        Some(label) => industry_pages::found(label.trim(), &body, &here),
        None if is_page => industry_pages::all(&body, &here),
        None => reply::json(JSON, &body),
    })
}
