//! `jidi token`: who may change what over the API.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::DataArgs;
use super::stores::{Missing, author};
use super::table::{self, Align};
use crate::domain::names::check_collection_id;
use crate::store::tokens::{digest, secret};
use crate::store::{Backend, Scope, Token};

/// Make, list and take back tokens for the API
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  jidi token create --name editor                        to change features of every collection\n  jidi token create --name bot --collection firms        of one\n  jidi token create --name me --scope admin              to see the history, too, and to undo\n  jidi token revoke bot\n\nA token is shown once. A running service knows of it within a second."
)]
pub(super) struct TokenArgs {
    #[command(subcommand)]
    verb: TokenVerb,
}

#[derive(Debug, Subcommand)]
enum TokenVerb {
    /// Make a token and print it, once
    Create {
        /// Name under which the history tells who changed something
        #[arg(long)]
        name: String,
        /// read: see private collections; write: change features; admin: history and undo, too
        #[arg(long, default_value = "write", value_name = "read|write|admin")]
        scope: Scope,
        /// The one collection that it is for, instead of all
        #[arg(long, value_name = "COLLECTION")]
        collection: Option<String>,
    },
    /// List the tokens; none is shown
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a token back
    Revoke {
        /// Its name
        name: String,
    },
}

pub(super) fn run(args: TokenArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let none = || anyhow::anyhow!("tokens are kept in a store: name a file with --store");
    let mut store = data.open(Missing::Make)?.ok_or_else(none)?;
    match args.verb {
        TokenVerb::Create { name, scope, collection } => {
            create(store.as_mut(), name, scope, collection)
        }
        TokenVerb::List { json } => list(store.as_mut(), json),
        TokenVerb::Revoke { name } => revoke(store.as_mut(), &name),
    }
}

fn create(
    store: &mut dyn Backend,
    name: String,
    scope: Scope,
    collection: Option<String>,
) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(!name.trim().is_empty(), "a token needs a name: --name");
    if let Some(only) = &collection {
        check_collection_id(only)?;
        if !store.revisions()?.iter().any(|(id, _)| id == only) {
            let _ = writeln!(
                io::stderr(),
                "There is no collection `{only}` yet: the token may make it."
            );
        }
    }
    let mut bits = [0; 32];
    getrandom::fill(&mut bits)?;
    let secret = secret(&bits);
    let (digest, created) = (digest(&secret), author().at);
    store.add_token(&Token { name, digest, scope, collection, created, revoked: None })?;
    let _ = writeln!(io::stderr(), "Keep it now: it is not shown again.");
    writeln!(io::stdout(), "{secret}")?;
    Ok(ExitCode::SUCCESS)
}

fn list(store: &mut dyn Backend, as_json: bool) -> anyhow::Result<ExitCode> {
    let tokens = store.tokens()?;
    if as_json {
        let tokens: Vec<Json> = tokens.iter().map(described).collect();
        writeln!(io::stdout(), "{}", json!({"tokens": tokens}))?;
        return Ok(ExitCode::SUCCESS);
    }
    let columns = ["name", "scope", "collection", "created", "revoked"];
    let rows: Vec<Vec<String>> = tokens.into_iter().map(row).collect();
    table::write(&mut io::stdout(), &columns.map(|name| (name, Align::Left)), &rows)?;
    Ok(ExitCode::SUCCESS)
}

fn row(token: Token) -> Vec<String> {
    let scope = token.scope.to_string();
    let (collection, revoked) = (token.collection, token.revoked);
    let text = |text: Option<String>, otherwise: &str| text.unwrap_or_else(|| otherwise.to_owned());
    vec![token.name, scope, text(collection, "all"), token.created, text(revoked, "")]
}

fn described(token: &Token) -> Json {
    json!({
        "name": token.name,
        "scope": token.scope.as_str(),
        "collection": token.collection,
        "created": token.created,
        "revoked": token.revoked,
    })
}

fn revoke(store: &mut dyn Backend, name: &str) -> anyhow::Result<ExitCode> {
    let was_there = store.revoke_token(name, &author().at)?;
    anyhow::ensure!(was_there, "there is no valid token named `{name}`: see jidi token list");
    let _ = writeln!(io::stderr(), "The token `{name}` is taken back.");
    Ok(ExitCode::SUCCESS)
}
