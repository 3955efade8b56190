//! The features of `clusters`: one for each group, then one for each point.

use std::collections::BTreeMap;

use super::cluster_find::Found;
use super::clusters::{Plan, Tested};
use super::description::Run;
use super::report::{km, rounded};
use crate::analysis::hull::watched_hull;
use crate::formats::answer::{Drawn, Named, Tree, named};
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::squared_chord;

/// The distance of the farthest of some points from their middle, in metres.
pub(super) fn radius_m(points: &[[f64; 3]], members: &[usize]) -> f64 {
    let sum =
        members.iter().fold([0.0; 3], |sum, &member| [0, 1, 2].map(|d| sum[d] + points[member][d]));
    let length = sum.iter().map(|part| part * part).sum::<f64>().sqrt();
    if length == 0.0 {
        return 0.0;
    }
    let middle = sum.map(|part| part / length);
    members.iter().map(|&member| arc_m(squared_chord(&middle, &points[member]))).fold(0.0, f64::max)
}

pub(super) fn features(
    run: &Run<'_>,
    points: &[[f64; 3]],
    found: &Found,
    plan: &Plan,
    tested: &Tested,
) -> Vec<Drawn> {
    let subject = run.subject;
    let id = |point: usize| subject.features[point].id.as_str().to_owned();
    let cluster = |(at, members): (usize, Vec<usize>)| {
        let vectors: Vec<[f64; 3]> = members.iter().map(|&member| points[member]).collect();
        let outline = watched_hull(&vectors, plan.hull, run.progress.watch());
        let (from_m, to_m) = found.exists_m[at];
        let stable = tested.stability.as_ref().and_then(|one| one.jaccard[at]);
        let p_value = tested.draws.as_ref().and_then(|draws| draws.p_value(members.len()));
        let names: Vec<Tree> =
            members.iter().map(|&one| subject.text(one, "name").into()).collect();
        let mut properties = named([
            ("kind", "cluster".into()),
            ("cluster", (at + 1).into()),
            ("n", members.len().into()),
            ("members", members.iter().map(|&one| id(one)).collect::<Vec<_>>().into()),
            ("names", Tree::List(names)),
            ("radius_km", km(radius_m(points, &members)).into()),
            ("area_km2", outline.as_ref().map(|one| rounded(one.area_km2, 3)).into()),
            ("industries", industries(run, &members).into()),
            ("eps_from_km", km(from_m).into()),
            ("eps_to_km", to_m.map(km).into()),
            ("silhouette", tested.validity.mean_of(members.iter().copied())),
            ("stability", stable.map(|one| rounded(one, 4)).into()),
            ("p_value", p_value.map(|one| rounded(one, 6)).into()),
        ]);
        if let Some(weighing) = &plan.weighing {
            properties.push(("weight".into(), rounded(weighing.sum(&members), 6).into()));
        }
        if let Some(by) = &plan.by {
            properties.push((by_name(by), subject.text(members[0], by).into()));
        }
        let geometry = outline.map(|one| one.geometry);
        Drawn { id: format!("cluster-{}", at + 1), geometry, properties }
    };
    let member = |point: usize| {
        let label = found.clustering.labels[point].map(|label| label.0 as usize);
        let probability = found.probabilities.as_ref().map(|all| rounded(all[point], 6));
        let mut properties: Named = named([
            ("kind", "member".into()),
            ("id", id(point).into()),
            ("name", subject.text(point, "name").into()),
            ("cluster", label.into()),
            ("is_core", found.clustering.is_core[point].into()),
            ("probability", probability.into()),
            ("silhouette", tested.validity.mean_of([point])),
        ]);
        if let Some(reached) = &found.reached {
            let (order, reach_m) = reached[point];
            properties.push(("order".into(), order.into()));
            properties
                .push(("reachability_km".into(), reach_m.is_finite().then(|| km(reach_m)).into()));
        }
        Drawn { id: id(point), geometry: subject.features[point].to_geometry(), properties }
    };
    let clusters = found.members_by(&subject.rows).into_iter().enumerate().map(cluster);
    clusters.chain(subject.by_row().into_iter().map(member)).collect()
}

/// A property under whose name an answer says something else has `by_` before it.
fn by_name(by: &str) -> String {
    let own = [
        "kind",
        "cluster",
        "n",
        "members",
        "names",
        "stability",
        "p_value",
        "industries",
        "silhouette",
        "weight",
    ];
    if own.contains(&by) { format!("by_{by}") } else { by.to_owned() }
}

/// The industries of some points, the most frequent first.
fn industries(run: &Run<'_>, members: &[usize]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for industry in members.iter().filter_map(|&member| run.subject.text(member, "industry")) {
        *counts.entry(industry).or_default() += 1;
    }
    let mut all: Vec<(String, usize)> = counts.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    all.into_iter().map(|(industry, _)| industry).collect()
}
