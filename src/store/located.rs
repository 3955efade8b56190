//! The rows of a list with what was found for each.

use std::io::{self, Write};

use super::choices::{Choice, Choices};
use super::places::Places;
use super::roles::{InvalidList, Roles};
use crate::domain::base::{Confidence, MatchStatus, Placement, Precision};
use crate::domain::{Datum, LonLat, Remark};
use crate::formats::csv::inert;
use crate::formats::sheet::{Sheet, SheetRow};
use crate::geocode::shift::gcj02_shift;
use crate::geocode::{Answer, Candidate};

/// What is added to every row; columns of these names that a row already has are from an earlier
/// time and give way.
pub(super) const COLUMNS: [&str; 15] = [
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
    "match_names",
    "match_candidates",
    "match_lon",
    "match_lat",
];

/// The position that a row came with, and where its name is surely known to be.
pub(super) type Pair = (LonLat, LonLat);

/// Holds what rows are located by.
#[derive(Debug, Clone, Copy)]
pub struct Locator<'a> {
    /// The gazetteer and the boundaries.
    pub places: &'a Places,
    /// Which columns hold what.
    pub roles: &'a Roles,
    /// What a person decided before.
    pub choices: &'a Choices,
    /// What the positions of the rows are measured against.
    pub datum: Datum,
    /// The country of rows that name none; empty for anywhere.
    pub country: &'a str,
}

/// Holds a row and what was found for it.
#[derive(Debug, Clone)]
pub struct Located<'a> {
    /// The row.
    pub row: &'a SheetRow,
    /// The text that was looked for.
    pub text: &'a str,
    /// The unit around it, as the row has it.
    pub within: &'a str,
    /// What the geocoder says of the text.
    pub answer: Answer,
    /// Where the row stands: by the geocoder, by its own position, or by a person's decision.
    pub placement: Placement,
    /// The place, if there is one.
    pub place: Option<Candidate>,
    /// Why it stands there.
    pub reason: Remark,
    /// The decision that was followed.
    pub choice: Option<Choice>,
}

impl Locator<'_> {
    /// Locates a row; a decision overrules, and then the position that it came with.
    ///
    /// # Errors
    ///
    /// [`InvalidList::NoCandidate`] when a candidate was chosen that is not there.
    pub fn locate<'r>(&'r self, row: &'r SheetRow) -> Result<Located<'r>, InvalidList> {
        let query = self.roles.query(row, self.country);
        let answer = self.places.gazetteer.geocode(query);
        let placement = answer.placement.clone();
        let place = answer.candidates.first().filter(|_| placement.position.is_some()).cloned();
        let reason = self.with_bad_code(row, answer.reason.clone());
        let (text, within) = (query.text, query.within);
        let choice = self.choices.choice(row.line, text, within);
        let mut located = Located { row, text, within, answer, placement, place, reason, choice };
        match choice {
            Some(choice) => located.choose(choice, self.places)?,
            None => match self.roles.given(row, self.datum) {
                Some(Ok(at)) => {
                    let reason = Remark::new("The row came with its position.", "该行自带坐标。");
                    located.stand_at(at, MatchStatus::Given, reason, self.places);
                }
                Some(Err(refused)) => {
                    let reason = Remark::new(
                        format!("The row's position is refused: {refused}."),
                        format!("该行坐标不可用：{refused}。"),
                    );
                    located.reason = reason.and(&located.reason);
                }
                None => {}
            },
        }
        Ok(located)
    }

    fn with_bad_code(&self, row: &SheetRow, reason: Remark) -> Remark {
        self.roles.bad_code(row).iter().fold(reason, |reason, code| {
            reason.and(&Remark::new(
                format!("`{code}` is no administrative code: write six digits."),
                format!("`{code}`不是行政区划代码：应为六位数字。"),
            ))
        })
    }
}

impl Located<'_> {
    /// Follows the decision of a person.
    fn choose(&mut self, choice: Choice, places: &Places) -> Result<(), InvalidList> {
        match choice {
            Choice::Candidate(number) => {
                let (line, count) = (self.row.line, self.answer.candidates.len());
                let chosen = self.answer.candidates.get(number - 1);
                let chosen = chosen.ok_or(InvalidList::NoCandidate { line, number, count })?;
                self.stand_as(chosen.clone());
            }
            Choice::CandidateAt { at, adcode } => {
                let is_chosen = |one: &&Candidate| {
                    one.standing.position == at && (adcode.is_none() || one.adcode == adcode)
                };
                match self.answer.candidates.iter().find(is_chosen).cloned() {
                    Some(chosen) => self.stand_as(chosen),
                    None => self.stand_where_placed(at, places),
                }
            }
            Choice::Position(at) => self.stand_where_placed(at, places),
            Choice::LeaveOut => {
                self.placement = Placement::nowhere(MatchStatus::NoMatch);
                self.place = None;
                self.reason = Remark::new("Left out by the user.", "由用户略去。");
                return Ok(());
            }
        }
        self.placement.confidence = Some(Confidence::High);
        Ok(())
    }

    /// Stands as the candidate that a person chose.
    fn stand_as(&mut self, chosen: Candidate) {
        self.placement.position = Some(chosen.standing.position);
        self.placement.precision = Some(chosen.standing.precision);
        self.placement.uncertainty_km = Some(chosen.standing.uncertainty_km);
        self.placement.match_status = MatchStatus::Pinned;
        self.placement.chain.adcode = chosen.adcode;
        self.place = Some(chosen);
        self.reason = Remark::new("Chosen by the user.", "由用户选定。");
    }

    /// Stands where a person placed it.
    fn stand_where_placed(&mut self, at: LonLat, places: &Places) {
        let reason = Remark::new("Placed by the user.", "由用户定位。");
        self.stand_at(at, MatchStatus::Pinned, reason, places);
    }

    /// Stands at a position that is not the geocoder's, in the unit around it.
    fn stand_at(&mut self, at: LonLat, status: MatchStatus, reason: Remark, places: &Places) {
        self.place = places.around(at);
        self.placement = Placement {
            position: Some(at),
            precision: Some(Precision::Given),
            ..Placement::nowhere(status)
        };
        self.placement.chain.adcode = self.place.as_ref().and_then(|place| place.adcode);
        self.reason = reason;
    }

    /// The position that the row came with, and where its name is surely known to be.
    pub(super) fn pair(&self) -> Option<Pair> {
        let is_sure = self.answer.placement.confidence == Some(Confidence::High);
        let known = self.answer.placement.position.filter(|_| is_sure)?;
        let is_given = self.placement.match_status == MatchStatus::Given;
        Some((self.placement.position.filter(|_| is_given)?, known))
    }

    /// Says so if the positions of a list seem to be in GCJ-02.
    #[must_use]
    pub fn datum_warning(located: &[Self]) -> Option<Remark> {
        let pairs: Vec<Pair> = located.iter().filter_map(Self::pair).collect();
        Self::shift_warning(&pairs)
    }

    /// Says so if positions lie off their places as those in GCJ-02 do.
    pub(super) fn shift_warning(pairs: &[Pair]) -> Option<Remark> {
        let shift = gcj02_shift(pairs)?;
        let (count, offset_m) = (shift.pairs, shift.offset_m);
        Some(Remark::new(
            format!(
                "{count} positions sit {offset_m:.0} m off their places in the direction of GCJ-02: they are likely Amap's or Tencent's; say --datum gcj02 (datum=gcj02), or bd09 for Baidu's"
            ),
            format!(
                "{count}个坐标沿GCJ-02方向偏离其地点约{offset_m:.0}米：很可能来自高德或腾讯；请选gcj02，百度坐标选bd09"
            ),
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
            _ if self.choice.is_some() => false,
            MatchStatus::Pinned | MatchStatus::Given => false,
            MatchStatus::Matched => self.placement.confidence != Some(Confidence::High),
            _ => true,
        }
    }

    /// Writes the header of the table: the rows' own columns and what was found.
    pub fn write_header(table: &mut csv::Writer<impl Write>, sheet: &Sheet) -> io::Result<()> {
        let own: Vec<_> = own_columns(sheet).map(|column| inert(&sheet.columns[column])).collect();
        table.write_record(own.iter().map(|name| &**name).chain(COLUMNS)).map_err(io::Error::other)
    }

    /// Writes the row with what was found.
    pub fn write_row(&self, table: &mut csv::Writer<impl Write>, sheet: &Sheet) -> io::Result<()> {
        let own = own_columns(sheet).map(|column| inert(&self.row.cells[column]).into_owned());
        table.write_record(own.chain(self.cells())).map_err(io::Error::other)
    }

    /// The names that were read from the text, as they were looked up.
    pub(super) fn names(&self) -> String {
        let names = self.answer.mentions.names.iter().map(|mention| mention.key.as_str());
        names.collect::<Vec<_>>().join("; ")
    }

    /// What could be meant, by name and code, the best first.
    pub(super) fn candidates(&self) -> String {
        let candidates = self.answer.candidates.iter().take(10).map(|one| match one.adcode {
            Some(code) => format!("{} {code}", one.name.name_zh),
            None => one.name.name.clone(),
        });
        candidates.collect::<Vec<_>>().join("; ")
    }

    fn cells(&self) -> [String; 15] {
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
            self.names(),
            self.candidates(),
            degrees(position.map(LonLat::lon)),
            degrees(position.map(LonLat::lat)),
        ]
    }
}

/// The columns of a sheet that are its own.
pub(super) fn own_columns(sheet: &Sheet) -> impl Iterator<Item = usize> {
    let is_own = |column: &usize| !COLUMNS.contains(&sheet.columns[*column].as_str());
    (0..sheet.columns.len()).filter(is_own)
}
