//! What the gazetteer holds: units, townships and zones, and what names one of them.

use serde::Deserialize;

use crate::domain::base::UnitName;
use crate::domain::{Adcode, LonLat};

/// Holds one administrative unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Its GB/T 2260 code.
    pub adcode: Adcode,
    /// What it is.
    pub level: Level,
    /// The number of the unit above; `None` for provinces.
    pub parent: Option<usize>,
    /// Its names.
    pub name: UnitName,
    /// Its seat, or the best point known.
    pub position: LonLat,
    /// How the point was found.
    pub point_method: String,
    /// How far from the point 95 % of its area lies, in km.
    pub reach_km: f64,
}

/// Says what a unit is, the coarsest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A province, an autonomous region, a municipality or a special administrative region.
    Province,
    /// A prefecture or a city at its level.
    Prefecture,
    /// A county, a district or a city at their level.
    County,
}

/// Holds one township.
#[derive(Debug, Clone, PartialEq)]
pub struct Township {
    /// Its Chinese name.
    pub name_zh: String,
    /// Its pinyin, syllables parted by spaces.
    pub pinyin: String,
    /// The number of its county.
    pub county: usize,
    /// Its position; `None` when only the county is known.
    pub position: Option<LonLat>,
}

/// Holds one development zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    /// Its names.
    pub name: UnitName,
    /// The number of the unit that hosts it.
    pub host: usize,
    /// Its position; `None` when only the host is known.
    pub position: Option<LonLat>,
    /// Radius in km, where known.
    pub radius_km: Option<f64>,
}

/// Names a place of the gazetteer by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// An administrative unit.
    Unit(usize),
    /// A township.
    Township(usize),
    /// A zone.
    Zone(usize),
    /// A town or city of the world.
    World(usize),
}
