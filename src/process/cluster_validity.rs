//! How well the groups of `clusters` are parted: silhouettes and DBCV, where they are defined.

use super::cluster_find::Found;
use super::cluster_words as words;
use super::report::{Report, rounded};
use crate::analysis::validity::{dbcv, silhouettes};
use crate::formats::answer::{Named, Tree, named};

/// Of more points than this not all pairs are measured.
pub(super) const MOST: usize = 5_000;

/// Holds what is known of how well groups are parted.
pub(super) struct Validity {
    /// Of the clustering as a whole, from −1 to 1.
    dbcv: Option<f64>,
    /// Of each point; `None` for noise, and where nothing is defined.
    silhouettes: Vec<Option<f64>>,
}

impl Validity {
    /// Measures it; of many points, of fewer than two groups and within values of `by` it says why not.
    pub(super) fn of(
        points: &[[f64; 3]],
        found: &Found,
        is_parted: bool,
        report: &mut Report<'_>,
    ) -> Self {
        let (n, clusters) = (points.len(), found.clustering.clusters);
        if let Some(why) = words::why_no_validity(n, clusters, is_parted) {
            for name in ["dbcv", "silhouette"] {
                report.why_null(name, &why);
            }
            return Self { dbcv: None, silhouettes: vec![None; n] };
        }
        let dbcv = dbcv(points, &found.clustering);
        if dbcv.is_none() {
            report.why_null("dbcv", &words::why_no_validity(n, 0, false).unwrap_or_default());
        }
        Self { dbcv, silhouettes: silhouettes(points, &found.clustering) }
    }

    /// The mean silhouette of some points.
    pub(super) fn mean_of(&self, points: impl IntoIterator<Item = usize>) -> Tree {
        let known: Vec<f64> =
            points.into_iter().filter_map(|point| self.silhouettes[point]).collect();
        let mean = (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
        mean.map(|mean| rounded(mean, 6)).into()
    }

    /// What an answer says of the clustering as a whole.
    pub(super) fn named(&self) -> Named {
        named([
            ("dbcv", self.dbcv.map(|value| rounded(value, 6)).into()),
            ("silhouette", self.mean_of(0..self.silhouettes.len())),
        ])
    }
}
