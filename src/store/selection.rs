//! Which features are wanted.

use std::borrow::{Borrow, Cow};
use std::io;
use std::sync::Arc;

use super::Collection;
use super::indexed::vertices;
use super::sorted::{self, SortKey};
use super::store_error::StoreError;
use super::times::TimeField;
use crate::domain::{Bbox, Feature, Schema, TimeInterval, Value};
use crate::filter::{Equals, Filter, Plan};
use crate::formats::{Contents, Format, Layout};
use crate::index::plane::{Found, meets};

/// Says which features are wanted; conditions are joined by *and*.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// Meets this box; a feature without geometry does, too.
    pub bbox: Option<Bbox>,
    /// Meets this interval; a feature of no known time does, too.
    pub time: Option<TimeInterval>,
    /// Has these values.
    pub equals: Vec<Equals>,
    /// Matches this condition.
    pub filter: Option<Filter>,
    /// In this order; in the collection's where they are equal, or without keys.
    pub sort: Vec<SortKey>,
}

impl Selection {
    /// Says whether a feature of the collection is wanted.
    #[must_use]
    pub fn wants(&self, collection: &Collection, feature: &Feature) -> bool {
        let in_box = || match (&self.bbox, feature.geometry()) {
            (Some(bbox), Some(geometry)) => meets(&geometry, bbox),
            _ => true,
        };
        self.equals.iter().all(|equals| equals.matches(feature))
            && self.wants_time(collection, feature)
            && in_box()
            && self.filter.as_ref().is_none_or(|filter| filter.matches(feature) == Some(true))
    }

    /// Whether the same features are wanted as by another, in any order.
    pub(super) fn wants_as(&self, other: &Self) -> bool {
        (&self.bbox, &self.time, &self.equals) == (&other.bbox, &other.time, &other.equals)
            && self.filter == other.filter
    }

    /// The box, when nothing else is asked.
    fn only_box(&self) -> Option<&Bbox> {
        let box_alone = Self { bbox: self.bbox, ..Self::default() };
        self.bbox.as_ref().filter(|_| self.wants_as(&box_alone))
    }

    /// Whether every feature is wanted.
    pub(super) fn wants_all(&self) -> bool {
        self.wants_as(&Self::default())
    }

    /// What an index could answer of it, for features of a schema.
    #[must_use]
    pub fn plan(&self, schema: &Schema) -> Plan {
        let bbox = self.bbox.map(Plan::Box);
        let time = self.time.as_ref().zip(TimeField::of(schema));
        let time = time.map(|(interval, field)| field.plan(interval));
        let filter = self.filter.as_ref().map(|filter| filter.plan().clone());
        let equals = self.equals.iter().map(Equals::plan);
        Plan::both(equals.chain(time).chain(bbox).chain(filter))
    }

    fn wants_time(&self, collection: &Collection, feature: &Feature) -> bool {
        let Some(interval) = &self.time else { return true };
        TimeField::of(collection.schema()).is_none_or(|field| field.meets(feature, interval))
    }
}

/// The steps of looking through the texts of features.
fn byte_steps<'a>(filter: &Filter, features: impl Iterator<Item = &'a Feature>) -> usize {
    let costs = filter.byte_costs();
    if costs.is_empty() {
        return 0;
    }
    let steps = |feature: &Feature| -> usize {
        let of = |(field, cost): (&usize, &usize)| match feature.values.get(*field) {
            Some(Value::Text(text)) => text.len().saturating_mul(*cost),
            _ => 0,
        };
        costs.iter().map(of).fold(0, usize::saturating_add)
    };
    features.map(steps).fold(0, usize::saturating_add)
}

impl Collection {
    /// Counts the steps of looking for what is wanted where no index helps: features times the cost of
    /// the filter for each, and positions of their lines and areas times its cost for these.
    #[must_use]
    pub fn most_steps(&self, selection: &Selection) -> usize {
        let Some(filter) = &selection.filter else { return 0 };
        let vertices = match filter.vertex_cost() {
            0 => 0,
            cost => {
                cost.saturating_mul(self.indexed().vertices() + vertices(self.delta().features()))
            }
        };
        self.len().saturating_mul(filter.cost()).saturating_add(vertices)
    }

    /// Counts the steps of looking for what is wanted, among the features that no index rules out.
    #[must_use]
    pub fn steps(&self, selection: &Selection) -> usize {
        let Some(filter) = &selection.filter else { return 0 };
        let Some(near) = self.candidates(selection).filter(|_| self.is_held()) else {
            return self.most_steps(selection).saturating_add(byte_steps(filter, self.features()));
        };
        let near = near.into_iter().filter_map(|number| self.numbered(number));
        let near: Vec<&Feature> = near.chain(self.delta().added()).map(Arc::as_ref).collect();
        let cost = near.len().saturating_mul(filter.cost());
        let cost = cost.saturating_add(byte_steps(filter, near.iter().copied()));
        cost.saturating_add(filter.vertex_cost().saturating_mul(vertices(near.into_iter())))
    }

    /// The numbers of the index where what is wanted can stand now, in rising order; `None` when that
    /// may be most of them.
    pub(super) fn candidates(&self, selection: &Selection) -> Option<Vec<usize>> {
        let mut near = self.indexed().candidates(&selection.plan(self.schema()))?;
        near.extend(self.delta().replaced_numbers());
        near.sort_unstable();
        near.dedup();
        Some(near)
    }

    /// The numbers of what is wanted, in no order, when a box is all that is asked of features that are
    /// all indexed: then few of them have to be looked at.
    pub(super) fn in_box(&self, selection: &Selection) -> Option<Vec<u32>> {
        let is_indexed = self.is_held() && self.delta().is_empty();
        let bbox = selection.only_box().filter(|_| is_indexed)?;
        let indexed = self.indexed();
        let Found { mut within, perhaps } = indexed.plane.find(bbox);
        let meets = |number: &u32| {
            let geometry = indexed.features[*number as usize].geometry();
            geometry.is_some_and(|geometry| meets(&geometry, bbox))
        };
        within.extend(perhaps.into_iter().filter(meets));
        within.extend_from_slice(indexed.plane.without_geometry());
        Some(within)
    }

    /// Finds every feature that is held in memory and wanted, in the collection's order.
    #[must_use]
    pub fn select<'a>(
        &'a self,
        selection: &'a Selection,
    ) -> Box<dyn Iterator<Item = &'a Feature> + 'a> {
        let wanted = move |feature: &&Feature| selection.wants(self, feature);
        match self.candidates(selection) {
            Some(near) => {
                let near = near.into_iter().filter_map(|number| self.numbered(number));
                Box::new(near.chain(self.delta().added()).map(Arc::as_ref).filter(wanted))
            }
            None => Box::new(self.features().filter(wanted)),
        }
    }

    /// Reads every feature that is wanted, in the order that is, else the collection's, wherever it is
    /// kept.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when it is kept elsewhere and nothing answers there; so may each feature be.
    pub fn stream<'a>(&'a self, selection: &'a Selection) -> Result<Stream<'a>, StoreError> {
        Ok(match self.distant() {
            Some(remote) => Box::new(remote.stream(selection)?.map(|one| Ok(Cow::Owned(one?)))),
            None if selection.sort.is_empty() => {
                Box::new(self.select(selection).map(|one| Ok(Cow::Borrowed(one))))
            }
            None => {
                let mut all: Vec<&Feature> = self.select(selection).collect();
                all.sort_by(|a, b| sorted::order(&selection.sort, a, b));
                Box::new(all.into_iter().map(|one| Ok(Cow::Borrowed(one))))
            }
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
        self.write_as(out, format, selection, (self.contents(), layout), |one| one)
    }

    /// Writes the same with contents of one's own, to which each feature is turned.
    ///
    /// # Errors
    ///
    /// As [`Collection::write`] says.
    pub fn write_as<'a, T: Borrow<Feature>>(
        &'a self,
        out: &mut dyn io::Write,
        format: Format,
        selection: &'a Selection,
        (contents, layout): (Contents<'_>, Layout),
        turned: impl Fn(Cow<'a, Feature>) -> T,
    ) -> io::Result<usize> {
        let (mut count, mut broken) = (0, None);
        let features = self.stream(selection).map_err(io::Error::other)?;
        let features = features.map_while(|one| one.map_err(|error| broken = Some(error)).ok());
        format.write(out, contents, features.inspect(|_| count += 1).map(turned), layout)?;
        broken.map_or(Ok(count), |error| Err(io::Error::other(error)))
    }
}

/// Features in their order, of which some may still be on their way.
pub type Stream<'a> = Box<dyn Iterator<Item = Result<Cow<'a, Feature>, StoreError>> + 'a>;
