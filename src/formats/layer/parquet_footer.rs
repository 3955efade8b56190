//! The description at the end of a Parquet, looked through before the library reads it: how deeply
//! its columns stand in one another, which the library follows without end.

/// How deeply columns may stand in one another.
const MOST_NESTED: usize = 64;

const CUT: &str = "its description ends too early";
const DEEP: &str = "its columns stand too deep in one another";

/// Looks through a description in Thrift's compact protocol.
///
/// # Errors
///
/// What is wrong with it.
pub(super) fn check(footer: &[u8]) -> Result<(), &'static str> {
    let mut reader = Reader(footer);
    let mut id = 0;
    while let Some((next, kind)) = reader.field(id)? {
        id = next;
        if id == 2 && kind == 9 {
            return check_schema(&mut reader);
        }
        reader.skip(kind, 0)?;
    }
    Err("its description has no columns")
}

/// Follows the columns, which come flattened: each says how many of the next ones stand in it.
fn check_schema(reader: &mut Reader<'_>) -> Result<(), &'static str> {
    let (count, kind) = reader.list()?;
    if kind != 12 {
        return Err("its columns are not described");
    }
    let mut open: Vec<u64> = Vec::new();
    for _ in 0..count {
        let children = reader.children()?;
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if children > 0 {
            open.push(children);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > MOST_NESTED {
            return Err(DEEP);
        }
    }
    Ok(())
}

/// The bytes that are still to be read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn byte(&mut self) -> Result<u8, &'static str> {
        let (first, rest) = self.0.split_first().ok_or(CUT)?;
        self.0 = rest;
        Ok(*first)
    }

    fn pass(&mut self, count: u64) -> Result<(), &'static str> {
        let count = usize::try_from(count).map_err(|_| CUT)?;
        self.0 = self.0.get(count..).ok_or(CUT)?;
        Ok(())
    }

    /// A whole number, seven bits a byte.
    fn number(&mut self) -> Result<u64, &'static str> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number of its description is too long")
    }

    /// The number and kind of the next field of a structure; nothing at its end.
    fn field(&mut self, before: u64) -> Result<Option<(u64, u8)>, &'static str> {
        let head = self.byte()?;
        if head == 0 {
            return Ok(None);
        }
        let step = u64::from(head >> 4);
        let id = if step == 0 { self.number()? / 2 } else { before.wrapping_add(step) };
        Ok(Some((id, head & 0x0f)))
    }

    /// The length of a list and the kind of what is in it.
    fn list(&mut self) -> Result<(u64, u8), &'static str> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
        if count > self.0.len() as u64 {
            return Err(CUT);
        }
        Ok((count, head & 0x0f))
    }

    /// Reads one column, and how many stand in it.
    fn children(&mut self) -> Result<u64, &'static str> {
        let (mut id, mut children) = (0, 0);
        while let Some((next, kind)) = self.field(id)? {
            id = next;
            if id == 5 && kind == 5 {
                children = self.number()? / 2; // zigzag; a negative one is refused by the library
            } else {
                self.skip(kind, 0)?;
            }
        }
        Ok(children)
    }

    /// Passes over an item of a list or map, where true and false take a byte; every item takes one,
    /// so no count goes on for ever.
    fn skip_item(&mut self, kind: u8, depth: usize) -> Result<(), &'static str> {
        if matches!(kind, 1 | 2) { self.pass(1) } else { self.skip(kind, depth) }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Result<(), &'static str> {
        if depth > MOST_NESTED {
            return Err(DEEP);
        }
        match kind {
            1 | 2 => Ok(()), // true and false say it by their kind
            3 => self.pass(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.pass(8),
            8 => {
                let length = self.number()?;
                self.pass(length)
            }
            9 | 10 => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.skip_item(kind, depth + 1))
            }
            11 => {
                let count = self.number()?;
                let kinds = if count == 0 { 0 } else { self.byte()? };
                (0..count).try_for_each(|_| {
                    self.skip_item(kinds >> 4, depth + 1)?;
                    self.skip_item(kinds & 0x0f, depth + 1)
                })
            }
            12 => {
                let mut id = 0;
                while let Some((next, kind)) = self.field(id)? {
                    id = next;
                    self.skip(kind, depth + 1)?;
                }
                Ok(())
            }
            13 => self.pass(16),
            _ => Err("its description has a kind of value that is not known"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_bytes_panic_or_go_on_for_ever() {
        for byte in 0..=255 {
            let _ = check(&[byte; 64]);
            let _ = check(&[0x1b, 0xff, 0xff, 0xff, 0xff, 0x0f, byte, 0x19, byte]);
        }
        assert_eq!(check(&[]), Err(CUT));
    }
}
