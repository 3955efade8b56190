//! The rows of a list with what was found for each.

use std::io::{self, Write};

use super::review::{Choice, Pins};
use crate::domain::base::{Confidence, MatchStatus, Placement, Precision};
use crate::domain::{Datum, LonLat};
use crate::formats::sheet::{Sheet, SheetRow};
use crate::geocode::{Answer, Candidate, Query};

/// Names of columns by what they hold, in English and Chinese.
const NAMES: [&str; 10] =
    ["name", "base", "hub", "company", "title", "名称", "名字", "基地", "企业名称", "单位"];
const PLACES: [&str; 10] =
    ["place", "address", "location", "city", "place_zh", "地址", "地点", "所在地", "位置", "城市"];
const PROVINCES: [&str; 6] = ["province", "within", "province_zh", "省", "省份", "所在省"];
const CODES: [&str; 5] = ["adcode", "code", "代码", "区划代码", "行政区划代码"];
const LONS: [&str; 6] = ["lon", "lng", "longitude", "x", "经度", "东经"];
const LATS: [&str; 5] = ["lat", "latitude", "y", "纬度", "北纬"];

/// What is added to every row.
const COLUMNS: [&str; 12] = [
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
    "match_lon",
    "match_lat",
];

/// Says which columns hold what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Roles {
    name: Option<usize>,
    place: Option<usize>,
    province: Option<usize>,
    code: Option<usize>,
    lon: Option<usize>,
    lat: Option<usize>,
}

impl Roles {
    /// Finds the columns by their names, unless the user names them.
    pub(super) fn of(
        sheet: &Sheet,
        name: Option<&str>,
        place: Option<&str>,
    ) -> anyhow::Result<Self> {
        let named = |given: Option<&str>, known: &[&str]| match given {
            None => Ok(sheet.column(known)),
            Some(given) => sheet.column(&[given]).map(Some).ok_or_else(|| {
                anyhow::anyhow!(
                    "there is no column `{given}`: there are {}",
                    sheet.columns.join(", ")
                )
            }),
        };
        let roles = Self {
            name: named(name, &NAMES)?,
            place: named(place, &PLACES)?,
            province: sheet.column(&PROVINCES),
            code: sheet.column(&CODES),
            lon: sheet.column(&LONS),
            lat: sheet.column(&LATS),
        };
        if roles.name.is_none() && roles.place.is_none() {
            anyhow::bail!(
                "no column is called name, place, 名称 or 地址: say which with --name COL or --place COL; there are {}",
                sheet.columns.join(", ")
            );
        }
        Ok(roles)
    }

    /// Says in words which column was taken for what.
    pub(super) fn in_words(&self, sheet: &Sheet) -> String {
        let roles = [
            ("name", self.name),
            ("place", self.place),
            ("province", self.province),
            ("code", self.code),
            ("longitude", self.lon),
            ("latitude", self.lat),
        ];
        let words = roles.iter().filter_map(|(role, column)| {
            Some(format!("{role} from `{}`", sheet.columns[(*column)?]))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// What a row asks.
    pub(super) fn query<'a>(&self, row: &'a SheetRow) -> Query<'a> {
        let cell = |column: Option<usize>| column.map_or("", |column| row.cells[column].as_str());
        let (name, place) = (cell(self.name), cell(self.place));
        Query {
            text: if place.is_empty() { name } else { place },
            within: cell(self.province),
            adcode: cell(self.code).parse().ok(),
            name,
            ..Query::default()
        }
    }

    /// The position that a row comes with; an error when it comes with numbers that are none.
    pub(super) fn given(&self, row: &SheetRow, datum: Datum) -> Option<Result<LonLat, String>> {
        let (lon, lat) = (&row.cells[self.lon?], &row.cells[self.lat?]);
        if lon.is_empty() && lat.is_empty() {
            return None;
        }
        let given = format!("{lon},{lat}").parse::<LonLat>();
        Some(given.map(|at| datum.to_wgs84(at)).map_err(|error| error.to_string()))
    }
}

/// Holds a row and what was found for it.
pub(super) struct Located<'a> {
    /// The row.
    pub(super) row: &'a SheetRow,
    /// The text that was looked for.
    pub(super) text: &'a str,
    /// What the geocoder answered.
    pub(super) answer: &'a Answer,
    placement: Placement,
    place: Option<Candidate>,
    reason: String,
}

impl<'a> Located<'a> {
    /// Puts a row and its answer together; a decision of the user overrules.
    pub(super) fn new(
        row: &'a SheetRow,
        answer: &'a Answer,
        pins: &Pins,
        text: &'a str,
        given: Option<Result<LonLat, String>>,
    ) -> anyhow::Result<Self> {
        let mut placement = answer.placement.clone();
        let mut place = answer.candidates.first().filter(|_| placement.position.is_some()).cloned();
        let mut reason = answer.reason.clone();
        match pins.choice(row.line, text) {
            Some(Choice::Candidate(number)) => {
                let chosen = answer.candidates.get(number - 1).ok_or_else(|| {
                    anyhow::anyhow!(
                        "line {}: `choose` is {number}, and there are {} candidates",
                        row.line,
                        answer.candidates.len()
                    )
                })?;
                placement.position = Some(chosen.standing.position);
                placement.precision = Some(chosen.standing.precision);
                placement.uncertainty_km = Some(chosen.standing.uncertainty_km);
                placement.chain.adcode = chosen.adcode;
                place = Some(chosen.clone());
                pin(&mut placement);
                "Chosen by the user.".clone_into(&mut reason);
            }
            Some(Choice::Position(at)) => {
                placement.position = Some(at);
                placement.precision = Some(Precision::Given);
                placement.uncertainty_km = None;
                place = None;
                pin(&mut placement);
                "Placed by the user.".clone_into(&mut reason);
            }
            None => match given {
                Some(Ok(at)) => {
                    placement.position = Some(at);
                    placement.precision = Some(Precision::Given);
                    placement.match_status = MatchStatus::Given;
                    (placement.uncertainty_km, placement.confidence) = (None, None);
                    "The row came with its position.".clone_into(&mut reason);
                }
                Some(Err(refused)) => {
                    reason = format!("The row's position is refused: {refused}. {reason}");
                }
                None => {}
            },
        }
        Ok(Self { row, text, answer, placement, place, reason })
    }

    /// The word for how the row was placed.
    pub(super) fn status(&self) -> &'static str {
        self.placement.match_status.as_str()
    }

    /// Says whether a person should look at the row.
    pub(super) fn needs_review(&self) -> bool {
        match self.placement.match_status {
            MatchStatus::Pinned | MatchStatus::Given => false,
            MatchStatus::Matched => self.placement.confidence != Some(Confidence::High),
            _ => true,
        }
    }

    /// Writes every row with its own columns and what was found.
    pub(super) fn write_table(
        out: &mut dyn Write,
        sheet: &Sheet,
        located: &[Self],
    ) -> io::Result<()> {
        let mut table = csv::Writer::from_writer(out);
        let own = sheet.columns.iter().map(String::as_str);
        table.write_record(own.chain(COLUMNS)).map_err(io::Error::other)?;
        for one in located {
            let own = one.row.cells.iter().cloned();
            table.write_record(own.chain(one.cells())).map_err(io::Error::other)?;
        }
        table.flush()
    }

    fn cells(&self) -> [String; 12] {
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
            self.reason.clone(),
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
