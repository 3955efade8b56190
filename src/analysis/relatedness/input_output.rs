//! Relatedness by trade: who buys from whom, who buys and sells alike.

use std::collections::HashMap;

use super::{Measure, Relatedness, Square};
use crate::domain::industry::{Industries, SectorPair};

/// The largest of four shares: i's in j's inputs, j's in i's, j's in i's output, i's in j's.
///
/// Clamped at 1, which is the value of a sector with itself. A pair that the table leaves out trades
/// less than a share of 0.01, and is 0. Sectors that serve everyone are not known.
///
/// # References
///
/// Ellison, Glaeser & Kerr (2010), What causes industry agglomeration?, AER 100, 1195–1213.
#[derive(Debug, Clone, PartialEq)]
pub struct InputOutput {
    codes: Vec<String>,
    values: Square,
}

/// Which side of the table is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What is bought.
    Inputs,
    /// What is sold.
    Outputs,
    /// The larger of the two.
    Either,
}

/// The cosine of what two sectors buy from all 153, or sell to them.
///
/// A pair that the table leaves out has a cosine under 0.01, and is 0.
///
/// # References
///
/// Los (2000), The empirical performance of a new inter-industry technology spillover measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Cosine {
    side: Side,
    codes: Vec<String>,
    values: Square,
}

impl InputOutput {
    /// Takes the shares of the table.
    #[must_use]
    pub fn new(industries: &Industries) -> Self {
        let largest = |pair: &SectorPair| pair.shares.iter().copied().fold(0.0, f64::max).min(1.0);
        let (codes, values) = square(industries, largest);
        Self { codes, values }
    }
}

impl Cosine {
    /// Takes the cosines of one side of the table.
    #[must_use]
    pub fn new(industries: &Industries, side: Side) -> Self {
        let (codes, values) = square(industries, |pair| match side {
            Side::Inputs => pair.cos_input,
            Side::Outputs => pair.cos_output,
            Side::Either => pair.cos_input.max(pair.cos_output),
        });
        Self { side, codes, values }
    }
}

/// The values of the pairs of all sectors that do not serve everyone.
fn square(industries: &Industries, value: impl Fn(&SectorPair) -> f64) -> (Vec<String>, Square) {
    let sectors = industries.sectors.iter().filter(|sector| !sector.serves_everyone);
    let codes: Vec<String> = sectors.map(|sector| sector.code.clone()).collect();
    let places: HashMap<&str, usize> =
        codes.iter().enumerate().map(|(place, code)| (code.as_str(), place)).collect();
    let mut known = vec![0.0; codes.len() * codes.len()];
    for pair in &industries.pairs {
        let [a, b] = [0, 1].map(|end| places.get(pair.codes[end].as_str()));
        if let (Some(&a), Some(&b)) = (a, b) {
            known[a.min(b) * codes.len() + a.max(b)] = value(pair);
        }
    }
    let values = Square::symmetric(codes.len(), |a, b| {
        Some(if a == b { 1.0 } else { known[a * codes.len() + b] })
    });
    (codes, values)
}

impl Relatedness for InputOutput {
    fn measure(&self) -> Measure {
        Measure::InputOutput
    }

    fn codes(&self) -> &[String] {
        &self.codes
    }

    fn between(&self, a: usize, b: usize) -> Option<f64> {
        self.values.at(a, b)
    }
}

impl Relatedness for Cosine {
    fn measure(&self) -> Measure {
        match self.side {
            Side::Inputs => Measure::InputCosine,
            Side::Outputs => Measure::OutputCosine,
            Side::Either => Measure::Cosine,
        }
    }

    fn codes(&self) -> &[String] {
        &self.codes
    }

    fn between(&self, a: usize, b: usize) -> Option<f64> {
        self.values.at(a, b)
    }
}
