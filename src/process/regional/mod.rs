//! Analyses of points counted by region: by administrative unit, by cell of equal area, by hexagon.

mod concentration;
mod concentration_words;
pub(super) mod division;
pub(super) mod industries;
pub(super) mod population;
mod quotient_spread;
pub(super) mod regions;
mod regions_words;

pub(super) use concentration::PROCESS as CONCENTRATION;
pub(super) use regions::PROCESS as REGIONS;
