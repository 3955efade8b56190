//! Where is this place? One text by GET, a list of them by POST.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use super::ask::Ask;
use super::problem::Problem;
use super::reply;
use super::service::Service;
use crate::domain::base::{Confidence, Precision, UnitName};
use crate::domain::lon_lat::InvalidLonLat;
use crate::domain::{Adcode, Datum, LonLat, Remark};
use crate::formats::Format;
use crate::formats::sheet::Sheet;
use crate::geocode::shift::{Shift, gcj02_shift};
use crate::geocode::{Answer, Candidate, Query};
use crate::store::{Choices, Located, Roles};

/// The parameters of one text.
pub(super) const PARAMETERS: [&str; 5] = ["q", "country", "within", "limit", "f"];
/// How many candidates are answered unless asked otherwise.
pub(super) const DEFAULT_CANDIDATES: usize = 10;
/// How many candidates can be answered.
pub(super) const MAX_CANDIDATES: usize = 50;
/// How many rows a list can have.
pub(super) const MAX_ROWS: usize = 1_000;

/// The media type of tables.
const CSV: &str = "text/csv";
/// The header that names the lines of a table that could not be read.
const REFUSED_LINES: HeaderName = HeaderName::from_static("jidi-refused-lines");

/// One row of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    query: String,
    #[serde(default)]
    within: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    adcode: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    lon: Option<f64>,
    #[serde(default)]
    lat: Option<f64>,
}

/// A list of rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    rows: Vec<Row>,
}

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/geocode", get(one).post(list))
}

async fn one(State(service): State<Arc<Service>>, mut ask: Ask) -> Result<Response, Problem> {
    let geojson = Format::GeoJson.media_type();
    ask.media_type(&[("geojson", geojson), ("json", geojson), ("", reply::JSON)])?;
    let text = ask.query.take("q");
    let country = ask.query.take("country").unwrap_or_default();
    let within = ask.query.take("within").unwrap_or_default();
    let limit = ask.query.count("limit", DEFAULT_CANDIDATES, MAX_CANDIDATES)?;
    ask.query.finish(&PARAMETERS)?;
    let text = text.ok_or_else(|| Problem::parameter("q", "it is missing: give q=a place"))?;
    let gazetteer = &service.catalog.places.gazetteer;
    check_country(&service, &country)?;
    let query = Query { text: &text, within: &within, country: &country, ..Query::default() };
    let answer = gazetteer.geocode(query);
    let features: Vec<Json> =
        answer.candidates.iter().take(limit).map(|one| candidate_feature(one, &answer)).collect();
    let mut body = explained(&answer);
    body.insert("query".into(), json!({"q": text, "country": country, "within": within}));
    body.insert("features".into(), json!(features));
    Ok(reply::json(geojson, &Json::Object(body)))
}

/// Refuses a country that nobody knows: a text would silently find nothing there.
fn check_country(service: &Service, country: &str) -> Result<(), Problem> {
    if country.is_empty() || service.catalog.places.gazetteer.world().country(country).is_some() {
        return Ok(());
    }
    Err(Problem::parameter(
        "country",
        format!("`{country}` is no country: write an ISO 3166-1 code, such as CN"),
    ))
}

/// What an answer says beside its candidates.
fn explained(answer: &Answer) -> Map<String, Json> {
    let placement = &answer.placement;
    let keys: Vec<&str> =
        answer.mentions.names.iter().map(|mention| mention.key.as_str()).collect();
    let warnings: Vec<Json> = if answer.mentions.unread.is_empty() {
        Vec::new()
    } else {
        let unread = answer.mentions.unread.join(", ");
        let (message, message_zh) = (format!("Not read: {unread}."), format!("未识别：{unread}。"));
        vec![json!({"code": "unread", "message": message, "message_zh": message_zh})]
    };
    let members = json!({
        "type": "FeatureCollection",
        "status": placement.match_status.as_str(),
        "confidence": placement.confidence.map(Confidence::as_str),
        "reason": answer.reason.en,
        "reason_zh": answer.reason.zh,
        "normalized": keys.join(" "),
        "stripped": answer.mentions.stripped,
        "mentions": keys,
        "warnings": warnings,
    });
    match members {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}

fn candidate_feature(candidate: &Candidate, answer: &Answer) -> Json {
    let mut properties = candidate_properties(candidate);
    let is_answer = answer.placement.position == Some(candidate.standing.position);
    properties["confidence"] =
        json!(answer.placement.confidence.filter(|_| is_answer).map(Confidence::as_str));
    json!({
        "type": "Feature",
        "geometry": point(Some(candidate.standing.position)),
        "properties": properties,
    })
}

fn candidate_properties(candidate: &Candidate) -> Json {
    json!({
        "name": candidate.name.name,
        "name_zh": candidate.name.name_zh,
        "adcode": candidate.adcode.map(|code| code.to_string()),
        "level": candidate.level,
        "precision": candidate.standing.precision.as_str(),
        "uncertainty_km": candidate.standing.uncertainty_km,
        "score": (candidate.score * 1000.0).round() / 1000.0,
        "confidence": null,
        "chain": english(&candidate.chain),
        "chain_zh": chinese(&candidate.chain),
        "reason": candidate.reason.en,
        "reason_zh": candidate.reason.zh,
    })
}

fn english(chain: &[UnitName]) -> Vec<&str> {
    chain.iter().map(|unit| unit.name.as_str()).collect()
}

fn chinese(chain: &[UnitName]) -> Vec<&str> {
    chain.iter().map(|unit| unit.name_zh.as_str()).collect()
}

fn point(position: Option<LonLat>) -> Json {
    position.map_or(Json::Null, |at| json!({"type": "Point", "coordinates": [at.lon(), at.lat()]}))
}

async fn list(
    State(service): State<Arc<Service>>,
    mut ask: Ask,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let country = ask.query.take("country").unwrap_or_default();
    let datum: Datum = ask.query.read_as("datum", str::parse)?.unwrap_or_default();
    ask.query.finish(&["country", "datum"])?;
    check_country(&service, &country)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_owned();
    // A list takes longer than a worker of the server may be kept.
    let answered = tokio::task::spawn_blocking(move || match kind.as_str() {
        reply::JSON => json_list(&service, &body, &country, datum),
        CSV => csv_list(&service, &body, &country, datum),
        _ => Err(Problem::Body(format!(
            "send {}: {{\"rows\": [{{\"query\": \"常熟市\"}}]}}, or {CSV} with a header",
            reply::JSON
        ))),
    });
    answered.await.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR))?
}

/// Answers rows of JSON with one feature each.
fn json_list(
    service: &Service,
    body: &[u8],
    country: &str,
    datum: Datum,
) -> Result<Response, Problem> {
    let Rows { rows } = serde_json::from_slice(body).map_err(|error| {
        Problem::Body(format!("{error}; send {{\"rows\": [{{\"query\": \"常熟市\"}}]}}"))
    })?;
    if rows.len() > MAX_ROWS {
        let count = rows.len();
        return Err(Problem::Body(format!(
            "{count} rows are more than {MAX_ROWS}: send them in parts, or as {CSV}"
        )));
    }
    let features = rows
        .iter()
        .enumerate()
        .map(|(number, row)| row_feature(service, number, row, country, datum));
    let features: Vec<Json> = features.collect();
    let warnings = datum_warnings(service, &rows, country, datum);
    let body = json!({"type": "FeatureCollection", "warnings": warnings, "features": features});
    Ok(reply::json(Format::GeoJson.media_type(), &body))
}

/// Says so if the positions of the rows seem to be in GCJ-02.
fn datum_warnings(service: &Service, rows: &[Row], country: &str, datum: Datum) -> Vec<Json> {
    let gazetteer = &service.catalog.places.gazetteer;
    let pair = |row: &Row| {
        let given = LonLat::from_degrees(row.lon?, row.lat?).ok()?;
        let within = row.within.as_deref().unwrap_or_default();
        let known = gazetteer
            .geocode(Query { text: &row.query, within, country, ..Query::default() })
            .placement;
        let is_sure = known.confidence == Some(Confidence::High);
        Some((datum.to_wgs84(given), known.position.filter(|_| is_sure)?))
    };
    let pairs: Vec<(LonLat, LonLat)> = rows.iter().filter_map(pair).collect();
    let warning = |shift: Shift| {
        let message = format!(
            "{} positions sit {:.0} m off their places in the direction of GCJ-02: say datum=gcj02 if they are Amap's or Tencent's, bd09 if Baidu's",
            shift.pairs, shift.offset_m
        );
        json!({"code": "gcj02_shift", "message": message})
    };
    gcj02_shift(&pairs).map(warning).into_iter().collect()
}

/// Answers a table with the same table and what was found; rows that cannot be read are counted in a header.
fn csv_list(
    service: &Service,
    body: &[u8],
    country: &str,
    datum: Datum,
) -> Result<Response, Problem> {
    let refused = |error: &dyn std::fmt::Display| Problem::Body(error.to_string());
    let sheet = Sheet::read(body, false).map_err(|error| refused(&error))?;
    let roles = Roles::of(&sheet, None, None).map_err(|error| refused(&error))?;
    let gazetteer = &service.catalog.places.gazetteer;
    let answers: Vec<Answer> = sheet
        .rows
        .iter()
        .map(|row| gazetteer.geocode(Query { country, ..roles.query(row) }))
        .collect();
    let choices = Choices::default();
    let located = sheet.rows.iter().zip(&answers).map(|(row, answer)| {
        Located::new(row, answer, &choices, roles.query(row).text, roles.given(row, datum))
    });
    let located: Vec<Located<'_>> =
        located.collect::<Result<_, _>>().map_err(|error| refused(&error))?;
    let mut table = Vec::new();
    Located::write_table(&mut table, &sheet, &located).map_err(|error| refused(&error))?;
    let mut response = reply::bytes(CSV, table);
    let lines: Vec<String> =
        sheet.refused.iter().take(100).map(|row| row.line.to_string()).collect();
    if let Ok(lines) = HeaderValue::from_str(&lines.join(","))
        && !lines.is_empty()
    {
        response.headers_mut().insert(REFUSED_LINES, lines);
    }
    Ok(response)
}

/// Places one row; a row that cannot be read says why and stops no other.
fn row_feature(service: &Service, number: usize, row: &Row, country: &str, datum: Datum) -> Json {
    if let Some((lon, lat)) = row.lon.zip(row.lat) {
        let given = LonLat::from_degrees(lon, lat).map(|at| datum.to_wgs84(at));
        return given_feature(service, number, row, given);
    }
    let code = row.adcode.as_deref().filter(|code| !code.is_empty());
    let adcode: Option<Adcode> = code.and_then(|code| code.parse().ok());
    let answer = service.catalog.places.gazetteer.geocode(Query {
        text: &row.query,
        within: row.within.as_deref().unwrap_or_default(),
        country: row.country.as_deref().unwrap_or(country),
        adcode,
        name: row.name.as_deref().unwrap_or_default(),
    });
    let placement = &answer.placement;
    let best = answer.candidates.first().filter(|_| placement.position.is_some());
    let bad_code = code.filter(|_| adcode.is_none());
    let reason = bad_code.iter().fold(answer.reason.clone(), |reason, code| {
        reason.and(&Remark::new(
            format!("`{code}` is no administrative code: write six digits."),
            format!("`{code}`不是行政区划代码：应为六位数字。"),
        ))
    });
    let candidates: Vec<Json> = answer
        .candidates
        .iter()
        .take(DEFAULT_CANDIDATES)
        .map(|candidate| {
            let mut one = candidate_properties(candidate);
            one["lon"] = json!(candidate.standing.position.lon());
            one["lat"] = json!(candidate.standing.position.lat());
            one
        })
        .collect();
    let keys: Vec<&str> =
        answer.mentions.names.iter().map(|mention| mention.key.as_str()).collect();
    let chain: &[UnitName] = best.map_or(&[], |best| &best.chain);
    json!({
        "type": "Feature",
        "geometry": point(placement.position),
        "properties": {
            "row": number,
            "query": row.query,
            "match_status": placement.match_status.as_str(),
            "confidence": placement.confidence.map(Confidence::as_str),
            "precision": placement.precision.map(Precision::as_str),
            "uncertainty_km": placement.uncertainty_km,
            "name": best.map(|best| best.name.name.as_str()),
            "name_zh": best.map(|best| best.name.name_zh.as_str()),
            "adcode": best.and_then(|best| best.adcode).map(|code| code.to_string()),
            "level": best.map(|best| best.level),
            "chain": english(chain),
            "chain_zh": chinese(chain),
            "reason": reason.en,
            "reason_zh": reason.zh,
            "normalized": keys.join(" "),
            "stripped": answer.mentions.stripped,
            "candidates": candidates,
        },
    })
}

/// Keeps the position that a row came with, and names the county around it.
fn given_feature(
    service: &Service,
    number: usize,
    row: &Row,
    given: Result<LonLat, InvalidLonLat>,
) -> Json {
    let places = &service.catalog.places;
    let position = given.ok();
    let unit = position
        .and_then(|at| places.reverse.locate(&places.gazetteer, at))
        .map(|located| located.unit);
    let chain = unit.map(|unit| places.gazetteer.chain(unit)).unwrap_or_default();
    let units: Vec<UnitName> =
        [chain.province, chain.prefecture, chain.county].into_iter().flatten().collect();
    let reason = match given {
        Ok(_) => Remark::new("The row came with its position.", "该行自带坐标。"),
        Err(refused) => Remark::new(
            format!("The row's position is refused: {refused}."),
            format!("该行坐标不可用：{refused}。"),
        ),
    };
    json!({
        "type": "Feature",
        "geometry": point(position),
        "properties": {
            "row": number,
            "query": row.query,
            "match_status": if position.is_some() { "given" } else { "no_match" },
            "confidence": null,
            "precision": position.map(|_| "given"),
            "uncertainty_km": null,
            "name": units.last().map(|unit| unit.name.as_str()),
            "name_zh": units.last().map(|unit| unit.name_zh.as_str()),
            "adcode": chain.adcode.map(|code| code.to_string()),
            "level": null,
            "chain": english(&units),
            "chain_zh": chinese(&units),
            "reason": reason.en,
            "reason_zh": reason.zh,
            "normalized": null,
            "stripped": [],
            "candidates": [],
        },
    })
}
