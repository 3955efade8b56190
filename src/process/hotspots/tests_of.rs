//! Tests the units, and the whole map.

use super::super::report::{Report, probability, rounded};
use super::units::Units;
use super::{Allowed, Statistic, words};
use crate::analysis::autocorrelation::{Global, GlobalTest, Undefined, global_test};
use crate::analysis::false_discovery::{Dependence, fewest_discoveries, q_values};
use crate::analysis::join_count::{JoinCount, join_counts, local_join_counts};
use crate::analysis::local::{Draws, Local, LocalTest, Quadrant, local_tests};
use crate::analysis::p_values::PValues;
use crate::analysis::weights::Weights;
use crate::formats::answer::{Drawn, Named, Tree, named};

/// The false discovery rate at which a unit has a class.
const RATE: f64 = 0.05;

/// Up to so many cases are counted at a unit where nothing is drawn.
const ALL_CASES: usize = 100_000;

/// How it is tested.
pub(super) struct Settings {
    pub(super) statistic: Statistic,
    pub(super) permutations: usize,
    /// After how many draws on either side a unit is left alone.
    pub(super) stop_after: Option<usize>,
    pub(super) is_strict: bool,
    pub(super) allowed: Allowed,
}

/// What was found.
pub(super) struct Tested {
    pub(super) features: Vec<Drawn>,
    pub(super) global: Named,
    /// How many units have a p-value.
    pub(super) tests: usize,
    /// The class of each unit.
    pub(super) classes: Vec<Option<&'static str>>,
}

/// What is known of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct OfUnit {
    value: Option<f64>,
    expected: Option<f64>,
    z_value: Option<f64>,
    greater: Option<f64>,
    less: Option<f64>,
    p_value: Option<f64>,
    /// What it is, if it is anything.
    kind: Option<&'static str>,
}

pub(super) fn tested(
    units: &Units,
    weights: &Weights,
    settings: &Settings,
    report: &mut Report<'_>,
) -> Tested {
    let of_units = if settings.allowed == Allowed::Nothing {
        vec![OfUnit::default(); units.len()]
    } else {
        locally(units, weights, settings, report)
    };
    let p_values: Vec<Option<f64>> = of_units.iter().map(|one| one.p_value).collect();
    let dependence = if settings.is_strict { Dependence::Any } else { Dependence::Positive };
    let q_values = q_values(&p_values, dependence);
    let tests = p_values.iter().flatten().count();
    let is_drawn = settings.allowed == Allowed::All && settings.statistic != Statistic::LocalJoins;
    if is_drawn && tests > 0 {
        let fewest = fewest_discoveries(tests, settings.permutations, RATE);
        if fewest > 1 {
            report.warn("floor", &words::floor(tests, settings.permutations, fewest));
        }
    }
    let class = |at: usize| match (settings.statistic.is_local(), q_values[at]) {
        (true, _) if weights.degree(at) == 0 => Some("island"),
        (true, Some(q)) if q <= RATE => of_units[at].kind,
        (true, Some(_)) => Some("not_significant"),
        _ => None,
    };
    let classes: Vec<Option<&'static str>> = (0..units.len()).map(class).collect();
    let feature = |at: usize| {
        let one = of_units[at];
        let number = |value: Option<f64>| Tree::from(value.map(|value| rounded(value, 6)));
        let mut properties = units.properties[at].clone();
        properties.extend(named([
            ("y", rounded(units.y[at], 6).into()),
            ("neighbors", weights.degree(at).into()),
            ("value", number(one.value)),
            ("expected", number(one.expected)),
            ("z_value", number(one.z_value)),
            ("p_greater", one.greater.map(probability).into()),
            ("p_less", one.less.map(probability).into()),
            ("p_value", one.p_value.map(probability).into()),
            ("q_value", q_values[at].map(probability).into()),
            ("class", classes[at].into()),
        ]));
        Drawn { id: units.ids[at].clone(), geometry: units.geometries[at].clone(), properties }
    };
    let features = units.listing.iter().copied().map(feature).collect();
    let global = if settings.allowed == Allowed::Nothing {
        named([("value", Tree::Null), ("reason", report.say(&words::too_few(units.len())).into())])
    } else {
        globally(units, weights, settings, report)
    };
    Tested { features, global, tests, classes }
}

fn locally(
    units: &Units,
    weights: &Weights,
    settings: &Settings,
    report: &mut Report<'_>,
) -> Vec<OfUnit> {
    match settings.statistic {
        Statistic::Whole(_) | Statistic::Joins => {
            report.why_null("value", &words::of_the_whole());
            vec![OfUnit::default(); units.len()]
        }
        Statistic::LocalJoins => {
            report.why_null("p_less", &words::one_sided());
            report.why_null("value of some", &words::unmarked());
            let marks: Vec<bool> = units.y.iter().map(|y| *y > 0.0).collect();
            local_join_counts(weights, &marks).into_iter().map(of_join).collect()
        }
        Statistic::Local(local) => {
            // Below 30 units nothing is drawn: all cases are counted, where they can be.
            let (permutations, count_up_to) = match settings.allowed {
                Allowed::All => (settings.permutations, 0),
                _ => (0, ALL_CASES),
            };
            let seed = report.seed();
            let stop_after = settings.stop_after;
            let draws = Draws { permutations, count_up_to, stop_after, seed };
            // Their own deviation takes the rows' sums out again; the unit itself counts 1 in Gi*.
            let counted = (local != Local::Moran).then(|| weights.binary());
            match local_tests(local, counted.as_ref().unwrap_or(weights), &units.y, draws) {
                Ok(all) => {
                    let is_untested = |(at, test): (usize, &LocalTest)| {
                        weights.degree(at) > 0 && test.p_values.is_none()
                    };
                    if all.iter().enumerate().any(is_untested) {
                        report.why_null("p_value of some", &words::many_cases(ALL_CASES));
                    }
                    let one = |(at, test)| of_local(local, test, weights.degree(at) == 0);
                    all.into_iter().enumerate().map(one).collect()
                }
                Err(undefined) => {
                    say_undefined(undefined, report);
                    vec![OfUnit::default(); units.len()]
                }
            }
        }
    }
}

fn say_undefined(undefined: Undefined, report: &mut Report<'_>) {
    let why = words::undefined(undefined);
    report.why_null("value", &why);
    report.warn("undefined", &why);
}

fn of_join(found: Option<(u64, Option<f64>)>) -> OfUnit {
    let Some((count, p_value)) = found else { return OfUnit::default() };
    OfUnit {
        value: Some(count as f64),
        greater: p_value,
        p_value,
        kind: Some("cluster"),
        ..OfUnit::default()
    }
}

fn of_local(local: Local, test: LocalTest, is_island: bool) -> OfUnit {
    if is_island {
        return OfUnit::default();
    }
    let kind = match (local, test.quadrant) {
        (Local::Moran, Quadrant::HighHigh) => "high_high",
        (Local::Moran, Quadrant::LowLow) => "low_low",
        (Local::Moran, Quadrant::HighLow) => "high_low",
        (Local::Moran, Quadrant::LowHigh) => "low_high",
        _ if test.value > 0.0 => "hot",
        _ => "cold",
    };
    OfUnit {
        value: Some(test.value),
        expected: Some(test.expected),
        z_value: test.z_value,
        greater: test.p_values.map(|p| p.greater),
        less: test.p_values.map(|p| p.less),
        p_value: test.p_values.map(|p| p.two_sided),
        kind: Some(kind),
    }
}

/// The statistic of the whole map that belongs to the one asked for.
fn globally(
    units: &Units,
    weights: &Weights,
    settings: &Settings,
    report: &mut Report<'_>,
) -> Named {
    let seed = report.seed();
    let statistic = match settings.statistic {
        Statistic::Whole(global) => global,
        Statistic::Local(Local::Moran) => Global::MoranI,
        Statistic::Local(_) => Global::GeneralG,
        Statistic::Joins | Statistic::LocalJoins => {
            let marks: Vec<bool> = units.y.iter().map(|y| *y > 0.0).collect();
            let permutations = settings.permutations;
            return match join_counts(weights, &marks, permutations, seed) {
                Ok(found) => {
                    let mut said = named([
                        ("statistic", "join_count".into()),
                        ("marked", marks.iter().filter(|mark| **mark).count().into()),
                        ("is_exact", found.is_exact.into()),
                    ]);
                    // What is marked beside what is marked is the answer, the others stand beside it.
                    said.extend(of_count(&found.both));
                    said.push(("mixed".into(), Tree::Named(of_count(&found.mixed))));
                    said.push(("neither".into(), Tree::Named(of_count(&found.neither))));
                    said
                }
                Err(undefined) => of_undefined("join_count", undefined, settings, report),
            };
        }
    };
    let name = match statistic {
        Global::MoranI => "moran",
        Global::GearyC => "geary",
        Global::GeneralG => "general_g",
    };
    // Few units are counted out or not tested at all.
    let is_counted = units.len() <= 9;
    let is_tested = settings.allowed == Allowed::All || is_counted;
    let permutations = if is_tested { settings.permutations } else { 0 };
    match global_test(statistic, weights, &units.y, permutations, seed) {
        Ok(found) => of_global(name, &found, is_counted, is_tested, units.len(), report),
        Err(undefined) => of_undefined(name, undefined, settings, report),
    }
}

fn of_undefined(
    name: &str,
    undefined: Undefined,
    settings: &Settings,
    report: &mut Report<'_>,
) -> Named {
    let why = words::undefined(undefined);
    if !matches!(settings.statistic, Statistic::Local(_)) {
        report.warn("undefined", &why);
    }
    named([
        ("statistic", name.into()),
        ("value", Tree::Null),
        ("p_value", Tree::Null),
        ("reason", report.say(&why).into()),
    ])
}

fn of_p_values(p_values: Option<PValues>) -> Named {
    named([
        ("p_greater", p_values.map(|p| probability(p.greater)).into()),
        ("p_less", p_values.map(|p| probability(p.less)).into()),
        ("p_value", p_values.map(|p| probability(p.two_sided)).into()),
    ])
}

fn of_count(count: &JoinCount) -> Named {
    let sd = count.variance.filter(|variance| *variance > 0.0).map(f64::sqrt);
    let z_value = sd.map(|sd| (count.value - count.expected) / sd);
    let number = |value: Option<f64>| Tree::from(value.map(|value| rounded(value, 6)));
    let mut said = named([
        ("value", number(Some(count.value))),
        ("expected", number(Some(count.expected))),
        ("variance", number(count.variance)),
        ("z_value", number(z_value)),
    ]);
    said.extend(of_p_values(count.p_values));
    said
}

fn of_global(
    name: &str,
    found: &GlobalTest,
    is_counted: bool,
    is_tested: bool,
    n: usize,
    report: &Report<'_>,
) -> Named {
    let number = |value: Option<f64>| Tree::from(value.map(|value| rounded(value, 9)));
    let mut said = named([
        ("statistic", name.into()),
        ("value", number(Some(found.value))),
        ("expected", number(Some(found.expected))),
        ("variance", number(found.variance_randomised)),
        ("variance_normal", number(found.variance_normal)),
        ("z_value", number(found.z_value)),
        ("is_exact", (is_counted && is_tested).into()),
        ("permutations", found.permutations.into()),
    ]);
    said.extend(of_p_values(found.p_values));
    if !is_tested {
        said.push(("reason".into(), report.say(&words::few_units(n)).into()));
    }
    said
}
