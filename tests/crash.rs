//! The server of the database crashes under a load of writes, again and again; the service reads on,
//! and takes writes again by itself.

use std::collections::HashSet;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jidi::store::edit::Author;
use jidi::store::pg::Options;
use jidi::store::{Backend, Catalog, Collection, Geodata, Keeper, Postgres, Putting, Snapshots};

use crate::kill::{COLLECTION, check, list, pair};
use crate::postgis::{Database, told};
use crate::stores::done;

const WRITERS: u64 = 4;
const ROUNDS: u64 = 12;

/// Crashes the server that is there for that, and starts it again after a pause.
fn crash(script: &str, how: &str, pause: Duration) {
    let pause = pause.as_secs_f64().to_string();
    let output = Command::new(script).args([how, &pause]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Writes pairs until it is over; an edit whose end nobody knows is not sent again.
fn write(load: &Load, keeper: &Keeper, writer: u64) {
    for number in 0.. {
        if load.is_over.load(Ordering::Relaxed) {
            return;
        }
        if done(keeper, pair(0, writer, number)).is_ok() {
            load.acknowledged.lock().unwrap().insert(format!("r0-w{writer}-{number}"));
        } else {
            load.refused.fetch_add(1, Ordering::Relaxed);
            thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Reads until it is over: what is held answers always.
fn read(load: &Load, snapshots: &Snapshots, distant: &Collection) {
    while !load.is_over.load(Ordering::Relaxed) {
        let held = snapshots.current();
        assert_eq!(held.collection("bases").unwrap().len(), 11, "reading goes on");
        if distant.find("nobody").is_err() {
            load.unread.fetch_add(1, Ordering::Relaxed);
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// What writers and readers tell each other.
#[derive(Default)]
struct Load {
    acknowledged: Mutex<HashSet<String>>,
    is_over: AtomicBool,
    refused: AtomicUsize,
    unread: AtomicUsize,
}

impl Load {
    /// Waits until so many more edits are acknowledged.
    fn wait_for(&self, more: usize, when: &str) {
        let count = || self.acknowledged.lock().unwrap().len();
        let (before, begun) = (count(), Instant::now());
        while count() < before + more {
            assert!(begun.elapsed() < Duration::from_secs(30), "{when}: nothing is taken");
            thread::sleep(Duration::from_millis(2));
        }
    }
}

/// Ends the load also where a test fails.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_crashed_postgis_server_loses_nothing_acknowledged_and_reading_goes_on() {
    let (Some(victim), Some(script)) = (told("VICTIM"), told("CRASH")) else { return };
    let database = Database::on(&victim);
    let mut store = Postgres::open(&database.url()).unwrap();
    store.put_collection(&list(), &Putting::default()).unwrap().unwrap();
    store.commit(&[pair(0, WRITERS, 0)]).unwrap();
    let catalog = Catalog::load_stored(&Geodata::default(), &mut store, &Author::default());
    let snapshots = Snapshots::new(catalog.unwrap());
    // The same collection, not held in memory.
    let options = Options { max_held_rows: 0, ..Options::new(&database.url()) };
    let mut reader = Postgres::open_with(&options).unwrap();
    let distant = reader.collection(COLLECTION).unwrap().unwrap();
    assert!(!distant.is_held());
    let (keeper, thread) = Keeper::start(Box::new(store), snapshots.clone());
    let load = Load::default();
    thread::scope(|scope| {
        let _over = Over(&load.is_over);
        for writer in 0..WRITERS {
            let (load, keeper) = (&load, &keeper);
            scope.spawn(move || write(load, keeper, writer));
        }
        scope.spawn(|| read(&load, &snapshots, &distant));
        for round in 0..ROUNDS {
            load.wait_for(20, &format!("round {round}"));
            thread::sleep(Duration::from_micros(round * 7_919 % 60_000));
            let how = if round % 2 == 0 { "kill" } else { "immediate" };
            crash(&script, how, Duration::from_millis(round % 3 * 300));
        }
        load.wait_for(20, "it takes writes again by itself");
    });
    drop(keeper);
    thread.join().unwrap();
    let acknowledged = load.acknowledged.into_inner().unwrap();
    check(&mut Postgres::open(&database.url()).unwrap(), &acknowledged, "at the end");
    let held = snapshots.current().collection(COLLECTION).unwrap().clone();
    assert!(acknowledged.iter().all(|id| held.feature(&format!("{id}-a")).is_some()));
    let id = acknowledged.iter().next().unwrap();
    assert!(distant.find(&format!("{id}-b")).unwrap().is_some());
    assert!(load.refused.into_inner() > 0 && load.unread.into_inner() > 0, "it was away");
}
