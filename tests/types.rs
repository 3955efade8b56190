//! Truths, days and instants: kept as what they are from a file to every answer.

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};

use jidi::domain::FieldType;
use jidi::formats::Format;
use jidi::formats::layer::{Layer, LayerKind, kind_of};
use jidi::formats::sheet::SheetKind;

use crate::lists::{text, workbook};
use crate::writing::Writable;

/// A table is read as what its cells are spelt as.
const SHOPS: &str = "id,name,closed,opened,seen,lon,lat
a,One,true,2019-05-01,2020-10-13T08:00:00Z,120.5,31.5
b,Two,false,2020-02-29,2020-10-13T08:00:00.25Z,121.5,31.5
c,Three,false,2021-01-01,2021-06-01T00:00:00Z,122.5,31.5
d,Four,,,,123.5,31.5
";

const PATCH: (&str, &str) = ("content-type", "application/merge-patch+json");

fn shops(name: &str) -> Writable {
    let service = Writable::new(name);
    let headers = [("content-type", "text/csv")];
    let made = service.ask(2, &Method::POST, "/collections?id=shops", &headers, SHOPS);
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    service
}

/// The ids of the features that a query finds, in their order.
fn ids(service: &Writable, query: &str) -> String {
    let answer = service.client.get(&format!("/collections/shops/items?{query}"));
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
    let answer = answer.json();
    let features = answer["features"].as_array().unwrap().clone();
    assert_eq!(answer["numberMatched"], features.len(), "{query}");
    features.iter().map(|one| one["id"].as_str().unwrap()).collect()
}

#[test]
fn schemas_and_parameters_say_the_types() {
    let service = shops("types-said");
    let get = |path: &str| service.client.get(path).json();
    for page in ["schema", "queryables"] {
        let properties = &get(&format!("/collections/shops/{page}"))["properties"];
        assert_eq!(properties["closed"]["type"], "boolean");
        for (name, format) in [("opened", "date"), ("seen", "date-time")] {
            let said = (&properties[name]["type"], &properties[name]["format"]);
            assert_eq!(said, (&"string".into(), &format.into()), "{page}");
        }
    }
    let of_feature = get("/collections/shops/feature-schema")["properties"]["properties"].clone();
    let (declared, patterns) = (&of_feature["properties"], &of_feature["patternProperties"]);
    assert_eq!(patterns["^opened$"]["format"], "date", "{of_feature}");
    assert_eq!(patterns["^closed$"]["type"], json!(["boolean", "null"]));
    assert!(declared.get("opened").is_none(), "GDAL would take it for text");
    assert_eq!(declared["seen"]["format"], "date-time");
    let roles = get("/collections/shops/schema")["properties"].clone();
    assert_eq!(roles["opened"]["x-ogc-role"], "primary-instant");
    assert_eq!(roles["seen"]["x-ogc-role"], Json::Null);
    let parameters = get("/api")["paths"]["/collections/shops/items"]["get"]["parameters"].clone();
    let schema = |name: &str| {
        let all = parameters.as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap()["schema"].clone()
    };
    assert_eq!(schema("closed"), json!({"type": "boolean"}));
    assert_eq!(schema("seen"), json!({"type": "string", "format": "date-time"}));
    let feature = get("/collections/shops/items/b")["properties"].clone();
    assert_eq!(
        (&feature["closed"], &feature["opened"], &feature["seen"]),
        (&false.into(), &"2020-02-29".into(), &"2020-10-13T08:00:00.25Z".into())
    );
    let interval = &get("/collections/shops")["extent"]["temporal"]["interval"];
    assert_eq!(*interval, json!([["2019-05-01T00:00:00Z", "2021-01-01T23:59:59Z"]]));
}

#[test]
fn filters_parameters_and_orders_know_the_types() {
    let service = shops("types-asked");
    for (query, wanted) in [
        ("filter=closed", "a"),
        ("filter=NOT%20closed", "bc"),
        ("filter=closed%20IS%20NULL", "d"),
        ("closed=false", "bc"),
        ("closed=1", "a"),
        ("opened=2020-02-29", "b"),
        ("seen=2020-10-13T16:00:00%2B08:00", "a"),
        ("filter=opened%20%3E%3D%20DATE('2020-02-29')", "bc"),
        ("filter=seen%20%3D%20DATE('2020-10-13')", "ab"),
        ("filter=T_AFTER(seen,TIMESTAMP('2020-10-13T08:00:00Z'))", "bc"),
        ("datetime=2020-02-01/2020-12-31", "bd"),
        ("datetime=../2020-02-28", "ad"),
        ("datetime=2021-01-01T12:00:00Z", "cd"),
        ("sortby=-closed", "abcd"),
        ("sortby=-opened", "cbad"),
        ("sortby=-seen", "cbad"),
    ] {
        assert_eq!(ids(&service, query), wanted, "{query}");
    }
    for (query, words) in [
        ("closed=maybe", "true or false"),
        ("opened=yesterday", "days, yyyy-mm-dd"),
        ("seen=2020-10-13", "RFC 3339"),
        ("filter=opened%20%3D%20'2020-02-29'", "DATE("),
    ] {
        let refused = service.client.get(&format!("/collections/shops/items?{query}"));
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text().contains(words), "{query}: {}", refused.text());
    }
}

#[test]
fn pages_go_on_behind_truths_and_times() {
    let service = shops("types-paged");
    for order in ["closed,seen", "-opened", "seen"] {
        let mut path = format!("/collections/shops/items?limit=1&sortby={order}");
        let mut seen = String::new();
        loop {
            let page = service.client.get(&path).json();
            seen.push_str(page["features"][0]["id"].as_str().unwrap());
            let links = page["links"].as_array().unwrap();
            let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
            path = next["href"].as_str().unwrap().replace(crate::client::ROOT, "");
        }
        let wanted = ids(&service, &format!("sortby={order}"));
        assert_eq!(seen, wanted, "{order}");
    }
}

#[test]
fn edits_are_held_against_the_types_and_kept() {
    let service = shops("types-edited");
    let patch =
        |body: &str| service.ask(2, &Method::PATCH, "/collections/shops/items/a", &[PATCH], body);
    let body = r#"{"properties":{"closed":false,"opened":"2024-02-29","seen":"2024-02-29T01:00:00+01:00"}}"#;
    let done = patch(body);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text());
    let kept = || service.client.get("/collections/shops/items/a").json()["properties"].clone();
    assert_eq!(kept()["seen"], "2024-02-29T00:00:00Z");
    assert_eq!(ids(&service, "datetime=2024-02-29"), "ad");
    for (name, value, words) in [
        ("closed", json!("true"), "true or false"),
        ("closed", json!(1), "true or false"),
        ("opened", json!("2023-02-29"), "a day"),
        ("seen", json!("2023-02-28"), "an instant"),
        ("seen", json!(5), "an instant"),
    ] {
        let refused = patch(&json!({"properties": {name: value}}).to_string());
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    let undone = service.ask(3, &Method::POST, "/collections/shops/undo", &[], "");
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text());
    assert_eq!(kept()["closed"], true);
}

#[test]
fn a_workbook_says_which_of_its_cells_are_truths_and_times() {
    let cell = |place: &str, kind: &str, value: &str| {
        format!(r#"<c r="{place}" t="{kind}"><v>{value}</v></c>"#)
    };
    let head: String = [
        ("A1", "name"),
        ("B1", "open"),
        ("C1", "on"),
        ("D1", "at"),
        ("E1", "note"),
        ("F1", "mixed"),
    ]
    .map(|(place, name)| text(place, name))
    .concat();
    let first = [
        text("A2", "One"),
        cell("B2", "b", "1"),
        cell("C2", "d", "2020-10-13"),
        cell("D2", "d", "2020-10-13T08:00:00"),
        text("E2", "2020-10-13"),
        cell("F2", "b", "1"),
    ];
    let second = [
        cell("B3", "b", "0"),
        cell("D3", "d", "2020-10-14"),
        text("E3", "true"),
        cell("F3", "d", "2020-10-14"),
    ];
    let rows = format!(
        r#"<row r="1">{head}</row><row r="2">{}</row><row r="3">{}</row>"#,
        first.concat(),
        second.concat()
    );
    let kind = LayerKind::Sheet(SheetKind::Workbook);
    let layer = Layer::read(&workbook(&rows), kind, 9).unwrap();
    let types: Vec<FieldType> = layer.schema.fields().iter().map(|one| one.field_type).collect();
    let (texts, day) = (FieldType::Text, FieldType::Date);
    assert_eq!(types, [texts, FieldType::Boolean, day, FieldType::DateTime, texts, texts]);
    let words = layer.rows.iter().map(|row| row.values[3].in_a_cell());
    assert_eq!(words.collect::<Vec<_>>(), ["2020-10-13T08:00:00Z", "2020-10-14T00:00:00Z"]);
    assert_eq!(layer.warnings[0].0, "no_time_zone");
}

#[test]
fn downloads_come_back_as_what_they_were() {
    let service = shops("types-out");
    let wanted = [FieldType::Boolean, FieldType::Date, FieldType::DateTime];
    for format in Format::ALL {
        let name = format.name();
        let bytes = service.client.get(&format!("/collections/shops/download?f={name}")).body;
        let layer = Layer::read(&bytes, kind_of(format.media_type(), &bytes).unwrap(), 9).unwrap();
        let type_of =
            |field: &str| layer.schema.fields()[layer.schema.position(field).unwrap()].field_type;
        let types = ["closed", "opened", "seen"].map(type_of);
        assert_eq!(types, wanted, "{name}");
        let place = layer.schema.position("seen").unwrap();
        let row = layer.rows.iter().find(|row| row.id.as_deref() == Some("b")).unwrap();
        assert_eq!(row.values[place].in_a_cell(), "2020-10-13T08:00:00.25Z", "{name}");
    }
}

/// Every type, with what is hard to tell from another: texts that look like numbers, numbers called as
/// codes, lists of what lists are parted by, of nothing and of one empty text, columns of nothing.
const EVERYTHING: &str = r#"{"type":"FeatureCollection","types":{"day_text":"text","at_text":"text","no_whole":"integer","no_real":"real","no_list":"list","no_truth":"boolean","no_day":"date","no_instant":"date-time","no_text":"text"},"features":[
{"type":"Feature","id":"7","geometry":{"type":"Point","coordinates":[120.123456789012,31.5]},"properties":
 {"名称":"常熟, \"基地\"","tags":["39","b;c"],"n":9007199254740993,"whole":5.0,"zip":215500,"year_text":"2020","phone":"0512","flag":"true","closed":true,"opened":"2019-05-01","seen":"2020-10-13T08:00:00Z","day_text":"2020-10-13","at_text":"2020-10-13T08:00:00Z"}},
{"type":"Feature","id":"8","geometry":null,"properties":
 {"名称":"","tags":[],"n":-1,"whole":1e300,"zip":1,"year_text":"5","phone":"1","flag":null,"closed":false,"opened":"2020-02-29","seen":"2020-10-13T08:00:00.25Z","day_text":"2020-10-14","at_text":null}},
{"type":"Feature","id":"9-x","geometry":{"type":"Point","coordinates":[-179.5,-31.25]},"properties":
 {"名称":null,"tags":[""],"n":null,"whole":-0.125,"zip":null,"year_text":"007","phone":null,"flag":"false","closed":null,"opened":null,"seen":null,"day_text":null,"at_text":"1999-01-01T00:00:00Z"}},
{"type":"Feature","id":"10","geometry":{"type":"Point","coordinates":[0,0]},"properties":
 {"名称":" a ","tags":null,"n":0,"whole":2.0,"zip":0,"year_text":null,"phone":"","flag":"true","closed":true,"opened":"2021-01-01","seen":"1969-12-31T23:59:59.999999Z","day_text":"0001-01-01","at_text":"2020-10-13T08:00:00.5Z"}}]}"#;

const NOTHING_SAID: &str = "types=no_whole:integer,no_real:real,no_list:list,no_truth:boolean,no_day:date,no_instant:date-time";

/// What of a collection must be the same: the types of its fields, and its features by their ids.
fn told(service: &Writable, id: &str) -> Json {
    let get = |path: &str| service.client.get(&format!("/collections/{id}/{path}")).json();
    let schema = get("schema")["properties"].clone();
    let fields = schema.as_object().unwrap().iter();
    let types = fields.map(|(name, one)| json!([name, one["type"], one["format"]]));
    let page = get("items?decimals=9&sortby=id");
    assert!(page["features"].is_array(), "{page}");
    let features = page["features"].as_array().unwrap();
    let features =
        features.iter().map(|one| json!([one["id"], one["geometry"], one["properties"]]));
    json!([types.collect::<Vec<_>>(), features.collect::<Vec<_>>()])
}

fn put(service: &Writable, query: &str, media_type: &str, bytes: &[u8]) {
    let headers = [("content-type", media_type)];
    let made = service.ask(2, &Method::POST, &format!("/collections?{query}"), &headers, bytes);
    assert_eq!(made.status, StatusCode::CREATED, "{query}: {}", made.text());
}

#[test]
fn every_format_makes_the_same_collection_again() {
    let service = Writable::new("types-again");
    put(&service, "id=all", "application/geo+json", EVERYTHING.as_bytes());
    let before = told(&service, "all");
    assert_eq!(before[1][0][2]["tags"], Json::Null);
    assert_eq!(before[1][1][2]["tags"], json!(["39", "b;c"]));
    let types = &before[0].to_string();
    assert!(
        types.contains(r#"["tags","array",null]"#) && types.contains(r#"["zip","integer",null]"#)
    );
    for word in [r#"["no_instant","string","date-time"]"#, r#"["no_real","number",null]"#] {
        assert!(types.contains(word), "{types}");
    }
    for format in Format::ALL {
        let name = format.name();
        let bytes = service.client.get(&format!("/collections/all/download?f={name}")).body;
        // A table tells types by its cells: where there are none, they are said, as a person would.
        let said = if format == Format::Csv { NOTHING_SAID } else { "country=CN" };
        put(&service, &format!("id=again_{name}&{said}"), format.media_type(), &bytes);
        assert_eq!(told(&service, &format!("again_{name}")), before, "{name}");
        // In the place of what it came from, it has the types of that.
        put(&service, "id=all&mode=replace", format.media_type(), &bytes);
        assert_eq!(told(&service, "all"), before, "{name}, in its own place");
    }
    // As a spreadsheet writes it anew: without the quotation marks that say what is what.
    let plain = "id,名称,tags,n,whole,zip,year_text,phone,flag,closed,opened,seen,day_text,at_text,no_whole,no_real,no_list,no_truth,no_day,no_instant,no_text,lon,lat\n7,常熟,39,1,5,215500,2020,0512,true,true,2019-05-01,2020-10-13T08:00:00Z,2020-10-13,2020-10-13T08:00:00Z,,,,,,,,120,31\n";
    put(&service, "id=all&mode=replace", "text/csv", plain.as_bytes());
    let after = told(&service, "all");
    let sorted = |types: &Json| {
        let types = types.as_array().unwrap().iter().map(Json::to_string);
        types.collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(sorted(&after[0]), sorted(&before[0]));
    assert_eq!(after[1][0][2]["tags"], json!(["39"]));
}

#[test]
fn what_is_said_of_columns_is_held_against_the_rows_and_wrong_words_are_refused() {
    let service = Writable::new("types-of-columns");
    let table = "id,tags,n,lon,lat\na,x;y,7.10,1,2\nb,z,many,1,2\n";
    let post = |query: &str| {
        let headers = [("content-type", "text/csv")];
        service.ask(2, &Method::POST, &format!("/collections?{query}"), &headers, table)
    };
    let answer = post("id=said&types=tags:list,n:real").json();
    assert_eq!((&answer["features"], &answer["refused"][0]["line"]), (&json!(1), &json!(3)));
    assert!(answer["refused"][0]["reason"].as_str().unwrap().contains("`n`"), "{answer}");
    let a = service.client.get("/collections/said/items/a").json()["properties"].clone();
    assert_eq!((&a["tags"], &a["n"]), (&json!(["x", "y"]), &json!(7.1)));
    for (types, words) in [("tags", "name:type"), ("tags:lists", "boolean"), ("t:list", "id, tags")]
    {
        let refused = post(&format!("id=other&types={types}"));
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{types}");
        assert!(refused.text().contains(words), "{}", refused.text());
    }
}
