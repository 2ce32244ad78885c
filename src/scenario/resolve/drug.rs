//! Drugs: what they do to cells, and how long their doses act.

use super::Checker;
use super::action::Numbers;
use super::draw::Bounds;
use super::names::Names;
use super::suggest;
use crate::disease::{Antigen, DrugTarget};
use crate::patient::DrugNumber;
use crate::scenario::document::join;
use crate::scenario::file::{ActsEntry, DrugEntry, EffectorEntry, ScenarioFile};
use crate::therapy::{Action, Drug, DrugClass};

/// The classes that have a meaning of their own, as the catalogue spells them.
const CLASSES: [(&str, DrugClass); 5] = [
    ("IMiD", DrugClass::Imid),
    ("proteasome inhibitor", DrugClass::ProteasomeInhibitor),
    ("anti-CD38 antibody", DrugClass::AntiCd38),
    ("glucocorticoid", DrugClass::Glucocorticoid),
    ("alkylator", DrugClass::Alkylator),
];

/// The drugs in use.
pub fn drugs(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Drug> {
    let entries = names.drugs.iter().enumerate();
    let entries = entries.filter_map(|(position, name)| Some((position, name, file.drugs.get(name)?)));
    entries.map(|(position, name, entry)| drug(checker, file, position, name, entry)).collect()
}

/// What of each drug matters to a cell.
pub fn targets(checker: &mut Checker, file: &ScenarioFile, names: &Names, drugs: &[Drug]) -> Vec<DrugTarget> {
    let mut target = |(position, (name, drug)): (usize, (&String, &Drug))| {
        let entry = file.drugs.get(name).and_then(|entry| entry.antigen.as_ref());
        let antigen = entry.and_then(|antigen| {
            let mut numbers = Numbers { checker: &mut *checker, key: join("drug", name), position };
            let half = antigen.half.as_ref();
            let half = half.map_or(f64::INFINITY, |half| {
                numbers.of("antigen.half", DrugNumber::AntigenHalf, Bounds::RELATIVE, half)
            });
            let position = names.antigens.iter().position(|known| *known == antigen.name)?;
            Some(Antigen { position, half })
        });
        DrugTarget { hill: drug.action.hill(), antigen }
    };
    names.drugs.iter().zip(drugs).enumerate().map(&mut target).collect()
}

fn drug(checker: &mut Checker, file: &ScenarioFile, position: usize, name: &str, entry: &DrugEntry) -> Drug {
    let key = join("drug", name);
    let class = class(checker, &key, entry);
    let mut numbers = Numbers { checker, key, position };
    let action = numbers.action(&entry.acts);
    contradictions(&mut numbers, file, name, entry, action);
    let kill = entry.kill.as_ref();
    let times = Bounds { least: 1.0, most: 1e6, unit: "" };
    Drug {
        name: name.to_string(),
        class,
        kill: kill.map_or(0.0, |kill| numbers.of("kill", DrugNumber::Kill, Bounds::NOT_NEGATIVE, kill)),
        slows: numbers.of("slows", DrugNumber::Slows, Bounds::SHARE, &entry.slows),
        mutagenic: numbers.of("mutagenic", DrugNumber::Mutagenic, times, &entry.mutagenic),
        by_t_cells: entry.effector == EffectorEntry::TCells,
        log_kill: log_kill(&mut numbers, &entry.acts),
        action,
    }
}

/// What a standard dose kills at once, as a decimal logarithm; 0 of a drug that acts over time.
fn log_kill(numbers: &mut Numbers, entry: &ActsEntry) -> f64 {
    let ActsEntry::Pulse { log_kill } = entry else { return 0.0 };
    let bounds = Bounds { most: 18.0, ..Bounds::NOT_NEGATIVE };
    let median = numbers.of("acts.log_kill", DrugNumber::LogKill, bounds, log_kill);
    // Patients are compared with it, so that one that is drawn cannot be 0.
    if log_kill.fixed().is_none() && median == 0.0 { 1.0 } else { median }
}

/// What a drug says of itself must go together.
fn contradictions(numbers: &mut Numbers, file: &ScenarioFile, name: &str, entry: &DrugEntry, action: Action) {
    let (checker, key) = (&mut *numbers.checker, numbers.key.as_str());
    match (&entry.kill, action) {
        (Some(_), Action::Pulse) => checker.wrong(
            &format!("{key}.kill"),
            "is a rate, and this drug acts at once",
            "no kill; acts.log_kill says how many cells are left",
        ),
        (None, Action::Pulse) => {}
        (None, _) if !does_anything(file, name, entry) => checker.wrong(
            key,
            "has no effect",
            "kill = \"0.1 /d\", slows = 0.5, enhances, mutagenic, or inert = \"the reason\"",
        ),
        _ => {}
    }
    if slows(entry) && action == Action::Pulse {
        checker.wrong(&format!("{key}.slows"), "takes time, and this drug acts at once", "no slows");
    }
    let kills = entry.kill.as_ref().is_some_and(|kill| kill.fixed().is_none_or(|kill| kill.0 > 0.0));
    if entry.inert.is_some() && (kills || slows(entry)) {
        checker.wrong(
            &format!("{key}.inert"),
            "says that the drug does nothing, and it does",
            "without kill and slows",
        );
    }
}

/// Whether it slows division in anybody.
fn slows(entry: &DrugEntry) -> bool {
    entry.slows.fixed().is_none_or(|share| share.0 > 0.0)
}

/// Whether a drug without a kill changes anything else, or is known to change nothing.
fn does_anything(file: &ScenarioFile, name: &str, entry: &DrugEntry) -> bool {
    let named = |key: &String| key == name || *key == entry.class;
    let elsewhere =
        file.traits.values().any(|t| t.reversed_by.keys().any(named) || t.gained.under.keys().any(named));
    slows(entry)
        || entry.mutagenic.fixed().is_none_or(|times| times.0 > 1.0)
        || !entry.enhances.is_empty()
        || entry.inert.is_some()
        || elsewhere
}

fn class(checker: &mut Checker, key: &str, entry: &DrugEntry) -> DrugClass {
    let known = CLASSES.iter().find(|(spelled, _)| *spelled == entry.class);
    let spelled = CLASSES.iter().map(|(spelled, _)| *spelled);
    if known.is_none()
        && let Some(meant) = suggest(&entry.class, spelled)
        && !crate::catalogue::is_from_catalogue(&checker.node.place_of(&format!("{key}.class")))
    {
        let right = format!("\"{meant}\", or a class of its own that is not so near to it");
        checker.wrong(&format!("{key}.class"), "is nearly the name of a class that has a meaning", right);
    }
    known.map_or(DrugClass::Other, |(_, class)| *class)
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
