//! Lines of therapy in sequence, each with the rule that ends it.

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
