//! Words for refusals: what is there, and what was likely meant.

/// No name of more letters is taken for a misspelt one.
const LONGEST: usize = 64;

/// Finds the name that a misspelt one was likely meant to be.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
        return None;
    }
    let name = name.to_lowercase();
    let edits = |other: &str| strsim::osa_distance(&name, &other.to_lowercase());
    let likest =
        known.into_iter().map(|other| (edits(other), other)).min_by_key(|(edits, _)| *edits);
    likest.filter(|(edits, _)| *edits <= 1.max(length / 3)).map(|(_, other)| other)
}

/// The beginning of a text, to show what is refused.
#[must_use]
pub fn shown(text: &str) -> String {
    const LENGTH: usize = 40;
    if text.chars().count() > LENGTH {
        format!("{}…", text.chars().take(LENGTH).collect::<String>())
    } else {
        text.to_owned()
    }
}

/// Adds what was likely meant to a sentence.
pub(super) fn did_you_mean(name: &str, known: &[&str]) -> String {
    nearest(name, known.iter().copied())
        .map_or_else(String::new, |likest| format!("; did you mean `{likest}`?"))
}
