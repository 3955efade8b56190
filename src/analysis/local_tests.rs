use super::super::weights::Contiguity;
use super::super::weights::tests::nine;
use super::*;

const Y: [f64; 9] = [9.0, 8.0, 2.0, 7.0, 6.0, 1.0, 4.0, 0.0, 3.0];

const ALL: Draws = Draws { permutations: 9999, count_up_to: 0, stop_after: None, seed: 1 };

/// All conditional permutations of one unit's neighbors, counted: the definition.
fn counted(y: &[f64], unit: usize, degree: usize, lag: f64) -> Tails {
    let others: Vec<f64> =
        (0..y.len()).filter(|&other| other != unit).map(|other| y[other]).collect();
    let mut tails = Tails::default();
    for subset in 0u32..1 << others.len() {
        if subset.count_ones() as usize == degree {
            let drawn =
                (0..others.len()).filter(|at| subset >> at & 1 == 1).map(|at| others[at]).sum();
            tails.add(drawn, lag, 1e-9);
        }
    }
    tails
}

#[test]
fn the_worked_example_has_its_star_and_locals_that_add_to_the_whole() {
    let rook = nine(Contiguity::Rook);
    let stars = local_tests(Local::GiStar, &rook, &Y, ALL).unwrap();
    assert!((stars[0].value - 2.352_687).abs() < 5e-7, "{:?}", stars[0]);
    // Σ I_i = s0 I n / (n − 1) × (n − 1)²/n … with m2 over n − 1: Σ I_i = s0 · I · (n − 1) / n.
    let locals = local_tests(Local::Moran, &rook, &Y, ALL).unwrap();
    let sum: f64 = locals.iter().map(|local| local.value).sum();
    assert!((sum - 24.0 * 0.337_837_837_8 * 8.0 / 9.0).abs() < 1e-8);
    assert_eq!(locals[0].quadrant, Quadrant::HighHigh);
    assert_eq!(locals[8].quadrant, Quadrant::LowLow);
    assert_eq!(locals[4].quadrant, Quadrant::HighLow);
}

#[test]
fn p_values_agree_with_counting_all_draws() {
    let rook = nine(Contiguity::Rook);
    let gi = local_tests(Local::Gi, &rook, &Y, ALL).unwrap();
    let star = local_tests(Local::GiStar, &rook, &Y, ALL).unwrap();
    let moran = local_tests(Local::Moran, &rook, &Y, ALL).unwrap();
    let mean = Y.iter().sum::<f64>() / 9.0;
    for unit in 0..9 {
        let told = counted(&Y, unit, rook.degree(unit), rook.lag(unit, &Y)).of_all_cases();
        let found = gi[unit].p_values.unwrap();
        assert!((found.greater - told.greater).abs() < 0.015, "{unit}: {found:?} {told:?}");
        assert!((found.less - told.less).abs() < 0.015, "{unit}: {found:?} {told:?}");
        assert_eq!(star[unit].p_values, gi[unit].p_values);
        let turned = moran[unit].p_values.unwrap();
        let (greater, less) =
            if Y[unit] < mean { (found.less, found.greater) } else { (found.greater, found.less) };
        assert_eq!((turned.greater, turned.less), (greater, less));
    }
}

#[test]
fn few_cases_are_counted_and_not_drawn() {
    let rook = nine(Contiguity::Rook);
    let counting = Draws { permutations: 0, count_up_to: 70, ..ALL };
    let found = local_tests(Local::Gi, &rook, &Y, counting).unwrap();
    for (unit, found) in found.iter().enumerate() {
        // Of eight others two to four are neighbors: 28, 56 or 70 cases.
        let told = counted(&Y, unit, rook.degree(unit), rook.lag(unit, &Y)).of_all_cases();
        assert_eq!(found.p_values, Some(told), "{unit}");
    }
    let fewer = Draws { count_up_to: 69, ..counting };
    let middle = local_tests(Local::Gi, &rook, &Y, fewer).unwrap()[4].p_values;
    assert_eq!(middle, None, "seventy are too many, and none are drawn");
    // Weights that differ have more cases than sets of neighbors.
    let uneven = Weights::from_rows(vec![vec![(1, 0.7), (2, 0.3)], vec![(0, 1.0)], vec![], vec![]]);
    let found = local_tests(Local::Gi, &uneven, &Y[..4], counting).unwrap();
    assert!(found[0].p_values.is_none() && found[1].p_values.is_some());
}

#[test]
fn z_values_are_those_of_all_draws() {
    let rook = nine(Contiguity::Rook);
    let gi = local_tests(Local::Gi, &rook, &Y, Draws { permutations: 0, ..ALL }).unwrap();
    for (unit, gi) in gi.iter().enumerate() {
        let others: Vec<f64> =
            (0..9).filter(|&other| other != unit).map(|other| Y[other]).collect();
        let mut sums = Vec::new();
        for subset in 0u32..256 {
            if subset.count_ones() as usize == rook.degree(unit) {
                sums.push(
                    (0..8).filter(|at| subset >> at & 1 == 1).map(|at| others[at]).sum::<f64>(),
                );
            }
        }
        let mean = sums.iter().sum::<f64>() / sums.len() as f64;
        let variance = sums.iter().map(|sum| (sum - mean).powi(2)).sum::<f64>() / sums.len() as f64;
        let told = (rook.lag(unit, &Y) - mean) / variance.sqrt();
        assert!((gi.value - told).abs() < 1e-9, "{unit}");
        assert_eq!(gi.p_values, None, "none were asked for");
    }
}

#[test]
fn reordering_the_units_changes_no_digit() {
    let n = 60;
    let y: Vec<f64> = (0..n).map(|unit| f64::from(unit * 37 % 23)).collect();
    let rows = |at: &dyn Fn(u32) -> u32| -> Weights {
        let mut rows = vec![Vec::new(); n as usize];
        for unit in 0..n as u32 {
            rows[at(unit) as usize] =
                (1..=1 + unit % 4).map(|step| (at((unit + step) % 60), 0.5)).collect();
        }
        Weights::from_rows(rows)
    };
    let turned = |unit: u32| (unit * 7 + 3) % 60;
    let mut y_turned = vec![0.0; n as usize];
    for unit in 0..n as u32 {
        y_turned[turned(unit) as usize] = y[unit as usize];
    }
    let draws = Draws { permutations: 499, count_up_to: 0, stop_after: Some(20), seed: 3 };
    for statistic in [Local::Moran, Local::Gi, Local::GiStar] {
        let one = local_tests(statistic, &rows(&|unit| unit), &y, draws).unwrap();
        let other = local_tests(statistic, &rows(&turned), &y_turned, draws).unwrap();
        for unit in 0..n as u32 {
            assert_eq!(one[unit as usize], other[turned(unit) as usize]);
        }
    }
}

#[test]
fn stopping_early_keeps_small_p_values_and_blurs_large_ones() {
    let rook = nine(Contiguity::Rook);
    let whole = local_tests(Local::Gi, &rook, &Y, ALL).unwrap();
    let early = local_tests(Local::Gi, &rook, &Y, Draws { stop_after: Some(400), ..ALL }).unwrap();
    for (whole, early) in whole.iter().zip(&early) {
        let (whole, early) = (whole.p_values.unwrap(), early.p_values.unwrap());
        assert!((whole.two_sided - early.two_sided).abs() < 0.12, "{whole:?} {early:?}");
        if whole.two_sided < 0.03 {
            assert_eq!(whole, early);
        }
    }
}

#[test]
fn islands_have_no_p_value_and_constants_no_answer() {
    let weights = Weights::from_rows(vec![vec![(1, 1.0)], vec![(0, 1.0)], vec![]]);
    let found = local_tests(Local::Moran, &weights, &[1.0, 2.0, 9.0], ALL).unwrap();
    assert_eq!((found[2].value, found[2].p_values, found[2].z_value), (0.0, None, None));
    assert_eq!(local_tests(Local::Gi, &weights, &[4.0; 3], ALL), Err(Undefined::Constant));
    assert_eq!(local_tests(Local::Gi, &weights, &[4.0], ALL), Err(Undefined::TooFew(1)));
}

#[test]
fn drawn_ranks_are_different_and_even() {
    let mut counts = [0; 5];
    let mut firsts = [0; 5];
    for stream in 0..20_000 {
        let mut row = [0; 3];
        draw_ranks(&mut Random::new(1, stream), 5, &mut row);
        assert!(row[0] != row[1] && row[1] != row[2] && row[0] != row[2]);
        firsts[row[0] as usize] += 1;
        for rank in row {
            counts[rank as usize] += 1;
        }
    }
    assert!(counts.iter().all(|count| (11_700..12_300).contains(count)), "{counts:?}");
    assert!(firsts.iter().all(|count| (3_800..4_200).contains(count)), "{firsts:?}");
}
