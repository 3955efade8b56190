//! Collections are put in, taken out and put back as a whole, with the papers that they come with.

use jidi::domain::{Feature, FeatureId, Field, FieldType, LonLat, Schema, Value};
use jidi::store::collection::About;
use jidi::store::edit::{Author, Done, EditError, RequestKey, Wish};
use jidi::store::{
    Backend, Collection, Decision, Keeper, Kept, Provenance, Putting, Room, Snapshots,
};

use crate::stores::{Place, author, draft, edit, for_every_store, load, put};

for_every_store!(
    a_list_that_was_replaced_is_there_again_when_that_is_undone,
    a_list_that_came_new_is_gone_when_that_is_undone_and_one_removed_comes_back,
    what_comes_with_the_program_is_no_edit_to_undo,
    a_list_is_put_in_once_for_one_key_and_not_over_another,
    the_keeper_shows_what_is_put_in_taken_out_and_put_back,
    papers_are_kept_with_the_collection,
    results_are_kept_under_their_ids_and_the_oldest_give_way,
);

/// A list of one column beside the id, of so many points.
fn list(id: &str, column: &str, count: usize) -> Collection {
    let about = About {
        id: id.into(),
        title: format!("List of {column}"),
        title_zh: String::new(),
        description: String::new(),
        description_zh: String::new(),
        data_as_of: "2026-11-25".into(),
        licence: String::new(),
        attribution: String::new(),
    };
    let fields = ["id", column].map(|name| Field::new(name, FieldType::Text, ""));
    let feature = |number: usize| {
        let id = format!("f{number}");
        let values = vec![Value::text(&id), Value::Text(format!("{column} {number}").into())];
        let geometry = Some(geo::Point::new(number as f64, 30.0).into());
        Feature::new(FeatureId::new(&id).unwrap(), geometry, values)
    };
    Collection::new(about, Schema::new(fields.to_vec()), (0..count).map(feature).collect()).unwrap()
}

/// A job that has ended.
pub fn kept(number: usize) -> Kept {
    Kept {
        id: format!("job-{number}"),
        process: "clusters".into(),
        who: String::new(),
        status: "successful".into(),
        message: "done".into(),
        times: ["a", "b", "c"].map(str::to_owned),
        parameters: "{}".into(),
        media_type: "application/geo+json".into(),
        result: vec![0, 159, 146, 150],
    }
}

fn undo(store: &mut dyn Backend) -> Result<Done, EditError> {
    store.undo("mine", &author()).unwrap()
}

/// Says whether the store holds just this list.
fn holds(store: &mut dyn Backend, list: &Collection) -> bool {
    let Some(stored) = store.load(&list.about().id).unwrap() else { return false };
    stored.about == *list.about()
        && stored.schema == *list.schema()
        && stored.rows.iter().map(|(_, one)| one).eq(list.features())
}

fn a_list_that_was_replaced_is_there_again_when_that_is_undone(place: &dyn Place) {
    let mut store = place.open();
    let (first, second, third) =
        (list("mine", "colour", 3), list("mine", "size", 2), list("mine", "fid", 4));
    put(&mut *store, &first);
    store.set_private("mine", true).unwrap();
    put(&mut *store, &second);
    assert!(holds(&mut *store, &second));
    assert_eq!(store.private().unwrap(), ["mine"], "who may see it stays as it was");
    assert!(undo(&mut *store).unwrap().is_whole);
    assert!(holds(&mut *store, &first));
    put(&mut *store, &third);
    undo(&mut *store).unwrap();
    drop(store);
    let mut store = place.open();
    assert!(holds(&mut *store, &first), "the next process sees it, too");
    assert_eq!(store.private().unwrap(), ["mine"]);
    let wish = Wish::Delete { id: "f1".into(), expected: jidi::store::edit::Expected::Any };
    let cut = jidi::store::edit::Edit { collection: "mine".into(), ..edit(vec![wish]) };
    store.commit(std::slice::from_ref(&cut)).unwrap()[0].as_ref().unwrap();
    assert_eq!(store.load("mine").unwrap().unwrap().rows.len(), 2, "it can be edited");
    undo(&mut *store).unwrap();
    // The list itself came new: without it, nothing is there.
    let nothing = undo(&mut *store);
    assert!(matches!(nothing, Err(EditError::CannotUndo(_))), "one step is kept: {nothing:?}");
    place.check();
}

fn a_list_that_came_new_is_gone_when_that_is_undone_and_one_removed_comes_back(place: &dyn Place) {
    let mut store = place.open();
    let mine = list("mine", "colour", 3);
    put(&mut *store, &mine);
    undo(&mut *store).unwrap();
    assert!(store.load("mine").unwrap().is_none() && store.revisions().unwrap().is_empty());
    put(&mut *store, &mine);
    store.remove_collection("mine", &author()).unwrap().unwrap();
    assert!(store.load("mine").unwrap().is_none());
    let missing = store.remove_collection("mine", &author()).unwrap();
    assert_eq!(missing, Err(EditError::NotStored("mine".into())));
    undo(&mut *store).unwrap();
    assert!(holds(&mut *store, &mine));
    let told: Vec<String> =
        store.history("mine", 10).unwrap().into_iter().map(|past| past.what).collect();
    assert_eq!(told, ["undo 4", "remove", "put 3 features", "undo 1", "put 3 features"]);
    place.check();
}

fn what_comes_with_the_program_is_no_edit_to_undo(place: &dyn Place) {
    let mut store = place.open();
    load(&mut *store);
    assert!(matches!(store.undo("bases", &author()).unwrap(), Err(EditError::CannotUndo(_))));
}

fn a_list_is_put_in_once_for_one_key_and_not_over_another(place: &dyn Place) {
    let mut store = place.open();
    let key = |digest: &str| Some(RequestKey { key: "k".into(), digest: digest.into() });
    let how =
        |digest| Putting { key: key(digest), room: Room::Free, by: author(), ..Putting::default() };
    let mine = list("mine", "colour", 3);
    let first = store.put_collection(&mine, &how("d")).unwrap().unwrap();
    let again = store.put_collection(&mine, &how("d")).unwrap().unwrap();
    assert!(again.was_done && again.number == first.number);
    let other = store.put_collection(&mine, &how("e")).unwrap();
    assert_eq!(other, Err(EditError::KeyUsed("k".into())));
    let taken = Putting { room: Room::Free, ..Putting::default() };
    assert_eq!(store.put_collection(&mine, &taken).unwrap(), Err(EditError::Taken("mine".into())));
    assert!(holds(&mut *store, &mine));
}

fn the_keeper_shows_what_is_put_in_taken_out_and_put_back(place: &dyn Place) {
    let mut store = place.open();
    let snapshots = Snapshots::new(load(&mut *store));
    let (keeper, _thread) = Keeper::start(store, snapshots.clone());
    let told = |ask: &dyn Fn(std::sync::mpsc::Sender<Result<Done, EditError>>)| {
        let (tell, told) = std::sync::mpsc::channel();
        ask(tell);
        told.recv().unwrap().unwrap()
    };
    let count = || snapshots.current().collection("mine").map(|mine| mine.len());
    told(&|tell| {
        let how = Putting { by: author(), ..Putting::default() };
        keeper.put(list("mine", "a", 3), how, move |done| tell.send(done).unwrap()).unwrap();
    });
    assert_eq!(count(), Some(3));
    told(&|tell| {
        keeper.remove("mine".into(), author(), move |done| tell.send(done).unwrap()).unwrap();
    });
    assert_eq!(count(), None);
    told(&|tell| {
        keeper.undo("mine".into(), author(), move |done| tell.send(done).unwrap()).unwrap();
    });
    assert_eq!(count(), Some(3));
    let catalog = snapshots.current();
    assert!(catalog.is_stored("mine"));
    let wish = Wish::Create(draft(&catalog, Some("still"), 90.0));
    crate::stores::done(&keeper, edit(vec![wish])).unwrap();
}

fn papers_are_kept_with_the_collection(place: &dyn Place) {
    let mut store = place.open();
    let provenance = Provenance {
        source: "list.csv".into(),
        sha256: "ab".into(),
        bytes: 7,
        kind: "GB 18030".into(),
        datum: "gcj02".into(),
        is_geocoded: true,
        rows: 3,
        refused: 1,
        version: "0.1.0".into(),
        who: "me".into(),
        at: "2026-11-25T12:00:00Z".into(),
    };
    let by = Author { who: "me".into(), at: "2026-11-25T12:00:00Z".into() };
    let decision = |query: &str, at: Option<LonLat>| Decision {
        query: query.into(),
        within: String::new(),
        at,
        adcode: at.map(|_| "320581".parse().unwrap()),
        is_candidate: at.is_some(),
        by: by.clone(),
    };
    let at = LonLat::from_degrees(120.75, 31.65).unwrap();
    let decisions = vec![decision("常熟", Some(at)), decision("nowhere", None)];
    let how = Putting {
        by: by.clone(),
        provenance: Some(provenance.clone()),
        decisions: decisions.clone(),
        ..Putting::default()
    };
    store.put_collection(&list("mine", "a", 3), &how).unwrap().unwrap();
    drop(store);
    let mut store = place.open();
    assert_eq!(store.provenance().unwrap(), [("mine".to_owned(), provenance.clone())]);
    let mut read = store.decisions("mine").unwrap();
    read.sort_by(|a, b| b.query.cmp(&a.query));
    assert_eq!(read, decisions);
    assert_eq!(store.decisions("other").unwrap(), []);
    // Another list has another origin, until that is undone.
    put(&mut *store, &list("mine", "b", 1));
    assert_eq!(store.provenance().unwrap(), []);
    undo(&mut *store).unwrap();
    assert_eq!(store.provenance().unwrap().len(), 1);
}

fn results_are_kept_under_their_ids_and_the_oldest_give_way(place: &dyn Place) {
    let mut store = place.open();
    (0..1_002).for_each(|number| store.keep_job(&kept(number)).unwrap());
    assert_eq!(store.job("job-1001").unwrap(), Some(kept(1_001)));
    assert_eq!(store.job("job-1").unwrap(), None);
    assert!(store.forget_job("job-1001").unwrap() && !store.forget_job("job-1001").unwrap());
    assert_eq!(store.job("job-1001").unwrap(), None);
}
