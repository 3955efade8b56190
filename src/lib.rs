//! Jidi puts lists of industrial bases on the map.
//!
//! The house, floor by floor; a module uses only floors below its own:
//!
//! - [`cli`]: which verb was typed?
//! - [`http`]: what was asked, what is the answer?
//! - [`process`]: what can be asked of an analysis?
//! - [`store`]: what is loaded now?
//! - [`analysis`]: what pattern do the bases make?
//! - [`geocode`]: where is this place?
//! - [`industry`]: which industry is this?
//! - [`tiles`]: what does this square show?
//! - [`index`]: what is near, what is inside?
//! - [`filter`]: which features match?
//! - [`formats`]: how is it written down?
//! - [`domain`]: what do we talk about?

pub mod analysis;
pub mod cli;
pub mod domain;
pub mod filter;
pub mod formats;
pub mod geocode;
pub mod http;
pub mod index;
pub mod industry;
pub mod process;
pub mod store;
pub mod tiles;
