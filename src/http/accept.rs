//! Which of the media types that are served does the client want most?

use super::problem::Problem;

/// Chooses the media type that an `Accept` header values most; of equals, the one served first.
///
/// # Errors
///
/// [`Problem::NotAcceptable`] when it wants none of them.
pub fn choose<'a>(accept: Option<&str>, served: &[&'a str]) -> Result<&'a str, Problem> {
    let ranges = ranges(accept.unwrap_or("*/*"));
    let mut best: Option<(f32, &'a str)> = None;
    for &media_type in served {
        let quality = quality(&ranges, media_type);
        if quality > 0.0 && best.is_none_or(|(most, _)| quality > most) {
            best = Some((quality, media_type));
        }
    }
    let refused = || Problem::NotAcceptable(served.join(", "));
    best.map(|(_, media_type)| media_type).ok_or_else(refused)
}

/// Reads the ranges of a header with their qualities; what cannot be read is left out.
fn ranges(accept: &str) -> Vec<(String, f32)> {
    let range = |part: &str| {
        let mut pieces = part.split(';').map(str::trim);
        let range = pieces.next()?.to_ascii_lowercase();
        let quality =
            pieces.find_map(|piece| piece.to_ascii_lowercase().strip_prefix("q=")?.parse().ok());
        range.contains('/').then(|| (range, quality.unwrap_or(1.0)))
    };
    let ranges: Vec<(String, f32)> = accept.split(',').filter_map(range).collect();
    if ranges.is_empty() { vec![("*/*".to_owned(), 1.0)] } else { ranges }
}

/// The quality of a media type: that of the most specific range that fits it.
fn quality(ranges: &[(String, f32)], media_type: &str) -> f32 {
    let essence = media_type.split(';').next().unwrap_or(media_type).trim();
    let family = essence.split('/').next().unwrap_or(essence);
    let of = |wanted: &str| {
        ranges.iter().find(|(range, _)| range == wanted).map(|(_, quality)| *quality)
    };
    of(essence).or_else(|| of(&format!("{family}/*"))).or_else(|| of("*/*")).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVED: [&str; 2] = ["application/json", "text/html"];
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    #[test]
    fn a_browser_gets_the_page_and_a_program_gets_json() {
        assert_eq!(choose(Some(BROWSER), &SERVED), Ok("text/html"));
        assert_eq!(choose(Some("*/*"), &SERVED), Ok("application/json"));
        assert_eq!(choose(None, &SERVED), Ok("application/json"));
        assert_eq!(
            choose(Some("application/json, text/html;q=0.9"), &SERVED),
            Ok("application/json")
        );
        assert_eq!(choose(Some("nonsense"), &SERVED), Ok("application/json"));
    }

    #[test]
    fn a_client_that_wants_something_else_is_refused() {
        assert!(choose(Some("image/png"), &SERVED).is_err());
        assert!(choose(Some("text/html;q=0, application/json;q=0"), &SERVED).is_err());
    }
}
