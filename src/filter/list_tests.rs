//! Conditions on lists, and lists of conditions.

use super::tests::{all_are_unknown, all_hold, filter, none_holds};

#[test]
fn lists_are_related_as_sets() {
    all_hold(&[
        "A_CONTAINS(codes, ('36'))",
        "A_CONTAINS(codes, ())",
        "A_EQUALS(codes, ('36','39'))",
    ]);
    all_hold(&["A_CONTAINEDBY(codes, ('36','39','40'))", "A_OVERLAPS(('40','39'), codes)"]);
    all_hold(&["A_CONTAINS(('36','39','40'), codes)", "A_EQUALS(codes, codes)"]);
    none_holds(&[
        "A_CONTAINS(codes, ('40'))",
        "A_OVERLAPS(codes, ('3'))",
        "A_EQUALS(codes, ('36'))",
    ]);
}

#[test]
fn lists_are_compared_by_the_values_in_them() {
    all_hold(&[
        "A_OVERLAPS((1,2),(2,3))",
        "A_EQUALS((1,2.0),(2,1.0,1))",
        "A_CONTAINS((year,km),(2.5,2019+1))",
        "A_CONTAINEDBY((name),('a','Ürümqi 100% Base'))",
        "A_CONTAINS(('ürümqi 100% base'),(CASEI(name)))",
        "A_EQUALS((CASEI('X'),ACCENTI('é')),('e','x'))",
        "A_CONTAINS(codes,(CASEI('39')))",
        "A_EQUALS((TRUE,year = 1),(FALSE,TRUE))",
        "A_OVERLAPS((DATE('2020-10-13')),(TIMESTAMP('2020-10-13T08:00:00Z')))",
        "A_CONTAINS(((1,2),(3)),((2,1)))",
        "A_EQUALS((codes),(('36','39')))",
        "A_EQUALS((),())",
        "A_OVERLAPS((note,1),(1))",
    ]);
    none_holds(&[
        "A_OVERLAPS((1,2),(3,4))",
        "A_EQUALS((1),('1'))",
        "A_CONTAINS(((1,2)),((1,2,3)))",
        "A_CONTAINS((1),(1,'a',TRUE))",
        "A_OVERLAPS((INTERVAL('2020-01-01','2020-12-31')),(DATE('2020-01-01')))",
        "A_CONTAINS(codes,(CASEI(name)))",
        "A_CONTAINS((1),(note,2))",
    ]);
    all_are_unknown(&[
        "A_CONTAINS((1),(note))",
        "A_EQUALS((note),(note))",
        "A_OVERLAPS((1),(note))",
    ]);
}

#[test]
fn a_truth_is_among_conditions() {
    all_hold(&["(year = 2020) IN (year = 1, km > 1)", "TRUE IN (year = 2020)"]);
    none_holds(&["TRUE IN (year = 1)", "(year = 2020) NOT IN (TRUE, note = 'a')"]);
    all_are_unknown(&["TRUE IN (note = 'a')"]);
}

#[test]
fn every_pair_of_elements_is_a_step() {
    let many = vec!["year"; 400].join(",");
    assert!(filter(&format!("A_EQUALS(({many}),({many}))")).cost() > 400 * 400);
    assert!(filter(&format!("A_OVERLAPS((name),({many}))")).byte_costs()[&0] > 10);
}
