//! Cuts lines and rings at the edges of a square.

/// A place in units of a tile, east and south.
pub type Place = [f64; 2];

/// Holds the window that is kept, edges included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The least of both numbers.
    pub least: f64,
    /// The greatest of both numbers.
    pub most: f64,
}

impl Window {
    fn contains(self, place: Place) -> bool {
        place.iter().all(|part| (self.least..=self.most).contains(part))
    }

    /// Says whether places that reach so far cannot meet the window.
    fn misses(self, places: &[Place]) -> bool {
        let beyond = |axis: usize| {
            places.iter().all(|place| place[axis] < self.least)
                || places.iter().all(|place| place[axis] > self.most)
        };
        beyond(0) || beyond(1)
    }

    /// Cuts a closed ring, given without its last place, down to the window.
    ///
    /// Where the ring leaves and comes back, the edge of the window is followed, so one ring stays
    /// one ring.
    ///
    /// # References
    ///
    /// Sutherland & Hodgman (1974), Reentrant polygon clipping, Communications of the ACM 17(1),
    /// pp. 32–42.
    #[must_use]
    pub fn ring(self, ring: &[Place]) -> Vec<Place> {
        if self.misses(ring) {
            return Vec::new();
        }
        if ring.iter().all(|&place| self.contains(place)) {
            return ring.to_vec();
        }
        let edges = [
            (0, self.least, 1.0),
            (0, self.most, -1.0),
            (1, self.least, 1.0),
            (1, self.most, -1.0),
        ];
        edges.into_iter().fold(ring.to_vec(), |ring, (axis, at, sign)| {
            let inside = |place: &Place| sign * (place[axis] - at) >= 0.0;
            let mut kept = Vec::with_capacity(ring.len() + 4);
            let before = ring.iter().cycle().skip(ring.len().saturating_sub(1));
            for (from, to) in before.zip(&ring) {
                if inside(from) != inside(to) {
                    kept.push(crossing(*from, *to, axis, at));
                }
                if inside(to) {
                    kept.push(*to);
                }
            }
            kept
        })
    }

    /// Cuts a line down to the parts that lie in the window.
    ///
    /// # References
    ///
    /// Liang & Barsky (1984), A new concept and method for line clipping, ACM Transactions on
    /// Graphics 3(1), pp. 1–22.
    #[must_use]
    pub fn line(self, line: &[Place]) -> Vec<Vec<Place>> {
        let mut parts: Vec<Vec<Place>> = Vec::new();
        let mut is_open = false;
        for pair in line.windows(2) {
            let Some((from, to, ends)) = self.segment(pair[0], pair[1]) else {
                is_open = false;
                continue;
            };
            match parts.last_mut().filter(|_| is_open) {
                Some(part) => part.push(to),
                None => parts.push(vec![from, to]),
            }
            is_open = !ends;
        }
        parts
    }

    /// The part of a segment in the window, and whether it leaves before its end.
    fn segment(self, from: Place, to: Place) -> Option<(Place, Place, bool)> {
        let (mut enter, mut leave) = (0.0f64, 1.0f64);
        for axis in [0, 1] {
            let step = to[axis] - from[axis];
            if step == 0.0 {
                if !(self.least..=self.most).contains(&from[axis]) {
                    return None;
                }
                continue;
            }
            let (a, b) = ((self.least - from[axis]) / step, (self.most - from[axis]) / step);
            enter = enter.max(a.min(b));
            leave = leave.min(a.max(b));
        }
        if enter > leave {
            return None;
        }
        let at = |share: f64| [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
        let start = if enter > 0.0 { at(enter) } else { from };
        let end = if leave < 1.0 { at(leave) } else { to };
        Some((start, end, leave < 1.0))
    }
}

/// Where a segment crosses a line on which one number is fixed.
fn crossing(from: Place, to: Place, axis: usize, at: f64) -> Place {
    let share = (at - from[axis]) / (to[axis] - from[axis]);
    let mut place = [0, 1].map(|axis| from[axis] + share * (to[axis] - from[axis]));
    place[axis] = at;
    place
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WINDOW: Window = Window { least: 0.0, most: 10.0 };

    /// Twice the area by the surveyor's formula.
    fn doubled_area(ring: &[Place]) -> f64 {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum()
    }

    #[test]
    fn a_ring_is_cut_at_the_edges_and_keeps_its_direction() {
        let square = [[5.0, 5.0], [15.0, 5.0], [15.0, 15.0], [5.0, 15.0]];
        let cut = WINDOW.ring(&square);
        assert_eq!(doubled_area(&cut), 50.0, "{cut:?}");
        let turned: Vec<Place> = square.iter().rev().copied().collect();
        assert_eq!(doubled_area(&WINDOW.ring(&turned)), -50.0);
        assert!(WINDOW.ring(&[[11.0, 0.0], [12.0, 0.0], [12.0, 5.0]]).is_empty());
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_two() {
        let line = [[5.0, 5.0], [15.0, 5.0], [15.0, 8.0], [5.0, 8.0]];
        assert_eq!(
            WINDOW.line(&line),
            [vec![[5.0, 5.0], [10.0, 5.0]], vec![[10.0, 8.0], [5.0, 8.0]]]
        );
        assert!(WINDOW.line(&[[-5.0, 4.0], [-1.0, 20.0]]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

        #[test]
        fn a_cut_triangle_covers_what_both_cover(
            corners in prop::array::uniform3((-20.0..30.0f64, -20.0..30.0f64)),
            (x, y) in (0.01..9.99f64, 0.01..9.99f64),
        ) {
            let ring = corners.map(|(x, y)| [x, y]);
            let cut = WINDOW.ring(&ring);
            prop_assert!(cut.iter().all(|place| place.iter().all(|part| (-1e-9..=10.0 + 1e-9).contains(part))));
            let inside = |ring: &[Place]| {
                let next = ring.iter().cycle().skip(1);
                let crossed = ring.iter().zip(next).filter(|(a, b)| {
                    (a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0]
                });
                crossed.count() % 2 == 1
            };
            prop_assert_eq!(inside(&cut), inside(&ring));
        }
    }
}
