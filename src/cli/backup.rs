//! `jidi backup` and `jidi restore`: the store as one more file, whole, while it is in use.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use super::DataArgs;
use crate::store::{Backend as _, Gpkg};

/// Write a copy of the store, whole as of now, while it is in use
#[derive(Debug, Args)]
#[command(
    after_help = "The copy is a GeoPackage as the store is one. Examples:\n  jidi backup jidi-2026-11-25.gpkg\n  jidi restore jidi-2026-11-25.gpkg"
)]
pub(super) struct BackupArgs {
    /// File to write; one that is there is not written over
    output: PathBuf,
}

/// Put a backup in the place of the store
#[derive(Debug, Args)]
#[command(
    after_help = "The backup is checked first. A service on the store takes it in within a second. What the store held is kept beside it,\nas FILE.before-restore.gpkg; what a database held, beside the backup. pg_dump works for a database, too."
)]
pub(super) struct RestoreArgs {
    /// Backup to read
    input: PathBuf,
}

pub(super) fn backup(args: &BackupArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let shown = args.output.display();
    anyhow::ensure!(!args.output.exists(), "{shown} is there already: choose another name");
    let mut beside = args.output.clone().into_os_string();
    beside.push(".tmp");
    let beside = PathBuf::from(beside);
    let (copied, place) = if let Some(mut store) = data.postgres()? {
        (store.back_up(&beside), store.name().to_owned())
    } else {
        let path = file(data)?;
        anyhow::ensure!(path.exists(), "{}: there is no such store yet", path.display());
        (Gpkg::open(&path)?.back_up(&beside), path.display().to_string())
    };
    if let Err(error) = copied.and_then(|()| Gpkg::open(&beside)?.check()) {
        let _ = fs::remove_file(&beside);
        return Err(error.into());
    }
    fs::rename(&beside, &args.output).with_context(|| format!("{shown} cannot be written"))?;
    eprintln!("{place} is backed up in {shown}.");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(args: &RestoreArgs, data: &DataArgs) -> anyhow::Result<ExitCode> {
    let shown = args.input.display();
    anyhow::ensure!(args.input.is_file(), "{shown}: there is no such file");
    let backup = Gpkg::open(&args.input).with_context(|| format!("{shown} is no backup"))?;
    backup.check().with_context(|| format!("{shown} is no backup"))?;
    if let Some(mut store) = data.postgres()? {
        if !store.revisions()?.is_empty() {
            let before = args.input.with_extension("before-restore.gpkg");
            store.back_up(&before)?;
            eprintln!("What was there is kept in {}.", before.display());
        }
        store.restore(&backup)?;
        eprintln!("{} holds what {shown} holds.", store.name());
        return Ok(ExitCode::SUCCESS);
    }
    let path = file(data)?;
    if path.exists() {
        let before = path.with_extension("before-restore.gpkg");
        let _ = fs::remove_file(&before);
        Gpkg::open(&path)?.back_up(&before)?;
        eprintln!("What was there is kept in {}.", before.display());
    }
    backup.back_up(&path)?;
    eprintln!("{} holds what {shown} holds.", path.display());
    Ok(ExitCode::SUCCESS)
}

/// The file of the store.
fn file(data: &DataArgs) -> anyhow::Result<PathBuf> {
    data.store_path().context("there is no store: name one with --store")
}
