//! Is the service alive, and is it ready?

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Map, Value as Json, json};

use super::ask::{Ask, PAGE};
use super::here::Here;
use super::html::{for_programs, page, text_of};
use super::html_parts::UNLINKED;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use super::web::Web;
use crate::store::{Asked, Catalog};

/// Says how a part of the service is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Finding {
    /// As it should be, in a word.
    Fine(&'static str),
    /// Left out on purpose: what is missing, and what that means.
    Lacking(&'static str),
    /// Away: what is in memory is answered all the same, for this reason nothing else is.
    Away(String),
    /// Down: requests cannot be answered as they should be, for this reason.
    Down(String),
}

/// Looks at one part of the service.
type Check = fn(&Service, &Catalog) -> Finding;

/// Every check, by name. Whatever the service comes to depend on gets a line here.
const CHECKS: [(&str, Check); 4] =
    [("catalog", catalog), ("store", store), ("boundaries", boundaries), ("web_page", web_page)];

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

/// Whether a path is for those who watch the service: its answers are of now, and never refused.
pub(super) fn is_operation(path: &str) -> bool {
    path == "/metrics" || path.starts_with("/health")
}

async fn live(ask: Ask) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    Ok(answer("Is the process alive?", &json!({"status": "alive"}), &here, wanted))
}

/// Answers what was found, as JSON or to read.
fn answer(title: &str, body: &Json, here: &Here, wanted: &str) -> Response {
    if wanted == PAGE {
        let status = text_of(&body["status"]);
        let text = format!(
            "<p class=\"lead\">It is {status}.</p>\n{}{}",
            UNLINKED.members(body, &["status"]),
            for_programs(here, "")
        );
        return page(title, &text);
    }
    reply::json(JSON, body)
}

/// Each check by name, and whether its part is there or left out on purpose.
pub(super) fn checks(service: &Service, now: &Catalog) -> [(&'static str, bool); CHECKS.len()] {
    let is_up = |finding| matches!(finding, Finding::Fine(_) | Finding::Lacking(_));
    CHECKS.map(|(name, check)| (name, is_up(check(service, now))))
}

/// Answers 200 when every part is there or left out on purpose, else 503 with the reasons.
async fn ready(State(service): State<Arc<Service>>, ask: Ask) -> Result<Response, Problem> {
    let (here, wanted) = ask.json_or_page(JSON)?;
    let now = service.catalog();
    let findings = CHECKS.map(|(name, check)| (name, check(&service, &now)));
    let reasons: Vec<String> = findings
        .iter()
        .filter_map(|(name, finding)| finding.reason().map(|reason| format!("{name}: {reason}")))
        .collect();
    let counts: Map<String, Json> = now
        .collections
        .iter()
        .filter(|collection| !now.is_private(&collection.about().id))
        .map(|collection| (collection.about().id.clone(), json!(collection.len())))
        .collect();
    let body = json!({
        "status": if reasons.is_empty() { "ready" } else { "not ready" },
        "reasons": reasons,
        "version": env!("CARGO_PKG_VERSION"),
        "data": now.fingerprint,
        "collections": counts,
        "boundaries": boundaries(&service, &now).words(),
        "warnings": now.warnings,
        "web_page": web_page(&service, &now).words(),
        "checks": findings.each_ref().map(|(name, finding)| finding.report(name)),
    });
    let mut response = answer("Is the service ready?", &body, &here, wanted);
    if !reasons.is_empty() {
        *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    }
    Ok(response)
}

impl Finding {
    fn words(&self) -> &str {
        match self {
            Self::Fine(words) | Self::Lacking(words) => words,
            Self::Away(reason) | Self::Down(reason) => reason,
        }
    }

    /// Why the service is not ready, if this is why.
    fn reason(&self) -> Option<&str> {
        if let Self::Down(reason) = self { Some(reason) } else { None }
    }

    fn report(&self, name: &str) -> Json {
        let status = match self {
            Self::Fine(_) => "ok",
            Self::Lacking(_) => "lacking",
            Self::Away(_) => "degraded",
            Self::Down(_) => "down",
        };
        json!({"name": name, "status": status, "detail": self.words()})
    }
}

fn catalog(_: &Service, catalog: &Catalog) -> Finding {
    if catalog.collections.is_empty() {
        Finding::Down("no collection is loaded".to_owned())
    } else {
        Finding::Fine("loaded")
    }
}

/// A store that is away takes no changes; what was read from it is answered all the same.
fn store(service: &Service, _: &Catalog) -> Finding {
    let Some(store) = &service.store else {
        return Finding::Lacking("none: lists are kept nowhere");
    };
    let reading = store.fault(Asked::Read).map(|fault| {
        format!("{fault}; what was read before is answered, and changes by others are not seen")
    });
    let writing = store.fault(Asked::Write).map(|fault| format!("the last change failed: {fault}"));
    match reading.or(writing) {
        Some(reason) => Finding::Away(reason),
        None if store.is_read_only() => Finding::Lacking("it may only be read"),
        None if service.keeper.is_none() => Finding::Fine("it is read, and takes no changes"),
        None => Finding::Fine("it is read, and takes changes"),
    }
}

fn boundaries(_: &Service, catalog: &Catalog) -> Finding {
    if catalog.has_boundaries {
        Finding::Fine("loaded")
    } else {
        Finding::Lacking(
            "none: provinces, prefectures and counties are not listed; positions are assigned by the nearest seat",
        )
    }
}

/// A binary without the page says so; a folder that was asked for and is gone is a failure.
fn web_page(service: &Service, _: &Catalog) -> Finding {
    match &service.web {
        web if web.is_built() => Finding::Fine("built"),
        Web::Embedded(_) => Finding::Lacking("not built: run make web"),
        Web::Folder(folder) => Finding::Down(format!("no index.html in {}", folder.display())),
    }
}
