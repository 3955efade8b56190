//! The features of a collection with everything that finds them.

use std::sync::{Arc, OnceLock};

use geo::CoordsIter;
use rayon::slice::ParallelSliceMut;

use super::columns::Columns;
use super::curves::Curves;
use super::ids::Ids;
use super::keys::Keys;
use super::times::times;
use crate::domain::{Bbox, Feature, Schema, Value};
use crate::index::{PlaneIndex, SphereTree};

/// Holds features and their indexes; made once and never changed.
#[derive(Debug)]
pub(super) struct Indexed {
    pub(super) features: Vec<Arc<Feature>>,
    /// What they are ordered by.
    pub(super) keys: Keys,
    /// Numbers of the features by their ids.
    ids: Ids,
    pub(super) plane: PlaneIndex,
    pub(super) columns: Columns,
    /// Positions, unless one of the geometries is no point.
    pub(super) points: Option<Points>,
    /// Positions along the curves of tiles, once a tile needs them.
    pub(super) curves: Curves,
    pub(super) extent: Option<Bbox>,
    /// The first and the last time.
    pub(super) times: Option<(Value, Value)>,
    /// How many positions the lines and areas have, once a filter asks.
    vertices: OnceLock<usize>,
}

/// Holds the positions of points, in the order of the features' ids.
#[derive(Debug)]
pub(super) struct Points {
    pub(super) sphere: SphereTree,
    pub(super) features: Vec<u32>,
}

impl Indexed {
    /// Indexes features in the order of their keys, or gives back the first id that two of them have.
    pub(super) fn new(
        schema: &Schema,
        features: Vec<Arc<Feature>>,
        keys: Keys,
    ) -> Result<Self, String> {
        let ids = Ids::new(&features)?;
        Ok(Self {
            plane: PlaneIndex::new(features.iter().map(|feature| feature.bounding_rect())),
            columns: Columns::new(schema.fields().len()),
            points: points(&features),
            curves: Curves::default(),
            extent: extent(features.iter().map(Arc::as_ref)),
            times: times(schema, features.iter().map(Arc::as_ref)),
            vertices: OnceLock::new(),
            features,
            keys,
            ids,
        })
    }

    /// The number of the feature of an id.
    pub(super) fn number(&self, id: &str) -> Option<usize> {
        self.ids.number(&self.features, id)
    }
}

impl Indexed {
    /// How many positions the lines and areas have.
    pub(super) fn vertices(&self) -> usize {
        *self.vertices.get_or_init(|| vertices(self.features.iter().map(Arc::as_ref)))
    }
}

/// How many positions the lines and areas of features have; points are none of them.
pub(super) fn vertices<'a>(features: impl Iterator<Item = &'a Feature>) -> usize {
    features.filter_map(Feature::shape).map(CoordsIter::coords_count).sum()
}

/// Indexes the positions of features, unless one of them is no point.
///
/// Positions are numbered in the order of the ids, so that equally near features come in it.
fn points(features: &[Arc<Feature>]) -> Option<Points> {
    if !features.iter().all(|feature| is_point(feature)) {
        return None;
    }
    let mut located: Vec<_> = (0u32..)
        .zip(features)
        .filter_map(|(number, feature)| Some((feature.id.as_str(), number, feature.position()?)))
        .collect();
    located.par_sort_unstable_by(|(a, ..), (b, ..)| a.cmp(b));
    let sphere = SphereTree::new(located.iter().map(|&(.., at)| at));
    Some(Points { sphere, features: located.into_iter().map(|(_, number, _)| number).collect() })
}

pub(super) fn extent<'a>(features: impl Iterator<Item = &'a Feature>) -> Option<Bbox> {
    let rects = features.filter_map(Feature::bounding_rect);
    let corners = rects.map(|rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y]);
    let around =
        corners.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    around.and_then(|[west, south, east, north]| Bbox::from_edges(west, south, east, north).ok())
}

/// Says whether a feature is a point, or has no geometry.
pub(super) fn is_point(feature: &Feature) -> bool {
    feature.shape().is_none()
}
