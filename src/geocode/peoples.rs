//! The names of autonomous units: with the peoples in them, without, and listed with commas.

use std::borrow::Cow;

/// Peoples as the English names of autonomous units write them.
///
/// GB/T 3304-1991 romanises them; Mongol, Tibetan, Uyghur, Kazakh, Korean and others are written
/// as English does.
const PEOPLES: [&str; 49] = [
    "achang",
    "bai",
    "blang",
    "bonan",
    "bouyei",
    "dai",
    "daur",
    "deang",
    "derung",
    "dong",
    "dongxiang",
    "ewenki",
    "gaoshan",
    "gelao",
    "hani",
    "hui",
    "jingpo",
    "kazak",
    "kazakh",
    "kirgiz",
    "korean",
    "kyrgyz",
    "lahu",
    "li",
    "lisu",
    "manchu",
    "maonan",
    "miao",
    "mongol",
    "mongolian",
    "mulao",
    "naxi",
    "nu",
    "oroqen",
    "pumi",
    "qiang",
    "salar",
    "she",
    "shui",
    "tajik",
    "tibetan",
    "tu",
    "tujia",
    "uygur",
    "uyghur",
    "va",
    "xibe",
    "yao",
    "yi",
];

/// Peoples that are also written otherwise, or whose names are left in pinyin.
const MORE_PEOPLES: [&str; 6] = ["zhuang", "yugur", "multi-ethnic", "wa", "buyi", "gin"];

/// Words that say that a unit governs itself.
const AUTONOMOUS: [&str; 5] = ["autonomous", "zizhixian", "zizhizhou", "zizhiqu", "zizhiqi"];

/// How a people's name ends in pinyin: Tujiazu, Yaozu.
const PEOPLE_ENDING: &str = "zu";

/// Takes the commas out of the lists of peoples in the names of autonomous units.
///
/// # Examples
///
/// ```
/// use jidi::geocode::peoples::kept_together;
/// let text = "Weining Yi, Hui and Miao Autonomous County, Guizhou";
/// assert_eq!(kept_together(text), "Weining Yi Hui and Miao Autonomous County, Guizhou");
/// ```
#[must_use]
pub fn kept_together(text: &str) -> Cow<'_, str> {
    if !text.contains(',') || !text.split_whitespace().any(is_autonomous) {
        return Cow::Borrowed(text);
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let ends: Vec<usize> = (0..words.len()).filter(|&at| is_autonomous(words[at])).collect();
    for end in ends {
        let people = words[..end].iter().rev().take_while(|word| is_people(word)).count();
        for word in &mut words[end - people..end] {
            *word = word.trim_end_matches(',');
        }
    }
    Cow::Owned(words.join(" "))
}

/// The words of a name without "Autonomous" and the peoples at its end; `None` if there are none.
#[must_use]
pub fn without_peoples<'a, 'b>(words: &'a [&'b str]) -> Option<&'a [&'b str]> {
    let rest = match words {
        [rest @ .., last] if is_autonomous(last) => rest,
        // Guancheng Huizu Qu
        [_, .., last] if last.to_ascii_lowercase().ends_with(PEOPLE_ENDING) => words,
        _ => return None,
    };
    let people = rest.iter().skip(1).rev().take_while(|word| is_people(word)).count();
    Some(&rest[..rest.len() - people])
}

fn is_autonomous(word: &str) -> bool {
    AUTONOMOUS.iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn is_people(word: &str) -> bool {
    let word = word.trim_end_matches(',').to_ascii_lowercase();
    word == "and"
        || PEOPLES.contains(&word.as_str())
        || MORE_PEOPLES.contains(&word.as_str())
        || word.ends_with(PEOPLE_ENDING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peoples_go_and_the_name_stays() {
        let stem = |text: &str| {
            let words: Vec<&str> = text.split_whitespace().collect();
            without_peoples(&words).map(|words| words.join(" "))
        };
        assert_eq!(stem("Weining Yi Hui and Miao Autonomous"), Some("Weining".into()));
        assert_eq!(stem("Oroqen Autonomous"), Some("Oroqen".into()), "a people alone is the name");
        assert_eq!(stem("Changyang Tujiazu Zizhixian"), Some("Changyang".into()));
        assert_eq!(stem("Guancheng Huizu"), Some("Guancheng".into()));
        assert_eq!(stem("Changyang"), None);
        assert_eq!(kept_together("Dali, Yunnan"), "Dali, Yunnan");
        assert_eq!(kept_together("Hunan, Hui Autonomous"), "Hunan, Hui Autonomous");
    }
}
