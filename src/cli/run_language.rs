//! The words of a terminal around an answer, in English or Chinese: titles, heads of columns, warnings.

use crate::formats::answer::Named;

/// The language in which a terminal is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    /// English.
    English,
    /// Chinese.
    Chinese,
}

/// Heads of columns in Chinese; what is not here is an index of a paper and keeps its name.
const COLUMNS: [(&str, &str); 64] = [
    ("cluster", "群组"),
    ("n", "点数"),
    ("radius_km", "半径（千米）"),
    ("eps_from_km", "存在半径自（千米）"),
    ("eps_to_km", "至（千米）"),
    ("silhouette", "轮廓系数"),
    ("stability", "稳定性"),
    ("p_value", "p值"),
    ("q_value", "q值"),
    ("z_value", "z值"),
    ("names", "成员"),
    ("industries", "产业"),
    ("industry", "产业"),
    ("industry_zh", "产业"),
    ("distance_km", "距离（千米）"),
    ("is_mutual", "互为最近邻"),
    ("id", "编号"),
    ("name", "名称"),
    ("name_zh", "名称"),
    ("nearest", "最近邻"),
    ("nearest_name", "最近邻名称"),
    ("window", "研究区"),
    ("is", "说明"),
    ("value", "数值"),
    ("corrected", "边界校正值"),
    ("simulated", "与模拟之比"),
    ("p_clustered", "聚集p值"),
    ("p_dispersed", "分散p值"),
    ("is_contradictory", "相互矛盾"),
    ("reason", "理由"),
    ("observed", "观测"),
    ("expected", "期望"),
    ("mean", "模拟均值"),
    ("global_lo", "全局下界"),
    ("global_hi", "全局上界"),
    ("share", "占比"),
    ("sites", "地点数"),
    ("location_quotient", "区位商"),
    ("effective_industries", "有效产业数"),
    ("effective_regions", "有效区域数"),
    ("specialisation", "专业化指数"),
    ("y", "取值"),
    ("neighbors", "邻居数"),
    ("class", "类别"),
    ("lower", "下限"),
    ("upper", "上限"),
    ("from_name_zh", "基地"),
    ("to_name_zh", "相关地点"),
    ("from_industry_zh", "基地产业"),
    ("to_industry_zh", "相关产业"),
    ("relatedness", "相关度"),
    ("score", "得分"),
    ("rank", "名次"),
    ("ratio", "与期望之比"),
    ("p_found", "检验方式"),
    ("near", "附近地点数"),
    ("related", "相关地点数"),
    ("absent_count", "缺失产业数"),
    ("from", "自"),
    ("to", "至"),
    ("n_from", "自的点数"),
    ("n_to", "至的点数"),
    ("code", "代码"),
    ("is_strong", "已突出"),
];

impl Language {
    /// One of two wordings.
    pub(super) fn of<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }

    /// The head of a column.
    pub(super) fn head(self, name: &str) -> &str {
        let known = COLUMNS.iter().find(|(known, _)| *known == name);
        known.filter(|_| self == Self::Chinese).map_or(name, |(_, chinese)| chinese)
    }

    /// Says whether a column is in the other language, of two that say the same.
    pub(super) fn is_other(self, name: &str, row: &Named) -> bool {
        match self {
            Self::English => name.ends_with("_zh"),
            Self::Chinese => row.iter().any(|(other, _)| other.strip_suffix("_zh") == Some(name)),
        }
    }

    /// How a value of a parameter came to be.
    pub(super) fn from(self, how: &str) -> &str {
        match (self, how) {
            (Self::Chinese, "default") => "默认",
            (Self::Chinese, "chosen") => "选定",
            (Self::Chinese, "given") => "给定",
            _ => how,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::answer::named;

    #[test]
    fn of_two_columns_that_say_the_same_one_is_shown() {
        let row = named([("name", "Suining".into()), ("name_zh", "遂宁".into())]);
        let shown = |language: Language| {
            let names = row.iter().map(|(name, _)| name.as_str());
            names.filter(|name| !language.is_other(name, &row)).collect::<Vec<_>>()
        };
        assert_eq!(shown(Language::English), ["name"]);
        assert_eq!(shown(Language::Chinese), ["name_zh"]);
        assert_eq!(Language::Chinese.head("name_zh"), "名称");
        assert_eq!(Language::Chinese.head("gamma"), "gamma");
        assert_eq!(Language::English.head("n"), "n");
    }
}
