//! The fields that every feature of a collection has.

/// Lists the fields of a collection, in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Schema {
    fields: Vec<Field>,
}

/// Describes one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name, as in answers and files.
    pub name: String,
    /// What its values are; any may be null.
    pub field_type: FieldType,
    /// One sentence for readers.
    pub description: String,
}

/// Says what the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers.
    Real,
    /// Lists of text; written joined by `;` where a format has no lists.
    List,
    /// True or false.
    Boolean,
    /// Days of the calendar.
    Date,
    /// Instants, in UTC.
    DateTime,
}

impl FieldType {
    /// The word for it where types of fields are kept as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::List => "list",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::DateTime => "date-time",
        }
    }

    /// Finds a type by its word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Every type.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Integer,
        Self::Real,
        Self::List,
        Self::Boolean,
        Self::Date,
        Self::DateTime,
    ];

    /// Says whether its values are times.
    #[must_use]
    pub fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::DateTime)
    }

    /// What the values are, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole numbers",
            Self::Real => "numbers",
            Self::List => "lists of text",
            Self::Boolean => "true or false",
            Self::Date => "days, yyyy-mm-dd",
            Self::DateTime => "instants, as RFC 3339 writes them",
        }
    }
}

impl Schema {
    /// Takes the fields in their order.
    #[must_use]
    pub fn new(fields: Vec<Field>) -> Self {
        Self { fields }
    }

    /// The fields in their order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Finds the place of a field by its name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }
}

impl Field {
    /// Describes a field.
    #[must_use]
    pub fn new(name: &str, field_type: FieldType, description: &str) -> Self {
        Self { name: name.to_owned(), field_type, description: description.to_owned() }
    }
}
