//! What each operator answers, by worked examples and by the laws of three-valued logic.

use geo::{Geometry, point, polygon};
use proptest::prelude::*;

use super::*;
use crate::domain::{Expression, FeatureId, Field, FieldType, RegisteredCrs, Value};
use crate::formats::cql2::from_text;

fn schema() -> Schema {
    Schema::new(vec![
        Field::new("name", FieldType::Text, ""),
        Field::new("year", FieldType::Integer, ""),
        Field::new("km", FieldType::Real, ""),
        Field::new("codes", FieldType::List, ""),
        Field::new("note", FieldType::Text, ""),
    ])
}

fn feature(geometry: Option<Geometry<f64>>) -> Feature {
    let codes = Value::List(vec!["39".into(), "36".into()].into());
    let values = vec![
        Value::text("Ürümqi 100% Base"),
        Value::Integer(2020),
        Value::Real(2.5),
        codes,
        Value::Null,
    ];
    Feature::new(FeatureId::new("a").unwrap(), geometry, values)
}

pub(super) fn filter(text: &str) -> Filter {
    let expression =
        from_text(text, RegisteredCrs::CRS84).unwrap_or_else(|error| panic!("{text}: {error}"));
    Filter::new(&schema(), expression).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn answer(text: &str) -> Option<bool> {
    filter(text).matches(&feature(Some(point!(x: 120.0, y: 30.0).into())))
}

fn refusal(text: &str) -> String {
    let expression = from_text(text, RegisteredCrs::CRS84).unwrap();
    Filter::new(&schema(), expression).unwrap_err().to_string()
}

pub(super) fn all_hold(filters: &[&str]) {
    for text in filters {
        assert_eq!(answer(text), Some(true), "{text}");
    }
}

pub(super) fn none_holds(filters: &[&str]) {
    for text in filters {
        assert_eq!(answer(text), Some(false), "{text}");
    }
}

pub(super) fn all_are_unknown(filters: &[&str]) {
    for text in filters {
        assert_eq!(answer(text), None, "{text}");
    }
}

#[test]
fn what_is_called_off_looks_at_no_feature_any_more() {
    let (condition, one) = (filter("1 = 1"), feature(None));
    let copy = condition.clone();
    assert_eq!(copy.matches(&one), Some(true));
    condition.watch().call_off();
    assert_eq!(copy.matches(&one), None);
}

#[test]
fn values_are_compared_by_size_and_by_code_point() {
    all_hold(&["year = 2020", "year = 2020.0", "km > 2", "2 < km", "name > 'U'", "year <> 2021"]);
    none_holds(&["year < 2020", "name = 'ürümqi 100% base'", "km >= 2.6"]);
    all_hold(&["(year = 2020) = TRUE", "(year = 1) = (km = 1)", "(year = 1) <> true"]);
    all_hold(&["DATE('2020-01-02') > DATE('2020-01-01')"]);
}

#[test]
fn what_is_null_is_neither_true_nor_false() {
    all_are_unknown(&[
        "note = 'a'",
        "note <> 'a'",
        "NOT note = 'a'",
        "note LIKE '%'",
        "note IN ('a')",
    ]);
    all_are_unknown(&["year = 1 OR note = 'a'", "year = 2020 AND note = 'a'", "km / 0 = 1"]);
    none_holds(&["year = 1 AND note = 'a'"]);
    all_hold(&["year = 2020 OR note = 'a'", "note IS NULL", "name IS NOT NULL", "km/0 IS NULL"]);
    all_hold(&["geometry IS NOT NULL", "(note = 'a') IS NULL", "codes IS NOT NULL"]);
    assert_eq!(filter("geometry IS NULL").matches(&feature(None)), Some(true));
    assert_eq!(filter("S_DISJOINT(geometry, POINT(1 2))").matches(&feature(None)), None);
}

#[test]
fn patterns_case_and_accents() {
    all_hold(&[r"name LIKE '%100\% Base'", "name LIKE '_r_mqi%'", "name NOT LIKE 'U%'"]);
    all_hold(&["CASEI(name) LIKE CASEI('üRÜMQI%')", "ACCENTI(name) LIKE ACCENTI('Úrumqi%')"]);
    all_hold(&["CASEI(ACCENTI(name)) = CASEI(ACCENTI('URUMQI 100% base'))"]);
    all_hold(&["CASEI(name) IN (CASEI('x'), CASEI('ÜRÜMQI 100% BASE'))"]);
    none_holds(&["name LIKE 'Base'", "name LIKE ''"]);
}

#[test]
fn ranges_lists_of_values_and_arithmetic() {
    all_hold(&["year BETWEEN 2020 AND 2020", "km BETWEEN year - 2019 AND 3", "year IN (1, 2020)"]);
    all_hold(&["year + 1 = 2021", "year = 2 * 1010", "year % 100 = 20", "year DIV 100 = 20"]);
    all_hold(&["km ^ 2 = 6.25", "-km = -2.5", "year / 100 = 20.2", "name IN ('a', note, name)"]);
    none_holds(&["year BETWEEN 2021 AND 2019", "year NOT IN (2020)"]);
    all_are_unknown(&["name IN ('a', note)"]);
}

#[test]
fn a_year_is_the_whole_of_it() {
    all_hold(&["T_INTERSECTS(year, DATE('2020-06-01'))", "T_AFTER(year, DATE('2019-12-31'))"]);
    all_hold(&["T_EQUALS(year, INTERVAL('2020-01-01','2020-12-31'))"]);
    all_hold(&[
        "T_DURING(year, INTERVAL('2019-06-01','..'))",
        "T_BEFORE(DATE('2019-05-05'), year)",
    ]);
    all_hold(&["T_CONTAINS(year, TIMESTAMP('2020-06-01T00:00:00+08:00'))"]);
    all_hold(&["T_STARTS(year, INTERVAL('2020-01-01','2021-01-01'))"]);
    all_hold(&["T_INTERSECTS(INTERVAL(year,'..'), DATE('2025-01-01'))"]);
    none_holds(&["T_BEFORE(year, DATE('2020-06-01'))", "T_DISJOINT(year, DATE('2020-12-31'))"]);
}

#[test]
fn a_point_is_related_to_an_area() {
    let square = "POLYGON((119 29,121 29,121 31,119 31,119 29))";
    for (operator, inside) in [
        ("S_INTERSECTS", true),
        ("S_WITHIN", true),
        ("S_DISJOINT", false),
        ("S_TOUCHES", false),
        ("S_CONTAINS", false),
        ("S_EQUALS", false),
        ("S_OVERLAPS", false),
        ("S_CROSSES", false),
    ] {
        assert_eq!(answer(&format!("{operator}(geometry, {square})")), Some(inside), "{operator}");
    }
    all_hold(&["S_CONTAINS(POLYGON((119 29,121 29,121 31,119 31,119 29)), geom)"]);
    all_hold(&["S_TOUCHES(geometry, POLYGON((120 29,121 29,121 31,120 31,120 29)))"]);
    all_hold(&["S_EQUALS(geometry, POINT(120 30))", "S_WITHIN(geometry, BBOX(119,29,121,31))"]);
    all_hold(&[
        "S_INTERSECTS(geometry, LINESTRING(119 29,121 31))",
        "S_INTERSECTS(geometry, geometry)",
    ]);
    all_hold(&[
        "S_TOUCHES(geometry, BBOX(120,29,121,31))",
        "S_WITHIN(geometry, BBOX(120,30,120,30))",
    ]);
    none_holds(&["S_WITHIN(geometry, BBOX(120,29,121,31))", "S_INTERSECTS(geometry, POINT(1 2))"]);
}

#[test]
fn an_area_is_related_to_another() {
    let area = polygon![(x: 0., y: 0.), (x: 2., y: 0.), (x: 2., y: 2.), (x: 0., y: 2.)];
    let here = feature(Some(area.into()));
    for (text, expected) in [
        ("S_OVERLAPS(geometry, POLYGON((1 1,3 1,3 3,1 3,1 1)))", true),
        ("S_CONTAINS(geometry, POINT(1 1))", true),
        ("S_TOUCHES(geometry, POLYGON((2 0,3 0,3 2,2 2,2 0)))", true),
        ("S_CROSSES(geometry, LINESTRING(1 1,5 1))", true),
        ("S_EQUALS(geometry, POLYGON((2 2,0 2,0 0,2 0,2 2)))", true),
        ("S_EQUALS(geometry, BBOX(0,0,2,2))", true),
        ("S_WITHIN(geometry, BBOX(-1,-1,3,3))", true),
        ("S_WITHIN(geometry, BBOX(1,1,3,3))", false),
        ("S_INTERSECTS(geometry, POLYGON((5 5,6 5,6 6,5 5)))", false),
        ("S_DISJOINT(geometry, POLYGON((5 5,6 5,6 6,5 5)))", true),
        ("S_DWITHIN(geometry, POINT(2.1 1), 11.2, 'km')", true),
        ("S_DWITHIN(geometry, POINT(2.1 1), 11.1, 'km')", false),
    ] {
        assert_eq!(filter(text).matches(&here), Some(expected), "{text}");
    }
}

#[test]
fn boxes_cross_the_antimeridian_which_is_one_meridian() {
    let at = |lon: f64| feature(Some(point!(x: lon, y: 0.0).into()));
    let holds = |text: &str, lon| filter(text).matches(&at(lon)).unwrap();
    for lon in [179.0, 180.0, -180.0, -179.0] {
        assert!(holds("S_WITHIN(geometry, BBOX(170,-1,-170,1))", lon), "{lon}");
        assert!(holds("S_INTERSECTS(geometry, BBOX(170,-1,-170,1))", lon), "{lon}");
    }
    assert!(holds("S_DISJOINT(geometry, BBOX(170,-1,-170,1))", 0.0));
    assert!(holds("S_TOUCHES(geometry, BBOX(170,-1,180,1))", -180.0));
    // 0.2° of longitude on the equator are 22 263.9 m.
    assert!(holds("S_DWITHIN(geometry, POINT(-179.9 0), 22264, 'm')", 179.9));
    assert!(!holds("S_DWITHIN(geometry, POINT(-179.9 0), 22263, 'm')", 179.9));
}

#[test]
fn refusals_name_the_part_and_say_what_would_be_right() {
    for (text, said) in [
        ("nmae = 'a'", "there is no field `nmae`; did you mean `name`?"),
        ("S_INTERSECTS(geometri, POINT(1 2))", "did you mean `geometry`?"),
        ("year = 'x'", "in `year = 'x'`: `year` is a number and `'x'` is text"),
        ("name", "in `name`: `name` is text, and stands where a condition is needed"),
        ("year = 2020 AND km", "`km` is a number, and stands where"),
        ("codes = '36'", "lists are compared by A_EQUALS"),
        ("geometry = 'a'", "geometries are compared by S_EQUALS"),
        ("year > DATE('2020-01-01')", "times are compared with times"),
        ("T_AFTER(name, DATE('2020-01-01'))", "`name` is text, and a time is needed"),
        (
            "T_AFTER(year, INTERVAL('2021-01-01','2020-01-01'))",
            "the interval ends before it starts",
        ),
        ("name LIKE name", "the pattern after LIKE is text in single quotes"),
        ("year LIKE '2%'", "LIKE needs text, and `year` is a number"),
        ("CASEI(year) = 'a'", "`year` is a number, and text is needed"),
        ("name + 1 = 2", "`name` is text, and a number is needed"),
        ("name BETWEEN 'a' AND 'b'", "`name` is text, and a number is needed"),
        ("year IN (2020, 'a')", "`year` is a number and `'a'` is not"),
        ("(year = 1) < (km = 1)", "conditions have no order"),
        (
            "A_CONTAINS(codes, (36))",
            "`codes` holds text, and `36` is a number: compare it with text in single quotes",
        ),
        ("A_CONTAINS((year), (geometry))", "compare geometries by S_EQUALS"),
        ("A_CONTAINS((yaer), (1))", "there is no field `yaer`; did you mean `year`?"),
        ("(year = 1) IN (year = 1, 2)", "compare values of one kind"),
        ("A_CONTAINS(name, ('a'))", "a list is needed: a field of lists (codes)"),
        ("S_INTERSECTS(name, POINT(1 2))", "`name` is text, and a geometry is needed"),
        ("S_DWITHIN(geometry, POINT(1 2), 5, 'miles')", "the unit 'm' or 'km'"),
        ("S_DWITHIN(geometry, POINT(1 2), -5, 'm')", "a distance is 0 or more"),
    ] {
        assert!(refusal(text).contains(said), "{text}: {}", refusal(text));
    }
}

#[test]
fn a_plan_names_what_an_index_could_answer() {
    let plan = |text: &str| filter(text).plan().clone();
    assert_eq!(plan("year = 2020"), Plan::equal(1, Value::Integer(2020)));
    assert_eq!(plan("year + 1 = 2021"), Plan::All);
    assert_eq!(plan("NOT year = 2020"), Plan::All);
    assert_eq!(plan("year = 2020 AND km + 1 = 2"), Plan::equal(1, Value::Integer(2020)));
    assert_eq!(plan("year = 2020 OR km + 1 = 2"), Plan::All);
    assert_eq!(plan("FALSE OR year = 2020"), Plan::equal(1, Value::Integer(2020)));
    let Plan::Range { field: 0, low, high } = plan("name LIKE 'Wu%'") else { panic!("no range") };
    assert_eq!(low, std::ops::Bound::Included(Value::text("Wu")));
    assert_eq!(high, std::ops::Bound::Excluded(Value::text("Wv")));
    assert!(matches!(plan("S_WITHIN(geometry, BBOX(1,2,3,4))"), Plan::Box(_)));
    assert!(
        matches!(plan("year = 1 AND S_DWITHIN(geom, POINT(1 2), 3, 'm')"), Plan::Both(parts) if parts.len() == 2)
    );
    let Plan::Folded { field: 0, low, .. } = plan("CASEI(name) LIKE CASEI('WU%')") else {
        panic!("no range")
    };
    assert_eq!(low, std::ops::Bound::Included(Value::text("wu")));
    assert!(matches!(plan("CASEI(ACCENTI(name)) = 'wu'"), Plan::Folded { .. }));
    assert_eq!(plan("CASEI(name) LIKE '%u'"), Plan::All);
    assert!(matches!(plan("year IN (1, 2)"), Plan::Either(parts) if parts.len() == 2));
}

/// Conditions on the fields of the schema, by their text.
fn conditions_on_fields() -> impl Strategy<Value = String> {
    prop_oneof![
        (prop::sample::select(vec!["=", "<>", "<", "<=", ">", ">="]), 2016i64..2024, any::<bool>())
            .prop_map(|(sign, year, first)| if first {
                format!("year {sign} {year}")
            } else {
                format!("{year}.5 {sign} year")
            }),
        (2016i64..2024, 0i64..4).prop_map(|(y, n)| format!("year BETWEEN {y} AND {}", y + n)),
        prop::collection::vec(2016i64..2024, 1..4).prop_map(|years| {
            format!("year IN ({})", years.iter().map(i64::to_string).collect::<Vec<_>>().join(","))
        }),
        "[ab]{1,2}".prop_map(|name| format!("name = '{name}'")),
        "[ab%_]{1,4}".prop_map(|pattern| format!("name LIKE '{pattern}'")),
        "[ab]{1,2}%".prop_map(|pattern| format!("name LIKE '{pattern}'")),
        prop::sample::select(vec!["name", "year", "codes", "geometry"])
            .prop_map(|name| format!("{name} IS NULL")),
        (
            prop::sample::select(vec!["EQUALS", "CONTAINS", "CONTAINEDBY", "OVERLAPS"]),
            "[xy]",
            "[yz]"
        )
            .prop_map(|(name, a, b)| format!("A_{name}(codes, ('{a}','{b}'))")),
        (
            prop::sample::select(vec!["EQUALS", "CONTAINS", "CONTAINEDBY", "OVERLAPS"]),
            "[ab]",
            2016i64..2024
        )
            .prop_map(|(name, a, year)| format!("A_{name}((year,name,(1)), ('{a}',{year},(1)))")),
        (
            prop::sample::select(vec![
                "AFTER",
                "BEFORE",
                "DURING",
                "INTERSECTS",
                "DISJOINT",
                "MEETS",
                "STARTS"
            ]),
            2016i64..2024
        )
            .prop_map(|(name, year)| format!(
                "T_{name}(year, INTERVAL('{year}-01-01','{}-06-30'))",
                year + 1
            )),
        (2016i64..2024).prop_map(|year| format!("T_BEFORE(DATE('{year}-03-01'), year)")),
    ]
}

/// Conditions on the geometry, by their text.
fn conditions_on_places() -> impl Strategy<Value = String> {
    prop_oneof![
        (
            prop::sample::select(vec!["INTERSECTS", "WITHIN", "DISJOINT", "TOUCHES", "EQUALS"]),
            -18i32..=18,
            -18i32..=18,
            -8i32..=0
        )
            .prop_map(|(name, w, e, s)| format!(
                "S_{name}(geometry, BBOX({},{},{},{}))",
                w * 10,
                s * 10,
                e * 10,
                s * 10 + 30
            )),
        (-17i32..=15, -8i32..=5).prop_map(|(x, y)| {
            let (x, y) = (x * 10, y * 10);
            format!(
                "S_INTERSECTS(geometry, POLYGON(({x} {y},{} {y},{x} {},{x} {y})))",
                x + 20,
                y + 30
            )
        }),
        (-18i32..=18, -9i32..=9, 0i32..4_000).prop_map(|(x, y, km)| format!(
            "S_DWITHIN(geometry, POINT({} {}), {km}, 'km')",
            x * 10,
            y * 10
        )),
    ]
}

/// Conditions joined to larger ones.
fn conditions() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![2 => conditions_on_fields(), 1 => conditions_on_places()];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(" AND "))),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|parts| format!("({})", parts.join(" OR "))),
            inner.prop_map(|part| format!("NOT {part}")),
        ]
    })
}

/// Features of the schema, with nulls.
fn features() -> impl Strategy<Value = Feature> {
    let name = prop::option::of("[ab]{1,3}");
    let codes = prop::option::of(prop::collection::vec("[xyz]", 0..3));
    let place = prop::option::of((-18i32..=18, -9i32..=9));
    (name, prop::option::of(2015i64..2025), codes, place).prop_map(|(name, year, codes, place)| {
        let values = vec![
            name.map_or(Value::Null, |name: String| Value::Text(name.into())),
            year.map_or(Value::Null, Value::Integer),
            Value::Null,
            codes.map_or(Value::Null, |codes| Value::List(codes.into())),
            Value::Null,
        ];
        let point = |(x, y): (i32, i32)| point!(x: f64::from(x * 10), y: f64::from(y * 10)).into();
        Feature::new(FeatureId::new("a").unwrap(), place.map(point), values)
    })
}

/// Says whether a feature is among those of a plan, read literally.
fn is_among(plan: &Plan, feature: &Feature) -> bool {
    use std::ops::Bound;
    let is_in = |value: &Value, low: &Bound<Value>, high: &Bound<Value>| {
        let above = match low {
            Bound::Unbounded => true,
            Bound::Included(low) => value.compare(low).is_some_and(std::cmp::Ordering::is_ge),
            Bound::Excluded(low) => value.compare(low).is_some_and(std::cmp::Ordering::is_gt),
        };
        above
            && match high {
                Bound::Unbounded => true,
                Bound::Included(high) => value.compare(high).is_some_and(std::cmp::Ordering::is_le),
                Bound::Excluded(high) => value.compare(high).is_some_and(std::cmp::Ordering::is_lt),
            }
    };
    match plan {
        Plan::All => true,
        Plan::Nothing => false,
        Plan::Range { field, low, high } => match &feature.values[*field] {
            Value::Null => false,
            Value::List(items) => items.iter().any(|item| is_in(&Value::text(item), low, high)),
            value => is_in(value, low, high),
        },
        Plan::Folded { folding, field, low, high } => match &feature.values[*field] {
            Value::Text(text) => is_in(&Value::Text(folding.text(text).into()), low, high),
            _ => false,
        },
        Plan::Null { field } => feature.values[*field] == Value::Null,
        Plan::Box(bbox) => feature.position().is_some_and(|at| bbox.contains(at)),
        Plan::Both(parts) => parts.iter().all(|part| is_among(part, feature)),
        Plan::Either(parts) => parts.iter().any(|part| is_among(part, feature)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1024) })]

    #[test]
    fn whatever_matches_is_among_those_of_the_plan(text in conditions(), one in features()) {
        let filter = filter(&text);
        if filter.matches(&one) == Some(true) {
            prop_assert!(is_among(filter.plan(), &one), "{text}: {:?} {one:?}", filter.plan());
        }
    }

    #[test]
    fn the_laws_of_de_morgan_hold_for_unknown_things_too(a in conditions(), b in conditions(), one in features()) {
        let answer = |text: String| filter(&text).matches(&one);
        prop_assert_eq!(answer(format!("NOT ({a} AND {b})")), answer(format!("NOT {a} OR NOT {b}")));
        prop_assert_eq!(answer(format!("NOT ({a} OR {b})")), answer(format!("NOT {a} AND NOT {b}")));
        prop_assert_eq!(answer(format!("NOT NOT {a}")), answer(a));
    }

    #[test]
    fn a_filter_that_was_written_and_read_again_answers_the_same(text in conditions(), one in features()) {
        use crate::formats::cql2::{from_json, to_json, to_text};
        let first = filter(&text);
        prop_assert_eq!(filter(&to_text(first.expression())).matches(&one), first.matches(&one));
        let json = to_json(first.expression()).to_string();
        let again: Expression = from_json(&json, RegisteredCrs::CRS84).unwrap();
        prop_assert_eq!(Filter::new(&schema(), again).unwrap().matches(&one), first.matches(&one));
    }
}

#[test]
fn the_cost_grows_with_what_a_feature_is_held_against() {
    let cost = |text: &str| filter(text).cost();
    assert!(cost("year = 2020") < 5);
    assert!(cost("year = 2020 OR year = 2021") > cost("year = 2020"));
    let pattern = "%a".repeat(500);
    assert!(cost(&format!("name LIKE '{pattern}'")) > 1_000);
    // A comb whose teeth all span the same latitudes has each position against each tooth.
    let teeth: Vec<String> = (0..500).map(|n| format!("{n}e-2 0, {n}.5e-2 9")).collect();
    let comb = format!("POLYGON((0 -1, {}, 5 -1, 0 -1))", teeth.join(","));
    assert!(cost(&format!("S_WITHIN(geometry, {comb})")) > 1_000);
    // A circle has two edges at almost every latitude.
    let circle: Vec<String> = (0..=720)
        .map(|n| f64::from(n % 720).to_radians() / 2.0)
        .map(|angle| format!("{:.9} {:.9}", angle.cos(), angle.sin()))
        .collect();
    let circle = format!("POLYGON(({}))", circle.join(","));
    assert!(cost(&format!("S_WITHIN(geometry, {circle})")) < 100);
}
