//! Results that a store keeps under an id, so that they can be asked for later and cited.

/// Holds what a job did, once it has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its id, which nobody can guess.
    pub id: String,
    /// What was done: the name of a process.
    pub process: String,
    /// Who asked; empty where no token was needed.
    pub who: String,
    /// How it ended: `successful`, `failed` or `dismissed`.
    pub status: String,
    /// In words.
    pub message: String,
    /// When it was asked for, began and ended (RFC 3339, UTC).
    pub times: [String; 3],
    /// What was asked for, as JSON.
    pub parameters: String,
    /// The media type of the result; empty without one.
    pub media_type: String,
    /// The result.
    pub result: Vec<u8>,
}

/// How many are kept.
pub(super) const MOST_KEPT: i64 = 1_000;
