//! Towns and cities outside China, by name and country.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::names::{Names, NamesBuilder};
use super::normalize::key;
use super::posting::NameKind;
use super::records::Place;
use crate::domain::LonLat;
use crate::formats::table::{self, InvalidTable};

/// Codes of what the gazetteer of China holds.
const IN_GAZETTEER: [&str; 4] = ["CN", "HK", "MO", "TW"];

/// Holds the places of the world and the names of its countries.
///
/// Places and names are read when the first text asks for them: most lists never do.
#[derive(Debug, Clone, Default)]
pub struct World {
    table: Arc<[u8]>,
    places: OnceLock<Vec<WorldPlace>>,
    countries: HashMap<String, String>,
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
    /// Its other names.
    pub aliases: Vec<String>,
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
    /// Reads `countries.csv`, and takes `world.csv`, which is read now only if it `is_unknown`: one
    /// that comes with the program has been checked.
    pub(super) fn read(
        table: &Arc<[u8]>,
        is_unknown: bool,
        countries: &[u8],
    ) -> Result<Self, InvalidTable> {
        let mut world = Self { table: Arc::clone(table), ..Self::default() };
        if is_unknown {
            world.places = OnceLock::from(places(table)?);
        }
        for row in table::rows::<CountryRow>("countries.csv", countries)? {
            for name in row.aliases.iter().chain([&row.name, &row.iso]) {
                world.countries.insert(key(name), row.iso.clone());
            }
        }
        Ok(world)
    }

    fn places(&self) -> &[WorldPlace] {
        self.places.get_or_init(|| places(&self.table).unwrap_or_default())
    }

    /// One place by its number.
    #[must_use]
    pub fn place(&self, number: usize) -> &WorldPlace {
        &self.places()[number]
    }

    /// How many places there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places().len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places().is_empty()
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
            for (number, place) in self.places().iter().enumerate() {
                names.add(key(&place.name), Place::World(number), NameKind::Full);
                if let Some(short) = place.name.strip_suffix(" City") {
                    names.add(key(short), Place::World(number), NameKind::Alias);
                }
                for alias in &place.aliases {
                    names.add(key(alias), Place::World(number), NameKind::Alias);
                }
            }
            names.build()
        })
    }
}

/// Reads `world.csv`; what the gazetteer of China holds is left to it.
fn places(bytes: &[u8]) -> Result<Vec<WorldPlace>, InvalidTable> {
    const FILE: &str = "world.csv";
    let rows = table::rows::<WorldRow>(FILE, bytes)?.into_iter().enumerate();
    let abroad = rows.filter(|(_, row)| !IN_GAZETTEER.contains(&row.country.as_str()));
    let place = |(number, row): (usize, WorldRow)| {
        let position = LonLat::from_degrees(row.lon, row.lat)
            .map_err(|error| InvalidTable::at_row(FILE, number, error))?;
        let WorldRow { name, country, admin1, population, aliases, .. } = row;
        Ok(WorldPlace { name, country, admin1, position, population, aliases })
    };
    abroad.map(place).collect()
}
