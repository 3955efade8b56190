//! Why a candidate was found, in words.

use super::entry::Entry;
use super::matcher::Origin;
use crate::domain::Remark;

/// Says what a candidate was found by.
pub(super) fn reason(entry: &Entry, is_exact: bool) -> Remark {
    let name = |text: &str, other: &str| if text.is_empty() { other } else { text }.to_owned();
    let (en, zh) = (name(&entry.en, &entry.zh), name(&entry.zh, &entry.en));
    let (what_en, what_zh) = match entry.origin {
        Origin::Correction => ("a correction", "人工更正"),
        Origin::Label => ("the label", "标签"),
        Origin::Words => ("the words", "词语"),
        Origin::Sector => ("the input-output sector", "投入产出部门"),
        Origin::Division => ("the division of GB/T 4754-2017", "国民经济行业大类"),
        Origin::Code => ("the code", "代码"),
    };
    if is_exact {
        return Remark::new(format!("it is {what_en} `{en}`"), format!("与{what_zh}“{zh}”一致"));
    }
    Remark::new(format!("it is like {what_en} `{en}`"), format!("与{what_zh}“{zh}”相近"))
}
