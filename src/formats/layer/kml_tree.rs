//! XML as far as KML needs it: an element, what is said of it, and what stands in it.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// How deeply elements may stand in one another.
const MOST_NESTED: usize = 64;
/// How many elements one that is read whole may hold: each takes far more memory than its text.
const MOST_HELD: usize = 1_000_000;
/// The outermost element.
const ROOT: &str = "kml";

/// Holds an element that was read whole.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    /// Its name without prefix.
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// Its own text.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let known = self.attributes.iter().find(|(known, _)| known == name);
        known.map(|(_, value)| value.as_str())
    }

    /// The elements below of a name, at any depth, in their order.
    pub(super) fn each<'a>(&'a self, name: &str, visit: &mut dyn FnMut(&'a Self)) {
        for child in &self.children {
            if child.name == name {
                visit(child);
            }
            child.each(name, visit);
        }
    }
}

/// Walks through the elements of a text; where `wants` says so, an element is read whole and given
/// to `take` with the line that it starts in.
pub(super) fn walk<E>(
    text: &str,
    wants: impl Fn(&str) -> bool,
    mut take: impl FnMut(Element, u64) -> Result<(), E>,
    broken: impl Fn(String) -> E,
) -> Result<(), E> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text, at: 0, line: 1 };
    let mut open: Vec<Element> = Vec::new(); // those of the element that is being read whole
    let mut begun = Begun::default();
    let mut depth = 0_usize;
    let mut start = 0;
    loop {
        let event = reader.read_event().map_err(|error| {
            let line = lines.at(reader.buffer_position());
            broken(format!("line {line}: {error}"))
        })?;
        match event {
            Event::Start(tag) => {
                depth += 1;
                if depth > MOST_NESTED {
                    return Err(broken(format!("its elements stand more than {MOST_NESTED} deep")));
                }
                let element = begun.element(&tag, open.len()).map_err(&broken)?;
                if !open.is_empty() || wants(&element.name) {
                    if open.is_empty() {
                        start = lines.at(reader.buffer_position());
                    }
                    open.push(element);
                }
            }
            Event::Empty(tag) => {
                let element = begun.element(&tag, open.len()).map_err(&broken)?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None if wants(&element.name) => {
                        take(element, lines.at(reader.buffer_position()))?;
                    }
                    None => {}
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let Some(element) = open.pop() {
                    match open.last_mut() {
                        Some(parent) => parent.children.push(element),
                        None => take(element, start)?,
                    }
                }
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content()),
            Event::CData(text) => add_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(name) => add_text(&mut open, &resolved(&name).map_err(&broken)?),
            Event::Eof => break,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
    if depth > 0 {
        return Err(broken("it ends before its elements do".to_owned()));
    }
    if begun.has_root { Ok(()) } else { Err(broken(format!("it has no element `{ROOT}`"))) }
}

/// Counts the elements that have begun.
#[derive(Default)]
struct Begun {
    has_root: bool,
    /// Those of the element that is being read whole.
    held: usize,
}

impl Begun {
    /// Reads the beginning of an element, with so many open around it that are read whole.
    fn element(&mut self, tag: &BytesStart<'_>, open: usize) -> Result<Element, String> {
        let element = element(tag)?;
        if !self.has_root && element.name != ROOT {
            return Err(format!("its outermost element is `{}`, not `{ROOT}`", element.name));
        }
        self.has_root = true;
        self.held = if open == 0 { 0 } else { self.held + 1 };
        if self.held > MOST_HELD {
            return Err(format!("an element holds more than {MOST_HELD} others"));
        }
        Ok(element)
    }
}

fn add_text(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn element(tag: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Explicit1_0)
            .map_err(|error| error.to_string())?;
        attributes.push((attribute.key.local_name().as_ref().to_owned(), value.into_owned()));
    }
    let name = tag.local_name().as_ref().to_owned();
    Ok(Element { name, attributes, ..Element::default() })
}

/// The character that a reference means; entities that a file defines itself are none.
fn resolved(name: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = name.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let name = name.xml10_content();
    Ok(match &*name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        "nbsp" => "\u{a0}",
        other => return Err(format!("the entity &{other}; is not known")),
    }
    .to_owned())
}

/// Counts lines as the reader goes on.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if position > self.at {
            let between = self.text.as_bytes()[self.at..position].split(|byte| *byte == b'\n');
            self.line += between.count() as u64 - 1;
            self.at = position;
        }
        self.line
    }
}
