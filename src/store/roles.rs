//! Which columns of a list hold what.

use crate::domain::{Adcode, Datum, LonLat};
use crate::formats::sheet::{Sheet, SheetRow};
use crate::geocode::Query;

/// Names of columns by what they hold, in English and Chinese.
const NAMES: [&str; 10] =
    ["name", "base", "hub", "company", "title", "名称", "名字", "基地", "企业名称", "单位"];
const PLACES: [&str; 11] = [
    "query",
    "place",
    "address",
    "location",
    "city",
    "place_zh",
    "地址",
    "地点",
    "所在地",
    "位置",
    "城市",
];
const PROVINCES: [&str; 6] = ["province", "within", "province_zh", "省", "省份", "所在省"];
const COUNTRIES: [&str; 4] = ["country", "country_code", "国家", "国别"];
const CODES: [&str; 5] = ["adcode", "code", "代码", "区划代码", "行政区划代码"];
const LONS: [&str; 7] = ["geometry_lon", "lon", "lng", "longitude", "x", "经度", "东经"];
const LATS: [&str; 6] = ["geometry_lat", "lat", "latitude", "y", "纬度", "北纬"];

/// Names of columns that hold industries, the surest first.
const INDUSTRIES: [&str; 12] = [
    "industry",
    "industry_zh",
    "sector",
    "industries",
    "行业",
    "产业",
    "所属行业",
    "行业名称",
    "行业类别",
    "主导产业",
    "产业名称",
    "industry_name",
];

/// Finds the column that holds industries, among names of columns.
pub fn industry_column<'a>(names: impl Iterator<Item = &'a str>) -> Option<usize> {
    let names: Vec<&str> = names.collect();
    INDUSTRIES
        .iter()
        .find_map(|known| names.iter().position(|name| name.trim().eq_ignore_ascii_case(known)))
}

/// A list that cannot be located as it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidList {
    /// A column that is named is not there.
    #[error("there is no column `{name}`: there are {columns}")]
    NoColumn {
        /// The column named.
        name: String,
        /// Those that are there.
        columns: String,
    },
    /// No column says where anything is.
    #[error(
        "no column is called name, place, 名称 or 地址: say which holds the name or the place; there are {0}"
    )]
    NoPlace(String),
    /// No column says where anything is, and nothing may be looked up.
    #[error(
        "no columns are called lon and lat, or 经度 and 纬度: say --geocode to place the rows by their names; there are {0}"
    )]
    NoPosition(String),
    /// A candidate that is chosen is not there.
    #[error("line {line}: `choose` is {number}, and there are {count} candidates")]
    NoCandidate {
        /// The line of the row.
        line: u64,
        /// The number chosen.
        number: usize,
        /// How many there are.
        count: usize,
    },
}

/// Says which columns hold what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roles {
    name: Option<usize>,
    place: Option<usize>,
    province: Option<usize>,
    country: Option<usize>,
    code: Option<usize>,
    lon: Option<usize>,
    lat: Option<usize>,
}

impl Roles {
    /// Finds the columns by their names, unless the user names them.
    pub fn of(sheet: &Sheet, name: Option<&str>, place: Option<&str>) -> Result<Self, InvalidList> {
        let named = |given: Option<&str>, known: &[&str]| match given {
            None => Ok(sheet.column(known)),
            Some(given) => sheet.column(&[given]).map(Some).ok_or_else(|| {
                let columns = sheet.columns.join(", ");
                InvalidList::NoColumn { name: given.to_owned(), columns }
            }),
        };
        let roles = Self {
            name: named(name, &NAMES)?,
            place: named(place, &PLACES)?,
            province: sheet.column(&PROVINCES),
            country: sheet.column(&COUNTRIES),
            code: sheet.column(&CODES),
            lon: sheet.column(&LONS),
            lat: sheet.column(&LATS),
        };
        if roles.name.is_none() && roles.place.is_none() {
            return Err(InvalidList::NoPlace(sheet.columns.join(", ")));
        }
        Ok(roles)
    }

    /// Says in words which column was taken for what.
    #[must_use]
    pub fn in_words(&self, sheet: &Sheet) -> String {
        let roles = [
            ("name", self.name),
            ("place", self.place),
            ("province", self.province),
            ("country", self.country),
            ("code", self.code),
            ("longitude", self.lon),
            ("latitude", self.lat),
        ];
        let words = roles.iter().filter_map(|(role, column)| {
            Some(format!("{role} from `{}`", sheet.columns[(*column)?]))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// What a row asks: in its own country, or else in the one that is given.
    #[must_use]
    pub fn query<'a>(&self, row: &'a SheetRow, country: &'a str) -> Query<'a> {
        let (name, place) = (cell(row, self.name), cell(row, self.place));
        let own_country = cell(row, self.country);
        Query {
            text: if place.is_empty() { name } else { place },
            within: cell(row, self.province),
            country: if own_country.is_empty() { country } else { own_country },
            adcode: cell(row, self.code).parse().ok(),
            name,
        }
    }

    /// The code of a row that is none, as it stands there.
    #[must_use]
    pub fn bad_code<'a>(&self, row: &'a SheetRow) -> Option<&'a str> {
        let code = cell(row, self.code);
        (!code.is_empty() && code.parse::<Adcode>().is_err()).then_some(code)
    }

    /// The position that a row comes with; an error when it comes with numbers that are none.
    #[must_use]
    pub fn given(&self, row: &SheetRow, datum: Datum) -> Option<Result<LonLat, String>> {
        let (lon, lat) = (&row.cells[self.lon?], &row.cells[self.lat?]);
        if lon.is_empty() && lat.is_empty() {
            return None;
        }
        let given = format!("{lon},{lat}").parse::<LonLat>();
        Some(given.map(|at| datum.to_wgs84(at)).map_err(|error| error.to_string()))
    }
}

fn cell(row: &SheetRow, column: Option<usize>) -> &str {
    column.map_or("", |column| row.cells[column].as_str())
}
