//! How related are two industries? One trait; one file for each measure.

mod colocation;
mod custom;
mod input_output;
mod measure;
mod taxonomy;

pub use colocation::{CoOccurrence, Colocation, presence};
pub use custom::Custom;
pub use input_output::{Cosine, InputOutput, Side};
pub use measure::Measure;
pub use taxonomy::Taxonomy;

/// Says how related two industries are, by some measure.
///
/// What is not known is `None`, never 0; a measure is the same from either side.
pub trait Relatedness: Send + Sync {
    /// What is measured, and who published it.
    fn measure(&self) -> Measure;

    /// The codes of the industries that it knows, in its order.
    fn codes(&self) -> &[String];

    /// How related two industries are, by their places among the codes.
    fn between(&self, a: usize, b: usize) -> Option<f64>;
}

/// Holds how related each of n industries is to each, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Square {
    n: usize,
    values: Vec<Option<f64>>,
}

impl Square {
    /// Asks for each pair once, the lower place first.
    fn symmetric(n: usize, mut of: impl FnMut(usize, usize) -> Option<f64>) -> Self {
        let mut values = vec![None; n * n];
        for a in 0..n {
            for b in a..n {
                let value = of(a, b);
                values[a * n + b] = value;
                values[b * n + a] = value;
            }
        }
        Self { n, values }
    }

    fn at(&self, a: usize, b: usize) -> Option<f64> {
        self.values[a * self.n + b]
    }
}

/// Holds how related two sites of several industries each are, and by which of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strongest {
    /// The relatedness of the two industries.
    pub relatedness: f64,
    /// The industry of the one.
    pub of: usize,
    /// The industry of the other.
    pub with: usize,
}

/// The relatedness of two sites of several industries each: that of the most related pair.
///
/// Of equal pairs the one that stands first counts. `None` when no pair is known.
#[must_use]
pub fn strongest(measure: &dyn Relatedness, of: &[usize], with: &[usize]) -> Option<Strongest> {
    let mut best: Option<Strongest> = None;
    for &a in of {
        for &b in with {
            let Some(relatedness) = measure.between(a, b) else { continue };
            if best.is_none_or(|best| relatedness > best.relatedness) {
                best = Some(Strongest { relatedness, of: a, with: b });
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_industries_the_most_related_pair_counts_and_the_unknown_never_does() {
        let values = vec![
            Some(1.0),
            Some(0.2),
            None,
            Some(0.2),
            Some(1.0),
            Some(0.6),
            None,
            Some(0.6),
            Some(1.0),
        ];
        let codes = ["a", "b", "c"].map(str::to_owned).to_vec();
        let custom = Custom::new(codes, values);
        let found = strongest(&custom, &[0, 1], &[2]).unwrap();
        assert_eq!((found.relatedness, found.of, found.with), (0.6, 1, 2));
        assert_eq!(strongest(&custom, &[0], &[2]), None, "unknown is not nought");
        assert_eq!(strongest(&custom, &[0], &[]), None);
    }
}
