//! Addresses of databases: what libpq takes and the client library does not is taken out first.

use percent_encoding::percent_decode_str;
use postgres::Config;
use postgres::config::SslMode;

use super::failure::said;
use super::tls::Proof;
use crate::store::store_error::StoreError;

/// Holds an address that was read.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) proof: Proof,
    /// The file of the certificate to trust.
    pub(super) root: Option<String>,
}

/// Reads an address.
///
/// # Errors
///
/// [`StoreError::Address`] when it is none.
pub(super) fn read(url: &str) -> Result<Address, StoreError> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let mut rest = Vec::new();
    let (mut mode, mut root) = ("prefer".to_owned(), None);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        match name {
            "sslmode" => mode = value,
            "sslrootcert" => root = Some(value),
            _ => rest.push(pair),
        }
    }
    let question = if rest.is_empty() { "" } else { "?" };
    let plain = format!("{place}{question}{}", rest.join("&"));
    let mut config: Config = plain.parse().map_err(|error| StoreError::Address(said(&error)))?;
    let (ssl_mode, proof) = match (mode.as_str(), &root) {
        ("disable", _) => (SslMode::Disable, Proof::None),
        ("prefer" | "allow", _) => (SslMode::Prefer, Proof::None),
        ("require", None) => (SslMode::Require, Proof::None),
        ("require" | "verify-ca", _) => (SslMode::Require, Proof::Signed),
        ("verify-full", _) => (SslMode::Require, Proof::Named),
        _ => {
            let reason = format!(
                "`{mode}` is no sslmode, but disable, prefer, require, verify-ca or verify-full is"
            );
            return Err(StoreError::Address(reason));
        }
    };
    config.ssl_mode(ssl_mode);
    Ok(Address { config, proof, root })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_to_encrypt_is_read_and_the_rest_is_left_to_the_library() {
        let of = |query: &str| read(&format!("postgres://a:b%3Fc@d/e{query}"));
        let (plain, full) = (
            of("").unwrap(),
            of("?sslrootcert=%2Froot.crt&sslmode=verify-full&keepalives=0").unwrap(),
        );
        assert_eq!((plain.config.get_ssl_mode(), plain.proof), (SslMode::Prefer, Proof::None));
        assert_eq!((full.config.get_ssl_mode(), full.proof), (SslMode::Require, Proof::Named));
        assert_eq!(
            (full.root.as_deref(), full.config.get_keepalives()),
            (Some("/root.crt"), false)
        );
        assert_eq!(full.config.get_password(), Some(&b"b?c"[..]));
        assert_eq!(of("?sslmode=require").unwrap().proof, Proof::None);
        assert_eq!(of("?sslmode=require&sslrootcert=a").unwrap().proof, Proof::Signed);
        assert_eq!(of("?sslmode=verify-ca").unwrap().proof, Proof::Signed);
        assert!(
            of("?sslmode=sometimes").unwrap_err().to_string().contains("`sometimes` is no sslmode")
        );
        assert!(of("?colour=red").is_err());
    }
}
