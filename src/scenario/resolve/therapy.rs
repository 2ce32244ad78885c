//! Plans, and what becomes of their doses.

use super::Checker;
use super::names::Names;
use super::reaction::{self, Reactions};
use crate::model::Arm;
use crate::scenario::file::{
    AdherenceEntry, AfterEntry, ArmEntry, InterruptionEntry, ScenarioFile, StageEntry,
};
use crate::therapy::{Adherence, AfterPlan, Habit, Interruption, Line, Plan, Stage};

pub fn arms(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Arm> {
    if file.arms.is_empty() {
        let adherence = Adherence::default();
        let plan = Plan { stages: Vec::new(), after: AfterPlan::Observe, adherence };
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
    let stages = stages(checker, file, names, &format!("arm[{index}].lines"), &entry.lines);
    let after = match entry.after {
        AfterEntry::Observe => AfterPlan::Observe,
        AfterEntry::Stop => AfterPlan::Stop,
    };
    let adherence = adherence(checker, file, names, index, entry);
    Arm { name: entry.name.clone(), plan: Plan { stages, after, adherence } }
}

/// The stages listed at `key`.
pub fn stages(
    checker: &mut Checker,
    file: &ScenarioFile,
    names: &Names,
    key: &str,
    entries: &[StageEntry],
) -> Vec<Stage> {
    let first = entries.iter().position(|stage| matches!(stage, StageEntry::Line { .. }));
    let stage = |(i, stage): (usize, &StageEntry)| {
        let key = format!("{key}[{i}]");
        let (StageEntry::Holiday { until, .. } | StageEntry::Line { until, .. }) = stage;
        if until.is_some() && file.visits.is_none() {
            let right = "a table [visits], or another end";
            checker.wrong(
                &format!("{key}.until"),
                "nobody would see progression: there are no visits",
                right,
            );
        }
        if let StageEntry::Line { attrition, .. } = stage
            && *attrition > 0.0
            && first == Some(i)
        {
            let right = "attrition of a later line";
            checker.wrong(&format!("{key}.attrition"), "is of the first line, which is always begun", right);
        }
        stage_of(checker, file, names, &key, stage)
    };
    entries.iter().enumerate().filter_map(stage).collect()
}

/// What becomes of the doses of an arm: its own word, or that of `therapy`.
fn adherence(
    checker: &mut Checker,
    file: &ScenarioFile,
    names: &Names,
    index: usize,
    arm: &ArmEntry,
) -> Adherence {
    let own = |key: &str| format!("arm[{index}].{key}");
    let (key, habits) = match &arm.adherence {
        Some(habits) => (own("adherence"), habits),
        None => ("therapy.adherence".to_string(), &file.therapy.adherence),
    };
    let habits =
        habits.iter().enumerate().map(|(i, entry)| habit(checker, names, &format!("{key}[{i}]"), entry));
    let habits = habits.collect();
    let (key, interruptions) = match &arm.interruption {
        Some(interruptions) => (own("interruption"), interruptions),
        None => ("therapy.interruption".to_string(), &file.therapy.interruption),
    };
    let interruptions = interruptions.iter().enumerate();
    let interruptions =
        interruptions.map(|(i, entry)| interruption(checker, names, &format!("{key}[{i}]"), entry));
    Adherence { habits, interruptions: interruptions.collect() }
}

fn habit(checker: &mut Checker, names: &Names, key: &str, entry: &AdherenceEntry) -> Habit {
    if entry.delayed > 0.0 && entry.delay.is_none() {
        checker.wrong(&format!("{key}.delayed"), "does not say by how much", "delay = \"2 d\" beside it");
    }
    if let Some(delay) = entry.delay {
        checker.positive(&format!("{key}.delay"), delay.0);
        if entry.delayed == 0.0 {
            checker.wrong(
                &format!("{key}.delay"),
                "is of doses that are never late",
                "delayed = 0.1 beside it",
            );
        }
    }
    Habit {
        drugs: names.drugs_named(checker, &format!("{key}.drugs"), &entry.drugs),
        missed: entry.missed,
        delayed: entry.delayed,
        delay: entry.delay.map_or(0.0, f64::from),
    }
}

fn interruption(checker: &mut Checker, names: &Names, key: &str, entry: &InterruptionEntry) -> Interruption {
    checker.positive(&format!("{key}.for"), entry.days.0);
    Interruption {
        drugs: names.drugs_named(checker, &format!("{key}.drugs"), &entry.drugs),
        from: entry.from.0,
        days: entry.days.0,
        strength: entry.strength,
    }
}

/// A stage; none if its regimen is unknown.
fn stage_of(
    checker: &mut Checker,
    file: &ScenarioFile,
    names: &Names,
    key: &str,
    entry: &StageEntry,
) -> Option<Stage> {
    let (regimen, cycles, then, days, until, reactions, if_off, attrition) = match entry {
        StageEntry::Holiday { holiday, until } => {
            checker.positive(&format!("{key}.holiday"), holiday.0);
            return Some(Stage::Holiday { days: holiday.0, until_progression: until.is_some() });
        }
        StageEntry::Line {
            regimen,
            cycles,
            then,
            days,
            until,
            needs,
            adapt,
            stop_at_mrd,
            if_off,
            attrition,
        } => {
            let reactions = Reactions { needs: *needs, adapt: *adapt, stop_at_mrd: *stop_at_mrd };
            (regimen, *cycles, then, *days, *until, reactions, if_off, *attrition)
        }
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
    let open = days.is_some() || until.is_some();
    let ends = open || (cycles.is_some() && then.is_none());
    if !ends && then.is_some() {
        checker.wrong(key, "its last regimen never ends", "until = \"progression\", or for = \"336 d\"");
    } else if !ends {
        checker.wrong(key, "never ends", "until = \"progression\", for = \"336 d\", or cycles = 8");
    }
    let rules = reaction::rules(checker, file, key, open, reactions);
    let time_off = if_off.as_ref().map(|entry| reaction::time_off(checker, names, key, entry));
    let position = |name: &String| names.regimens.iter().position(|known| known == name);
    let then = match then {
        Some(name) => Some(position(name)?),
        None => None,
    };
    let (regimen, days, until_progression) = (position(regimen)?, days.map(|days| days.0), until.is_some());
    Some(Stage::Line(Line { regimen, cycles, then, days, until_progression, rules, time_off, attrition }))
}
