//! Reference systems of answers and boxes: OGC API Features Part 2.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use geo::Polygon;
use serde_json::{Value as Json, json};

use super::openapi::parameter;
use super::problem::Problem;
use super::query::Query;
use crate::domain::registered_crs::MOST_FROM_MERIDIAN;
use crate::domain::turned::{self, TurnedBox};
use crate::domain::{Bbox, Datum, Expression, Feature, Literal, Operator, RegisteredCrs, Schema};
use crate::filter::Filter;
use crate::formats::{EXACT, Format, Layout, METRE_DECIMALS};
use crate::store::{Collection, Selection};

/// The conformance classes of this module.
pub(super) const CLASSES: [&str; 1] =
    ["http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs"];

/// The header that names the system of the positions in a body.
pub(super) const CONTENT_CRS: HeaderName = HeaderName::from_static("content-crs");

/// The URIs of every system that is offered, CRS84 first.
pub(super) fn offered() -> Vec<String> {
    RegisteredCrs::offered().map(RegisteredCrs::uri).collect()
}

/// The parameters of this module, in the API document.
pub(super) fn parameters() -> Json {
    json!({
        "crs": parameter("crs", "The reference system of the answer's positions, in its own order of axes: degrees of EPSG:4326 and 4490 have latitude first, the zones of Gauss-Krüger (4491–4554) northing first, Web Mercator and UTM easting first. In FlatGeobuf, GeoPackage, GeoParquet and CSV, and in a GeoJSON of `/download`, which names the system in the old member `crs`, east comes first, and the file names the system; KML has CRS84 only", &schema()),
        "bbox-crs": parameter("bbox-crs", "The reference system of `bbox`; its order of axes counts", &schema()),
    })
}

/// The schema of a parameter that names a system.
pub(super) fn schema() -> Json {
    let offered = offered();
    json!({"type": "string", "format": "uri", "enum": offered, "default": offered[0]})
}

/// Takes how positions are written: their system or datum, and their decimal places, by default
/// [`METRE_DECIMALS`] of a metre or as many of a degree as are given here.
///
/// # Errors
///
/// [`Problem::Parameter`] for an unknown system, for one beside a datum or in a KML, and for decimals
/// out of range.
pub(super) fn layout(
    query: &mut Query,
    collection: &Collection,
    format: Format,
    default: u8,
) -> Result<Layout, Problem> {
    let is_points = collection.is_points();
    let crs: Option<RegisteredCrs> = query.read_as("crs", str::parse)?;
    let datum: Option<Datum> = query.read_as("datum", str::parse)?;
    if crs.is_some() && datum.is_some_and(|datum| datum != Datum::Wgs84) {
        let reason = "positions have one reference system: give either crs= or datum=";
        return Err(Problem::parameter("crs", reason));
    }
    let (crs, datum) = (crs.unwrap_or_default(), datum.unwrap_or_default());
    if format == Format::Kml && crs != RegisteredCrs::CRS84 {
        let reason = "a KML is in CRS84 always: leave crs= out, or choose another f=";
        return Err(Problem::parameter("crs", reason));
    }
    // A metre has no decimals that areas need; a degree has.
    let (least_like, default) = match default {
        EXACT => (is_points || crs.is_metric(), EXACT),
        _ if crs.is_metric() => (true, METRE_DECIMALS),
        degrees => (is_points, degrees),
    };
    let decimals = query.decimals(least_like, default)?;
    Ok(Layout { decimals, datum, crs, ..Layout::new(is_points) })
}

/// Takes the box, in the system that is named.
///
/// # Errors
///
/// [`Problem::Parameter`] for what is no box of the system, and for a system without a box.
pub(super) fn bbox(query: &mut Query) -> Result<Option<TurnedBox>, Problem> {
    let crs: Option<RegisteredCrs> = query.read_as("bbox-crs", str::parse)?;
    let Some(text) = query.take("bbox") else {
        return match crs {
            Some(_) => Err(Problem::parameter("bbox-crs", "it says nothing without `bbox`")),
            None => Ok(None),
        };
    };
    let read = match crs.filter(|crs| *crs != RegisteredCrs::CRS84) {
        None => text
            .parse::<Bbox>()
            .map_err(|error| error.to_string())
            .map(|around| TurnedBox { around, outline: None }),
        Some(crs) => turned_box(&text, crs),
    };
    read.map(Some).map_err(|reason| Problem::parameter("bbox", reason))
}

fn turned_box(text: &str, crs: RegisteredCrs) -> Result<TurnedBox, String> {
    let numbers = text.split(',').map(|part| part.trim().parse::<f64>().ok());
    let numbers: Option<Vec<f64>> =
        numbers.map(|number| number.filter(|one| one.is_finite())).collect();
    let (lower, upper) = match numbers.as_deref() {
        Some(&[a, b, c, d]) => ([a, b], [c, d]),
        Some(&[a, b, low, c, d, high]) if low <= high => ([a, b], [c, d]),
        _ => {
            return Err(format!(
                "`{text}` is not a box: write four numbers, the lower and the upper corner in the order of axes of {}",
                crs.title()
            ));
        }
    };
    turned::bbox(lower, upper, crs).map_err(|error| error.to_string())
}

/// Joins a condition with the outline of a box: who has no geometry meets every box.
///
/// # Errors
///
/// [`Problem::Parameter`] where fields have both names of the geometry.
pub(super) fn within(
    outline: Polygon<f64>,
    filter: Option<Filter>,
    schema: &Schema,
) -> Result<Filter, Problem> {
    let free = ["geometry", "geom"].into_iter().find(|name| schema.position(name).is_none());
    let refused = |reason: String| Problem::parameter("bbox-crs", reason);
    let name = free.ok_or_else(|| {
        refused(
            "the fields `geometry` and `geom` hide where features are: give the box in degrees"
                .to_owned(),
        )
    })?;
    let geometry = || Expression::Property(name.to_owned());
    let outline = Expression::Literal(Literal::Geometry(outline.into()));
    let meets = Expression::Call(Operator::SIntersects, vec![geometry(), outline]);
    let is_nowhere = Expression::Call(Operator::IsNull, vec![geometry()]);
    let mut all = vec![Expression::Call(Operator::Or, vec![meets, is_nowhere])];
    all.extend(filter.map(|filter| filter.expression().clone()));
    let whole = match all.len() {
        1 => all.remove(0),
        _ => Expression::Call(Operator::And, all),
    };
    Filter::new(schema, whole).map_err(|error| refused(error.to_string()))
}

/// Refuses a grid that does not reach where the wanted features are, so that no number is untrue.
///
/// # Errors
///
/// [`Problem::Parameter`] with both reaches; [`Problem::Store`] when the features cannot be asked for.
pub(super) fn check_reach(
    collection: &Collection,
    selection: &Selection,
    crs: RegisteredCrs,
) -> Result<(), Problem> {
    if collection.extent().is_none_or(|extent| crs.holds(&extent)) {
        return Ok(());
    }
    let selection = Selection { sort: Vec::new(), ..selection.clone() };
    for feature in collection.stream(&selection)? {
        check_reach_of(feature?.as_ref(), crs)?;
    }
    Ok(())
}

/// The same for one feature.
///
/// # Errors
///
/// [`Problem::Parameter`] as [`check_reach`] says.
pub(super) fn check_reach_of(feature: &Feature, crs: RegisteredCrs) -> Result<(), Problem> {
    if !crs.is_metric() {
        return Ok(());
    }
    let around = feature.bounding_rect().and_then(|around| {
        let (min, max) = (around.min(), around.max());
        Bbox::from_edges(min.x, min.y, max.x, max.y).ok()
    });
    around.map_or(Ok(()), |around| check_holds(&around, crs))
}

fn check_holds(reach: &Bbox, crs: RegisteredCrs) -> Result<(), Problem> {
    if crs.holds(reach) {
        return Ok(());
    }
    let reason = format!(
        "{} is used within {MOST_FROM_MERIDIAN}° of its meridian {}°, and the features reach from {}° to {}°: choose a nearer zone, degrees or Web Mercator",
        crs.title(),
        crs.central_lon(),
        reach.west,
        reach.east
    );
    Err(Problem::parameter("crs", reason))
}

/// Names the system of an answer's positions; a datum that no register has is named in the body.
pub(super) fn with_content_crs(mut response: Response, layout: Layout) -> Response {
    let named = HeaderValue::from_str(&format!("<{}>", layout.crs.uri())).ok();
    let named = named.filter(|_| layout.declared_datum().is_none());
    response.headers_mut().extend(named.map(|named| (CONTENT_CRS, named)));
    response
}
