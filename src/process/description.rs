//! What describes a process, what it is run on, and how it fails.

use std::sync::Arc;

use super::measures::NoMeasure;
use super::parameters::{Arguments, COMMON, Parameter, Refused};
use super::subject::Subject;
use crate::domain::industry::Industries;
use crate::formats::answer::Answer;
use crate::store::{CalledOff, Collection, Progress, StoreError};

/// Describes a process, for everything that offers it.
#[derive(Debug, Clone, Copy)]
pub struct Process {
    /// Its name, as in an address.
    pub name: &'static str,
    /// Its title, in English and in Chinese.
    pub title: [&'static str; 2],
    /// What it answers, in English and in Chinese.
    pub words: [&'static str; 2],
    /// What it takes beside [`COMMON`].
    pub parameters: &'static [Parameter],
    /// Where its methods were published.
    pub references: &'static [&'static str],
    /// Whether it answers features; else rows or curves.
    pub has_features: bool,
    /// Foresees what it costs, and costs next to nothing itself.
    pub(super) estimate: fn(&Run<'_>) -> Estimate,
    /// Does it.
    pub(super) run: fn(&Run<'_>) -> Result<Answer, Failed>,
}

/// Foresees what a run costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// How many points there are.
    pub n: usize,
    /// How often everything is done: once, and again for each simulation and disturbance.
    pub repetitions: usize,
    /// Seconds of one processor, within a factor of about two.
    pub seconds: f64,
}

/// Holds what a process is run on.
#[derive(Clone, Copy)]
pub struct Run<'a> {
    /// The points.
    pub subject: &'a Subject,
    /// What was asked for.
    pub arguments: &'a Arguments,
    /// Groups, labels and classes of industries.
    pub industries: &'a Industries,
    /// Finds other collections, those that the asker may see.
    pub collections: &'a dyn Fn(&str) -> Option<Arc<Collection>>,
    /// Told how far it is; calls it off.
    pub progress: &'a Progress,
}

/// A run that gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// A parameter is refused.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// It would take too long.
    #[error(
        "this would take some {seconds:.0} s for {n} points done {repetitions} times, and {limit:.0} s are allowed here: ask for fewer (bbox), fewer repetitions, or, over HTTP, with Prefer: respond-async"
    )]
    TooCostly {
        /// How many points there are.
        n: usize,
        /// How often everything is done.
        repetitions: usize,
        /// What it would take, in seconds.
        seconds: f64,
        /// What is allowed, in seconds.
        limit: f64,
    },
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It was called off.
    #[error(transparent)]
    CalledOff(#[from] CalledOff),
}

impl From<NoMeasure> for Failed {
    fn from(error: NoMeasure) -> Self {
        match error {
            NoMeasure::Refused(refused) => Self::Refused(refused),
            NoMeasure::Store(error) => Self::Store(error),
        }
    }
}

impl Process {
    /// Every parameter: its own, then those that all have.
    pub fn all_parameters(&self) -> impl Iterator<Item = &'static Parameter> {
        self.parameters.iter().chain(&COMMON)
    }

    /// Foresees what a run costs.
    #[must_use]
    pub fn estimate(&self, run: &Run<'_>) -> Estimate {
        (self.estimate)(run)
    }
}
