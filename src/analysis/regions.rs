//! Who does more of what than others: location quotients, diversity, specialisation, Gini.

use super::hypergeometric::Hypergeometric;

/// Holds how much of each industry each region has: employment or counts of plants.
#[derive(Debug, Clone, PartialEq)]
pub struct RegionTable {
    industries: usize,
    amounts: Vec<f64>,
}

/// A table that is not one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InvalidTable {
    /// The rows differ in length.
    #[error("{amounts} amounts do not make whole rows of {industries} industries")]
    Ragged {
        /// How many amounts were given.
        amounts: usize,
        /// How many industries there are.
        industries: usize,
    },
    /// An amount below 0, or none at all.
    #[error("{0} is no amount: amounts are finite and not negative")]
    NoAmount(f64),
}

impl RegionTable {
    /// Takes the amounts region by region.
    pub fn new(industries: usize, amounts: Vec<f64>) -> Result<Self, InvalidTable> {
        if industries == 0 && !amounts.is_empty()
            || industries > 0 && !amounts.len().is_multiple_of(industries)
        {
            return Err(InvalidTable::Ragged { amounts: amounts.len(), industries });
        }
        match amounts.iter().find(|amount| !(amount.is_finite() && **amount >= 0.0)) {
            Some(&amount) => Err(InvalidTable::NoAmount(amount)),
            None => Ok(Self { industries, amounts }),
        }
    }

    /// How many regions there are.
    #[must_use]
    pub fn regions(&self) -> usize {
        self.amounts.len().checked_div(self.industries).unwrap_or(0)
    }

    /// How many industries there are.
    #[must_use]
    pub fn industries(&self) -> usize {
        self.industries
    }

    /// The amounts of one region.
    #[must_use]
    pub fn region(&self, region: usize) -> &[f64] {
        &self.amounts[region * self.industries..(region + 1) * self.industries]
    }

    /// The amounts of one industry, region by region.
    #[must_use]
    pub fn industry(&self, industry: usize) -> Vec<f64> {
        self.amounts.iter().skip(industry).step_by(self.industries.max(1)).copied().collect()
    }

    /// The total of each region.
    #[must_use]
    pub fn of_regions(&self) -> Vec<f64> {
        (0..self.regions()).map(|region| self.region(region).iter().sum()).collect()
    }

    /// The total of each industry.
    #[must_use]
    pub fn of_industries(&self) -> Vec<f64> {
        (0..self.industries).map(|industry| self.industry(industry).iter().sum()).collect()
    }
}

/// Divides each amount by their sum; `None` if that is 0.
#[must_use]
pub fn shares(amounts: &[f64]) -> Option<Vec<f64>> {
    let sum: f64 = amounts.iter().sum();
    (sum > 0.0).then(|| amounts.iter().map(|amount| amount / sum).collect())
}

/// Compares each region's share of an industry with the whole's: (E_ri / E_r) / (E_i / E).
///
/// `None` where the region, or the industry, has nothing.
///
/// # Shape
///
/// Region by region, as the table.
///
/// # References
///
/// Florence (1939), Report on the Location of Industry; Isard (1960), Methods of Regional Analysis.
#[must_use]
pub fn location_quotients(table: &RegionTable) -> Vec<Option<f64>> {
    let (of_regions, of_industries) = (table.of_regions(), table.of_industries());
    let all: f64 = of_regions.iter().sum();
    let quotient = |region: usize, industry: usize| {
        let expected = of_regions[region] * of_industries[industry];
        (expected > 0.0).then(|| table.region(region)[industry] * all / expected)
    };
    (0..table.regions())
        .flat_map(|region| (0..table.industries()).map(move |industry| (region, industry)))
        .map(|(region, industry)| quotient(region, industry))
        .collect()
}

/// Holds how many plants of an industry a region is expected to have, and how likely so many are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountTest {
    /// The expected number, E_r E_i / E. Below 5 the quotient is that of a small cell.
    pub expected: f64,
    /// The exact probability of at least as many.
    pub p_value: f64,
}

/// Tests one count of plants: those of the industry are any of all plants.
///
/// With the plants of the region fixed, its plants of the industry are hypergeometric. Counts only:
/// employees of one plant are not drawn one by one.
///
/// `None` where the region, or the industry, has nothing.
///
/// # References
///
/// Fisher (1935), The logic of inductive inference, JRSS 98, 39–82.
#[must_use]
pub fn count_test(count: u64, of_region: u64, of_industry: u64, all: u64) -> Option<CountTest> {
    let law =
        Hypergeometric { population: all, marked: of_industry.min(all), drawn: of_region.min(all) };
    let expected = law.mean()?;
    (expected > 0.0).then(|| CountTest { expected, p_value: law.at_least(count) })
}

/// The Herfindahl-Hirschman index, Σ share²; its inverse is the effective number.
///
/// # References
///
/// Hirschman (1945), National Power and the Structure of Foreign Trade; Herfindahl (1950).
#[must_use]
pub fn hhi(amounts: &[f64]) -> Option<f64> {
    Some(shares(amounts)?.iter().map(|share| share * share).sum())
}

/// Says with what a region is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// All regions, this one among them.
    Total,
    /// All other regions.
    Rest,
}

/// Sums by how much a region's shares differ from others', 0 (alike) to 2 (nothing in common).
///
/// # References
///
/// Krugman (1991), Geography and Trade, 75–76.
#[must_use]
pub fn krugman(table: &RegionTable, region: usize, comparison: Comparison) -> Option<f64> {
    difference(table.region(region), &table.of_industries(), comparison)
}

/// Compares every region as [`krugman`] does, with the totals added up once.
#[must_use]
pub fn krugman_of_all(table: &RegionTable, comparison: Comparison) -> Vec<Option<f64>> {
    let totals = table.of_industries();
    (0..table.regions())
        .map(|region| difference(table.region(region), &totals, comparison))
        .collect()
}

fn difference(own: &[f64], totals: &[f64], comparison: Comparison) -> Option<f64> {
    let others: Vec<f64> = match comparison {
        Comparison::Total => totals.to_vec(),
        Comparison::Rest => totals.iter().zip(own).map(|(all, own)| all - own).collect(),
    };
    let (own, others) = (shares(own)?, shares(&others)?);
    Some(own.iter().zip(&others).map(|(own, other)| (own - other).abs()).sum())
}

/// Twice the area between the Lorenz curve of an industry over regions and the diagonal.
///
/// Regions in the order of their quotients; the curve is the industry's share over that of all
/// industries. 0 where the industry is spread as all are; at most 1 − x of the smallest region.
///
/// # References
///
/// Krugman (1991), Geography and Trade, 54–57.
#[must_use]
pub fn locational_gini(table: &RegionTable, industry: usize) -> Option<f64> {
    let s = shares(&table.industry(industry))?;
    let x = shares(&table.of_regions())?;
    let mut regions: Vec<(f64, f64)> =
        s.into_iter().zip(x).filter(|&(s, x)| s > 0.0 || x > 0.0).collect();
    // One number for each region: products of two, rounded, are in no order that a sort could trust.
    regions.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let mut below = 0.0;
    let mut area = 0.0;
    for (s, x) in regions {
        area += x * (2.0 * below + s);
        below += s;
    }
    Some(1.0 - area)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table() -> RegionTable {
        let amounts = [10.0, 0.0, 5.0, 3.0, 2.0, 8.0, 6.0, 4.0, 0.0, 9.0, 1.0, 7.0];
        RegionTable::new(4, amounts.to_vec()).unwrap()
    }

    fn close(found: Option<f64>, told: f64) -> bool {
        found.is_some_and(|found| (found - told).abs() < 5.1e-7)
    }

    #[test]
    fn the_gini_of_many_regions_with_like_quotients_is_its_definition() {
        // Quotients that are equal but for rounding once stopped the sort.
        let of_region = |n: u32| [f64::from(37 * n % 13), f64::from(n * n % 29)];
        let table = RegionTable::new(2, (0..400).flat_map(of_region).collect()).unwrap();
        let (s, x) = (shares(&table.industry(0)).unwrap(), shares(&table.of_regions()).unwrap());
        let mut apart = 0.0;
        for (s_i, x_i) in s.iter().zip(&x) {
            apart += s.iter().zip(&x).map(|(s_j, x_j)| (s_i * x_j - s_j * x_i).abs()).sum::<f64>();
        }
        let found = locational_gini(&table, 0).unwrap();
        assert!((found - apart / 2.0).abs() < 1e-12, "{found} {apart}");
    }

    #[test]
    fn the_worked_example_has_the_numbers_of_the_brief() {
        let quotients = location_quotients(&table());
        let told = [2.546_296, 0.0, 1.273_148, 0.654_762];
        assert!(quotients.iter().zip(told).all(|(&found, told)| close(found, told)));
        let three = |of: &dyn Fn(usize) -> Option<f64>, told: [f64; 3]| {
            (0..3).for_each(|region| assert!(close(of(region), told[region]), "{:?}", of(region)));
        };
        three(&|region| hhi(table().region(region)), [0.413_580, 0.3, 0.453_287]);
        three(
            &|region| krugman(&table(), region, Comparison::Total),
            [0.793_939, 0.345_455, 0.755_080],
        );
        three(
            &|region| krugman(&table(), region, Comparison::Rest),
            [1.180_180, 0.542_857, 1.092_879],
        );
        for (industry, told) in [0.557_576, 0.374_332, 0.237_879, 0.206_494].into_iter().enumerate()
        {
            assert!(close(locational_gini(&table(), industry), told), "{industry}");
        }
    }

    #[test]
    fn three_of_eleven_bases_in_one_province_of_a_ninth_are_unremarkable() {
        // 2 of the 2 plants of an industry among 2 of 11 places: one pair of 55.
        assert!((count_test(2, 2, 2, 11).unwrap().p_value - 1.0 / 55.0).abs() < 1e-14);
        let exact = count_test(3, 4, 5, 20).unwrap();
        assert_eq!(exact.expected, 1.0);
        // (C(5,3)·C(15,1) + C(5,4)) / C(20,4) = 155 / 4845.
        assert!((exact.p_value - 155.0 / 4845.0).abs() < 1e-14);
        assert_eq!(count_test(0, 0, 5, 20), None);
        assert_eq!(count_test(0, 4, 0, 0), None);
    }

    #[test]
    fn nothing_has_no_shares() {
        let empty = RegionTable::new(2, vec![0.0, 0.0, 1.0, 0.0]).unwrap();
        assert_eq!(location_quotients(&empty), [None, None, Some(1.0), None]);
        assert_eq!(hhi(empty.region(0)), None);
        assert_eq!(krugman(&empty, 1, Comparison::Rest), None);
        assert_eq!(locational_gini(&empty, 1), None);
        assert_eq!(locational_gini(&empty, 0), Some(0.0));
        assert_eq!(RegionTable::new(0, Vec::new()).unwrap().regions(), 0);
    }

    #[test]
    fn ragged_and_negative_tables_are_refused() {
        assert!(matches!(RegionTable::new(2, vec![1.0; 3]), Err(InvalidTable::Ragged { .. })));
        assert!(matches!(RegionTable::new(0, vec![1.0]), Err(InvalidTable::Ragged { .. })));
        assert_eq!(RegionTable::new(1, vec![-1.0]), Err(InvalidTable::NoAmount(-1.0)));
        assert!(RegionTable::new(1, vec![f64::NAN]).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

        #[test]
        fn scaling_changes_nothing_and_indices_keep_their_ranges(
            amounts in prop::collection::vec(0u32..20, 20), factor in 1u32..1000,
        ) {
            let plain: Vec<f64> = amounts.iter().map(|&amount| f64::from(amount)).collect();
            let scaled = RegionTable::new(4, plain.iter().map(|amount| amount * f64::from(factor)).collect()).unwrap();
            let table = RegionTable::new(4, plain).unwrap();
            let same = |a: Option<f64>, b: Option<f64>| match (a, b) {
                (Some(a), Some(b)) => (a - b).abs() < 1e-12,
                (a, b) => a == b,
            };
            for (a, b) in location_quotients(&table).into_iter().zip(location_quotients(&scaled)) {
                prop_assert!(same(a, b));
            }
            let all = krugman_of_all(&table, Comparison::Rest);
            for (region, rest) in all.into_iter().enumerate() {
                prop_assert_eq!(rest, krugman(&table, region, Comparison::Rest));
                let total = krugman(&table, region, Comparison::Total);
                prop_assert!(same(total, krugman(&scaled, region, Comparison::Total)));
                prop_assert!(total.is_none_or(|total| (0.0..=2.0 + 1e-12).contains(&total)));
            }
            for industry in 0..4 {
                let gini = locational_gini(&table, industry);
                prop_assert!(gini.is_none_or(|gini| (-1e-12..=1.0).contains(&gini)));
            }
        }
    }
}
