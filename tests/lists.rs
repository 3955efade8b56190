//! Lists of one's own: every kind of file in, every row out again with what was found.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write};

use axum::http::{Method, StatusCode};
use serde_json::{Value as Json, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::cli::run;
use crate::client::{post, post_as, post_csv};
use crate::writing::Writable;

pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A workbook of one sheet with these rows, the least that ECMA-376 asks for.
pub(crate) fn workbook(rows: &str) -> Vec<u8> {
    workbook_of(&[("List", rows)])
}

/// A workbook of sheets with names and rows.
pub(crate) fn workbook_of(sheets: &[(&str, &str)]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let (mut named, mut related) = (String::new(), String::new());
    let mut files = Vec::new();
    for (number, (name, rows)) in (1..).zip(sheets) {
        write!(named, r#"<sheet name="{name}" sheetId="{number}" r:id="r{number}"/>"#).unwrap();
        write!(related, r#"<Relationship Id="r{number}" Type="{office}/worksheet" Target="worksheets/sheet{number}.xml"/>"#).unwrap();
        files.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!(r#"<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>"#),
        ));
    }
    files.push((
        "_rels/.rels".to_owned(),
        format!(
            r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
        ),
    ));
    files.push((
        "xl/workbook.xml".to_owned(),
        format!(
            r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets>{named}</sheets></workbook>"#
        ),
    ));
    files.push((
        "xl/_rels/workbook.xml.rels".to_owned(),
        format!(r#"<Relationships xmlns="{package}">{related}</Relationships>"#),
    ));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) fn text(cell: &str, text: &str) -> String {
    format!(r#"<c r="{cell}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>"#)
}

#[test]
fn the_sheet_that_is_named_is_read_or_the_first_with_a_word_on_the_others() {
    let service = Writable::new("sheets");
    let place = text("A1", "name") + &text("B1", "lon") + &text("C1", "lat");
    let rows = |name: &str| {
        let row = text("A2", name) + &text("B2", " 120.5") + &text("C2", "31.5 ");
        format!(r#"<row r="1">{place}</row><row r="2">{row}</row>"#)
    };
    let book = workbook_of(&[("a", &rows("常熟")), ("b", &rows(" sp "))]);
    let send = |query: &str| {
        let headers = [("content-type", XLSX)];
        service.ask(2, &Method::POST, &format!("/collections?{query}"), &headers, &book)
    };
    for (query, name, warned) in [
        ("id=first", "常熟", true),
        ("id=first&mode=replace&layer=a", "常熟", false),
        ("id=second&layer=b", " sp ", false),
        ("id=placed&geocode=true", "常熟", true),
        ("id=placed&mode=replace&geocode=true&layer=b", "sp", false),
    ] {
        let made = send(query);
        assert_eq!(made.status, StatusCode::CREATED, "{query}: {}", made.text());
        let told = made.json();
        let words = "Only the first sheet, a, was read; there are also b.";
        assert_eq!(told["warnings"].to_string().contains(words), warned, "{query}: {told}");
        let items = format!("/collections/{}/items", told["collection"].as_str().unwrap());
        let item = service.client.get(&items).json()["features"][0].clone();
        assert_eq!(item["properties"]["name"], name, "{query}");
        assert_eq!(item["geometry"]["coordinates"], json!([120.5, 31.5]), "{query}");
    }
    for query in ["id=other&layer=c", "id=other&layer=c&geocode=true"] {
        let refused = send(query);
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        assert!(refused.text().contains("has no sheet `c`: there are a, b"), "{}", refused.text());
    }
    let headers = [("content-type", "text/csv")];
    let list = "name,lon,lat\na,120,31\n";
    for (path, is_warned) in
        [("id=table", false), ("id=one&layer=b", true), ("id=two&layer=b&geocode=true", true)]
    {
        let told =
            service.ask(2, &Method::POST, &format!("/collections?{path}"), &headers, list).json();
        assert_eq!(
            told["warnings"].to_string().contains("has one layer only"),
            is_warned,
            "{told}"
        );
    }
    let located = post_as("/geocode?f=csv", XLSX, &book);
    assert!(located.header("jidi-warning").contains("Only the first sheet, a"));
}

#[test]
fn a_workbook_is_read_and_its_numbers_stay_numbers() {
    let rows = format!(
        r#"<row r="2">{}{}{}</row><row r="3">{}<c r="B3"><v>320581</v></c><c r="C3"><v>1200.5</v></c></row><row r="5">{}</row><row r="6">{}{}</row>"#,
        text("A2", "名称"),
        text("B2", "代码"),
        text("C2", "staff"),
        text("A3", "常熟"),
        text("A5", "太仓"),
        text("A6", "昆山"),
        text("D6", "beside")
    );
    let book = workbook(&rows);
    let answer = post_as("/geocode?f=geojson", XLSX, &book).json();
    let first = &answer["features"][0]["properties"];
    assert_eq!((&first["代码"], &first["staff"]), (&json!(320581), &json!(1200.5)));
    assert_eq!((&first["adcode"], &first["line"]), (&json!("320581"), &json!(3)));
    assert_eq!(answer["features"][1]["properties"]["line"], 5);
    assert_eq!(
        (&answer["refused"][0]["line"], &answer["refused"][0]["value"]),
        (&json!(6), &json!("beside"))
    );
    let table = post_as("/geocode", XLSX, &book);
    assert_eq!(
        (table.header("content-type"), table.header("jidi-refused-lines")),
        ("text/csv", "6")
    );
    assert!(table.text().contains("常熟,320581,1200.5,matched,high,"), "{}", table.text());
}

#[test]
fn what_is_no_workbook_is_refused() {
    for body in [&b"PK\x03\x04 no archive"[..], &workbook("")[..]] {
        let answer = post_as("/geocode", XLSX, body);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    }
    let answer = post_as("/geocode", "image/png", b"x");
    assert!(
        answer.json()["detail"].as_str().unwrap().contains("spreadsheetml"),
        "{}",
        answer.text()
    );
}

#[test]
fn points_of_geojson_keep_their_properties_and_get_the_county_around_them() {
    let body = json!({"type": "FeatureCollection", "features": [
        {"type": "Feature", "id": "a", "geometry": {"type": "Point", "coordinates": [120.74, 31.65]},
         "properties": {"name": "Works", "staff": 7, "precision": "mine"}},
        {"type": "Feature", "geometry": null, "properties": {"name": "太仓市"}},
        {"type": "Feature", "geometry": {"type": "LineString", "coordinates": []}, "properties": {"name": "x"}},
    ]});
    let answer = post_as("/geocode", "application/geo+json", body.to_string().as_bytes()).json();
    let works = &answer["features"][0]["properties"];
    assert_eq!((&works["match_status"], &works["adcode"]), (&json!("given"), &json!("320581")));
    assert_eq!((&works["input_name"], &works["staff"]), (&json!("Works"), &json!(7)));
    assert_eq!((&works["precision"], &works["input_precision"]), (&json!("given"), &json!("mine")));
    assert_eq!(answer["features"][1]["properties"]["match_status"], "matched");
    assert_eq!(answer["refused"][0]["line"], 3);
}

#[test]
fn a_row_has_its_own_country_and_a_candidate_how_sure_it_is() {
    let rows = json!([{"query": "Paris", "country": "FR"}, {"query": "Suining, Sichuan"}, {"query": "鼓楼区"}]);
    let answer = post("/geocode?country=CN", &rows.to_string()).json();
    let row = |number: usize| &answer["features"][number]["properties"];
    assert_eq!(row(0)["level"], "place");
    assert_eq!(row(1)["candidates"][0]["confidence"], row(1)["confidence"]);
    let candidates = row(2)["candidates"].as_array().unwrap();
    assert!(candidates.iter().all(|one| one["confidence"] == "low"));
    assert!(row(2)["reason_zh"].as_str().unwrap().contains("同样相符"));
}

#[test]
fn a_long_list_is_answered_whole() {
    let mut list = "名称\n".to_owned();
    (0..12_000).for_each(|_| list.push_str("常熟市\n"));
    let answer = post_csv("/geocode", &list).text();
    assert_eq!(answer.lines().count(), 12_001);
    assert!(answer.lines().skip(1).all(|line| line.starts_with("常熟市,matched,high,")));
}

#[test]
fn positions_off_in_the_way_of_gcj02_are_warned_of_in_a_header_too() {
    let mut rows = String::from("名称,经度,纬度\n");
    for (name, lon, lat) in counties("33") {
        let at = jidi::domain::LonLat::from_degrees(lon, lat).unwrap();
        let off = jidi::domain::Datum::Gcj02.from_wgs84(at);
        writeln!(rows, "浙江省{name},{},{}", off.lon(), off.lat()).unwrap();
    }
    let answer = post_csv("/geocode", &rows);
    assert!(answer.header("jidi-warning").contains("GCJ-02"), "{}", answer.header("jidi-warning"));
    let warned = post_csv("/geocode?f=geojson", &rows).json();
    assert!(warned["warnings"][0]["message_zh"].as_str().unwrap().contains("偏离"));
    assert_eq!(post_csv("/geocode?datum=gcj02", &rows).header("jidi-warning"), "");
    let high = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"query":"Wuhan"},"geometry":{"type":"Point","coordinates":[114.3,30.6,25]}}]}"#;
    let warned = post("/geocode", high);
    assert_eq!(warned.json()["warnings"][0]["code"], "heights", "{}", warned.text());
    assert!(warned.header("jidi-warning").contains("heights"));
}

fn counties(start: &str) -> Vec<(String, f64, f64)> {
    let table = fs::read_to_string("geodata/gazetteer.csv").unwrap();
    let mut rows = csv::Reader::from_reader(table.as_bytes());
    let rows = rows.records().map(Result::unwrap);
    let rows = rows.filter(|row| &row[1] == "county" && row[0].starts_with(start));
    rows.map(|row| (row[3].to_owned(), row[11].parse().unwrap(), row[12].parse().unwrap()))
        .collect()
}

#[test]
fn a_located_list_is_written_for_gis_programs_and_its_decisions_are_kept() {
    let folder = std::env::temp_dir().join(format!("jidi-lists-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let list = "id,名称,省\nx,常熟市,江苏\nx,鼓楼区,\n,太仓市,\n,新材料,\n,Suining,\n,Suining,\n";
    fs::write(path("list.csv"), list).unwrap();
    let review =
        "line,query,choose\n3,鼓楼区,1\n5,新材料,leave_out\n6,Suining,leave_out\n7,Suining,1\n";
    fs::write(path("review.csv"), review).unwrap();
    let (input, pins) = (path("list.csv"), path("pins.csv"));
    let out = path("out.geojson");
    let (code, _, words) =
        run(&["geocode", &input, "-o", &out, "--pins", &path("review.csv"), "--save-pins", &pins]);
    assert_eq!(code, 0, "{words}");
    let located: Json = serde_json::from_str(&fs::read_to_string(&out).unwrap()).unwrap();
    let features = located["features"].as_array().unwrap();
    let ids: Vec<&Json> = features.iter().map(|one| &one["id"]).collect();
    assert_eq!(ids, ["x", "row-3", "row-4", "row-5", "row-6", "row-7"]);
    assert_eq!(features[0]["properties"]["match_adcode"], "320581");
    assert_eq!(features[1]["properties"]["match_status"], "pinned");
    assert_eq!(features[3]["geometry"], Json::Null);
    assert_eq!(features[3]["properties"]["match_reason"], "Left out by the user.");

    let saved = fs::read_to_string(&pins).unwrap();
    assert_eq!(saved.lines().count(), 4, "{saved}");
    let (code, again, words) = run(&["geocode", &input, "--pins", &pins]);
    assert!(code == 0 && again.contains("鼓楼区,,pinned,high,"), "{words}{again}");
    assert!(again.contains("新材料,,no_match,,,,,,,,,Left out by the user."), "{again}");
    assert!(!words.contains("should be looked at"), "{words}");
    // The prefecture stays one, though a district is around its position too; one row of a text
    // that is left out does not take the others along.
    let suining = ",Suining,,pinned,high,prefecture_seat,61.9,510900,Suining,遂宁市,";
    assert_eq!(again.matches(suining).count(), 2, "{again}");

    // What was found before gives way to what is found now.
    fs::write(path("again.csv"), &again).unwrap();
    let (_, twice, words) = run(&["geocode", &path("again.csv")]);
    assert_eq!(twice.lines().next(), again.lines().next(), "{words}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_cell_of_any_length_costs_no_more_than_a_long_one() {
    let long = ["长沙市；".repeat(300_000), "长".repeat(1_000_000), "x; ".repeat(1_000_000)];
    for cell in long {
        let rows = json!([{"query": cell, "within": cell, "country": "CN", "name": cell}]);
        let answer = post("/geocode", &rows.to_string());
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.json()["features"].as_array().unwrap().len(), 1);
    }
}
