//! FlatGeobuf (version 3).

/// What a column of lists, joined by `;`, bears as its metadata.
pub(super) const LIST: &str = r#"{"list":";"}"#;
