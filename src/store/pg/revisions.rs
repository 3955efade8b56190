//! Which collections others have changed since they were read.

/// Holds the revisions of the collections as they were read or written last.
#[derive(Debug, Default)]
pub(super) struct Revisions {
    known: Vec<(String, i64)>,
    stale: Vec<String>,
}

impl Revisions {
    /// Holds the revisions that some collections have now against those that are known.
    pub(super) fn note(&mut self, now: &[(String, i64)]) {
        for one in now.iter().filter(|one| !self.known.contains(one)) {
            if !self.stale.contains(&one.0) {
                self.stale.push(one.0.clone());
            }
        }
    }

    /// The same for all collections: one that is not among them is gone.
    pub(super) fn note_all(&mut self, now: &[(String, i64)]) {
        self.note(now);
        let is_there = |id: &str| now.iter().any(|(there, _)| there == id);
        for (id, _) in self.known.iter().filter(|(id, _)| !is_there(id)) {
            if !self.stale.contains(id) {
                self.stale.push(id.clone());
            }
        }
    }

    /// Takes a collection as read or put at a revision, or as known to be gone.
    pub(super) fn know(&mut self, id: &str, revision: Option<i64>) {
        self.stale.retain(|stale| stale != id);
        self.known.retain(|(known, _)| known != id);
        self.known.extend(revision.map(|revision| (id.to_owned(), revision)));
    }

    /// Takes a collection as changed by ourselves; what others changed before is still to be read.
    pub(super) fn made(&mut self, id: &str, revision: i64) {
        self.known.retain(|(known, _)| known != id);
        self.known.push((id.to_owned(), revision));
    }

    /// Those that are to be read again.
    pub(super) fn stale(&self) -> &[String] {
        &self.stale
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_changed_is_stale_until_it_is_read() {
        let now = |revision| [("bases".to_owned(), revision)];
        let mut revisions = Revisions::default();
        revisions.know("bases", Some(1));
        revisions.note_all(&now(1));
        assert!(revisions.stale().is_empty());
        revisions.note(&now(2));
        revisions.made("bases", 3);
        revisions.note_all(&now(3));
        assert_eq!(revisions.stale(), ["bases"], "our own edit does not bring theirs");
        revisions.know("bases", Some(3));
        revisions.note_all(&now(3));
        assert!(revisions.stale().is_empty());
        revisions.note_all(&[]);
        assert_eq!(revisions.stale(), ["bases"], "it is gone");
        revisions.know("bases", None);
        revisions.note_all(&[]);
        assert!(revisions.stale().is_empty());
    }
}
