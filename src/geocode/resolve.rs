//! From a text and a code to one place, or to the reason why there is none.

use super::candidate::Candidate;
use super::chain::{Rank, Reading};
use super::confidence::confidence;
use super::gazetteer::Gazetteer;
use super::mentions::{Mention, Mentions};
use super::normalize::{beginning, is_chinese, key};
use super::posting::{NameKind, Posting};
use super::question::{Answer, Case, Query};
use super::records::Place;
use super::several::among_several;
use super::words::is_missing;
use crate::domain::Remark;
use crate::domain::base::{Confidence, MatchStatus, Placement};

/// China's country code.
pub const CHINA: &str = "CN";

/// Codes of what the gazetteer of China holds, too.
const IN_GAZETTEER: [&str; 4] = [CHINA, "HK", "MO", "TW"];

/// The most candidates that an answer lists.
pub const MOST_CANDIDATES: usize = 50;

impl Gazetteer {
    /// Finds the place that a text and a code agree on; of several, parted by `;`, the first.
    #[must_use]
    pub fn geocode(&self, query: Query<'_>) -> Answer {
        let known = |text| if is_missing(text) { "" } else { beginning(text) };
        let [text, within, name] = [query.text, query.within, query.name].map(known);
        let country = beginning(query.country);
        let query = Query { text, within, country, name, ..query };
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
                // The code is that of one place; the unit around them may be, too.
                let alone = Query { text, adcode: None, name: "", ..query };
                let here = self.geocode_one(alone);
                let anywhere = || self.geocode_one(Query { within: "", ..alone });
                if here.placement.position.is_some() { here } else { anywhere() }
            });
        let others: Vec<Answer> = others.collect();
        among_several(coded[first].clone(), &others)
    }

    fn geocode_one(&self, query: Query<'_>) -> Answer {
        let case = self.case(query);
        let coded = query.adcode.and_then(|code| self.unit_number(code));
        if case.mentions.names.is_empty() {
            return match coded {
                Some(unit) => {
                    let code = self.units()[unit].adcode;
                    let reason = Remark::new(
                        format!("Placed by code {code} alone; no name was known."),
                        format!("仅凭代码{code}定位；没有认得的名称。"),
                    );
                    self.matched(&case, &alone(Place::Unit(unit)), Confidence::Medium, reason)
                }
                None => refusal(MatchStatus::NoMatch, no_name(&case.mentions), case.mentions),
            };
        }
        if let Some(unit) = coded {
            return self.agree(&case, unit);
        }
        if let Some(name) = self.contradiction(&case) {
            let reason = elsewhere(&name);
            return self.undecided(&case, MatchStatus::Conflict, &case.readings.clone(), reason);
        }
        self.by_name(&case)
    }

    /// Reads a text and the unit around it.
    fn case<'a>(&self, query: Query<'a>) -> Case<'a> {
        let (text, place_country) = self.without_country(query.text);
        let country = self.world().country(query.country).unwrap_or(query.country);
        let country = if country.is_empty() { place_country.unwrap_or_default() } else { country };
        let is_china = IN_GAZETTEER.contains(&country);
        let mut mentions = self.mentions(text, !is_china);
        for mention in &mut mentions.names {
            if country.is_empty() {
                self.lower_small_towns(mention);
            }
            mention.postings.retain(|posting| match posting.place {
                Place::World(number) => {
                    country.is_empty() || self.world().place(number).country == country
                }
                _ => country.is_empty() || is_china,
            });
        }
        let lost = mentions.names.iter().filter(|mention| mention.postings.is_empty());
        let lost: Vec<String> = lost.map(|mention| mention.key.clone()).collect();
        mentions.unread.extend(lost);
        mentions.names.retain(|mention| !mention.postings.is_empty());
        let around = self.around(query.within);
        let has_unknown_within = around.is_none() && !query.within.trim().is_empty();
        let all = |mentions: &Mentions| -> Vec<Mention> {
            mentions.names.iter().cloned().chain(around.clone()).collect()
        };
        let (mut names, mut readings) = (all(&mentions), self.readings(&all(&mentions)));
        if self.read_anew(&mut mentions, &names, &readings) {
            names = all(&mentions);
            readings = self.readings(&names);
        }
        Case {
            query,
            mentions,
            names,
            readings,
            has_unknown_within,
            has_country: !country.is_empty(),
        }
    }

    /// Makes the name of a small town abroad, whose country is not named, no stronger than another
    /// name of a Chinese city: Canton is Guangzhou, Macau is no town in Brazil.
    fn lower_small_towns(&self, mention: &mut Mention) {
        for posting in &mut mention.postings {
            if matches!(posting.place, Place::World(_)) && self.rank(posting.place) > Rank::County {
                posting.kind = posting.kind.max(NameKind::Alias);
            }
        }
    }

    /// Takes a country off the end of a text, or China off its beginning.
    fn without_country<'a>(&self, text: &'a str) -> (&'a str, Option<&str>) {
        let rest = text.strip_prefix("中华人民共和国").or_else(|| text.strip_prefix("中国"));
        if let Some(rest) = rest.filter(|rest| !rest.trim().is_empty()) {
            return (rest, Some(CHINA));
        }
        match text.rsplit_once([',', '，']) {
            Some((rest, last)) if !rest.trim().is_empty() => match self.world().country(last) {
                Some(country) if country == CHINA || !IN_GAZETTEER.contains(&country) => {
                    (rest, Some(country))
                }
                _ => (text, None),
            },
            _ => (text, None),
        }
    }

    /// The unit around the place, by name or code, as one more name.
    fn around(&self, within: &str) -> Option<Mention> {
        let by_code = within.trim().parse().ok().and_then(|code| self.unit_number(code));
        let postings: Vec<Posting> = if let Some(unit) = by_code {
            vec![Posting { place: Place::Unit(unit), kind: NameKind::Full }]
        } else {
            let is_unit = |posting: &Posting| matches!(posting.place, Place::Unit(_));
            let named = self.mentions(within, false).names.into_iter().next_back();
            named
                .map(|name| name.postings)
                .unwrap_or_default()
                .into_iter()
                .filter(is_unit)
                .collect()
        };
        (!postings.is_empty()).then(|| Mention { key: key(within), type_word: None, postings })
    }

    /// Decides by the names alone.
    fn by_name(&self, case: &Case<'_>) -> Answer {
        let standing: Vec<Reading> = standing_alone(&case.readings);
        let Some(best) = standing.first().copied() else {
            return refusal(MatchStatus::NoMatch, no_name(&case.mentions), case.mentions.clone());
        };
        if is_mere_coincidence(case, &best) {
            return refusal(MatchStatus::NoMatch, no_name(&case.mentions), case.mentions.clone());
        }
        let alike: Vec<Reading> =
            standing.iter().filter(|reading| reading.order() == best.order()).copied().collect();
        let is_bare = is_bare_pinyin(case);
        let is_dominated = |reading: &Reading| {
            alike.iter().any(|other| {
                if is_bare {
                    self.dominates_in_pinyin(other.place, reading.place)
                } else {
                    self.dominates(other.place, reading.place)
                }
            })
        };
        let equals: Vec<Reading> =
            alike.iter().filter(|reading| !is_dominated(reading)).copied().collect();
        let equals = self.outermost(&equals);
        if equals.len() > 1 && is_any_town(case, &equals) {
            let keys = case.keys();
            let reason = Remark::new(
                format!("Only towns are called {keys}, and no unit around them is named."),
                format!("只有乡镇叫{keys}，而没有写明上级区划。"),
            );
            return refusal(MatchStatus::NoMatch, reason, case.mentions.clone());
        }
        if equals.len() > 1 {
            let (count, named) = (equals.len(), self.say(&equals));
            let reason = Remark::new(
                format!("{count} places fit equally well: {named}."),
                format!("{count}处地点同样相符：{named}。"),
            );
            let others = standing.iter().filter(|other| !equals.contains(other));
            let all: Vec<Reading> = equals.iter().chain(others).copied().collect();
            return self.undecided(case, MatchStatus::Ambiguous, &all, reason);
        }
        let best = equals[0];
        let rivals = self.rivals(&best, &standing);
        let confidence = confidence(&best, &self.doubts(case, &best, &rivals));
        let mut answer = self.matched(case, &best, confidence, self.say_why(case, &rivals));
        let nested = self.nested(&best, &standing);
        let also = rivals.iter().chain(&nested).map(|other| self.describe(case, other));
        answer.candidates.extend(also.take(MOST_CANDIDATES));
        answer
    }

    /// Says by which names a place was found, and what speaks against it.
    fn say_why(&self, case: &Case<'_>, rivals: &[Reading]) -> Remark {
        let keys = case.keys();
        let mut all = vec![("Placed by the name", keys, "", "依据名称定位：")];
        if let Some(code) = case.query.adcode {
            all.push(("The code", code.to_string(), " is not known", "没有这个代码："));
        }
        if case.has_unknown_within {
            let within = case.query.within.to_owned();
            all.push(("No unit is known by the name", within, "", "没有这个上级区划："));
        }
        if !case.mentions.unread.is_empty() {
            all.push(("Not read:", case.mentions.unread.join(", "), "", "未识别："));
        }
        if !rivals.is_empty() {
            all.push(("It could also be", self.say(rivals), "", "也可能是："));
        }
        all.into_iter().fold(Remark::default(), |said, (before, what, after, before_zh)| {
            let en = format!("{before} {what}{after}.");
            said.and(&Remark::new(en, format!("{before_zh}{what}。")))
        })
    }

    /// Drops every unit that lies in another one of the list, and all but one zone of a host.
    fn outermost(&self, readings: &[Reading]) -> Vec<Reading> {
        let mut kept: Vec<Reading> = Vec::new();
        for reading in readings {
            let unit = self.unit_of(reading.place);
            let lies_in = |other: &Reading| match (unit, self.unit_of(other.place)) {
                (Some(unit), Some(outer)) => self.lies_in(unit, outer),
                _ => false,
            };
            let is_inner = readings.iter().any(|other| {
                other.place != reading.place && lies_in(other) && self.unit_of(other.place) != unit
            });
            let is_twin =
                kept.iter().any(|other| unit.is_some() && self.unit_of(other.place) == unit);
            if !is_inner && !is_twin {
                kept.push(*reading);
            }
        }
        kept
    }

    /// Other places that the same names could mean, apart from the best one.
    fn rivals(&self, best: &Reading, readings: &[Reading]) -> Vec<Reading> {
        let unit = self.unit_of(best.place);
        let is_apart = |other: &Reading| match (unit, self.unit_of(other.place)) {
            (Some(unit), Some(other)) => !self.lies_in(unit, other) && !self.lies_in(other, unit),
            (None, None) => best.place != other.place,
            _ => true,
        };
        let is_rival = |other: &&Reading| {
            !matches!(other.place, Place::Township(_))
                && other.used == best.used
                && other.kind <= NameKind::Alias.max(best.kind)
                && !other.is_against_type
                && is_apart(other)
        };
        readings.iter().filter(is_rival).copied().collect()
    }

    /// Units inside the best one that share its name: the county of Yueyang, in Yueyang.
    fn nested(&self, best: &Reading, readings: &[Reading]) -> Vec<Reading> {
        let Place::Unit(above) = best.place else { return Vec::new() };
        let is_namesake = |other: &&Reading| match other.place {
            Place::Unit(unit) => {
                other.order() == best.order()
                    && self.units()[unit].adcode != self.units()[above].adcode
                    && self.lies_in(unit, above)
            }
            _ => false,
        };
        readings.iter().filter(is_namesake).copied().collect()
    }

    /// Answers with one place.
    pub(super) fn matched(
        &self,
        case: &Case<'_>,
        reading: &Reading,
        confidence: Confidence,
        reason: Remark,
    ) -> Answer {
        let candidate = self.describe(case, reading);
        let standing = candidate.standing;
        let label = Remark::new(
            "The seat is not known: the point is where maps write the name.",
            "驻地不详：取地图注记的位置。",
        );
        let placement = Placement {
            position: Some(standing.position),
            match_status: MatchStatus::Matched,
            precision: Some(standing.precision),
            uncertainty_km: Some(standing.uncertainty_km),
            confidence: Some(if standing.is_label {
                confidence.max(Confidence::Medium)
            } else {
                confidence
            }),
            chain: self.unit_of(reading.place).map(|unit| self.chain(unit)).unwrap_or_default(),
        };
        Answer {
            placement,
            reason: if standing.is_label { reason.and(&label) } else { reason },
            candidates: vec![candidate],
            mentions: case.mentions.clone(),
        }
    }

    /// Answers with what could be meant, and no place.
    pub(super) fn undecided(
        &self,
        case: &Case<'_>,
        status: MatchStatus,
        readings: &[Reading],
        reason: Remark,
    ) -> Answer {
        let candidates =
            readings.iter().take(MOST_CANDIDATES).map(|reading| self.describe(case, reading));
        Answer {
            candidates: candidates.collect(),
            ..refusal(status, reason, case.mentions.clone())
        }
    }

    fn describe(&self, case: &Case<'_>, reading: &Reading) -> Candidate {
        self.candidate(reading, case.names.len(), case.query.name, &case.mentions)
    }

    /// Names the first few of some places.
    fn say(&self, readings: &[Reading]) -> String {
        let say = |reading: &Reading| match self.unit_of(reading.place) {
            Some(unit) => {
                format!("{} ({})", self.name(reading.place).name_zh, self.units()[unit].adcode)
            }
            None => self
                .chain_names(reading.place)
                .iter()
                .rev()
                .map(|unit| unit.name.as_str())
                .collect::<Vec<_>>()
                .join(", "),
        };
        readings.iter().take(5).map(say).collect::<Vec<_>>().join(", ")
    }
}

/// Leaves towns aside that no parent names, unless there is nothing else.
fn standing_alone(readings: &[Reading]) -> Vec<Reading> {
    let is_lone_town =
        |reading: &Reading| matches!(reading.place, Place::Township(_)) && reading.used == 1;
    let others: Vec<Reading> =
        readings.iter().filter(|reading| !is_lone_town(reading)).copied().collect();
    if others.is_empty() { readings.to_vec() } else { others }
}

/// A reading that no name led to.
fn alone(place: Place) -> Reading {
    Reading { place, kind: NameKind::Full, around: NameKind::Full, used: 1, is_against_type: false }
}

/// Says whether a text is one name in Latin letters and nothing else: no title, which a base of a
/// prefecture has more often than one of a county, and no other word.
fn is_bare_pinyin(case: &Case<'_>) -> bool {
    case.names.len() == 1
        && !is_chinese(case.query.text)
        && case.mentions.stripped.is_empty()
        && case.mentions.unread.is_empty()
}

/// Says whether a lone, weak name among other words is no place: a person, a firm, a product.
fn is_mere_coincidence(case: &Case<'_>, best: &Reading) -> bool {
    best.used == 1
        && !case.mentions.unread.is_empty()
        && !is_chinese(case.query.text)
        && (best.kind >= NameKind::Alias
            || case.mentions.unread.len() > 1
            || matches!(best.place, Place::Township(_)))
}

/// Says that a name contradicts the others.
pub(super) fn elsewhere(name: &str) -> Remark {
    Remark::new(
        format!("{name} does not lie where the rest of the text does."),
        format!("{name}与文中其余地名不在一处。"),
    )
}

/// Says whether a lone word is the pinyin of towns, and at most nearly the name of several units:
/// Changhong is a firm, too.
fn is_any_town(case: &Case<'_>, equals: &[Reading]) -> bool {
    let is_town = |place: Place| matches!(place, Place::Township(_));
    let is_weak =
        |one: &Reading| one.used == 1 && (is_town(one.place) || one.kind == NameKind::Fuzzy);
    let mut postings = case.mentions.names.iter().flat_map(|mention| &mention.postings);
    !is_chinese(case.query.text)
        && equals.iter().all(is_weak)
        && postings.any(|posting| is_town(posting.place))
}

fn no_name(mentions: &Mentions) -> Remark {
    if mentions.unread.is_empty() {
        return Remark::new("The text names no place.", "文中没有地名。");
    }
    let unread = mentions.unread.join(", ");
    Remark::new(
        format!("No place is known by the name {unread}."),
        format!("没有叫这个名称的地方：{unread}。"),
    )
}

/// Answers without a place.
fn refusal(match_status: MatchStatus, reason: Remark, mentions: Mentions) -> Answer {
    let placement = Placement::nowhere(match_status);
    Answer { placement, reason, candidates: Vec::new(), mentions }
}
