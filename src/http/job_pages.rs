//! Jobs to read: how each is, and where its answer is.

use std::fmt::Write as _;

use axum::response::Response;
use serde_json::Value as Json;

use super::here::{Here, encoded};
use super::html::{anchors, escaped, for_programs, page, text_of};

/// The jobs of a token.
pub(super) fn list(body: &Json, here: &Here) -> Response {
    let mut text = String::from(
        "<p class=\"lead\">What takes longer than a client waits: files that become collections, and analyses that were asked for with <code>Prefer: respond-async</code>. Listed are those of the token that is shown; one that needed no token is for who knows its address.</p>\n",
    );
    let jobs = body["jobs"].as_array().map(Vec::as_slice).unwrap_or_default();
    if jobs.is_empty() {
        text.push_str("<p>There is none to show.</p>\n");
    } else {
        text.push_str("<table>\n<thead><tr><th>Job</th><th>Of</th><th>Status</th><th>Asked for</th></tr></thead>\n<tbody>\n");
    }
    for job in jobs {
        let id = job["jobID"].as_str().unwrap_or_default();
        let _ = writeln!(
            text,
            "<tr><td><a href=\"/jobs/{}?f=html\"><code>{}</code></a></td><td>{}</td><td>{}: {}</td><td>{}</td></tr>",
            encoded(id),
            escaped(id),
            text_of(&job["processID"]),
            text_of(&job["status"]),
            text_of(&job["message"]),
            text_of(&job["created"])
        );
    }
    if !jobs.is_empty() {
        text.push_str("</tbody>\n</table>\n");
    }
    text.push_str(&anchors(&body["links"]));
    text.push_str(&for_programs(here, ""));
    page("Jobs", &text)
}

/// One job.
pub(super) fn one(body: &Json, here: &Here) -> Response {
    let mut text = format!(
        "<p><a href=\"/jobs?f=html\">Jobs</a> › <code>{}</code></p>\n<p class=\"lead\">{}: {}</p>\n<p><progress max=\"100\" value=\"{}\"></progress> {} %</p>\n<table class=\"facts\">\n<tbody>\n",
        text_of(&body["jobID"]),
        text_of(&body["status"]),
        text_of(&body["message"]),
        text_of(&body["progress"]),
        text_of(&body["progress"])
    );
    for (name, words) in [
        ("processID", "Of"),
        ("type", "Kind"),
        ("created", "Asked for"),
        ("started", "Begun"),
        ("finished", "Ended"),
    ] {
        if !body[name].is_null() {
            let _ = writeln!(text, "<tr><th>{words}</th><td>{}</td></tr>", text_of(&body[name]));
        }
    }
    text.push_str("</tbody>\n</table>\n");
    text.push_str(&anchors(&body["links"]));
    text.push_str(&for_programs(here, ""));
    page("A job", &text)
}
