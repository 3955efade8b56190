//! Conditions as CQL2 writes them (OGC 21-065r2): as text and as JSON.
//!
//! What is read here is well formed and of a bounded size; whether it fits a schema is the
//! question of `filter`.

mod json_read;
mod json_write;
mod parser;
mod text_write;
mod token;
mod words;

pub use json_read::read as from_json;
pub use json_write::write as to_json;
pub use parser::parse as from_text;
pub use text_write::write as to_text;
pub use words::{nearest, shown};

use geo::Geometry;

use crate::domain::{LonLat, Operator, RegisteredCrs, turned};

/// The most bytes of a condition.
pub const MAX_BYTES: usize = 32 * 1024;
/// The most operators, values and names of a condition.
pub const MAX_NODES: usize = 1_000;
/// How deep parts may stand in each other.
pub const MAX_DEPTH: usize = 32;
/// The most positions of all geometries of a condition.
pub const MAX_VERTICES: usize = 4_000;

/// A text that is no condition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCql2 {
    /// The text is longer than it may be.
    #[error("a filter of {0} bytes is too long: at most {MAX_BYTES} are read")]
    TooLong(usize),
    /// CQL2 Text that breaks the grammar.
    #[error("at character {at}: {what}")]
    Text {
        /// Where, counted in characters from 1.
        at: usize,
        /// What was expected, and what is there.
        what: String,
    },
    /// CQL2 JSON that breaks the grammar.
    #[error("at {at}: {what}")]
    Json {
        /// Where, as a path from the root, `$`.
        at: String,
        /// What was expected, and what is there.
        what: String,
    },
}

/// Counts what a condition consists of while it is read, and refuses what is too much.
#[derive(Debug, Default)]
struct Meter {
    nodes: usize,
    depth: usize,
    vertices: usize,
}

impl Meter {
    fn node(&mut self) -> Result<(), String> {
        self.nodes += 1;
        let refused = || {
            format!(
                "the filter has more than {MAX_NODES} operators, values and names: ask in several requests"
            )
        };
        if self.nodes > MAX_NODES { Err(refused()) } else { Ok(()) }
    }

    fn enter(&mut self) -> Result<(), String> {
        self.depth += 1;
        let refused = || format!("the filter is nested more than {MAX_DEPTH} deep: flatten it");
        if self.depth > MAX_DEPTH { Err(refused()) } else { Ok(()) }
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }

    fn vertices(&mut self, count: usize) -> Result<(), String> {
        self.vertices += count;
        let refused = || {
            format!(
                "the geometries have more than {MAX_VERTICES} positions: simplify them, or use a box"
            )
        };
        if self.vertices > MAX_VERTICES { Err(refused()) } else { Ok(()) }
    }
}

/// Says why an operator cannot be applied to so many values.
fn wrong_count(operator: Operator, given: usize) -> String {
    let name = operator.name();
    let name = if operator.is_function() { name.to_uppercase() } else { name.to_owned() };
    format!("`{name}` takes {}, and {given} are given", operator.takes())
}

/// Holds a geometry against the rules that every geometry keeps, and turns it into WGS 84.
fn checked(geometry: &Geometry<f64>, crs: RegisteredCrs) -> Result<Geometry<f64>, String> {
    use geo::{CoordsIter, Validation};
    let geometry = turned::geometry(geometry, crs).map_err(|error| error.to_string())?;
    let outside = geometry.coords_iter().find_map(|at| LonLat::from_degrees(at.x, at.y).err());
    if let Some(error) = outside {
        return Err(error.to_string());
    }
    geometry.check_validation().map_err(|error| format!("the geometry is not valid: {error}"))?;
    Ok(geometry)
}

#[cfg(test)]
mod tests;
