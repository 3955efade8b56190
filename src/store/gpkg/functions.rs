//! What the triggers of the spatial index call, and the database does not know by itself.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use crate::formats::gpkg_blob;

/// Gives a connection `ST_MinX` and its kind (OGC 12-128r18, annex F.3).
pub(super) fn add(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    for (edge, name) in ["ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"].into_iter().enumerate() {
        connection.create_scalar_function(name, 1, flags, move |context| {
            Ok(bounds(context).map(|bounds| bounds[edge]))
        })?;
    }
    connection.create_scalar_function("ST_IsEmpty", 1, flags, |context| {
        Ok(i32::from(bounds(context).is_none()))
    })
}

fn bounds(context: &Context<'_>) -> Option<[f64; 4]> {
    match context.get_raw(0) {
        ValueRef::Blob(blob) => gpkg_blob::bounds(blob),
        _ => None,
    }
}
