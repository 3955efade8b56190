//! What an analysis is of: the points of a collection, or of a file that is kept nowhere.

use std::borrow::Cow;
use std::sync::Arc;

use super::canonical;
use super::parameters::Refused;
use crate::domain::{Feature, Field, FieldType, LonLat, Remark, Schema, Value};
use crate::formats::Most;
use crate::formats::sheet::RefusedRow;
use crate::store::edit::Author;
use crate::store::intake::{self, Act, Brought, IntakeError, Mode, Origin, Reading, Wanted};
use crate::store::{Catalog, Choices, Collection, Progress, Selection, StoreError};

/// Holds the points that are analysed, in an order that does not depend on that of their rows.
///
/// It is by place, then by what features say, so that chance draws the same and sums have the same
/// digits however a file is sorted. Lists of points are answered in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The id of the collection, or the name of the file.
    pub name: String,
    /// The fields of the features.
    pub schema: Schema,
    /// The features that stand somewhere.
    pub features: Vec<Arc<Feature>>,
    /// Where each stands.
    pub positions: Vec<LonLat>,
    /// The row of each, counted among those that stand somewhere: 0 for the first that came.
    pub rows: Vec<usize>,
    /// How many stand nowhere, and are left out.
    pub nowhere: usize,
    /// How many are areas or lines, which no analysis of points takes.
    pub areas: usize,
    /// The id of the first of those.
    pub first_area: Option<String>,
    /// What a reader should know of how they came to be, each with its code.
    pub remarks: Vec<(&'static str, Remark)>,
}

/// Holds features that were brought to be analysed and are not kept.
#[derive(Debug, Clone)]
pub struct Inline {
    /// The features, as a collection of their own.
    pub collection: Collection,
    /// The rows that could not be read.
    pub refused: Vec<RefusedRow>,
    /// What a reader should know of the file as a whole.
    pub warnings: Vec<Remark>,
}

impl Subject {
    /// Takes those features of a collection that are wanted.
    ///
    /// # Errors
    ///
    /// [`StoreError`] when they are kept elsewhere and nothing answers there.
    pub fn of(collection: &Collection, selection: &Selection) -> Result<Self, StoreError> {
        let mut subject = Self {
            name: collection.about().id.clone(),
            schema: collection.schema().clone(),
            features: Vec::new(),
            positions: Vec::new(),
            rows: Vec::new(),
            nowhere: 0,
            areas: 0,
            first_area: None,
            remarks: Vec::new(),
        };
        let taken: Box<dyn Iterator<Item = Result<Arc<Feature>, StoreError>>> =
            if collection.is_held() && *selection == Selection::default() {
                Box::new(collection.shared().map(|feature| Ok(Arc::clone(feature))))
            } else {
                let owned = |feature: Cow<'_, Feature>| Arc::new(feature.into_owned());
                Box::new(collection.stream(selection)?.map(move |feature| feature.map(owned)))
            };
        for feature in taken {
            let feature = feature?;
            match (feature.position(), feature.is_placed()) {
                (Some(position), _) => {
                    subject.positions.push(position);
                    subject.features.push(feature);
                }
                (None, false) => subject.nowhere += 1,
                (None, true) => {
                    subject.areas += 1;
                    subject.first_area.get_or_insert_with(|| feature.id.as_str().to_owned());
                }
            }
        }
        subject.settle();
        Ok(subject)
    }

    /// Puts the points in the one order of them.
    fn settle(&mut self) {
        self.rows = canonical::order(&self.schema, &self.features);
        self.positions = self.rows.iter().map(|&row| self.positions[row]).collect();
        self.features = self.rows.iter().map(|&row| Arc::clone(&self.features[row])).collect();
    }

    /// How many points stand exactly where another does.
    #[must_use]
    pub fn shared(&self) -> usize {
        let places = self.positions.chunk_by(|a, b| a == b); // they are in order of place
        places.map(<[LonLat]>::len).filter(|count| *count > 1).sum()
    }

    /// The points in the order in which their rows came.
    #[must_use]
    pub fn by_row(&self) -> Vec<usize> {
        let mut points: Vec<usize> = (0..self.len()).collect();
        points.sort_by_key(|&point| self.rows[point]);
        points
    }

    /// How many points there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.positions.len()
    }

    /// Says whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.positions.is_empty()
    }

    /// The points as unit vectors.
    #[must_use]
    pub fn vectors(&self) -> Vec<[f64; 3]> {
        self.positions.iter().map(|position| position.unit_vector()).collect()
    }

    /// The text of a field of one feature; `None` where it is null or there is no such field.
    #[must_use]
    pub fn text(&self, feature: usize, field: &str) -> Option<String> {
        let value = &self.features[feature].values[self.schema.position(field)?];
        (*value != Value::Null).then(|| value.in_a_cell()).filter(|text| !text.is_empty())
    }

    /// Finds the field that a parameter names.
    ///
    /// # Errors
    ///
    /// [`Refused`], which names the fields that there are.
    pub fn field(&self, parameter: &str, name: &str) -> Result<usize, Refused> {
        self.schema.position(name).ok_or_else(|| {
            let fields = self.schema.fields().iter().map(|field| field.name.as_str());
            let known = fields.collect::<Vec<_>>().join(", ");
            let reason = format!("`{name}` is no property here: use one of {known}");
            Refused::new(parameter, reason)
        })
    }

    /// The numbers of the field that a parameter names, feature by feature.
    ///
    /// # Errors
    ///
    /// [`Refused`] when there is no such field, it holds no numbers, or one of them is not finite.
    pub fn values(&self, parameter: &str, name: &str) -> Result<Vec<Option<f64>>, Refused> {
        let place = self.field(parameter, name)?;
        let is_number =
            |field: &&Field| matches!(field.field_type, FieldType::Integer | FieldType::Real);
        self.check_numbers(parameter, name)?;
        if !is_number(&&self.schema.fields()[place]) {
            let numbers = self.schema.fields().iter().filter(is_number);
            let known: Vec<&str> = numbers.map(|field| field.name.as_str()).collect();
            let known = if known.is_empty() { "none here does".into() } else { known.join(", ") };
            let reason = format!("`{name}` holds no numbers; these do: {known}");
            return Err(Refused::new(parameter, reason));
        }
        let value = |feature: &Feature| match feature.values[place] {
            Value::Integer(number) => Ok(Some(number as f64)),
            Value::Real(number) if number.is_finite() => Ok(Some(number)),
            Value::Real(number) => {
                let id = feature.id.as_str();
                let reason = format!("`{name}` of `{id}` is {number}: numbers are finite, or null");
                Err(Refused::new(parameter, reason))
            }
            _ => Ok(None),
        };
        self.features.iter().map(|feature| value(feature)).collect()
    }

    /// Refuses a field that is text because of one value, and names that value.
    ///
    /// # Errors
    ///
    /// [`Refused`] when some of its texts are finite numbers and others are not.
    pub fn check_numbers(&self, parameter: &str, name: &str) -> Result<(), Refused> {
        let Some(place) = self.schema.position(name) else { return Ok(()) };
        let is_number = |text: &str| text.trim().parse().is_ok_and(f64::is_finite);
        let texts = || {
            self.features.iter().filter_map(|feature| match &feature.values[place] {
                Value::Text(text) => Some((feature.id.as_str(), text.as_str())),
                _ => None,
            })
        };
        let wrong = texts().find(|(_, text)| !is_number(text));
        match wrong.filter(|_| texts().any(|(_, text)| is_number(text))) {
            None => Ok(()),
            Some((id, text)) => {
                let reason = format!(
                    "`{name}` of `{id}` is `{text}`, no finite number, which makes text of them all: correct it, or leave it empty"
                );
                Err(Refused::new(parameter, reason))
            }
        }
    }

    /// The sizes that a parameter names, and how many features have none; those count 0.
    ///
    /// # Errors
    ///
    /// As [`Self::values`], and when a size is below 0.
    pub fn sizes(&self, parameter: &str, name: &str) -> Result<(Vec<f64>, usize), Refused> {
        let values = self.values(parameter, name)?;
        let below = values.iter().position(|value| value.is_some_and(|size| size < 0.0));
        if let Some(at) = below {
            let (id, size) = (self.features[at].id.as_str(), values[at].unwrap_or_default());
            let reason = format!("`{name}` of `{id}` is {size}: sizes are not negative");
            return Err(Refused::new(parameter, reason));
        }
        let missing = values.iter().filter(|value| value.is_none()).count();
        Ok((values.into_iter().map(Option::unwrap_or_default).collect(), missing))
    }

    /// Keeps those that stand where they are wanted.
    #[must_use]
    pub(super) fn kept(&self, is_wanted: impl Fn(LonLat) -> bool) -> Self {
        let wanted: Vec<usize> =
            (0..self.len()).filter(|&point| is_wanted(self.positions[point])).collect();
        Self {
            name: self.name.clone(),
            schema: self.schema.clone(),
            features: wanted.iter().map(|&point| self.features[point].clone()).collect(),
            positions: wanted.iter().map(|&point| self.positions[point]).collect(),
            rows: wanted.iter().map(|&point| self.rows[point]).collect(),
            nowhere: self.nowhere,
            areas: self.areas,
            first_area: self.first_area.clone(),
            remarks: self.remarks.clone(),
        }
    }

    /// The numbers of a field, of those features that have one.
    #[must_use]
    pub fn numbers(&self, field: &str) -> Vec<f64> {
        let Some(place) = self.schema.position(field) else { return Vec::new() };
        let number = |feature: &Feature| match feature.values[place] {
            Value::Integer(number) => Some(number as f64),
            Value::Real(number) => Some(number),
            _ => None,
        };
        self.features.iter().filter_map(|feature| number(feature)).collect()
    }
}

impl Inline {
    /// Reads a file of features, or a table with positions, named or of a media type.
    ///
    /// # Errors
    ///
    /// [`IntakeError`] when it is of no kind that is read, or makes no sense.
    pub fn read(
        catalog: &Catalog,
        bytes: &[u8],
        name: [&str; 2],
        most: impl Into<Most>,
    ) -> Result<Self, IntakeError> {
        let content = intake::read(bytes, name, &Reading::default(), most)?;
        let wanted = Wanted {
            id: "features".to_owned(),
            mode: Mode::Replace,
            by: Author::default(),
            ..Wanted::default()
        };
        let origin = Origin { source: "", sha256: String::new(), bytes: bytes.len() };
        let (choices, progress) = (Choices::default(), Progress::default());
        let taken =
            intake::take(catalog, &wanted, Brought { content, origin }, &choices, &progress)?;
        match taken.act {
            Act::Put(collection, _) => Ok(Self {
                collection: *collection,
                refused: taken.report.refused,
                warnings: taken.report.warnings.into_iter().map(|(_, remark)| remark).collect(),
            }),
            Act::Add(_) => Err(IntakeError::NoCollection(wanted.id)), // nothing is appended here
        }
    }
}
