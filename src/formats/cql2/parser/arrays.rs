//! Lists in CQL2 Text: those after `IN`, and those of the functions of arrays.

use super::super::token::Kind;
use super::{InvalidCql2, Parsed, Parser};
use crate::domain::Expression;

impl Parser {
    /// Reads the list of a function of arrays, which may hold lists.
    pub(super) fn array(&mut self) -> Parsed {
        self.list_of(Self::element)
    }

    /// Reads a list of parts in parentheses.
    pub(super) fn list_of(&mut self, part: fn(&mut Self) -> Parsed) -> Parsed {
        self.need_sign("(")?;
        let mut values = Vec::new();
        while !self.is_sign(")") {
            if !values.is_empty() {
                self.need_sign(",")?;
            }
            values.push(self.deeper(part)?);
        }
        self.need_sign(")")?;
        self.counted(Expression::Array(values))
    }

    /// Reads an element: in parentheses from its first to its last sign it is a list.
    fn element(&mut self) -> Result<Expression, InvalidCql2> {
        if self.is_enclosed() { self.array() } else { self.disjunction() }
    }

    /// Says whether a parenthesis that opens here closes before a comma or another that closes.
    fn is_enclosed(&self) -> bool {
        let mut open = 0_usize;
        for (number, token) in self.tokens[self.place..].iter().enumerate() {
            match token.kind {
                Kind::Sign("(") => open += 1,
                Kind::Sign(")") => open = open.saturating_sub(1),
                _ => {}
            }
            if open == 0 {
                let next = self.tokens.get(self.place + number + 1).map(|token| &token.kind);
                let is_last = matches!(next, Some(Kind::Sign("," | ")") | Kind::End));
                return number > 0 && is_last;
            }
        }
        false
    }
}
