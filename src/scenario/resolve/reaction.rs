//! Rules by which a line reacts, and toxicity.

use super::Checker;
use super::names::Names;
use crate::clinic::{Aspirate, Response};
use crate::scenario::document::join;
use crate::scenario::file::{
    AdaptEntry, MeasureEntry, MrdEntry, NeedsEntry, OffEntry, ResponseEntry, ScenarioFile, ToxicityEntry,
};
use crate::scenario::quantity::Rate;
use crate::therapy::{Band, Hazard, Hold, LineRules, Measure, MrdRule, Need, Reduction, TimeOff, Toxicity};

/// Shortest time for which doses are held, days: less is no dose left out.
const SHORTEST_HOLD: f64 = 1.0;

/// The rules of a line, as it writes them.
#[derive(Clone, Copy)]
pub struct Reactions {
    /// The response it needs.
    pub needs: Option<NeedsEntry>,
    /// Adaptive therapy.
    pub adapt: Option<AdaptEntry>,
    /// Stop at MRD negativity.
    pub stop_at_mrd: Option<MrdEntry>,
}

/// The rules of the line at `key`; `open` says that the line ends by progression or on a day, paused or not.
pub fn rules(
    checker: &mut Checker,
    file: &ScenarioFile,
    key: &str,
    open: bool,
    given: Reactions,
) -> LineRules {
    let Reactions { needs, adapt, stop_at_mrd } = given;
    let names =
        [("needs", needs.is_some()), ("adapt", adapt.is_some()), ("stop_at_mrd", stop_at_mrd.is_some())];
    for (name, given) in names {
        if given && file.visits.is_none() {
            let right = "a table [visits], or no such rule";
            checker.wrong(&format!("{key}.{name}"), "nobody would see it: there are no visits", right);
        }
        if given && name != "needs" && !open {
            let right = "until = \"progression\", or for = \"336 d\", beside it";
            checker.wrong(&format!("{key}.{name}"), "could pause a line of cycles for ever", right);
        }
    }
    LineRules {
        need: needs.map(|needs| Need { rank: response(needs.response).rank(), cycles: needs.by_cycle }),
        band: adapt.map(|adapt| band(checker, key, adapt)),
        mrd: stop_at_mrd.map(|mrd| mrd_rule(checker, file, key, mrd)),
    }
}

fn response(entry: ResponseEntry) -> Response {
    match entry {
        ResponseEntry::StringentComplete => Response::StringentComplete,
        ResponseEntry::Complete => Response::Complete,
        ResponseEntry::VeryGoodPartial => Response::VeryGoodPartial,
        ResponseEntry::Partial => Response::Partial,
        ResponseEntry::Minimal => Response::Minimal,
    }
}

fn band(checker: &mut Checker, key: &str, adapt: AdaptEntry) -> Band {
    let AdaptEntry { by, pause_below, resume_above } = adapt;
    if pause_below >= 1.0 {
        let right = "less than 1, such as 0.5";
        checker.wrong(&format!("{key}.adapt.pause_below"), "would pause before the first dose", right);
    }
    if resume_above <= pause_below {
        let right = format!("above pause_below, {pause_below}");
        checker.wrong(&format!("{key}.adapt.resume_above"), "is not above the lower end of the band", right);
    }
    let measure = match by {
        MeasureEntry::MProtein => Measure::MProtein,
        MeasureEntry::Burden => Measure::Burden,
    };
    Band { measure, pause_below, resume_above }
}

fn mrd_rule(checker: &mut Checker, file: &ScenarioFile, key: &str, mrd: MrdEntry) -> MrdRule {
    if let Some(visits) = &file.visits {
        let empty = Aspirate { clonal: 0, cells: visits.marrow.sample };
        if !empty.is_negative_at(mrd.level) {
            let right = format!("visits.marrow.sample of at least {:e} cells", 3.0 / mrd.level);
            let level = format!("{key}.stop_at_mrd.level");
            checker.wrong(&level, "cannot be excluded: a sample of the marrow has too few cells", right);
        }
        if mrd.restart && visits.marrow.every.is_none() {
            let right = "visits.marrow.every, such as \"168 d\"";
            let restart = format!("{key}.stop_at_mrd.restart");
            checker.wrong(&restart, "nobody would see a conversion: the marrow has no schedule", right);
        }
    }
    MrdRule { level: mrd.level, restart: mrd.restart }
}

/// The time off a drug that the line at `key` asks for.
pub fn time_off(checker: &mut Checker, names: &Names, key: &str, entry: &OffEntry) -> TimeOff {
    checker.positive(&format!("{key}.if_off.for"), entry.days.0);
    let drugs = given(checker, names, &format!("{key}.if_off.drug"), &entry.drug);
    TimeOff { drugs, days: entry.days.0 }
}

/// Positions of the drugs of this name or class that some regimen gives; none is an error at `key`.
fn given(checker: &mut Checker, names: &Names, key: &str, name: &str) -> Vec<usize> {
    let is_meant = |drug: &String| drug == name || names.classes.get(drug).is_some_and(|class| class == name);
    let positions: Vec<usize> = (0..names.drugs.len()).filter(|at| is_meant(&names.drugs[*at])).collect();
    // A regimen or drug that is misspelt elsewhere may be what gives it.
    if !positions.is_empty() || !names.whole {
        return positions;
    }
    if names.classes.keys().any(is_meant) {
        let right = format!("one of {}, or its class", names.drugs.join(", "));
        checker.wrong(key, "is given in no regimen of this scenario", right);
    } else {
        checker.unknown(key, "drug or drug class", name, names.drugs.iter().map(String::as_str));
    }
    positions
}

/// What each drug does to those who take it; empty if none does anything.
pub fn toxicity(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Toxicity> {
    for (name, entry) in &file.toxicity {
        let key = join("toxicity", name);
        given(checker, names, &key, name);
        check(checker, &key, entry);
    }
    if file.toxicity.is_empty() {
        return Vec::new();
    }
    let class = |drug: &String| names.classes.get(drug).and_then(|class| file.toxicity.get(class));
    let entry = |drug: &String| file.toxicity.get(drug).or_else(|| class(drug));
    names.drugs.iter().map(|drug| entry(drug).map_or(Toxicity::default(), toxicity_of)).collect()
}

fn check(checker: &mut Checker, key: &str, entry: &ToxicityEntry) {
    let hazards = [
        ("hold", entry.hold.map(|hold| (hold.rate, hold.per_cycle))),
        ("reduce", entry.reduce.map(|reduce| (reduce.rate, reduce.per_cycle))),
        ("stop", entry.stop.map(|stop| (stop.rate, stop.per_cycle))),
    ];
    if hazards.iter().all(|(_, given)| given.is_none()) {
        checker.wrong(key, "says of no consequence", "hold, reduce or stop");
    }
    for (name, given) in hazards {
        let key = format!("{key}.{name}");
        match given {
            Some((None, None)) => checker.wrong(&key, "does not say how often", "rate or per_cycle"),
            Some((Some(_), Some(_))) => {
                checker.wrong(&key, "says twice how often", "one of rate and per_cycle");
            }
            Some((Some(rate), None)) => checker.at_most(&format!("{key}.rate"), rate.0, 1.0, "/d"),
            Some((None, Some(_))) | None => {}
        }
    }
    if let Some(hold) = entry.hold.filter(|hold| hold.days.0 < SHORTEST_HOLD) {
        let found = format!("at least {SHORTEST_HOLD} d");
        checker.wrong(&format!("{key}.hold.for"), format!("{} d leave out no dose", hold.days.0), found);
    }
}

fn toxicity_of(entry: &ToxicityEntry) -> Toxicity {
    let hazard = |rate: Option<Rate>, per_cycle: Option<f64>| match rate {
        Some(rate) => Hazard::PerDay(rate.0),
        None => Hazard::PerCycle(per_cycle.unwrap_or(0.0)),
    };
    Toxicity {
        hold: entry.hold.map(|hold| Hold { hazard: hazard(hold.rate, hold.per_cycle), days: hold.days.0 }),
        reduce: entry.reduce.map(|reduce| Reduction {
            hazard: hazard(reduce.rate, reduce.per_cycle),
            factor: reduce.factor,
            least: reduce.least,
        }),
        stop: entry.stop.map(|stop| hazard(stop.rate, stop.per_cycle)),
    }
}
