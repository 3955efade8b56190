//! How many features were wanted: counted once for each version of a collection.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use super::selection::Selection;

/// How many selections are remembered; who pages asks for one of them again and again.
const MOST: usize = 16;

/// Holds what was counted last, the newest first. A new version of a collection begins anew, so
/// nothing in it is ever old.
#[derive(Debug, Default)]
pub(super) struct Counts(Mutex<VecDeque<(Selection, usize)>>);

impl Counts {
    /// How many are wanted: as it was counted before, or by counting now.
    pub(super) fn count(&self, selection: &Selection, count: impl FnOnce() -> usize) -> usize {
        if let Some(known) = self.known(selection) {
            return known;
        }
        let counted = count();
        let is_off = selection.filter.as_ref().is_some_and(|filter| filter.watch().is_off());
        if !is_off {
            self.keep(selection, counted);
        }
        counted
    }

    fn known(&self, selection: &Selection) -> Option<usize> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = all.iter().position(|(known, _)| known.wants_as(selection))?;
        let found = all.remove(place)?;
        let count = found.1;
        all.push_front(found);
        Some(count)
    }

    fn keep(&self, selection: &Selection, count: usize) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.push_front((Selection { sort: Vec::new(), ..selection.clone() }, count));
        all.truncate(MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, FieldType, RegisteredCrs, Schema};
    use crate::filter::Filter;
    use crate::formats::cql2::from_text;

    fn box_of(west: usize) -> Selection {
        let bbox = format!("{west},0,50,1").parse().ok();
        Selection { bbox, ..Selection::default() }
    }

    #[test]
    fn what_was_called_off_is_not_kept() {
        let schema = Schema::new(vec![Field::new("a", FieldType::Integer, "")]);
        let expression = from_text("a = 1", RegisteredCrs::CRS84).unwrap();
        let filter = Filter::new(&schema, expression).unwrap();
        let selection = Selection { filter: Some(filter.clone()), ..Selection::default() };
        let counts = Counts::default();
        filter.watch().call_off();
        assert_eq!(counts.count(&selection, || 0), 0);
        assert_eq!(counts.count(&selection, || 7), 7, "the count that came to nothing is not kept");
    }

    #[test]
    fn what_was_counted_is_not_counted_again_until_others_were() {
        let counts = Counts::default();
        assert_eq!(counts.count(&box_of(0), || 7), 7);
        assert_eq!(counts.count(&box_of(0), || unreachable!("it is known")), 7);
        for west in 1..=MOST {
            counts.count(&box_of(west), || west);
        }
        assert_eq!(counts.count(&box_of(0), || 8), 8, "it was forgotten");
        assert_eq!(counts.count(&box_of(MOST), || 0), MOST);
    }
}
