//! Drugs and plans.

use super::Checker;
use super::names::Names;
use crate::model::Arm;
use crate::scenario::document::join;
use crate::scenario::file::{ActsEntry, AfterEntry, ArmEntry, DrugEntry, ScenarioFile, StageEntry};
use crate::therapy::{Action, AfterPlan, Drug, DrugClass, Line, Plan, Stage};

/// The classes that have a meaning of their own, as the catalogue spells them.
const CLASSES: [(&str, DrugClass); 5] = [
    ("IMiD", DrugClass::Imid),
    ("proteasome inhibitor", DrugClass::ProteasomeInhibitor),
    ("anti-CD38 antibody", DrugClass::AntiCd38),
    ("glucocorticoid", DrugClass::Glucocorticoid),
    ("alkylator", DrugClass::Alkylator),
];

pub fn drugs(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Drug> {
    let entries = names.drugs.iter().filter_map(|name| Some((name, file.drugs.get(name)?)));
    entries.map(|(name, entry)| drug(checker, name, entry)).collect()
}

fn drug(checker: &mut Checker, name: &str, entry: &DrugEntry) -> Drug {
    let key = join("drug", name);
    let class = CLASSES
        .iter()
        .find(|(spelled, _)| *spelled == entry.class)
        .map_or(DrugClass::Other, |(_, class)| *class);
    let action = match entry.acts {
        ActsEntry::Window { days } => {
            checker.positive(&format!("{key}.acts.for"), days.0);
            Action::Window { days: days.0 }
        }
        ActsEntry::Decay { half_life, ec50, hill } => {
            checker.positive(&format!("{key}.acts.half_life"), half_life.0);
            Action::Decay { half_life: half_life.0, ec50, hill }
        }
    };
    Drug { name: name.to_string(), class, kill: entry.kill.0, action }
}

pub fn arms(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Arm> {
    if file.arms.is_empty() {
        let plan = Plan { stages: Vec::new(), after: AfterPlan::Observe };
        return vec![Arm { name: "untreated".to_string(), plan }];
    }
    for (i, arm) in file.arms.iter().enumerate() {
        let key = format!("arm[{i}].name");
        if file.arms[..i].iter().any(|earlier| earlier.name == arm.name) {
            checker.wrong(&key, "is the name of an earlier arm too", "a name of its own");
        }
        if arm.name.starts_with(['=', '+', '-', '@']) {
            let right = "a name that begins with a letter or digit";
            checker.wrong(&key, "could be read as a formula by a spreadsheet", right);
        }
        if arm.name.chars().any(char::is_control) {
            checker.wrong(&key, "holds a line break or another control character", "a name on one line");
        }
    }
    file.arms.iter().enumerate().map(|(i, entry)| arm(checker, file, names, i, entry)).collect()
}

fn arm(checker: &mut Checker, file: &ScenarioFile, names: &Names, index: usize, entry: &ArmEntry) -> Arm {
    let stage = |(i, stage): (usize, &StageEntry)| {
        let key = format!("arm[{index}].lines[{i}]");
        let (resolved, watched) = stage_of(checker, names, &key, stage)?;
        if watched && file.visits.is_none() {
            let right = "a table [visits], or another end";
            checker.wrong(
                &format!("{key}.until"),
                "nobody would see progression: there are no visits",
                right,
            );
        }
        Some(resolved)
    };
    let stages = entry.lines.iter().enumerate().filter_map(stage).collect();
    let after = match entry.after {
        AfterEntry::Observe => AfterPlan::Observe,
        AfterEntry::Stop => AfterPlan::Stop,
    };
    Arm { name: entry.name.clone(), plan: Plan { stages, after } }
}

/// A stage, and whether it depends on visits; none if its regimen is unknown.
fn stage_of(checker: &mut Checker, names: &Names, key: &str, entry: &StageEntry) -> Option<(Stage, bool)> {
    let (regimen, cycles, then, days, until) = match entry {
        StageEntry::Holiday { holiday } => {
            checker.positive(&format!("{key}.holiday"), holiday.0);
            return Some((Stage::Holiday { days: holiday.0 }, false));
        }
        StageEntry::Line { regimen, cycles, then, days, until } => (regimen, *cycles, then, *days, *until),
    };
    if let Some(days) = days {
        checker.positive(&format!("{key}.for"), days.0);
    }
    if then.is_some() && cycles.is_none() {
        checker.wrong(
            &format!("{key}.then"),
            "never begins: the regimen before it has no cycles",
            "cycles = 8 beside it",
        );
    }
    let ends = days.is_some() || until.is_some() || (cycles.is_some() && then.is_none());
    if !ends {
        checker.wrong(key, "never ends", "until = \"progression\", for = \"336 d\", or cycles = 8");
    }
    let position = |name: &String| names.regimens.iter().position(|known| known == name);
    let then = match then {
        Some(name) => Some(position(name)?),
        None => None,
    };
    let days = days.map(|days| days.0);
    let line = Line { regimen: position(regimen)?, cycles, then, days, until_progression: until.is_some() };
    Some((Stage::Line(line), until.is_some()))
}
