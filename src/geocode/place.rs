//! Where a place stands: at its zone, its town, or the point of its unit.

use super::gazetteer::Gazetteer;
use super::mentions::Mentions;
use super::normalize::key;
use super::records::{Level, Place};
use crate::domain::LonLat;
use crate::domain::base::Precision;

/// How far a seat may be off in the gazetteer, in km; only very small units are smaller.
const SEAT_ERROR_KM: f64 = 5.0;

/// How far a label point may be from the seat, in km.
const LABEL_POINT_ERROR_KM: f64 = 29.0;

/// How the gazetteer marks a point that stands for a label on a map and not for a seat.
const LABEL_POINT: &str = "label_point";

/// Words that make a Chinese name that of a zone.
const ZONE_WORDS: [&str; 9] =
    ["开发区", "高新区", "新区", "新港区", "园区", "产业园", "示范区", "保税区", "集聚区"];

/// Holds where a place stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Standing {
    /// The position.
    pub position: LonLat,
    /// What the position stands for.
    pub precision: Precision,
    /// How far what is meant may be from it, in km.
    pub uncertainty_km: f64,
    /// Whether the position is that of a label on a map and not of a seat.
    pub is_label: bool,
}

impl Gazetteer {
    /// Says where a place stands.
    ///
    /// `name`: the name of the thing itself, which may be that of a zone, or nothing.
    #[must_use]
    pub fn stand(&self, place: Place, name: &str, mentions: &Mentions) -> Standing {
        let Some(unit) = self.unit_of(place) else { return self.in_the_world(place) };
        match self.zone(place, unit, name) {
            Some(at_zone) => at_zone,
            None => self.at_unit(place, unit, name, mentions),
        }
    }

    /// Stands at the zone that the place is, or that the thing itself is, where its position is known.
    fn zone(&self, place: Place, unit: usize, name: &str) -> Option<Standing> {
        let by_name = self.lookup(&key(name)).into_iter().map(|posting| posting.place);
        std::iter::once(place).chain(by_name).find_map(|candidate| {
            let Place::Zone(number) = candidate else { return None };
            let zone = self.zone_at(number);
            let is_here = self.lies_in(zone.host, unit) || self.lies_in(unit, zone.host);
            Some(Standing {
                position: zone.position.filter(|_| is_here)?,
                precision: Precision::ExactZone,
                uncertainty_km: zone.radius_km.unwrap_or(SEAT_ERROR_KM),
                is_label: false,
            })
        })
    }

    /// Stands at the point of the unit, or at the town where that is known.
    fn at_unit(&self, place: Place, number: usize, name: &str, mentions: &Mentions) -> Standing {
        if let Place::Township(town) = place
            && let Some(position) = self.township(town).position
        {
            let (precision, uncertainty_km) = (Precision::Township, SEAT_ERROR_KM);
            return Standing { position, precision, uncertainty_km, is_label: false };
        }
        let unit = &self.units()[number];
        let is_zone = matches!(place, Place::Zone(_))
            || is_zone_name(name)
            || mentions.unread.iter().any(|rest| is_zone_name(rest));
        let precision = match unit.level {
            Level::Province => Precision::Province,
            Level::Prefecture => Precision::PrefectureSeat,
            Level::County if is_zone => Precision::HostCounty,
            Level::County => Precision::CountySeat,
        };
        let is_label = unit.point_method == LABEL_POINT;
        let error_km = if is_label { LABEL_POINT_ERROR_KM } else { SEAT_ERROR_KM };
        let uncertainty_km = unit.reach_km.max(error_km);
        Standing { position: unit.position, precision, uncertainty_km, is_label }
    }

    /// Stands in a town or city of the world, which is as large as its people make it.
    fn in_the_world(&self, place: Place) -> Standing {
        let Place::World(number) = place else {
            unreachable!("only places of the world lie in no unit")
        };
        let town = self.world().place(number);
        let uncertainty_km = match town.population {
            1_000_000.. => 20.0,
            100_000.. => 10.0,
            _ => SEAT_ERROR_KM,
        };
        Standing {
            position: town.position,
            precision: Precision::Place,
            uncertainty_km,
            is_label: false,
        }
    }
}

/// Says whether a Chinese name is that of a zone.
pub(super) fn is_zone_name(name: &str) -> bool {
    ZONE_WORDS.iter().any(|word| name.contains(word))
}
