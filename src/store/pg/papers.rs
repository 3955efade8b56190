//! What the database keeps beside features: where they come from, what people decided, results.

use postgres::Row;

use super::failure::Failure;
use super::session::Session;
use crate::domain::LonLat;
use crate::store::edit::Author;
use crate::store::kept::{Kept, MOST_KEPT};
use crate::store::putting::{Decision, Provenance};

impl Session {
    /// Keeps the papers of a collection that was put in by an edit.
    pub(super) fn keep_papers(
        &mut self,
        id: &str,
        number: i64,
        from: Option<&Provenance>,
        decisions: &[Decision],
    ) -> Result<(), Failure> {
        if let Some(from) = from {
            let sql = "INSERT INTO jidi.provenance VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
            let [bytes, rows, refused] = [from.bytes, from.rows, from.refused].map(whole);
            self.execute(
                sql,
                &[
                    &number,
                    &id,
                    &from.source,
                    &from.sha256,
                    &bytes,
                    &from.kind,
                    &from.datum,
                    &from.is_geocoded,
                    &rows,
                    &refused,
                    &from.version,
                    &from.who,
                    &from.at,
                ],
            )?;
        }
        let sql = "INSERT INTO jidi.pins VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (collection, query, within) DO UPDATE SET lon = $4, lat = $5, adcode = $6, is_candidate = $7, decided_by = $8, decided_on = $9";
        for one in decisions {
            let (lon, lat) = one.at.map(|at| (at.lon(), at.lat())).unzip();
            let adcode = one.adcode.map(|code| code.to_string());
            let Author { who, at } = &one.by;
            let (query, within) = (&one.query, &one.within);
            self.execute(
                sql,
                &[&id, query, within, &lon, &lat, &adcode, &one.is_candidate, who, at],
            )?;
        }
        Ok(())
    }

    /// Where each collection comes from: the last time that it was put in, if that still stands.
    pub(super) fn provenance(&mut self) -> Result<Vec<(String, Provenance)>, Failure> {
        if !self.has_papers()? {
            return Ok(Vec::new());
        }
        let sql = "SELECT p.collection, source, sha256, bytes, kind, datum, is_geocoded, rows, refused, version, p.who, p.at FROM jidi.provenance p JOIN (SELECT collection, max(number) AS number FROM jidi.edits WHERE what LIKE 'put %' AND undone_by IS NULL GROUP BY collection) last ON last.number = p.edit ORDER BY p.collection";
        Ok(self.rows(sql, &[])?.iter().map(provenance).collect())
    }

    pub(super) fn decisions(&mut self, id: &str) -> Result<Vec<Decision>, Failure> {
        if !self.has_papers()? {
            return Ok(Vec::new());
        }
        let sql = "SELECT query, within, lon, lat, adcode, is_candidate, decided_by, decided_on FROM jidi.pins WHERE collection = $1 ORDER BY query, within";
        Ok(self.rows(sql, &[&id])?.iter().map(decision).collect())
    }

    pub(super) fn keep_job(&mut self, job: &Kept) -> Result<(), Failure> {
        let [created, started, finished] = &job.times;
        let sql = "INSERT INTO jidi.results (id, process, who, status, message, created, started, finished, parameters, media_type, result) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        self.execute(
            sql,
            &[
                &job.id,
                &job.process,
                &job.who,
                &job.status,
                &job.message,
                created,
                started,
                finished,
                &job.parameters,
                &job.media_type,
                &job.result,
            ],
        )?;
        let sql =
            "DELETE FROM jidi.results WHERE number <= (SELECT max(number) FROM jidi.results) - $1";
        self.execute(sql, &[&MOST_KEPT])?;
        Ok(())
    }

    pub(super) fn job(&mut self, id: &str) -> Result<Option<Kept>, Failure> {
        if !self.has_papers()? {
            return Ok(None);
        }
        let sql = "SELECT id, process, who, status, message, created, started, finished, parameters, media_type, result FROM jidi.results WHERE id = $1";
        Ok(self.row(sql, &[&id])?.as_ref().map(job))
    }

    /// The number of the edit that brought a collection as it is.
    pub(super) fn brought_by(&mut self, id: &str) -> Result<i64, Failure> {
        let sql = "SELECT coalesce(max(number), 0) FROM jidi.edits WHERE collection = $1 AND what LIKE 'put %' AND undone_by IS NULL";
        Ok(self.row(sql, &[&id])?.map_or(0, |row| row.get(0)))
    }

    /// The results that are kept, the oldest first.
    pub(super) fn jobs(&mut self) -> Result<Vec<Kept>, Failure> {
        if !self.has_papers()? {
            return Ok(Vec::new());
        }
        let sql = "SELECT id, process, who, status, message, created, started, finished, parameters, media_type, result FROM jidi.results ORDER BY number";
        Ok(self.rows(sql, &[])?.iter().map(job).collect())
    }

    pub(super) fn forget_job(&mut self, id: &str) -> Result<bool, Failure> {
        Ok(self.execute("DELETE FROM jidi.results WHERE id = $1", &[&id])? > 0)
    }

    /// Says whether the layout has them; who may only read finds an older one as it is.
    fn has_papers(&mut self) -> Result<bool, Failure> {
        let sql = "SELECT to_regclass('jidi.provenance') IS NOT NULL";
        Ok(self.may_write() || self.row(sql, &[])?.is_some_and(|row| row.get(0)))
    }
}

fn whole(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn provenance(row: &Row) -> (String, Provenance) {
    let count = |place: usize| u64::try_from(row.get::<_, i64>(place)).unwrap_or(0);
    let from = Provenance {
        source: row.get(1),
        sha256: row.get(2),
        bytes: count(3),
        kind: row.get(4),
        datum: row.get(5),
        is_geocoded: row.get(6),
        rows: count(7),
        refused: count(8),
        version: row.get(9),
        who: row.get(10),
        at: row.get(11),
    };
    (row.get(0), from)
}

fn decision(row: &Row) -> Decision {
    let (lon, lat): (Option<f64>, Option<f64>) = (row.get(2), row.get(3));
    let adcode: Option<String> = row.get(4);
    Decision {
        query: row.get(0),
        within: row.get(1),
        at: lon.zip(lat).and_then(|(lon, lat)| LonLat::from_degrees(lon, lat).ok()),
        adcode: adcode.and_then(|code| code.parse().ok()),
        is_candidate: row.get(5),
        by: Author { who: row.get(6), at: row.get(7) },
    }
}

fn job(row: &Row) -> Kept {
    Kept {
        id: row.get(0),
        process: row.get(1),
        who: row.get(2),
        status: row.get(3),
        message: row.get(4),
        times: [row.get(5), row.get(6), row.get(7)],
        parameters: row.get(8),
        media_type: row.get(9),
        result: row.get(10),
    }
}
