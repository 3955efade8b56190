//! What is said to a reader, in both languages of the map.

/// Holds one remark, a sentence or a few, in English and in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remark {
    /// In English.
    pub en: String,
    /// In simplified Chinese.
    pub zh: String,
}

impl Remark {
    /// Says the same in both languages.
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// Says one more thing behind it.
    #[must_use]
    pub fn and(mut self, more: &Self) -> Self {
        if !self.en.is_empty() && !more.en.is_empty() {
            self.en.push(' ');
        }
        self.en.push_str(&more.en);
        self.zh.push_str(&more.zh);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_follow_one_another_as_each_language_has_it() {
        let both = Remark::new("One.", "一。").and(&Remark::new("Two.", "二。"));
        assert_eq!(both, Remark::new("One. Two.", "一。二。"));
        assert_eq!(Remark::default().and(&both), both);
    }
}
