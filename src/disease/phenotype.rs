//! What a trait set does to a cell: division, death, secretion, sensitivity, and where it can go next.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::immigration::Immigration;
use super::resistance_trait::ResistanceTrait;
use super::sensitivity::{Contribution, DrugResponse, DrugTarget};
use super::trait_set::TraitSet;

/// The disease of one patient before any drug: rates of a wild-type cell and the traits that can arise.
#[derive(Clone, Debug, PartialEq)]
pub struct Biology {
    /// Division rate of a wild-type cell, per day.
    pub division: f64,
    /// Background death rate of a wild-type cell, per day.
    pub death: f64,
    /// The traits, in the scenario's order; shared by all patients.
    pub traits: Arc<[ResistanceTrait]>,
    /// How many daughters of a division can mutate.
    pub daughters: Daughters,
    /// Who comes from outside.
    pub immigration: Arc<[Immigration]>,
    /// What of each drug matters to a cell, by the drug's position.
    pub targets: Arc<[DrugTarget]>,
}

impl Biology {
    /// One daughter mutates, nobody comes from outside, and there are as many plain drugs as the traits know.
    pub fn new(division: f64, death: f64, traits: Vec<ResistanceTrait>) -> Biology {
        let drugs = traits.first().map_or(1, |first| first.resists.len());
        Biology {
            division,
            death,
            traits: traits.into(),
            daughters: Daughters::One,
            immigration: Arc::default(),
            targets: vec![DrugTarget::PLAIN; drugs].into(),
        }
    }

    /// The traits that mutate and that only those cells can gain who have another that cells switch to.
    pub fn mutating_after_a_switch(&self) -> TraitSet {
        let switched = |required: usize| self.traits[required].switches();
        let so = |of: &ResistanceTrait| of.gained.per_division > 0.0 && of.requires.iter().any(switched);
        TraitSet::of((0..self.traits.len()).filter(|&place| so(&self.traits[place])))
    }
}

/// How many daughters of a division can mutate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Daughters {
    /// At most one: W -> 2W or W -> W + M, so that the parent's lineage is never lost.
    One,
    /// Each on its own with the same probability: also W -> M + M.
    Independent,
}

impl Daughters {
    /// Of divisions that mutate with probability `u` (per division, or per daughter where both can): the
    /// shares after which two, one and none of the daughters are like their parent.
    pub fn shares(self, u: f64) -> [f64; 3] {
        match self {
            Daughters::One => [1.0 - u, u, 0.0],
            Daughters::Independent => [(1.0 - u) * (1.0 - u), 2.0 * u * (1.0 - u), u * u],
        }
    }
}

/// A division after which one daughter belongs to another trait set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mutation {
    /// The trait set of the changed daughter.
    pub to: TraitSet,
    /// Probability per division.
    pub probability: f64,
}

/// A conversion of a cell to another trait set without a division.
#[derive(Clone, Debug, PartialEq)]
pub struct Switch {
    /// The trait that flips, by its position.
    pub flips: usize,
    /// The trait set after it.
    pub to: TraitSet,
    /// Rate per cell and day with no drug.
    pub per_day: f64,
    /// Rate per cell and day while a drug acts in full, by the drug's position.
    pub under: Vec<(usize, f64)>,
}

/// What a trait set does.
#[derive(Clone, Debug, PartialEq)]
pub struct Phenotype {
    /// The trait set.
    pub traits: TraitSet,
    /// Division rate without crowding, per day.
    pub division: f64,
    /// Background death rate without crowding and drugs, per day.
    pub death: f64,
    /// M-protein secreted, relative to a wild-type cell.
    pub secretion: f64,
    /// What is left of each drug, by the drug's position.
    pub responses: Vec<DrugResponse>,
    /// The mutations a division can bring.
    pub mutations: Vec<Mutation>,
    /// Total probability of a mutation, per division or per daughter as `daughters` says.
    pub mutation_probability: f64,
    /// How many daughters of a division can mutate.
    pub daughters: Daughters,
    /// Shares of divisions that leave two, one and no daughter like the parent.
    pub shares: [f64; 3],
    /// The switches open to a cell.
    pub switches: Vec<Switch>,
}

impl Phenotype {
    /// The phenotype of `traits` in `biology`.
    pub fn of(traits: TraitSet, biology: &Biology) -> Phenotype {
        let carried = || traits.iter().map(|position| &biology.traits[position]);
        let scaled =
            |base: f64, factor: fn(&ResistanceTrait) -> f64| carried().map(factor).fold(base, |a, f| a * f);
        let mutations = mutations(traits, &biology.traits, scaled(1.0, |t| t.mutation_factor));
        let mutation_probability = mutations.iter().map(|m| m.probability).sum();
        Phenotype {
            traits,
            division: scaled(biology.division, |t| t.division_factor)
                + carried().map(|t| t.division_added).sum::<f64>(),
            death: scaled(biology.death, |t| t.death_factor) + carried().map(|t| t.death_added).sum::<f64>(),
            secretion: scaled(1.0, |t| t.secretion_factor),
            responses: responses(traits, biology),
            mutation_probability,
            daughters: biology.daughters,
            shares: biology.daughters.shares(mutation_probability),
            mutations,
            switches: switches(traits, &biology.traits),
        }
    }

    /// Which of its mutations flips exactly these traits.
    pub fn mutation_of(&self, flips: TraitSet) -> Option<usize> {
        self.mutations.iter().position(|mutation| self.traits.differs_from(mutation.to) == flips)
    }
}

fn responses(traits: TraitSet, biology: &Biology) -> Vec<DrugResponse> {
    let response = |(drug, target): (usize, &DrugTarget)| {
        let contribution = |position: usize| {
            let of = &biology.traits[position];
            let antigen = target.antigen.and_then(|antigen| of.antigens.get(antigen.position).copied());
            Contribution {
                resistance: of.resists[drug],
                antigen: antigen.unwrap_or(1.0),
                reversed_by: &of.reversed_by,
            }
        };
        DrugResponse::of(*target, traits.iter().map(contribution))
    };
    biology.targets.iter().enumerate().map(response).collect()
}

fn can_gain(position: usize, from: TraitSet, gained: &ResistanceTrait) -> bool {
    !from.contains(position) && from.contains_all(gained.requires)
}

fn mutations(from: TraitSet, traits: &[ResistanceTrait], factor: f64) -> Vec<Mutation> {
    // A division cannot mutate more than once, whatever speeds it up.
    let sum: f64 = traits.iter().map(|t| t.gained.per_division.max(t.lost.per_division)).sum();
    let factor = factor.min(1.0 / sum.max(f64::MIN_POSITIVE));
    let change = |(position, t): (usize, &ResistanceTrait)| {
        if from.contains(position) {
            Some(Mutation { to: from.without(position), probability: factor * t.lost.per_division })
        } else if can_gain(position, from, t) {
            Some(Mutation { to: from.with(position), probability: factor * t.gained.per_division })
        } else {
            None
        }
    };
    traits.iter().enumerate().filter_map(change).filter(|m| m.probability > 0.0).collect()
}

fn switches(from: TraitSet, traits: &[ResistanceTrait]) -> Vec<Switch> {
    let change = |(flips, t): (usize, &ResistanceTrait)| {
        if from.contains(flips) {
            Some(Switch { flips, to: from.without(flips), per_day: t.lost.per_day, under: Vec::new() })
        } else if can_gain(flips, from, t) {
            Some(Switch {
                flips,
                to: from.with(flips),
                per_day: t.gained.per_day,
                under: t.gained.under.clone(),
            })
        } else {
            None
        }
    };
    let acts = |s: &Switch| s.per_day > 0.0 || s.under.iter().any(|&(_, rate)| rate > 0.0);
    traits.iter().enumerate().filter_map(change).filter(acts).collect()
}

/// Position of a phenotype in [`Phenotypes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PhenotypeId(pub usize);

/// The phenotypes met so far in one patient, made when a trait set is first seen.
#[derive(Clone, Debug)]
pub struct Phenotypes {
    biology: Biology,
    /// Sorted by trait set.
    known: Vec<(TraitSet, PhenotypeId)>,
    list: Vec<Phenotype>,
    /// By phenotype, where each of its switches leads, as far as it was asked.
    switched: Vec<SmallVec<[Option<PhenotypeId>; 4]>>,
}

impl Phenotypes {
    /// No phenotype met yet.
    pub fn new(biology: Biology) -> Phenotypes {
        Phenotypes { biology, known: Vec::new(), list: Vec::new(), switched: Vec::new() }
    }

    /// The phenotype of a trait set.
    pub fn of(&mut self, traits: TraitSet) -> PhenotypeId {
        match self.place(traits) {
            Ok(place) => self.known[place].1,
            Err(place) => {
                let id = PhenotypeId(self.list.len());
                let made = Phenotype::of(traits, &self.biology);
                self.switched.push(smallvec![None; made.switches.len()]);
                self.list.push(made);
                self.known.insert(place, (traits, id));
                id
            }
        }
    }

    /// The phenotype that one of the switches of another leads to.
    pub fn by_switch(&mut self, from: PhenotypeId, way: usize) -> PhenotypeId {
        if let Some(known) = self.switched[from.0][way] {
            return known;
        }
        let to = self.of(self.list[from.0].switches[way].to);
        self.switched[from.0][way] = Some(to);
        to
    }

    /// The phenotypes that the switches of another lead to, where it was asked.
    pub fn switched(&self, PhenotypeId(from): PhenotypeId) -> &[Option<PhenotypeId>] {
        &self.switched[from]
    }

    fn place(&self, traits: TraitSet) -> Result<usize, usize> {
        self.known.binary_search_by_key(&traits, |(known, _)| *known)
    }

    /// The phenotype of a trait set, if it was met.
    pub fn find(&self, traits: TraitSet) -> Option<PhenotypeId> {
        self.place(traits).ok().map(|place| self.known[place].1)
    }

    /// The phenotypes met, in that order.
    pub fn met(&self) -> &[Phenotype] {
        &self.list
    }

    /// How many phenotypes were met.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether none was met.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The disease they belong to.
    pub fn biology(&self) -> &Biology {
        &self.biology
    }
}

impl std::ops::Index<PhenotypeId> for Phenotypes {
    type Output = Phenotype;
    fn index(&self, id: PhenotypeId) -> &Phenotype {
        &self.list[id.0]
    }
}

#[cfg(test)]
mod tests {
    use super::super::resistance_trait::{Gain, Loss};
    use super::super::sensitivity::Resistance;
    use super::*;

    fn left(kill: f64) -> Resistance {
        Resistance { kill, ec50: 1.0 }
    }

    fn biology() -> Biology {
        let mut first = ResistanceTrait::neutral("A", 2);
        first.division_factor = 0.5;
        first.gained = Gain { per_division: 1e-3, ..Gain::default() };
        first.resists = [0.1, 1.0].map(left).into();
        let mut second = ResistanceTrait::neutral("B", 2);
        second.death_added = 0.1;
        second.requires = TraitSet::of([0]);
        second.gained = Gain { per_day: 0.2, under: vec![(1, 0.7)], ..Gain::default() };
        second.lost = Loss { per_day: 0.3, ..Loss::default() };
        second.resists = [0.5, 0.0].map(left).into();
        Biology::new(1.0, 0.4, vec![first, second])
    }

    #[test]
    fn wild_type_can_only_gain_what_requires_nothing() {
        let wild = Phenotype::of(TraitSet::WILD_TYPE, &biology());
        assert_eq!((wild.division, wild.death), (1.0, 0.4));
        assert_eq!(wild.mutations, [Mutation { to: TraitSet::of([0]), probability: 1e-3 }]);
        assert!(wild.switches.is_empty());
    }

    #[test]
    fn effects_multiply_add_and_resist_together() {
        let both = Phenotype::of(TraitSet::of([0, 1]), &biology());
        assert_eq!((both.division, both.death), (0.5, 0.5));
        let kill = |drug: usize| both.responses[drug].sensitivity(|_| 0.0).kill;
        assert!((kill(0) - 0.05).abs() < 1e-15 && kill(1) == 0.0);
        assert_eq!(both.switches.len(), 1);
        assert_eq!(both.switches[0].to, TraitSet::of([0]));
        assert!(both.mutations.is_empty(), "a mutation is for good");
    }

    #[test]
    fn a_phenotype_is_made_once() {
        let mut known = Phenotypes::new(biology());
        assert_eq!(known.of(TraitSet::of([1])), known.of(TraitSet::of([1])));
        assert_eq!(known.len(), 1);
    }
}
