//! The industries of a list that somebody brings: labels become codes, beside what is given.

use std::borrow::Cow;
use std::collections::HashMap;

use super::intake_rows::Rows;
use super::roles::industry_column;
use crate::domain::{Field, FieldType, Remark, Schema, Value};
use crate::industry::{Coded, Matcher};

/// How many labels that were not matched are named.
const MOST_NAMED: usize = 5;

/// The columns that are added, and what stands in them.
const COLUMNS: [(&str, FieldType, &str); 3] = [
    ("industry_codes", FieldType::List, "GB/T 4754-2017 divisions, from the industry's label"),
    ("io_sectors", FieldType::List, "Input-output sectors, from the industry's label"),
    ("industry_group", FieldType::Text, "Group of industries, from the industry's label"),
];

impl Rows {
    /// Adds the codes of the labels in the column of industries, if there is one, or those that stand for
    /// the divisions in a column `industry_codes`.
    ///
    /// A column that the list has itself stays as it is, and divisions that it gives go before its label.
    /// A collection that is added to gets what its columns can hold. Nothing is added where no label is
    /// known.
    pub(super) fn with_industries(mut self, matcher: &Matcher, into: Option<&Schema>) -> Self {
        let names = || self.fields.iter().map(|field| field.name.as_str());
        let given = names().position(|name| name.eq_ignore_ascii_case(COLUMNS[0].0));
        let label = industry_column(names());
        let Some(source) = given.or(label) else { return self };
        let is_new = |name: &str| !names().any(|known| known.eq_ignore_ascii_case(name));
        let is_held = |name: &str| into.is_none_or(|schema| schema.position(name).is_some());
        let added: Vec<usize> =
            (0..3).filter(|&at| is_new(COLUMNS[at].0) && is_held(COLUMNS[at].0)).collect();
        if added.is_empty() {
            return self;
        }
        let columns = [given, label];
        let (numbers, coded) = self.coded(matcher, columns);
        if coded.iter().all(|coded| coded.industry_codes.is_empty()) {
            return self;
        }
        for (row, number) in self.all.iter_mut().zip(numbers) {
            row.values.reserve_exact(added.len());
            row.values.extend(added.iter().map(|&at| value(&coded[number], at)));
        }
        let described = format!("industry from `{}`", self.fields[label.unwrap_or(source)].name);
        let parts = [std::mem::take(&mut self.roles), described];
        self.roles =
            parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
        self.warnings.extend(open(&coded).map(|remark| ("industries", remark)));
        self.fields.extend(added.iter().map(|&at| {
            let (name, kind, words) = COLUMNS[at];
            Field::new(name, kind, words)
        }));
        self
    }

    /// For each row the number of its codes, and the codes of each different pair of divisions and
    /// label; those of a row that says neither are none.
    fn coded(&self, matcher: &Matcher, columns: [Option<usize>; 2]) -> (Vec<usize>, Vec<Coded>) {
        let mut known = HashMap::from([([Cow::default(), Cow::default()], 0)]);
        let mut coded = vec![Coded::default()];
        let rows = self.all.iter();
        let numbers = rows
            .map(|row| number_of(&row.values, columns, matcher, (&mut known, &mut coded)))
            .collect();
        (numbers, coded)
    }
}

fn number_of<'a>(
    values: &'a [Value],
    columns: [Option<usize>; 2],
    matcher: &Matcher,
    (known, coded): (&mut HashMap<[Cow<'a, str>; 2], usize>, &mut Vec<Coded>),
) -> usize {
    *known.entry(cells(values, columns)).or_insert_with_key(|[divisions, label]| {
        let given: Vec<&str> =
            divisions.split(';').map(str::trim).filter(|code| !code.is_empty()).collect();
        let mut found = matcher.divisions(&given);
        if found.industry_codes.is_empty() {
            let labelled = matcher.codes(label);
            let open = found.open.into_iter().chain(labelled.open).collect();
            found = Coded { open, ..labelled };
        }
        coded.push(found);
        coded.len() - 1
    })
}

/// What a row says of its divisions and of its industry.
fn cells(values: &[Value], columns: [Option<usize>; 2]) -> [Cow<'_, str>; 2] {
    columns.map(|column| match column.map(|column| &values[column]) {
        None => Cow::default(),
        Some(Value::Text(text)) => Cow::Borrowed(text.as_str()),
        Some(other) => Cow::Owned(other.in_a_cell()),
    })
}

fn value(coded: &Coded, column: usize) -> Value {
    let list = |codes: &[String]| {
        if codes.is_empty() { Value::Null } else { Value::List(codes.into()) }
    };
    match column {
        0 => list(&coded.industry_codes),
        1 => list(&coded.io_sectors),
        _ => Value::optional_text(coded.group.as_deref()),
    }
}

/// Names labels that have no codes.
fn open(coded: &[Coded]) -> Option<Remark> {
    let mut labels: Vec<&str> =
        coded.iter().flat_map(|coded| coded.open.iter().map(String::as_str)).collect();
    labels.sort_unstable();
    labels.dedup();
    if labels.is_empty() {
        return None;
    }
    let some = labels[..labels.len().min(MOST_NAMED)].join("`, `");
    let count = labels.len();
    Some(Remark::new(
        format!(
            "{count} labels of industries have no codes, such as `{some}`: jidi industries LABEL shows candidates, and corrections decide"
        ),
        format!(
            "{count}个产业标签没有对应代码，例如“{some}”：可用 jidi industries 查看候选，并用更正表指定"
        ),
    ))
}
