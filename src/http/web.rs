//! The files of the web page: embedded in the binary, or in a folder while it is worked on.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use axum::body::Bytes;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use flate2::read::GzDecoder;

use super::reply::{self, HTML};

/// The files of the built page: name and gzip-compressed content.
static EMBEDDED: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/web.rs"));

/// What a browser may load, from this origin only.
const POLICY: &str = "default-src 'self'; script-src 'self'; worker-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data: blob:; \
     connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// What is shown when the binary was built without the page.
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Jidi</title>\
     <body><h1>Jidi</h1><p>The map was not built into this binary. Run <code>make run</code>, which builds \
     it and serves it here.</p><p>The API is there: <a href=\"/collections\">collections</a>, \
     <a href=\"/api\">API document</a>, <a href=\"/conformance\">conformance</a>, \
     <a href=\"/licences\">licences</a>.</p></body></html>\n";

/// Holds the files of the page.
#[derive(Debug, Clone)]
pub enum Web {
    /// Unpacked from the binary.
    Embedded(HashMap<&'static str, Bytes>),
    /// Read from a folder at every request.
    Folder(PathBuf),
}

impl Web {
    /// Unpacks the page that the binary carries.
    #[must_use]
    pub fn embedded() -> Self {
        let unpacked = |packed: &[u8]| {
            let mut bytes = Vec::new();
            GzDecoder::new(packed).read_to_end(&mut bytes).ok()?;
            Some(bytes.into())
        };
        Self::Embedded(
            EMBEDDED.iter().filter_map(|(name, packed)| Some((*name, unpacked(packed)?))).collect(),
        )
    }

    /// Says whether there is a page.
    #[must_use]
    pub fn is_built(&self) -> bool {
        self.file("index.html").is_some()
    }

    /// Differs whenever a file of the page differs; a folder that is worked on has none.
    pub(super) fn fingerprint(&self) -> Option<&'static str> {
        match self {
            Self::Embedded(_) => Some(env!("JIDI_WEB_FINGERPRINT")),
            Self::Folder(_) => None,
        }
    }

    /// Answers the page itself, or a notice that names the command that builds it, with what it
    /// says to who runs no scripts.
    pub(super) fn index(&self, words: &str) -> Response {
        let page = self.file("index.html").unwrap_or_else(|| NOT_BUILT.into());
        let page = String::from_utf8_lossy(&page);
        let end = ["</noscript>", "</body>"].iter().find_map(|end| page.rfind(end));
        let (before, after) = page.split_at(end.unwrap_or(page.len()));
        let mut response = reply::bytes(HTML, [before, words, after].concat());
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        response
            .headers_mut()
            .insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }

    /// One file of the page.
    pub(super) fn file(&self, name: &str) -> Option<Bytes> {
        match self {
            Self::Embedded(files) => files.get(name).cloned(),
            Self::Folder(folder) => {
                let is_inside =
                    Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
                is_inside.then(|| fs::read(folder.join(name)).ok()).flatten().map(Into::into)
            }
        }
    }
}
