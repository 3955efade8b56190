//! Analyses of points counted by region: by administrative unit, by cell of equal area, by hexagon.

pub(super) mod division;
pub(super) mod industries;
pub(super) mod population;
mod regions;
mod regions_words;

pub(super) use regions::PROCESS as REGIONS;
