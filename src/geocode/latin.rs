//! Names read off Latin text, word by word, the longest first.

use super::mentions::{MOST_TEXT_WORDS, MOST_WORDS, Mention, Mentions, Sources};
use super::normalize::{key, without_tones};
use super::peoples::without_peoples;
use super::posting::{NameKind, Posting};
use super::records::{Level, Place};
use super::words::{TypeWord, cut_title, generic_pinyin, is_generic, joined_type};

impl Sources<'_> {
    /// Reads names off a Latin run, word by word, the longest first.
    pub(super) fn latin(&self, run: &str, found: &mut Mentions) {
        let all: Vec<&str> = run.split_whitespace().take(MOST_TEXT_WORDS).collect();
        let end = cut_title(&all);
        if end < all.len() {
            found.stripped.push(all[end..].join(" "));
        }
        let words = &all[..end];
        let mut start = 0;
        while start < words.len() {
            let rest = &words[start..];
            let generic = generic_pinyin(rest);
            if generic > 0 {
                found.stripped.push(rest[..generic].join(" "));
                start += generic;
                continue;
            }
            if let Some((taken, mut mention)) =
                self.type_word_of(rest).or_else(|| self.latin_name(rest))
            {
                // Not every York is New York.
                if start > 0 && words[start - 1].eq_ignore_ascii_case("new") {
                    found.unread.push(words[start - 1].to_owned());
                }
                if taken == 1 || mention.type_word.is_some() {
                    self.add_misspelt_units(&mut mention);
                }
                found.names.push(mention);
                start += taken;
                continue;
            }
            let word = words[start];
            if self.is_generic(word) {
                found.stripped.push(word.to_owned());
            } else if let Some(mention) = self.misspelt(&key(word)) {
                found.names.push(mention);
            } else {
                found.unread.push(word.to_owned());
            }
            start += 1;
        }
    }

    /// Finds the longest name at the start of some words, with the type word behind it.
    fn latin_name(&self, words: &[&str]) -> Option<(usize, Mention)> {
        (1..=words.len().min(MOST_WORDS)).rev().find_map(|taken| {
            let mention = self.name_of(&words[..taken])?;
            let is_cut_off = mention.type_word.is_some()
                && self.begins_a_name(&words[taken - 1..], &mention.postings);
            (!is_cut_off && !mention.postings.is_empty()).then_some((taken, mention))
        })
    }

    /// Reads the County of Ye as Ye County.
    fn type_word_of(&self, words: &[&str]) -> Option<(usize, Mention)> {
        let [kind, of, rest @ ..] = words else { return None };
        if !of.eq_ignore_ascii_case("of") {
            return None;
        }
        TypeWord::from_word(kind)?;
        (1..=rest.len().min(MOST_WORDS)).rev().find_map(|taken| {
            let named = [&rest[..taken], &[*kind]].concat();
            let mention = self.name_of(&named).filter(|mention| mention.type_word.is_none())?;
            (!mention.postings.is_empty()).then_some((taken + 2, mention))
        })
    }

    /// Looks some words up as one name, which may end in a type word.
    fn name_of(&self, named: &[&str]) -> Option<Mention> {
        if named.iter().all(|word| self.is_generic(word)) {
            return None;
        }
        let [stem @ .., last] = named else { return None };
        // Inner Mongolia-sheng
        if let Some((word, kind)) = last.rsplit_once('-').filter(|_| !stem.is_empty())
            && TypeWord::from_word(kind).is_some()
        {
            return self.name_of(&[stem, &[word, kind]].concat());
        }
        let type_word = TypeWord::from_word(last).filter(|_| !stem.is_empty());
        let whole = key(&named.join(" "));
        let mut postings = self.exact(&whole);
        if postings.is_empty() {
            postings = self.exact(&without_tones(&whole));
        }
        if self.has_province(&postings) {
            postings.retain(|posting| matches!(posting.place, Place::Unit(_)));
        }
        let Some(word) = type_word else {
            if let [word] = named {
                let is_unit = |one: &Posting| matches!(one.place, Place::Unit(_));
                if !postings.iter().any(|one| is_unit(one) && one.kind <= NameKind::Short)
                    && let Some(mut mention) = self.with_joined_type(word)
                {
                    // Chia-shan-hsien was a county in Anhui, too.
                    mention.postings.extend(postings);
                    mention.postings.sort_unstable_by_key(|one| (one.place, one.kind));
                    mention.postings.dedup_by_key(|one| one.place);
                    return Some(mention);
                }
                postings = self.romanised(word, postings);
            }
            return Some(Mention { key: whole, type_word: None, postings });
        };
        match without_peoples(stem) {
            Some(_) if !postings.is_empty() => {
                Some(Mention { key: whole, type_word: None, postings })
            }
            Some(stem) => {
                Some(self.typed(postings, stem, word)).filter(|named| named.type_word.is_none())
            }
            None if stem.iter().all(|word| self.is_generic(word)) && postings.is_empty() => None,
            None => Some(self.typed(postings, stem, word)),
        }
    }

    /// Adds the places of a name without its type word, those of the kind if there are any.
    ///
    /// Changsha County is itself; Changsha City is Changsha, of the kind City; you xian is 攸县 and
    /// 游仙 alike.
    fn typed(&self, mut postings: Vec<Posting>, stem: &[&str], word: TypeWord) -> Mention {
        let bare = key(&stem.join(" "));
        let mut all = self.exact(&bare);
        if let [stem] = stem {
            all = self.romanised(stem, all);
        }
        let agreeing: Vec<Posting> =
            all.iter().filter(|posting| self.agrees(word, posting)).copied().collect();
        let is_against = postings.is_empty() && agreeing.is_empty();
        postings.extend(if is_against { all } else { agreeing });
        postings.sort_unstable_by_key(|posting| (posting.place, posting.kind));
        postings.dedup_by_key(|posting| posting.place);
        Mention { key: bare, type_word: is_against.then_some(word), postings }
    }

    /// Says whether a place, by a name that it has today, is of a kind.
    fn agrees(&self, word: TypeWord, posting: &Posting) -> bool {
        match posting.place {
            Place::Unit(unit) => {
                posting.kind != NameKind::Old && word.agrees(&self.gazetteer.units()[unit])
            }
            _ => false,
        }
    }

    /// Reads a type word that is written onto its name: Suiningxian, Suining-xian.
    fn with_joined_type(&self, word: &str) -> Option<Mention> {
        let whole = key(word);
        let whole = without_tones(&whole);
        let (bare, kind) = joined_type(&whole)?;
        let mut postings = self.exact(bare);
        if let Some((stem, _)) = word.rsplit_once('-') {
            postings = self.romanised(stem, postings);
        }
        postings.retain(|one| one.kind <= NameKind::Alias && self.agrees(kind, one));
        (!postings.is_empty()).then(|| Mention { key: bare.to_owned(), type_word: None, postings })
    }

    fn is_province(&self, posting: &Posting) -> bool {
        match posting.place {
            Place::Unit(unit) => self.gazetteer.units()[unit].level == Level::Province,
            _ => false,
        }
    }

    /// Says whether a name is that of a province, so that no town is meant by it.
    fn has_province(&self, postings: &[Posting]) -> bool {
        postings.iter().any(|one| one.kind <= NameKind::Short && self.is_province(one))
    }

    /// Says whether a type word that does not suit the name before it begins a name of its own.
    ///
    /// Shanxi Qi County is Qi County in Shanxi, and Shaanxi Xian is Xi'an in Shaanxi.
    fn begins_a_name(&self, words: &[&str], before: &[Posting]) -> bool {
        let is_unit = |key: &str| {
            let postings = self.china.exact(key).into_iter();
            let mut named = postings.filter(|posting| posting.kind <= NameKind::Short);
            named.any(|posting| matches!(posting.place, Place::Unit(_)))
        };
        match words {
            [first, second, ..] if TypeWord::from_word(second).is_some() => {
                is_unit(&key(&format!("{first} {second}")))
            }
            [first, ..] => before.iter().all(|one| self.is_province(one)) && is_unit(&key(first)),
            [] => false,
        }
    }

    /// Says whether a word names no place: a generic one, or one of an industry.
    fn is_generic(&self, word: &str) -> bool {
        is_generic(word) || self.gazetteer.is_industry_word(word)
    }
}
