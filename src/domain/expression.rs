//! Conditions on features as CQL2 has them, before they meet a schema.
//!
//! One shape for every operator: CQL2 Text and CQL2 JSON are two ways of writing it down.

use geo::Geometry;
use time::{Date, OffsetDateTime};

use super::Bbox;

/// Holds a condition, or a part of one.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// The value of a field, or the geometry, by its name.
    Property(String),
    /// A value that was written out.
    Literal(Literal),
    /// A list of values.
    Array(Vec<Expression>),
    /// An interval of time from one instant to another; an open end is `None`.
    Interval(Box<[Option<Expression>; 2]>),
    /// An operator or a function with what it is applied to.
    Call(Operator, Vec<Expression>),
}

/// Holds a value that was written out.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A finite number.
    Real(f64),
    /// Text.
    Text(String),
    /// A day.
    Date(Date),
    /// An instant.
    Timestamp(OffsetDateTime),
    /// A geometry in WGS 84 degrees, longitude first.
    Geometry(Geometry<f64>),
    /// A box; west > east crosses the antimeridian.
    Bbox(Bbox),
}

/// Declares the operators once: what each is called in CQL2 JSON, and what it takes.
macro_rules! operators {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $arity:literal;)*) => {
        /// Names an operator or a function of CQL2.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Operator { $($(#[$doc])* $name,)* }

        impl Operator {
            /// Every operator.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in CQL2 JSON; in upper case the name of a function in CQL2 Text.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// To how many values it is applied; 0 stands for two or more.
            #[must_use]
            pub fn arity(self) -> usize {
                match self { $(Self::$name => $arity,)* }
            }
        }
    };
}

operators! {
    /// Every condition holds.
    And = "and", 0;
    /// One condition holds, or more.
    Or = "or", 0;
    /// The condition does not hold.
    Not = "not", 1;
    /// Equal.
    Equal = "=", 2;
    /// Not equal.
    NotEqual = "<>", 2;
    /// Less.
    Less = "<", 2;
    /// Greater.
    Greater = ">", 2;
    /// Less or equal.
    LessOrEqual = "<=", 2;
    /// Greater or equal.
    GreaterOrEqual = ">=", 2;
    /// Text that fits a pattern.
    Like = "like", 2;
    /// A number from the second to the third, ends included.
    Between = "between", 3;
    /// One of a list.
    In = "in", 2;
    /// Unknown.
    IsNull = "isNull", 1;
    /// Text without the difference of upper and lower case.
    Casei = "casei", 1;
    /// Text without accents.
    Accenti = "accenti", 1;
    /// Sum.
    Add = "+", 2;
    /// Difference.
    Subtract = "-", 2;
    /// Product.
    Multiply = "*", 2;
    /// Quotient.
    Divide = "/", 2;
    /// Quotient without its fraction.
    IntegerDivide = "div", 2;
    /// Remainder.
    Modulo = "%", 2;
    /// Power.
    Power = "^", 2;
    /// Geometries that share a position.
    SIntersects = "s_intersects", 2;
    /// Geometries of the same positions.
    SEquals = "s_equals", 2;
    /// Geometries that share no position.
    SDisjoint = "s_disjoint", 2;
    /// Geometries that share positions of their boundaries only.
    STouches = "s_touches", 2;
    /// The first lies within the second.
    SWithin = "s_within", 2;
    /// Geometries of one dimension that share a part of it.
    SOverlaps = "s_overlaps", 2;
    /// Geometries that cross each other.
    SCrosses = "s_crosses", 2;
    /// The first holds the second.
    SContains = "s_contains", 2;
    /// The first lies within a distance of the second on the ellipsoid (an extension).
    SDWithin = "s_dwithin", 4;
    /// After.
    TAfter = "t_after", 2;
    /// Before.
    TBefore = "t_before", 2;
    /// The first holds the second, neither end shared.
    TContains = "t_contains", 2;
    /// Before or after.
    TDisjoint = "t_disjoint", 2;
    /// The first lies within the second, neither end shared.
    TDuring = "t_during", 2;
    /// The same ends.
    TEquals = "t_equals", 2;
    /// The second ends with the first and starts later.
    TFinishedBy = "t_finishedBy", 2;
    /// The first ends with the second and starts later.
    TFinishes = "t_finishes", 2;
    /// Not disjoint.
    TIntersects = "t_intersects", 2;
    /// The second starts where the first ends.
    TMeets = "t_meets", 2;
    /// The first starts where the second ends.
    TMetBy = "t_metBy", 2;
    /// The first starts within the second and ends later.
    TOverlappedBy = "t_overlappedBy", 2;
    /// The second starts within the first and ends later.
    TOverlaps = "t_overlaps", 2;
    /// The second starts with the first and ends earlier.
    TStartedBy = "t_startedBy", 2;
    /// The first starts with the second and ends earlier.
    TStarts = "t_starts", 2;
    /// Lists of the same values.
    AEquals = "a_equals", 2;
    /// The first holds every value of the second.
    AContains = "a_contains", 2;
    /// The second holds every value of the first.
    AContainedBy = "a_containedBy", 2;
    /// Lists that share a value.
    AOverlaps = "a_overlaps", 2;
}

impl Operator {
    /// Finds an operator by its name in CQL2 JSON.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|operator| operator.name() == name)
    }

    /// Finds a function by its name in CQL2 Text, where upper and lower case are one.
    #[must_use]
    pub fn function(name: &str) -> Option<Self> {
        let mut functions = Self::ALL.iter().copied().filter(|operator| operator.is_function());
        functions.find(|operator| operator.name().eq_ignore_ascii_case(name))
    }

    /// Says whether CQL2 Text writes it as a function.
    #[must_use]
    pub fn is_function(self) -> bool {
        let is_named = ["s_", "t_", "a_"].iter().any(|start| self.name().starts_with(start));
        is_named || matches!(self, Self::Casei | Self::Accenti)
    }

    /// Says whether it compares two lists.
    #[must_use]
    pub fn is_of_arrays(self) -> bool {
        self.name().starts_with("a_") && self.is_function() && self != Self::Accenti
    }

    /// Says in words to how many values it is applied.
    #[must_use]
    pub fn takes(self) -> &'static str {
        match self.arity() {
            0 => "two values or more",
            1 => "one value",
            2 => "two values",
            3 => "three values",
            _ => "four values",
        }
    }

    /// Says whether it can be applied to so many values.
    #[must_use]
    pub fn accepts(self, count: usize) -> bool {
        if self.arity() == 0 { count >= 2 } else { count == self.arity() }
    }
}

impl Expression {
    /// Whether the condition does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Call(Operator::Not, vec![self])
    }
}
