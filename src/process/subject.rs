//! What an analysis is of: the points of a collection, or of a file that is kept nowhere.

use crate::domain::{Feature, LonLat, Remark, Schema, Value};
use crate::formats::sheet::RefusedRow;
use crate::store::edit::Author;
use crate::store::intake::{self, Act, Brought, IntakeError, Mode, Wanted};
use crate::store::{Catalog, Choices, Collection, Progress, Selection, StoreError};

/// Holds the points that are analysed.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// The id of the collection, or the name of the file.
    pub name: String,
    /// The fields of the features.
    pub schema: Schema,
    /// The features that stand somewhere.
    pub features: Vec<Feature>,
    /// Where each stands.
    pub positions: Vec<LonLat>,
    /// How many stand nowhere, and are left out.
    pub nowhere: usize,
    /// How many stand at more than one point, and are left out.
    pub areas: usize,
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
            nowhere: 0,
            areas: 0,
        };
        for feature in collection.stream(selection)? {
            let feature = feature?;
            match (feature.position(), &feature.geometry) {
                (Some(position), _) => {
                    subject.positions.push(position);
                    subject.features.push(feature.into_owned());
                }
                (None, None) => subject.nowhere += 1,
                (None, Some(_)) => subject.areas += 1,
            }
        }
        Ok(subject)
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

    /// The numbers of a field, of those features that have one.
    #[must_use]
    pub fn numbers(&self, field: &str) -> Vec<f64> {
        let Some(place) = self.schema.position(field) else { return Vec::new() };
        let number = |feature: &Feature| match feature.values[place] {
            Value::Integer(number) => Some(number as f64),
            Value::Real(number) => Some(number),
            _ => None,
        };
        self.features.iter().filter_map(number).collect()
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
        most_rows: usize,
    ) -> Result<Self, IntakeError> {
        let content = intake::read(bytes, name, None, false, most_rows)?;
        let wanted = Wanted {
            id: "features".to_owned(),
            mode: Mode::Replace,
            by: Author::default(),
            ..Wanted::default()
        };
        let brought = Brought { content, source: "", sha256: String::new(), bytes: bytes.len() };
        let (choices, progress) = (Choices::default(), Progress::default());
        let taken = intake::take(catalog, &wanted, &brought, &choices, &progress)?;
        match taken.act {
            Act::Put(collection, _) => Ok(Self {
                collection: *collection,
                refused: taken.report.refused,
                warnings: taken.report.warnings,
            }),
            Act::Add(_) => Err(IntakeError::NoCollection(wanted.id)), // nothing is appended here
        }
    }
}
