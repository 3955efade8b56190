//! What is near, what is inside: R-trees over unit vectors and over boxes.

pub mod areas;
pub mod geodesic;
pub mod kd_tree;
pub mod plane;
pub mod sphere;

pub use areas::AreaIndex;
pub use kd_tree::KdTree;
pub use plane::PlaneIndex;
pub use sphere::{Neighbor, SphereIndex};
