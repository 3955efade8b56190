//! Sheets as JSON: rows that are objects, or the point features of a GeoJSON FeatureCollection.

use serde_json::{Map, Value as Json};

use super::super::heights::{has_heights, left_aside};
use super::{InvalidSheet, RefusedRow, Said, Seen, Sheet, SheetRow, beginning, check_size};

/// The columns that a feature's point goes into, and those for features that have their own of that name.
const POINT_COLUMNS: [[&str; 2]; 2] = [["lon", "lat"], ["geometry_lon", "geometry_lat"]];

/// Reads `{"rows": [{…}]}`, `[{…}]` or a FeatureCollection.
pub(super) fn read(bytes: &[u8], most_rows: usize) -> Result<Sheet, InvalidSheet> {
    let refused = |reason: String| InvalidSheet::Json(reason);
    let body: Json = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    match body {
        Json::Array(rows) => table(rows.into_iter().map(object).collect(), most_rows),
        Json::Object(mut members) => match members.get("type").and_then(Json::as_str) {
            Some("FeatureCollection") => match members.remove("features") {
                Some(Json::Array(features)) => collection(features, most_rows),
                _ => Err(refused("a FeatureCollection has `features`".to_owned())),
            },
            _ => match members.remove("rows") {
                Some(Json::Array(rows)) => match members.keys().next() {
                    None => table(rows.into_iter().map(object).collect(), most_rows),
                    Some(name) => Err(refused(format!("unknown field `{name}` beside `rows`"))),
                },
                _ => Err(refused("`rows` is no list".to_owned())),
            },
        },
        _ => Err(refused("neither rows nor features".to_owned())),
    }
}

/// A row, or the value that is none and why.
type Row = Result<Map<String, Json>, (Json, String)>;

fn object(row: Json) -> Row {
    match row {
        Json::Object(members) => Ok(members),
        other => Err((other, "not an object".to_owned())),
    }
}

/// Reads features: properties are columns, and points are positions.
fn collection(features: Vec<Json>, most_rows: usize) -> Result<Sheet, InvalidSheet> {
    let has_own = |names: &[&str; 2]| {
        let has =
            |feature: &Json| names.iter().any(|name| feature["properties"].get(name).is_some());
        features.iter().any(has)
    };
    let names = if has_own(&POINT_COLUMNS[0]) { POINT_COLUMNS[1] } else { POINT_COLUMNS[0] };
    let with_heights = features.iter().filter(|one| has_heights(&one["geometry"])).count();
    let heights = (with_heights > 0).then(|| ("heights", left_aside(with_heights)));
    let rows = features.into_iter().map(|feature| feature_row(feature, names)).collect();
    Ok(Sheet { warnings: heights.into_iter().collect(), ..table(rows, most_rows)? })
}

fn feature_row(mut feature: Json, point_columns: [&str; 2]) -> Row {
    let properties = feature.get_mut("properties").map(Json::take);
    let mut row = match properties {
        Some(Json::Object(members)) => members,
        Some(Json::Null) | None if feature.is_object() => Map::new(),
        _ => return Err((feature, "not a feature".to_owned())),
    };
    if let Some(id) = feature.get("id").filter(|_| !row.contains_key("id")) {
        row.insert("id".to_owned(), id.clone());
    }
    let geometry = feature.get("geometry").unwrap_or(&Json::Null);
    match (geometry.is_null(), geometry["type"].as_str(), geometry["coordinates"].as_array()) {
        (true, ..) => {}
        (_, Some("Point"), Some(at)) if at.len() >= 2 => {
            for (name, degrees) in point_columns.iter().zip(at) {
                row.insert((*name).to_owned(), degrees.clone());
            }
        }
        (_, kind, _) => {
            let reason = match kind {
                Some("Point") => "its point has no two coordinates".to_owned(),
                _ => format!("its geometry is a {}, not a point", kind.unwrap_or("thing")),
            };
            return Err((Json::Object(row), reason));
        }
    }
    Ok(row)
}

/// Puts rows under the columns that any of them has, in the order in which they first appear.
fn table(rows: Vec<Row>, most_rows: usize) -> Result<Sheet, InvalidSheet> {
    let mut columns: Map<String, Json> = Map::new();
    for name in rows.iter().flatten().flat_map(Map::keys) {
        if !columns.contains_key(name) {
            columns.insert(name.clone(), Json::Null);
            check_size(0, columns.len(), 0)?;
        }
    }
    check_size(rows.len(), columns.len(), most_rows)?;
    let columns: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let mut seen = vec![Seen::Nothing; columns.len()];
    let mut sheet = Sheet::empty(columns, "JSON");
    for (line, row) in (1..).zip(rows) {
        match row {
            Ok(row) => {
                let cells: Vec<&Json> =
                    sheet.columns.iter().map(|name| row.get(name).unwrap_or(&Json::Null)).collect();
                for (seen, cell) in seen.iter_mut().zip(&cells).filter(|(_, cell)| !cell.is_null())
                {
                    *seen = seen.and(said(cell));
                }
                let cells = cells.into_iter().map(cell).collect();
                sheet.rows.push(SheetRow::new(line, cells));
            }
            Err((value, reason)) => {
                sheet.refused.push(RefusedRow {
                    line,
                    value: beginning(&value.to_string()),
                    reason,
                });
            }
        }
    }
    sheet.kinds = seen.into_iter().map(Seen::kind).collect();
    Ok(sheet)
}

fn said(value: &Json) -> Said {
    match value {
        Json::Bool(_) => Said::Boolean,
        other => other.as_f64().map_or(Said::Text, Said::Number),
    }
}

fn cell(value: &Json) -> String {
    match value {
        Json::Null => String::new(),
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) if number.is_f64() => number.as_f64().unwrap_or(0.0).to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FieldType, Value};

    #[test]
    fn rows_have_the_columns_that_any_of_them_has_and_numbers_stay_numbers() {
        let sheet = read(
            r#"{"rows":[{"query":"常熟","staff":120},"no row",{"lon":120.5,"query":" 太仓 "}]}"#
                .as_bytes(),
            3,
        )
        .unwrap();
        assert_eq!(sheet.columns, ["query", "staff", "lon"]);
        assert_eq!(sheet.kinds, [FieldType::Text, FieldType::Integer, FieldType::Real]);
        assert_eq!(sheet.value(&sheet.rows[0], 1), Value::Integer(120));
        assert_eq!(
            sheet.rows[1],
            SheetRow::new(3, vec!["太仓".into(), String::new(), "120.5".into()])
        );
        assert_eq!((sheet.refused[0].line, sheet.refused[0].value.as_str()), (2, "\"no row\""));
    }

    #[test]
    fn features_bring_their_points_and_other_shapes_are_listed() {
        let sheet = read(
            br#"{"type":"FeatureCollection","features":[
                {"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[120.5,31.5,7]},"properties":{"name":"a","lon":1}},
                {"type":"Feature","geometry":null,"properties":{"name":"b"}},
                {"type":"Feature","geometry":{"type":"LineString","coordinates":[]},"properties":{"name":"c"}},
                {"type":"Feature","geometry":{"type":"Point","coordinates":[]},"properties":{"name":"d"}}]}"#,
            4,
        )
        .unwrap();
        assert_eq!(sheet.columns, ["name", "lon", "id", "geometry_lon", "geometry_lat"]);
        assert_eq!(sheet.rows.len(), 2);
        assert!(sheet.refused[0].reason.contains("LineString"));
        assert!(sheet.warnings[0].1.en.starts_with("1 features have heights"));
        assert_eq!(sheet.refused[1].reason, "its point has no two coordinates");
    }

    #[test]
    fn rows_that_share_no_column_do_not_fill_the_memory() {
        let rows = |count: usize, columns: usize| {
            let row = |number: usize| format!(r#"{{"query":"a","c{}":1}}"#, number % columns);
            format!("[{}]", (0..count).map(row).collect::<Vec<_>>().join(","))
        };
        assert_eq!(read(rows(1_100, 1_100).as_bytes(), 50_000), Err(InvalidSheet::TooManyColumns));
        let wide = rows(900, 900);
        assert_eq!(read(wide.as_bytes(), 1_000), Err(InvalidSheet::TooManyCells(100_000)));
        assert!(read(wide.as_bytes(), usize::MAX).is_ok());
        assert_eq!(read(wide.as_bytes(), 899), Err(InvalidSheet::TooManyRows(899)));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for body in ["", "7", "{}", r#"{"rows":{}}"#, r#"{"rows":[],"more":1}"#] {
            assert!(matches!(read(body.as_bytes(), 1), Err(InvalidSheet::Json(_))), "{body}");
        }
    }
}
