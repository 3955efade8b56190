//! The gazetteer: units, townships and zones of China with every name that they answer to.

use std::collections::{HashMap, HashSet};
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use serde::Deserialize;

use super::names::{Names, NamesBuilder};
use super::normalize::key;
use super::posting::{NameKind, Posting};
use super::records::{Level, Place, Township, Unit, Zone};
use super::world::World;
use crate::domain::base::{AdminChain, UnitName};
use crate::domain::{Adcode, LonLat};
use crate::formats::table::{self, InvalidTable};

/// The files that make a gazetteer.
#[derive(Debug, Clone, Copy)]
pub struct GazetteerFiles<'a> {
    /// `gazetteer.csv`.
    pub units: &'a [u8],
    /// `townships.csv`.
    pub townships: &'a [u8],
    /// `zones.csv`.
    pub zones: &'a [u8],
    /// `adcode_history.csv`.
    pub history: &'a [u8],
    /// `world.csv`, and whether it comes from elsewhere than the program and must be checked.
    pub world: (&'a Arc<[u8]>, bool),
    /// `countries.csv`.
    pub countries: &'a [u8],
    /// `industries.csv`, whose words name no places.
    pub industries: &'a [u8],
}

/// Holds every place that the geocoder knows, by name and by code.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    units: Vec<Unit>,
    townships: Vec<Township>,
    zones: Vec<Zone>,
    by_code: HashMap<(Level, Adcode), usize>,
    renamed: HashMap<Adcode, Adcode>,
    names: Names,
    world: World,
    industry_words: HashSet<String>,
}

#[derive(Deserialize)]
struct UnitRow {
    adcode: Adcode,
    level: Level,
    parent: Option<Adcode>,
    name_zh: String,
    short_zh: String,
    name_en: String,
    pinyin: String,
    #[serde(deserialize_with = "table::list")]
    aliases_zh: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    aliases_latin: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    old_names: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    old_pinyin: Vec<String>,
    lon: f64,
    lat: f64,
    point_method: String,
    reach_km: f64,
}

#[derive(Deserialize)]
struct TownshipRow {
    name_zh: String,
    pinyin: String,
    county: Option<Adcode>,
    lon: Option<f64>,
    lat: Option<f64>,
}

#[derive(Deserialize)]
struct ZoneRow {
    name_zh: String,
    short_zh: String,
    name_en: String,
    #[serde(deserialize_with = "table::list")]
    aliases_zh: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    aliases_latin: Vec<String>,
    host_adcode: Adcode,
    lon: Option<f64>,
    lat: Option<f64>,
    radius_km: Option<f64>,
}

#[derive(Deserialize)]
struct IndustryRow {
    label_en: String,
}

#[derive(Deserialize)]
struct HistoryRow {
    old_code: Adcode,
    new_code: Adcode,
}

impl Gazetteer {
    /// Reads a gazetteer from its files.
    ///
    /// # Errors
    ///
    /// [`InvalidTable`] with file and row.
    pub fn read(files: GazetteerFiles<'_>) -> Result<Self, InvalidTable> {
        Self::read_with(files, |_| ()).map(|(gazetteer, ())| gazetteer)
    }

    /// Reads a gazetteer, and makes something of its places while its names are put together.
    ///
    /// The names are half of the work, and `derive` must not ask for them.
    pub(crate) fn read_with<T: Send>(
        files: GazetteerFiles<'_>,
        derive: impl FnOnce(&Self) -> T + Send,
    ) -> Result<(Self, T), InvalidTable> {
        let (mut gazetteer, names) = Self::read_places(files)?;
        let (names, derived) = thread::scope(|scope| {
            let derived = scope.spawn(|| derive(&gazetteer));
            (names.build(), derived.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        gazetteer.names = names;
        Ok((gazetteer, derived))
    }

    fn read_places(files: GazetteerFiles<'_>) -> Result<(Self, NamesBuilder), InvalidTable> {
        let mut gazetteer = Self::default();
        let mut names = NamesBuilder::default();
        thread::scope(|scope| {
            let townships = scope.spawn(|| read_townships(files.townships));
            gazetteer.read_units(files.units, &mut names)?;
            gazetteer.read_zones(files.zones, &mut names)?;
            let (world, is_unknown) = files.world;
            gazetteer.world = World::read(world, is_unknown, files.countries)?;
            let industries: Vec<IndustryRow> = table::rows("industries.csv", files.industries)?;
            gazetteer.industry_words =
                industries.iter().flat_map(|row| words(&row.label_en)).collect();
            let townships = townships.join().unwrap_or_else(|panic| resume_unwind(panic));
            gazetteer.add_townships(townships?, &mut names)
        })?;
        let history: Vec<HistoryRow> = table::rows("adcode_history.csv", files.history)?;
        gazetteer.renamed = history.iter().map(|row| (row.old_code, row.new_code)).collect();
        Ok((gazetteer, names))
    }

    fn read_units(&mut self, bytes: &[u8], names: &mut NamesBuilder) -> Result<(), InvalidTable> {
        const FILE: &str = "gazetteer.csv";
        let mut rows: Vec<UnitRow> = table::rows(FILE, bytes)?;
        rows.sort_by_key(|row| (row.level, row.adcode)); // parents before children
        for (number, row) in rows.iter().enumerate() {
            let refused = |reason: String| InvalidTable::at_row(FILE, number, reason);
            let parent = match row.parent {
                Some(code) => Some(self.above(row.level, code).ok_or_else(|| {
                    refused(format!(
                        "{} names a unit above it, {code}, that is not there",
                        row.adcode
                    ))
                })?),
                None => None,
            };
            let position = LonLat::from_degrees(row.lon, row.lat)
                .map_err(|error| refused(format!("{}: {error}", row.adcode)))?;
            self.by_code.insert((row.level, row.adcode), number);
            add_unit_names(names, row, number);
            self.units.push(Unit {
                adcode: row.adcode,
                level: row.level,
                parent,
                name: UnitName { name: row.name_en.clone(), name_zh: row.name_zh.clone() },
                position,
                point_method: row.point_method.clone(),
                reach_km: row.reach_km,
            });
        }
        Ok(())
    }

    /// Adds townships; one of no county that is known keeps itself out, not the table.
    fn add_townships(
        &mut self,
        rows: Vec<NamedTownship>,
        names: &mut NamesBuilder,
    ) -> Result<(), InvalidTable> {
        for (number, NamedTownship { row, keys: [chinese, pinyin] }) in rows.into_iter().enumerate()
        {
            let Some(county) = row.county.and_then(|code| self.unit_number(code)) else { continue };
            let position = position(TOWNSHIPS, number, row.lon, row.lat)?;
            let place = Place::Township(self.townships.len());
            names.add(chinese, place, NameKind::Full);
            names.add(pinyin, place, NameKind::Short);
            let TownshipRow { name_zh, pinyin, .. } = row;
            self.townships.push(Township { name_zh, pinyin, county, position });
        }
        Ok(())
    }

    fn read_zones(&mut self, bytes: &[u8], names: &mut NamesBuilder) -> Result<(), InvalidTable> {
        const FILE: &str = "zones.csv";
        let rows: Vec<ZoneRow> = table::rows(FILE, bytes)?;
        for (number, row) in rows.iter().enumerate() {
            let host = self.unit_number(row.host_adcode).ok_or_else(|| {
                InvalidTable::at_row(FILE, number, format!("unknown host {}", row.host_adcode))
            })?;
            let position = position(FILE, number, row.lon, row.lat)?;
            let place = Place::Zone(self.zones.len());
            let name = UnitName { name: row.name_en.clone(), name_zh: row.name_zh.clone() };
            self.zones.push(Zone { name, host, position, radius_km: row.radius_km });
            names.add(key(&row.name_zh), place, NameKind::Full);
            names.add(key(&row.name_en), place, NameKind::Full);
            names.add(key(&row.short_zh), place, NameKind::Short);
            for alias in row.aliases_zh.iter().chain(&row.aliases_latin) {
                names.add(key(alias), place, NameKind::Alias);
            }
        }
        Ok(())
    }

    /// All names of China.
    #[must_use]
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Says whether a word is one of an industry's name.
    #[must_use]
    pub fn is_industry_word(&self, word: &str) -> bool {
        let mut words = words(word).peekable();
        words.peek().is_some() && words.all(|word| self.industry_words.contains(&word))
    }

    /// The rest of the world.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Finds the places of China that answer to a key; see [`super::normalize::key`].
    #[must_use]
    pub fn lookup(&self, key: &str) -> Vec<Posting> {
        self.names.exact(key)
    }

    /// Finds the unit of a code at one level.
    #[must_use]
    pub fn unit_at(&self, level: Level, code: Adcode) -> Option<usize> {
        self.by_code.get(&(level, code)).copied()
    }

    /// Finds a unit by its code; a code no longer in use leads to its successor.
    ///
    /// A municipality, and a prefecture without counties, has one code at two levels, and the
    /// coarser is meant; a county that its province runs has one, too, and the county is meant.
    #[must_use]
    pub fn unit_number(&self, code: Adcode) -> Option<usize> {
        let levels = [Level::Province, Level::Prefecture, Level::County];
        let find = |code: Adcode| {
            let coarsest = levels.iter().find_map(|&level| self.unit_at(level, code));
            self.unit_at(Level::County, code).filter(|_| code.is_run_by_province()).or(coarsest)
        };
        find(code).or_else(|| find(*self.renamed.get(&code)?))
    }

    /// Finds the unit of a code at the nearest level above one.
    fn above(&self, level: Level, code: Adcode) -> Option<usize> {
        let prefecture = self.unit_at(Level::Prefecture, code).filter(|_| level == Level::County);
        prefecture
            .or_else(|| self.unit_at(Level::Province, code).filter(|_| level > Level::Province))
    }

    /// The units, provinces first.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The townships whose positions are known.
    pub fn towns(&self) -> impl Iterator<Item = (Place, LonLat)> {
        let towns = self.townships.iter().enumerate();
        towns.filter_map(|(number, town)| Some((Place::Township(number), town.position?)))
    }

    /// The zones whose positions are known.
    pub fn zones(&self) -> impl Iterator<Item = (Place, LonLat)> {
        let zones = self.zones.iter().enumerate();
        zones.filter_map(|(number, zone)| Some((Place::Zone(number), zone.position?)))
    }

    /// How many townships and zones there are.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.townships.len(), self.zones.len())
    }

    /// One township by its number.
    #[must_use]
    pub fn township(&self, number: usize) -> &Township {
        &self.townships[number]
    }

    /// One zone by its number.
    #[must_use]
    pub fn zone_at(&self, number: usize) -> &Zone {
        &self.zones[number]
    }

    /// The unit that a place is, or lies in; `None` for the rest of the world.
    #[must_use]
    pub fn unit_of(&self, place: Place) -> Option<usize> {
        match place {
            Place::Unit(unit) => Some(unit),
            Place::Township(number) => Some(self.townships[number].county),
            Place::Zone(number) => Some(self.zones[number].host),
            Place::World(_) => None,
        }
    }

    /// Says whether one unit is the other or lies in it.
    #[must_use]
    pub fn lies_in(&self, unit: usize, above: usize) -> bool {
        let mut next = Some(unit);
        while let Some(number) = next {
            if number == above {
                return true;
            }
            next = self.units[number].parent;
        }
        false
    }

    /// Names the units from the province down to this one.
    #[must_use]
    pub fn chain(&self, unit: usize) -> AdminChain {
        let mut chain =
            AdminChain { adcode: Some(self.units[unit].adcode), ..AdminChain::default() };
        let mut next = Some(unit);
        while let Some(number) = next {
            let unit = &self.units[number];
            let name = Some(unit.name.clone());
            match unit.level {
                Level::Province => chain.province = name,
                Level::Prefecture => chain.prefecture = name,
                Level::County => chain.county = name,
            }
            next = unit.parent;
        }
        chain
    }
}

/// The words of a text in lower case, parted at whatever is no letter.
fn words(text: &str) -> impl Iterator<Item = String> {
    let parts =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.map(str::to_lowercase)
}

/// The file of townships, the longest of all.
const TOWNSHIPS: &str = "townships.csv";

/// A township and the keys of its names.
struct NamedTownship {
    row: TownshipRow,
    keys: [String; 2],
}

fn read_townships(bytes: &[u8]) -> Result<Vec<NamedTownship>, InvalidTable> {
    let rows: Vec<TownshipRow> = table::rows(TOWNSHIPS, bytes)?;
    let named = rows.into_iter().map(|row| {
        let keys = [key(&row.name_zh), key(&row.pinyin)];
        NamedTownship { row, keys }
    });
    Ok(named.collect())
}

/// Lets a unit answer to all of its names.
///
/// Pinyin is the Chinese name without its type word, so it is as strong as that.
fn add_unit_names(names: &mut NamesBuilder, row: &UnitRow, number: usize) {
    let place = Place::Unit(number);
    names.add(key(&row.name_zh), place, NameKind::Full);
    names.add(key(&row.name_en), place, NameKind::Full);
    names.add(key(&row.short_zh), place, NameKind::Short);
    names.add(key(&row.pinyin), place, NameKind::Short);
    // ü is typed as u, as v, or as yu.
    if row.pinyin.contains('v') {
        names.add(key(&row.pinyin.replace('v', "u")), place, NameKind::Short);
        names.add(key(&row.pinyin.replace('v', "yu")), place, NameKind::Short);
    }
    for alias in row.aliases_zh.iter().chain(&row.aliases_latin) {
        names.add(key(alias), place, NameKind::Alias);
    }
    for old in row.old_names.iter().chain(&row.old_pinyin) {
        names.add(key(old), place, NameKind::Old);
    }
}

/// Reads the position of a row that may have none.
fn position(
    file: &str,
    row: usize,
    lon: Option<f64>,
    lat: Option<f64>,
) -> Result<Option<LonLat>, InvalidTable> {
    match lon.zip(lat) {
        None => Ok(None),
        Some((lon, lat)) => LonLat::from_degrees(lon, lat)
            .map(Some)
            .map_err(|error| InvalidTable::at_row(file, row, error)),
    }
}
