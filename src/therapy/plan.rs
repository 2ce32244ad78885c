//! Lines of therapy in sequence, each with the rules that pause and end it.

use super::rule::LineRules;

use super::adherence::Adherence;

/// One element of a plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// A line of therapy.
    Line(Line),
    /// No drug for a fixed time; it belongs to the line before it.
    Holiday {
        /// Days.
        days: f64,
        /// It ends before that when progression is confirmed.
        until_progression: bool,
    },
}

/// A line of therapy: a regimen, perhaps another after it, and what ends the line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The regimen's position in the scenario.
    pub regimen: usize,
    /// Cycles of it; none if it has no planned end.
    pub cycles: Option<u32>,
    /// The regimen that follows within the same line (consolidation, maintenance).
    pub then: Option<usize>,
    /// The line ends after this many days.
    pub days: Option<f64>,
    /// The line ends when progression is confirmed.
    pub until_progression: bool,
    /// What pauses it, resumes it, or ends it.
    pub rules: LineRules,
    /// The line is left out unless this is so when its turn comes.
    pub time_off: Option<TimeOff>,
    /// Probability that the line is never begun, and no later one; never of the first line.
    pub attrition: f64,
}

/// Time since the last dose of some drugs: rechallenge is for those who were off them for long enough.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeOff {
    /// The drugs' positions in the scenario.
    pub drugs: Vec<usize>,
    /// Days.
    pub days: f64,
}

/// What happens after the last stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AfterPlan {
    /// The patient is followed to the horizon without drugs.
    Observe,
    /// The replicate ends.
    Stop,
}

/// The stages of one arm.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// In order.
    pub stages: Vec<Stage>,
    /// What follows.
    pub after: AfterPlan,
    /// What becomes of the doses that are planned.
    pub adherence: Adherence,
}

impl Plan {
    /// Whether every line is begun when its turn comes.
    pub fn is_certain(&self) -> bool {
        self.stages.iter().all(|stage| !matches!(stage, Stage::Line(line) if line.attrition > 0.0))
    }
}
