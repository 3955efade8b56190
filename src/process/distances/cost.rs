//! What a run would cost, before it is run.

use super::super::description::{Estimate, Run};
use super::PARAMETERS;
use super::case::{self, Statistic};
use super::curves::{MANY, NEIGHBORS, quarter_m};
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::squared_chord;

/// Seconds for one point of a search for the nearest, for each doubling of their number.
const NEAREST_S: f64 = 1e-7;
/// Seconds for one pair whose distance is counted, of many points.
const COUNTED_S: f64 = 2e-9;
/// Seconds for one pair whose distance is shared between two bins, as those of few points are.
const SHARED_S: f64 = 1.1e-8;
/// Seconds for one pair whose distance is measured, for quantiles.
const MEASURED_S: f64 = 1.5e-8;
/// Seconds for one pair that a tree finds.
const FOUND_S: f64 = 1.5e-8;
/// Seconds for finding the edge nearest to one point, in a window as wide as the longest distance.
const EDGE_S: f64 = 8e-5;
/// Seconds for the share of the circle of one pair that is inside such a window.
const CIRCLE_S: f64 = 4e-5;
/// Seconds for one pair that is kept, and looked at again by a simulation.
const KEPT_S: f64 = 1.5e-9;
/// Seconds for the kernel between one distance and one radius.
const KERNEL_S: f64 = 8e-9;
/// Seconds for one site that is drawn from or shuffled.
const DRAWN_S: f64 = 3e-9;
/// Seconds for adding up and comparing the bins of one curve.
const CURVE_S: f64 = 5e-5;
/// Of so many points pairs are looked at for their share within the longest distance.
const SAMPLED: usize = 200;
/// How many hubs and bases there are, the usual reference.
const USUAL: usize = 960;

/// Holds how much there is to do.
struct Task<'a> {
    run: &'a Run<'a>,
    /// Those asked about.
    asked: f64,
    /// All among which they stand.
    sites: f64,
    simulations: f64,
    radii: f64,
}

/// Foresees what a run costs.
pub(super) fn estimate(run: &Run<'_>) -> Estimate {
    let arguments = run.arguments;
    let statistic = Statistic::read(arguments);
    let count = |name: &str| arguments.count(&PARAMETERS, name).unwrap_or(0) as usize;
    let is_alone = matches!(arguments.text(&[], "reference"), Some("none"))
        || !["bases", "hubs"].contains(&run.subject.name.as_str());
    let (points, asked) = (run.subject.len(), case::asked_about(run));
    let task = Task {
        run,
        asked: asked as f64,
        sites: (points + if is_alone { 0 } else { USUAL }) as f64,
        simulations: count("simulations") as f64,
        radii: 1.0 + count("steps") as f64,
    };
    let weighings = 1 + usize::from(arguments.is_given("weight"));
    let (repetitions, seconds) = match statistic {
        Statistic::Nearest => (1, task.nearest_s()),
        Statistic::ClarkEvans => (1 + count("simulations"), task.clark_evans_s()),
        Statistic::Kd => ((1 + count("simulations")) * weighings, task.kd_s(weighings as f64)),
        Statistic::M | Statistic::MDensity => {
            let is_density = statistic == Statistic::MDensity;
            ((1 + count("simulations")) * weighings, task.m_s(is_density) * weighings as f64)
        }
        _ => (1 + count("simulations"), task.ripley_s()),
    };
    let n = if statistic.is_curve() { asked } else { points };
    Estimate { n, repetitions, seconds: seconds + points as f64 * 2e-6 }
}

impl Task<'_> {
    fn nearest_s(&self) -> f64 {
        let points = self.run.subject.len() as f64;
        points * points.max(2.0).log2() * NEAREST_S
    }

    fn clark_evans_s(&self) -> f64 {
        // Six windows.
        2.5 * (1.0 + self.simulations) * self.nearest_s()
    }

    fn kd_s(&self, weighings: f64) -> f64 {
        let pairs = self.asked * self.asked / 2.0;
        let is_weighed = weighings > 1.0;
        let is_listed = self.asked <= 2_000.0;
        let binned = if self.asked < 1_000.0 { SHARED_S } else { COUNTED_S };
        let both = if is_weighed { binned + SHARED_S } else { binned };
        let draw = both * pairs + weighings * (self.sites * DRAWN_S + CURVE_S);
        let observed = if is_listed { pairs * self.radii * KERNEL_S } else { pairs * SHARED_S };
        let spread = if is_listed { 6.0 * MEASURED_S } else { MEASURED_S };
        let is_free = !self.run.arguments.is_given("max_km");
        let spreads = weighings + if is_free { 1.0 } else { 0.0 };
        let all = if self.sites <= MANY as f64 { self.sites * self.sites / 2.0 } else { 0.0 };
        self.simulations * draw
            + weighings * (observed + all * COUNTED_S)
            + pairs * spreads * spread
    }

    fn m_s(&self, is_density: bool) -> f64 {
        let near = self.sites * self.share(0.5);
        // Between one kind and another only the surroundings of the first are looked at.
        let all = self.sites * near;
        let looked = if is_density { KERNEL_S * self.radii } else { KEPT_S };
        let shuffled = self.sites * 4.0 * DRAWN_S + CURVE_S;
        let each = if all > f64::from(1 << 24) { FOUND_S } else { 0.0 };
        let once = all.min(f64::from(1 << 24)) * 2.0 * FOUND_S;
        once + (1.0 + self.simulations) * (self.asked * near * (looked + each) + shuffled)
    }

    fn ripley_s(&self) -> f64 {
        let text = |name: &str| self.run.arguments.text(&PARAMETERS, name);
        let near = self.part_of_side();
        // Coasts and provinces have many times the edges of what is drawn around the points.
        let is_drawn = matches!(text("window"), Some("hull" | "box" | "circle") | None);
        let edge = EDGE_S * near * if is_drawn { 1.0 } else { 16.0 };
        let (of_point, of_pair) = match text("correction") {
            Some("isotropic") => (edge, CIRCLE_S * near.powf(1.5)),
            Some("border") => (edge, 0.0),
            _ => (0.0, 0.0),
        };
        let pairs = self.asked * self.asked * self.share(0.2) * (FOUND_S / 2.0 + of_pair);
        let points = self.asked * (self.asked.max(2.0).log2() * NEAREST_S + of_point);
        (1.0 + self.simulations) * (pairs + points + CURVE_S)
    }

    /// The longest distance against the shorter side of the box around the points: so much of a window
    /// is near its edge.
    fn part_of_side(&self) -> f64 {
        let Some(km) = self.run.arguments.number("max_km") else { return 0.25 };
        let side_m = 4.0 * quarter_m(&self.run.subject.positions);
        if side_m > 0.0 { (km * 1000.0 / side_m).min(1.0) } else { 1.0 }
    }

    /// The share of all pairs that are within the longest distance, by a sample of them; `usual` where
    /// no distance is asked for.
    fn share(&self, usual: f64) -> f64 {
        let subject = self.run.subject;
        let every = subject.len().div_ceil(SAMPLED).max(1);
        let sample: Vec<[f64; 3]> =
            subject.positions.iter().step_by(every).map(|at| at.unit_vector()).collect();
        match self.run.arguments.number("max_km") {
            Some(km) => {
                let is_near = |(at, a): (usize, &[f64; 3])| {
                    let far = |b: &&[f64; 3]| arc_m(squared_chord(a, b)) <= km * 1000.0;
                    sample[at + 1..].iter().filter(far).count()
                };
                let near: usize = sample.iter().enumerate().map(is_near).sum();
                let pairs = sample.len() * sample.len().saturating_sub(1) / 2;
                (near as f64 + 1.0) / (pairs as f64 + 1.0)
            }
            None if self.sites > MANY as f64 => (NEIGHBORS as f64 / self.sites).min(usual),
            None => usual,
        }
    }
}
