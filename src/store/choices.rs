//! What a person chose for the rows of a list.

use std::collections::HashMap;

use crate::domain::LonLat;

/// Holds what a person chose: for a row, or for every row of a text.
#[derive(Debug, Clone, Default)]
pub struct Choices(HashMap<(Option<u64>, String), Choice>);

/// Holds one choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// The candidate of this number, from 1.
    Candidate(usize),
    /// A position.
    Position(LonLat),
}

impl Choices {
    /// Adds a choice for the row of a line, or for every row of the text; false when another one
    /// was made for the same.
    pub fn add(&mut self, line: Option<u64>, text: &str, choice: Choice) -> bool {
        let before = self.0.insert((line, text.to_owned()), choice);
        before.is_none_or(|before| before == choice)
    }

    /// Finds the choice for a row; a row whose text has changed since has none.
    #[must_use]
    pub fn choice(&self, line: u64, text: &str) -> Option<Choice> {
        let of = |line: Option<u64>| self.0.get(&(line, text.to_owned())).copied();
        of(Some(line)).or_else(|| of(None))
    }
}
