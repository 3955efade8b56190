//! The rows of a list with what was found for each.

use std::io::{self, Write};

use super::choices::{Choice, Choices};
use super::roles::InvalidList;
use crate::domain::base::{Confidence, MatchStatus, Placement, Precision};
use crate::domain::{LonLat, Remark};
use crate::formats::sheet::{Sheet, SheetRow};
use crate::geocode::shift::gcj02_shift;
use crate::geocode::{Answer, Candidate};

/// What is added to every row.
const COLUMNS: [&str; 13] = [
    "match_status",
    "confidence",
    "precision",
    "uncertainty_km",
    "match_adcode",
    "match_name",
    "match_name_zh",
    "match_chain",
    "match_chain_zh",
    "match_reason",
    "match_reason_zh",
    "match_lon",
    "match_lat",
];

/// Holds a row and what was found for it.
pub struct Located<'a> {
    row: &'a SheetRow,
    text: &'a str,
    answer: &'a Answer,
    placement: Placement,
    place: Option<Candidate>,
    reason: Remark,
}

impl<'a> Located<'a> {
    /// Puts a row and its answer together; a decision of the user overrules.
    pub fn new(
        row: &'a SheetRow,
        answer: &'a Answer,
        choices: &Choices,
        text: &'a str,
        given: Option<Result<LonLat, String>>,
    ) -> Result<Self, InvalidList> {
        let mut placement = answer.placement.clone();
        let mut place = answer.candidates.first().filter(|_| placement.position.is_some()).cloned();
        let mut reason = answer.reason.clone();
        match choices.choice(row.line, text) {
            Some(Choice::Candidate(number)) => {
                let missing = || InvalidList::NoCandidate {
                    line: row.line,
                    number,
                    count: answer.candidates.len(),
                };
                let chosen = answer.candidates.get(number - 1).ok_or_else(missing)?;
                placement.position = Some(chosen.standing.position);
                placement.precision = Some(chosen.standing.precision);
                placement.uncertainty_km = Some(chosen.standing.uncertainty_km);
                placement.chain.adcode = chosen.adcode;
                place = Some(chosen.clone());
                pin(&mut placement);
                reason = Remark::new("Chosen by the user.", "由用户选定。");
            }
            Some(Choice::Position(at)) => {
                placement.position = Some(at);
                placement.precision = Some(Precision::Given);
                placement.uncertainty_km = None;
                place = None;
                pin(&mut placement);
                reason = Remark::new("Placed by the user.", "由用户定位。");
            }
            None => match given {
                Some(Ok(at)) => {
                    placement.position = Some(at);
                    placement.precision = Some(Precision::Given);
                    placement.match_status = MatchStatus::Given;
                    (placement.uncertainty_km, placement.confidence) = (None, None);
                    reason = Remark::new("The row came with its position.", "该行自带坐标。");
                }
                Some(Err(refused)) => {
                    reason = Remark::new(
                        format!("The row's position is refused: {refused}."),
                        format!("该行坐标不可用：{refused}。"),
                    )
                    .and(&reason);
                }
                None => {}
            },
        }
        Ok(Self { row, text, answer, placement, place, reason })
    }

    /// The line of the row.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.row.line
    }

    /// The text that was looked for.
    #[must_use]
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// What could be meant.
    #[must_use]
    pub fn candidates(&self) -> &'a [Candidate] {
        &self.answer.candidates
    }

    /// Why the geocoder answered as it did.
    #[must_use]
    pub fn reason(&self) -> &'a Remark {
        &self.answer.reason
    }

    /// The position that the row came with, and where its name is surely known to be.
    fn pair(&self) -> Option<(LonLat, LonLat)> {
        let is_sure = self.answer.placement.confidence == Some(Confidence::High);
        let known = self.answer.placement.position.filter(|_| is_sure)?;
        let given = self
            .placement
            .position
            .filter(|_| self.placement.match_status == MatchStatus::Given)?;
        Some((given, known))
    }

    /// Says in a sentence if the positions of a list seem to be in GCJ-02.
    #[must_use]
    pub fn datum_warning(located: &[Self]) -> Option<String> {
        let pairs: Vec<(LonLat, LonLat)> = located.iter().filter_map(Self::pair).collect();
        let shift = gcj02_shift(&pairs)?;
        Some(format!(
            "{} positions sit {:.0} m off their places in the direction of GCJ-02: they are likely Amap's or Tencent's; say --datum gcj02 (datum=gcj02), or bd09 for Baidu's",
            shift.pairs, shift.offset_m
        ))
    }

    /// The word for how the row was placed.
    #[must_use]
    pub fn status(&self) -> &'static str {
        self.placement.match_status.as_str()
    }

    /// Says whether a person should look at the row.
    #[must_use]
    pub fn needs_review(&self) -> bool {
        match self.placement.match_status {
            MatchStatus::Pinned | MatchStatus::Given => false,
            MatchStatus::Matched => self.placement.confidence != Some(Confidence::High),
            _ => true,
        }
    }

    /// Writes every row with its own columns and what was found.
    pub fn write_table(out: &mut dyn Write, sheet: &Sheet, located: &[Self]) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        let own = sheet.columns.iter().map(String::as_str);
        table.write_record(own.chain(COLUMNS)).map_err(io::Error::other)?;
        for one in located {
            let own = one.row.cells.iter().cloned();
            table.write_record(own.chain(one.cells())).map_err(io::Error::other)?;
        }
        table.flush()
    }

    fn cells(&self) -> [String; 13] {
        let Placement { position, precision, uncertainty_km, confidence, .. } = &self.placement;
        let place = self.place.as_ref();
        let chain = place.map_or(&[][..], |place| &place.chain);
        let joined = |names: Vec<&str>| names.join(" / ");
        let degrees =
            |number: Option<f64>| number.map(|degrees| format!("{degrees}")).unwrap_or_default();
        [
            self.status().to_owned(),
            confidence.map(Confidence::as_str).unwrap_or_default().to_owned(),
            precision.map(Precision::as_str).unwrap_or_default().to_owned(),
            uncertainty_km.map(|km| km.to_string()).unwrap_or_default(),
            place.and_then(|place| place.adcode).map(|code| code.to_string()).unwrap_or_default(),
            place.map(|place| place.name.name.clone()).unwrap_or_default(),
            place.map(|place| place.name.name_zh.clone()).unwrap_or_default(),
            joined(chain.iter().map(|unit| unit.name.as_str()).collect()),
            joined(chain.iter().map(|unit| unit.name_zh.as_str()).collect()),
            self.reason.en.clone(),
            self.reason.zh.clone(),
            degrees(position.map(LonLat::lon)),
            degrees(position.map(LonLat::lat)),
        ]
    }
}

/// Marks a placement as a person's.
fn pin(placement: &mut Placement) {
    placement.match_status = MatchStatus::Pinned;
    placement.confidence = Some(Confidence::High);
}
