//! Visits, assays and the marrow; the cut-off of the data and death of other causes.

use super::draw::Bounds;
use super::{Checker, signs};
use crate::clinic::{
    Assay, Elimination, Immunofixation, Kinetics, LightChains, Marrow, Mortality, Rules, Schedule,
};
use crate::model::{Ageing, Clinic, Cutoff};
use crate::patient::Target;
use crate::scenario::file::{
    DiagnosisEntry, DrawEntry, IsotypeEntry, MProteinEntry, MarrowEntry, MortalityEntry, ScenarioFile,
    StudyEntry, VisitsEntry,
};
use crate::scenario::quantity::{Time, Volume};

/// Most visits over the horizon.
const MOST_VISITS: f64 = 1e6;

/// Age at which a hazard is stated if the scenario does not say, years.
const USUAL_AGE: f64 = 65.0;

/// Smallest volume of distribution, L.
const SMALLEST_VOLUME: f64 = 1e-3;

/// Shortest half-life of IgG above saturation, days: below it the steps that follow it would be too many.
const SHORTEST_SATURATED: f64 = 0.1;

/// Each free light chain of a healthy person, g/L: the middle of the normal ranges of both.
pub const POLYCLONAL: f64 = 0.012;

/// Normal ratio of kappa to lambda chains.
const NORMAL_RATIO: (f64, f64) = (0.26, 1.65);

pub fn clinic(checker: &mut Checker, visits: &VisitsEntry, horizon: f64) -> Clinic {
    let entry = &visits.m_protein;
    let concentration =
        |value: Option<crate::scenario::quantity::Concentration>| value.map_or(0.0, f64::from);
    let light = entry.isotype.is_light_chain();
    let rules = if light { Rules::LIGHT_CHAIN } else { Rules::IMWG };
    let schedule = schedule(checker, visits, horizon);
    let kinetics = kinetics(checker, entry);
    Clinic {
        schedule,
        kinetics,
        growing: entry.at_diagnosis == DiagnosisEntry::Growing,
        assay: Assay {
            cv: entry.cv.unwrap_or(0.0),
            sd: concentration(entry.sd),
            limit: concentration(entry.limit),
            light_chains: light_chains(entry.isotype),
        },
        immunofixation: Immunofixation {
            threshold: visits.immunofixation.threshold.0,
            cv: visits.immunofixation.cv,
        },
        marrow: marrow(checker, &visits.marrow),
        panel: signs::panel(checker, visits, kinetics.volume),
        rules: Rules { measurable: concentration(entry.measurable), ..rules },
    }
}

fn schedule(checker: &mut Checker, visits: &VisitsEntry, horizon: f64) -> Schedule {
    let (every, jitter) = (visits.every.0, visits.jitter.0);
    if checker.positive("visits.every", every) && horizon / every > MOST_VISITS {
        checker.wrong(
            "visits.every",
            "makes more than 1e6 visits to the horizon",
            "a longer time between visits",
        );
    }
    if jitter.fract() != 0.0 {
        checker.wrong("visits.jitter", "is not a whole number of days", "such as \"3 d\"");
    }
    if jitter > 0.0 && jitter >= every / 2.0 {
        let right = format!("less than {} d", every / 2.0);
        checker.wrong("visits.jitter", "could bring two visits out of order", right);
    }
    let bounds = Bounds { most: 0.95, ..Bounds::NOT_NEGATIVE };
    let missed = checker.number("visits.missed", Target::MissedVisits, bounds, &visits.missed);
    Schedule { every, jitter: jitter as u32, missed }
}

fn kinetics(checker: &mut Checker, entry: &MProteinEntry) -> Kinetics {
    let bounds = Bounds { most: 1e6, unit: "pg/d", ..Bounds::NOT_NEGATIVE };
    let secretion = checker.number("visits.m_protein.secretion", Target::Secretion, bounds, &entry.secretion);
    let bounds = Bounds { most: 1e6, unit: "d", ..Bounds::POSITIVE };
    let half_life = entry.half_life.as_ref();
    let half_life = half_life
        .map_or(0.0, |entry| checker.number("visits.m_protein.half_life", Target::HalfLife, bounds, entry));
    let volume = volume(checker, &entry.volume);
    let elimination = elimination(checker, entry, half_life);
    Kinetics { secretion, volume, elimination }
}

fn volume(checker: &mut Checker, entry: &DrawEntry<Volume>) -> f64 {
    let key = "visits.m_protein.volume";
    if entry.fixed().is_some_and(|volume| volume.0 > 0.0 && volume.0 < SMALLEST_VOLUME) {
        checker.wrong(key, "is smaller than any serum", format!("at least {SMALLEST_VOLUME} L"));
    }
    let least = if entry.fixed().is_some() { f64::MIN_POSITIVE } else { SMALLEST_VOLUME };
    checker.number(key, Target::Volume, Bounds { least, most: 1e6, unit: "L" }, entry)
}

fn elimination(checker: &mut Checker, entry: &MProteinEntry, half_life: f64) -> Elimination {
    let (saturated, half_saturation) = (&entry.saturated_half_life, &entry.half_saturation);
    if entry.isotype != IsotypeEntry::IgG {
        for (key, given) in
            [("saturated_half_life", saturated.is_some()), ("half_saturation", half_saturation.is_some())]
        {
            if given {
                let right = "isotype = \"IgG\" beside it";
                checker.wrong(&format!("visits.m_protein.{key}"), "is of IgG only", right);
            }
        }
        return Elimination::FirstOrder { half_life };
    }
    let key = "visits.m_protein.half_saturation";
    let half_saturation = half_saturation
        .as_ref()
        .map_or(0.0, |entry| checker.number(key, Target::HalfSaturation, Bounds::POSITIVE, entry));
    let saturated = saturated.as_ref().map_or(half_life, |entry| self::saturated(checker, entry, half_life));
    Elimination::Saturable { half_life, saturated, half_saturation }
}

/// The half-life of IgG far above saturation.
fn saturated(checker: &mut Checker, entry: &DrawEntry<Time>, half_life: f64) -> f64 {
    let key = "visits.m_protein.saturated_half_life";
    let fixed = entry.fixed().map(|time| time.0);
    if fixed.is_some_and(|days| days < SHORTEST_SATURATED) {
        checker.wrong(key, "is shorter than any IgG's", format!("at least {SHORTEST_SATURATED} d"));
    }
    let least = if fixed.is_some() { 0.0 } else { SHORTEST_SATURATED };
    let bounds = Bounds { least, most: 1e6, unit: "d" };
    let saturated = checker.number(key, Target::SaturatedHalfLife, bounds, entry);
    if saturated > half_life {
        let right = format!("at most the half-life of a trace, {half_life} d");
        checker.wrong(key, "is longer than without saturation", right);
    }
    saturated
}

fn light_chains(isotype: IsotypeEntry) -> Option<LightChains> {
    let normal_ratio = match isotype {
        IsotypeEntry::Kappa => NORMAL_RATIO.1,
        IsotypeEntry::Lambda => 1.0 / NORMAL_RATIO.0,
        IsotypeEntry::Mixed | IsotypeEntry::IgG | IsotypeEntry::IgA => return None,
    };
    Some(LightChains { polyclonal: POLYCLONAL, normal_ratio })
}

fn marrow(checker: &mut Checker, entry: &MarrowEntry) -> Marrow {
    if let Some(every) = entry.every {
        checker.positive("visits.marrow.every", every.0);
    }
    let cells = Bounds { least: 1e6, most: 1e15, unit: "cells" };
    let spread = Bounds { most: 10.0, ..Bounds::NOT_NEGATIVE };
    Marrow {
        cells: checker.number("visits.marrow.cells", Target::MarrowCells, cells, &entry.cells),
        sample: entry.sample,
        patchiness: checker.number("visits.marrow.patchiness", Target::Patchiness, spread, &entry.patchiness),
        every: entry.every.map(f64::from),
    }
}

pub fn cutoff(checker: &mut Checker, study: &StudyEntry) -> Option<Cutoff> {
    let accrual = study.accrual.map_or(0.0, f64::from);
    let Some(day) = study.cutoff.map(f64::from) else {
        if study.accrual.is_some() {
            let right = "cutoff = \"4 y\" beside it";
            checker.wrong("study.accrual", "makes no difference without a cut-off", right);
        }
        return None;
    };
    if checker.positive("study.cutoff", day) && accrual >= day {
        let right = format!("less than the cut-off, {day} d");
        checker.wrong("study.accrual", "is not over when the data are cut off", right);
    }
    Some(Cutoff { day, accrual })
}

/// The age whose hazard is stated, if the covariates tell a patient's age.
pub fn ageing(checker: &mut Checker, file: &ScenarioFile) -> Option<Ageing> {
    let entry = file.mortality.as_ref()?;
    let Some(name) = &entry.age else {
        if entry.at_age.is_some() {
            let right = "age = \"age\", a covariate, beside it";
            checker.wrong("mortality.at_age", "says nothing without an age of the patients", right);
        }
        return None;
    };
    if entry.doubling.is_none() {
        let right = "doubling = \"7.2 y\" beside it";
        checker.wrong("mortality.age", "makes no difference to a hazard that stays the same", right);
    }
    let known = file.cohort.covariates.keys();
    let covariate = known.clone().position(|covariate| covariate == name);
    if covariate.is_none() {
        checker.unknown_number("mortality.age", "covariate", name, known.map(String::as_str));
    }
    Some(Ageing { covariate: covariate?, at: entry.at_age.unwrap_or(USUAL_AGE) })
}

pub fn mortality(checker: &mut Checker, entry: &MortalityEntry) -> Mortality {
    let bounds = Bounds { most: 1.0, unit: "/d", ..Bounds::NOT_NEGATIVE };
    let hazard = checker.number("mortality.hazard", Target::Mortality, bounds, &entry.hazard);
    if let Some(doubling) = entry.doubling {
        checker.positive("mortality.doubling", doubling.0);
    }
    Mortality { hazard, doubling: entry.doubling.map_or(f64::INFINITY, f64::from) }
}
