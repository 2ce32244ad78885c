//! Drugs and plans.

use super::Checker;
use super::names::Names;
use super::suggest;
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
    let spelled = CLASSES.iter().map(|(spelled, _)| *spelled);
    if class == DrugClass::Other
        && let Some(meant) = suggest(&entry.class, spelled)
    {
        let right = format!("\"{meant}\", or a class of its own that is not so near to it");
        checker.wrong(&format!("{key}.class"), "is nearly the name of a class that has a meaning", right);
    }
    let action = match entry.acts {
        ActsEntry::Window { days } => {
            checker.positive(&format!("{key}.acts.for"), days.0);
            Action::Window { days: days.0 }
        }
        ActsEntry::Decay { half_life, ec50, hill } => {
            checker.positive(&format!("{key}.acts.half_life"), half_life.0);
            Action::Decay { half_life: half_life.0, ec50, hill }
        }
        ActsEntry::Pulse { log_kill } => Action::Pulse { log_kill },
    };
    match (entry.kill, action) {
        (Some(_), Action::Pulse { .. }) => checker.wrong(
            &format!("{key}.kill"),
            "is a rate, and this drug acts at once",
            "no kill; acts.log_kill says how many cells are left",
        ),
        (None, Action::Window { .. } | Action::Decay { .. }) if entry.slows == 0.0 => {
            checker.wrong(&key, "has no effect", "kill = \"0.1 /d\", or slows = 0.5, or both")
        }
        _ => {}
    }
    if entry.slows > 0.0 && matches!(action, Action::Pulse { .. }) {
        checker.wrong(&format!("{key}.slows"), "takes time, and this drug acts at once", "no slows");
    }
    let kill = entry.kill.map_or(0.0, f64::from);
    Drug { name: name.to_string(), class, kill, slows: entry.slows, action }
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
    let stages = stages(checker, file, names, &format!("arm[{index}].lines"), &entry.lines);
    let after = match entry.after {
        AfterEntry::Observe => AfterPlan::Observe,
        AfterEntry::Stop => AfterPlan::Stop,
    };
    Arm { name: entry.name.clone(), plan: Plan { stages, after } }
}

/// The stages listed at `key`.
pub fn stages(
    checker: &mut Checker,
    file: &ScenarioFile,
    names: &Names,
    key: &str,
    entries: &[StageEntry],
) -> Vec<Stage> {
    let stage = |(i, stage): (usize, &StageEntry)| {
        let key = format!("{key}[{i}]");
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
    entries.iter().enumerate().filter_map(stage).collect()
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
    if !ends && then.is_some() {
        checker.wrong(key, "its last regimen never ends", "until = \"progression\", or for = \"336 d\"");
    } else if !ends {
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

#[cfg(test)]
mod tests {
    use crate::scenario::Scenario;

    #[test]
    fn a_class_that_is_nearly_one_with_a_meaning_is_told() {
        let text = r#"
name = "t"
study = { horizon = "1 y" }
disease = { burden = 1, division = "1 /d", death = "1 /d" }
arm = [{ name = "a", lines = [{ regimen = "r", cycles = 1 }] }]
drug.own = { class = "CLASS", kill = "1 /d", acts = { for = "1 d" } }
regimen.r = { cycle = "7 d", doses = [{ drug = "own", days = "1" }] }
"#;
        let wrong = Scenario::read("t.toml", &text.replace("CLASS", "imid"), &[]).unwrap_err();
        assert_eq!((wrong.0.len(), wrong.0[0].key.as_str()), (1, "drug.own.class"));
        for right in ["IMiD", "BET inhibitor", ""] {
            assert!(Scenario::read("t.toml", &text.replace("CLASS", right), &[]).is_ok(), "{right}");
        }
    }
}
