//! What `nearest` says in words.

use super::report::km;
use crate::domain::{Feature, Remark, Value};
use crate::store::Found;

pub(super) fn why_middle() -> Remark {
    Remark::new(
        "neither at nor to was given: the direction of the sum of the points' unit vectors",
        "未给出 at 或 to：取各点单位向量之和的方向",
    )
}

pub(super) fn no_origin() -> Remark {
    Remark::new(
        "Nothing says where to measure from: give at or to, for the points have no middle.",
        "没有起算位置：各点没有中心，请给出 at 或 to。",
    )
}

pub(super) fn fewer(found: usize, k: usize, within_km: Option<f64>) -> Remark {
    let (en, zh) = match within_km {
        Some(km) => (format!(" within {km} km"), format!("{km}千米内")),
        None => Default::default(),
    };
    Remark::new(
        format!("{found} of the {k} that were asked for: there are no more{en}."),
        format!("要求{k}个，{zh}只有{found}个。"),
    )
}

/// What is as near as the last that is told.
pub(super) fn tied(k: usize, next: &Feature) -> Remark {
    let id = next.id.as_str();
    Remark::new(
        format!(
            "`{id}` at least is as near, to the millimetre, as number {k}, and is left out only because its id comes later: ask for more to see all."
        ),
        format!("至少还有“{id}”与第{k}个等距（精确到毫米），只因编号靠后而未列出：可增大 k。"),
    )
}

/// Names the nearest and the farthest of what was found.
pub(super) fn summary(from: &str, found: &Found) -> Remark {
    let (Some(first), Some(last)) = (found.features.first(), found.features.last()) else {
        return Remark::new(
            format!("No other point is near {from}."),
            format!("{from}附近没有其他点。"),
        );
    };
    let count = found.features.len();
    let first_id = first.id.as_str();
    let [first_km, last_km] = [first, last].map(|one| km(distance_m(found, one)));
    Remark::new(
        format!(
            "Nearest to {from} is {first_id}, {first_km} km away; the farthest of the {count} found is {last_km} km away, by geodesics on the WGS 84 ellipsoid."
        ),
        format!(
            "离{from}最近的是{first_id}，距离{first_km}千米；所列{count}个中最远的为{last_km}千米（WGS 84 椭球面测地线）。"
        ),
    )
}

/// The distance to a feature that was found, in metres.
pub(super) fn distance_m(found: &Found, feature: &Feature) -> f64 {
    // Fields of the list itself may have the name, too: the last is ours.
    let place = found.schema.fields().iter().rposition(|field| field.name == "distance_m");
    match place.map(|place| &feature.values[place]) {
        Some(Value::Real(metres)) => *metres,
        _ => f64::NAN,
    }
}
