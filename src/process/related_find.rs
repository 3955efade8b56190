//! What `related` finds for each base.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::related_sites::Partners;
use crate::analysis::related::{Around, Decay, Found, RelatedIndex};
use crate::analysis::related_all::{AllSites, RelatedSites};
use crate::analysis::relatedness::{Relatedness, Strongest, strongest};
use crate::domain::LonLat;
use crate::index::geodesic::way;
use crate::store::{CalledOff, Progress};

/// How many lines an answer has at most.
pub(super) const MOST_LINES: usize = 250_000;
/// Bases are gone through in bands of latitude, to and fro.
const BANDS_IN_DEGREE: f64 = 2.0;
/// With fewer sites near, the labellings are counted or drawn: no law holds for so few.
const LAW_FROM: usize = 20;

/// Holds one base that is asked about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Base {
    /// Its number in the subject.
    pub(super) feature: usize,
    pub(super) position: LonLat,
    /// The places of its codes in the measure.
    pub(super) codes: Vec<usize>,
    /// Its own number among the sites, if it is one.
    pub(super) site: Option<u32>,
    /// The number of its stream of chance: its place among the bases asked about.
    pub(super) stream: u64,
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Asked {
    pub(super) decay: Decay,
    pub(super) within_m: f64,
    pub(super) least: f64,
    pub(super) k: usize,
    pub(super) draws: usize,
    /// How many bases are told in full.
    pub(super) limit: usize,
    pub(super) seed: u64,
}

/// Holds a site of a related industry near a base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub(super) site: u32,
    pub(super) by: Strongest,
    pub(super) distance_m: f64,
    pub(super) bearing_deg: Option<f64>,
    pub(super) score: f64,
}

/// Holds a related industry that no site near a base has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Absent {
    pub(super) industry: usize,
    pub(super) relatedness: f64,
    /// The nearest site that has it, and how far that is.
    pub(super) nearest: Option<(u32, f64)>,
}

/// Holds what was found for one base.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Nearby {
    pub(super) base: Base,
    /// The best score first.
    pub(super) lines: Vec<Line>,
    /// The most related first.
    pub(super) absent: Vec<Absent>,
    pub(super) index: Option<RelatedIndex>,
    pub(super) p_value: Option<(f64, Found)>,
    pub(super) q_value: Option<f64>,
    /// The index at half the decay length, at it, at twice it.
    pub(super) sensitivity: [(Decay, Option<RelatedIndex>); 3],
}

/// A search that gives nothing.
#[derive(Debug)]
pub(super) enum NotFound {
    /// It was called off.
    CalledOff(CalledOff),
    /// There would be more than [`MOST_LINES`] lines.
    TooMany,
}

/// Finds what stands near each base; with `all`, the sites in cells, indices are summed over these.
pub(super) fn find(
    bases: &[Base],
    partners: &Partners,
    measure: &dyn Relatedness,
    asked: &Asked,
    all: Option<&AllSites>,
    progress: &Progress,
) -> Result<Vec<Nearby>, NotFound> {
    let lines = AtomicUsize::new(0);
    let one = |group: &Group<'_>, cells: Option<&RelatedSites<'_>>, base: &Base| {
        progress.check().map_err(NotFound::CalledOff)?;
        let found = group.around(base, cells, measure);
        let before = lines.fetch_add(found.lines.len(), Ordering::Relaxed);
        let all = before + found.lines.len();
        if all > MOST_LINES { Err(NotFound::TooMany) } else { Ok(found) }
    };
    let of_group = |(codes, places): (&[usize], Vec<usize>)| {
        let group = Group::new(codes, partners, measure, asked);
        let cells = all.map(|all| all.related(&group.relatedness));
        let one = |place: usize| Ok((place, one(&group, cells.as_ref(), &bases[place])?));
        places.into_par_iter().map(one).collect::<Result<Vec<_>, NotFound>>()
    };
    let found: Vec<Vec<(usize, Nearby)>> =
        by_industries(bases).into_par_iter().map(of_group).collect::<Result<_, _>>()?;
    let mut found: Vec<(usize, Nearby)> = found.into_iter().flatten().collect();
    found.sort_unstable_by_key(|(place, _)| *place);
    Ok(found.into_iter().map(|(_, one)| one).collect())
}

/// The places of bases of the same industries, neighbours after each other.
///
/// Who is asked about next has much the same sites near, which are still at hand.
pub(super) fn by_industries(bases: &[Base]) -> Vec<(&[usize], Vec<usize>)> {
    let mut groups: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for (place, base) in bases.iter().enumerate() {
        groups.entry(&base.codes).or_default().push(place);
    }
    for places in groups.values_mut() {
        let in_bands = |&place: &usize| {
            let at = bases[place].position;
            let band = (at.lat() * BANDS_IN_DEGREE).floor();
            let way = if band.rem_euclid(2.0) > 0.5 { -at.lon() } else { at.lon() };
            (band, way)
        };
        places.sort_by(|a, b| {
            let ((band, way), (other_band, other_way)) = (in_bands(a), in_bands(b));
            band.total_cmp(&other_band).then(way.total_cmp(&other_way)).then(a.cmp(b))
        });
    }
    groups.into_iter().collect()
}

/// What holds for all bases of the same industries.
pub(super) struct Group<'a> {
    pub(super) partners: &'a Partners,
    pub(super) asked: &'a Asked,
    /// The most related pair with each kind of sites.
    pub(super) by_kind: Vec<Option<Strongest>>,
    pub(super) relatedness: Vec<Option<f64>>,
}

impl<'a> Group<'a> {
    pub(super) fn new(
        codes: &[usize],
        partners: &'a Partners,
        measure: &dyn Relatedness,
        asked: &'a Asked,
    ) -> Self {
        let by_kind: Vec<Option<Strongest>> =
            partners.kinds.iter().map(|kind| strongest(measure, codes, kind)).collect();
        let relatedness = by_kind.iter().map(|by| by.map(|by| by.relatedness)).collect();
        Self { partners, asked, by_kind, relatedness }
    }

    fn around(
        &self,
        base: &Base,
        cells: Option<&RelatedSites<'_>>,
        measure: &dyn Relatedness,
    ) -> Nearby {
        let (partners, asked) = (self.partners, self.asked);
        let at = |times: f64| {
            let decay = Decay { length_m: asked.decay.length_m * times };
            let index = match cells {
                Some(cells) => cells.index(self.asks(base), decay).map(|(index, _)| index),
                None => partners.by_kind.index(self.asks(base), decay),
            };
            (decay, index)
        };
        let sensitivity = [at(0.5), at(1.0), at(2.0)];
        let p_value = match cells {
            Some(cells) => self.by_cells(base, cells).and_then(|(_, p_value)| p_value),
            None => self.counted(base),
        };
        Nearby {
            lines: lines(base, partners, &self.by_kind, asked),
            absent: absent(base, partners, measure, asked),
            index: sensitivity[1].1,
            p_value,
            q_value: None,
            sensitivity,
            base: base.clone(),
        }
    }

    /// A base as the sums ask for it.
    fn asks(&self, base: &Base) -> Around<'_> {
        let from = base.position.unit_vector();
        Around { from, without: base.site, relatedness: &self.relatedness }
    }

    /// The p-value by all labellings, by draws, or by the normal law.
    fn counted(&self, base: &Base) -> Option<(f64, Found)> {
        let Asked { decay, draws, seed, .. } = *self.asked;
        self.partners.by_kind.p_value(self.asks(base), decay, draws, seed, base.stream)
    }

    /// The index over cells, and the p-value by a law where enough sites are near.
    pub(super) fn by_cells(
        &self,
        base: &Base,
        cells: &RelatedSites<'_>,
    ) -> Option<(RelatedIndex, Option<(f64, Found)>)> {
        let (index, by_law) = cells.index(self.asks(base), self.asked.decay)?;
        let p_value = match by_law.filter(|_| index.near >= LAW_FROM) {
            Some(p_value) => Some((p_value, Found::ByPearsonLaw)),
            None => self.counted(base),
        };
        Some((index, p_value))
    }
}

/// The k nearest sites of each related industry; a site is of that of its industries that is most
/// related with the base.
fn lines(
    base: &Base,
    partners: &Partners,
    by_kind: &[Option<Strongest>],
    asked: &Asked,
) -> Vec<Line> {
    let from = base.position.unit_vector();
    let mut lines = Vec::new();
    for (kind, by) in by_kind.iter().enumerate() {
        let Some(by) = by.filter(|by| by.relatedness >= asked.least) else { continue };
        for near in partners.by_kind.nearest(kind, &from, asked.k, base.site) {
            let way = way(base.position, partners.sites[near.site as usize].position);
            if way.distance_m <= asked.within_m {
                let score = by.relatedness * (-way.distance_m / asked.decay.length_m).exp();
                let (distance_m, bearing_deg) = (way.distance_m, way.bearing_deg);
                lines.push(Line { site: near.site, by, distance_m, bearing_deg, score });
            }
        }
    }
    let nearest =
        |a: &Line, b: &Line| a.distance_m.total_cmp(&b.distance_m).then(a.site.cmp(&b.site));
    lines.sort_by(|a, b| a.by.with.cmp(&b.by.with).then_with(|| nearest(a, b)));
    let mut kept: Vec<Line> = Vec::new();
    for line in lines {
        let same = kept.iter().rev().take_while(|other| other.by.with == line.by.with).count();
        if same < asked.k {
            kept.push(line);
        }
    }
    kept.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| nearest(a, b)));
    kept
}

/// The related industries that no site within reach has, with the nearest that has.
fn absent(
    base: &Base,
    partners: &Partners,
    measure: &dyn Relatedness,
    asked: &Asked,
) -> Vec<Absent> {
    let from = base.position.unit_vector();
    let related = (0..measure.codes().len()).filter_map(|industry| {
        let by = strongest(measure, &base.codes, &[industry])?;
        (by.relatedness >= asked.least).then_some((industry, by.relatedness))
    });
    let mut absent = Vec::new();
    for (industry, relatedness) in related {
        let kinds =
            (0..partners.kinds.len()).filter(|&kind| partners.kinds[kind].contains(&industry));
        let near = kinds.flat_map(|kind| partners.by_kind.nearest(kind, &from, 1, base.site));
        let measured = near.map(|near| {
            let at = partners.sites[near.site as usize].position;
            (near.site, way(base.position, at).distance_m)
        });
        let nearest = measured.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
        if nearest.is_none_or(|(_, distance_m)| distance_m > asked.within_m) {
            absent.push(Absent { industry, relatedness, nearest });
        }
    }
    absent
        .sort_by(|a, b| b.relatedness.total_cmp(&a.relatedness).then(a.industry.cmp(&b.industry)));
    absent
}
