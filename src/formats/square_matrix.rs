//! Square matrices as CSV: a header of codes, then a row for each; an empty cell is no data.

use std::collections::HashMap;

/// Holds n codes and n rows of n values, in the order of the header.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SquareMatrix {
    /// The codes.
    pub codes: Vec<String>,
    /// The values, row by row; `None` where nothing is known.
    pub values: Vec<Option<f64>>,
}

/// How many codes a matrix may have.
const MOST_CODES: usize = 2_000;

/// A matrix that is refused: where, what stands there, and the rule that it breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct InvalidMatrix {
    /// The line, from 1.
    pub line: u64,
    /// The value refused and the rule that it broke.
    pub reason: String,
}

impl SquareMatrix {
    /// Reads a matrix whose codes are all known to `is_known`, which otherwise says what would be.
    ///
    /// Rows may stand in another order than the columns.
    ///
    /// # Errors
    ///
    /// [`InvalidMatrix`] for the first line that is not as it should be.
    pub fn read(
        text: &str,
        is_known: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Self, InvalidMatrix> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut table = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut rows = table.records().map(|record| {
            let line = |at: Option<&csv::Position>| at.map_or(0, csv::Position::line);
            let record =
                record.map_err(|error| refused(line(error.position()), error.to_string()))?;
            Ok((line(record.position()), record))
        });
        let empty = || refused(1, "the matrix is empty: the first line holds the codes".to_owned());
        let (line, header) = rows.next().ok_or_else(empty)??;
        let codes: Vec<String> = header.iter().skip(1).map(str::to_owned).collect();
        let places = places(line, &codes, is_known)?;
        let mut matrix = Self { values: vec![None; codes.len() * codes.len()], codes };
        let mut lines = vec![0; matrix.codes.len()];
        for row in rows {
            let (line, row) = row?;
            matrix.add(line, &row, &places, &mut lines)?;
        }
        match lines.iter().position(|line| *line == 0) {
            Some(missing) => {
                let code = &matrix.codes[missing];
                Err(refused(
                    line,
                    format!("`{code}` is a column and no row: the matrix is not square"),
                ))
            }
            None => Ok(matrix),
        }
    }

    fn add(
        &mut self,
        line: u64,
        row: &csv::StringRecord,
        places: &HashMap<String, usize>,
        lines: &mut [u64],
    ) -> Result<(), InvalidMatrix> {
        let n = self.codes.len();
        let code = row.get(0).unwrap_or_default();
        let place = *places.get(code).ok_or_else(|| {
            refused(line, format!("`{code}` is a row and no column: the matrix is not square"))
        })?;
        if lines[place] > 0 {
            let before = lines[place];
            return Err(refused(
                line,
                format!("the row `{code}` is in line {before}, too: give it once"),
            ));
        }
        lines[place] = line;
        if row.len() != n + 1 {
            let cells = row.len().saturating_sub(1);
            return Err(refused(line, format!("{cells} values where there are {n} columns")));
        }
        for (column, cell) in row.iter().skip(1).enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let value = cell.parse().ok().filter(|value: &f64| value.is_finite() && *value >= 0.0);
            self.values[place * n + column] = Some(value.ok_or_else(|| {
                let column = &self.codes[column];
                refused(line, format!("`{cell}` in column `{column}` is no relatedness: give a number from 0, or nothing where it is not known"))
            })?);
        }
        Ok(())
    }

    /// Writes the matrix as it is read; every value to the last digit.
    #[must_use]
    pub fn to_csv(&self) -> String {
        use std::fmt::Write as _;
        let mut text = String::from("code");
        for code in &self.codes {
            let _ = write!(text, ",{code}");
        }
        text.push('\n');
        for (code, row) in self.codes.iter().zip(self.values.chunks(self.codes.len().max(1))) {
            text.push_str(code);
            for value in row {
                text.push(',');
                if let Some(value) = value {
                    let _ = write!(text, "{value}");
                }
            }
            text.push('\n');
        }
        text
    }
}

/// Where each code stands; refuses codes that are not known or stand twice.
fn places(
    line: u64,
    codes: &[String],
    is_known: impl Fn(&str) -> Result<(), String>,
) -> Result<HashMap<String, usize>, InvalidMatrix> {
    if codes.is_empty() || codes.len() > MOST_CODES {
        let reason =
            format!("{} columns of codes: a matrix has from 1 to {MOST_CODES}", codes.len());
        return Err(refused(line, reason));
    }
    let mut places = HashMap::new();
    for (place, code) in codes.iter().enumerate() {
        is_known(code).map_err(|reason| refused(line, reason))?;
        if places.insert(code.clone(), place).is_some() {
            return Err(refused(line, format!("the column `{code}` stands twice: give it once")));
        }
    }
    Ok(places)
}

fn refused(line: u64, reason: String) -> InvalidMatrix {
    InvalidMatrix { line, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SquareMatrix, String> {
        let is_known = |code: &str| {
            ["a", "b", "c"].contains(&code).then_some(()).ok_or(format!("`{code}` is not known"))
        };
        SquareMatrix::read(text, is_known).map_err(|error| error.to_string())
    }

    #[test]
    fn a_matrix_is_read_in_any_order_and_written_as_it_is_read() {
        let matrix = read("code,a,b\nb,0.25,\na,1,0.5\n").unwrap();
        assert_eq!(matrix.values, [Some(1.0), Some(0.5), Some(0.25), None]);
        assert_eq!(read(&matrix.to_csv()).unwrap(), matrix);
        assert_eq!(read("\u{feff},a\r\na,1\r\n").unwrap().values, [Some(1.0)]);
    }

    #[test]
    fn each_fault_is_named_by_its_line_and_rule() {
        for (text, said) in [
            ("", "line 1: the matrix is empty"),
            ("code\n", "line 1: 0 columns"),
            ("code,a,x\n", "line 1: `x` is not known"),
            ("code,a,a\n", "line 1: the column `a` stands twice"),
            ("code,a,b\na,1,0\n", "`b` is a column and no row: the matrix is not square"),
            ("code,a\na,1\nb,1\n", "line 3: `b` is a row and no column"),
            ("code,a,b\na,1,0\na,1,0\n", "line 3: the row `a` is in line 2, too"),
            ("code,a,b\na,1\nb,1,1\n", "line 2: 1 values where there are 2 columns"),
            ("code,a,b\na,1,-0.5\nb,1,1\n", "line 2: `-0.5` in column `b` is no relatedness"),
            ("code,a,b\na,1,1\nb,nan,1\n", "line 3: `nan` in column `a`"),
            ("code,a,b\na,1,1\nb,some,1\n", "line 3: `some`"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
