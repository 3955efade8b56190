//! What `clusters` takes.

use super::parameters::{Default, Kind, Parameter};

/// The default of `reference`.
pub(super) const REFERENCE: &str = "bases,hubs";

pub(super) static PARAMETERS: [Parameter; 14] = [
    Parameter {
        name: "method",
        words: [
            "How groups are found: at one radius (dbscan, optics) or at all (hdbscan)",
            "聚类方法：固定半径（dbscan、optics）或所有尺度（hdbscan）",
        ],
        kind: Kind::Choice(&["dbscan", "hdbscan", "optics"]),
        default: Default::Fixed("dbscan"),
    },
    Parameter {
        name: "eps_km",
        words: [
            "The radius in km within which points are neighbours; not for hdbscan",
            "邻域半径（千米）；不用于 hdbscan",
        ],
        kind: Kind::Above0 { most: 20_038.0 },
        default: Default::Chosen([
            "the middle of the largest gap between merges, from 50 points on the elbow of the distances to the min_points-th point",
            "合并距离最大间隔的中点；50个点及以上取第 min_points 近邻距离曲线的拐点",
        ]),
    },
    Parameter {
        name: "min_points",
        words: [
            "How many points within the radius make a core point, itself counted",
            "核心点邻域内的最少点数，含自身",
        ],
        kind: Kind::Count { least: 1, most: 10_000 },
        default: Default::Chosen([
            "2 below 30 points, else 4; for hdbscan min_cluster_size, at most 5",
            "少于30个点取2，否则取4；hdbscan 取 min_cluster_size，最多5",
        ]),
    },
    Parameter {
        name: "min_cluster_size",
        words: [
            "How many points a cluster has at least; for hdbscan only",
            "群组的最少点数；仅用于 hdbscan",
        ],
        kind: Kind::Count { least: 2, most: 1_000_000 },
        default: Default::Chosen(["0.5 % of the points, at least 5", "点数的0.5%，至少5"]),
    },
    Parameter {
        name: "selection",
        words: [
            "Which clusters of the hierarchy are taken: those that last longest (eom, excess of mass) or those that split no further (leaf); for hdbscan only",
            "从层次结构中选取哪些群组：存续最久者（eom）或不再分裂者（leaf）；仅用于 hdbscan",
        ],
        kind: Kind::Choice(&["eom", "leaf"]),
        default: Default::Fixed("eom"),
    },
    Parameter {
        name: "weight",
        words: [
            "A property of sizes, such as employees: a core point then has min_weight of it within the radius, in the place of min_points points; for dbscan only",
            "规模属性（如职工人数）：核心点邻域内的总规模须达到 min_weight，代替点数 min_points；仅用于 dbscan",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "min_weight",
        words: [
            "How much of `weight` within the radius makes a core point, its own counted",
            "核心点邻域内的最小总规模，含自身",
        ],
        kind: Kind::Above0 { most: 1e15 },
        default: Default::Chosen([
            "min_points times the mean size, when weight is given",
            "给出 weight 时为 min_points 乘以平均规模",
        ]),
    },
    Parameter {
        name: "by",
        words: [
            "A property: only points of the same value are grouped",
            "属性名：只对取值相同的点聚类",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "hull",
        words: [
            "The outline of a cluster; buffer draws what is within half the radius of its links",
            "群组外廓；buffer 为连线周围半个半径的范围",
        ],
        kind: Kind::Choice(&["convex", "concave", "buffer"]),
        default: Default::Fixed("convex"),
    },
    Parameter {
        name: "stability",
        words: [
            "How clusters are looked for again: among moved points, among drawn ones, or not",
            "稳定性检验方式：移动点位、重抽样或不检验",
        ],
        kind: Kind::Choice(&["jitter", "bootstrap", "none"]),
        default: Default::Fixed("jitter"),
    },
    Parameter {
        name: "jitter_km",
        words: [
            "By how much points are moved, as a standard deviation in km on either axis",
            "点位移动的标准差（千米）",
        ],
        kind: Kind::Above0 { most: 1000.0 },
        default: Default::Chosen([
            "the median of the property uncertainty_km, else a tenth of the radius or of the median distance to the nearest point",
            "属性 uncertainty_km 的中位数；没有时取半径或最近邻距离中位数的十分之一",
        ]),
    },
    Parameter {
        name: "rounds",
        words: ["How often clusters are looked for again", "稳定性检验次数"],
        kind: Kind::Count { least: 1, most: 100_000 },
        default: Default::Chosen([
            "200 up to 2,000 points, 20 up to 20,000, else none",
            "2000个点以内200次，2万以内20次，更多则不检验",
        ]),
    },
    Parameter {
        name: "reference",
        words: [
            "Collections of the sites that could have been chosen, apart by commas; none for no p-value",
            "可供选择的地点所在集合，以逗号分隔；none 表示不做检验",
        ],
        kind: Kind::Text,
        default: Default::Fixed(REFERENCE),
    },
    Parameter {
        name: "simulations",
        words: [
            "How many draws of as many sites are clustered for the p-value",
            "检验的随机抽样次数",
        ],
        kind: Kind::Count { least: 19, most: 100_000 },
        default: Default::Fixed("999"),
    },
];
