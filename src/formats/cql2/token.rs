//! CQL2 Text cut into words, names, texts, numbers and signs.

use super::InvalidCql2;
use super::words::shown;

/// Holds a piece of the text and where it starts, counted in characters from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

/// Says what a piece of the text is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A name or a word of the language.
    Word(String),
    /// A name in double quotes.
    Quoted(String),
    /// Text in single quotes.
    Text(String),
    /// A number without its sign, as it is written.
    Number(String),
    /// A sign.
    Sign(&'static str),
    /// The end of the text.
    End,
}

/// The signs of the language; a longer one before its own beginning.
const SIGNS: [&str; 16] =
    ["<>", "<=", ">=", "<", ">", "=", "(", ")", ",", "+", "-", "*", "/", "%", "^", "!="];

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(word) | Self::Number(word) => write!(f, "`{}`", shown(word)),
            Self::Quoted(name) => write!(f, "`\"{}\"`", shown(name)),
            Self::Text(text) => write!(f, "`'{}'`", shown(text)),
            Self::Sign(sign) => write!(f, "`{sign}`"),
            Self::End => f.write_str("the end"),
        }
    }
}

/// Cuts a text into its pieces, the end as the last.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, InvalidCql2> {
    let mut reader = Reader { letters: text.chars().collect(), place: 0 };
    let mut found = Vec::new();
    loop {
        reader.take_while(char::is_whitespace);
        let at = reader.place + 1;
        let kind = reader.next()?;
        let is_end = kind == Kind::End;
        found.push(Token { kind, at });
        if is_end {
            return Ok(found);
        }
    }
}

struct Reader {
    letters: Vec<char>,
    place: usize,
}

impl Reader {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.letters.get(self.place + ahead).copied()
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let rest = self.letters[self.place..].iter().copied();
        let taken: Vec<char> = rest.take_while(|&letter| belongs(letter)).collect();
        self.place += taken.len();
        taken.into_iter().collect()
    }

    fn next(&mut self) -> Result<Kind, InvalidCql2> {
        let Some(first) = self.peek(0) else { return Ok(Kind::End) };
        let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_digit());
        match first {
            '\'' => self.enclosed('\'').map(Kind::Text),
            '"' => self.enclosed('"').map(Kind::Quoted),
            _ if is_digit(Some(first)) || first == '.' && is_digit(self.peek(1)) => {
                Ok(Kind::Number(self.number()))
            }
            _ if is_name_start(first) => Ok(Kind::Word(self.take_while(is_name_part))),
            _ => self.sign(),
        }
    }

    /// Reads up to the closing quote; a doubled quote, or one after `\`, stands for itself.
    fn enclosed(&mut self, quote: char) -> Result<String, InvalidCql2> {
        let at = self.place + 1;
        self.place += 1;
        let mut inside = String::new();
        while let Some(letter) = self.peek(0) {
            let is_escape = letter == quote || letter == '\\' && quote == '\'';
            if is_escape && self.peek(1) == Some(quote) {
                inside.push(quote);
                self.place += 2;
            } else if letter == quote {
                self.place += 1;
                return Ok(inside);
            } else {
                inside.push(letter);
                self.place += 1;
            }
        }
        let what = format!("the quote {quote} is opened and never closed");
        Err(InvalidCql2::Text { at, what })
    }

    fn number(&mut self) -> String {
        let is_digit = |letter: char| letter.is_ascii_digit();
        let mut number = self.take_while(is_digit);
        if self.peek(0) == Some('.') {
            self.place += 1;
            number.push('.');
            number.push_str(&self.take_while(is_digit));
        }
        let is_exponent = matches!(self.peek(0), Some('e' | 'E'));
        let sign = usize::from(matches!(self.peek(1), Some('+' | '-')));
        if is_exponent && self.peek(1 + sign).is_some_and(is_digit) {
            number.extend(&self.letters[self.place..=self.place + sign]);
            self.place += 1 + sign;
            number.push_str(&self.take_while(is_digit));
        }
        number
    }

    fn sign(&mut self) -> Result<Kind, InvalidCql2> {
        let rest = &self.letters[self.place..];
        let starts =
            |sign: &&&str| rest.len() >= sign.len() && sign.chars().zip(rest).all(|(a, b)| a == *b);
        let at = self.place + 1;
        match SIGNS.iter().find(starts) {
            Some(&"!=") => Err(InvalidCql2::Text { at, what: "write `<>` for `!=`".to_owned() }),
            Some(sign) => {
                self.place += sign.len();
                Ok(Kind::Sign(sign))
            }
            None => {
                let what = format!("`{}` has no meaning in CQL2", rest[0]);
                Err(InvalidCql2::Text { at, what })
            }
        }
    }
}

/// Whether a letter can start a name; names in other letters stand in double quotes.
fn is_name_start(letter: char) -> bool {
    letter.is_alphabetic() || letter == '_' || letter == ':'
}

fn is_name_part(letter: char) -> bool {
    is_name_start(letter)
        || letter.is_numeric()
        || letter == '.'
        || ('\u{300}'..='\u{36f}').contains(&letter)
        || ('\u{203f}'..='\u{2040}').contains(&letter)
}
