//! Names read off Chinese text, character by character, the longest first.

use super::common::is_word;
use super::mentions::{LONGEST_NAME, Mention, Mentions, Sources};
use super::normalize::key;
use super::posting::{NameKind, Posting};
use super::records::Place;
use super::words::{TypeWord, cut_title_zh, is_generic_zh};

impl Sources<'_> {
    /// Reads names off a Chinese run, the longest first.
    ///
    /// At the left end, and right behind a name, any name counts. Behind something else only full
    /// names do: 长安汽车 and 东方电气 begin with places, and 人工智能 holds none.
    pub(super) fn chinese(&self, run: &str, found: &mut Mentions) {
        let (place, title) = cut_title_zh(run);
        if !title.is_empty() {
            found.stripped.push(title.to_owned());
        }
        for word in place.split_whitespace() {
            let letters: Vec<char> = key(word).chars().collect();
            let mut read = Mentions::default();
            let starts = self.read_word(&letters, &mut read);
            if !read.unread.is_empty()
                && let Some((kept, mention)) = self.misspelt_end(&letters, &starts)
            {
                read.names.truncate(kept);
                read.names.push(mention);
                read.unread.clear();
            }
            found.names.append(&mut read.names);
            found.stripped.append(&mut read.stripped);
            found.unread.append(&mut read.unread);
        }
    }

    /// Reads a word, and says where it and what follows each of its names begin.
    fn read_word(&self, letters: &[char], read: &mut Mentions) -> Vec<usize> {
        let mut starts = vec![0];
        let mut start = 0;
        let mut skipped = String::new();
        while start < letters.len() {
            let is_strict = !skipped.is_empty();
            if let Some((end, mention)) = self.chinese_name(letters, start, is_strict) {
                leave(&mut skipped, read);
                if is_generic_zh(&mention.key) {
                    read.stripped.push(mention.key);
                } else {
                    read.names.push(mention);
                    starts.push(end);
                }
                start = end;
            } else {
                skipped.push(letters[start]);
                start += 1;
            }
        }
        leave(&mut skipped, read);
        starts
    }

    /// Finds a name that the end of a word nearly is, and how many names stand before it.
    ///
    /// Behind other names only what ends in a type word is one: the rest is an address.
    fn misspelt_end(&self, letters: &[char], starts: &[usize]) -> Option<(usize, Mention)> {
        let has_type = letters.last().copied().and_then(TypeWord::from_letter).is_some();
        let starts = if has_type { starts } else { &[] };
        let mut all = starts.iter().enumerate().filter(|(_, start)| **start < letters.len());
        all.find_map(|(kept, start)| {
            let name: String = letters[*start..].iter().collect();
            Some((kept, self.misspelt(&name)?))
        })
    }

    /// Finds the longest name that starts at a letter, with a type word of another kind behind it.
    fn chinese_name(
        &self,
        letters: &[char],
        start: usize,
        is_strict: bool,
    ) -> Option<(usize, Mention)> {
        let longest = letters.len().min(start + LONGEST_NAME);
        for end in (start + 2..=longest).rev() {
            let name: String = letters[start..end].iter().collect();
            let mut postings = self.exact(&name);
            if is_strict {
                let is_sure = |posting: &Posting| {
                    posting.kind == NameKind::Full && !matches!(posting.place, Place::Township(_))
                };
                postings.retain(is_sure);
            }
            // 界首市资源循环利用 does not speak of 资源县.
            let is_word = start > 0 && end < letters.len() && is_word(&name);
            if postings.is_empty()
                || is_word
                || self.is_read_better_shorter(letters, start, end, &postings)
            {
                continue;
            }
            let mention = |postings| Mention { key: name.clone(), type_word: None, postings };
            let next = letters.get(end).copied().and_then(TypeWord::from_letter);
            let is_last = end + 1 >= letters.len();
            return Some(match next.filter(|_| is_last && !is_strict) {
                // 邹平县 is a city today: the name is right and its type word is of another time.
                Some(type_word) => {
                    let old = |posting: &Posting| Posting {
                        kind: posting.kind.max(NameKind::Old),
                        ..*posting
                    };
                    let postings = postings.iter().map(old).collect();
                    (end + 1, Mention { type_word: Some(type_word), ..mention(postings) })
                }
                None => (end, mention(postings)),
            });
        }
        self.province_letter(letters, start)
    }

    /// Says whether a name has taken the first character of the next: 济南市中 is 济南 and 市中,
    /// 晋宁武 is 晋 and 宁武.
    fn is_read_better_shorter(
        &self,
        letters: &[char],
        start: usize,
        end: usize,
        postings: &[Posting],
    ) -> bool {
        let units = |from: usize, to: usize| {
            let name: String = letters[from..to].iter().collect();
            let exact = self.china.exact(&name).into_iter();
            exact.filter(|one| matches!(one.place, Place::Unit(_))).collect::<Vec<Posting>>()
        };
        let rest = letters.len();
        if start == 0 && end < rest && self.is_inside(&units(0, 1), &units(1, rest)) {
            return true;
        }
        let is_plain = |one: &Posting| matches!(one.place, Place::Unit(_) | Place::Township(_));
        if end >= letters.len() || end < start + 3 || !postings.iter().any(is_plain) {
            return false;
        }
        self.is_inside(&units(start, end - 1), &units(end - 1, letters.len()))
    }

    /// Says whether one of some units lies in one of some others.
    fn is_inside(&self, outer: &[Posting], inner: &[Posting]) -> bool {
        let lies_in = |above: &Posting, one: &Posting| {
            above.place != one.place
                && self.gazetteer.finer(above.place, one.place) == Some(one.place)
        };
        outer.iter().any(|above| inner.iter().any(|one| lies_in(above, one)))
    }

    /// Reads the one character that stands for a province: 粤 alone, and 川 in 川遂宁.
    fn province_letter(&self, letters: &[char], start: usize) -> Option<(usize, Mention)> {
        let letter = letters.first().filter(|_| start == 0)?.to_string();
        let postings = self.china.exact(&letter);
        let begins = |end: usize| {
            let name: String = letters[1..end].iter().collect();
            self.is_inside(&postings, &self.china.exact(&name))
        };
        let longest = letters.len().min(LONGEST_NAME);
        let is_one = letters.len() == 1 || (3..=longest).any(begins);
        (is_one && !postings.is_empty())
            .then_some((1, Mention { key: letter, type_word: None, postings }))
    }
}

/// Puts what was skipped where it belongs.
fn leave(skipped: &mut String, found: &mut Mentions) {
    let skipped = std::mem::take(skipped);
    if is_generic_zh(&skipped) {
        found.stripped.push(skipped);
    } else if !skipped.is_empty() {
        found.unread.push(skipped);
    }
}
