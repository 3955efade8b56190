//! The promises of the project, one module for each.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod analysis;
mod architecture;
mod bad_input;
mod bases;
mod cite;
mod cli;
mod client;
mod colocation;
mod conformance;
mod crash;
mod crs;
mod density;
mod distances;
mod downloads;
#[cfg(target_os = "linux")]
mod faults;
mod few_points;
mod filter;
mod geocode;
mod geodata;
mod industries;
mod keeping;
mod kill;
mod layers;
mod lists;
mod names;
mod nearest;
mod operation;
mod pages;
mod paging;
mod patterns;
mod pmtiles;
mod postgis;
mod processes;
mod regional;
mod related;
mod remote;
mod remote_answers;
mod remote_tiles;
mod rfc7946;
mod round_trips;
mod row_order;
mod run_words;
mod runs;
mod settings;
mod stores;
mod tile_bounds;
mod tile_points;
mod tiles;
mod tokens;
mod uploads;
mod wholes;
mod wire;
mod writing;
