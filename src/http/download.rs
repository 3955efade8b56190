//! Everything that matches, as one file, sent while it is written.

use std::io::{self, Write};
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use axum::routing::get;
use axum::{Extension, Router};

use super::ask::{Ask, Names};
use super::asking::asking_for;
use super::crs;
use super::download_page;
use super::filtering::{self, Parts};
use super::front::HeadOnly;
use super::here::{Here, Link, encoded};
use super::items;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use super::streamed;
use crate::formats::{Contents, EXACT, Format, Layout};
use crate::store::{Collection, Selection};

/// The parameters of a download, beside the names of fields: those of a page, but for its place.
pub(super) const PARAMETERS: [&str; 15] = [
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "f",
    "decimals",
    "datum",
    "bom",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "properties",
    "skipGeometry",
    "skip-geometry",
];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/collections/{collection}/download", get(download))
}

async fn download(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    head: Option<Extension<HeadOnly>>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let format = items::format_or_page(&mut ask, &[])?;
    let is_page = format.is_none();
    let format = format.unwrap_or(Format::GeoJson);
    let mut layout = crs::layout(&mut ask.query, &collection, format, EXACT)?;
    layout.has_bom = ask.query.bom(format)?;
    let mut selection = items::selection(&mut ask.query, &collection)?;
    selection.sort = filtering::sort_keys(&mut ask.query, collection.schema())?;
    if format == Format::FlatGeobuf && !selection.sort.is_empty() {
        let reason =
            "the features of a FlatGeobuf stand in the order of its index: choose another f=";
        return Err(Problem::parameter("sortby", reason));
    }
    let parts = Parts::of(&mut ask.query, collection.schema())?;
    filtering::check_steps(&collection, &selection)?;
    items::finish(ask.query, &collection, &PARAMETERS)?;
    if is_page {
        return Ok(download_page::formats(&collection, &ask.here));
    }
    let named = file_name(&id, format, layout);
    let path = format!("/collections/{}", encoded(&id));
    let link = Link::new(ask.here.to(&path), "collection", JSON, &collection.about().title);
    let selection = reaching(&collection, selection, layout).await?;
    let body = if head.is_some() {
        streamed::body(|_| Ok(()))
    } else {
        streamed::body(move |out| written(&collection, out, (format, layout), &selection, &parts))
    };
    let mut response = reply::with_links(reply::bytes(format.media_type(), body), &[link]);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, named);
    Ok(crs::with_content_crs(response, layout))
}

/// Sees that the system that is asked for reaches all that is wanted, before anything is sent.
async fn reaching(
    collection: &Arc<Collection>,
    selection: Selection,
    layout: Layout,
) -> Result<Selection, Problem> {
    asking_for(layout.crs.is_metric(), collection, move |collection| {
        crs::check_reach(collection, &selection, layout.crs)?;
        Ok(selection)
    })
    .await
}

/// Writes what is wanted of every feature that is.
fn written(
    collection: &Collection,
    out: &mut dyn Write,
    (format, layout): (Format, Layout),
    selection: &Selection,
    parts: &Parts,
) -> io::Result<()> {
    let count = if parts.is_whole() {
        collection.write(out, format, selection, layout)
    } else {
        let schema = parts.schema(collection.schema());
        let contents = Contents { schema: &schema, ..collection.contents() };
        collection.write_as(out, format, selection, (contents, layout), |one| parts.feature(&one))
    };
    count.map(drop)
}

/// Names the file by the collection, and by its datum or system if that is not the usual one.
fn file_name(id: &str, format: Format, layout: Layout) -> HeaderValue {
    let name = format!("{id}{}.{}", layout.suffix(), format.name());
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    named.unwrap_or(HeaderValue::from_static("attachment"))
}

/// The links of a collection to its files.
pub(super) fn links(collection: &Collection, here: &Here) -> Vec<Link> {
    let about = collection.about();
    let path = format!("/collections/{}/download", encoded(&about.id));
    let link = |format: Format| {
        let title = format!("{}, whole, as {}", about.title, format.name());
        let href = here.to(&format!("{path}?f={}", format.name()));
        Link::new(href, "enclosure", format.media_type(), &title)
    };
    Format::ALL.map(link).to_vec()
}
