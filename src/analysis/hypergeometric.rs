//! Draws without replacement from two kinds: the hypergeometric law.

/// Holds the law of how many marked things a draw has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hypergeometric {
    /// How many things there are.
    pub population: u64,
    /// How many of them are marked, at most all.
    pub marked: u64,
    /// How many are drawn, at most all.
    pub drawn: u64,
}

impl Hypergeometric {
    /// The mean number of marked things drawn; `None` if there is nothing.
    #[must_use]
    pub fn mean(self) -> Option<f64> {
        (self.population > 0)
            .then(|| self.drawn as f64 * self.marked as f64 / self.population as f64)
    }

    /// The probability of drawing at least so many marked things.
    ///
    /// Each term is its neighbor times a ratio, walking outwards from the most likely one, so that
    /// neither factorials nor small differences of large numbers occur; terms below 10⁻³⁰ of the
    /// largest are left out.
    #[must_use]
    pub fn at_least(self, count: u64) -> f64 {
        let least = (self.marked + self.drawn).saturating_sub(self.population);
        let most = self.marked.min(self.drawn);
        if count <= least {
            return 1.0;
        }
        if count > most {
            return 0.0;
        }
        // P(x + 1) / P(x)
        let ratio = |x: u64| {
            let up = (self.marked - x) as f64 * (self.drawn - x) as f64;
            let down = (x + 1) as f64 * (self.population + x + 1 - self.marked - self.drawn) as f64;
            up / down
        };
        let mode = ((self.marked + 1) as f64 * (self.drawn + 1) as f64
            / (self.population + 2) as f64) as u64;
        let mode = mode.clamp(least, most);
        let [mut inside, mut all] = [0.0, 0.0];
        let mut add = |x: u64, term: f64| {
            all += term;
            inside += if x >= count { term } else { 0.0 };
        };
        add(mode, 1.0);
        let mut term = 1.0;
        for x in mode..most {
            term *= ratio(x);
            add(x + 1, term);
            if term < 1e-30 && x + 1 >= count {
                break;
            }
        }
        term = 1.0;
        for x in (least..mode).rev() {
            term /= ratio(x);
            add(x, term);
            if term < 1e-30 && x < count {
                break;
            }
        }
        inside / all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(n: u64, k: u64) -> f64 {
        if k > n { 0.0 } else { (0..k).map(|i| (n - i) as f64 / (k - i) as f64).product() }
    }

    #[test]
    fn tails_agree_with_counting_all_draws() {
        for population in 0..14 {
            for marked in 0..=population {
                for drawn in 0..=population {
                    for count in 0..=drawn + 1 {
                        let cases: f64 = (count..=drawn)
                            .map(|x| {
                                choose(marked, x)
                                    * if drawn - x <= population - marked {
                                        choose(population - marked, drawn - x)
                                    } else {
                                        0.0
                                    }
                            })
                            .sum();
                        let told = cases / choose(population, drawn);
                        let found = Hypergeometric { population, marked, drawn }.at_least(count);
                        assert!(
                            (found - told).abs() < 1e-12,
                            "{population} {marked} {drawn} {count}: {found} {told}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn the_examples_of_the_brief_hold() {
        // Local join counts of nine cells, five marked: a corner with two marked neighbors of two.
        let corner = Hypergeometric { population: 8, marked: 4, drawn: 2 };
        assert!((corner.at_least(2) - 0.214_286).abs() < 1e-6);
        let pair = Hypergeometric { population: 10, marked: 1, drawn: 1 };
        assert!((pair.at_least(1) - 0.1).abs() < 1e-15, "two labelled of eleven");
        assert_eq!(Hypergeometric { population: 0, marked: 0, drawn: 0 }.mean(), None);
    }

    #[test]
    fn a_million_plants_neither_overflow_nor_vanish() {
        let law = Hypergeometric { population: 1_000_000, marked: 2_000, drawn: 50_000 };
        // Mean 100, standard deviation 9.7: at least 100 is about a half, at least 200 about 1e-20.
        assert!((law.at_least(100) - 0.514).abs() < 0.01, "{}", law.at_least(100));
        assert!((1e-24..1e-17).contains(&law.at_least(200)), "{}", law.at_least(200));
    }
}
