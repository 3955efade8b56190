//! The features of a collection: page by page, and one by one.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::ask::{Ask, Names, PAGE};
use super::asking::{WhileAsked, asking, asking_for};
use super::crs;
use super::filtering::{self, Parts};
use super::here::{Here, Link, encoded};
use super::problem::Problem;
use super::query::{DEFAULT_LIMIT, MAX_LIMIT, Query};
use super::reply::{self, JSON};
use super::service::Service;
use super::timestamp;
use super::{item_pages, paging};
use crate::domain::{Feature, Schema};
use crate::filter::Equals;
use crate::formats::geojson::{self, Members};
use crate::formats::{Contents, DEFAULT_DECIMALS, Format, Layout};
use crate::store::edit::tag;
use crate::store::{Catalog, Collection, Page, Selection, SortKey};

/// The conformance classes of this module.
pub(super) const CLASSES: [&str; 4] = [
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
];

/// The parameters of a page of features, beside the names of fields.
pub(super) const PARAMETERS: [&str; 19] = [
    "limit",
    "cursor",
    "offset",
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
    "hits",
];

/// The formats of features, by the names of `f=`.
pub(super) const FORMATS: [(&str, Format); 8] = [
    ("geojson", Format::GeoJson),
    ("json", Format::GeoJson),
    ("geojsonl", Format::GeoJsonSeq),
    ("csv", Format::Csv),
    ("fgb", Format::FlatGeobuf),
    ("gpkg", Format::GeoPackage),
    ("parquet", Format::GeoParquet),
    ("kml", Format::Kml),
];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new()
        .route("/collections/{collection}/items", get(page))
        .route("/collections/{collection}/items/{id}", get(one))
}

async fn page(
    State(service): State<Arc<Service>>,
    Names(id): Names<String>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let format = format_or_page(&mut ask, &OF_FILES)?;
    let page_of = format.is_none().then(|| service.catalog());
    refuse_layout_of_page(page_of.is_some(), &ask.query)?;
    let format = format.unwrap_or(Format::GeoJson);
    let limit = ask.query.count("limit", DEFAULT_LIMIT, MAX_LIMIT)?;
    let mut layout = crs::layout(&mut ask.query, &collection, format, DEFAULT_DECIMALS)?;
    layout.has_bom = ask.query.bom(format)?;
    let mut selection = selection(&mut ask.query, &collection)?;
    selection.sort = filtering::sort_keys(&mut ask.query, collection.schema())?;
    let start = paging::start(&mut ask.query, &collection, &selection.sort)?;
    filtering::check_steps(&collection, &selection)?;
    let parts = Parts::of(&mut ask.query, collection.schema())?;
    // Who only counts gets a page without features.
    let limit = if filtering::flag(&mut ask.query, "hits")? == Some(true) { 0 } else { limit };
    let here = ask.here;
    finish(ask.query, &collection, &PARAMETERS)?;
    // A filter or an order may take seconds, which a worker of the server must not wait for.
    let _asked = WhileAsked::of(selection.filter.as_ref());
    let is_long = format.is_spooled() || selection.filter.is_some() || !selection.sort.is_empty();
    asking_for(is_long, &collection, move |collection| {
        let page = collection.page_from(&selection, &start, limit)?;
        page.features.iter().try_for_each(|one| crs::check_reach_of(one, layout.crs))?;
        let wanted = Wanted { format, page_of, layout, limit, parts };
        let answer = answer_page(collection, (&page, &selection.sort), &wanted, &here)?;
        Ok(crs::with_content_crs(answer, layout))
    })
    .await
}

/// Says which page is wanted, and how.
struct Wanted {
    format: Format,
    /// The catalog, when it is wanted as a page to read.
    page_of: Option<Arc<Catalog>>,
    layout: Layout,
    limit: usize,
    parts: Parts,
}

fn answer_page(
    collection: &Collection,
    (page, sort): (&Page<'_>, &[SortKey]),
    wanted: &Wanted,
    here: &Here,
) -> Result<Response, Problem> {
    let &Wanted { format, limit, .. } = wanted;
    let shown = (page, sort, limit);
    if let Some(catalog) = &wanted.page_of {
        let links = page_links(here, collection, Form::Page, shown);
        let plain = here.keeping(|(name, _)| name != "f");
        let of_json = page_links(&plain, collection, Form::File(format), shown);
        let features: Vec<&Feature> = page.features.iter().map(AsRef::as_ref).collect();
        let place = (page.matched, page.passed);
        let ways = (&links[..], &of_json[..]);
        let page_of = item_pages::items(catalog, collection, &features, place, ways);
        let counted = reply::with_counts(page_of, Some(page.matched), page.features.len());
        return Ok(reply::with_links(counted, &links));
    }
    let links = page_links(here, collection, Form::File(format), shown);
    let mut members = Members::new();
    members.insert("timeStamp".into(), json!(timestamp()));
    members.insert("numberMatched".into(), json!(page.matched));
    members.insert("numberReturned".into(), json!(page.features.len()));
    members.insert("links".into(), json!(links));
    let features: Vec<&Feature> = page.features.iter().map(AsRef::as_ref).collect();
    let response = written_parts(wanted, collection, &features, &members)?;
    let response = reply::with_counts(response, Some(page.matched), page.features.len());
    Ok(reply::with_links(response, &links))
}

/// Writes the parts of features that are wanted.
fn written_parts(
    wanted: &Wanted,
    collection: &Collection,
    features: &[&Feature],
    members: &Members,
) -> Result<Response, Problem> {
    let Wanted { format, layout, parts, .. } = wanted;
    let contents = collection.contents();
    if parts.is_whole() {
        return written(*format, contents, features.iter().copied(), *layout, members);
    }
    let features: Vec<Feature> = features.iter().map(|feature| parts.feature(feature)).collect();
    let contents = Contents { schema: &parts.schema(contents.schema), ..contents };
    written(*format, contents, features.iter(), *layout, members)
}

/// Chooses the format of features, or `None` for a page to read; who accepts only JSON gets GeoJSON as
/// what it is, and who accepts files beside pages gets one where a parameter is of files.
pub(super) fn format_or_page(ask: &mut Ask, of_files: &[&str]) -> Result<Option<Format>, Problem> {
    let served = FORMATS.map(|(name, format)| (name, format.media_type()));
    let served: Vec<_> = served.into_iter().chain([("", JSON), ("html", PAGE)]).collect();
    let media_type = ask.media_type_for(&served, of_files)?;
    let chosen = FORMATS.iter().find(|(_, format)| format.media_type() == media_type);
    Ok(match chosen {
        _ if media_type == PAGE => None,
        Some((_, format)) => Some(*format),
        None => Some(Format::GeoJson),
    })
}

/// The parameters that are for files, not for pages to read.
pub(super) const OF_FILES: [&str; 7] =
    ["decimals", "datum", "crs", "bom", "properties", "skipGeometry", "skip-geometry"];

/// Refuses on a page to read what is for files.
pub(super) fn refuse_layout_of_page(is_page: bool, query: &Query) -> Result<(), Problem> {
    let given = query.pairs().iter().find(|(name, _)| OF_FILES.contains(&name.as_str()));
    match given.filter(|_| is_page) {
        Some((name, _)) => Err(Problem::parameter(
            name,
            "it is for files, not for pages to read: choose another f=",
        )),
        None => Ok(()),
    }
}

/// Reads which features are wanted.
pub(super) fn selection(query: &mut Query, collection: &Collection) -> Result<Selection, Problem> {
    let bbox = crs::bbox(query)?;
    let mut filter = filtering::filter(query, collection.schema())?;
    if let Some(outline) = bbox.as_ref().and_then(|bbox| bbox.outline.clone()) {
        filter = Some(crs::within(outline, filter, collection.schema())?);
    }
    Ok(Selection {
        bbox: bbox.map(|bbox| bbox.around),
        time: query.read_as("datetime", str::parse)?,
        equals: equals(query, collection.schema(), &PARAMETERS)?,
        filter,
        sort: Vec::new(),
    })
}

/// Reads the conditions on fields; a reserved name is never one.
pub(super) fn equals(
    query: &mut Query,
    schema: &Schema,
    reserved: &[&str],
) -> Result<Vec<Equals>, Problem> {
    let mut conditions = Vec::new();
    for field in schema.fields().iter().filter(|field| !reserved.contains(&field.name.as_str())) {
        let condition = query
            .read_as(&field.name, |text| Equals::new(schema, &field.name, text).transpose())?;
        conditions.extend(condition.flatten());
    }
    Ok(conditions)
}

/// Refuses what is left, and says what is known: parameters and fields.
pub(super) fn finish(
    query: Query,
    collection: &Collection,
    parameters: &[&str],
) -> Result<(), Problem> {
    let fields = collection.schema().fields().iter().map(|field| field.name.as_str());
    let known: Vec<&str> = parameters.iter().copied().chain(fields).collect();
    query.finish(&known)
}

/// Says what a page of features is answered as.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    File(Format),
    Page,
}

impl Form {
    fn media_type(self) -> &'static str {
        match self {
            Self::File(format) => format.media_type(),
            Self::Page => PAGE,
        }
    }

    /// The parameter that names it: a link leads to what it says whatever the next client accepts.
    fn named(self) -> Vec<(&'static str, Option<String>)> {
        let name = match self {
            Self::File(Format::GeoJson) => return vec![], // the default
            Self::File(format) => format.name(),
            Self::Page => "html",
        };
        vec![("f", Some(name.to_owned()))]
    }
}

fn page_links(
    here: &Here,
    collection: &Collection,
    form: Form,
    shown: (&Page<'_>, &[SortKey], usize),
) -> Vec<Link> {
    let named = form.named();
    let mut links = vec![Link::new(here.with(&named), "self", form.media_type(), "This page")];
    for other in Format::ALL.into_iter().filter(|other| Form::File(*other) != form) {
        let mut change = vec![("f", Some(other.name().to_owned()))];
        change.extend((other != Format::Csv).then_some(("bom", None)));
        change.extend((other == Format::Kml).then_some(("crs", None)));
        let href = here.with(&change);
        links.push(Link::new(
            href,
            "alternate",
            other.media_type(),
            &format!("This page, as {}", other.name()),
        ));
    }
    links.extend((form != Form::Page).then(|| to_read(here)));
    links.extend(paging::links(here, collection, (form.media_type(), &named), shown));
    let path = format!("/collections/{}", encoded(&collection.about().id));
    links.push(Link::new(here.to(&path), "collection", JSON, &collection.about().title));
    links
}

/// The link to the same as a page, which has no parameters of files.
pub(super) fn to_read(here: &Here) -> Link {
    let mut change: Vec<_> = OF_FILES.iter().map(|name| (*name, None)).collect();
    change.push(("f", Some("html".to_owned())));
    Link::new(here.with(&change), "alternate", PAGE, "To read")
}

/// Writes features in a format; the members stand in GeoJSON only.
pub(super) fn written<'a>(
    format: Format,
    contents: Contents<'_>,
    features: impl Iterator<Item = &'a Feature>,
    layout: Layout,
    members: &Members,
) -> Result<Response, Problem> {
    let mut body = Vec::new();
    let wrote = match format {
        Format::GeoJson => {
            geojson::write_collection(&mut body, contents.schema, features, layout, members)
        }
        other => other.write(&mut body, contents, features, layout),
    };
    wrote.map_err(unwritten)?;
    Ok(reply::bytes(format.media_type(), body))
}

#[expect(clippy::needless_pass_by_value, reason = "errors are handed over")]
fn unwritten(error: std::io::Error) -> Problem {
    tracing::error!(%error, "features could not be written");
    Problem::Status(StatusCode::INTERNAL_SERVER_ERROR)
}

async fn one(
    State(service): State<Arc<Service>>,
    Names((id, feature_id)): Names<(String, String)>,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let collection = service.collection(&id)?;
    let geojson_type = Format::GeoJson.media_type();
    let served = [("geojson", geojson_type), ("json", geojson_type), ("", JSON), ("html", PAGE)];
    let is_page = ask.media_type_for(&served, &OF_FILES)? == PAGE;
    let page_of = is_page.then(|| service.catalog());
    refuse_layout_of_page(page_of.is_some(), &ask.query)?;
    let is_default = ask.query.pairs().is_empty();
    let layout = crs::layout(&mut ask.query, &collection, Format::GeoJson, DEFAULT_DECIMALS)?;
    ask.query.finish(&["f", "crs", "decimals", "datum"])?;
    let here = ask.here;
    asking(&collection, move |collection| {
        let about = collection.about();
        let missing = || Problem::NoFeature { collection: id.clone(), id: feature_id.clone() };
        let feature = collection.find(&feature_id)?.ok_or_else(missing)?;
        let links_of = |here: &Here| {
            let to_collection = here.to(&format!("/collections/{}", encoded(&id)));
            [
                Link::new(here.itself(), "self", geojson_type, "This feature"),
                to_read(here),
                Link::new(to_collection, "collection", JSON, &about.title),
            ]
        };
        if let Some(catalog) = &page_of {
            let of_json = links_of(&here.keeping(|(name, _)| name != "f"));
            let named = here.with(&[("f", Some("geojson".to_owned()))]);
            let [_, to_read, to_collection] = of_json.clone();
            let links = [
                Link { rel: "self".to_owned(), ..to_read },
                Link::new(named, "alternate", geojson_type, "This feature, as GeoJSON"),
                to_collection,
            ];
            let page = item_pages::item(catalog, collection, &feature, (&links, &of_json));
            return Ok(crs::with_content_crs(reply::with_links(page, &links), layout));
        }
        crs::check_reach_of(&feature, layout.crs)?;
        let links = links_of(&here);
        let mut text = Vec::with_capacity(1024);
        geojson::write_feature(
            &mut text,
            (collection.schema(), &feature),
            layout,
            ("links", &links),
        )
        .map_err(unwritten)?;
        let body = reply::bytes(geojson_type, text);
        let mut response = crs::with_content_crs(reply::with_links(body, &links), layout);
        if is_default {
            let tag = format!("\"{}\"", tag(collection.schema(), &feature));
            let tag = HeaderValue::from_str(&tag).ok();
            response.headers_mut().extend(tag.map(|tag| (header::ETAG, tag)));
        }
        Ok(response)
    })
    .await
}
