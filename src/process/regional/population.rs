//! The sites with which points are compared: those that could have been chosen.

use std::collections::BTreeSet;

use super::super::canonical;
use super::super::description::Run;
use super::super::parameters::{Default, Kind, Parameter, Refused};
use super::super::within;
use crate::domain::{LonLat, Value};

/// The collections, unless others are named.
const USUAL: &str = "bases,hubs";

/// The collections with which points are compared.
pub(in crate::process) const REFERENCE: Parameter = Parameter {
    name: "reference",
    words: [
        "Collections of the sites with which the points are compared, apart by commas; the points themselves are counted with them, once. Neither bbox nor filter limits them, region does",
        "作为比较基准的地点所在集合，以逗号分隔；所分析的点也计入其中（不重复）。不受 bbox 和 filter 限制，受 region 限制",
    ],
    kind: Kind::Text,
    default: Default::Chosen([
        "the points of all industries when an industry is named, else bases,hubs",
        "指定产业时取全部产业的点，否则取 bases,hubs",
    ]),
};

/// The other sites: those that are no points of the analysis.
#[derive(Debug, Clone, PartialEq, std::default::Default)]
pub(in crate::process) struct Others {
    /// The collections that were named, or chosen; empty when the points are compared among themselves.
    pub(in crate::process) names: String,
    /// Where they stand.
    pub(in crate::process) positions: Vec<LonLat>,
    /// Their sizes, when a size is named that all of them have.
    pub(in crate::process) sizes: Option<Vec<f64>>,
}

impl Others {
    /// Reads `reference`; `is_among` says that without one the points are compared among themselves.
    pub(in crate::process) fn read(run: &Run<'_>, is_among: bool) -> Result<Self, Refused> {
        let given = run.arguments.text(&[], "reference");
        if given.is_none() && is_among {
            return Ok(Self { sizes: Some(Vec::new()), ..Self::default() });
        }
        let names = given.unwrap_or(USUAL);
        let weight = run.arguments.text(&[], "weight");
        let own: BTreeSet<&str> = run.subject.features.iter().map(|one| one.id.as_str()).collect();
        let finder = within::region(run)?.map(|within| within.finder());
        let mut others = Self { names: names.to_owned(), ..Self::default() };
        let mut sizes = weight.map(|_| Vec::new());
        for name in names.split(',').map(str::trim) {
            let Some(collection) = (run.collections)(name) else {
                if given.is_none() {
                    continue;
                }
                let reason = format!(
                    "there is no collection `{name}`: see /collections or jidi collections"
                );
                return Err(Refused::new("reference", reason));
            };
            let place = weight.and_then(|weight| collection.schema().position(weight));
            if place.is_none() {
                if let (Some(weight), true) = (weight, given.is_some()) {
                    let reason =
                        format!("`{name}` has no property `{weight}`, by which points are weighed");
                    return Err(Refused::new("reference", reason));
                }
                sizes = None;
            }
            let is_self = name == run.subject.name;
            for (feature, at) in canonical::sites(&collection) {
                let is_here = finder.as_ref().is_none_or(|finder| finder.around(at).is_some());
                if !is_here || is_self && own.contains(feature.id.as_str()) {
                    continue;
                }
                others.positions.push(at);
                if let (Some(sizes), Some(place)) = (&mut sizes, place) {
                    sizes.push(match feature.values[place] {
                        Value::Integer(number) => number as f64,
                        Value::Real(number) => number,
                        _ => 0.0,
                    });
                }
            }
        }
        others.sizes =
            if weight.is_some() { sizes } else { Some(vec![1.0; others.positions.len()]) };
        Ok(others)
    }
}
