//! Where the database is, and what its refusals mean.

use std::time::Duration;

use postgres::config::Host;
use postgres::error::SqlState;
use postgres::{Client, Config};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{self, Address};
use super::failure::{Failure, is_cut_off, said};
use super::tls::connector;
use crate::store::store_error::StoreError;

/// How long a server may take to answer the door.
const AT_THE_DOOR: Duration = Duration::from_secs(5);
/// After so long without a word the connection is tried, and after four tries given up.
const SILENCE: Duration = Duration::from_secs(10);

/// Names a database and how to get there.
#[derive(Clone)]
pub(super) struct Server {
    config: Config,
    encrypt: MakeRustlsConnect,
    /// Host, port and database, without the password.
    name: String,
    user: String,
    database: String,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Server").field(&self.name).finish()
    }
}

impl Server {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// [`StoreError::Address`] when it is none, [`StoreError::Certificate`] when it is to be held
    /// against a certificate that cannot be read.
    pub(super) fn new(url: &str) -> Result<Self, StoreError> {
        let Address { mut config, proof, root } = address::read(url)?;
        let encrypt = connector(proof, root.as_deref())?;
        let user = config.get_user().unwrap_or_default().to_owned();
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => host.clone(),
            Some(Host::Unix(folder)) => folder.display().to_string(),
            None => return Err(StoreError::Address("it names no host".to_owned())),
        };
        if user.is_empty() {
            return Err(StoreError::Address("it names no user".to_owned()));
        }
        let database = config.get_dbname().unwrap_or(&user).to_owned();
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let name = format!("{host}:{port}/{database}");
        config.application_name("jidi").connect_timeout(AT_THE_DOOR);
        config.keepalives_idle(SILENCE).keepalives_interval(SILENCE / 2).keepalives_retries(4);
        config.tcp_user_timeout(SILENCE * 3);
        Ok(Self { config, encrypt, name, user, database })
    }

    pub(super) fn connect(&self) -> Result<Client, Failure> {
        Ok(self.config.connect(self.encrypt.clone())?)
    }

    /// Host, port and database.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Says what a failure means and what to do about it.
    pub(super) fn explain(&self, failure: Failure) -> StoreError {
        match failure {
            Failure::Store(error) => error,
            Failure::Refused(refused) => StoreError::Other(refused.to_string()),
            Failure::Uncertain => StoreError::Uncertain,
            Failure::Sql(error) => self.explain_sql(&error),
        }
    }

    fn explain_sql(&self, error: &postgres::Error) -> StoreError {
        let (server, reason) = (self.name.clone(), said(error));
        let Some(code) = error.code() else {
            let user = self.user.clone();
            return if reason.contains("TLS") || reason.contains("certificate") {
                StoreError::NoTls { server, reason }
            } else if reason.contains("password missing") {
                StoreError::WrongPassword { server, user }
            } else if is_cut_off(error) || reason.contains("connecting") {
                StoreError::NoServer { server, reason }
            } else {
                StoreError::Other(reason)
            };
        };
        let (user, database) = (self.user.clone(), self.database.clone());
        match code {
            &SqlState::INVALID_PASSWORD | &SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
                StoreError::WrongPassword { server, user }
            }
            &SqlState::INVALID_CATALOG_NAME => StoreError::NoDatabase { server, database },
            &SqlState::INSUFFICIENT_PRIVILEGE => StoreError::NotAllowed { server, user, reason },
            &SqlState::LOCK_NOT_AVAILABLE
            | &SqlState::T_R_DEADLOCK_DETECTED
            | &SqlState::T_R_SERIALIZATION_FAILURE => StoreError::Locked,
            &SqlState::QUERY_CANCELED => StoreError::TooLong(reason),
            &SqlState::DISK_FULL => StoreError::Full,
            &SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
            &SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED => StoreError::Damaged(reason),
            code if ["08", "53", "55000", "57P"].iter().any(|at| code.code().starts_with(at)) => {
                StoreError::NoServer { server, reason }
            }
            _ => StoreError::Other(reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_or_refused_and_its_password_never_told() {
        let server = Server::new("postgres://jidi:s3cret@db.example:5433/places").unwrap();
        assert_eq!(server.name(), "db.example:5433/places");
        assert_eq!(Server::new("postgresql://me@localhost").unwrap().name(), "localhost:5432/me");
        for url in
            ["postgres://", "postgres://host", "postgres://jidi:s3cret@db:port/", "jidi:s3cret"]
        {
            let refused = Server::new(url).unwrap_err().to_string();
            assert!(refused.contains("write postgres://") && !refused.contains("s3cret"));
        }
    }
}
