//! Do two industries choose the same regions? The coagglomeration index.

use super::regions::RegionTable;

/// Says what an industry's shares are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// The mean of the shares of all industries, as in 2010.
    MeanOfIndustries,
    /// The share of the region in everything, as in 1997.
    Aggregate,
}

/// Compares the regional shares of each pair of industries:
/// Σ (s_ri − x_r)(s_rj − x_r) / (1 − Σ x_r²).
///
/// Nothing need be known of the sizes of plants for two different industries. `None` for an
/// industry with itself, for one that has nothing, and where all is in one region.
///
/// # Shape
///
/// Industries × industries, row by row, symmetric.
///
/// # References
///
/// Ellison, Glaeser & Kerr (2010), What causes industry agglomeration?, AER 100, 1195–1213; x as an
/// aggregate: Ellison & Glaeser (1997), JPE 105, 889–927.
#[must_use]
pub fn coagglomeration(table: &RegionTable, reference: Reference) -> Vec<Option<f64>> {
    let (regions, industries) = (table.regions(), table.industries());
    let totals = table.of_industries();
    let share = |region: usize, industry: usize| table.region(region)[industry] / totals[industry];
    let present: Vec<usize> = (0..industries).filter(|&one| totals[one] > 0.0).collect();
    let all: f64 = totals.iter().sum();
    let x: Vec<f64> = (0..regions)
        .map(|region| match reference {
            Reference::MeanOfIndustries => {
                let sum: f64 = present.iter().map(|&industry| share(region, industry)).sum();
                sum / present.len().max(1) as f64
            }
            Reference::Aggregate => table.region(region).iter().sum::<f64>() / all,
        })
        .collect();
    let spread = 1.0 - x.iter().map(|x| x * x).sum::<f64>();
    let mut values = vec![None; industries * industries];
    if spread.is_nan() || spread <= 1e-12 {
        return values;
    }
    let apart: Vec<Vec<f64>> = (0..industries)
        .map(|one| (0..regions).map(|region| share(region, one) - x[region]).collect())
        .collect();
    for (number, &a) in present.iter().enumerate() {
        for &b in &present[number + 1..] {
            let sum: f64 = apart[a].iter().zip(&apart[b]).map(|(a, b)| a * b).sum();
            values[a * industries + b] = Some(sum / spread);
            values[b * industries + a] = Some(sum / spread);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> RegionTable {
        RegionTable::new(2, vec![60.0, 50.0, 30.0, 40.0, 10.0, 10.0]).unwrap()
    }

    #[test]
    fn the_worked_example_of_the_brief() {
        let found = coagglomeration(&table(), Reference::MeanOfIndustries);
        assert!((found[1].unwrap() + 0.008_850).abs() < 5e-7, "{found:?}");
        assert_eq!((found[0], found[3], found[1]), (None, None, found[2]));
        // With equal totals both references are one.
        assert_eq!(
            coagglomeration(&table(), Reference::Aggregate)[1].map(|v| (v * 1e9).round()),
            found[1].map(|v| (v * 1e9).round())
        );
    }

    #[test]
    fn what_has_nothing_and_one_region_are_not_known() {
        let with_none = RegionTable::new(3, vec![1.0, 2.0, 0.0, 3.0, 1.0, 0.0]).unwrap();
        let found = coagglomeration(&with_none, Reference::MeanOfIndustries);
        assert!(found[1].is_some() && found[2].is_none());
        let one = RegionTable::new(2, vec![1.0, 2.0]).unwrap();
        assert_eq!(coagglomeration(&one, Reference::Aggregate), [None; 4]);
    }
}
