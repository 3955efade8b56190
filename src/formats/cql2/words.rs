//! Words for refusals: what is there, and what was likely meant.

/// Finds the name that a misspelt one was likely meant to be.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |other: &str| strsim::jaro_winkler(&name.to_lowercase(), &other.to_lowercase());
    let likest = known.into_iter().map(|other| (likeness(other), other));
    let likest = likest.max_by(|(a, _), (b, _)| a.total_cmp(b));
    likest.filter(|(likeness, _)| *likeness > 0.75).map(|(_, other)| other)
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
