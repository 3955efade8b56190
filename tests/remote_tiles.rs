//! Tiles of a collection that stays in the database are those from memory, byte by byte.

use geo::{Geometry, Point, polygon};
use jidi::domain::{Datum, RegisteredCrs};
use jidi::filter::Filter;
use jidi::formats::cql2;
use jidi::store::{Collection, Selection};
use jidi::tiles::{Square, TileMatrixSet};

use crate::postgis::Database;
use crate::remote::open;
use crate::stores::put;
use crate::tiles::{collection, decoded};

const GROUPS: [&str; 4] = ["software", "vehicles", "biomedicine", ""];

/// Points everywhere: at poles, on the antimeridian, on the edges of cells, in heaps.
fn points(count: usize) -> Vec<(String, Option<Geometry<f64>>, &'static str)> {
    let point = |n: usize| {
        let (lon, lat) = match n % 4 {
            0 => ((n * 37 % 361) as f64 - 180.0, (n * 23 % 181) as f64 - 90.0),
            1 => ((n % 129) as f64 * 360.0 / 128.0 - 180.0, (n % 65) as f64 * 180.0 / 64.0 - 90.0),
            2 => (118.0 + (n % 1_000) as f64 / 4e3, 32.0 + (n % 997) as f64 / 4e3),
            _ => (
                (n as f64 * 0.618_033_988_7).fract() * 360.0 - 180.0,
                (n as f64 * 0.754_877_666_2).fract() * 170.0 - 85.0,
            ),
        };
        let geometry = (!n.is_multiple_of(101)).then(|| Point::new(lon, lat).into());
        (format!("p{n}"), geometry, GROUPS[n / 4 % 4])
    };
    (0..count).map(point).collect()
}

/// The squares to compare: all of the lowest zooms, and those around a heap.
fn squares() -> Vec<Square> {
    let heap = geo_square(118.1, 32.1);
    let mut all: Vec<Square> = heap;
    for set in TileMatrixSet::ALL {
        for z in 0..=2 {
            let (cols, rows) = set.size(z);
            all.extend(
                (0..rows).flat_map(|row| {
                    (0..cols).map(move |col| Square::new(set, z, row, col).unwrap())
                }),
            );
        }
    }
    all
}

fn geo_square(lon: f64, lat: f64) -> Vec<Square> {
    let at = |set: TileMatrixSet, z: u8| {
        let (east, south) = set.project(lon, lat);
        let scale = f64::from(1u32 << z);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the sheet")]
        Square::new(set, z, (south * scale) as u32, (east * scale) as u32).unwrap()
    };
    TileMatrixSet::ALL.into_iter().flat_map(|set| [5, 7, 8, 10].map(|z| at(set, z))).collect()
}

fn filtered(list: &Collection, text: &str) -> Selection {
    let expression = cql2::from_text(text, RegisteredCrs::CRS84).unwrap();
    let filter = Some(Filter::new(list.schema(), expression).unwrap());
    Selection { filter, ..Selection::default() }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_counts_points_in_the_same_cells_as_memory_does() {
    let database = Database::new();
    let held = collection(points(40_000));
    put(&mut open(&database, &[]), &held);
    let catalog = crate::stores::load(&mut open(&database, &[]));
    let distant = catalog.collection("list").unwrap();
    assert!(!distant.is_held());
    let (mut counted, mut singly) = (0, 0);
    for square in squares() {
        let tile = held.tile(square, Datum::Wgs84).unwrap();
        assert!(tile == distant.tile(square, Datum::Wgs84).unwrap(), "{square:?}");
        let first = decoded(&tile)
            .first()
            .map(|one| one.properties.as_ref().unwrap().contains_key("count"));
        counted += usize::from(first == Some(true));
        singly += usize::from(first == Some(false));
    }
    assert!(counted > 5 && singly > 5, "{counted} {singly}");
    let wanted = filtered(&held, "industry_group <> 'software'");
    for square in squares() {
        let tile = held.tile_of(square, Datum::Wgs84, &wanted).unwrap();
        assert!(tile == distant.tile_of(square, Datum::Wgs84, &wanted).unwrap(), "{square:?}");
    }
    for square in squares() {
        for datum in [Datum::Gcj02, Datum::Bd09] {
            let tile = held.tile_of(square, datum, &wanted).unwrap();
            assert!(
                tile == distant.tile_of(square, datum, &wanted).unwrap(),
                "{square:?} {datum:?}"
            );
        }
    }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_counts_more_rows_than_may_come() {
    let database = Database::new();
    let area = |n: usize| {
        let (west, south) = ((n % 340) as f64 - 175.0, (n / 340 % 120) as f64 - 60.0);
        let area =
            polygon![(x: west, y: south), (x: west + 0.5, y: south), (x: west, y: south + 0.25)];
        (format!("a{n}"), Some(area.into()), GROUPS[n % 4])
    };
    let held = collection((0..100_500).map(area).collect());
    put(&mut open(&database, &[]), &held);
    let catalog = crate::stores::load(&mut open(&database, &[]));
    let distant = catalog.collection("list").unwrap();
    let globe = Square::new(TileMatrixSet::WebMercatorQuad, 0, 0, 0).unwrap();
    let tile = held.tile(globe, Datum::Wgs84).unwrap();
    assert!(tile == distant.tile(globe, Datum::Wgs84).unwrap());
    for datum in [Datum::Bd09, Datum::Gcj02] {
        assert!(held.tile(globe, datum).unwrap() == distant.tile(globe, datum).unwrap());
    }
    // What SQL does not say of a filter is counted on its way.
    let wanted = filtered(&held, "industry_group IS NULL OR industry_group LIKE '%'");
    let tile = held.tile_of(globe, Datum::Bd09, &wanted).unwrap();
    assert!(tile == distant.tile_of(globe, Datum::Bd09, &wanted).unwrap());
    assert!(decoded(&tile)[0].properties.as_ref().unwrap().contains_key("count"));
}
