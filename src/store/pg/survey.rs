//! What a table is as a whole, found by reading it once.

use super::failure::Failure;
use super::pool::Lease;
use super::source::Source;
use crate::domain::{Bbox, FieldType};
use crate::store::remote::Summary;

/// Reads a table through; however long that takes.
pub(super) fn survey(lease: &mut Lease, source: &Source) -> Result<Summary, Failure> {
    let Source { relation, schema, geometry, columns, .. } = source;
    let year = schema.position("year");
    let year = year.filter(|&year| schema.fields()[year].field_type == FieldType::Integer);
    let year = year.map_or("NULL::bigint", |year| columns[year].selected.as_str());
    let nulls: Vec<String> = columns
        .iter()
        .map(|one| format!("coalesce(bool_or({} IS NULL), false)", one.compared))
        .collect();
    let nulls = nulls.join(", ");
    let sql = format!(
        "SELECT count, is_points, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box), first, last, nulls
         FROM (SELECT count(*) AS count,
             coalesce(bool_and(coalesce(GeometryType({geometry}) = 'POINT', true)), true) AS is_points,
             ST_Extent({geometry}) AS box, min({year}) AS first, max({year}) AS last,
             ARRAY[{nulls}]::boolean[] AS nulls
           FROM {relation}) AS whole"
    );
    let client = lease.client()?;
    client.batch_execute("BEGIN READ ONLY; SET LOCAL statement_timeout = 0")?;
    let row = client.query_one(&sql, &[]);
    client.batch_execute("COMMIT")?;
    let row = row?;
    let edge = |place: usize| row.get::<_, Option<f64>>(place);
    let edges = edge(2).zip(edge(3)).zip(edge(4).zip(edge(5)));
    let extent = edges
        .and_then(|((west, south), (east, north))| Bbox::from_edges(west, south, east, north).ok());
    let count: i64 = row.get(0);
    Ok(Summary {
        count: usize::try_from(count).unwrap_or_default(),
        is_points: row.get(1),
        extent,
        years: row.get::<_, Option<i64>>(6).zip(row.get(7)),
        has_nulls: row.get(8),
    })
}
