//! Counts in the cells of a tile, made where the features are kept.

use super::condition::Condition;
use super::failure::Failure;
use super::pool::Lease;
use super::source::Source;
use crate::domain::FieldType;
use crate::store::remote::CellCount;
use crate::store::selection::Selection;
use crate::tiles::{Cell, CellEdges, Square};

/// Counts what is wanted in each cell of a square and each value of a field; `None` when no more than
/// `most` features are wanted, or SQL does not say the filter exactly.
///
/// Cells are found by comparing with their edges, so that each feature is in the one where it would
/// be in memory, see [`CellEdges`].
pub(super) fn counts(
    lease: &mut Lease,
    source: &Source,
    selection: &Selection,
    square: Square,
    (field, most): (Option<usize>, usize),
) -> Result<Option<Vec<CellCount>>, Failure> {
    let mut condition = Condition::selecting(selection, source)?;
    if condition.recheck.is_some() {
        return Ok(None);
    }
    let Source { relation, geometry, columns, schema, .. } = source;
    condition.and(format!("{geometry} IS NOT NULL"));
    let clause = condition.clause();
    let probe = format!(
        "SELECT count(*) FROM (SELECT 1 FROM {relation}{clause} LIMIT {}) AS probed",
        most + 1
    );
    let found: i64 = lease.client()?.query_one(&probe, &condition.args())?.get(0);
    if usize::try_from(found).is_ok_and(|found| found <= most) {
        return Ok(None);
    }
    let field = field.filter(|&field| schema.fields()[field].field_type == FieldType::Text);
    let group = field.map_or("NULL::text", |field| columns[field].selected.as_str());
    let CellEdges { lons, souths } = CellEdges::of(square);
    let (lons, souths) = (condition.argument(lons), condition.argument(souths));
    let sql = format!(
        "SELECT width_bucket(-((ST_YMin(part) + ST_YMax(part)) / 2), {souths}::float8[]) - 1 AS cell_row,
           width_bucket((ST_XMin(part) + ST_XMax(part)) / 2, {lons}::float8[]) - 1 AS cell_col,
           cell_group, count(*)
         FROM (SELECT ST_GeometryN({geometry}, 1) AS part, {group} AS cell_group
           FROM {relation}{clause}) AS parts
         WHERE NOT ST_IsEmpty(part)
         GROUP BY 1, 2, 3"
    );
    let rows = lease.client()?.query(&sql, &condition.args())?;
    let count = |row: &postgres::Row| {
        let number = |place: usize| u32::try_from(row.get::<_, i32>(place)).ok();
        let cell = Cell::new(number(0)?, number(1)?)?;
        Some(CellCount { cell, group: row.get(2), count: row.get(3) })
    };
    Ok(Some(rows.iter().filter_map(count).collect()))
}
