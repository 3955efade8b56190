//! One page of the features that are wanted, and the ways to the pages before and after it.

use std::borrow::Cow;
use std::fmt;

use super::Collection;
use super::page_token::{InvalidToken, PageToken};
use super::selection::Selection;
use super::sorted::SortKey;
use super::store_error::StoreError;
use crate::domain::{Feature, FieldType, Value};

/// Says where a page is.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// After so many features.
    Offset(usize),
    /// Behind a place, or before one.
    Token(PageToken),
}

/// Holds a page of the features that are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<'a> {
    /// How many there are in all.
    pub matched: usize,
    /// How many come before the page: counted where pages are counted, else as it was when the page
    /// before was answered.
    pub passed: usize,
    /// Those of the page.
    pub features: Vec<Cow<'a, Feature>>,
    /// Where the page before ends; `None` on the first page.
    pub before: Option<PageToken>,
    /// Where the next page begins; `None` on the last page.
    pub after: Option<PageToken>,
}

/// Features on the way of a page, each with the key of its row: backwards where the page ends at its
/// place, and one more than the page has room for where there are more.
pub type Walked<'a> = Vec<(RowKey, Cow<'a, Feature>)>;

/// Holds the key of a row as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowKey {
    /// Its number.
    Number(i64),
    /// What a token carries.
    Text(String),
}

impl fmt::Display for RowKey {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(to),
            Self::Text(text) => text.fmt(to),
        }
    }
}

impl Start {
    /// The place, when it is not counted.
    #[must_use]
    pub fn token(&self) -> Option<&PageToken> {
        match self {
            Self::Offset(_) => None,
            Self::Token(token) => Some(token),
        }
    }

    /// Whether the page ends at its place.
    #[must_use]
    pub fn is_before(&self) -> bool {
        self.token().is_some_and(|token| token.is_before)
    }

    /// How many features are passed over by counting.
    #[must_use]
    pub fn offset(&self) -> usize {
        if let Self::Offset(offset) = self { *offset } else { 0 }
    }
}

impl<'a> Page<'a> {
    /// Makes a page of what was found on the way to it.
    fn of(
        matched: usize,
        mut found: Walked<'a>,
        selection: &Selection,
        start: &Start,
        limit: usize,
    ) -> Self {
        let has_more = found.len() > limit;
        found.truncate(limit);
        if start.is_before() {
            found.reverse();
        }
        let passed = match start {
            Start::Offset(offset) => *offset,
            Start::Token(token) if !token.is_before => token.passed,
            Start::Token(_) if !has_more => 0,
            Start::Token(token) => token.passed.saturating_sub(found.len()),
        };
        let (is_first, is_last) =
            if start.is_before() { (!has_more, false) } else { (passed == 0, !has_more) };
        let token = |is_before, passed, one: &(RowKey, Cow<'_, Feature>)| PageToken {
            is_before,
            passed,
            values: selection.sort.iter().map(|key| one.1.values[key.field].clone()).collect(),
            key: one.0.to_string(),
        };
        let before = found.first().filter(|_| !is_first).map(|one| token(true, passed, one));
        let after = found.last().filter(|_| !is_last);
        let after = after.map(|one| token(false, passed.saturating_add(found.len()), one));
        let features = found.into_iter().map(|(_, feature)| feature).collect();
        Self { matched, passed, features, before, after }
    }
}

impl Collection {
    /// Answers one page of the features that are wanted, passing over so many.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they are kept elsewhere and nothing answers there.
    pub fn page<'a>(
        &'a self,
        selection: &'a Selection,
        offset: usize,
        limit: usize,
    ) -> Result<Page<'a>, StoreError> {
        self.page_from(selection, &Start::Offset(offset), limit)
    }

    /// Answers one page of the features that are wanted, from a place on.
    ///
    /// Who follows [`Page::after`] from page to page sees every feature once that is wanted all the
    /// time and keeps the values that are sorted by, whatever is edited meanwhile and however the
    /// limit changes.
    ///
    /// # Errors
    ///
    /// As [`Self::page`].
    pub fn page_from<'a>(
        &'a self,
        selection: &'a Selection,
        start: &Start,
        limit: usize,
    ) -> Result<Page<'a>, StoreError> {
        let (matched, found) = match self.distant() {
            Some(remote) => {
                let (matched, found) = remote.page(selection, start, limit)?;
                let owned = found.into_iter();
                let owned = owned.map(|(key, feature)| (RowKey::Text(key), Cow::Owned(feature)));
                (matched, owned.collect())
            }
            None => self.walked(selection, start, limit),
        };
        Ok(Page::of(matched, found, selection, start, limit))
    }

    /// Reads the token of a page in an order of this collection.
    ///
    /// # Errors
    ///
    /// [`InvalidToken`] when it was not made here, or for another order.
    pub fn token(&self, text: &str, sort: &[SortKey]) -> Result<PageToken, InvalidToken> {
        let token = PageToken::read(text, &self.about().id, sort)?;
        let fields = self.schema().fields();
        let fits = |(key, value): (&SortKey, &Value)| match value {
            Value::Null => true,
            Value::Integer(_) => fields[key.field].field_type == FieldType::Integer,
            Value::Real(_) => fields[key.field].field_type == FieldType::Real,
            Value::Text(_) => fields[key.field].field_type == FieldType::Text,
            Value::Boolean(_) => fields[key.field].field_type == FieldType::Boolean,
            Value::Date(_) => fields[key.field].field_type == FieldType::Date,
            Value::DateTime(_) => fields[key.field].field_type == FieldType::DateTime,
            Value::List(_) => false,
        };
        let is_key = match self.distant() {
            Some(remote) => remote.is_key(&token.key),
            None => self.indexed().keys.place(&token.key).is_some(),
        };
        if is_key && sort.iter().zip(&token.values).all(fits) {
            Ok(token)
        } else {
            Err(InvalidToken)
        }
    }
}
