//! What we talk about: positions, boxes, features, bases, industries, administrative codes.
//!
//! Ground floor: knows nothing of files, sockets or clocks, and uses no other module.

pub mod adcode;
pub mod base;
pub mod bbox;
pub mod crs;
pub mod datum;
pub mod expression;
pub mod feature;
pub mod industry;
pub mod lon_lat;
pub mod names;
pub mod registered_crs;
pub mod remark;
pub mod schema;
pub mod time_interval;
pub mod timestamp;
pub mod transverse_mercator;
pub mod turned;
pub mod watch;
mod winding;

pub use adcode::Adcode;
pub use bbox::Bbox;
pub use crs::Crs;
pub use datum::Datum;
pub use expression::{Expression, Literal, Operator};
pub use feature::{Feature, FeatureId, Value};
pub use lon_lat::LonLat;
pub use registered_crs::RegisteredCrs;
pub use remark::Remark;
pub use schema::{Field, FieldType, Schema};
pub use time_interval::TimeInterval;
pub use timestamp::Timestamp;
pub use watch::Watch;
pub use winding::wound;
