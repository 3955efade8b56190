//! Which store is meant, and how a verb opens it.

use std::env;
use std::path::PathBuf;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::DataArgs;
use crate::store::edit::Author;
use crate::store::{Backend, Catalog, Gpkg};

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
            Some(named) if named == NONE => None,
            Some(named) => Some(named.into()),
            None if self.geodata.is_some() => None,
            None => Some(users_data()?.join("jidi/jidi.gpkg")),
        }
    }

    /// Opens the store; `None` when there is none, or it cannot be made where nobody named it.
    ///
    /// # Errors
    ///
    /// When a store that was named, or is there, cannot be opened.
    pub(super) fn open(&self, missing: Missing) -> anyhow::Result<Option<Box<dyn Backend>>> {
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

/// The folder for what programs keep for the user.
fn users_data() -> Option<PathBuf> {
    let folder = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME").or_else(|| Some(folder("HOME")?.join(".local/share")))
}
