//! How far off the location quotients of `regions` may be, where they are of sizes.

use super::super::description::Run;
use super::super::parameters::{Default, Kind, Parameter, Refused};
use super::super::report::Report;
use super::division::Places;
use super::population::Others;
use super::regions_words as words;
use crate::analysis::nulls::Simulations;
use crate::analysis::quotient_bootstrap::{LEAST_PLANTS, Plant, quotient_intervals};

/// How often the plants are drawn, unless given.
const USUAL: usize = 999;
/// The most quotients that are kept of all draws.
const MOST_KEPT: usize = 20_000_000;
/// Seconds for one plant of a draw, and how many plants double that by leaving the caches.
const DRAWN_S: f64 = 1e-8;
const CACHED: f64 = 5e5;

/// How often plants are drawn again.
pub(super) const BOOTSTRAP: Parameter = Parameter {
    name: "bootstrap",
    words: [
        "How often all sites are drawn again, with replacement, for the 95 % interval of each location quotient of sizes; only with weight",
        "对全部地点有放回重抽样的次数，用于按规模计算的区位商的95%区间；须给出 weight",
    ],
    kind: Kind::Count { least: 99, most: 100_000 },
    default: Default::Chosen(["999 with weight, else none", "给出 weight 时取999，否则不抽"]),
};

/// How often the plants of a run are drawn; 0 where quotients are of counts, which are tested exactly.
pub(super) fn draws(run: &Run<'_>) -> usize {
    let given = run.arguments.count(&[], "bootstrap").map(|count| count as usize);
    if run.arguments.is_given("weight") { given.unwrap_or(USUAL) } else { 0 }
}

/// Seconds for all draws.
pub(super) fn draws_s(run: &Run<'_>) -> f64 {
    let plants = run.subject.len() as f64;
    plants * draws(run) as f64 * DRAWN_S * (1.0 + plants / CACHED)
}

/// The interval of each region's quotient; `None` where it has none, and the report says why.
pub(super) fn intervals(
    run: &Run<'_>,
    places: &[Places],
    focus: &[bool],
    sizes: &[f64],
    others: &Others,
    regions: usize,
    report: &mut Report<'_>,
) -> Result<Vec<Option<[f64; 2]>>, Refused> {
    let count = draws(run);
    if count == 0 {
        if run.arguments.is_given("bootstrap") {
            let reason = "quotients of counts are tested exactly: give a `weight`, or leave it out";
            return Err(Refused::new("bootstrap", reason));
        }
        report.why_null("location_quotient_lo", &words::of_counts());
        return Ok(vec![None; regions]);
    }
    report.note("bootstrap", count, Some(&words::why_bootstrap()));
    let Some(of_others) = &others.sizes else { return Ok(vec![None; regions]) };
    report.why_null("location_quotient_lo of some", &words::few_plants(LEAST_PLANTS));
    let own = places[0].iter().zip(sizes).zip(focus);
    let own = own.map(|((place, &size), &is_asked)| (place, size, is_asked));
    let rest = places[1].iter().zip(of_others).map(|(place, &size)| (place, size, false));
    let plants: Vec<Plant> = own
        .chain(rest)
        .filter_map(|(place, size, is_asked)| Some(Plant { region: (*place)?, size, is_asked }))
        .collect();
    if regions * count > MOST_KEPT {
        report.why_null("location_quotient_lo", &words::many_draws(regions, count));
        return Ok(vec![None; regions]);
    }
    run.progress.begin(count);
    let goes_on = || run.progress.goes_on();
    let draws = Simulations::new(count, report.seed()).watched(&goes_on);
    Ok(quotient_intervals(&plants, regions, draws))
}
