//! How long a step may be, and what error it brings: everything that is not exact in the leap engine.

use libm::{log, sqrt};

use super::hazards::Hazards;
use super::rates::MeanRates;
use crate::disease::{ActsOn, Tumour};

/// What the steps are chosen by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Error over the horizon that is allowed, as a share of the mean: of the mean of any clone, and of the standard
    /// deviation of the states that the tumour's cells switch between.
    pub tolerance: f64,
    /// The horizon, days.
    pub horizon: f64,
    /// Burden at which the story ends, such as that at detection, cells; steps shorten before it.
    pub ceiling: f64,
}

/// What an engine has done.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Effort {
    /// Steps taken.
    pub steps: u64,
    /// Clones carried over a step, counted once for each.
    pub clone_steps: u64,
    /// Days covered.
    pub days: f64,
    /// The longest step, days.
    pub longest: f64,
    /// Estimated relative error of the mean of any clone that the steps brought: of leading order, an
    /// estimate and not a bound.
    pub bias: f64,
    /// What is left of it, for crowding takes it back.
    pub fading: f64,
}

/// Error of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StepError {
    /// Of crowding, per day cubed, which crowding itself takes back.
    fading: f64,
    /// How fast it does, per day.
    answer: f64,
}

impl Effort {
    /// Nothing yet.
    pub const NONE: Effort =
        Effort { steps: 0, clone_steps: 0, days: 0.0, longest: 0.0, bias: 0.0, fading: 0.0 };

    /// Takes in the effort of another replicate; the error is that of the worst.
    pub fn absorb(&mut self, other: &Effort) {
        self.steps += other.steps;
        self.clone_steps += other.clone_steps;
        self.days += other.days;
        self.longest = self.longest.max(other.longest);
        self.bias = self.bias.max(other.bias);
    }

    /// This and what the same replicate did after it: the errors add up.
    pub fn and_then(&self, later: &Effort) -> Effort {
        let mut both = *self;
        both.absorb(later);
        Effort { bias: self.bias + later.bias, fading: later.fading, ..both }
    }

    /// Mean length of a step, days; none without steps.
    pub fn mean_step(&self) -> Option<f64> {
        (self.steps > 0).then(|| self.days / self.steps as f64)
    }

    /// One more step.
    pub fn step(&mut self, clones: u64, days: f64, error: StepError) {
        self.steps += 1;
        self.clone_steps += clones;
        self.days += days;
        self.longest = self.longest.max(days);
        let cube = days * days * days;
        self.fading = self.fading / (1.0 + error.answer * days) + error.fading * cube;
        self.bias = self.bias.max(self.fading);
    }
}

/// A step with the largest exponent of growth that the bridge of mutants takes.
const LARGEST_GROWTH: f64 = 4.0;
/// The tolerance for which the next two limits are made.
const USUAL_TOLERANCE: f64 = 1e-3;
/// At most this share of the cells of a phenotype switches or has mutants in a step.
const LARGEST_SWITCH: f64 = 0.5;
/// At most this exponent one state of cells that switch grows over the other in a step: the means of both are exact at
/// any, their noise is not (G02 at 2.2: 2 % of a variance).
const LARGEST_SELECTION: f64 = 1.0;
/// Where crowding leaves less of division than this, births hardly matter.
const LEAST_DIVISION: f64 = 0.1;
/// How near to the ceiling a step leads, as a share of the time left.
const APPROACH: f64 = 0.9;

/// What a tumour is like at the beginning of a step, as far as the step's error goes.
#[derive(Clone, Copy, Debug, Default)]
struct Stiffness {
    /// Largest net growth or decline of a clone, per day.
    growth: f64,
    /// The same in either half of the step, where crowding takes division.
    swing: f64,
    /// Largest net growth in the crowd there is, per day.
    fastest: f64,
    /// Largest rate of mutating divisions, per day.
    mutation: f64,
    /// Largest rate of switching, per day.
    switching: f64,
    /// Largest difference in net growth that a switch makes, per day.
    selection: f64,
    /// Change of the tumour's net growth by switching and mutation, per day squared.
    drift: f64,
    /// Mean births and deaths of a cell, per day.
    turnover: f64,
}

impl Pace {
    /// The next step, at most `days`, and the error that it brings.
    pub fn step(&self, tumour: &Tumour, hazards: &Hazards, rates: &MeanRates, days: f64) -> (f64, StepError) {
        let burden = tumour.burden() as f64;
        if burden == 0.0 {
            return (days, StepError::default());
        }
        let stiffness = stiffness(tumour, hazards, rates, burden);
        let error = step_error(hazards, stiffness, burden);
        // Half of the tolerance is for what the estimate does not see; what fades adds up over the time in which it fades.
        let memory = (1.0 / error.answer).min(self.horizon);
        // What no estimate sees is of second order in these, so that a smaller tolerance makes it smaller too.
        let finer = sqrt(self.tolerance / USUAL_TOLERANCE).min(1.0);
        let allowed = sqrt(0.5 * self.tolerance / (memory * error.fading))
            .min(sqrt(self.tolerance / self.spread(stiffness, burden)))
            .min(finer * LARGEST_SWITCH / stiffness.switching.max(stiffness.mutation))
            .min(LARGEST_GROWTH / stiffness.growth)
            .min(finer * LARGEST_SELECTION / stiffness.selection)
            .min(self.until_births_change(hazards, stiffness, burden))
            .min(self.before_ceiling(burden, stiffness.fastest));
        let steps = (days / allowed).ceil().max(1.0);
        (if steps == 1.0 { days } else { days / steps }, error)
    }

    /// Error of the standard deviation, as a share of the mean, per day squared. Sisters that part in the first half of
    /// a step switch each on its own through all of it, others together, and who switches early has grown for longer in
    /// another state: a variance is off by about half of k (k + gap of growth) times the square of the step (G03 in steps of
    /// 7 d: 12 %). Eight times that, for states with a part of the cells are noisier than all cells are.
    fn spread(&self, stiffness: Stiffness, burden: f64) -> f64 {
        let deviation = sqrt(stiffness.turnover * self.horizon / burden);
        2.0 * stiffness.switching * (stiffness.switching + stiffness.selection) * deviation
    }

    /// Time in which crowding changes division by so little that mutants may be taken to be born by its mean over a half:
    /// where the crowd shrinks while division comes back, those who are left have more of them (seen: 6 % too many).
    fn until_births_change(&self, hazards: &Hazards, stiffness: Stiffness, burden: f64) -> f64 {
        let density = &hazards.density;
        if density.is_none() || density.acts_on == ActsOn::Death || stiffness.mutation == 0.0 {
            return f64::INFINITY;
        }
        let room = density.room(burden);
        let change = (room - density.room(burden * 1.01)) / 0.01 / room.max(LEAST_DIVISION);
        2.0 * sqrt(6.0 * self.tolerance / change) / stiffness.swing
    }

    /// Time that does not lead past the burden at which the story ends, but by less than the tolerance.
    fn before_ceiling(&self, burden: f64, growth: f64) -> f64 {
        if self.ceiling.is_infinite() || growth <= 0.0 || burden >= self.ceiling {
            return f64::INFINITY;
        }
        (APPROACH * log(self.ceiling / burden) / growth).max(self.tolerance / growth)
    }
}

fn stiffness(tumour: &Tumour, hazards: &Hazards, rates: &MeanRates, burden: f64) -> Stiffness {
    let mut all = Stiffness::default();
    let crowding = hazards.density.crowding(hazards.density.room(burden));
    for clone in tumour.clones().iter().filter(|clone| clone.cells > 0) {
        let (share, own) = (clone.cells as f64 / burden, rates.whole(clone.phenotype));
        all.growth = all.growth.max(own.net().abs());
        if hazards.density.acts_on == ActsOn::Division {
            let net =
                |half| rates.over(half, clone.phenotype, 0..rates.intervals()[half].parts()).net().abs();
            all.swing = all.swing.max(net(0)).max(net(1));
        }
        all.fastest = all.fastest.max(Hazards::crowded(own, crowding).net());
        let [_, one, none] = own.shares;
        let mutation = own.division * (one + 2.0 * none);
        all.mutation = all.mutation.max(mutation);
        all.turnover += share * (own.division + own.death);
        let gaps = rates.gaps(clone.phenotype);
        all.switching = all.switching.max(gaps.fastest);
        // The forecast knows of no mutation; mutants divide no faster than their mothers, or not by much.
        all.drift += share * (own.switching * gaps.largest + mutation * own.division);
        all.selection = all.selection.max(gaps.largest);
    }
    all
}

/// Crowding: the forecast has all switching in the middle of the step, and noise feeds back through it.
fn step_error(hazards: &Hazards, stiffness: Stiffness, burden: f64) -> StepError {
    let density = &hazards.density;
    if density.is_none() {
        return StepError::default();
    }
    // How net growth answers to a relative change of the burden, per day.
    let scale = match density.acts_on {
        ActsOn::Death => density.net_growth,
        ActsOn::Division => stiffness.turnover,
    };
    let answer = scale * (density.room(burden) - density.room(burden * 1.01)).abs() / 0.01;
    let fading = answer * stiffness.drift / 24.0 + answer * answer * stiffness.turnover / (8.0 * burden);
    StepError { fading, answer }
}
