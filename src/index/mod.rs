//! What is near, what is inside: R-trees over unit vectors and over boxes.

pub mod areas;
pub mod geodesic;
pub mod plane;
pub mod sphere;

pub use areas::AreaIndex;
pub use plane::PlaneIndex;
pub use sphere::{Neighbor, SphereIndex};
