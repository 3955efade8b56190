//! The store that several instances share: what it promises beyond `stores`, and how it refuses.
//!
//! Every test has a database of its own on the server that `JIDI_TEST_POSTGRES` names, whose user may
//! make databases and users there; `make test-postgis` starts such a server.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jidi::domain::Value;
use jidi::store::edit::{Draft, Edit, EditError, Expected, RequestKey, Wish};
use jidi::store::{Backend, Gpkg, Keeper, Postgres, Scope, Snapshots, StoreError, Token};
use postgres::{Client, Config, NoTls};

use crate::stores::{Place, author, done, draft, edit, load, put};

/// A database that is gone when the test is.
pub struct Database {
    pub name: String,
    /// The address of its server.
    server: String,
}

impl Database {
    /// Makes a database with PostGIS.
    pub fn new() -> Self {
        Self::on(&address())
    }

    /// Makes one on another server.
    pub fn on(server: &str) -> Self {
        let database = Self::without_postgis(server);
        database.run("CREATE EXTENSION IF NOT EXISTS postgis");
        database
    }

    /// Makes a database that has nothing.
    fn without_postgis(address: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("jidi_test_{}_{number}", std::process::id());
        let mut server = Client::connect(address, NoTls).unwrap();
        server.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE template0")).unwrap();
        Self { name, server: address.to_owned() }
    }

    /// The address of the database, for another user than the server's own.
    pub fn url_for(&self, user: &str, password: &str) -> String {
        let config: Config = self.server.parse().unwrap();
        let host = match &config.get_hosts()[0] {
            postgres::config::Host::Tcp(host) => host.clone(),
            other @ postgres::config::Host::Unix(_) => panic!("{other:?}"),
        };
        format!("postgres://{user}:{password}@{host}:{}/{}", config.get_ports()[0], self.name)
    }

    pub fn url(&self) -> String {
        let config: Config = self.server.parse().unwrap();
        let password = String::from_utf8_lossy(config.get_password().unwrap()).into_owned();
        self.url_for(config.get_user().unwrap(), &password)
    }

    fn server(&self) -> Client {
        Client::connect(&self.server, NoTls).unwrap()
    }

    /// Opens the database as another program does.
    pub fn client(&self) -> Client {
        Client::connect(&self.url(), NoTls).unwrap()
    }

    pub fn run(&self, sql: &str) {
        self.client().batch_execute(sql).unwrap();
    }

    /// Lets nobody in and throws out who is there, or lets everyone in again.
    pub fn is_open(&self, is_open: bool) {
        let name = &self.name;
        let mut server = self.server();
        server
            .batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {is_open}"))
            .unwrap();
        if !is_open {
            let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
            server.execute(sql, &[name]).unwrap();
        }
    }

    fn refused(&self) -> StoreError {
        Postgres::open(&self.url()).unwrap_err()
    }
}

impl Place for Database {
    fn open(&self) -> Box<dyn Backend> {
        Box::new(Postgres::open(&self.url()).unwrap())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.server().batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

fn address() -> String {
    let named = std::env::var("JIDI_TEST_POSTGRES");
    named.unwrap_or_else(|_| panic!("JIDI_TEST_POSTGRES names no server: run make test-postgis"))
}

pub fn wait_until(what: &str, is_so: impl Fn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(5), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
    begun.elapsed()
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn instances_that_start_together_fill_a_new_database_once() {
    let database = Database::new();
    let catalogs: Vec<_> = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..4).map(|_| scope.spawn(|| load(&mut *database.open()))).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    assert!(catalogs.iter().all(|one| one.fingerprint == catalogs[0].fingerprint));
    let sql = "SELECT count(*) FROM jidi.edits";
    assert_eq!(database.client().query_one(sql, &[]).unwrap().get::<_, i64>(0), 2);
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn what_a_gis_edits_is_seen_has_an_id_and_keeps_its_own_columns() {
    let database = Database::new();
    let mut store = Postgres::open(&database.url()).unwrap();
    let snapshots = Snapshots::new(load(&mut store));
    let (keeper, _thread) = Keeper::start(Box::new(store), snapshots.clone());
    database.run(
        "ALTER TABLE jidi_data.bases ADD checked boolean, ADD area numeric(8,2), ADD day date;
         INSERT INTO jidi_data.bases (geom, name, checked, area, day)
           VALUES (ST_SetSRID(ST_MakePoint(101, 31), 4326), 'Theirs', true, 1.25, '2026-11-25');",
    );
    let bases = || snapshots.current().collection("bases").unwrap().clone();
    wait_until("the row is not there", || bases().feature("bases-1").is_some());
    let value = |id: &str, name: &str| {
        bases().feature(id).unwrap().values[bases().schema().position(name).unwrap()].clone()
    };
    assert_eq!(value("bases-1", "name"), Value::text("Theirs"));
    assert_eq!(value("bases-1", "checked"), Value::Boolean(true));
    assert_eq!(value("bases-1", "area"), Value::Real(1.25));
    let day = Value::text("2026-11-25").turned_into(jidi::domain::FieldType::Date).unwrap();
    assert_eq!(value("bases-1", "day"), day);
    // An edit of ours leaves what only they know as it is, and fits the types of their columns.
    let wish = |name: &str, value: Value| Wish::Update {
        id: "bases-1".into(),
        values: vec![(bases().schema().position(name).unwrap(), value)],
        geometry: None,
        expected: Expected::Any,
    };
    done(&keeper, edit(vec![wish("area", Value::Real(2.5))])).unwrap();
    done(&keeper, edit(vec![wish("checked", Value::Boolean(true)), wish("day", day)])).unwrap();
    assert!(matches!(
        done(&keeper, edit(vec![wish("area", Value::Real(1e12))])),
        Err(EditError::Store(refused)) if refused.contains("numeric")
    ));
    let sql = "SELECT checked AND area = 2.5 AND day = '2026-11-25' FROM jidi_data.bases WHERE id = 'bases-1'";
    assert!(database.client().query_one(sql, &[]).unwrap().get::<_, bool>(0));
    database.run("DELETE FROM jidi_data.bases WHERE id = 'bases-1'");
    wait_until("the row is still there", || bases().feature("bases-1").is_none());
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn one_edit_that_the_database_refuses_stops_no_other() {
    let database = Database::new();
    let mut store = Postgres::open(&database.url()).unwrap();
    let catalog = load(&mut store);
    let create = |id: &str, name: &str| {
        let mut draft = draft(&catalog, Some(id), 100.0);
        let place = catalog.collection("bases").unwrap().schema().position("name").unwrap();
        draft.values[place] = Value::Text(name.into());
        edit(vec![Wish::Create(draft)])
    };
    let results =
        store.commit(&[create("a", "A"), create("b", "no \0 text"), create("c", "C")]).unwrap();
    let is_made: Vec<bool> = results.iter().map(Result::is_ok).collect();
    assert_eq!(is_made, [true, false, true], "{results:?}");
    assert_eq!(load(&mut store).collection("bases").unwrap().len(), 13);
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_database_that_goes_away_is_an_error_and_comes_back_by_itself() {
    let database = Database::new();
    let mut store = Postgres::open(&database.url()).unwrap();
    let snapshots = Snapshots::new(load(&mut store));
    let (keeper, _thread) = Keeper::start(Box::new(store), snapshots.clone());
    let catalog = snapshots.current();
    let create = |id: &str| edit(vec![Wish::Create(draft(&catalog, Some(id), 100.0))]);
    database.is_open(false);
    let refused = done(&keeper, create("lost")).unwrap_err().to_string();
    assert!(refused.contains("the database cannot be reached"), "{refused}");
    assert_eq!(snapshots.current().collection("bases").unwrap().len(), 11, "reading goes on");
    database.is_open(true);
    // What others did while nobody listened is read, too.
    database.run("DELETE FROM jidi_data.bases WHERE id = 'base-01'");
    let bases = || snapshots.current().collection("bases").unwrap().clone();
    wait_until("it does not come back", || bases().feature("base-01").is_none());
    done(&keeper, create("kept")).unwrap();
    // A connection that was cut while nothing was asked is not even noticed.
    database.is_open(false);
    database.is_open(true);
    done(&keeper, create("kept-too")).unwrap();
    assert!(bases().feature("lost").is_none() && bases().feature("kept-too").is_some());
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn every_refusal_at_the_door_says_what_to_do() {
    let database = Database::new();
    let open = |url: &str| Postgres::open(url).unwrap_err().to_string();
    let name = &database.name;
    let wrong = open(&database.url_for("jidi", "wrong"));
    assert!(wrong.contains("the user `jidi` is not let in") && !wrong.contains("wrong"), "{wrong}");
    let missing = open(&database.url().replace(name, "nowhere"));
    assert!(missing.contains("make it with createdb nowhere"), "{missing}");
    let silent = open("postgres://jidi:x@127.0.0.1:1/places");
    assert!(silent.contains("127.0.0.1:1/places: the database cannot be reached"), "{silent}");
    let bare = Database::without_postgis(&address()).refused().to_string();
    assert!(bare.contains("CREATE EXTENSION postgis"), "{bare}");

    database.run("CREATE SCHEMA jidi");
    assert!(matches!(database.refused(), StoreError::SchemaTaken(_)));
    database.run("DROP SCHEMA jidi");
    drop(database.open());
    database.run("UPDATE jidi.meta SET value = '99'");
    let newer = database.refused().to_string();
    assert!(newer.contains("layout 99 by a newer version"), "{newer}");
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_database_of_layout_1_is_brought_up_once_and_read_as_it_is_by_who_may_not() {
    let database = Database::new();
    load(&mut *database.open());
    let spatial = || -> i64 {
        let sql = "SELECT count(*) FROM pg_indexes WHERE schemaname = 'jidi_data' AND indexdef LIKE '%geography%'";
        database.client().query_one(sql, &[]).unwrap().get(0)
    };
    assert_eq!(spatial(), 2);
    // What layouts 2 and 3 added is taken away.
    database.run(
        "DROP SCHEMA jidi_before; DROP TABLE jidi.before, jidi.provenance, jidi.pins, jidi.results;
         DO $$ DECLARE one text; BEGIN
           FOR one IN SELECT indexname FROM pg_indexes WHERE schemaname = 'jidi_data' AND indexdef LIKE '%geography%'
           LOOP EXECUTE format('DROP INDEX jidi_data.%I', one); END LOOP; END $$;
         UPDATE jidi.meta SET value = '1' WHERE key = 'layout'",
    );
    let reader = format!("{}_old", database.name);
    database.run(&format!(
        "CREATE USER {reader} PASSWORD 'r'; GRANT USAGE ON SCHEMA jidi, jidi_data TO {reader};
         GRANT SELECT ON ALL TABLES IN SCHEMA jidi, jidi_data TO {reader}"
    ));
    let mut poor = Postgres::open(&database.url_for(&reader, "r")).unwrap();
    assert_eq!((load(&mut poor).collection("bases").unwrap().len(), spatial()), (11, 0));
    drop(poor);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                assert_eq!(load(&mut *database.open()).collection("bases").unwrap().len(), 11);
            });
        }
    });
    assert_eq!(spatial(), 2, "by whoever came first, and no second time");
    let sql = "SELECT value FROM jidi.meta WHERE key = 'layout'";
    assert_eq!(database.client().query_one(sql, &[]).unwrap().get::<_, String>(0), "3");
    database.run(&format!("DROP OWNED BY {reader}; DROP USER {reader}"));
}

/// A certificate that signed nothing.
const STRANGER: &str = "-----BEGIN CERTIFICATE-----
MIIBgDCCASegAwIBAgIUK4Sq+H3BauOPUrXmyogJ4kw3QhEwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKYSBzdHJhbmdlcjAgFw0yNjExMjUyMTI2MDhaGA8yMTI2MTEw
MTIxMjYwOFowFTETMBEGA1UEAwwKYSBzdHJhbmdlcjBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABKob9C6lotVYPVgIZijQIOSavKugXcw3mvBFWVuuPuRby3gcPLVe
us9/R924UOKfwtj50pQofjJ5Eb4H4iPaUmWjUzBRMB0GA1UdDgQWBBQEbHzHhFub
3ovH8nq5YjcRWyRPAjAfBgNVHSMEGDAWgBQEbHzHhFub3ovH8nq5YjcRWyRPAjAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0cAMEQCIHz4AMawZyuazIjsuA2j
3L1PjcbTP+QX1k+QE0oH5NXBAiBUp5BVUQBPpiclcvvPHXimoDEofViEARMb98xo
l151rw==
-----END CERTIFICATE-----
";

/// What `with-postgis.sh` says beside the address of the server; `None` where the server is another.
pub fn told(name: &str) -> Option<String> {
    std::env::var(format!("JIDI_TEST_POSTGRES_{name}")).ok()
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn connections_are_encrypted_and_the_server_proves_who_it_is_as_the_address_asks() {
    let Some(root) = told("ROOT") else { return };
    let database = Database::new();
    let (numbered, named) = (database.url(), database.url().replace("127.0.0.1", "localhost"));
    // How many connections of ours to the database there are, by whether they are encrypted.
    let count = |is_encrypted: bool| -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND application_name = 'jidi' AND ssl = $1";
        database.client().query_one(sql, &[&is_encrypted]).unwrap().get(0)
    };
    for (url, is_encrypted) in [
        (format!("{numbered}?sslmode=disable"), false),
        (numbered.clone(), true),
        (format!("{numbered}?sslmode=require"), true),
        (format!("{numbered}?sslmode=verify-ca&sslrootcert={root}"), true),
        (format!("{named}?sslmode=verify-full&sslrootcert={root}"), true),
    ] {
        let store = Postgres::open(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(
            (count(true), count(false)),
            (i64::from(is_encrypted), i64::from(!is_encrypted)),
            "{url}"
        );
        drop(store);
        wait_until("it does not close", || count(true) + count(false) == 0);
    }
    let refused = |url: String| Postgres::open(&url).unwrap_err().to_string();
    // The certificate is made out to localhost, and not to the number.
    let other = refused(format!("{numbered}?sslmode=verify-full&sslrootcert={root}"));
    assert!(
        other.contains("no encrypted connection") && other.contains("not valid for name"),
        "{other}"
    );
    let stranger = std::env::temp_dir().join(format!("jidi-stranger-{}.crt", std::process::id()));
    std::fs::write(&stranger, STRANGER).unwrap();
    for mode in ["require", "verify-ca", "verify-full"] {
        let words = refused(format!("{named}?sslmode={mode}&sslrootcert={}", stranger.display()));
        assert!(words.contains("no encrypted connection"), "{mode}: {words}");
    }
    std::fs::remove_file(&stranger).unwrap();
    let none = refused(format!("{named}?sslmode=verify-full"));
    assert!(none.contains("add sslrootcert=FILE"), "{none}");
    let missing = refused(format!("{named}?sslmode=verify-full&sslrootcert=/nowhere.crt"));
    assert!(missing.contains("/nowhere.crt"), "{missing}");
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_user_who_may_only_read_reads() {
    let database = Database::new();
    load(&mut *database.open());
    let reader = format!("{}_reader", database.name);
    database.run(&format!(
        "CREATE USER {reader} PASSWORD 'r'; GRANT USAGE ON SCHEMA jidi, jidi_data TO {reader};
         GRANT SELECT ON ALL TABLES IN SCHEMA jidi, jidi_data TO {reader}"
    ));
    let mut store = Postgres::open(&database.url_for(&reader, "r")).unwrap();
    assert!(store.is_read_only());
    let catalog = load(&mut store);
    assert_eq!(catalog.collection("bases").unwrap().len(), 11);
    let refused = store.commit(&[edit(vec![Wish::Create(draft(&catalog, None, 1.0))])]);
    assert!(matches!(refused, Err(StoreError::NotAllowed { .. })), "{refused:?}");
    drop(store);
    database.run(&format!("DROP OWNED BY {reader}; DROP USER {reader}"));
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_held_row_is_an_error_in_time_and_nothing_is_changed() {
    let database = Database::new();
    let mut store = Postgres::open(&database.url()).unwrap();
    let catalog = load(&mut store);
    let mut holder = database.client();
    let mut held = holder.transaction().unwrap();
    held.batch_execute("UPDATE jidi_data.bases SET name = 'Held' WHERE id = 'base-01'").unwrap();
    let late = || [edit(vec![Wish::Create(draft(&catalog, Some("late"), 90.0))])];
    assert_eq!(store.commit(&late()), Err(StoreError::Locked));
    held.rollback().unwrap();
    assert!(store.commit(&late()).unwrap()[0].is_ok());
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_list_may_have_no_id_and_columns_of_any_name() {
    use jidi::domain::{Feature, FeatureId, Field, FieldType, Schema};
    let database = Database::new();
    let mut store = Postgres::open(&database.url()).unwrap();
    let bases = load(&mut store).collection("bases").unwrap().about().clone();
    let names = ["fid", "geom", "na\"me", "Größe", "selected"];
    let fields = names.map(|name| Field::new(name, FieldType::Text, "")).to_vec();
    let values = names.map(Value::text).to_vec();
    let geometry = Some(geo::Point::new(1.0, 2.0).into());
    let feature = Feature::new(FeatureId::new("a").unwrap(), geometry, values);
    let mut about = bases;
    about.id = "odd-names".into();
    let (schema, features) = (Schema::new(fields), vec![feature.clone()]);
    let list = jidi::store::Collection::new(about, schema, features).unwrap();
    put(&mut store, &list);
    let replace = Wish::Replace { feature: feature.clone(), expected: Expected::Any };
    let create =
        Draft { id: None, geometry: feature.to_geometry(), values: feature.values.to_vec() };
    let wishes = vec![replace, Wish::Create(create)];
    let done = store.commit(&[Edit { collection: "odd-names".into(), ..edit(wishes) }]).unwrap();
    assert_eq!(done[0].as_ref().unwrap().ids, ["a", "odd-names-1"]);
    let read = store.load("odd-names").unwrap().unwrap();
    assert_eq!((&read.schema, &read.rows[0].1), (list.schema(), &feature));
    assert_eq!(read.rows.len(), 2);
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn a_database_goes_into_a_file_and_back_with_its_history_and_tokens() {
    let (database, other) = (Database::new(), Database::new());
    let folder = crate::stores::Folder::new("pg-backup");
    let mut store = Postgres::open(&database.url()).unwrap();
    let catalog = load(&mut store);
    let keyed = Edit {
        key: Some(RequestKey { key: "k".into(), digest: "d".into() }),
        ..edit(vec![Wish::Create(draft(&catalog, None, 100.0))])
    };
    let delete = Wish::Delete { id: "base-03".into(), expected: Expected::Any };
    let done = store.commit(&[keyed.clone(), edit(vec![delete])]).unwrap();
    assert!(done.iter().all(Result::is_ok));
    let token = Token {
        name: "gis".into(),
        digest: "d".into(),
        scope: Scope::Write,
        collection: Some("bases".into()),
        created: "2026-11-25T12:00:00Z".into(),
        revoked: None,
    };
    store.add_token(&token).unwrap();
    store.set_private("hubs", true).unwrap();
    let kept = crate::wholes::kept(7);
    store.keep_job(&kept).unwrap();
    store.back_up(&folder.file()).unwrap();

    let same = |a: &mut dyn Backend, b: &mut dyn Backend| {
        for id in ["bases", "hubs"] {
            let (ours, theirs) = (a.load(id).unwrap().unwrap(), b.load(id).unwrap().unwrap());
            assert_eq!((&ours.about, &ours.schema), (&theirs.about, &theirs.schema));
            assert_eq!(ours.features(), theirs.features());
            assert_eq!(a.history(id, 9).unwrap(), b.history(id, 9).unwrap());
            assert_eq!(a.bundled(id).unwrap(), b.bundled(id).unwrap());
        }
        assert_eq!(a.tokens().unwrap(), b.tokens().unwrap());
        assert_eq!(a.private().unwrap(), b.private().unwrap());
        let from = a.provenance().unwrap();
        assert!(from.len() == 2 && from == b.provenance().unwrap(), "{from:?}");
        assert_eq!(
            (a.job(&kept.id).unwrap(), b.job(&kept.id).unwrap()),
            (Some(kept.clone()), Some(kept.clone()))
        );
    };
    let mut file = Gpkg::open(&folder.file()).unwrap();
    file.check().unwrap();
    same(&mut store, &mut file);

    // Another database, which is served, and edited, and has other things.
    let mut target = Postgres::open(&other.url()).unwrap();
    let snapshots = Snapshots::new(load(&mut target));
    let (_keeper, _thread) = Keeper::start(Box::new(target), snapshots.clone());
    let mut target = Postgres::open(&other.url()).unwrap();
    target.add_token(&Token { name: "other".into(), ..token }).unwrap();
    let before = target.revisions().unwrap();
    target.restore(&file).unwrap();
    same(&mut target, &mut store);
    let after = target.revisions().unwrap();
    assert!(after.iter().all(|(_, now)| before.iter().all(|(_, then)| now > then)), "no tag twice");
    let bases = || snapshots.current().collection("bases").unwrap().clone();
    wait_until("it is not served", || bases().feature("base-03").is_none());
    // What was done goes on where it was: the same request, the way back, the next number.
    let again = target.commit(&[keyed]).unwrap();
    assert!(again[0].as_ref().unwrap().was_done);
    let undone = target.undo("bases", &author()).unwrap().unwrap();
    assert_eq!(undone.ids, ["base-03"]);
    assert!(undone.number > store.history("bases", 1).unwrap()[0].number);
}
