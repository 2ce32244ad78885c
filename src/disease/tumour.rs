//! The clones of one patient.

use smallvec::SmallVec;

use super::clone::{CloneId, Lineage, Subclone};
use super::phenotype::{Phenotype, Phenotypes};
use super::trait_set::TraitSet;

/// Which cells count as one clone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// All cells with the same traits, whoever founded them: the number of clones stays small.
    TraitSet,
    /// Each mutated daughter founds a clone of its own.
    Founder,
}

/// Why a tumour could not take what happened to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// More clones than the limit.
    Clones,
    /// More cells than the limit.
    Cells,
}

/// The clones of one patient; dead ones stay, so that a position is for good.
#[derive(Clone, Debug)]
pub struct Tumour {
    clones: Vec<Subclone>,
    /// The phenotypes met so far.
    pub phenotypes: Phenotypes,
    identity: Identity,
    /// Of each lineage its clones' traits, in order, and positions.
    lineages: Vec<SmallVec<[(TraitSet, usize); 1]>>,
    most_clones: usize,
}

/// A tumour never holds more cells than this: counts stay exact in an f64.
pub const MOST_CELLS: u64 = 1_000_000_000_000_000;

impl Tumour {
    /// A tumour without cells.
    pub fn new(phenotypes: Phenotypes, identity: Identity, most_clones: usize) -> Tumour {
        Tumour { clones: Vec::new(), phenotypes, identity, lineages: Vec::new(), most_clones }
    }

    /// The clones, living and dead, in the order of founding.
    pub fn clones(&self) -> &[Subclone] {
        &self.clones
    }

    /// The phenotype of the clone at `position`.
    pub fn phenotype(&self, position: usize) -> &Phenotype {
        &self.phenotypes[self.clones[position].phenotype]
    }

    /// All cells.
    pub fn burden(&self) -> u64 {
        self.clones.iter().fold(0, |sum, clone| sum.saturating_add(clone.cells))
    }

    /// Clones with cells.
    pub fn living(&self) -> u64 {
        self.clones.iter().filter(|clone| clone.cells > 0).count() as u64
    }

    /// All cells, each weighted with what it secretes relative to a wild-type cell.
    pub fn secreting_burden(&self) -> f64 {
        self.clones.iter().map(|clone| clone.cells as f64 * self.phenotypes[clone.phenotype].secretion).sum()
    }

    /// Places cells that are there from the start.
    pub fn seed(&mut self, traits: TraitSet, cells: u64, day: f64) -> Result<(), Overflow> {
        let position = match self.find(Lineage(0), traits) {
            Some(position) if self.identity == Identity::TraitSet => position,
            _ => self.found(None, self.next_lineage(), traits, day)?,
        };
        self.add(position, cells)
    }

    /// Adds cells to the clone at `position`.
    pub fn add(&mut self, position: usize, cells: u64) -> Result<(), Overflow> {
        let clone = &mut self.clones[position];
        if cells > 0 {
            clone.extinct = None;
        }
        let sum = clone.cells.saturating_add(cells);
        clone.cells = sum.min(MOST_CELLS);
        if sum > MOST_CELLS { Err(Overflow::Cells) } else { Ok(()) }
    }

    /// Gives the clone at `position` another number of cells.
    pub fn replace(&mut self, position: usize, cells: u64) -> Result<(), Overflow> {
        self.clones[position].cells = 0;
        self.add(position, cells)
    }

    /// Which cells count as one clone.
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// Takes cells from the clone at `position`, at most those it has.
    pub fn remove(&mut self, position: usize, cells: u64) {
        let clone = &mut self.clones[position];
        debug_assert!(clone.cells >= cells, "a clone cannot lose more cells than it has");
        clone.cells = clone.cells.saturating_sub(cells);
    }

    /// Position of the clone a mutated daughter of `parent` belongs to, founded now if it is new.
    pub fn mutant_of(&mut self, parent: usize, traits: TraitSet, day: f64) -> Result<usize, Overflow> {
        let lineage = match self.identity {
            Identity::TraitSet => Lineage(0),
            Identity::Founder => self.next_lineage(),
        };
        self.member(parent, lineage, traits, day)
    }

    /// Position of the clone that a cell from outside belongs to, founded now if it is new.
    pub fn immigrant(&mut self, traits: TraitSet, day: f64) -> Result<usize, Overflow> {
        let lineage = self.next_lineage();
        match self.find(lineage, traits) {
            Some(position) => Ok(position),
            None => self.found(None, lineage, traits, day),
        }
    }

    /// Notes when the last cell of a clone was gone, if it has none.
    pub fn note_extinction(&mut self, position: usize, day: f64) {
        let clone = &mut self.clones[position];
        if clone.cells == 0 {
            clone.extinct = Some(day);
        }
    }

    /// Position of the clone a switched cell of `parent` belongs to: the same lineage in another state.
    pub fn switched_from(&mut self, parent: usize, traits: TraitSet, day: f64) -> Result<usize, Overflow> {
        self.member(parent, self.clones[parent].lineage, traits, day)
    }

    /// Of the lineage of `from`, a clone with cells that has yet to flip one of the traits in which `from` and `traits` differ;
    /// none if they differ in one.
    pub fn one_flip_before(&self, from: usize, traits: TraitSet) -> Option<usize> {
        let lineage = self.clones[from].lineage;
        let flips = self.clones[from].traits.differs_from(traits);
        if flips.iter().count() == 1 {
            return None;
        }
        let clones = flips.iter().filter_map(|flip| self.find(lineage, traits.flipped(flip)));
        clones.filter(|&clone| self.clones[clone].cells > 0).min()
    }

    fn member(
        &mut self,
        parent: usize,
        lineage: Lineage,
        traits: TraitSet,
        day: f64,
    ) -> Result<usize, Overflow> {
        match self.find(lineage, traits) {
            Some(position) => {
                // Founders of one half-step are not told in the order of their days.
                let founded = &mut self.clones[position].founded;
                *founded = founded.min(day);
                Ok(position)
            }
            None => self.found(Some(self.clones[parent].id), lineage, traits, day),
        }
    }

    /// Position of the clone of a lineage with these traits.
    fn find(&self, Lineage(number): Lineage, traits: TraitSet) -> Option<usize> {
        let clones = self.lineages.get(number as usize)?;
        let place = clones.binary_search_by_key(&traits, |(known, _)| *known).ok()?;
        Some(clones[place].1)
    }

    fn next_lineage(&self) -> Lineage {
        match self.identity {
            Identity::TraitSet => Lineage(0),
            Identity::Founder => Lineage(self.clones.len() as u32),
        }
    }

    fn found(
        &mut self,
        parent: Option<CloneId>,
        lineage: Lineage,
        traits: TraitSet,
        day: f64,
    ) -> Result<usize, Overflow> {
        let position = self.clones.len();
        if position >= self.most_clones {
            return Err(Overflow::Clones);
        }
        let (id, phenotype) = (CloneId(position as u32), self.phenotypes.of(traits));
        self.clones.push(Subclone {
            id,
            parent,
            lineage,
            traits,
            phenotype,
            founded: day,
            extinct: None,
            cells: 0,
            peak: 1,
        });
        let Lineage(number) = lineage;
        if self.lineages.len() <= number as usize {
            self.lineages.resize_with(number as usize + 1, SmallVec::new);
        }
        let clones = &mut self.lineages[number as usize];
        clones.insert(clones.partition_point(|(known, _)| *known < traits), (traits, position));
        Ok(position)
    }

    /// Notes peaks and extinctions at a boundary; the engines call it at the end of every advance.
    pub fn take_stock(&mut self, day: f64) -> Result<(), Overflow> {
        for clone in &mut self.clones {
            clone.peak = clone.peak.max(clone.cells);
            if clone.cells == 0 && clone.extinct.is_none() {
                clone.extinct = Some(day);
            }
        }
        if self.burden() > MOST_CELLS { Err(Overflow::Cells) } else { Ok(()) }
    }

    /// Counts the days of all clones from `day` on, which becomes day 0.
    pub fn count_from(&mut self, day: f64) {
        for clone in &mut self.clones {
            clone.founded -= day;
            clone.extinct = clone.extinct.map(|extinct| extinct - day);
        }
    }

    /// The largest clone, the older one of two equals; none when no cell is left.
    pub fn dominant(&self) -> Option<&Subclone> {
        self.clones.iter().filter(|c| c.cells > 0).max_by_key(|c| (c.cells, std::cmp::Reverse(c.id)))
    }

    /// Share of the cells that carry the trait at `position`, 0 to 1; 0 when no cell is left.
    pub fn share(&self, position: usize) -> f64 {
        let carrying: u64 = self.clones.iter().filter(|c| c.traits.contains(position)).map(|c| c.cells).sum();
        carrying as f64 / self.burden().max(1) as f64
    }

    /// Checks what must always hold; tests call it at every boundary.
    pub fn verify(&self) -> Result<(), String> {
        for (position, clone) in self.clones.iter().enumerate() {
            let unordered = clone.parent.is_some_and(|parent| parent >= clone.id);
            if clone.id.0 as usize != position || unordered {
                return Err(format!("clone {position} has id {:?} and parent {:?}", clone.id, clone.parent));
            }
            if clone.extinct.is_some() && clone.cells > 0 || clone.peak < clone.cells {
                return Err(format!(
                    "clone {position}: {} cells, extinct {:?}, peak {}",
                    clone.cells, clone.extinct, clone.peak
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::phenotype::Biology;
    use super::super::resistance_trait::ResistanceTrait;
    use super::*;

    fn tumour(identity: Identity) -> Tumour {
        let traits = vec![ResistanceTrait::neutral("A", 0), ResistanceTrait::neutral("B", 0)];
        let phenotypes = Phenotypes::new(Biology::new(1.0, 0.5, traits));
        let mut tumour = Tumour::new(phenotypes, identity, 4);
        tumour.seed(TraitSet::WILD_TYPE, 10, 0.0).unwrap();
        tumour
    }

    #[test]
    fn pooled_mutants_join_one_clone_and_founders_do_not() {
        let a = TraitSet::of([0]);
        let mut pooled = tumour(Identity::TraitSet);
        assert_eq!(pooled.mutant_of(0, a, 1.0), pooled.mutant_of(0, a, 2.0));
        let mut separate = tumour(Identity::Founder);
        assert_ne!(separate.mutant_of(0, a, 1.0), separate.mutant_of(0, a, 1.0));
    }

    #[test]
    fn a_switch_stays_in_the_lineage() {
        let mut t = tumour(Identity::Founder);
        let mutant = t.mutant_of(0, TraitSet::of([0]), 1.0).unwrap();
        let on = t.switched_from(mutant, TraitSet::of([0, 1]), 2.0).unwrap();
        assert_eq!(t.clones()[on].lineage, t.clones()[mutant].lineage);
        assert_eq!(t.switched_from(on, TraitSet::of([0]), 3.0), Ok(mutant));
    }

    #[test]
    fn limits_are_named() {
        let mut t = tumour(Identity::Founder);
        for _ in 0..3 {
            t.mutant_of(0, TraitSet::of([0]), 1.0).unwrap();
        }
        assert_eq!(t.mutant_of(0, TraitSet::of([0]), 1.0), Err(Overflow::Clones));
        assert_eq!(t.add(0, MOST_CELLS), Err(Overflow::Cells));
    }

    #[test]
    fn a_clone_that_comes_back_is_not_extinct() {
        let mut t = tumour(Identity::TraitSet);
        t.remove(0, 10);
        t.take_stock(3.0).unwrap();
        assert_eq!(t.clones()[0].extinct, Some(3.0));
        t.add(0, 1).unwrap();
        assert_eq!(t.clones()[0].extinct, None);
        t.take_stock(4.0).unwrap();
        t.verify().unwrap();
    }

    #[test]
    fn dominance_and_shares() {
        let mut t = tumour(Identity::TraitSet);
        let mutant = t.mutant_of(0, TraitSet::of([1]), 1.0).unwrap();
        t.add(mutant, 30).unwrap();
        assert_eq!(t.dominant().unwrap().traits, TraitSet::of([1]));
        assert_eq!((t.share(0), t.share(1)), (0.0, 0.75));
    }
}
