//! Tiles of hostile collections: never larger than they may be, and nothing lost unsaid.

use std::f64::consts::TAU;

use geo::{Coord, CoordsIter, Geometry, LineString, Point, Polygon, polygon};
use jidi::domain::{Datum, Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::formats::pmtiles::packed;
use jidi::store::Collection;
use jidi::store::tile::MAX_BYTES;

use crate::tiles::{collection, count, decoded, of_schema, square, text};

/// The tile of the globe, which must be within its bound.
fn whole(list: &Collection) -> Vec<mvt_reader::feature::Feature> {
    let tile = list.tile(square(0, 0, 0), Datum::Wgs84).unwrap();
    let size = packed(&tile).len();
    assert!(size <= MAX_BYTES, "{size} bytes");
    decoded(&tile)
}

/// How many features are shown singly, and how many are counted.
fn shown(list: &Collection) -> (usize, u64) {
    let all = whole(list);
    let (singly, cells): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.properties.as_ref().unwrap().contains_key("id"));
    (singly.len(), cells.iter().map(|cell| count(cell, "count")).sum())
}

/// Text that no packing makes shorter.
fn noise(seed: u64, length: usize) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let letter = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                [(state >> 58) as usize],
        )
    };
    (0..length).map(letter).collect()
}

fn points_with(count: u64, id_bytes: usize, text_bytes: usize) -> Collection {
    let schema = Schema::new(vec![Field::new("note", FieldType::Text, "")]);
    let feature = |n: u64| {
        Feature::new(
            FeatureId::new(&format!("p{n}{}", noise(n, id_bytes))).unwrap(),
            Some(Point::new((n % 300) as f64 - 150.0, (n / 300) as f64 * 9.0 - 60.0).into()),
            vec![Value::text(&noise(n + 7, text_bytes))],
        )
    };
    of_schema(schema, (0..count).map(feature).collect())
}

/// An area whose corners jump to and fro, so that no packing makes it small.
fn star(number: usize, corners: usize, size: f64) -> (String, Option<Geometry<f64>>, &'static str) {
    let (west, south) = ((number % 20) as f64 * 15.0 - 150.0, (number / 20) as f64 * 7.0 - 60.0);
    let jumps = noise(number as u64, corners).into_bytes();
    let corner = |(n, jump): (usize, u8)| {
        let angle = TAU * n as f64 / corners as f64;
        let reach = size * (0.5 + f64::from(jump) / 256.0);
        Coord { x: west + reach * angle.cos(), y: south + reach * angle.sin() }
    };
    let ring: LineString<f64> =
        jumps.into_iter().enumerate().map(corner).collect::<Vec<_>>().into();
    (format!("s{number}"), Some(Polygon::new(ring, vec![]).into()), "vehicles")
}

#[test]
fn long_texts_are_left_out_of_a_tile_that_would_be_too_large() {
    let list = points_with(4_000, 0, 500);
    let all = whole(&list);
    assert_eq!(all.len(), 4_000, "every point is there");
    assert!(all.iter().all(|one| text(one, "id").is_some() && text(one, "note").is_none()));
    let few = points_with(20, 0, 500);
    assert!(whole(&few).iter().all(|one| text(one, "note").is_some()), "few keep them");
    let one = points_with(1, 0, 1_000_000);
    assert_eq!(shown(&one), (1, 0));
}

#[test]
fn points_whose_ids_alone_are_too_much_are_counted() {
    assert_eq!(shown(&points_with(4_000, 58, 0)), (0, 4_000));
}

#[test]
fn areas_of_too_many_corners_stand_on_a_coarser_grid() {
    let list = collection((0..300).map(|number| star(number, 500, 7.0)).collect());
    assert_eq!(shown(&list), (300, 0));
    let mut corners =
        whole(&list).into_iter().flat_map(|one| one.geometry.coords_iter().collect::<Vec<_>>());
    assert!(corners.all(|at| at.x % 4.0 == 0.0 && at.y % 4.0 == 0.0));
    let few = collection((0..3).map(|number| star(number, 500, 7.0)).collect());
    let mut corners =
        whole(&few).into_iter().flat_map(|one| one.geometry.coords_iter().collect::<Vec<_>>());
    assert!(corners.any(|at| at.x % 4.0 != 0.0), "few are drawn as they are");
}

#[test]
fn areas_too_small_to_be_seen_are_counted_where_they_are() {
    let area = |number: usize| {
        let west = (number % 300) as f64 - 150.0;
        let area = polygon![(x: west, y: 0.0), (x: west + 0.001, y: 0.0), (x: west, y: 0.001)];
        (format!("a{number}"), Some(area.into()), "software")
    };
    let small = (0..900).map(area);
    let list = collection(small.chain([star(0, 20, 7.0)]).collect());
    assert_eq!(shown(&list), (1, 900));
    let counted = whole(&list).iter().map(|cell| count(cell, "count_software")).sum::<u64>();
    assert_eq!(counted, 900);
}

#[test]
fn a_tile_of_more_areas_than_can_be_drawn_counts_them_all() {
    let area = |number: usize| {
        let west = (number % 300) as f64 / 10.0;
        let area = polygon![(x: west, y: 0.0), (x: west + 1.0, y: 0.0), (x: west, y: 1.0)];
        (format!("a{number}"), Some(area.into()), "")
    };
    let list = collection((0..100_001).map(area).collect());
    assert_eq!(shown(&list), (0, 100_001));
}
