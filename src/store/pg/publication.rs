//! Tables and views of others, shown as collections: what is said of them, held against what is there.
//!
//! They are read and never touched: no trigger, no index, no column is added to them.

use postgres::Row;

use super::cells::kind;
use super::failure::Failure;
use super::layout::quoted;
use super::session::Session;
use super::source::{Key, KeyKind, Source, column, in_utc, is_plain};
use crate::domain::names::is_collection_id;
use crate::domain::{Field, FieldType, Schema};
use crate::store::collection::About;
use crate::store::store_error::StoreError;

/// Says which table or view is published, and as what. What is not said is found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Publication {
    /// The table or the view, as SQL writes it: `public.factories`.
    pub table: String,
    /// The id of the collection; the table's own name when none is given.
    pub id: Option<String>,
    /// Its titles and its description.
    pub title: Option<String>,
    /// Chinese title.
    pub title_zh: Option<String>,
    /// English description; the comment on the table when none is given.
    pub description: Option<String>,
    /// Chinese description.
    pub description_zh: Option<String>,
    /// The day up to which the data is true, `yyyy-mm-dd`.
    pub data_as_of: Option<String>,
    /// The terms under which the data may be used.
    pub licence: Option<String>,
    /// Who must be named.
    pub attribution: Option<String>,
    /// The column that names a feature; the primary key, or what is unique and never null.
    pub key: Option<String>,
    /// The column of the geometry; the only one when none is given.
    pub geometry: Option<String>,
    /// The columns that are shown; all when none are given.
    pub columns: Option<Vec<String>>,
    /// With more rows than this it stays in the database; as for other collections when not given.
    pub max_held_rows: Option<u64>,
}

/// Describes a published table as it is now.
#[derive(Debug, Clone)]
pub(super) struct Published {
    pub(super) about: About,
    pub(super) source: Source,
    /// What tells one state of the table from another, for each row.
    pub(super) stamp: &'static str,
    /// Whether nothing can change in it without a transaction of this server.
    pub(super) is_local: bool,
}

/// A column of the table.
#[derive(Debug, Clone)]
struct Attribute {
    name: String,
    type_name: String,
    category: String,
    typmod: i32,
    comment: String,
    /// 1 for the only column of the primary key, 2 for one that is unique and never null.
    rank: Option<i32>,
}

/// The kinds of columns that are geometries.
const SPATIAL: [&str; 2] = ["geometry", "geography"];
/// The kinds of columns that are no values of fields.
const UNREAD: [&str; 4] = ["geometry", "geography", "raster", "bytea"];

impl Publication {
    /// The id of the collection.
    pub(super) fn collection_id(&self) -> String {
        let own = self.table.rsplit('.').next().unwrap_or_default().trim_matches('"');
        self.id.clone().unwrap_or_else(|| own.to_lowercase())
    }

    fn refused(&self, reason: impl Into<String>) -> Failure {
        StoreError::Publication { table: self.table.clone(), reason: reason.into() }.into()
    }

    /// The column that names a feature.
    fn key(&self, all: &[Attribute]) -> Result<(Attribute, KeyKind), Failure> {
        let found = match &self.key {
            Some(name) => self.named(name, all)?,
            None => all.iter().filter(|one| one.rank.is_some()).min_by_key(|one| one.rank).ok_or_else(|| {
                self.refused("it has no primary key of one column and no column that is unique and never null: name one that tells its rows apart with key = \"…\"")
            })?,
        };
        let kind = KeyKind::of(&found.type_name).ok_or_else(|| {
            self.refused(format!(
                "its key `{}` is of the type {}: a key is a whole number, a text or a uuid",
                found.name, found.type_name
            ))
        })?;
        Ok((found.clone(), kind))
    }

    /// The column of the geometry.
    fn geometry<'a>(&self, all: &'a [Attribute]) -> Result<&'a Attribute, Failure> {
        let is_spatial = |one: &Attribute| SPATIAL.contains(&one.type_name.as_str());
        if let Some(name) = &self.geometry {
            let named = self.named(name, all)?;
            return if is_spatial(named) {
                Ok(named)
            } else {
                Err(self.refused(format!(
                    "its column `{name}` is of the type {}: name one of geometry or geography",
                    named.type_name
                )))
            };
        }
        let spatial: Vec<&Attribute> = all.iter().filter(|one| is_spatial(one)).collect();
        match spatial[..] {
            [one] => Ok(one),
            [] => Err(self.refused("it has no column of geometry or geography")),
            _ => {
                let names: Vec<&str> = spatial.iter().map(|one| one.name.as_str()).collect();
                Err(self.refused(format!(
                    "it has several geometries ({}): name one with geometry = \"…\"",
                    names.join(", ")
                )))
            }
        }
    }

    fn named<'a>(&self, name: &str, all: &'a [Attribute]) -> Result<&'a Attribute, Failure> {
        all.iter().find(|one| one.name == name).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
            self.refused(format!("it has no column `{name}`, but {}", names.join(", ")))
        })
    }

    /// The columns that become fields.
    fn fields<'a>(
        &self,
        all: &'a [Attribute],
        key: &Attribute,
    ) -> Result<Vec<&'a Attribute>, Failure> {
        let is_read = |one: &&Attribute| !UNREAD.contains(&one.type_name.as_str());
        let fields: Vec<&Attribute> = match &self.columns {
            None => all.iter().filter(is_read).collect(),
            Some(names) => {
                names.iter().map(|name| self.named(name, all)).collect::<Result<_, _>>()?
            }
        };
        if let Some(unread) = fields.iter().find(|one| !is_read(one)) {
            return Err(self.refused(format!("its column `{}` is of the type {}, which is no value of a field: leave it out of columns", unread.name, unread.type_name)));
        }
        if key.name != "id" && fields.iter().any(|one| one.name == "id") {
            return Err(self.refused(format!("its column `id` is not its key `{}`, and a feature has one id: write key = \"id\", or leave it out by columns = […]", key.name)));
        }
        Ok(fields)
    }

    fn about(&self, comment: Option<String>) -> Result<About, Failure> {
        let id = self.collection_id();
        if !is_collection_id(&id) {
            return Err(self.refused(format!("`{id}` cannot be the id of a collection: write id = \"…\" of a-z 0-9 _ -, a letter first")));
        }
        let said = |text: &Option<String>| text.clone().unwrap_or_default();
        Ok(About {
            title: self.title.clone().unwrap_or_else(|| id.clone()),
            id,
            title_zh: said(&self.title_zh),
            description: self.description.clone().or(comment).unwrap_or_default(),
            description_zh: said(&self.description_zh),
            data_as_of: said(&self.data_as_of),
            licence: said(&self.licence),
            attribution: said(&self.attribution),
        })
    }
}

impl Session {
    /// Looks a published table up, as it is now.
    pub(super) fn published(&mut self, publication: &Publication) -> Result<Published, Failure> {
        let sql = "SELECT c.oid::bigint, format('%I.%I', n.nspname, c.relname), c.relkind::text,
              has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT'),
              has_schema_privilege(n.oid, 'USAGE'), obj_description(c.oid, 'pg_class')
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = to_regclass($1)::oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')";
        let row = self.row(sql, &[&publication.table]).map_err(|failure| match failure {
            Failure::Sql(error)
                if error.code() == Some(&postgres::error::SqlState::INSUFFICIENT_PRIVILEGE) =>
            {
                publication
                    .refused("its schema may not be used: let its owner GRANT USAGE ON SCHEMA")
            }
            other => other,
        })?;
        let Some(row) = row else {
            return Err(publication.refused(
                "the database has no table and no view of this name: write schema.table",
            ));
        };
        let (oid, relation, kind): (i64, String, String) = (row.get(0), row.get(1), row.get(2));
        if !(row.get::<_, bool>(3) && row.get::<_, bool>(4)) {
            return Err(publication.refused("it may not be read: let its owner GRANT SELECT ON it"));
        }
        let all = self.attributes(oid)?;
        let (key, key_kind) = publication.key(&all)?;
        let fields = publication.fields(&all, &key)?;
        let own = publication.geometry(&all)?;
        let geometry = self.geometry_in_wgs84(publication, &relation, own)?;
        let (schema, columns) = described(&fields);
        let key_name = quoted(&key.name);
        let is_table = matches!(kind.as_str(), "r" | "p" | "m");
        let source = Source {
            is_local: is_table,
            id: format!("{key_name}::text"),
            key: Key {
                found_by: key_name.clone(),
                kind: key_kind,
                order: format!("one.{key_name}"),
                order_kind: key_kind,
            },
            relation: format!("{relation} AS one"),
            schema,
            geometry,
            columns,
        };
        self.check_key(publication, &source, &key)?;
        let stamp =
            if is_table { "tableoid::text || ctid::text || xmin::text" } else { "one::text" };
        Ok(Published { about: publication.about(row.get(5))?, source, stamp, is_local: is_table })
    }

    fn attributes(&mut self, oid: i64) -> Result<Vec<Attribute>, Failure> {
        let sql = "
SELECT a.attname::text, b.typname::text, t.typcategory::text, a.atttypmod,
  coalesce(col_description(a.attrelid, a.attnum), ''),
  (SELECT min(CASE WHEN i.indisprimary THEN 1 ELSE 2 END) FROM pg_index i
   WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1
     AND i.indkey[0] = a.attnum AND i.indpred IS NULL AND (i.indisprimary OR a.attnotnull))
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)
WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
  AND has_column_privilege(a.attrelid, a.attnum, 'SELECT')
ORDER BY a.attnum";
        Ok(self.rows(sql, &[&oid])?.iter().map(attribute).collect())
    }

    /// How the geometry is read in WGS 84.
    fn geometry_in_wgs84(
        &mut self,
        publication: &Publication,
        relation: &str,
        own: &Attribute,
    ) -> Result<String, Failure> {
        let postgis = quoted(self.postgis());
        let name = quoted(&own.name);
        let name = if own.type_name == "geography" { format!("{name}::geometry") } else { name };
        let sql = format!("SELECT {postgis}.postgis_typmod_srid($1)");
        let declared = self.row(&sql, &[&own.typmod])?.map_or(0, |row| row.get::<_, i32>(0));
        let srid = if declared > 0 || own.type_name == "geography" {
            declared
        } else {
            let sql = format!(
                "SELECT {postgis}.ST_SRID({name}) FROM {relation} WHERE {name} IS NOT NULL LIMIT 1"
            );
            self.row(&sql, &[])?.map_or(-1, |row| row.get(0))
        };
        match srid {
            4326 => Ok(name),
            0 if own.type_name == "geometry" => Err(publication.refused(format!(
                "its geometry `{}` does not say its coordinate system: let its owner set it with UpdateGeometrySRID", own.name
            ))),
            _ => Ok(format!("ST_Transform({name}, 4326)")),
        }
    }

    /// Refuses keys that cannot be ids, and those that two rows share.
    fn check_key(
        &mut self,
        publication: &Publication,
        source: &Source,
        key: &Attribute,
    ) -> Result<(), Failure> {
        let Source { relation, id, key: Key { found_by, kind, .. }, .. } = source;
        if *kind == KeyKind::Text {
            let sql = format!(
                "SELECT {id} FROM {relation} WHERE {id} !~ '^[A-Za-z0-9._~-]{{1,64}}$' LIMIT 1"
            );
            if let Some(row) = self.row(&sql, &[])? {
                let wrong: String = row.get(0);
                return Err(publication.refused(format!("its key `{}` has the value `{wrong}`, which cannot be an id: ids are 1 to 64 of A-Z a-z 0-9 . _ ~ -", key.name)));
            }
        }
        if key.rank.is_none() {
            let sql = format!(
                "SELECT {id} FROM {relation} GROUP BY {found_by} HAVING count(*) > 1 OR {found_by} IS NULL LIMIT 1"
            );
            if let Some(row) = self.row(&sql, &[])? {
                let wrong: Option<String> = row.get(0);
                let wrong =
                    wrong.map_or("a null".to_owned(), |wrong| format!("`{wrong}` more than once"));
                return Err(publication.refused(format!(
                    "its key `{}` has {wrong}: name a column that tells its rows apart",
                    key.name
                )));
            }
        }
        Ok(())
    }
}

/// The fields of the columns, and how they are read.
fn described(attributes: &[&Attribute]) -> (Schema, Vec<super::source::Column>) {
    let described = attributes.iter().map(|one| {
        let (name, base) = (quoted(&one.name), one.type_name.as_str());
        let field_type = if one.name == "id" { FieldType::Text } else { kind(base, &one.category) };
        let column = column(&in_utc(name, base), field_type, is_plain(base) && one.name != "id");
        (Field::new(&one.name, field_type, &one.comment), column)
    });
    let (fields, columns) = described.unzip();
    (Schema::new(fields), columns)
}

fn attribute(row: &Row) -> Attribute {
    Attribute {
        name: row.get(0),
        type_name: row.get(1),
        category: row.get(2),
        typmod: row.get(3),
        comment: row.get(4),
        rank: row.get(5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collection_is_called_as_its_table_unless_another_id_is_given() {
        let of = |table: &str| Publication { table: table.into(), ..Publication::default() };
        assert_eq!(of("public.factories").collection_id(), "factories");
        assert_eq!(of("\"Sites\"").collection_id(), "sites");
        let named = Publication { id: Some("works".into()), ..of("public.factories") };
        assert_eq!(named.collection_id(), "works");
        assert!(of("public.\"1a\"").about(None).is_err());
    }
}
