//! Tokens in the file, and which collections are private.

use rusqlite::{Row, params};

use super::Gpkg;
use crate::store::store_error::StoreError;
use crate::store::tokens::{Scope, Token};

impl Gpkg {
    pub(super) fn read_tokens(&self) -> Result<Vec<Token>, StoreError> {
        if self.layout < 2 {
            return Ok(Vec::new());
        }
        let sql = "SELECT name, digest, scope, collection, created, revoked FROM jidi_tokens ORDER BY rowid";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], token)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn write_token(&self, token: &Token) -> Result<(), StoreError> {
        let sql =
            "INSERT INTO jidi_tokens VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (name) DO NOTHING";
        let Token { name, digest, scope, collection, created, revoked } = token;
        let row = params![name, digest, scope.as_str(), collection, created, revoked];
        match self.connection.execute(sql, row)? {
            0 => Err(StoreError::TokenExists(name.clone())),
            _ => Ok(()),
        }
    }

    pub(super) fn mark_revoked(&self, name: &str, at: &str) -> Result<bool, StoreError> {
        let sql = "UPDATE jidi_tokens SET revoked = ?2 WHERE name = ?1 AND revoked IS NULL";
        Ok(self.connection.execute(sql, [name, at])? > 0)
    }

    pub(super) fn read_private(&self) -> Result<Vec<String>, StoreError> {
        if self.layout < 2 {
            return Ok(Vec::new());
        }
        let sql = "SELECT id FROM jidi_collections WHERE is_private";
        let mut query = self.connection.prepare_cached(sql)?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub(super) fn mark_private(&self, id: &str, is_private: bool) -> Result<bool, StoreError> {
        let sql = "UPDATE jidi_collections SET is_private = ?2 WHERE id = ?1";
        Ok(self.connection.execute(sql, params![id, is_private])? > 0)
    }
}

/// A scope that this program does not know allows the least.
fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    let scope: String = row.get(2)?;
    Ok(Token {
        name: row.get(0)?,
        digest: row.get(1)?,
        scope: scope.parse().unwrap_or(Scope::Read),
        collection: row.get(3)?,
        created: row.get(4)?,
        revoked: row.get(5)?,
    })
}
