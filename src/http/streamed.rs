//! Long answers: made by a thread of their own, sent while they are made, never held as a whole.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use axum::body::{Body, Bytes};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

/// The size of a part, in bytes.
const PART_BYTES: usize = 64 * 1024;
/// How many parts wait for a slow client before the thread does.
const PARTS_AHEAD: usize = 4;
/// How long a client may take for a part.
const PART_TIMEOUT: Duration = Duration::from_secs(30);

/// A body that a thread writes; when it fails, the connection breaks, so that no client takes half
/// an answer for a whole one.
pub(super) fn body(write: impl FnOnce(&mut dyn Write) -> io::Result<()> + Send + 'static) -> Body {
    let (sender, parts) = channel::<io::Result<Bytes>>(PARTS_AHEAD);
    let runtime = Handle::current();
    let request = tracing::Span::current();
    tokio::task::spawn_blocking(move || {
        let _named = request.entered();
        let parts = Parts { sender: sender.clone(), runtime: runtime.clone() };
        let mut out = BufWriter::with_capacity(PART_BYTES, parts);
        if let Err(error) = write(&mut out).and_then(|()| out.flush()) {
            tracing::warn!(%error, "an answer was broken off");
            let _ = runtime.block_on(timeout(PART_TIMEOUT, sender.send(Err(error))));
        }
    });
    Body::from_stream(ReceiverStream::new(parts))
}

/// Sends what is written, part by part.
struct Parts {
    sender: Sender<io::Result<Bytes>>,
    runtime: Handle,
}

impl Write for Parts {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let send = self.sender.send(Ok(Bytes::copy_from_slice(part)));
        match self.runtime.block_on(timeout(PART_TIMEOUT, send)) {
            Ok(Ok(())) => Ok(part.len()),
            Ok(Err(_)) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
