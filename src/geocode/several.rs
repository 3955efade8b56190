//! Records that name several places.

use super::resolve::Answer;
use crate::domain::base::Confidence;
use crate::index::geodesic::distance_m;

/// Widens the answer for one of several places until it reaches the others.
pub(super) fn among_several(mut first: Answer, others: &[Answer]) -> Answer {
    let Some(position) = first.placement.position else { return first };
    let reach_km = |other: &Answer| {
        let km = distance_m(position, other.placement.position?) / 1000.0;
        Some(km + other.placement.uncertainty_km.unwrap_or(0.0))
    };
    let reaches: Vec<f64> = others.iter().filter_map(reach_km).collect();
    let reach = reaches.iter().copied().fold(0.0, f64::max);
    let lost = others.len() - reaches.len();
    let placement = &mut first.placement;
    placement.uncertainty_km = placement.uncertainty_km.map(|km| km.max(reach.ceil()));
    let surest = if lost > 0 { Confidence::Low } else { Confidence::Medium };
    placement.confidence = placement.confidence.max(Some(surest));
    let count = others.len() + 1;
    let far = (reach > 0.0).then(|| format!(" The others reach {reach:.0} km away."));
    let missing = (lost > 0).then(|| format!(" Not found: {lost} of them."));
    first.reason = format!(
        "The record names {count} places and stands at one. {}{}{}",
        first.reason,
        far.unwrap_or_default(),
        missing.unwrap_or_default()
    );
    first
}
