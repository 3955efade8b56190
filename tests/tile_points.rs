//! Tiles of many points: what the curve draws is what looking at every feature draws.

use geo::{Geometry, Point};
use jidi::domain::{Datum, Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::store::collection::Change;
use jidi::store::{Collection, Selection};
use jidi::tiles::{Square, TileMatrixSet};

use crate::tiles::of_schema;

/// More points than are drawn without a curve.
const MANY: u32 = 20_500;

fn feature(number: u32, share: f64) -> Feature {
    let spread = |ratio: f64| (share * ratio).fract();
    let (lon, lat) = (110.0 + 8.0 * spread(0.618_033_988_7), 20.0 + 8.0 * spread(0.754_877_666_2));
    let geometry = (number % 50 != 7).then(|| Geometry::from(Point::new(lon, lat)));
    let text = |text: String| if number % 3 == 2 { Value::Null } else { Value::Text(text.into()) };
    let list = ["a;b".to_owned(), format!("c{}", number % 4)];
    let values = vec![
        text(format!("f{}", number + 1)), // the text of another's id
        Value::text(["chips", "vehicles", "energy"][number as usize % 3]),
        Value::Integer(i64::from(number % 100) - 50),
        if number % 4 == 1 { Value::Null } else { Value::Real(f64::from(number) / 8.0) },
        Value::List(list.into()),
        Value::text("not the id"),
    ];
    let id = if number % 5 == 4 { number.to_string() } else { format!("f{number}") };
    Feature::new(FeatureId::new(&id).unwrap(), geometry, values)
}

fn many() -> Collection {
    let field = |name, kind| Field::new(name, kind, "");
    let schema = Schema::new(vec![
        field("name", FieldType::Text),
        field("industry_group", FieldType::Text),
        field("change", FieldType::Integer),
        field("size", FieldType::Real),
        field("tags", FieldType::List),
        field("id", FieldType::Text),
    ]);
    of_schema(schema, (0..MANY).map(|number| feature(number, f64::from(number))).collect())
}

/// The squares of one zoom around a place, and some with nothing.
fn squares(set: TileMatrixSet, z: u8) -> Vec<Square> {
    let (_, rows) = set.size(z);
    let (east, south) = set.project(114.0, 24.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on the sheet")]
    let near = |place: f64| (place * f64::from(1u32 << z)) as u32;
    let (row, col) = (near(south), near(east));
    let around = [(row, col), (row.saturating_sub(1), col), (rows - 1, 0)];
    around.iter().map(|&(row, col)| Square::new(set, z, row, col).unwrap()).collect()
}

fn assert_drawn_as_by_looking_at_each(list: &Collection) {
    let each = Selection { bbox: "-180,-90,180,90".parse().ok(), ..Selection::default() };
    for datum in [Datum::Wgs84, Datum::Gcj02] {
        for set in TileMatrixSet::ALL {
            for z in [4, 6, 8, 18, 19] {
                for square in squares(set, z) {
                    let fast = list.tile_of(square, datum, &Selection::default()).unwrap();
                    let slow = list.tile_of(square, datum, &each).unwrap();
                    assert!(fast == slow, "{square:?} {datum:?}");
                }
            }
        }
    }
}

#[test]
fn a_tile_from_the_curve_is_the_tile_from_the_features() {
    assert_drawn_as_by_looking_at_each(&many());
}

#[test]
fn a_tile_from_the_curve_shows_what_changed_since() {
    let put = |number: u32, share| Change::Put(feature(number, share).into());
    let moved = (0..60).map(|number| put(number * 11, f64::from(number) + 0.5));
    let added = (0..40).map(|number| put(MANY + number, f64::from(number)));
    let gone = (0..80).map(|number| Change::Delete(format!("f{}", number * 13 + 1)));
    let changed = many().with(moved.chain(added).chain(gone));
    assert_drawn_as_by_looking_at_each(&changed);
}
