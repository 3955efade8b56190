//! Relatedness by classification: how much of their path two classes share.

use super::{Measure, Relatedness};
use crate::domain::industry::Industries;

/// Twice the length of the shared path over the sum of both paths: section, then division.
///
/// # References
///
/// Wu & Palmer (1994), Verbs semantics and lexical selection, ACL, 133–138.
#[derive(Debug, Clone, PartialEq)]
pub struct Taxonomy {
    codes: Vec<String>,
    sections: Vec<String>,
}

impl Taxonomy {
    /// Takes the divisions of GB/T 4754-2017 with their sections.
    #[must_use]
    pub fn new(industries: &Industries) -> Self {
        let divisions = &industries.divisions;
        Self {
            codes: divisions.iter().map(|division| division.code.clone()).collect(),
            sections: divisions.iter().map(|division| division.section.clone()).collect(),
        }
    }
}

impl Relatedness for Taxonomy {
    fn measure(&self) -> Measure {
        Measure::Taxonomy
    }

    fn codes(&self) -> &[String] {
        &self.codes
    }

    fn between(&self, a: usize, b: usize) -> Option<f64> {
        let shared =
            if a == b { 2.0 } else { f64::from(u8::from(self.sections[a] == self.sections[b])) };
        Some(2.0 * shared / 4.0)
    }
}
