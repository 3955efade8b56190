//! What OGC API Features requires, named after the requirements and the assertions of its suite.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use serde_json::Value as Json;

use crate::client::{Answer, get, links, path};

fn api() -> Json {
    get("/api").json()
}

fn collections() -> Vec<Json> {
    get("/collections").json()["collections"].as_array().unwrap().clone()
}

/// A parameter of an operation, also where it stands among the shared ones.
fn parameter(api: &Json, operation: &Json, name: &str) -> Json {
    let parameters = operation["parameters"].as_array().unwrap();
    let resolved = parameters.iter().map(|parameter| match parameter["$ref"].as_str() {
        Some(at) => api.pointer(at.trim_start_matches('#')).unwrap().clone(),
        None => parameter.clone(),
    });
    resolved.into_iter().find(|parameter| parameter["name"] == name).unwrap()
}

#[test]
fn core_root_success_the_landing_page_has_the_links_clients_need() {
    let landing = get("/").json();
    for (rel, media_type) in [
        ("self", "application/json"),
        ("service-desc", "application/vnd.oai.openapi+json;version=3.0"),
        ("service-doc", "text/html"),
        ("conformance", "application/json"),
        ("data", "application/json"),
    ] {
        assert_eq!(links(&landing, rel)[0]["type"], media_type, "{rel}");
    }
}

#[test]
fn core_links_every_link_is_absolute_typed_and_leads_somewhere() {
    for at in [
        "/",
        "/conformance",
        "/collections",
        "/collections/bases",
        "/collections/bases/items?limit=3&offset=3",
    ] {
        for link in get(at).json()["links"].as_array().unwrap() {
            assert!(link["type"].as_str().is_some_and(|kind| !kind.is_empty()), "{link}");
            if link["templated"] != true {
                let answer = get(path(link));
                assert_eq!(answer.status, StatusCode::OK, "{link}");
                let kind = answer.header("content-type").to_owned();
                let wanted = link["type"].as_str().unwrap();
                // A page for people is the alternate of its JSON only by Accept or f=html.
                assert!(kind.starts_with(wanted) || wanted == "text/html", "{link} is {kind}");
            }
        }
    }
}

#[test]
fn core_conformance_success_the_classes_are_those_of_one_dot_zero() {
    let classes = get("/conformance").json()["conformsTo"].as_array().unwrap().clone();
    for class in ["core", "geojson", "oas30"] {
        let uri = format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}");
        assert!(classes.contains(&Json::from(uri)));
    }
    assert!(classes.iter().all(|class| class.as_str().unwrap().contains("/conf/")));
}

#[test]
fn oas30_definition_the_document_is_openapi_three_dot_zero_under_its_own_type() {
    let answer = get("/api");
    assert_eq!(answer.header("content-type"), "application/vnd.oai.openapi+json;version=3.0");
    let api = answer.json();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.0."));
    assert!(!answer.text().contains(":null") && !answer.text().contains(r#""enum":[]"#));
}

#[test]
fn oas30_paths_every_path_that_clients_ask_for_is_described() {
    let paths = api()["paths"].as_object().unwrap().clone();
    for path in ["/", "/api", "/conformance", "/collections"] {
        assert!(paths.contains_key(path), "{path}");
    }
    for collection in collections() {
        let id = collection["id"].as_str().unwrap();
        for end in ["", "/items", "/items/{featureId}", "/feature-schema"] {
            assert!(paths.contains_key(&format!("/collections/{id}{end}")), "{id}{end}");
        }
    }
    for (path, item) in &paths {
        // Processes are executed by POST alone.
        let method = if path.ends_with("/execution") { "post" } else { "get" };
        assert!(item[method]["responses"]["200"]["content"].is_object(), "{path}");
    }
}

#[test]
fn core_fc_parameters_are_defined_to_the_letter() {
    let api = api();
    let items = &api["paths"]["/collections/bases/items"]["get"];
    for name in ["limit", "bbox", "datetime"] {
        let parameter = parameter(&api, items, name);
        assert_eq!(parameter["in"], "query");
        assert_eq!(parameter["required"], false);
        assert_eq!(parameter["style"], "form");
        assert_eq!(parameter["explode"], false);
    }
    let limit = parameter(&api, items, "limit");
    assert_eq!(limit["schema"], api["components"]["parameters"]["limit"]["schema"]);
    assert_eq!(limit["schema"]["type"], "integer");
    assert_eq!(
        (&limit["schema"]["minimum"], &limit["schema"]["maximum"], &limit["schema"]["default"]),
        (&Json::from(1), &Json::from(10_000), &Json::from(100))
    );
    let bbox = parameter(&api, items, "bbox");
    assert_eq!(
        bbox["schema"],
        serde_json::json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}})
    );
    assert_eq!(parameter(&api, items, "datetime")["schema"]["type"], "string");
    assert_eq!(parameter(&api, items, "year")["schema"]["type"], "integer");
}

#[test]
fn core_sfc_md_success_a_collection_is_the_same_alone_and_in_the_list() {
    for listed in collections() {
        let alone = get(&format!("/collections/{}", listed["id"].as_str().unwrap())).json();
        assert_eq!(alone, listed);
        assert_eq!(listed["extent"]["spatial"]["bbox"][0].as_array().unwrap().len(), 4);
        assert_eq!(listed["crs"][0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
        assert!(listed["dataAsOf"].as_str().unwrap().len() == 10, "data as of");
    }
}

#[test]
fn core_fc_md_items_links_the_items_link_is_clean_and_typed() {
    for collection in collections() {
        let items = links(&collection, "items");
        let id = collection["id"].as_str().unwrap();
        assert_eq!(path(items[0]), format!("/collections/{id}/items"));
        assert_eq!(items[0]["type"], "application/geo+json");
        assert_eq!(links(&collection, "describedby")[0]["type"], "application/schema+json");
        assert_eq!(links(&collection, "license").len(), 1);
    }
}

#[test]
fn core_fc_response_a_page_counts_itself_and_says_when() {
    for collection in collections() {
        let page =
            get(&format!("/collections/{}/items?limit=7", collection["id"].as_str().unwrap()))
                .json();
        assert_eq!(page["type"], "FeatureCollection");
        assert_eq!(page["numberReturned"], page["features"].as_array().unwrap().len());
        assert_eq!(page["numberMatched"], collection["itemCount"]);
        assert!(page["timeStamp"].as_str().unwrap().ends_with('Z'));
        assert_eq!(links(&page, "self")[0]["type"], "application/geo+json");
        assert!(links(&page, "alternate").len() >= 2);
        assert_eq!(links(&page, "next")[0]["type"], "application/geo+json", "no parameters");
    }
}

#[test]
fn core_f_success_a_feature_is_found_under_the_items_link_and_its_id() {
    let page = get("/collections/bases/items").json();
    let items = path(links(&page, "self")[0]).to_owned();
    for base in page["features"].as_array().unwrap() {
        let one = get(&format!("{items}/{}", base["id"].as_str().unwrap())).json();
        assert_eq!(one["id"], base["id"]);
        assert_eq!(one["properties"], base["properties"]);
        assert_eq!(one["geometry"], base["geometry"]);
        assert_eq!(links(&one, "collection")[0]["type"], "application/json");
    }
}

#[test]
fn core_fc_limit_response_the_suite_rewrites_limit_and_still_sees_each_feature_once() {
    let mut seen = BTreeSet::new();
    let mut at = "/collections/hubs/items?limit=10".to_owned();
    loop {
        let page = get(&at).json();
        for hub in page["features"].as_array().unwrap() {
            assert!(seen.insert(hub["id"].to_string()), "{} twice", hub["id"]);
        }
        match links(&page, "next").first() {
            Some(next) => at = path(next).replace("limit=10&", "limit=333&"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 949);
}

#[test]
fn core_fc_bbox_response_the_boxes_of_the_suite_are_answered() {
    for bbox in [
        "177,65,-177,70",
        "-180,-90,180,90",
        "-5,-90,5,90",
        "-180,-5,180,5",
        "-180,89,180,90",
        "0,0,0,0",
    ] {
        for collection in ["bases", "provinces"] {
            let answer: Answer = get(&format!("/collections/{collection}/items?bbox={bbox}"));
            assert_eq!(answer.status, StatusCode::OK, "{bbox}");
        }
    }
    let west_pacific = get("/collections/provinces/items?bbox=177,65,-177,70").json();
    assert_eq!(west_pacific["numberMatched"], 0);
}

#[test]
fn core_fc_time_response_time_selects_by_the_year() {
    let count = |datetime: &str| {
        get(&format!("/collections/hubs/items?datetime={datetime}&limit=1")).json()["numberMatched"]
            .as_u64()
            .unwrap()
    };
    let years = get("/collections/hubs/items?limit=10000").json();
    let with = |test: &dyn Fn(&Json) -> bool| {
        years["features"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|hub| test(&hub["properties"]["year"]))
            .count() as u64
    };
    assert_eq!(
        count("../2010-06-01"),
        with(&|year| year.is_null() || year.as_i64().unwrap() <= 2010)
    );
    assert_eq!(
        count("2021-01-01/.."),
        with(&|year| year.is_null() || year.as_i64().unwrap() >= 2021)
    );
    assert_eq!(count("0000-01-01T00:00:00Z/1900-01-01T00:00:00Z"), with(&Json::is_null));
}
