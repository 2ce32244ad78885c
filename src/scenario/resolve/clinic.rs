//! Visits, assays and the marrow; the cut-off of the data and death of other causes.

use super::Checker;
use super::draw::Bounds;
use crate::clinic::{
    Assay, Elimination, Immunofixation, Kinetics, LightChains, Marrow, Mortality, Rules, Schedule,
};
use crate::model::{Clinic, Cutoff};
use crate::patient::Target;
use crate::scenario::file::{
    IsotypeEntry, MProteinEntry, MarrowEntry, MortalityEntry, StudyEntry, VisitsEntry,
};

/// Most visits over the horizon.
const MOST_VISITS: f64 = 1e6;

/// Each free light chain of a healthy person, g/L: the middle of the normal ranges of both.
const POLYCLONAL: f64 = 0.012;

/// Normal ratio of kappa to lambda chains.
const NORMAL_RATIO: (f64, f64) = (0.26, 1.65);

pub fn clinic(checker: &mut Checker, visits: &VisitsEntry, horizon: f64) -> Clinic {
    let entry = &visits.m_protein;
    let concentration =
        |value: Option<crate::scenario::quantity::Concentration>| value.map_or(0.0, f64::from);
    let light = entry.isotype.is_light_chain();
    let rules = if light { Rules::LIGHT_CHAIN } else { Rules::IMWG };
    Clinic {
        schedule: schedule(checker, visits, horizon),
        kinetics: kinetics(checker, entry),
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
        marrow: marrow(checker, visits.marrow),
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
    Schedule { every, jitter: jitter as u32, missed: visits.missed }
}

fn kinetics(checker: &mut Checker, entry: &MProteinEntry) -> Kinetics {
    let bounds = Bounds { most: 1e6, unit: "pg/d", ..Bounds::NOT_NEGATIVE };
    let secretion = checker.number("visits.m_protein.secretion", Target::Secretion, bounds, &entry.secretion);
    let bounds = Bounds { most: 1e6, unit: "d", ..Bounds::POSITIVE };
    let half_life = entry.half_life.as_ref();
    let half_life = half_life
        .map_or(0.0, |entry| checker.number("visits.m_protein.half_life", Target::HalfLife, bounds, entry));
    checker.at_most("visits.m_protein.volume", entry.volume.0, 1e6, "L");
    if entry.volume.0 > 0.0 && entry.volume.0 < 1e-3 {
        checker.wrong("visits.m_protein.volume", "is smaller than any serum", "at least 0.001 L");
    }
    checker.positive("visits.m_protein.volume", entry.volume.0);
    let elimination = elimination(checker, entry, half_life);
    Kinetics { secretion, volume: entry.volume.0, elimination }
}

fn elimination(checker: &mut Checker, entry: &MProteinEntry, half_life: f64) -> Elimination {
    let (saturated, half_saturation) = (entry.saturated_half_life, entry.half_saturation);
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
    let (saturated, half_saturation) =
        (saturated.map_or(half_life, f64::from), half_saturation.map_or(0.0, f64::from));
    checker.positive("visits.m_protein.half_saturation", half_saturation);
    // Below that the steps that follow it would be too many.
    if saturated < 0.1 {
        checker.wrong("visits.m_protein.saturated_half_life", "is shorter than any IgG's", "at least 0.1 d");
    }
    if saturated > half_life {
        let right = format!("at most the half-life of a trace, {half_life} d");
        checker.wrong("visits.m_protein.saturated_half_life", "is longer than without saturation", right);
    }
    Elimination::Saturable { half_life, saturated, half_saturation }
}

fn light_chains(isotype: IsotypeEntry) -> Option<LightChains> {
    let normal_ratio = match isotype {
        IsotypeEntry::Kappa => NORMAL_RATIO.1,
        IsotypeEntry::Lambda => 1.0 / NORMAL_RATIO.0,
        IsotypeEntry::Mixed | IsotypeEntry::IgG | IsotypeEntry::IgA => return None,
    };
    Some(LightChains { polyclonal: POLYCLONAL, normal_ratio })
}

fn marrow(checker: &mut Checker, entry: MarrowEntry) -> Marrow {
    if let Some(every) = entry.every {
        checker.positive("visits.marrow.every", every.0);
    }
    let MarrowEntry { cells, sample, patchiness, every } = entry;
    Marrow { cells, sample, patchiness, every: every.map(f64::from) }
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

pub fn mortality(checker: &mut Checker, entry: MortalityEntry) -> Mortality {
    checker.at_most("mortality.hazard", entry.hazard.0, 1.0, "/d");
    if let Some(doubling) = entry.doubling {
        checker.positive("mortality.doubling", doubling.0);
    }
    Mortality { hazard: entry.hazard.0, doubling: entry.doubling.map_or(f64::INFINITY, f64::from) }
}
