//! The service walked as the suite of the OGC walks it (ets-ogcapi-features10): from the landing page
//! by links and the API document, with nothing known beforehand. Each test bears its assertion's name.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::Value as Json;

use crate::client::{Answer, get, get_with, links, path};

const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";
const GEOJSON: &str = "application/geo+json";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const EPSG_4326: &str = "http://www.opengis.net/def/crs/EPSG/0/4326";

/// Follows the first link of a relation from the landing page.
fn from_landing(rel: &str) -> Answer {
    let landing = get_with("/", &[("accept", "application/json")]).json();
    let answer = get(path(links(&landing, rel)[0]));
    assert_eq!(answer.status, StatusCode::OK, "{rel}");
    answer
}

fn api() -> Json {
    from_landing("service-desc").json()
}

fn collections() -> Vec<Json> {
    from_landing("data").json()["collections"].as_array().unwrap().clone()
}

/// The address of the features of each collection: that of the link `items` of the type of GeoJSON.
fn items() -> Vec<(Json, String)> {
    let of = |collection: Json| {
        let at = links(&collection, "items").into_iter().find(|link| link["type"] == GEOJSON);
        let at = path(at.unwrap()).to_owned();
        (collection, at)
    };
    collections().into_iter().map(of).collect()
}

/// The parameters of a path of the document, references followed, by their names.
fn parameters(api: &Json, path: &str) -> BTreeMap<String, Json> {
    let given = api["paths"][path]["get"]["parameters"].as_array().unwrap().iter();
    let followed = given.map(|one| match one["$ref"].as_str() {
        Some(at) => api.pointer(at.trim_start_matches('#')).unwrap().clone(),
        None => one.clone(),
    });
    followed.map(|one| (one["name"].as_str().unwrap().to_owned(), one)).collect()
}

fn ok(at: &str) -> Json {
    let answer = get(at);
    assert_eq!(answer.status, StatusCode::OK, "{at}: {}", answer.text());
    answer.json()
}

fn features(page: &Json) -> &Vec<Json> {
    page["features"].as_array().unwrap()
}

fn positions(geometry: &Json) -> Vec<(f64, f64)> {
    fn add(coordinates: &Json, into: &mut Vec<(f64, f64)>) {
        let list = coordinates.as_array().unwrap();
        match (list.first().and_then(Json::as_f64), list.get(1).and_then(Json::as_f64)) {
            (Some(x), Some(y)) => into.push((x, y)),
            _ => list.iter().for_each(|part| add(part, into)),
        }
    }
    let mut all = Vec::new();
    if geometry.is_object() {
        add(&geometry["coordinates"], &mut all);
    }
    all
}

/// Refuses what strict parsers refuse: nulls, lists of types, empty enumerations, references that lead nowhere.
fn check(part: &Json, api: &Json) {
    assert!(!part.is_null());
    if let Some(at) = part["$ref"].as_str() {
        assert!(api.pointer(at.strip_prefix('#').unwrap()).is_some(), "{at}");
    }
    if part["in"].is_string() {
        assert!(part["schema"].is_object() && part["name"].is_string(), "{part}");
    }
    assert!(!part["type"].is_array(), "{part}");
    assert!(part["enum"].as_array().is_none_or(|words| !words.is_empty()));
    match part {
        Json::Array(parts) => parts.iter().for_each(|part| check(part, api)),
        Json::Object(parts) => parts.values().for_each(|part| check(part, api)),
        _ => {}
    }
}

#[test]
fn landing_page_retrieval_has_service_desc_service_doc_conformance_and_data() {
    let landing = get_with("/", &[("accept", "application/json")]);
    assert_eq!(landing.status, StatusCode::OK);
    let landing = landing.json();
    let kind = |rel: &str| links(&landing, rel)[0]["type"].as_str().unwrap().replace(' ', "");
    assert_eq!(kind("service-desc"), OPENAPI);
    assert_eq!(kind("service-doc"), "text/html");
    assert_eq!(kind("conformance"), "application/json");
    assert_eq!(kind("data"), "application/json");
}

#[test]
fn open_api_document_is_three_dot_zero_valid_and_whole() {
    let document = from_landing("service-desc");
    assert_eq!(document.header("content-type").replace(' ', ""), OPENAPI);
    let api = document.json();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.0."));
    assert!(api["servers"][0]["url"].as_str().unwrap().starts_with("http"));
    check(&api, &api);
}

#[test]
fn api_definition_every_path_that_is_tested_is_found_there_with_an_answer() {
    let api = api();
    let mut wanted: Vec<String> =
        ["/", "/api", "/conformance", "/collections", "/functions"].map(str::to_owned).to_vec();
    for (collection, at) in items() {
        let root = format!("/collections/{}", collection["id"].as_str().unwrap());
        assert_eq!(at, format!("{root}/items"));
        wanted.extend(
            ["", "/items", "/items/{featureId}", "/schema", "/queryables"]
                .map(|end| format!("{root}{end}")),
        );
    }
    for path in wanted {
        let operation = &api["paths"][&path]["get"];
        assert!(operation["responses"]["200"]["content"].is_object(), "{path}");
    }
}

#[test]
fn conformance_operation_lists_classes_of_one_dot_zero_and_what_they_ask_for_is_there() {
    let answer = from_landing("conformance").json();
    let classes: BTreeSet<&str> =
        answer["conformsTo"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(classes.len(), answer["conformsTo"].as_array().unwrap().len(), "each once");
    for class in ["core", "geojson", "html", "oas30"] {
        assert!(classes.contains(
            format!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{class}").as_str()
        ));
    }
    // The service of this test takes no changes, so it must not say that it does.
    assert!(classes.iter().all(|class| class.contains("/conf/") && !class.contains("features-4")));
    let landing = get_with("/", &[("accept", "application/json")]).json();
    assert!(classes.contains("http://www.opengis.net/spec/cql2/1.0/conf/functions"));
    let functions =
        get(path(links(&landing, "http://www.opengis.net/def/rel/ogc/1.0/functions")[0])).json();
    assert_eq!(functions["functions"][0]["name"], "S_DWITHIN");
}

#[test]
fn every_document_has_self_and_an_alternate_of_every_claimed_encoding() {
    let (collection, at) = items().remove(0);
    let feature = features(&ok(&at))[0]["id"].as_str().unwrap().to_owned();
    let root = format!("/collections/{}", collection["id"].as_str().unwrap());
    for (at, own) in [
        ("/".to_owned(), "application/json"),
        ("/conformance".to_owned(), "application/json"),
        ("/collections".to_owned(), "application/json"),
        (root, "application/json"),
        (at.clone(), GEOJSON),
        (format!("{at}/{feature}"), GEOJSON),
    ] {
        let body = ok(&at);
        assert_eq!(links(&body, "self")[0]["type"], own, "{at}");
        let page = links(&body, "alternate").into_iter().find(|link| link["type"] == "text/html");
        let page = get(path(page.unwrap_or_else(|| panic!("{at} has no page"))));
        assert_eq!(page.status, StatusCode::OK, "{at}");
        assert!(page.header("content-type").starts_with("text/html"), "{at}");
        for link in body["links"].as_array().unwrap() {
            let has = |name: &str| link[name].as_str().is_some_and(|text| !text.is_empty());
            assert!(
                has("rel") && has("type") && link["href"].as_str().unwrap().starts_with("http"),
                "{link}"
            );
        }
    }
}

#[test]
fn feature_collections_metadata_is_the_same_alone_and_in_the_list() {
    for listed in collections() {
        let alone = ok(path(links(&listed, "self")[0]));
        for member in ["id", "title", "description", "extent", "crs", "storageCrs", "links"] {
            assert_eq!(alone[member], listed[member], "{member}");
        }
        for bbox in alone["extent"]["spatial"]["bbox"].as_array().unwrap() {
            assert_eq!(bbox.as_array().unwrap().len(), 4);
        }
        let of_geojson = links(&alone, "items").into_iter().filter(|link| link["type"] == GEOJSON);
        assert_eq!(of_geojson.count(), 1);
    }
}

#[test]
fn parameters_limit_bbox_datetime_are_defined_to_the_letter_and_none_is_free_form() {
    let api = api();
    for (collection, at) in items() {
        let all = parameters(&api, &at);
        for name in ["limit", "bbox", "datetime", "bbox-crs", "crs"] {
            let one = &all[name];
            assert_eq!(
                (&one["in"], &one["required"]),
                (&Json::from("query"), &Json::from(false)),
                "{name}"
            );
            assert_eq!(
                (&one["style"], &one["explode"]),
                (&Json::from("form"), &Json::from(false)),
                "{name}"
            );
        }
        let limit = &all["limit"]["schema"];
        assert_eq!(limit["type"], "integer");
        for bound in ["minimum", "maximum", "default"] {
            assert!(limit[bound].is_u64(), "{bound}");
        }
        let bbox = &all["bbox"]["schema"];
        assert_eq!(
            (bbox["type"].as_str(), bbox["minItems"].as_u64(), bbox["maxItems"].as_u64()),
            (Some("array"), Some(4), Some(6))
        );
        assert_eq!(bbox["items"]["type"], "number");
        assert_eq!(all["datetime"]["schema"]["type"], "string");
        assert_eq!(all["crs"]["schema"]["enum"], collection["crs"]);
        assert!(
            all.values().all(|one| one["style"] != "deepObject"
                && one["schema"]["additionalProperties"].is_null())
        );
    }
}

#[test]
fn features_limit_number_matched_is_what_next_collects_with_limit_at_its_maximum() {
    let api = api();
    for (_, at) in items() {
        let maximum = parameters(&api, &at)["limit"]["schema"]["maximum"].as_u64().unwrap();
        let first = ok(&format!("{at}?limit=10"));
        let (mut page, mut ids, mut pages) = (first.clone(), BTreeSet::new(), 1);
        loop {
            assert_eq!(page["numberReturned"], features(&page).len());
            assert_eq!(page["numberMatched"], first["numberMatched"]);
            for feature in features(&page) {
                assert!(ids.insert(feature["id"].to_string()), "{} twice", feature["id"]);
            }
            let Some(next) = links(&page, "next").first().map(|link| path(link).to_owned()) else {
                break;
            };
            let (start, query) = next.split_once('?').unwrap();
            let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
            let pairs = pairs.map(|(name, value)| match name {
                "limit" => format!("limit={maximum}"),
                _ => format!("{name}={value}"),
            });
            page = ok(&format!("{start}?{}", pairs.collect::<Vec<_>>().join("&")));
            pages += 1;
        }
        assert!(pages <= 5);
        assert_eq!(ids.len() as u64, first["numberMatched"].as_u64().unwrap(), "{at}");
    }
}

#[test]
fn features_limit_above_the_maximum_is_lowered_and_what_is_no_number_is_refused() {
    let (_, at) = items().remove(0);
    assert_eq!(get(&format!("{at}?limit=1000000")).status, StatusCode::OK);
    for limit in ["0", "-1", "unlimited", "1.5", ""] {
        assert_eq!(get(&format!("{at}?limit={limit}")).status, StatusCode::BAD_REQUEST, "{limit}");
    }
}

#[test]
fn features_bbox_the_boxes_of_the_suite_give_only_what_intersects() {
    let boxes = [
        "177,65,-177,70",
        "-180,-90,-170,90",
        "-180,85,180,90",
        "-5,-90,5,90",
        "-180,-5,180,5",
        "110,30,120,40",
    ];
    for (_, at) in items() {
        for bbox in boxes {
            let edges: Vec<f64> = bbox.split(',').map(|edge| edge.parse().unwrap()).collect();
            let page = ok(&format!("{at}?bbox={bbox}&limit=50"));
            for feature in features(&page) {
                let all = positions(&feature["geometry"]);
                if all.is_empty() {
                    continue; // a feature without geometry is in every box
                }
                let (x, y): (Vec<f64>, Vec<f64>) = all.into_iter().unzip();
                let least = |list: &[f64]| list.iter().copied().fold(f64::MAX, f64::min);
                let most = |list: &[f64]| list.iter().copied().fold(f64::MIN, f64::max);
                let in_lat = least(&y) <= edges[3] && most(&y) >= edges[1];
                let in_lon = if edges[0] <= edges[2] {
                    least(&x) <= edges[2] && most(&x) >= edges[0]
                } else {
                    most(&x) >= edges[0] || least(&x) <= edges[2]
                };
                assert!(in_lon && in_lat, "{at} {bbox}: {}", feature["id"]);
            }
        }
        for bbox in ["1,2,3", "1,2,3,4,5", "a,b,c,d", "0,10,1,5", "0,0,1,91", "nan,0,1,1"] {
            assert_eq!(get(&format!("{at}?bbox={bbox}")).status, StatusCode::BAD_REQUEST, "{bbox}");
        }
    }
}

#[test]
fn features_datetime_every_spelling_is_answered_and_others_are_refused() {
    for (_, at) in items() {
        for time in [
            "2018-02-12T23:20:50Z",
            "2018-02-12T00:00:00Z/2018-03-18T12:31:12Z",
            "2018-02-12T00:00:00Z/..",
            "../2018-03-18T12:31:12Z",
            "2018-02-12T00:00:00Z/",
            "/2018-03-18T12:31:12Z",
            "2018-02-12/..",
        ] {
            assert_eq!(get(&format!("{at}?datetime={time}")).status, StatusCode::OK, "{at} {time}");
        }
        for time in ["yesterday", "2018-13-01T00:00:00Z", "2019-01-01/2018-01-01", ""] {
            assert_eq!(
                get(&format!("{at}?datetime={time}")).status,
                StatusCode::BAD_REQUEST,
                "{time}"
            );
        }
    }
}

#[test]
fn query_param_unknown_a_parameter_that_is_not_declared_is_refused_everywhere() {
    let (collection, at) = items().remove(0);
    let root = format!("/collections/{}", collection["id"].as_str().unwrap());
    for at in [
        "/conformance",
        "/collections",
        "/functions",
        &root,
        &at,
        &format!("{at}/base-01"),
        &format!("{root}/schema"),
    ] {
        let answer = get(&format!("{at}?unknownQueryParameter=unspecified"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{at}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
}

#[test]
fn feature_operation_a_feature_is_at_the_items_link_a_slash_and_its_id() {
    for (_, at) in items() {
        let page = ok(&format!("{at}?limit=5"));
        assert!(!features(&page).is_empty());
        for listed in features(&page) {
            let id = listed["id"].as_str().unwrap();
            let answer = get(&format!("{at}/{id}"));
            assert_eq!(answer.header("content-type"), GEOJSON);
            let alone = answer.json();
            assert_eq!((&alone["id"], &alone["type"]), (&listed["id"], &Json::from("Feature")));
            assert_eq!(alone["geometry"], listed["geometry"]);
            assert_eq!(links(&alone, "collection").len(), 1);
        }
    }
}

#[test]
fn crs_collections_crs_identifier_lists_crs84_and_the_storage_crs_and_only_epsg_beside() {
    for collection in collections() {
        let listed: Vec<&str> =
            collection["crs"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        assert!(listed.contains(&CRS84) && listed.contains(&EPSG_4326));
        assert!(listed.contains(&collection["storageCrs"].as_str().unwrap()));
        for uri in listed.iter().filter(|uri| **uri != CRS84) {
            let code = uri.strip_prefix("http://www.opengis.net/def/crs/EPSG/0/").unwrap();
            assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{uri}");
        }
    }
}

#[test]
fn crs_parameter_every_listed_system_is_answered_and_named_in_the_header() {
    for (collection, at) in items() {
        let id = features(&ok(&format!("{at}?limit=1")))[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(get(&format!("{at}?limit=1")).header("content-crs"), format!("<{CRS84}>"));
        assert_eq!(get(&format!("{at}/{id}")).header("content-crs"), format!("<{CRS84}>"));
        for uri in collection["crs"].as_array().unwrap() {
            let uri = uri.as_str().unwrap();
            for at in [format!("{at}?limit=1&crs={uri}"), format!("{at}/{id}?crs={uri}")] {
                let answer = get(&at);
                assert_eq!(answer.status, StatusCode::OK, "{at}: {}", answer.text());
                assert_eq!(answer.header("content-crs"), format!("<{uri}>"));
            }
        }
    }
}

#[test]
fn crs_parameter_and_bbox_crs_parameter_invalid_are_refused() {
    let unsupported = "http://www.opengis.net/def/crs/0/unsupported";
    for (_, at) in items() {
        for query in [
            format!("crs={unsupported}"),
            format!("bbox=5,5,6,6&bbox-crs={unsupported}"),
            format!("bbox-crs={unsupported}"),
        ] {
            assert_eq!(get(&format!("{at}?{query}")).status, StatusCode::BAD_REQUEST, "{query}");
        }
        let id = features(&ok(&format!("{at}?limit=1")))[0]["id"].as_str().unwrap().to_owned();
        assert_eq!(get(&format!("{at}/{id}?crs={unsupported}")).status, StatusCode::BAD_REQUEST);
    }
}

#[test]
fn bbox_crs_parameter_the_same_box_in_latitude_and_longitude_gives_the_same_features() {
    for (collection, at) in items() {
        let bbox: Vec<f64> =
            serde_json::from_value(collection["extent"]["spatial"]["bbox"][0].clone()).unwrap();
        // A part of the extent, so that some features are outside.
        let (west, south) = (bbox[0], bbox[1]);
        let (east, north) = (bbox[0].midpoint(bbox[2]), bbox[1].midpoint(bbox[3]));
        let count =
            |query: String| ok(&format!("{at}?limit=1&{query}"))["numberMatched"].as_u64().unwrap();
        let plain = count(format!("bbox={west},{south},{east},{north}"));
        assert_eq!(count(format!("bbox={west},{south},{east},{north}&bbox-crs={CRS84}")), plain);
        assert_eq!(
            count(format!("bbox={south},{west},{north},{east}&bbox-crs={EPSG_4326}")),
            plain
        );
        assert!(plain > 0);
    }
}

#[test]
fn crs_parameter_epsg_4326_exchanges_the_axes_of_crs84() {
    for (_, at) in items() {
        let plain = ok(&format!("{at}?limit=3"));
        let turned = ok(&format!("{at}?limit=3&crs={EPSG_4326}"));
        for (one, other) in features(&plain).iter().zip(features(&turned)) {
            let exchanged: Vec<(f64, f64)> =
                positions(&other["geometry"]).into_iter().map(|(lat, lon)| (lon, lat)).collect();
            assert_eq!(positions(&one["geometry"]), exchanged);
        }
    }
}

#[test]
fn schemas_the_logical_schema_has_roles_and_is_linked_beside_that_of_a_geojson_feature() {
    for collection in collections() {
        let linked = links(&collection, "http://www.opengis.net/def/rel/ogc/1.0/schema");
        let answer = get(path(linked[0]));
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let schema = answer.json();
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], linked[0]["href"]);
        assert_eq!(schema["type"], "object");
        let with = |role: &str| {
            schema["properties"]
                .as_object()
                .unwrap()
                .iter()
                .filter(|(_, one)| one["x-ogc-role"] == role)
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(with("id"), ["id"]);
        assert_eq!(with("primary-geometry"), ["geometry"]);
        let geometry = &schema["properties"]["geometry"];
        assert!(geometry["format"].as_str().unwrap().starts_with("geometry-"));
        assert!(geometry["type"].is_null() && geometry["$ref"].is_null());
        let described = get(path(links(&collection, "describedby")[0])).json();
        assert!(
            described["properties"]["properties"]["properties"].is_object(),
            "as GDAL reads it"
        );
        let items = path(links(&collection, "items")[0]).to_owned();
        for name in
            features(&ok(&format!("{items}?limit=1")))[0]["properties"].as_object().unwrap().keys()
        {
            assert!(schema["properties"][name].is_object(), "{name}");
        }
    }
}
