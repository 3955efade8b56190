//! What `related` says of very many bases: a value for each, and which of them are told in full.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::related_find::{Asked, Base, Group, Nearby, by_industries};
use super::related_sites::Partners;
use super::report::{km, probability, rounded};
use crate::analysis::false_discovery::{Dependence, q_values};
use crate::analysis::related::{Found, RelatedIndex};
use crate::analysis::related_all::{AllSites, RelatedSites};
use crate::analysis::relatedness::Relatedness;
use crate::formats::answer::{Tree, named};
use crate::index::geodesic::way;
use crate::store::{CalledOff, Progress};

/// Holds in short what was found for one base.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Surveyed {
    pub(super) index: Option<RelatedIndex>,
    pub(super) p_value: Option<(f64, Found)>,
    pub(super) q_value: Option<f64>,
    /// How many sites are among the k nearest of their industry and within the radius.
    pub(super) lines: usize,
    /// The site of the best score, how far it is, and the score.
    pub(super) best: Option<(u32, f64, f64)>,
}

/// A related industry: how related, and the kinds of sites that stand for it.
struct Industry {
    relatedness: f64,
    kinds: Vec<usize>,
}

/// Surveys all bases, those of the same industries together.
///
/// Sums go over cells of sites, and neighbours are those on the sphere; see [`AllSites`].
pub(super) fn survey(
    bases: &[Base],
    partners: &Partners,
    measure: &dyn Relatedness,
    asked: &Asked,
    all: &AllSites,
    progress: &Progress,
) -> Result<Vec<Surveyed>, CalledOff> {
    let groups = by_industries(bases);
    progress.begin(groups.len());
    let of_group = |(codes, places): (&[usize], Vec<usize>)| {
        let group = Group::new(codes, partners, measure, asked);
        let (cells, industries) = (all.related(&group.relatedness), industries(&group));
        let one = |place: usize| {
            progress.check().map(|()| (place, surveyed(&bases[place], &group, &cells, &industries)))
        };
        let found: Result<Vec<_>, CalledOff> = places.into_par_iter().map(one).collect();
        progress.goes_on();
        found
    };
    let found: Vec<Vec<(usize, Surveyed)>> =
        groups.into_par_iter().map(of_group).collect::<Result<_, _>>()?;
    let mut found: Vec<(usize, Surveyed)> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, one)| one).collect())
}

/// The related industries, and of which kinds are the sites of each.
fn industries(group: &Group<'_>) -> Vec<Industry> {
    let mut industries: BTreeMap<usize, Industry> = BTreeMap::new();
    for (kind, by) in group.by_kind.iter().enumerate() {
        if let Some(by) = by.filter(|by| by.relatedness >= group.asked.least) {
            let new = || Industry { relatedness: by.relatedness, kinds: Vec::new() };
            industries.entry(by.with).or_insert_with(new).kinds.push(kind);
        }
    }
    industries.into_values().collect()
}

fn surveyed(
    base: &Base,
    group: &Group<'_>,
    cells: &RelatedSites<'_>,
    industries: &[Industry],
) -> Surveyed {
    let (index, p_value) = group.by_cells(base, cells).unzip();
    let (lines, best) = nearest(base, group, industries);
    Surveyed { index, p_value: p_value.flatten(), q_value: None, lines, best }
}

/// How many sites are the k nearest of their industries, and the one of the best score.
fn nearest(
    base: &Base,
    group: &Group<'_>,
    industries: &[Industry],
) -> (usize, Option<(u32, f64, f64)>) {
    let Asked { k, within_m, decay, .. } = *group.asked;
    let (partners, from) = (group.partners, base.position.unit_vector());
    let (mut lines, mut best) = (0, None::<(u32, f64, f64)>);
    for industry in industries {
        let mut near = 0;
        for &kind in &industry.kinds {
            let found = partners.by_kind.nearest_within(kind, &from, k, within_m, base.site);
            near += found.len();
            let Some(first) = found.first() else { continue };
            let score = industry.relatedness * (-first.distance_m / decay.length_m).exp();
            let is_better = |(site, _, best): (u32, f64, f64)| {
                score > best || (score == best && first.site < site)
            };
            if best.is_none_or(is_better) {
                best = Some((first.site, first.distance_m, score));
            }
        }
        lines += near.min(k);
    }
    let best = best.map(|(site, on_sphere_m, score)| {
        let distance_m = way(base.position, partners.sites[site as usize].position).distance_m;
        (site, distance_m, score * ((on_sphere_m - distance_m) / decay.length_m).exp())
    });
    (lines, best)
}

impl Surveyed {
    /// What was found in full, in short.
    pub(super) fn of(found: &Nearby) -> Self {
        let best = found.lines.first().map(|line| (line.site, line.distance_m, line.score));
        Self {
            index: found.index,
            p_value: found.p_value,
            q_value: found.q_value,
            lines: found.lines.len(),
            best,
        }
    }

    fn z_value(&self) -> Option<f64> {
        self.index.and_then(|index| index.z_value)
    }
}

/// The places of so many bases whose surroundings are most above chance, in their order.
pub(super) fn most_above_chance(surveyed: &[Surveyed], count: usize) -> Vec<usize> {
    let mut places: Vec<usize> = (0..surveyed.len()).collect();
    let z_value = |place: usize| surveyed[place].z_value().unwrap_or(f64::NEG_INFINITY);
    places.sort_by(|&a, &b| z_value(b).total_cmp(&z_value(a)).then(a.cmp(&b)));
    places.truncate(count);
    places.sort_unstable();
    places
}

/// Gives all the false discovery rates; what was found in full goes before what was in short.
pub(super) fn settle(surveyed: &mut [Surveyed], told: &mut [Nearby]) {
    for one in told.iter() {
        surveyed[one.base.stream as usize] = Surveyed::of(one);
    }
    let p_values: Vec<Option<f64>> =
        surveyed.iter().map(|one| one.p_value.map(|(p_value, _)| p_value)).collect();
    for (one, q_value) in surveyed.iter_mut().zip(q_values(&p_values, Dependence::Positive)) {
        one.q_value = q_value;
    }
    for one in told {
        one.q_value = surveyed[one.base.stream as usize].q_value;
    }
}

/// What holds for all bases together.
pub(super) fn overall(surveyed: &[Surveyed], told: usize) -> Tree {
    let ratio = |one: &Surveyed| {
        let index = one.index.filter(|index| index.expected > 0.0)?;
        Some(index.value / index.expected)
    };
    let mut ratios: Vec<f64> = surveyed.iter().filter_map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let quantile = |share: usize| -> Tree {
        ratios.get(ratios.len() * share / 100).map(|ratio| rounded(*ratio, 4)).into()
    };
    let count = |is: fn(&Surveyed) -> bool| surveyed.iter().filter(|one| is(one)).count();
    Tree::Named(named([
        ("bases", surveyed.len().into()),
        ("told", told.into()),
        ("tested", count(|one| one.p_value.is_some()).into()),
        ("above_chance", count(|one| one.q_value.is_some_and(|q| q <= 0.05)).into()),
        ("without_line", count(|one| one.lines == 0).into()),
        ("lines", surveyed.iter().map(|one| one.lines).sum::<usize>().into()),
        ("ratio_p10", quantile(10)),
        ("ratio_median", quantile(50)),
        ("ratio_p90", quantile(90)),
    ]))
}

/// One list for each value, all in the order of `places`: a table by columns.
pub(super) fn columns(surveyed: &[&Surveyed], ids: Vec<Tree>, partners: &Partners) -> Tree {
    let list =
        |of: &dyn Fn(&Surveyed) -> Tree| Tree::List(surveyed.iter().map(|one| of(one)).collect());
    let index = |of: fn(&RelatedIndex) -> Option<f64>, places: i32| {
        list(&|one| one.index.as_ref().and_then(of).map(|value| rounded(value, places)).into())
    };
    let best = |of: &dyn Fn((u32, f64, f64)) -> Tree| list(&|one| one.best.map(of).into());
    let site = |site: u32| partners.sites[site as usize].id.as_str();
    Tree::Named(named([
        ("id", Tree::List(ids)),
        ("value", index(|index| Some(index.value), 6)),
        ("expected", index(|index| Some(index.expected), 6)),
        ("z_value", index(|index| index.z_value, 4)),
        ("p_value", list(&|one| one.p_value.map(|(p_value, _)| probability(p_value)).into())),
        ("q_value", list(&|one| one.q_value.map(probability).into())),
        ("related", list(&|one| one.lines.into())),
        ("best", best(&|(number, _, _)| site(number).into())),
        ("best_km", best(&|(_, distance_m, _)| km(distance_m).into())),
        ("best_score", best(&|(_, _, score)| rounded(score, 6).into())),
    ]))
}
