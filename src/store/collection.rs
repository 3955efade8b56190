//! A collection: features of one schema, with the indexes that answer for them.

use std::collections::HashMap;

use geo::{BoundingRect, Geometry};

use crate::domain::names::InvalidId;
use crate::domain::{Bbox, Feature, Schema, Value};
use crate::index::{PlaneIndex, SphereIndex};

/// Describes a collection to its readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its id.
    pub id: String,
    /// English title.
    pub title: String,
    /// Chinese title.
    pub title_zh: String,
    /// English description.
    pub description: String,
    /// Chinese description.
    pub description_zh: String,
    /// The day up to which the data is true, `yyyy-mm-dd`.
    pub data_as_of: String,
    /// The terms under which the data may be used.
    pub licence: String,
    /// Who must be named.
    pub attribution: String,
}

/// Holds a collection, complete and unchanging.
#[derive(Debug, Clone)]
pub struct Collection {
    about: About,
    schema: Schema,
    features: Vec<Feature>,
    numbers: HashMap<String, usize>,
    plane: PlaneIndex,
    points: Option<Points>,
    extent: Option<Bbox>,
    years: Option<(i64, i64)>,
}

/// Holds the positions of a point collection, in the order of the features' ids.
#[derive(Debug, Clone)]
pub(super) struct Points {
    pub(super) sphere: SphereIndex,
    pub(super) features: Vec<usize>,
}

/// Features that make no collection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCollection {
    /// Two features share an id.
    #[error("collection {collection}: two features have the id `{id}`")]
    TwoOfOneId {
        /// The collection.
        collection: String,
        /// The id.
        id: String,
    },
    /// The collection's own id is not allowed.
    #[error(transparent)]
    Id(#[from] InvalidId),
}

impl Collection {
    /// Puts a collection together and indexes it.
    ///
    /// # Errors
    ///
    /// [`InvalidCollection`] when an id is not allowed or not unique.
    pub fn new(
        about: About,
        schema: Schema,
        features: Vec<Feature>,
    ) -> Result<Self, InvalidCollection> {
        if !crate::domain::names::is_collection_id(&about.id) {
            return Err(InvalidId::Collection(about.id).into());
        }
        let mut numbers = HashMap::with_capacity(features.len());
        for (number, feature) in features.iter().enumerate() {
            if numbers.insert(feature.id.as_str().to_owned(), number).is_some() {
                let id = feature.id.as_str().to_owned();
                return Err(InvalidCollection::TwoOfOneId { collection: about.id, id });
            }
        }
        Ok(Self {
            plane: PlaneIndex::new(features.iter().map(|feature| feature.geometry.as_ref())),
            points: points(&features),
            extent: extent(&features),
            years: years(&schema, &features),
            about,
            schema,
            features,
            numbers,
        })
    }

    /// What the collection is.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// The fields of its features.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Its features, in the order in which pages show them.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// Finds a feature by its id.
    #[must_use]
    pub fn feature(&self, id: &str) -> Option<&Feature> {
        self.numbers.get(id).map(|&number| &self.features[number])
    }

    /// Says whether every geometry is a point.
    #[must_use]
    pub fn is_points(&self) -> bool {
        self.points.is_some()
    }

    /// The box around its geometries; `None` without any.
    #[must_use]
    pub fn extent(&self) -> Option<Bbox> {
        self.extent
    }

    /// The first and the last year of its features; `None` without any.
    #[must_use]
    pub fn years(&self) -> Option<(i64, i64)> {
        self.years
    }

    pub(super) fn plane(&self) -> &PlaneIndex {
        &self.plane
    }

    pub(super) fn points(&self) -> Option<&Points> {
        self.points.as_ref()
    }
}

/// Indexes the positions of features, unless one of them is no point.
///
/// Positions are numbered in the order of the ids, so that equally near features come in it.
fn points(features: &[Feature]) -> Option<Points> {
    let is_point = |geometry: &Geometry<f64>| matches!(geometry, Geometry::Point(_));
    if !features.iter().filter_map(|feature| feature.geometry.as_ref()).all(is_point) {
        return None;
    }
    let mut located: Vec<_> = (0..features.len())
        .filter_map(|number| features[number].position().map(|at| (number, at)))
        .collect();
    located.sort_by(|(a, _), (b, _)| features[*a].id.cmp(&features[*b].id));
    let (features, positions) = located.into_iter().unzip();
    Some(Points { sphere: SphereIndex::new(positions), features })
}

fn extent(features: &[Feature]) -> Option<Bbox> {
    let rects = features.iter().filter_map(|feature| feature.geometry.as_ref()?.bounding_rect());
    let corners = rects.map(|rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y]);
    let around =
        corners.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    around.and_then(|[west, south, east, north]| Bbox::from_edges(west, south, east, north).ok())
}

fn years(schema: &Schema, features: &[Feature]) -> Option<(i64, i64)> {
    let field = schema.position("year")?;
    let years = features.iter().filter_map(|feature| match feature.values[field] {
        Value::Integer(year) => Some((year, year)),
        _ => None,
    });
    years.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}
