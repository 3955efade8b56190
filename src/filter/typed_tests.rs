//! Conditions on fields of truths, days and instants.

use super::*;
use crate::domain::{FeatureId, Field, FieldType, RegisteredCrs, Value};
use crate::formats::cql2::from_text;

fn schema() -> Schema {
    Schema::new(vec![
        Field::new("closed", FieldType::Boolean, ""),
        Field::new("opened", FieldType::Date, ""),
        Field::new("seen", FieldType::DateTime, ""),
        Field::new("name", FieldType::Text, ""),
    ])
}

fn checked(text: &str) -> Result<Filter, InvalidFilter> {
    Filter::new(&schema(), from_text(text, RegisteredCrs::CRS84).unwrap())
}

fn feature(closed: &str, opened: &str, seen: &str) -> Feature {
    let schema = schema();
    let values = [closed, opened, seen, "a"].into_iter().zip(schema.fields());
    let value = |(text, field): (&str, &Field)| Value::text(text).turned_into(field.field_type);
    let values = values.map(|one| value(one).unwrap()).collect();
    Feature::new(FeatureId::new("a").unwrap(), None, values)
}

fn all_are(wanted: Option<bool>, feature: &Feature, texts: &[&str]) {
    for text in texts {
        assert_eq!(checked(text).unwrap().matches(feature), wanted, "{text}");
    }
}

#[test]
fn a_truth_is_a_condition_alone_and_compared() {
    let closed = feature("true", "", "");
    let holds = ["closed", "closed = TRUE", "TRUE = closed", "closed <> FALSE", "closed IN (TRUE)"];
    all_are(Some(true), &closed, &holds);
    all_are(Some(false), &closed, &["NOT closed", "closed = FALSE", "closed IS NULL"]);
    let unknown = feature("", "", "");
    all_are(None, &unknown, &["closed", "NOT closed", "closed = FALSE", "closed IN (TRUE, FALSE)"]);
    all_are(Some(true), &unknown, &["closed IS NULL"]);
    all_are(Some(true), &closed, &["closed = (name = 'a')", "closed AND name = 'a'"]);
    let among = [
        "closed IN (name = 'a')",
        "closed IN (name = 'b', closed)",
        "A_OVERLAPS((closed), (TRUE))",
    ];
    all_are(Some(true), &closed, &among);
    all_are(Some(false), &closed, &["closed IN (name = 'b')", "closed NOT IN (name = 'a', FALSE)"]);
}

#[test]
fn a_day_is_whole_and_an_instant_is_one() {
    let one = feature("", "2020-10-13", "2020-10-13T08:00:00.5Z");
    let holds = [
        "opened = DATE('2020-10-13')",
        "opened = TIMESTAMP('2020-10-13T23:59:59Z')",
        "opened < DATE('2020-10-14') AND opened >= DATE('2020-10-13')",
        "DATE('2020-10-12') < opened",
        "opened IN (DATE('2020-10-12'), DATE('2020-10-13'))",
        "seen = DATE('2020-10-13')",
        "seen = TIMESTAMP('2020-10-13T16:00:00.5+08:00')",
        "seen > TIMESTAMP('2020-10-13T08:00:00Z')",
        "seen <= DATE('2020-10-13')",
        "seen = opened",
        "opened BETWEEN DATE('2020-10-13') AND DATE('2020-10-13')",
        "seen BETWEEN DATE('2020-10-13') AND TIMESTAMP('2020-10-13T08:00:00.5Z')",
        "seen NOT BETWEEN DATE('2020-10-14') AND DATE('2020-12-31')",
        "DATE('2020-10-13') BETWEEN opened AND seen",
        "T_AFTER(seen, DATE('2020-10-12'))",
        "T_DURING(opened, INTERVAL('2020-10-01', '..'))",
        "T_INTERSECTS(seen, opened)",
        "T_INTERSECTS(INTERVAL(opened, '..'), DATE('2024-01-01'))",
    ];
    all_are(Some(true), &one, &holds);
    let fails = [
        "opened <> DATE('2020-10-13')",
        "opened > DATE('2020-10-13')",
        "seen < DATE('2020-10-13')",
        "seen = TIMESTAMP('2020-10-13T08:00:00Z')",
        "T_BEFORE(seen, DATE('2020-10-13'))",
        "seen IS NULL",
        "opened BETWEEN DATE('2020-10-14') AND DATE('2020-10-31')",
        "seen BETWEEN DATE('2020-10-12') AND TIMESTAMP('2020-10-13T08:00:00Z')",
    ];
    all_are(Some(false), &one, &fails);
    let unknown = feature("", "", "");
    all_are(
        None,
        &unknown,
        &[
            "opened = DATE('2020-10-13')",
            "T_AFTER(seen, DATE('2020-10-12'))",
            "seen BETWEEN DATE('2020-10-12') AND DATE('2020-10-13')",
        ],
    );
    all_are(Some(true), &unknown, &["opened IS NULL AND seen IS NULL"]);
}

#[test]
fn times_stand_between_times_in_json_too() {
    let json = r#"{"op":"between","args":[{"property":"opened"},{"date":"2020-10-01"},{"date":"2020-10-31"}]}"#;
    let read = crate::formats::cql2::from_json(json, RegisteredCrs::CRS84).unwrap();
    let filter = Filter::new(&schema(), read).unwrap();
    assert_eq!(filter.matches(&feature("", "2020-10-31", "")), Some(true));
    assert_eq!(filter.matches(&feature("", "2020-11-01", "")), Some(false));
}

#[test]
fn kinds_that_do_not_meet_are_refused_with_what_would_be_right() {
    for (text, words) in [
        ("opened = '2020-10-13'", "DATE('2020-10-13')"),
        ("closed = 'true'", "compare values of one kind"),
        ("closed < TRUE", "conditions have no order"),
        ("closed + 1 = 2", "a number is needed"),
        ("seen IN ('2020-10-13')", "a time is needed"),
        ("opened BETWEEN '2020-10-13' AND '2020-10-14'", "DATE('2020-10-13')"),
        ("name BETWEEN 'a' AND 'b'", "a number is needed"),
        ("name", "stands where a condition is needed"),
        ("opened", "stands where a condition is needed"),
        ("CASEI(closed) = 'a'", "text is needed"),
    ] {
        let refused = checked(text).unwrap_err().to_string();
        assert!(refused.contains(words), "{text}: {refused}");
    }
}
