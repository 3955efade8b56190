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
    /// A later version of this program wrote it.
    #[error(
        "{store}: written in layout {found} by a newer version; this one knows up to {known}: use that version, or restore a backup"
    )]
    Newer {
        /// The file, or the database.
        store: String,
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
    /// The address of a database cannot be read.
    #[error(
        "the address of the database cannot be read ({0}): write postgres://user:password@host:port/database"
    )]
    Address(String),
    /// The server does not encrypt, or does not prove who it is.
    #[error(
        "{server}: no encrypted connection ({reason}): let its administrator set ssl = on with a certificate that sslrootcert vouches for, or ask for less by sslmode"
    )]
    NoTls {
        /// Host, port and database.
        server: String,
        /// What is wrong.
        reason: String,
    },
    /// The certificate that a server is to be held against cannot be read.
    #[error("the certificate to trust cannot be read ({0})")]
    Certificate(String),
    /// No database answers, or it went away.
    #[error(
        "{server}: the database cannot be reached ({reason}): see that it runs there and lets this machine in"
    )]
    NoServer {
        /// Host, port and database.
        server: String,
        /// What it or the system says.
        reason: String,
    },
    /// The database does not let the user in.
    #[error(
        "{server}: the user `{user}` is not let in: put the right name and password into the address"
    )]
    WrongPassword {
        /// Host, port and database.
        server: String,
        /// The user.
        user: String,
    },
    /// The server has no database of the name.
    #[error("{server}: there is no database `{database}`: make it with createdb {database}")]
    NoDatabase {
        /// Host, port and database.
        server: String,
        /// Its name.
        database: String,
    },
    /// The database has no geometries.
    #[error(
        "{0}: the database has no PostGIS: let an administrator run CREATE EXTENSION postgis in it"
    )]
    NoPostgis(String),
    /// The user of the database may not do something that is needed.
    #[error(
        "{server}: the user `{user}` may not do this ({reason}): let its administrator allow it"
    )]
    NotAllowed {
        /// Host, port and database.
        server: String,
        /// The user.
        user: String,
        /// What the database says.
        reason: String,
    },
    /// Every connection that may read is in use.
    #[error("{0}: too many questions wait for the database: ask again in a moment")]
    Busy(String),
    /// A server that was named as a replica is none.
    #[error(
        "{0}: this is no replica of the store's database: name a server that streams from the same primary, or leave it out"
    )]
    NoReplica(String),
    /// A table or a view cannot be published.
    #[error("{table} cannot be published: {reason}")]
    Publication {
        /// Its name, as the settings say it.
        table: String,
        /// What is wrong with it, and what would be right.
        reason: String,
    },
    /// A published table has the id of another collection.
    #[error("two collections have the id `{0}`: give the published table another with id = \"…\"")]
    PublishedTwice(String),
    /// The database has a schema of our name that another program made.
    #[error("{0}: its schema `jidi` belongs to another program: use a database of its own")]
    SchemaTaken(String),
    /// The database went away while it was saving.
    #[error(
        "the database went away while it was saving, so nobody knows whether it did: read again before you send again, or send under the same key"
    )]
    Uncertain,
    /// A database cuts longer names off.
    #[error("`{0}` is too long for the name of a field in a database: use at most 63 bytes")]
    LongName(String),
    /// The features make no collection.
    #[error(transparent)]
    Collection(#[from] InvalidCollection),
    /// A token of the name is there already.
    #[error("there is a token named `{0}` already: choose another name")]
    TokenExists(String),
    /// This kind of store cannot do it.
    #[error("this kind of store cannot {0}")]
    Unsupported(&'static str),
    /// A filter takes longer than any may.
    #[error(
        "it took more than the {0} steps that are allowed: simplify it, or narrow it by a box, an equality or a range"
    )]
    TooManySteps(usize),
    /// The database called a question off that took longer than it may.
    #[error(
        "the database took longer than a question may ({0}): ask for less, by a box, an equality or a range, or index what is asked for"
    )]
    TooLong(String),
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
