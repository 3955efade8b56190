//! The geocoder answers what a text says, and says when it cannot know.

use axum::http::StatusCode;
use serde_json::{Value as Json, json};

use crate::client::{get, post, post_csv, post_with};

fn ask(text: &str, more: &str) -> Json {
    let encoded: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    get(&format!("/geocode?q={encoded}{more}")).json()
}

/// The status of an answer, and the code of its first candidate.
fn answer(text: &str, more: &str) -> (String, String) {
    let answer = ask(text, more);
    let code = answer["features"][0]["properties"]["adcode"].as_str().unwrap_or_default();
    (answer["status"].as_str().unwrap().to_owned(), code.to_owned())
}

fn codes(text: &str) -> Vec<String> {
    let answer = ask(text, "");
    let features = answer["features"].as_array().unwrap();
    features
        .iter()
        .filter_map(|one| one["properties"]["adcode"].as_str())
        .map(str::to_owned)
        .collect()
}

/// What is asked, and the code of the one place that it names.
const MATCHED: [(&str, &str); 74] = [
    // Titles of bases: the place is what stands before the industry.
    ("Tongnan State Smart Terminal Hi-tech Industrialisation Base", "500152"),
    ("遂宁国家基础电子元器件高新技术产业化基地", "510900"),
    (
        "Yueyang Harbour State Advanced Equipment Manufacturing Hi-tech Industrialisation Base",
        "430603",
    ),
    (
        "Shanxi Transitional Comprehensive Reform Demonstration Zone State Smart Manufacturing Hi-tech Industrialisation Base",
        "140105",
    ),
    ("Lanzhou New District State Equipment Manufacturing Hi-tech Industrialisation Base", "620121"),
    (
        "Beijing Economic and Technology Development Zone State Artificial Intelligence Hi-tech Industrialisation Base",
        "110115",
    ),
    // The misprint is what the text says.
    ("Changsha State Automobile Spare Parts Hi-tech Industrialisation Base", "430100"),
    ("Suining, Jiangsu", "320324"),
    ("Suining County, Hunan", "430527"),
    ("Suining State Basic Electronic Components Hi-tech Industrialisation Base", "510900"),
    ("Xi'an", "610100"),
    ("Suining City", "510900"),
    ("常 熟", "320581"),
    ("奉天", "210100"),
    ("迪化", "650100"),
    ("通县", "110112"),
    ("Shaanxi", "610000"),
    ("Shǎnxī", "610000"),
    ("Shanxi", "140000"),
    ("Changsha", "430100"),
    ("Changshu", "320581"),
    ("Changzhou City", "320400"),
    ("Yueyang", "430600"),
    ("Yueyang County", "430621"),
    ("岳阳县", "430621"),
    ("Jilin City", "220200"),
    ("Jilin Province", "220000"),
    ("Peking", "110000"),
    ("Soochow", "320500"),
    ("Tsingtao", "370200"),
    ("Kashgar", "653101"),
    ("Shigatse", "540200"),
    ("臺北", "710009"),
    ("常熟市（江蘇）", "320581"),
    ("邹平县", "371681"),
    ("萧山市", "330109"),
    ("崇文区", "110101"),
    ("Changhsu", "320581"),
    ("Pindingshan", "410400"),
    ("平顶出市", "410400"),
    ("ｃｈａｎｇｓｈｕ", "320581"),
    ("chang2shu2", "320581"),
    ("Taicang, Jiangsu", "320585"),
    ("Jiangsu Taicang", "320585"),
    ("Daxing, Beijing", "110115"),
    ("浏阳市永安镇", "430181"),
    ("中国江苏省苏州市常熟市虞山街道某某路100号", "320581"),
    ("苏州工业园区", "320500"),
    ("长沙\u{0}\u{7}", "430100"),
    // Wade-Giles by rule, and the one place that both its reading and its letters name.
    ("Kuei-lin", "450300"),
    ("Hsi-an", "610100"),
    ("Pei-chen, Liaoning", "210782"),
    // Type words, written onto the name, before it, or like a name of their own.
    ("Suiningxian, Jiangsu", "320324"),
    ("Suining-xian, Jiangsu-sheng", "320324"),
    ("County of Feng, Jiangsu", "320321"),
    ("Shanxi Qi County", "140727"),
    ("Shaanxi Xian", "610100"),
    ("Shangyu City, Zhejiang", "330604"),
    // The peoples of autonomous units, with commas and without.
    ("Weining Yi, Hui and Miao Autonomous County, Guizhou", "520526"),
    ("Weining Autonomous County", "520526"),
    ("中华人民共和国江苏省常熟市", "320581"),
    ("Inner Mongolia Oroqen Autonomous Banner", "150723"),
    // One character for a province, and characters that two names could claim.
    ("粤", "440000"),
    ("川遂宁", "510900"),
    ("晋宁武", "140925"),
    ("济南市中", "370103"),
    ("赤峯市", "150400"),
    // Misspelt inside a province, though the letters are those of another place.
    ("Kushan, Jiangsu", "320583"),
    ("Guandong", "440000"),
    ("内蒙古自治区陈对尔虎旗", "150725"),
    // What is abroad and small gives way.
    ("Macau", "820000"),
    ("Canton", "440100"),
    ("Port Arthur, Liaoning", "210212"),
    ("Ghulja", "654002"),
];

#[test]
fn a_text_that_names_one_place_is_matched() {
    for (text, code) in MATCHED {
        assert_eq!(answer(text, ""), ("matched".to_owned(), code.to_owned()), "{text}");
    }
}

/// Texts that name several places alike, and what they could mean.
const AMBIGUOUS: [(&str, &[&str]); 7] = [
    ("鼓楼区", &["320106", "320302", "350102", "410204"]),
    ("Suining", &["510900", "320324", "430527"]),
    ("Yiyang", &["430900", "361126", "410327"]),
    ("Suining County", &["320324", "430527"]),
    ("Taizhou", &["321200", "331000"]),
    ("Suzhou", &["320500", "341300"]),
    ("Chaoyang", &["211300", "110105", "220104"]),
];

#[test]
fn a_text_that_names_several_places_lists_them_all_and_has_no_answer() {
    for (text, expected) in AMBIGUOUS {
        let answer = ask(text, "");
        assert_eq!(answer["status"], "ambiguous", "{text}");
        assert_eq!(answer["confidence"], Json::Null);
        let codes = codes(text);
        assert!(
            expected.iter().all(|code| codes.iter().any(|found| found == code)),
            "{text}: {codes:?}"
        );
    }
    assert_eq!(answer("鼓楼区", "&within=福建省"), ("matched".into(), "350102".into()));
    assert_eq!(answer("鼓楼区", "&within=350000"), ("matched".into(), "350102".into()));
}

#[test]
fn a_contradiction_is_a_conflict_and_never_a_silent_answer() {
    // A town of Shaanxi is called Tai'an, too, but the city is meant.
    for text in ["江苏省长沙市", "Changshu, Hunan", "南京市常熟市", "Tai'an, Shaanxi"] {
        let answer = ask(text, "");
        assert_eq!(answer["status"], "conflict", "{text}");
        assert!(!answer["features"].as_array().unwrap().is_empty(), "{text} has candidates");
    }
}

#[test]
fn what_is_no_place_gets_no_place() {
    let long = "长".repeat(2_000);
    for text in [
        "",
        "  ",
        "smart terminals",
        "Deng Xiaoping",
        "Huawei",
        "新材料",
        "人工智能",
        "Industrial Park",
        "County",
        "gongye yuanqu",
        "Changhong",
        "开发区",
        "常孰市",
        "12345",
        "nan",
        "N/A",
        "!!!",
        "\u{0}\u{1}",
        long.as_str(),
    ] {
        let answer = ask(text, "");
        assert_eq!(answer["status"], "no_match", "{text}: {answer}");
        assert_eq!(answer["confidence"], Json::Null);
    }
}

#[test]
fn what_is_a_firm_a_person_or_a_word_as_much_as_a_place_is_placed_with_low_confidence() {
    for text in
        ["Suning", "Jiangxi Copper", "Zhang Ping", "平安", "港口", "东方电气", "Google", "粤"]
    {
        assert_eq!(ask(text, "")["confidence"], "low", "{text}");
    }
    for text in ["Suning, Hebei", "港口区", "Zhangping", "Guang Zhou"] {
        assert_eq!(ask(text, "")["confidence"], "high", "{text}");
    }
}

#[test]
fn the_namesakes_inside_a_match_are_listed() {
    assert_eq!(codes("Yueyang"), ["430600", "430621"]);
}

#[test]
fn the_world_is_known_and_china_comes_first_only_when_it_is_asked_for() {
    let paris = ask("Paris, France", "");
    assert_eq!(paris["status"], "matched");
    assert_eq!(paris["features"][0]["properties"]["level"], "place");
    let lon = paris["features"][0]["geometry"]["coordinates"][0].as_f64().unwrap();
    assert!((lon - 2.35).abs() < 0.1);
    assert_eq!(ask("Paris", "&country=CN")["status"], "no_match");
    assert_eq!(ask("Springfield, US", "")["status"], "ambiguous");
    assert_eq!(ask("Changsha", "&country=FR")["status"], "no_match");
    assert_eq!(get("/geocode?q=Paris&country=XX").status, StatusCode::BAD_REQUEST);
}

#[test]
fn an_answer_shows_its_work() {
    let answer = ask("Changsha State Automobile Spare Parts Hi-tech Industrialisation Base", "");
    assert_eq!(answer["normalized"], "changsha");
    assert!(answer["stripped"][0].as_str().unwrap().starts_with("State Automobile"));
    let first = &answer["features"][0]["properties"];
    assert_eq!(first["chain"], json!(["Hunan", "Changsha"]));
    assert_eq!(first["chain_zh"], json!(["湖南省", "长沙市"]));
    assert_eq!(first["precision"], "prefecture_seat");
    assert!(first["uncertainty_km"].as_f64().unwrap() > 10.0);
}

#[test]
fn a_list_gets_one_feature_a_row_in_its_order() {
    let rows = json!({"rows": [
        {"query": "常熟市", "within": "江苏省", "adcode": "320581"},
        {"query": "鼓楼区"},
        {"query": "nothing at all"},
        {"query": "here", "lon": 120.74, "lat": 31.65},
        {"query": "there", "lon": 120.74, "lat": 91.0},
        {"query": "常熟市", "adcode": "3205"},
    ]});
    let answer = post("/geocode?country=CN", &rows.to_string());
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let features = answer.json()["features"].as_array().unwrap().clone();
    let statuses: Vec<&Json> =
        features.iter().map(|one| &one["properties"]["match_status"]).collect();
    assert_eq!(statuses, ["matched", "ambiguous", "no_match", "given", "no_match", "matched"]);
    assert_eq!(features[0]["properties"]["confidence"], "high");
    assert_eq!(features[0]["properties"]["mentions"], json!(["常熟市"]));
    assert_eq!(features[2]["properties"]["unread"], json!(["nothing", "all"]));
    assert_eq!(features[1]["geometry"], Json::Null);
    assert_eq!(features[1]["properties"]["candidates"].as_array().unwrap().len(), 4);
    assert_eq!(features[3]["properties"]["name"], "Changshu");
    assert!(features[4]["properties"]["reason"].as_str().unwrap().contains("latitude within"));
    assert!(
        features[5]["properties"]["reason"]
            .as_str()
            .unwrap()
            .contains("`3205` is no administrative code")
    );
}

#[test]
fn a_table_comes_back_with_what_was_found_and_names_the_lines_it_could_not_read() {
    let table = "名称,省\n常熟市,江苏\n太仓\n鼓楼区,\n";
    let answer = post_csv("/geocode?country=CN", table);
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/csv"));
    assert_eq!(answer.header("jidi-refused-lines"), "3");
    let text = answer.text();
    assert_eq!(text.lines().count(), 3);
    assert!(
        text.contains("常熟市,江苏,matched,high,county_seat,")
            && text.contains("鼓楼区,,ambiguous,"),
        "{text}"
    );
    let nothing = post_csv("/geocode", "a,b\n1,2\n");
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    assert!(nothing.json()["detail"].as_str().unwrap().contains("名称"));
}

#[test]
fn a_position_has_its_county_its_nearest_town_and_its_nearest_zone() {
    let features =
        get("/reverse?at=116.50061,39.79409").json()["features"].as_array().unwrap().clone();
    let levels: Vec<&Json> = features.iter().map(|one| &one["properties"]["level"]).collect();
    assert_eq!(levels, ["county", "township", "zone"]);
    assert_eq!(features[2]["properties"]["name_zh"], "北京经济技术开发区");
}

#[test]
fn a_body_that_cannot_be_read_is_refused() {
    let many: Vec<Json> = (0..50_001).map(|_| json!({"query": "x"})).collect();
    for (body, says) in [
        ("", "EOF"),
        ("7", "send {\"rows\""),
        (r#"{"rows":[{"text":"x"}]}"#, "no column is called"),
        (r#"{"rows":[],"text":"x"}"#, "unknown field `text`"),
        (json!({"rows": many}).to_string().as_str(), "more than 50000"),
    ] {
        let answer = post("/geocode", body);
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{says}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(says), "{}", answer.text());
    }
    assert_eq!(get("/geocode").status, StatusCode::BAD_REQUEST);
    let packed = [("content-type", "text/csv"), ("content-encoding", "gzip")];
    let answer = post_with("/geocode", &packed, b"\x1f\x8b");
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("`gzip` is not unpacked here"), "{}", answer.text());
}

#[test]
fn a_row_of_any_length_is_read_as_far_as_a_name_can_be() {
    // Read whole, such a row would take minutes: it names as many places as it has room for.
    let answer = post_csv("/geocode", &format!("name\n{}\n", "长沙;".repeat(300_000)));
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let row = answer.text().lines().nth(1).unwrap_or_default().to_owned();
    assert!(row.contains("names 286 places"), "{}", &row[row.len() - 1_000..]);
}
