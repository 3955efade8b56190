//! Tokens: without one nothing is changed, and none allows more than it says.

use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};

use jidi::http::check_writable;
use jidi::store::{Backend as _, Catalog, Geodata, Gpkg, Scope};

use crate::cli::run;
use crate::client::{Answer, CATALOG};
use crate::writing::{Writable, token};

const ITEM: &str = "/collections/bases/items/base-11";

/// Waits until a service answers with a status, for at most five seconds.
fn until(status: StatusCode, ask: impl Fn() -> Answer) {
    let begun = Instant::now();
    while ask().status != status {
        assert!(begun.elapsed() < Duration::from_secs(5), "{status} never came");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_change_needs_a_token_that_allows_it() {
    let service = Writable::new("needs");
    let none = service.client.ask(&Method::DELETE, ITEM, &[]);
    assert_eq!(none.status, StatusCode::UNAUTHORIZED);
    assert_eq!(none.header("www-authenticate"), "Bearer realm=\"jidi\"");
    let delete = |number: u8| service.ask(number, &Method::DELETE, ITEM, &[], "");
    let unknown = delete(9);
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert!(unknown.header("www-authenticate").contains("invalid_token"));
    assert_eq!(delete(1).status, StatusCode::FORBIDDEN, "a token to read");
    assert_eq!(delete(4).status, StatusCode::FORBIDDEN, "a token for another collection");
    assert_eq!(service.client.get(ITEM).status, StatusCode::OK);
    assert_eq!(delete(3).status, StatusCode::OK, "who may administrate may write");
}

#[test]
fn a_running_service_sees_new_and_revoked_tokens() {
    let service = Writable::new("sees");
    let mut other = Gpkg::open(&service.file).unwrap();
    let delete = || service.ask(7, &Method::DELETE, "/collections/bases/items/nobody", &[], "");
    assert_eq!(delete().status, StatusCode::UNAUTHORIZED);
    other.add_token(&token("new", 7, Scope::Write, None)).unwrap();
    until(StatusCode::NOT_FOUND, delete);
    assert!(other.revoke_token("new", "2026-11-25T13:00:00Z").unwrap());
    assert!(!other.revoke_token("new", "2026-11-25T13:00:00Z").unwrap());
    until(StatusCode::UNAUTHORIZED, delete);
    assert!(
        other.add_token(&token("new", 8, Scope::Write, None)).is_err(),
        "a name is one token's"
    );
}

#[test]
fn a_private_collection_is_not_there_for_who_has_no_token_for_it() {
    let service = Writable::new("private");
    let path = service.file.to_str().unwrap();
    let (code, _, words) = run(&["collections", "--private", "bases", "--store", path]);
    assert_eq!(code, 0, "{words}");
    until(StatusCode::NOT_FOUND, || service.client.get("/collections/bases"));
    for hidden in [ITEM, "/collections/%62ases/items", "/collections/bases/nearest?at=1,2"] {
        assert_eq!(service.client.get(hidden).status, StatusCode::NOT_FOUND, "{hidden}");
        let allowed = service.ask(1, &Method::GET, hidden, &[], "");
        assert_eq!(allowed.status, StatusCode::OK, "{hidden}");
        let of_others = service.ask(4, &Method::GET, hidden, &[], "");
        assert_eq!(of_others.status, StatusCode::NOT_FOUND, "{hidden}");
    }
    assert_eq!(service.ask(4, &Method::DELETE, ITEM, &[], "").status, StatusCode::NOT_FOUND);
    for list in ["/collections", "/api", "/api.html", "/metrics", "/health/ready"] {
        let told = service.client.get(list).text();
        let names = ["\"bases\"", "/collections/bases"];
        assert!(!names.iter().any(|name| told.contains(name)), "{list}");
    }
    let seen = service.ask(1, &Method::GET, "/collections", &[], "");
    assert!(seen.text().contains("/collections/bases"));
    assert!(seen.headers.get_all("vary").iter().any(|value| value == "authorization"));
    run(&["collections", "--open", "bases", "--store", path]);
    until(StatusCode::OK, || service.client.get("/collections/bases"));
}

#[test]
fn nobody_serves_changes_to_other_machines_before_a_token_exists() {
    let (near, far) = ("127.0.0.1:8080".parse().unwrap(), "0.0.0.0:8080".parse().unwrap());
    assert!(check_writable(near, &CATALOG).is_ok());
    let refused = check_writable(far, &CATALOG).unwrap_err().to_string();
    assert!(refused.contains("jidi token create"), "{refused}");
    let service = Writable::new("far");
    let mut store = Gpkg::open(&service.file).unwrap();
    let by = jidi::store::edit::Author::default();
    let catalog = Catalog::load_stored(&Geodata::default(), &mut store, &by).unwrap();
    assert!(check_writable(far, &catalog).is_ok());
}

#[test]
fn the_command_line_shows_a_token_once_as_its_last_word() {
    let file = std::env::temp_dir().join(format!("jidi-token-{}.gpkg", std::process::id()));
    let path = file.to_str().unwrap();
    let jidi = |arguments: &[&str]| run(&[&["token"], arguments, &["--store", path]].concat());
    let (code, out, words) = jidi(&["create", "--name", "editor", "--scope", "admin"]);
    assert_eq!(code, 0, "{words}");
    let secret = out.split_whitespace().last().unwrap();
    assert!(secret.starts_with("jidi_") && secret.len() == 69);
    assert!(!std::fs::read(&file).unwrap().windows(64).any(|part| part == &secret.as_bytes()[5..]));
    let (code, _, words) = jidi(&["create", "--name", "editor"]);
    assert!(code == 1 && words.contains("already"), "{words}");
    let (code, _, words) = jidi(&["create", "--name", "x", "--collection", "nowhere"]);
    assert!(code == 0 && words.contains("no collection `nowhere` yet"), "{words}");
    assert_eq!(jidi(&["revoke", "editor"]).0, 0);
    assert_eq!(jidi(&["revoke", "editor"]).0, 1);
    let (_, out, _) = jidi(&["list"]);
    assert!(out.contains("editor") && out.contains("admin") && !out.contains(secret), "{out}");
    assert_eq!(jidi(&["create", "--name", "y", "--scope", "root"]).0, 2);
    std::fs::remove_file(&file).unwrap();
}
