//! The root: the web map to a browser, the OGC landing page to a program; and the conformance.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::ask::Ask;
use super::here::{Here, Link};
use super::html;
use super::openapi;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;

const TITLE: &str = "Jidi";
const DESCRIPTION: &str = "Industrial bases on the map: where they are, what is nearest, which related industries are near.";
const ATTRIBUTION: &str =
    "GeoNames (CC BY 4.0), Natural Earth, Tianditu and others: see the link with rel=license";

/// The conformance classes of the landing page and of what all paths share.
pub(super) const CLASSES: [&str; 5] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/oas30",
];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/", get(root)).route("/conformance", get(conformance))
}

async fn root(State(service): State<Arc<Service>>, mut ask: Ask) -> Result<Response, Problem> {
    // The page's own parameters are the page's business; the landing page refuses them.
    if ask.media_type(&[("json", JSON), ("html", "text/html")])? == "text/html" {
        let plain = ask.here.keeping(|(name, _)| name != "f");
        let links = html::list_of_links(&links(&plain));
        let words = format!(
            "<p>{DESCRIPTION}</p>\n{}{links}<p>{}</p>\n",
            html::for_programs(&ask.here, ""),
            html::escaped(ATTRIBUTION)
        );
        return Ok(service.web.index(&words));
    }
    ask.query.finish(&["f"])?;
    let body = json!({
        "title": TITLE,
        "description": DESCRIPTION,
        "attribution": ATTRIBUTION,
        "links": links(&ask.here),
    });
    Ok(reply::json(JSON, &body))
}

/// The links of the landing page; the web page carries the same.
fn links(here: &Here) -> Vec<Link> {
    vec![
        Link::new(here.to("/"), "self", JSON, "This page"),
        Link::new(here.to("/?f=html"), "alternate", "text/html", "The map"),
        Link::new(here.to("/api"), "service-desc", openapi::MEDIA_TYPE, "The API, as OpenAPI 3.0"),
        Link::new(here.to("/api.html"), "service-doc", "text/html", "The API, to read"),
        Link::new(
            here.to(super::use_it_in::PATH),
            "help",
            "text/html",
            "Use it in QGIS, GDAL, Excel and others",
        ),
        Link::new(here.to("/conformance"), "conformance", JSON, "The standards that are met"),
        Link::new(here.to("/collections"), "data", JSON, "The collections"),
        Link::new(
            here.to("/processes"),
            "http://www.opengis.net/def/rel/ogc/1.0/processes",
            JSON,
            "The analyses",
        ),
        Link::new(
            here.to("/tileMatrixSets"),
            super::tilesets::TILING_SCHEMES,
            JSON,
            "How the globe is cut into tiles",
        ),
        Link::new(
            here.to("/licences?f=html"),
            "license",
            "text/html",
            "Sources, licences and attributions",
        ),
        Link::new(
            here.to("/functions"),
            super::schema::FUNCTIONS,
            JSON,
            "Functions of filters beyond the standard",
        ),
        Link::new(here.to("/industries"), "related", JSON, "Groups and labels of industries"),
    ]
}

async fn conformance(
    State(service): State<Arc<Service>>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let is_page = ask.wants_page()?;
    ask.query.finish(&["f"])?;
    let of_changes: &[&str] = if service.keeper.is_some() { &super::edits::CLASSES } else { &[] };
    let classes: Vec<&str> = CLASSES
        .iter()
        .chain(&super::collections::CLASSES)
        .chain(&super::items::CLASSES)
        .chain(&super::crs::CLASSES)
        .chain(&super::filtering::CLASSES)
        .chain(&super::schema::CLASSES)
        .chain(&super::processes::CLASSES)
        .chain(&super::tilesets::CLASSES)
        .chain(of_changes)
        .copied()
        .collect();
    if is_page {
        let row =
            |class: &&str| format!("<li><a href=\"{class}\" rel=\"noreferrer\">{class}</a></li>\n");
        let rows: String = classes.iter().map(row).collect();
        let body =
            format!("<p>The conformance classes that this service meets:</p>\n<ul>\n{rows}</ul>\n");
        let links = conformance_links(&ask.here.keeping(|_| false));
        let body = body + &html::for_programs(&ask.here, "") + &html::all_links(&links);
        return Ok(html::page("The standards that are met", &body));
    }
    let links = conformance_links(&ask.here);
    Ok(reply::json(JSON, &json!({"conformsTo": classes, "links": links})))
}

fn conformance_links(here: &Here) -> [Link; 2] {
    [
        Link::new(here.itself(), "self", JSON, "This page"),
        Link::new(here.to("/conformance?f=html"), "alternate", "text/html", "To read"),
    ]
}
