//! The geodata files: embedded in the binary, each replaceable by a file of the same name.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use flate2::read::GzDecoder;
use sha2::{Digest, Sha256};

/// The origin of files that are in the binary.
pub(super) const BUNDLED: &str = "bundled";

/// The file of administrative boundaries.
pub const BOUNDARIES: &str = "boundaries.topojson";

/// The file of the basemap, which the page carries.
const BASEMAP: &str = "basemap.topojson";

/// The files that the binary carries: name and gzip-compressed content.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/geodata.rs"));

/// Says where the geodata comes from.
#[derive(Debug, Clone, Default)]
pub struct Geodata {
    /// A folder whose files replace the embedded ones of the same names.
    pub folder: Option<PathBuf>,
    /// Where the boundaries come from.
    pub boundaries: Boundaries,
}

/// Says where the administrative boundaries come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Boundaries {
    /// From the geodata, if it holds them.
    #[default]
    Bundled,
    /// From a TopoJSON file.
    File(PathBuf),
    /// From nowhere: the service runs without them.
    None,
}

/// Holds a file that was read.
#[derive(Debug, Clone)]
pub struct GeodataFile {
    /// Its name.
    pub name: String,
    /// Where it was read from: `bundled`, or the path.
    pub origin: String,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

/// A geodata file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GeodataError {
    /// The file is not there.
    #[error("{name}: not in the binary{}; put it into a folder and start with --geodata DIR", beside(.folder.as_deref()))]
    Missing {
        /// The file.
        name: String,
        /// The folder that was looked into.
        folder: Option<PathBuf>,
    },
    /// The file is there and cannot be read.
    #[error("{path}: cannot be read: {error}", path = .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The folder is not there.
    #[error("--geodata {path}: not a folder", path = .0.display())]
    NoFolder(PathBuf),
}

fn beside(folder: Option<&Path>) -> String {
    folder.map(|folder| format!(" and not in {}", folder.display())).unwrap_or_default()
}

impl Geodata {
    /// Checks that the folder is there.
    ///
    /// # Errors
    ///
    /// [`GeodataError::NoFolder`].
    pub fn check(&self) -> Result<(), GeodataError> {
        match &self.folder {
            Some(folder) if !folder.is_dir() => Err(GeodataError::NoFolder(folder.clone())),
            _ => Ok(()),
        }
    }

    /// Reads a file: from the folder if it is there, else from the binary.
    ///
    /// # Errors
    ///
    /// [`GeodataError`] when it is in neither or cannot be read.
    pub fn read(&self, name: &str) -> Result<GeodataFile, GeodataError> {
        // A link that leads nowhere is there, and is refused rather than passed over.
        let is_there = |path: &PathBuf| path.symlink_metadata().is_ok();
        let in_folder = self.folder.as_ref().map(|folder| folder.join(name)).filter(is_there);
        match in_folder {
            Some(path) => read_path(name, &path),
            None => embedded(name).ok_or_else(|| GeodataError::Missing {
                name: name.to_owned(),
                folder: self.folder.clone(),
            }),
        }
    }

    /// Names the files of the folder that look like geodata and that nothing reads.
    pub(super) fn unread(&self, read: &[GeodataFile]) -> Result<Vec<String>, GeodataError> {
        let Some(folder) = &self.folder else { return Ok(Vec::new()) };
        let unreadable = |error| GeodataError::Unreadable { path: folder.clone(), error };
        let mut unread = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let is_data = path.extension().is_some_and(|end| end == "csv" || end == "topojson");
            let is_known = name == BASEMAP
                || EMBEDDED.iter().any(|(known, _)| *known == name)
                || read.iter().any(|file| file.name == name);
            if is_data && !is_known {
                unread.push(format!(
                    "{}: no collection names this file, and nothing reads it",
                    path.display()
                ));
            }
        }
        unread.sort();
        Ok(unread)
    }

    /// Reads the boundaries; `None` when there are none, which is no error.
    ///
    /// # Errors
    ///
    /// [`GeodataError::Unreadable`] when a file was named and cannot be read.
    pub fn read_boundaries(&self) -> Result<Option<GeodataFile>, GeodataError> {
        match &self.boundaries {
            Boundaries::None => Ok(None),
            Boundaries::File(path) => read_path(BOUNDARIES, path).map(Some),
            Boundaries::Bundled => match self.read(BOUNDARIES) {
                Err(GeodataError::Missing { .. }) => Ok(None),
                read => read.map(Some),
            },
        }
    }
}

impl GeodataFile {
    /// The SHA-256 of the content, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> String {
        hexadecimal(&Sha256::digest(&self.bytes))
    }
}

/// Writes bytes in hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from(b"0123456789abcdef"[usize::from(value)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn read_path(name: &str, path: &Path) -> Result<GeodataFile, GeodataError> {
    let bytes = fs::read(path)
        .map_err(|error| GeodataError::Unreadable { path: path.to_owned(), error })?;
    Ok(GeodataFile {
        name: name.to_owned(),
        origin: path.display().to_string(),
        bytes: bytes.into(),
    })
}

fn embedded(name: &str) -> Option<GeodataFile> {
    let (_, packed) = EMBEDDED.iter().find(|(known, _)| *known == name)?;
    let mut bytes = Vec::new();
    GzDecoder::new(*packed).read_to_end(&mut bytes).ok()?;
    Some(GeodataFile { name: name.to_owned(), origin: BUNDLED.to_owned(), bytes: bytes.into() })
}
