//! What is put into a store is there again, whoever put it in; every promise for each kind of store.

use std::path::PathBuf;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema, Timestamp, Value};
use jidi::store::collection::About;
use jidi::store::edit::{Author, Done, Draft, Edit, EditError, Expected, RequestKey, Wish, tag};
use jidi::store::tokens::{Scope, Token};
use jidi::store::{
    Backend, Catalog, Collection, Geodata, Gpkg, Keeper, Putting, Snapshots, StoreError,
};

use crate::client::CATALOG;

/// Where a store is, which is gone when the test is.
pub trait Place: Sync {
    /// Opens the store; a test may open it several times.
    fn open(&self) -> Box<dyn Backend>;
    /// Looks for damage.
    fn check(&self) {}
}

/// Runs each promise with a file, and with a database where one is at hand.
macro_rules! for_every_store {
    ($($promise:ident),* $(,)?) => {
        mod in_a_file {
            $(#[test] fn $promise() { super::$promise(&$crate::stores::Folder::new(stringify!($promise))); })*
        }
        mod in_postgis {
            $(#[test] #[ignore = "needs PostGIS: make test-postgis"]
            fn $promise() { super::$promise(&crate::postgis::Database::new()); })*
        }
    };
}

pub(crate) use for_every_store;

for_every_store!(
    a_new_store_is_filled_and_read_again_to_the_last_digit,
    every_type_of_value_is_kept_to_the_last_digit,
    edits_are_seen_and_lasting_once_they_are_acknowledged,
    a_request_that_comes_twice_is_done_once,
    what_another_instance_changes_is_seen_within_a_second,
    writers_of_one_feature_lose_nothing,
    edits_are_undone_one_by_one_and_told_with_their_authors,
    tokens_and_private_collections_are_kept_for_every_instance,
);

/// A folder that is gone when the test is.
pub struct Folder(PathBuf);

impl Place for Folder {
    fn open(&self) -> Box<dyn Backend> {
        Box::new(Gpkg::open(&self.file()).unwrap())
    }

    fn check(&self) {
        Gpkg::open(&self.file()).unwrap().check().unwrap();
    }
}

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jidi-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self) -> PathBuf {
        self.0.join("jidi.gpkg")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn author() -> Author {
    Author { who: "test".into(), at: "2026-11-25T12:00:00Z".into() }
}

pub fn load(store: &mut dyn Backend) -> Catalog {
    Catalog::load_stored(&Geodata::default(), store, &author()).unwrap()
}

pub fn put(store: &mut dyn Backend, list: &Collection) -> Done {
    store.put_collection(list, &Putting { by: author(), ..Putting::default() }).unwrap().unwrap()
}

pub fn edit(wishes: Vec<Wish>) -> Edit {
    Edit { collection: "bases".into(), wishes, by: author(), key: None }
}

pub fn draft(catalog: &Catalog, id: Option<&str>, lon: f64) -> Draft {
    let schema = catalog.collection("bases").unwrap().schema();
    let mut values = vec![Value::Null; schema.fields().len()];
    values[schema.position("name").unwrap()] = Value::Text("A new base".into());
    let id = id.map(|id| FeatureId::new(id).unwrap());
    Draft { id, geometry: Some(geo::Point::new(lon, 30.0).into()), values }
}

pub fn done(keeper: &Keeper, edit: Edit) -> Result<Done, EditError> {
    let (tell, told) = channel();
    keeper.edit(edit, move |result| tell.send(result).unwrap())?;
    told.recv().unwrap()
}

fn a_new_store_is_filled_and_read_again_to_the_last_digit(place: &dyn Place) {
    let first = load(&mut *place.open());
    let again = load(&mut *place.open());
    for id in ["bases", "hubs"] {
        let (bundled, read) = (CATALOG.collection(id).unwrap(), again.collection(id).unwrap());
        assert_eq!(bundled.schema(), read.schema());
        assert!(bundled.features().eq(read.features()), "{id}");
    }
    assert_eq!(first.fingerprint, again.fingerprint);
    place.check();
}

/// Features with every type of value, the smallest and the largest, and none.
pub fn typed(id: &str) -> Collection {
    let fields = FieldType::ALL.map(|kind| Field::new(kind.as_str(), kind, "of this type"));
    let id_field = Field::new("id", FieldType::Text, "");
    let schema = Schema::new(std::iter::once(id_field).chain(fields).collect());
    let instant = |micros| Value::DateTime(Timestamp::from_micros(micros).unwrap());
    let list = |items: &[&str]| Value::List(items.iter().map(|&item| item.into()).collect());
    let earliest = -62_167_219_200_000_000;
    let latest = 253_402_300_799_999_999;
    let day = |micros| Value::Date(Timestamp::from_micros(micros).unwrap().utc().date());
    let rows = [
        [
            Value::Text(" 常熟 🏭\n".into()),
            Value::Integer(i64::MIN),
            Value::Real(-1e-300),
            list(&["39", "a;b", "", " 常熟"]),
            Value::Boolean(false),
            day(earliest),
            instant(earliest),
        ],
        [
            Value::Text("".into()),
            Value::Integer(9_007_199_254_740_993),
            Value::Real(f64::MAX),
            list(&[]),
            Value::Boolean(true),
            day(latest),
            instant(latest),
        ],
        [const { Value::Null }; 7],
    ];
    let feature = |(number, row): (usize, [Value; 7])| {
        let id = FeatureId::new(&format!("f{number}")).unwrap();
        let values = std::iter::once(Value::text(id.as_str())).chain(row).collect();
        Feature::new(id, Some(geo::Point::new(180.0, -0.1 - 0.2).into()), values)
    };
    let about = About { id: id.to_owned(), ..CATALOG.collection("bases").unwrap().about().clone() };
    Collection::new(about, schema, rows.into_iter().enumerate().map(feature).collect()).unwrap()
}

fn every_type_of_value_is_kept_to_the_last_digit(place: &dyn Place) {
    let mut store = place.open();
    let typed = typed("typed");
    put(&mut *store, &typed);
    let wish = Wish::Update {
        id: "f2".into(),
        values: typed.feature("f0").unwrap().values.iter().cloned().enumerate().skip(1).collect(),
        geometry: None,
        expected: Expected::Any,
    };
    let edit = Edit { collection: "typed".into(), ..edit(vec![wish]) };
    store.commit(&[edit]).unwrap().remove(0).unwrap();
    drop(store);
    let again = load(&mut *place.open());
    let again = again.collection("typed").unwrap();
    assert_eq!(again.schema(), typed.schema());
    for id in ["f0", "f1"] {
        assert_eq!(again.feature(id), typed.feature(id));
    }
    assert_eq!(again.feature("f2").unwrap().values[1..], typed.feature("f0").unwrap().values[1..]);
    place.check();
}

fn edits_are_seen_and_lasting_once_they_are_acknowledged(place: &dyn Place) {
    let mut store = place.open();
    let snapshots = Snapshots::new(load(&mut *store));
    let (keeper, thread) = Keeper::start(store, snapshots.clone());
    let before = snapshots.current();
    let made = done(&keeper, edit(vec![Wish::Create(draft(&before, None, 100.0))])).unwrap();
    let id = made.ids[0].clone();
    let bases = snapshots.current().collection("bases").unwrap().clone();
    assert_eq!((bases.len(), before.collection("bases").unwrap().len()), (12, 11));
    assert_ne!(before.fingerprint, snapshots.current().fingerprint);

    let known = tag(bases.schema(), bases.feature(&id).unwrap());
    let update = |expected: &str| Wish::Update {
        id: id.clone(),
        values: vec![(bases.schema().position("year").unwrap(), Value::Integer(2026))],
        geometry: Some(None),
        expected: Expected::OneOf(vec![expected.to_owned()]),
    };
    done(&keeper, edit(vec![update(&known)])).unwrap();
    assert_eq!(
        done(&keeper, edit(vec![update(&known)])),
        Err(EditError::Changed(id.clone())),
        "the version that the client knows is gone"
    );
    let delete = |id: &str| Wish::Delete { id: id.into(), expected: Expected::Any };
    assert_eq!(
        done(&keeper, edit(vec![delete("base-01"), delete("nobody")])),
        Err(EditError::Missing("nobody".into()))
    );
    assert!(snapshots.current().collection("bases").unwrap().feature("base-01").is_some());
    done(&keeper, edit(vec![delete("base-01")])).unwrap();
    assert!(matches!(
        done(&keeper, edit(vec![Wish::Create(draft(&before, Some("base-02"), 1.0))])),
        Err(EditError::Exists(_))
    ));
    drop(keeper);
    thread.join().unwrap();

    let bases = load(&mut *place.open()).collection("bases").unwrap().clone();
    assert_eq!(bases.len(), 11, "one more and one less, and the bundled list does not come back");
    let made: &Feature = bases.feature(&id).unwrap();
    assert_eq!((made.geometry(), bases.feature("base-01")), (None, None));
    place.check();
}

fn a_request_that_comes_twice_is_done_once(place: &dyn Place) {
    let mut store = place.open();
    let catalog = load(&mut *store);
    let keyed = |digest: &str| Edit {
        key: Some(RequestKey { key: "k1".into(), digest: digest.into() }),
        ..edit(vec![Wish::Create(draft(&catalog, None, 100.0))])
    };
    let results = store.commit(&[keyed("a"), keyed("a"), keyed("b")]).unwrap();
    let [first, second, third] = &results[..] else { panic!() };
    let (first, second) = (first.as_ref().unwrap(), second.as_ref().unwrap());
    assert_eq!((&first.ids, first.was_done), (&second.ids, false));
    assert!(second.was_done && second.changes.is_empty());
    assert_eq!(third, &Err(EditError::KeyUsed("k1".into())));
    assert_eq!(load(&mut *store).collection("bases").unwrap().len(), 12);
}

fn what_another_instance_changes_is_seen_within_a_second(place: &dyn Place) {
    let mut store = place.open();
    let snapshots = Snapshots::new(load(&mut *store));
    let (keeper, _thread) = Keeper::start(store, snapshots.clone());
    let mut other = place.open();
    let catalog = snapshots.current();
    other.commit(&[edit(vec![Wish::Create(draft(&catalog, Some("theirs"), 90.0))])]).unwrap();
    let begun = Instant::now();
    let sees = || snapshots.current().collection("bases").unwrap().feature("theirs").is_some();
    while !sees() {
        assert!(begun.elapsed() < Duration::from_secs(1), "it was not seen");
        std::thread::sleep(Duration::from_millis(20));
    }
    // Theirs stays when ours comes at once.
    done(&keeper, edit(vec![Wish::Create(draft(&catalog, Some("ours"), 91.0))])).unwrap();
    assert!(sees());
}

fn edits_are_undone_one_by_one_and_told_with_their_authors(place: &dyn Place) {
    let mut store = place.open();
    let catalog = load(&mut *store);
    let delete = Wish::Delete { id: "base-01".into(), expected: Expected::Any };
    let made = vec![Wish::Create(draft(&catalog, Some("made"), 90.0))];
    store.commit(&[edit(made), edit(vec![delete])]).unwrap();
    let ids = |store: &mut dyn Backend| -> Vec<String> {
        let features = store.load("bases").unwrap().unwrap().features();
        features.iter().map(|feature| feature.id.as_str().to_owned()).collect()
    };
    let undone = store.undo("bases", &author()).unwrap().unwrap();
    assert_eq!(undone.ids, ["base-01"]);
    assert!(ids(&mut *store).contains(&"base-01".to_owned()));
    store.undo("bases", &author()).unwrap().unwrap();
    assert!(!ids(&mut *store).contains(&"made".to_owned()));
    let nothing = store.undo("bases", &author()).unwrap();
    assert!(matches!(nothing, Err(EditError::CannotUndo(_))), "{nothing:?}");
    let past = store.history("bases", 4).unwrap();
    assert_eq!(past[0].what, format!("undo {}", past[3].number));
    assert_eq!((past[3].undone_by, &*past[3].who), (Some(past[0].number), "test"));
    let before = catalog.collection("bases").unwrap().features();
    let mut now = store.load("bases").unwrap().unwrap().features();
    now.sort_by(|a, b| a.id.cmp(&b.id));
    assert!(before.eq(now.iter()), "all is as it was, to the last digit");
}

fn tokens_and_private_collections_are_kept_for_every_instance(place: &dyn Place) {
    let mut store = place.open();
    load(&mut *store);
    let mut other = place.open();
    let is_told = |store: &mut dyn Backend| {
        let tells = |_| {
            std::thread::sleep(Duration::from_millis(5));
            store.is_touched().unwrap()
        };
        (0..200).any(tells)
    };
    while store.is_touched().unwrap() {
        store.take_stale().unwrap();
    }
    let token = Token {
        name: "gis".into(),
        digest: "d".into(),
        scope: Scope::Write,
        collection: Some("bases".into()),
        created: "2026-11-25T12:00:00Z".into(),
        revoked: None,
    };
    other.add_token(&token).unwrap();
    assert!(is_told(&mut *store));
    assert_eq!(store.tokens().unwrap(), std::slice::from_ref(&token));
    assert_eq!(store.add_token(&token), Err(StoreError::TokenExists("gis".into())));
    assert!(
        other.revoke_token("gis", "now").unwrap() && !other.revoke_token("gis", "now").unwrap()
    );
    assert!(is_told(&mut *store) && !store.tokens().unwrap()[0].is_valid());
    assert!(other.set_private("hubs", true).unwrap() && !other.set_private("none", true).unwrap());
    assert!(is_told(&mut *store));
    assert_eq!(store.private().unwrap(), ["hubs"]);
}

fn writers_of_one_feature_lose_nothing(place: &dyn Place) {
    const WRITERS: i64 = 4;
    const EDITS: i64 = 10;
    let catalog = load(&mut *place.open());
    let schema = catalog.collection("bases").unwrap().schema();
    let field = schema.position("year").unwrap();
    let year = |feature: &Feature| match feature.values[field] {
        Value::Integer(year) => year,
        _ => 0,
    };
    let read = |store: &mut dyn Backend| {
        let stored = store.load("bases").unwrap().unwrap();
        stored.features().into_iter().find(|one| one.id.as_str() == "base-03").unwrap()
    };
    let add_one = |store: &mut dyn Backend| loop {
        let now = read(store);
        let update = Wish::Update {
            id: "base-03".into(),
            values: vec![(field, Value::Integer(year(&now) + 1))],
            geometry: None,
            expected: Expected::OneOf(vec![tag(schema, &now)]),
        };
        match store.commit(&[edit(vec![update])]) {
            Ok(results) if results[0].is_ok() => break,
            Ok(results) => assert!(matches!(results[0], Err(EditError::Changed(_))), "{results:?}"),
            Err(error) => assert_eq!(error, StoreError::Locked),
        }
    };
    let before = year(&read(&mut *place.open()));
    std::thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                let mut store = place.open();
                (0..EDITS).for_each(|_| add_one(&mut *store));
            });
        }
    });
    assert_eq!(year(&read(&mut *place.open())), before + WRITERS * EDITS);
}

#[test]
fn a_file_that_is_not_ours_or_newer_or_damaged_is_refused_and_left_alone() {
    let folder = Folder::new("strange");
    let path = folder.file();
    std::fs::write(&path, b"plain text, and long enough to be mistaken for a header of a file")
        .unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(Gpkg::open(&path), Err(StoreError::Damaged(_))));
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::remove_file(&path).unwrap();

    let strange = rusqlite::Connection::open(&path).unwrap();
    strange.execute_batch("CREATE TABLE theirs (a)").unwrap();
    assert!(matches!(Gpkg::open(&path), Err(StoreError::NotOurs { .. })));
    drop(strange);
    std::fs::remove_file(&path).unwrap();

    drop(Gpkg::open(&path).unwrap());
    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.execute("UPDATE jidi_meta SET value = '99' WHERE key = 'layout'", []).unwrap();
    let refused = Gpkg::open(&path).unwrap_err().to_string();
    assert!(refused.contains("layout 99 by a newer version"), "{refused}");
    drop(newer);
    let nowhere = Gpkg::open("/proc/nowhere/jidi.gpkg".as_ref()).unwrap_err().to_string();
    assert!(nowhere.contains("/proc/nowhere/jidi.gpkg: cannot be opened"), "{nowhere}");
}

#[test]
fn a_held_file_is_an_error_in_time_and_nothing_is_changed() {
    let folder = Folder::new("held");
    let mut store = Gpkg::open(&folder.file()).unwrap();
    let catalog = load(&mut store);
    let holder = rusqlite::Connection::open(folder.file()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let wish = || vec![Wish::Create(draft(&catalog, Some("late"), 90.0))];
    assert_eq!(store.commit(&[edit(wish())]), Err(StoreError::Locked));
    holder.execute_batch("ROLLBACK").unwrap();
    assert!(store.commit(&[edit(wish())]).unwrap()[0].is_ok());
}
