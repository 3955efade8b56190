//! Files that are there whole or not at all.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes to a file, or to standard output for `-`.
///
/// A file is written beside its place first and renamed then, so that no half file is ever seen. A
/// link is followed, and a file keeps its permissions. What is no file, a pipe or a device, is
/// written as it stands.
///
/// # Errors
///
/// What the writer or the file system reports.
pub(super) fn write<T>(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<T> {
    if path == Path::new("-") {
        return flushed(BufWriter::new(io::stdout().lock()), write).map(|(written, _)| written);
    }
    let existing = fs::metadata(path).ok();
    if existing.as_ref().is_some_and(|target| !target.is_file()) {
        let target = fs::OpenOptions::new().write(true).open(path)?;
        return flushed(BufWriter::new(target), write).map(|(written, _)| written);
    }
    let path = if existing.is_some() { path.canonicalize()? } else { path.to_owned() };
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let beside = PathBuf::from(name);
    let written = write_beside(&beside, existing.as_ref(), write)
        .and_then(|written| fs::rename(&beside, &path).map(|()| written));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn write_beside<T>(
    beside: &Path,
    existing: Option<&fs::Metadata>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<T> {
    let file = File::create(beside)?;
    if let Some(existing) = existing {
        file.set_permissions(existing.permissions())?;
    }
    let (written, out) = flushed(BufWriter::new(file), write)?;
    out.get_ref().sync_all()?;
    Ok(written)
}

fn flushed<T, W: Write>(
    mut out: BufWriter<W>,
    write: impl FnOnce(&mut dyn Write) -> io::Result<T>,
) -> io::Result<(T, BufWriter<W>)> {
    let written = write(&mut out)?;
    out.flush()?;
    Ok((written, out))
}
