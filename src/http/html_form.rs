//! Forms that ask again: a field for each parameter, by what it takes.

use std::fmt::Write as _;

use serde_json::Value as Json;

use super::html::{escaped, text_of};

/// One field of a form.
pub(super) struct Field<'a> {
    /// The name of the parameter.
    pub(super) name: &'a str,
    /// What is asked, in few words.
    pub(super) label: &'a str,
    /// The same at length, where it is pointed at.
    pub(super) words: &'a str,
    /// What it takes, as JSON Schema.
    pub(super) schema: &'a Json,
    /// What it holds now; empty for nothing.
    pub(super) value: &'a str,
    /// What holds when it is left blank.
    pub(super) otherwise: &'a str,
}

/// A form that asks an address; what else was asked for stays as it was.
pub(super) fn form(
    action: &str,
    fields: &[Field<'_>],
    others: &[(String, String)],
    button: &str,
) -> String {
    let mut text = format!("<form class=\"ask\" action=\"{}\">", escaped(action));
    for (name, value) in others {
        let (name, value) = (escaped(name), escaped(value));
        let _ = write!(text, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    for field in fields {
        let _ = write!(
            text,
            "\n<label title=\"{}\">{} {}</label>",
            escaped(field.words),
            escaped(field.label),
            input(field)
        );
    }
    let _ = writeln!(text, "\n<button>{}</button></form>", escaped(button));
    text
}

fn input(field: &Field<'_>) -> String {
    let Field { schema, otherwise, .. } = field;
    let (name, value) = (escaped(field.name), escaped(field.value));
    let otherwise = escaped(otherwise);
    if schema["enum"].is_array() || schema["type"] == "boolean" {
        return choice(field);
    }
    if schema["format"] == "csv" {
        return format!(
            "<textarea name=\"{name}\" rows=\"2\" cols=\"28\" placeholder=\"{otherwise}\">{value}</textarea>"
        );
    }
    let kind = match schema["type"].as_str() {
        Some("integer") => " type=\"number\" step=\"1\"",
        Some("number") => " type=\"number\" step=\"any\"",
        _ => "",
    };
    let mut text =
        format!("<input name=\"{name}\"{kind} value=\"{value}\" placeholder=\"{otherwise}\"");
    for (bound, word) in [("minimum", "min"), ("maximum", "max")] {
        if schema[bound].is_number() {
            let _ = write!(text, " {word}=\"{}\"", text_of(&schema[bound]));
        }
    }
    text + ">"
}

/// One of some words, or none of them.
fn choice(field: &Field<'_>) -> String {
    let switch = [Json::from("true"), Json::from("false")];
    let words = field.schema["enum"].as_array().map_or(&switch[..], Vec::as_slice);
    let mut text = format!(
        "<select name=\"{}\"><option value=\"\">{}</option>",
        escaped(field.name),
        escaped(if field.otherwise.is_empty() { "any" } else { field.otherwise })
    );
    // What holds anyway is what a blank stands for.
    for word in words.iter().filter(|word| *word != field.otherwise) {
        let chosen = if word == field.value { " selected" } else { "" };
        let _ = write!(text, "<option{chosen}>{}</option>", text_of(word));
    }
    text + "</select>"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_of_the_kind_that_the_parameter_takes() {
        let made = |schema: Json, value: &str| {
            let field = Field {
                name: "a",
                label: "A",
                words: "w\"",
                schema: &schema,
                value,
                otherwise: "x",
            };
            form("/p", &[field], &[("b".into(), "<".into())], "Go")
        };
        let number = made(json!({"type": "integer", "minimum": 2, "maximum": 9}), "3");
        assert!(number.contains(
            "type=\"number\" step=\"1\" value=\"3\" placeholder=\"x\" min=\"2\" max=\"9\""
        ));
        assert!(
            number.contains("title=\"w&quot;\"") && number.contains("value=\"&lt;\""),
            "{number}"
        );
        let choice = made(json!({"type": "string", "enum": ["one", "two"]}), "two");
        assert!(choice.contains(
            "<option value=\"\">x</option><option>one</option><option selected>two</option>"
        ));
        assert!(made(json!({"type": "boolean"}), "").contains("<option>true</option>"));
        let usual = made(json!({"enum": ["x", "y"]}), "");
        assert!(
            usual.contains("<option value=\"\">x</option><option>y</option></select>"),
            "{usual}"
        );
        assert!(made(json!({"type": "string", "format": "csv"}), "<").contains(">&lt;</textarea>"));
    }
}
