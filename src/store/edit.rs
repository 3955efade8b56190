//! What is asked to be changed, and what came of it.

use std::sync::Arc;

use geo::Geometry;

use super::collection::{About, Change};
use crate::domain::{Feature, FeatureId, Schema, Value};

/// Asks for changes of one collection that are made together or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The collection.
    pub collection: String,
    /// What is to be changed, in this order.
    pub wishes: Vec<Wish>,
    /// Who asks, and when (RFC 3339, UTC).
    pub by: Author,
    /// What the client calls the request, so that it is not done twice.
    pub key: Option<RequestKey>,
}

impl Done {
    /// Tells of a collection that was put in, taken out or put back as a whole.
    pub(super) fn whole(number: i64) -> Self {
        Self { number, ids: Vec::new(), changes: Vec::new(), was_done: false, is_whole: true }
    }
}

/// Says who changes something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Author {
    /// The name of the token, or of the program.
    pub who: String,
    /// When, in UTC (RFC 3339).
    pub at: String,
}

/// Names a request, with a digest of what it asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    /// The client's name for it.
    pub key: String,
    /// The digest of its content, in hexadecimal.
    pub digest: String,
}

/// Holds a feature as it is sent: it may have no id yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The id that is asked for.
    pub id: Option<FeatureId>,
    /// Where it is.
    pub geometry: Option<Geometry<f64>>,
    /// One value for each field of the schema.
    pub values: Vec<Value>,
}

/// Asks for one change.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// A new feature; its id is given or made.
    Create(Draft),
    /// Another content for a feature.
    Replace {
        /// What it is to be; its id is kept.
        feature: Feature,
        /// The version that the client knows; any when none is given.
        expected: Expected,
    },
    /// Other values for some fields of a feature.
    Update {
        /// Its id.
        id: String,
        /// Fields by their places in the schema.
        values: Vec<(usize, Value)>,
        /// Another geometry, or none; as it is when not given.
        geometry: Option<Option<Geometry<f64>>>,
        /// The version that the client knows.
        expected: Expected,
    },
    /// No feature of this id any more.
    Delete {
        /// Its id.
        id: String,
        /// The version that the client knows.
        expected: Expected,
    },
}

/// Says which version of a feature a change is meant for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Expected {
    /// Whatever there is.
    #[default]
    Any,
    /// One of these tags; see [`tag`].
    OneOf(Vec<String>),
}

/// Tells what an edit did.
#[derive(Debug, Clone, PartialEq)]
pub struct Done {
    /// Its number in the history.
    pub number: i64,
    /// The ids that were changed, in the order of the wishes.
    pub ids: Vec<String>,
    /// What became of the features; empty when the edit had been done before.
    pub changes: Vec<Change>,
    /// Whether it had been done before, under the same key.
    pub was_done: bool,
    /// Whether the collection is another as a whole, and is to be read again.
    pub is_whole: bool,
}

/// An edit that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The collection is not in the store.
    #[error("the collection `{0}` is not kept in the store and cannot be changed")]
    NotStored(String),
    /// A feature of the id is there already.
    #[error("the collection has a feature `{0}` already")]
    Exists(String),
    /// No feature has the id.
    #[error("the collection has no feature `{0}`")]
    Missing(String),
    /// There is a collection of the id.
    #[error("there is a collection `{0}` already: choose another id, or ask for it to be replaced")]
    Taken(String),
    /// The feature is another than the client knows.
    #[error("the feature `{0}` has been changed since: read it again")]
    Changed(String),
    /// The same key was used for something else.
    #[error("the key `{0}` was used for another request: choose a new one")]
    KeyUsed(String),
    /// There is nothing to undo, or it cannot be undone.
    #[error("the last edit cannot be undone: {0}")]
    CannotUndo(String),
    /// The store failed.
    #[error("{0}")]
    Store(String),
}

/// Says whether a change may be made to a version of a feature.
pub(super) fn check(expected: &Expected, schema: &Schema, now: &Feature) -> Result<(), EditError> {
    match expected {
        Expected::Any => Ok(()),
        Expected::OneOf(tags) if tags.contains(&tag(schema, now)) => Ok(()),
        Expected::OneOf(_) => Err(EditError::Changed(now.id.as_str().to_owned())),
    }
}

/// Names a version of a feature by its content.
#[must_use]
pub fn tag(schema: &Schema, feature: &Feature) -> String {
    tag_of(&crate::formats::geojson::exact(schema, feature))
}

/// Names a version of a feature by its exact GeoJSON.
pub(super) fn tag_of(exact: &str) -> String {
    use sha2::{Digest, Sha256};
    super::geodata::hexadecimal(&Sha256::digest(exact.as_bytes())[..12])
}

/// Holds a collection as a store keeps it.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What it is.
    pub about: About,
    /// Its fields.
    pub schema: Schema,
    /// Its features with the keys of their rows, in the order of these.
    pub rows: Vec<(i64, Feature)>,
}

impl Stored {
    /// Its features without their keys.
    #[must_use]
    pub fn features(self) -> Vec<Feature> {
        self.rows.into_iter().map(|(_, feature)| feature).collect()
    }
}

/// The feature that a wish leaves, if any; `now` is the one of its id.
pub(super) fn granted(
    wish: Wish,
    schema: &Schema,
    now: Option<Feature>,
) -> Result<Change, EditError> {
    let missing = |id: &str| EditError::Missing(id.to_owned());
    Ok(match wish {
        Wish::Create(_) => return Err(EditError::Store("a new feature has no version".to_owned())),
        Wish::Replace { feature, expected } => {
            let now = now.ok_or_else(|| missing(feature.id.as_str()))?;
            check(&expected, schema, &now)?;
            Change::Put(Arc::new(feature))
        }
        Wish::Update { id, values, geometry, expected } => {
            let mut feature = now.ok_or_else(|| missing(&id))?;
            check(&expected, schema, &feature)?;
            for (field, value) in values {
                feature.values[field] = value;
            }
            if let Some(geometry) = geometry {
                feature.set_geometry(geometry);
            }
            Change::Put(Arc::new(feature))
        }
        Wish::Delete { id, expected } => {
            let now = now.ok_or_else(|| missing(&id))?;
            check(&expected, schema, &now)?;
            Change::Delete(id)
        }
    })
}
