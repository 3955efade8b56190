//! The paths of the web page's files; the page itself is at the root.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use axum::routing::get;

use super::problem::Problem;
use super::reply;
use super::service::Service;

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/favicon.ico", get(file))
        .route("/favicon.svg", get(file))
        .route("/assets/{*path}", get(file))
        .route("/fonts/{*path}", get(file))
}

async fn file(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Problem> {
    let path = uri.path();
    let name = path.trim_start_matches('/');
    let missing = || Problem::NoPath(path.to_owned());
    Ok(reply::bytes(media_type(name), service.web.file(name).ok_or_else(missing)?))
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "topojson" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("ico") => "image/x-icon",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
