//! What may be the id of a collection or of a feature.

/// A text that cannot be an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidId {
    /// Not the id of a feature.
    #[error("`{0}` cannot be the id of a feature: use 1 to 64 of A-Z a-z 0-9 . _ ~ -")]
    Feature(String),
    /// Not the id of a collection.
    #[error(
        "`{0}` cannot be the id of a collection: use a-z 0-9 _ -, a letter first, at most 63, and none of the words that mean something else here ({reserved})",
        reserved = RESERVED.join(", ")
    )]
    Collection(String),
}

/// Words that are no collections: the names of processes, and how the tables of a store begin.
pub const RESERVED: [&str; 13] = [
    "clusters",
    "regions",
    "concentration",
    "hotspots",
    "distances",
    "density",
    "related",
    "colocation",
    "nearest",
    "jidi_…",
    "gpkg_…",
    "rtree_…",
    "sqlite_…",
];

/// Says whether a text is safe in a URL, a file and a tile alike: `[A-Za-z0-9._~-]{1,64}`.
#[must_use]
pub fn is_feature_id(text: &str) -> bool {
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(is_safe)
}

/// Says whether a text can name a collection: `[a-z][a-z0-9_-]{0,62}`.
#[must_use]
pub fn is_collection_id(text: &str) -> bool {
    let is_safe =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    let is_reserved = RESERVED.iter().any(|word| match word.strip_suffix('…') {
        Some(beginning) => text.starts_with(beginning),
        None => text == *word,
    });
    text.len() <= 63
        && !is_reserved
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(is_safe)
}

/// Refuses what cannot name a collection.
///
/// # Errors
///
/// [`InvalidId::Collection`].
pub fn check_collection_id(text: &str) -> Result<(), InvalidId> {
    if is_collection_id(text) { Ok(()) } else { Err(InvalidId::Collection(text.to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_safe_in_a_url_as_they_stand() {
        assert!(is_feature_id("base-03") && is_feature_id("A.b_c~9"));
        assert!(!is_feature_id("") && !is_feature_id("a/b") && !is_feature_id("基地"));
        assert!(!is_feature_id(&"x".repeat(65)));
        assert!(is_collection_id("bases") && is_collection_id("my_list-2"));
        assert!(is_collection_id("jidi") && is_collection_id("clusters-2"));
        assert!(!is_collection_id("jidi_meta") && !is_collection_id("clusters"));
        assert!(!is_collection_id("Bases") && !is_collection_id("2020") && !is_collection_id(""));
    }
}
