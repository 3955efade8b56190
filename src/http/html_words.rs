//! Names and values of an answer as people read them.

use serde_json::Value as Json;

use super::html::escaped;

/// The units that end a name, with their signs.
const UNITS: [(&str, &str); 8] = [
    ("_km2", "km²"),
    ("_km", "km"),
    ("_m", "m"),
    ("_deg", "°"),
    ("_seconds", "s"),
    ("_bytes", "bytes"),
    ("_pct", "%"),
    ("_s", "s"),
];

/// How many values of a list stand in a cell.
const MOST_LISTED: usize = 12;

/// From how many bytes on texts of a list stand apart by semicolons.
const LONG: usize = 32;

/// A name as words: `distance_m` is distance, m.
pub(super) fn words_of(name: &str) -> String {
    // The Chinese of an English name stands beside it.
    let name = name.strip_suffix("_en").unwrap_or(name);
    let unit = UNITS.iter().find_map(|(end, sign)| Some((name.strip_suffix(end)?, *sign)));
    match unit.filter(|(words, _)| !words.is_empty()) {
        Some((words, sign)) => format!("{}, {sign}", words.replace('_', " ")),
        None => name.replace('_', " "),
    }
}

/// A number with six significant digits at most; whole ones as they are.
pub(super) fn number(value: &serde_json::Number) -> String {
    let Some(real) = value.as_f64().filter(|_| !value.is_i64() && !value.is_u64()) else {
        return value.to_string();
    };
    if real != 0.0 && !(1e-4..1e15).contains(&real.abs()) {
        return format!("{real:.3e}");
    }
    let digits = if real == 0.0 { 0.0 } else { real.abs().log10().floor() };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 9")]
    let decimals = (5.0 - digits).clamp(0.0, 9.0) as usize;
    let text = format!("{real:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// A value that holds no others, as it stands on a page; a list of such ones by commas.
pub(super) fn plain(value: &Json) -> Option<String> {
    Some(match value {
        Json::Null => "—".to_owned(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Number(one) => number(one),
        Json::String(text) if is_address(text) => {
            format!("<a href=\"{0}\" rel=\"noreferrer\">{0}</a>", escaped(text))
        }
        Json::String(text) => escaped(text),
        Json::Array(all) if all.is_empty() => "none".to_owned(),
        Json::Array(all) if all.iter().all(|one| !one.is_array() && !one.is_object()) => {
            let shown: Vec<String> = all.iter().take(MOST_LISTED).filter_map(plain).collect();
            let more = all.len() - shown.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            // Long texts hold commas of their own.
            let between = if shown.iter().any(|one| one.len() > LONG) { "; " } else { ", " };
            format!("{}{more}", shown.join(between))
        }
        Json::Array(_) | Json::Object(_) => return None,
    })
}

/// Says whether a text is an address of the web that a page may lead to.
fn is_address(text: &str) -> bool {
    let is_web = text.starts_with("http://") || text.starts_with("https://");
    is_web && !text.contains(['{', ' ', '<', '"'])
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn units_stand_behind_the_words() {
        for (name, words) in [
            ("distance_m", "distance, m"),
            ("area_km2", "area, km²"),
            ("q_value", "q value"),
            ("name_en", "name"),
            ("_m", " m"),
            ("n", "n"),
        ] {
            assert_eq!(words_of(name), words);
        }
    }

    #[test]
    fn numbers_have_six_digits_at_most() {
        for (value, text) in [
            (json!(0.933_776), "0.933776"),
            (json!(0.000_115), "0.000115"),
            (json!(6.713_287), "6.71329"),
            (json!(341_302.1), "341302"),
            (json!(1.0), "1"),
            (json!(0.0), "0"),
            (json!(-38.004_494), "-38.0045"),
            (json!(0.000_002_116), "2.116e-6"),
            (json!(2020), "2020"),
            (json!(120.0), "120"),
        ] {
            assert_eq!(plain(&value).unwrap(), text);
        }
    }

    #[test]
    fn values_stand_as_themselves_and_never_as_markup() {
        assert_eq!(plain(&json!(["<b>", 1, null])).unwrap(), "&lt;b&gt;, 1, —");
        assert_eq!(plain(&json!((0..14).collect::<Vec<_>>())).unwrap().matches(',').count(), 11);
        assert!(plain(&json!((0..14).collect::<Vec<_>>())).unwrap().ends_with("and 2 more"));
        assert!(plain(&json!("javascript:alert(1)")).unwrap().starts_with("javascript"));
        assert!(!plain(&json!("https://a.example/\"onclick=")).unwrap().contains("<a "));
        assert_eq!([plain(&json!({})), plain(&json!([[1]]))], [None, None]);
    }
}
