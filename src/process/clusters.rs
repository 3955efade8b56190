//! `clusters`: dense groups, each with its members, its outline and what is known against chance.

use std::collections::BTreeMap;

use super::canonical;
use super::cluster_agreement::{BESIDE, other_radii};
use super::cluster_evidence::{as_printed, distance_curve, merges};
use super::cluster_features::features;
use super::cluster_find::{Chosen, Found, Method, Recipe, choose, find};
use super::cluster_parameters::{PARAMETERS, REFERENCE};
use super::cluster_validity::{MOST, Validity};
use super::cluster_weight::Weighing;
use super::cluster_words as words;
use super::description::{Estimate, Failed, Process, Run};
use super::parameters::{Arguments, Refused};
use super::report::{Report, km, rounded};
use super::within;
use crate::analysis::hdbscan::{HdbscanParams, Selection};
use crate::analysis::honesty::{self, Verdict, verdict};
use crate::analysis::hull::HullShape;
use crate::analysis::nulls::Simulations;
use crate::analysis::reference_draws::{ReferenceDraws, reference_draws};
use crate::analysis::stability::{Disturbance, Stability, stability};
use crate::domain::LonLat;
use crate::formats::answer::{Answer, Tree, named};
use crate::index::KdTree;

pub(super) static PROCESS: Process = Process {
    name: "clusters",
    title: ["Dense groups", "密集群组"],
    words: [
        "Groups of points that lie densely together: one feature for each with its hull, members, radius, industries, over which radii it exists, how stable it is and how likely one as large is by chance; then one for each point with its label",
        "聚集在一起的点群：每群一个要素，含外廓、成员、半径、产业、存在的半径区间、稳定性及偶然性检验；随后每个点一个要素，含所属群",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Ester, Kriegel, Sander & Xu (1996), A density-based algorithm for discovering clusters in large spatial databases with noise, KDD-96, 226–231",
        "Ankerst, Breunig, Kriegel & Sander (1999), OPTICS, SIGMOD, 49–60",
        "Campello, Moulavi & Sander (2013), Density-based clustering based on hierarchical density estimates, PAKDD, 160–172",
        "Hennig (2007), Cluster-wise assessment of cluster stability, Computational Statistics & Data Analysis 52, 258–271",
        "Hubert & Arabie (1985), Comparing partitions, Journal of Classification 2, 193–218",
        "Rousseeuw (1987), Silhouettes, J. Computational and Applied Mathematics 20, 53–65; Moulavi, Jaskowiak, Campello, Zimek & Sander (2014), Density-based clustering validation, SDM, 839–847",
        "Besag & Diggle (1977), Simple Monte Carlo tests for spatial pattern, Applied Statistics 26, 327–333",
    ],
    has_features: true,
    estimate,
    run,
};

fn rounds(n: usize, arguments: &Arguments) -> usize {
    if arguments.text(&PARAMETERS, "stability") == Some("none") {
        return 0;
    }
    let usual = match n {
        0..=2_000 => 200,
        2_001..=20_000 => 20,
        _ => 0,
    };
    arguments.count(&[], "rounds").map_or(usual, |rounds| rounds as usize)
}

fn simulations(n: usize, arguments: &Arguments) -> usize {
    let is_off = arguments.text(&PARAMETERS, "reference") == Some("none");
    // More points than all hubs and bases are not drawn from them, whatever is asked.
    let is_default_and_large = !arguments.is_given("reference") && n > 1_000;
    if is_off || is_default_and_large {
        return 0;
    }
    arguments.count(&PARAMETERS, "simulations").map_or(0, |count| count as usize)
}

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let method = arguments.text(&PARAMETERS, "method");
    let beside = if matches!(method, Some("hdbscan" | "optics")) { 0 } else { BESIDE.len() };
    let repetitions = 1 + beside + rounds(n, arguments) + simulations(n, arguments);
    let points = n as f64;
    let searched = points * (1.0 + points.max(1.0).log2());
    let once = match method {
        Some("optics") => points * points * 1.6e-8,
        Some("hdbscan") => searched * 1.3e-7,
        _ => searched * 8e-8,
    };
    // The curve whose elbow is the radius, once to choose it and once to show it.
    let is_chosen = method != Some("hdbscan") && !arguments.is_given("eps_km");
    let choosing = if is_chosen { searched * 2e-7 } else { 0.0 };
    let pairs = if n > MOST { 0.0 } else { points * points * 1e-8 };
    // What is written of every point, once.
    let written = 0.05 + points * 3e-6;
    Estimate { n, repetitions, seconds: once * repetitions as f64 + choosing + pairs + written }
}

/// What is asked for, with what was chosen.
pub(super) struct Plan {
    pub(super) recipe: Recipe,
    pub(super) chosen: Option<Chosen>,
    pub(super) parts: Vec<Vec<usize>>,
    /// What each point weighs, where core points are made by weight.
    pub(super) weighing: Option<Weighing>,
    pub(super) by: Option<String>,
    pub(super) hull: HullShape,
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let mut report = Report::new(&PROCESS, run);
    report.warn_of_shared();
    let points = run.subject.vectors();
    let plan = plan(run, &points, &mut report)?;
    let recipe =
        Recipe { eps_m: plan.recipe.eps_m.or(plan.chosen.map(Chosen::eps_m)), ..plan.recipe };
    let weighing = plan.weighing.as_ref();
    let found = find(&points, &plan.parts, recipe, weighing, run.progress.watch());
    warn_of_few(&mut report, run.subject.len(), recipe.method);
    run.progress.check()?;
    run.progress
        .begin(rounds(points.len(), run.arguments) + simulations(points.len(), run.arguments));
    let stability = stable(run, &points, &found, &plan, recipe, &mut report)?;
    run.progress.check()?;
    let draws = draws(run, &plan, recipe, &mut report)?;
    run.progress.check()?;
    let validity = Validity::of(&points, &found, plan.by.is_some(), &mut report);
    let tested = Tested { stability, draws, validity };
    let (found, tested) = numbered_by_row(found, tested, &run.subject.rows);
    let features = features(run, &points, &found, &plan, &tested);
    run.progress.check()?;
    let summary = words::summary(run.subject, &found, recipe, &tested, &points);
    let beside = other_radii(run, &points, &plan, recipe, &found.clustering);
    run.progress.check()?;
    let printed = as_printed(run, &points, &plan);
    let summary = printed.iter().fold(summary, |said, (words, _)| said.and(words));
    let noise = found.clustering.labels.iter().filter(|label| label.is_none()).count();
    let rule = tested.draws.as_ref().map(|_| words::rule(plan.chosen.is_some(), recipe.eps_m));
    let mut own = named([
        ("clusters", found.clustering.clusters.into()),
        ("noise", noise.into()),
        ("unchanged", tested.stability.as_ref().map(|one| rounded(one.unchanged, 4)).into()),
        ("merges_km", merges(run, &points, recipe.min_points)),
        ("other_radii", beside),
        ("distance_curve", distance_curve(run, &points, &plan, recipe.min_points)),
        ("as_printed", printed.map(|(_, shown)| Tree::Named(shown)).into()),
        ("p_value_rule", rule.map(|rule| report.say(&rule)).into()),
    ]);
    own.extend(tested.validity.named());
    Ok(report.answer(Some(features), &summary, own))
}

/// What is known of the clusters against disturbance and chance.
pub(super) struct Tested {
    pub(super) stability: Option<Stability>,
    pub(super) draws: Option<ReferenceDraws>,
    pub(super) validity: Validity,
}

/// Numbers the clusters from 1 by the first row that is a core point of them.
fn numbered_by_row(found: Found, mut tested: Tested, rows: &[usize]) -> (Found, Tested) {
    let (found, order) = found.numbered_by(rows);
    if let Some(stability) = &mut tested.stability {
        stability.jaccard = order.iter().map(|&old| stability.jaccard[old]).collect();
    }
    (found, tested)
}

fn plan(run: &Run<'_>, points: &[[f64; 3]], report: &mut Report<'_>) -> Result<Plan, Refused> {
    let (arguments, n) = (run.arguments, points.len());
    let method = match arguments.text(&PARAMETERS, "method") {
        Some("hdbscan") => Method::Hdbscan,
        Some("optics") => Method::Optics,
        _ => Method::Dbscan,
    };
    let is_hdbscan = method == Method::Hdbscan;
    if is_hdbscan && arguments.is_given("eps_km") {
        return Err(Refused::new(
            "eps_km",
            "method=hdbscan looks at all radii: leave it out, or take method=dbscan",
        ));
    }
    if !is_hdbscan && arguments.is_given("min_cluster_size") {
        return Err(Refused::new(
            "min_cluster_size",
            "it is for method=hdbscan: for others give min_points",
        ));
    }
    if !is_hdbscan && arguments.is_given("selection") {
        let reason = "only the hierarchy of method=hdbscan is selected from: leave it out";
        return Err(Refused::new("selection", reason));
    }
    let by = arguments.text(&PARAMETERS, "by").map(str::to_owned);
    let parts = parts(run, by.as_deref(), report)?;
    report.note("method", arguments.text(&PARAMETERS, "method"), None);
    let usual = HdbscanParams::for_points(n);
    let given = |name: &str| arguments.count(&[], name).map(|count| count as usize);
    let min_cluster_size = given("min_cluster_size").unwrap_or(usual.min_cluster_size);
    let default = if is_hdbscan { min_cluster_size.min(5) } else { honesty::min_points(n) };
    let min_points = given("min_points").unwrap_or(default);
    report.note("min_points", min_points, Some(&words::why_min_points(n, is_hdbscan)));
    let weighing = Weighing::read(run, method, min_points, report)?;
    let eps_m = arguments.number("eps_km").map(|km| km * 1000.0);
    let groups = || -> Vec<Vec<[f64; 3]>> {
        parts.iter().map(|part| part.iter().map(|&point| points[point]).collect()).collect()
    };
    let chosen = if is_hdbscan || eps_m.is_some() {
        None
    } else {
        choose(&groups(), min_points, run.progress.watch())
    };
    if is_hdbscan {
        report.note("min_cluster_size", min_cluster_size, Some(&words::why_cluster_size(n)));
        report.note("selection", arguments.text(&PARAMETERS, "selection"), None);
    } else {
        let radius_km = eps_m.or(chosen.map(Chosen::eps_m)).map(km);
        report.note("eps_km", radius_km, Some(&words::why_eps(chosen, min_points)));
        if radius_km.is_none() {
            report.warn("no_radius", &words::why_eps(None, min_points));
        }
    }
    report.note("by", by.as_deref(), None);
    let shape = arguments.text(&PARAMETERS, "hull");
    report.note("hull", shape, None);
    let reach_m = eps_m.or(chosen.map(Chosen::eps_m)).unwrap_or(10_000.0);
    let hull = match shape {
        Some("concave") => HullShape::Concave,
        Some("buffer") => HullShape::Buffer { radius_m: (reach_m / 2.0).max(1.0) },
        _ => HullShape::Convex,
    };
    let selection = match arguments.text(&PARAMETERS, "selection") {
        Some("leaf") => Selection::Leaf,
        _ => Selection::ExcessOfMass,
    };
    let recipe =
        Recipe { method, min_points, min_cluster_size, selection, tells_radii: true, eps_m };
    Ok(Plan { recipe, chosen, parts, weighing, by, hull })
}

/// The points that may be in one group: all, or those of one value of a property.
fn parts(
    run: &Run<'_>,
    by: Option<&str>,
    report: &mut Report<'_>,
) -> Result<Vec<Vec<usize>>, Refused> {
    let n = run.subject.len();
    let Some(by) = by else { return Ok(vec![(0..n).collect()]) };
    run.subject.field("by", by)?;
    let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for point in 0..n {
        if let Some(value) = run.subject.text(point, by) {
            parts.entry(value).or_default().push(point);
        }
    }
    let without = n - parts.values().map(Vec::len).sum::<usize>();
    if without > 0 {
        report.warn("without_value", &words::without_value(without, by));
    }
    Ok(parts.into_values().collect())
}

fn warn_of_few(report: &mut Report<'_>, n: usize, method: Method) {
    let of =
        if method == Method::Dbscan { honesty::Method::Dbscan } else { honesty::Method::Hdbscan };
    match verdict(of, n, n) {
        Verdict::Allowed => {}
        Verdict::Labelled(warning) => report.warn("few_points", &words::few(n, warning)),
        Verdict::Refused(_) => report.warn("too_few_points", &words::too_few(n)),
    }
}

fn stable(
    run: &Run<'_>,
    points: &[[f64; 3]],
    found: &Found,
    plan: &Plan,
    recipe: Recipe,
    report: &mut Report<'_>,
) -> Result<Option<Stability>, Refused> {
    let (n, arguments) = (points.len(), run.arguments);
    let how = arguments.text(&PARAMETERS, "stability");
    report.note("stability", how, None);
    let rounds = rounds(n, arguments);
    report.note("rounds", rounds, Some(&words::why_rounds(n)));
    if n < 8 || rounds == 0 || found.clustering.clusters == 0 {
        report.why_null("stability", &words::why_not_stable(n, found.clustering.clusters));
        return Ok(None);
    }
    let disturbance = if how == Some("bootstrap") {
        if plan.by.is_some() || plan.weighing.is_some() {
            let reason = "bootstrap is not offered with `by` or `weight`: take jitter";
            return Err(Refused::new("stability", reason));
        }
        Disturbance::Bootstrap
    } else {
        let (jitter_km, why) = jitter_km(run, points, recipe);
        report.note("jitter_km", km(jitter_km * 1000.0), Some(&why));
        Disturbance::Jitter { sigma_m: jitter_km * 1000.0 }
    };
    let all: Vec<Vec<usize>> = plan.parts.clone();
    let progress = run.progress;
    let goes_on = || progress.goes_on();
    let rounds = Simulations::new(rounds, report.seed()).watched(&goes_on);
    let recipe = Recipe { tells_radii: false, ..recipe };
    let weighing = plan.weighing.as_ref();
    let again =
        |moved: &[[f64; 3]]| find(moved, &all, recipe, weighing, progress.watch()).clustering;
    Ok(Some(stability(points, &found.clustering, disturbance, rounds, again)))
}

fn jitter_km(run: &Run<'_>, points: &[[f64; 3]], recipe: Recipe) -> (f64, crate::domain::Remark) {
    if let Some(given) = run.arguments.number("jitter_km") {
        return (given, words::why_jitter("given"));
    }
    let median = |mut values: Vec<f64>| {
        values.retain(|value| *value > 0.0);
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then(|| values[values.len() / 2])
    };
    if let Some(known) = median(run.subject.numbers("uncertainty_km")) {
        return (known, words::why_jitter("uncertainty_km"));
    }
    if let Some(eps_m) = recipe.eps_m {
        return (eps_m / 10_000.0, words::why_jitter("eps_km"));
    }
    let nearest = KdTree::new(points).all_nearest(1);
    let nearest = median(nearest.hits.iter().map(|hit| hit.distance_m()).collect());
    (nearest.unwrap_or(1000.0) / 10_000.0, words::why_jitter("nearest"))
}

/// Clusters as many sites of the reference again and again, at the radius that the points have.
///
/// Were the radius chosen anew for each draw, the largest group of any draw would span most of its
/// largest gap, and every p-value be near 1.
fn draws(
    run: &Run<'_>,
    plan: &Plan,
    recipe: Recipe,
    report: &mut Report<'_>,
) -> Result<Option<ReferenceDraws>, Refused> {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let names = arguments.text(&PARAMETERS, "reference").unwrap_or(REFERENCE);
    let simulations = simulations(n, arguments);
    report.note("reference", names, None);
    report.note("simulations", simulations, None);
    let mut sites = Vec::new();
    let here = within::region(run)?.map(|within| within.finder());
    for name in names.split(',').map(str::trim).filter(|_| names != "none") {
        let collection = (run.collections)(name);
        if collection.is_none() && arguments.is_given("reference") {
            let reason = format!(
                "there is no collection `{name}`: see /collections or jidi collections, or say none"
            );
            return Err(Refused::new("reference", reason));
        }
        let held = collection.as_deref().map(canonical::sites).unwrap_or_default();
        let held = held.into_iter().map(|(_, at)| at);
        let is_here = |at: &LonLat| here.as_ref().is_none_or(|here| here.around(*at).is_some());
        sites.extend(held.filter(is_here).map(LonLat::unit_vector));
    }
    if n < 8 || simulations == 0 || sites.len() < n {
        report.why_null("p_value", &words::why_no_p_value(n, sites.len()));
        return Ok(None);
    }
    if 2 * n > sites.len() {
        report.warn("reference_exhausted", &words::exhausted(n, sites.len()));
    }
    if plan.chosen.is_some() {
        report.warn("radius_chosen", &words::radius_chosen());
    }
    // The sites of a draw take the places of the points: so many in each part.
    let mut next = 0;
    let drawn: Vec<Vec<usize>> = plan
        .parts
        .iter()
        .map(|part| {
            next += part.len();
            (next - part.len()..next).collect()
        })
        .collect();
    let progress = run.progress;
    let goes_on = || progress.goes_on();
    let simulations = Simulations::new(simulations, report.seed()).watched(&goes_on);
    let recipe = Recipe { tells_radii: false, ..recipe };
    let weighing = plan.weighing.as_ref().map(|weighing| weighing.in_order(&plan.parts));
    let cluster = |points: &[[f64; 3]]| {
        find(points, &drawn, recipe, weighing.as_ref(), progress.watch()).clustering
    };
    match reference_draws(n, &sites, simulations, cluster) {
        Ok(largest) => Ok(Some(largest)),
        Err(error) => Err(Refused::new("reference", error.to_string())),
    }
}
