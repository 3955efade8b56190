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

/// Holds words that name what an industry makes, with its codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndustryWords {
    /// English words and phrases.
    pub words_en: Vec<String>,
    /// Chinese words.
    pub words_zh: Vec<String>,
    /// GB/T 4754-2017 divisions.
    pub industry_codes: Vec<String>,
    /// Sectors of the 153-sector input-output table.
    pub io_sectors: Vec<String>,
}

/// Holds a division of GB/T 4754-2017, with what other classifications call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    /// Its letter: A to T.
    pub section: String,
    /// Its two digits.
    pub code: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// Divisions of ISIC Rev. 4.
    pub isic: Vec<String>,
    /// Divisions of NACE Rev. 2.
    pub nace: Vec<String>,
}

/// Holds a sector of the 153-sector input-output table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sector {
    /// Its three digits.
    pub code: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
    /// The GB/T 4754-2017 divisions that it is made of, or part of.
    pub divisions: Vec<String>,
    /// Whether all industries buy it, so that buying it relates none of them to another.
    pub serves_everyone: bool,
}

/// Holds a class of the Strategic Emerging Industries of 2018.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmergingIndustry {
    /// Its code: `2`, or `2.1` within it.
    pub code: String,
    /// English name.
    pub name_en: String,
    /// Chinese name.
    pub name_zh: String,
}

/// Names a list of codes that industries are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vocabulary {
    /// Sectors of the 153-sector input-output table.
    Sectors,
    /// Divisions of GB/T 4754-2017.
    Divisions,
    /// The groups of the map.
    Groups,
}

impl Vocabulary {
    /// The property of features that holds such codes.
    #[must_use]
    pub fn property(self) -> &'static str {
        match self {
            Self::Sectors => "io_sectors",
            Self::Divisions => "industry_codes",
            Self::Groups => "industry_group",
        }
    }
}

/// Holds what two sectors trade with each other, as shares between 0 and about 1.
#[derive(Debug, Clone, PartialEq)]
pub struct SectorPair {
    /// The codes, the lower first: i and j.
    pub codes: [String; 2],
    /// Of j's intermediate inputs from i; of i's from j; of i's gross output to j; of j's to i.
    pub shares: [f64; 4],
    /// The cosine of what the two buy from all sectors.
    pub cos_input: f64,
    /// The cosine of what the two sell to all sectors.
    pub cos_output: f64,
}

/// Holds every group, label and classification; groups in the order of their slots, classes in that
/// of their codes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Industries {
    /// The groups.
    pub groups: Vec<IndustryGroup>,
    /// The labels.
    pub labels: Vec<IndustryLabel>,
    /// Words that labels are made of.
    pub words: Vec<IndustryWords>,
    /// The divisions of GB/T 4754-2017.
    pub divisions: Vec<Division>,
    /// The sectors of the input-output table.
    pub sectors: Vec<Sector>,
    /// The Strategic Emerging Industries.
    pub emerging: Vec<EmergingIndustry>,
    /// The pairs of sectors that are related by more than nothing, each once.
    pub pairs: Vec<SectorPair>,
}

impl Industries {
    /// Finds the group of the first label in a `; `-joined Chinese list.
    #[must_use]
    pub fn group_of(&self, industry_zh: &str) -> Option<&str> {
        let first = industry_zh.split(';').next().map(str::trim)?;
        let label = self.labels.iter().find(|label| label.label_zh == first)?;
        Some(&label.group)
    }

    /// Finds a division by its two digits.
    #[must_use]
    pub fn division(&self, code: &str) -> Option<&Division> {
        self.divisions.iter().find(|division| division.code == code)
    }

    /// Finds a sector by its three digits.
    #[must_use]
    pub fn sector(&self, code: &str) -> Option<&Sector> {
        self.sectors.iter().find(|sector| sector.code == code)
    }

    /// Finds a group by its id.
    #[must_use]
    pub fn group(&self, id: &str) -> Option<&IndustryGroup> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The group that a division belongs to unless a label says otherwise.
    #[must_use]
    pub fn group_of_division(&self, code: &str) -> Option<&str> {
        let of = |group: &&IndustryGroup| group.divisions.iter().any(|one| one == code);
        self.groups.iter().find(of).map(|group| group.id.as_str())
    }

    /// Names a code, in English and Chinese.
    #[must_use]
    pub fn names(&self, vocabulary: Vocabulary, code: &str) -> Option<[&str; 2]> {
        match vocabulary {
            Vocabulary::Sectors => self.sector(code).map(|one| [&*one.name_en, &*one.name_zh]),
            Vocabulary::Divisions => self.division(code).map(|one| [&*one.name_en, &*one.name_zh]),
            Vocabulary::Groups => self.group(code).map(|one| [&*one.name_en, &*one.name_zh]),
        }
    }
}
