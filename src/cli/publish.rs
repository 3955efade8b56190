//! The tables of a database that the settings file publishes: `[[publish]]`, one for each.

use anyhow::{Context, bail};
use toml::de::{DeTable, DeValue};

use crate::store::pg::Publication;

/// The word for a published table in the settings file.
pub(super) const PUBLISH: &str = "publish";

/// What can be said of a table.
const KEYS: [&str; 13] = [
    "table",
    "id",
    "title",
    "title-zh",
    "description",
    "description-zh",
    "data-as-of",
    "licence",
    "attribution",
    "key",
    "geometry",
    "columns",
    "max-held-rows",
];

/// Reads `[[publish]]`, as often as it stands there.
///
/// # Errors
///
/// A sentence with what is not known, or cannot be taken.
pub(super) fn publications(value: &DeValue<'_>) -> anyhow::Result<Vec<Publication>> {
    let tables =
        value.as_array().context("write [[publish]], with two brackets, once for a table")?;
    let table = |one: &DeValue<'_>| {
        publication(one.as_table().context("write [[publish]], once for a table")?)
    };
    tables.iter().map(|one| table(one.get_ref())).collect()
}

fn publication(said: &DeTable<'_>) -> anyhow::Result<Publication> {
    for (key, _) in said {
        let key = key.get_ref().as_ref();
        if !KEYS.contains(&key) {
            let near = |a: &&&str, b: &&&str| {
                strsim::jaro_winkler(key, a).total_cmp(&strsim::jaro_winkler(key, b))
            };
            let nearest = KEYS.iter().max_by(near).copied().unwrap_or_default();
            bail!("`{key}` is nothing that [[publish]] says; the nearest is `{nearest}`");
        }
    }
    let value = |key: &str| said.get(key).map(toml::Spanned::get_ref);
    let text = |key: &'static str| match value(key) {
        None => Ok(None),
        Some(DeValue::String(text)) => Ok(Some(text.to_string())),
        Some(_) => bail!("`{key}` of [[publish]] is a text in quotes"),
    };
    Ok(Publication {
        table: text("table")?
            .context("[[publish]] names no table: write table = \"schema.table\"")?,
        id: text("id")?,
        title: text("title")?,
        title_zh: text("title-zh")?,
        description: text("description")?,
        description_zh: text("description-zh")?,
        data_as_of: text("data-as-of")?,
        licence: text("licence")?,
        attribution: text("attribution")?,
        key: text("key")?,
        geometry: text("geometry")?,
        columns: value("columns").map(texts).transpose()?,
        max_held_rows: value("max-held-rows").map(count).transpose()?,
    })
}

fn texts(value: &DeValue<'_>) -> anyhow::Result<Vec<String>> {
    let texts = value.as_array().map(|all| {
        all.iter().map(|one| one.get_ref().as_str().map(str::to_owned)).collect::<Option<_>>()
    });
    texts
        .flatten()
        .context("`columns` of [[publish]] is a list of texts, such as [\"name\", \"year\"]")
}

fn count(value: &DeValue<'_>) -> anyhow::Result<u64> {
    let number = match value {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    number.context("`max-held-rows` of [[publish]] is a whole number from 0")
}
