//! Wade-Giles, read as pinyin: Ch'ang-sha is Changsha, Kuei-lin is Guilin.
//!
//! A syllable is an initial and a final; a few rules turn both. The apostrophe marks the aspirate:
//! ch'ang is chang, chang is zhang. Who leaves it out may mean either.
//!
//! References: H. A. Giles (1912), A Chinese-English Dictionary; Library of Congress, Chinese
//! romanization table (Wade-Giles to pinyin).

/// Initials, the longest first: Wade-Giles, pinyin, and pinyin before i and ü.
const INITIALS: [(&str, &str, &str); 24] = [
    ("ch'", "ch", "q"),
    ("ts'", "c", ""),
    ("tz'", "c", ""),
    ("ch", "zh", "j"),
    ("hs", "", "x"),
    ("sh", "sh", ""),
    ("ss", "s", ""),
    ("sz", "s", ""),
    ("ts", "z", ""),
    ("tz", "z", ""),
    ("k'", "k", ""),
    ("p'", "p", "p"),
    ("t'", "t", "t"),
    ("f", "f", ""),
    ("h", "h", ""),
    ("j", "r", ""),
    ("k", "g", ""),
    ("l", "l", "l"),
    ("m", "m", "m"),
    ("n", "n", "n"),
    ("p", "b", "b"),
    ("s", "s", ""),
    ("t", "d", "d"),
    ("", "", ""),
];

/// Initials that are aspirates when their apostrophe is written.
const ASPIRATES: [&str; 6] = ["ch", "ts", "tz", "k", "p", "t"];

/// Finals behind an initial: Wade-Giles and pinyin; ü is written v.
const FINALS: [(&str, &str); 40] = [
    ("a", "a"),
    ("ai", "ai"),
    ("an", "an"),
    ("ang", "ang"),
    ("ao", "ao"),
    ("e", "e"),
    ("ei", "ei"),
    ("en", "en"),
    ("eng", "eng"),
    ("i", "i"),
    ("ia", "ia"),
    ("iang", "iang"),
    ("iao", "iao"),
    ("ieh", "ie"),
    ("ien", "ian"),
    ("ih", "i"),
    ("in", "in"),
    ("ing", "ing"),
    ("io", "ve"),
    ("iu", "iu"),
    ("iung", "iong"),
    ("o", "o"),
    ("ou", "ou"),
    ("u", "u"),
    ("ua", "ua"),
    ("uai", "uai"),
    ("uan", "uan"),
    ("uang", "uang"),
    ("uei", "ui"),
    ("ueh", "ve"),
    ("ui", "ui"),
    ("un", "un"),
    ("ung", "ong"),
    ("uo", "uo"),
    ("v", "v"),
    ("van", "van"),
    ("veh", "ve"),
    ("vn", "vn"),
    ("vo", "ve"),
    ("eh", "e"),
];

/// Syllables without an initial: Wade-Giles and pinyin.
const BARE: [(&str, &str); 36] = [
    ("a", "a"),
    ("ai", "ai"),
    ("an", "an"),
    ("ang", "ang"),
    ("ao", "ao"),
    ("en", "en"),
    ("erh", "er"),
    ("i", "yi"),
    ("o", "e"),
    ("ou", "ou"),
    ("wa", "wa"),
    ("wai", "wai"),
    ("wan", "wan"),
    ("wang", "wang"),
    ("wei", "wei"),
    ("wen", "wen"),
    ("weng", "weng"),
    ("wo", "wo"),
    ("wu", "wu"),
    ("ya", "ya"),
    ("yang", "yang"),
    ("yao", "yao"),
    ("yeh", "ye"),
    ("yen", "yan"),
    ("yi", "yi"),
    ("yin", "yin"),
    ("ying", "ying"),
    ("yu", "you"),
    ("yuan", "yuan"),
    ("yueh", "yue"),
    ("yun", "yun"),
    ("yung", "yong"),
    ("yv", "yu"),
    ("yvan", "yuan"),
    ("yveh", "yue"),
    ("yvn", "yun"),
];

/// The longest syllable, in letters: ch'uang.
const LONGEST_SYLLABLE: usize = 7;

/// The longest part of a word that is read, in bytes; what is longer is no name.
const LONGEST_PART: usize = 24;

/// The most readings of one word.
const MOST_READINGS: usize = 64;

/// Reads a word as Wade-Giles: the keys in pinyin that it may stand for, none if it is no such word.
///
/// `is_strict`: every apostrophe is written that belongs there.
///
/// # Examples
///
/// ```
/// use jidi::geocode::wade_giles::pinyin;
/// assert_eq!(pinyin("Ch'ang-sha", true), ["changsha"]);
/// assert_eq!(pinyin("K'un-ming", true), ["kunming"]);
/// assert!(pinyin("Changsha", false).contains(&"changsha".to_owned()));
/// assert!(pinyin("Berlin", true).is_empty());
/// ```
#[must_use]
pub fn pinyin(word: &str, is_strict: bool) -> Vec<String> {
    let parts = plain(word);
    let mut readings = vec![String::new()];
    for part in parts.split('-').filter(|part| !part.is_empty()) {
        let mut found = Vec::new();
        if part.len() <= LONGEST_PART {
            segment(part, String::new(), is_strict, &mut found);
        }
        readings = readings
            .iter()
            .flat_map(|before| found.iter().map(move |part| format!("{before}{part}")))
            .take(MOST_READINGS)
            .collect();
    }
    readings.retain(|reading| !reading.is_empty());
    readings.sort_unstable();
    readings.dedup();
    readings
}

/// Says whether a word has the marks of Wade-Giles: an aspirate's apostrophe, or a hyphen.
#[must_use]
pub fn is_marked(word: &str) -> bool {
    let word = plain(word);
    has_aspirate(&word) || word.trim_matches('-').contains('-')
}

/// Says whether a word has the apostrophe of an aspirate.
#[must_use]
pub fn has_aspirate(word: &str) -> bool {
    let word = plain(word);
    ASPIRATES.iter().any(|initial| word.contains(&format!("{initial}'")))
}

/// Writes a word in lower case with plain apostrophes and hyphens, ü as v, other marks gone.
fn plain(word: &str) -> String {
    let letter = |letter: char| match letter {
        '’' | '‘' | 'ʻ' | 'ʼ' | '`' | '´' | '′' => '\'',
        'ü' | 'Ü' => 'v',
        'ê' | 'Ê' | 'ĕ' => 'e',
        'ŭ' => 'u',
        '‐' | '–' | '—' => '-',
        other => other.to_ascii_lowercase(),
    };
    word.chars().map(letter).collect()
}

/// Parts letters into syllables in every way that there is.
fn segment(rest: &str, before: String, is_strict: bool, found: &mut Vec<String>) {
    let rest = rest.strip_prefix('\'').unwrap_or(rest);
    if rest.is_empty() {
        found.push(before);
        return;
    }
    for end in (1..=rest.len().min(LONGEST_SYLLABLE)).rev() {
        let Some((head, tail)) = rest.split_at_checked(end) else { continue };
        for reading in syllable(head, is_strict) {
            if found.len() < MOST_READINGS {
                segment(tail, format!("{before}{reading}"), is_strict, found);
            }
        }
    }
}

/// Turns one syllable into pinyin, in all ways that it can be meant.
fn syllable(syllable: &str, is_strict: bool) -> Vec<String> {
    if let Some((_, pinyin)) = BARE.iter().find(|(known, _)| *known == syllable) {
        // Who writes no umlaut writes yu for yü, too.
        let also = (*pinyin == "you" && !is_strict).then(|| "yu".to_owned());
        return std::iter::once((*pinyin).to_owned()).chain(also).collect();
    }
    let mut readings = Vec::new();
    if let Some((initial, rest)) = parted(syllable) {
        readings.extend(joined(initial, rest));
        if !is_strict && ASPIRATES.contains(&initial) {
            readings.extend(joined(&format!("{initial}'"), rest));
        }
    }
    readings
}

/// Parts a syllable at the end of its initial.
fn parted(syllable: &str) -> Option<(&str, &str)> {
    let initial = INITIALS.iter().find(|(known, ..)| syllable.starts_with(known))?.0;
    (!initial.is_empty()).then(|| syllable.split_at(initial.len()))
}

/// Puts an initial and a final together as pinyin does.
fn joined(initial: &str, rest: &str) -> Vec<String> {
    let known = INITIALS.iter().find(|(known, ..)| *known == initial);
    let Some(&(_, hard, soft)) = known else { return Vec::new() };
    // Ssu and tz'u are si and ci.
    if matches!(initial, "ss" | "sz" | "tz" | "tz'") {
        return if rest == "u" || rest == "e" { vec![format!("{hard}i")] } else { Vec::new() };
    }
    let Some((_, last)) = FINALS.iter().find(|(known, _)| *known == rest) else {
        return Vec::new();
    };
    let is_soft = last.starts_with(['i', 'v']) && rest != "ih";
    // Without its umlaut chü is chu.
    let may_be_soft = is_soft || matches!(rest, "u" | "uan" | "un");
    let has_both = matches!(hard, "zh" | "ch" | "");
    let mut readings = Vec::new();
    if !hard.is_empty() && (!has_both || !is_soft) {
        let umlaut = matches!(hard, "n" | "l");
        let last = if umlaut { (*last).to_owned() } else { last.replace('v', "u") };
        readings.push(format!("{hard}{}", opened(hard, &last)));
    }
    if has_both && may_be_soft {
        readings.push(format!("{soft}{}", last.replace('v', "u")));
    }
    readings
}

/// Writes o as pinyin does: ko is ge, lo is luo, po is bo.
fn opened<'a>(hard: &str, last: &'a str) -> &'a str {
    match (last, hard) {
        ("o", "g" | "k" | "h") => "e",
        ("o", "b" | "p" | "m" | "f") | (_, "") => last,
        ("o", _) => "uo",
        _ => last,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_wade_giles_are_read_by_rule() {
        for (word, expected) in [
            ("Hsi-an", "xian"),
            ("Su-chou", "suzhou"),
            ("Kuei-lin", "guilin"),
            ("Ch'eng-tu", "chengdu"),
            ("Ch'ung-ch'ing", "chongqing"),
            ("Shih-chia-chuang", "shijiazhuang"),
            ("Tz'u-hsi", "cixi"),
            ("Lo-yang", "luoyang"),
            ("Hsü-chou", "xuzhou"),
            ("Ssu-p'ing", "siping"),
            ("Jui-chin", "ruijin"),
            ("Lü-shun", "lvshun"),
            ("Yü-lin", "yulin"),
            ("Hêng-yang", "hengyang"),
            ("K’ai-fêng", "kaifeng"),
            ("Ch'i-ch'i-ha-erh", "qiqihaer"),
        ] {
            assert!(pinyin(word, true).contains(&expected.to_owned()), "{word}");
        }
        assert!(pinyin("Kaifeng", false).contains(&"kaifeng".to_owned()));
        assert!(is_marked("T'aiyuan") && is_marked("Su-chou") && !is_marked("Xi'an"));
    }

    #[test]
    fn other_words_are_not_read_and_long_ones_end() {
        for word in ["", "Berlin", "Zhengzhou", "Qingdao", "-", "'"] {
            assert!(pinyin(word, false).is_empty(), "{word}");
        }
        assert!(pinyin(&"chu".repeat(8), false).len() <= 64);
        assert!(pinyin(&"chu".repeat(300), false).is_empty());
    }
}
