//! What a person chose for the rows of a list.

use std::collections::HashMap;

use super::putting::Decision;
use crate::domain::{Adcode, LonLat};

/// Holds what a person chose: for a row, or for every row of a text.
#[derive(Debug, Clone, Default)]
pub struct Choices(HashMap<Key, Choice>);

/// Says which rows a choice is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The line; `None` for every row of the text.
    pub line: Option<u64>,
    /// The text that was looked for.
    pub text: String,
    /// The unit around it; `None` for any.
    pub within: Option<String>,
}

/// Holds one choice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Choice {
    /// The candidate of this number, from 1.
    Candidate(usize),
    /// The candidate that stands at a position, with this code if one is given; the position alone
    /// where none does any more.
    CandidateAt {
        /// The position.
        at: LonLat,
        /// The code: a prefecture and the district of its seat may share a position.
        adcode: Option<Adcode>,
    },
    /// A position.
    Position(LonLat),
    /// No place: the row stays and stands nowhere.
    LeaveOut,
}

impl Choices {
    /// Adds a choice; false when another one was made for the same rows.
    pub fn add(&mut self, key: Key, choice: Choice) -> bool {
        let before = self.0.insert(key, choice);
        before.is_none_or(|before| before == choice)
    }

    /// Follows what was decided before, where nothing else was chosen for the text.
    pub fn remember(&mut self, decisions: &[Decision]) {
        for one in decisions {
            let key = Key { line: None, text: one.query.clone(), within: Some(one.within.clone()) };
            let choice = match one.at {
                None => Choice::LeaveOut,
                Some(at) if one.is_candidate => Choice::CandidateAt { at, adcode: one.adcode },
                Some(at) => Choice::Position(at),
            };
            self.0.entry(key).or_insert(choice);
        }
    }

    /// Finds the choice for a row, the narrowest first; a row whose text has changed since has none.
    #[must_use]
    pub fn choice(&self, line: u64, text: &str, within: &str) -> Option<Choice> {
        let of = |line: Option<u64>, within: Option<&str>| {
            let key = Key { line, text: text.to_owned(), within: within.map(str::to_owned) };
            self.0.get(&key).copied()
        };
        if self.0.is_empty() {
            return None;
        }
        of(Some(line), None).or_else(|| of(None, Some(within))).or_else(|| of(None, None))
    }
}
