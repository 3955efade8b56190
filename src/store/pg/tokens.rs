//! Tokens in the database, and which collections are private.

use postgres::Row;

use super::failure::Failure;
use super::session::Session;
use crate::store::store_error::StoreError;
use crate::store::tokens::{Scope, Token};

impl Session {
    pub(super) fn tokens(&mut self) -> Result<Vec<Token>, Failure> {
        let sql = "SELECT name, digest, scope, collection, created, revoked FROM jidi.tokens ORDER BY place";
        Ok(self.rows(sql, &[])?.iter().map(token).collect())
    }

    pub(super) fn add_token(&mut self, token: &Token) -> Result<(), Failure> {
        let sql = "INSERT INTO jidi.tokens (name, digest, scope, collection, created, revoked) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (name) DO NOTHING";
        let Token { name, digest, scope, collection, created, revoked } = token;
        let scope = scope.as_str();
        match self.execute(sql, &[name, digest, &scope, collection, created, revoked])? {
            0 => Err(StoreError::TokenExists(name.clone()).into()),
            _ => Ok(()),
        }
    }

    pub(super) fn revoke_token(&mut self, name: &str, at: &str) -> Result<bool, Failure> {
        let sql = "UPDATE jidi.tokens SET revoked = $2 WHERE name = $1 AND revoked IS NULL";
        Ok(self.execute(sql, &[&name, &at])? > 0)
    }

    pub(super) fn private(&mut self) -> Result<Vec<String>, Failure> {
        let rows = self.rows("SELECT id FROM jidi.collections WHERE is_private", &[])?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    pub(super) fn set_private(&mut self, id: &str, is_private: bool) -> Result<bool, Failure> {
        let sql = "UPDATE jidi.collections SET is_private = $2 WHERE id = $1 RETURNING pg_notify('jidi_changed', id)";
        Ok(self.row(sql, &[&id, &is_private])?.is_some())
    }
}

/// A scope that this program does not know allows the least.
fn token(row: &Row) -> Token {
    let scope: &str = row.get(2);
    Token {
        name: row.get(0),
        digest: row.get(1),
        scope: scope.parse().unwrap_or(Scope::Read),
        collection: row.get(3),
        created: row.get(4),
        revoked: row.get(5),
    }
}
