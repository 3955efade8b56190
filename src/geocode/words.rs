//! Words that are no names: type words, which say what a place is, and generic ones, which say nothing.

use super::records::{Level, Unit};

/// Says what kind of unit a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TypeWord {
    /// 市, City, Shi, Municipality.
    City,
    /// 县, County, Xian.
    County,
    /// 区, District, Qu.
    District,
    /// 旗, Banner, Qi.
    Banner,
    /// 州, 盟, 地区, Prefecture, League.
    Prefecture,
    /// 省, 自治区, Province.
    Province,
}

/// English and pinyin type words.
const TYPE_WORDS: [(&str, TypeWord); 22] = [
    ("city", TypeWord::City),
    ("shi", TypeWord::City),
    ("municipality", TypeWord::City),
    ("county", TypeWord::County),
    ("xian", TypeWord::County),
    ("district", TypeWord::District),
    ("qu", TypeWord::District),
    ("banner", TypeWord::Banner),
    ("qi", TypeWord::Banner),
    ("zizhiqi", TypeWord::Banner),
    ("zizhixian", TypeWord::County),
    ("zizhizhou", TypeWord::Prefecture),
    ("zizhiqu", TypeWord::Province),
    ("hsien", TypeWord::County),
    ("shih", TypeWord::City),
    ("prefecture", TypeWord::Prefecture),
    ("diqu", TypeWord::Prefecture),
    ("league", TypeWord::Prefecture),
    ("meng", TypeWord::Prefecture),
    ("province", TypeWord::Province),
    ("sheng", TypeWord::Province),
    ("region", TypeWord::Province),
];

/// The fewest letters of a name onto which its type word is written.
const SHORTEST_JOINED: usize = 3;

/// English words that name no place, alone or together.
const GENERIC: [&str; 77] = [
    "a",
    "advanced",
    "and",
    "area",
    "at",
    "autonomous",
    "base",
    "bases",
    "centre",
    "center",
    "china",
    "chinese",
    "city",
    "cluster",
    "clusters",
    "comprehensive",
    "county",
    "demonstration",
    "development",
    "district",
    "economic",
    "emerging",
    "equipment",
    "export",
    "for",
    "foreign",
    "free",
    "high",
    "hi",
    "hitech",
    "hub",
    "in",
    "industrial",
    "industrialisation",
    "industrialization",
    "industries",
    "industry",
    "innovation",
    "intelligent",
    "manufacturing",
    "materials",
    "municipality",
    "national",
    "near",
    "new",
    "of",
    "park",
    "parks",
    "pilot",
    "port",
    "prefecture",
    "province",
    "provincial",
    "reform",
    "region",
    "science",
    "smart",
    "special",
    "state",
    "tech",
    "technological",
    "technology",
    "the",
    "town",
    "trade",
    "transformation",
    "transitional",
    "upgrading",
    "zone",
    "zones",
    "economy",
    "software",
    "torch",
    "p",
    "level",
    "sar",
    "ar",
];

/// Words behind which an English title names what a base makes, when a word of [`TITLE_ENDS`] follows.
const TITLE_CUTS: [&str; 2] = ["state", "national"];

/// Words that make an English text the title of a base.
const TITLE_ENDS: [&str; 6] = ["base", "zone", "cluster", "park", "hub", "area"];

/// The word behind which a Chinese title names what a base makes.
const TITLE_CUT_ZH: &str = "国家";

/// Words that make a Chinese text the title of a base.
const TITLE_ENDS_ZH: [&str; 6] = ["基地", "集群", "示范区", "园区", "试验区", "产业园"];

/// Characters of Chinese type words at the end of a name.
const TYPE_LETTERS: [(char, TypeWord); 7] = [
    ('市', TypeWord::City),
    ('县', TypeWord::County),
    ('区', TypeWord::District),
    ('旗', TypeWord::Banner),
    ('州', TypeWord::Prefecture),
    ('盟', TypeWord::Prefecture),
    ('省', TypeWord::Province),
];

impl TypeWord {
    /// Reads an English or pinyin word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        TYPE_WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }

    /// Reads the last character of a Chinese name.
    #[must_use]
    pub fn from_letter(letter: char) -> Option<Self> {
        TYPE_LETTERS.iter().find(|(known, _)| *known == letter).map(|(_, kind)| *kind)
    }

    /// Says whether a unit is of the kind.
    #[must_use]
    pub fn agrees(self, unit: &Unit) -> bool {
        let name = &unit.name.name_zh;
        match self {
            Self::City => name.ends_with('市'),
            Self::County => name.ends_with('县') || name.ends_with('旗'),
            Self::District => name.ends_with('区') && unit.level == Level::County,
            Self::Banner => name.ends_with('旗'),
            Self::Prefecture => unit.level == Level::Prefecture,
            Self::Province => unit.level == Level::Province,
        }
    }
}

/// Parts a name, as a key, from the type word that is written onto it: suiningxian is Suining, a county.
#[must_use]
pub fn joined_type(key: &str) -> Option<(&str, TypeWord)> {
    let parted =
        TYPE_WORDS.iter().filter_map(|(word, kind)| Some((key.strip_suffix(word)?, *kind)));
    parted.filter(|(name, _)| name.len() >= SHORTEST_JOINED).min_by_key(|(name, _)| name.len())
}

/// Says whether a text is what programs write where nothing is known.
pub(super) fn is_missing(text: &str) -> bool {
    const MISSING: [&str; 8] = ["nan", "null", "none", "na", "n/a", "nil", "undefined", "unknown"];
    MISSING.contains(&text.trim().to_lowercase().as_str())
}

/// Says whether an English word names no place.
#[must_use]
pub fn is_generic(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_ascii_lowercase();
    let is_one =
        |word: &str| GENERIC.contains(&word) || word.chars().all(|letter| letter.is_ascii_digit());
    word.split('-').all(is_one)
}

/// Chinese words that name no place.
const GENERIC_ZH: [&str; 29] = [
    "开发区",
    "经济开发区",
    "经济技术开发区",
    "高新区",
    "高新技术产业开发区",
    "新区",
    "园区",
    "工业园",
    "工业园区",
    "产业园",
    "产业园区",
    "科技园",
    "科技园区",
    "基地",
    "产业基地",
    "产业化基地",
    "高新技术产业化基地",
    "产业集群",
    "集群",
    "示范区",
    "试验区",
    "保税区",
    "综合保税区",
    "自贸区",
    "集聚区",
    "产业集聚区",
    "市区",
    "市辖区",
    "国家级",
];

/// Pinyin of words that name no place: 工业, 开发区.
const GENERIC_PINYIN: [&str; 15] = [
    "gongye",
    "gongyeyuan",
    "gongyeyuanqu",
    "chanye",
    "chanyeyuan",
    "chanyeyuanqu",
    "keji",
    "kejiyuan",
    "jingji",
    "jishu",
    "kaifa",
    "kaifaqu",
    "gaoxin",
    "gaoxinqu",
    "baoshuiqu",
];

/// Pinyin of words that name no place behind those; 园区 alone is spelt like 垣曲.
const GENERIC_PINYIN_ENDS: [&str; 6] = ["yuanqu", "yuan", "qu", "xinqu", "jidi", "shifanqu"];

/// Counts the words at the start of a text that name no place in pinyin: gongye yuanqu.
#[must_use]
pub fn generic_pinyin(words: &[&str]) -> usize {
    let is_one_of = |all: &[&str], word: &str| all.iter().any(|one| one.eq_ignore_ascii_case(word));
    let count = words.iter().take_while(|word| is_one_of(&GENERIC_PINYIN, word)).count();
    let ends = words[count..].iter().take_while(|word| is_one_of(&GENERIC_PINYIN_ENDS, word));
    if count == 0 { 0 } else { count + ends.count() }
}

/// Says whether a word can end the title of a base, a zone or the like.
#[must_use]
pub fn ends_title(word: &str) -> bool {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_ascii_lowercase();
    TITLE_ENDS.contains(&word.trim_end_matches('s'))
}

/// Says whether a Chinese text names no place.
#[must_use]
pub fn is_generic_zh(text: &str) -> bool {
    GENERIC_ZH.contains(&text)
}

/// Parts an English text into the place and what a base makes.
#[must_use]
pub fn cut_title(words: &[&str]) -> usize {
    let is_end = |word: &&str| ends_title(word);
    let is_cut = |word: &&str| TITLE_CUTS.contains(&word.to_ascii_lowercase().as_str());
    match words.iter().skip(1).position(is_cut) {
        Some(at) if words[at + 1..].iter().any(is_end) => at + 1,
        _ => words.len(),
    }
}

/// Parts a Chinese text into the place and what a base makes.
///
/// A title may begin with its programme, too: 国家火炬寿光新型防水材料特色产业基地.
#[must_use]
pub fn cut_title_zh(text: &str) -> (&str, &str) {
    let text = text.strip_prefix("国家火炬").unwrap_or(text);
    match text.find(TITLE_CUT_ZH) {
        Some(at) if at > 0 && TITLE_ENDS_ZH.iter().any(|end| text[at..].contains(end)) => {
            text.split_at(at)
        }
        _ => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_cut_where_its_industry_begins_and_other_texts_are_not() {
        let cut = |text: &str| cut_title(&text.split_whitespace().collect::<Vec<_>>());
        assert_eq!(cut("Changsha State Automobile Spare Parts Base"), 1);
        assert_eq!(cut("State College Pennsylvania"), 3);
        assert_eq!(cut_title_zh("遂宁国家基础电子元器件基地").0, "遂宁");
        assert_eq!(cut_title_zh("国家高新区").0, "国家高新区");
    }

    #[test]
    fn generic_words_are_known_with_their_hyphens() {
        assert!(is_generic("Hi-tech") && is_generic("Zone,") && is_generic("2020"));
        assert!(!is_generic("Changshu") && !is_generic("Hi-Changshu"));
        assert_eq!(generic_pinyin(&["Gongye", "yuanqu", "x"]), 2);
        assert_eq!(generic_pinyin(&["yuanqu"]), 0);
    }
}
