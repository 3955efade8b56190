//! The three p-values of a test, by draws, by counting all cases, or by the normal law.

/// Holds the p-values of one statistic.
///
/// The two-sided one is twice the smaller tail, at most 1. The smaller tail alone, which some tools
/// print, is no two-sided p-value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PValues {
    /// Of a value at least as great.
    pub greater: f64,
    /// Of a value at least as small.
    pub less: f64,
    /// Of a value at least as far out on either side.
    pub two_sided: f64,
}

/// Counts how many draws are at least as great, and as small, as what was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tails {
    /// Draws at least as great.
    pub greater: usize,
    /// Draws at least as small.
    pub less: usize,
    /// All draws.
    pub draws: usize,
}

impl PValues {
    /// Joins two tails.
    #[must_use]
    pub fn of_tails(greater: f64, less: f64) -> Self {
        Self { greater, less, two_sided: (2.0 * greater.min(less)).min(1.0) }
    }

    /// The p-values of a standard normal variate.
    #[must_use]
    pub fn normal(z_value: f64) -> Self {
        let tail = |z: f64| 0.5 * libm::erfc(z / std::f64::consts::SQRT_2);
        Self::of_tails(tail(z_value), tail(-z_value))
    }
}

impl Tails {
    /// Adds one draw; within `tolerance` of what was observed it counts on both sides.
    ///
    /// Sums of the same numbers in another order differ in their last digits; without a tolerance
    /// that would decide what is a tie.
    pub fn add(&mut self, drawn: f64, observed: f64, tolerance: f64) {
        self.greater += usize::from(drawn >= observed - tolerance);
        self.less += usize::from(drawn <= observed + tolerance);
        self.draws += 1;
    }

    /// Adds what other draws found.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            greater: self.greater + other.greater,
            less: self.less + other.less,
            draws: self.draws + other.draws,
        }
    }

    /// The p-values when the draws are random: what was observed is one more, so none is 0.
    #[must_use]
    pub fn of_draws(self) -> PValues {
        let share = |count: usize| (count + 1) as f64 / (self.draws + 1) as f64;
        PValues::of_tails(share(self.greater), share(self.less))
    }

    /// The p-values when the draws are all cases there are, the observed one among them.
    #[must_use]
    pub fn of_all_cases(self) -> PValues {
        let share = |count: usize| count as f64 / self.draws.max(1) as f64;
        PValues::of_tails(share(self.greater), share(self.less))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_normal_value_of_196_hundredths_has_one_in_forty_above_it() {
        let found = PValues::normal(1.959_963_984_540_054);
        assert!((found.greater - 0.025).abs() < 1e-15);
        assert!((found.less - 0.975).abs() < 1e-15);
        assert!((found.two_sided - 0.05).abs() < 1e-15);
        assert!(PValues::normal(-38.0).less > 0.0, "far tails are small, not nought");
    }

    #[test]
    fn draws_count_on_both_sides_when_they_tie_and_never_give_nought() {
        let mut tails = Tails::default();
        for drawn in [1.0, 2.0, 2.0 + 1e-15, 3.0] {
            tails.add(drawn, 2.0, 1e-12);
        }
        assert_eq!(tails, Tails { greater: 3, less: 3, draws: 4 });
        assert_eq!(tails.of_draws().greater, 0.8);
        assert_eq!(tails.of_draws().two_sided, 1.0, "never above 1");
        assert_eq!(tails.of_all_cases().less, 0.75);
        assert_eq!(Tails { greater: 0, less: 9, draws: 9 }.of_draws().greater, 0.1);
    }
}
