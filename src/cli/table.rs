//! Tables for a terminal: columns as wide as their widest cell, Chinese counted as two.

use std::io::{self, Write};

/// Says on which side the cells of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Writes a table with a header.
pub(super) fn write(
    out: &mut dyn Write,
    columns: &[(&str, Align)],
    rows: &[Vec<String>],
) -> io::Result<()> {
    let header: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| {
            rows.iter().chain([&header]).map(|row| width(&row[column])).max().unwrap_or(0)
        })
        .collect();
    for row in [&header].into_iter().chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let gap = " ".repeat(widths[column] - width(cell));
            match columns[column].1 {
                Align::Left => line.extend([cell.as_str(), &gap, "  "]),
                Align::Right => line.extend([gap.as_str(), cell, "  "]),
            }
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// How many cells of a terminal a text takes.
fn width(text: &str) -> usize {
    let is_wide = |letter: char| matches!(letter, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}');
    text.chars().map(|letter| if is_wide(letter) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_in_both_scripts() {
        let rows = vec![
            vec!["遂宁".to_owned(), "45.3".to_owned()],
            vec!["Yueyang".to_owned(), "612".to_owned()],
        ];
        let mut out = Vec::new();
        write(&mut out, &[("place", Align::Left), ("km", Align::Right)], &rows).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "place      km\n遂宁     45.3\nYueyang   612\n"
        );
    }
}
