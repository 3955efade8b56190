//! Every answer as a page to read: each path of the API, analyses, places, industries, results.

use axum::http::{Method, StatusCode};
use serde_json::Value as Json;

use crate::client::{Answer, ROOT, get, get_with, post};
use crate::writing::Writable;

const PAGE: (&str, &str) = ("accept", "text/html");
/// The media types that are JSON to programs.
const JSONS: [&str; 4] = [
    "application/json",
    "application/geo+json",
    "application/schema+json",
    "application/vnd.oai.openapi+json;version=3.0",
];

fn page(path: &str) -> Answer {
    let page = get_with(path, &[PAGE]);
    assert_eq!(
        (page.status, page.header("content-type")),
        (StatusCode::OK, "text/html; charset=utf-8"),
        "{path}: {}",
        page.text()
    );
    page
}

/// The addresses of a document that are answered with JSON, each with what it cannot do without.
fn addresses(api: &Json) -> Vec<String> {
    let is_json = |get: &Json| {
        let content = get["responses"]["200"]["content"].as_object();
        content.is_some_and(|content| JSONS.iter().any(|kind| content.contains_key(*kind)))
    };
    let paths = api["paths"].as_object().unwrap().iter();
    // Jobs are tried where there is one.
    let paths = paths.filter(|(path, item)| is_json(&item["get"]) && !path.contains("{jobId}"));
    let paths = paths.map(|(path, item)| {
        let parameters = item["get"]["parameters"].as_array().unwrap();
        let needed =
            parameters.iter().filter(|one| one["in"] == "query" && one["required"] == true);
        let needed: Vec<&str> = needed.map(|one| one["name"].as_str().unwrap()).collect();
        let query = match needed[..] {
            ["at"] => "?at=120.75,31.65",
            ["q"] => "?q=Suzhou",
            [] if path.starts_with("/collections") && path.ends_with("/nearest") => {
                "?at=120.75,31.65"
            }
            // What many points tell takes a while; what that would be is told at once.
            [] if path.contains("/hubs/")
                && parameters.iter().any(|one| one["name"] == "estimate") =>
            {
                "?estimate=true"
            }
            [] => "",
            _ => panic!("{path} needs {needed:?}"),
        };
        let id = path.strip_suffix("/{featureId}").map(first_id).unwrap_or_default();
        path.replace("{featureId}", &id).replace("{tileMatrixSetId}", "WebMercatorQuad") + query
    });
    paths.collect()
}

fn first_id(items: &str) -> String {
    let first = get(&format!("{items}?limit=1")).json()["features"][0]["id"].clone();
    first.as_str().unwrap().to_owned()
}

#[test]
fn every_path_that_answers_json_answers_a_page_too_and_each_leads_to_the_other() {
    let addresses = addresses(&get("/api").json());
    assert!(addresses.len() > 50, "{addresses:?}");
    for path in addresses {
        let read = page(&path);
        assert!(read.header("vary").contains("accept") || path.starts_with("/health"), "{path}");
        let text = read.text();
        assert!(text.contains("<html lang=") && text.contains("<title>"), "{path}");
        let anchor =
            text.split("<a ").find(|anchor| anchor.contains("rel=\"alternate\"")).expect(&path);
        let href = anchor.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        let href = href.replace("&amp;", "&").replace(ROOT, "");
        let plain = get_with(&href, &[PAGE]);
        assert_eq!(plain.status, StatusCode::OK, "{path} leads to {href}");
        assert!(plain.header("content-type").contains("json"), "{path} leads to {href}");
        let body = plain.json();
        if let Some(links) = body["links"].as_array() {
            let to_read =
                links.iter().find(|link| link["rel"] == "alternate" && link["type"] == "text/html");
            let href = to_read.expect(&path)["href"].as_str().unwrap().replace(ROOT, "");
            let again = get(&href);
            assert_eq!(again.status, StatusCode::OK, "{href}");
            assert!(again.header("content-type").starts_with("text/html"), "{href}");
        }
    }
}

#[test]
fn what_answers_a_page_is_described_as_such_and_programs_get_json_as_before() {
    let api = get("/api").json();
    for (path, described) in [
        ("/collections/bases/clusters", "/collections/bases/clusters"),
        ("/collections/bases/distances", "/collections/bases/distances"),
        ("/geocode?q=Suzhou", "/geocode"),
        ("/industries/relatedness", "/industries/relatedness"),
        ("/health/ready", "/health/ready"),
        ("/collections/bases/download", "/collections/bases/download"),
    ] {
        let get_of = &api["paths"][described]["get"];
        assert!(get_of["responses"]["200"]["content"]["text/html"].is_object(), "{path}");
        let f = get_of["parameters"].as_array().unwrap().iter().find(|one| one["name"] == "f");
        assert!(
            f.unwrap()["schema"]["enum"].as_array().unwrap().contains(&"html".into()),
            "{path}"
        );
        for accept in ["*/*", "application/json", "application/json, text/html;q=0.9"] {
            let plain = get_with(path, &[("accept", accept)]);
            assert!(plain.header("content-type").contains("json"), "{path} for {accept}");
        }
        assert!(get(path).header("content-type").contains("json"), "{path}");
    }
}

#[test]
fn the_page_of_an_analysis_says_what_came_out_how_sure_it_is_and_with_what_it_was_made() {
    let text = page("/collections/bases/clusters?min_points=2").text();
    let answer = get("/collections/bases/clusters?min_points=2").json();
    for part in [
        "11 points form 2 groups",
        "<li>n = 11: a description, not a test</li>",
        "<h2>Clusters</h2>",
        "<h2>Members</h2>",
        "<td><code>eps_km</code></td><td>77.212</td><td>chosen: ",
        "<td><code>min_points</code></td><td>2</td><td>given</td>",
        "Ester, Kriegel, Sander &amp; Xu (1996)",
        "href=\"/collections/bases/items/base-01?f=html\"",
        "name=\"min_points\" type=\"number\" step=\"1\" value=\"2\"",
        "placeholder=\"77.212\"",
    ] {
        assert!(text.contains(part), "{part}");
    }
    // Every member of the answer that says anything has its place.
    for (name, value) in answer.as_object().unwrap() {
        let is_placed = ["type", "features", "links", "method"].contains(&name.as_str());
        let is_empty = value.is_null() || value.as_object().is_some_and(serde_json::Map::is_empty);
        let words = name.trim_end_matches("_km").replace('_', " ");
        assert!(
            is_placed
                || is_empty
                || text.to_lowercase().contains(&words)
                || name == "references"
                || name == "summary"
                || name == "warnings",
            "{name}"
        );
    }
    let drawn = answer["features"].as_array().unwrap().len();
    assert_eq!(text.matches("<circle ").count() + text.matches("class=\"line kind").count(), drawn);
}

#[test]
fn curves_are_drawn_and_estimates_told() {
    let text = page("/collections/hubs/distances?statistic=l&simulations=19").text();
    assert!(text.contains("class=\"drawn kind0\"") && text.contains("class=\"band\""), "{text}");
    let told = page("/collections/bases/clusters?estimate=true").text();
    assert!(told.contains("<h2>Estimate</h2>") && told.contains("is allowed"), "{told}");
    let of_points = page("/collections/bases").text();
    assert!(of_points.contains("href=\"/collections/bases/clusters?f=html\""), "{of_points}");
    assert!(!page("/collections/provinces").text().contains("<h2>Analyses</h2>"));
    let shaded = page("/collections/bases/regions").text();
    assert_eq!(shaded.matches("class=\"shape share\"").count(), 34);
}

#[test]
fn a_form_that_is_left_blank_asks_nothing_and_a_program_that_sends_blanks_is_refused() {
    for path in [
        "/collections/bases/clusters?eps_km=&method=&region=&filter=",
        "/collections/bases/nearest?at=120,30&within_km=",
        "/geocode?q=Suzhou&within=&country=&limit=",
        "/industries?q=",
        "/industries/relatedness?measure=&places=",
    ] {
        page(path);
    }
    for path in [
        "/collections/bases/clusters?eps_km=",
        "/collections/bases/clusters?eps_km=&f=html",
        "/collections/bases/nearest?at=120,30&within_km=&f=html",
        "/geocode?q=Suzhou&limit=",
        "/geocode?f=html",
        "/reverse?f=html",
        "/industries?q=",
        "/industries/relatedness?places=&f=html&measure=",
    ] {
        assert_eq!(get(path).status, StatusCode::BAD_REQUEST, "{path}");
    }
    // A condition on a field may be blank on purpose.
    let none = page("/collections/bases/clusters?name=").text();
    assert!(none.contains("<th title=\"n\">n</th><td>0</td>"), "{none}");
    for (path, form) in [("/geocode", "name=\"q\""), ("/reverse", "name=\"at\"")] {
        assert!(page(path).text().contains(form), "{path}");
    }
    let refused = get_with("/collections/bases/clusters?eps_km=-1", &[PAGE]);
    assert_eq!(refused.header("content-type"), "application/problem+json");
}

#[test]
fn places_and_industries_are_read_as_they_are_told() {
    let text = page("/geocode?q=Suzhou").text();
    let told = get("/geocode?q=Suzhou").json();
    let found = told["features"].as_array().unwrap();
    assert_eq!(text.matches("<circle ").count(), found.len());
    for one in found {
        assert!(text.contains(one["properties"]["name_zh"].as_str().unwrap()), "{one}");
    }
    let around = page("/reverse?at=120.75,31.65").text();
    assert!(around.contains("Jiangsu › Suzhou › Changshu") && around.contains("class=\"from\""));
    let industries = page("/industries").text();
    for one in get("/industries").json()["groups"].as_array().unwrap() {
        assert!(industries.contains(one["name_en"].as_str().unwrap()), "{one}");
    }
    assert!(
        page("/industries?q=nylon%20new%20materials").text().contains("Materials and chemicals")
    );
    let related = page("/industries/relatedness?measure=colocation").text();
    assert!(related.contains("<rect ") && related.contains("Hidalgo"), "{related}");
    assert!(related.contains("<option selected>colocation</option>"));
}

#[test]
fn the_result_of_a_job_is_a_page_to_who_reads_it() {
    let asked = r#"{"inputs": {"collection": "bases"}}"#;
    let headers = [("content-type", "application/json"), ("prefer", "respond-async")];
    let job = crate::client::post_with("/processes/clusters/execution", &headers, asked.as_bytes());
    let results = format!("{}/results", job.header("location").replace(ROOT, ""));
    let mut answer = get(&results);
    for _ in 0..600 {
        if answer.status == StatusCode::OK {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        answer = get(&results);
    }
    assert_eq!(answer.header("content-type"), "application/geo+json");
    let text = page(&results).text();
    assert!(text.contains("11 points form 2 groups") && text.contains("<circle "), "{text}");
    assert!(get(&format!("{results}?f=json")).header("content-type").contains("geo+json"));
    assert!(post("/processes/clusters/execution", asked).json()["features"].is_array());
}

#[test]
fn what_people_send_never_becomes_markup_in_answers() {
    let service = Writable::new("answers");
    let list = "id,name,industry,lon,lat\na\"<b>,<script>alert(1)</script>,<img src=x>,120,30\nb,<script>alert(2)</script>,<img src=x>,120.1,30.1\n";
    let list = list.replace("a\"<b>", "\"a<b>\"");
    let query = "/collections?id=mine&title=%3Cb%3EBold%3C%2Fb%3E&filename=a.csv";
    let made = service.ask(2, &Method::POST, query, &[("content-type", "text/csv")], &list);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let markup = "%3Cscript%3Ealert(3)%3C%2Fscript%3E";
    for path in [
        "/collections/mine/clusters".to_owned(),
        format!("/collections/mine/clusters?name={markup}"),
        "/collections/mine/distances".to_owned(),
        "/collections/mine/colocation?by=industry".to_owned(),
        "/collections/mine/related".to_owned(),
        "/collections/mine/tiles/WebMercatorQuad/tilejson.json".to_owned(),
        "/collections/mine/download".to_owned(),
        format!("/geocode?q={markup}&within={markup}"),
        format!("/industries?q={markup}"),
        format!("/industries/relatedness?measure=colocation&places={markup}"),
        "/health/ready".to_owned(),
    ] {
        let page = service.client.ask(&Method::GET, &path, &[PAGE]);
        if page.status != StatusCode::OK {
            assert_eq!(page.header("content-type"), "application/problem+json", "{path}");
            continue;
        }
        let text = page.text();
        for markup in ["<script>", "<img src=x", "<b>", "a<b"] {
            assert!(!text.contains(markup), "{path}: {markup}");
        }
    }
    let history = service.ask(3, &Method::GET, "/collections/mine/history", &[PAGE], "");
    assert!(history.text().starts_with("<!doctype html>"), "{}", history.text());
}
