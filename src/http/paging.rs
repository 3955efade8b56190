//! The ways from page to page: `cursor` in the links `next` and `prev`, `offset` for who counts.

use serde_json::{Value as Json, json};

use super::here::{Here, Link};
use super::openapi::parameter;
use super::problem::Problem;
use super::query::Query;
use crate::store::{Collection, Page, PageToken, SortKey, Start};

/// Takes where a page begins or ends.
///
/// # Errors
///
/// [`Problem::Parameter`] for a cursor that was not made here, or one together with an offset.
pub(super) fn start(
    query: &mut Query,
    collection: &Collection,
    sort: &[SortKey],
) -> Result<Start, Problem> {
    let is_counted = query.pairs().iter().any(|(name, _)| name == "offset");
    let offset = query.offset()?;
    let token = query.read_as("cursor", |text| {
        if is_counted {
            return Err("give either `cursor` or `offset`, not both".to_owned());
        }
        collection.token(text, sort).map_err(|error| error.to_string())
    })?;
    Ok(token.map_or(Start::Offset(offset), Start::Token))
}

/// Links to the next page and to the one before, as the media type that `named` names.
pub(super) fn links(
    here: &Here,
    collection: &Collection,
    (media_type, named): (&str, &[(&str, Option<String>)]),
    (page, sort, limit): (&Page<'_>, &[SortKey], usize),
) -> Vec<Link> {
    let to = |token: &PageToken, rel: &str, title: &str| {
        let cursor = token.write(&collection.about().id, sort);
        // A text that is too long to travel is passed over by counting.
        let offset =
            if token.is_before { token.passed.saturating_sub(limit) } else { token.passed };
        let offset = cursor.is_none().then(|| offset.to_string());
        let place = [("limit", Some(limit.to_string())), ("offset", offset), ("cursor", cursor)];
        let href = here.with(&[named, &place].concat());
        Link::new(href, rel, media_type, title)
    };
    let next = page.after.as_ref().map(|token| to(token, "next", "The next page"));
    let prev = page.before.as_ref().map(|token| to(token, "prev", "The page before"));
    next.into_iter().chain(prev).collect()
}

/// Describes the parameter.
pub(super) fn cursor() -> Json {
    parameter(
        "cursor",
        "Where the page begins or ends, as the links `next` and `prev` carry it for the same collection and `sortby`. It names a place and not a number: whatever is added or deleted between two pages, no feature that is there all the time is passed over or repeated, and `limit` may change. Not together with `offset`",
        &json!({"type": "string", "minLength": 1}),
    )
}
