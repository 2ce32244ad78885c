//! Therapy: drugs, their kinetics and exposure, regimens, plans and a patient's course. Sees readings, never cells.

mod adherence;
mod course;
mod dispensing;
mod drug;
mod exposure;
mod kinetics;
mod plan;
mod regimen;
mod rule;
mod toxicity;

pub use adherence::{Adherence, Habit, Interruption, Luck};
pub use course::{Course, LineEnd, Skip, Stretch, Turn};
pub use drug::{Action, Drug, DrugClass, Emax, Wearing};
pub use exposure::Exposure;
pub use kinetics::{Absorption, Kinetics, Living};
pub use plan::{AfterPlan, Line, Plan, Stage, TimeOff};
pub use regimen::{Component, Dose, Phase, Regimen};
pub use rule::{
    Band, Decision, LineRules, Measure, Measured, MrdRule, Need, PausedBy, Reason, Report, Residual,
};
pub use toxicity::{CONSEQUENCES, Consequence, Hazard, Hold, Reduction, Tolerance, Toxicity};
