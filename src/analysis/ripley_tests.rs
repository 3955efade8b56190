use super::super::envelope::envelope;
use super::super::random::Random;
use super::super::window::tests::boxed;
use super::*;

/// Degrees of one unit of the worked example: 100 m, where the sphere is flat to nine digits.
const UNIT: f64 = 0.1 / 111.195_080_2;
const UNIT_M: f64 = 100.0;

fn at(x: f64, y: f64) -> LonLat {
    LonLat::from_degrees(x * UNIT, y * UNIT).unwrap()
}

fn five() -> Vec<LonLat> {
    [(1.0, 1.0), (2.0, 1.0), (2.0, 3.0), (7.0, 8.0), (8.0, 8.0)].map(|(x, y)| at(x, y)).to_vec()
}

fn square() -> Window {
    boxed(0.0, 0.0, 10.0 * UNIT, 10.0 * UNIT)
}

/// 0, 1, 3 and 10 units, a hair more, for the example has pairs exactly there.
fn radii() -> Vec<f64> {
    [0.0, 1.0, 3.0, 10.0].map(|units| units * UNIT_M * 1.000_001).to_vec()
}

fn in_units(k: &Curve) -> Vec<f64> {
    k.iter().map(|k| k.unwrap() / (UNIT_M * UNIT_M)).collect()
}

fn close(found: &[f64], told: &[f64], tolerance: f64) -> bool {
    found.iter().zip(told).all(|(found, told)| (found - told).abs() < tolerance)
}

#[test]
fn the_worked_example_has_the_k_of_the_brief() {
    let found = in_units(&k_function(&five(), &square(), Edge::Ignored, &radii()));
    assert!(close(&found, &[0.0, 20.0, 40.0, 100.0], 1e-3), "{found:?}");
    // Types A A B A B.
    let cross = cross_k(&five(), [&[0, 1, 3], &[2, 4]], &square(), Edge::Ignored, &radii());
    assert!(close(&in_units(&cross), &[0.0, 16.666_667, 50.0, 100.0], 1e-3), "{cross:?}");
}

#[test]
fn corrections_agree_with_the_literal_sums() {
    // At 3 units: isotropic weights by hand, with the circle cut where it leaves the square.
    let found = k_function(&five(), &square(), Edge::Isotropic, &radii());
    let inside = |x: f64, y: f64, d: f64| {
        let steps = 100_000;
        let is_in = |step: &i32| {
            let angle = std::f64::consts::TAU * f64::from(*step) / f64::from(steps);
            let (u, v) = (x + d * angle.cos(), y + d * angle.sin());
            (0.0..=10.0).contains(&u) && (0.0..=10.0).contains(&v)
        };
        f64::from(u32::try_from((0..steps).filter(is_in).count()).unwrap()) / f64::from(steps)
    };
    let places = [(1.0, 1.0), (2.0, 1.0), (2.0, 3.0), (7.0, 8.0), (8.0, 8.0f64)];
    let mut sum = 0.0;
    for (i, &(x, y)) in places.iter().enumerate() {
        for (j, &(u, v)) in places.iter().enumerate() {
            let d = f64::hypot(x - u, y - v);
            if i != j && d <= 3.0 {
                sum += 1.0 / inside(x, y, d);
            }
        }
    }
    let told = 100.0 * sum / 20.0;
    assert!((in_units(&found)[2] / told - 1.0).abs() < 0.01, "{found:?} {told}");
    // Border at 1 unit: all five lie at least 1 from the edge; at 3 none but (2,3), (7,8), … do not.
    let border =
        k_function(&five(), &square(), Edge::Border, &[0.999 * UNIT_M, 1.5 * UNIT_M, 6.0 * UNIT_M]);
    assert_eq!(border[0].map(|k| (k / 1e4).round()), Some(0.0));
    // At 1.5: four points remain, (2,1) is 1 from the edge and so is (1,1): three, of which two have one.
    assert!((border[1].unwrap() / 1e4 - 100.0 * 2.0 / (3.0 * 4.0)).abs() < 0.01, "{border:?}");
    assert_eq!(border[2], None, "no point is 6 from the edge");
}

#[test]
fn the_isotropic_k_of_strewn_points_is_the_cap() {
    let window = boxed(100.0, 20.0, 130.0, 50.0);
    let mut random = Random::new(5, 5);
    let strewn: Vec<LonLat> = (0..500).map(|_| window.draw(&mut random)).collect();
    let radii = [200_000.0, 500_000.0, 1_000_000.0];
    let found = k_function(&strewn, &window, Edge::Isotropic, &radii);
    for (k, expected) in found.iter().zip(k_expected(&radii)) {
        assert!((k.unwrap() / expected - 1.0).abs() < 0.08, "{k:?} {expected}");
    }
    let ignored = k_function(&strewn, &window, Edge::Ignored, &radii);
    assert!(ignored[2].unwrap() < 0.85 * k_expected(&radii)[2], "without correction too small");
    for radius_m in [1.0, 1e5, 3e6] {
        assert!((l_of_k(cap_m2(radius_m)) / radius_m - 1.0).abs() < 1e-9);
    }
}

#[test]
fn turning_the_order_of_the_points_changes_no_digit() {
    let mut turned = five();
    turned.reverse();
    for edge in [Edge::Ignored, Edge::Border, Edge::Isotropic] {
        assert_eq!(
            k_function(&five(), &square(), edge, &radii()),
            k_function(&turned, &square(), edge, &radii())
        );
    }
}

#[test]
fn nothing_and_one_have_no_k_and_no_index() {
    assert_eq!(k_function(&[], &square(), Edge::Ignored, &radii()), [None; 4]);
    assert_eq!(k_function(&five()[..1], &square(), Edge::Ignored, &radii()), [None; 4]);
    assert!(k_function(&five(), &square(), Edge::Ignored, &[]).is_empty());
    assert_eq!(clark_evans(&five()[..1], &square(), Simulations::new(9, 1)), None);
}

#[test]
fn clark_and_evans_hang_on_the_window() {
    let points: Vec<LonLat> =
        (0..25).map(|n| at(f64::from(n % 5) + 3.0, f64::from(n / 5) + 3.0)).collect();
    // A square grid in its own square: distance 1, 0.5 √(25/25) = 0.5, so R = 2.
    let tight = boxed(2.5 * UNIT, 2.5 * UNIT, 7.5 * UNIT, 7.5 * UNIT);
    let found = clark_evans(&points, &tight, Simulations::new(199, 1)).unwrap();
    assert!((found.value - 2.0).abs() < 1e-4 && found.z_value > 3.0, "{found:?}");
    assert!(found.corrected < found.value);
    assert_eq!(found.p_values.unwrap().greater, 1.0 / 200.0);
    let wide = boxed(-50.0 * UNIT, -50.0 * UNIT, 50.0 * UNIT, 50.0 * UNIT);
    let other = clark_evans(&points, &wide, Simulations::new(199, 1)).unwrap();
    assert!(other.value < 0.2 && other.p_values.unwrap().less == 1.0 / 200.0);
}

#[test]
fn an_envelope_of_strewn_points_finds_a_cluster() {
    let draw = |stream| -> Vec<LonLat> {
        let mut random = Random::new(1, stream);
        (0..30).map(|_| square().draw(&mut random)).collect()
    };
    let curve = |points: &[LonLat]| k_function(points, &square(), Edge::Ignored, &radii());
    let simulated: Vec<Curve> = (1..=99).map(|stream| curve(&draw(stream))).collect();
    let mut clustered = draw(0);
    for (n, point) in clustered.iter_mut().take(10).enumerate() {
        *point = at(5.0 + 0.01 * n as f64, 5.0);
    }
    assert!(envelope(&curve(&clustered), &simulated, 0.05).global_p.unwrap() <= 0.05);
    assert!(envelope(&curve(&draw(1000)), &simulated, 0.05).global_p.unwrap() > 0.05);
}
