//! Tokens: who may do what. A store keeps their digests, so that nobody reads a token out of it.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::geodata::hexadecimal;

/// What every token begins with, so that one that leaks is known for what it is.
const PREFIX: &str = "jidi_";

/// Says what a token allows; each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// To read what is private.
    Read,
    /// To change features.
    Write,
    /// To see who changed what, and to undo it.
    Admin,
}

impl Scope {
    /// The name, as in the store and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// A text that names no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no scope: use read, write or admin")]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(text: &str) -> Result<Self, UnknownScope> {
        let known = [Self::Read, Self::Write, Self::Admin];
        let found = known.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| UnknownScope(text.to_owned()))
    }
}

/// Describes a token; what is secret about it is kept as a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its name, which histories tell; no two have the same.
    pub name: String,
    /// The SHA-256 of the secret, in hexadecimal.
    pub digest: String,
    /// What it allows.
    pub scope: Scope,
    /// The one collection that it is for; all without it.
    pub collection: Option<String>,
    /// When it was made (RFC 3339, UTC).
    pub created: String,
    /// When it was taken back.
    pub revoked: Option<String>,
}

impl Token {
    /// Says whether the token allows something with a collection.
    #[must_use]
    pub fn allows(&self, scope: Scope, collection: &str) -> bool {
        self.scope >= scope && self.collection.as_deref().is_none_or(|only| only == collection)
    }

    /// Says whether it has not been taken back.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.revoked.is_none()
    }
}

/// Writes 256 random bits as the secret that is shown once.
#[must_use]
pub fn secret(bits: &[u8; 32]) -> String {
    format!("{PREFIX}{}", hexadecimal(bits))
}

/// The digest under which a secret is kept. It is as random as its secret, so no salt is needed.
#[must_use]
pub fn digest(secret: &str) -> String {
    hexadecimal(&Sha256::digest(secret.as_bytes()))
}

/// Finds the valid token of a secret, in the same time whichever it is.
#[must_use]
pub fn find<'a>(tokens: &'a [Token], secret: &str) -> Option<&'a Token> {
    let given = digest(secret);
    let mut found = None;
    for token in tokens {
        if bool::from(token.digest.as_bytes().ct_eq(given.as_bytes())) {
            found = Some(token);
        }
    }
    found.filter(|token| token.is_valid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_allows_what_is_less_and_only_its_collection() {
        let secret = secret(&[7; 32]);
        assert!(secret.starts_with("jidi_0707") && secret.len() == 69);
        let token = Token {
            name: "a".into(),
            digest: digest(&secret),
            scope: Scope::Write,
            collection: Some("bases".into()),
            created: String::new(),
            revoked: None,
        };
        assert!(token.allows(Scope::Read, "bases") && token.allows(Scope::Write, "bases"));
        assert!(!token.allows(Scope::Admin, "bases") && !token.allows(Scope::Read, "hubs"));
        let revoked = Token { revoked: Some("now".into()), ..token.clone() };
        assert_eq!(find(std::slice::from_ref(&token), &secret), Some(&token));
        assert_eq!(find(&[token], "jidi_08"), None);
        assert_eq!(find(&[revoked], &secret), None);
        assert!("root".parse::<Scope>().is_err());
    }
}
