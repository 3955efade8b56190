//! Questions to a collection, off the async threads where the answer has to be waited for.

use std::sync::Arc;

use axum::http::StatusCode;

use super::problem::Problem;
use crate::domain::Watch;
use crate::filter::Filter;
use crate::store::Collection;

/// Calls a filter off when the client leaves, or has waited for too long: when this is dropped.
pub(super) struct WhileAsked(Option<Watch>);

impl WhileAsked {
    /// Watches over a filter, if there is one.
    pub(super) fn of(filter: Option<&Filter>) -> Self {
        Self(filter.map(|filter| filter.watch().clone()))
    }
}

impl Drop for WhileAsked {
    fn drop(&mut self) {
        self.0.iter().for_each(Watch::call_off);
    }
}

/// Asks a collection: at once where it is held in memory, else on a thread that may wait.
///
/// # Errors
///
/// [`Problem`] as the question says.
pub(super) async fn asking<T: Send + 'static>(
    collection: &Arc<Collection>,
    question: impl FnOnce(&Collection) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    asking_for(false, collection, question).await
}

/// The same for an answer that may take long to write: then a thread that may wait does that, too.
///
/// # Errors
///
/// [`Problem`] as the question says.
pub(super) async fn asking_for<T: Send + 'static>(
    is_long: bool,
    collection: &Arc<Collection>,
    question: impl FnOnce(&Collection) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if collection.is_held() && !is_long {
        return question(collection);
    }
    let (collection, request) = (Arc::clone(collection), tracing::Span::current());
    let waiting = tokio::task::spawn_blocking(move || {
        let _named = request.entered();
        question(&collection)
    });
    waiting.await.map_err(|_| Problem::Status(StatusCode::INTERNAL_SERVER_ERROR))?
}
