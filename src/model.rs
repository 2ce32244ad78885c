//! Everything a scenario says, checked and in numbers: all that a simulation needs to know.

use std::sync::Arc;

use crate::clinic::{Assay, Immunofixation, Kinetics, Marrow, Mortality, Panel, Rules, Schedule};
use crate::disease::{ActsOn, Daughters, DrugTarget, Identity, Immigration, Law, ResistanceTrait, TraitSet};
use crate::engine::{Combination, Synergy};
use crate::patient::{Cohort, Target};
use crate::therapy::{Drug, Plan, Regimen, Toxicity};

/// A scenario, ready to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Its name.
    pub name: String,
    /// Seed of every random stream.
    pub seed: u64,
    /// Patients in each arm; the same ones in every arm.
    pub patients: u64,
    /// Histories of each patient.
    pub replicates: u64,
    /// End of follow-up, days.
    pub horizon: f64,
    /// When the data are cut off, if they are.
    pub cutoff: Option<Cutoff>,
    /// Death of other causes.
    pub mortality: Option<Mortality>,
    /// Whose hazard that is, if it is one of an age.
    pub ageing: Option<Ageing>,
    /// Follow-up ends when the burden first reaches this many cells; infinite if it never does.
    pub detection: f64,
    /// Times at which rates of survival are told, days, in order.
    pub landmarks: Vec<f64>,
    /// The disease before therapy, in the numbers that are the same in everybody.
    pub disease: Disease,
    /// The numbers that are not.
    pub cohort: Cohort,
    /// The traits that can arise, in the scenario's order.
    pub traits: Arc<[ResistanceTrait]>,
    /// The drugs of the plans.
    pub drugs: Arc<[Drug]>,
    /// What of each of them matters to a cell.
    pub targets: Arc<[DrugTarget]>,
    /// How their kills combine where no regimen says otherwise.
    pub together: Together,
    /// How they combine in each regimen.
    pub together_in: Vec<Together>,
    /// What each of the drugs does to those who take it; empty if none does anything.
    pub toxicity: Vec<Toxicity>,
    /// The regimens of the plans.
    pub regimens: Vec<Regimen>,
    /// The arms.
    pub arms: Vec<Arm>,
    /// The clinic; none in a scenario of pure theory.
    pub clinic: Option<Clinic>,
    /// What is recorded.
    pub record: Record,
    /// How it is computed.
    pub engine: EngineChoice,
    /// Limits.
    pub limits: Limits,
}

/// How drugs act together.
#[derive(Clone, Debug, PartialEq)]
pub struct Together {
    /// The law of their kills.
    pub combination: Combination,
    /// Which drugs change the kill of which.
    pub synergies: Arc<[Synergy]>,
}

/// The disease of the patients; a number of which the cohort has a law stands here with its median.
#[derive(Clone, Debug, PartialEq)]
pub struct Disease {
    /// Cells without traits on day 0, or all cells then if there is a history.
    pub burden: f64,
    /// Division rate and background death rate of a wild-type cell, per day.
    pub growth: Growth,
    /// Multiplies the kill of every drug in a patient.
    pub kill_scale: f64,
    /// Multiplies the kill of the drugs that work by a patient's T cells.
    pub t_cell_fitness: f64,
    /// Share of that fitness which each line after the first takes.
    pub t_cell_wear: f64,
    /// Law of density dependence.
    pub law: Law,
    /// What it acts on.
    pub acts_on: ActsOn,
    /// Clones with traits at the start.
    pub clones: Vec<Seed>,
    /// Which cells count as one clone.
    pub identity: Identity,
    /// How many daughters of a division can mutate.
    pub daughters: Daughters,
    /// Who comes from outside.
    pub immigration: Arc<[Immigration]>,
    /// A patient dies at this burden, cells.
    pub lethal_burden: Option<f64>,
    /// How the disease came to its burden; none if it is there on day 0.
    pub history: Option<History>,
}

/// What was before day 0: the growth of the disease, on whose last day it reaches its burden, and earlier lines.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Cells that it begins with; none if it is there with its burden.
    pub founders: Option<f64>,
    /// The lines that came before those of the arms.
    pub earlier: Option<Arm>,
    /// Whether the replicates of a patient are futures of one past.
    pub shared: bool,
    /// A growth, or a course of earlier lines, that takes longer, days, is not the patient's: another one is drawn.
    pub longest: f64,
}

/// Growth of a wild-type cell, as two of division, death and net growth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Growth {
    /// Division and death, per day.
    DivisionAndDeath(f64, f64),
    /// Net growth and death, per day; division is their sum.
    NetAndDeath(f64, f64),
}

impl Growth {
    /// Division and death, per day.
    pub fn rates(self) -> (f64, f64) {
        match self {
            Growth::DivisionAndDeath(division, death) => (division, death),
            Growth::NetAndDeath(net, death) => (net + death, death),
        }
    }

    /// Gives one of its two numbers another value.
    pub fn set(&mut self, target: Target, value: f64) {
        let (Growth::DivisionAndDeath(first, death) | Growth::NetAndDeath(first, death)) = self;
        *(if target == Target::Death { death } else { first }) = value;
    }
}

/// A clone that is there at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seed {
    /// Its traits.
    pub traits: TraitSet,
    /// How many cells it has.
    pub size: SeedSize,
}

/// Size of a clone at the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SeedSize {
    /// Cells.
    Cells(f64),
    /// Expected share of the patient's burden; the number is drawn (binomial).
    Fraction(f64),
}

impl SeedSize {
    /// The cells or the fraction.
    pub fn number(self) -> f64 {
        match self {
            SeedSize::Cells(number) | SeedSize::Fraction(number) => number,
        }
    }
}

/// A named plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Arm {
    /// Its name.
    pub name: String,
    /// Its plan.
    pub plan: Plan,
}

/// The day on which the data of a study are cut off, whoever is still followed (administrative censoring).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cutoff {
    /// Days since the first patient could enter.
    pub day: f64,
    /// Patients enter evenly over this many days.
    pub accrual: f64,
}

/// An age at which the mortality is as stated, for patients whose age is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ageing {
    /// The covariate that is the age on day 0, by its position.
    pub covariate: usize,
    /// The age, years.
    pub at: f64,
}

/// When and how the clinic looks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clinic {
    /// Regular visits.
    pub schedule: Schedule,
    /// M-protein kinetics.
    pub kinetics: Kinetics,
    /// The assay.
    pub assay: Assay,
    /// Immunofixation.
    pub immunofixation: Immunofixation,
    /// The marrow.
    pub marrow: Marrow,
    /// What else is looked at.
    pub panel: Panel,
    /// Whether the M-protein at diagnosis is that of a disease that grows, and not one in balance.
    pub growing: bool,
    /// Response and progression.
    pub rules: Rules,
}

impl Clinic {
    /// Light chains that the serum loses, g per day, at these concentrations of M-protein and of free light chains, g/L:
    /// of a tumour that secretes nothing else, the M-protein is the light chain.
    pub fn light_chains_cleared(&self, m_protein: f64, light_chains: f64) -> f64 {
        let (kinetics, concentration) = match self.panel.free_light_chains {
            Some(chains) => (chains.kinetics, light_chains),
            None => (self.kinetics, m_protein),
        };
        kinetics.elimination.rate(concentration) * concentration * kinetics.volume
    }
}

/// What is recorded of the clones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record {
    /// Engine steps between records of the clones; none for no trajectory.
    pub every_steps: Option<u64>,
}

/// The engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Event by event.
    Exact,
    /// Whole steps.
    Leap,
}

/// How the disease is computed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EngineChoice {
    /// The engine.
    pub method: Method,
    /// Longest step, days; also the grid on which records can fall.
    pub step: f64,
    /// Relative error of the mean of any clone over the horizon that the step may bring.
    pub tolerance: f64,
    /// A clone that expects fewer events than this within a step is simulated event by event.
    pub exact_below: f64,
}

/// Named stops.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Clones per replicate.
    pub clones: usize,
    /// Events per replicate of the exact engine.
    pub events: u64,
    /// Rows per replicate: censuses, visits and events.
    pub rows: usize,
    /// Seconds of work per replicate; whoever lets a story be told has the clock.
    pub seconds: Option<f64>,
}
