//! How far work on many rows is, on a terminal.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::store::Progress;

/// Words about work that takes less are not needed.
const SILENT: Duration = Duration::from_secs(1);

/// Says on a terminal how many rows are done.
pub(super) fn shown() -> Progress {
    let begun = Instant::now();
    if !io::stderr().is_terminal() {
        return Progress::default();
    }
    Progress::told(move |done, of| {
        let taken = begun.elapsed();
        if taken < SILENT {
            return;
        }
        let percent = 100 * done / of.max(1);
        let _ = write!(io::stderr(), "\r{done} of {of} ({percent} %)");
        if done == of {
            let _ = writeln!(io::stderr(), "\r{of} in {:.1} s      ", taken.as_secs_f64());
        }
    })
}
