//! Where is this place? An offline gazetteer of China, and the rules that read a place's text.
//!
//! Text is cut into mentions ([`mentions`]), each mention is looked up among all names
//! ([`gazetteer`]), and the mentions that form one chain of units (`evidence`), with the code that
//! the record gives, decide ([`resolve`]) where it stands (`place`). A pin ([`pins`]) overrules.
//! [`reverse`] goes the other way.

mod evidence;
pub mod gazetteer;
pub mod mentions;
pub mod normalize;
pub mod pins;
mod place;
pub mod resolve;
pub mod reverse;

pub use gazetteer::{Gazetteer, Level};
pub use pins::Pins;
pub use resolve::{Answer, Query};
pub use reverse::Reverse;
