//! The disease: growth, crowding and the clones of day 0.

use super::names::Names;
use super::{Checker, draw};
use crate::disease::{ActsOn, Daughters, Identity, Immigration, Law, TraitSet};
use crate::model::{Disease, Growth, Seed, SeedSize};
use crate::patient::Draw;
use crate::scenario::file::{
    ActsOnEntry, CapacityEntry, ClonesBy, DaughtersEntry, DiseaseEntry, ImmigrationEntry, LawEntry,
    ScenarioFile, SeedEntry,
};

pub fn disease(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Disease {
    let entry = &file.disease;
    let (law, acts_on) =
        entry.capacity.map_or((Law::None, ActsOn::Division), |capacity| crowding(checker, capacity));
    let clones = entry.clones.iter().enumerate().map(|(i, clone)| seed(checker, names, i, clone)).collect();
    let immigration = entry.immigration.iter().enumerate();
    let immigration = immigration.map(|(i, arrivals)| arrive(checker, names, i, arrivals)).collect();
    Disease {
        immigration,
        daughters: match entry.daughters {
            DaughtersEntry::One => Daughters::One,
            DaughtersEntry::Independent => Daughters::Independent,
        },
        burden: draw(checker, "disease.burden", entry.burden),
        growth: growth(checker, entry),
        kill_scale: draw(checker, "disease.kill_scale", entry.kill_scale),
        t_cell_fitness: draw(checker, "disease.t_cell_fitness", entry.t_cell_fitness),
        law,
        acts_on,
        clones,
        identity: match entry.clones_by {
            ClonesBy::Traits => Identity::TraitSet,
            ClonesBy::Founder => Identity::Founder,
        },
        lethal_burden: entry.lethal_burden,
    }
}

fn growth(checker: &mut Checker, entry: &DiseaseEntry) -> Growth {
    let right = "division and death, or net_growth and death";
    match (entry.division, entry.net_growth, entry.death) {
        (Some(division), None, Some(death)) => Growth::DivisionAndDeath(
            draw(checker, "disease.division", division),
            draw(checker, "disease.death", death),
        ),
        (None, Some(net), Some(death)) => Growth::NetAndDeath(
            draw(checker, "disease.net_growth", net),
            draw(checker, "disease.death", death),
        ),
        (Some(_), Some(_), _) => {
            checker.wrong("disease.net_growth", "division and net_growth are both given", right);
            Growth::DivisionAndDeath(Draw::Fixed(0.0), Draw::Fixed(0.0))
        }
        (_, _, death) => {
            let missing =
                if death.is_some() { "division or net_growth is missing" } else { "death is missing" };
            checker.wrong("disease", missing, right);
            Growth::DivisionAndDeath(Draw::Fixed(0.0), Draw::Fixed(0.0))
        }
    }
}

fn crowding(checker: &mut Checker, entry: CapacityEntry) -> (Law, ActsOn) {
    let acts_on = match entry.acts_on {
        ActsOnEntry::Division => ActsOn::Division,
        ActsOnEntry::Death => ActsOn::Death,
    };
    let law = match (entry.law, entry.reference) {
        (LawEntry::Logistic, None) => Law::Logistic { capacity: entry.cells },
        (LawEntry::Logistic, Some(_)) => {
            checker.wrong("disease.capacity.reference", "is for the Gompertz law only", "no reference");
            Law::None
        }
        (LawEntry::Gompertz, None) => {
            let right = "reference = 1e11, the burden up to which the stated rates hold";
            checker.wrong("disease.capacity", "the Gompertz law needs a reference", right);
            Law::None
        }
        (LawEntry::Gompertz, Some(reference)) => {
            if reference >= entry.cells {
                let right = format!("below the capacity of {:e} cells", entry.cells);
                checker.wrong("disease.capacity.reference", "is not below the capacity", right);
            }
            Law::Gompertz { capacity: entry.cells, reference }
        }
    };
    (law, acts_on)
}

fn arrive(checker: &mut Checker, names: &Names, index: usize, entry: &ImmigrationEntry) -> Immigration {
    let key = format!("disease.immigration[{index}]");
    let traits = names.trait_set(checker, &format!("{key}.traits"), &entry.traits);
    checker.at_most(&format!("{key}.rate"), entry.rate.0, 1e9, "/d");
    let growth = entry.growth.map_or(0.0, f64::from);
    checker.at_most(&format!("{key}.growth"), growth, 10.0, "/d");
    Immigration { traits, rate: entry.rate.0, growth, cells: entry.cells }
}

fn seed(checker: &mut Checker, names: &Names, index: usize, entry: &SeedEntry) -> Seed {
    let key = format!("disease.clone[{index}]");
    let traits = names.trait_set(checker, &format!("{key}.traits"), &entry.traits);
    if traits == TraitSet::WILD_TYPE && entry.traits.is_empty() {
        checker.wrong(
            &format!("{key}.traits"),
            "names no trait",
            "at least one; cells without traits are disease.burden",
        );
    }
    let size = match (entry.cells, entry.fraction) {
        (Some(cells), None) => SeedSize::Cells(draw(checker, &format!("{key}.cells"), cells)),
        (None, Some(fraction)) => {
            let fraction = draw(checker, &format!("{key}.fraction"), fraction);
            if highest(fraction) > 1.0 {
                checker.wrong(
                    &format!("{key}.fraction"),
                    "is more than the whole tumour",
                    "a fraction from 0 to 1",
                );
            }
            SeedSize::Fraction(fraction)
        }
        (Some(_), Some(_)) => {
            checker.wrong(&format!("{key}.fraction"), "cells and fraction are both given", "one of them");
            SeedSize::Cells(Draw::Fixed(0.0))
        }
        (None, None) => {
            checker.wrong(&key, "has no size", "cells = 1e4, or fraction = 1e-6");
            SeedSize::Cells(Draw::Fixed(0.0))
        }
    };
    Seed { traits, size }
}

/// The largest value that a fixed or uniform number takes; the median of a lognormal.
fn highest(draw: Draw) -> f64 {
    match draw {
        Draw::Fixed(value) => value,
        Draw::LogNormal { median, .. } => median,
        Draw::Uniform { high, .. } => high,
    }
}
