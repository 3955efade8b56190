//! Where is this place? An offline gazetteer of China and the world, and the rules that read a text.
//!
//! A text is cut into the names that it mentions ([`mentions`]), read off its Latin words or its
//! Chinese characters, and each looked up in one automaton over all names ([`names`]). Names that lie in one another form readings ([`chain`]); the best of
//! them, held against the code that a record gives, decides ([`resolve`]), says how surely
//! (`confidence`), where it stands ([`place`]) and what else it could be ([`candidate`]). A pin
//! ([`pins`]) overrules. [`reverse`] goes the other way.

mod agree;
pub mod candidate;
pub mod chain;
mod chinese;
mod common;
mod confidence;
mod conflict;
mod edit_distance;
pub mod gazetteer;
mod latin;
pub mod mentions;
mod misspelt;
pub mod names;
pub mod normalize;
pub mod peoples;
pub mod pins;
pub mod place;
pub mod posting;
pub mod question;
mod recent;
pub mod records;
pub mod resolve;
pub mod reverse;
mod romanised;
mod several;
pub mod shift;
pub mod wade_giles;
pub mod words;
pub mod world;

pub use candidate::Candidate;
pub use gazetteer::Gazetteer;
pub use pins::Pins;
pub use question::{Answer, Query};
pub use records::{Level, Place};
pub use resolve::CHINA;
pub use reverse::Reverse;
