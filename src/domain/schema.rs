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
}

impl FieldType {
    /// What the values are, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "whole numbers",
            Self::Real => "numbers",
            Self::List => "lists of text",
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
