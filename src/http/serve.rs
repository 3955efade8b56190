//! The listening socket, from the first request to the last.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use super::client_address::Peer;
use super::{Service, front};

/// A service that cannot be started or kept running.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another program listens there.
    #[error(
        "{0} is in use by another program: stop it, or choose another port with --listen 127.0.0.1:8081"
    )]
    InUse(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        error: io::Error,
    },
    /// The runtime or the socket failed.
    #[error("the service stopped: {0}")]
    Io(#[from] io::Error),
}

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long answers may still run once the process is asked to stop.
const LAST_ANSWERS_TIMEOUT: Duration = Duration::from_secs(8);

/// Serves until the process is asked to stop, then finishes what it was answering.
///
/// Whatever is not answered some seconds later, or when it is asked a second time, is dropped.
/// `started` is told the address once requests are taken.
///
/// # Errors
///
/// [`ServeError`].
pub fn serve(
    service: Service,
    address: SocketAddr,
    started: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await.map_err(|error| match error.kind() {
            io::ErrorKind::AddrInUse => ServeError::InUse(address),
            _ => ServeError::Listen { address, error },
        })?;
        let mut signals = Signals::new()?;
        started(listener.local_addr()?);
        let connections = accept(listener, service, &mut signals).await;
        tracing::info!("asked to stop; finishing what was asked before");
        tokio::select! {
            () = connections.shutdown() => {}
            () = tokio::time::sleep(LAST_ANSWERS_TIMEOUT) => tracing::warn!("stopped before every answer was taken"),
            () = signals.next() => tracing::warn!("asked twice; stopped at once"),
        }
        Ok(())
    })
}

/// Takes connections until the process is asked to stop.
async fn accept(
    listener: TcpListener,
    service: Service,
    signals: &mut Signals,
) -> GracefulShutdown {
    let service = Arc::new(service);
    let warm = Arc::clone(&service);
    // Whoever asks for a town abroad first need not wait until those are read.
    tokio::task::spawn_blocking(move || warm.catalog().places.gazetteer.world().names().size());
    let front = front(service);
    let connections = GracefulShutdown::new();
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    loop {
        let (stream, peer) = tokio::select! {
            () = signals.next() => return connections,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, say: what is open must end before more can come.
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            },
        };
        let _ = stream.set_nodelay(true);
        let front = front.clone();
        let handler = service_fn(move |mut request: Request<Incoming>| {
            let front = front.clone();
            request.extensions_mut().insert(Peer(peer.ip()));
            async move { Ok::<_, Infallible>(front.answer(request.map(Body::new)).await) }
        });
        let connection = builder.serve_connection(TokioIo::new(stream), handler);
        let watched = connections.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

/// Waits for what asks the process to stop: Ctrl-C, and on Unix the signal to terminate.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
