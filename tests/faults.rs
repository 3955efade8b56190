//! Disks that are full or may only be read: a clear error, reading goes on, and all is well again
//! when the disk is.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::cli::{Running, command};
use crate::stores::Folder;

/// A shell with a disk of its own in a folder; what it runs sees the disk, others do not.
fn with_disk(folder: &Path, script: &str) -> Command {
    let jidi = command(&[]);
    let mut shell = Command::new("unshare");
    let mount = format!("mount -t tmpfs -o size=6m tmpfs \"$DISK\" && {{ {script}; }}");
    shell.args(["--map-root-user", "--mount", "sh", "-c", &mount]);
    for (name, value) in jidi.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("JIDI", jidi.get_program()).env("DISK", folder.join("disk")).env("OUT", folder);
    shell
}

fn folder(name: &str) -> (Folder, PathBuf) {
    let folder = Folder::new(name);
    let path = folder.file().parent().unwrap().to_owned();
    std::fs::create_dir_all(path.join("disk")).unwrap();
    (folder, path)
}

const SERVE: &str = "\"$JIDI\" token create --name t --scope admin --store \"$DISK/jidi.gpkg\" > \"$OUT/token\" 2>/dev/null && exec \"$JIDI\" serve --writable --listen 127.0.0.1:0 --store \"$DISK/jidi.gpkg\"";

fn authorization(folder: &Path) -> String {
    let token = std::fs::read_to_string(folder.join("token")).unwrap();
    let secret = token.split_whitespace().last().unwrap();
    format!("Authorization: Bearer {secret}\r\nContent-Type: text/csv\r\n")
}

#[test]
#[ignore = "makes a small disk of its own: make test-all"]
fn a_full_disk_refuses_changes_and_nothing_else_until_there_is_room() {
    let (_kept, folder) = folder("full");
    let free = "(while [ ! -e \"$OUT/free\" ]; do sleep 0.05; done; rm \"$DISK/ballast\") & head -c 2500000 /dev/zero > \"$DISK/ballast\";";
    let mut service = Running::of(&mut with_disk(&folder, &format!("{free} {SERVE}")));
    let headers = authorization(&folder);
    let list = |rows: usize| {
        let rows: Vec<String> =
            (0..rows).map(|row| format!("r{row},120.5,31.5,{row:0100}")).collect();
        format!("id,lon,lat,text\n{}\n", rows.join("\n"))
    };
    let (status, said) = service.ask("POST /collections?id=small", &headers, &list(10));
    assert_eq!(status, 201, "{said}");
    let (status, said) = service.ask("POST /collections?id=large", &headers, &list(20_000));
    assert_eq!(status, 503, "{said}");
    assert!(said.contains("the disk is full: nothing was changed; make room"), "{said}");
    assert_eq!(service.ask("GET /collections/large", "", "").0, 404, "nothing half written");
    assert_eq!(service.ask("GET /collections/small/items/r9", "", "").0, 200);
    let (status, report) = service.ask("GET /health/ready", "", "");
    assert_eq!(status, 200, "it answers what it can");
    assert!(report.contains("degraded") && report.contains("the disk is full"), "{report}");
    let measures = service.ask("GET /metrics", "", "").1;
    assert!(measures.contains("jidi_check_up{check=\"store\"} 0"), "{measures}");
    std::fs::write(folder.join("free"), "").unwrap();
    let begun = Instant::now();
    loop {
        let more = list(3_000).replace("\nr", "\nm");
        let (status, said) = service.ask("POST /collections?id=small&mode=append", &headers, &more);
        if status == 201 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(10), "it recovers by itself: {said}");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(!service.ask("GET /health/ready", "", "").1.contains("degraded"));
    service.stop();
}

#[test]
#[ignore = "makes a small disk of its own: make test-all"]
fn a_disk_that_may_only_be_read_is_served_and_refuses_changes() {
    let (_kept, folder) = folder("read-only");
    let script = "\"$JIDI\" import \"$OUT/list.csv\" --collection mine --store \"$DISK/jidi.gpkg\" 2>/dev/null && mount -o remount,ro \"$DISK\"";
    std::fs::write(folder.join("list.csv"), "id,lon,lat\na,1,2\n").unwrap();
    let serve = "exec \"$JIDI\" serve --listen 127.0.0.1:0 --store \"$DISK/jidi.gpkg\"";
    let mut service = Running::of(&mut with_disk(&folder, &format!("{script} && {serve}")));
    assert_eq!(service.ask("GET /collections/mine/items/a", "", "").0, 200);
    let report = service.ask("GET /health/ready", "", "").1;
    assert!(report.contains("it may only be read"), "{report}");
    service.stop();
    let run = |verb: &str| {
        let output = with_disk(
            &folder,
            &format!("{script} && \"$JIDI\" {verb} --store \"$DISK/jidi.gpkg\""),
        )
        .output()
        .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for verb in ["token create --name t", "import \"$OUT/list.csv\" --collection other"] {
        let (code, said) = run(verb);
        assert_eq!(code, 1, "{said}");
        assert!(said.contains("the store may only be read: its file"), "{verb}: {said}");
    }
    let (code, said) = run("collections");
    assert_eq!(code, 0, "{said}");
}
