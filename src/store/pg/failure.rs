//! What can go wrong with a piece of work in the database, before anyone is told.

use std::error::Error;
use std::io;

use postgres::error::SqlState;

use crate::store::edit::EditError;
use crate::store::store_error::StoreError;

/// A piece of work that was not done.
#[derive(Debug)]
pub(super) enum Failure {
    /// The edit may not be made; others may.
    Refused(EditError),
    /// The store cannot do it.
    Store(StoreError),
    /// The database says no, or says nothing.
    Sql(postgres::Error),
    /// The database went away between `COMMIT` and its answer.
    Uncertain,
}

impl Failure {
    /// Says whether the connection is of no use any more.
    pub(super) fn is_cut_off(&self) -> bool {
        match self {
            Self::Sql(error) => is_cut_off(error),
            Self::Uncertain => true,
            Self::Refused(_) | Self::Store(_) => false,
        }
    }

    /// Says whether the server called it off because it took too long.
    pub(super) fn is_too_long(&self) -> bool {
        matches!(self, Self::Sql(error) if error.code() == Some(&SqlState::QUERY_CANCELED))
    }

    /// Says whether the same work may do when it is begun anew: nothing of it was done.
    pub(super) fn may_pass(&self) -> bool {
        let Self::Sql(error) = self else { return false };
        let passing = [
            &SqlState::T_R_DEADLOCK_DETECTED,
            &SqlState::T_R_SERIALIZATION_FAILURE,
            &SqlState::FEATURE_NOT_SUPPORTED, // a statement that was prepared before the table changed
        ];
        is_cut_off(error) || error.code().is_some_and(|code| passing.contains(&code))
    }

    /// The refusal of one edit whose values the database does not take, if it is that.
    pub(super) fn refusal(self) -> Result<EditError, Self> {
        match self {
            Self::Refused(refused) => Ok(refused),
            Self::Sql(error) if is_about_values(&error) => {
                Ok(EditError::Store(format!("the database does not take this: {}", said(&error))))
            }
            other => Err(other),
        }
    }

    /// What is told when `COMMIT` fails.
    pub(super) fn at_commit(error: postgres::Error) -> Self {
        if is_cut_off(&error) { Self::Uncertain } else { Self::Sql(error) }
    }
}

impl From<postgres::Error> for Failure {
    fn from(error: postgres::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<EditError> for Failure {
    fn from(refused: EditError) -> Self {
        Self::Refused(refused)
    }
}

/// Says whether an edit was made under the same key at the same time.
pub(super) fn is_key_taken(failure: &Failure) -> bool {
    let Failure::Sql(error) = failure else { return false };
    error.as_db_error().and_then(|error| error.constraint()) == Some("one_edit_of_a_key")
}

pub(super) fn is_cut_off(error: &postgres::Error) -> bool {
    match error.code() {
        Some(code) => ["08", "57P0"].iter().any(|class| code.code().starts_with(class)),
        None => error.is_closed() || error.source().is_some_and(<dyn Error>::is::<io::Error>),
    }
}

/// Errors of data, and of what a table allows: classes 22 and 23; or a value of another kind.
fn is_about_values(error: &postgres::Error) -> bool {
    match error.code() {
        Some(code) => ["22", "23"].iter().any(|class| code.code().starts_with(class)),
        None => error.to_string().starts_with("error serializing parameter"),
    }
}

/// What the database or the system says, with its causes.
pub(super) fn said(error: &postgres::Error) -> String {
    if let Some(error) = error.as_db_error() {
        return error.message().to_owned();
    }
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = error.source();
    }
    words
}
