//! What is near, what is inside, what has this value: R-trees and ordered columns.

pub mod area_finder;
pub mod areas;
pub mod column;
pub mod equal_area;
pub mod geodesic;
pub mod hexagons;
pub mod kd_tree;
pub mod plane;
pub mod prepared_area;
pub mod sphere;
pub mod text_order;

pub use area_finder::AreaFinder;
pub use areas::AreaIndex;
pub use column::ColumnIndex;
pub use equal_area::EqualAreaGrid;
pub use kd_tree::KdTree;
pub use plane::PlaneIndex;
pub use prepared_area::{Place, PreparedArea};
pub use sphere::{Neighbor, SphereIndex, SphereQuery, SphereTree};
