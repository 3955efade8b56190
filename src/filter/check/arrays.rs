//! Lists on the sides of the functions of arrays.

use super::super::lists::{Element, Items};
use super::operands::Kind;
use super::{Checked, Checker, is_plain, refused, said};
use crate::domain::{Expression, FieldType, Literal};

impl Checker<'_> {
    /// Two lists that can be compared.
    pub(super) fn lists(
        &self,
        whole: &Expression,
        left: &Expression,
        right: &Expression,
    ) -> Checked<(Items, Items)> {
        let lists = (self.items(whole, left)?, self.items(whole, right)?);
        // The lists of fields hold text: what is not could never be found in them.
        for (list, other, values) in [(left, &lists.1, right), (right, &lists.0, left)] {
            if let (Expression::Property(name), Items::Written(_), Expression::Array(values)) =
                (list, other, values)
            {
                self.need_texts(whole, name, values)?;
            }
        }
        Ok(lists)
    }

    fn need_texts(&self, whole: &Expression, name: &str, values: &[Expression]) -> Checked<()> {
        for value in values {
            let kind = self.kind(value)?;
            if kind != Kind::Text {
                let what = format!(
                    "`{name}` holds text, and {} is {kind}: compare it with text in single quotes, such as '36'",
                    said(value)
                );
                return Err(refused(whole, &what));
            }
        }
        Ok(())
    }

    /// A list: that of a field, or one that was written out.
    fn items(&self, whole: &Expression, part: &Expression) -> Checked<Items> {
        match part {
            Expression::Property(name) if self.kind(part)? == Kind::List => {
                Ok(Items::Field(self.field(name)?))
            }
            Expression::Array(values) => {
                let text = |value: &Expression| match value {
                    Expression::Literal(Literal::Text(text)) => Some(text.clone()),
                    _ => None,
                };
                let Some(mut texts) = values.iter().map(text).collect::<Option<Vec<String>>>()
                else {
                    let elements = values.iter().map(|value| self.element(whole, value));
                    return Ok(Items::Written(elements.collect::<Checked<_>>()?));
                };
                texts.sort();
                texts.dedup();
                Ok(Items::Constant(texts))
            }
            other => {
                let kind = self.kind(other)?;
                let lists =
                    self.schema.fields().iter().filter(|field| field.field_type == FieldType::List);
                let lists: Vec<&str> = lists.map(|field| field.name.as_str()).collect();
                let lists = if lists.is_empty() { "none".to_owned() } else { lists.join(", ") };
                let what = format!(
                    "{} is {kind}, and a list is needed: a field of lists ({lists}), or ('36', '39')",
                    said(other)
                );
                Err(refused(whole, &what))
            }
        }
    }

    fn element(&self, whole: &Expression, value: &Expression) -> Checked<Element> {
        Ok(match self.kind(value)? {
            Kind::Text | Kind::Number => Element::Scalar(self.scalar(value)?),
            Kind::Boolean if is_plain(value) => Element::Scalar(self.scalar(value)?),
            Kind::Boolean => Element::Condition(self.predicate(value)?),
            Kind::Instant | Kind::Interval => Element::Time(self.time(value)?),
            Kind::List => Element::List(self.items(whole, value)?),
            Kind::Geometry => {
                let what = format!(
                    "{} is a geometry, and lists are compared by their texts, numbers, truths, times and lists: compare geometries by S_EQUALS, S_INTERSECTS and their like",
                    said(value)
                );
                return Err(refused(whole, &what));
            }
        })
    }
}
