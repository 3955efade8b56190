//! How much the groups of `clusters` hang on the radius: what a somewhat smaller or larger one gives.

use super::cluster_find::{Method, Recipe, find};
use super::clusters::Plan;
use super::description::Run;
use super::report::{km, rounded};
use crate::analysis::dbscan::Clustering;
use crate::analysis::validity::adjusted_rand;
use crate::formats::answer::{Tree, named};

/// The radii beside the one that was taken, as its multiples: a fifth and a tenth off, either way.
pub(super) const BESIDE: [f64; 4] = [0.8, 0.9, 1.1, 1.25];

/// Finds the groups at other radii and says how far they agree; null where the method has no radius
/// or orders points before it cuts them.
///
/// # References
///
/// Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2, 193–218.
pub(super) fn other_radii(
    run: &Run<'_>,
    points: &[[f64; 3]],
    plan: &Plan,
    recipe: Recipe,
    taken: &Clustering,
) -> Tree {
    let Some(eps_m) = recipe.eps_m.filter(|_| recipe.method == Method::Dbscan) else {
        return Tree::Null;
    };
    let beside = |times: f64| {
        let recipe = Recipe { eps_m: Some(eps_m * times), tells_radii: false, ..recipe };
        let weighing = plan.weighing.as_ref();
        let other = find(points, &plan.parts, recipe, weighing, run.progress.watch()).clustering;
        Tree::Named(named([
            ("eps_km", km(eps_m * times).into()),
            ("clusters", other.clusters.into()),
            ("noise", other.labels.iter().filter(|label| label.is_none()).count().into()),
            ("adjusted_rand", adjusted_rand(taken, &other).map(|value| rounded(value, 4)).into()),
        ]))
    };
    Tree::List(BESIDE.into_iter().map(beside).collect())
}
