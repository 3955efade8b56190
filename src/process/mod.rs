//! What can be asked of an analysis? One table: name, parameters, limits, references, the function.
//!
//! The routes, the descriptions of OGC API Processes, the API document and the command line are read
//! from [`PROCESSES`]; nothing is described twice. A process takes a [`Subject`] and [`Arguments`]
//! and gives an [`Answer`](crate::formats::answer::Answer); it knows neither requests nor terminals.

#![expect(
    clippy::cast_possible_truncation,
    reason = "counts are checked against their ranges when they are read"
)]

mod canonical;
mod cluster_agreement;
mod cluster_evidence;
mod cluster_features;
mod cluster_find;
mod cluster_parameters;
mod cluster_validity;
mod cluster_weight;
mod cluster_words;
mod clusters;
mod colocation;
mod colocation_density;
mod colocation_regions;
mod colocation_words;
mod corrected;
mod density;
mod description;
mod distances;
mod hotspots;
mod measures;
mod nearest;
mod nearest_words;
mod parameters;
mod regional;
mod related;
mod related_find;
mod related_lines;
mod related_sites;
mod related_survey;
mod related_words;
mod report;
mod subject;
mod table;
mod weight;
mod within;

pub use description::{Estimate, Failed, Process, Run};
pub use measures::{Materials, Measured, NoMeasure};
pub use parameters::{Arguments, COMMON, Default, Kind, Parameter, Refused};
pub use subject::{Inline, Subject};
pub use table::{PROCESSES, find, run};
