//! Records that name several places.

use super::question::Answer;
use crate::domain::Remark;
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
    let mut reason = Remark::new(
        format!("The record names {count} places and stands at one."),
        format!("记录列出{count}处地点，取其中一处。"),
    )
    .and(&first.reason);
    if reach > 0.0 {
        reason = reason.and(&Remark::new(
            format!("The others reach {reach:.0} km away."),
            format!("其余最远{reach:.0}公里。"),
        ));
    }
    if lost > 0 {
        reason = reason.and(&Remark::new(
            format!("Not found: {lost} of them."),
            format!("其中{lost}处未找到。"),
        ));
    }
    first.reason = reason;
    first
}
