//! What is asked, what was read from it, and what is answered.

use super::candidate::Candidate;
use super::chain::Reading;
use super::mentions::{Mention, Mentions};
use crate::domain::base::{Confidence, Placement};
use crate::domain::{Adcode, Remark};

/// Holds what is asked: a text, and what else is known of the place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'a> {
    /// The place: a name, an address, the title of a base; several are parted by `;`.
    pub text: &'a str,
    /// A unit around it by name or code; empty when not known.
    pub within: &'a str,
    /// The country by ISO 3166-1 code or name; empty for anywhere.
    pub country: &'a str,
    /// The GB/T 2260 code that a record gives.
    pub adcode: Option<Adcode>,
    /// The name of the thing itself, which may be that of a zone; empty when not known.
    pub name: &'a str,
}

/// Holds the answer: the placement, why it is this one, and what else it could be.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Where, how, how precisely and how surely.
    pub placement: Placement,
    /// The evidence, in a few sentences.
    pub reason: Remark,
    /// What could be meant, the best first; the first is the answer if the status is `matched`.
    pub candidates: Vec<Candidate>,
    /// The names that were read and what was left aside.
    pub mentions: Mentions,
}

impl Answer {
    /// How surely a candidate, by its number from 0, is the place: whatever is not the answer is so
    /// by someone's decision only.
    #[must_use]
    pub fn confidence_of(&self, candidate: usize) -> Confidence {
        let is_answer = candidate == 0 && self.placement.position.is_some();
        self.placement.confidence.filter(|_| is_answer).unwrap_or(Confidence::Low)
    }
}

/// Holds a text with everything that was read from it.
pub(super) struct Case<'a> {
    pub(super) query: Query<'a>,
    pub(super) mentions: Mentions,
    /// All names: those of the text, and the unit around it.
    pub(super) names: Vec<Mention>,
    pub(super) readings: Vec<Reading>,
    pub(super) has_unknown_within: bool,
    pub(super) has_country: bool,
}

impl Case<'_> {
    /// The names of the text, as they were looked up.
    pub(super) fn keys(&self) -> String {
        let keys: Vec<&str> =
            self.mentions.names.iter().map(|mention| mention.key.as_str()).collect();
        keys.join(", ")
    }
}
