//! What any answer holds, as parts of a page: facts, tables of what is alike, curves.

use std::collections::HashSet;
use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::html::{escaped, text_of};
use super::html_curves::curves;
use super::html_words::{plain, words_of};

/// How many rows of a table are shown.
pub(super) const MOST_ROWS: usize = 200;
/// The same within a cell.
const MOST_INNER_ROWS: usize = 20;
/// From how many bytes on a cell is made wide.
const LONG: usize = 100;
/// From how many bytes on a list is folded up.
const MOST_TEXT: usize = 240;
/// How many columns of a table are shown.
const MOST_COLUMNS: usize = 16;

/// Writes parts of a page.
pub(super) struct Parts<'a> {
    /// Where a text leads that stands under a name; nowhere where it is `None`.
    pub(super) link: &'a dyn Fn(&str, &str) -> Option<String>,
}

/// Parts in which no text leads anywhere, but for addresses of the web.
pub(super) const UNLINKED: Parts<'static> = Parts { link: &|_, _| None };

impl Parts<'_> {
    /// Writes the members of an answer, but for some: what stands alone as facts, then what holds
    /// more, each under its name.
    pub(super) fn members(&self, body: &Json, but: &[&str]) -> String {
        let none = Map::new();
        let all = body.as_object().unwrap_or(&none);
        let shown: Vec<(&String, &Json)> =
            all.iter().filter(|(name, _)| !but.contains(&name.as_str())).collect();
        let (mut text, drawn) = match curves(&shown) {
            Some((svg, names)) => (svg + &self.numbers(body, &names), names),
            None => (String::new(), Vec::new()),
        };
        let shown = || shown.iter().filter(|(name, _)| !drawn.contains(&name.as_str()));
        for (name, value) in shown().filter(|(_, value)| is_table(value)) {
            let _ = write!(text, "<h2>{}</h2>\n{}", title(name), self.table(value, MOST_ROWS));
        }
        for (name, value) in shown().filter(|(_, value)| says(value) && value.is_object()) {
            let _ = write!(text, "<h2>{}</h2>\n{}", title(name), self.facts(value));
        }
        let is_alone = |value: &Json| !value.is_object() && !is_table(value) && says(value);
        let alone = shown().filter(|(_, value)| is_alone(value));
        let alone: Map<String, Json> =
            alone.map(|(name, value)| ((*name).clone(), (*value).clone())).collect();
        if !alone.is_empty() {
            let _ = write!(text, "<h2>Facts</h2>\n{}", self.facts(&Json::Object(alone)));
        }
        text
    }

    /// The numbers of some lists of one length, a row for each place; folded up.
    fn numbers(&self, body: &Json, names: &[&str]) -> String {
        let length = body[names[0]].as_array().map_or(0, Vec::len);
        let row = |place: usize| {
            names.iter().map(|name| ((*name).to_owned(), body[*name][place].clone())).collect()
        };
        let rows: Vec<Json> = (0..length).map(|place| Json::Object(row(place))).collect();
        let table = self.table(&Json::Array(rows), MOST_ROWS);
        format!("<details><summary>The numbers</summary>{table}</details>\n")
    }

    /// The members of an object, each in a row; those that say nothing are left out.
    pub(super) fn facts(&self, object: &Json) -> String {
        let none = Map::new();
        let members = object.as_object().unwrap_or(&none);
        let mut text = String::from("<table class=\"facts\">\n<tbody>\n");
        for (name, value) in members.iter().filter(|(_, value)| !value.is_null()) {
            if is_chinese_of(members, name) {
                continue;
            }
            let _ = writeln!(
                text,
                "<tr><th title=\"{}\">{}</th><td>{}</td></tr>",
                escaped(name),
                escaped(words_of(name)),
                self.with_chinese(members, name, value)
            );
        }
        text.push_str("</tbody>\n</table>\n");
        text
    }

    /// Objects as the rows of a table: the members that any of them tells are its columns.
    pub(super) fn table(&self, rows: &Json, most: usize) -> String {
        let mut rows: Vec<&Map<String, Json>> =
            rows.as_array().into_iter().flatten().filter_map(Json::as_object).collect();
        let is_tested = rows.len() > most && rows.iter().any(|row| p_value(row).is_some());
        if is_tested {
            let rank = |row: &Map<String, Json>| p_value(row).unwrap_or(f64::INFINITY);
            rows.sort_by(|a, b| rank(a).total_cmp(&rank(b)));
        }
        let (columns, silent) = columns(&rows);
        let mut text = String::from("<div class=\"wide\"><table>\n<thead><tr>");
        let numbers: HashSet<&str> =
            columns.iter().copied().filter(|name| is_of_numbers(&rows, name)).collect();
        let class = |name: &str| if numbers.contains(name) { " class=\"number\"" } else { "" };
        for name in &columns {
            let _ = write!(
                text,
                "<th{} title=\"{}\">{}</th>",
                class(name),
                escaped(name),
                escaped(words_of(name))
            );
        }
        text.push_str("</tr></thead>\n<tbody>\n");
        for row in rows.iter().take(most) {
            text.push_str("<tr>");
            for name in &columns {
                let value = row.get(*name).unwrap_or(&Json::Null);
                let said = self.with_chinese(row, name, value);
                let class = if said.len() > LONG { " class=\"long\"" } else { class(name) };
                let _ = write!(text, "<td{class}>{said}</td>");
            }
            text.push_str("</tr>\n");
        }
        text.push_str("</tbody>\n</table></div>\n");
        if rows.len() > most {
            let order = if is_tested { ", the least p value first" } else { "" };
            let _ =
                writeln!(text, "<p><small>The first {most} of {}{order}.</small></p>", rows.len());
        }
        if !silent.is_empty() {
            let silent: Vec<String> = silent.iter().map(|name| escaped(words_of(name))).collect();
            let _ = writeln!(text, "<p><small>Not shown: {}.</small></p>", silent.join("; "));
        }
        text
    }

    /// A value, and its Chinese below it if there is one that differs.
    fn with_chinese(&self, members: &Map<String, Json>, name: &str, value: &Json) -> String {
        let stem = name.strip_suffix("_en").unwrap_or(name);
        let names = [format!("{stem}_zh"), format!("{stem}Zh")];
        let chinese = names.iter().find_map(|name| members.get(name));
        let chinese = chinese.filter(|chinese| !chinese.is_null() && *chinese != value);
        let chinese =
            chinese.and_then(plain).map(|said| format!("<br><small lang=\"zh\">{said}</small>"));
        self.cell(name, value) + &chinese.unwrap_or_default()
    }

    /// A value in its cell; what holds others is folded up.
    fn cell(&self, name: &str, value: &Json) -> String {
        if let Some(href) = value.as_str().and_then(|text| (self.link)(name, text)) {
            return format!("<a href=\"{}\">{}</a>", escaped(href), text_of(value));
        }
        if let Some(text) = plain(value) {
            return match value.as_array().and_then(|all| Some((all.first()?, all.len() - 1))) {
                Some((first, more)) if more > 0 && text.len() > MOST_TEXT => format!(
                    "<details><summary>{} and {more} more</summary>{text}</details>",
                    plain(first).unwrap_or_default()
                ),
                _ => text,
            };
        }
        let (count, inner) = match value {
            Json::Array(rows) if is_table(value) => {
                (rows.len(), self.table(value, MOST_INNER_ROWS))
            }
            Json::Array(lists) => {
                let line = |list: &Json| plain(list).unwrap_or_else(|| escaped(list));
                let lines: Vec<String> = lists.iter().take(MOST_INNER_ROWS).map(line).collect();
                (lists.len(), format!("<p>{}</p>", lines.join("<br>")))
            }
            _ => return self.facts(value),
        };
        format!("<details><summary>{count}</summary>{inner}</details>")
    }
}

/// A name as the title of a part.
pub(super) fn title(name: &str) -> String {
    let words = words_of(name);
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    escaped(first + letters.as_str())
}

/// Says whether a value says anything.
fn says(value: &Json) -> bool {
    match value {
        Json::Null => false,
        Json::Object(members) => members.values().any(says),
        Json::Array(all) => !all.is_empty(),
        _ => true,
    }
}

fn is_table(value: &Json) -> bool {
    let rows = value.as_array();
    rows.is_some_and(|rows| !rows.is_empty() && rows.iter().all(Json::is_object))
}

/// The columns of some rows, and those that are left out: no row tells them, or they are too many.
fn columns<'a>(rows: &[&'a Map<String, Json>]) -> (Vec<&'a str>, Vec<&'a str>) {
    let mut names: Vec<&str> = Vec::new();
    let mut known = HashSet::new();
    for row in rows {
        for (name, _) in *row {
            if known.insert(name.as_str()) && !is_chinese_of(row, name) {
                names.push(name);
            }
        }
    }
    let is_told =
        |name: &str| rows.iter().any(|row| row.get(name).is_some_and(|value| !value.is_null()));
    let (mut told, mut silent): (Vec<&str>, Vec<&str>) =
        names.into_iter().partition(|name| is_told(name));
    if told.len() > MOST_COLUMNS {
        silent.splice(0..0, told.drain(MOST_COLUMNS..));
    }
    (told, silent)
}

fn p_value(row: &Map<String, Json>) -> Option<f64> {
    row.get("p_value").and_then(Json::as_f64)
}

fn is_of_numbers(rows: &[&Map<String, Json>], name: &str) -> bool {
    let mut values = rows.iter().filter_map(|row| row.get(name));
    values.all(|value| value.is_number() || value.is_null())
}

/// Says whether a member is the Chinese of another, beside which it stands: `name_zh` of `name` or of
/// `name_en`.
fn is_chinese_of(members: &Map<String, Json>, name: &str) -> bool {
    let of = name.strip_suffix("_zh").or_else(|| name.strip_suffix("Zh"));
    of.is_some_and(|of| members.contains_key(of) || members.contains_key(&format!("{of}_en")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_become_a_table_of_what_they_tell() {
        let rows = json!([
            {"id": "a<", "name": "Suzhou", "name_zh": "苏州", "p": 0.5, "none": null},
            {"id": "b", "name": null, "more": [{"x": 1}], "p": null},
        ]);
        let text = UNLINKED.table(&rows, 1);
        assert!(text.contains("<td>a&lt;</td><td>Suzhou<br><small lang=\"zh\">苏州</small></td>"));
        assert!(text.contains("<th class=\"number\" title=\"p\">p</th>"), "{text}");
        assert!(text.contains("The first 1 of 2.") && text.contains("Not shown: none."), "{text}");
        assert!(!text.contains("title=\"name_zh\"") && text.contains("title=\"more\""));
        assert!(UNLINKED.table(&rows, 9).contains("<details><summary>1</summary>"));
        let long = json!([{"names": vec!["<a name that takes its room>"; 9]}]);
        let first = "<summary>&lt;a name that takes its room&gt; and 8 more</summary>";
        assert!(UNLINKED.table(&long, 9).contains(first));
    }

    #[test]
    fn of_many_tested_rows_the_least_p_values_are_shown() {
        let rows = json!([{"p_value": null}, {"p_value": 0.5}, {"p_value": 0.125}]);
        let text = UNLINKED.table(&rows, 2);
        assert!(text.find("0.125") < text.find("0.5") && !text.contains("—"), "{text}");
        assert!(text.contains("The first 2 of 3, the least p value first."), "{text}");
    }

    #[test]
    fn members_stand_as_facts_tables_and_parts() {
        let body = json!({
            "n": 3, "left": 1, "links": [], "rows": [{"a": 1}], "global": {"value": 2.5, "gone": null},
        });
        let text = UNLINKED.members(&body, &["links"]);
        for part in
            ["<h2>Rows</h2>", "<h2>Global</h2>", "<td>2.5</td>", "<h2>Facts</h2>", "<td>3</td>"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("gone") && !text.contains("links"), "{text}");
        assert_eq!(UNLINKED.members(&json!({"links": []}), &["links"]), "");
    }
}
