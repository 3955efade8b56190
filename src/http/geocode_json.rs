//! Answers of the geocoder as JSON.

use serde_json::{Map, Value as Json, json};

use super::geocode::DEFAULT_CANDIDATES;
use crate::domain::base::{Confidence, Precision, UnitName};
use crate::domain::{LonLat, Remark};
use crate::formats::geojson;
use crate::formats::sheet::Sheet;
use crate::geocode::Answer;
use crate::store::Located;

/// What an answer says beside its candidates.
pub(super) fn explained(answer: &Answer) -> Map<String, Json> {
    let placement = &answer.placement;
    let keys = keys(answer);
    let unread = answer.mentions.unread.join(", ");
    let warnings = if unread.is_empty() {
        Vec::new()
    } else {
        let remark = Remark::new(format!("Not read: {unread}."), format!("未识别：{unread}。"));
        vec![warning("unread", &remark)]
    };
    object(json!({
        "type": "FeatureCollection",
        "status": placement.match_status.as_str(),
        "confidence": placement.confidence.map(Confidence::as_str),
        "reason": answer.reason.en,
        "reason_zh": answer.reason.zh,
        "normalized": keys.join(" "),
        "stripped": answer.mentions.stripped,
        "mentions": keys,
        "warnings": warnings,
    }))
}

/// A warning in both languages.
pub(super) fn warning(code: &str, remark: &Remark) -> Json {
    json!({"code": code, "message": remark.en, "message_zh": remark.zh})
}

/// One candidate of an answer, by its number from 0, as a feature.
pub(super) fn candidate_feature(answer: &Answer, number: usize) -> Json {
    json!({
        "type": "Feature",
        "geometry": point(Some(answer.candidates[number].standing.position)),
        "properties": candidate(answer, number),
    })
}

fn candidate(answer: &Answer, number: usize) -> Json {
    let candidate = &answer.candidates[number];
    json!({
        "name": candidate.name.name,
        "name_zh": candidate.name.name_zh,
        "adcode": candidate.adcode.map(|code| code.to_string()),
        "level": candidate.level,
        "precision": candidate.standing.precision.as_str(),
        "uncertainty_km": candidate.standing.uncertainty_km,
        "score": (candidate.score * 1000.0).round() / 1000.0,
        "confidence": answer.confidence_of(number).as_str(),
        "chain": english(&candidate.chain),
        "chain_zh": chinese(&candidate.chain),
        "reason": candidate.reason.en,
        "reason_zh": candidate.reason.zh,
    })
}

/// One row of a list as a feature: its own columns, and what was found.
///
/// A column that is called as a member of the answer, and says something else, gets `input_` before
/// its name.
pub(super) fn row_feature(sheet: &Sheet, row: usize, one: &Located<'_>) -> Json {
    let found = found(row, one);
    let mut properties = Map::new();
    for (column, name) in sheet.columns.iter().enumerate() {
        let value = geojson::value(&sheet.value(one.row, column));
        match found.get(name) {
            None => {
                properties.insert(name.clone(), value);
            }
            Some(same) if *same == value => {}
            Some(_) => {
                properties.insert(format!("input_{name}"), value);
            }
        }
    }
    properties.extend(found);
    json!({"type": "Feature", "geometry": point(one.placement.position), "properties": properties})
}

/// What was found for a row.
fn found(row: usize, one: &Located<'_>) -> Map<String, Json> {
    let (placement, answer) = (&one.placement, &one.answer);
    let place = one.place.as_ref();
    let chain: &[UnitName] = place.map_or(&[], |place| &place.chain);
    let count = answer.candidates.len().min(DEFAULT_CANDIDATES);
    object(json!({
        "row": row,
        "line": one.row.line,
        "query": one.text,
        "match_status": one.status(),
        "confidence": placement.confidence.map(Confidence::as_str),
        "precision": placement.precision.map(Precision::as_str),
        "uncertainty_km": placement.uncertainty_km,
        "name": place.map(|place| place.name.name.as_str()),
        "name_zh": place.map(|place| place.name.name_zh.as_str()),
        "adcode": place.and_then(|place| place.adcode).map(|code| code.to_string()),
        "level": place.map(|place| place.level),
        "chain": english(chain),
        "chain_zh": chinese(chain),
        "reason": one.reason.en,
        "reason_zh": one.reason.zh,
        "normalized": keys(answer).join(" "),
        "stripped": answer.mentions.stripped,
        "mentions": keys(answer),
        "unread": answer.mentions.unread,
        "candidates": (0..count).map(|number| placed_candidate(answer, number)).collect::<Vec<_>>(),
    }))
}

/// A candidate with its position, where no geometry can hold it.
fn placed_candidate(answer: &Answer, number: usize) -> Json {
    let mut one = candidate(answer, number);
    let at = answer.candidates[number].standing.position;
    one["lon"] = json!(at.lon());
    one["lat"] = json!(at.lat());
    one
}

fn keys(answer: &Answer) -> Vec<&str> {
    answer.mentions.names.iter().map(|mention| mention.key.as_str()).collect()
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

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}
