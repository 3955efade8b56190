//! What is near, what is inside, what has this value: R-trees and ordered columns.

pub mod areas;
pub mod column;
pub mod geodesic;
pub mod kd_tree;
pub mod plane;
pub mod prepared_area;
pub mod sphere;

pub use areas::AreaIndex;
pub use column::ColumnIndex;
pub use kd_tree::KdTree;
pub use plane::PlaneIndex;
pub use prepared_area::{Place, PreparedArea};
pub use sphere::{Neighbor, SphereIndex};
