//! What a table is as a whole, found by reading it once.

use super::cells::TimeCell;
use super::failure::Failure;
use super::known::{is_null, or_null};
use super::pool::Lease;
use super::source::Source;
use crate::domain::{Bbox, Value};
use crate::store::remote::Summary;
use crate::store::times::TimeField;

/// Reads a table through; however long that takes.
pub(super) fn survey(lease: &mut Lease, source: &Source) -> Result<Summary, Failure> {
    let Source { relation, schema, geometry, columns, .. } = source;
    let field = TimeField::of(schema);
    let kind = |place: usize| schema.fields()[place].field_type;
    let time = field.map(|field| or_null(&columns[field.place()].selected, kind(field.place())));
    let time = time.unwrap_or_else(|| "NULL::bigint".to_owned());
    let nulls: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(place, one)| {
            format!("coalesce(bool_or({}), false)", is_null(&one.compared, kind(place)))
        })
        .collect();
    let nulls = nulls.join(", ");
    let sql = format!(
        "SELECT count, is_points, ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box), first, last, nulls
         FROM (SELECT count(*) AS count,
             coalesce(bool_and(coalesce(GeometryType({geometry}) = 'POINT', true)), true) AS is_points,
             ST_Extent({geometry}) AS box, min({time}) AS first, max({time}) AS last,
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
        times: time_of(&row, 6, field).zip(time_of(&row, 7, field)),
        has_nulls: row.get(8),
    })
}

/// The first or the last time, as the field holds it.
fn time_of(row: &postgres::Row, place: usize, field: Option<TimeField>) -> Option<Value> {
    match field? {
        TimeField::Year(_) => row.get::<_, Option<i64>>(place).map(Value::Integer),
        TimeField::Day(_) | TimeField::Instant(_) => {
            row.get::<_, Option<TimeCell>>(place).map(|cell| cell.0)
        }
    }
}
