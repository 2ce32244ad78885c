//! The disease: growth, crowding and the clones of day 0.

use super::draw::Bounds;
use super::names::Names;
use super::{Checker, therapy};
use crate::disease::{ActsOn, Daughters, Identity, Immigration, Law, TraitSet};
use crate::model::{Arm, Disease, Growth, History, Seed, SeedSize};
use crate::patient::Target;
use crate::scenario::file::{
    ActsOnEntry, CapacityEntry, ClonesBy, Count, DaughtersEntry, DiseaseEntry, DrawEntry, HistoryEntry,
    ImmigrationEntry, LawEntry, ScenarioFile, SeedEntry,
};
use crate::therapy::{Adherence, AfterPlan, Plan};

pub fn disease(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Disease {
    let entry = &file.disease;
    let whole = Bounds::NOT_NEGATIVE;
    let burden = checker.number("disease.burden", Target::Burden, whole, &entry.burden);
    let growth = growth(checker, entry);
    let kill_scale = checker.number("disease.kill_scale", Target::KillScale, whole, &entry.kill_scale);
    let fitness =
        checker.number("disease.t_cell_fitness", Target::TCellFitness, whole, &entry.t_cell_fitness);
    let (law, acts_on) =
        entry.capacity.as_ref().map_or((Law::None, ActsOn::Division), |capacity| crowding(checker, capacity));
    let clones = entry.clones.iter().enumerate().map(|(i, clone)| seed(checker, names, i, clone)).collect();
    let immigration = entry.immigration.iter().enumerate();
    let immigration = immigration.map(|(i, arrivals)| arrive(checker, names, i, arrivals)).collect();
    let lethal = Bounds::CELLS;
    let lethal_burden = entry.lethal_burden.as_ref();
    Disease {
        burden,
        growth,
        kill_scale,
        t_cell_fitness: fitness,
        t_cell_wear: entry.t_cell_wear,
        law,
        acts_on,
        clones,
        immigration,
        daughters: match entry.daughters {
            DaughtersEntry::One => Daughters::One,
            DaughtersEntry::Independent => Daughters::Independent,
        },
        identity: match entry.clones_by {
            ClonesBy::Traits => Identity::TraitSet,
            ClonesBy::Founder => Identity::Founder,
        },
        lethal_burden: lethal_burden
            .map(|burden| checker.number("disease.lethal_burden", Target::LethalBurden, lethal, burden)),
        history: entry.history.as_ref().map(|past| history(checker, file, names, past)),
    }
}

fn growth(checker: &mut Checker, entry: &DiseaseEntry) -> Growth {
    let right = "division and death, or net_growth and death";
    let rate = Bounds::NOT_NEGATIVE;
    match (&entry.division, &entry.net_growth, &entry.death) {
        (Some(division), None, Some(death)) => Growth::DivisionAndDeath(
            checker.number("disease.division", Target::Division, rate, division),
            checker.number("disease.death", Target::Death, rate, death),
        ),
        (None, Some(net), Some(death)) => Growth::NetAndDeath(
            checker.number("disease.net_growth", Target::NetGrowth, rate, net),
            checker.number("disease.death", Target::Death, rate, death),
        ),
        (Some(_), Some(_), _) => {
            checker.wrong("disease.net_growth", "division and net_growth are both given", right);
            Growth::DivisionAndDeath(0.0, 0.0)
        }
        (_, _, death) => {
            let missing =
                if death.is_some() { "division or net_growth is missing" } else { "death is missing" };
            checker.wrong("disease", missing, right);
            Growth::DivisionAndDeath(0.0, 0.0)
        }
    }
}

/// What makes the disease reach its burden, or not, is checked as far as one can without simulating it.
fn history(checker: &mut Checker, file: &ScenarioFile, names: &Names, past: &HistoryEntry) -> History {
    let entry = &file.disease;
    let from = past.from.as_ref();
    let founders =
        from.map(|from| checker.number("disease.history.from", Target::Founders, Bounds::CELLS, from));
    if checker.positive("disease.history.longest", past.longest.0) {
        checker.at_most("disease.history.longest", past.longest.0, 1e6, "d");
    }
    if past.from.is_none() && past.lines.is_empty() {
        let right = "from = 1, or lines = [{ regimen = \"VRd\", until = \"progression\" }]";
        checker.wrong("disease.history", "tells nothing of the past", right);
    }
    if let (Some(DrawEntry::Fixed(from)), DrawEntry::Fixed(burden)) = (from, &entry.burden)
        && from.0 >= burden.0
    {
        let right = format!("below {} cells", burden.0);
        checker.wrong("disease.history.from", "is not below the burden at diagnosis", right);
    }
    let growing = |i: &ImmigrationEntry| {
        i.growth.as_ref().is_some_and(|growth| growth.fixed().is_none_or(|growth| growth.0 != 0.0))
    };
    for i in (0..entry.immigration.len()).filter(|&i| growing(&entry.immigration[i])) {
        let key = format!("disease.immigration[{i}].growth");
        let problem = "arrivals that grow until day 0 cannot go with a history, whose length is not known";
        checker.wrong(&key, problem, "arrivals at a constant rate, or no history");
    }
    let stages = therapy::stages(checker, file, names, "disease.history.lines", &past.lines);
    let earlier = (!past.lines.is_empty()).then(|| Arm {
        name: "earlier lines".to_string(),
        plan: Plan { stages, after: AfterPlan::Stop, adherence: Adherence::default() },
    });
    History { founders, earlier, shared: past.shared, longest: past.longest.0 }
}

fn crowding(checker: &mut Checker, entry: &CapacityEntry) -> (Law, ActsOn) {
    // Below its reference a Gompertz law means nothing: what is drawn there counts as just above it.
    let reference = entry.reference.as_ref();
    let fixed = reference.and_then(DrawEntry::fixed).filter(|_| !is_fixed(&entry.cells));
    let least = fixed.map_or(2.0, |r| (1.01 * r.0).max(2.0));
    let bounds = Bounds { least, ..Bounds::CELLS };
    let capacity = checker.number("disease.capacity.cells", Target::Capacity, bounds, &entry.cells);
    let reference = reference.map(|reference| self::reference(checker, entry, reference, capacity));
    let acts_on = match entry.acts_on {
        ActsOnEntry::Division => ActsOn::Division,
        ActsOnEntry::Death => ActsOn::Death,
    };
    let law = match (entry.law, reference) {
        (LawEntry::Logistic, None) => Law::Logistic { capacity },
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
            if reference >= capacity {
                let right = format!("below the capacity of {capacity:e} cells");
                checker.wrong("disease.capacity.reference", "is not below the capacity", right);
            }
            Law::Gompertz { capacity, reference }
        }
    };
    (law, acts_on)
}

/// The reference burden; one that is drawn stays below a capacity that is not.
fn reference(
    checker: &mut Checker,
    entry: &CapacityEntry,
    reference: &DrawEntry<Count>,
    capacity: f64,
) -> f64 {
    let below = is_fixed(&entry.cells) && !is_fixed(reference);
    let bounds = if below { Bounds { most: capacity / 1.01, ..Bounds::CELLS } } else { Bounds::CELLS };
    checker.number("disease.capacity.reference", Target::Reference, bounds, reference)
}

fn arrive(checker: &mut Checker, names: &Names, index: usize, entry: &ImmigrationEntry) -> Immigration {
    let key = format!("disease.immigration[{index}]");
    let traits = names.trait_set(checker, &format!("{key}.traits"), &entry.traits);
    let bounds = Bounds { most: 1e9, unit: "/d", ..Bounds::NOT_NEGATIVE };
    let rate = checker.number(&format!("{key}.rate"), Target::Arrivals(index), bounds, &entry.rate);
    let bounds = Bounds { most: 10.0, unit: "/d", ..Bounds::NOT_NEGATIVE };
    let growth = entry.growth.as_ref().map_or(0.0, |growth| {
        checker.number(&format!("{key}.growth"), Target::ArrivalGrowth(index), bounds, growth)
    });
    Immigration { traits, rate, growth, cells: entry.cells }
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
    let target = Target::CloneSize(index);
    let size = match (&entry.cells, &entry.fraction) {
        (Some(cells), None) => {
            SeedSize::Cells(checker.number(&format!("{key}.cells"), target, Bounds::NOT_NEGATIVE, cells))
        }
        (None, Some(fraction)) => {
            let key = format!("{key}.fraction");
            let number = checker.number(&key, target, Bounds::NOT_NEGATIVE, fraction);
            checker.whole_at_most(&key);
            SeedSize::Fraction(number)
        }
        (Some(_), Some(_)) => {
            checker.wrong(&format!("{key}.fraction"), "cells and fraction are both given", "one of them");
            SeedSize::Cells(0.0)
        }
        (None, None) => {
            checker.wrong(&key, "has no size", "cells = 1e4, or fraction = 1e-6");
            SeedSize::Cells(0.0)
        }
    };
    Seed { traits, size }
}

fn is_fixed<T>(entry: &DrawEntry<T>) -> bool {
    matches!(entry, DrawEntry::Fixed(_))
}
