//! What does this square show? Tiles of the globe, and what of a geometry lies in one.

pub mod cell_edges;
pub mod cells;
pub mod clip;
pub mod encode;
mod numbered;
pub mod shape;
pub mod square;
pub mod z_order;

pub use cell_edges::CellEdges;
pub use cells::{Cell, Count, Grid};
pub use encode::TileWriter;
pub use shape::Shape;
pub use square::{InvalidSquare, MAX_ZOOM, Square, TileMatrixSet};
pub use z_order::{Stop, ZOrder};

/// How many units a tile is wide and high.
pub const EXTENT: u32 = 4096;

/// How many units around a tile areas and lines are kept, so that no edge of a tile is drawn.
pub const BUFFER: u32 = 64;
