//! A drug: how fast it kills a sensitive cell, what else it does, and how long each dose acts.

use super::kinetics::{Kinetics, Living};

/// The classes that "triple-class refractory" counts, and every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DrugClass {
    /// Immunomodulatory drug that binds cereblon.
    Imid,
    /// Proteasome inhibitor.
    ProteasomeInhibitor,
    /// Antibody against CD38.
    AntiCd38,
    /// Glucocorticoid.
    Glucocorticoid,
    /// Alkylating agent.
    Alkylator,
    /// Anything else.
    Other,
}

impl DrugClass {
    /// The classes a triple-class-refractory patient is refractory to (IMWG).
    pub const TRIPLE: [DrugClass; 3] = [DrugClass::Imid, DrugClass::ProteasomeInhibitor, DrugClass::AntiCd38];
}

/// How a dose acts over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// For a fixed time after each dose: on and off, without a concentration that changes.
    Window {
        /// Days.
        days: f64,
        /// Dose of half effect in standard doses; none if a dose acts in proportion to it, up to in full.
        effect: Option<Emax>,
        /// How exposure wears it out; it needs the effect of a dose.
        exhaustion: Option<Wearing>,
    },
    /// By a concentration, to which doses add up, through an Emax-Hill curve.
    Concentration {
        /// How it rises and falls.
        kinetics: Kinetics,
        /// What it does.
        effect: Emax,
        /// How exposure wears it out.
        exhaustion: Option<Wearing>,
    },
    /// By cells that expand, contract and persist.
    Living {
        /// How many there are.
        cells: Living,
        /// What they do; 1 is the peak of a standard dose.
        effect: Emax,
        /// How exposure wears them out.
        exhaustion: Option<Wearing>,
    },
    /// At once, as each dose says, and not afterwards.
    Pulse,
}

/// An Emax-Hill curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Emax {
    /// Concentration of half effect, in units of one standard dose.
    pub ec50: f64,
    /// Hill exponent.
    pub hill: f64,
}

/// Exhaustion: a slow compartment follows the concentration and takes some of the effect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wearing {
    /// Half-life with which it follows, and recovers, days.
    pub half_life: f64,
    /// Concentration in it that takes half of what can be taken.
    pub ec50: f64,
    /// Share of the effect that can be taken.
    pub most: f64,
}

impl Action {
    /// Hill exponent of the effect; 1 where there is none.
    pub fn hill(&self) -> f64 {
        match self {
            Action::Window { effect: Some(effect), .. }
            | Action::Concentration { effect, .. }
            | Action::Living { effect, .. } => effect.hill,
            Action::Window { effect: None, .. } | Action::Pulse => 1.0,
        }
    }
}

/// A drug.
#[derive(Clone, Debug, PartialEq)]
pub struct Drug {
    /// Its name in the scenario.
    pub name: String,
    /// Its class.
    pub class: DrugClass,
    /// Death rate it adds to a fully sensitive cell at full effect, per day.
    pub kill: f64,
    /// Share of the division rate that a fully sensitive cell loses at full effect, 0 to 1.
    pub slows: f64,
    /// How many times as often a dividing cell mutates at full effect.
    pub mutagenic: f64,
    /// Whether it works by the patient's T cells, so that their fitness multiplies its kill.
    pub by_t_cells: bool,
    /// Decimal logarithm of sensitive cells before over after one standard dose of a drug that acts at once; the doses of
    /// its regimens are written in it.
    pub log_kill: f64,
    /// How a dose acts.
    pub action: Action,
}
