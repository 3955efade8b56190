//! Parameters: what each takes, read from text as people and programs write it.

/// Describes one parameter of a process.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name, as in an address.
    pub name: &'static str,
    /// What it says, in English and in Chinese.
    pub words: [&'static str; 2],
    /// What it takes.
    pub kind: Kind,
    /// What holds when it is not given.
    pub default: Default,
}

/// Says what a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// One of some words.
    Choice(&'static [&'static str]),
    /// A whole number within bounds, both included.
    Count {
        /// The least.
        least: u64,
        /// The most.
        most: u64,
    },
    /// A number above 0, up to a bound.
    Above0 {
        /// The most.
        most: f64,
    },
    /// `true` or `false`.
    Switch,
    /// Text.
    Text,
    /// A table as CSV text; on the command line the file that holds it.
    Table,
}

/// Says what holds when a parameter is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Default {
    /// Always this.
    Fixed(&'static str),
    /// What the points suggest, by a rule; the answer names it and says why. English and Chinese.
    Chosen([&'static str; 2]),
    /// Nothing.
    Nothing,
}

/// A parameter that is refused: which, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the parameter `{name}` is refused: {reason}")]
pub struct Refused {
    /// The parameter.
    pub name: String,
    /// The value refused and the rule that it broke.
    pub reason: String,
}

impl Refused {
    /// Refuses the value of a parameter.
    pub fn new(name: &str, reason: impl Into<String>) -> Self {
        Self { name: name.to_owned(), reason: reason.into() }
    }
}

/// What every process takes; `bbox` and other conditions on features are read by who selects them.
pub static COMMON: [Parameter; 5] = [
    Parameter {
        name: "region",
        words: [
            "Only points within this province, prefecture or county: its name, in English or Chinese, or its GB/T 2260 code",
            "只分析位于该省、市或县内的点：名称（中英文）或行政区划代码",
        ],
        kind: Kind::Text,
        default: Default::Nothing,
    },
    Parameter {
        name: "corrections",
        words: [
            "What labels of industries stand for in this run, before what Jidi takes them for: CSV with label,industry_codes and, if wished, io_sectors,sei,group, a row for each label",
            "本次运行中产业标签的含义（优先于自动匹配）：CSV，列为 label,industry_codes，可选 io_sectors,sei,group，每个标签一行",
        ],
        kind: Kind::Table,
        default: Default::Nothing,
    },
    Parameter {
        name: "seed",
        words: [
            "The seed of all chance: the same seed gives the same answer",
            "随机数种子：相同种子得到相同结果",
        ],
        kind: Kind::Count { least: 0, most: u32::MAX as u64 },
        default: Default::Fixed("1"),
    },
    Parameter {
        name: "lang",
        words: ["The language of summary, reasons and warnings", "摘要、理由和警告的语言"],
        kind: Kind::Choice(&["en", "zh"]),
        default: Default::Fixed("en"),
    },
    Parameter {
        name: "estimate",
        words: ["Answer what it would cost, and do nothing", "只回答预计的计算量，不计算"],
        kind: Kind::Switch,
        default: Default::Fixed("false"),
    },
];

/// Holds what was given, each checked against its kind.
#[derive(Debug, Clone, PartialEq, Eq, std::default::Default)]
pub struct Arguments(Vec<(&'static Parameter, String)>);

impl PartialEq for Parameter {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Parameter {}

impl Parameter {
    /// Says in words what it takes.
    #[must_use]
    pub fn takes(&self) -> String {
        match self.kind {
            Kind::Choice(words) => format!("one of {}", words.join(", ")),
            Kind::Count { least, most } => format!("a whole number from {least} to {most}"),
            Kind::Above0 { most } => format!("a number above 0, up to {most}"),
            Kind::Switch => "true or false".to_owned(),
            Kind::Text => "a text that is not empty".to_owned(),
            Kind::Table => "a table as CSV, not empty".to_owned(),
        }
    }

    /// Refuses a text that it does not take.
    ///
    /// # Errors
    ///
    /// [`Refused`], which says what it takes.
    pub fn check(&self, text: &str) -> Result<(), Refused> {
        let is_taken = match self.kind {
            Kind::Choice(words) => words.contains(&text),
            Kind::Count { least, most } => {
                let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
                is_digits && text.parse().is_ok_and(|count| (least..=most).contains(&count))
            }
            Kind::Above0 { most } => {
                text.parse().is_ok_and(|number: f64| number > 0.0 && number <= most)
            }
            Kind::Switch => matches!(text, "true" | "false"),
            Kind::Text | Kind::Table => !text.trim().is_empty(),
        };
        let refused = || Refused::new(self.name, format!("`{text}` is not {}", self.takes()));
        if is_taken { Ok(()) } else { Err(refused()) }
    }
}

impl Arguments {
    /// Takes the value of a parameter.
    ///
    /// # Errors
    ///
    /// [`Refused`] when it does not take it.
    pub fn add(&mut self, parameter: &'static Parameter, text: &str) -> Result<(), Refused> {
        parameter.check(text)?;
        self.0.push((parameter, text.to_owned()));
        Ok(())
    }

    /// Says whether a parameter was given.
    #[must_use]
    pub fn is_given(&self, name: &str) -> bool {
        self.given(name).is_some()
    }

    fn given(&self, name: &str) -> Option<&str> {
        let given = self.0.iter().find(|(parameter, _)| parameter.name == name);
        given.map(|(_, text)| text.as_str())
    }

    /// The text of a parameter, or its fixed default.
    #[must_use]
    pub fn text(&self, parameters: &'static [Parameter], name: &str) -> Option<&str> {
        let fixed = || {
            let parameter = parameters.iter().chain(&COMMON).find(|one| one.name == name)?;
            match parameter.default {
                Default::Fixed(text) => Some(text),
                Default::Chosen(_) | Default::Nothing => None,
            }
        };
        self.given(name).or_else(fixed)
    }

    /// The number of a parameter that was given.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.given(name)?.parse().ok()
    }

    /// The count of a parameter, or its fixed default.
    #[must_use]
    pub fn count(&self, parameters: &'static [Parameter], name: &str) -> Option<u64> {
        self.text(parameters, name)?.parse().ok()
    }

    /// Says whether a switch is on.
    #[must_use]
    pub fn is_on(&self, name: &str) -> bool {
        self.given(name) == Some("true")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_takes_what_it_says_and_nothing_else() {
        let of = |kind| Parameter { name: "x", words: ["", ""], kind, default: Default::Nothing };
        let cases: [(Kind, &[&str], &[&str]); 5] = [
            (Kind::Choice(&["a", "b"]), &["a", "b"], &["", "A", "a,b", "c"]),
            (
                Kind::Count { least: 2, most: 9 },
                &["2", "9"],
                &["1", "10", "-3", "2.5", "+4", "", "x"],
            ),
            (
                Kind::Above0 { most: 20.0 },
                &["0.1", "20", "1e1"],
                &["0", "-1", "21", "nan", "inf", ""],
            ),
            (Kind::Switch, &["true", "false"], &["1", "yes", ""]),
            (Kind::Text, &["industry"], &["", " "]),
        ];
        for (kind, taken, refused) in cases {
            assert!(taken.iter().all(|text| of(kind).check(text).is_ok()), "{kind:?}");
            for text in refused {
                let error = of(kind).check(text).unwrap_err().to_string();
                assert!(error.contains(&of(kind).takes()), "{kind:?} {text}: {error}");
            }
        }
    }
}
