//! All ways to label sites, where they are few enough to be counted.

use super::p_values::{PValues, Tails};

/// Up to so many ways, all are counted instead of drawn.
const MOST_COUNTED: f64 = 50_000.0;

/// Says how the cases that a value is compared with were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cases {
    /// All there are, each once.
    All,
    /// So many draws.
    Draws(usize),
}

impl Cases {
    /// Takes all ways to shuffle some labels over their sites where they are at most 50,000, as those of
    /// eight sites always are, and else draws.
    #[must_use]
    pub fn of(labels: &[u32], draws: usize) -> Self {
        if ways(labels).is_some() { Self::All } else { Self::Draws(draws) }
    }

    /// The word for it in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all_labellings",
            Self::Draws(_) => "draws",
        }
    }

    /// The p-values of what was counted; `None` where nothing was.
    #[must_use]
    pub fn p_values(self, tails: Tails) -> Option<PValues> {
        (tails.draws > 0).then(|| match self {
            Self::All => tails.of_all_cases(),
            Self::Draws(_) => tails.of_draws(),
        })
    }
}

/// How many different ways there are to put labels on their sites; `None` where they are too many.
fn ways(labels: &[u32]) -> Option<usize> {
    let mut sorted = labels.to_vec();
    sorted.sort_unstable();
    // n! over the factorials of how often each label stands, factor by factor: each step is a whole.
    let (mut ways, mut n) = (1.0_f64, 0.0);
    for same in sorted.chunk_by(|a, b| a == b) {
        for of_same in 1..=same.len() {
            n += 1.0;
            ways = ways * n / of_same as f64;
            if ways > MOST_COUNTED {
                return None;
            }
        }
    }
    Some(ways.round() as usize)
}

/// Lists all ways to put labels on their sites, each once, in rising order.
///
/// # References
///
/// Knuth, The Art of Computer Programming 4A, 7.2.1.2, algorithm L.
pub fn all_labellings(labels: &[u32]) -> impl Iterator<Item = Vec<u32>> {
    let mut first = labels.to_vec();
    first.sort_unstable();
    std::iter::successors(Some(first), |labels| after(labels.clone()))
}

/// The next of the ways in rising order.
fn after(mut labels: Vec<u32>) -> Option<Vec<u32>> {
    let last_rise = (1..labels.len()).rev().find(|&at| labels[at - 1] < labels[at])?;
    let pivot = labels[last_rise - 1];
    let other = (last_rise..labels.len()).rev().find(|&at| labels[at] > pivot)?;
    labels.swap(last_rise - 1, other);
    labels[last_rise..].reverse();
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_four_are_labelled_in_six_ways_and_none_in_one() {
        let all: Vec<Vec<u32>> = all_labellings(&[1, 0, 1, 0]).collect();
        let told =
            [[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1], [1, 0, 1, 0], [1, 1, 0, 0]];
        assert_eq!(all, told);
        assert_eq!((ways(&[1, 0, 1, 0]), ways(&[])), (Some(6), Some(1)));
        assert_eq!(all_labellings(&[]).count(), 1);
    }

    #[test]
    fn all_ways_of_eight_are_counted_and_those_of_thirty_are_drawn() {
        let eight: Vec<u32> = (0..8).collect();
        assert_eq!((ways(&eight), all_labellings(&eight).count()), (Some(40_320), 40_320));
        assert_eq!(Cases::of(&eight, 999), Cases::All);
        let thirty: Vec<u32> = (0..30).map(|site| site % 2).collect();
        assert_eq!(Cases::of(&thirty, 999), Cases::Draws(999));
        assert_eq!(ways(&[0; 100]), Some(1));
    }

    #[test]
    fn of_all_cases_the_observed_one_is_among_them() {
        let tails = Tails { greater: 1, less: 6, draws: 6 };
        assert_eq!(Cases::All.p_values(tails).unwrap().greater, 1.0 / 6.0);
        assert_eq!(Cases::Draws(6).p_values(tails).unwrap().greater, 2.0 / 7.0);
        assert_eq!(Cases::All.p_values(Tails::default()), None);
    }
}
