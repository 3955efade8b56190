//! The curves of a collection of points: made when a tile first asks, for each datum and set.

use std::sync::OnceLock;

use super::indexed::Indexed;
use crate::domain::{Datum, Feature, Schema, Value};
use crate::tiles::{TileMatrixSet, ZOrder};

/// The field whose values tiles count apart.
const GROUP: &str = "industry_group";

/// How many groups are told apart; features of more are counted without one.
const MAX_GROUPS: usize = 16;

/// No longer name, in bytes, is that of a group.
const MAX_NAME_BYTES: usize = 64;

/// Holds the curves that were asked for.
#[derive(Debug, Default)]
pub(super) struct Curves([OnceLock<Curve>; 8]);

/// Holds the points of an index along a curve.
#[derive(Debug)]
pub(super) struct Curve {
    pub(super) order: ZOrder,
    pub(super) groups: Groups,
}

/// Numbers the groups of features; number 0 is for features without one.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    field: Option<usize>,
    names: Vec<String>,
}

impl Groups {
    pub(super) fn new(schema: &Schema) -> Self {
        Self { field: schema.position(GROUP), names: Vec::new() }
    }

    /// The number of a feature's group, which gets one if it is new.
    pub(super) fn number(&mut self, feature: &Feature) -> usize {
        match self.field.and_then(|field| feature.values.get(field)) {
            Some(Value::Text(name)) => self.numbered(name),
            _ => 0,
        }
    }

    /// The number of a group of a name, which gets one if it is new.
    pub(super) fn numbered(&mut self, name: &str) -> usize {
        if let Some(place) = self.names.iter().position(|known| known == name) {
            return place + 1;
        }
        if self.names.len() == MAX_GROUPS || name.len() > MAX_NAME_BYTES {
            return 0;
        }
        self.names.push(name.to_owned());
        self.names.len()
    }

    /// The field that holds the groups.
    pub(super) fn field(&self) -> Option<usize> {
        self.field
    }

    /// The names of the groups, from number 1 on.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}

impl Indexed {
    /// The points along the curve of a set, their positions in a datum.
    pub(super) fn curve(&self, schema: &Schema, set: TileMatrixSet, datum: Datum) -> &Curve {
        let places = [Datum::Wgs84, Datum::Cgcs2000, Datum::Gcj02, Datum::Bd09];
        let place = places.iter().position(|one| *one == datum).unwrap_or_default();
        let place = 2 * place + usize::from(set == TileMatrixSet::WorldCrs84Quad);
        self.curves.0[place].get_or_init(|| {
            let mut groups = Groups::new(schema);
            let points = (0u32..).zip(&self.features).filter_map(|(number, feature)| {
                let at = datum.from_wgs84(feature.position()?);
                #[expect(clippy::cast_possible_truncation, reason = "at most MAX_GROUPS")]
                Some((at, number, groups.number(feature) as u8))
            });
            let order = ZOrder::new(set, points);
            Curve { order, groups }
        })
    }
}
