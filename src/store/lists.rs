//! Lists of bases: read from their tables, placed one by one.

use serde::Deserialize;

use super::Places;
use super::collection::{About, Collection};
use super::load_error::LoadError;
use crate::domain::base::{self, Confidence, Listing};
use crate::domain::industry::Industries;
use crate::domain::{Adcode, FeatureId};
use crate::formats::table::{self, InvalidTable};

#[derive(Deserialize)]
struct ListingRow {
    id: String,
    name: String,
    name_zh: String,
    name_as_printed: String,
    industry: String,
    industry_zh: String,
    #[serde(deserialize_with = "table::list")]
    industry_codes: Vec<String>,
    #[serde(deserialize_with = "table::list")]
    io_sectors: Vec<String>,
    designation: String,
    designation_level: String,
    year: Option<i64>,
    place: String,
    place_zh: String,
    province_zh: String,
    adcode: Option<Adcode>,
    uncertainty_km: Option<f64>,
    source_confidence: Option<Confidence>,
    source: String,
    note: String,
    #[serde(default)]
    note_zh: String,
}

/// Reads a list and places every base of it.
pub(super) fn collection(
    about: About,
    file: &str,
    bytes: &[u8],
    places: &Places,
    industries: &Industries,
) -> Result<Collection, LoadError> {
    let rows: Vec<ListingRow> = table::rows(file, bytes)?;
    let mut features = Vec::with_capacity(rows.len());
    for (number, row) in rows.into_iter().enumerate() {
        let listing =
            listing(row, industries).map_err(|error| InvalidTable::at_row(file, number, error))?;
        if let Some(km) = listing.uncertainty_km.filter(|km| !(km.is_finite() && *km > 0.0)) {
            let reason = format!("{km} km is no uncertainty: give a number above 0, or nothing");
            return Err(InvalidTable::at_row(file, number, reason).into());
        }
        let answer = places.place(&about.id, &listing);
        features.push(base::feature(listing, &answer.placement, &answer.reason));
    }
    Ok(Collection::new(about, base::schema(), features)?)
}

fn listing(
    row: ListingRow,
    industries: &Industries,
) -> Result<Listing, crate::domain::names::InvalidId> {
    Ok(Listing {
        id: FeatureId::new(&row.id)?,
        industry_group: industries.group_of(&row.industry_zh).map(str::to_owned),
        name: row.name,
        name_zh: row.name_zh,
        name_as_printed: row.name_as_printed,
        industry: row.industry,
        industry_zh: row.industry_zh,
        industry_codes: row.industry_codes,
        io_sectors: row.io_sectors,
        designation: row.designation,
        designation_level: row.designation_level,
        year: row.year,
        place: row.place,
        place_zh: row.place_zh,
        province_zh: row.province_zh,
        adcode: row.adcode,
        uncertainty_km: row.uncertainty_km,
        source_confidence: row.source_confidence,
        source: row.source,
        note: row.note,
        note_zh: row.note_zh,
    })
}
