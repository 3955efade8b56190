//! Pages of what is held in memory: begun at their place by searches, not by counting up to it.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Collection;
use super::fetch::{TOGETHER, fetch};
use super::keys::{Place, Standing};
use super::page::{Start, Walked};
use super::page_token::PageToken;
use super::selection::Selection;
use super::sorted::{SortKey, order_of};
use crate::domain::Value;

/// Says where on the way a page begins, and which way it goes.
#[derive(Debug, Clone)]
pub(super) struct Way {
    pub(super) place: Option<Place>,
    values: Vec<Value>,
    pub(super) is_backward: bool,
}

impl Way {
    fn new(token: Option<&PageToken>, collection: &Collection) -> Self {
        let place = token.and_then(|token| collection.indexed().keys.place(&token.key));
        Self {
            values: token.map_or_else(Vec::new, |token| token.values.clone()),
            place,
            is_backward: token.is_some_and(|token| token.is_before),
        }
    }

    /// The value from which on the first key goes; `None` at the start.
    pub(super) fn first_value(&self) -> Option<&Value> {
        self.place.as_ref().and_then(|_| self.values.first())
    }

    /// Compares a feature with the place, in the order of the features; after it without a place.
    pub(super) fn order(&self, keys: &[SortKey], one: &Standing<'_>) -> Ordering {
        let Some(place) = &self.place else { return Ordering::Greater };
        let by_key = keys.iter().zip(&self.values);
        let mut by_key =
            by_key.map(|(key, value)| order_of(*key, &one.feature.values[key.field], value));
        by_key.find(|order| order.is_ne()).unwrap_or_else(|| one.order_to(place))
    }

    /// Whether a feature is on the way.
    pub(super) fn holds(&self, keys: &[SortKey], one: &Standing<'_>) -> bool {
        let order = self.order(keys, one);
        if self.is_backward { order.is_lt() } else { order.is_gt() }
    }

    /// Compares two features in the direction of the way.
    pub(super) fn compare(&self, keys: &[SortKey], a: &Standing<'_>, b: &Standing<'_>) -> Ordering {
        let order = super::sorted::order(keys, a.feature, b.feature).then_with(|| a.order(b));
        if self.is_backward { order.reverse() } else { order }
    }
}

impl Collection {
    /// Counts what is wanted, and finds the features of a page and one more.
    pub(super) fn walked<'a>(
        &'a self,
        selection: &Selection,
        start: &Start,
        limit: usize,
    ) -> (usize, Walked<'a>) {
        let way = Way::new(start.token(), self);
        let most = limit.saturating_add(1);
        if selection.sort.is_empty()
            && let Some(numbers) = self.in_box(selection)
        {
            let matched = numbers.len();
            return (matched, self.walked_among(numbers, &way, start.offset(), limit));
        }
        let found: Vec<Standing<'a>> = if limit == 0 {
            Vec::new()
        } else if selection.sort.is_empty() {
            self.by_place(selection, &way).skip(start.offset()).take(most).collect()
        } else {
            let mut sorted = self.sorted(selection, &way, start.offset().saturating_add(most));
            sorted.split_off(start.offset().min(sorted.len()))
        };
        let is_all = *start == Start::Offset(0) && 0 < limit && found.len() <= limit;
        let matched = if is_all { found.len() } else { self.matched(selection) };
        let found = found.iter().map(|one| (one.key(), Cow::Borrowed(one.feature)));
        (matched, found.collect())
    }

    /// Finds the features of a page and one more among those of some numbers, which are all wanted.
    fn walked_among(
        &self,
        mut numbers: Vec<u32>,
        way: &Way,
        offset: usize,
        limit: usize,
    ) -> Walked<'_> {
        let last = if limit == 0 { 0 } else { offset.saturating_add(limit).saturating_add(1) };
        if let Some(place) = &way.place {
            let count = self.indexed().features.len();
            let split = first(count, |at| self.is_on_or_before(at, place, way));
            numbers.retain(|&number| (number as usize >= split) != way.is_backward);
        }
        let order = |a: &u32, b: &u32| if way.is_backward { b.cmp(a) } else { a.cmp(b) };
        if 0 < last && last < numbers.len() {
            numbers.select_nth_unstable_by(last - 1, order);
        }
        numbers.truncate(last);
        numbers.sort_unstable_by(order);
        numbers.drain(..offset.min(numbers.len()));
        let features = &self.indexed().features;
        for some in numbers.chunks(TOGETHER) {
            fetch(some.iter().filter_map(|&number| Some(features.get(number as usize)?.as_ref())));
        }
        let found = numbers.into_iter();
        let standing = found.filter_map(|number| self.standing(number as usize));
        standing.map(|one| (one.key(), Cow::Borrowed(one.feature))).collect()
    }

    /// How many features are wanted.
    fn matched(&self, selection: &Selection) -> usize {
        if selection.wants_all() {
            return self.len();
        }
        self.counts().count(selection, || self.select(selection).count())
    }

    /// The features that are wanted, from a place on, as they stand.
    fn by_place<'a, 's>(
        &'a self,
        selection: &'s Selection,
        way: &'s Way,
    ) -> Box<dyn Iterator<Item = Standing<'a>> + 's>
    where
        'a: 's,
    {
        let wanted = move |one: &Standing<'_>| selection.wants(self, one.feature);
        let standing = |number| self.standing(number);
        let split = |count: usize, number: &dyn Fn(usize) -> usize| match &way.place {
            None => 0,
            Some(place) => first(count, |at| self.is_on_or_before(number(at), place, way)),
        };
        let added = self.standing_added().filter(|one| way.holds(&[], one));
        let added: Vec<Standing<'a>> = added.collect();
        match (self.candidates(selection), way.is_backward) {
            (Some(near), false) => {
                let at = split(near.len(), &|at| near[at]);
                let old = near.into_iter().skip(at).filter_map(standing);
                Box::new(old.chain(added).filter(wanted))
            }
            (Some(mut near), true) => {
                near.truncate(split(near.len(), &|at| near[at]));
                let old = near.into_iter().rev().filter_map(standing);
                Box::new(added.into_iter().rev().chain(old).filter(wanted))
            }
            (None, false) => {
                let count = self.indexed().features.len();
                let old = (split(count, &|at| at)..count).filter_map(standing);
                Box::new(old.chain(added).filter(wanted))
            }
            (None, true) => {
                let end = split(self.indexed().features.len(), &|at| at);
                let old = (0..end).rev().filter_map(standing);
                Box::new(added.into_iter().rev().chain(old).filter(wanted))
            }
        }
    }

    /// Whether a number of the index lies before a place, or on it when the way goes forward.
    fn is_on_or_before(&self, number: usize, place: &Place, way: &Way) -> bool {
        let (indexed, feature) = (self.indexed(), &self.indexed().features[number]);
        let order = Standing { row: indexed.keys.row(number), feature }.order_to(place);
        order.is_lt() || (order.is_eq() && !way.is_backward)
    }

    /// The first features that are wanted, in the order of a selection.
    fn sorted<'a>(&'a self, selection: &Selection, way: &Way, most: usize) -> Vec<Standing<'a>> {
        let keys = &selection.sort[..];
        let is_wanted =
            |one: &Standing<'_>| way.holds(keys, one) && selection.wants(self, one.feature);
        let standing = |number| self.standing(number);
        let mut found: Vec<Standing<'a>> = if let Some(near) = self.candidates(selection) {
            let near = near.into_iter().filter_map(standing);
            near.chain(self.standing_added()).filter(is_wanted).collect()
        } else {
            let mut walked = self.walk(selection, way, most);
            // What changed lies beside the index.
            let changed = self.delta().replaced_numbers().filter_map(standing);
            walked.extend(changed.chain(self.standing_added()).filter(is_wanted));
            walked
        };
        let compare = |a: &Standing<'_>, b: &Standing<'_>| way.compare(keys, a, b);
        if most > 0 && most < found.len() {
            found.select_nth_unstable_by(most - 1, compare);
            found.truncate(most);
        }
        found.sort_unstable_by(compare);
        found
    }
}

/// The first of so many places for which a condition that holds for a beginning holds no more.
pub(super) fn first(count: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
