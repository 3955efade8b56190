//! How the catalog is loaded: places first, then each collection from the boundaries, the store or
//! its list.

use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::backend::{Backend, Bundled};
use super::catalog::{self, Catalog, FileReport};
use super::collection::{About, Collection};
use super::edit::Author;
use super::geodata::{BUNDLED, Geodata, GeodataFile, hexadecimal};
use super::load_error::LoadError;
use super::places::{Areas, Places};
use super::putting::{Provenance, Putting};
use super::store_error::StoreError;
use super::{attribution, industries, lists, units};
use crate::domain::Datum;
use crate::domain::industry::Industries;
use crate::formats::table;
use crate::geocode::Level;
use crate::industry::{Corrections, Matcher};

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
        Ok(Loading::begin(geodata)?.collections(None)?.catalog)
    }

    /// Loads everything, the lists from a store: what it has not yet, or has as an older program
    /// brought it, is put in first.
    ///
    /// # Errors
    ///
    /// [`LoadError`] naming the file and what is wrong with it.
    pub fn load_stored(
        geodata: &Geodata,
        store: &mut dyn Backend,
        by: &Author,
    ) -> Result<Self, LoadError> {
        let mut catalog = Loading::begin(geodata)?.collections(Some((store, by)))?.catalog;
        catalog.take_in(store)?;
        Ok(catalog)
    }

    /// Adds the collections of a store that do not come with the program.
    fn take_in(&mut self, store: &mut dyn Backend) -> Result<(), StoreError> {
        for (id, _) in store.revisions()? {
            if self.collection(&id).is_some() {
                continue;
            }
            if let Some(collection) = store.collection(&id)? {
                self.put(collection);
            }
        }
        for (id, _) in store.published() {
            if self.collection(&id).is_some() {
                return Err(StoreError::PublishedTwice(id));
            }
            let missing = || StoreError::Other(format!("{id} is not in the store"));
            self.put(store.collection(&id)?.ok_or_else(missing)?);
        }
        store.take_stale()?;
        self.note(store)
    }
}

/// Holds a catalog that is being loaded, and what it is loaded from.
struct Loading<'a> {
    geodata: &'a Geodata,
    files: Vec<GeodataFile>,
    areas: Option<Areas>,
    industries: Arc<Industries>,
    /// Names what lists are placed by.
    placed_by: String,
    catalog: Catalog,
}

impl<'a> Loading<'a> {
    /// Reads everything but the collections.
    fn begin(geodata: &'a Geodata) -> Result<Self, LoadError> {
        geodata.check()?;
        let mut files = Vec::new();
        let (places, areas) = Places::load(geodata, &mut files)?;
        let placed_by = placed_by(&files);
        let mut read = |name: &str| -> Result<GeodataFile, LoadError> {
            let file = geodata.read(name)?;
            files.push(file.clone());
            Ok(file)
        };
        let tables = industries::FILES.map(&mut read);
        let [groups, labels, words, divisions, sectors, emerging, pairs] = tables;
        let industries = Arc::new(industries::read([
            &groups?.bytes,
            &labels?.bytes,
            &words?.bytes,
            &divisions?.bytes,
            &sectors?.bytes,
            &emerging?.bytes,
            &pairs?.bytes,
        ])?);
        let attributions = attribution::read(&read("attributions.csv")?.bytes)?;
        let catalog = Catalog {
            collections: Vec::new(),
            industries: Arc::clone(&industries),
            matcher: Arc::new(Matcher::new(Arc::clone(&industries), &Corrections::default())),
            attributions: attributions.into(),
            places: Arc::new(places),
            files: Arc::default(),
            has_boundaries: areas.is_some(),
            warnings: Vec::new(),
            rights: Arc::default(),
            fingerprint: String::new(),
            base: String::new(),
        };
        Ok(Self { geodata, files, areas, industries, placed_by, catalog })
    }

    fn read(&mut self, name: &str) -> Result<GeodataFile, LoadError> {
        let file = self.geodata.read(name)?;
        self.files.push(file.clone());
        Ok(file)
    }

    /// Loads the collections that come with the program.
    fn collections(
        mut self,
        mut store: Option<(&mut dyn Backend, &Author)>,
    ) -> Result<Self, LoadError> {
        let table = self.read("collections.csv")?;
        let rows: Vec<CollectionRow> = table::rows("collections.csv", &table.bytes)?;
        let is_twice = |(number, row): &(usize, &CollectionRow)| {
            rows[..*number].iter().any(|before| before.id == row.id)
        };
        if let Some((_, row)) = rows.iter().enumerate().find(is_twice) {
            return Err(LoadError::TwoCollections(row.id.clone()));
        }
        let (areas, places) = (self.areas.take(), Arc::clone(&self.catalog.places));
        thread::scope(|scope| {
            let of_units = rows.iter().filter_map(|row| Some((row, level(&row.id)?)));
            let of_units =
                of_units.filter_map(|(row, level)| Some((row, areas.as_ref()?.of(level), level)));
            let of_units: Vec<_> = of_units.collect();
            let units = scope.spawn(|| {
                let made = of_units.into_iter().map(|(row, areas, level)| {
                    units::collection(about(row), level, areas, &places)
                });
                made.collect::<Result<Vec<_>, _>>()
            });
            for row in rows.iter().filter(|row| level(&row.id).is_none()) {
                let store: Option<(&mut dyn Backend, &Author)> = match &mut store {
                    Some((store, by)) => Some((&mut **store, *by)),
                    None => None,
                };
                let list = self.list(row, store)?;
                self.catalog.put(list);
            }
            let units = units.join().unwrap_or_else(|panic| resume_unwind(panic));
            units?.into_iter().try_for_each(|(units, unknown)| self.add_units(units, unknown))
        })?;
        // As they are named, whoever was first ready.
        self.catalog.collections.sort_by_key(|one| {
            rows.iter().position(|row| row.id == one.about().id).unwrap_or(usize::MAX)
        });
        self.catalog.warnings.extend(self.geodata.unread(&self.files)?);
        let files: Vec<FileReport> = thread::scope(|scope| {
            let reports = self.files.iter().map(|file| scope.spawn(|| catalog::report(file)));
            let reports: Vec<_> = reports.collect();
            let joined = reports.into_iter().map(thread::ScopedJoinHandle::join);
            joined.map(|report| report.unwrap_or_else(|panic| resume_unwind(panic))).collect()
        });
        self.catalog.base = catalog::fingerprint(&files);
        self.catalog.fingerprint.clone_from(&self.catalog.base);
        self.catalog.files = files.into();
        Ok(self)
    }

    fn add_units(&mut self, units: Collection, unknown: usize) -> Result<(), LoadError> {
        let id = units.about().id.clone();
        if units.is_empty() {
            return Err(LoadError::NoKnownArea(id));
        }
        if unknown > 0 {
            self.catalog.warnings.push(format!("{unknown} {id} of the boundaries have a code that the gazetteer does not know, or none, and are left out"));
        }
        self.catalog.put(units);
        Ok(())
    }

    /// Reads a list from the store, or from its file where there is no store or it has it not.
    fn list(
        &mut self,
        row: &CollectionRow,
        store: Option<(&mut dyn Backend, &Author)>,
    ) -> Result<Collection, LoadError> {
        let file = self.read(&row.file)?;
        let about = about(row);
        let places = Arc::clone(&self.catalog.places);
        let industries = Arc::clone(&self.industries);
        let put_together =
            |about| lists::collection(about, &file.name, &file.bytes, &places, &industries);
        match store {
            None => put_together(about),
            Some((store, by)) => {
                let checksum = format!("{}-{}", self.placed_by, &file.sha256()[..16]);
                let provenance = |collection: &Collection| Provenance {
                    source: file.name.clone(),
                    sha256: file.sha256(),
                    bytes: file.bytes.len() as u64,
                    kind: "table".to_owned(),
                    datum: Datum::Wgs84.as_str().to_owned(),
                    is_geocoded: true,
                    rows: collection.len() as u64,
                    refused: 0,
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    who: by.who.clone(),
                    at: by.at.clone(),
                };
                let list = List { about, checksum: &checksum, by };
                filled(store, list, put_together, provenance, &mut self.catalog.warnings)
            }
        }
    }
}

/// The level of the collections that are made of boundaries.
fn level(id: &str) -> Option<Level> {
    match id {
        "provinces" => Some(Level::Province),
        "prefectures" => Some(Level::Prefecture),
        "counties" => Some(Level::County),
        _ => None,
    }
}

/// Names what lists are placed by.
fn placed_by(files: &[GeodataFile]) -> String {
    const PLACES: [&str; 3] = ["gazetteer.csv", "zones.csv", "pins.csv"];
    let mut hash = Sha256::new();
    for file in files.iter().filter(|file| PLACES.contains(&file.name.as_str())) {
        hash.update(&file.bytes);
    }
    hexadecimal(&hash.finalize()[..8])
}

/// Describes a list that comes with the program.
struct List<'a> {
    about: About,
    /// Names its content, and what it is placed by.
    checksum: &'a str,
    by: &'a Author,
}

/// Reads a list from a store; if the store has it not, or as an older program brought it, it is put in
/// first. One that people have edited stays as they left it.
fn filled(
    store: &mut dyn Backend,
    List { about, checksum, by }: List<'_>,
    fill: impl FnOnce(About) -> Result<Collection, LoadError>,
    provenance: impl FnOnce(&Collection) -> Provenance,
    warnings: &mut Vec<String>,
) -> Result<Collection, LoadError> {
    let known = store.bundled(&about.id)?;
    let is_current = |known: &Bundled| known.checksum.as_deref() == Some(checksum);
    match known {
        Some(known) if !is_current(&known) && known.is_edited == Some(true) => {
            warnings.push(format!("{} was edited in the store, so the list of this version was not put in its place; export what you keep, and remove the collection to get it", about.id));
        }
        Some(known) if is_current(&known) => {}
        _ if store.is_read_only() => return fill(about),
        _ => {
            let collection = fill(about)?;
            let how = Putting {
                by: by.clone(),
                bundled: Some(checksum.to_owned()),
                provenance: Some(provenance(&collection)),
                ..Putting::default()
            };
            let put = store.put_collection(&collection, &how)?;
            put.map_err(|error| StoreError::Other(error.to_string()))?;
            return Ok(collection);
        }
    }
    let missing = || StoreError::Other(format!("{} is not in the store", about.id));
    Ok(store.collection(&about.id)?.ok_or_else(missing)?)
}

fn about(row: &CollectionRow) -> About {
    About {
        id: row.id.clone(),
        title: row.title.clone(),
        title_zh: row.title_zh.clone(),
        description: row.description.clone(),
        description_zh: row.description_zh.clone(),
        data_as_of: row.data_as_of.clone(),
        licence: row.licence.clone(),
        attribution: row.attribution.clone(),
    }
}
