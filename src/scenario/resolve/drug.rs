//! Drugs: what they do to cells, and how long their doses act.

use super::Checker;
use super::names::Names;
use super::suggest;
use crate::disease::{Antigen, DrugTarget};
use crate::scenario::document::join;
use crate::scenario::file::{
    ActsEntry, DistributionEntry, DrugEntry, EffectorEntry, ExhaustionEntry, ScenarioFile,
};
use crate::therapy::{Absorption, Action, Drug, DrugClass, Emax, Kinetics, Living, Wearing};

/// The classes that have a meaning of their own, as the catalogue spells them.
const CLASSES: [(&str, DrugClass); 5] = [
    ("IMiD", DrugClass::Imid),
    ("proteasome inhibitor", DrugClass::ProteasomeInhibitor),
    ("anti-CD38 antibody", DrugClass::AntiCd38),
    ("glucocorticoid", DrugClass::Glucocorticoid),
    ("alkylator", DrugClass::Alkylator),
];

/// Half-lives of one drug that are nearer to one another than this share cannot be told apart by sums of exponentials.
const APART: f64 = 1e-3;

pub fn drugs(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Drug> {
    let entries = names.drugs.iter().filter_map(|name| Some((name, file.drugs.get(name)?)));
    entries.map(|(name, entry)| drug(checker, file, name, entry)).collect()
}

/// What of each drug matters to a cell.
pub fn targets(file: &ScenarioFile, names: &Names, drugs: &[Drug]) -> Vec<DrugTarget> {
    let target = |(name, drug): (&String, &Drug)| {
        let antigen = file.drugs.get(name).and_then(|entry| entry.antigen.as_ref()).and_then(|antigen| {
            let position = names.antigens.iter().position(|known| *known == antigen.name)?;
            Some(Antigen { position, half: antigen.half.unwrap_or(f64::INFINITY) })
        });
        DrugTarget { hill: drug.action.hill(), antigen }
    };
    names.drugs.iter().zip(drugs).map(target).collect()
}

fn drug(checker: &mut Checker, file: &ScenarioFile, name: &str, entry: &DrugEntry) -> Drug {
    let key = join("drug", name);
    let class = class(checker, &key, entry);
    let action = action(checker, &format!("{key}.acts"), entry.acts);
    match (entry.kill, action) {
        (Some(_), Action::Pulse) => checker.wrong(
            &format!("{key}.kill"),
            "is a rate, and this drug acts at once",
            "no kill; acts.log_kill says how many cells are left",
        ),
        (None, Action::Pulse) => {}
        (None, _) if !does_anything(file, name, entry) => checker.wrong(
            &key,
            "has no effect",
            "kill = \"0.1 /d\", slows = 0.5, enhances, mutagenic, or inert = \"the reason\"",
        ),
        _ => {}
    }
    if entry.slows > 0.0 && action == Action::Pulse {
        checker.wrong(&format!("{key}.slows"), "takes time, and this drug acts at once", "no slows");
    }
    if entry.inert.is_some() && (entry.kill.is_some_and(|kill| kill.0 > 0.0) || entry.slows > 0.0) {
        checker.wrong(
            &format!("{key}.inert"),
            "says that the drug does nothing, and it does",
            "without kill and slows",
        );
    }
    Drug {
        name: name.to_string(),
        class,
        kill: entry.kill.map_or(0.0, f64::from),
        slows: entry.slows,
        mutagenic: entry.mutagenic,
        by_t_cells: entry.effector == EffectorEntry::TCells,
        action,
    }
}

/// Whether a drug without a kill changes anything else, or is known to change nothing.
fn does_anything(file: &ScenarioFile, name: &str, entry: &DrugEntry) -> bool {
    let named = |key: &String| key == name || *key == entry.class;
    let elsewhere =
        file.traits.values().any(|t| t.reversed_by.keys().any(named) || t.gained.under.keys().any(named));
    entry.slows > 0.0
        || entry.mutagenic > 1.0
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

fn action(checker: &mut Checker, key: &str, entry: ActsEntry) -> Action {
    match entry {
        ActsEntry::Window { days, ec50, hill, exhaustion } => {
            checker.positive(&format!("{key}.for"), days.0);
            if ec50.is_none() && hill != 1.0 {
                checker.wrong(&format!("{key}.hill"), "shapes a curve that is not there", "ec50 beside it");
            }
            if ec50.is_none() && exhaustion.is_some() {
                checker.wrong(
                    &format!("{key}.exhaustion"),
                    "wears out a curve that is not there",
                    "ec50 beside it",
                );
            }
            let exhaustion = exhaustion.map(|entry| wearing(checker, key, entry, &[]));
            Action::Window { days: days.0, effect: ec50.map(|ec50| Emax { ec50, hill }), exhaustion }
        }
        ActsEntry::Decay { half_life, distribution, absorption, delay, ec50, hill, exhaustion } => {
            let kinetics = Kinetics {
                half_life: half_life.0,
                distribution: distribution.map(|DistributionEntry { share, half_life }| (share, half_life.0)),
                absorption: absorption.map(|entry| Absorption {
                    half_life: entry.half_life.0,
                    bioavailability: entry.bioavailability,
                }),
                delay: delay.map(f64::from),
            };
            let own: Vec<(&str, f64)> = [
                ("half_life", Some(kinetics.half_life)),
                ("distribution.half_life", kinetics.distribution.map(|(_, fast)| fast)),
                ("absorption.half_life", kinetics.absorption.map(|absorption| absorption.half_life)),
                ("delay", kinetics.delay),
            ]
            .into_iter()
            .filter_map(|(name, half_life)| Some((name, half_life?)))
            .collect();
            apart(checker, key, &own);
            let exhaustion = exhaustion.map(|entry| wearing(checker, key, entry, &own));
            Action::Concentration { kinetics, effect: Emax { ec50, hill }, exhaustion }
        }
        ActsEntry::Living {
            peak,
            doubling,
            contraction,
            persisting,
            persistence,
            ec50,
            hill,
            exhaustion,
        } => {
            checker.positive(&format!("{key}.peak"), peak.0);
            checker.positive(&format!("{key}.doubling"), doubling.0);
            let own = [("contraction", contraction.0), ("persistence", persistence.0)];
            apart(checker, key, &own);
            let cells = Living {
                peak: peak.0,
                doubling: doubling.0,
                contraction: contraction.0,
                persisting,
                persistence: persistence.0,
            };
            let exhaustion = exhaustion.map(|entry| wearing(checker, key, entry, &own));
            Action::Living { cells, effect: Emax { ec50, hill }, exhaustion }
        }
        ActsEntry::Pulse { .. } => Action::Pulse,
    }
}

/// Half-lives must be above 0 and differ from one another.
fn apart(checker: &mut Checker, key: &str, half_lives: &[(&str, f64)]) {
    for (i, (name, one)) in half_lives.iter().enumerate() {
        let at = format!("{key}.{name}");
        let near = |(_, other): &&(&str, f64)| *other > 0.0 && (one / other - 1.0).abs() < APART;
        if checker.positive(&at, *one)
            && let Some((other, days)) = half_lives[..i].iter().find(near)
        {
            let problem = format!("is too near to {other} of {days} d to be told apart from it");
            checker.wrong(&at, problem, "half-lives that differ by more than 0.1 %");
        }
    }
}

fn wearing(checker: &mut Checker, key: &str, entry: ExhaustionEntry, others: &[(&str, f64)]) -> Wearing {
    let own = [("exhaustion.half_life", entry.half_life.0)];
    apart(checker, key, &own);
    let near = others.iter().any(|(_, days)| (entry.half_life.0 / days - 1.0).abs() < APART);
    if near {
        let problem = "is too near to another half-life to be told apart from it";
        checker.wrong(
            &format!("{key}.exhaustion.half_life"),
            problem,
            "half-lives that differ by more than 0.1 %",
        );
    }
    Wearing { half_life: entry.half_life.0, ec50: entry.ec50, most: entry.most }
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
