//! Features in the order of a field, read off its column from any place on: a page deep in a million
//! costs some searches and the page.

use std::ops::{Bound, Range};

use super::Collection;
use super::keys::Standing;
use super::paging::{Way, first};
use super::selection::Selection;
use crate::domain::Value;

/// Yields the numbers of features group by group, those of one value of the first key together.
struct Groups<'a, V> {
    /// Numbers in the order of their values.
    entries: &'a [u32],
    nulls: &'a [u32],
    value: V,
    left: Range<usize>,
    is_up: bool,
    has_nulls_first: bool,
    has_nulls_last: bool,
}

impl<'a, V: Fn(u32) -> &'a Value> Groups<'a, V> {
    /// Whether two places hold one value.
    fn is_same(&self, a: usize, b: usize) -> bool {
        let order = (self.value)(self.entries[a]).compare((self.value)(self.entries[b]));
        order.is_some_and(std::cmp::Ordering::is_eq)
    }

    /// How many of the places that are left, counted from the near end, hold the value of the first:
    /// by steps that double, then by halves.
    fn length(&self) -> usize {
        let count = self.left.len();
        let at = |step: usize| {
            if self.is_up { self.left.start + step } else { self.left.end - 1 - step }
        };
        let mut reach = 1;
        while reach < count && self.is_same(at(0), at(reach)) {
            reach *= 2;
        }
        first(reach.min(count), |step| self.is_same(at(0), at(step)))
    }
}

impl<'a, V: Fn(u32) -> &'a Value> Iterator for Groups<'a, V> {
    type Item = &'a [u32];

    fn next(&mut self) -> Option<&'a [u32]> {
        if std::mem::take(&mut self.has_nulls_first) {
            return Some(self.nulls);
        }
        if self.left.is_empty() {
            return std::mem::take(&mut self.has_nulls_last).then_some(self.nulls);
        }
        let length = self.length();
        let group = if self.is_up {
            let start = self.left.start;
            self.left.start += length;
            start..self.left.start
        } else {
            let end = self.left.end;
            self.left.end -= length;
            self.left.end..end
        };
        Some(&self.entries[group])
    }
}

impl Collection {
    /// The first features of the index that are wanted and stand as they were indexed, in the order
    /// of a selection: as many as are asked for, and perhaps more.
    pub(super) fn walk<'a>(
        &'a self,
        selection: &Selection,
        way: &Way,
        most: usize,
    ) -> Vec<Standing<'a>> {
        let mut found = Vec::new();
        for group in self.groups(selection, way) {
            self.take_group(group, selection, way, most, &mut found);
            if found.len() >= most {
                break;
            }
        }
        found
    }

    fn groups<'a>(
        &'a self,
        selection: &Selection,
        way: &Way,
    ) -> Groups<'a, impl Fn(u32) -> &'a Value> {
        let indexed = self.indexed();
        let key = selection.sort.first();
        let field = key.map_or(0, |key| key.field);
        let value = move |number: u32| &indexed.features[number as usize].values[field];
        let is_backward = way.is_backward;
        let is_up = key.is_none_or(|key| key.descending == is_backward);
        let (mut entries, mut nulls): (&[u32], &[u32]) = (&[], &[]);
        if let Some(column) = indexed.column(field) {
            let by_number = |number: usize| &indexed.features[number].values[field];
            let (low, high) = match way.first_value() {
                Some(value) if is_up => (Bound::Included(value), Bound::Unbounded),
                Some(value) => (Bound::Unbounded, Bound::Included(value)),
                None => (Bound::Unbounded, Bound::Unbounded),
            };
            let is_past = way.first_value() == Some(&Value::Null);
            entries = match (is_past, is_backward) {
                (true, false) => &[],
                (true, true) => column.ordered(&column.all()),
                (false, _) => column.ordered(&column.range(by_number, low, high)),
            };
            nulls = column.null_places();
        }
        Groups {
            left: 0..entries.len(),
            entries,
            nulls,
            value,
            is_up,
            has_nulls_first: is_backward && way.first_value() == Some(&Value::Null),
            has_nulls_last: !is_backward,
        }
    }

    /// Takes what is wanted of a group, whose numbers rise.
    fn take_group<'a>(
        &'a self,
        group: &[u32],
        selection: &Selection,
        way: &Way,
        most: usize,
        found: &mut Vec<Standing<'a>>,
    ) {
        let (indexed, keys) = (self.indexed(), &selection.sort[..]);
        let standing = |number: &u32| {
            let number = *number as usize;
            Standing { row: indexed.keys.row(number), feature: &indexed.features[number] }
        };
        let is_wanted = |number: &&u32| {
            !self.delta().is_replaced(**number as usize)
                && selection.wants(self, &indexed.features[**number as usize])
        };
        let holds = |number: &u32| way.holds(keys, &standing(number));
        if keys.len() > 1 {
            let held = group.iter().filter(|number| holds(number)).filter(is_wanted);
            let mut held: Vec<Standing<'a>> = held.map(standing).collect();
            held.sort_unstable_by(|a, b| way.compare(keys, a, b));
            found.extend(held);
            return;
        }
        let room = most.saturating_sub(found.len());
        if way.is_backward {
            let end = first(group.len(), |at| holds(&group[at]));
            found.extend(group[..end].iter().rev().filter(is_wanted).take(room).map(standing));
        } else {
            let start = first(group.len(), |at| !holds(&group[at]));
            found.extend(group[start..].iter().filter(is_wanted).take(room).map(standing));
        }
    }
}
