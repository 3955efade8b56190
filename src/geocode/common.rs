//! Names of units that are better known as a word, a firm or a person.

use super::chain::Rank;
use super::mentions::Mentions;
use super::normalize::is_han;

/// Short names of counties that are Chinese words in everyday use, or firms.
///
/// With their type word, or a unit around them, they are places like all others.
const WORDS_ZH: [&str; 104] = [
    "爱民", "安定", "安居", "长安", "长子", "城北", "城东", "城关", "城区", "城西", "城厢", "城中",
    "大方", "大观", "大名", "大厂", "灯塔", "东方", "东风", "东湖", "洞口", "复兴", "富民", "富裕",
    "港口", "工农", "公安", "共和", "光明", "光泽", "海港", "海棠", "海盐", "合作", "和平", "和顺",
    "河东", "河西", "黑水", "红旗", "红星", "宏伟", "互助", "回民", "会同", "建华", "江北", "江南",
    "郊区", "解放", "开化", "矿区", "老城", "乐业", "梨树", "莲池", "莲花", "林口", "灵台", "民权",
    "南岸", "南部", "南山", "平安", "平定", "平房", "平和", "七星", "麒麟", "前锋", "前进", "桥东",
    "桥西", "清流", "清水", "清新", "曲水", "胜利", "石鼓", "石门", "双塔", "水城", "天心", "天涯",
    "天元", "通道", "同心", "铜鼓", "万年", "威信", "无为", "西湖", "向阳", "小店", "新城", "新华",
    "新兴", "新星", "盐池", "盐田", "友好", "友谊", "运河", "资源",
];

/// Names in pinyin that are those of firms or brands, too, or of a word: yuanqu is 园区.
const FIRMS: [&str; 27] = [
    "anta",
    "changan",
    "dahua",
    "dongfang",
    "dongfeng",
    "guangming",
    "heping",
    "hongqi",
    "hualong",
    "jiefang",
    "jingdong",
    "pingan",
    "sanyuan",
    "suning",
    "taikang",
    "taiping",
    "wanda",
    "wuling",
    "xinhua",
    "xinxing",
    "yili",
    "yuanqu",
    "yongan",
    "yonghui",
    "youyi",
    "zhonghua",
    "zijin",
];

/// The hundred or so commonest surnames in pinyin.
///
/// Reference: Ministry of Public Security of China (2021), National report on names for 2020.
const SURNAMES: [&str; 83] = [
    "bai", "cai", "cao", "chang", "chen", "cheng", "cui", "dai", "deng", "ding", "dong", "du",
    "duan", "fan", "fang", "feng", "fu", "gao", "gong", "gu", "guo", "han", "hao", "he", "hou",
    "hu", "huang", "jia", "jiang", "jin", "kang", "kong", "lai", "lei", "li", "liang", "liao",
    "lin", "liu", "long", "lu", "luo", "lü", "ma", "mao", "meng", "mo", "pan", "peng", "qian",
    "qin", "qiu", "ren", "shao", "shen", "shi", "song", "su", "sun", "tan", "tang", "tao", "tian",
    "wan", "wang", "wei", "wen", "wu", "xia", "xiang", "xiao", "xie", "xiong", "xu", "xue", "yan",
    "yang", "yao", "ye", "yin", "yu", "yuan", "zhang",
];

/// More surnames; see [`SURNAMES`].
const MORE_SURNAMES: [&str; 8] = ["zhao", "zheng", "zhong", "zhou", "zhu", "zou", "zeng", "yi"];

/// Says whether a Chinese name is a word in everyday use.
pub(super) fn is_word(name: &str) -> bool {
    WORDS_ZH.contains(&name)
}

/// Says whether the one name of a text is a word, a firm or a person as much as a place.
///
/// Of people only the namesakes of counties and towns are doubted: Guang Zhou is a city.
pub(super) fn is_common(text: &str, mentions: &Mentions, rank: Rank) -> bool {
    let [name] = &mentions.names[..] else { return false };
    let key = name.key.as_str();
    is_word(key) || FIRMS.contains(&key) || (rank >= Rank::County && is_person(text))
}

/// Says whether a text is a surname and a given name: Zhang Ye, Li Jiang, but not ningxiang.
fn is_person(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_name = |word: &&str| {
        word.starts_with(|letter: char| letter.is_uppercase())
            && word.chars().all(|letter| letter.is_alphabetic() && !is_han(letter))
    };
    let is_surname = |word: &str| {
        let word = word.to_lowercase();
        SURNAMES.contains(&word.as_str()) || MORE_SURNAMES.contains(&word.as_str())
    };
    words.len() == 2
        && words.iter().all(is_name)
        && words.iter().any(|word| is_surname(word))
        && words.iter().any(|word| word.chars().any(char::is_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_have_a_surname_and_places_a_type_word() {
        assert!(is_person("Zhang Ye") && is_person("Jiang Li"));
        for text in ["zhang ye", "Changsha", "CHANG SHA", "Ping Ding Shan", "张掖"] {
            assert!(!is_person(text), "{text}");
        }
    }
}
