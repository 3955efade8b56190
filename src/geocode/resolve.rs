//! From a place's text and code to one placement, or to the reason why there is none.

use super::evidence::Evidence;
use super::gazetteer::{Gazetteer, NameKind, Place};
use super::mentions::Mentions;
use super::place::is_zone_name;
use crate::domain::Adcode;
use crate::domain::base::{AdminChain, Confidence, MatchStatus, Placement};
use crate::index::geodesic::distance_m;

/// The word behind which a Chinese title names what a base makes.
const TITLE_WORD: &str = "国家";

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
    /// The evidence, in a few sentences.
    pub reason: String,
}

impl Gazetteer {
    /// Finds the place that a text and a code agree on; of several, parted by `;`, the first.
    #[must_use]
    pub fn geocode(&self, query: Query<'_>) -> Answer {
        let texts: Vec<&str> =
            query.text.split([';', '；']).filter(|text| !text.trim().is_empty()).collect();
        if texts.len() < 2 {
            return self.geocode_one(query);
        }
        let coded: Vec<Answer> =
            texts.iter().map(|&text| self.geocode_one(Query { text, ..query })).collect();
        let first =
            coded.iter().position(|answer| answer.placement.position.is_some()).unwrap_or(0);
        let others =
            texts.iter().enumerate().filter(|(number, _)| *number != first).map(|(_, &text)| {
                // The code is that of one place; the province may be, too.
                let here =
                    self.geocode_one(Query { text, province: query.province, ..Query::default() });
                let anywhere = || self.geocode_one(Query { text, ..Query::default() });
                if here.placement.position.is_some() { here } else { anywhere() }
            });
        let others: Vec<Answer> = others.collect();
        among_several(coded[first].clone(), &others)
    }

    fn geocode_one(&self, query: Query<'_>) -> Answer {
        let evidence = self.read_names(query);
        if let Some(name) = &evidence.contradiction {
            let reason = format!("{name} does not lie where the rest of the place does.");
            return refusal(MatchStatus::Conflict, reason);
        }
        let coded = query.adcode.and_then(|code| self.unit_number(code));
        match (coded, &evidence.places[..]) {
            (Some(unit), []) => {
                let code = self.units()[unit].adcode;
                let reason = format!("Placed by code {code} alone; no name was known.");
                self.answer(Place::Unit(unit), query, &evidence, Confidence::Medium, reason)
            }
            (Some(unit), places) => self.agree(unit, places, query, &evidence),
            (None, []) => refusal(MatchStatus::NoMatch, no_name(&evidence.mentions)),
            (None, [place]) => self.by_name(*place, query, &evidence),
            (None, places) => refusal(MatchStatus::Ambiguous, self.say_several(places)),
        }
    }

    /// Places by the name alone, and says what makes that less sure.
    fn by_name(&self, place: Place, query: Query<'_>, evidence: &Evidence) -> Answer {
        let mut reason =
            format!("Placed by the name {} alone.", evidence.mentions.names.join(", "));
        let mut doubts = Vec::new();
        if let Some(code) = query.adcode {
            doubts.push(format!("The code {code} is not known."));
        }
        if evidence.has_unknown_province {
            doubts.push(format!("The province {} is not known.", query.province));
        }
        let is_unread = |rest: &&String| !rest.starts_with(TITLE_WORD) && !is_zone_name(rest);
        let unread: Vec<&str> =
            evidence.mentions.rest.iter().filter(is_unread).map(String::as_str).collect();
        if !unread.is_empty() {
            doubts.push(format!("Not read: {}.", unread.join(", ")));
        }
        if !evidence.rivals.is_empty() {
            doubts
                .push(format!("It is also another name of {}.", self.say_places(&evidence.rivals)));
        }
        let is_strong = matches!(evidence.kind, NameKind::Full | NameKind::Short);
        let confidence =
            if is_strong && doubts.is_empty() { Confidence::Medium } else { Confidence::Low };
        for doubt in doubts {
            reason.push(' ');
            reason.push_str(&doubt);
        }
        self.answer(place, query, evidence, confidence, reason)
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

    fn say_several(&self, places: &[Place]) -> String {
        format!("{} places fit equally well: {}.", places.len(), self.say_places(places))
    }

    /// Names the first few of some places with their codes.
    fn say_places(&self, places: &[Place]) -> String {
        let names = places.iter().take(5).map(|&place| {
            let unit = &self.units()[self.unit_of(place)];
            format!("{} ({})", unit.name.name_zh, unit.adcode)
        });
        names.collect::<Vec<_>>().join(", ")
    }
}

/// Widens the answer for one of several places until it reaches the others.
fn among_several(mut first: Answer, others: &[Answer]) -> Answer {
    let Some(position) = first.placement.position else { return first };
    let reach_km = |other: &Answer| {
        let km = distance_m(position, other.placement.position?) / 1000.0;
        Some(km + other.placement.uncertainty_km.unwrap_or(0.0))
    };
    let reaches: Vec<f64> = others.iter().filter_map(reach_km).collect();
    let reach = reaches.iter().copied().fold(0.0, f64::max);
    let lost = others.len() - reaches.len();
    let placement = &mut first.placement;
    placement.uncertainty_km = placement.uncertainty_km.map(|km| km.max(reach.ceil()));
    let surest = if lost > 0 { Confidence::Low } else { Confidence::Medium };
    placement.confidence = placement.confidence.max(Some(surest));
    let count = others.len() + 1;
    let far = (reach > 0.0).then(|| format!(" The others reach {reach:.0} km away."));
    let missing = (lost > 0).then(|| format!(" Not found: {lost} of them."));
    first.reason = format!(
        "The record names {count} places and stands at one. {}{}{}",
        first.reason,
        far.unwrap_or_default(),
        missing.unwrap_or_default()
    );
    first
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
