//! A collection: features of one schema, with the indexes that answer for them.
//!
//! Features that were put in place long ago are indexed (`indexed`); the few that changed since
//! lie beside them (`delta`) until there are enough of them to index everything anew. Either part
//! is never changed, so a new version of a collection costs what changed and readers of the old one
//! go on.
//!
//! A collection that is too large for memory holds nothing of this: [`Remote`] answers for it.

use std::borrow::Cow;
use std::sync::Arc;

use super::counts::Counts;
use super::delta::Delta;
use super::indexed::Indexed;
use super::keys::{Keys, Standing};
use super::laid_out::laid_out;
use super::remote::{Remote, Summary};
use super::store_error::StoreError;
use super::tile_cache::TileCache;
use super::times::TimeField;
use crate::domain::names::{InvalidId, check_collection_id};
use crate::domain::{Bbox, Feature, Field, Schema, Value};
use crate::formats::Contents;

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
    about: Arc<About>,
    schema: Arc<Schema>,
    indexed: Arc<Indexed>,
    delta: Delta,
    /// What answers instead, when nothing is held here.
    remote: Option<Arc<dyn Remote>>,
    /// Tiles of this version that were drawn.
    tiles: Arc<TileCache>,
    /// How many features of this version some selections want.
    counts: Arc<Counts>,
}

/// Says what became of a feature: it stands there now, or it is gone.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// The feature is new, or stands in the place of the one of its id.
    Put(Arc<Feature>),
    /// The feature is new, and stands in the row of this key.
    Add(Arc<Feature>, i64),
    /// The feature of this id is gone.
    Delete(String),
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
        Self::ordered(about, schema, features, Keys::From(1))
    }

    /// Puts a collection together whose features are ordered by the keys of their rows.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub(super) fn of_rows(
        about: About,
        schema: Schema,
        rows: Vec<(i64, Feature)>,
    ) -> Result<Self, InvalidCollection> {
        let (keys, features) = rows.into_iter().unzip();
        Self::ordered(about, schema, features, Keys::of(keys))
    }

    /// Puts a collection together whose features are ordered by their ids.
    ///
    /// # Errors
    ///
    /// As [`Self::new`].
    pub(super) fn of_ids(
        about: About,
        schema: Schema,
        mut features: Vec<Feature>,
    ) -> Result<Self, InvalidCollection> {
        features.sort_by(|a, b| a.id.cmp(&b.id));
        Self::ordered(about, schema, features, Keys::Ids)
    }

    fn ordered(
        about: About,
        schema: Schema,
        features: Vec<Feature>,
        keys: Keys,
    ) -> Result<Self, InvalidCollection> {
        check_collection_id(&about.id)?;
        let indexed = Indexed::new(&schema, laid_out(features), keys)
            .map_err(|id| InvalidCollection::TwoOfOneId { collection: about.id.clone(), id })?;
        Ok(Self {
            about: Arc::new(about),
            schema: Arc::new(schema),
            indexed: Arc::new(indexed),
            delta: Delta::default(),
            remote: None,
            tiles: Arc::default(),
            counts: Arc::default(),
        })
    }

    /// A collection that stays where it is kept.
    ///
    /// # Errors
    ///
    /// [`InvalidCollection`] when its id is not allowed.
    pub fn remote(
        about: About,
        schema: Schema,
        remote: Arc<dyn Remote>,
    ) -> Result<Self, InvalidCollection> {
        Ok(Self { remote: Some(remote), ..Self::new(about, schema, Vec::new())? })
    }

    /// What answers for the collection when it is not held in memory.
    pub(super) fn distant(&self) -> Option<&dyn Remote> {
        self.remote.as_deref()
    }

    fn summary(&self) -> Option<Arc<Summary>> {
        self.remote.as_ref().map(|remote| remote.summary())
    }

    /// Says whether the features are held in memory, so that no answer waits; where they are not,
    /// [`Self::features`], [`Self::feature`] and [`Self::select`] find none, and [`Self::page`],
    /// [`Self::find`] and [`Self::stream`] ask for them.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.remote.is_none()
    }

    /// The collection after some changes; the order of the features stays, new ones come last.
    #[must_use]
    pub fn with(&self, changes: impl IntoIterator<Item = Change>) -> Self {
        if !self.is_held() {
            return self.clone();
        }
        let mut delta = self.delta.clone();
        for change in changes {
            delta.apply(&self.indexed, change);
        }
        let after = Self { delta, tiles: Arc::default(), counts: Arc::default(), ..self.clone() };
        let is_worn = after.delta.is_large(&self.indexed);
        let is_worn = is_worn || after.delta.is_out_of_order(&self.indexed);
        if is_worn { after.indexed_anew() } else { after }
    }

    fn indexed_anew(self) -> Self {
        let keys = &self.indexed.keys;
        let old = (0..self.indexed.features.len())
            .filter_map(|number| Some((keys.row(number), Arc::clone(self.numbered(number)?))));
        let new = self.delta.added_rows().iter().map(|(key, one)| (Some(*key), Arc::clone(one)));
        let mut all: Vec<(Option<i64>, Arc<Feature>)> = old.chain(new).collect();
        let keys = if *keys == Keys::Ids {
            all.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
            Keys::Ids
        } else {
            all.sort_by_key(|(key, _)| *key);
            Keys::of(all.iter().filter_map(|(key, _)| *key).collect())
        };
        let features = all.into_iter().map(|(_, feature)| feature).collect();
        match Indexed::new(&self.schema, features, keys) {
            Ok(indexed) => Self { indexed: Arc::new(indexed), delta: Delta::default(), ..self },
            Err(_) => self, // ids are unique: the delta holds each once
        }
    }

    /// The features as they are shared among versions of the collection.
    pub fn shared(&self) -> impl Iterator<Item = &Arc<Feature>> {
        let numbers = 0..self.indexed.features.len();
        numbers.filter_map(|number| self.numbered(number)).chain(self.delta.added())
    }

    /// The feature that stands at a number of the index now, with its place.
    pub(super) fn standing(&self, number: usize) -> Option<Standing<'_>> {
        let feature = self.numbered(number)?;
        Some(Standing { row: self.indexed.keys.row(number), feature })
    }

    /// The new features with their places, in their order.
    pub(super) fn standing_added(&self) -> impl DoubleEndedIterator<Item = Standing<'_>> {
        let rows = self.delta.added_rows().iter();
        rows.map(|(row, feature)| Standing { row: Some(*row), feature })
    }

    /// The feature that stands at a number of the index now; `None` when it is gone.
    pub(super) fn numbered(&self, number: usize) -> Option<&Arc<Feature>> {
        if self.delta.is_replaced(number) {
            self.delta.replacement(number)
        } else {
            self.indexed.features.get(number)
        }
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

    /// What a file of its features says of them as a whole.
    #[must_use]
    pub fn contents(&self) -> Contents<'_> {
        Contents { name: &self.about.id, title: &self.about.title, schema: &self.schema }
    }

    /// Its features, in the order in which pages show them; none where they are not held.
    pub fn features(&self) -> impl Iterator<Item = &Feature> {
        self.shared().map(Arc::as_ref)
    }

    /// How many features there are.
    #[must_use]
    pub fn len(&self) -> usize {
        if let Some(summary) = self.summary() {
            return summary.count;
        }
        self.indexed.features.len() + self.delta.added().count() - self.delta.deleted()
    }

    /// Says whether there is no feature.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds a feature by its id, wherever it is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is kept elsewhere and nothing answers there.
    pub fn find(&self, id: &str) -> Result<Option<Cow<'_, Feature>>, StoreError> {
        match &self.remote {
            Some(remote) => Ok(remote.feature(id)?.map(Cow::Owned)),
            None => Ok(self.feature(id).map(Cow::Borrowed)),
        }
    }

    /// Says whether a feature has no value for the field of a number.
    #[must_use]
    pub fn has_nulls(&self, field: usize) -> bool {
        match self.summary() {
            Some(summary) => summary.has_nulls.get(field).copied().unwrap_or(true),
            None => self.features().any(|feature| feature.values[field] == Value::Null),
        }
    }

    /// Finds a feature that is held in memory by its id.
    #[must_use]
    pub fn feature(&self, id: &str) -> Option<&Feature> {
        let by_number = || self.numbered(self.indexed.number(id)?);
        self.delta.added_by_id(id).or_else(by_number).map(Arc::as_ref)
    }

    /// Says whether every geometry is a point.
    #[must_use]
    pub fn is_points(&self) -> bool {
        if let Some(summary) = self.summary() {
            return summary.is_points;
        }
        self.indexed.points.is_some() && self.delta.is_points()
    }

    /// The box around its geometries, or a larger one where some are gone; `None` without any.
    #[must_use]
    pub fn extent(&self) -> Option<Bbox> {
        if let Some(summary) = self.summary() {
            return summary.extent;
        }
        self.delta.extent(self.indexed.extent)
    }

    /// The first and the last time of its features, or more where some are gone: its years, or where it
    /// has none its first field of days or instants; `None` without any.
    #[must_use]
    pub fn times(&self) -> Option<(Value, Value)> {
        if let Some(summary) = self.summary() {
            return summary.times.clone();
        }
        self.delta.times(&self.schema, self.indexed.times.clone())
    }

    /// The field of days or instants that tells when its features were; `None` where a year does, or
    /// nothing.
    #[must_use]
    pub fn time_field(&self) -> Option<&Field> {
        let field = TimeField::of(&self.schema)?;
        let field = &self.schema.fields()[field.place()];
        field.field_type.is_time().then_some(field)
    }

    pub(super) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(super) fn tiles(&self) -> &TileCache {
        &self.tiles
    }

    pub(super) fn indexed(&self) -> &Indexed {
        &self.indexed
    }

    pub(super) fn delta(&self) -> &Delta {
        &self.delta
    }
}
