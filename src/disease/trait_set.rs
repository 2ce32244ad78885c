//! The traits a clone carries: a bit set, never a string.

/// At most this many traits in one scenario.
pub const MOST_TRAITS: usize = 64;

/// A set of resistance traits, by their position in the scenario's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TraitSet(u64);

impl TraitSet {
    /// No trait: wild type.
    pub const WILD_TYPE: TraitSet = TraitSet(0);

    /// The set of the traits at these positions, each below [`MOST_TRAITS`].
    ///
    /// ```
    /// use clonetide::disease::TraitSet;
    /// let set = TraitSet::of([0, 3]);
    /// assert!(set.contains(3) && !set.contains(1));
    /// assert_eq!(set.iter().collect::<Vec<_>>(), [0, 3]);
    /// ```
    pub fn of(positions: impl IntoIterator<Item = usize>) -> TraitSet {
        positions.into_iter().fold(TraitSet::WILD_TYPE, TraitSet::with)
    }

    /// This set and the trait at `position`.
    pub fn with(self, position: usize) -> TraitSet {
        debug_assert!(position < MOST_TRAITS);
        TraitSet(self.0 | 1 << position)
    }

    /// This set without the trait at `position`.
    pub fn without(self, position: usize) -> TraitSet {
        TraitSet(self.0 & !(1 << position))
    }

    /// The traits of both sets.
    pub fn union(self, other: TraitSet) -> TraitSet {
        TraitSet(self.0 | other.0)
    }

    /// The traits that one of both sets has.
    pub fn differs_from(self, other: TraitSet) -> TraitSet {
        TraitSet(self.0 ^ other.0)
    }

    /// This set with the trait at `position` if it is without it, and the other way round.
    pub fn flipped(self, position: usize) -> TraitSet {
        if self.contains(position) { self.without(position) } else { self.with(position) }
    }

    /// Whether the trait at `position` is carried.
    pub fn contains(self, position: usize) -> bool {
        self.0 >> position & 1 == 1
    }

    /// Whether every trait of `other` is carried.
    pub fn contains_all(self, other: TraitSet) -> bool {
        self.0 & other.0 == other.0
    }

    /// The positions, in rising order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let position = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            (position < MOST_TRAITS).then_some(position)
        })
    }
}
