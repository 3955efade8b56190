//! A base: an industrial base or hub as the lists name it and as Jidi places it.

use super::schema::FieldType::{Integer, List, Real, Text};
use super::{Adcode, Feature, FeatureId, Field, FieldType, LonLat, Remark, Schema, Value};

/// Holds what a list says of a base, before anyone knows where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    /// Stable id, unique in its list.
    pub id: FeatureId,
    /// English name, corrected where the printed one is wrong.
    pub name: String,
    /// Chinese name.
    pub name_zh: String,
    /// The name as the source prints it, where it differs in kind from `name`.
    pub name_as_printed: String,
    /// English industry labels joined by `; `.
    pub industry: String,
    /// Chinese industry labels joined by `; `.
    pub industry_zh: String,
    /// GB/T 4754-2017 divisions.
    pub industry_codes: Vec<String>,
    /// Sectors of the 153-sector input-output table.
    pub io_sectors: Vec<String>,
    /// The group of its first industry label.
    pub industry_group: Option<String>,
    /// What it was designated as.
    pub designation: String,
    /// Who designates at this level: `national` or `provincial`.
    pub designation_level: String,
    /// Year of the designation.
    pub year: Option<i64>,
    /// The place in English, as the list writes it.
    pub place: String,
    /// The place in Chinese, as the list writes it.
    pub place_zh: String,
    /// The province in Chinese, as the list writes it.
    pub province_zh: String,
    /// The administrative code that the list gives.
    pub adcode: Option<Adcode>,
    /// How far the base may stand from the listed place, by the list's own account, in km.
    pub uncertainty_km: Option<f64>,
    /// How sure the list is of the place.
    pub source_confidence: Option<Confidence>,
    /// Where the record comes from.
    pub source: String,
    /// What a reader must know.
    pub note: String,
    /// The same in Chinese.
    pub note_zh: String,
}

/// Holds where a base was placed, how, how precisely and how surely.
#[derive(Debug, Clone, PartialEq)]
pub struct Placement {
    /// The position; `None` unless the status is one that answers.
    pub position: Option<LonLat>,
    /// How the place was found, or why not.
    pub match_status: MatchStatus,
    /// What the position stands for; `None` without a position.
    pub precision: Option<Precision>,
    /// How far the base may stand from the position, in km.
    pub uncertainty_km: Option<f64>,
    /// How surely the place is the right one; `None` without a match.
    pub confidence: Option<Confidence>,
    /// The chain of units around the place, as far as it is known.
    pub chain: AdminChain,
}

impl Placement {
    /// Stands nowhere.
    #[must_use]
    pub fn nowhere(match_status: MatchStatus) -> Self {
        Self {
            position: None,
            match_status,
            precision: None,
            uncertainty_km: None,
            confidence: None,
            chain: AdminChain::default(),
        }
    }
}

/// Names the units around a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AdminChain {
    /// The finest unit known.
    pub adcode: Option<Adcode>,
    /// The province.
    pub province: Option<UnitName>,
    /// The prefecture.
    pub prefecture: Option<UnitName>,
    /// The county, district or county-level city.
    pub county: Option<UnitName>,
}

/// Names a unit in two languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitName {
    /// English name.
    pub name: String,
    /// Chinese name.
    pub name_zh: String,
}

/// Says how a place was found, or why it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchStatus {
    /// One place fits.
    Matched,
    /// Several fit equally well.
    Ambiguous,
    /// What the record says contradicts itself.
    Conflict,
    /// A person decided.
    Pinned,
    /// The record came with a position.
    Given,
    /// Nothing fits.
    NoMatch,
}

/// Says what a position stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// The zone itself.
    ExactZone,
    /// The seat of the county that hosts the zone.
    HostCounty,
    /// A township.
    Township,
    /// The seat of a county.
    CountySeat,
    /// The seat of a prefecture.
    PrefectureSeat,
    /// The capital of a province.
    Province,
    /// A town or city of the world.
    Place,
    /// A position of unstated precision that came with the record.
    Given,
}

/// Says how surely a place is the right one, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Names and codes agree on one place, or a person decided.
    High,
    /// One place fits, on one kind of evidence.
    Medium,
    /// A place fits, on weak evidence.
    Low,
}

impl MatchStatus {
    /// The word for it in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Ambiguous => "ambiguous",
            Self::Conflict => "conflict",
            Self::Pinned => "pinned",
            Self::Given => "given",
            Self::NoMatch => "no_match",
        }
    }
}

impl Precision {
    /// Every precision, the finest first.
    pub const ALL: [Self; 8] = [
        Self::ExactZone,
        Self::HostCounty,
        Self::Township,
        Self::CountySeat,
        Self::PrefectureSeat,
        Self::Province,
        Self::Place,
        Self::Given,
    ];

    /// The word for it in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ExactZone => "exact_zone",
            Self::HostCounty => "host_county",
            Self::Township => "township",
            Self::CountySeat => "county_seat",
            Self::PrefectureSeat => "prefecture_seat",
            Self::Province => "province",
            Self::Place => "place",
            Self::Given => "given",
        }
    }
}

impl Confidence {
    /// Every band, the surest first.
    pub const ALL: [Self; 3] = [Self::High, Self::Medium, Self::Low];

    /// The word for it in answers and files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// The fields of a base: name, type, and one sentence for readers.
const FIELDS: [(&str, FieldType, &str); 30] = [
    ("id", Text, "Stable id, the same as the feature's own."),
    ("name", Text, "English name, corrected where the printed one is wrong."),
    ("name_zh", Text, "Chinese name."),
    ("name_as_printed", Text, "Name as the English source prints it."),
    ("industry", Text, "Industry labels in English, joined by semicolons."),
    ("industry_zh", Text, "Industry labels in Chinese, joined by semicolons."),
    ("industry_codes", List, "Divisions of GB/T 4754-2017."),
    ("io_sectors", List, "Sectors of the 153-sector input-output table of 2020."),
    ("designation", Text, "What it was designated as."),
    ("designation_level", Text, "Level of the designation: national or provincial."),
    ("year", Integer, "Year of the designation."),
    ("place", Text, "Place in English, as the list writes it."),
    ("place_zh", Text, "Place in Chinese, as the list writes it."),
    ("province", Text, "Province in English."),
    ("province_zh", Text, "Province in Chinese."),
    ("prefecture", Text, "Prefecture in English."),
    ("prefecture_zh", Text, "Prefecture in Chinese."),
    ("county", Text, "County, district or county-level city in English."),
    ("county_zh", Text, "County, district or county-level city in Chinese."),
    ("adcode", Text, "GB/T 2260 code of the finest unit known."),
    ("precision", Text, "What the position stands for."),
    ("uncertainty_km", Real, "How far the base may stand from the position, in km."),
    ("match_status", Text, "How the place was found, or why it was not."),
    ("confidence", Text, "How surely the place is the right one: high, medium or low."),
    ("industry_group", Text, "Group of the first industry label; see /industries."),
    ("source", Text, "Where the record comes from."),
    ("note", Text, "What a reader must know."),
    ("note_zh", Text, "The same in Chinese, where it has been written."),
    ("match_reason", Text, "Why this place: the evidence that was used."),
    ("match_reason_zh", Text, "The same in Chinese."),
];

/// The schema of every collection of bases.
#[must_use]
pub fn schema() -> Schema {
    Schema::new(FIELDS.iter().map(|(name, kind, words)| Field::new(name, *kind, words)).collect())
}

/// Puts a listing and its placement together as a feature of [`schema`].
#[must_use]
pub fn feature(listing: Listing, placement: &Placement, reason: &Remark) -> Feature {
    let chain = &placement.chain;
    let values = vec![
        Value::text(listing.id.as_str()),
        Value::text(&listing.name),
        Value::text(&listing.name_zh),
        Value::text(&listing.name_as_printed),
        Value::text(&listing.industry),
        Value::text(&listing.industry_zh),
        Value::List(listing.industry_codes.into()),
        Value::List(listing.io_sectors.into()),
        Value::text(&listing.designation),
        Value::text(&listing.designation_level),
        listing.year.map_or(Value::Null, Value::Integer),
        Value::text(&listing.place),
        Value::text(&listing.place_zh),
        english(chain.province.as_ref()),
        chinese(chain.province.as_ref()),
        english(chain.prefecture.as_ref()),
        chinese(chain.prefecture.as_ref()),
        english(chain.county.as_ref()),
        chinese(chain.county.as_ref()),
        chain.adcode.map_or(Value::Null, |code| Value::Text(code.to_string().into())),
        Value::optional_text(placement.precision.map(Precision::as_str)),
        placement.uncertainty_km.map_or(Value::Null, Value::Real),
        Value::text(placement.match_status.as_str()),
        Value::optional_text(placement.confidence.map(Confidence::as_str)),
        Value::optional_text(listing.industry_group.as_deref()),
        Value::text(&listing.source),
        Value::text(&listing.note),
        Value::text(&listing.note_zh),
        Value::text(&reason.en),
        Value::text(&reason.zh),
    ];
    let geometry = placement.position.map(|at| geo::Point::new(at.lon(), at.lat()).into());
    Feature::new(listing.id, geometry, values)
}

fn english(unit: Option<&UnitName>) -> Value {
    Value::optional_text(unit.map(|unit| unit.name.as_str()))
}

fn chinese(unit: Option<&UnitName>) -> Value {
    Value::optional_text(unit.map(|unit| unit.name_zh.as_str()))
}
