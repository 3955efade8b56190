//! What can go wrong with the place where everything is kept.

use std::path::PathBuf;

use super::collection::InvalidCollection;

/// A store that cannot do what it is asked for; what it holds is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The file or its folder cannot be made or opened.
    #[error("{path}: cannot be opened: {reason}", path = .path.display())]
    Unreachable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file belongs to another program.
    #[error(
        "{path}: a file of another program; name a new file, and bring its layers in with jidi import",
        path = .path.display()
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program wrote the file.
    #[error(
        "{path}: written in layout {found} by a newer version; this one knows up to {known}: use that version, or restore a backup",
        path = .path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The newest layout that is known.
        known: i64,
    },
    /// Another program holds the file and does not let go.
    #[error("another program holds the store: close its edits there and try again")]
    Locked,
    /// No room is left.
    #[error("the disk is full: nothing was changed; make room and try again")]
    Full,
    /// The file may only be read.
    #[error("the store may only be read: its file, its folder or its disk is write-protected")]
    ReadOnly,
    /// The file is damaged.
    #[error("the store is damaged ({0}): restore a backup with jidi restore")]
    Damaged(String),
    /// The features make no collection.
    #[error(transparent)]
    Collection(#[from] InvalidCollection),
    /// A token of the name is there already.
    #[error("there is a token named `{0}` already: choose another name")]
    TokenExists(String),
    /// This kind of store cannot do it.
    #[error("this kind of store cannot {0}")]
    Unsupported(&'static str),
    /// Something else.
    #[error("the store failed: {0}")]
    Other(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly,
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Other(error.to_string()),
        }
    }
}
