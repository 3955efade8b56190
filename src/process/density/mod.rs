//! `density`: how many points there are per square kilometre, as a smooth surface.

mod surface;
mod words;

use std::collections::BTreeSet;

use self::surface::{Frame, bandwidth_km, features};
use super::canonical;
use super::description::{Estimate, Failed, Process, Run};
use super::parameters::{Default, Kind, Parameter, Refused};
use super::report::{Report, rounded};
use super::weight::weight_of;
use super::within;
use crate::analysis::kernel_density::{Kernel, Smoothing, densities_over};
use crate::analysis::nulls::Simulations;
use crate::analysis::p_values::Tails;
use crate::domain::{LonLat, Watch};
use crate::formats::answer::{Answer, named};
use crate::index::KdTree;
use crate::index::geodesic::great_circle_m;

pub(super) static PROCESS: Process = Process {
    name: "density",
    title: ["Density", "密度面"],
    words: [
        "How many points, or how much of a property, there are per square kilometre: a surface of kernels on the sphere, drawn as areas between contours or as cells, with what is spread beyond coast and border, and whether its peak is higher than chance makes it",
        "每平方千米的点数或属性量：球面核密度面，以等值线之间的面或格网表示，并说明散布到海岸与边界之外的份额，以及峰值是否高于偶然",
    ],
    parameters: &PARAMETERS,
    references: &[
        "Silverman (1986), Density Estimation for Statistics and Data Analysis, 76 and 86–87",
        "Hall, Watson & Cabrera (1987), Kernel density estimation with spherical data, Biometrika 74, 751–762",
        "Besag & Diggle (1977), Simple Monte Carlo tests for spatial pattern, Applied Statistics 26, 327–333",
    ],
    has_features: true,
    estimate,
    run,
};

static PARAMETERS: [Parameter; 8] = [
    Parameter {
        name: "kernel",
        words: [
            "How a point's mass is spread: quartic ends at the bandwidth; von_mises_fisher holds on the whole sphere",
            "核函数：quartic 止于带宽；von_mises_fisher 在整个球面上成立",
        ],
        kind: Kind::Choice(&["quartic", "gaussian", "von_mises_fisher"]),
        default: Default::Fixed("quartic"),
    },
    Parameter {
        name: "bandwidth_km",
        words: ["The bandwidth in km", "带宽（千米）"],
        kind: Kind::Above0 { most: 20_015.0 },
        default: Default::Chosen([
            "Silverman's rule for two dimensions: spread · n^(-1/6), times √8 for quartic",
            "二维 Silverman 法则：离散度 · n^(-1/6)，quartic 再乘 √8",
        ]),
    },
    Parameter {
        name: "cell_km",
        words: [
            "The height of a cell in km, from south to north; its width in degrees is the same",
            "格网的南北高度（千米）；东西向的度数相同",
        ],
        kind: Kind::Above0 { most: 2_000.0 },
        default: Default::Chosen([
            "a fifth of the bandwidth, or more where that makes too many cells",
            "带宽的五分之一；格数过多时加大",
        ]),
    },
    Parameter {
        name: "shape",
        words: ["What is drawn: areas between contours, or cells", "绘制等值面或格网"],
        kind: Kind::Choice(&["contours", "cells"]),
        default: Default::Fixed("contours"),
    },
    Parameter {
        name: "levels",
        words: ["How many contours there are", "等值线条数"],
        kind: Kind::Count { least: 1, most: 50 },
        default: Default::Fixed("10"),
    },
    Parameter {
        name: "weight",
        words: ["A property with what each brings, such as employees", "权重属性（如就业人数）"],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "reference",
        words: [
            "Collections of the sites that could have been chosen, apart by commas: their draws say how high a peak is by chance",
            "可供选择的地点所在集合，以逗号分隔：从中抽样以检验峰值",
        ],
        kind: Kind::Text,
        default: Default::Fixed("none"),
    },
    Parameter {
        name: "simulations",
        words: ["How often sites are drawn for the peak", "检验峰值的随机抽样次数"],
        kind: Kind::Count { least: 19, most: 100_000 },
        default: Default::Fixed("999"),
    },
];

/// Seconds for one point that reaches one corner of a cell, or another point.
const HIT_S: f64 = 2.5e-8;
/// Of so many points it is looked at how many others they reach.
const SAMPLED: usize = 200;

fn kernel(run: &Run<'_>) -> Kernel {
    match run.arguments.text(&PARAMETERS, "kernel") {
        Some("gaussian") => Kernel::Gaussian,
        Some("von_mises_fisher") => Kernel::VonMisesFisher,
        _ => Kernel::Quartic,
    }
}

fn estimate(run: &Run<'_>) -> Estimate {
    let (n, arguments) = (run.subject.len(), run.arguments);
    let is_tested = arguments.text(&PARAMETERS, "reference") != Some("none");
    let count = arguments.count(&PARAMETERS, "simulations").unwrap_or(0) as usize;
    let repetitions = 1 + if is_tested { count } else { 0 };
    let points = n as f64;
    // Beyond three bandwidths the others hold nothing that is drawn.
    let reaches = if kernel(run) == Kernel::Quartic { 1.0 } else { 3.0 };
    let chosen = || bandwidth_km(&run.subject.positions, kernel(run));
    let reach_km = arguments.number("bandwidth_km").or_else(chosen).unwrap_or(0.0) * reaches;
    // A cell is a fifth of the bandwidth high, unless given.
    let across = arguments.number("cell_km").map_or(5.0 * reaches, |cell_km| reach_km / cell_km);
    let corners = (std::f64::consts::PI * across * across).min(surface::MOST);
    let once = 0.05 + points * (corners * HIT_S + 5e-7);
    let again = if repetitions > 1 { points * points * share_within(run, reach_km) } else { 0.0 };
    Estimate { n, repetitions, seconds: once + again * HIT_S * (repetitions - 1) as f64 }
}

/// The share of pairs that are within a distance, by a sample of the points.
fn share_within(run: &Run<'_>, reach_km: f64) -> f64 {
    let positions = &run.subject.positions;
    let every = positions.len().div_ceil(SAMPLED).max(1);
    let sample: Vec<LonLat> = positions.iter().copied().step_by(every).collect();
    let near = |(at, from): (usize, &LonLat)| {
        let is_near = |to: &&LonLat| great_circle_m(*from, **to) <= reach_km * 1000.0;
        sample[at + 1..].iter().filter(is_near).count()
    };
    let found: usize = sample.iter().enumerate().map(near).sum();
    let pairs = sample.len() * sample.len().saturating_sub(1) / 2;
    (found as f64 + 1.0) / (pairs as f64 + 1.0)
}

/// Where the points are, and what each brings.
struct Mass {
    positions: Vec<LonLat>,
    weights: Option<Vec<f64>>,
}

impl Mass {
    fn densities(&self, watch: &Watch, smoothing: Smoothing, at: &[LonLat]) -> Vec<f64> {
        over(watch, &self.positions, self.weights.as_deref(), smoothing, at)
    }

    fn total(&self) -> f64 {
        self.weights.as_ref().map_or(self.positions.len() as f64, |all| all.iter().sum())
    }
}

/// The densities of some points, unless the run is called off.
fn over(
    watch: &Watch,
    points: &[LonLat],
    weights: Option<&[f64]>,
    smoothing: Smoothing,
    at: &[LonLat],
) -> Vec<f64> {
    let vectors: Vec<[f64; 3]> = points.iter().map(|point| point.unit_vector()).collect();
    densities_over(&KdTree::new(&vectors).watched(watch), weights, smoothing, at)
}

fn run(run: &Run<'_>) -> Result<Answer, Failed> {
    let arguments = run.arguments;
    let mut report = Report::new(&PROCESS, run);
    let mass = mass(run, &mut report)?;
    let kernel = kernel(run);
    report.note("kernel", arguments.text(&PARAMETERS, "kernel"), None);
    let n = mass.positions.len();
    let chosen = arguments.number("bandwidth_km").or_else(|| bandwidth_km(&mass.positions, kernel));
    let Some(chosen_km) = chosen.filter(|_| n >= 2 && mass.total() > 0.0) else {
        let why = words::nothing(n);
        report.why_null("features", &why);
        report.warn("too_few_points", &why);
        return Ok(report.answer(Some(Vec::new()), &why, named([("bands", 0_usize.into())])));
    };
    let smoothing = Smoothing { kernel, bandwidth_km: rounded(chosen_km, 3).max(0.001) };
    report.note("bandwidth_km", smoothing.bandwidth_km, Some(&words::why_bandwidth(n)));
    if n < 30 {
        report.warn("few_points", &words::few(n));
    }
    let frame = Frame::around(&mass.positions, smoothing, arguments.number("cell_km"))?;
    report.note("cell_km", rounded(frame.step * 111.195, 3), Some(&words::why_cell()));
    let at = frame.positions();
    let values = mass.densities(run.progress.watch(), smoothing, &at);
    run.progress.check()?;
    let shape = arguments.text(&PARAMETERS, "shape");
    report.note("shape", shape, None);
    let levels = arguments.count(&PARAMETERS, "levels").unwrap_or(10) as usize;
    if shape == Some("contours") {
        report.note("levels", levels, None);
    } else if arguments.is_given("levels") {
        let reason = "shape=cells has no contours: leave it out";
        return Err(Refused::new("levels", reason).into());
    }
    let spread = surface::spread(run, &mass.positions, &frame, &at, &values);
    report.warn("edge", &words::edge(spread.outside, spread.drawn / mass.total()));
    let peak = surface::peak(&at, &values);
    let tested = peak_test(run, &mass, smoothing, &mut report)?;
    let drawn = features(&frame, values, (shape == Some("contours")).then_some(levels));
    run.progress.check()?;
    let summary = words::summary(n, &peak, smoothing, tested);
    let own = named([
        ("bands", drawn.len().into()),
        ("peak", surface::significant(peak.value).into()),
        ("peak_at", vec![rounded(peak.at.lon(), 4), rounded(peak.at.lat(), 4)].into()),
        ("peak_p", tested.map(|p| rounded(p, 6)).into()),
        ("mass", mass.total().into()),
        ("mass_drawn", surface::significant(spread.drawn).into()),
        ("share_outside_land", spread.outside.map(|share| rounded(share, 6)).into()),
    ]);
    Ok(report.answer(Some(drawn), &summary, own))
}

fn mass(run: &Run<'_>, report: &mut Report<'_>) -> Result<Mass, Refused> {
    let subject = run.subject;
    let Some(field) = run.arguments.text(&PARAMETERS, "weight") else {
        return Ok(Mass { positions: subject.positions.clone(), weights: None });
    };
    report.note("weight", field, None);
    subject.check_numbers("weight", field)?;
    let (mut positions, mut weights) = (Vec::new(), Vec::new());
    for (feature, &position) in subject.features.iter().zip(&subject.positions) {
        if let Some(weight) = weight_of(&subject.schema, feature, field, "")? {
            positions.push(position);
            weights.push(weight);
        }
    }
    let without = subject.len() - positions.len();
    if without > 0 {
        report.warn("without_weight", &words::without_weight(without, field));
    }
    Ok(Mass { positions, weights: Some(weights) })
}

/// The p-value of the greatest density at a point, among draws of as many sites.
fn peak_test(
    run: &Run<'_>,
    mass: &Mass,
    smoothing: Smoothing,
    report: &mut Report<'_>,
) -> Result<Option<f64>, Refused> {
    let names = run.arguments.text(&PARAMETERS, "reference").unwrap_or("none");
    report.note("reference", names, None);
    if names == "none" {
        if run.arguments.is_given("simulations") {
            let reason = "sites are drawn from a `reference`: give that, too";
            return Err(Refused::new("simulations", reason));
        }
        report.why_null("peak_p", &words::no_reference());
        return Ok(None);
    }
    let count = run.arguments.count(&PARAMETERS, "simulations").unwrap_or(0) as usize;
    report.note("simulations", count, None);
    let sites = sites(run, &mass.positions, names)?;
    let n = mass.positions.len();
    if n < 8 || sites.len() == n {
        report.why_null("peak_p", &words::no_draws(n, sites.len()));
        return Ok(None);
    }
    if 2 * n > sites.len() {
        report.warn("reference_exhausted", &words::exhausted(n, sites.len()));
    }
    let watch = run.progress.watch();
    let highest = |drawn: &[LonLat]| {
        let there = over(watch, drawn, mass.weights.as_deref(), smoothing, drawn);
        there.into_iter().fold(0.0, f64::max)
    };
    run.progress.begin(count);
    let goes_on = || run.progress.goes_on();
    let draws = Simulations::new(count, report.seed()).watched(&goes_on);
    let observed = highest(&mass.positions);
    let mut tails = Tails::default();
    let peaks = draws.draw(|random| {
        let mut shuffled = sites.clone();
        random.shuffle_first(&mut shuffled, n);
        highest(&shuffled[..n])
    });
    for peak in peaks {
        tails.add(peak, observed, 1e-12 * observed);
    }
    Ok((tails.draws > 0).then(|| tails.of_draws().greater))
}

/// The sites that could have been chosen, the points themselves first.
fn sites(run: &Run<'_>, own: &[LonLat], names: &str) -> Result<Vec<LonLat>, Refused> {
    let here = within::region(run)?.map(|within| within.finder());
    let ids: BTreeSet<&str> = run.subject.features.iter().map(|one| one.id.as_str()).collect();
    let mut sites = own.to_vec();
    for name in names.split(',').map(str::trim) {
        let Some(collection) = (run.collections)(name) else {
            let reason = format!(
                "there is no collection `{name}`: see /collections or jidi collections, or say none"
            );
            return Err(Refused::new("reference", reason));
        };
        let is_own = name == run.subject.name;
        let others = canonical::sites(&collection).into_iter();
        let others = others.filter(|(one, _)| !(is_own && ids.contains(one.id.as_str())));
        let is_here = |at: &LonLat| here.as_ref().is_none_or(|here| here.around(*at).is_some());
        sites.extend(others.map(|(_, at)| at).filter(is_here));
    }
    Ok(sites)
}
