//! What is read is what was written, in both ways, and refusals say where and what.

use geo::{Geometry, point, polygon};
use proptest::prelude::*;
use time::macros::{date, datetime};

use super::*;
use crate::domain::{Bbox, Expression, Literal};

fn text(filter: &str) -> Expression {
    from_text(filter, RegisteredCrs::CRS84).unwrap_or_else(|error| panic!("{filter}: {error}"))
}

fn canonical(filter: &str) -> String {
    to_text(&text(filter))
}

fn refusal(filter: &str) -> String {
    from_text(filter, RegisteredCrs::CRS84).unwrap_err().to_string()
}

fn json_refusal(filter: &str) -> String {
    from_json(filter, RegisteredCrs::CRS84).unwrap_err().to_string()
}

fn property(name: &str) -> Expression {
    Expression::Property(name.to_owned())
}

fn whole(number: i64) -> Expression {
    Expression::Literal(Literal::Integer(number))
}

fn call<const N: usize>(operator: Operator, arguments: [Expression; N]) -> Expression {
    Expression::Call(operator, arguments.into())
}

#[test]
fn and_binds_before_or_and_not_before_both() {
    let eq = |name, number| call(Operator::Equal, [property(name), whole(number)]);
    let expected = call(
        Operator::Or,
        [eq("a", 1), call(Operator::And, [call(Operator::Not, [eq("b", 2)]), eq("c", 3)])],
    );
    assert_eq!(text("a=1 or not b=2 AND c = 3"), expected);
    assert_eq!(canonical("((a=1) OR ((NOT (b=2)) AND c=3))"), "a = 1 OR NOT b = 2 AND c = 3");
    assert_eq!(canonical("(a=1 or b=2) and c=3"), "(a = 1 OR b = 2) AND c = 3");
}

#[test]
fn powers_bind_before_products_before_sums_and_from_the_right() {
    assert_eq!(canonical("a = 1+2*b^c^2"), "a = 1+2*b^c^2");
    assert_eq!(canonical("a = (1+2)*(b^c)^2"), "a = (1+2)*(b^c)^2");
    assert_eq!(canonical("a = 1-(2-3) - 4 div 2 % 3"), "a = 1-(2-3)-4 DIV 2%3");
    assert_eq!(text("a = -1"), call(Operator::Equal, [property("a"), whole(-1)]));
    assert_eq!(canonical("a = -b"), "a = -1*b");
}

#[test]
fn numbers_have_either_sign() {
    assert_eq!(text("a = +5"), text("a = 5"));
    assert_eq!(text("a = 1 + +5"), text("a = 1 + 5"));
    assert_eq!(text("a = +1.5e+3"), text("a = 1500.0"));
    assert_eq!(text("POINT(+116.39 +39.9)"), text("POINT(116.39 39.9)"));
    assert_eq!(text("POINT Z(+116.39 -39.9 +5)"), text("POINT(116.39 -39.9)"));
    assert_eq!(text("BBOX(-1,+2,+3,4)"), text("BBOX(-1,2,3,4)"));
    for wrong in ["a = +b", "a = +'b'", "a = + -5", "POINT(+-1 2)", "a = +"] {
        assert!(refusal(wrong).contains("expected a number after `+`"), "{}", refusal(wrong));
    }
}

#[test]
fn lists_hold_values_conditions_and_lists() {
    let list = |parts: &[Expression]| Expression::Array(parts.to_vec());
    let overlaps = |a, b| call(Operator::AOverlaps, [a, b]);
    let one = list(&[whole(1), whole(2)]);
    assert_eq!(text("A_OVERLAPS((1,2),(+1,2))"), overlaps(one.clone(), one.clone()));
    let nested = list(&[one, list(&[whole(3)]), list(&[])]);
    assert_eq!(text("A_OVERLAPS(((1,2),(3),()), l)"), overlaps(nested, property("l")));
    let json = r#"{"op":"a_overlaps","args":[[[1,2],[3],[]],{"property":"l"}]}"#;
    let read = from_json(json, RegisteredCrs::CRS84).unwrap();
    assert_eq!(to_text(&read), "A_OVERLAPS(((1,2),(3),()),l)");
    for same in [
        "A_EQUALS((a+1,(a+1)*(b+2),CASEI(name),DATE('2020-10-13')),l)",
        "A_EQUALS((a = 1 OR b,(a > 1) = b,POINT(1.0 2.0)),())",
        "ok IN (a > 3,TRUE)",
        "ok NOT IN ((a > 3) = b,a IS NULL)",
    ] {
        let canonical = canonical(same);
        assert_eq!(text(&canonical), text(same), "{canonical}");
    }
    assert_eq!(canonical("ok IN (val > 3)"), "ok IN (val > 3)");
    assert!(refusal("A_EQUALS((1,2,(3)").contains("expected `,`"));
    let deep = format!("A_EQUALS({}{},l)", "(".repeat(9_000), ")".repeat(9_000));
    assert!(refusal(&deep).contains("nested more than 32 deep"));
}

#[test]
fn negated_predicates_are_predicates_within_not() {
    assert_eq!(canonical("name not like 'a%'"), "NOT name LIKE 'a%'");
    assert_eq!(canonical("year not between 1 and 2"), "NOT year BETWEEN 1 AND 2");
    assert_eq!(canonical("year NOT IN (1, 2)"), "NOT year IN (1,2)");
    assert_eq!(canonical("year is not null"), "NOT year IS NULL");
}

#[test]
fn quotes_stand_for_themselves_when_doubled_or_escaped() {
    let quoted = Expression::Literal(Literal::Text("it's".to_owned()));
    let expected = call(Operator::Equal, [property("a \"b\""), quoted]);
    assert_eq!(text(r#""a ""b""" = 'it''s'"#), expected);
    assert_eq!(text(r#""a ""b""" = 'it\'s'"#), expected);
    assert_eq!(text(&to_text(&expected)), expected);
}

#[test]
fn words_of_the_language_are_fields_in_double_quotes_only() {
    assert_eq!(canonical(r#""and" = 1"#), r#""and" = 1"#);
    assert_eq!(canonical(r#""true" = 1"#), r#""true" = 1"#);
    assert_eq!(canonical("date = '2020' AND point = 'a'"), "date = '2020' AND point = 'a'");
    assert_eq!(canonical("产业:x.y = '汽车'"), "产业:x.y = '汽车'");
    assert!(refusal("and = 1").contains("at character 1: expected a value"));
}

#[test]
fn times_and_geometries_are_read_as_what_they_are() {
    let day = Expression::Literal(Literal::Date(date!(2020 - 10 - 13)));
    let instant = Expression::Literal(Literal::Timestamp(datetime!(2020-10-13 08:00 UTC)));
    assert_eq!(text("DATE('2020-10-13')"), day);
    assert_eq!(text("timestamp('2020-10-13T08:00:00Z')"), instant);
    let interval = Expression::Interval(Box::new([Some(day), None]));
    assert_eq!(text("INTERVAL('2020-10-13', '..')"), interval);
    let started = Expression::Interval(Box::new([Some(property("starts_at")), Some(instant)]));
    assert_eq!(text("INTERVAL(starts_at, '2020-10-13T08:00:00Z')"), started);
    let square = polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 0.0)];
    let square = Expression::Literal(Literal::Geometry(Geometry::Polygon(square)));
    assert_eq!(text("POLYGON((0 0, 1 0, 1 1, 0 0))"), square);
    assert_eq!(text("polygon Z ((0 0 9, 1 0 9, 1 1 9, 0 0 9))"), square);
    let bbox = Bbox::from_edges(170.0, -1.0, -170.0, 1.5).unwrap();
    assert_eq!(text("BBOX(170,-1,-170,1.5)"), Expression::Literal(Literal::Bbox(bbox)));
    assert_eq!(text("BBOX(170,-1,0,-170,1.5,9)"), Expression::Literal(Literal::Bbox(bbox)));
    for geometry in [
        "MULTIPOINT((1 2),(3 4))",
        "LINESTRING(1 2,3 4)",
        "MULTILINESTRING((1 2,3 4),(5 6,7 8))",
        "MULTIPOLYGON(((0 0,1 0,1 1,0 0)),((5 5,6 5,6 6,5 5)))",
        "GEOMETRYCOLLECTION(POINT(1 2),LINESTRING(1 2,3 4))",
    ] {
        assert_eq!(canonical(geometry), geometry);
        let json = to_json(&text(geometry)).to_string();
        assert_eq!(from_json(&json, RegisteredCrs::CRS84), Ok(text(geometry)));
    }
}

#[test]
fn latitude_comes_first_where_the_reference_system_says_so() {
    let here = Expression::Literal(Literal::Geometry(point!(x: 120.5, y: 31.5).into()));
    assert_eq!(
        from_text("POINT(31.5 120.5)", RegisteredCrs::from_epsg(4326).unwrap()),
        Ok(here.clone())
    );
    let json = r#"{"type":"Point","coordinates":[31.5,120.5]}"#;
    assert_eq!(from_json(json, RegisteredCrs::from_epsg(4490).unwrap()), Ok(here));
    assert_eq!(
        from_text("BBOX(29,105,31,107)", RegisteredCrs::from_epsg(4490).unwrap()),
        from_text("BBOX(105,29,107,31)", RegisteredCrs::CRS84)
    );
    assert!(refusal("POINT(31.5 120.5)").contains("write longitude first"));
}

#[test]
fn refusals_say_where_and_what_would_be_right() {
    for (filter, said) in [
        ("", "at character 1: expected a value, a field or a function, and found the end"),
        (
            "year <",
            "at character 7: expected a value, a field or a function after `<`, and found the end",
        ),
        ("name = 'Wuhan", "at character 8: the quote ' is opened and never closed"),
        (
            "year = 1 year",
            "at character 10: expected AND, OR or the end after `1`, and found `year`",
        ),
        ("year != 1", "at character 6: write `<>` for `!=`"),
        ("年 = 1 ; 2", "at character 7: `;` has no meaning in CQL2"),
        (
            "S_INTERSECT(geometry, POINT(1 2))",
            "at character 1: there is no function `S_INTERSECT`; did you mean `S_INTERSECTS`?",
        ),
        ("CASEI(a, b) = 'c'", "at character 1: `CASEI` takes one value, and 2 are given"),
        ("POLYGON((0 0, 1 0, 1 1, 0 1))", "at character 8: expected"),
        ("DATE('2020-13-01')", "at character 6: `2020-13-01` is not a day"),
        ("a = (1, 2)", "at character 7: a list stands only after IN"),
        ("a IN ()", "IN needs a value at least"),
        ("POINT EMPTY", "at character 7: an empty geometry meets nothing"),
        ("a = 1e999", "at character 5: the number `1e999` is too large"),
    ] {
        let refused = refusal(filter);
        let said = said.replace("expected\u{0}", "");
        if filter.starts_with("POLYGON") {
            assert!(refused.contains("the ring is not closed"), "{refused}");
        } else {
            assert!(refused.contains(&said), "{filter}: {refused}");
        }
    }
    for (filter, said) in [
        ("{", "no JSON"),
        (r#"{"op":"=","args":[{"property":"a"}]}"#, "at $: `=` takes two values, and 1 are given"),
        (
            r#"{"op":"and","args":[true,{"op":"equals","args":[]}]}"#,
            "at $.args[1]: there is no operator `equals`",
        ),
        (
            r#"{"op":"like","args":[{"propety":"a"},"b"]}"#,
            "at $.args[0]: `propety` has no meaning in CQL2; did you mean `property`?",
        ),
        (r#"{"op":"=","args":[1,null]}"#, "at $.args[1]: null is no value"),
        (r#"{"type":"Point","coordinates":[200,0]}"#, "at $: (200, 0) is not a position"),
        (r#"{"bbox":[1,2,3]}"#, "at $: a box has four numbers"),
        (r#"{"interval":["2020-01-01"]}"#, "at $: an interval is an array of two ends"),
    ] {
        assert!(json_refusal(filter).contains(said), "{filter}: {}", json_refusal(filter));
    }
}

#[test]
fn length_depth_parts_and_positions_are_bounded() {
    assert_eq!(
        from_text(&" ".repeat(MAX_BYTES + 1), RegisteredCrs::CRS84),
        Err(InvalidCql2::TooLong(MAX_BYTES + 1))
    );
    for deep in ["(".repeat(9_000), "NOT ".repeat(8_000), "-".repeat(30_000), "2^".repeat(9_000)] {
        assert!(refusal(&format!("{deep}a")).contains("nested more than 32 deep"));
    }
    assert!(refusal(&format!("a = 1{}", "+1".repeat(900))).contains("nested more than"));
    assert!(refusal(&vec!["a=1"; 400].join(" OR ")).contains("more than 1000 operators"));
    assert_eq!(canonical(&vec!["a = 1"; 300].join(" OR ")), vec!["a = 1"; 300].join(" OR "));
    let points = vec!["(1 2)"; MAX_VERTICES + 1].join(",");
    assert!(refusal(&format!("MULTIPOINT({points})")).contains("more than 4000 positions"));
    let deep = format!("{}true{}", r#"{"op":"not","args":["#.repeat(60), "]}".repeat(60));
    assert!(json_refusal(&deep).contains("nested more than 32 deep"));
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(json_refusal(&deep).contains("recursion limit"));
}

#[test]
fn every_operator_is_found_by_its_name_in_both_languages() {
    for &operator in Operator::ALL {
        assert_eq!(Operator::named(operator.name()), Some(operator));
        if operator.is_function() {
            assert_eq!(Operator::function(&operator.name().to_uppercase()), Some(operator));
        }
    }
    assert_eq!(Operator::function("and"), None);
}

/// Any literal, with numbers and letters that are hard to write.
fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![
        any::<bool>().prop_map(Literal::Boolean),
        (i64::MIN + 1..=i64::MAX).prop_map(Literal::Integer),
        // JSON is read to 15 digits, so the numbers here have no more.
        any::<i32>().prop_map(|n| Literal::Real(f64::from(n) / 64.0)),
        "[a-z'\"%_ 省é\n]{0,8}".prop_map(Literal::Text),
        (0i32..=9999, 1u16..=365).prop_map(|(year, day)| Literal::Date(
            time::Date::from_ordinal_date(year, day).unwrap()
        )),
        (0i64..4_000_000_000).prop_map(|second| {
            Literal::Timestamp(time::OffsetDateTime::from_unix_timestamp(second).unwrap())
        }),
        (-180i16..180, -90i16..90).prop_map(|(x, y)| {
            Literal::Geometry(point!(x: f64::from(x) + 0.25, y: f64::from(y) + 0.5).into())
        }),
        (-180i16..180, -180i16..180, -90i16..0, 0i16..90).prop_map(|(w, e, s, n)| {
            let edges = [w, s, e, n].map(|edge| f64::from(edge) + 0.25);
            Literal::Bbox(Bbox::from_edges(edges[0], edges[1], edges[2], edges[3]).unwrap())
        }),
    ]
}

/// Any condition that the grammar has, meaningful or not.
fn expressions() -> impl Strategy<Value = Expression> {
    let names = prop_oneof!["[a-z_][a-z0-9_.]{0,6}", "[A-Z \"']{1,6}", Just("年份".to_owned())];
    let leaf =
        prop_oneof![names.prop_map(Expression::Property), literals().prop_map(Expression::Literal)];
    leaf.prop_recursive(4, 40, 4, |inner| {
        // In the functions of arrays a parenthesis opens a list and nothing else.
        let (arrays, others): (Vec<Operator>, Vec<Operator>) =
            Operator::ALL.iter().partition(|operator| operator.is_of_arrays());
        let others = others.into_iter().filter(|one| *one != Operator::In).collect::<Vec<_>>();
        let (array, operator) = (prop::sample::select(arrays), prop::sample::select(others));
        prop_oneof![
            4 => (operator, prop::collection::vec(inner.clone(), 4)).prop_map(|(operator, mut parts)| {
                parts.truncate(if operator.arity() == 0 { 3 } else { operator.arity() });
                Expression::Call(operator, parts)
            }),
            1 => (inner.clone(), prop::collection::vec(inner.clone(), 1..4)).prop_map(|(left, list)| {
                Expression::Call(Operator::In, vec![left, Expression::Array(list)])
            }),
            1 => (array, prop::collection::vec(inner, 0..3)).prop_map(|(operator, list)| {
                let list = Expression::Array(list);
                Expression::Call(operator, vec![Expression::Property("l".into()), list])
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn what_is_written_reads_back_as_what_it_was(expression in expressions()) {
        let json = to_json(&expression).to_string();
        prop_assert_eq!(from_json(&json, RegisteredCrs::CRS84), Ok(expression.clone()), "{}", json);
        let text = to_text(&expression);
        let read = from_text(&text, RegisteredCrs::CRS84);
        // A product by -1 and a signed number are written alike; what is read is written alike again.
        let again = read.as_ref().map(to_text);
        prop_assert_eq!(again.as_ref(), Ok(&text));
        if !text.contains('-') {
            prop_assert_eq!(read, Ok(expression), "{}", text);
        }
    }

    #[test]
    fn no_text_panics(filter in "[a-zA-Z0-9'\"()<>=,.+*/%^ -]{0,60}", json in "[\\[\\]{}\":,a-z0-9]{0,60}") {
        let _ = from_text(&filter, RegisteredCrs::CRS84);
        let _ = from_json(&json, RegisteredCrs::CRS84);
    }

    #[test]
    fn no_ring_of_positions_panics(places in prop::collection::vec((-3i8..=3, -3i8..=3), 3..9)) {
        let mut places: Vec<String> = places.iter().map(|(x, y)| format!("{x} {y}")).collect();
        places.push(places[0].clone());
        let ring = places.join(",");
        let _ = from_text(&format!("MULTIPOLYGON((({ring})),(({ring})))"), RegisteredCrs::CRS84);
        let _ = from_text(&format!("POLYGON(({ring}),({ring}))"), RegisteredCrs::CRS84);
    }
}
