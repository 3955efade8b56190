//! Collections put in, taken out and put back as a whole, each in one transaction.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::write::record;
use super::{Gpkg, layers};
use crate::store::Collection;
use crate::store::collection::About;
use crate::store::edit::{Author, Done, EditError};
use crate::store::putting::{Putting, Room};
use crate::store::store_error::StoreError;

/// What is kept of a collection that was replaced or removed.
struct Before {
    /// The name of its table now; `None` when there was no collection.
    kept: Option<String>,
    /// What its geometries are.
    kind: String,
    about: About,
}

impl Gpkg {
    pub(super) fn write_collection(
        &mut self,
        collection: &Collection,
        how: &Putting,
    ) -> Result<Result<Done, EditError>, StoreError> {
        let id = &collection.about().id;
        self.in_transaction(|store| {
            if let Some(known) = store.done_before(how.key.as_ref())? {
                return Ok(known);
            }
            let work = &store.connection;
            let is_there = is_there(work, id)?;
            if is_there && how.room == Room::Free {
                return Ok(Err(EditError::Taken(id.clone())));
            }
            let count = collection.len();
            let what = format!("put {count} features");
            let number = record(work, &how.by, &what, id, how.key.as_ref(), &[])?;
            match &how.bundled {
                Some(_) if is_there => layers::drop(work, id)?,
                Some(_) => {}
                None => keep_before(work, id, number)?,
            }
            layers::make(work, collection, number)?;
            describe(work, collection.about(), how)?;
            store.write_papers(id, number, how.provenance.as_ref(), &how.decisions)?;
            Ok(Ok(Done::whole(number)))
        })
    }

    pub(super) fn take_collection(
        &mut self,
        id: &str,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        self.in_transaction(|store| {
            let work = &store.connection;
            if !is_there(work, id)? {
                return Ok(Err(EditError::NotStored(id.to_owned())));
            }
            let number = record(work, by, "remove", id, None, &[])?;
            keep_before(work, id, number)?;
            forget(work, id)?;
            Ok(Ok(Done::whole(number)))
        })
    }

    /// Puts back what an edit replaced or removed, and takes out what it brought.
    pub(super) fn put_back(
        &self,
        id: &str,
        number: i64,
        by: &Author,
    ) -> Result<Result<Done, EditError>, StoreError> {
        let work = &self.connection;
        let sql = "SELECT kept, kind, id, title, title_zh, description, description_zh, data_as_of, licence, attribution FROM jidi_before WHERE edit = ?1";
        let Some(before) = work.query_row(sql, [number], before).optional()? else {
            let reason = format!("what `{id}` was before it was put in is not kept");
            return Ok(Err(EditError::CannotUndo(reason)));
        };
        let undone = record(work, by, &format!("undo {number}"), id, None, &[])?;
        if is_there(work, id)? {
            layers::drop(work, id)?;
            forget(work, id)?;
        }
        if let Some(kept) = &before.kept {
            let sql = "INSERT INTO jidi_collections (id, title, title_zh, description, description_zh, data_as_of, licence, attribution, next_number, bundled, bundled_revision, is_private, revision) SELECT id, title, title_zh, description, description_zh, data_as_of, licence, attribution, next_number, bundled, bundled_revision, is_private, coalesce((SELECT CAST(value AS INTEGER) FROM jidi_meta WHERE key = 'revision'), 0) FROM jidi_before WHERE edit = ?1";
            work.execute(sql, [number])?;
            layers::put_back(work, kept, &before.about, &before.kind)?;
        }
        work.execute("DELETE FROM jidi_before WHERE edit = ?1", [number])?;
        Ok(Ok(Done::whole(undone)))
    }
}

fn is_there(work: &Connection, id: &str) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM jidi_collections WHERE id = ?1";
    Ok(work.query_row(sql, [id], |row| row.get::<_, i64>(0))? > 0)
}

/// Takes a collection from the list; another of its id will not have the revision of this.
fn forget(work: &Connection, id: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO jidi_meta SELECT 'revision', revision + 1 FROM jidi_collections WHERE id = ?1 ON CONFLICT (key) DO UPDATE SET value = max(CAST(value AS INTEGER), CAST(excluded.value AS INTEGER))";
    work.execute(sql, [id])?;
    work.execute("DELETE FROM jidi_collections WHERE id = ?1", [id])?;
    Ok(())
}

/// Keeps what a collection is before an edit, in the place of what was kept of it earlier.
fn keep_before(work: &Connection, id: &str, number: i64) -> Result<(), StoreError> {
    let sql = "SELECT kept FROM jidi_before WHERE id = ?1 AND kept IS NOT NULL";
    let earlier = work
        .prepare(sql)?
        .query_map([id], |row| row.get(0))?
        .collect::<Result<Vec<String>, _>>()?;
    earlier.iter().try_for_each(|name| layers::drop_table(work, name))?;
    work.execute("DELETE FROM jidi_before WHERE id = ?1", [id])?;
    if !is_there(work, id)? {
        work.execute("INSERT INTO jidi_before (edit, id) VALUES (?1, ?2)", params![number, id])?;
        return Ok(());
    }
    let kept = format!("jidi_before_{number}");
    let sql = "INSERT INTO jidi_before (edit, kept, kind, id, title, title_zh, description, description_zh, data_as_of, licence, attribution, next_number, bundled, bundled_revision, is_private) SELECT ?1, ?2, ?3, id, title, title_zh, description, description_zh, data_as_of, licence, attribution, next_number, bundled, bundled_revision, is_private FROM jidi_collections WHERE id = ?4";
    work.execute(sql, params![number, kept, layers::kind(work, id)?, id])?;
    layers::set_aside(work, id, &kept)
}

/// Writes what a collection is.
pub(super) fn describe(work: &Connection, about: &About, how: &Putting) -> Result<(), StoreError> {
    let sql = "INSERT INTO jidi_collections (id, title, title_zh, description, description_zh, data_as_of, licence, attribution, bundled, is_private, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?10, 0), coalesce((SELECT CAST(value AS INTEGER) FROM jidi_meta WHERE key = 'revision'), 0)) ON CONFLICT (id) DO UPDATE SET title = ?2, title_zh = ?3, description = ?4, description_zh = ?5, data_as_of = ?6, licence = ?7, attribution = ?8, bundled = ?9, is_private = coalesce(?10, is_private), revision = revision + 1";
    work.execute(
        sql,
        params![
            about.id,
            about.title,
            about.title_zh,
            about.description,
            about.description_zh,
            about.data_as_of,
            about.licence,
            about.attribution,
            how.bundled,
            how.is_private,
        ],
    )?;
    if how.bundled.is_some() {
        let sql = "UPDATE jidi_collections SET bundled_revision = revision WHERE id = ?1";
        work.execute(sql, [&about.id])?;
    }
    Ok(())
}

fn before(row: &Row<'_>) -> rusqlite::Result<Before> {
    let text = |place| row.get::<_, Option<String>>(place).map(Option::unwrap_or_default);
    Ok(Before {
        kept: row.get(0)?,
        kind: text(1)?,
        about: About {
            id: text(2)?,
            title: text(3)?,
            title_zh: text(4)?,
            description: text(5)?,
            description_zh: text(6)?,
            data_as_of: text(7)?,
            licence: text(8)?,
            attribution: text(9)?,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
    use crate::store::Backend as _;

    fn list(count: usize) -> Collection {
        let text = String::new;
        let about = About {
            id: "mine".into(),
            title: "Mine".into(),
            title_zh: text(),
            description: text(),
            description_zh: text(),
            data_as_of: text(),
            licence: text(),
            attribution: text(),
        };
        let feature = |number: usize| {
            let id = format!("f{number}");
            let values = vec![Value::text(&id), Value::text(&"x".repeat(500))];
            Feature::new(FeatureId::new(&id).unwrap(), None, values)
        };
        let fields = ["id", "text"].map(|name| Field::new(name, FieldType::Text, ""));
        let features = (0..count).map(feature).collect();
        Collection::new(about, Schema::new(fields.to_vec()), features).unwrap()
    }

    #[test]
    fn without_room_nothing_is_changed_and_with_room_all_is_well() {
        let path = std::env::temp_dir().join(format!("jidi-room-{}.gpkg", std::process::id()));
        let _ = std::fs::remove_file(&path);
        let mut store = Gpkg::open(&path).unwrap();
        store.put_collection(&list(3), &Putting::default()).unwrap().unwrap();
        let allow = |store: &Gpkg, pages: i64| {
            store.connection.pragma_update(None, "max_page_count", pages).unwrap();
        };
        let pages: i64 =
            store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        allow(&store, pages + 20);
        let full = store.put_collection(&list(1_000), &Putting::default());
        assert_eq!(full, Err(StoreError::Full));
        assert_eq!(store.load("mine").unwrap().unwrap().rows.len(), 3);
        store.check().unwrap();
        allow(&store, pages + 10_000);
        store.put_collection(&list(1_000), &Putting::default()).unwrap().unwrap();
        assert_eq!(store.load("mine").unwrap().unwrap().rows.len(), 1_000);
        drop(store);
        let _ = std::fs::remove_file(&path);
    }
}
