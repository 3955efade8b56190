//! What the program is told by flag, by variable and in a file, and which of them counts.

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use crate::cli::command;

/// A settings file of a test, removed when the test is done.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("jidi-{}-{name}.toml", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The settings that `jidi config` shows, with some arguments and variables.
fn settings(arguments: &[&str], variables: &[(&str, &str)]) -> Json {
    let mut command = command(&["config", "--json"]);
    let output = command.args(arguments).envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The value of a setting and where it comes from.
fn setting<'a>(settings: &'a Json, name: &str) -> (&'a str, &'a str) {
    let all = settings["settings"].as_array().unwrap();
    let one = all.iter().find(|one| one["name"] == name).unwrap();
    (one["value"].as_str().unwrap_or("-"), one["from"].as_str().unwrap())
}

/// What the program says of a settings file that it refuses.
fn refusal(text: &str) -> String {
    let file = File::new("refused", text);
    let output = command(&["collections", "--config", file.path()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(output.stdout.is_empty());
    let words = String::from_utf8(output.stderr).unwrap();
    words.strip_prefix(&format!("jidi: {}, ", file.path())).unwrap().trim_end().to_owned()
}

#[test]
fn a_flag_overrules_a_variable_a_variable_the_file_and_the_file_the_default() {
    let text = "max-body-mib = 1_2\nmax-list-rows = 34\ntrust-proxy = true\nlog-level = \"info\"\n";
    let file = File::new("precedence", text);
    let variables = [("JIDI_MAX_LIST_ROWS", "56"), ("RUST_LOG", "debug")];
    let shown = settings(&["--config", file.path(), "--log-level", "error"], &variables);
    assert_eq!(setting(&shown, "log-level"), ("error", "flag"));
    assert_eq!(setting(&shown, "max-list-rows"), ("56", "environment"));
    assert_eq!(setting(&shown, "max-body-mib"), ("12", "file"));
    assert_eq!(setting(&shown, "listen"), ("127.0.0.1:8080", "default"));
    assert_eq!(setting(&shown, "public-url"), ("-", "default"));
    assert_eq!(setting(&shown, "trust-proxy"), ("true", "file"));
    assert_eq!(shown["file"], file.path());
    let refused = settings(&["--config", file.path(), "--trust-proxy=false"], &[]);
    assert_eq!(setting(&refused, "trust-proxy"), ("false", "flag"), "a flag can also turn off");
}

#[test]
fn published_tables_and_replicas_need_a_server_and_their_passwords_are_not_shown() {
    let text = "read-replica = [\"postgres://a:s3cret@b/c\", \"postgres://a:s3cret@d/c\"]\n[[publish]]\ntable = \"public.sites\"\ncolumns = [\"name\"]\nmax-held-rows = 1_000\n";
    let file = File::new("published", text);
    let shown = settings(&["--config", file.path()], &[]);
    let replicas = ("postgres://a:***@b/c,postgres://a:***@d/c", "file");
    assert_eq!(setting(&shown, "read-replica"), replicas);
    assert_eq!(shown["published"], serde_json::json!(["public.sites"]));
    let mut without = command(&["collections", "--config", file.path()]);
    let output = without.args(["--store", "/tmp/none.gpkg"]).output().unwrap();
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(
        words.contains("[[publish]] in the settings file needs --store postgres://"),
        "{words}"
    );
}

#[test]
fn every_verb_reads_the_file_and_the_variable_can_name_it() {
    let file = File::new("verbs", "boundaries = \"none\"\n");
    let mut command = command(&["collections", "--json"]);
    let output = command.env("JIDI_CONFIG", file.path()).output().unwrap();
    let collections: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(collections.as_array().unwrap().len(), 2, "no polygons");
}

#[test]
fn the_users_file_is_read_where_it_stands_and_need_not_be_there() {
    let folder = std::env::temp_dir().join(format!("jidi-home-{}", std::process::id()));
    fs::create_dir_all(folder.join("jidi")).unwrap();
    let ask = || {
        let mut command = command(&["config", "--json"]);
        let output =
            command.env_remove("JIDI_CONFIG").env("XDG_CONFIG_HOME", &folder).output().unwrap();
        serde_json::from_slice::<Json>(&output.stdout).unwrap()
    };
    assert_eq!(ask()["file"], Json::Null);
    fs::write(folder.join("jidi/jidi.toml"), "listen = \"[::1]:9\"\n").unwrap();
    assert_eq!(setting(&ask(), "listen"), ("[::1]:9", "file"));
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn what_the_file_may_not_say_is_refused_with_its_line_and_what_would_be_right() {
    for (text, says) in [
        ("# a\nlissen = \"x\"", "line 2: `lissen` is no setting; the nearest is `listen`"),
        ("max_body_mib = 3", "line 1: `max_body_mib` is no setting; the nearest is `max-body-mib`"),
        ("\n\nlisten = \"here\"", "line 3: invalid value 'here' for '--listen <ADDRESS:PORT>'"),
        ("max-body-mib = 0", "line 1: invalid value '0' for '--max-body-mib <MIB>': 0 is not in"),
        ("log-format = \"xml\"", "line 1: invalid value 'xml' for '--log-format <text|json>'"),
        ("listen = [1]", "line 1: `listen` is a text in quotes, a whole number, or true or false"),
        ("\n[serve]", "line 2: `serve` is no setting"),
        ("listen = \"a\"\nlisten = \"b\"", "line 2: duplicate key"),
        ("listen", "line 1: "),
        ("\n[publish]\ntable = \"a\"", "line 2: write [[publish]], with two brackets"),
        ("[[publish]]\nid = \"a\"", "line 1: [[publish]] names no table"),
        ("[[publish]]\ntable = 1", "line 1: `table` of [[publish]] is a text in quotes"),
        (
            "[[publish]]\ntable = \"a\"\nkeys = \"b\"",
            "line 1: `keys` is nothing that [[publish]] says; the nearest is `key`",
        ),
        (
            "[[publish]]\ntable = \"a\"\ncolumns = \"b\"",
            "line 1: `columns` of [[publish]] is a list of texts",
        ),
        (
            "[[publish]]\ntable = \"a\"\nmax-held-rows = -1",
            "line 1: `max-held-rows` of [[publish]] is a whole number",
        ),
        ("read-replica = [1]", "line 1: a list of texts"),
    ] {
        let words = refusal(text);
        assert!(words.starts_with(says), "{text}: {words}");
    }
    let output = command(&["config", "--config", "/nowhere.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("/nowhere.toml cannot be read"));
}

#[test]
fn the_table_of_settings_is_read_by_people() {
    let file = File::new("table", "\nrate-limit = 5\n");
    let output = command(&["config", "--config", file.path()]).output().unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<Vec<&str>> =
        table.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["setting", "value", "from", "variable"]);
    assert!(
        rows.contains(&vec!["rate-limit", "5", "file,", "line", "2", "JIDI_RATE_LIMIT"]),
        "{table}"
    );
    assert!(table.ends_with(&format!("Settings file: {}\n", file.path())), "{table}");
}

#[test]
fn every_setting_has_the_variable_of_its_name() {
    let shown = settings(&[], &[]);
    for one in shown["settings"].as_array().unwrap() {
        let (name, variable) = (one["name"].as_str().unwrap(), one["variable"].as_str().unwrap());
        let of_name = format!("JIDI_{}", name.to_uppercase().replace('-', "_"));
        // The one that all programs of this kind share.
        let expected = if name == "log-level" { "RUST_LOG" } else { &of_name };
        assert_eq!(variable, expected);
    }
}

#[test]
fn the_packaged_file_is_one_and_the_documentation_names_every_setting() {
    let packaged = settings(&["--config", "packaging/jidi.toml"], &[]);
    assert_eq!(setting(&packaged, "trust-proxy"), ("true", "file"));
    let documentation = fs::read_to_string("docs/operation.md").unwrap();
    for one in packaged["settings"].as_array().unwrap() {
        let name = format!("`{}`", one["name"].as_str().unwrap());
        assert!(documentation.contains(&name), "docs/operation.md leaves out {name}");
    }
}
