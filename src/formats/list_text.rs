//! Lists of text in one text, for formats that have no lists: joined by `;` where they come back from
//! that, else as JSON.

/// Writes the items of a list: joined by `;`, or as a JSON array where that would come back as others.
///
/// # Examples
///
/// ```
/// use jidi::formats::list_text::{read, write};
/// let items = ["39".to_owned(), "40".to_owned()];
/// assert_eq!(write(&items), "39;40");
/// let items = ["a".to_owned(), "b;c".to_owned()];
/// assert_eq!(write(&items), r#"["a","b;c"]"#);
/// assert_eq!(*read(r#"["a","b;c"]"#), items);
/// ```
#[must_use]
pub fn write(items: &[String]) -> String {
    let joined = items.join(";");
    // Plain codes, as most lists have.
    let is_plain =
        |item: &String| !item.is_empty() && item.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if items.iter().all(is_plain) || *read(&joined) == *items { joined } else { json(items) }
}

/// Writes the items of a list as a JSON array.
#[must_use]
pub fn json(items: &[String]) -> String {
    serde_json::Value::from(items).to_string()
}

/// Reads the items of a list: of a JSON array of texts, else parted by `;`, where blanks around them and
/// empty ones are left out, for people write such lists, too.
#[must_use]
pub fn read(text: &str) -> Box<[String]> {
    read_json(text).unwrap_or_else(|| {
        let items = text.split(';').map(str::trim).filter(|item| !item.is_empty());
        items.map(str::to_owned).collect()
    })
}

/// Reads the items of a JSON array of texts; `None` for anything else.
#[must_use]
pub fn read_json(text: &str) -> Option<Box<[String]>> {
    text.starts_with('[').then(|| serde_json::from_str(text).ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_of_people_are_parted_by_semicolons() {
        assert_eq!(*read(" 39; 40 ;;"), ["39", "40"]);
        assert_eq!(*read("[a]; b"), ["[a]", "b"]);
        assert_eq!(*read(""), [""; 0]);
        assert_eq!(write(&["常熟".to_owned()]), "常熟");
        assert_eq!(write(&[]), "");
    }

    proptest! {
        #[test]
        fn every_list_comes_back(items in prop::collection::vec("[a;\\[\\]\" \\\\,常]{0,4}", 0..4)) {
            prop_assert_eq!(&*read(&write(&items)), &*items);
            prop_assert_eq!(read_json(&json(&items)), Some(items.into()));
        }
    }
}
