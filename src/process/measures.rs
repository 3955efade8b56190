//! The measure of relatedness that is asked for, made of tables, of places, or of what was brought.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::parameters::Refused;
use crate::analysis::regions::RegionTable;
use crate::analysis::relatedness::{
    CoOccurrence, Colocation, Cosine, Custom, InputOutput, Measure, Relatedness, Side, Taxonomy,
    presence,
};
use crate::domain::industry::{Industries, Vocabulary};
use crate::domain::{Feature, Schema, Value};
use crate::formats::square_matrix::SquareMatrix;
use crate::store::{Collection, Selection, StoreError};

/// Holds a measure and the codes that it knows industries by.
pub struct Measured {
    /// The measure.
    pub relatedness: Box<dyn Relatedness>,
    /// Its codes.
    pub vocabulary: Vocabulary,
    /// How many regions it was counted in, if it was.
    pub regions: Option<usize>,
}

/// What a measure is made of.
pub struct Materials<'a> {
    /// The tables.
    pub industries: &'a Industries,
    /// Finds collections, those that the asker may see.
    pub collections: &'a dyn Fn(&str) -> Option<Arc<Collection>>,
    /// The names of those that co-location is counted in, apart by commas.
    pub places: &'a str,
    /// The matrix that was brought, as CSV.
    pub matrix: Option<&'a str>,
}

/// A measure that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum NoMeasure {
    /// What was asked makes no sense.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Materials<'_> {
    /// Makes a measure.
    ///
    /// # Errors
    ///
    /// [`NoMeasure`] when a collection or the matrix is missing or refused.
    pub fn measured(&self, measure: Measure) -> Result<Measured, NoMeasure> {
        if measure != Measure::Custom && self.matrix.is_some() {
            return Err(Refused::new("matrix", "it is for measure=custom: leave it out").into());
        }
        let sectors = |relatedness: Box<dyn Relatedness>| Measured {
            relatedness,
            vocabulary: Vocabulary::Sectors,
            regions: None,
        };
        let cosine = |side| sectors(Box::new(Cosine::new(self.industries, side)));
        Ok(match measure {
            Measure::InputOutput => sectors(Box::new(InputOutput::new(self.industries))),
            Measure::Cosine => cosine(Side::Either),
            Measure::InputCosine => cosine(Side::Inputs),
            Measure::OutputCosine => cosine(Side::Outputs),
            Measure::Colocation | Measure::Association | Measure::Probability => {
                self.colocated(measure)?
            }
            Measure::Taxonomy => Measured {
                relatedness: Box::new(Taxonomy::new(self.industries)),
                vocabulary: Vocabulary::Divisions,
                regions: None,
            },
            Measure::Custom => self.brought()?,
        })
    }

    /// Reads the matrix that was brought; its first code says which list its codes are of.
    fn brought(&self) -> Result<Measured, Refused> {
        let refused = |reason: String| Refused::new("matrix", reason);
        let text = self.matrix.ok_or_else(|| {
            refused(
                "measure=custom needs a matrix: CSV with a header of codes and a row for each"
                    .into(),
            )
        })?;
        let header = text.lines().next().unwrap_or_default();
        let first = header.split(',').nth(1).unwrap_or_default().trim().trim_matches('"');
        let all = [Vocabulary::Sectors, Vocabulary::Divisions, Vocabulary::Groups];
        let has = |vocabulary: &Vocabulary| self.industries.names(*vocabulary, first).is_some();
        let vocabulary = all.into_iter().find(has).unwrap_or(Vocabulary::Sectors);
        let is_known = |code: &str| match self.industries.names(vocabulary, code) {
            Some(_) => Ok(()),
            None => Err(format!(
                "`{code}` is not among {}: see /industries or jidi industries --json",
                match vocabulary {
                    Vocabulary::Sectors =>
                        "the 153 input-output sectors (such as 094), nor does the header begin with a division (39) or a group (electronics)",
                    Vocabulary::Divisions => "the divisions of GB/T 4754-2017 (such as 39)",
                    Vocabulary::Groups => "the groups (such as electronics)",
                }
            )),
        };
        let matrix =
            SquareMatrix::read(text, is_known).map_err(|error| refused(error.to_string()))?;
        let relatedness = Box::new(Custom::new(matrix.codes, matrix.values));
        Ok(Measured { relatedness, vocabulary, regions: None })
    }

    /// Counts in which prefectures two sectors are both strong.
    fn colocated(&self, measure: Measure) -> Result<Measured, NoMeasure> {
        let counted = counts(self.collections, self.places, "places", Vocabulary::Sectors)?;
        let is_strong = presence(&counted.table);
        let counts = CoOccurrence::new(counted.codes.len(), &is_strong);
        let regions = Some(counted.table.regions());
        let relatedness = Box::new(Colocation::new(measure, counted.codes, &counts));
        Ok(Measured { relatedness, vocabulary: Vocabulary::Sectors, regions })
    }
}

/// Holds how many sites of each industry each region has.
pub(super) struct Counted {
    pub(super) codes: Vec<String>,
    pub(super) table: RegionTable,
}

/// Counts the sites of some collections by prefecture and industry; a place and an industry once.
pub(super) fn counts(
    collections: &dyn Fn(&str) -> Option<Arc<Collection>>,
    names: &str,
    parameter: &str,
    vocabulary: Vocabulary,
) -> Result<Counted, NoMeasure> {
    let mut seen: HashSet<(String, String, String)> = HashSet::new();
    let mut cells: BTreeMap<(String, String), usize> = BTreeMap::new();
    for name in names.split(',').map(str::trim) {
        let collection = collections(name).ok_or_else(|| no_collection(parameter, name))?;
        let schema = collection.schema().clone();
        for feature in collection.stream(&Selection::default())? {
            let feature = feature?;
            let Some(region) = region(&schema, &feature) else { continue };
            let place = feature.position().map_or_else(
                || feature.id.as_str().to_owned(),
                |at| format!("{},{}", at.lon(), at.lat()),
            );
            for code in codes(&schema, &feature, vocabulary) {
                if seen.insert((region.clone(), place.clone(), code.clone())) {
                    *cells.entry((region.clone(), code)).or_default() += 1;
                }
            }
        }
    }
    let set = |of: fn(&(String, String)) -> &String| {
        let mut all: Vec<String> = cells.keys().map(|key| of(key).clone()).collect();
        all.sort();
        all.dedup();
        all
    };
    let (regions, codes) = (set(|key| &key.0), set(|key| &key.1));
    let at = |list: &[String], wanted: &String| list.binary_search(wanted).unwrap_or_default();
    let mut amounts = vec![0.0; regions.len() * codes.len()];
    for ((region, code), count) in &cells {
        amounts[at(&regions, region) * codes.len() + at(&codes, code)] = *count as f64;
    }
    let table = RegionTable::new(codes.len(), amounts)
        .map_err(|error| Refused::new(parameter, error.to_string()))?;
    if codes.is_empty() {
        let reason = format!(
            "no feature of `{names}` has both a code in `{}` and an adcode or prefecture",
            vocabulary.property()
        );
        return Err(Refused::new(parameter, reason).into());
    }
    Ok(Counted { codes, table })
}

/// Refuses a collection that is not there.
pub(super) fn no_collection(parameter: &str, name: &str) -> Refused {
    let reason = format!("there is no collection `{name}`: see /collections or jidi collections");
    Refused::new(parameter, reason)
}

/// The prefecture of a feature: by its code, else by its name.
fn region(schema: &Schema, feature: &Feature) -> Option<String> {
    let text = |name: &str| {
        let value = &feature.values[schema.position(name)?];
        (*value != Value::Null).then(|| value.in_a_cell())
    };
    let by_code = ["adcode", "match_adcode"].iter().find_map(|name| text(name));
    by_code
        .filter(|code| code.len() == 6)
        .map(|code| code[..4].to_owned())
        .or_else(|| text("prefecture"))
}

/// The codes of a feature.
pub(super) fn codes(schema: &Schema, feature: &Feature, vocabulary: Vocabulary) -> Vec<String> {
    let Some(place) = schema.position(vocabulary.property()) else { return Vec::new() };
    match &feature.values[place] {
        Value::Null => Vec::new(),
        Value::List(codes) => codes.to_vec(),
        other => {
            let cell = other.in_a_cell();
            let parts = cell.split(';').map(str::trim).filter(|code| !code.is_empty());
            parts.map(str::to_owned).collect()
        }
    }
}
