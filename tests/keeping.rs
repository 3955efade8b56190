//! Lists that are kept: brought in, added to, saved and restored from the command line.

use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;

use crate::cli::run;

struct Kept(PathBuf);

impl Kept {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("jidi-kept-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    /// Runs a verb on the store of the folder.
    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let store = self.path("store.gpkg");
        run(&[arguments, &["--store", &store]].concat())
    }

    fn features(&self, collection: &str) -> Vec<Json> {
        let (code, out, words) =
            self.run(&["export", collection, "-o", "-", "--format", "geojsonl"]);
        assert_eq!(code, 0, "{words}");
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_list_is_kept_added_to_and_replaced() {
    let kept = Kept::new("import");
    let list = kept.write("list.csv", "id,name,lon,lat,fid\nx,One,120.5,31.5,7\n,Two,,,8\nbad\n");
    let (code, _, words) = kept.run(&["import", &list, "--collection", "firms"]);
    assert_eq!(code, 0, "{words}");
    assert!(words.contains("2 features are kept") && words.contains("line 4 was not read"));
    let firms = kept.features("firms");
    assert_eq!((&firms[0]["id"], &firms[0]["properties"]["fid"]), (&"x".into(), &"7".into()));
    assert_eq!(firms[0]["geometry"]["coordinates"], serde_json::json!([120.5, 31.5]));
    assert_eq!(firms[1]["geometry"], Json::Null);

    let (code, _, words) = kept.run(&["import", &list, "--collection", "firms"]);
    assert!(code == 1 && words.contains("say --append or --replace"), "{words}");
    let more = kept.write("more.csv", "name,lon,lat\nThree,121,32\n");
    let (code, _, words) = kept.run(&["import", &more, "--collection", "firms", "--append"]);
    assert_eq!(code, 0, "{words}");
    assert_eq!(kept.features("firms").len(), 3);
    let twice = kept.write("twice.csv", "id,name,lon,lat\ny,Four,121,32\nx,Five,121,32\n");
    let (code, _, words) = kept.run(&["import", &twice, "--collection", "firms", "--append"]);
    assert!(code == 1 && words.contains("has a feature `x` already"), "{words}");
    assert_eq!(kept.features("firms").len(), 3, "all or nothing");
    let (code, ..) = kept.run(&["import", &more, "--collection", "firms", "--replace"]);
    assert_eq!((code, kept.features("firms").len()), (0, 1));
    let (_, table, _) = kept.run(&["collections"]);
    assert!(table.contains("firms") && table.contains("bases"), "{table}");
}

#[test]
fn rows_are_placed_by_their_names_when_that_is_wished() {
    let kept = Kept::new("geocode");
    let list = kept.write("list.txt", "常熟市\n鼓楼区\n");
    let (code, _, words) = kept.run(&["import", &list, "--collection", "mine"]);
    assert!(code == 1 && words.contains("say --geocode"), "{words}");
    let (code, _, words) = kept.run(&["import", &list, "--collection", "mine", "--geocode"]);
    assert_eq!(code, 0, "{words}");
    let mine = kept.features("mine");
    assert_eq!(mine[0]["properties"]["match_adcode"], "320581");
    assert_eq!(
        (&mine[1]["properties"]["match_status"], &mine[1]["geometry"]),
        (&"ambiguous".into(), &Json::Null)
    );
    for (name, says) in [("Mine", "cannot be the id"), ("bases", "already")] {
        let (code, _, words) = kept.run(&["import", &list, "--collection", name, "--geocode"]);
        assert!(code == 1 && words.contains(says), "{words}");
    }
    let cases = kept.write("cases.csv", "Name,name,lon,lat\na,b,1,2\n");
    let (code, _, words) = kept.run(&["import", &cases, "--collection", "cases"]);
    assert!(code == 1 && words.contains("differ in case only"), "{words}");
}

#[test]
fn a_backup_is_whole_and_restored_with_what_was_there_kept_beside_it() {
    let kept = Kept::new("backup");
    let list = kept.write("list.csv", "name,lon,lat\nOne,120.5,31.5\n");
    kept.run(&["import", &list, "--collection", "firms"]);
    let copy = kept.path("copy.gpkg");
    let (code, _, words) = kept.run(&["backup", &copy]);
    assert_eq!(code, 0, "{words}");
    let (code, _, words) = kept.run(&["backup", &copy]);
    assert!(code == 1 && words.contains("is there already"), "{words}");
    kept.run(&["import", &list, "--collection", "firms", "--append"]);
    assert_eq!(kept.features("firms").len(), 2);
    let (code, _, words) = kept.run(&["restore", &copy]);
    assert!(code == 0 && words.contains("before-restore"), "{words}");
    assert_eq!(kept.features("firms").len(), 1);
    let broken = kept.write("broken.gpkg", &"no backup at all, whatever it is called ".repeat(9));
    let (code, _, words) = kept.run(&["restore", &broken]);
    assert!(code == 1 && words.contains("is no backup"), "{words}");
    assert_eq!(kept.features("firms").len(), 1, "what was there stays");
    let (code, _, words) =
        run(&["nearest", "bases", "--to", "base-09", "--store", "/nowhere/x.gpkg"]);
    assert!(code == 1 && words.contains("/nowhere/x.gpkg: there is no such file"), "{words}");
}

#[test]
fn layers_of_any_format_are_kept_as_they_are() {
    let kept = Kept::new("layers");
    let areas = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","id":7,"properties":{"name":"Area","n":1},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,1],[0,0]]]}},
        {"type":"Feature","id":"\u57fa\u5730","properties":{"name":"Line","n":2.5},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}},
        {"type":"Feature","properties":{"name":"Nowhere"},"geometry":null}]}"#;
    let file = kept.write("areas.geojson", areas);
    let (code, _, words) = kept.run(&["import", &file, "--collection", "areas"]);
    assert!(code == 0 && words.contains("3 features are kept"), "{words}");
    let read = kept.features("areas");
    let ids: Vec<&str> = read.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["7", "areas-2", "areas-3"]);
    assert_eq!(read[1]["properties"]["source_id"], "\u{57fa}\u{5730}", "no id is lost");
    assert_eq!(read[0]["geometry"]["type"], "Polygon");
    assert_eq!((&read[1]["properties"]["n"], &read[2]["geometry"]), (&2.5.into(), &Json::Null));
    let zone = "tests/fixtures/layers/zone.parquet";
    let (code, _, words) = kept.run(&["import", zone, "--collection", "zone"]);
    assert_eq!(code, 0, "{words}");
    assert!(!kept.features("zone").is_empty());
    let more =
        kept.write("more.csv", "id,name,n,wkt\n8,More,3,POINT(5 6)\n9,Bad,three,POINT(5 6)\n");
    let (code, _, words) = kept.run(&["import", &more, "--collection", "areas", "--append"]);
    assert!(
        code == 0 && words.contains("line 3 was not read: the column `n` holds numbers: three"),
        "{words}"
    );
    assert_eq!(kept.features("areas").len(), 4);
    let picture = kept.write("picture.png", "\u{89}PNG");
    let (code, _, words) = kept.run(&["import", &picture, "--collection", "picture"]);
    assert!(code == 1 && words.contains("of no kind that is read here"), "{words}");
}
