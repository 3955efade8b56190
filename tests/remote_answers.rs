//! A collection that is held in memory and one that stays in the database answer the same.

use geo::polygon;
use jidi::domain::RegisteredCrs;
use jidi::domain::{Bbox, Feature, FeatureId, Field, FieldType, LonLat, Schema, Value};
use jidi::filter::{Equals, Filter};
use jidi::formats::cql2;
use jidi::store::collection::About;
use jidi::store::{Backend as _, Collection, NearestQuery, Selection, SortKey, Start};

use crate::postgis::Database;
use crate::remote::open;
use crate::stores::put;

/// Features all over the world, at its edges, at its poles, in one place, and nowhere.
pub fn scattered() -> Collection {
    let about = About {
        id: "scattered".into(),
        title: "Scattered".into(),
        title_zh: String::new(),
        description: String::new(),
        description_zh: String::new(),
        data_as_of: String::new(),
        licence: String::new(),
        attribution: String::new(),
    };
    let schema = Schema::new(vec![
        Field::new("id", FieldType::Text, ""),
        Field::new("name", FieldType::Text, ""),
        Field::new("year", FieldType::Integer, ""),
        Field::new("size", FieldType::Real, ""),
        Field::new("codes", FieldType::List, ""),
    ]);
    let feature = |number: i64| {
        let id = format!("s-{number:03}");
        let (lon, lat) = ((number * 37 % 361 - 180) as f64, (number * 23 % 181 - 90) as f64);
        let values = vec![
            Value::text(&id),
            if number % 7 == 0 {
                Value::Null
            } else {
                Value::Text(format!("n'{}", number % 5).into())
            },
            if number % 5 == 0 { Value::Null } else { Value::Integer(2000 + number % 30) },
            if number % 3 == 0 { Value::Null } else { Value::Real(number as f64 / 4.0) },
            Value::List(vec![format!("{}", number % 4), "x".into()].into()),
        ];
        let geometry = (number % 11 != 0).then(|| geo::Point::new(lon, lat).into());
        Feature::new(FeatureId::new(&id).unwrap(), geometry, values)
    };
    Collection::new(about, schema, (0..400).map(feature).collect()).unwrap()
}

/// Areas that meet boxes in other ways than their own boxes do.
fn areas() -> Collection {
    let points = scattered();
    let about = About { id: "areas".into(), ..points.about().clone() };
    let triangle = |lon: f64, lat: f64| polygon![(x: lon, y: lat), (x: lon + 9.0, y: lat), (x: lon, y: lat + 9.0)];
    let areas = points.features().enumerate().map(|(number, feature)| {
        let (lon, lat) = ((number * 13 % 340) as f64 - 180.0, (number * 7 % 160) as f64 - 85.0);
        Feature::new(feature.id.clone(), Some(triangle(lon, lat).into()), feature.values.to_vec())
    });
    Collection::new(about, points.schema().clone(), areas.take(60).collect()).unwrap()
}

/// What is asked of both; the texts are those of the parameters.
fn selections(schema: &Schema) -> Vec<Selection> {
    let equals = |pairs: &[(&str, &str)]| -> Vec<Equals> {
        let one = |(name, text): &(&str, &str)| Equals::new(schema, name, text).unwrap().unwrap();
        pairs.iter().map(one).collect()
    };
    let mut all = vec![Selection::default()];
    for bbox in [
        "-180,-90,180,90",
        "0,0,60,60",
        "170,-40,-170,40",
        "180,-90,180,90",
        "-180,-10,-180,10",
        "100,80,110,90",
        "-30,-90,-20,-80",
        "37,23,37,23",
        "37,-90,37,90",
        "-10,5,40,5",
        "5,5,4,6",
    ] {
        all.push(Selection { bbox: Some(bbox.parse::<Bbox>().unwrap()), ..Selection::default() });
    }
    for time in [
        "2010-06-01",
        "2005-01-01/2006-12-31",
        "2025-01-01/..",
        "../2001-05-05",
        "0000-01-01T00:00:00Z/9999-12-31T00:00:00Z",
        "../..",
    ] {
        all.push(Selection { time: Some(time.parse().unwrap()), ..Selection::default() });
    }
    for pairs in [
        &[("name", "n'1")][..],
        &[("name", "'; DROP TABLE jidi.edits; --")],
        &[("name", "")],
        &[("name", "a\0b")],
        &[("year", "2007")],
        &[("size", "0.25")],
        &[("size", "1e300")],
        &[("codes", "2")],
        &[("codes", "x"), ("name", "n'2")],
        &[("id", "s-017")],
        &[("year", "-5")],
    ] {
        all.push(Selection { equals: equals(pairs), ..Selection::default() });
    }
    all.push(Selection {
        bbox: Some("-100,-50,120,50".parse().unwrap()),
        time: Some("2003-01-01/2019-01-01".parse().unwrap()),
        equals: equals(&[("codes", "1")]),
        ..Selection::default()
    });
    for text in FILTERS {
        all.push(Selection { filter: Some(filter(schema, text)), ..Selection::default() });
    }
    all
}

/// What SQL says exactly, in part, and not at all.
const FILTERS: [&str; 26] = [
    "name = 'n''1'",
    "name <> 'n''1'",
    "NOT (name = 'n''1' OR year < 2010)",
    "year >= 2005 AND year < 2020 AND size > 10",
    "2010 < year",
    "size BETWEEN 3 AND 20.5",
    "name IN ('n''2', 'n''3', '\u{57fa}\u{5730}')",
    "year IN (2001, 2002)",
    "name IS NULL OR size IS NULL",
    "NOT name IS NULL",
    "name > 'N'",
    "year = 2007.5",
    "size = 1",
    "name LIKE 'n%1'",
    "CASEI(name) = CASEI('N''4')",
    "A_CONTAINS(codes, ('1'))",
    "A_CONTAINS(codes, ('1')) AND year > 2010",
    "A_OVERLAPS((year, size), (2003, 2.5, 7))",
    "NOT A_EQUALS((CASEI(name), year + 1), ('n''4', 2011)) AND year > 2008",
    "A_CONTAINS(codes, (ACCENTI('1'))) OR A_OVERLAPS((1, 2), (3))",
    "TRUE IN (year > 2010, name = 'n''1')",
    "name LIKE '%2' OR year = 2003",
    "NOT (name LIKE '%2' AND year = 2004)",
    "S_INTERSECTS(geometry, POLYGON((0 0, 60 0, 60 50, 0 0)))",
    "S_INTERSECTS(geometry, BBOX(170, -40, -170, 40)) AND size * 2 > year - 1990",
    "S_DWITHIN(geometry, POINT(20 10), 2000, 'km')",
];

fn filter(schema: &Schema, text: &str) -> Filter {
    Filter::new(schema, cql2::from_text(text, RegisteredCrs::CRS84).unwrap()).unwrap()
}

/// Orders of one field and of several, null last.
fn orders() -> Vec<Vec<SortKey>> {
    let key = |field, descending| SortKey { field, descending };
    vec![
        vec![key(1, false)],
        vec![key(2, true), key(3, false)],
        vec![key(3, true)],
        vec![key(0, true)],
    ]
}

fn agree(held: &Collection, distant: &Collection) {
    assert!(held.is_held() && !distant.is_held());
    assert_eq!((held.len(), held.is_points()), (distant.len(), distant.is_points()));
    assert_eq!((held.extent(), held.times()), (distant.extent(), distant.times()));
    for field in 0..held.schema().fields().len() {
        assert_eq!(held.has_nulls(field), distant.has_nulls(field), "field {field}");
    }
    for selection in selections(held.schema()) {
        for (offset, limit) in [(0, 10), (3, 7), (395, 10), (9_999, 1), (0, 10_000), (0, 0)] {
            let (ours, theirs) =
                (held.page(&selection, offset, limit), distant.page(&selection, offset, limit));
            assert_eq!(ours, theirs, "{selection:?} {offset} {limit}");
        }
        let all = distant.stream(&selection).unwrap().map(|one| one.unwrap().into_owned());
        assert!(all.eq(held.select(&selection).cloned()), "{selection:?}");
    }
    for sort in orders() {
        for text in [None, Some(FILTERS[3]), Some(FILTERS[14])] {
            let filter = text.map(|text| filter(held.schema(), text));
            let selection = Selection { filter, sort: sort.clone(), ..Selection::default() };
            let (ours, theirs) = (held.page(&selection, 5, 50), distant.page(&selection, 5, 50));
            assert_eq!(ours, theirs, "{selection:?}");
            agree_from_page_to_page(held, distant, &selection);
        }
    }
    for id in ["s-000", "s-399", "s-400", "", "no such", "a\0", "'"] {
        assert_eq!(held.find(id), distant.find(id), "{id}");
    }
}

/// Follows the tokens of the one and the other, forwards to the end and back again.
fn agree_from_page_to_page(held: &Collection, distant: &Collection, selection: &Selection) {
    let (mut start, mut seen) = (Start::Offset(0), 0);
    loop {
        let ours = held.page_from(selection, &start, 37).unwrap();
        assert_eq!(ours, distant.page_from(selection, &start, 37).unwrap(), "{selection:?}");
        seen += ours.features.len();
        if let Some(before) = &ours.before {
            let before = Start::Token(before.clone());
            let (ours, theirs) =
                (held.page_from(selection, &before, 11), distant.page_from(selection, &before, 11));
            assert_eq!(ours, theirs, "{selection:?} before {before:?}");
        }
        match ours.after {
            Some(after) => start = Start::Token(after),
            None => return assert_eq!(seen, ours.matched),
        }
    }
}

fn agree_on_nearest(held: &Collection, distant: &Collection) {
    let equals = [Equals::new(held.schema(), "codes", "3").unwrap().unwrap()];
    let [exact, inexact] = [FILTERS[3], FILTERS[14]].map(|text| filter(held.schema(), text));
    for (lon, lat) in
        [(0.0, 0.0), (179.9, 0.1), (-180.0, -45.0), (10.0, 90.0), (37.0, -89.5), (121.5, 31.2)]
    {
        let from = LonLat::from_degrees(lon, lat).unwrap();
        for (k, within_m) in
            [(1, None), (5, None), (399, None), (10_000, None), (20, Some(2.0e6)), (3, Some(0.0))]
        {
            for equals in [&equals[..], &[]] {
                let left_out = held.feature("s-100");
                for (leave_out, filter) in
                    [(None, None), (left_out, None), (None, Some(&exact)), (None, Some(&inexact))]
                {
                    let query = NearestQuery { from, k, within_m, leave_out, equals, filter };
                    assert_eq!(
                        held.nearest(&query),
                        distant.nearest(&query),
                        "{lon} {lat} {k} {within_m:?} {filter:?}"
                    );
                }
            }
        }
    }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_answers_as_memory_does() {
    let database = Database::new();
    let mut store = open(&database, &[]);
    for held in [scattered(), areas()] {
        put(&mut store, &held);
        let distant = store.collection(&held.about().id).unwrap().unwrap();
        agree(&held, &distant);
        agree_on_nearest(&held, &distant);
    }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_is_left_before_a_filter_takes_longer_than_any_may() {
    let schema = Schema::new(vec![Field::new("name", FieldType::Text, "")]);
    let long = |id: &str| {
        let id = FeatureId::new(id).unwrap();
        Feature::new(id, None, vec![Value::text(&"a".repeat(100_000))])
    };
    let about = scattered().about().clone();
    let held = Collection::new(about, schema, vec![long("a"), long("b")]).unwrap();
    let database = Database::new();
    let mut store = open(&database, &[]);
    put(&mut store, &held);
    let distant = store.collection(&held.about().id).unwrap().unwrap();
    let of = |letters: usize| {
        let text = format!("name LIKE '%{}b%'", "a".repeat(letters));
        Selection { filter: Some(filter(held.schema(), &text)), ..Selection::default() }
    };
    // Two texts of 100,000 bytes, at each of which so many letters may be looked at.
    assert_eq!(distant.page(&of(10), 0, 10).unwrap().matched, 0);
    let refused = distant.page(&of(6_000), 0, 10).unwrap_err().to_string();
    assert!(refused.contains("more than the 1000000000 steps"), "{refused}");
    let wanted = of(6_000);
    let last = distant.stream(&wanted).unwrap().last().unwrap();
    assert!(last.is_err(), "a download breaks off, too");
}
