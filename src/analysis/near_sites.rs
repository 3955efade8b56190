//! Which sites are near each site: pairs kept where they are few, found again where they are many.

use rayon::prelude::*;

use crate::index::KdTree;
use crate::index::geodesic::arc_m;
use crate::index::kd_tree::reach;

/// So many sites are looked at before the pairs found are added to those that are kept.
const CHUNK: usize = 4_096;

/// Finds the sites near each site, by radius or by distance.
///
/// Memory grows with the sites and the pairs that may be kept, never with all pairs.
#[derive(Debug)]
pub(super) struct NearSites<'a> {
    tree: KdTree,
    points: &'a [[f64; 3]],
    /// Squared chords of the radii; one, of the farthest, where sites are wanted by distance.
    reaches: Vec<f64>,
    is_by_distance: bool,
    kept: Option<Vec<Row>>,
}

/// Holds the sites near a site.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    sites: Vec<u32>,
    /// How many sites there are up to each radius.
    ends: Vec<u32>,
    /// Their distances, rising; none where sites are wanted by radius.
    distances_m: Vec<f64>,
    /// What was found, before it is in order.
    found: Vec<(f64, u32)>,
}

/// Shows a [`Row`].
#[derive(Debug, Clone, Copy)]
pub(super) struct RowOf<'a> {
    pub sites: &'a [u32],
    ends: &'a [u32],
    pub distances_m: &'a [f64],
}

impl<'a> RowOf<'a> {
    /// The sites up to each radius that are beyond the one before.
    pub fn parts(self) -> impl Iterator<Item = &'a [u32]> {
        let starts = std::iter::once(&0).chain(self.ends);
        starts.zip(self.ends).map(move |(&start, &end)| &self.sites[start as usize..end as usize])
    }
}

impl<'a> NearSites<'a> {
    /// Finds which sites are within each radius, in rising order.
    pub fn by_radius(tree: KdTree, points: &'a [[f64; 3]], radii_m: &[f64]) -> Self {
        let reaches = radii_m.iter().map(|radius_m| reach(*radius_m)).collect();
        Self { tree, points, reaches, is_by_distance: false, kept: None }
    }

    /// Finds the sites up to a distance, nearest first.
    pub fn by_distance(tree: KdTree, points: &'a [[f64; 3]], farthest_m: f64) -> Self {
        let reaches = vec![reach(farthest_m)];
        Self { tree, points, reaches, is_by_distance: true, kept: None }
    }

    /// Keeps what is near all sites, if that is at most so much.
    pub fn kept(mut self, most: usize) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        let mut held = self.points.len().saturating_mul(self.reaches.len());
        let numbers: Vec<usize> = (0..self.points.len()).collect();
        for chunk in numbers.chunks(CHUNK) {
            if held > most {
                return self;
            }
            let found: Vec<Row> = chunk.par_iter().map(|&site| self.exact(site)).collect();
            held += found.iter().map(|row| row.sites.len()).sum::<usize>();
            rows.extend(found);
        }
        self.kept = (held <= most).then_some(rows);
        self
    }

    /// What is near a site: kept, or found into a row that is used again.
    pub fn of<'b>(&'b self, site: usize, row: &'b mut Row) -> RowOf<'b> {
        let row = if let Some(rows) = &self.kept {
            &rows[site]
        } else {
            self.find(site, row);
            row
        };
        RowOf { sites: &row.sites, ends: &row.ends, distances_m: &row.distances_m }
    }

    /// A row that takes no more room than it needs.
    fn exact(&self, site: usize) -> Row {
        let mut row = Row::default();
        self.find(site, &mut row);
        row.found = Vec::new();
        row
    }

    fn find(&self, site: usize, row: &mut Row) {
        row.found.clear();
        let farthest = self.reaches.last().copied().unwrap_or(-1.0);
        self.tree.within(&self.points[site], farthest, |hit| {
            if hit.number as usize != site {
                row.found.push((hit.chord_squared, hit.number));
            }
        });
        if self.is_by_distance { row.sort_by_distance() } else { row.sort_by_radius(&self.reaches) }
    }
}

impl Row {
    fn sort_by_distance(&mut self) {
        self.found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.sites.clear();
        self.sites.extend(self.found.iter().map(|(_, site)| *site));
        self.distances_m.clear();
        self.distances_m.extend(self.found.iter().map(|(chord, _)| arc_m(*chord)));
    }

    /// Sorts by counting, and in no order within a radius: it costs a third of a full sort.
    fn sort_by_radius(&mut self, reaches: &[f64]) {
        let radius = |chord: f64| reaches.partition_point(|reach| *reach < chord);
        self.ends.clear();
        self.ends.resize(reaches.len(), 0);
        for (chord, _) in &self.found {
            self.ends[radius(*chord)] += 1;
        }
        let mut start = 0;
        for end in &mut self.ends {
            start += std::mem::replace(end, start);
        }
        self.sites.clear();
        self.sites.resize(self.found.len(), 0);
        // Each end is the start of its part until the part is complete.
        for (chord, site) in &self.found {
            let place = &mut self.ends[radius(*chord)];
            self.sites[*place as usize] = *site;
            *place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::random::Random;
    use crate::domain::LonLat;
    use crate::index::kd_tree::squared_chord;

    fn points() -> Vec<[f64; 3]> {
        let mut random = Random::new(5, 5);
        let mut at = || LonLat::from_degrees(20.0 * random.uniform(), 20.0 * random.uniform());
        (0..200).map(|_| at().unwrap().unit_vector()).collect()
    }

    fn far(points: &[[f64; 3]], a: usize, b: u32) -> f64 {
        arc_m(squared_chord(&points[a], &points[b as usize]))
    }

    #[test]
    fn each_part_holds_whom_its_radius_reaches_first_kept_or_not() {
        let points = points();
        let radii_m = [0.0, 100_000.0, 250_000.0, 900_000.0];
        let fresh = || NearSites::by_radius(KdTree::new(&points), &points, &radii_m);
        let (kept, found) = (fresh().kept(1_000_000), fresh().kept(100));
        assert!(kept.kept.is_some() && found.kept.is_none());
        let (mut row, mut unused) = (Row::default(), Row::default());
        for site in 0..points.len() {
            let mut least_m = -1.0;
            let near = found.of(site, &mut row);
            for (part, radius_m) in near.parts().zip(radii_m) {
                let is_there = |other: &u32| {
                    let distance_m = far(&points, site, *other);
                    *other as usize != site && distance_m > least_m && distance_m <= radius_m
                };
                let told: Vec<u32> = (0..200).filter(is_there).collect();
                let mut part = part.to_vec();
                part.sort_unstable();
                assert_eq!(part, told);
                least_m = radius_m;
            }
            assert_eq!(kept.of(site, &mut unused).sites, near.sites);
        }
    }

    #[test]
    fn by_distance_the_nearest_is_first() {
        let points = points();
        let near = NearSites::by_distance(KdTree::new(&points), &points, 500_000.0);
        let mut row = Row::default();
        let near = near.of(7, &mut row);
        assert!(near.distances_m.is_sorted() && near.sites.len() > 5);
        let told: Vec<f64> = near.sites.iter().map(|site| far(&points, 7, *site)).collect();
        assert_eq!(near.distances_m, told);
        let count = (0..200).filter(|site| *site != 7 && far(&points, 7, *site) <= 500_000.0);
        assert_eq!(near.sites.len(), count.count());
    }
}
