//! The nearest neighbor of each point, and the index of Clark and Evans in several windows.

use super::super::description::Run;
use super::super::report::{Report, km, rounded};
use super::case::{Case, FROM};
use super::{simulations, windows, words};
use crate::analysis::honesty::{Method, Verdict, verdict};
use crate::analysis::nulls::Simulations;
use crate::analysis::ripley::{ClarkEvans, clark_evans as index_in};
use crate::domain::LonLat;
use crate::formats::answer::{Answer, Named, Tree, named};
use crate::index::KdTree;
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::squared_chord;

/// The nearest neighbor of each point.
pub(super) fn nearest(run: &Run<'_>, case: &Case, mut report: Report<'_>) -> Answer {
    let (from, to) = (case.of_kind(FROM), case.of_kind(case.neighbors()));
    let is_same = case.neighbors() == FROM;
    let vector = |&at: &u32| case.positions[at as usize].unit_vector();
    let tree = KdTree::new(&to.iter().map(vector).collect::<Vec<_>>());
    let hit = |(number, at): (u32, &u32)| {
        let own = is_same.then_some(number);
        let nearest = tree.nearest(&vector(at), 1, own);
        nearest.first().map(|hit| (to[hit.number as usize], hit.distance_m()))
    };
    let hits: Vec<Option<(u32, f64)>> = (0u32..).zip(&from).map(hit).collect();
    let feature = |at: u32| case.features[at as usize];
    let id = |at: u32| run.subject.features[feature(at)].id.as_str().to_owned();
    let name = |at: u32| run.subject.text(feature(at), "name");
    let is_mutual = |at: u32, other: u32| {
        let place = from.binary_search(&other).ok();
        place.and_then(|place| hits[place]).is_some_and(|(back, _)| back == at)
    };
    let row = |(&at, hit): (&u32, &Option<(u32, f64)>)| {
        let other = hit.map(|(other, _)| other);
        Tree::Named(named([
            ("id", id(at).into()),
            ("name", name(at).into()),
            ("nearest", other.map(id).into()),
            ("nearest_name", other.and_then(name).into()),
            ("distance_m", hit.map(|(_, distance_m)| rounded(distance_m, 1)).into()),
            ("is_mutual", other.map(|other| is_same && is_mutual(at, other)).into()),
        ]))
    };
    let mut in_rows: Vec<(&u32, &Option<(u32, f64)>)> = from.iter().zip(&hits).collect();
    in_rows.sort_by_key(|(at, _)| run.subject.rows[feature(**at)]);
    let rows: Vec<Tree> = in_rows.into_iter().map(row).collect();
    let mut distances_m: Vec<f64> =
        hits.iter().flatten().map(|(_, distance_m)| *distance_m).collect();
    distances_m.sort_by(f64::total_cmp);
    if distances_m.is_empty() {
        report.why_null("rows", &words::no_neighbor(from.len()));
    }
    let spread = Spread::of(&distances_m, &case.positions_of(FROM));
    let mut own = named([("statistic", "nearest".into()), ("rows", rows.into())]);
    own.extend(spread.named());
    let summary = words::nearest(case, &spread);
    report.answer(None, &summary, own)
}

/// Says how far apart points are on the whole.
pub(super) struct Spread {
    pub(super) n: usize,
    pub(super) mean_m: Option<f64>,
    pub(super) median_m: Option<f64>,
    pub(super) least_m: Option<f64>,
    pub(super) most_m: Option<f64>,
    center: Option<[f64; 2]>,
    standard_m: Option<f64>,
}

impl Spread {
    /// Of distances in rising order.
    fn of(distances_m: &[f64], positions: &[LonLat]) -> Self {
        let count = distances_m.len();
        let sum: f64 = distances_m.iter().sum();
        let middle = || f64::midpoint(distances_m[(count - 1) / 2], distances_m[count / 2]);
        let vectors: Vec<[f64; 3]> = positions.iter().map(|at| at.unit_vector()).collect();
        let [x, y, z] = vectors.iter().fold([0.0; 3], |sum, v| [0, 1, 2].map(|d| sum[d] + v[d]));
        let length = (x * x + y * y + z * z).sqrt();
        let center = (length > 1e-9).then(|| [x, y, z].map(|part| part / length));
        let square = |center: &[f64; 3]| -> f64 {
            vectors.iter().map(|v| arc_m(squared_chord(center, v)).powi(2)).sum()
        };
        Self {
            n: positions.len(),
            mean_m: (count > 0).then(|| sum / count as f64),
            median_m: (count > 0).then(middle),
            least_m: distances_m.first().copied(),
            most_m: distances_m.last().copied(),
            standard_m: center.map(|center| (square(&center) / vectors.len() as f64).sqrt()),
            center: center.map(|[x, y, z]| [y.atan2(x), z.atan2(x.hypot(y))].map(f64::to_degrees)),
        }
    }

    fn named(&self) -> Named {
        let center = self.center.map(|center| center.map(|degrees| rounded(degrees, 4)).to_vec());
        named([
            ("mean_km", self.mean_m.map(km).into()),
            ("median_km", self.median_m.map(km).into()),
            ("center", center.into()),
            ("standard_distance_km", self.standard_m.map(km).into()),
        ])
    }
}

/// One window with what it says.
pub(super) struct Measured {
    pub(super) name: &'static str,
    pub(super) index: Option<ClarkEvans>,
}

/// The index of Clark and Evans in every window that there is.
pub(super) fn clark_evans(run: &Run<'_>, case: &Case, mut report: Report<'_>) -> Answer {
    let positions = case.positions_of(FROM);
    let count = simulations(run, &mut report);
    let judged = verdict(Method::StrewnPoints, positions.len(), positions.len());
    words::warn(&mut report, judged, positions.len());
    let is_refused = matches!(judged, Verdict::Refused(_));
    let goes_on = || run.progress.goes_on();
    run.progress.begin(count * windows::NAMES.len());
    let simulations = Simulations::new(count, report.seed()).watched(&goes_on);
    let (mut rows, mut apart) = (Vec::new(), Vec::new());
    let mut measured = Vec::new();
    for name in windows::NAMES {
        let window = windows::window(run, name, &positions);
        let stands = |at: &LonLat| {
            windows::is_around(name) || window.as_ref().is_some_and(|drawn| drawn.contains(*at))
        };
        let inside: Vec<LonLat> = positions.iter().copied().filter(stands).collect();
        let is_empty = inside.len() < 8 || is_refused;
        let index = window.as_ref().filter(|_| !is_empty);
        let index = index.and_then(|window| index_in(&inside, window, simulations));
        let reason = match (&window, &index) {
            (None, _) => Some(words::no_window(name)),
            (_, None) => Some(words::few_inside(inside.len())),
            _ => None,
        };
        let p = index.and_then(|one| one.p_values);
        let is_apart = index.is_some_and(|one| (one.value - 1.0) * (one.corrected - 1.0) < 0.0);
        if is_apart {
            apart.push(name);
        }
        let value = |of: fn(ClarkEvans) -> f64| index.map(|one| rounded(of(one), 6));
        rows.push(Tree::Named(named([
            ("window", name.into()),
            ("value", value(|one| one.value).into()),
            ("corrected", value(|one| one.corrected).into()),
            ("simulated", index.and_then(|one| one.simulated).map(|one| rounded(one, 6)).into()),
            ("z_value", value(|one| one.z_value).into()),
            ("p_value", p.map(|p| rounded(p.two_sided, 6)).into()),
            ("p_clustered", p.map(|p| rounded(p.less, 6)).into()),
            ("p_dispersed", p.map(|p| rounded(p.greater, 6)).into()),
            ("is_contradictory", index.map(|_| is_apart).into()),
            ("n", inside.len().into()),
            ("area_km2", window.as_ref().map(|one| rounded(one.area_m2() / 1e6, 0)).into()),
            ("is", report.say(&windows::words(name)).into()),
            ("reason", reason.map(|why| report.say(&why)).into()),
        ])));
        measured.push(Measured { name, index });
    }
    if !apart.is_empty() {
        report.warn("edge_decides", &words::edge_decides(&apart));
    }
    let own = named([
        ("statistic", "clark_evans".into()),
        ("z_value_is_of", "value".into()),
        ("p_value_is_of", "simulated".into()),
        ("rule", report.say(&words::whose_p_value()).into()),
        ("rows", rows.into()),
    ]);
    let summary = words::clark_evans(positions.len(), &measured);
    report.answer(None, &summary, own)
}
