//! What is loaded now: the collections, made once from the geodata and never changed after.

pub mod attribution;
pub mod catalog;
pub mod choices;
pub mod collection;
mod delta;
pub mod geodata;
mod indexed;
pub mod industries;
pub mod lists;
pub mod load_error;
pub mod located;
pub mod located_features;
pub mod nearest;
pub mod places;
pub mod roles;
pub mod selection;
pub mod snapshots;
pub mod units;

pub use attribution::Attribution;
pub use catalog::Catalog;
pub use choices::{Choice, Choices, Key};
pub use collection::{Change, Collection};
pub use geodata::{Boundaries, Geodata};
pub use load_error::LoadError;
pub use located::{Located, Locator};
pub use nearest::{Found, NearestQuery};
pub use places::Places;
pub use roles::{InvalidList, Roles};
pub use selection::{Page, Selection};
pub use snapshots::Snapshots;
