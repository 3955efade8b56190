//! Pages of a collection that stays in the database: begun at their place by its indexes.

use postgres::types::ToSql;

use super::condition::Condition;
use super::failure::Failure;
use super::known::or_null;
use super::pool::Lease;
use super::read::feature;
use super::remote::Table;
use super::source::Source;
use crate::domain::{Feature, FieldType, Value};
use crate::filter::{Budget, MAX_STEPS};
use crate::store::page::Start;
use crate::store::page_token::PageToken;
use crate::store::selection::Selection;
use crate::store::sorted::SortKey;
use crate::store::store_error::StoreError;

/// How many features a cursor brings at a time.
pub(super) const PART: usize = 1_000;

/// Features with the keys of their rows.
type Keyed = Vec<(String, Feature)>;

impl Source {
    /// Says whether a text can be the key that orders the features.
    pub(super) fn is_order_key(&self, text: &str) -> bool {
        self.key.order_kind.argument(text).is_some() && !text.contains('\0')
    }

    /// What a field is ordered by: text by code points, and of numbers and times those that are known.
    fn ordered_by(&self, field: usize) -> String {
        let column = &self.columns[field].compared;
        match self.schema.fields()[field].field_type {
            FieldType::Text => format!("({column}) COLLATE \"C\""),
            kind => or_null(column, kind),
        }
    }

    /// The order that is wanted, or its reverse: null last, equal ones as they stand.
    pub(super) fn order(&self, sort: &[SortKey], is_backward: bool) -> String {
        let keys = sort.iter().map(|key| {
            let direction = if key.descending == is_backward { "ASC" } else { "DESC" };
            let nulls = if is_backward { "FIRST" } else { "LAST" };
            format!("{} {direction} NULLS {nulls}", self.ordered_by(key.field))
        });
        let last = format!("{}{}", self.key.order, if is_backward { " DESC" } else { "" });
        keys.chain([last]).collect::<Vec<_>>().join(", ")
    }
}

impl Condition {
    /// What lies behind a place, or before it: the first key that differs decides.
    fn on_the_way(&mut self, token: &PageToken, sort: &[SortKey], source: &Source) {
        let mut ways = Vec::new();
        let mut same = Vec::new();
        for (key, value) in sort.iter().zip(&token.values) {
            let column = source.ordered_by(key.field);
            let Some(value) = self.value(value) else {
                // Null comes last: all that is known is before it, and nothing behind.
                if token.is_before {
                    ways.push(joined(&same, format!("{column} IS NOT NULL")));
                }
                same.push(format!("{column} IS NULL"));
                continue;
            };
            let sign = if key.descending == token.is_before { ">" } else { "<" };
            let beyond = if token.is_before {
                format!("{column} {sign} {value}")
            } else {
                format!("({column} {sign} {value} OR {column} IS NULL)")
            };
            ways.push(joined(&same, beyond));
            same.push(format!("{column} = {value}"));
        }
        let kind = source.key.order_kind.argument(&token.key).unwrap_or("text");
        let key = self.argument(token.key.clone());
        let sign = if token.is_before { "<" } else { ">" };
        ways.push(joined(&same, format!("{} {sign} {key}::text::{kind}", source.key.order)));
        self.and(format!("({})", ways.join(" OR ")));
    }

    /// A value of a token as an argument; `None` for null.
    pub(super) fn value(&mut self, value: &Value) -> Option<String> {
        Some(match value {
            Value::Integer(number) => format!("{}::bigint", self.argument(*number)),
            Value::Real(number) => format!("{}::double precision", self.argument(*number)),
            // No text of the database holds the character 0.
            Value::Text(text) => {
                format!("{}::text COLLATE \"C\"", self.argument(text.replace('\0', "")))
            }
            Value::Boolean(is_true) => format!("{}::boolean", self.argument(*is_true)),
            Value::Date(_) | Value::DateTime(_) => self.time(value),
            Value::Null | Value::List(_) => return None,
        })
    }
}

fn joined(same: &[String], beyond: String) -> String {
    let parts: Vec<String> = same.iter().cloned().chain([beyond]).collect();
    format!("({})", parts.join(" AND "))
}

impl Table {
    /// Counts what is wanted, and reads the features of a page and one more.
    pub(super) fn walked(
        &self,
        lease: &mut Lease,
        selection: &Selection,
        start: &Start,
        limit: usize,
    ) -> Result<(usize, Keyed), Failure> {
        let source = self.source();
        let condition = Condition::selecting(selection, source)?;
        let matched = self.matched(lease, selection, &condition)?;
        if limit == 0 {
            return Ok((matched, Vec::new()));
        }
        let mut condition = condition;
        if let Some(token) = start.token() {
            condition.on_the_way(token, &selection.sort, source);
        }
        let order = source.order(&selection.sort, start.is_before());
        let most = limit.saturating_add(1);
        if condition.recheck.is_some() {
            let mut rest = start.offset();
            let mut found = Vec::new();
            self.look_through(lease, &condition, &order, |one| {
                if rest > 0 {
                    rest -= 1;
                } else {
                    found.push(one);
                }
                found.len() < most
            })?;
            return Ok((matched, found));
        }
        let (limit, offset) = (whole(most), whole(start.offset()));
        let (limit, offset) = (condition.argument(limit), condition.argument(offset));
        let sql = format!(
            "{} ORDER BY {order} LIMIT {limit}::bigint OFFSET {offset}::bigint",
            self.selecting(&condition)
        );
        let rows = lease.client()?.query(&sql, &condition.args())?;
        let found = rows.iter().map(|row| keyed(row, source));
        Ok((matched, found.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect()))
    }

    /// How many are wanted: as counted before, where no transaction has ended since.
    fn matched(
        &self,
        lease: &mut Lease,
        selection: &Selection,
        condition: &Condition,
    ) -> Result<usize, Failure> {
        let moment = self.moment(lease)?;
        if let Some(known) = self.counted().known(selection, moment.as_deref()) {
            return Ok(known);
        }
        let count = if condition.recheck.is_some() {
            let mut count = 0;
            self.look_through(lease, condition, &self.source().key.order, |_| {
                count += 1;
                true
            })?;
            count
        } else {
            let (relation, clause) = (&self.source().relation, condition.clause());
            let sql = format!("SELECT count(*) FROM {relation}{clause}");
            let count: i64 = lease.client()?.query_one(&sql, &condition.args())?.get(0);
            usize::try_from(count).unwrap_or_default()
        };
        self.counted().keep(selection, moment, count);
        Ok(count)
    }

    /// The transactions that are seen, which tell one state of the tables of a server from another;
    /// `None` for what is not a table of the server.
    fn moment(&self, lease: &mut Lease) -> Result<Option<String>, Failure> {
        if !self.source().is_local {
            return Ok(None);
        }
        let sql = "SELECT pg_is_in_recovery()::text || pg_current_snapshot()::text";
        Ok(Some(lease.client()?.query_one(sql, &[])?.get(0)))
    }

    /// Brings what SQL finds, some at a time, holds each against the filter, and shows those that
    /// match until no more are wanted.
    pub(super) fn look_through(
        &self,
        lease: &mut Lease,
        condition: &Condition,
        order: &str,
        mut show: impl FnMut((String, Feature)) -> bool,
    ) -> Result<(), Failure> {
        let sql = format!(
            "DECLARE jidi_candidates NO SCROLL CURSOR FOR {} ORDER BY {order}",
            self.selecting(condition)
        );
        lease.client()?.execute(&sql, &condition.args())?;
        let mut budget = condition.budget();
        'parts: loop {
            let none: &[&(dyn ToSql + Sync)] = &[];
            let fetch = format!("FETCH {PART} FROM jidi_candidates");
            let rows = lease.client()?.query(&fetch, none)?;
            for row in &rows {
                let found = keyed(row, self.source())?;
                if found.as_ref().is_some_and(|(_, one)| !covers(&mut budget, one)) {
                    return Err(StoreError::TooManySteps(MAX_STEPS).into());
                }
                if let Some(found) = found.filter(|(_, one)| condition.wants(one))
                    && !show(found)
                {
                    break 'parts;
                }
            }
            if rows.len() < PART {
                break;
            }
        }
        Ok(lease.client()?.batch_execute("CLOSE jidi_candidates")?)
    }

    /// What selects features and, behind their columns, the keys of their rows.
    fn selecting(&self, condition: &Condition) -> String {
        let Source { relation, key, .. } = self.source();
        let (selected, clause) = (self.source().selected(), condition.clause());
        format!("SELECT {selected}, ({})::text FROM {relation}{clause}", key.order)
    }
}

/// Says whether there are steps left to hold a filter against a feature.
pub(super) fn covers(budget: &mut Option<Budget>, feature: &Feature) -> bool {
    budget.as_mut().is_none_or(|budget| budget.covers(feature))
}

fn keyed(row: &postgres::Row, source: &Source) -> Result<Option<(String, Feature)>, Failure> {
    let key: String = row.try_get(source.columns.len() + 2)?;
    Ok(feature(row, &source.schema)?.map(|feature| (key, feature)))
}

pub(super) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Holds what was counted last, with the transactions that were seen then.
#[derive(Debug, Default)]
pub(super) struct Counted(std::sync::Mutex<Vec<(Selection, String, usize)>>);

impl Counted {
    /// How many selections are remembered.
    const MOST: usize = 16;

    fn known(&self, selection: &Selection, moment: Option<&str>) -> Option<usize> {
        let all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut known = all.iter().filter(|(_, seen, _)| Some(seen.as_str()) == moment);
        known.find(|(known, ..)| known.wants_as(selection)).map(|(.., count)| *count)
    }

    fn keep(&self, selection: &Selection, moment: Option<String>, count: usize) {
        let Some(moment) = moment else { return };
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.retain(|(known, ..)| !known.wants_as(selection));
        all.insert(0, (selection.clone(), moment, count));
        all.truncate(Self::MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Field, Schema};
    use crate::store::pg::source::{Key, KeyKind, column};

    fn source() -> Source {
        let schema = Schema::new(vec![
            Field::new("name", FieldType::Text, ""),
            Field::new("year", FieldType::Integer, ""),
        ]);
        let columns = schema.fields().iter();
        Source {
            columns: columns.map(|one| column(&one.name, one.field_type, true)).collect(),
            relation: "t AS one".into(),
            schema,
            id: "id".into(),
            key: Key {
                found_by: "id".into(),
                kind: KeyKind::Text,
                order: "one.fid".into(),
                order_kind: KeyKind::Integer,
            },
            geometry: "geom".into(),
            is_local: true,
        }
    }

    fn clause(values: Vec<Value>, sort: &[SortKey], is_before: bool) -> String {
        let mut condition = Condition::default();
        let token = PageToken { is_before, passed: 0, values, key: "17".into() };
        condition.on_the_way(&token, sort, &source());
        condition.clause()
    }

    #[test]
    fn without_an_order_the_key_alone_says_where_a_page_begins() {
        assert_eq!(clause(vec![], &[], false), " WHERE ((one.fid > $1::text::bigint))");
        assert_eq!(source().order(&[], true), "one.fid DESC");
    }

    #[test]
    fn null_is_behind_every_year_and_nothing_is_behind_null() {
        let sort = [SortKey { field: 1, descending: true }];
        assert_eq!(
            clause(vec![Value::Integer(2020)], &sort, false),
            " WHERE ((((one.year) < $1::bigint OR (one.year) IS NULL)) OR ((one.year) = $1::bigint AND one.fid > $2::text::bigint))"
        );
        assert_eq!(
            clause(vec![Value::Null], &sort, false),
            " WHERE (((one.year) IS NULL AND one.fid > $1::text::bigint))"
        );
        assert_eq!(
            clause(vec![Value::Null], &sort, true),
            " WHERE (((one.year) IS NOT NULL) OR ((one.year) IS NULL AND one.fid < $1::text::bigint))"
        );
        assert_eq!(source().order(&sort, true), "(one.year) ASC NULLS FIRST, one.fid DESC");
    }

    #[test]
    fn a_key_of_another_kind_is_none() {
        for text in ["x", "", "1.5", "99999999999999999999", "1; DROP"] {
            assert!(!source().is_order_key(text), "{text}");
        }
        assert!(source().is_order_key("-3"));
    }
}
