//! Coagglomeration: which kinds of sites choose the same regions?

use super::colocation::{Kinds, PARAMETERS, draws, weights};
use super::colocation_words as words;
use super::description::{Failed, Run};
use super::parameters::Refused;
use super::regional::division::{Division, Level};
use super::report::{Report, rounded};
use crate::analysis::coagglomeration::{Reference, coagglomeration};
use crate::analysis::false_discovery::{Dependence, q_values};
use crate::analysis::labellings::{Cases, all_labellings};
use crate::analysis::p_values::Tails;
use crate::analysis::random::Random;
use crate::analysis::regions::RegionTable;
use crate::domain::LonLat;
use crate::formats::answer::{Answer, Tree, named};
use crate::store::CalledOff;

/// Sites in regions, whatever their labels.
struct Placed {
    regions: usize,
    kinds: usize,
    /// The region of each and what it counts.
    sites: Vec<(usize, f64)>,
    reference: Reference,
}

impl Placed {
    /// The coagglomeration of each kind with each, if sites have these labels.
    fn values(&self, labels: &[u32]) -> Vec<Option<f64>> {
        let mut amounts = vec![0.0; self.regions * self.kinds];
        for ((region, weight), label) in self.sites.iter().zip(labels) {
            amounts[region * self.kinds + *label as usize] += weight;
        }
        let table = RegionTable::new(self.kinds, amounts);
        table.map(|table| coagglomeration(&table, self.reference)).unwrap_or_default()
    }

    /// Where each stands among those of all labellings, or of some that are drawn.
    fn tails(
        &self,
        run: &Run<'_>,
        labels: &[u32],
        cases: Cases,
        seed: u64,
    ) -> Result<Vec<Tails>, CalledOff> {
        let observed = self.values(labels);
        let mut tails = vec![Tails::default(); self.kinds * self.kinds];
        let mut compare = |labels: &[u32]| {
            run.progress.check()?;
            for ((tails, drawn), observed) in
                tails.iter_mut().zip(self.values(labels)).zip(&observed)
            {
                if let (Some(drawn), Some(observed)) = (drawn, observed) {
                    tails.add(drawn, *observed, 1e-12);
                }
            }
            Ok(())
        };
        match cases {
            Cases::All => all_labellings(labels).try_for_each(|labels| compare(&labels))?,
            Cases::Draws(draws) => {
                let mut shuffled = labels.to_vec();
                shuffled.sort_unstable();
                for draw in 0..draws {
                    Random::new(seed, draw as u64).shuffle_first(&mut shuffled, labels.len());
                    compare(&shuffled)?;
                }
            }
        }
        Ok(tails)
    }
}

/// The region of each site: the beginning of its code, else the area that holds it, else its name at
/// the level.
fn regions(run: &Run<'_>, kinds: &Kinds, level: &str) -> Result<Vec<Option<String>>, Refused> {
    let (digits, units) = match level {
        "province" => (2, "provinces"),
        "prefecture" => (4, "prefectures"),
        _ => (6, "counties"),
    };
    let code = |site: usize| run.subject.text(site, "adcode").filter(|code| code.len() == 6);
    let mut regions: Vec<Option<String>> = kinds.sites.iter().map(|&site| code(site)).collect();
    let open: Vec<usize> = (0..regions.len()).filter(|&at| regions[at].is_none()).collect();
    if !open.is_empty() && (run.collections)(units).is_some() {
        let at: Vec<LonLat> =
            open.iter().map(|&at| run.subject.positions[kinds.sites[at]]).collect();
        let (division, places) = Division::new(run, Level::Units(units), &[&at])?;
        for (&at, place) in open.iter().zip(&places[0]) {
            regions[at] = place.map(|number| division.regions[number as usize].id.clone());
        }
    }
    let begin = |code: String| code[..digits.min(code.len())].to_owned();
    let named = |&site: &usize| run.subject.text(site, level);
    let all = regions.into_iter().zip(&kinds.sites);
    Ok(all.map(|(code, site)| code.map(begin).or_else(|| named(site))).collect())
}

/// The coagglomeration of all pairs of kinds, with a test by shuffled labels.
pub(super) fn coagglomerated(
    run: &Run<'_>,
    mut report: Report<'_>,
    kinds: &Kinds,
) -> Result<Answer, Failed> {
    let level = run.arguments.text(&PARAMETERS, "level").unwrap_or_default();
    let reference = run.arguments.text(&PARAMETERS, "reference").unwrap_or_default();
    report.note("level", level, None);
    report.note("reference", reference, None);
    let reference =
        if reference == "aggregate" { Reference::Aggregate } else { Reference::MeanOfIndustries };
    let regions = regions(run, kinds, level)?;
    let weights = weights(run, &mut report)?;
    let mut names: Vec<&String> = regions.iter().flatten().collect();
    names.sort();
    names.dedup();
    let count = kinds.names.len();
    let place = |region: &Option<String>| names.binary_search(&region.as_ref()?).ok();
    let placed: Vec<(usize, usize)> = (regions.iter().enumerate())
        .filter_map(|(at, region)| Some((place(region)?, at)))
        .collect();
    let table = Placed {
        regions: names.len(),
        kinds: kinds.names.len(),
        sites: placed.iter().map(|&(region, at)| (region, weights[kinds.sites[at]])).collect(),
        reference,
    };
    let lost = regions.len() - placed.len();
    if lost > 0 {
        report.warn("without_region", &words::without_region(lost, level));
    }
    let labels: Vec<u32> = placed.iter().map(|&(_, at)| kinds.labels[at]).collect();
    let observed = table.values(&labels);
    let cases = Cases::of(&labels, draws(run.arguments));
    let tails = table.tails(run, &labels, cases, report.seed())?;
    let pairs: Vec<(usize, usize)> =
        (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b))).collect();
    let p_value = |&(a, b): &(usize, usize)| {
        cases.p_values(tails[a * count + b]).map(|p_values| p_values.two_sided)
    };
    let p_values: Vec<Option<f64>> = pairs.iter().map(p_value).collect();
    let q_values = q_values(&p_values, Dependence::Positive);
    let row = |(at, &(a, b)): (usize, &(usize, usize))| {
        Tree::Named(named([
            ("a", kinds.names[a].as_str().into()),
            ("b", kinds.names[b].as_str().into()),
            ("value", observed.get(a * count + b).copied().flatten().map(|v| rounded(v, 6)).into()),
            ("p_value", p_values[at].into()),
            ("q_value", q_values[at].map(|q_value| rounded(q_value, 6)).into()),
        ]))
    };
    let rows: Vec<Tree> = pairs.iter().enumerate().map(row).collect();
    if rows.is_empty() || observed.iter().all(Option::is_none) {
        report.why_null("value", &words::no_coagglomeration());
    }
    let clear = q_values.iter().flatten().filter(|q_value| **q_value <= 0.05).count();
    let summary = words::of_coagglomeration(placed.len(), names.len(), pairs.len(), clear)
        .and(&words::of_tests(&q_values));
    let own = named([
        ("regions", names.len().into()),
        ("p_found", cases.as_str().into()),
        ("rows", Tree::List(rows)),
    ]);
    Ok(report.answer(None, &summary, own))
}
