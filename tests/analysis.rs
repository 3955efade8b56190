//! The analyses agree with what `scikit-learn` and `esda` answered; `data/analysis/recipe.py` says how.

use jidi::analysis::autocorrelation::{Global, global_test};
use jidi::analysis::dbscan::{ClusterId, Clustering, Density, dbscan};
use jidi::analysis::hdbscan::{Hdbscan, HdbscanParams, Selection, hdbscan};
use jidi::analysis::local::{Draws, Local, Quadrant, local_tests};
use jidi::analysis::optics::optics;
use jidi::analysis::validity::silhouettes;
use jidi::analysis::weights::Weights;
use jidi::domain::LonLat;
use jidi::index::KdTree;

/// A table of numbers with named columns.
pub(crate) struct Recorded {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

impl Recorded {
    pub(crate) fn read(text: &str) -> Self {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let rows = reader
            .records()
            .map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap_or(f64::NAN)).collect())
            .collect();
        Self { names, rows }
    }

    pub(crate) fn column(&self, name: &str) -> Vec<f64> {
        let at = self.names.iter().position(|other| other == name).unwrap();
        self.rows.iter().map(|row| row[at]).collect()
    }

    pub(crate) fn vectors(&self) -> Vec<[f64; 3]> {
        let (lon, lat) = (self.column("lon"), self.column("lat"));
        let vector =
            |(lon, lat): (&f64, &f64)| LonLat::from_degrees(*lon, *lat).unwrap().unit_vector();
        lon.iter().zip(&lat).map(vector).collect()
    }
}

pub(crate) fn points() -> Recorded {
    Recorded::read(include_str!("data/analysis/points.csv"))
}

pub(crate) fn units() -> Recorded {
    Recorded::read(include_str!("data/analysis/units.csv"))
}

pub(crate) fn close(found: f64, told: f64) -> bool {
    (found - told).abs() <= 1e-9 * told.abs().max(1.0)
}

/// Checks that two labellings part the points that both label in the same way.
fn same_groups(
    ours: &[Option<ClusterId>],
    theirs: &[f64],
    considered: impl Fn(usize) -> bool,
) -> bool {
    let both: Vec<usize> = (0..ours.len())
        .filter(|&at| considered(at) && ours[at].is_some() && theirs[at] >= 0.0)
        .collect();
    both.iter().all(|&a| both.iter().all(|&b| (ours[a] == ours[b]) == (theirs[a] == theirs[b])))
}

#[test]
fn dbscan_has_the_cores_noise_and_groups_of_scikit_learn() {
    let recorded = points();
    let found = dbscan(&KdTree::new(&recorded.vectors()), 12_000.0, Density::Points(5));
    let theirs = recorded.column("dbscan");
    let is_core: Vec<bool> = recorded.column("is_core").iter().map(|core| *core == 1.0).collect();
    assert_eq!(found.is_core, is_core);
    assert!((0..600).all(|at| found.labels[at].is_some() == (theirs[at] >= 0.0)), "noise differs");
    assert!(same_groups(&found.labels, &theirs, |at| is_core[at]));
    assert_eq!(found.clusters, 7);
}

#[test]
fn optics_walks_as_scikit_learn_does() {
    let recorded = points();
    let found = optics(&KdTree::new(&recorded.vectors()), 5, f64::INFINITY);
    let position = recorded.column("optics_position");
    assert!(found.order.iter().enumerate().all(|(at, &point)| position[point] == at as f64));
    let told = recorded.column("optics_reachability_km");
    for (found, told) in found.reachability_m.iter().zip(told) {
        assert!(*found == told || (found / 1000.0 - told).abs() < 1e-6, "{found} {told}");
    }
}

/// A point whose core distance is where clusters part is noise here and by their order there.
pub(crate) fn check_hdbscan(found: &Hdbscan, theirs: &[f64], clusters: usize) {
    assert_eq!(found.clustering.clusters, clusters);
    let labels = &found.clustering.labels;
    assert!(same_groups(labels, theirs, |_| true));
    let differing: Vec<usize> =
        (0..600).filter(|&at| labels[at].is_some() != (theirs[at] >= 0.0)).collect();
    assert!(differing.iter().all(|&at| labels[at].is_none()), "{differing:?}");
    assert!(differing.len() <= clusters, "{differing:?}");
}

#[test]
fn hdbscan_has_the_groups_of_scikit_learn_but_for_the_points_between() {
    let recorded = points();
    let tree = KdTree::new(&recorded.vectors());
    let run = |min_cluster_size, selection| {
        hdbscan(&tree, HdbscanParams { min_points: 5, min_cluster_size, selection }).unwrap()
    };
    let found = run(10, Selection::ExcessOfMass);
    check_hdbscan(&found, &recorded.column("hdbscan"), 8);
    // Of 5 points, clusters that live by a point between come and go with its order there: 16 as
    // recorded, 17 in other orders. Here they never count it, so 15 are left in any order.
    let leaf = run(5, Selection::Leaf).clustering;
    let theirs = recorded.column("hdbscan_leaf");
    assert_eq!(leaf.clusters, 15);
    let both: Vec<usize> =
        (0..600).filter(|&at| leaf.labels[at].is_some() && theirs[at] >= 0.0).collect();
    let is_kept = |a: usize, b: usize| theirs[a] != theirs[b] || leaf.labels[a] == leaf.labels[b];
    assert!(both.iter().all(|&a| both.iter().all(|&b| is_kept(a, b))), "one of theirs is parted");
    assert!(both.len() > 250, "{}", both.len());
    let told = recorded.column("hdbscan_probability");
    for at in (0..600).filter(|&at| found.clustering.labels[at].is_some()) {
        assert!(close(found.probabilities[at], told[at]), "{at}");
    }
}

#[test]
fn silhouettes_are_those_of_scikit_learn() {
    let recorded = points();
    let theirs = recorded.column("hdbscan");
    let id = |told: &f64| (1..=8).find(|id| f64::from(*id) == told + 1.0).map(ClusterId);
    let labels = theirs.iter().map(id).collect();
    let clustering = Clustering { labels, is_core: vec![true; 600], clusters: 8 };
    let told = recorded.column("silhouette");
    for (found, told) in silhouettes(&recorded.vectors(), &clustering).into_iter().zip(told) {
        assert!(found.map_or(told.is_nan(), |found| close(found, told)), "{found:?} {told}");
    }
}

#[test]
fn local_statistics_are_those_of_esda() {
    let recorded = units();
    let weights = Weights::k_nearest(&KdTree::new(&recorded.vectors()), 6);
    let y = recorded.column("y");
    let draws = Draws { permutations: 0, count_up_to: 0, stop_after: None, seed: 0 };
    let run = |statistic| local_tests(statistic, &weights, &y, draws).unwrap();
    let [expected, variance, quadrant] =
        ["expected", "variance", "quadrant"].map(|name| recorded.column(name));
    let moran = recorded.column("local_moran");
    // esda divides by Σ z² / (n − 1) for the value and by Σ z² / n for its moments; the moments of the
    // value are smaller by (n − 1) / n and its square.
    let scale = 79.0 / 80.0;
    for (at, found) in run(Local::Moran).iter().enumerate() {
        assert!(
            close(found.value, moran[at]) && close(found.expected, scale * expected[at]),
            "{at}"
        );
        let z_value = (moran[at] - scale * expected[at]) / (scale * variance[at].sqrt());
        assert!(close(found.z_value.unwrap(), z_value), "{at}: {found:?} {z_value}");
        let number = match found.quadrant {
            Quadrant::HighHigh => 1.0,
            Quadrant::LowHigh => 2.0,
            Quadrant::LowLow => 3.0,
            Quadrant::HighLow => 4.0,
        };
        assert_eq!(number, quadrant[at]);
    }
    for (statistic, name) in [(Local::Gi, "gi"), (Local::GiStar, "gi_star")] {
        let told = recorded.column(name);
        assert!(
            run(statistic).iter().zip(told).all(|(found, told)| close(found.value, told)),
            "{name}"
        );
    }
}

#[test]
fn global_statistics_and_their_variances_are_those_of_esda() {
    let recorded = units();
    let weights = Weights::k_nearest(&KdTree::new(&recorded.vectors()), 6);
    let told = Recorded::read(include_str!("data/analysis/globals.csv"));
    let [values, normal, randomised] =
        ["value", "variance_normal", "variance_randomised"].map(|name| told.column(name));
    for (at, statistic) in
        [Global::MoranI, Global::GearyC, Global::GeneralG].into_iter().enumerate()
    {
        let found = global_test(statistic, &weights, &recorded.column("y"), 0, 0).unwrap();
        assert!(close(found.value, values[at]), "{statistic:?}");
        assert!(found.variance_normal.is_none_or(|variance| close(variance, normal[at])));
        assert!(close(found.variance_randomised.unwrap(), randomised[at]), "{found:?}");
    }
}
