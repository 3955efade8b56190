//! How related industries are, as a matrix: for a heat map, and to take away.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value as Json, json};

use super::access::sees;
use super::ask::{Ask, PAGE};
use super::here::Link;
use super::industry_pages;
use super::problem::Problem;
use super::reply::{self, JSON};
use super::service::Service;
use crate::analysis::relatedness::Measure;
use crate::formats::square_matrix::SquareMatrix;
use crate::process::{Failed, Materials, Measured};

/// The media type of CSV.
const CSV: &str = "text/csv; charset=utf-8";

pub(super) fn routes() -> Router<Arc<Service>> {
    Router::new().route("/industries/relatedness", get(relatedness))
}

/// The words of the measures that need nothing brought.
pub(super) fn measures() -> Vec<&'static str> {
    let own = Measure::ALL.into_iter().filter(|measure| *measure != Measure::Custom);
    own.map(Measure::as_str).collect()
}

async fn relatedness(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    mut ask: Ask,
) -> Result<Response, Problem> {
    let served = [("json", JSON), ("csv", CSV), ("", "text/csv"), ("html", PAGE)];
    let media_type = ask.media_type(&served)?;
    ask.leave_out_blanks(["measure", "places"]);
    let measure = ask.query.read_as("measure", |word| {
        let known = Measure::find(word).filter(|measure| *measure != Measure::Custom);
        known.ok_or_else(|| format!("`{word}` is not one of {}", measures().join(", ")))
    })?;
    let places = ask.query.take("places");
    let measure = measure.unwrap_or(Measure::InputOutput);
    if places.is_some() && !measure.is_of_places() {
        let reason = "it is for colocation, association and probability: leave it out";
        return Err(Problem::parameter("places", reason));
    }
    ask.query.finish(&["measure", "places", "f"])?;
    let here = ask.here;
    let links = json!([Link::new(here.itself(), "self", JSON, "This page"), Link::to_read(&here)]);
    let made = tokio::task::spawn_blocking(move || {
        let catalog = service.catalog();
        let collections =
            |id: &str| sees(&catalog, &headers, id).then(|| catalog.collection(id))?.cloned();
        let materials = Materials {
            industries: &catalog.industries,
            collections: &collections,
            places: places.as_deref().unwrap_or("bases,hubs"),
            matrix: None,
        };
        let measured = materials.measured(measure).map_err(Failed::from)?;
        Ok(if media_type == PAGE {
            let body = body(&measured, &catalog.industries);
            let places = places.as_deref().unwrap_or_default();
            industry_pages::relatedness(&body, &measures(), places, &here)
        } else if media_type == JSON {
            let mut body = body(&measured, &catalog.industries);
            body["links"] = links;
            reply::json(JSON, &body)
        } else {
            reply::bytes(CSV, matrix(&measured).to_csv())
        })
    });
    let failed = |_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR);
    made.await.map_err(failed)?
}

/// The values, to six places.
fn matrix(measured: &Measured) -> SquareMatrix {
    let relatedness = measured.relatedness.as_ref();
    let n = relatedness.codes().len();
    let pairs = (0..n).flat_map(|a| (0..n).map(move |b| (a, b)));
    let value = |(a, b)| relatedness.between(a, b).map(|value| (value * 1e6).round() / 1e6);
    SquareMatrix { codes: relatedness.codes().to_vec(), values: pairs.map(value).collect() }
}

fn body(measured: &Measured, industries: &crate::domain::industry::Industries) -> Json {
    let SquareMatrix { codes, values } = matrix(measured);
    let names = |at: usize| -> Vec<&str> {
        let name = |code| industries.names(measured.vocabulary, code).map_or("", |names| names[at]);
        codes.iter().map(|code| name(code)).collect()
    };
    let measure = measured.relatedness.measure();
    let said = measure.words();
    json!({
        "measure": measure.as_str(),
        "words": said.en, "words_zh": said.zh,
        "citation": measure.citation(),
        "codes_of": measured.vocabulary.property(),
        "threshold": measure.threshold(),
        "regions": measured.regions,
        "codes": codes, "names": names(0), "names_zh": names(1),
        "values": values.chunks(codes.len().max(1)).collect::<Vec<_>>(),
    })
}
