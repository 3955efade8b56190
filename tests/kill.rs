//! Nothing acknowledged is lost: the process is killed while it writes, again and again.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema, Value};
use jidi::store::collection::About;
use jidi::store::edit::{Author, Draft, Edit, Wish};
use jidi::store::{Backend, Collection, Gpkg, Postgres, Putting};

use crate::postgis::Database;

/// Tells the writing process which store to write to.
const STORE: &str = "JIDI_KILL_STORE";
pub const COLLECTION: &str = "list";

/// Opens a store by its name: a file, or the address of a database.
fn open(name: &str) -> Box<dyn Backend> {
    if name.starts_with("postgres://") {
        return Box::new(Postgres::open(name).unwrap());
    }
    Gpkg::open(Path::new(name)).unwrap().check().unwrap();
    Box::new(Gpkg::open(Path::new(name)).unwrap())
}

pub fn list() -> Collection {
    let about = About {
        id: COLLECTION.into(),
        title: "List".into(),
        title_zh: String::new(),
        description: String::new(),
        description_zh: String::new(),
        data_as_of: String::new(),
        licence: String::new(),
        attribution: String::new(),
    };
    let schema = Schema::new(vec![
        Field::new("id", FieldType::Text, ""),
        Field::new("number", FieldType::Integer, ""),
    ]);
    Collection::new(about, schema, Vec::new()).unwrap()
}

/// Two features that come together or not at all.
pub fn pair(round: u64, writer: u64, number: i64) -> Edit {
    let draft = |half: &str| {
        let id = FeatureId::new(&format!("r{round}-w{writer}-{number}-{half}")).unwrap();
        let values = vec![Value::Null, Value::Integer(number)];
        Wish::Create(Draft {
            id: Some(id),
            geometry: Some(geo::Point::new(1.0, 2.0).into()),
            values,
        })
    };
    Edit {
        collection: COLLECTION.into(),
        wishes: vec![draft("a"), draft("b")],
        by: Author::default(),
        key: None,
    }
}

/// The process that is killed: several clients write at once, and say what was acknowledged.
#[test]
#[ignore = "the process that the other tests of this file kill"]
fn writer() {
    let Ok(name) = std::env::var(STORE) else { return };
    let round: u64 = std::env::var("JIDI_KILL_ROUND").unwrap().parse().unwrap();
    let mut store = open(&name);
    if store.load(COLLECTION).unwrap().is_none() {
        store.put_collection(&list(), &Putting::default()).unwrap().unwrap();
    }
    let (ask, asked) = channel::<(u64, i64, std::sync::mpsc::Sender<()>)>();
    for writer in 0..8 {
        let ask = ask.clone();
        thread::spawn(move || {
            for number in 0.. {
                let (tell, told) = channel();
                ask.send((writer, number, tell)).unwrap();
                told.recv().unwrap();
                println!("done r{round}-w{writer}-{number}");
                std::io::stdout().flush().unwrap();
            }
        });
    }
    while let Ok(first) = asked.recv() {
        let all: Vec<_> = std::iter::once(first).chain(asked.try_iter()).collect();
        let edits: Vec<Edit> =
            all.iter().map(|(writer, number, _)| pair(round, *writer, *number)).collect();
        store.commit(&edits).unwrap().into_iter().for_each(|done| drop(done.unwrap()));
        for (_, _, tell) in all {
            tell.send(()).unwrap();
        }
    }
}

/// Lets a process write for some milliseconds, kills it, and gives what it had acknowledged.
fn killed_after(store: &str, round: u64, pause: Duration) -> HashSet<String> {
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["kill::writer", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(STORE, store)
        .env("JIDI_KILL_ROUND", round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let out = BufReader::new(writer.stdout.take().unwrap());
    let (tell, told) = channel();
    let reader = thread::spawn(move || {
        let mut acknowledged = HashSet::new();
        for line in out.lines().map_while(Result::ok) {
            if let Some((_, id)) = line.split_once("done ") {
                acknowledged.insert(id.to_owned());
                let _ = tell.send(());
            }
        }
        acknowledged
    });
    told.recv_timeout(Duration::from_secs(20)).unwrap(); // it writes
    thread::sleep(pause);
    writer.kill().unwrap(); // SIGKILL
    writer.wait().unwrap();
    reader.join().unwrap()
}

/// Holds what a store has against what was acknowledged: nothing is lost, nothing is there by half.
pub fn check(store: &mut dyn Backend, acknowledged: &HashSet<String>, when: &str) {
    let features: Vec<Feature> = store.load(COLLECTION).unwrap().unwrap().features();
    let there: HashSet<&str> = features.iter().map(|feature| feature.id.as_str()).collect();
    for id in acknowledged {
        assert!(there.contains(format!("{id}-a").as_str()), "{when}: {id} was lost");
    }
    for id in &there {
        let other = if let Some(start) = id.strip_suffix("-a") {
            format!("{start}-b")
        } else {
            format!("{}-a", &id[..id.len() - 2])
        };
        assert!(there.contains(other.as_str()), "{when}: {id} is half an edit");
    }
}

fn kill_again_and_again(store: &str, rounds: u64) {
    let mut acknowledged = HashSet::new();
    for round in 0..rounds {
        // Some rounds end in the first transactions, others in the thick of it.
        let pause = Duration::from_micros(round * 7_919 % 60_000);
        acknowledged.extend(killed_after(store, round, pause));
        check(&mut *open(store), &acknowledged, &format!("round {round}"));
    }
    assert!(acknowledged.len() as u64 > rounds, "only {} edits", acknowledged.len());
}

fn kill_over_a_file(name: &str, rounds: u64) {
    let folder = std::env::temp_dir().join(format!("jidi-kill-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    kill_again_and_again(folder.join("jidi.gpkg").to_str().unwrap(), rounds);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    kill_over_a_file("few", 12);
}

#[test]
#[ignore = "hundreds of kills: make test-all"]
fn hundreds_of_kills_lose_nothing() {
    kill_over_a_file("many", 300);
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn hundreds_of_kills_over_postgis_lose_nothing() {
    kill_again_and_again(&Database::new().url(), 300);
}
