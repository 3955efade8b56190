//! Whose data and fonts are used, and on what terms.

use serde::Deserialize;

use crate::formats::table::{self, InvalidTable};

/// Names one source and its terms.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Attribution {
    /// Stable id.
    pub id: String,
    /// What is used.
    pub what: String,
    /// Whose it is.
    pub holder: String,
    /// The licence or the terms.
    pub licence: String,
    /// The holder's own page.
    pub url: String,
    /// The words in which the source is named.
    pub text: String,
    /// The files that hold it.
    #[serde(deserialize_with = "table::list")]
    pub used_in: Vec<String>,
}

/// Reads `attributions.csv`.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Attribution>, InvalidTable> {
    table::rows("attributions.csv", bytes)
}
