//! Work that may be called off while it is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Says to long work whether it was called off; copies share the answer.
///
/// It is asked wherever work is repeated, and costs less than one distance. Work that finds itself
/// called off comes back at once with whatever it has, which means nothing: who called it off does not
/// look, and who gave it the watch asks again before using what came back.
#[derive(Debug, Clone, Default)]
pub struct Watch(Arc<AtomicBool>);

/// A watch plays no part in what things are.
impl PartialEq for Watch {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Watch {
    /// Calls the work off.
    pub fn call_off(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Says whether it was called off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_share_the_answer() {
        let watch = Watch::default();
        let copy = watch.clone();
        assert!(!copy.is_off());
        watch.call_off();
        assert!(copy.is_off() && !Watch::default().is_off());
    }
}
