//! A heritable property of a cell: what it costs, how it is gained and lost, what it resists.

use super::sensitivity::Resistance;
use super::trait_set::TraitSet;

/// A mutation (gained at a division, for good) or an expression state (gained and lost per day).
#[derive(Clone, Debug, PartialEq)]
pub struct ResistanceTrait {
    /// Its name in the scenario.
    pub name: String,
    /// Multiplies the division rate.
    pub division_factor: f64,
    /// Multiplies the background death rate.
    pub death_factor: f64,
    /// Added to the division rate, per day.
    pub division_added: f64,
    /// Added to the background death rate, per day.
    pub death_added: f64,
    /// Multiplies the M-protein that a cell secretes.
    pub secretion_factor: f64,
    /// How a cell without it gains it.
    pub gained: Gain,
    /// How a cell with it loses it.
    pub lost: Loss,
    /// Traits a cell must carry before it can gain this one.
    pub requires: TraitSet,
    /// Multiplies the probability of every mutation of a cell.
    pub mutation_factor: f64,
    /// What it does to each drug, by the drug's position.
    pub resists: Vec<Resistance>,
    /// Multiplies each antigen, by the antigen's position; those beyond the list stay as they are.
    pub antigens: Vec<f64>,
    /// Drugs, by position, and the share of what it resists and of the antigens it takes that each gives back at
    /// full effect.
    pub reversed_by: Vec<(usize, f64)>,
}

/// How a trait is gained.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gain {
    /// Probability per division that exactly one daughter has gained it.
    pub per_division: f64,
    /// Rate per cell and day without a division.
    pub per_day: f64,
    /// Rate per cell and day while a drug acts in full, by the drug's position.
    pub under: Vec<(usize, f64)>,
}

/// How a trait is lost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loss {
    /// Probability per division that exactly one daughter has lost it.
    pub per_division: f64,
    /// Rate per cell and day.
    pub per_day: f64,
}

impl ResistanceTrait {
    /// A trait that does nothing yet and resists none of `drugs` drugs; the start for building one.
    pub fn neutral(name: &str, drugs: usize) -> ResistanceTrait {
        ResistanceTrait {
            name: name.to_string(),
            division_factor: 1.0,
            death_factor: 1.0,
            division_added: 0.0,
            death_added: 0.0,
            secretion_factor: 1.0,
            gained: Gain::default(),
            lost: Loss::default(),
            requires: TraitSet::WILD_TYPE,
            mutation_factor: 1.0,
            resists: vec![Resistance::NONE; drugs],
            antigens: Vec::new(),
            reversed_by: Vec::new(),
        }
    }

    /// Whether cells enter or leave it without a division.
    pub fn switches(&self) -> bool {
        self.gained.per_day > 0.0 || self.lost.per_day > 0.0 || !self.gained.under.is_empty()
    }
}
