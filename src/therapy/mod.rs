//! Therapy: drugs, their exposure, regimens, plans and a patient's course. Sees readings, never cells.

mod course;
mod drug;
mod exposure;
mod plan;
mod regimen;

pub use course::{Course, LineEnd, Turn};
pub use drug::{Action, Drug, DrugClass};
pub use exposure::Exposure;
pub use plan::{AfterPlan, Line, Plan, Stage};
pub use regimen::{Component, Dose, Regimen};
