//! What so few points can show: what to refuse, what to label, what to count exactly.

/// A kind of answer whose meaning depends on the number of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Distances, nearest-neighbor tables, merge lists with their gaps.
    Distances,
    /// DBSCAN with the radii over which each group exists.
    Dbscan,
    /// HDBSCAN* and OPTICS.
    Hdbscan,
    /// Exact tests of labels: local join counts, location quotients of counts.
    ExactLabels,
    /// Clark and Evans or counts of pairs, by Monte Carlo over several windows.
    StrewnPoints,
    /// Moran, Geary, General G, LISA, Gi and Gi*.
    Autocorrelation,
    /// Ripley's K and L with global envelopes.
    Ripley,
    /// Duranton and Overman's K-density, Marcon and Puech's M.
    Localisation,
    /// Ellison-Glaeser and Maurel-Sédillot.
    Concentration,
}

/// What may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The answer and its p-value.
    Allowed,
    /// The answer with a warning beside it.
    Labelled(Warning),
    /// No answer; the reason in its place.
    Refused(Refusal),
}

/// Why an answer needs words beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// A description, not a test.
    #[error("n = {0}: a description, not a test")]
    Description(usize),
    /// HDBSCAN* of few points.
    #[error("n = {0}: exploratory only; with so few points one more or less changes the groups")]
    Exploratory(usize),
    /// Several windows are needed.
    #[error("n = {0}: the answer hangs on the study area; compare at least three")]
    Windows(usize),
    /// The power is low.
    #[error(
        "n = {0}: not significant says little; half of the points would have to be clustered to be found out nine times in ten"
    )]
    LowPower(usize),
    /// Few neighbors and many draws are needed.
    #[error("n = {0}: at most 8 neighbors, and at least 9999 permutations or exact counting")]
    ManyDraws(usize),
    /// False discovery rates are compulsory.
    #[error("n = {0}: of so many tests some succeed by chance; read the q-values")]
    QValues(usize),
    /// Everything is significant.
    #[error("n = {0}: with so many points everything is significant; look at how large it is")]
    Size(usize),
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Fewer points than the method means anything for.
    #[error("n = {n}: this takes at least {least} points")]
    TooFew {
        /// How many there are.
        n: usize,
        /// How many it takes.
        least: usize,
    },
    /// Fewer plants of an industry than the method means anything for.
    #[error("{plants} plants: this takes at least 10 of an industry")]
    TooFewPlants {
        /// How many there are.
        plants: usize,
    },
}

/// Says what n points can show by a method.
///
/// `plants`: of the industry asked about, for [`Method::Localisation`] and
/// [`Method::Concentration`]; n otherwise.
///
/// # References
///
/// The limits are our own, from the attainable p-values and the simulated power that
/// [`least_p_value`] and [`Warning::LowPower`] name; ten plants: Duranton & Overman (2005).
#[must_use]
pub fn verdict(method: Method, n: usize, plants: usize) -> Verdict {
    let least = match method {
        Method::Distances => 2,
        Method::Dbscan | Method::Hdbscan | Method::ExactLabels | Method::StrewnPoints => 8,
        Method::Autocorrelation | Method::Ripley | Method::Localisation | Method::Concentration => {
            30
        }
    };
    if n < least {
        return Verdict::Refused(Refusal::TooFew { n, least });
    }
    if matches!(method, Method::Localisation | Method::Concentration) && plants < 10 {
        return Verdict::Refused(Refusal::TooFewPlants { plants });
    }
    match (method, n) {
        (Method::Distances, 0..8) | (Method::Dbscan, 0..30) => {
            Verdict::Labelled(Warning::Description(n))
        }
        (Method::Hdbscan, 0..30) => Verdict::Labelled(Warning::Exploratory(n)),
        (Method::StrewnPoints, 0..30) => Verdict::Labelled(Warning::Windows(n)),
        (Method::Autocorrelation, 0..100) => Verdict::Labelled(Warning::ManyDraws(n)),
        (
            Method::StrewnPoints | Method::Ripley | Method::Localisation | Method::Concentration,
            0..100,
        ) => Verdict::Labelled(Warning::LowPower(n)),
        (Method::Distances | Method::Dbscan | Method::Hdbscan, _) => Verdict::Allowed,
        (Method::Autocorrelation | Method::ExactLabels, 100..=10_000) => {
            Verdict::Labelled(Warning::QValues(n))
        }
        (_, 10_001..) => Verdict::Labelled(Warning::Size(n)),
        _ => Verdict::Allowed,
    }
}

/// The least p-value that a local statistic with k neighbors can have: 1 / C(n − 1, k).
///
/// Conditional permutation has no more outcomes than that. Below this, count all instead of drawing.
/// `None` if there are not k others.
#[must_use]
pub fn least_p_value(n: usize, k: usize) -> Option<f64> {
    let others = n.checked_sub(1)?;
    (k <= others)
        .then(|| (0..k).map(|drawn| (drawn + 1) as f64 / (others - drawn) as f64).product())
}

/// Says whether any of n local statistics with k neighbors could pass Bonferroni at a level.
#[must_use]
pub fn can_be_significant(n: usize, k: usize, level: f64) -> bool {
    least_p_value(n, k).is_some_and(|least| least <= level / n as f64)
}

/// How many permutations to draw: 999 to explore, 9999 from 200 units on or where q-values are told.
#[must_use]
pub fn permutations(n: usize, tells_q_values: bool) -> usize {
    if n >= 200 || tells_q_values { 9999 } else { 999 }
}

/// How many nearest neighbors weigh: 6 below 200 units, 8 from there on, never more than there are.
#[must_use]
pub fn neighbors(n: usize) -> usize {
    let usual = if n < 200 { 6 } else { 8 };
    usual.min(n.saturating_sub(1))
}

/// The `min_points` of DBSCAN in two dimensions: 2 below 30 points, 4 from there on.
///
/// # References
///
/// Sander, Ester, Kriegel & Xu (1998), Data Mining and Knowledge Discovery 2, 169–194.
#[must_use]
pub fn min_points(n: usize) -> usize {
    if n < 30 { 2 } else { 4 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_attainable_p_values_of_eleven_are_those_of_the_brief() {
        let told = [(1, 0.1), (2, 0.0222), (3, 0.0083), (4, 0.00476), (5, 0.00397)];
        for (k, told) in told {
            assert!((least_p_value(11, k).unwrap() - told).abs() < 5e-5, "{k}");
        }
        assert!((1..=4).all(|k| !can_be_significant(11, k, 0.05)));
        assert!(can_be_significant(11, 5, 0.05));
        assert_eq!(least_p_value(3, 3), None);
        assert_eq!(least_p_value(0, 0), None);
    }

    #[test]
    fn eleven_bases_have_groups_and_exact_tests_but_no_hot_spots() {
        let of = |method| verdict(method, 11, 11);
        assert_eq!(of(Method::Distances), Verdict::Allowed);
        assert_eq!(of(Method::Dbscan), Verdict::Labelled(Warning::Description(11)));
        assert_eq!(of(Method::ExactLabels), Verdict::Allowed);
        assert_eq!(of(Method::Hdbscan), Verdict::Labelled(Warning::Exploratory(11)));
        assert_eq!(of(Method::StrewnPoints), Verdict::Labelled(Warning::Windows(11)));
        for method in
            [Method::Autocorrelation, Method::Ripley, Method::Localisation, Method::Concentration]
        {
            assert_eq!(of(method), Verdict::Refused(Refusal::TooFew { n: 11, least: 30 }));
        }
        assert_eq!(Warning::Description(11).to_string(), "n = 11: a description, not a test");
    }

    #[test]
    fn one_point_has_a_map_few_plants_no_index_and_many_points_a_word_of_caution() {
        assert!(matches!(verdict(Method::Distances, 1, 1), Verdict::Refused(_)));
        assert_eq!(
            verdict(Method::Dbscan, 7, 7),
            Verdict::Refused(Refusal::TooFew { n: 7, least: 8 })
        );
        let few = Verdict::Refused(Refusal::TooFewPlants { plants: 9 });
        assert_eq!(verdict(Method::Localisation, 5000, 9), few);
        assert_eq!(verdict(Method::Localisation, 5000, 10), Verdict::Allowed);
        assert_eq!(verdict(Method::Ripley, 50, 50), Verdict::Labelled(Warning::LowPower(50)));
        assert_eq!(
            verdict(Method::Autocorrelation, 300, 0),
            Verdict::Labelled(Warning::QValues(300))
        );
        assert_eq!(
            verdict(Method::Autocorrelation, 20_000, 0),
            Verdict::Labelled(Warning::Size(20_000))
        );
    }

    #[test]
    fn defaults_follow_the_number_of_points() {
        assert_eq!([neighbors(1), neighbors(5), neighbors(199), neighbors(200)], [0, 4, 6, 8]);
        assert_eq!(
            [permutations(50, false), permutations(50, true), permutations(200, false)],
            [999, 9999, 9999]
        );
        assert_eq!([min_points(29), min_points(30)], [2, 4]);
    }
}
