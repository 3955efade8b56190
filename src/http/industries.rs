//! Groups and labels of industries: colours, codes and classifications.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::ask::Ask;
use super::here::Link;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::domain::industry::{IndustryGroup, IndustryLabel};

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/industries", get(industries))
}

async fn industries(State(service): State<Arc<Service>>, ask: Ask) -> Result<Response, Problem> {
    let here = ask.json_only(JSON)?;
    let industries = &service.catalog().industries;
    let body = json!({
        "links": [Link::new(here.itself(), "self", JSON, "This page")],
        "classifications": {
            "industry_codes": "Divisions of GB/T 4754-2017, Industrial classification for national economic activities",
            "io_sectors": "Sectors of the 153-sector input-output table of China 2020, National Bureau of Statistics of China",
            "sei": "Classification of Strategic Emerging Industries (2018), National Bureau of Statistics of China",
        },
        "groups": industries.groups.iter().map(group).collect::<Vec<Json>>(),
        "industries": industries.labels.iter().map(label).collect::<Vec<Json>>(),
    });
    Ok(reply::json(JSON, &body))
}

fn group(group: &IndustryGroup) -> Json {
    json!({
        "id": group.id, "slot": group.slot, "colour": group.colour, "text_colour": group.text_colour,
        "code_en": group.code_en, "code_zh": group.code_zh,
        "name_en": group.name_en, "name_zh": group.name_zh, "divisions": group.divisions,
    })
}

fn label(label: &IndustryLabel) -> Json {
    json!({
        "label_en": label.label_en, "label_zh": label.label_zh, "group": label.group,
        "industry_codes": label.industry_codes, "io_sectors": label.io_sectors, "sei": label.sei,
        "confidence": label.confidence,
    })
}
