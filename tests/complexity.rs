//! Relatedness by places agrees with what `ecomplexity` answered, which `data/analysis/complexity.py`
//! records, where that is right, and with the printed numbers of `EconGeo`, where those are.

use jidi::analysis::regions::{Comparison, hhi};
use jidi::analysis::regions::{RegionTable, krugman_of_all, location_quotients, locational_gini};
use jidi::analysis::relatedness::{CoOccurrence, Colocation, Measure, presence};
use jidi::analysis::relatedness_density::density;

use crate::analysis::Recorded;

const REGIONS: usize = 40;
const INDUSTRIES: usize = 24;

fn cells() -> Recorded {
    Recorded::read(include_str!("data/analysis/complexity_cells.csv"))
}

fn close(found: f64, told: f64) -> bool {
    (found - told).abs() <= 1e-9
}

/// The densities of one region, an industry with itself left out.
fn densities(counts: &CoOccurrence, industries: usize, is_strong: &[bool]) -> Vec<Option<f64>> {
    let codes = (0..industries).map(|industry| industry.to_string()).collect();
    let measure = Colocation::new(Measure::Colocation, codes, counts);
    let quotients: Vec<Option<f64>> =
        is_strong.iter().map(|strong| Some(if *strong { 2.0 } else { 0.0 })).collect();
    (0..industries).map(|industry| density(&measure, &quotients, industry)).collect()
}

#[test]
fn location_quotients_and_presence_are_the_revealed_advantages_of_ecomplexity() {
    let cells = cells();
    let table = RegionTable::new(INDUSTRIES, cells.column("amount")).unwrap();
    assert_eq!((table.regions(), table.industries()), (REGIONS, INDUSTRIES));
    let quotients = location_quotients(&table);
    for ((found, told), strong) in quotients
        .iter()
        .zip(cells.column("rca"))
        .zip(presence(&table).iter().zip(cells.column("mcp")))
    {
        assert!(close(found.unwrap(), told), "{found:?} {told}");
        assert_eq!(f64::from(*strong.0), strong.1);
    }
    assert!(quotients.iter().filter(|one| one.is_some_and(|one| one >= 1.0)).count() > 100);
}

#[test]
fn proximities_are_those_of_ecomplexity() {
    let table = RegionTable::new(INDUSTRIES, cells().column("amount")).unwrap();
    let counts = CoOccurrence::new(INDUSTRIES, &presence(&table));
    let told =
        Recorded::read(include_str!("data/analysis/complexity_pairs.csv")).column("proximity");
    assert_eq!(told.len(), INDUSTRIES * INDUSTRIES);
    for (at, told) in told.into_iter().enumerate() {
        let (a, b) = (at / INDUSTRIES, at % INDUSTRIES);
        assert!(close(counts.proximity(a, b), told), "{a} {b}: {told}");
    }
}

#[test]
fn densities_are_those_of_ecomplexity_once_an_industry_counts_with_itself() {
    let cells = cells();
    let table = RegionTable::new(INDUSTRIES, cells.column("amount")).unwrap();
    let is_strong = presence(&table);
    let counts = CoOccurrence::new(INDUSTRIES, &is_strong);
    let told = cells.column("density");
    let mut differ = 0;
    for (region, strong) in is_strong.chunks(INDUSTRIES).enumerate() {
        for (industry, found) in densities(&counts, INDUSTRIES, strong).into_iter().enumerate() {
            let others = (0..INDUSTRIES).filter(|&other| other != industry);
            let all: f64 = others.map(|other| counts.proximity(industry, other)).sum();
            let told = told[region * INDUSTRIES + industry];
            let own = f64::from(strong[industry]);
            let with_itself = (found.unwrap_or(0.0) * all + own) / (all + 1.0);
            assert!(close(with_itself, told), "{region} {industry}: {with_itself} {told}");
            differ += usize::from(!close(found.unwrap_or(0.0), told));
        }
    }
    assert!(differ > 800, "what could come leaves out what is there: {differ} cells differ");
}

#[test]
fn the_numbers_of_econgeo_are_ours_where_it_does_not_halve_or_round() {
    let amounts = [[10.0, 0.0, 5.0, 3.0], [2.0, 8.0, 6.0, 4.0], [0.0, 9.0, 1.0, 7.0]].concat();
    let table = RegionTable::new(4, amounts).unwrap();
    let is_strong = presence(&table);
    let counts = CoOccurrence::new(4, &is_strong);
    // `relatedness.density` answers whole percents; an industry with itself is 0 there, too.
    let told = [[100.0, 50.0, 50.0, 0.0], [100.0, 50.0, 50.0, 100.0], [0.0, 50.0, 50.0, 100.0]];
    for (strong, told) in is_strong.chunks(4).zip(told) {
        let found: Vec<f64> =
            densities(&counts, 4, strong).into_iter().map(|one| 100.0 * one.unwrap()).collect();
        assert_eq!(found, told);
    }
    // `Herfindahl` and `Krugman.index`.
    for (region, told) in [0.413_580, 0.3, 0.453_287].into_iter().enumerate() {
        assert!((hhi(table.region(region)).unwrap() - told).abs() < 5e-7);
    }
    let krugman = krugman_of_all(&table, Comparison::Total);
    for (found, told) in krugman.iter().zip([0.793_939, 0.345_455, 0.755_080]) {
        assert!((found.unwrap() - told).abs() < 5e-7, "{krugman:?}");
    }
    // `locational.Gini` is half of what Krugman (1991) defines: twice the area, so twice its number.
    for (industry, krugman) in [0.557_576, 0.374_332, 0.237_879, 0.206_494].into_iter().enumerate()
    {
        let (found, halved) = (locational_gini(&table, industry).unwrap(), krugman / 2.0);
        assert!((found - 2.0 * halved).abs() < 5e-7 && (found - halved).abs() > 0.1, "{found}");
    }
}
