//! The address under which the client knows the service, for absolute links.

use axum::http::{HeaderMap, header, uri::Authority};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// What stands in a path as it is.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',');

/// Holds the root of the service as the client sees it, and what was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Here {
    root: String,
    path: String,
    pairs: Vec<(String, String)>,
}

/// Links to another resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Its absolute address.
    pub href: String,
    /// What it is to this one.
    pub rel: String,
    /// Its media type, without parameters unless they belong to it.
    #[serde(rename = "type")]
    pub media_type: String,
    /// Its title.
    pub title: String,
    /// Whether the address holds places to fill in.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub templated: bool,
}

impl Link {
    /// Links to an address.
    #[must_use]
    pub fn new(href: String, rel: &str, media_type: &str, title: &str) -> Self {
        Self {
            href,
            rel: rel.to_owned(),
            media_type: media_type.to_owned(),
            title: title.to_owned(),
            templated: false,
        }
    }

    /// Links to the page that says what is answered here.
    #[must_use]
    pub fn to_read(here: &Here) -> Self {
        let href = here.with(&[("f", Some("html".to_owned()))]);
        Self::new(href, "alternate", "text/html", "To read")
    }

    /// Says that the address holds places to fill in.
    #[must_use]
    pub fn templated(self) -> Self {
        Self { templated: true, ..self }
    }
}

impl Here {
    /// Finds the root: as configured, else as a trusted proxy or the client names the host.
    #[must_use]
    pub fn new(
        public_url: Option<&str>,
        trust_proxy: bool,
        headers: &HeaderMap,
        path: &str,
        pairs: &[(String, String)],
    ) -> Self {
        let root = match public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => root(trust_proxy, headers),
        };
        Self { root, path: path.to_owned(), pairs: pairs.to_vec() }
    }

    /// The absolute address of a path of the service.
    #[must_use]
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.root)
    }

    /// The address of what was asked for, with some parameters set anew; `None` removes one.
    #[must_use]
    pub fn with(&self, changes: &[(&str, Option<String>)]) -> String {
        let kept = self
            .pairs
            .iter()
            .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
        let set = changes.iter().filter_map(|(name, value)| Some((*name, value.as_deref()?)));
        let mut address = String::with_capacity(256);
        address.push_str(&self.root);
        address.push_str(&self.path);
        for (number, (name, value)) in kept.chain(set).enumerate() {
            address.push(if number == 0 { '?' } else { '&' });
            address.extend(utf8_percent_encode(name, PATH));
            address.push('=');
            address.extend(utf8_percent_encode(value, PATH));
        }
        address
    }

    /// The same without the parameters that are not kept.
    #[must_use]
    pub fn keeping(&self, is_kept: impl Fn(&(String, String)) -> bool) -> Self {
        let pairs = self.pairs.iter().filter(|pair| is_kept(pair)).cloned().collect();
        Self { pairs, ..self.clone() }
    }

    /// The address of what was asked for.
    #[must_use]
    pub fn itself(&self) -> String {
        self.with(&[])
    }
}

/// Writes a name or value so that it stands in a path or query; commas may stay.
#[must_use]
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

fn root(trust_proxy: bool, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name)?.to_str().ok()?.split(',').next().map(str::trim);
    let forwarded = |name: &str| if trust_proxy { text(name) } else { None };
    let scheme =
        forwarded("x-forwarded-proto").filter(|scheme| *scheme == "https").unwrap_or("http");
    let host = forwarded("x-forwarded-host").or_else(|| text(header::HOST.as_str()));
    let host = host.filter(|host| {
        host.parse::<Authority>().is_ok_and(|authority| !authority.as_str().contains('@'))
    });
    format!("{scheme}://{}", host.unwrap_or("127.0.0.1:8080"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn forwarded_headers_count_only_behind_a_trusted_proxy() {
        let headers = headers(&[
            ("host", "in:1"),
            ("x-forwarded-host", "out.example"),
            ("x-forwarded-proto", "https"),
        ]);
        assert_eq!(Here::new(None, false, &headers, "/", &[]).to("/api"), "http://in:1/api");
        assert_eq!(Here::new(None, true, &headers, "/", &[]).to("/api"), "https://out.example/api");
        assert_eq!(
            Here::new(Some("https://a.example/"), true, &headers, "/", &[]).to("/api"),
            "https://a.example/api"
        );
    }

    #[test]
    fn a_host_that_is_none_is_not_repeated() {
        let here = Here::new(None, false, &headers(&[("host", "evil@host\"><script>")]), "/", &[]);
        assert_eq!(here.to("/"), "http://127.0.0.1:8080/");
    }

    #[test]
    fn the_next_page_keeps_every_parameter_but_its_own() {
        let pairs = [
            ("bbox".to_owned(), "1,2,3,4".to_owned()),
            ("offset".to_owned(), "0".to_owned()),
            ("name".to_owned(), "a b&c".to_owned()),
        ];
        let here = Here::new(Some("http://h"), false, &HeaderMap::new(), "/p", &pairs);
        assert_eq!(
            here.with(&[("offset", Some("5".into()))]),
            "http://h/p?bbox=1,2,3,4&name=a%20b%26c&offset=5"
        );
    }
}
