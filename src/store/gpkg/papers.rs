//! What the file keeps beside features: where they come from, what people decided, results.

use rusqlite::{OptionalExtension, Row, params};

use super::Gpkg;
use crate::domain::LonLat;
use crate::store::edit::Author;
use crate::store::kept::{Kept, MOST_KEPT};
use crate::store::putting::{Decision, Provenance};
use crate::store::store_error::StoreError;

impl Gpkg {
    /// Keeps the papers of a collection, in the transaction of the caller.
    pub(super) fn write_papers(
        &self,
        id: &str,
        number: i64,
        from: Option<&Provenance>,
        decisions: &[Decision],
    ) -> Result<(), StoreError> {
        if let Some(from) = from {
            let sql = "INSERT INTO jidi_provenance VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
            self.connection.execute(
                sql,
                params![
                    number,
                    id,
                    from.source,
                    from.sha256,
                    whole(from.bytes),
                    from.kind,
                    from.datum,
                    from.is_geocoded,
                    whole(from.rows),
                    whole(from.refused),
                    from.version,
                    from.who,
                    from.at,
                ],
            )?;
        }
        let sql = "INSERT OR REPLACE INTO jidi_pins VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        let mut pins = self.connection.prepare_cached(sql)?;
        for one in decisions {
            let (lon, lat) = one.at.map(|at| (at.lon(), at.lat())).unzip();
            let adcode = one.adcode.map(|code| code.to_string());
            let Author { who, at } = &one.by;
            pins.execute(params![
                id,
                one.query,
                one.within,
                lon,
                lat,
                adcode,
                one.is_candidate,
                who,
                at
            ])?;
        }
        Ok(())
    }

    /// Where each collection comes from: the last time that it was put in, if that still stands.
    pub(super) fn read_provenance(&self) -> Result<Vec<(String, Provenance)>, StoreError> {
        if self.layout < 3 {
            return Ok(Vec::new());
        }
        let sql = "SELECT p.collection, source, sha256, bytes, kind, datum, is_geocoded, rows, refused, version, p.who, p.at FROM jidi_provenance p JOIN (SELECT collection, max(number) number FROM jidi_edits WHERE what LIKE 'put %' AND undone_by IS NULL GROUP BY collection) last ON last.number = p.edit ORDER BY p.collection";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], provenance)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn read_decisions(&self, id: &str) -> Result<Vec<Decision>, StoreError> {
        if self.layout < 3 {
            return Ok(Vec::new());
        }
        let sql = "SELECT query, within, lon, lat, adcode, is_candidate, decided_by, decided_on FROM jidi_pins WHERE collection = ?1 ORDER BY query, within";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([id], decision)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn write_job(&mut self, job: &Kept) -> Result<(), StoreError> {
        self.in_transaction(|store| store.insert_job(job))
    }

    /// The number of the edit that brought a collection as it is.
    pub(super) fn brought_by(&self, id: &str) -> Result<i64, StoreError> {
        let sql = "SELECT coalesce(max(number), 0) FROM jidi_edits WHERE collection = ?1 AND what LIKE 'put %' AND undone_by IS NULL";
        Ok(self.connection.query_row(sql, [id], |row| row.get(0))?)
    }

    /// The results that are kept, the oldest first.
    pub(super) fn read_jobs(&self) -> Result<Vec<Kept>, StoreError> {
        if self.layout < 3 {
            return Ok(Vec::new());
        }
        let sql = "SELECT id, process, who, status, message, created, started, finished, parameters, media_type, result FROM jidi_results ORDER BY number";
        let mut query = self.connection.prepare(sql)?;
        let rows = query.query_map([], job)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Keeps a result, in the transaction of the caller.
    pub(super) fn insert_job(&self, job: &Kept) -> Result<(), StoreError> {
        let [created, started, finished] = &job.times;
        let sql = "INSERT OR REPLACE INTO jidi_results (id, process, who, status, message, created, started, finished, parameters, media_type, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        self.connection.execute(
            sql,
            params![
                job.id,
                job.process,
                job.who,
                job.status,
                job.message,
                created,
                started,
                finished,
                job.parameters,
                job.media_type,
                job.result,
            ],
        )?;
        let sql =
            "DELETE FROM jidi_results WHERE number <= (SELECT max(number) FROM jidi_results) - ?1";
        self.connection.execute(sql, [MOST_KEPT])?;
        Ok(())
    }

    pub(super) fn read_job(&self, id: &str) -> Result<Option<Kept>, StoreError> {
        if self.layout < 3 {
            return Ok(None);
        }
        let sql = "SELECT id, process, who, status, message, created, started, finished, parameters, media_type, result FROM jidi_results WHERE id = ?1";
        Ok(self.connection.query_row(sql, [id], job).optional()?)
    }

    pub(super) fn delete_job(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.connection.execute("DELETE FROM jidi_results WHERE id = ?1", [id])? > 0)
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn provenance(row: &Row<'_>) -> rusqlite::Result<(String, Provenance)> {
    let count = |place| row.get::<_, i64>(place).map(|count| u64::try_from(count).unwrap_or(0));
    let from = Provenance {
        source: row.get(1)?,
        sha256: row.get(2)?,
        bytes: count(3)?,
        kind: row.get(4)?,
        datum: row.get(5)?,
        is_geocoded: row.get(6)?,
        rows: count(7)?,
        refused: count(8)?,
        version: row.get(9)?,
        who: row.get(10)?,
        at: row.get(11)?,
    };
    Ok((row.get(0)?, from))
}

fn decision(row: &Row<'_>) -> rusqlite::Result<Decision> {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get(2)?, row.get(3)?);
    let adcode: Option<String> = row.get(4)?;
    Ok(Decision {
        query: row.get(0)?,
        within: row.get(1)?,
        at: lon.zip(lat).and_then(|(lon, lat)| LonLat::from_degrees(lon, lat).ok()),
        adcode: adcode.and_then(|code| code.parse().ok()),
        is_candidate: row.get(5)?,
        by: Author { who: row.get(6)?, at: row.get(7)? },
    })
}

fn job(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        id: row.get(0)?,
        process: row.get(1)?,
        who: row.get(2)?,
        status: row.get(3)?,
        message: row.get(4)?,
        times: [row.get(5)?, row.get(6)?, row.get(7)?],
        parameters: row.get(8)?,
        media_type: row.get(9)?,
        result: row.get(10)?,
    })
}
