//! The measures: what each is called, what it says, who published it.

use crate::domain::Remark;

/// Names a measure of relatedness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// The largest share that one has in what the other buys or sells.
    InputOutput,
    /// The larger of the two cosines below.
    Cosine,
    /// Whether two buy the same.
    InputCosine,
    /// Whether two sell to the same.
    OutputCosine,
    /// Hidalgo's proximity: whether regions that have one have the other.
    Colocation,
    /// How much more often two stand in one region than by chance.
    Association,
    /// The same, with chances that leave out pairs of an industry with itself.
    Probability,
    /// How near two stand in the classification.
    Taxonomy,
    /// What a user brings.
    Custom,
}

impl Measure {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::InputOutput,
        Self::Cosine,
        Self::InputCosine,
        Self::OutputCosine,
        Self::Colocation,
        Self::Association,
        Self::Probability,
        Self::Taxonomy,
        Self::Custom,
    ];

    /// The word for it in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InputOutput => "input_output",
            Self::Cosine => "cosine",
            Self::InputCosine => "input_cosine",
            Self::OutputCosine => "output_cosine",
            Self::Colocation => "colocation",
            Self::Association => "association",
            Self::Probability => "probability",
            Self::Taxonomy => "taxonomy",
            Self::Custom => "custom",
        }
    }

    /// Finds a measure by its word.
    #[must_use]
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|measure| measure.as_str() == word)
    }

    /// Says whether it is counted from where industries stand.
    #[must_use]
    pub fn is_of_places(self) -> bool {
        matches!(self, Self::Colocation | Self::Association | Self::Probability)
    }

    /// From which value on it has something to show: where 1 is what chance gives, 1.
    #[must_use]
    pub fn threshold(self) -> f64 {
        match self {
            Self::InputOutput | Self::Custom => 0.05,
            Self::Cosine | Self::InputCosine | Self::OutputCosine | Self::Colocation => 0.3,
            Self::Taxonomy => 0.5,
            Self::Association | Self::Probability => 1.0,
        }
    }

    /// Where it was published.
    #[must_use]
    pub fn citation(self) -> &'static str {
        match self {
            Self::InputOutput => {
                "Ellison, Glaeser & Kerr (2010), What causes industry agglomeration?, American Economic Review 100, 1195–1213; input-output table of China 2020, National Bureau of Statistics"
            }
            Self::Cosine | Self::InputCosine | Self::OutputCosine => {
                "Los (2000), The empirical performance of a new inter-industry technology spillover measure, in: Saviotti & Nooteboom (eds), Technology and Knowledge; input-output table of China 2020, National Bureau of Statistics"
            }
            Self::Colocation => {
                "Hidalgo, Klinger, Barabási & Hausmann (2007), The product space conditions the development of nations, Science 317, 482–487"
            }
            Self::Association => {
                "van Eck & Waltman (2009), How to normalize cooccurrence data?, JASIST 60, 1635–1651"
            }
            Self::Probability => {
                "Steijn (2021), Improvement on the association strength: implementing a probabilistic measure based on combinations without repetition, Quantitative Science Studies 2, 778–794"
            }
            Self::Taxonomy => {
                "Wu & Palmer (1994), Verbs semantics and lexical selection, ACL, 133–138; GB/T 4754-2017"
            }
            Self::Custom => "A matrix of the user's own",
        }
    }

    /// What it says, in a few sentences.
    #[must_use]
    pub fn words(self) -> Remark {
        let (en, zh) = match self {
            Self::InputOutput => (
                "The largest of four shares: of what one buys from the other, either way, and of what one sells to the other, either way. 1 for an industry with itself. Services that everyone buys are left out. A share under 0.01 may be told as 0.",
                "四个份额中的最大值：双向的中间投入占比和双向的产出占比。同一产业为1。不计各行各业都购买的服务。小于0.01的份额可能记为0。",
            ),
            Self::Cosine => (
                "The larger of two cosines: whether two industries buy the same inputs, and whether they sell to the same industries. 1 is the same, 0 nothing in common. Services that everyone buys are left out as industries.",
                "两个余弦相似度中的较大者：投入结构是否相同、销售去向是否相同。1为完全相同，0为无共同之处。不计各行各业都购买的服务部门。",
            ),
            Self::InputCosine => (
                "The cosine of what two industries buy from all: whether they need the same. 1 is the same, 0 nothing in common.",
                "两个产业投入结构的余弦相似度：需求是否相同。1为完全相同，0为无共同之处。",
            ),
            Self::OutputCosine => (
                "The cosine of what two industries sell to all: whether they serve the same. 1 is the same, 0 nothing in common.",
                "两个产业销售去向的余弦相似度：服务对象是否相同。1为完全相同，0为无共同之处。",
            ),
            Self::Colocation => (
                "The lesser of two chances: that a region specialised in one industry is specialised in the other, either way. Noisy for industries in fewer than five regions. It says that two stand together, not why.",
                "两个条件概率中的较小者：专业化于一个产业的地区也专业化于另一产业的比例。产业所在地区少于五个时波动较大。只说明同处一地，不说明原因。",
            ),
            Self::Association => (
                "How many times as often two industries are strong in one region as by chance: 1 is chance.",
                "两个产业同为某地优势产业的次数与随机期望之比：1为随机水平。",
            ),
            Self::Probability => (
                "How many times as often two industries are strong in one region as by chance, when no industry can be paired with itself: 1 is chance.",
                "两个产业同为某地优势产业的次数与随机期望之比（排除与自身配对）：1为随机水平。",
            ),
            Self::Taxonomy => (
                "How much of their path in GB/T 4754-2017 two industries share: 1 the same division, 0.5 the same section, 0 neither. It says how they were classified, not what they trade.",
                "两个产业在国民经济行业分类中的共同路径：同一大类为1，同一门类为0.5，否则为0。反映分类方式，不反映交易往来。",
            ),
            Self::Custom => (
                "The values that were brought; empty cells are no data.",
                "用户自带的数值；空单元格为无数据。",
            ),
        };
        Remark::new(en, zh)
    }
}
