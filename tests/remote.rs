//! Collections that stay in the database, and tables of others: the same answers as from memory.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::http::Method;
use jidi::domain::{FieldType, LonLat, Value};
use jidi::filter::Equals;
use jidi::store::edit::Wish;
use jidi::store::pg::{Options, Publication};
use jidi::store::tokens::{digest, secret};
use jidi::store::{
    Backend, Collection, Keeper, NearestQuery, Page, Postgres, Scope, Selection, Snapshots,
    SortKey, Start, StoreError, Token,
};

use serde_json::json;

use crate::client::{CATALOG, Client, service};
use crate::postgis::{Database, told, wait_until};
use crate::remote_answers::scattered;
use crate::remote_times::{agree_on_times, agree_on_years};
use crate::stores::{author, done, draft, edit, load, put};

/// Opens a database in which everything stays.
pub fn open(database: &Database, publications: &[Publication]) -> Postgres {
    try_open(database, 0, publications).unwrap()
}

fn try_open(
    database: &Database,
    max_held_rows: u64,
    publications: &[Publication],
) -> Result<Postgres, StoreError> {
    let publications = publications.to_vec();
    Postgres::open_with(&Options { max_held_rows, publications, ..Options::new(&database.url()) })
}

fn table(name: &str) -> Publication {
    Publication { table: name.to_owned(), ..Publication::default() }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_takes_edits_of_what_it_keeps_and_tells_what_became_of_it() {
    let database = Database::new();
    let mut store = open(&database, &[]);
    load(&mut store);
    let snapshots = Snapshots::new(load(&mut store));
    let catalog = snapshots.current();
    let bases = || snapshots.current().collection("bases").unwrap().clone();
    assert!(bases().len() == 11 && !bases().is_held());
    let (keeper, _thread) = Keeper::start(Box::new(store), snapshots.clone());
    let before = snapshots.current().fingerprint.clone();
    done(&keeper, edit(vec![Wish::Create(draft(&catalog, Some("new"), -170.0))])).unwrap();
    assert!(bases().find("new").unwrap().is_some(), "read at once");
    assert_ne!(snapshots.current().fingerprint, before);
    wait_until("it is not counted", || {
        bases().len() == 12 && bases().extent().unwrap().west == -170.0
    });
    database.run("DELETE FROM jidi_data.bases WHERE id = 'new'");
    wait_until("it is still counted", || bases().len() == 11);
    // A question may outlive its connection, and the next finds another.
    database.is_open(false);
    let refused = bases().find("base-01").unwrap_err();
    assert!(matches!(refused, StoreError::NoServer { .. }), "{refused}");
    database.is_open(true);
    assert!(bases().find("base-01").unwrap().is_some());
}

/// A table as others have them: another coordinate system, other types.
const FACTORIES: &str = "
CREATE TABLE factories (gid serial PRIMARY KEY, geom geometry(Point, 3857), name varchar(40),
  staff int, area numeric(10,2), is_open boolean, since date, seen timestamptz, made timestamp, tag uuid,
  codes text[], more jsonb, photo bytea, year smallint);
COMMENT ON TABLE factories IS 'What they make';
COMMENT ON COLUMN factories.staff IS 'How many work there';
INSERT INTO factories (geom, name, staff, area, is_open, since, seen, made, tag, codes, more, year)
SELECT ST_Transform(ST_SetSRID(ST_MakePoint(n % 300 - 150, n % 120 - 60), 4326), 3857), 'F' || n % 9, n, n / 4.0,
  n % 2 = 0, date '2020-01-01' + n, timestamptz '2020-01-01 08:00+08' + n * interval '1 hour',
  CASE n % 40 WHEN 0 THEN NULL WHEN 1 THEN 'infinity' WHEN 2 THEN '-infinity' WHEN 3 THEN '12000-01-01' ELSE timestamp '2020-01-01 00:00:00.25' + n * interval '1 day' END,
  ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, ARRAY[(n % 3)::text], '{\"a\": 1}', 1990 + n % 30
FROM generate_series(1, 200) AS n;
CREATE VIEW big AS SELECT gid::bigint AS gid, geom::geography(Point, 4326) AS place, name
  FROM (SELECT gid, ST_Transform(geom, 4326) AS geom, name FROM factories WHERE staff > 100) AS f;
CREATE VIEW dated AS SELECT gid::bigint AS gid, geom, made, since, is_open,
  CASE gid % 30 WHEN 0 THEN 'NaN' WHEN 1 THEN 'Infinity' WHEN 2 THEN NULL ELSE gid / 8.0 END::float8 AS size FROM factories;
CREATE VIEW yearly AS SELECT gid::bigint AS gid, geom, made, since,
  CASE gid % 50 WHEN 0 THEN NULL WHEN 1 THEN -20000 WHEN 2 THEN -4800 WHEN 3 THEN 0 ELSE year END AS year FROM factories;
CREATE TABLE \"Odd\" (\"the key\" text UNIQUE NOT NULL, g geometry, h geometry);
";

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_tables_of_others_are_collections() {
    let database = Database::new();
    database.run(FACTORIES);
    let view = Publication {
        key: Some("gid".into()),
        id: Some("big-ones".into()),
        title: Some("The big ones".into()),
        licence: Some("CC0-1.0".into()),
        ..table("public.big")
    };
    let dated = Publication { key: Some("gid".into()), ..table("public.dated") };
    let yearly = Publication { key: Some("gid".into()), ..table("public.yearly") };
    let published = [table("factories"), view, dated, yearly];
    let held = load(&mut try_open(&database, 1_000, &published).unwrap());
    let distant = load(&mut open(&database, &published));
    agree_on_times(held.collection("dated").unwrap(), distant.collection("dated").unwrap());
    agree_on_years(held.collection("yearly").unwrap(), distant.collection("yearly").unwrap());
    let factories = held.collection("factories").unwrap();
    assert_eq!((factories.len(), &*factories.about().description), (200, "What they make"));
    let names: Vec<&str> = factories.schema().fields().iter().map(|one| &*one.name).collect();
    assert_eq!(
        names,
        [
            "gid", "name", "staff", "area", "is_open", "since", "seen", "made", "tag", "codes",
            "more", "year"
        ]
    );
    assert_eq!(factories.schema().fields()[2].description, "How many work there");
    let seventh = factories.feature("7").unwrap();
    let position = seventh.position().unwrap();
    assert!((position.lon() + 143.0).abs() < 1e-9 && (position.lat() + 53.0).abs() < 1e-9);
    let expected = [
        Value::Integer(7),
        Value::text("F7"),
        Value::Integer(7),
        Value::Real(1.75),
        Value::Boolean(false),
        Value::text("2020-01-08").turned_into(FieldType::Date).unwrap(),
        Value::DateTime("2020-01-01T07:00:00Z".parse().unwrap()),
        Value::DateTime("2020-01-08T00:00:00.25Z".parse().unwrap()),
        Value::text("00000000-0000-0000-0000-000000000007"),
        Value::List(vec!["1".into()].into()),
        Value::text("{\"a\": 1}"),
        Value::Integer(1997),
    ];
    assert_eq!(*seventh.values, expected);
    let big = held.collection("big-ones").unwrap();
    assert_eq!(
        (big.len(), &*big.about().title, &*big.about().licence),
        (100, "The big ones", "CC0-1.0")
    );
    assert!(held.is_published("factories") && !held.is_stored("factories"));
    for id in ["factories", "big-ones"] {
        agree_on_table(held.collection(id).unwrap(), distant.collection(id).unwrap());
    }
}

/// Asks a published table for a value of each field, a box, neighbors and ids, held and not.
fn agree_on_table(held: &Collection, distant: &Collection) {
    assert_eq!(
        (held.len(), held.extent(), held.times()),
        (distant.len(), distant.extent(), distant.times())
    );
    let fields = held.schema().fields();
    for field in fields {
        let first = held.features().nth(20).unwrap();
        let value = &first.values[held.schema().position(&field.name).unwrap()];
        let text = match value {
            Value::List(items) => items[0].clone(),
            Value::Null => continue,
            other => other.in_a_cell(),
        };
        let equals = vec![Equals::new(held.schema(), &field.name, &text).unwrap().unwrap()];
        let selection = Selection { equals, ..Selection::default() };
        let found = held.page(&selection, 0, 5).unwrap();
        assert!(found.matched > 0, "{}", field.name);
        assert_eq!(Ok(found), distant.page(&selection, 0, 5), "{}", field.name);
    }
    let bbox = Some("-150,-60,-100,0".parse().unwrap());
    let selection = Selection { bbox, ..Selection::default() };
    assert_eq!(held.page(&selection, 2, 9), distant.page(&selection, 2, 9));
    let from = LonLat::from_degrees(179.0, 3.0).unwrap();
    let query =
        NearestQuery { from, k: 7, within_m: None, leave_out: None, equals: &[], filter: None };
    assert_eq!(held.nearest(&query), distant.nearest(&query));
    for id in ["107", "007", "x", "9999"] {
        assert_eq!(held.find(id), distant.find(id));
    }
}

/// A table whose key is text, one whose key is a UUID, both with ties and gaps.
const KEYED: &str = "
CREATE TABLE named (code text PRIMARY KEY, g geometry(Point, 4326), size float8);
CREATE TABLE tagged (tag uuid PRIMARY KEY, g geometry(Point, 4326), size float8);
INSERT INTO named SELECT (ARRAY['a', 'B', '_', '~'])[n % 4 + 1] || n, ST_SetSRID(ST_MakePoint(n, n), 4326),
  CASE WHEN n % 5 = 0 THEN NULL WHEN n % 7 = 0 THEN 'NaN'::float8 ELSE n % 3 END FROM generate_series(1, 80) AS n;
INSERT INTO tagged SELECT md5(n::text)::uuid, ST_SetSRID(ST_MakePoint(n, n), 4326), n % 3 FROM generate_series(1, 80) AS n;
";

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_pages_pass_over_nothing_and_repeat_nothing_while_rows_come_and_go() {
    let database = Database::new();
    let mut store = open(&database, &[]);
    put(&mut store, &scattered());
    database.run(KEYED);
    let tables = [table("named"), table("tagged")];
    let published = load(&mut open(&database, &tables));
    let held = load(&mut try_open(&database, 1_000, &tables).unwrap());
    let scattered = load(&mut store).collection("scattered").unwrap().clone();
    let key = |field, descending| SortKey { field, descending };
    let year = scattered.schema().position("year").unwrap();
    let of = |id: &str| published.collection(id).unwrap();
    let size = of("named").schema().position("size").unwrap();
    for (collection, name, sort) in [
        (&scattered, "jidi_data.scattered", vec![]),
        (&scattered, "jidi_data.scattered", vec![key(year, true)]),
        (of("named"), "named", vec![key(size, false)]),
        (of("named"), "named", vec![]),
        (of("tagged"), "tagged", vec![key(size, true)]),
        (held.collection("named").unwrap(), "", vec![key(size, true)]),
        (held.collection("tagged").unwrap(), "", vec![]),
    ] {
        let selection = Selection { sort, ..Selection::default() };
        let ids = |page: &Page<'_>| -> Vec<String> {
            page.features.iter().map(|one| one.id.as_str().to_owned()).collect()
        };
        let before = ids(&collection.page(&selection, 0, 10_000).unwrap());
        let (mut start, mut seen) = (Start::Offset(0), Vec::new());
        loop {
            let page = collection.page_from(&selection, &start, 7).unwrap();
            seen.extend(ids(&page));
            let Some(after) = page.after.clone() else { break };
            start = Start::Token(after);
            // The first two of the page, and its last, which the place is named after, go.
            let page = ids(&page);
            if !name.is_empty() && page.len() > 4 && seen.len() < 40 {
                let column = match name {
                    "named" => "code",
                    "tagged" => "tag::text",
                    _ => "id",
                };
                let gone = [&page[0], &page[1], &page[6]].map(|one| format!("'{one}'")).join(",");
                database.run(&format!("DELETE FROM {name} AS one WHERE {column} IN ({gone})"));
            }
        }
        assert_eq!(seen, before, "{name}");
    }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_changes_of_tables_of_others_are_seen() {
    let database = Database::new();
    database.run(FACTORIES);
    let view = Publication { key: Some("gid".into()), ..table("big") };
    let mut store = try_open(&database, 1_000, &[table("factories"), view]).unwrap();
    let snapshots = Snapshots::new(load(&mut store));
    let (_keeper, _thread) = Keeper::start(Box::new(store), snapshots.clone());
    let count = |id: &str| snapshots.current().collection(id).unwrap().len();
    let before = snapshots.current().fingerprint.clone();
    database.run("DELETE FROM factories WHERE gid = 150");
    wait_until("it is not seen", || count("factories") == 199 && count("big") == 99);
    assert_ne!(snapshots.current().fingerprint, before);
    database.run("UPDATE factories SET name = 'New' WHERE gid = 1");
    let name = || {
        snapshots.current().collection("factories").unwrap().feature("1").unwrap().values[1].clone()
    };
    wait_until("it has the old name", || name() == Value::text("New"));
    database.run("TRUNCATE factories");
    wait_until("it is not empty", || count("factories") == 0 && count("big") == 0);
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_says_why_a_table_cannot_be_published() {
    let database = Database::new();
    database.run(FACTORIES);
    database.run(
        "CREATE TABLE keyless (a int, g geometry(Point, 4326)); CREATE TABLE flat (a int PRIMARY KEY);
         CREATE TABLE words (w text PRIMARY KEY, g geometry(Point, 4326)); INSERT INTO words VALUES ('two words');
         CREATE TABLE ids (id int, gid int PRIMARY KEY, g geometry(Point, 4326));
         CREATE TABLE nowhere (id int PRIMARY KEY, g geometry); INSERT INTO nowhere VALUES (1, 'POINT(1 2)');
         CREATE TABLE secret (id int PRIMARY KEY, g geometry(Point, 4326));
         CREATE VIEW twice AS SELECT 1 AS a, g FROM words UNION ALL SELECT 1, g FROM words;",
    );
    let refused = |publication: Publication| {
        try_open(&database, 1_000, &[publication]).unwrap_err().to_string()
    };
    let keyed = |name: &str, key: &str| Publication { key: Some(key.into()), ..table(name) };
    for (publication, says) in [
        (
            table("nothing"),
            "nothing cannot be published: the database has no table and no view of this name",
        ),
        (table("no.schema"), "the database has no table and no view"),
        (table("keyless"), "no primary key of one column"),
        (table("flat"), "no column of geometry or geography"),
        (table("words"), "its key `w` has the value `two words`, which cannot be an id"),
        (table("ids"), "its column `id` is not its key `gid`"),
        (table("nowhere"), "does not say its coordinate system"),
        (keyed("factories", "number"), "it has no column `number`, but gid, geom, name"),
        (keyed("factories", "since"), "its key `since` is of the type date"),
        (keyed("twice", "a"), "its key `a` has `1` more than once"),
        (table("\"Odd\""), "it has several geometries (g, h)"),
        (
            Publication { geometry: Some("name".into()), ..table("factories") },
            "its column `name` is of the type varchar",
        ),
        (
            Publication { columns: Some(vec!["photo".into()]), ..table("factories") },
            "is of the type bytea",
        ),
        (
            Publication { columns: Some(vec!["size".into()]), ..table("factories") },
            "it has no column `size`",
        ),
        (
            Publication { id: Some("A b".into()), ..table("factories") },
            "`A b` cannot be the id of a collection",
        ),
    ] {
        let words = refused(publication);
        assert!(words.contains(says), "{words}");
    }
    let bases = Publication { id: Some("bases".into()), ..table("factories") };
    let twice = try_open(&database, 1_000, &[bases.clone(), bases.clone()]).unwrap_err();
    assert_eq!(twice, StoreError::PublishedTwice("bases".into()));
    let mut store = try_open(&database, 1_000, &[bases]).unwrap();
    let taken =
        jidi::store::Catalog::load_stored(&jidi::store::Geodata::default(), &mut store, &author());
    assert!(taken.unwrap_err().to_string().contains("two collections have the id `bases`"));

    let reader = format!("{}_poor", database.name);
    database.run(&format!(
        "CREATE USER {reader} PASSWORD 'r'; GRANT USAGE ON SCHEMA jidi, jidi_data TO {reader};
         GRANT SELECT ON ALL TABLES IN SCHEMA jidi, jidi_data TO {reader}"
    ));
    let options = Options {
        publications: vec![table("secret")],
        ..Options::new(&database.url_for(&reader, "r"))
    };
    let poor = Postgres::open_with(&options).unwrap_err().to_string();
    assert!(poor.contains("secret cannot be published: it may not be read"), "{poor}");
    database.run(&format!("DROP OWNED BY {reader}; DROP USER {reader}"));
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_has_many_questions_at_once() {
    let database = Database::new();
    let mut store = open(&database, &[]);
    put(&mut store, &scattered());
    let distant = store.collection("scattered").unwrap().unwrap();
    let answered = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                for _ in 0..10 {
                    assert_eq!(distant.page(&Selection::default(), 0, 5).unwrap().matched, 400);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // A stream that nobody reads to its end gives its connection back.
        for _ in 0..20 {
            drop(distant.stream(&Selection::default()).unwrap().next());
        }
    });
    assert_eq!(answered.into_inner(), 240);
    std::thread::sleep(Duration::from_millis(1));
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()";
    let open: i64 = database.client().query_one(sql, &[]).unwrap().get(0);
    assert!(open <= 10, "{open} connections are open");
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_tables_of_others_are_answered_over_http_and_refuse_changes_with_the_reason() {
    let database = Database::new();
    database.run(FACTORIES);
    let mut store = open(&database, &[table("factories")]);
    let secret_of = |number: u8| secret(&[number; 32]);
    let token = Token {
        name: "writer".into(),
        digest: digest(&secret_of(1)),
        scope: Scope::Admin,
        collection: None,
        created: String::new(),
        revoked: None,
    };
    store.add_token(&token).unwrap();
    let mut service = service(CATALOG.clone());
    service.catalog = Snapshots::new(load(&mut store));
    let (keeper, _thread) = Keeper::start(Box::new(store), service.catalog.clone());
    service.keeper = Some(keeper);
    let client = Client::of(service);

    let answer = client.get("/collections/factories/items?bbox=-150,-60,150,60&year=1997&limit=2");
    let page = answer.json();
    assert_eq!((&page["numberMatched"], &page["numberReturned"]), (&json!(7), &json!(2)));
    assert_eq!(page["features"][0]["properties"]["since"], "2020-01-08");
    assert!(answer.headers.get("etag").is_none(), "it can change at any time");
    assert_eq!(client.get("/collections/factories/items/7").json()["id"], "7");
    assert_eq!(client.get("/collections/factories/items/x").status, 404);
    let near = client.get("/collections/factories/nearest?to=7&k=3").json();
    assert_eq!(near["features"].as_array().unwrap().len(), 3);
    let described = client.get("/collections/factories").json();
    assert_eq!(
        (&described["itemCount"], &described["description"]),
        (&json!(200), &json!("What they make"))
    );
    database.run("DELETE FROM factories WHERE gid = 7");
    assert_eq!(client.get("/collections/factories/items/7").status, 404, "read anew");

    let bearer = format!("Bearer {}", secret_of(1));
    let headers = [("authorization", bearer.as_str())];
    let options = client.ask(&Method::OPTIONS, "/collections/factories/items", &headers);
    assert_eq!(options.headers["allow"], "GET, HEAD, OPTIONS");
    let refused = client.ask(&Method::DELETE, "/collections/factories/items/8", &headers);
    assert_eq!(refused.status, 405);
    let reason = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(reason.contains("is a table of the database that is published to be read"), "{reason}");
    database.is_open(false);
    let away = client.get("/collections/factories/items");
    assert_eq!(away.status, 503);
    assert!(away.json()["detail"].as_str().unwrap().contains("the database cannot be reached"));
    database.is_open(true);
    assert_eq!(client.get("/collections/factories/items").status, 200);
}

/// Stops a replica from replaying, or lets it go on.
fn replays(replica: &mut postgres::Client, does: bool) {
    let what = if does { "pg_wal_replay_resume()" } else { "pg_wal_replay_pause()" };
    replica.batch_execute(&format!("SELECT {what}")).unwrap();
    if !does {
        let sql = "SELECT pg_get_wal_replay_pause_state() = 'paused'";
        while !replica.query_one(sql, &[]).unwrap().get::<_, bool>(0) {
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_replicas_answer_and_never_go_back_behind_what_was_seen() {
    let Some(replica) = told("REPLICA") else { return };
    let database = Database::new();
    let url = format!("{}/{}", replica.rsplit_once('/').unwrap().0, database.name);
    let mut follower = postgres::Client::connect(&replica, postgres::NoTls).unwrap();
    // A database comes to the replica a moment after it is made.
    wait_until("the replica does not follow", || {
        postgres::Client::connect(&url, postgres::NoTls).is_ok()
    });
    let with = |replicas: &[&str]| Options {
        max_held_rows: 0,
        replicas: replicas.iter().map(|&url| url.to_owned()).collect(),
        ..Options::new(&database.url())
    };
    let mut store = Postgres::open_with(&with(&[&url])).unwrap();
    load(&mut store);
    put(&mut store, &scattered());
    let snapshots = Snapshots::new(load(&mut store));
    let (keeper, _thread) = Keeper::start(Box::new(store), snapshots.clone());
    let catalog = snapshots.current();
    let bases = || snapshots.current().collection("bases").unwrap().clone();
    // The questions that each server has been asked by us.
    let asked = |url: &str| -> i64 {
        let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'jidi' AND query LIKE '%jidi_data%'";
        client.query_one(sql, &[]).unwrap().get(0)
    };
    wait_until("the replica is not asked", || {
        bases().find("base-01").unwrap();
        asked(&url) == 1
    });

    replays(&mut follower, false);
    for number in 0..5 {
        let id = format!("new-{number}");
        done(&keeper, edit(vec![Wish::Create(draft(&catalog, Some(&id), 100.0))])).unwrap();
        assert!(bases().find(&id).unwrap().is_some(), "{id} is read at once, from the primary");
    }
    // What another instance writes is in every answer once a validator tells of it.
    let before = snapshots.current().fingerprint.clone();
    let mut other = Postgres::open(&database.url()).unwrap();
    other.commit(&[edit(vec![Wish::Create(draft(&catalog, Some("theirs"), 100.0))])]).unwrap();
    wait_until("it is not told", || snapshots.current().fingerprint != before);
    assert!(bases().find("theirs").unwrap().is_some());
    replays(&mut follower, true);
    wait_until("the replica has it not", || {
        let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
        let sql = "SELECT count(*) FROM jidi_data.bases WHERE id = 'theirs'";
        client.query_one(sql, &[]).unwrap().get::<_, i64>(0) == 1
    });
    assert!(bases().find("theirs").unwrap().is_some());

    // One that is away is passed by, and the answers come all the same.
    let away = "postgres://jidi:x@127.0.0.1:1/postgres";
    let mut store = Postgres::open_with(&with(&[away, &url])).unwrap();
    let distant = store.collection("scattered").unwrap().unwrap();
    for _ in 0..20 {
        assert_eq!(distant.page(&Selection::default(), 0, 1).unwrap().matched, 400);
    }
    let own = Postgres::open_with(&with(&[&database.url()])).unwrap_err();
    assert!(matches!(own, StoreError::NoReplica(_)), "{own}");
    drop((distant, store, keeper));
}

/// A view that sleeps ten milliseconds a row for one of its columns.
const SLOW: &str = "
CREATE TABLE shops (gid serial PRIMARY KEY, geom geometry(Point, 4326), year int);
INSERT INTO shops (geom, year) SELECT ST_SetSRID(ST_MakePoint(n / 10.0, 10), 4326), 2000 + n % 20 FROM generate_series(1, 150) AS n;
CREATE FUNCTION slowly(number int) RETURNS text STABLE LANGUAGE sql AS 'SELECT pg_sleep(0.01)::text || number';
CREATE VIEW slow AS SELECT gid, geom, year, slowly(gid) AS word FROM shops;
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET statement_timeout = %L', current_database(), '400ms'); END $$;
";

#[test]
#[ignore = "needs PostGIS: make test-postgis"]
fn postgis_calls_off_a_question_that_takes_longer_than_the_server_is_told() {
    let database = Database::new();
    database.run(SLOW);
    let view = Publication { key: Some("gid".into()), ..table("public.slow") };
    let catalog = load(&mut open(&database, &[view]));
    let client = Client::of(service(catalog));
    let since = std::time::Instant::now();
    let slow = client.get("/collections/slow/items?filter=word%20%3D%20'x'");
    assert!(since.elapsed().as_secs_f64() < 1.4, "it ended when it had to: {:?}", since.elapsed());
    assert_eq!(slow.status, 503, "{}", slow.text());
    assert!(slow.text().contains("took longer than a question may"), "{}", slow.text());
    // The connection is as good as before, and what takes less time is answered.
    for _ in 0..9 {
        let quick = client.get("/collections/slow/items?filter=year%20%3D%202003&limit=2");
        assert_eq!((quick.status.as_u16(), &quick.json()["numberMatched"]), (200, &8.into()));
    }
}
