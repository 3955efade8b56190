//! Bad input is refused with the right status, a problem that names it, and nothing half done.

use axum::http::{Method, StatusCode};

use crate::client::{ask, get, get_with};

/// What is asked, and a part of what the refusal says.
const REFUSED: [(&str, &str); 29] = [
    ("/collections/counties/items?decimals=2", "from 5 to 9"),
    ("/collections/bases/items?name=%FF", "not UTF-8"),
    ("/collections/bases/items?bbox=1,2,9,3,4,5", "west,south,east,north"),
    ("/collections/bases/items?bbox=1,2,3", "west,south,east,north"),
    ("/collections/bases/items?bbox=a,b,c,d", "west,south,east,north"),
    ("/collections/bases/items?bbox=0,0,0,nan", "west,south,east,north"),
    ("/collections/bases/items?bbox=0,91,1,92", "latitude within"),
    ("/collections/bases/items?bbox=0,20,1,10", "south edge"),
    ("/collections/bases/items?colour=red", "`colour` is no parameter here"),
    ("/collections/bases/items?limit=0", "whole number from 1"),
    ("/collections/bases/items?limit=-5", "whole number from 1"),
    ("/collections/bases/items?limit=unlimited", "whole number from 1"),
    ("/collections/bases/items?limit=1&limit=2", "given twice"),
    ("/collections/bases/items?offset=x", "whole number from 0"),
    ("/collections/bases/items?datetime=yesterday", "RFC 3339"),
    ("/collections/bases/items?datetime=2021-01-01/2020-01-01", "ends before it starts"),
    ("/collections/bases/items?year=twenty", "whole numbers"),
    ("/collections/bases/items?f=xml", "geojson, json, geojsonl, csv"),
    ("/collections/bases/items?decimals=99", "0 to 9"),
    ("/collections/bases/nearest?to=base-09&k=0", "whole number from 1"),
    ("/collections/bases/nearest?at=116,91", "latitude within"),
    ("/collections/bases/nearest?at=nan,0", "not a position"),
    ("/collections/bases/nearest?at=39.9,116.4", "longitude first"),
    ("/collections/bases/nearest?at=116,39&to=base-09", "not both"),
    ("/collections/bases/nearest", "at=lon,lat or to=id"),
    ("/collections/bases/nearest?to=base-09&within_km=-1", "a distance in km"),
    ("/collections/counties/nearest?at=116,39", "collections of points"),
    ("/collections/%ff", "cannot be read"),
    ("/conformance?colour=red", "`colour` is no parameter here"),
];

const NOT_THERE: [&str; 6] = [
    "/collections/nothing",
    "/collections/nothing/items",
    "/collections/bases/items/base-99",
    "/collections/bases/nearest?to=base-99",
    "/assets/nothing.js",
    "/assets/../Cargo.toml",
];

#[test]
fn a_malformed_or_unknown_parameter_is_refused_by_name() {
    for (path, says) in REFUSED {
        let answer = get(path);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
        let problem = answer.json();
        assert_eq!(problem["status"], 400);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(says), "{path}: {detail}");
    }
}

#[test]
fn what_is_not_there_is_a_404_that_says_what_was_asked_for() {
    for path in NOT_THERE {
        let answer = get(path);
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "application/problem+json", "{path}");
    }
}

#[test]
fn other_methods_are_refused_with_those_allowed() {
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::TRACE] {
        let answer = ask(&method, "/collections/bases/items");
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert!(answer.header("allow").contains("GET"), "{method}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[test]
fn a_media_type_that_is_not_served_is_a_406_that_names_those_that_are() {
    let answer = get_with("/collections/bases/items", &[("accept", "image/png")]);
    assert_eq!(answer.status, StatusCode::NOT_ACCEPTABLE);
    assert!(answer.json()["detail"].as_str().unwrap().contains("application/geo+json"));
}
