//! What a name stands for, and what kind of name it is.

use super::records::Place;

/// Holds a place that a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Posting {
    /// The place.
    pub place: Place,
    /// What kind of name it is.
    pub kind: NameKind,
}

/// Says what kind of name a name is, the strongest evidence first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameKind {
    /// The full name, with its type word where it has one.
    Full,
    /// The name without its type word, in Chinese, English or pinyin.
    Short,
    /// Another name in use.
    Alias,
    /// A name no longer in use, or one with the wrong type word.
    Old,
    /// A name one or two letters off.
    Fuzzy,
}
