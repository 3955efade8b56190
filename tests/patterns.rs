//! The curves agree with what `spatstat` answered, which `data/analysis/recipe.R` records, and with the
//! numbers that dbmss gave for five plants, beside its definitions written out.

use geo::Rect;

use jidi::analysis::kd_density::PairDistances;
use jidi::analysis::marcon_puech::{Neighborhoods, Reach};
use jidi::analysis::nulls::Simulations;
use jidi::analysis::ripley::{Edge, clark_evans, cross_k, k_function};
use jidi::analysis::window::Window;
use jidi::domain::LonLat;

use crate::analysis::Recorded;

/// One unit of the plane is 100 m at the equator, where the sphere is flat to eight digits.
const UNIT_M: f64 = 100.0;
const DEGREES: f64 = 0.1 / 111.195_080_2;

fn at(x: f64, y: f64) -> LonLat {
    LonLat::from_degrees(x * DEGREES, y * DEGREES).unwrap()
}

fn square() -> Window {
    let side = 10.0 * DEGREES;
    Window::new(&Rect::new((0.0, 0.0), (side, side)).to_polygon().into()).unwrap()
}

fn close(found: f64, told: f64, slack: f64) -> bool {
    (found - told).abs() <= slack * told.abs().max(1e-3)
}

#[test]
fn k_and_cross_k_and_clark_evans_are_those_of_spatstat() {
    let pattern = Recorded::read(include_str!("data/analysis/pattern.csv"));
    let curves = Recorded::read(include_str!("data/analysis/pattern_curves.csv"));
    let [east, north, types] = ["x", "y", "type"].map(|name| pattern.column(name));
    let positions: Vec<LonLat> = east.iter().zip(&north).map(|(x, y)| at(*x, *y)).collect();
    let radii_m: Vec<f64> = curves.column("r").iter().map(|r| r * UNIT_M).collect();
    let units = |k: &Option<f64>| k.unwrap() / UNIT_M.powi(2);
    let check = |found: Vec<Option<f64>>, name: &str, scale: f64, slack: f64| {
        for (row, (found, told)) in found.iter().zip(curves.column(name)).enumerate() {
            assert!(close(scale * units(found), told, slack), "{name} {row}: {found:?} {told}");
        }
    };
    let k = |edge| k_function(&positions, &square(), edge, &radii_m);
    check(k(Edge::Ignored), "none", 1.0, 1e-5);
    // Here spatstat divides by n where the definition has n − 1.
    check(k(Edge::Border), "border", 59.0 / 60.0, 1e-5);
    // The circle is looked at in 256 directions.
    check(k(Edge::Isotropic), "isotropic", 1.0, 5e-3);
    let of = |kind: f64| -> Vec<u32> {
        (0u32..).zip(&types).filter(|(_, one)| **one == kind).map(|(at, _)| at).collect()
    };
    let (a, b) = (of(0.0), of(1.0));
    let cross = |edge| cross_k(&positions, [&a, &b], &square(), edge, &radii_m);
    check(cross(Edge::Ignored), "cross_none", 1.0, 1e-5);
    check(cross(Edge::Isotropic), "cross_isotropic", 1.0, 5e-3);
    let index = clark_evans(&positions, &square(), Simulations::new(0, 1)).unwrap();
    assert!(close(index.value, curves.column("clark_evans")[0], 1e-6), "{index:?}");
    assert!(close(index.corrected, curves.column("donnelly")[0], 1e-6), "{index:?}");
    assert_eq!(index.p_values, None, "nothing was drawn");
}

const FIVE: [[f64; 2]; 5] = [[1.0, 1.0], [2.0, 1.0], [2.0, 3.0], [7.0, 8.0], [8.0, 8.0]];
const SIZES: [f64; 5] = [5.0, 3.0, 2.0, 4.0, 6.0];

fn vectors() -> Vec<[f64; 3]> {
    FIVE.iter().map(|[x, y]| at(*x, *y).unit_vector()).collect()
}

fn distance(a: usize, b: usize) -> f64 {
    (FIVE[a][0] - FIVE[b][0]).hypot(FIVE[a][1] - FIVE[b][1])
}

/// Duranton and Overman (2005), written out: the mean of φ((r − d)/h)/h over pairs by their sizes,
/// reflected at 0.
fn k_density(r: f64, h: f64, size: impl Fn(usize) -> f64) -> f64 {
    let phi = |u: f64| (-u * u / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let (mut sum, mut all) = (0.0, 0.0);
    for i in 0..5 {
        for j in i + 1..5 {
            let weight = size(i) * size(j);
            sum += weight * (phi((r - distance(i, j)) / h) + phi((r + distance(i, j)) / h)) / h;
            all += weight;
        }
    }
    sum / all
}

#[test]
fn kd_and_m_of_five_plants_are_those_of_dbmss_and_of_their_definitions() {
    let h = 2.132_520;
    let radii = [0.0, 1.0, 5.0, 10.0];
    let radii_m = radii.map(|r| r * UNIT_M);
    let told = [0.112_951, 0.107_478, 0.052_968, 0.087_143];
    let even = PairDistances::new(&vectors(), None).density(h * UNIT_M, &radii_m);
    let weighed = PairDistances::new(&vectors(), Some(&SIZES)).density(h * UNIT_M, &radii_m);
    for (at, r) in radii.into_iter().enumerate() {
        let found = even[at].unwrap() * UNIT_M;
        assert!((found - told[at]).abs() < 1e-6, "{r}: {found}");
        assert!(close(found, k_density(r, h, |_| 1.0), 1e-6), "{r}: {found}");
        let found = weighed[at].unwrap() * UNIT_M;
        assert!(close(found, k_density(r, h, |plant| SIZES[plant]), 1e-6), "{r}: {found}");
    }
    // Types A A B A B; M of A among A, and of B around A, at 1, 3 and 10.
    let types = [0, 0, 1, 0, 1];
    let radii_m = [1.0, 3.0, 10.0].map(|r| r * UNIT_M * 1.000_001);
    let points = vectors();
    let near = Neighborhoods::new(&points, &radii_m, Reach::Cumulative);
    for (to, told) in [(0, [1.336_830, 0.878_487, 1.0]), (1, [0.664_928, 1.120_880, 1.0])] {
        for (found, told) in near.statistic(&SIZES, &types, 0, to).iter().zip(told) {
            assert!((found.unwrap() - told).abs() < 5.1e-6, "{to}: {found:?} {told}");
        }
    }
}
