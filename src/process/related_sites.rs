//! The sites that `related` looks among, by what they make.

use std::collections::HashMap;
use std::sync::Arc;

use super::canonical;
use super::measures::{Measured, NoMeasure, codes, no_collection};
use super::parameters::Refused;
use super::subject::Subject;
use crate::analysis::related::SitesByKind;
use crate::analysis::related_all::AllSites;
use crate::domain::industry::Vocabulary;
use crate::domain::{Feature, FeatureId, LonLat, Schema, Value};
use crate::store::{Collection, Selection};

/// Holds one site.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Site {
    pub(super) collection: u32,
    pub(super) id: FeatureId,
    pub(super) name: String,
    pub(super) name_zh: String,
    pub(super) position: LonLat,
    pub(super) kind: u32,
}

/// Holds the sites of some collections whose industry is known.
pub(super) struct Partners {
    pub(super) collections: Vec<String>,
    pub(super) sites: Vec<Site>,
    /// Of each kind the places of its codes in the measure.
    pub(super) kinds: Vec<Vec<usize>>,
    pub(super) by_kind: SitesByKind,
    /// How many sites have no code that the measure knows.
    pub(super) without: usize,
    /// How many stand where another of the same industries does, and are counted with it.
    pub(super) merged: usize,
    places: HashMap<String, usize>,
    vocabulary: Vocabulary,
    /// The numbers of the sites that the bases are, or are counted with.
    numbers: HashMap<FeatureId, u32>,
}

/// What is gathered while sites are read.
#[derive(Default)]
struct Gathered {
    sites: Vec<Site>,
    weights: Vec<f64>,
    kinds: HashMap<Vec<usize>, u32>,
    without: usize,
    merged: usize,
    numbers: HashMap<FeatureId, u32>,
    /// The first site at a position of a kind, in bits of degrees.
    seen: HashMap<(u64, u64, u32), u32>,
}

impl Partners {
    /// Reads the sites of some collections, whose names, what they count by, and the one base that is
    /// asked about are given; `own` are the bases, which are sites themselves where their name is among
    /// those.
    ///
    /// A list of designations names one place and industry as often as it was designated: that is one
    /// site.
    pub(super) fn read(
        collections: &dyn Fn(&str) -> Option<Arc<Collection>>,
        own: &Subject,
        [names, weight, base]: [Option<&str>; 3],
        measured: &Measured,
    ) -> Result<Self, NoMeasure> {
        let names = names.unwrap_or_default();
        let known = measured.relatedness.codes();
        let places: HashMap<String, usize> =
            known.iter().enumerate().map(|(place, code)| (code.clone(), place)).collect();
        let (mut all, mut gathered) = (Vec::new(), Gathered::default());
        for name in names.split(',').map(str::trim) {
            if all.iter().any(|known| known == name) {
                let reason = format!("`{name}` is named twice: name it once");
                return Err(Refused::new("among", reason).into());
            }
            let reading = |schema| Reading {
                number: all.len() as u32,
                schema,
                places: &places,
                vocabulary: measured.vocabulary,
                weight,
                collection: name,
                is_own: name == own.name,
                base,
            };
            match collections(name) {
                Some(collection) => {
                    let everything = Selection::default();
                    let features: Vec<_> =
                        collection.stream(&everything)?.collect::<Result<_, _>>()?;
                    let features: Vec<&Feature> = features.iter().map(AsRef::as_ref).collect();
                    gathered.add_all(&reading(collection.schema()), &features)?;
                }
                None if name == own.name => {
                    let features: Vec<&Feature> = own.features.iter().map(AsRef::as_ref).collect();
                    gathered.add_all(&reading(&own.schema), &features)?;
                }
                None => return Err(no_collection("among", name).into()),
            }
            all.push(name.to_owned());
        }
        let mut kinds = vec![Vec::new(); gathered.kinds.len()];
        for (codes, kind) in gathered.kinds {
            kinds[kind as usize] = codes;
        }
        let sites = gathered.sites;
        let points: Vec<[f64; 3]> = sites.iter().map(|site| site.position.unit_vector()).collect();
        let kind: Vec<u32> = sites.iter().map(|site| site.kind).collect();
        Ok(Self {
            collections: all,
            by_kind: SitesByKind::new(&points, &kind, kinds.len(), gathered.weights),
            sites,
            kinds,
            without: gathered.without,
            merged: gathered.merged,
            places,
            vocabulary: measured.vocabulary,
            numbers: gathered.numbers,
        })
    }

    /// The sites in cells, for sums over all near very many bases.
    pub(super) fn all_sites(&self) -> AllSites {
        let points: Vec<[f64; 3]> =
            self.sites.iter().map(|site| site.position.unit_vector()).collect();
        let kind: Vec<u32> = self.sites.iter().map(|site| site.kind).collect();
        AllSites::new(&points, &kind, self.kinds.len(), self.by_kind.weights())
    }

    /// The places of a feature's codes in the measure; those that it does not know are left out.
    pub(super) fn places_of(&self, schema: &Schema, feature: &Feature) -> Vec<usize> {
        places_of(&self.places, schema, feature, self.vocabulary)
    }

    /// The number of the site that a base is, or is counted with.
    pub(super) fn site_of(&self, id: &FeatureId) -> Option<u32> {
        self.numbers.get(id).copied()
    }
}

/// How the features of one collection are read.
struct Reading<'a> {
    number: u32,
    schema: &'a Schema,
    places: &'a HashMap<String, usize>,
    vocabulary: Vocabulary,
    weight: Option<&'a str>,
    collection: &'a str,
    /// Whether the bases are of this collection.
    is_own: bool,
    /// The one base that is asked about.
    base: Option<&'a str>,
}

impl Gathered {
    /// Remembers which site a base is, if it may be asked about.
    fn know(&mut self, reading: &Reading<'_>, feature: &Feature, number: u32) {
        if reading.is_own && reading.base.is_none_or(|id| feature.id.as_str() == id) {
            self.numbers.insert(feature.id.clone(), number);
        }
    }

    fn add_all(&mut self, reading: &Reading<'_>, features: &[&Feature]) -> Result<(), Refused> {
        let schema = reading.schema;
        let field = |weight| weight_field(schema, weight, reading.collection);
        let weight = reading.weight.map(field).transpose()?;
        let is_once = schema.position("designation").is_some();
        let mut order = canonical::order(schema, features).into_iter();
        order.try_for_each(|place| self.add(reading, weight, is_once, features[place]))
    }

    fn add(
        &mut self,
        reading: &Reading<'_>,
        weight: Option<usize>,
        is_once: bool,
        feature: &Feature,
    ) -> Result<(), Refused> {
        let Some(position) = feature.position() else { return Ok(()) };
        let codes = places_of(reading.places, reading.schema, feature, reading.vocabulary);
        if codes.is_empty() {
            self.without += 1;
            return Ok(());
        }
        let next = self.kinds.len() as u32;
        let kind = *self.kinds.entry(codes).or_insert(next);
        let key = (position.lon().to_bits(), position.lat().to_bits(), kind);
        if let Some(&first) = self.seen.get(&key).filter(|_| is_once) {
            self.merged += 1;
            self.know(reading, feature, first);
            return Ok(());
        }
        let weight = match weight.map(|place| &feature.values[place]) {
            None => 1.0,
            Some(Value::Integer(number)) if *number >= 0 => *number as f64,
            Some(Value::Real(number)) if *number >= 0.0 => *number,
            Some(Value::Null) => 0.0,
            Some(other) => {
                let id = feature.id.as_str();
                let reason = format!(
                    "`{}` of feature `{id}` is no weight: give numbers from 0",
                    other.in_a_cell()
                );
                return Err(Refused::new("weight", reason));
            }
        };
        let text = |name: &str| {
            let value = reading.schema.position(name).map(|place| &feature.values[place]);
            value.map(Value::in_a_cell).unwrap_or_default()
        };
        let number = self.sites.len() as u32;
        self.know(reading, feature, number);
        if is_once {
            self.seen.insert(key, number);
        }
        self.weights.push(weight);
        self.sites.push(Site {
            collection: reading.number,
            id: feature.id.clone(),
            name: text("name"),
            name_zh: text("name_zh"),
            position,
            kind,
        });
        Ok(())
    }
}

fn weight_field(schema: &Schema, weight: &str, collection: &str) -> Result<usize, Refused> {
    schema.position(weight).ok_or_else(|| {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name.as_str()).collect();
        let reason =
            format!("`{collection}` has no property `{weight}`: it has {}", names.join(", "));
        Refused::new("weight", reason)
    })
}

fn places_of(
    places: &HashMap<String, usize>,
    schema: &Schema,
    feature: &Feature,
    vocabulary: Vocabulary,
) -> Vec<usize> {
    let place = schema.position(vocabulary.property());
    if let Some(Value::List(codes)) = place.map(|place| &feature.values[place]) {
        return codes.iter().filter_map(|code| places.get(code).copied()).collect();
    }
    let codes = codes(schema, feature, vocabulary);
    codes.iter().filter_map(|code| places.get(code).copied()).collect()
}
