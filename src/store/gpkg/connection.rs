//! The file opened: to be written where that may be, else to be read.

use std::path::Path;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// What has a meaning in the address of a file.
const IN_ADDRESS: &AsciiSet = &CONTROLS.add(b'%').add(b'?').add(b'#');

/// Opens the file; one that is missing is made.
///
/// # Errors
///
/// When it can neither be written nor read.
pub(super) fn open(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags)
        .or_else(|_| Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    let read = opened.query_row("SELECT count(*) FROM sqlite_master", [], |_| Ok(()));
    match read {
        Err(error)
            if error.sqlite_error_code() == Some(ErrorCode::CannotOpen)
                && opened.is_readonly("main")? =>
        {
            where_nothing_changes(path, error)
        }
        // Whatever else is wrong with it is told when it is read.
        _ => Ok(opened),
    }
}

/// Opens a file on a disk that nobody can write: its log cannot be kept there, and must be empty.
fn where_nothing_changes(path: &Path, error: rusqlite::Error) -> rusqlite::Result<Connection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let has_log = std::fs::metadata(&log).is_ok_and(|log| log.len() > 0);
    let Some(text) = path.to_str().filter(|_| !has_log) else { return Err(error) };
    let address = format!("file:{}?immutable=1", utf8_percent_encode(text, IN_ADDRESS));
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    Connection::open_with_flags(address, flags)
}
