//! Truths and times in a database: the same answers as from memory.

use jidi::domain::RegisteredCrs;
use jidi::filter::Filter;
use jidi::formats::cql2::from_text;
use jidi::store::{Collection, Selection, SortKey, Start};

/// Conditions on truths, times and numbers, of which some are infinite.
const TYPED: [&str; 55] = [
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
    "T_DURING(since, INTERVAL('2020-02-01', '2020-02-10'))",
    "T_CONTAINS(INTERVAL('2020-02-01', '2020-02-10'), since)",
    "T_EQUALS(since, DATE('2020-02-01'))",
    "T_EQUALS(since, INTERVAL('2020-02-01', '2020-02-01'))",
    "T_EQUALS(made, TIMESTAMP('2020-02-05T00:00:00.25Z'))",
    "T_EQUALS(made, DATE('2020-02-05'))",
    "T_STARTS(since, INTERVAL('2020-02-01', '2020-02-10'))",
    "T_STARTEDBY(INTERVAL('2020-02-02', '2020-02-14'), made)",
    "T_FINISHES(since, INTERVAL('2020-02-01', '2020-02-10'))",
    "T_FINISHEDBY(INTERVAL('2020-02-01', '2020-02-14'), made)",
    "T_MEETS(since, INTERVAL('2020-02-01', '2020-02-10'))",
    "T_METBY(made, INTERVAL('2020-02-01', '2020-02-14'))",
    "T_OVERLAPS(INTERVAL(since, '2020-03-01'), INTERVAL('2020-02-10', '2020-04-01'))",
    "T_OVERLAPPEDBY(INTERVAL('2020-02-10', '2020-04-01'), INTERVAL(since, '2020-03-01'))",
    "T_DISJOINT(made, INTERVAL('2020-02-01', '2020-05-10'))",
    "T_DISJOINT(since, made) OR since = DATE('2020-02-02')",
    "NOT T_DISJOINT(made, INTERVAL('2020-02-01', '..'))",
    "T_INTERSECTS(made, INTERVAL('2020-02-01T00:00:00.2500001Z', '2020-03-01'))",
    "T_INTERSECTS(INTERVAL(made, '..'), DATE('2020-02-05'))",
    "T_INTERSECTS(INTERVAL('..', made), DATE('2020-06-05'))",
    "NOT T_INTERSECTS(INTERVAL(DATE('2020-04-01'), since), INTERVAL('2020-06-01', '..'))",
    "T_AFTER(made, TIMESTAMP('2020-02-05T00:00:00.2499999Z'))",
    "T_BEFORE(made, TIMESTAMP('2020-02-05T00:00:00.2500001Z'))",
    "T_AFTER(since, made) OR T_BEFORE(since, DATE('2020-02-01'))",
    "NOT made > DATE('2020-03-01')",
    "NOT (made = DATE('2020-03-01') OR made < DATE('2020-02-01') OR made > DATE('2020-06-01'))",
    "made IS NULL",
    "NOT made IN (TIMESTAMP('2020-02-05T00:00:00.25Z')) AND made < DATE('2020-03-01')",
    "NOT size > 5",
    "size > 20 AND made IS NULL",
    "size IS NULL",
    "NOT size BETWEEN 3 AND 5.5",
    "size IN (1, 2.5) OR size <= 0.5",
];

/// The ids that match a selection, all of them counted.
fn all(collection: &Collection, selection: &Selection) -> Vec<String> {
    let page = collection.page(selection, 0, 300).unwrap();
    let ids: Vec<String> = page.features.iter().map(|one| one.id.as_str().into()).collect();
    assert_eq!(page.matched, ids.len());
    ids
}

fn agree(held: &Collection, distant: &Collection, text: &str) {
    let expression = from_text(text, RegisteredCrs::CRS84).unwrap();
    let filter = Filter::new(held.schema(), expression).unwrap();
    let selection = Selection { filter: Some(filter), ..Selection::default() };
    let found = all(held, &selection);
    assert!(!found.is_empty() && found.len() < 196, "{text}: {}", found.len());
    assert_eq!(all(distant, &selection), found, "{text}");
}

/// Asks a table of years, of which some are before all that can be written, what memory answers, too.
pub fn agree_on_years(held: &Collection, distant: &Collection) {
    for text in [
        "T_INTERSECTS(year, DATE('2005-06-01')) OR T_DURING(year, INTERVAL('1990-06-01', '2003-01-01'))",
        "T_EQUALS(year, INTERVAL('2000-01-01', '2000-12-31'))",
        "T_BEFORE(year, made) AND T_STARTS(year, INTERVAL('2001-01-01', '..'))",
        "T_DISJOINT(year, since) AND T_AFTER(year, DATE('2010-01-01'))",
        "NOT T_AFTER(year, DATE('1999-12-31'))",
        "T_CONTAINS(year, TIMESTAMP('2000-06-01T00:00:00Z'))",
        "T_MEETS(INTERVAL('1990-01-01', '1999-12-31'), year) OR year = 0",
        "T_FINISHEDBY(INTERVAL('..', '2001-12-31'), year)",
        "T_INTERSECTS(INTERVAL(year, since), DATE('1995-01-01'))",
    ] {
        agree(held, distant, text);
    }
}

/// Asks a table of truths and times what memory answers, too.
pub fn agree_on_times(held: &Collection, distant: &Collection) {
    assert_eq!(held.times(), distant.times());
    for text in TYPED {
        agree(held, distant, text);
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
