//! Which industry is this? Labels, in English or Chinese, and the classes that they stand for.
//!
//! A [`Matcher`] takes any label and answers candidates: divisions of GB/T 4754-2017, sectors of the
//! input-output table, Strategic Emerging Industries and a group, with score, confidence and reason.
//! [`Corrections`] of a person go before everything else.

mod corrections;
mod entry;
mod matcher;
mod terms;
mod words;

pub use corrections::{Correction, Corrections, InvalidCorrections};
pub use matcher::{Candidate, Coded, Match, Matcher, Origin, Status};
