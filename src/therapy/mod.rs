//! Therapy: drugs, their exposure, regimens, plans and a patient's course. Sees readings, never cells.

mod course;
mod drug;
mod exposure;
mod plan;
mod regimen;
mod rule;
mod toxicity;

pub use course::{Course, LineEnd, Skip, Turn};
pub use drug::{Action, Drug, DrugClass};
pub use exposure::Exposure;
pub use plan::{AfterPlan, Line, Plan, Stage, TimeOff};
pub use regimen::{Component, Dose, Regimen};
pub use rule::{
    Band, Decision, LineRules, Measure, Measured, MrdRule, Need, PausedBy, Reason, Report, Residual,
};
pub use toxicity::{CONSEQUENCES, Consequence, Hazard, Hold, Reduction, Tolerance, Toxicity};
