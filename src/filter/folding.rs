//! What is taken from the texts of a field, once or twice, before they are compared.

use super::scalar::Scalar;
use super::text::Fold;

/// Names one of the ways in which a field's texts are folded: by `CASEI`, `ACCENTI`, or one in the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Folding {
    first: Fold,
    then: Option<Fold>,
}

impl Folding {
    /// How many there are.
    pub const COUNT: usize = 4;

    /// The field that a scalar folds, and how; `None` for anything else.
    pub(super) fn of(scalar: &Scalar) -> Option<(usize, Self)> {
        let Scalar::Folded(outer, inner) = scalar else { return None };
        match &**inner {
            Scalar::Field(field) => Some((*field, Self { first: *outer, then: None })),
            Scalar::Folded(first, field) => match **field {
                Scalar::Field(field) if first != outer => {
                    Some((field, Self { first: *first, then: Some(*outer) }))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Its place among all of them.
    #[must_use]
    pub fn place(self) -> usize {
        usize::from(self.first.accents) + 2 * usize::from(self.then.is_some())
    }

    /// Folds a text.
    #[must_use]
    pub fn text(self, text: &str) -> String {
        let folded = self.first.of(text);
        self.then.map_or(folded.clone(), |then| then.of(&folded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CASE: Fold = Fold { case: true, accents: false };
    const ACCENTS: Fold = Fold { case: false, accents: true };

    #[test]
    fn each_way_has_a_place_of_its_own_and_folds_as_the_scalar_does() {
        let field = || Box::new(Scalar::Field(3));
        let once = |fold| Scalar::Folded(fold, field());
        let twice = |outer, inner| Scalar::Folded(outer, Box::new(once(inner)));
        let all = [once(CASE), once(ACCENTS), twice(ACCENTS, CASE), twice(CASE, ACCENTS)];
        let all = all.map(|scalar| Folding::of(&scalar).unwrap());
        assert_eq!(
            all.map(|(field, folding)| (field, folding.place())),
            [(3, 0), (3, 1), (3, 2), (3, 3)]
        );
        assert_eq!(all.map(|(_, folding)| folding.text("Üb")), ["üb", "Ub", "ub", "ub"]);
        for other in [
            Scalar::Field(3),
            twice(CASE, CASE),
            Scalar::Folded(CASE, Box::new(twice(CASE, ACCENTS))),
        ] {
            assert_eq!(Folding::of(&other), None, "{other:?}");
        }
    }
}
