//! From a place's text and code to one placement, or to the reason why there is none.

use super::gazetteer::{Gazetteer, Level, NameKind, Place, Posting};
use super::mentions::{Mentions, mentions};
use super::normalize::key;
use crate::domain::base::{AdminChain, Confidence, MatchStatus, Placement, Precision};
use crate::domain::{Adcode, LonLat};
use crate::index::geodesic::distance_m;

/// How far a seat may be off in the gazetteer, in km; only very small units are smaller.
const SEAT_ERROR_KM: f64 = 5.0;

/// How far a label point may be from the seat, in km.
const LABEL_POINT_ERROR_KM: f64 = 29.0;

/// Words that make a Chinese name that of a zone.
const ZONE_WORDS: [&str; 9] =
    ["开发区", "高新区", "新区", "新港区", "园区", "产业园", "示范区", "保税区", "集聚区"];

/// Holds what is asked: a text, and what else the record says of the place.
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<'a> {
    /// The place, in Chinese or English, coarse to fine or in one piece.
    pub text: &'a str,
    /// The province in Chinese or English; empty when not known.
    pub province: &'a str,
    /// The code that the record gives.
    pub adcode: Option<Adcode>,
    /// The name of the thing itself, which may be that of a zone; empty when not known.
    pub name: &'a str,
}

/// Holds the answer: the placement and why it is this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Where, how, how precisely and how surely.
    pub placement: Placement,
    /// The evidence, in one sentence.
    pub reason: String,
}

/// Holds what the names of a text leave possible.
struct Evidence {
    /// The places that all names fit, none nested in another.
    places: Vec<Place>,
    /// The weakest kind of name that was needed.
    kind: NameKind,
    /// The first name that fits no place that the names before it fit.
    contradiction: Option<String>,
    /// The names, as they were read.
    mentions: Mentions,
}

impl Gazetteer {
    /// Finds the place that a text and a code agree on; of several, parted by `;`, the first.
    #[must_use]
    pub fn geocode(&self, query: Query<'_>) -> Answer {
        let mut texts = query.text.split([';', '；']).filter(|text| !text.trim().is_empty());
        let first = self.geocode_one(Query { text: texts.next().unwrap_or_default(), ..query });
        let others: Vec<Answer> =
            texts.map(|text| self.geocode_one(Query { text, ..Query::default() })).collect();
        if others.is_empty() { first } else { among_several(first, &others) }
    }

    fn geocode_one(&self, query: Query<'_>) -> Answer {
        let evidence = self.read_names(query);
        if let Some(name) = &evidence.contradiction {
            return refusal(
                MatchStatus::Conflict,
                format!("{name} does not lie where the rest of the place does."),
            );
        }
        let coded = query.adcode.and_then(|code| self.unit_number(code));
        let place = match (coded, &evidence.places[..]) {
            (Some(unit), []) => {
                let reason = format!(
                    "Placed by code {} alone; no name was known.",
                    self.units()[unit].adcode
                );
                return self.answer(
                    Place::Unit(unit),
                    query,
                    &evidence,
                    Confidence::Medium,
                    reason,
                );
            }
            (Some(unit), places) => return self.agree(unit, places, query, &evidence),
            (None, []) => return refusal(MatchStatus::NoMatch, no_name(&evidence.mentions)),
            (None, [place]) => *place,
            (None, places) => return refusal(MatchStatus::Ambiguous, self.say_several(places)),
        };
        let confidence = match evidence.kind {
            NameKind::Full | NameKind::Short => Confidence::Medium,
            NameKind::Alias | NameKind::Old => Confidence::Low,
        };
        let reason = format!("Placed by the name {} alone.", evidence.mentions.names.join(", "));
        self.answer(place, query, &evidence, confidence, reason)
    }

    /// Follows the names of a text down the chain of units.
    fn read_names(&self, query: Query<'_>) -> Evidence {
        let mentions = mentions(query.text, |name| !self.lookup(name).is_empty());
        let mut evidence = Evidence {
            places: self.provinces(query.province),
            kind: NameKind::Full,
            contradiction: None,
            mentions,
        };
        let mut is_narrowed = false;
        for name in evidence.mentions.names.clone() {
            let (places, kind) = self.narrow(&evidence.places, self.lookup(&name));
            if places.is_empty() {
                // A town of this name elsewhere contradicts nothing: townships never stand alone.
                if self.lookup(&name).iter().any(|posting| matches!(posting.place, Place::Unit(_)))
                {
                    evidence.contradiction = Some(name);
                    break;
                }
                continue;
            }
            evidence.places = places;
            evidence.kind = evidence.kind.max(kind);
            is_narrowed = true;
        }
        if !is_narrowed && !query.text.trim().is_empty() {
            evidence.places.clear(); // the province alone is not what the text asks for
        }
        evidence
    }

    /// The provinces that a text names.
    fn provinces(&self, text: &str) -> Vec<Place> {
        let is_province = |posting: &&Posting| match posting.place {
            Place::Unit(unit) => self.units()[unit].level == Level::Province,
            _ => false,
        };
        self.lookup(&key(text)).iter().filter(is_province).map(|posting| posting.place).collect()
    }

    /// Keeps the places of a name that lie in, or around, one of the places before.
    ///
    /// Of the places left, the strongest kind of name wins, and of nested ones the outermost:
    /// Yueyang is the city before it is the county in it.
    fn narrow(&self, before: &[Place], postings: &[Posting]) -> (Vec<Place>, NameKind) {
        let mut fitting: Vec<Posting> = Vec::new();
        for posting in postings {
            if before.is_empty() {
                if !matches!(posting.place, Place::Township(_)) {
                    fitting.push(*posting);
                }
                continue;
            }
            fitting.extend(before.iter().filter_map(|&known| {
                let place = self.finer(known, posting.place)?;
                Some(Posting { place, kind: posting.kind })
            }));
        }
        let Some(kind) = fitting.iter().map(|posting| posting.kind).min() else {
            return (Vec::new(), NameKind::Full);
        };
        let mut places: Vec<Place> = Vec::new();
        for posting in fitting.iter().filter(|posting| posting.kind == kind) {
            if !places.contains(&posting.place) {
                places.push(posting.place);
            }
        }
        (self.outermost(&places), kind)
    }

    /// The finer of two places, one of which lies in the other; `None` when neither does.
    fn finer(&self, known: Place, named: Place) -> Option<Place> {
        let (unit, other) = (self.unit_of(known), self.unit_of(named));
        if self.lies_in(other, unit) {
            Some(if named == Place::Unit(unit) { known } else { named })
        } else if self.lies_in(unit, other) && matches!(named, Place::Unit(_)) {
            Some(known)
        } else {
            None
        }
    }

    /// Drops every unit that lies in another one of the list.
    fn outermost(&self, places: &[Place]) -> Vec<Place> {
        let is_nested = |place: Place| {
            places.iter().any(|&other| {
                let (Place::Unit(inner), Place::Unit(outer)) = (place, other) else { return false };
                inner != outer && self.lies_in(inner, outer)
            })
        };
        places.iter().copied().filter(|&place| !is_nested(place)).collect()
    }

    /// Holds the code against the places that the names leave.
    fn agree(
        &self,
        unit: usize,
        places: &[Place],
        query: Query<'_>,
        evidence: &Evidence,
    ) -> Answer {
        let code = self.units()[unit].adcode;
        let names = evidence.mentions.names.join(", ");
        let has_code = |place: Place| self.units()[self.unit_of(place)].adcode == code;
        if let Some(&place) = places.iter().find(|&&place| has_code(place)) {
            let place = if matches!(place, Place::Unit(_)) { Place::Unit(unit) } else { place };
            let confidence =
                if evidence.kind == NameKind::Old { Confidence::Medium } else { Confidence::High };
            let reason = format!("The name {names} and the code {code} agree.");
            return self.answer(place, query, evidence, confidence, reason);
        }
        if places.iter().any(|&place| self.lies_in(unit, self.unit_of(place))) {
            let reason =
                format!("The code {code} is finer than the name {names}, which it lies in.");
            return self.answer(Place::Unit(unit), query, evidence, Confidence::Medium, reason);
        }
        let inside: Vec<Place> = places
            .iter()
            .copied()
            .filter(|&place| self.lies_in(self.unit_of(place), unit))
            .collect();
        if let [place] = inside[..] {
            let reason =
                format!("The name {names} is finer than the code {code}, which it lies in.");
            return self.answer(place, query, evidence, Confidence::Medium, reason);
        }
        refusal(
            MatchStatus::Conflict,
            format!("The name {names} and the code {code} are different places."),
        )
    }

    /// Places a match, at the zone itself where the name or the text says which and it is known.
    fn answer(
        &self,
        place: Place,
        query: Query<'_>,
        evidence: &Evidence,
        confidence: Confidence,
        reason: String,
    ) -> Answer {
        let unit = self.unit_of(place);
        let (position, precision, uncertainty_km) = match self.zone(place, unit, query, evidence) {
            Some(at_zone) => at_zone,
            None => self.at_unit(place, unit, query, evidence),
        };
        let placement = Placement {
            position: Some(position),
            match_status: MatchStatus::Matched,
            precision: Some(precision),
            uncertainty_km: Some(uncertainty_km),
            confidence: Some(confidence),
            chain: self.chain(unit),
        };
        Answer { placement, reason }
    }

    /// Finds the zone that the text ends in, or that the thing itself is, where its position is known.
    fn zone(
        &self,
        place: Place,
        unit: usize,
        query: Query<'_>,
        evidence: &Evidence,
    ) -> Option<(LonLat, Precision, f64)> {
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
    ) -> (LonLat, Precision, f64) {
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
        let error_km =
            if unit.point_method == "label_point" { LABEL_POINT_ERROR_KM } else { SEAT_ERROR_KM };
        (unit.position, precision, unit.radius_km.max(error_km))
    }

    fn say_several(&self, places: &[Place]) -> String {
        let names = places.iter().take(5).map(|&place| {
            let unit = &self.units()[self.unit_of(place)];
            format!("{} ({})", unit.name.name_zh, unit.adcode)
        });
        let names: Vec<String> = names.collect();
        format!("{} places fit equally well: {}.", places.len(), names.join(", "))
    }
}

/// Widens the answer for the first of several places until it reaches the others.
fn among_several(mut first: Answer, others: &[Answer]) -> Answer {
    let Some(position) = first.placement.position else { return first };
    let reach_km = |other: &Answer| {
        let km = distance_m(position, other.placement.position?) / 1000.0;
        Some(km + other.placement.uncertainty_km.unwrap_or(0.0))
    };
    let reach = others.iter().filter_map(reach_km).fold(0.0, f64::max);
    let placement = &mut first.placement;
    placement.uncertainty_km = placement.uncertainty_km.map(|km| km.max(reach.ceil()));
    placement.confidence = placement.confidence.max(Some(Confidence::Medium));
    first.reason = format!(
        "The record names {} places and stands at the first. {} The others reach {reach:.0} km away.",
        others.len() + 1,
        first.reason
    );
    first
}

/// Says whether a Chinese name is that of a zone.
fn is_zone_name(name: &str) -> bool {
    ZONE_WORDS.iter().any(|word| name.contains(word))
}

fn no_name(mentions: &Mentions) -> String {
    if mentions.rest.is_empty() {
        "The record names no place.".to_owned()
    } else {
        format!("No place is known by the name {}.", mentions.rest.join(", "))
    }
}

/// Answers without a place.
fn refusal(match_status: MatchStatus, reason: String) -> Answer {
    let placement = Placement {
        position: None,
        match_status,
        precision: None,
        uncertainty_km: None,
        confidence: None,
        chain: AdminChain::default(),
    };
    Answer { placement, reason }
}
