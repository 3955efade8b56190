//! A collection that stays in the database: questions as SQL.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::thread;

use arc_swap::ArcSwap;
use postgres::types::ToSql;

use super::condition::Condition;
use super::counts::counts;
use super::failure::Failure;
use super::paging::{Counted, PART, covers, whole};
use super::pool::{Lease, Readers};
use super::read::feature;
use super::source::Source;
use super::survey::survey;
use crate::domain::{Datum, Feature, Schema};
use crate::filter::MAX_STEPS;
use crate::index::geodesic::{SPHERE_SLACK, great_circle_m};
use crate::store::nearest::NearestQuery;
use crate::store::page::Start;
use crate::store::remote::{CellCount, Features, Remote, Summary};
use crate::store::selection::Selection;
use crate::store::store_error::StoreError;
use crate::tiles::Square;

/// What rounding may take from a distance on the sphere, in metres.
const ROUNDING_M: f64 = 1.0;
/// One moment for all statements of a question.
const AT_ONE_MOMENT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Holds what asks a table.
#[derive(Debug)]
pub(super) struct Table {
    readers: Arc<Readers>,
    source: Source,
    summary: ArcSwap<Summary>,
    /// Whether it is being surveyed: 0 no, 1 yes, 2 yes and once more after that.
    survey: AtomicU8,
    has_news: AtomicBool,
    counted: Counted,
}

impl Table {
    /// Takes a table in, with what was last known of it, or surveys it first.
    pub(super) fn new(
        readers: Arc<Readers>,
        source: Source,
        known: Option<Arc<Summary>>,
    ) -> Result<Arc<Self>, StoreError> {
        let is_known = known.is_some();
        let summary = match known {
            Some(summary) => summary,
            None => Arc::new(readers.read_primary(|lease| survey(lease, &source))?),
        };
        let summary = ArcSwap::new(summary);
        let (survey, has_news) = (AtomicU8::new(0), AtomicBool::new(false));
        let table = Arc::new(Self {
            readers,
            source,
            summary,
            survey,
            has_news,
            counted: Counted::default(),
        });
        if is_known {
            table.resurvey();
        }
        Ok(table)
    }

    /// Surveys the table on a thread of its own, once more when it is changed meanwhile.
    pub(super) fn resurvey(self: &Arc<Self>) {
        let next = |state: u8| Some(if state == 0 { 1 } else { 2 });
        if self.survey.fetch_update(Ordering::AcqRel, Ordering::Acquire, next) != Ok(0) {
            return;
        }
        let table = Arc::clone(self);
        thread::spawn(move || {
            loop {
                table.survey_now();
                let done = |state: u8| Some(u8::from(state == 2));
                if table.survey.fetch_update(Ordering::AcqRel, Ordering::Acquire, done) != Ok(2) {
                    return;
                }
            }
        });
    }

    fn survey_now(&self) {
        match self.readers.read_primary(|lease| survey(lease, &self.source)) {
            Ok(summary) if summary != **self.summary.load() => {
                self.summary.store(Arc::new(summary));
                self.has_news.store(true, Ordering::Release);
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "a table could not be surveyed"),
        }
    }

    /// How many features there were when it was surveyed last.
    pub(super) fn count(&self) -> u64 {
        self.summary.load().count as u64
    }

    /// Says whether a survey found something new since this was last asked.
    pub(super) fn takes_news(&self) -> bool {
        self.has_news.swap(false, Ordering::AcqRel)
    }

    fn rows(
        &self,
        lease: &mut Lease,
        condition: &Condition,
        rest: &str,
    ) -> Result<Vec<Feature>, Failure> {
        let Source { relation, .. } = &self.source;
        let (selected, clause) = (self.source.selected(), condition.clause());
        let sql = format!("SELECT {selected} FROM {relation}{clause}{rest}");
        let rows = lease.client()?.query(&sql, &condition.args())?;
        let features = rows.iter().map(|row| feature(row, &self.source.schema));
        let features = features.collect::<Result<Vec<_>, _>>()?.into_iter().flatten();
        Ok(features.filter(|one| condition.wants(one)).collect())
    }

    /// What the table is read by.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// What was counted of it.
    pub(super) fn counted(&self) -> &Counted {
        &self.counted
    }

    /// The distance on the sphere within which the k nearest on the ellipsoid must lie: everything
    /// when there are fewer.
    ///
    /// The same bound as in memory, see [`crate::index::SphereIndex::nearest`].
    fn reach_m(&self, lease: &mut Lease, query: &NearestQuery<'_>) -> Result<Option<f64>, Failure> {
        let mut condition = Condition::near(query, &self.source)?;
        let (geometry, relation) = (&self.source.geometry, &self.source.relation);
        let from = position(&mut condition, query);
        if condition.recheck.is_some() {
            let order = format!("{geometry}::geography <-> {from}");
            return self.reach_of_rechecked_m(lease, query, &condition, &order);
        }
        let k = condition.argument(whole(query.k));
        let clause = condition.clause();
        let sql = format!(
            "SELECT max(metres), count(*) FROM (SELECT {geometry}::geography <-> {from} AS metres
             FROM {relation}{clause} ORDER BY {geometry}::geography <-> {from} LIMIT {k}::bigint) AS near"
        );
        let row = lease.client()?.query_one(&sql, &condition.args())?;
        let (farthest, count): (Option<f64>, i64) = (row.get(0), row.get(1));
        let is_full = count >= whole(query.k);
        let reach = farthest.filter(|_| is_full).map(|metres| metres * SPHERE_SLACK + ROUNDING_M);
        let within = query.within_m.map(|metres| metres * SPHERE_SLACK + ROUNDING_M);
        Ok(reach.into_iter().chain(within).reduce(f64::min))
    }
}

impl Table {
    /// The same where nobody knows how many of the nearest match: they are looked at from the nearest
    /// on until k of them do.
    fn reach_of_rechecked_m(
        &self,
        lease: &mut Lease,
        query: &NearestQuery<'_>,
        condition: &Condition,
        order: &str,
    ) -> Result<Option<f64>, Failure> {
        let reach = |metres: f64| metres * SPHERE_SLACK + ROUNDING_M;
        let within = query.within_m.map(reach);
        let (mut count, mut farthest) = (0, 0f64);
        self.look_through(lease, condition, order, |(_, one)| {
            let metres = one.position().map(|at| great_circle_m(query.from, at));
            farthest = metres.into_iter().fold(farthest, f64::max);
            count += 1;
            count < query.k && within.is_none_or(|within| farthest <= within)
        })?;
        let is_full = count >= query.k;
        let reach = is_full.then(|| reach(farthest));
        Ok(reach.into_iter().chain(within).reduce(f64::min))
    }
}

impl Remote for Table {
    fn summary(&self) -> Arc<Summary> {
        self.summary.load_full()
    }

    fn feature(&self, id: &str) -> Result<Option<Feature>, StoreError> {
        let Some(condition) = Condition::id(id, &self.source) else { return Ok(None) };
        let found = self.readers.read(|lease| self.rows(lease, &condition, ""))?;
        Ok(found.into_iter().next())
    }

    fn is_key(&self, text: &str) -> bool {
        self.source.is_order_key(text)
    }

    fn page(
        &self,
        selection: &Selection,
        start: &Start,
        limit: usize,
    ) -> Result<(usize, Vec<(String, Feature)>), StoreError> {
        self.readers
            .read(|lease| at_one_moment(lease, |lease| self.walked(lease, selection, start, limit)))
    }

    fn stream(&self, selection: &Selection) -> Result<Features, StoreError> {
        let relation = &self.source.relation;
        self.readers.read(|lease| {
            let condition = Condition::selecting(selection, &self.source)?;
            let (selected, clause) = (self.source.selected(), condition.clause());
            let sql = format!(
                "DECLARE jidi_features NO SCROLL CURSOR FOR SELECT {selected} FROM {relation}{clause} ORDER BY {}",
                self.source.order(&selection.sort, false)
            );
            let client = lease.client()?;
            client.batch_execute(AT_ONE_MOMENT)?;
            if let Err(error) = client.execute(&sql, &condition.args()) {
                lease.discard();
                return Err(error.into());
            }
            let schema = self.source.schema.clone();
            let parts = Parts { lease: lease.take(), schema, waiting: VecDeque::new(), is_over: false };
            let mut budget = condition.budget();
            let Some(filter) = condition.recheck else { return Ok(Box::new(parts) as Features) };
            let parts = parts.map(move |one| match one {
                Ok(one) if !covers(&mut budget, &one) => Err(StoreError::TooManySteps(MAX_STEPS)),
                one => one,
            });
            Ok(Box::new(parts.filter(move |one| {
                one.as_ref().map_or(true, |one| filter.matches(one) == Some(true))
            })))
        })
    }

    fn counts(
        &self,
        selection: &Selection,
        place: (Square, Datum),
        field: Option<usize>,
        most: usize,
    ) -> Result<Option<Vec<CellCount>>, StoreError> {
        self.readers.read(|lease| {
            at_one_moment(lease, |lease| {
                counts(lease, &self.source, selection, place, (field, most))
            })
        })
    }

    fn near(&self, query: &NearestQuery<'_>) -> Result<Vec<Feature>, StoreError> {
        self.readers.read(|lease| {
            at_one_moment(lease, |lease| {
                let reach_m = self.reach_m(lease, query)?;
                let mut condition = Condition::near(query, &self.source)?;
                if let Some(reach_m) = reach_m {
                    let from = position(&mut condition, query);
                    let (geometry, reach_m) = (&self.source.geometry, condition.argument(reach_m));
                    condition.and(format!(
                        "ST_DWithin({geometry}::geography, {from}, {reach_m}::double precision, false)"
                    ));
                }
                self.rows(lease, &condition, "")
            })
        })
    }
}

/// Does all of a question in one transaction.
pub(super) fn at_one_moment<T>(
    lease: &mut Lease,
    question: impl FnOnce(&mut Lease) -> Result<T, Failure>,
) -> Result<T, Failure> {
    lease.client()?.batch_execute(AT_ONE_MOMENT)?;
    let answer = question(lease);
    let end = if answer.is_ok() { "COMMIT" } else { "ROLLBACK" };
    if lease.client()?.batch_execute(end).is_err() {
        lease.discard();
    }
    answer
}

/// The position asked about, as an argument.
fn position(condition: &mut Condition, query: &NearestQuery<'_>) -> String {
    let lon = condition.argument(query.from.lon());
    let lat = condition.argument(query.from.lat());
    format!(
        "ST_SetSRID(ST_MakePoint({lon}::double precision, {lat}::double precision), 4326)::geography"
    )
}

/// Brings the features of a cursor, some at a time.
struct Parts {
    lease: Lease,
    schema: Schema,
    waiting: VecDeque<Feature>,
    is_over: bool,
}

impl Parts {
    fn fetch(&mut self) -> Result<(), Failure> {
        let sql = format!("FETCH {PART} FROM jidi_features");
        let none: &[&(dyn ToSql + Sync)] = &[];
        let rows = self.lease.client()?.query(&sql, none)?;
        self.is_over = rows.len() < PART;
        for row in rows {
            self.waiting.extend(feature(&row, &self.schema)?);
        }
        if self.is_over {
            self.lease.client()?.batch_execute("COMMIT")?;
        }
        Ok(())
    }
}

impl Iterator for Parts {
    type Item = Result<Feature, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.waiting.is_empty() && !self.is_over {
            if let Err(failure) = self.fetch() {
                self.lease.discard();
                self.is_over = true;
                return Some(Err(self.lease.explain(failure)));
            }
        }
        self.waiting.pop_front().map(Ok)
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if !self.is_over {
            self.lease.discard(); // the cursor is still open
        }
    }
}
