//! Which features are wanted, and the page of them that is answered.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use super::Collection;
use super::sorted::{self, SortKey};
use super::store_error::StoreError;
use crate::domain::{Bbox, Feature, TimeInterval, Value};
use crate::filter::{Equals, Filter, Plan};
use crate::formats::{Format, Layout};
use crate::index::plane::meets;

/// Says which features are wanted; conditions are joined by *and*.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// Meets this box; a feature without geometry does, too.
    pub bbox: Option<Bbox>,
    /// Meets this interval; a feature without a year does, too.
    pub time: Option<TimeInterval>,
    /// Has these values.
    pub equals: Vec<Equals>,
    /// Matches this condition.
    pub filter: Option<Filter>,
    /// In this order; in the collection's where they are equal, or without keys.
    pub sort: Vec<SortKey>,
}

/// Holds a page of the features that are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'a> {
    /// How many there are in all.
    pub matched: usize,
    /// Those of the page.
    pub features: Vec<Cow<'a, Feature>>,
}

impl Selection {
    /// Says whether a feature of the collection is wanted.
    #[must_use]
    pub fn wants(&self, collection: &Collection, feature: &Feature) -> bool {
        let in_box = || match (&self.bbox, &feature.geometry) {
            (Some(bbox), Some(geometry)) => meets(geometry, bbox),
            _ => true,
        };
        self.equals.iter().all(|equals| equals.matches(feature))
            && self.wants_time(collection, feature)
            && in_box()
            && self.filter.as_ref().is_none_or(|filter| filter.matches(feature) == Some(true))
    }

    /// What an index could answer of it.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let bbox = self.bbox.map(Plan::Box);
        let filter = self.filter.as_ref().map(|filter| filter.plan().clone());
        Plan::both(self.equals.iter().map(Equals::plan).chain(bbox).chain(filter))
    }

    fn wants_time(&self, collection: &Collection, feature: &Feature) -> bool {
        let (Some(time), Some(field)) = (self.time, collection.schema().position("year")) else {
            return true;
        };
        match feature.values[field] {
            Value::Integer(year) => time.meets_year(year),
            _ => true,
        }
    }
}

impl Collection {
    /// Counts the steps of looking for what is wanted: features to be looked at, times the cost of
    /// the filter for each.
    #[must_use]
    pub fn steps(&self, selection: &Selection) -> usize {
        let Some(filter) = &selection.filter else { return 0 };
        let candidates = self.indexed().candidates(&selection.plan());
        let changed = self.delta().features().count();
        let count = candidates.map_or(self.len(), |found| found.len().saturating_add(changed));
        count.saturating_mul(filter.cost())
    }

    /// Finds every feature that is held in memory and wanted, in the collection's order.
    #[must_use]
    pub fn select<'a>(
        &'a self,
        selection: &'a Selection,
    ) -> Box<dyn Iterator<Item = &'a Feature> + 'a> {
        let wanted = move |feature: &&Feature| selection.wants(self, feature);
        match self.indexed().candidates(&selection.plan()) {
            Some(mut near) => {
                near.extend(self.delta().replaced_numbers());
                near.sort_unstable();
                near.dedup();
                let near = near.into_iter().filter_map(|number| self.numbered(number));
                Box::new(near.chain(self.delta().added()).map(Arc::as_ref).filter(wanted))
            }
            None => Box::new(self.features().filter(wanted)),
        }
    }

    /// Reads every feature that is wanted, in the collection's order, wherever it is kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is kept elsewhere and nothing answers there; so may each feature be.
    pub fn stream<'a>(&'a self, selection: &'a Selection) -> Result<Stream<'a>, StoreError> {
        Ok(match self.distant() {
            Some(remote) => Box::new(remote.stream(selection)?.map(|one| Ok(Cow::Owned(one?)))),
            None => Box::new(self.select(selection).map(|one| Ok(Cow::Borrowed(one)))),
        })
    }

    /// Writes every feature that is wanted, and says how many; what breaks off on its way from a
    /// database breaks the file off.
    ///
    /// # Errors
    ///
    /// What the writer reports, or why a feature did not come.
    pub fn write(
        &self,
        out: &mut dyn io::Write,
        format: Format,
        selection: &Selection,
        layout: Layout,
    ) -> io::Result<usize> {
        let (mut count, mut broken) = (0, None);
        let features = self.stream(selection).map_err(io::Error::other)?;
        let features = features.map_while(|one| one.map_err(|error| broken = Some(error)).ok());
        format.write(out, self.contents(), features.inspect(|_| count += 1), layout)?;
        broken.map_or(Ok(count), |error| Err(io::Error::other(error)))
    }

    /// Answers one page of the features that are wanted.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they are kept elsewhere and nothing answers there.
    pub fn page<'a>(
        &'a self,
        selection: &'a Selection,
        offset: usize,
        limit: usize,
    ) -> Result<Page<'a>, StoreError> {
        if let Some(remote) = self.distant() {
            let (matched, features) = remote.page(selection, offset, limit)?;
            let features = features.into_iter().map(Cow::Owned).collect();
            return Ok(Page { matched, features });
        }
        if !selection.sort.is_empty() {
            let wanted: Vec<&Feature> = self.select(selection).collect();
            let matched = wanted.len();
            let features = sorted::page(&selection.sort, wanted, offset, limit);
            return Ok(Page {
                matched,
                features: features.into_iter().map(Cow::Borrowed).collect(),
            });
        }
        let mut matched = 0;
        let mut features = Vec::new();
        for feature in self.select(selection) {
            if matched >= offset && features.len() < limit {
                features.push(Cow::Borrowed(feature));
            }
            matched += 1;
        }
        Ok(Page { matched, features })
    }
}

/// Features in their order, of which some may still be on their way.
pub type Stream<'a> = Box<dyn Iterator<Item = Result<Cow<'a, Feature>, StoreError>> + 'a>;
