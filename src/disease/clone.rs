//! A subclone: the agent of the simulation.

use super::phenotype::PhenotypeId;
use super::trait_set::TraitSet;

/// Identity of a clone within one patient, counted from 0 in the order of founding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CloneId(pub u32);

/// Clones of one lineage descend from one founder and differ only in expression states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lineage(pub u32);

/// All cells of one lineage that carry the same traits.
///
/// (The struct is not called `Clone` because the prelude has a trait of that name.)
#[derive(Clone, Debug, PartialEq)]
pub struct Subclone {
    /// Its identity.
    pub id: CloneId,
    /// The clone its first cell came from; none for a clone there at the start.
    pub parent: Option<CloneId>,
    /// Its lineage.
    pub lineage: Lineage,
    /// The traits its cells carry.
    pub traits: TraitSet,
    /// What those traits do.
    pub phenotype: PhenotypeId,
    /// Day of its first cell.
    pub founded: f64,
    /// Day by which its last cell was gone; none while it lives.
    pub extinct: Option<f64>,
    /// Cells now.
    pub cells: u64,
    /// Most cells at any boundary so far.
    pub peak: u64,
}
