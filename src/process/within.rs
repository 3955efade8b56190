//! What holds for every process: points only, and only those within a region that is named.

use geo::{Geometry, MultiPolygon};

use super::description::Run;
use super::parameters::Refused;
use super::subject::Subject;
use crate::domain::{Feature, LonLat, Value};
use crate::index::AreaFinder;

/// The levels at which a region is looked for, the largest first.
const LEVELS: [&str; 3] = ["provinces", "prefectures", "counties"];

/// A region that was named.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Within {
    /// Its code.
    pub(super) adcode: String,
    area: MultiPolygon<f64>,
}

impl Within {
    /// Says whether a unit of a code lies in it: codes are made of those above them.
    pub(super) fn has_unit(&self, adcode: &str) -> bool {
        let own = self.adcode.strip_suffix("0000").or(self.adcode.strip_suffix("00"));
        adcode.starts_with(own.unwrap_or(&self.adcode))
    }

    /// Finds those of some positions that lie in it.
    pub(super) fn finder(&self) -> AreaFinder {
        AreaFinder::new(std::slice::from_ref(&self.area))
    }
}

/// Refuses lines and areas: every process takes points.
pub(super) fn check_points(subject: &Subject) -> Result<(), Refused> {
    let Some(first) = &subject.first_area else { return Ok(()) };
    let reason = format!(
        "{} of its features are lines or areas, the first of them `{first}`, and analyses take points: name a collection of points, such as bases, or leave those out with a filter",
        subject.areas
    );
    Err(Refused::new("collection", reason))
}

/// Finds the region that was named, if one was.
pub(super) fn region(run: &Run<'_>) -> Result<Option<Within>, Refused> {
    let Some(wanted) = run.arguments.text(&[], "region") else { return Ok(None) };
    let collections: Vec<_> = LEVELS.iter().filter_map(|id| (run.collections)(id)).collect();
    if collections.is_empty() {
        let reason = "no boundaries are loaded here: take bbox or filter instead";
        return Err(Refused::new("region", reason));
    }
    let wanted = wanted.trim().to_lowercase();
    for collection in &collections {
        let text = |feature: &Feature, field: &str| -> String {
            let value = collection.schema().position(field).map(|place| &feature.values[place]);
            value.map(Value::in_a_cell).unwrap_or_default()
        };
        let is_meant = |feature: &&Feature| {
            ["adcode", "name", "name_zh"]
                .iter()
                .any(|field| text(feature, field).to_lowercase() == wanted)
        };
        let found: Vec<&Feature> = collection.features().filter(is_meant).collect();
        match found[..] {
            [] => {}
            [only] => {
                let area = only.shape().and_then(polygons).unwrap_or(MultiPolygon(vec![]));
                return Ok(Some(Within { adcode: text(only, "adcode"), area }));
            }
            [..] => {
                let codes: Vec<String> =
                    found.iter().take(8).map(|one| text(one, "adcode")).collect();
                let reason = format!(
                    "`{wanted}` is the name of {}: give one of the codes {}",
                    found.len(),
                    codes.join(", ")
                );
                return Err(Refused::new("region", reason));
            }
        }
    }
    let reason = format!(
        "there is no province, prefecture or county `{wanted}`: write its name as /collections/provinces does, such as Jiangsu or 江苏省, or its code, such as 320000"
    );
    Err(Refused::new("region", reason))
}

/// The points within the region that was named; `None` when none was.
pub(super) fn narrowed(run: &Run<'_>) -> Result<Option<Subject>, Refused> {
    let Some(within) = region(run)? else { return Ok(None) };
    let finder = within.finder();
    Ok(Some(run.subject.kept(|at: LonLat| finder.around(at).is_some())))
}

/// The polygons of a geometry; `None` for what has none.
pub(super) fn polygons(geometry: &Geometry<f64>) -> Option<MultiPolygon<f64>> {
    match geometry {
        Geometry::Polygon(polygon) => Some(polygon.clone().into()),
        Geometry::MultiPolygon(polygons) => Some(polygons.clone()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_made_of_those_above_them() {
        let within = |adcode: &str| Within { adcode: adcode.into(), area: MultiPolygon(vec![]) };
        let has = |above: &str, unit: &str| within(above).has_unit(unit);
        assert!(has("320000", "320581") && has("320500", "320581") && has("320581", "320581"));
        assert!(!has("320000", "330500") && !has("320500", "320681") && !has("320581", "320500"));
        assert!(has("411000", "411081") && !has("411000", "410100"));
    }
}
