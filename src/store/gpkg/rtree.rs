//! The spatial index of a full table, packed at once (sort-tile-recursive: Leutenegger, Lopez and
//! Edgington, 1997).
//!
//! The R-tree of the database splits its nodes again and again while rows come one by one: a million take
//! it twenty times as long. So its nodes are written as it keeps them: for each, two bytes of depth
//! (of the root), two of how many cells, then cells of a 64-bit number and four edges, rounded
//! outwards to 32 bits, all big-endian.

use rusqlite::{Connection, params};

use crate::store::store_error::StoreError;

/// The number of the root.
const ROOT: i64 = 1;
/// Bytes of a cell: its number and four edges.
const CELL_BYTES: usize = 8 + 4 * 4;
/// Bytes before the cells.
const HEAD_BYTES: usize = 4;

/// A row of a table with the edges of its geometry in degrees: west, east, south, north.
pub(super) type Boxed = (i64, [f64; 4]);

/// A row or a node with the edges around it: west, east, south, north.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    number: i64,
    edges: [f32; 4],
}

impl Cell {
    fn new(row: i64, [west, east, south, north]: [f64; 4]) -> Self {
        Self { number: row, edges: [down(west), up(east), down(south), up(north)] }
    }

    fn around(number: i64, cells: &[Self]) -> Self {
        let mut edges = [f32::INFINITY, f32::NEG_INFINITY, f32::INFINITY, f32::NEG_INFINITY];
        for cell in cells {
            for (side, edge) in cell.edges.into_iter().enumerate() {
                edges[side] =
                    if side % 2 == 0 { edges[side].min(edge) } else { edges[side].max(edge) };
            }
        }
        Self { number, edges }
    }

    fn middle(&self, axis: usize) -> f32 {
        self.edges[2 * axis] + self.edges[2 * axis + 1]
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rounded outwards")]
fn down(degrees: f64) -> f32 {
    let near = degrees as f32;
    if f64::from(near) > degrees { near.next_down() } else { near }
}

fn up(degrees: f64) -> f32 {
    -down(-degrees)
}

/// Fills an R-tree that is there and empty.
///
/// # Errors
///
/// [`StoreError`] when it cannot be written.
pub(super) fn fill(work: &Connection, name: &str, rows: &[Boxed]) -> Result<(), StoreError> {
    let sql = format!("SELECT length(data) FROM \"{name}_node\" WHERE nodeno = {ROOT}");
    let node_bytes: u32 = work.query_row(&sql, [], |row| row.get(0))?;
    let node_bytes = node_bytes as usize;
    let most = (node_bytes - HEAD_BYTES) / CELL_BYTES;
    let usual = most - most / 8; // room for what comes later
    let mut owners: Vec<(i64, i64)> = Vec::with_capacity(rows.len());
    let cells = rows.iter().map(|(row, edges)| Cell::new(*row, *edges));
    let mut level = tiled(cells.collect(), usual);
    let (mut depth, mut next_number) = (0_u16, ROOT + 1);
    let sql = format!("INSERT OR REPLACE INTO \"{name}_node\" VALUES (?1, ?2)");
    let mut nodes = work.prepare(&sql)?;
    let mut parents: Vec<(i64, i64)> = Vec::new();
    loop {
        let is_root = level.len() <= most;
        let size = if is_root { most } else { usual };
        let mut above = Vec::with_capacity(level.len() / usual + 1);
        for cells in level.chunks(size.max(1)) {
            let number = if is_root { ROOT } else { next_number };
            next_number += 1;
            nodes.execute(params![
                number,
                node(if is_root { depth } else { 0 }, cells, node_bytes)
            ])?;
            let of = if depth == 0 { &mut owners } else { &mut parents };
            of.extend(cells.iter().map(|cell| (cell.number, number)));
            above.push(Cell::around(number, cells));
        }
        if is_root {
            break;
        }
        level = above;
        depth += 1;
    }
    owners.sort_unstable();
    for (table, pairs) in [("rowid", owners), ("parent", parents)] {
        let mut insert =
            work.prepare(&format!("INSERT INTO \"{name}_{table}\" VALUES (?1, ?2)"))?;
        for (number, node) in pairs {
            insert.execute([number, node])?;
        }
    }
    Ok(())
}

/// Puts cells that are near each other one after the other: in columns from west to east, each from
/// south to north.
fn tiled(mut cells: Vec<Cell>, per_node: usize) -> Vec<Cell> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small count")]
    let columns = (cells.len() as f64 / per_node as f64).sqrt().ceil() as usize;
    let per_column = cells.len().div_ceil(columns.max(1)).next_multiple_of(per_node);
    let by = |axis: usize| {
        move |a: &Cell, b: &Cell| {
            a.middle(axis).total_cmp(&b.middle(axis)).then(a.number.cmp(&b.number))
        }
    };
    cells.sort_unstable_by(by(0));
    cells.chunks_mut(per_column.max(1)).for_each(|column| column.sort_unstable_by(by(1)));
    cells
}

fn node(depth: u16, cells: &[Cell], bytes: usize) -> Vec<u8> {
    let mut data = Vec::with_capacity(bytes);
    data.extend(depth.to_be_bytes());
    data.extend(u16::try_from(cells.len()).unwrap_or(u16::MAX).to_be_bytes());
    for cell in cells {
        data.extend(cell.number.to_be_bytes());
        cell.edges.iter().for_each(|edge| data.extend(edge.to_be_bytes()));
    }
    data.resize(bytes, 0);
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(count: i64) -> Connection {
        let work = Connection::open_in_memory().unwrap();
        work.execute_batch("CREATE VIRTUAL TABLE r USING rtree(id, w, e, s, n)").unwrap();
        let degrees = |row: i64, factor: i64| (row * factor % 36_000) as f64 / 100.0 - 180.0;
        let rows = (1..=count).map(|row| {
            let (x, y) = (degrees(row, 7_919), degrees(row, 104_729) / 2.0);
            (row, [x, x + 0.001, y, y])
        });
        fill(&work, "r", &rows.collect::<Vec<_>>()).unwrap();
        work
    }

    #[test]
    fn what_is_packed_is_sound_and_answers_as_what_came_one_by_one() {
        for count in [0, 1, 51, 52, 2_000, 30_000] {
            let packed = filled(count);
            let check: String =
                packed.query_row("SELECT rtreecheck('r')", [], |row| row.get(0)).unwrap();
            assert_eq!(check, "ok", "{count} rows");
            packed
                .execute_batch(
                    "CREATE VIRTUAL TABLE one_by_one USING rtree(id, w, e, s, n);
                     INSERT INTO one_by_one SELECT * FROM r",
                )
                .unwrap();
            let found = |table: &str| -> Vec<i64> {
                let sql = format!(
                    "SELECT id FROM {table} WHERE e >= -10 AND w <= 40 AND n >= 5 AND s <= 20 ORDER BY id"
                );
                let mut query = packed.prepare(&sql).unwrap();
                let rows = query.query_map([], |row| row.get(0)).unwrap();
                rows.map(Result::unwrap).collect()
            };
            assert_eq!(found("r"), found("one_by_one"));
            let all: i64 =
                packed.query_row("SELECT count(*) FROM r", [], |row| row.get(0)).unwrap();
            assert_eq!(all, count);
        }
    }

    #[test]
    fn a_packed_tree_goes_on_to_be_changed() {
        let tree = filled(5_000);
        for row in 0..2_000 {
            tree.execute("DELETE FROM r WHERE id = ?1", [row * 2 + 1]).unwrap();
            tree.execute("INSERT INTO r VALUES (?1, 1, 2, 3, 4)", [10_000 + row]).unwrap();
        }
        let check: String = tree.query_row("SELECT rtreecheck('r')", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok");
    }

    #[test]
    fn edges_are_rounded_outwards() {
        let cell = Cell::new(1, [0.1, 0.1, -0.1, -0.1]);
        let [west, east, south, north] = cell.edges.map(f64::from);
        assert!(west <= 0.1 && east >= 0.1 && south <= -0.1 && north >= -0.1);
    }
}
