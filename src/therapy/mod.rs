//! Therapy: drugs, their kinetics and exposure, regimens, plans and a patient's course. Sees readings, never cells.

mod adherence;
mod course;
mod dispensing;
mod drug;
mod exposure;
mod kinetics;
mod plan;
mod regimen;

pub use adherence::{Adherence, Habit, Interruption, Luck};
pub use course::{Course, LineEnd, Stretch, Turn};
pub use drug::{Action, Drug, DrugClass, Emax, Wearing};
pub use exposure::Exposure;
pub use kinetics::{Absorption, Kinetics, Living};
pub use plan::{AfterPlan, Line, Plan, Stage};
pub use regimen::{Component, Dose, Phase, Regimen};
