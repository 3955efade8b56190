//! The catalog: every collection that is served, with what the answers need beside them.

use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::attribution::{self, Attribution};
use super::collection::{About, Collection};
use super::geodata::{BUNDLED, Geodata, GeodataFile, hexadecimal};
use super::load_error::LoadError;
use super::places::Places;
use super::{industries, lists, units};
use crate::domain::industry::Industries;
use crate::formats::table;
use crate::geocode::Level;

/// Holds everything that is loaded.
#[derive(Debug, Clone)]
pub struct Catalog {
    /// The collections, in the order in which they are listed.
    pub collections: Vec<Arc<Collection>>,
    /// Groups and labels of industries.
    pub industries: Arc<Industries>,
    /// Sources and terms.
    pub attributions: Arc<[Attribution]>,
    /// Gazetteer, pins, polygons.
    pub places: Arc<Places>,
    /// What was read, for reports: names, origins, sizes, checksums.
    pub files: Arc<[FileReport]>,
    /// Whether boundaries are loaded.
    pub has_boundaries: bool,
    /// What a reader of reports should know: what was left out, what was not read.
    pub warnings: Vec<String>,
    /// Differs whenever an answer may differ.
    pub fingerprint: String,
}

/// Reports one geodata file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// Its name.
    pub name: String,
    /// `bundled`, or the path that it was read from.
    pub origin: String,
    /// Its size.
    pub bytes: usize,
    /// Its checksum, in hexadecimal.
    pub sha256: String,
}

#[derive(Deserialize)]
struct CollectionRow {
    id: String,
    file: String,
    title: String,
    title_zh: String,
    description: String,
    description_zh: String,
    data_as_of: String,
    licence: String,
    attribution: String,
}

impl GeodataFile {
    /// The name that an error gives the file.
    pub(super) fn origin_name(&self) -> String {
        if self.origin == BUNDLED { self.name.clone() } else { self.origin.clone() }
    }
}

impl Catalog {
    /// Loads everything from the geodata.
    ///
    /// # Errors
    ///
    /// [`LoadError`] naming the file and what is wrong with it.
    pub fn load(geodata: &Geodata) -> Result<Self, LoadError> {
        geodata.check()?;
        let mut files = Vec::new();
        let boundaries = geodata.read_boundaries()?;
        let (places, areas) = Places::load(geodata, &mut files, boundaries.as_ref())?;
        files.extend(boundaries);
        let mut read = |name: &str| -> Result<GeodataFile, LoadError> {
            let file = geodata.read(name)?;
            files.push(file.clone());
            Ok(file)
        };
        let industries =
            industries::read(&read("industry_groups.csv")?.bytes, &read("industries.csv")?.bytes)?;
        let attributions = attribution::read(&read("attributions.csv")?.bytes)?;
        let rows: Vec<CollectionRow> =
            table::rows("collections.csv", &read("collections.csv")?.bytes)?;
        let mut collections = Vec::with_capacity(rows.len());
        let mut warnings = Vec::new();
        for row in rows {
            let file = row.file.clone();
            let about = about(row);
            let level = match (about.id.as_str(), &areas) {
                ("provinces", Some(areas)) => Some((Level::Province, &areas.provinces)),
                ("prefectures", Some(areas)) => Some((Level::Prefecture, &areas.prefectures)),
                ("counties", Some(areas)) => Some((Level::County, &areas.counties)),
                ("provinces" | "prefectures" | "counties", None) => continue,
                _ => None,
            };
            if collections.iter().any(|known: &Arc<Collection>| known.about().id == about.id) {
                return Err(LoadError::TwoCollections(about.id));
            }
            collections.push(Arc::new(match level {
                Some((level, areas)) => {
                    let id = about.id.clone();
                    let (collection, unknown) = units::collection(about, level, areas, &places)?;
                    if collection.is_empty() {
                        return Err(LoadError::NoKnownArea(id));
                    }
                    if unknown > 0 {
                        warnings.push(format!("{unknown} {id} of the boundaries have a code that the gazetteer does not know, or none, and are left out"));
                    }
                    collection
                }
                None => lists::collection(about, &file, &read(&file)?.bytes, &places, &industries)?,
            }));
        }
        warnings.extend(geodata.unread(&files)?);
        let files: Vec<FileReport> = files.iter().map(report).collect();
        let fingerprint = fingerprint(&files);
        let has_boundaries = areas.is_some();
        Ok(Self {
            collections,
            industries: Arc::new(industries),
            attributions: attributions.into(),
            places: Arc::new(places),
            files: files.into(),
            has_boundaries,
            warnings,
            fingerprint,
        })
    }

    /// Finds a collection by its id.
    #[must_use]
    pub fn collection(&self, id: &str) -> Option<&Arc<Collection>> {
        self.collections.iter().find(|collection| collection.about().id == id)
    }
}

fn about(row: CollectionRow) -> About {
    About {
        id: row.id,
        title: row.title,
        title_zh: row.title_zh,
        description: row.description,
        description_zh: row.description_zh,
        data_as_of: row.data_as_of,
        licence: row.licence,
        attribution: row.attribution,
    }
}

fn report(file: &GeodataFile) -> FileReport {
    FileReport {
        name: file.name.clone(),
        origin: file.origin.clone(),
        bytes: file.bytes.len(),
        sha256: file.sha256(),
    }
}

/// Folds the version of the program and the checksums of its files into one short text.
fn fingerprint(files: &[FileReport]) -> String {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    for file in files {
        hash.update(&file.name);
        hash.update(&file.sha256);
    }
    hexadecimal(&hash.finalize()[..8])
}
