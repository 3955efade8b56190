//! How a collection is put into a store as a whole, and the papers that it comes with.

use super::edit::{Author, RequestKey};
use crate::domain::{Adcode, LonLat};

/// Says how a collection is put in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Putting {
    /// Who puts it in, and when.
    pub by: Author,
    /// What the client calls the request, so that it is not done twice.
    pub key: Option<RequestKey>,
    /// Whether there may be one of its id.
    pub room: Room,
    /// The checksum of the list that it comes from, when it comes with the program.
    pub bundled: Option<String>,
    /// Whether it is shown only to who has a token for it; as it was, or open, when not said.
    pub is_private: Option<bool>,
    /// Where it comes from.
    pub provenance: Option<Provenance>,
    /// What people decided about its places.
    pub decisions: Vec<Decision>,
}

/// Says whether there may be a collection of the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Room {
    /// There must be none.
    Free,
    /// There may be one, in whose place it comes.
    #[default]
    Any,
}

/// Tells where the features of a collection come from, and how they were read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The name of the file.
    pub source: String,
    /// Its checksum (SHA-256), in hexadecimal.
    pub sha256: String,
    /// Its size, in bytes.
    pub bytes: u64,
    /// What it was read as.
    pub kind: String,
    /// What its positions were measured against.
    pub datum: String,
    /// Whether rows were placed by their names.
    pub is_geocoded: bool,
    /// How many rows became features.
    pub rows: u64,
    /// How many rows could not be read.
    pub refused: u64,
    /// The version of the program that read it.
    pub version: String,
    /// Who brought it.
    pub who: String,
    /// When (RFC 3339, UTC).
    pub at: String,
}

/// Keeps where a person placed the rows of a text, so that the next list is placed alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The text that was looked for.
    pub query: String,
    /// The unit around it, as the list names it.
    pub within: String,
    /// Where the rows stand; nowhere when they were left out.
    pub at: Option<LonLat>,
    /// The unit that was chosen; `None` where a position was.
    pub adcode: Option<Adcode>,
    /// Whether the geocoder offered the place, so that the row is that place and not a position.
    pub is_candidate: bool,
    /// Who decided, and when.
    pub by: Author,
}
