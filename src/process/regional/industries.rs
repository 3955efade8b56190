//! Which industries the points have, and which of them are asked about.

use std::collections::BTreeMap;

use super::super::description::Run;
use super::super::parameters::{Default, Kind, Parameter, Refused};
use super::super::report::Report;
use super::super::subject::Subject;
use crate::domain::{Remark, Value};

/// The properties in which industries are looked for, unless one is named.
const KNOWN: [&str; 4] = ["industry_group", "industry_codes", "industry", "industry_zh"];
/// How many values a refusal names.
const MOST_NAMED: usize = 20;

/// The property that holds the industries.
pub(in crate::process) const BY: Parameter = Parameter {
    name: "by",
    words: [
        "The property that holds the industries; a point of several counts for a part in each",
        "产业所在的属性；含多个产业的点按份额计入各产业",
    ],
    kind: Kind::Text,
    default: Default::Chosen([
        "the first of industry_group, industry_codes, industry and industry_zh that there is, and that holds the industry named",
        "依次取 industry_group、industry_codes、industry、industry_zh 中存在且含所选产业的属性",
    ]),
};

/// The industry asked about.
pub(in crate::process) const INDUSTRY: Parameter = Parameter {
    name: "industry",
    words: [
        "The industry asked about: a value of the property `by`, such as electronics or 39; all points when none is named",
        "要分析的产业：属性 by 的一个值，如 electronics 或 39；不填则分析全部点",
    ],
    kind: Kind::Text,
    default: Default::Nothing,
};

/// The industries of points.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::process) struct Industries {
    /// The property.
    pub(in crate::process) by: String,
    /// The industries, in rising order.
    pub(in crate::process) names: Vec<String>,
    /// Those of each point.
    pub(in crate::process) of: Vec<Vec<u32>>,
    /// The one that is asked about.
    pub(in crate::process) wanted: Option<u32>,
}

impl Industries {
    /// Reads `by` and `industry`; `None` where no property holds industries.
    pub(in crate::process) fn read(
        run: &Run<'_>,
        report: &mut Report<'_>,
    ) -> Result<Option<Self>, Refused> {
        let wanted = run.arguments.text(&[], "industry").map(str::trim);
        let given = run.arguments.text(&[], "by");
        let mut found = if let Some(by) = given {
            run.subject.field("by", by)?;
            Some(Self::of(run.subject, by))
        } else {
            let known = KNOWN.iter().filter(|by| run.subject.schema.position(by).is_some());
            let mut all = known.map(|by| Self::of(run.subject, by));
            match wanted {
                None => all.next(),
                Some(wanted) => all.find(|one| one.number(wanted).is_some()),
            }
        };
        if let Some(wanted) = wanted {
            let number = found.as_ref().and_then(|one| one.number(wanted));
            if number.is_none() && !run.subject.is_empty() {
                return Err(unknown(run.subject, given, wanted));
            }
            if let Some(found) = &mut found {
                found.wanted = number;
            }
        }
        let why = Remark::new(
            "the first property of industries that there is, and that holds the one named",
            "第一个存在且含所选产业的属性",
        );
        report.note("by", found.as_ref().map(|one| one.by.as_str()), Some(&why));
        report.note("industry", wanted, None);
        Ok(found)
    }

    fn of(subject: &Subject, by: &str) -> Self {
        let place = subject.schema.position(by);
        let values = |feature: &crate::domain::Feature| -> Vec<String> {
            match place.map(|place| &feature.values[place]) {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::List(items)) => items.to_vec(),
                Some(other) => {
                    other.in_a_cell().split(';').map(|one| one.trim().to_owned()).collect()
                }
            }
        };
        let mut all: Vec<Vec<String>> =
            subject.features.iter().map(|feature| values(feature)).collect();
        for own in &mut all {
            own.retain(|one| !one.is_empty());
            own.sort_unstable();
            own.dedup();
        }
        let mut numbers: BTreeMap<&str, u32> =
            all.iter().flatten().map(|name| (name.as_str(), 0)).collect();
        for (number, place) in (0u32..).zip(numbers.values_mut()) {
            *place = number;
        }
        let of = all
            .iter()
            .map(|own| own.iter().filter_map(|one| numbers.get(one.as_str()).copied()).collect())
            .collect();
        let names = numbers.keys().map(|&name| name.to_owned()).collect();
        Self { by: by.to_owned(), names, of, wanted: None }
    }

    fn number(&self, wanted: &str) -> Option<u32> {
        let lower = wanted.to_lowercase();
        let at = self.names.iter().position(|name| name.to_lowercase() == lower)?;
        Some(at as u32)
    }

    /// Whether each point is of the industry asked about; all are when none is named.
    pub(in crate::process) fn focus(&self) -> Vec<bool> {
        let is_wanted = |own: &Vec<u32>| self.wanted.is_none_or(|wanted| own.contains(&wanted));
        self.of.iter().map(is_wanted).collect()
    }

    /// How many points have no industry.
    pub(in crate::process) fn without(&self) -> usize {
        self.of.iter().filter(|own| own.is_empty()).count()
    }
}

fn unknown(subject: &Subject, given: Option<&str>, wanted: &str) -> Refused {
    let known = KNOWN.iter().copied().find(|by| subject.schema.position(by).is_some());
    let Some(by) = given.or(known) else {
        let reason = "there is no property of industries here: name one with `by`";
        return Refused::new("industry", reason);
    };
    let names = Industries::of(subject, by).names;
    let more = names.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let listed = names.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    Refused::new("industry", format!("no point has `{wanted}`; `{by}` holds {listed}{more}"))
}
