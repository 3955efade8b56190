//! What every answer says beside its features: method, references, seed, warnings, summary.

use super::description::{Estimate, Process, Run};
use crate::domain::Remark;
use crate::formats::answer::{Answer, Drawn, Named, Tree, named};

/// Gathers what an answer says of itself while it is made.
pub(super) struct Report<'a> {
    process: &'static Process,
    is_chinese: bool,
    seed: u64,
    n: usize,
    parameters: Named,
    warnings: Vec<Tree>,
    reasons: Named,
    run: &'a Run<'a>,
}

impl<'a> Report<'a> {
    /// Begins, with warnings of what is left out.
    pub(super) fn new(process: &'static Process, run: &'a Run<'a>) -> Self {
        let arguments = run.arguments;
        let seed = arguments.count(&[], "seed").unwrap_or(1);
        let is_chinese = arguments.text(&[], "lang") == Some("zh");
        let n = run.subject.len();
        let (parameters, warnings, reasons) = (Vec::new(), Vec::new(), Vec::new());
        let mut report = Self { process, is_chinese, seed, n, parameters, warnings, reasons, run };
        if let Some(region) = arguments.text(&[], "region") {
            report.note("region", region, None);
        }
        report.warn_of_left_out();
        report
    }

    fn warn_of_left_out(&mut self) {
        let nowhere = self.run.subject.nowhere;
        if nowhere > 0 {
            let en = format!("{nowhere} features have no position and are left out.");
            let zh = format!("{nowhere}个要素没有位置，未计入。");
            self.warn("without_position", &Remark::new(en, zh));
        }
        for (code, remark) in &self.run.subject.remarks {
            self.warn(code, remark);
        }
    }

    /// The seed.
    pub(super) fn seed(&self) -> u64 {
        self.seed
    }

    /// Says something in the language that is asked for.
    pub(super) fn say(&self, remark: &Remark) -> String {
        if self.is_chinese { remark.zh.clone() } else { remark.en.clone() }
    }

    /// Warns.
    pub(super) fn warn(&mut self, code: &str, remark: &Remark) {
        let message = self.say(remark);
        self.warnings
            .push(Tree::Named(named([("code", code.into()), ("message", message.into())])));
    }

    /// Warns of points that stand exactly where another does, for what depends on who is near.
    pub(super) fn warn_of_shared(&mut self) {
        let (shared, n) = (self.run.subject.shared(), self.n);
        if shared == 0 {
            return;
        }
        let message = self.say(&Remark::new(
            format!(
                "{shared} of {n} points stand exactly where another does, as those do that are known by their city and placed at its seat: that they are 0 km apart says how they were placed, and among them the nearest is a tie."
            ),
            format!(
                "{n}个点中有{shared}个与其他点位置完全相同（如仅知所在城市而置于驻地者）：彼此相距0千米是定位方式所致，最近邻在其中并列。"
            ),
        ));
        let said = named([
            ("code", "shared_positions".into()),
            ("count", shared.into()),
            ("message", message.into()),
        ]);
        self.warnings.push(Tree::Named(said));
    }

    /// Says why a value is null.
    pub(super) fn why_null(&mut self, name: &str, remark: &Remark) {
        self.reasons.push((name.to_owned(), self.say(remark).into()));
    }

    /// Notes the value that a parameter has, and why when it was chosen.
    pub(super) fn note(&mut self, name: &str, value: impl Into<Tree>, why: Option<&Remark>) {
        let from = match why {
            _ if self.run.arguments.is_given(name) => "given",
            Some(_) => "chosen",
            None => "default",
        };
        let reason = why.filter(|_| from == "chosen").map(|why| self.say(why));
        let said =
            named([("value", value.into()), ("from", from.into()), ("reason", reason.into())]);
        self.parameters.push((name.to_owned(), Tree::Named(said)));
    }

    /// Puts the answer together.
    pub(super) fn answer(
        self,
        features: Option<Vec<Drawn>>,
        summary: &Remark,
        own: Named,
    ) -> Answer {
        let summary = self.say(summary);
        let method = named([
            ("name", self.process.name.into()),
            ("parameters", Tree::Named(self.parameters)),
        ]);
        let mut members = named([
            ("method", Tree::Named(method)),
            ("references", self.process.references.to_vec().into()),
            ("seed", Tree::Integer(i64::try_from(self.seed).unwrap_or(i64::MAX))),
            ("n", self.n.into()),
            ("warnings", Tree::List(self.warnings)),
            ("summary", summary.into()),
            ("reasons", Tree::Named(self.reasons)),
        ]);
        members.extend(own);
        Answer { features, members }
    }
}

/// Says what a run would cost.
pub(super) fn of_estimate(process: &Process, estimate: Estimate, limit_s: f64) -> Answer {
    let Estimate { n, repetitions, seconds } = estimate;
    let cost = named([
        ("repetitions", repetitions.into()),
        ("seconds", rounded(seconds, 3).into()),
        ("limit_seconds", limit_s.is_finite().then_some(limit_s).into()),
        ("is_allowed", (seconds <= limit_s).into()),
    ]);
    let method = named([("name", process.name.into())]);
    let members =
        named([("method", Tree::Named(method)), ("n", n.into()), ("estimate", Tree::Named(cost))]);
    Answer { features: None, members }
}

/// Rounds to decimal places, so that no digit is told that nobody knows.
pub(super) fn rounded(value: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (value * scale).round() / scale
}

/// Rounds a probability to six significant digits: a small one stays above 0.
pub(super) fn probability(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// A p-value as a sentence says it: `= 0.031`, and one that would round to nothing `< 0.001`.
pub(super) fn p_said(p_value: f64) -> String {
    if p_value < 0.001 { "< 0.001".to_owned() } else { format!("= {p_value:.3}") }
}

/// Turns metres into km, to the metre.
pub(super) fn km(metres: f64) -> f64 {
    rounded(metres / 1000.0, 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_probabilities_stay_above_nought() {
        assert_eq!(probability(1.234_567_89e-12), 1.234_57e-12);
        assert_eq!(
            [p_said(0.000_4), p_said(0.001), p_said(0.05)],
            ["< 0.001", "= 0.001", "= 0.050"]
        );
        assert_eq!([probability(1.0), probability(0.031_746_031)], [1.0, 0.031_746]);
    }
}
