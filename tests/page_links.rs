//! Pages carry what their JSON carries (Features Part 1, /req/html/content): every link as `<a>`, every
//! property; and what is asked of a page that only files have is answered as a file.

use axum::http::StatusCode;
use serde_json::Value as Json;

use crate::client::{Answer, get, get_with};

const BROWSER: (&str, &str) =
    ("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
const CGCS2000: &str = "http://www.opengis.net/def/crs/EPSG/0/4490";

fn page(path: &str) -> Answer {
    let page = get_with(path, &[BROWSER]);
    assert_eq!(page.status, StatusCode::OK, "{path}");
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
    page
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}

/// Every link of a document, wherever it stands.
fn links(json: &Json, found: &mut Vec<Json>) {
    match json {
        Json::Object(members) => {
            found
                .extend(members.get("links").and_then(Json::as_array).cloned().unwrap_or_default());
            members.values().for_each(|value| links(value, found));
        }
        Json::Array(all) => all.iter().for_each(|one| links(one, found)),
        _ => {}
    }
}

#[test]
fn every_link_of_the_json_is_an_anchor_of_its_page() {
    let province = get("/collections/provinces/items?limit=1").json()["features"][0]["id"].clone();
    let province = format!("/collections/provinces/items/{}", province.as_str().unwrap());
    let paths = [
        ("/", 12),
        ("/conformance", 2),
        ("/collections", 50),
        ("/collections/bases", 20),
        ("/collections/provinces", 20),
        ("/collections/bases/items?limit=2", 10),
        ("/collections/hubs/items?limit=3&offset=6&sortby=-name", 11),
        ("/collections/bases/items/base-01", 3),
        (province.as_str(), 3),
    ];
    for (path, least) in paths {
        let text = page(path).text();
        let mark = if path.contains('?') { '&' } else { '?' };
        let named = get(&format!("{path}{mark}f=html")).text();
        let mut found = Vec::new();
        links(&get(path).json(), &mut found);
        assert!(found.len() >= least, "{path}: {}", found.len());
        for link in found {
            let href = escaped(link["href"].as_str().unwrap());
            for (how, text) in [("by Accept", &text), ("by f=html", &named)] {
                if link["templated"] == true {
                    let root = href.split('{').next().unwrap().replace(crate::client::ROOT, "");
                    let leads = text.contains(&format!("href=\"{root}?"));
                    assert!(text.contains(&href) && (leads || path == "/collections"), "{href}");
                } else {
                    let anchor = format!("href=\"{href}\"");
                    assert!(text.contains(&anchor), "{path} {how} has no {anchor}");
                }
            }
        }
    }
}

#[test]
fn every_property_of_the_json_stands_on_its_page() {
    let said = |value: &Json| match value {
        Json::String(text) => escaped(text),
        Json::Array(all) => {
            let all: Vec<&str> = all.iter().map(|one| one.as_str().unwrap()).collect();
            escaped(&all.join(";"))
        }
        // A whole number has no fraction on a page.
        other => other.to_string().trim_end_matches(".0").to_owned(),
    };
    for path in [
        "/collections/bases/items?limit=11",
        "/collections/hubs/items?limit=50",
        "/collections/provinces/items?limit=5",
    ] {
        let whole = page(path).text();
        for feature in get(path).json()["features"].as_array().unwrap() {
            let base = path.split('?').next().unwrap();
            let id = feature["id"].as_str().unwrap();
            let alone = page(&format!("{base}/{id}")).text();
            assert!(whole.contains(&format!("{id}?f=html\">{id}</a>")), "{id}");
            for (name, value) in feature["properties"].as_object().unwrap() {
                for text in [&whole, &alone] {
                    let is_named = [format!(">{name}</"), format!(">{name}</th>")];
                    assert!(is_named.iter().any(|name| text.contains(name)), "{path}: {name}");
                    let cell = format!(">{}</", said(value));
                    assert!(value.is_null() || text.contains(&cell), "{path}: {name} {cell}");
                }
            }
        }
    }
    let one = page("/collections/provinces/items?limit=1").text();
    assert!(!one.contains("longitude, latitude"), "areas stand on the map");
}

#[test]
fn the_links_in_the_headers_of_a_page_lead_to_pages_and_say_so() {
    for path in [
        "/collections/hubs/items?limit=2&offset=2",
        "/collections/hubs/items?limit=2&offset=2&f=html",
        "/collections/bases/items/base-01",
        "/collections/bases/items/base-01?f=html",
    ] {
        let page = page(path);
        let headers = page.headers.get_all("link").iter().map(|link| link.to_str().unwrap());
        let headers: Vec<&str> = headers.collect();
        let of = |rel: &str| {
            let rel = format!("rel=\"{rel}\"");
            headers.iter().copied().filter(|one| one.contains(&rel)).collect::<Vec<&str>>()
        };
        let turns = if path.contains("hubs") { vec!["self", "next", "prev"] } else { vec!["self"] };
        for rel in turns {
            let link = of(rel)[0];
            assert!(link.contains("type=\"text/html\"") && link.contains("f=html"), "{link}");
        }
        for link in &headers {
            let href = link.split(['<', '>']).nth(1).unwrap().replace(crate::client::ROOT, "");
            let media_type = link.split("type=\"").nth(1).unwrap().trim_end_matches('"');
            let kind = get(&href).header("content-type").to_owned();
            assert!(kind.starts_with(media_type), "{link} is {kind}");
        }
        assert!(of("alternate").iter().any(|link| link.contains("application/geo+json")), "{path}");
    }
    let program = get("/collections/hubs/items?limit=2&f=json");
    let next = program
        .headers
        .get_all("link")
        .iter()
        .find(|one| one.to_str().unwrap().contains("rel=\"next\""));
    assert!(next.unwrap().to_str().unwrap().contains("type=\"application/geo+json\""));
}

#[test]
fn a_browser_that_asks_for_what_only_files_have_gets_a_file() {
    for path in [
        format!("/collections/bases/items?crs={CGCS2000}"),
        "/collections/bases/items?decimals=2".to_owned(),
        "/collections/bases/items?datum=gcj02".to_owned(),
        "/collections/bases/items?properties=name".to_owned(),
        "/collections/bases/items?skipGeometry=true".to_owned(),
        format!("/collections/bases/items/base-01?crs={CGCS2000}"),
        "/collections/bases/nearest?at=120,31&decimals=2".to_owned(),
    ] {
        let file = get_with(&path, &[BROWSER]);
        assert_eq!(file.status, StatusCode::OK, "{path}: {}", file.text());
        assert_eq!(file.header("content-type"), "application/geo+json", "{path}");
        assert_eq!(file.header("vary").matches("accept").count(), 1, "{path}");
        let only_pages = get_with(&path, &[("accept", "text/html")]);
        let named = get_with(&format!("{path}&f=html"), &[BROWSER]);
        for refused in [only_pages, named] {
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(refused.text().contains("not for pages to read"), "{}", refused.text());
        }
    }
    let csv = ("accept", "text/html, text/csv;q=0.5");
    let table = get_with("/collections/bases/items?decimals=2", &[csv]);
    assert!(table.header("content-type").starts_with("text/csv"));
    assert_eq!(get_with("/collections/bases/items?decimals=x", &[BROWSER]).status, 400);
    page("/collections/bases/download?decimals=2");
}

#[test]
fn the_page_of_all_collections_shows_them_on_a_map() {
    let page = page("/collections").text();
    assert!(page.contains("<svg class=\"map") && page.matches("class=\"land\"").count() > 20);
    for collection in get("/collections").json()["collections"].as_array().unwrap() {
        let id = collection["id"].as_str().unwrap();
        assert!(page.contains(&format!("<code>{id}</code>")), "{id}");
        let mark = format!("<a href=\"/collections/{id}?f=html\"><");
        assert!(page.contains(&mark), "{id} is drawn");
    }
    assert!(page.contains("class=\"shape outline kind") && page.contains("<circle class=\"kind"));
}

#[test]
fn who_takes_no_coding_at_all_gets_the_bytes_as_they_are() {
    let path = "/collections/bases/items?limit=2";
    for refused in ["identity;q=0", "*;q=0", "identity;q=0, gzip;q=0"] {
        let answer = get_with(path, &[("accept-encoding", refused)]);
        assert_eq!(answer.status, StatusCode::OK, "{refused}");
        assert_eq!(answer.header("content-encoding"), "", "{refused}");
        assert_eq!(answer.json()["numberReturned"], 2);
        let none = get_with("/nothing", &[("accept-encoding", refused)]);
        assert_eq!(none.status, StatusCode::NOT_FOUND);
        assert_eq!(none.json()["status"], 404);
    }
    let packed = get_with(path, &[("accept-encoding", "identity;q=0, gzip")]);
    assert_eq!(packed.header("content-encoding"), "gzip");
}
