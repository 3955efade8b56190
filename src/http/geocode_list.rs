//! Where are these places? Lists by POST, answered row by row while they are located.

use std::io::{self, Write};
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::geocode::check_country;
use super::geocode_json::{row_feature, warning};
use super::problem::Problem;
use super::reply;
use super::service::Service;
use super::streamed;
use crate::domain::{Datum, Remark};
use crate::formats::Format;
use crate::formats::sheet::{InvalidSheet, Sheet, SheetKind};
use crate::store::{Choices, Located, Locator, Places, Roles};

/// The parameters of a list.
pub(super) const PARAMETERS: [&str; 3] = ["country", "datum", "f"];

/// The header that names the lines of a table that could not be read.
const REFUSED_LINES: HeaderName = HeaderName::from_static("jidi-refused-lines");
/// The header that warns of a list as a whole.
const WARNING: HeaderName = HeaderName::from_static("jidi-warning");

/// How many lines the header names.
const MOST_REFUSED_LINES: usize = 100;
/// How many positions are looked at before the answer begins, to see if they are in GCJ-02.
const PROBED_ROWS: usize = 1_000;

/// Holds a list, read.
struct List {
    places: Arc<Places>,
    sheet: Sheet,
    roles: Roles,
    choices: Choices,
    datum: Datum,
    country: String,
}

pub(super) async fn list(
    State(service): State<Arc<Service>>,
    mut ask: Ask,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let kind = SheetKind::from_media_type(&kind.to_ascii_lowercase()).ok_or_else(|| {
        Problem::Body(format!(
            "`{kind}` is not read here: send {}",
            SheetKind::MEDIA_TYPES.join(", ")
        ))
    })?;
    if let Some(coding) = headers.get(header::CONTENT_ENCODING) {
        let coding = coding.to_str().unwrap_or_default();
        return Err(Problem::Body(format!("`{coding}` is not unpacked here: send it as it is")));
    }
    let format = answer_format(&mut ask, kind)?;
    let country = ask.query.take("country").unwrap_or_default();
    let datum: Datum = ask.query.read_as("datum", str::parse)?.unwrap_or_default();
    ask.query.finish(&PARAMETERS)?;
    check_country(&service, &country)?;
    // A list takes longer than a worker of the server may be kept.
    let most = service.limits.most(service.limits.list_rows);
    let read = tokio::task::spawn_blocking(move || {
        let places = Arc::clone(&service.catalog().places);
        let refused = |error: &dyn std::fmt::Display| Problem::Body(error.to_string());
        let sheet = Sheet::read(&body, kind, most).map_err(|error| match error {
            InvalidSheet::Unpacked(_) => {
                Problem::HoldsTooMuch(format!("{error} (see --max-unpacked-mib)"))
            }
            _ => refused(&error),
        })?;
        let is_nothing = sheet.rows.is_empty() && sheet.columns.is_empty();
        let roles = if is_nothing {
            Roles::default()
        } else {
            Roles::of(&sheet, None, None).map_err(|error| refused(&error))?
        };
        let list = List { places, sheet, roles, choices: Choices::default(), datum, country };
        let warnings = list.warnings();
        Ok::<_, Problem>((list, warnings))
    });
    let (list, warnings) =
        read.await.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR))??;
    Ok(list.answer(format, warnings))
}

/// The format of the answer: what is asked for, else a table for a table and GeoJSON for JSON.
fn answer_format(ask: &mut Ask, kind: SheetKind) -> Result<Format, Problem> {
    let geojson = Format::GeoJson.media_type();
    let json = [("geojson", geojson), ("json", geojson), ("", reply::JSON)];
    let csv = [("csv", Format::Csv.media_type())];
    let served = match kind {
        SheetKind::Json => [&json[..], &csv].concat(),
        _ => [&csv[..], &json].concat(),
    };
    let media_type = ask.media_type(&served)?;
    Ok(if media_type == Format::Csv.media_type() { Format::Csv } else { Format::GeoJson })
}

impl List {
    fn locator(&self) -> Locator<'_> {
        Locator {
            places: &self.places,
            roles: &self.roles,
            choices: &self.choices,
            datum: self.datum,
            country: &self.country,
        }
    }

    /// Says so if the positions of the first rows that have one seem to be in GCJ-02.
    fn datum_warning(&self) -> Option<Remark> {
        let locator = self.locator();
        let given =
            self.sheet.rows.iter().filter(|row| self.roles.given(row, self.datum).is_some());
        let probed: Vec<Located<'_>> =
            given.take(PROBED_ROWS).filter_map(|row| locator.locate(row).ok()).collect();
        Located::datum_warning(&probed)
    }

    /// What is said of the list as a whole.
    fn warnings(&self) -> Vec<(&'static str, Remark)> {
        let datum = self.datum_warning().map(|remark| ("gcj02_shift", remark));
        datum.into_iter().chain(self.sheet.warnings.iter().cloned()).collect()
    }

    /// Answers with headers that say what the body has no place for.
    fn answer(self, format: Format, warnings: Vec<(&'static str, Remark)>) -> Response {
        let lines: Vec<String> =
            self.sheet.refused.iter().map(|row| row.line.to_string()).collect();
        let lines = lines[..lines.len().min(MOST_REFUSED_LINES)].join(",");
        let words = warnings.iter().map(|(_, remark)| remark.en.as_str());
        let words = words.collect::<Vec<_>>().join(" ");
        let body = streamed::body(move |out| match format {
            Format::Csv => self.write_table(out),
            _ => self.write_features(out, &warnings),
        });
        let mut response = reply::bytes(format.media_type(), body);
        for (name, text) in [(REFUSED_LINES, lines), (WARNING, words)] {
            if let Ok(value) = HeaderValue::from_str(&text)
                && !text.is_empty()
            {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }

    /// Writes the same table with what was found.
    fn write_table(&self, out: &mut dyn Write) -> io::Result<()> {
        let locator = self.locator();
        let mut table = csv::Writer::from_writer(out);
        Located::write_header(&mut table, &self.sheet)?;
        for row in &self.sheet.rows {
            let located = locator.locate(row).map_err(io::Error::other)?;
            located.write_row(&mut table, &self.sheet)?;
        }
        table.flush()
    }

    /// Writes one feature a row; rows that could not be read stand beside them.
    fn write_features(&self, out: &mut dyn Write, warnings: &[(&str, Remark)]) -> io::Result<()> {
        let locator = self.locator();
        let warnings: Vec<Json> =
            warnings.iter().map(|(code, remark)| warning(code, remark)).collect();
        let refused = self
            .sheet
            .refused
            .iter()
            .map(|row| json!({"line": row.line, "value": row.value, "reason": row.reason}));
        let refused: Vec<Json> = refused.collect();
        let (warnings, refused) = (json!(warnings), json!(refused));
        write!(
            out,
            r#"{{"type":"FeatureCollection","warnings":{warnings},"refused":{refused},"features":["#
        )?;
        for (number, row) in self.sheet.rows.iter().enumerate() {
            let located = locator.locate(row).map_err(io::Error::other)?;
            out.write_all(if number == 0 { b"\n" } else { b",\n" })?;
            serde_json::to_writer(&mut *out, &row_feature(&self.sheet, number, &located))?;
        }
        out.write_all(b"\n]}\n")
    }
}
