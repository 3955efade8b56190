//! Bodies that change features, held against the schema: every fault is named.

use axum::http::{HeaderMap, header};
use geo::Geometry;
use serde::Deserialize;
use serde_json::error::Category;

use super::problem::Problem;
use crate::domain::{Feature, FeatureId};
use crate::formats::geojson_read::{self, Fault, Sent};
use crate::store::Collection;
use crate::store::edit::{Draft, Expected, Wish};

/// The media types of features.
pub(super) const FEATURES: [&str; 2] = ["application/geo+json", "application/json"];
/// The media type of a part of a feature (RFC 7396).
pub(super) const MERGE_PATCH: &str = "application/merge-patch+json";

/// Refuses a body of another media type; `header` is the one that names those that are taken.
pub(super) fn check_type(
    headers: &HeaderMap,
    known: &[&str],
    header: &'static str,
) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let given = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if known.iter().any(|known| given.eq_ignore_ascii_case(known)) {
        return Ok(());
    }
    Err(Problem::MediaType { given: given.to_owned(), known: known.join(", "), header })
}

/// Reads new features: one, or those of a collection, at most so many.
pub(super) fn drafts(
    collection: &Collection,
    body: &[u8],
    most: usize,
) -> Result<Vec<Draft>, Problem> {
    check_kind(body, &["Feature", "FeatureCollection"])?;
    let sent = geojson_read::read_all(collection.schema(), body).map_err(Problem::Invalid)?;
    if sent.len() > most {
        let reason = format!("{} features: at most {most} are taken at once", sent.len());
        return Err(invalid("features", reason));
    }
    if sent.is_empty() {
        return Err(invalid("features", "there is none".to_owned()));
    }
    check_twice(&sent)?;
    for (number, one) in sent.iter().enumerate() {
        let field = if sent.len() > 1 { format!("features[{number}].") } else { String::new() };
        check_shape(collection, one, &field)?;
    }
    Ok(sent
        .into_iter()
        .map(|sent| Draft {
            id: sent.id,
            geometry: sent.geometry.flatten(),
            values: sent.values.into_iter().map(Option::unwrap_or_default).collect(),
        })
        .collect())
}

/// Reads what a feature is to be as a whole.
pub(super) fn feature(collection: &Collection, id: &str, body: &[u8]) -> Result<Feature, Problem> {
    check_kind(body, &["Feature"])?;
    let (sent, id) = one(collection, id, body)?;
    Ok(sent.into_feature(collection.schema(), id))
}

/// Reads what of a feature is to be otherwise.
pub(super) fn patch(
    collection: &Collection,
    id: &str,
    body: &[u8],
    expected: Expected,
) -> Result<Wish, Problem> {
    check_kind(body, &[])?;
    let (sent, id) = one(collection, id, body)?;
    let values = sent.values.into_iter().enumerate();
    let values = values.filter_map(|(field, value)| Some((field, value?))).collect();
    Ok(Wish::Update { id: id.as_str().to_owned(), values, geometry: sent.geometry, expected })
}

/// Reads a body for the feature that the path names.
fn one(collection: &Collection, id: &str, body: &[u8]) -> Result<(Sent, FeatureId), Problem> {
    let missing =
        |_| Problem::NoFeature { collection: collection.about().id.clone(), id: id.to_owned() };
    let named = FeatureId::new(id).map_err(missing)?;
    let sent = geojson_read::read(collection.schema(), body).map_err(Problem::Invalid)?;
    if let Some(other) = sent.id.as_ref().filter(|other| **other != named) {
        return Err(invalid("id", format!("`{}` is not `{id}`, as in the path", other.as_str())));
    }
    check_shape(collection, &sent, "")?;
    Ok((sent, named))
}

/// What a body says that it is.
#[derive(Deserialize)]
struct Kind {
    r#type: Option<String>,
}

/// Refuses what is no JSON, and what is none of the objects that are known, if any are.
fn check_kind(body: &[u8], known: &[&str]) -> Result<(), Problem> {
    let kind = match serde_json::from_slice::<Kind>(body) {
        Ok(kind) => kind.r#type,
        Err(error) if error.classify() == Category::Data => {
            return Err(invalid("", format!("no GeoJSON object: {error}")));
        }
        Err(error) => return Err(Problem::Body(format!("no JSON: {error}"))),
    };
    let kind = kind.unwrap_or_default();
    if known.is_empty() || known.contains(&kind.as_str()) {
        return Ok(());
    }
    Err(invalid("type", format!("`{kind}` is not {}", known.join(" or "))))
}

/// Keeps collections of points what they are.
fn check_shape(collection: &Collection, sent: &Sent, field: &str) -> Result<(), Problem> {
    match &sent.geometry {
        Some(Some(geometry))
            if collection.is_points() && !matches!(geometry, Geometry::Point(_)) =>
        {
            Err(invalid(&format!("{field}geometry"), "the collection holds points".to_owned()))
        }
        _ => Ok(()),
    }
}

/// Refuses one id for two features.
fn check_twice(sent: &[Sent]) -> Result<(), Problem> {
    let mut taken = std::collections::HashSet::new();
    for (number, id) in sent.iter().enumerate().filter_map(|(n, one)| Some((n, one.id.as_ref()?))) {
        if !taken.insert(id) {
            let reason = format!("`{}` is another feature's here, too", id.as_str());
            return Err(invalid(&format!("features[{number}].id"), reason));
        }
    }
    Ok(())
}

fn invalid(field: &str, reason: String) -> Problem {
    Problem::Invalid(vec![Fault { field: field.to_owned(), reason }])
}
