//! Where a match stands: at its zone, its town, or the point of its unit.

use super::evidence::Evidence;
use super::gazetteer::{Gazetteer, Level, Place};
use super::normalize::key;
use super::{Answer, Query};
use crate::domain::LonLat;
use crate::domain::base::{Confidence, MatchStatus, Placement, Precision};

/// How far a seat may be off in the gazetteer, in km; only very small units are smaller.
const SEAT_ERROR_KM: f64 = 5.0;

/// How far a label point may be from the seat, in km.
const LABEL_POINT_ERROR_KM: f64 = 29.0;

/// How the gazetteer marks a point that stands for a label on a map and not for a seat.
const LABEL_POINT: &str = "label_point";

/// Words that make a Chinese name that of a zone.
const ZONE_WORDS: [&str; 9] =
    ["开发区", "高新区", "新区", "新港区", "园区", "产业园", "示范区", "保税区", "集聚区"];

/// Holds a position, what it stands for, and how far off it may be, in km.
type Standing = (LonLat, Precision, f64);

impl Gazetteer {
    /// Places a match, at the zone itself where the name or the text says which and it is known.
    pub(super) fn answer(
        &self,
        place: Place,
        query: Query<'_>,
        evidence: &Evidence,
        confidence: Confidence,
        reason: String,
    ) -> Answer {
        let number = self.unit_of(place);
        let at_zone = self.zone(place, number, query, evidence);
        let is_label = at_zone.is_none() && self.units()[number].point_method == LABEL_POINT;
        let (position, precision, uncertainty_km) =
            at_zone.unwrap_or_else(|| self.at_unit(place, number, query, evidence));
        let placement = Placement {
            position: Some(position),
            match_status: MatchStatus::Matched,
            precision: Some(precision),
            uncertainty_km: Some(uncertainty_km),
            confidence: Some(if is_label {
                confidence.max(Confidence::Medium)
            } else {
                confidence
            }),
            chain: self.chain(number),
        };
        let label = " The seat is not known: the point is where maps write the name.";
        Answer { placement, reason: if is_label { reason + label } else { reason } }
    }

    /// Finds the zone that the text ends in, or that the thing itself is, where its position is known.
    fn zone(
        &self,
        place: Place,
        unit: usize,
        query: Query<'_>,
        evidence: &Evidence,
    ) -> Option<Standing> {
        let named = evidence.mentions.rest.iter().map(|rest| key(rest)).chain([key(query.name)]);
        let by_name =
            named.flat_map(|name| self.lookup(&name).to_vec()).map(|posting| posting.place);
        std::iter::once(place).chain(by_name).find_map(|candidate| {
            let Place::Zone(number) = candidate else { return None };
            let zone = self.zone_at(number);
            let is_here = self.lies_in(zone.host, unit) || self.lies_in(unit, zone.host);
            let position = zone.position.filter(|_| is_here)?;
            Some((position, Precision::ExactZone, zone.radius_km.unwrap_or(SEAT_ERROR_KM)))
        })
    }

    /// Places a match at the point of its unit, or at its town where that is known.
    fn at_unit(
        &self,
        place: Place,
        number: usize,
        query: Query<'_>,
        evidence: &Evidence,
    ) -> Standing {
        if let Place::Township(town) = place
            && let Some(position) = self.township(town).position
        {
            return (position, Precision::Township, SEAT_ERROR_KM);
        }
        let unit = &self.units()[number];
        let is_zone = matches!(place, Place::Zone(_))
            || is_zone_name(query.name)
            || evidence.mentions.rest.iter().any(|rest| is_zone_name(rest));
        let precision = match unit.level {
            Level::Province => Precision::Province,
            Level::Prefecture => Precision::PrefectureSeat,
            Level::County if is_zone => Precision::HostCounty,
            Level::County => Precision::CountySeat,
        };
        let is_label = unit.point_method == LABEL_POINT;
        let error_km = if is_label { LABEL_POINT_ERROR_KM } else { SEAT_ERROR_KM };
        (unit.position, precision, unit.reach_km.max(error_km))
    }
}

/// Says whether a Chinese name is that of a zone.
pub(super) fn is_zone_name(name: &str) -> bool {
    ZONE_WORDS.iter().any(|word| name.contains(word))
}
