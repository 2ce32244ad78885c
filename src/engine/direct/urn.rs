//! Draws members in proportion to their cells at a cost that does not grow with their number: composition and
//! rejection (Slepoy, Thompson & Plimpton 2008, J Chem Phys 128:205101).

use rand::RngExt;

use crate::engine::stream::Stream;

/// Members in boxes. A member of level `l` has at least half as many cells as its box has places, which is 2^l;
/// a dart thrown at all places hits a cell at least every other time.
#[derive(Clone, Debug, Default)]
pub struct Urn {
    levels: Vec<Vec<u32>>,
    places: u64,
}

/// The level of a member with this many cells; 0 for none.
pub fn level(cells: u64) -> u32 {
    u64::BITS - cells.leading_zeros()
}

impl Urn {
    /// Puts a member in; gives its slot, which is needed to take it out.
    pub fn put(&mut self, member: usize, level: u32) -> usize {
        let least = level as usize + 1;
        if self.levels.len() < least {
            self.levels.resize_with(least, Vec::new);
        }
        self.places += 1 << level;
        self.levels[level as usize].push(member as u32);
        self.levels[level as usize].len() - 1
    }

    /// Takes the member at a slot out; gives the member that has this slot from now on, if there is one.
    pub fn take(&mut self, level: u32, slot: usize) -> Option<usize> {
        let members = &mut self.levels[level as usize];
        members.swap_remove(slot);
        self.places -= 1 << level;
        members.get(slot).map(|&member| member as usize)
    }

    /// A member, drawn in proportion to the cells they have; there must be some.
    pub fn pick(&self, cells: impl Fn(usize) -> u64, stream: &mut Stream) -> usize {
        loop {
            let (member, place) = self.hit(stream.random_range(0..self.places));
            if place < cells(member) {
                return member;
            }
        }
    }

    /// The member whose box a dart hits, and the place in the box.
    fn hit(&self, mut dart: u64) -> (usize, u64) {
        for (level, members) in self.levels.iter().enumerate().rev() {
            let places = (members.len() as u64) << level;
            if dart < places {
                return (members[(dart >> level) as usize] as usize, dart & ((1 << level) - 1));
            }
            dart -= places;
        }
        (0, u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_one_place() {
        let cells = [5_u64, 1, 8, 3];
        let mut urn = Urn::default();
        cells.iter().enumerate().for_each(|(member, &cells)| assert!(urn.put(member, level(cells)) < 2));
        assert_eq!(urn.places, 8 + 2 + 16 + 4);
        let mut hits = [0; 4];
        for (member, place) in (0..urn.places).map(|dart| urn.hit(dart)) {
            hits[member] += u64::from(place < cells[member]);
        }
        assert_eq!(hits, cells);
    }

    #[test]
    fn the_last_member_moves_to_the_slot_that_is_free() {
        let mut urn = Urn::default();
        let slots = [7, 8, 9].map(|member| urn.put(member, 3));
        assert_eq!(slots, [0, 1, 2]);
        assert_eq!((urn.take(3, 0), urn.take(3, 1), urn.places), (Some(9), None, 8));
    }
}
