//! From page to page: nothing is passed over or repeated, whatever is edited meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::http::StatusCode;
use jidi::domain::RegisteredCrs;
use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::filter::Filter;
use jidi::formats::cql2::from_text;
use jidi::store::collection::About;
use jidi::store::edit::{Expected, Wish};
use jidi::store::sorted::order;
use jidi::store::{Change, Collection, Keeper, Selection, Snapshots, SortKey, Start};
use proptest::prelude::*;

use crate::client::{get, links, path};
use crate::stores::{Place, done, draft, edit, load};

fn schema() -> Schema {
    Schema::new(vec![
        Field::new("name", FieldType::Text, ""),
        Field::new("year", FieldType::Integer, ""),
        Field::new("km", FieldType::Real, ""),
    ])
}

/// A feature made of one number, with nulls and few different values.
fn feature(id: usize, seed: u32) -> Feature {
    let known = |bit: u32| seed >> bit & 3 != 0;
    let values = vec![
        if known(2) {
            Value::text(["a", "aa", "b", "武"][seed as usize % 4])
        } else {
            Value::Null
        },
        if known(5) { Value::Integer(i64::from(seed % 5)) } else { Value::Null },
        if known(8) { Value::Real(f64::from(seed % 7) / 3.0) } else { Value::Null },
    ];
    let point = geo::Point::new(f64::from(seed % 90), 1.0);
    let geometry = known(11).then(|| point.into());
    Feature::new(FeatureId::new(&format!("f{id}")).unwrap(), geometry, values)
}

fn collection(seeds: &[u32]) -> Collection {
    let mut about = jidi_about();
    about.id = "made".into();
    let features = seeds.iter().enumerate().map(|(id, &seed)| feature(id, seed)).collect();
    Collection::new(about, schema(), features).unwrap()
}

fn jidi_about() -> About {
    crate::client::CATALOG.collection("bases").unwrap().about().clone()
}

fn filter(text: &str) -> Filter {
    Filter::new(&schema(), from_text(text, RegisteredCrs::CRS84).unwrap()).unwrap()
}

/// Conditions that an index answers, in part or not at all, each with every kind of order.
fn selections() -> impl Strategy<Value = Selection> {
    let filters = [
        None,
        Some("year >= 1"),
        Some("year = 2 OR name = 'a'"),
        Some("year + 1 > 1"),
        Some("name IS NULL"),
        Some("S_INTERSECTS(geometry, BBOX(0,0,40,2))"),
    ];
    let key =
        (0usize..3, any::<bool>()).prop_map(|(field, descending)| SortKey { field, descending });
    (prop::sample::select(filters.to_vec()), prop::collection::vec(key, 0..3)).prop_map(
        |(text, sort)| Selection { filter: text.map(filter), sort, ..Selection::default() },
    )
}

fn ids(collection: &Collection, selection: &Selection) -> Vec<String> {
    let mut wanted: Vec<&Feature> =
        collection.features().filter(|one| selection.wants(collection, one)).collect();
    wanted.sort_by(|a, b| order(&selection.sort, a, b));
    wanted.iter().map(|one| one.id.as_str().to_owned()).collect()
}

/// The token of a link, written and read as the address carries it.
fn carried(collection: &Collection, selection: &Selection, start: &Start) -> Start {
    let Start::Token(token) = start else { return start.clone() };
    let text = token.write("made", &selection.sort).unwrap();
    Start::Token(collection.token(&text, &selection.sort).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn pages_are_parts_of_everything_in_order_and_lead_back(
        seeds in prop::collection::vec(any::<u32>(), 0..50),
        edits in prop::collection::vec((0usize..70, prop::option::of(any::<u32>())), 0..20),
        selection in selections(),
        limits in prop::collection::vec(1usize..9, 60),
        offset in 0usize..60,
    ) {
        let collection = collection(&seeds).with(edits.into_iter().map(change));
        let all = ids(&collection, &selection);
        let mut start = Start::Offset(0);
        let (mut seen, mut starts) = (Vec::new(), Vec::new());
        for limit in limits {
            let page = collection.page_from(&selection, &start, limit).unwrap();
            prop_assert_eq!((page.matched, page.passed), (all.len(), seen.len()));
            seen.extend(page.features.iter().map(|one| one.id.as_str().to_owned()));
            starts.push((page.before.clone(), page.passed));
            let Some(after) = page.after else { break };
            start = carried(&collection, &selection, &Start::Token(after));
        }
        prop_assert_eq!(&seen, &all);
        for (before, passed) in starts {
            let Some(before) = before else { prop_assert_eq!(passed, 0); continue };
            let start = carried(&collection, &selection, &Start::Token(before));
            let page = collection.page_from(&selection, &start, 4).unwrap();
            let expected = &all[passed.saturating_sub(4)..passed];
            let found: Vec<&str> = page.features.iter().map(|one| one.id.as_str()).collect();
            prop_assert_eq!(found, expected);
            prop_assert_eq!(page.before.is_some(), passed > 4);
        }
        let page = collection.page(&selection, offset, 5).unwrap();
        let found: Vec<&str> = page.features.iter().map(|one| one.id.as_str()).collect();
        let expected: Vec<&str> = all.iter().skip(offset).take(5).map(String::as_str).collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn with_edits_between_pages_nothing_that_stays_is_passed_over_or_repeated(
        seeds in prop::collection::vec(any::<u32>(), 0..60),
        edits in prop::collection::vec(
            prop::collection::vec((0usize..90, prop::option::of(any::<u32>())), 0..9), 40),
        selection in selections(),
        limits in prop::collection::vec(1usize..7, 40),
    ) {
        let mut collection = collection(&seeds);
        let first: BTreeSet<String> = ids(&collection, &selection).into_iter().collect();
        let mut touched = BTreeSet::new();
        let (mut start, mut seen) = (Start::Offset(0), Vec::new());
        let mut is_over = false;
        for (edits, limit) in edits.into_iter().zip(limits) {
            let page = collection.page_from(&selection, &start, limit).unwrap();
            prop_assert_eq!(page.matched, ids(&collection, &selection).len());
            seen.extend(page.features.iter().map(|one| one.id.as_str().to_owned()));
            let Some(after) = page.after else { is_over = true; break };
            start = carried(&collection, &selection, &Start::Token(after));
            touched.extend(edits.iter().map(|(id, _)| format!("f{id}")));
            collection = collection.with(edits.into_iter().map(change));
        }
        let stayed = |id: &&String| !touched.contains(*id);
        let seen_of_those: Vec<&String> = seen.iter().filter(stayed).collect();
        let once: BTreeSet<&String> = seen_of_those.iter().copied().collect();
        prop_assert_eq!(once.len(), seen_of_those.len(), "one was repeated");
        if is_over {
            let expected: BTreeSet<&String> = first.iter().filter(stayed).collect();
            prop_assert_eq!(once, expected);
        }
    }
}

fn change((id, seed): (usize, Option<u32>)) -> Change {
    match seed {
        Some(seed) => Change::Put(Arc::new(feature(id, seed))),
        None => Change::Delete(format!("f{id}")),
    }
}

#[test]
fn a_place_stays_when_its_feature_is_gone_and_everything_is_indexed_anew() {
    let seeds: Vec<u32> = (0..3_000u32).map(|n| n.wrapping_mul(2_654_435_761)).collect();
    let before = collection(&seeds);
    for sort in [vec![], vec![SortKey { field: 1, descending: true }]] {
        let selection = Selection { sort, ..Selection::default() };
        let all = ids(&before, &selection);
        let page = before.page(&selection, 1_500, 100).unwrap();
        let start = Start::Token(page.after.unwrap());
        // All that was seen is gone, and a part of the rest: more than lies beside an index.
        let gone = |place: usize| place < 1_600 || place.is_multiple_of(3);
        let places = (0..all.len()).filter(|&place| gone(place));
        let after = before.with(places.map(|place| Change::Delete(all[place].clone())));
        let page = after.page_from(&selection, &start, 10_000).unwrap();
        let found: Vec<&str> = page.features.iter().map(|one| one.id.as_str()).collect();
        let expected: Vec<&String> =
            all.iter().enumerate().filter(|(place, _)| !gone(*place)).map(|(_, id)| id).collect();
        assert_eq!(found, expected);
        assert_eq!((page.matched, page.after), (expected.len(), None));
    }
}

#[test]
fn a_feature_that_was_deleted_and_came_back_is_a_new_one_at_the_end() {
    let before = collection(&[1, 2, 3]);
    let after = before.with([Change::Delete("f0".into()), change((0, Some(7)))]);
    assert_eq!(ids(&after, &Selection::default()), ["f1", "f2", "f0"]);
    // The store says which row it is; one that stands before others is put there.
    let added = Change::Add(Arc::new(feature(9, 9)), 2);
    let after = before.with([Change::Delete("f1".into()), added]);
    assert_eq!(ids(&after, &Selection::default()), ["f0", "f9", "f2"]);
}

crate::stores::for_every_store!(a_place_means_the_same_after_a_restart_and_in_every_instance);

fn a_place_means_the_same_after_a_restart_and_in_every_instance(place: &dyn Place) {
    let mut store = place.open();
    let snapshots = Snapshots::new(load(&mut *store));
    let catalog = snapshots.current();
    let (keeper, thread) = Keeper::start(store, snapshots.clone());
    let delete = |id: &str| Wish::Delete { id: id.to_owned(), expected: Expected::default() };
    let create = |id: &str| Wish::Create(draft(&catalog, Some(id), 100.0));
    // The last row goes and others come, so that keys have gaps.
    done(&keeper, edit(vec![create("x-1"), create("x-2")])).unwrap();
    done(&keeper, edit(vec![delete("x-2"), delete("base-04")])).unwrap();
    done(&keeper, edit(vec![create("x-3"), create("base-04"), create("x-4")])).unwrap();
    let here = snapshots.current().collection("bases").unwrap().clone();
    let there = load(&mut *place.open()).collection("bases").unwrap().clone();
    drop((keeper, snapshots));
    thread.join().unwrap();
    let restarted = load(&mut *place.open()).collection("bases").unwrap().clone();
    let year = here.schema().position("year").unwrap();
    for sort in [vec![], vec![SortKey { field: year, descending: true }]] {
        let selection = Selection { sort, ..Selection::default() };
        let mut start = Start::Offset(0);
        let mut seen = Vec::new();
        loop {
            let page = here.page_from(&selection, &start, 2).unwrap();
            for other in [&there, &restarted] {
                assert_eq!(Ok(&page), other.page_from(&selection, &start, 2).as_ref());
            }
            seen.extend(page.features.iter().map(|one| one.id.as_str().to_owned()));
            let Some(after) = page.after else { break };
            start = Start::Token(after);
        }
        assert_eq!((seen.len(), here.len()), (14, 14), "{seen:?}");
        if selection.sort.is_empty() {
            assert_eq!(seen[10..], ["x-1", "x-3", "base-04", "x-4"]);
        }
    }
}

/// The address of a link, and its parameters.
fn link(at: &str, rel: &str) -> String {
    path(links(&get(at).json(), rel)[0]).to_owned()
}

#[test]
fn the_limit_may_change_from_page_to_page_and_the_way_back_is_the_same() {
    for order in ["", "&sortby=-year,name", "&sortby=industry&filter=year%20IS%20NOT%20NULL"] {
        let at = format!("/collections/hubs/items?limit=10{order}");
        let first = get(&at).json();
        let next = link(&at, "next").replace("limit=10", "limit=25");
        assert!(next.contains("cursor=") && !next.contains("offset"), "{next}");
        let second = get(&next).json();
        assert_eq!(second["numberMatched"], first["numberMatched"]);
        let counted = get(&format!("/collections/hubs/items?limit=25&offset=10{order}")).json();
        assert_eq!(second["features"], counted["features"]);
        let back = get(&link(&next, "prev").replace("limit=25", "limit=10")).json();
        assert_eq!(back["features"], first["features"]);
        assert!(links(&back, "prev").is_empty() && !links(&back, "next").is_empty());
    }
}

#[test]
fn every_format_pages_by_its_link_header() {
    for f in ["csv", "geojsonl", "fgb", "kml", "gpkg", "parquet"] {
        let answer = get(&format!("/collections/bases/items?limit=4&f={f}"));
        let link = answer.headers.get_all("link").iter().map(|one| one.to_str().unwrap());
        let next = link.filter(|one| one.contains("rel=\"next\"")).collect::<Vec<_>>();
        assert_eq!(next.len(), 1, "{f}");
        let next = next[0].split(['<', '>']).nth(1).unwrap();
        assert!(next.contains("cursor=") && next.contains(&format!("f={f}")), "{next}");
        let next = get(next.strip_prefix(crate::client::ROOT).unwrap());
        assert_eq!((next.status, next.header("ogc-numberreturned")), (StatusCode::OK, "4"), "{f}");
    }
}

#[test]
fn a_cursor_that_is_none_is_refused_with_a_sentence() {
    let next = link("/collections/hubs/items?limit=10&sortby=year", "next");
    let cursor = next.split("cursor=").nth(1).unwrap().split('&').next().unwrap();
    for query in [
        "cursor=".to_owned(),
        "cursor=10".to_owned(),
        "cursor=%F0%9F%98%80".to_owned(),
        format!("cursor={}", "0".repeat(5_000)),
        format!("cursor={cursor}"),
        format!("cursor={cursor}&sortby=-year"),
        format!("cursor={cursor}&sortby=year,name"),
        format!("cursor={}&sortby=year", &cursor[..cursor.len() - 2]),
        format!("cursor={}&sortby=year", cursor.to_uppercase()),
        format!("cursor={cursor}&sortby=year&offset=3"),
    ] {
        let answer = get(&format!("/collections/hubs/items?{query}"));
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert_eq!(answer.json()["parameter"], "cursor", "{query}");
    }
    let of_others = get(&format!("/collections/bases/items?cursor={cursor}&sortby=year"));
    assert_eq!(of_others.status, StatusCode::BAD_REQUEST);
    assert!(of_others.json()["detail"].as_str().unwrap().contains("follow the link `next`"));
}
