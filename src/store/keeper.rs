//! Keeps the store and publishes what it holds: one thread writes, everyone reads snapshots.
//!
//! Edits that come while others are made to last wait together and become one transaction, so that
//! many clients cost few waits for the disk (group commit). An edit is acknowledged when it is on
//! the disk and readers see it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::backend::Backend;
use super::collection::Change;
use super::condition::{Asked, Condition};
use super::edit::{Author, Done, Edit, EditError};
use super::putting::Putting;
use super::store_error::StoreError;
use super::{Catalog, Collection, Snapshots};

/// How often the file is looked at for what other programs changed.
const GLANCE: Duration = Duration::from_millis(250);
/// How many edits become one transaction.
const MOST_EDITS: usize = 1_024;
/// How many edits wait before a client is asked to come again.
const MOST_WAITING: usize = 16_384;

/// What is told when an edit is on the disk, or refused.
type Reply<T> = Box<dyn FnOnce(Result<T, EditError>) + Send>;

/// What looks into the store and leaves the collections as they are.
type Look = Box<dyn FnOnce(&mut dyn Backend) + Send>;

/// What the writing thread is asked for.
enum Task {
    Edit(Edit, Reply<Done>),
    Put(Box<Collection>, Box<Putting>, Reply<Done>),
    Remove(String, Author, Reply<Done>),
    Undo(String, Author, Reply<Done>),
    Look(Look),
}

/// Takes edits for the store; copies ask the same one.
#[derive(Debug, Clone)]
pub struct Keeper {
    tasks: SyncSender<Task>,
    condition: Condition,
}

impl Keeper {
    /// Starts to keep an open store, whose content is that of the snapshot of now.
    ///
    /// The thread ends when every copy of the keeper is gone and what was asked is done.
    #[must_use]
    pub fn start(store: Box<dyn Backend>, snapshots: Snapshots) -> (Self, JoinHandle<()>) {
        let (tasks, asked) = sync_channel(MOST_WAITING);
        let condition = Condition::default();
        condition.note_read_only(store.is_read_only());
        let work = Work { store, snapshots, condition: condition.clone() };
        let thread = thread::spawn(move || work.run(&asked));
        (Self { tasks, condition }, thread)
    }

    /// How the store is.
    #[must_use]
    pub fn condition(&self) -> &Condition {
        &self.condition
    }

    /// Asks for an edit; `reply` is told on the writing thread.
    ///
    /// # Errors
    ///
    /// [`EditError::Store`] when too many wait, or the store is closed.
    pub fn edit(
        &self,
        edit: Edit,
        reply: impl FnOnce(Result<Done, EditError>) + Send + 'static,
    ) -> Result<(), EditError> {
        self.ask(Task::Edit(edit, Box::new(reply)))
    }

    /// Asks for a whole collection, new or in the place of the one of its id.
    ///
    /// # Errors
    ///
    /// As [`Keeper::edit`].
    pub fn put(
        &self,
        collection: Collection,
        how: Putting,
        reply: impl FnOnce(Result<Done, EditError>) + Send + 'static,
    ) -> Result<(), EditError> {
        self.ask(Task::Put(Box::new(collection), Box::new(how), Box::new(reply)))
    }

    /// Asks for a collection to be taken out as a whole.
    ///
    /// # Errors
    ///
    /// As [`Keeper::edit`].
    pub fn remove(
        &self,
        collection: String,
        by: Author,
        reply: impl FnOnce(Result<Done, EditError>) + Send + 'static,
    ) -> Result<(), EditError> {
        self.ask(Task::Remove(collection, by, Box::new(reply)))
    }

    /// Asks for the last edit of a collection to be undone.
    ///
    /// # Errors
    ///
    /// As [`Keeper::edit`].
    pub fn undo(
        &self,
        collection: String,
        by: Author,
        reply: impl FnOnce(Result<Done, EditError>) + Send + 'static,
    ) -> Result<(), EditError> {
        self.ask(Task::Undo(collection, by, Box::new(reply)))
    }

    /// Looks into the store between two edits, or keeps a result there; collections stay as they are.
    ///
    /// # Errors
    ///
    /// As [`Keeper::edit`].
    pub fn look(
        &self,
        look: impl FnOnce(&mut dyn Backend) + Send + 'static,
    ) -> Result<(), EditError> {
        self.ask(Task::Look(Box::new(look)))
    }

    fn ask(&self, task: Task) -> Result<(), EditError> {
        self.tasks.try_send(task).map_err(|error| {
            EditError::Store(match error {
                TrySendError::Full(_) => "too many edits wait: try again in a moment".to_owned(),
                TrySendError::Disconnected(_) => "the store is closed".to_owned(),
            })
        })
    }
}

/// What the writing thread works with.
struct Work {
    store: Box<dyn Backend>,
    snapshots: Snapshots,
    condition: Condition,
}

impl Work {
    fn run(mut self, asked: &Receiver<Task>) {
        loop {
            match asked.recv_timeout(GLANCE) {
                Ok(task) => {
                    let mut next = Some(task);
                    while let Some(task) = next.take() {
                        next = self.act(task, asked);
                    }
                }
                Err(RecvTimeoutError::Timeout) => self.glance(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Does a task; gives back another that came while edits were gathered.
    fn act(&mut self, task: Task, asked: &Receiver<Task>) -> Option<Task> {
        match task {
            Task::Put(collection, how, reply) => reply(self.put(*collection, &how)),
            Task::Remove(id, by, reply) => {
                let done = self.store.remove_collection(&id, &by);
                reply(self.settled(&id, done));
            }
            Task::Undo(collection, by, reply) => reply(self.undo(&collection, &by)),
            Task::Look(look) => {
                look(&mut *self.store);
                self.glance(); // who asks without end would keep it from being idle
            }
            Task::Edit(edit, reply) => {
                let (mut edits, mut replies) = (vec![edit], vec![reply]);
                let mut next = None;
                while edits.len() < MOST_EDITS && next.is_none() {
                    match asked.try_recv() {
                        Ok(Task::Edit(edit, reply)) => {
                            edits.push(edit);
                            replies.push(reply);
                        }
                        Ok(other) => next = Some(other),
                        Err(_) => break,
                    }
                }
                self.commit(&edits, replies);
                return next;
            }
        }
        None
    }

    fn undo(&mut self, collection: &str, by: &Author) -> Result<Done, EditError> {
        let done = self.store.undo(collection, by);
        self.settled(collection, done)
    }

    /// Publishes what became of a collection.
    fn settled(
        &mut self,
        id: &str,
        done: Result<Result<Done, EditError>, StoreError>,
    ) -> Result<Done, EditError> {
        let refused = |error: StoreError| EditError::Store(error.to_string());
        self.condition.note(Asked::Write, &done);
        let done = done.map_err(refused)??;
        if done.is_whole {
            let mut catalog = Catalog::clone(&self.snapshots.current());
            self.read_anew(&mut catalog, id).map_err(refused)?;
            self.bring_up(catalog);
        } else {
            self.publish([(id, &done)]);
        }
        Ok(done)
    }

    /// Makes edits last, publishes them, and tells who asked.
    fn commit(&mut self, edits: &[Edit], replies: Vec<Reply<Done>>) {
        let committed = self.store.commit(edits);
        self.condition.note(Asked::Write, &committed);
        match committed {
            Ok(results) => {
                let refused = results.iter().filter(|result| result.is_err()).count();
                self.condition.count(results.len() - refused, refused);
                let done = edits.iter().zip(&results);
                let done =
                    done.filter_map(|(edit, done)| Some((&*edit.collection, done.as_ref().ok()?)));
                self.publish(done);
                for (reply, result) in replies.into_iter().zip(results) {
                    reply(result);
                }
            }
            Err(error) => {
                let error = EditError::Store(error.to_string());
                for reply in replies {
                    reply(Err(error.clone()));
                }
            }
        }
    }

    /// Lets readers see what was done to collections.
    fn publish<'a>(&mut self, done: impl IntoIterator<Item = (&'a str, &'a Done)>) {
        let mut changes: HashMap<&str, Vec<Change>> = HashMap::new();
        for (collection, done) in done {
            changes.entry(collection).or_default().extend(done.changes.iter().cloned());
        }
        let before = self.snapshots.current();
        let mut catalog = Catalog::clone(&before);
        for collection in &mut catalog.collections {
            if let Some(changes) = changes.remove(collection.about().id.as_str()) {
                *collection = Arc::new(collection.with(changes));
            }
        }
        self.bring_up(catalog);
    }

    fn put(&mut self, collection: Collection, how: &Putting) -> Result<Done, EditError> {
        let done = self.store.put_collection(&collection, how);
        self.condition.note(Asked::Write, &done);
        let done = done.map_err(|error| EditError::Store(error.to_string()))??;
        if !done.was_done {
            let mut catalog = Catalog::clone(&self.snapshots.current());
            catalog.put(collection);
            self.bring_up(catalog);
        }
        Ok(done)
    }

    /// Reads what another program changed, if any did.
    fn glance(&mut self) {
        let touched = self.store.is_touched();
        self.condition.note(Asked::Read, &touched);
        self.condition.note_read_only(self.store.is_read_only());
        match touched {
            Ok(true) => self.bring_up(Catalog::clone(&self.snapshots.current())),
            Ok(false) => {}
            Err(error) => tracing::warn!(%error, "the store could not be looked at"),
        }
    }

    /// Takes in what other programs changed, and publishes.
    fn bring_up(&mut self, mut catalog: Catalog) {
        let read = self.reread(&mut catalog).and_then(|()| catalog.note(&mut *self.store));
        self.condition.note(Asked::Read, &read);
        if let Err(error) = read {
            tracing::error!(%error, "what changed in the store could not be read");
        }
        self.snapshots.publish(catalog);
    }

    fn reread(&mut self, catalog: &mut Catalog) -> Result<(), StoreError> {
        for id in self.store.take_stale()? {
            tracing::info!(collection = id, "changed by another program");
            self.read_anew(catalog, &id)?;
        }
        Ok(())
    }

    fn read_anew(&mut self, catalog: &mut Catalog, id: &str) -> Result<(), StoreError> {
        match self.store.collection(id)? {
            Some(collection) => catalog.put(collection),
            None => catalog.remove(id),
        }
        Ok(())
    }
}
