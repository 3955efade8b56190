//! The processes, and how one is run.

use super::description::{Estimate, Failed, Process, Run};
use super::{
    clusters, colocation, corrected, density, distances, hotspots, nearest, regional, related,
    report, within,
};
use crate::formats::answer::Answer;

/// Every process, in the order in which they are listed.
pub static PROCESSES: [&Process; 9] = [
    &clusters::PROCESS,
    &regional::REGIONS,
    &regional::CONCENTRATION,
    &hotspots::PROCESS,
    &distances::PROCESS,
    &density::PROCESS,
    &related::PROCESS,
    &colocation::PROCESS,
    &nearest::PROCESS,
];

/// Finds a process by its name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Process> {
    PROCESSES.iter().copied().find(|process| process.name == name)
}

/// Runs a process within a limit, in estimated seconds; with `estimate=true` it says what that is.
///
/// # Errors
///
/// [`Failed`], which says what was wrong and what would be right.
pub fn run(process: &Process, run: &Run<'_>, limit_s: f64) -> Result<Answer, Failed> {
    within::check_points(run.subject)?;
    let corrected = corrected::corrected(run)?;
    let run = &Run { subject: corrected.as_ref().unwrap_or(run.subject), ..*run };
    let narrowed = within::narrowed(run)?;
    let run = &Run { subject: narrowed.as_ref().unwrap_or(run.subject), ..*run };
    let estimate = process.estimate(run);
    if run.arguments.is_on("estimate") {
        return Ok(report::of_estimate(process, estimate, limit_s));
    }
    let Estimate { n, repetitions, seconds } = estimate;
    if seconds > limit_s {
        return Err(Failed::TooCostly { n, repetitions, seconds, limit: limit_s });
    }
    run.progress.check()?;
    (process.run)(run)
}
