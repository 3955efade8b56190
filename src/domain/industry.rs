//! Industries: labels as lists write them, and the groups that the map colours.

/// Holds one of the seven groups of industries, or `other`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustryGroup {
    /// Stable id.
    pub id: String,
    /// Place in the palette, from 1; never changes with what is shown.
    pub slot: u8,
    /// Fill colour, `#RRGGBB`.
    pub colour: String,
    /// Colour of text on the fill, `#RRGGBB`.
    pub text_colour: String,
    /// One or two Latin letters.
    pub code_en: String,
    /// One Chinese character.
    pub code_zh: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// GB/T 4754-2017 divisions that belong to the group unless a label says otherwise.
    pub divisions: Vec<String>,
}

/// Holds an industry label with the codes that it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustryLabel {
    /// English label.
    pub label_en: String,
    /// Chinese label.
    pub label_zh: String,
    /// GB/T 4754-2017 divisions.
    pub industry_codes: Vec<String>,
    /// Sectors of the 153-sector input-output table.
    pub io_sectors: Vec<String>,
    /// Classes of the Strategic Emerging Industries of 2018.
    pub sei: Vec<String>,
    /// Id of its group.
    pub group: String,
    /// How surely the codes fit the label.
    pub confidence: String,
}

/// Holds every group and label, groups in the order of their slots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Industries {
    /// The groups.
    pub groups: Vec<IndustryGroup>,
    /// The labels.
    pub labels: Vec<IndustryLabel>,
}

impl Industries {
    /// Finds the group of the first label in a `; `-joined Chinese list.
    #[must_use]
    pub fn group_of(&self, industry_zh: &str) -> Option<&str> {
        let first = industry_zh.split(';').next().map(str::trim)?;
        let label = self.labels.iter().find(|label| label.label_zh == first)?;
        Some(&label.group)
    }
}
