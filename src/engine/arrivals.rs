//! Cells that have come to a clone by a flip of this step, for another trait of theirs may flip in it too.

use smallvec::SmallVec;

/// Cells that came by the flip of one trait.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// The trait, by its position.
    pub flipped: usize,
    /// Their expected number.
    pub cells: f64,
    /// How many times as many as the law of that trait alone says.
    pub led: f64,
}

/// Arrivals of all clones; a cell that has flipped two traits counts among those of either.
#[derive(Clone, Debug, Default)]
pub struct Arrivals {
    /// By the position of the clone.
    clones: Vec<SmallVec<[Arrival; 2]>>,
}

impl Arrivals {
    /// Another step.
    pub fn clear(&mut self) {
        self.clones.clear();
    }

    /// Those of a clone.
    pub fn at(&self, clone: usize) -> &[Arrival] {
        self.clones.get(clone).map_or(&[], SmallVec::as_slice)
    }

    /// Some of a clone's cells flip a trait and pass to another; who has come before goes with the rest.
    pub fn pass(&mut self, (from, to): (usize, usize), flips: usize, (cells, of): (u64, u64), led: f64) {
        let share = cells as f64 / of as f64;
        for place in 0..self.at(from).len() {
            let before = &mut self.clones[from][place];
            // Those who flip the same trait again are as they were.
            let gone = Arrival { cells: before.cells * share, ..*before };
            before.cells -= gone.cells;
            if gone.flipped != flips {
                self.add(to, gone);
            }
        }
        self.add(to, Arrival { flipped: flips, cells: cells as f64, led });
    }

    fn add(&mut self, clone: usize, arrival: Arrival) {
        if self.clones.len() <= clone {
            self.clones.resize(clone + 1, SmallVec::new());
        }
        let known = &mut self.clones[clone];
        match known.iter_mut().find(|known| known.flipped == arrival.flipped) {
            Some(known) => {
                let cells = known.cells + arrival.cells;
                if cells > 0.0 {
                    known.led += (arrival.led - known.led) * arrival.cells / cells;
                }
                known.cells = cells;
            }
            None => known.push(arrival),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_goes_on_with_the_rest() {
        let mut arrivals = Arrivals::default();
        arrivals.pass((0, 1), 5, (30, 1000), 1.5);
        arrivals.pass((1, 2), 6, (10, 60), 0.5);
        assert_eq!(arrivals.at(0), []);
        assert_eq!(arrivals.at(1), [Arrival { flipped: 5, cells: 25.0, led: 1.5 }]);
        let both =
            [Arrival { flipped: 5, cells: 5.0, led: 1.5 }, Arrival { flipped: 6, cells: 10.0, led: 0.5 }];
        assert_eq!(arrivals.at(2), both);
        // Back again by the same trait, in the second half of a step of two.
        arrivals.pass((2, 1), 6, (10, 10), 1.0);
        assert_eq!(arrivals.at(2).iter().map(|of| of.cells).sum::<f64>(), 0.0);
        assert_eq!(arrivals.at(1)[0], Arrival { flipped: 5, cells: 30.0, led: 1.5 });
        // Others by the same trait: the mean of both.
        arrivals.pass((0, 1), 5, (30, 100), 1.1);
        assert_eq!(arrivals.at(1)[0], Arrival { flipped: 5, cells: 60.0, led: 1.3 });
        arrivals.clear();
        assert_eq!(arrivals.at(1), []);
    }
}
