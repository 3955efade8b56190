//! Towns and cities outside China, by name and country.

use std::collections::HashMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::gazetteer::Place;
use super::names::{NameKind, Names, NamesBuilder};
use super::normalize::key;
use crate::domain::LonLat;
use crate::formats::table::{self, InvalidTable};

/// Codes of what the gazetteer of China holds.
const IN_GAZETTEER: [&str; 4] = ["CN", "HK", "MO", "TW"];

/// Holds the places of the world and the names of its countries.
///
/// Their names are put into an automaton when the first text asks for them: most lists never do.
#[derive(Debug, Clone, Default)]
pub struct World {
    places: Vec<WorldPlace>,
    countries: HashMap<String, String>,
    aliases: Vec<Vec<String>>,
    names: OnceLock<Names>,
}

/// Holds one town or city.
#[derive(Debug, Clone, PartialEq)]
pub struct WorldPlace {
    /// Its name.
    pub name: String,
    /// Its country's ISO 3166-1 code.
    pub country: String,
    /// The code of its first-level division, as GeoNames writes it.
    pub admin1: String,
    /// Its position.
    pub position: LonLat,
    /// How many people live there.
    pub population: u64,
}

#[derive(Deserialize)]
struct WorldRow {
    name: String,
    country: String,
    admin1: String,
    lon: f64,
    lat: f64,
    population: u64,
    #[serde(deserialize_with = "table::list")]
    aliases: Vec<String>,
}

#[derive(Deserialize)]
struct CountryRow {
    iso: String,
    name: String,
    #[serde(deserialize_with = "table::list")]
    aliases: Vec<String>,
}

impl World {
    /// Reads `world.csv` and `countries.csv`.
    pub(super) fn read(places: &[u8], countries: &[u8]) -> Result<Self, InvalidTable> {
        const FILE: &str = "world.csv";
        let mut world = Self::default();
        for (number, row) in table::rows::<WorldRow>(FILE, places)?.into_iter().enumerate() {
            if IN_GAZETTEER.contains(&row.country.as_str()) {
                continue;
            }
            let position = LonLat::from_degrees(row.lon, row.lat)
                .map_err(|error| InvalidTable::at_row(FILE, number, error))?;
            world.places.push(WorldPlace {
                name: row.name,
                country: row.country,
                admin1: row.admin1,
                position,
                population: row.population,
            });
            world.aliases.push(row.aliases);
        }
        for row in table::rows::<CountryRow>("countries.csv", countries)? {
            for name in row.aliases.iter().chain([&row.name, &row.iso]) {
                world.countries.insert(key(name), row.iso.clone());
            }
        }
        Ok(world)
    }

    /// One place by its number.
    #[must_use]
    pub fn place(&self, number: usize) -> &WorldPlace {
        &self.places[number]
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Finds the code of a country by its name or code.
    #[must_use]
    pub fn country(&self, name: &str) -> Option<&str> {
        self.countries.get(&key(name)).map(String::as_str)
    }

    /// All names of its places.
    #[must_use]
    pub fn names(&self) -> &Names {
        self.names.get_or_init(|| {
            let mut names = NamesBuilder::default();
            for (number, (place, aliases)) in self.places.iter().zip(&self.aliases).enumerate() {
                names.add(key(&place.name), Place::World(number), NameKind::Full);
                if let Some(short) = place.name.strip_suffix(" City") {
                    names.add(key(short), Place::World(number), NameKind::Alias);
                }
                for alias in aliases {
                    names.add(key(alias), Place::World(number), NameKind::Alias);
                }
            }
            names.build()
        })
    }
}
