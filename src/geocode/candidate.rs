//! What could be meant: a place with its names, its chain, and how well it fits.

use super::chain::{Rank, Reading};
use super::gazetteer::Gazetteer;
use super::mentions::Mentions;
use super::place::Standing;
use super::posting::NameKind;
use super::records::{Level, Place};
use crate::domain::base::{Precision, UnitName};
use crate::domain::{Adcode, LonLat, Remark};

/// Holds a place that could be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The place.
    pub place: Place,
    /// Its names.
    pub name: UnitName,
    /// Its code, or that of the unit around it; `None` outside China.
    pub adcode: Option<Adcode>,
    /// What it is: `province`, `prefecture`, `county`, `township`, `zone` or `place`.
    pub level: &'static str,
    /// Where it stands.
    pub standing: Standing,
    /// The units around it, the coarsest first, itself last.
    pub chain: Vec<UnitName>,
    /// How well it fits, from 0 to 1.
    pub score: f64,
    /// Why it is one, in one sentence.
    pub reason: Remark,
}

impl Gazetteer {
    /// Describes what a reading leads to; `of`: how many names the text has.
    pub(super) fn candidate(
        &self,
        reading: &Reading,
        of: usize,
        name: &str,
        mentions: &Mentions,
    ) -> Candidate {
        Candidate {
            place: reading.place,
            name: self.name(reading.place),
            adcode: self.unit_of(reading.place).map(|unit| self.units()[unit].adcode),
            level: self.level(reading.place),
            standing: self.stand(reading.place, name, mentions),
            chain: self.chain_names(reading.place),
            score: self.score(reading, of),
            reason: reason(reading, of),
        }
    }

    /// Describes a position that is given by the unit around it.
    #[must_use]
    pub fn given(&self, unit: usize, position: LonLat) -> Candidate {
        let place = Place::Unit(unit);
        let (precision, uncertainty_km) = (Precision::Given, 0.0);
        Candidate {
            place,
            name: self.name(place),
            adcode: Some(self.units()[unit].adcode),
            level: self.level(place),
            standing: Standing { position, precision, uncertainty_km, is_label: false },
            chain: self.chain_names(place),
            score: 1.0,
            reason: Remark::new("The unit around the position.", "坐标所在的区划。"),
        }
    }

    /// The names of a place.
    #[must_use]
    pub fn name(&self, place: Place) -> UnitName {
        match place {
            Place::Unit(number) => self.units()[number].name.clone(),
            Place::Zone(number) => self.zone_at(number).name.clone(),
            Place::Township(number) => {
                let town = self.township(number);
                UnitName { name: capitalised(&town.pinyin), name_zh: town.name_zh.clone() }
            }
            Place::World(number) => {
                let name = self.world().place(number).name.clone();
                UnitName { name_zh: name.clone(), name }
            }
        }
    }

    fn level(&self, place: Place) -> &'static str {
        match place {
            Place::Unit(number) => match self.units()[number].level {
                Level::Province => "province",
                Level::Prefecture => "prefecture",
                Level::County => "county",
            },
            Place::Zone(_) => "zone",
            Place::Township(_) => "township",
            Place::World(_) => "place",
        }
    }

    /// The units around a place, the coarsest first, and itself.
    pub(super) fn chain_names(&self, place: Place) -> Vec<UnitName> {
        let Some(unit) = self.unit_of(place) else {
            let Place::World(number) = place else { return Vec::new() };
            let country = self.world().place(number).country.clone();
            return vec![UnitName { name_zh: country.clone(), name: country }, self.name(place)];
        };
        let chain = self.chain(unit);
        let mut names: Vec<UnitName> =
            [chain.province, chain.prefecture, chain.county].into_iter().flatten().collect();
        if !matches!(place, Place::Unit(_)) {
            names.push(self.name(place));
        }
        names.dedup(); // a municipality stands at two levels
        names
    }

    fn score(&self, reading: &Reading, of: usize) -> f64 {
        let kind = match reading.kind {
            NameKind::Full | NameKind::Short => 1.0,
            NameKind::Alias => 0.85,
            NameKind::Old => 0.7,
            NameKind::Fuzzy => 0.5,
        };
        let rank = match self.rank(reading.place) {
            Rank::Province => 1.0,
            Rank::Prefecture => 0.95,
            Rank::County => 0.9,
            Rank::Township => 0.8,
        };
        let type_word = if reading.is_against_type { 0.7 } else { 1.0 };
        let completeness = reading.used as f64 / of.max(1) as f64;
        kind * rank * type_word * completeness
    }
}

/// Says why a reading leads to its place.
fn reason(reading: &Reading, of: usize) -> Remark {
    let (kind, kind_zh) = match reading.kind {
        NameKind::Full | NameKind::Short => ("its name", "本名"),
        NameKind::Alias => ("another name of it", "别名"),
        NameKind::Old => {
            ("a name of another time, or with another type word", "旧名，或通名不同的名称")
        }
        NameKind::Fuzzy => ("a name a letter or two off", "差一两个字母的名称"),
    };
    let (against, against_zh) = if reading.is_against_type {
        ("; the type word speaks against it", "；通名与之不符")
    } else {
        ("", "")
    };
    let used = reading.used;
    let (fit, fit_zh) = if of > 1 {
        (format!("; {used} of {of} names fit"), format!("；{of}个名称中{used}个相符"))
    } else {
        Default::default()
    };
    Remark::new(format!("By {kind}{fit}{against}."), format!("依据{kind_zh}{fit_zh}{against_zh}。"))
}

/// Writes pinyin as a name: the first letter large, the syllables joined.
fn capitalised(pinyin: &str) -> String {
    let joined: String = pinyin.split_whitespace().collect();
    let mut letters = joined.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
