//! CQL2 Text, read by recursive descent: conditions here, geometries in `geometry`.

mod arrays;
mod geometry;
mod temporal;

pub(super) use geometry::bbox_of;
pub(super) use temporal::{date, end, timestamp};

use super::token::{Kind, Token, tokens};
use super::words::did_you_mean;
use super::{InvalidCql2, MAX_BYTES, Meter, wrong_count};
use crate::domain::{Expression, Literal, Operator, RegisteredCrs};

/// Words of the language; a field of such a name stands in double quotes.
const RESERVED: [&str; 10] =
    ["AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "DIV", "ESCAPE"];

/// The infix operators, by how strongly they bind.
const COMPARISONS: [Operator; 6] = [
    Operator::Equal,
    Operator::NotEqual,
    Operator::Less,
    Operator::Greater,
    Operator::LessOrEqual,
    Operator::GreaterOrEqual,
];
const SUMS: [Operator; 2] = [Operator::Add, Operator::Subtract];
const PRODUCTS: [Operator; 4] =
    [Operator::Multiply, Operator::Divide, Operator::Modulo, Operator::IntegerDivide];

/// Reads a condition; its geometries are in the given reference system.
///
/// # Errors
///
/// [`InvalidCql2`] with the place of the first character that cannot stand where it does.
///
/// # References
///
/// OGC 21-065r2, Common Query Language (CQL2), annex B.
pub fn parse(text: &str, crs: RegisteredCrs) -> Result<Expression, InvalidCql2> {
    if text.len() > MAX_BYTES {
        return Err(InvalidCql2::TooLong(text.len()));
    }
    let mut parser = Parser { tokens: tokens(text)?, place: 0, meter: Meter::default(), crs };
    let expression = parser.disjunction()?;
    match parser.peek() {
        Kind::End => Ok(expression),
        _ => Err(parser.expected("AND, OR or the end")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    place: usize,
    meter: Meter,
    crs: RegisteredCrs,
}

type Parsed = Result<Expression, InvalidCql2>;

impl Parser {
    fn peek(&self) -> &Kind {
        &self.tokens[self.place].kind
    }

    fn peek_second(&self) -> &Kind {
        &self.tokens[(self.place + 1).min(self.tokens.len() - 1)].kind
    }

    fn advance(&mut self) -> Kind {
        let kind = self.peek().clone();
        if kind != Kind::End {
            self.place += 1;
        }
        kind
    }

    /// Refuses the text at a token.
    fn refused(&self, place: usize, what: impl Into<String>) -> InvalidCql2 {
        InvalidCql2::Text { at: self.tokens[place].at, what: what.into() }
    }

    /// Refuses what stands here.
    fn expected(&self, what: &str) -> InvalidCql2 {
        let before = self.place.checked_sub(1).map(|place| &self.tokens[place].kind);
        let before = before.map_or_else(String::new, |kind| format!(" after {kind}"));
        self.refused(self.place, format!("expected {what}{before}, and found {}", self.peek()))
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.peek(), Kind::Sign(found) if *found == sign)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let is_there = self.is_sign(sign);
        self.place += usize::from(is_there);
        is_there
    }

    fn need_sign(&mut self, sign: &str) -> Result<(), InvalidCql2> {
        if self.take_sign(sign) { Ok(()) } else { Err(self.expected(&format!("`{sign}`"))) }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Kind::Word(found) if found.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_there = self.is_word(word);
        self.place += usize::from(is_there);
        is_there
    }

    fn need_word(&mut self, word: &str) -> Result<(), InvalidCql2> {
        if self.take_word(word) { Ok(()) } else { Err(self.expected(word)) }
    }

    /// Counts a part, and refuses it where there are too many.
    fn counted(&mut self, part: Expression) -> Parsed {
        self.meter.node().map_err(|what| self.refused(self.place, what))?;
        Ok(part)
    }

    fn call(&mut self, operator: Operator, arguments: Vec<Expression>) -> Parsed {
        self.counted(Expression::Call(operator, arguments))
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.meter.enter().map_err(|what| self.refused(self.place, what))?;
        let read = read(self);
        self.meter.leave();
        read
    }

    fn disjunction(&mut self) -> Parsed {
        self.joined("OR", Operator::Or, Self::conjunction)
    }

    fn conjunction(&mut self) -> Parsed {
        self.joined("AND", Operator::And, Self::negation)
    }

    fn joined(&mut self, word: &str, operator: Operator, part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut parts = vec![part(self)?];
        while self.take_word(word) {
            parts.push(part(self)?);
        }
        match parts.len() {
            1 => Ok(parts.remove(0)),
            _ => self.call(operator, parts),
        }
    }

    fn negation(&mut self) -> Parsed {
        if self.take_word("NOT") {
            let inner = self.deeper(Self::negation)?;
            return self.call(Operator::Not, vec![inner]);
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        if let Some(operator) = self.infix(&COMPARISONS) {
            let right = self.sum()?;
            return self.call(operator, vec![left, right]);
        }
        if self.take_word("IS") {
            let is_not = self.take_word("NOT");
            self.need_word("NULL")?;
            let is_null = self.call(Operator::IsNull, vec![left])?;
            return self.negated_if(is_not, is_null);
        }
        let is_not = self.is_word("NOT");
        self.place += usize::from(is_not);
        let found = if self.take_word("LIKE") {
            let pattern = self.sum()?;
            self.call(Operator::Like, vec![left, pattern])?
        } else if self.take_word("BETWEEN") {
            let low = self.sum()?;
            self.need_word("AND")?;
            let high = self.sum()?;
            self.call(Operator::Between, vec![left, low, high])?
        } else if self.take_word("IN") {
            let list = self.list_of(Self::disjunction)?;
            if list == Expression::Array(Vec::new()) {
                return Err(self.refused(self.place - 1, "IN needs a value at least"));
            }
            self.call(Operator::In, vec![left, list])?
        } else if is_not {
            return Err(self.expected("LIKE, BETWEEN or IN"));
        } else {
            return Ok(left);
        };
        self.negated_if(is_not, found)
    }

    fn negated_if(&mut self, is_not: bool, condition: Expression) -> Parsed {
        if is_not { self.call(Operator::Not, vec![condition]) } else { Ok(condition) }
    }

    /// Takes one of some infix operators, if one stands here.
    fn infix(&mut self, operators: &[Operator]) -> Option<Operator> {
        let found = operators.iter().copied().find(|operator| {
            if *operator == Operator::IntegerDivide {
                self.is_word("DIV")
            } else {
                self.is_sign(operator.name())
            }
        });
        self.place += usize::from(found.is_some());
        found
    }

    fn sum(&mut self) -> Parsed {
        self.chain(&SUMS, Self::product)
    }

    fn product(&mut self) -> Parsed {
        self.chain(&PRODUCTS, Self::power)
    }

    /// Reads a chain whose operators take what is on their left first; each makes it deeper.
    fn chain(&mut self, operators: &[Operator], part: fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = part(self)?;
        let mut length = 0;
        while let Some(operator) = self.infix(operators) {
            self.meter.enter().map_err(|what| self.refused(self.place, what))?;
            length += 1;
            let right = part(self)?;
            left = self.call(operator, vec![left, right])?;
        }
        (0..length).for_each(|_| self.meter.leave());
        Ok(left)
    }

    fn power(&mut self) -> Parsed {
        let base = self.factor()?;
        if self.take_sign("^") {
            let exponent = self.deeper(Self::power)?;
            return self.call(Operator::Power, vec![base, exponent]);
        }
        Ok(base)
    }

    /// Reads an operand with its sign, which binds more strongly than `^`.
    fn factor(&mut self) -> Parsed {
        if self.take_sign("+") {
            let is_number = matches!(self.peek(), Kind::Number(_));
            return if is_number { self.operand() } else { Err(self.expected("a number")) };
        }
        if self.take_sign("-") {
            return match self.deeper(Self::factor)? {
                Expression::Literal(Literal::Integer(number)) => {
                    Ok(Expression::Literal(Literal::Integer(-number)))
                }
                Expression::Literal(Literal::Real(number)) => {
                    Ok(Expression::Literal(Literal::Real(-number)))
                }
                other => {
                    let minus_one = self.counted(Expression::Literal(Literal::Integer(-1)))?;
                    self.call(Operator::Multiply, vec![minus_one, other])
                }
            };
        }
        if self.take_sign("(") {
            let inner = self.deeper(Self::disjunction)?;
            if self.is_sign(",") {
                let what = "a list stands only after IN and in A_EQUALS, A_CONTAINS, A_CONTAINEDBY, A_OVERLAPS";
                return Err(self.refused(self.place, what));
            }
            self.need_sign(")")?;
            return Ok(inner);
        }
        self.operand()
    }

    fn operand(&mut self) -> Parsed {
        let start = self.place;
        match self.advance() {
            Kind::Text(text) => self.counted(Expression::Literal(Literal::Text(text))),
            Kind::Quoted(name) => self.counted(Expression::Property(name)),
            Kind::Number(number) => {
                let literal = number_of(&number).ok_or_else(|| {
                    self.refused(start, format!("the number `{number}` is too large"))
                })?;
                self.counted(Expression::Literal(literal))
            }
            Kind::Word(word) => self.word(start, &word),
            _ => {
                self.place = start;
                Err(self.expected("a value, a field or a function"))
            }
        }
    }

    fn word(&mut self, start: usize, word: &str) -> Parsed {
        let upper = word.to_ascii_uppercase();
        if matches!(upper.as_str(), "TRUE" | "FALSE") {
            return self.counted(Expression::Literal(Literal::Boolean(upper == "TRUE")));
        }
        if let Some(read) = self.geometry_or_time(&upper)? {
            return self.counted(read);
        }
        if self.is_sign("(") && upper != "IN" {
            if let Some(operator) = Operator::function(word) {
                return self.function(start, operator);
            }
            let known = functions();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let meant = did_you_mean(word, &known);
            return Err(self.refused(start, format!("there is no function `{word}`{meant}")));
        }
        if RESERVED.contains(&upper.as_str()) {
            self.place = start;
            return Err(self.expected("a value, a field or a function"));
        }
        self.counted(Expression::Property(word.to_owned()))
    }

    /// Reads a geometry, a box, a day, an instant or an interval, if its word was taken.
    fn geometry_or_time(&mut self, word: &str) -> Result<Option<Expression>, InvalidCql2> {
        let is_opened = self.is_sign("(");
        Ok(match word {
            "BBOX" if is_opened => Some(self.bbox()?),
            "DATE" | "TIMESTAMP" if is_opened => Some(self.instant(word)?),
            "INTERVAL" if is_opened => Some(self.deeper(Self::interval)?),
            _ => self.geometry(word)?,
        })
    }

    fn function(&mut self, start: usize, operator: Operator) -> Parsed {
        self.need_sign("(")?;
        let mut arguments = Vec::new();
        while !self.is_sign(")") {
            if !arguments.is_empty() {
                self.need_sign(",")?;
            }
            let is_list = operator.is_of_arrays() && self.is_sign("(");
            let read = if is_list { Self::array } else { Self::disjunction };
            arguments.push(self.deeper(read)?);
        }
        self.need_sign(")")?;
        if !operator.accepts(arguments.len()) {
            return Err(self.refused(start, wrong_count(operator, arguments.len())));
        }
        self.call(operator, arguments)
    }
}

/// The names of all functions, as CQL2 Text writes them.
fn functions() -> Vec<String> {
    let functions = Operator::ALL.iter().filter(|operator| operator.is_function());
    let others = ["DATE", "TIMESTAMP", "INTERVAL", "BBOX", "POINT", "LINESTRING", "POLYGON"];
    let names = functions.map(|operator| operator.name().to_uppercase());
    names.chain(others.map(str::to_owned)).collect()
}

/// Reads a number: whole if it is written so and fits, else with a fraction; finite.
fn number_of(text: &str) -> Option<Literal> {
    if let Ok(whole) = text.parse::<i64>() {
        return Some(Literal::Integer(whole));
    }
    text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Literal::Real)
}
