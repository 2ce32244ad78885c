//! The figures of a run, each from what was read of its folder.

pub mod contrast;
pub mod fan;
pub mod life;
pub mod relapse;
pub mod response;
pub mod survival;
pub mod sweep;
pub mod swimmer;

use super::ReportError;
use super::bands::{self, Band};
use super::colour::{self, Palette};
use super::course::{self, Event};
use super::figure::{Choice, Figure};
use super::lives::{self, Told};
use super::run::Run;
use std::collections::BTreeMap;

pub use life::NAME as LIFE;

/// Everything that the figures of a run show.
#[derive(Debug)]
pub struct Shown {
    /// The run.
    pub run: Run,
    /// Colours of trait sets.
    pub palette: Palette,
    /// Regimens in the order of the plans.
    pub regimens: Vec<String>,
    /// Some histories in full.
    pub told: Told,
    /// Bands of the M-protein; none without visits.
    pub m_protein: Option<Vec<Band>>,
    /// Events of the histories of the swimmer plot; none without the table.
    pub events: Option<BTreeMap<usize, Vec<Event>>>,
}

impl Shown {
    /// Reads a run's folder. `asked` are the patients to show in full; none leaves the choice to us.
    ///
    /// # Errors
    /// When the folder is not that of a finished run, a table is damaged, or a patient is not there.
    pub fn read(folder: &std::path::Path, asked: &[u64]) -> Result<Shown, ReportError> {
        let run = Run::open(folder)?;
        let chosen = lives::choose(&run, asked)?;
        let told = lives::read(&run, &chosen, lives::MOST_TIMES)?;
        let m_protein = bands::m_protein(&run)?;
        let swimmers = swimmer::choose(&run);
        let events = course::events(&run, |at| swimmers.binary_search(&at).is_ok())?;
        let (palette, regimens) = (Palette::new(run.traits()), regimens(&run));
        Ok(Shown { run, palette, regimens, told, m_protein, events })
    }

    /// All figures that the tables allow: the cohort's, then those of one patient.
    pub fn figures(&self) -> Vec<Figure> {
        let mut figures = survival::figures(self);
        figures.extend(contrast::figures(self));
        figures.extend(response::figures(self));
        figures.extend(relapse::figure(self));
        figures.extend(fan::figures(self));
        figures.extend(swimmer::figure(self));
        figures.extend(life::figure(self));
        figures
    }

    /// The first day of what is shown: below 0 if the histories tell of the time before the plan.
    pub fn first_day(&self) -> f64 {
        let lives = self.told.lives.iter();
        let recorded =
            lives.flat_map(|life| life.days.iter().copied().chain(life.visits.iter().map(|v| v.day)));
        let events = self.events.iter().flat_map(|events| events.values().flatten().map(|event| event.day));
        recorded.chain(events).fold(0.0, f64::min)
    }

    /// A colour scale of the arms.
    pub fn arm_colours(&self) -> serde_json::Value {
        super::figure::colours(&self.run.arms, |at, _| colour::arm(at).to_string())
    }

    /// A colour scale of the regimens.
    pub fn regimen_colours(&self) -> serde_json::Value {
        super::figure::colours(&self.regimens, |at, name| self.regimen_colour(at, name))
    }

    /// The colour of a regimen by its name in figures.
    pub fn colour_of_regimen(&self, name: &str) -> String {
        let at = self.regimens.iter().position(|known| known == name).unwrap_or(self.regimens.len());
        self.regimen_colour(at, name)
    }

    fn regimen_colour(&self, at: usize, name: &str) -> String {
        if name == NO_TREATMENT { "#e4e4e4".to_string() } else { colour::regimen(at).to_string() }
    }

    /// The choice of an arm, if there are several.
    pub fn arm_choice(&self) -> Vec<Choice> {
        match self.run.arms.as_slice() {
            [] | [_] => Vec::new(),
            arms => vec![Choice { field: "arm", label: "Arm", options: arms.to_vec() }],
        }
    }
}

/// A stretch without a regimen.
pub const NO_TREATMENT: &str = "no treatment";

/// How a regimen is called in a figure.
pub fn regimen_name(regimen: &str) -> &str {
    if regimen.is_empty() { NO_TREATMENT } else { regimen }
}

/// The regimens that the plans name, in their order, and the absence of one.
fn regimens(run: &Run) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut add = |name: Option<&str>| match name {
        Some(name) if !names.iter().any(|known| known == name) => names.push(name.to_string()),
        _ => {}
    };
    let arms = run.resolved("/arm").and_then(serde_json::Value::as_array).into_iter().flatten();
    for line in arms.filter_map(|arm| arm["lines"].as_array()).flatten() {
        for key in ["regimen", "then"] {
            add(line[key].as_str());
        }
    }
    // Plans may have other places for regimens; whatever is defined has a colour.
    let defined = run.resolved("/regimen").and_then(serde_json::Value::as_object).into_iter().flatten();
    for (name, _) in defined {
        add(Some(name));
    }
    add(Some(NO_TREATMENT));
    names
}
