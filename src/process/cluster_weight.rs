//! What points weigh in `clusters`, where weight and not number makes a core point.

use super::cluster_find::Method;
use super::cluster_words as words;
use super::description::Run;
use super::parameters::Refused;
use super::report::{Report, rounded};
use crate::analysis::dbscan::Density;
use crate::analysis::spanning_tree::heavy_chords;
use crate::index::KdTree;

/// Holds what each point weighs, and how much makes a core point.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighing {
    weights: Vec<f64>,
    min_weight: f64,
}

impl Weighing {
    /// Reads `weight` and `min_weight`; `None` where points are counted.
    pub(super) fn read(
        run: &Run<'_>,
        method: Method,
        min_points: usize,
        report: &mut Report<'_>,
    ) -> Result<Option<Self>, Refused> {
        let given = run.arguments.number("min_weight");
        let Some(name) = run.arguments.text(&[], "weight") else {
            if given.is_some() {
                let reason = "it is of a `weight`: name the property, or leave it out";
                return Err(Refused::new("min_weight", reason));
            }
            return Ok(None);
        };
        if method != Method::Dbscan {
            let reason = "core points are made by weight with method=dbscan only";
            return Err(Refused::new("weight", reason));
        }
        let (weights, missing) = run.subject.sizes("weight", name)?;
        report.note("weight", name, None);
        if missing > 0 {
            report.warn("without_weight", &words::without_weight(missing, name));
        }
        // Added from the least, so that the order of the points changes no digit.
        let mut sorted = weights.clone();
        sorted.sort_by(f64::total_cmp);
        let mean = sorted.iter().sum::<f64>() / sorted.len().max(1) as f64;
        let min_weight = given.unwrap_or_else(|| rounded(mean * min_points as f64, 6));
        report.note("min_weight", min_weight, Some(&words::why_min_weight(min_points)));
        if min_weight <= 0.0 && !weights.is_empty() {
            let reason = format!("`{name}` is 0 everywhere: name another property");
            return Err(Refused::new("weight", reason));
        }
        Ok(Some(Self { weights, min_weight }))
    }

    /// Of the points of these numbers, in their order.
    pub(super) fn of(&self, points: &[usize]) -> Self {
        let weights = points.iter().map(|&point| self.weights[point]).collect();
        Self { weights, min_weight: self.min_weight }
    }

    /// As the parts have the points, one after the other.
    pub(super) fn in_order(&self, parts: &[Vec<usize>]) -> Self {
        self.of(&parts.concat())
    }

    /// What some points weigh together.
    pub(super) fn sum(&self, points: &[usize]) -> f64 {
        let mut of = self.of(points).weights;
        of.sort_by(f64::total_cmp);
        of.iter().sum()
    }

    /// When a point is a core point.
    pub(super) fn density(&self) -> Density<'_> {
        Density::Weight { weights: &self.weights, min_weight: self.min_weight }
    }

    /// From which squared chord on each point is a core point.
    pub(super) fn chords(&self, tree: &KdTree) -> Vec<f64> {
        heavy_chords(tree, &self.weights, self.min_weight)
    }
}
