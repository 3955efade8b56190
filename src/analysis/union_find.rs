//! Which things have been joined so far.

/// Holds a partition of the numbers 0 to n − 1 that only ever grows coarser.
///
/// # References
///
/// Tarjan & van Leeuwen (1984), Worst-case analysis of set union algorithms, JACM 31, 245–281:
/// union by size with path halving.
#[derive(Debug, Clone)]
pub struct UnionFind {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl UnionFind {
    /// Starts with every number alone.
    #[must_use]
    pub fn new(n: usize) -> Self {
        Self { parent: (0u32..).take(n).collect(), size: vec![1; n] }
    }

    /// Finds the number that stands for the set of a number.
    pub fn root(&mut self, number: u32) -> u32 {
        let mut at = number as usize;
        while self.parent[at] as usize != at {
            self.parent[at] = self.parent[self.parent[at] as usize];
            at = self.parent[at] as usize;
        }
        at as u32
    }

    /// Joins two sets; says whether they were two.
    pub fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if a == b {
            return false;
        }
        let [small, large] =
            if self.size[a as usize] < self.size[b as usize] { [a, b] } else { [b, a] };
        self.parent[small as usize] = large;
        self.size[large as usize] += self.size[small as usize];
        true
    }

    /// How many numbers are in the set of a number.
    pub fn size(&mut self, number: u32) -> usize {
        let root = self.root(number);
        self.size[root as usize] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joined_sets_share_a_root_and_add_their_sizes() {
        let mut sets = UnionFind::new(5);
        assert!(sets.join(0, 1) && sets.join(3, 4) && sets.join(1, 4));
        assert!(!sets.join(0, 3), "they were one already");
        assert_eq!(sets.root(0), sets.root(3));
        assert_eq!([sets.size(0), sets.size(2)], [4, 1]);
    }
}
