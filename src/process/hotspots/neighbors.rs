//! Who is whose neighbor: the parameter `weights`.

use super::units::Units;
use super::{Arguments, Refused, Report, refused, words};
use crate::analysis::honesty;
use crate::analysis::weights::Weights;
use crate::domain::Watch;
use crate::index::KdTree;

/// A rule by which units are neighbors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Rule {
    /// The nearest so many.
    Nearest(usize),
    /// All within a distance in metres.
    Band(f64),
    /// Who share an edge.
    Contiguity,
}

impl Rule {
    /// Reads a rule as it is written.
    pub(super) fn read(text: &str) -> Result<Self, Refused> {
        let wrong = || {
            let reason = format!(
                "`{text}` is none of knn:8 (a number of neighbors), band:200km (a distance in km) and contiguity"
            );
            Err(Refused::new("weights", reason))
        };
        match text.split_once(':') {
            None if text == "contiguity" => Ok(Self::Contiguity),
            Some(("knn", count)) => match count.parse() {
                Ok(count @ 1..=1000) => Ok(Self::Nearest(count)),
                _ => wrong(),
            },
            Some(("band", distance)) => {
                let km = distance.strip_suffix("km").and_then(|km| km.trim().parse::<f64>().ok());
                match km.filter(|km| *km > 0.0 && *km <= 20_038.0) {
                    Some(km) => Ok(Self::Band(km * 1000.0)),
                    None => wrong(),
                }
            }
            _ => wrong(),
        }
    }

    fn written(self) -> String {
        match self {
            Self::Nearest(count) => format!("knn:{count}"),
            Self::Band(metres) => format!("band:{}km", metres / 1000.0),
            Self::Contiguity => "contiguity".to_owned(),
        }
    }

    /// The weights of units, 1 for each neighbor.
    ///
    /// Who calls them off calls off what is done with them.
    pub(super) fn weights(self, units: &Units, watch: &Watch) -> Weights {
        let tree = || KdTree::new(&units.middles).watched(watch);
        let weights = match (self, &units.division) {
            (Self::Contiguity, Some(division)) => division.contiguity(),
            (Self::Contiguity, None) => Weights::from_rows(vec![Vec::new(); units.len()]),
            (Self::Nearest(count), _) => Weights::k_nearest(&tree(), count),
            (Self::Band(metres), _) => Weights::band(&tree(), metres),
        };
        weights.watched(watch)
    }
}

/// The rule that was named, or the one that fits the units.
pub(super) fn chosen(
    arguments: &Arguments,
    units: &Units,
    report: &mut Report<'_>,
) -> Result<Rule, Refused> {
    let is_units = units.division.is_some() && units.cell_area_km2.is_none();
    let rule = match arguments.text(&[], "weights") {
        Some(text) => Rule::read(text)?,
        None if is_units => Rule::Contiguity,
        None => Rule::Nearest(honesty::neighbors(units.len()).max(1)),
    };
    if rule == Rule::Contiguity && units.division.is_none() {
        return Err(refused("weights", "points share no edges: take knn:8 or band:200km"));
    }
    report.note("weights", rule.written(), Some(&words::why_weights(is_units)));
    if let Rule::Nearest(count) = rule
        && count >= units.len()
        && units.len() > 1
    {
        report.warn("few_neighbors", &words::few_neighbors(count, units.len() - 1));
    }
    Ok(rule)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_as_they_are_written_and_others_are_refused() {
        for (text, rule) in [
            ("knn:8", Rule::Nearest(8)),
            ("band:200km", Rule::Band(200_000.0)),
            ("band:0.5km", Rule::Band(500.0)),
            ("contiguity", Rule::Contiguity),
        ] {
            assert_eq!(Rule::read(text).unwrap(), rule);
            assert_eq!(rule.written(), text);
        }
        for text in [
            "",
            "knn",
            "knn:0",
            "knn:-1",
            "knn:1e3",
            "band:5",
            "band:0km",
            "band:nankm",
            "queen",
            "knn:8,band:5km",
        ] {
            assert!(Rule::read(text).unwrap_err().to_string().contains("band:200km"), "{text}");
        }
    }
}
