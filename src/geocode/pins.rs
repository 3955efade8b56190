//! Pins: places that a person has decided, which overrule every rule.

use std::collections::HashMap;

use serde::Deserialize;

use crate::domain::base::Precision;
use crate::domain::{Adcode, LonLat, Remark};
use crate::formats::table::{self, InvalidTable};

const FILE: &str = "pins.csv";

/// Holds the pins by collection and feature.
#[derive(Debug, Clone, Default)]
pub struct Pins(HashMap<(String, String), Pin>);

/// Holds one decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Pin {
    /// Where the feature stands.
    pub position: LonLat,
    /// The unit around it.
    pub adcode: Option<Adcode>,
    /// What the position stands for.
    pub precision: Precision,
    /// How far the thing itself may stand from it, in km.
    pub uncertainty_km: f64,
    /// Who decided, when, and on what ground, in one sentence.
    pub reason: Remark,
}

#[derive(Deserialize)]
struct PinRow {
    collection: String,
    id: String,
    adcode: Option<Adcode>,
    lon: f64,
    lat: f64,
    precision: Precision,
    uncertainty_km: f64,
    decided_by: String,
    decided_on: String,
    source: String,
}

impl Pins {
    /// Reads the pins.
    ///
    /// # Errors
    ///
    /// [`InvalidTable`] with the row.
    pub fn read(bytes: &[u8]) -> Result<Self, InvalidTable> {
        let rows: Vec<PinRow> = table::rows_or_none(FILE, bytes)?;
        let pin = |(number, row): (usize, PinRow)| {
            let position = LonLat::from_degrees(row.lon, row.lat)
                .map_err(|error| InvalidTable::at_row(FILE, number, error))?;
            if !(row.uncertainty_km.is_finite() && row.uncertainty_km > 0.0) {
                let reason =
                    format!("{} km is no uncertainty: give a number above 0", row.uncertainty_km);
                return Err(InvalidTable::at_row(FILE, number, reason));
            }
            let pin = Pin {
                position,
                adcode: row.adcode,
                precision: row.precision,
                uncertainty_km: row.uncertainty_km,
                reason: reason(&row),
            };
            Ok(((row.collection, row.id), pin))
        };
        rows.into_iter().enumerate().map(pin).collect::<Result<_, _>>().map(Self)
    }

    /// Finds the pin of a feature.
    #[must_use]
    pub fn pin(&self, collection: &str, id: &str) -> Option<&Pin> {
        self.0.get(&(collection.to_owned(), id.to_owned()))
    }
}

fn reason(row: &PinRow) -> Remark {
    let PinRow { decided_by, decided_on, source, .. } = row;
    Remark::new(
        format!("Pinned by {decided_by} on {decided_on}: {source}."),
        format!("{decided_by}于{decided_on}定位：{source}。"),
    )
}
