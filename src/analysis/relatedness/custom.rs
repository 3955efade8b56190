//! Relatedness as a user has it.

use super::{Measure, Relatedness};

/// Holds a matrix that was brought; where its halves differ the larger value counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Custom {
    codes: Vec<String>,
    values: Vec<Option<f64>>,
}

impl Custom {
    /// Takes n codes and n rows of n values, checked when they were read.
    #[must_use]
    pub fn new(codes: Vec<String>, values: Vec<Option<f64>>) -> Self {
        debug_assert_eq!(codes.len() * codes.len(), values.len());
        Self { codes, values }
    }
}

impl Relatedness for Custom {
    fn measure(&self) -> Measure {
        Measure::Custom
    }

    fn codes(&self) -> &[String] {
        &self.codes
    }

    fn between(&self, a: usize, b: usize) -> Option<f64> {
        let at = |row: usize, column: usize| self.values[row * self.codes.len() + column];
        match (at(a, b), at(b, a)) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        }
    }
}
