//! What a person decided about labels of industries, for one run.

use std::collections::HashMap;
use std::sync::Arc;

use super::description::Run;
use super::parameters::Refused;
use super::subject::Subject;
use crate::domain::{Feature, Field, FieldType, Remark, Value};
use crate::industry::{Coded, Corrections, Matcher};
use crate::store::roles::industry_column;

/// The columns that a correction decides, and what they are where they are new.
const COLUMNS: [(&str, FieldType); 3] = [
    ("industry_codes", FieldType::List),
    ("io_sectors", FieldType::List),
    ("industry_group", FieldType::Text),
];
/// How many labels that stand nowhere are named.
const MOST_NAMED: usize = 5;

/// The points with the codes of corrected labels; `None` where no corrections were given.
///
/// A label that was decided goes before codes that the points have. The other collections of a run, such
/// as those among which partners are looked for, stay as they are.
pub(super) fn corrected(run: &Run<'_>) -> Result<Option<Subject>, Refused> {
    let Some(text) = run.arguments.text(&[], "corrections") else { return Ok(None) };
    let refused = |reason: String| Refused::new("corrections", reason);
    let corrections = Corrections::read("corrections", text.as_bytes(), run.industries)
        .map_err(|error| refused(error.to_string()))?;
    if corrections.all().is_empty() {
        return Err(refused(
            "there is no row: give label,industry_codes and a row for each".into(),
        ));
    }
    let mut subject = run.subject.clone();
    let labels = labels(&subject);
    if labels.is_empty() && !subject.is_empty() {
        let names: Vec<&str> = names(&subject).collect();
        let known = names.join(", ");
        return Err(refused(format!(
            "no column holds industries (industry, 产业): there are {known}"
        )));
    }
    let columns = COLUMNS.map(|(name, kind)| column(&mut subject, name, kind));
    let matcher = Matcher::new(Arc::new(run.industries.clone()), &corrections);
    let (mut coded, mut used, mut points) = (HashMap::new(), Vec::new(), 0);
    for feature in &mut subject.features {
        let decided = labels.iter().find_map(|&label| {
            let cell = feature.values[label].in_a_cell();
            let places = corrections.in_cell(&cell);
            (!places.is_empty()).then_some((cell, places))
        });
        let Some((cell, places)) = decided else { continue };
        used.extend(places);
        points += 1;
        let found = coded.entry(cell).or_insert_with_key(|cell| matcher.codes(cell));
        put(Arc::make_mut(feature), found, columns);
    }
    let is_unused = |place: &usize| !used.contains(place);
    let unused: Vec<&str> = (0..corrections.all().len())
        .filter(is_unused)
        .map(|place| corrections.all()[place].label.as_str())
        .collect();
    subject.remarks.push(("corrections", said(points, &unused)));
    Ok(Some(subject))
}

fn names(subject: &Subject) -> impl Iterator<Item = &str> {
    subject.schema.fields().iter().map(|field| field.name.as_str())
}

/// The columns that hold labels: the surest, and its Chinese twin.
fn labels(subject: &Subject) -> Vec<usize> {
    let first = industry_column(names(subject));
    let twin = subject.schema.position("industry_zh").filter(|twin| Some(*twin) != first);
    first.into_iter().chain(twin).collect()
}

/// The place of a column, which is added where there is none.
fn column(subject: &mut Subject, name: &str, kind: FieldType) -> (usize, FieldType) {
    if let Some(place) = subject.schema.position(name) {
        return (place, subject.schema.fields()[place].field_type);
    }
    let mut fields = subject.schema.fields().to_vec();
    fields.push(Field::new(name, kind, "As corrected"));
    subject.schema = crate::domain::Schema::new(fields);
    for feature in &mut subject.features {
        let feature = Arc::make_mut(feature);
        let values = std::mem::take(&mut feature.values).into_vec().into_iter();
        feature.values = values.chain([Value::Null]).collect();
    }
    (subject.schema.fields().len() - 1, kind)
}

fn put(feature: &mut Feature, coded: &Coded, columns: [(usize, FieldType); 3]) {
    let list = |all: &[String], kind: FieldType| match kind {
        _ if all.is_empty() => Value::Null,
        FieldType::List => Value::List(all.into()),
        _ => Value::text(&all.join(";")),
    };
    let values = [
        list(&coded.industry_codes, columns[0].1),
        list(&coded.io_sectors, columns[1].1),
        Value::optional_text(coded.group.as_deref()),
    ];
    for ((place, _), value) in columns.into_iter().zip(values) {
        feature.values[place] = value;
    }
}

fn said(points: usize, unused: &[&str]) -> Remark {
    let said = Remark::new(
        format!("{points} points follow the corrections of their labels."),
        format!("{points}个点按更正后的标签计算。"),
    );
    if unused.is_empty() {
        return said;
    }
    let some = unused[..unused.len().min(MOST_NAMED)].join("`, `");
    let count = unused.len();
    said.and(&Remark::new(
        format!("{count} corrected labels stand at no point, such as `{some}`."),
        format!("{count}个更正的标签没有出现在任何点上，例如“{some}”。"),
    ))
}
