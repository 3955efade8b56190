//! The listening socket, from the first request to the last.

use std::io;
use std::net::SocketAddr;

use tokio::net::TcpListener;

use super::{Service, router};

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

/// Serves until the process is asked to stop, then finishes what it was answering.
///
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
        started(listener.local_addr()?);
        axum::serve(listener, router(service)).with_graceful_shutdown(asked_to_stop()).await?;
        Ok(())
    })
}

/// Waits for Ctrl-C or, on Unix, for the signal to terminate.
async fn asked_to_stop() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("asked to stop; answering what was asked before");
}
