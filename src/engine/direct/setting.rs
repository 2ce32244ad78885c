//! What acts on the cells: rates of the moment, and bounds of them over a stretch of days and of burdens.

use std::f64::consts::LN_2;

use crate::disease::{Crowding, Density, Immigration, Phenotype};
use crate::engine::hazards::{CellRates, Hazards, Strengths};

/// Crowding while events happen.
#[derive(Clone, Copy, Debug)]
pub enum Environment<'a> {
    /// It stays as it is.
    Fixed(Crowding),
    /// It follows the cells simulated here, which are all there are.
    Live(&'a Density),
}

/// What acts on the cells, and who comes from outside.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// Drugs.
    pub hazards: &'a Hazards,
    /// Crowding.
    pub environment: Environment<'a>,
    /// Who comes from outside.
    pub immigration: &'a [Immigration],
}

/// What ends a run before its time.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Stop when this many cells are reached; infinite if never.
    pub ceiling: f64,
    /// Events left to simulate; a candidate that does not happen counts.
    pub events: u64,
}

/// Days and burdens over which bounds of the rates hold.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Its first day.
    pub from: f64,
    /// Its last day.
    pub until: f64,
    /// Its smallest burden.
    pub least: u64,
    /// The burden that is too large.
    pub limit: u64,
    /// The worst crowding within it.
    crowding: Crowding,
    /// Strengths of the drugs that are not fallen short of, and that are not exceeded; if none varies, only the first.
    strengths: [Strengths; 2],
    /// Whether the rates of cells change within it.
    pub varies: bool,
    /// Whether other drugs may have acted before it.
    pub anew: bool,
}

/// Share of the burden by which a stretch goes beyond it: small, that crowding is nearly what it was; large,
/// that bounds last.
const BEYOND: u64 = 32;

/// Bounds hold for this many days at least.
const SHORTEST: f64 = 1e-3;

impl Setting<'_> {
    /// The stretch that begins now.
    pub fn stretch(&self, (day, to): (f64, f64), cells: u64) -> Stretch {
        let (least, limit) = match self.density() {
            None => (0, u64::MAX),
            Some(_) => (cells - (cells / BEYOND + 1).min(cells), cells + cells / BEYOND + 2),
        };
        let until = self.refresh_after(day).min(to);
        Stretch {
            from: day,
            until,
            least,
            limit,
            crowding: worse(self.crowding(least), self.crowding(limit - 1)),
            strengths: self.hazards.strengths(day, until),
            varies: self.density().is_some() || !self.hazards.acting(day).is_constant(),
            anew: self.hazards.course.len() > 1,
        }
    }

    /// Rates of a cell at this moment.
    pub fn rates(&self, phenotype: &Phenotype, day: f64, cells: u64) -> CellRates {
        Hazards::crowded(self.hazards.rates_at(phenotype, day), self.crowding(cells))
    }

    /// Rates that those of a cell do not exceed within a stretch; its rates, if they do not vary.
    pub fn most(&self, phenotype: &Phenotype, stretch: &Stretch) -> CellRates {
        let most = self.hazards.bounds(phenotype, stretch.from, &stretch.strengths);
        Hazards::crowded(most, stretch.crowding)
    }

    /// Arrivals per day that those of each immigration do not exceed within a stretch.
    pub fn most_arrivals(&self, stretch: &Stretch) -> Vec<f64> {
        let most = |i: &Immigration| i.rate_at(stretch.from).max(i.rate_at(stretch.until));
        self.immigration.iter().map(most).collect()
    }

    /// Crowding at a burden.
    fn crowding(&self, cells: u64) -> Crowding {
        match self.environment {
            Environment::Fixed(crowding) => crowding,
            Environment::Live(density) => density.crowding(density.room(cells as f64)),
        }
    }

    /// The law that the burden follows, if its changes matter.
    fn density(&self) -> Option<&Density> {
        match self.environment {
            Environment::Live(density) if !density.is_none() => Some(density),
            _ => None,
        }
    }

    /// The day until which bounds taken on `day` are near enough.
    fn refresh_after(&self, day: f64) -> f64 {
        let growth = self.immigration.iter().map(|i| i.growth.abs()).fold(0.0, f64::max);
        let levels = self.hazards.acting(day).reach(day).max(SHORTEST);
        (day + levels.min(LN_2 / growth)).min(self.hazards.changes_after(day))
    }
}

/// Crowding that allows more of every event than either.
fn worse(a: Crowding, b: Crowding) -> Crowding {
    Crowding {
        division_factor: a.division_factor.max(b.division_factor),
        death_added: a.death_added.max(b.death_added),
    }
}
