//! The curves: K, L, cross-K, K-density, M and m, with what chance draws.

use super::super::description::Run;
use super::super::parameters::Refused;
use super::super::report::{Report, km, rounded};
use super::case::{Case, FROM, Null, OTHER, Statistic, TO};
use super::{PARAMETERS, simulations, windows, words};
use crate::analysis::envelope::{Curve, Envelope};
use crate::analysis::honesty::{Method, Verdict, verdict};
use crate::analysis::kd_density::{kd_of_all, kd_test};
use crate::analysis::marcon_puech::{Neighborhoods, Reach, Sites, m_test};
use crate::analysis::nulls::{Simulations, fixed_sites, random_labelling, strewn};
use crate::analysis::pair_spread::PairSpread;
use crate::analysis::ripley::{Edge, k_expected, l_of_k, watched_cross_k};
use crate::analysis::window::Window;
use crate::domain::{LonLat, Remark, Watch};
use crate::formats::answer::{Answer, Named, Tree, named};
use crate::index::KdTree;

/// Among more sites than this the expected K-density is not added up, and M looks less far.
pub(super) const MANY: usize = 10_000;
/// How many neighbors of a point M looks at, if there are many sites.
pub(super) const NEIGHBORS: usize = 500;

/// A curve with what chance draws, and what more a statistic says.
struct Tested {
    observed: Curve,
    expected: Curve,
    envelope: Envelope,
    more: Named,
}

/// Answers a curve.
pub(super) fn answer(
    run: &Run<'_>,
    mut case: Case,
    mut report: Report<'_>,
) -> Result<Answer, Refused> {
    if case.is_one_place() && case.positions.len() > 1 {
        return Ok(nothing(&case, report, "one_place", &words::no_two_apart()));
    }
    let window = match window(run, &mut case, &mut report)? {
        Study::Area(window, edge) => Some((window, edge)),
        Study::None => None,
        Study::Flat(why) => return Ok(nothing(&case, report, "no_window", &why)),
    };
    let (from, sites) = (case.of_kind(FROM).len(), case.positions.len());
    let judged = if case.statistic.has_window() {
        let least = if case.neighbors() == TO { case.of_kind(TO).len().min(from) } else { from };
        verdict(Method::Ripley, least, least)
    } else {
        verdict(Method::Localisation, sites, from)
    };
    words::warn(&mut report, judged, from);
    if let Verdict::Refused(refusal) = judged {
        report.why_null("observed", &words::refused(refusal));
        let summary = words::no_curve(&case, refusal);
        let own = shown(&case, &report, &[], None);
        return Ok(report.answer(None, &summary, own));
    }
    let Some(radii_m) = radii(run, &case, &mut report) else {
        return Ok(nothing(&case, report, "no_radius", &words::no_radius()));
    };
    let count = simulations(run, &mut report);
    let whole = 2 * radii_m.len() * 20;
    if count < whole {
        report.warn("few_simulations", &words::few_simulations(count, whole));
    }
    let weighings = 1 + usize::from(case.sizes.is_some());
    run.progress.begin(count * weighings);
    let goes_on = || run.progress.goes_on();
    let draws = Simulations::new(count, report.seed()).watched(&goes_on);
    let test = |sizes: Option<&[f64]>| match &window {
        Some((window, edge)) => {
            Some(ripley(&case, window, *edge, &radii_m, draws, run.progress.watch()))
        }
        None if case.statistic == Statistic::Kd => {
            kd(&case, sizes, &radii_m, draws, run.progress.watch(), &report)
        }
        None => m(&case, sizes, &radii_m, draws, run.progress.watch()),
    };
    let Some(tested) = test(case.sizes.as_deref()) else {
        return Ok(nothing(&case, report, "one_place", &words::no_two_apart()));
    };
    let summary = words::curve(&case, &radii_m, &tested.observed, &tested.envelope);
    let mut own = shown(&case, &report, &radii_m, Some(&tested));
    if case.sizes.is_some() {
        own.push(("largest_share".into(), largest_share(&case).into()));
        let unweighted = test(None);
        let unweighted = unweighted.map(|tested| Tree::Named(curves(&radii_m, Some(&tested))));
        own.push(("unweighted".into(), unweighted.into()));
    }
    Ok(report.answer(None, &summary, own))
}

/// Answers that there is no curve, why, and warns of it.
fn nothing(case: &Case, mut report: Report<'_>, code: &str, why: &Remark) -> Answer {
    report.why_null("observed", why);
    report.warn(code, why);
    let own = shown(case, &report, &[], None);
    report.answer(None, why, own)
}

/// The study area of a statistic.
enum Study {
    /// An area, and what is done about its edge.
    Area(Window, Edge),
    /// It needs none, or there are too few points for any.
    None,
    /// What is drawn around the points has no area.
    Flat(Remark),
}

/// The share of the largest in the sizes of those asked about: one giant decides a weighted curve.
fn largest_share(case: &Case) -> Option<f64> {
    let sizes = case.sizes.as_ref()?;
    let own: Vec<f64> = case.of_kind(FROM).iter().map(|&at| sizes[at as usize]).collect();
    let all: f64 = own.iter().sum();
    (all > 0.0).then(|| rounded(own.iter().copied().fold(0.0, f64::max) / all, 6))
}

/// The window and the correction of its edge, for the statistics that have them.
fn window(run: &Run<'_>, case: &mut Case, report: &mut Report<'_>) -> Result<Study, Refused> {
    if !case.statistic.has_window() {
        return Ok(Study::None);
    }
    let arguments = run.arguments;
    let name = arguments.text(&PARAMETERS, "window").unwrap_or("hull");
    report.note("window", name, None);
    let correction = arguments.text(&PARAMETERS, "correction");
    report.note("correction", correction, None);
    let Some(window) = windows::window(run, name, &case.positions) else {
        // A few points on one line are refused for being few, not for their window.
        return match windows::is_around(name) {
            true if case.positions.len() < 30 => Ok(Study::None),
            true => Ok(Study::Flat(words::no_window(name))),
            false => Err(Refused::new("window", words::no_window(name).en)),
        };
    };
    if !windows::is_around(name) {
        let outside = case.keep(|at| window.contains(at));
        if outside > 0 {
            report.warn("outside_window", &words::outside(outside, &windows::words(name)));
        }
    }
    report.warn("window", &words::window_decides(&windows::words(name), window.area_m2()));
    let edge = match correction {
        Some("border") => Edge::Border,
        Some("isotropic") => Edge::Isotropic,
        _ => Edge::Ignored,
    };
    Ok(Study::Area(window, edge))
}

/// The distances of a curve, from 0 on; `None` where the points suggest none.
fn radii(run: &Run<'_>, case: &Case, report: &mut Report<'_>) -> Option<Vec<f64>> {
    let (longest_m, why) = match run.arguments.number("max_km") {
        Some(given) => (given * 1000.0, words::why_side()),
        None if case.statistic.has_window() => (quarter_m(&case.positions), words::why_side()),
        None if case.positions.len() > MANY && case.statistic != Statistic::Kd => {
            (near_m(case), words::why_near(NEIGHBORS))
        }
        None => {
            let own: Vec<[f64; 3]> =
                case.positions_of(FROM).iter().map(|at| at.unit_vector()).collect();
            let spread = PairSpread::of(&own, run.progress.watch());
            let median_m = spread.map_or(0.0, PairSpread::median_m);
            (median_m, words::why_median())
        }
    };
    if longest_m <= 0.0 {
        return None;
    }
    report.note("max_km", km(longest_m), Some(&why));
    let steps = run.arguments.count(&PARAMETERS, "steps").unwrap_or(20) as usize;
    report.note("steps", steps, None);
    // To the millimetre, so that what is told is what was measured.
    let radius = |step: usize| rounded(longest_m * step as f64 / steps as f64, 3);
    Some((0..=steps).map(radius).collect())
}

/// A quarter of the shorter side of the box, as `spatstat` has it.
pub(super) fn quarter_m(positions: &[LonLat]) -> f64 {
    let of = |part: fn(&LonLat) -> f64| {
        let all = positions.iter().map(part);
        all.clone().fold(f64::NEG_INFINITY, f64::max) - all.fold(f64::INFINITY, f64::min)
    };
    let middle = positions.iter().map(|at| at.lat()).sum::<f64>() / positions.len() as f64;
    let (height, width) = (of(|at| at.lat()), of(|at| at.lon()) * middle.to_radians().cos());
    height.min(width) * 111_195.0 / 4.0
}

/// How far the 500th site is from those asked about, by the median of at most 200 of them.
fn near_m(case: &Case) -> f64 {
    let vectors: Vec<[f64; 3]> = case.positions.iter().map(|at| at.unit_vector()).collect();
    let tree = KdTree::new(&vectors);
    let from = case.of_kind(FROM);
    let asked = from.iter().step_by(from.len().div_ceil(200).max(1));
    let far = |&at: &u32| {
        let near = tree.nearest(&vectors[at as usize], NEIGHBORS, Some(at));
        near.last().map_or(0.0, |hit| hit.distance_m())
    };
    let mut all: Vec<f64> = asked.map(far).collect();
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or(0.0)
}

fn ripley(
    case: &Case,
    window: &Window,
    edge: Edge,
    radii_m: &[f64],
    draws: Simulations<'_>,
    watch: &Watch,
) -> Tested {
    let is_l = case.statistic == Statistic::L;
    let scaled = |curve: Curve| -> Curve {
        if is_l { curve.into_iter().map(|k| k.map(l_of_k)).collect() } else { curve }
    };
    let (from, to) = (case.of_kind(FROM), case.of_kind(TO));
    let between = |positions: &[LonLat], kinds: [&[u32]; 2]| {
        scaled(watched_cross_k(positions, kinds, window, edge, radii_m, watch))
    };
    let expected: Curve = k_expected(radii_m).into_iter().map(Some).collect();
    let (observed, envelope) = match (case.statistic, case.null) {
        (Statistic::CrossK, Null::Strewn) => {
            let numbers = |of: &[u32], first: usize| -> Vec<u32> {
                (0u32..).skip(first).take(of.len()).collect()
            };
            let parts = [numbers(&from, 0), numbers(&to, from.len())];
            let all = [case.positions_of(FROM), case.positions_of(TO)].concat();
            let curve = |positions: &[LonLat]| between(positions, [&parts[0], &parts[1]]);
            (curve(&all), strewn(&all, window, draws, curve))
        }
        (Statistic::CrossK, _) => {
            let of = |kinds: &[u32], kind: u32| -> Vec<u32> {
                (0u32..).zip(kinds).filter(|(_, one)| **one == kind).map(|(at, _)| at).collect()
            };
            let curve =
                |kinds: &[u32]| between(&case.positions, [&of(kinds, FROM), &of(kinds, TO)]);
            (curve(&case.kinds), random_labelling(&case.kinds, draws, curve))
        }
        (_, Null::Strewn) => {
            let own = case.positions_of(FROM);
            let all: Vec<u32> = (0u32..).take(own.len()).collect();
            let curve = |at: &[LonLat]| between(at, [&all, &all]);
            (curve(&own), strewn(&own, window, draws, curve))
        }
        _ => {
            let curve = |sites: &[u32]| between(&case.positions, [sites, sites]);
            (curve(&from), fixed_sites(case.positions.len(), &from, draws, curve))
        }
    };
    Tested { observed, expected: scaled(expected), envelope, more: Named::new() }
}

fn kd(
    case: &Case,
    sizes: Option<&[f64]>,
    radii_m: &[f64],
    draws: Simulations<'_>,
    watch: &Watch,
    report: &Report<'_>,
) -> Option<Tested> {
    let vectors: Vec<[f64; 3]> = case.positions.iter().map(|at| at.unit_vector()).collect();
    let from = case.of_kind(FROM);
    let own = sizes.map(|sizes| from.iter().map(|&at| sizes[at as usize]).collect::<Vec<f64>>());
    let found = kd_test(&vectors, &from, own.as_deref(), radii_m, draws, watch)?;
    let expected = if vectors.len() <= MANY {
        kd_of_all(&vectors, found.bandwidth_m, radii_m, watch)
    } else {
        vec![None; radii_m.len()]
    };
    let index = |values: &[f64]| Tree::List(values.iter().map(|&one| significant(one)).collect());
    let bins = named([
        ("width_m", rounded(found.bins.width_m, 3).into()),
        ("greatest_error", significant(found.bins.greatest_error)),
        ("is_observed_exact", found.bins.is_observed_exact.into()),
        ("words", report.say(&words::bins(found.bins.is_observed_exact)).into()),
    ]);
    let more = named([
        ("bandwidth_m", rounded(found.bandwidth_m, 3).into()),
        ("bins", Tree::Named(bins)),
        ("localisation", index(&found.localisation)),
        ("dispersion", index(&found.dispersion)),
    ]);
    Some(Tested { observed: found.observed, expected, envelope: found.envelope, more })
}

fn m(
    case: &Case,
    sizes: Option<&[f64]>,
    radii_m: &[f64],
    draws: Simulations<'_>,
    watch: &Watch,
) -> Option<Tested> {
    let vectors: Vec<[f64; 3]> = case.positions.iter().map(|at| at.unit_vector()).collect();
    let equal = vec![1.0; vectors.len()];
    let own: Vec<[f64; 3]> = case.positions_of(FROM).iter().map(|at| at.unit_vector()).collect();
    let (how, bandwidth_m) = if case.statistic == Statistic::MDensity {
        let bandwidth_m = PairSpread::of(&own, watch)?.bandwidth_m()?;
        (Reach::Gaussian { bandwidth_m }, Some(bandwidth_m))
    } else {
        (Reach::Cumulative, None)
    };
    let tree = KdTree::new(&vectors).watched(watch);
    let neighborhoods = Neighborhoods::over(tree, &vectors, radii_m, how);
    let plants =
        Sites { points: &vectors, sizes: sizes.unwrap_or(&equal), industries: &case.kinds };
    let found = m_test(plants, [FROM, case.neighbors()], &neighborhoods, draws);
    let more = match bandwidth_m {
        Some(bandwidth_m) => named([("bandwidth_m", rounded(bandwidth_m, 3).into())]),
        None => Named::new(),
    };
    let expected = vec![Some(1.0); radii_m.len()];
    Some(Tested { observed: found.observed, expected, envelope: found.envelope, more })
}

/// What an answer says of a curve, which may be empty.
fn shown(case: &Case, report: &Report<'_>, radii_m: &[f64], tested: Option<&Tested>) -> Named {
    let (name, unit) = words::name(case.statistic);
    let count = |kind: u32| case.kinds.iter().filter(|one| **one == kind).count();
    let mut own = named([
        ("statistic", name.into()),
        ("unit", unit.into()),
        ("points", count(FROM).into()),
        ("neighbors", (case.neighbors() == TO).then(|| count(TO)).into()),
        ("others", count(OTHER).into()),
        ("rule", report.say(&words::rule()).into()),
    ]);
    own.extend(curves(radii_m, tested));
    own
}

fn curves(radii_m: &[f64], tested: Option<&Tested>) -> Named {
    let list = |curve: Option<&Curve>| {
        let values = curve.into_iter().flatten().map(|value| value.map_or(Tree::Null, significant));
        Tree::List(values.collect())
    };
    let of = |part: fn(&Envelope) -> &Curve| list(tested.map(|one| part(&one.envelope)));
    let p = |part: fn(&Envelope) -> Option<f64>| -> Tree {
        tested.and_then(|one| part(&one.envelope)).map(|p| rounded(p, 6)).into()
    };
    let mut named = named([
        ("r_m", radii_m.to_vec().into()),
        ("observed", list(tested.map(|one| &one.observed))),
        ("expected", list(tested.map(|one| &one.expected))),
        ("mean", of(|one| &one.mean)),
        ("lo", of(|one| &one.lo)),
        ("hi", of(|one| &one.hi)),
        ("global_lo", of(|one| &one.global_lo)),
        ("global_hi", of(|one| &one.global_hi)),
        ("global_p", p(|one| one.global_p)),
        ("mad_p", p(|one| one.mad_p)),
    ]);
    named.extend(tested.iter().flat_map(|one| one.more.clone()));
    named
}

/// Nine digits: more than any distance is known to, and the same whatever adds them up.
fn significant(value: f64) -> Tree {
    if value == 0.0 || !value.is_finite() {
        return value.into();
    }
    let digits = 8 - value.abs().log10().floor() as i32;
    if digits > 300 { Tree::Real(0.0) } else { rounded(value, digits.max(0)).into() }
}
