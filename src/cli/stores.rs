//! Which store is meant, and how a verb opens it.

use std::env;
use std::path::PathBuf;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::DataArgs;
use crate::store::edit::Author;
use crate::store::{Backend, Catalog, Gpkg, Postgres, pg};

/// The word for no store at all.
const NONE: &str = "none";

/// Says what a verb does when the store is not there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// Reads what comes with the program: a question makes no file.
    Bundled,
    /// Makes it.
    Make,
}

/// Who this program is in the history of changes, and when.
pub(super) fn author() -> Author {
    let now = OffsetDateTime::now_utc().replace_nanosecond(0).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let user = env::var("USER").or_else(|_| env::var("LOGNAME"));
    Author {
        who: user.unwrap_or_else(|_| "command line".to_owned()),
        at: now.format(&Rfc3339).unwrap_or_default(),
    }
}

impl DataArgs {
    /// The file that is meant: that which is named, else the one in the user's data folder; `None`
    /// for none. Other geodata than the bundled go into no file unless one is named.
    pub(super) fn store_path(&self) -> Option<PathBuf> {
        match &self.store {
            Some(named) if named == NONE || is_server(named) => None,
            Some(named) => Some(named.into()),
            None if self.geodata.is_some() => None,
            None => Some(users_data()?.join("jidi/jidi.gpkg")),
        }
    }

    /// The PostgreSQL server that is meant, if one is.
    pub(super) fn server(&self) -> Option<&str> {
        self.store.as_deref().filter(|named| is_server(named))
    }

    /// Opens the database, if the store is one.
    pub(super) fn postgres(&self) -> anyhow::Result<Option<Postgres>> {
        let options = self.server().map(|url| self.options(url));
        Ok(options.map(|options| Postgres::open_with(&options)).transpose()?)
    }

    fn options(&self, url: &str) -> pg::Options {
        pg::Options {
            url: url.to_owned(),
            replicas: self.read_replica.clone(),
            max_held_rows: self.max_held_rows,
            publications: self.published.clone(),
        }
    }

    /// Says where lists are kept, for people; a password is not theirs to read.
    pub(super) fn place(&self) -> Option<String> {
        match self.server() {
            Some(url) => {
                let server = url.rsplit_once('@').map_or(url, |(_, server)| server);
                Some(format!("PostgreSQL on {}", server.trim_start_matches("postgres://")))
            }
            None => self.store_path().map(|path| path.display().to_string()),
        }
    }

    /// Opens the store; `None` when there is none, or it cannot be made where nobody named it.
    ///
    /// # Errors
    ///
    /// When a store that was named, or is there, cannot be opened.
    pub(super) fn open(&self, missing: Missing) -> anyhow::Result<Option<Box<dyn Backend>>> {
        if let Some(store) = self.postgres()? {
            return Ok(Some(Box::new(store)));
        }
        let is_named_none = self.store.as_deref() == Some(NONE);
        for (what, is_told) in [
            ("[[publish]] in the settings file", !self.published.is_empty()),
            ("--read-replica", !self.read_replica.is_empty()),
        ] {
            anyhow::ensure!(is_named_none || !is_told, "{what} needs --store postgres://…");
        }
        let Some(path) = self.store_path() else { return Ok(None) };
        if missing == Missing::Bundled && !path.exists() {
            if self.store.is_some() {
                anyhow::bail!("--store {}: there is no such file", path.display());
            }
            return Ok(None);
        }
        match Gpkg::open(&path) {
            Ok(store) => Ok(Some(Box::new(store))),
            Err(error) if self.store.is_none() && !path.exists() => {
                eprintln!("Warning: nothing will be kept: {error}; name a file with --store.");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Loads everything, the lists from the store where there is one.
    pub(super) fn load(&self) -> anyhow::Result<Catalog> {
        match self.open(Missing::Bundled)? {
            Some(mut store) => {
                Ok(Catalog::load_stored(&self.geodata(), store.as_mut(), &author())?)
            }
            None => Ok(Catalog::load(&self.geodata())?),
        }
    }
}

/// Says whether a store is a server, and not a file.
fn is_server(named: &str) -> bool {
    named.starts_with("postgres://") || named.starts_with("postgresql://")
}

/// The folder for what programs keep for the user.
fn users_data() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))
}
