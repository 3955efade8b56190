//! Names and code, held against each other.

use super::chain::Reading;
use super::gazetteer::Gazetteer;
use super::posting::NameKind;
use super::question::{Answer, Case};
use super::records::Place;
use super::resolve::elsewhere;
use crate::domain::Remark;
use crate::domain::base::{Confidence, MatchStatus};

impl Gazetteer {
    /// Holds the code against the places that the names leave.
    pub(super) fn agree(&self, case: &Case<'_>, unit: usize) -> Answer {
        let code = self.units()[unit].adcode;
        let names = case.keys();
        let has_code = |reading: &&Reading| {
            self.unit_of(reading.place).is_some_and(|unit| self.units()[unit].adcode == code)
        };
        if let Some(contradicting) = self.contradiction(case)
            && !case.readings.first().is_some_and(|best| has_code(&best))
        {
            let reason = elsewhere(&contradicting);
            return self.undecided(case, MatchStatus::Conflict, &case.readings.clone(), reason);
        }
        if let Some(reading) = case.readings.iter().find(has_code) {
            let place = if matches!(reading.place, Place::Unit(_)) {
                Place::Unit(unit)
            } else {
                reading.place
            };
            let is_sure = reading.kind < NameKind::Old;
            let confidence = if is_sure { Confidence::High } else { Confidence::Medium };
            let reason = Remark::new(
                format!("The name {names} and the code {code} agree."),
                format!("名称{names}与代码{code}一致。"),
            );
            return self.matched(case, &Reading { place, ..*reading }, confidence, reason);
        }
        let unit_of = |reading: &Reading| self.unit_of(reading.place);
        let is_outer =
            |reading: &&Reading| unit_of(reading).is_some_and(|outer| self.lies_in(unit, outer));
        if let Some(reading) = case.readings.iter().find(is_outer) {
            let reason = Remark::new(
                format!("The code {code} is finer than the name {names}, which it lies in."),
                format!("代码{code}比名称{names}更细，且在其内。"),
            );
            let finer = Reading { place: Place::Unit(unit), ..*reading };
            return self.matched(case, &finer, Confidence::Medium, reason);
        }
        let is_inner =
            |reading: &&Reading| unit_of(reading).is_some_and(|inner| self.lies_in(inner, unit));
        let inner: Vec<Reading> = case.readings.iter().filter(is_inner).copied().collect();
        if let [reading] = inner[..] {
            let reason = Remark::new(
                format!("The name {names} is finer than the code {code}, which it lies in."),
                format!("名称{names}比代码{code}更细，且在其内。"),
            );
            return self.matched(case, &reading, Confidence::Medium, reason);
        }
        let reason = Remark::new(
            format!("The name {names} and the code {code} are different places."),
            format!("名称{names}与代码{code}不是同一个地方。"),
        );
        self.undecided(case, MatchStatus::Conflict, &case.readings.clone(), reason)
    }
}
