//! Does a whole list sit off in the way of GCJ-02?

use crate::domain::{Datum, LonLat};
use crate::index::geodesic::way;

/// Pairs farther apart than this say something else than a shift of datum.
const FARTHEST_M: f64 = 3_000.0;

/// Fewer pairs than this say nothing.
const FEWEST_PAIRS: usize = 20;

/// A list must sit off by so much of the shift of GCJ-02, surely, to be suspected.
const LEAST_SHARE: f64 = 0.3;

/// Holds the suspicion that a list is in GCJ-02.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// How many positions were compared.
    pub pairs: usize,
    /// How far off the list sits in the direction of GCJ-02, on the average, in metres.
    pub offset_m: f64,
    /// That, as a share of the shift of GCJ-02 there: about 1 for a list in GCJ-02.
    pub share: f64,
}

/// Compares positions with where their names are known to be.
///
/// Each difference is projected on the shift that GCJ-02 has at the place. Errors of the gazetteer
/// point anywhere and cancel; a wrong datum does not. The list is suspected when the mean share
/// is within half of 1 and more than `LEAST_SHARE` by two standard errors.
///
/// # Shape
///
/// `pairs`: the position as it came, and the position of its place.
#[must_use]
pub fn gcj02_shift(pairs: &[(LonLat, LonLat)]) -> Option<Shift> {
    let shares: Vec<(f64, f64)> =
        pairs.iter().filter_map(|&(given, known)| share(given, known)).collect();
    if shares.len() < FEWEST_PAIRS {
        return None;
    }
    let count = shares.len() as f64;
    let mean = shares.iter().map(|(share, _)| share).sum::<f64>() / count;
    let variance =
        shares.iter().map(|(share, _)| (share - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let error = (variance / count).sqrt();
    let offset_m = shares.iter().map(|(share, shift_m)| share * shift_m).sum::<f64>() / count;
    let is_suspect = (mean - 1.0).abs() < 0.5 && mean - 2.0 * error > LEAST_SHARE;
    is_suspect.then_some(Shift { pairs: shares.len(), offset_m, share: mean })
}

/// The share of the shift of GCJ-02 by which a position is off, and that shift in metres.
fn share(given: LonLat, known: LonLat) -> Option<(f64, f64)> {
    let off = way(known, given);
    let shift = way(known, Datum::Gcj02.from_wgs84(known));
    if off.distance_m > FARTHEST_M || shift.distance_m == 0.0 {
        return None;
    }
    let angle = off.bearing_deg.unwrap_or(0.0) - shift.bearing_deg?;
    Some((off.distance_m * angle.to_radians().cos() / shift.distance_m, shift.distance_m))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty places, each known to about a kilometre: the errors go round the compass.
    fn places() -> Vec<(LonLat, LonLat)> {
        (0..40u32)
            .map(|n| {
                let (column, row) = (f64::from(n % 8), f64::from(n / 8));
                let truth = LonLat::from_degrees(104.0 + 2.0 * column, 26.0 + 2.0 * row).unwrap();
                let known = crate::index::geodesic::destination(truth, f64::from(n) * 137.5, 900.0)
                    .unwrap();
                (truth, known)
            })
            .collect()
    }

    #[test]
    fn a_list_in_gcj02_is_suspected_and_one_in_wgs84_is_not() {
        let right = places();
        assert_eq!(gcj02_shift(&right), None);
        let shifted: Vec<_> =
            right.iter().map(|&(at, known)| (Datum::Gcj02.from_wgs84(at), known)).collect();
        let shift = gcj02_shift(&shifted).unwrap();
        assert!(
            (0.6..1.4).contains(&shift.share) && (200.0..700.0).contains(&shift.offset_m),
            "{shift:?}"
        );
        assert_eq!(gcj02_shift(&shifted[..10]), None, "ten pairs say nothing");
    }
}
