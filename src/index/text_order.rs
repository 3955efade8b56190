//! Texts that are made of values, such as texts without case, in their order.
//!
//! An entry is the number of a feature, four bytes; the texts are made again while searching, some
//! twenty of a million.

use std::ops::Bound;

/// Holds the numbers of features in the order of a text that is made of each.
#[derive(Debug, Clone)]
pub struct TextOrder(Vec<u32>);

impl TextOrder {
    /// Orders features by their texts; those without one are left out.
    ///
    /// # Shape
    ///
    /// `text`: the text of the feature of each number below `count`, fewer than 2³².
    pub fn new(count: usize, text: impl Fn(usize) -> Option<String>) -> Self {
        let texts =
            (0..count).zip(0u32..).filter_map(|(number, place)| Some((text(number)?, place)));
        let mut texts: Vec<(String, u32)> = texts.collect();
        texts.sort();
        Self(texts.into_iter().map(|(_, place)| place).collect())
    }

    /// The numbers of the features from one text to another, in the order of their texts.
    ///
    /// `text` answers as when the order was made.
    pub fn range(
        &self,
        text: impl Fn(usize) -> Option<String>,
        low: Bound<&str>,
        high: Bound<&str>,
    ) -> &[u32] {
        let of = |place: &u32| text(*place as usize).unwrap_or_default();
        let start = match low {
            Bound::Unbounded => 0,
            Bound::Included(low) => self.0.partition_point(|place| of(place).as_str() < low),
            Bound::Excluded(low) => self.0.partition_point(|place| of(place).as_str() <= low),
        };
        let end = match high {
            Bound::Unbounded => self.0.len(),
            Bound::Included(high) => self.0.partition_point(|place| of(place).as_str() <= high),
            Bound::Excluded(high) => self.0.partition_point(|place| of(place).as_str() < high),
        };
        &self.0[start..end.max(start)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_ends_as_they_are_bound_and_what_has_no_text_is_nowhere() {
        let texts = ["b", "", "A", "c", "B", "a"];
        let text = |at: usize| Some(texts[at].to_lowercase()).filter(|text| !text.is_empty());
        let order = TextOrder::new(texts.len(), text);
        let range = |low, high| order.range(text, low, high).to_vec();
        assert_eq!(range(Bound::Unbounded, Bound::Unbounded), [2, 5, 0, 4, 3]);
        assert_eq!(range(Bound::Included("b"), Bound::Included("b")), [0, 4]);
        assert_eq!(range(Bound::Excluded("a"), Bound::Excluded("c")), [0, 4]);
        assert!(range(Bound::Included("c"), Bound::Included("a")).is_empty());
    }
}
