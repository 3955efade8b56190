//! Pages to read: one frame, one style, every text escaped.

use std::fmt::{Display, Write as _};

use axum::response::Response;
use serde_json::Value as Json;

use super::ask::PAGE;
use super::here::{Here, Link};
use super::reply::{self, HTML};

const STYLE: &str = include_str!("page.css");

/// Answers a page.
#[must_use]
pub fn page(title: &str, body: &str) -> Response {
    let title = escaped(title);
    reply::bytes(
        HTML,
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} · Jidi</title>\n<link rel=\"icon\" href=\"/favicon.ico\">\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header><a href=\"/\"><img src=\"/favicon.svg\" alt=\"\" width=\"22\" height=\"22\"> Jidi</a> <nav><a href=\"/collections\">Collections</a> \
         <a href=\"/processes\">Analyses</a> <a href=\"/geocode\">Places</a> <a href=\"/industries\">Industries</a> <a href=\"/api.html\">API</a> <a href=\"/licences\">Licences</a></nav></header>\n\
         <main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
        ),
    )
}

/// Writes a text so that it stands in HTML as itself.
#[must_use]
pub fn escaped(text: impl Display) -> String {
    let mut safe = String::new();
    for letter in text.to_string().chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A member of an answer as it stands on a page: texts as themselves, nothing as nothing.
#[must_use]
pub fn text_of(member: &Json) -> String {
    match member {
        Json::Null => String::new(),
        Json::String(text) => escaped(text),
        other => escaped(other),
    }
}

/// The links of an answer, which a page carries, too, but for those to pages as it is one; those with
/// places to fill in are no addresses.
#[must_use]
pub fn anchors(links: &Json) -> String {
    let all = links.as_array().into_iter().flatten();
    let whole = all.filter(|link| link["templated"] != true && link["type"] != PAGE);
    let anchor = |link: &Json| {
        format!(
            "<a rel=\"{}\" href=\"{}\">{}</a>",
            text_of(&link["rel"]),
            text_of(&link["href"]),
            text_of(&link["title"])
        )
    };
    let anchors: Vec<String> = whole.map(anchor).collect();
    if anchors.is_empty() { String::new() } else { format!("<p>{}</p>\n", anchors.join(" · ")) }
}

/// Every link that programs get in the place of a page, folded up at its foot.
#[must_use]
pub fn all_links(links: &[Link]) -> String {
    folded("All links, as programs get them", &list_of_links(links))
}

/// The links of another resource than the page, folded up.
#[must_use]
pub fn links_of_another(links: &[Link]) -> String {
    folded("Its links", &listed(links, |_| String::new()))
}

/// Links with what they are and of which type; those with places to fill in stand as texts.
#[must_use]
pub fn list_of_links(links: &[Link]) -> String {
    listed(links, |link| format!("rel=\"{}\" ", escaped(&link.rel)))
}

fn folded(summary: &str, list: &str) -> String {
    format!("<details class=\"links\"><summary>{summary}</summary>\n{list}</details>\n")
}

fn listed(links: &[Link], rel: impl Fn(&Link) -> String) -> String {
    let mut text = String::from("<ul>\n");
    for link in links {
        let (href, kind) = (escaped(&link.href), escaped(&link.media_type));
        let title = escaped(&link.title);
        let _ = if link.templated {
            write!(text, "<li>{title}: <code>{href}</code>")
        } else {
            write!(text, "<li><a {}type=\"{kind}\" href=\"{href}\">{title}</a>", rel(link))
        };
        let _ = writeln!(text, " <small>{} · {kind}</small></li>", escaped(&link.rel));
    }
    text + "</ul>\n"
}

/// The way to the same for programs, at the foot of a page.
#[must_use]
pub fn for_programs(here: &Here, said: &str) -> String {
    let href = escaped(here.with(&[("f", Some("json".to_owned()))]));
    format!(
        "<p>For programs: <a rel=\"alternate\" href=\"{href}\">the same as JSON</a>{said}.</p>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_never_becomes_markup() {
        assert_eq!(escaped("<b a=\"1\">&'"), "&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
    }
}
