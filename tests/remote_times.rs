//! Truths and times in a database: the same answers as from memory.

use jidi::domain::RegisteredCrs;
use jidi::filter::Filter;
use jidi::formats::cql2::from_text;
use jidi::store::{Collection, Selection, SortKey, Start};

/// Asks a table of truths and times what memory answers, too.
pub fn agree_on_times(held: &Collection, distant: &Collection) {
    assert_eq!(held.times(), distant.times());
    let all = |collection: &Collection, selection: &Selection| {
        let page = collection.page(selection, 0, 300).unwrap();
        let ids: Vec<String> = page.features.iter().map(|one| one.id.as_str().into()).collect();
        assert_eq!(page.matched, ids.len());
        ids
    };
    for text in [
        "is_open",
        "NOT is_open AND since < DATE('2020-03-01')",
        "is_open = FALSE OR is_open <> TRUE",
        "since = DATE('2020-02-01')",
        "since IN (DATE('2020-02-01'), DATE('2020-02-03'))",
        "DATE('2020-06-01') <= since",
        "since > TIMESTAMP('2020-06-01T12:00:00Z')",
        "made < TIMESTAMP('2020-02-01T00:00:00.250Z')",
        "made <= TIMESTAMP('2020-02-01T00:00:00.25Z')",
        "made = DATE('2020-02-01')",
        "made <> DATE('2020-02-01') AND made < DATE('2020-02-05')",
        "DATE('2020-02-01') > made",
        "made <= DATE('2020-02-01')",
        "made >= DATE('2020-02-01') AND made < DATE('2020-03-01')",
        "made IS NULL AND is_open",
        "made BETWEEN DATE('2020-02-01') AND TIMESTAMP('2020-02-05T00:00:00.25Z')",
        "since BETWEEN DATE('2020-02-01') AND DATE('2020-03-01')",
        "NOT since BETWEEN TIMESTAMP('2020-02-01T12:00:00Z') AND DATE('2020-06-01')",
        "T_BEFORE(made, TIMESTAMP('2020-02-05T00:00:00.25Z'))",
        "T_AFTER(DATE('2020-03-01'), since)",
        "T_AFTER(since, DATE('2020-06-01'))",
        "T_DURING(made, INTERVAL('2020-02-01', '2020-02-10'))",
    ] {
        let expression = from_text(text, RegisteredCrs::CRS84).unwrap();
        let filter = Filter::new(held.schema(), expression).unwrap();
        let selection = Selection { filter: Some(filter), ..Selection::default() };
        let found = all(held, &selection);
        assert!(!found.is_empty() && found.len() < 190, "{text}: {}", found.len());
        assert_eq!(all(distant, &selection), found, "{text}");
    }
    for text in
        ["2020-02-01", "2020-02-01T00:00:00.25Z", "../2020-03-01", "2020-05-01T00:00:00.3Z/.."]
    {
        let selection = Selection { time: Some(text.parse().unwrap()), ..Selection::default() };
        let found = all(held, &selection);
        // Those without a time, and those of one that is infinite, are among them.
        assert!(found.len() > 10 && found.len() < 200, "{text}: {}", found.len());
        assert_eq!(all(distant, &selection), found, "{text}");
    }
    for field in 0..held.schema().fields().len() {
        for descending in [false, true] {
            let sort = vec![SortKey { field, descending }];
            let selection = Selection { sort, ..Selection::default() };
            let (mut one, mut other) = (Start::Offset(0), Start::Offset(0));
            loop {
                let page = held.page_from(&selection, &one, 37).unwrap();
                let same = distant.page_from(&selection, &other, 37).unwrap();
                assert_eq!(page.features, same.features);
                let (Some(next), Some(also)) = (page.after, same.after) else { break };
                (one, other) = (Start::Token(next), Start::Token(also));
            }
        }
    }
}
