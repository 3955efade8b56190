//! Geometries and boxes in CQL2 Text: well-known text, heights read and left aside.

use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

use super::super::checked;
use super::super::token::Kind;
use super::{InvalidCql2, Parser, number_of};
use crate::domain::turned::{self, TurnedBox};
use crate::domain::{Expression, Literal, RegisteredCrs};

type Shape = Result<Geometry<f64>, InvalidCql2>;

impl Parser {
    /// Reads the geometry whose word was taken; `None` when it is no such word.
    pub(super) fn geometry(&mut self, word: &str) -> Result<Option<Expression>, InvalidCql2> {
        let is_height =
            |kind: &Kind| matches!(kind, Kind::Word(word) if word.eq_ignore_ascii_case("Z"));
        let opens = |kind: &Kind| *kind == Kind::Sign("(");
        let is_opened = opens(self.peek()) || is_height(self.peek()) && opens(self.peek_second());
        if self.is_word("EMPTY") && shape_of(word).is_some() {
            return Err(self.refused(self.place, "an empty geometry meets nothing"));
        }
        let Some(read) = shape_of(word).filter(|_| is_opened) else { return Ok(None) };
        let start = self.place - 1;
        self.place += usize::from(is_height(self.peek()));
        let shape = read(self)?;
        let shape = checked(&shape, self.crs).map_err(|what| self.refused(start, what))?;
        Ok(Some(Expression::Literal(Literal::Geometry(shape))))
    }

    /// Reads the box in parentheses: west, south, east, north, or with heights.
    pub(super) fn bbox(&mut self) -> Result<Expression, InvalidCql2> {
        let start = self.place - 1;
        self.need_sign("(")?;
        let mut edges = vec![self.number()?];
        while self.take_sign(",") {
            edges.push(self.number()?);
        }
        self.need_sign(")")?;
        let read = bbox_of(&edges, self.crs);
        let read = read.map_err(|what| self.refused(start, what))?;
        Ok(Expression::Literal(read))
    }

    fn number(&mut self) -> Result<f64, InvalidCql2> {
        let is_negative = self.take_sign("-");
        if !is_negative {
            self.take_sign("+");
        }
        let Kind::Number(text) = self.peek().clone() else { return Err(self.expected("a number")) };
        let number = match number_of(&text) {
            Some(Literal::Integer(whole)) => whole as f64,
            Some(Literal::Real(number)) => number,
            _ => return Err(self.refused(self.place, format!("the number `{text}` is too large"))),
        };
        self.advance();
        Ok(if is_negative { -number } else { number })
    }

    fn coord(&mut self) -> Result<Coord<f64>, InvalidCql2> {
        self.meter.vertices(1).map_err(|what| self.refused(self.place, what))?;
        let (x, y) = (self.number()?, self.number()?);
        if matches!(self.peek(), Kind::Number(_) | Kind::Sign("-" | "+")) {
            self.number()?; // a height
        }
        Ok(Coord { x, y })
    }

    /// Reads parts in parentheses, one or more.
    fn list<T>(
        &mut self,
        part: impl Fn(&mut Self) -> Result<T, InvalidCql2>,
    ) -> Result<Vec<T>, InvalidCql2> {
        self.need_sign("(")?;
        let mut parts = vec![part(self)?];
        while self.take_sign(",") {
            parts.push(part(self)?);
        }
        self.need_sign(")")?;
        Ok(parts)
    }

    fn line(&mut self) -> Result<LineString<f64>, InvalidCql2> {
        let start = self.place;
        let line = LineString(self.list(Self::coord)?);
        if line.0.len() < 2 {
            return Err(self.refused(start, "a line needs two positions at least"));
        }
        Ok(line)
    }

    fn ring(&mut self) -> Result<LineString<f64>, InvalidCql2> {
        let start = self.place;
        let ring = LineString(self.list(Self::coord)?);
        ring_of(ring).map_err(|what| self.refused(start, what))
    }

    fn polygon(&mut self) -> Result<Polygon<f64>, InvalidCql2> {
        let mut rings = self.list(Self::ring)?;
        Ok(Polygon::new(rings.remove(0), rings))
    }

    /// Reads a position, in parentheses of its own or without.
    fn point(&mut self) -> Result<Point<f64>, InvalidCql2> {
        let is_enclosed = self.take_sign("(");
        let at = self.coord()?;
        if is_enclosed {
            self.need_sign(")")?;
        }
        Ok(at.into())
    }

    fn member(&mut self) -> Shape {
        let start = self.place;
        let Kind::Word(word) = self.advance() else {
            self.place = start;
            return Err(self.expected("a geometry"));
        };
        let read = shape_of(&word.to_ascii_uppercase());
        self.place += usize::from(self.is_word("Z"));
        self.meter.enter().map_err(|what| self.refused(start, what))?;
        let shape = match read {
            Some(read) => read(self)?,
            None => return Err(self.refused(start, format!("`{word}` is no kind of geometry"))),
        };
        self.meter.leave();
        Ok(shape)
    }
}

/// How a kind of geometry is read after its word.
fn shape_of(word: &str) -> Option<fn(&mut Parser) -> Shape> {
    Some(match word {
        "POINT" => |parser| {
            parser.need_sign("(")?;
            let at = parser.coord()?;
            parser.need_sign(")")?;
            Ok(Geometry::Point(at.into()))
        },
        "LINESTRING" => |parser| parser.line().map(Geometry::LineString),
        "POLYGON" => |parser| parser.polygon().map(Geometry::Polygon),
        "MULTIPOINT" => |parser| {
            parser.list(Parser::point).map(|points| Geometry::MultiPoint(MultiPoint(points)))
        },
        "MULTILINESTRING" => |parser| {
            let lines = parser.list(Parser::line)?;
            Ok(Geometry::MultiLineString(MultiLineString(lines)))
        },
        "MULTIPOLYGON" => |parser| {
            let polygons = parser.list(Parser::polygon)?;
            Ok(Geometry::MultiPolygon(MultiPolygon(polygons)))
        },
        "GEOMETRYCOLLECTION" => |parser| {
            let members = parser.list(Parser::member)?;
            Ok(Geometry::GeometryCollection(GeometryCollection(members)))
        },
        _ => return None,
    })
}

/// Takes a ring that is closed and encloses something.
pub(in crate::formats::cql2) fn ring_of(ring: LineString<f64>) -> Result<LineString<f64>, String> {
    if ring.0.len() < 4 {
        return Err("a ring needs four positions at least, the last the same as the first".into());
    }
    if ring.0.first() != ring.0.last() {
        return Err("the ring is not closed: repeat its first position as the last".into());
    }
    Ok(ring)
}

/// Takes the edges of a box in the order of a reference system: a box, or its outline in a grid.
pub(in crate::formats::cql2) fn bbox_of(
    edges: &[f64],
    crs: RegisteredCrs,
) -> Result<Literal, String> {
    let ([first, second, third, fourth] | [first, second, _, third, fourth, _]) = *edges else {
        return Err(format!("a box has four numbers, or six with heights, not {}", edges.len()));
    };
    let read = turned::bbox([first, second], [third, fourth], crs);
    let TurnedBox { around, outline } = read.map_err(|error| error.to_string())?;
    Ok(outline.map_or(Literal::Bbox(around), |outline| Literal::Geometry(outline.into())))
}
