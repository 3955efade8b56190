//! Counts in the cells of a tile, made where the features are kept.

use std::collections::BTreeMap;

use postgres::fallible_iterator::FallibleIterator as _;

use super::condition::Condition;
use super::failure::Failure;
use super::pool::Lease;
use super::source::Source;
use crate::domain::{Datum, FieldType, LonLat};
use crate::store::remote::CellCount;
use crate::store::selection::Selection;
use crate::tiles::{Cell, CellEdges, Square};

/// Counts what is wanted in each cell of a square and each value of a field; `None` when no more than
/// `most` features are wanted, or SQL does not say the filter exactly.
///
/// Cells are found by comparing with their edges, so that each feature is in the one where it would
/// be in memory, see [`CellEdges`]. What another datum shows elsewhere is moved here, place by place.
pub(super) fn counts(
    lease: &mut Lease,
    source: &Source,
    selection: &Selection,
    (square, datum): (Square, Datum),
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
    let parts = format!(
        "(SELECT ST_GeometryN({geometry}, 1) AS part, {group} AS cell_group FROM {relation}{clause}) AS parts WHERE NOT ST_IsEmpty(part)"
    );
    Ok(Some(if matches!(datum, Datum::Wgs84 | Datum::Cgcs2000) {
        between_edges(lease, condition, &parts, square)?
    } else {
        moved(lease, &condition, &parts, (square, datum))?
    }))
}

/// The middle of the box around a part, north up and from the west.
const MIDDLE: [&str; 2] =
    ["(ST_XMin(part) + ST_XMax(part)) / 2", "(ST_YMin(part) + ST_YMax(part)) / 2"];

/// Counts where the database compares with the edges of cells.
fn between_edges(
    lease: &mut Lease,
    mut condition: Condition,
    parts: &str,
    square: Square,
) -> Result<Vec<CellCount>, Failure> {
    let CellEdges { lons, souths } = CellEdges::of(square);
    let (lons, souths) = (condition.argument(lons), condition.argument(souths));
    let [lon, lat] = MIDDLE;
    let sql = format!(
        "SELECT width_bucket(-({lat}), {souths}::float8[]) - 1 AS cell_row,
           width_bucket({lon}, {lons}::float8[]) - 1 AS cell_col, cell_group, count(*)
         FROM {parts} GROUP BY 1, 2, 3"
    );
    let rows = lease.client()?.query(&sql, &condition.args())?;
    let count = |row: &postgres::Row| {
        let number = |place: usize| u32::try_from(row.get::<_, i32>(place)).ok();
        let cell = Cell::new(number(0)?, number(1)?)?;
        Some(CellCount { cell, group: row.get(2), count: row.get(3) })
    };
    Ok(rows.iter().filter_map(count).collect())
}

/// Counts where each place comes and is moved; no more is held than the counts.
fn moved(
    lease: &mut Lease,
    condition: &Condition,
    parts: &str,
    (square, datum): (Square, Datum),
) -> Result<Vec<CellCount>, Failure> {
    let [lon, lat] = MIDDLE;
    let sql = format!("SELECT {lon}, {lat}, cell_group FROM {parts}");
    let mut rows = lease.client()?.query_raw(&sql, condition.args())?;
    let mut of_none: BTreeMap<Cell, i64> = BTreeMap::new();
    let mut of_groups: BTreeMap<String, BTreeMap<Cell, i64>> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let at = LonLat::from_degrees(row.get(0), row.get(1)).ok();
        let Some(cell) = at.and_then(|at| Cell::of(square, datum.from_wgs84(at))) else { continue };
        let counts = match row.get::<_, Option<&str>>(2) {
            None => &mut of_none,
            Some(group) => of_groups.entry(group.to_owned()).or_default(),
        };
        *counts.entry(cell).or_default() += 1;
    }
    let of_groups = of_groups.into_iter().map(|(group, counts)| (Some(group), counts));
    let all = std::iter::once((None, of_none)).chain(of_groups);
    let counted = all.flat_map(|(group, counts)| {
        counts.into_iter().map(move |(cell, count)| CellCount { cell, group: group.clone(), count })
    });
    Ok(counted.collect())
}
