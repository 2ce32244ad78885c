//! Regimens: days and cycles as the clinic writes them, doses in units of the standard dose.

use super::Checker;
use super::amount::Amount;
use super::names::Names;
use crate::scenario::document::join;
use crate::scenario::file::{
    ActsEntry, DoseEntry, DrugEntry, PhaseEntry, RegimenEntry, RouteEntry, ScenarioFile,
};
use crate::scenario::quantity::Time;
use crate::therapy::{Component, Drug, Phase, Regimen};

/// Longest cycle, days.
const LONGEST_CYCLE: f64 = 3660.0;
/// Last cycle that can be named.
const LAST_CYCLE: u32 = 10_000;

/// What a regimen is read with.
struct Reader<'a> {
    file: &'a ScenarioFile,
    names: &'a Names,
    /// The drugs in use, by position.
    drugs: &'a [Drug],
}

pub fn regimens(checker: &mut Checker, file: &ScenarioFile, names: &Names, drugs: &[Drug]) -> Vec<Regimen> {
    let reader = Reader { file, names, drugs };
    let entries = names.regimens.iter().filter_map(|name| Some((name, file.regimens.get(name)?)));
    entries.map(|(name, entry)| reader.regimen(checker, name, entry)).collect()
}

impl Reader<'_> {
    fn regimen(&self, checker: &mut Checker, name: &str, entry: &RegimenEntry) -> Regimen {
        let key = join("regimen", name);
        let phases = match (entry.cycle, &entry.doses, entry.phases.as_slice(), entry.one_of.as_slice()) {
            (Some(cycle), Some(doses), [], []) => {
                let at = format!("{key}.doses");
                // Only the catalogue has a regimen of no treatment; a scenario writes a holiday.
                if doses.is_empty() && !crate::catalogue::is_from_catalogue(&checker.node.place_of(&at)) {
                    checker.wrong(
                        &at,
                        "holds no dose and needs at least 1",
                        "a dose; a time without drugs is a holiday",
                    );
                }
                self.phase(checker, &key, (cycle, entry.cycles), doses).into_iter().collect()
            }
            (None, None, [_, ..], []) => self.phases(checker, &key, entry),
            (None, None, [], [_, ..]) => Vec::new(),
            (Some(_), None, [], []) => {
                self.missing(checker, &key, "doses", "[{ drug = \"lenalidomide\", days = \"1-21\" }]")
            }
            (None, Some(_), [], []) => self.missing(checker, &key, "cycle", "\"28 d\""),
            _ => {
                let right = "cycle and doses, or phases, or one_of";
                checker.wrong(&key, "is not one of the three things that a regimen can be", right);
                Vec::new()
            }
        };
        Regimen { name: name.to_string(), phases, one_of: self.choice(checker, &key, entry) }
    }

    fn missing(&self, checker: &mut Checker, key: &str, missing: &str, right: &str) -> Vec<Phase> {
        checker.wrong(
            &format!("{key}.{missing}"),
            "is required, but missing",
            format!("{missing} = {right}"),
        );
        Vec::new()
    }

    /// Positions of the regimens of a choice; [`Names`] has noted those that are unknown.
    fn choice(&self, checker: &mut Checker, key: &str, entry: &RegimenEntry) -> Vec<usize> {
        for (i, name) in entry.one_of.iter().enumerate() {
            if self.file.regimens.get(name).is_some_and(|chosen| !chosen.one_of.is_empty()) {
                let key = format!("{key}.one_of[{i}]");
                checker.wrong(&key, "is a choice itself", "a regimen with doses of its own");
            }
        }
        let position = |name: &String| self.names.regimens.iter().position(|known| known == name);
        entry.one_of.iter().filter_map(position).collect()
    }

    fn phases(&self, checker: &mut Checker, key: &str, entry: &RegimenEntry) -> Vec<Phase> {
        let last = entry.phases.len() - 1;
        let mut phases = Vec::new();
        for (i, PhaseEntry { cycle, cycles, doses, .. }) in entry.phases.iter().enumerate() {
            let key = format!("{key}.phases[{i}]");
            if cycles.is_none() && i < last {
                checker.wrong(&key, "never ends, and another phase follows", "cycles = 4 beside its cycle");
            }
            phases.extend(self.phase(checker, &key, (*cycle, *cycles), doses));
        }
        phases
    }

    fn phase(
        &self,
        checker: &mut Checker,
        key: &str,
        (cycle, cycles): (Time, Option<u32>),
        doses: &[DoseEntry],
    ) -> Option<Phase> {
        let days = cycle.0;
        if days.fract() != 0.0 || !(1.0..=LONGEST_CYCLE).contains(&days) {
            checker.wrong(
                &format!("{key}.cycle"),
                "is not a whole number of days from 1 to 3660",
                "such as \"21 d\" or \"28 d\"",
            );
            return None;
        }
        let doses = doses.iter().enumerate();
        let components = doses
            .filter_map(|(i, dose)| self.component(checker, &format!("{key}.doses[{i}]"), days as u32, dose));
        Some(Phase { components: components.collect(), cycle_days: days as u32, cycles })
    }

    fn component(
        &self,
        checker: &mut Checker,
        key: &str,
        cycle_days: u32,
        dose: &DoseEntry,
    ) -> Option<Component> {
        let drugs = &self.file.drugs;
        let Some(drug) = drugs.get(&dose.drug) else {
            checker.unknown(&format!("{key}.drug"), "drug", &dose.drug, drugs.keys().map(String::as_str));
            return None;
        };
        let days = days(&dose.days, cycle_days);
        if days.is_none() {
            let right = format!("days of the cycle from 1 to {cycle_days}, such as \"1-14\" or \"1,8,15\"");
            checker.wrong(&format!("{key}.days"), "are not days of the cycle", right);
        }
        let cycles = cycles(&dose.cycles);
        if cycles.is_none() {
            let right = "cycles counted from 1, such as \"1-2\" or \"7-\"";
            checker.wrong(&format!("{key}.cycles"), "are not cycles", right);
        }
        let strength = strength(checker, key, dose, drug);
        let position = self.names.drugs.iter().position(|known| *known == dose.drug)?;
        let log_kill = match &drug.acts {
            ActsEntry::Pulse { log_kill } => {
                if dose.log_kill.is_some() && log_kill.fixed().is_none() {
                    let right = "strength, in units of the standard dose, which differs between patients";
                    checker.wrong(&format!("{key}.log_kill"), "is the same in everybody", right);
                }
                dose.log_kill.unwrap_or(self.drugs.get(position)?.log_kill * strength?)
            }
            _ => dose.log_kill.unwrap_or(0.0),
        };
        let ((first_cycle, last_cycle), days) = (cycles?, days?);
        Some(Component {
            drug: position,
            days,
            first_cycle,
            last_cycle,
            strength: strength?,
            log_kill,
            intravenous: dose.route == Some(RouteEntry::Intravenous),
        })
    }
}

/// A regimen by itself: on which days which drugs are due, whatever else the scenario says.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The regimen; its doses have the strength 1.
    pub regimen: Regimen,
    /// Names of its drugs, by position.
    pub drugs: Vec<String>,
}

/// The days of a regimen that was found right before, such as one of a manifest; none if it is not right.
pub fn planned(name: &str, entry: &RegimenEntry) -> Option<Planned> {
    let mut drugs: Vec<String> = entry.all_doses().map(|dose| dose.drug.clone()).collect();
    drugs.sort();
    drugs.dedup();
    let component = |dose: &DoseEntry, cycle_days: u32| {
        let (first_cycle, last_cycle) = cycles(&dose.cycles)?;
        let drug = drugs.binary_search(&dose.drug).ok()?;
        let days = days(&dose.days, cycle_days)?;
        let (strength, log_kill, intravenous) = (1.0, 0.0, false);
        Some(Component { drug, days, first_cycle, last_cycle, strength, log_kill, intravenous })
    };
    let phase = |cycle: Time, cycles: Option<u32>, doses: &[DoseEntry]| {
        let cycle_days = Some(cycle.0).filter(|days| (1.0..=LONGEST_CYCLE).contains(days))? as u32;
        let components = doses.iter().map(|dose| component(dose, cycle_days)).collect::<Option<_>>()?;
        Some(Phase { cycle_days, cycles, components })
    };
    let phases = match (entry.cycle, &entry.doses) {
        (Some(cycle), Some(doses)) => vec![phase(cycle, entry.cycles, doses)?],
        _ => entry.phases.iter().map(|p| phase(p.cycle, p.cycles, &p.doses)).collect::<Option<_>>()?,
    };
    Some(Planned { regimen: Regimen { name: name.to_string(), phases, one_of: Vec::new() }, drugs })
}

/// A dose in units of the drug's standard dose; 1 if nothing is said.
fn strength(checker: &mut Checker, key: &str, dose: &DoseEntry, drug: &DrugEntry) -> Option<f64> {
    let at = format!("{key}.dose");
    let text = match (&dose.dose, dose.strength) {
        (None, strength) => return Some(strength.unwrap_or(1.0)),
        (Some(_), Some(_)) => {
            checker.wrong(&format!("{key}.strength"), "dose and strength are both given", "one of them");
            return None;
        }
        (Some(text), None) => text,
    };
    let Some(amount) = Amount::read(text) else {
        checker.wrong(&at, "is not a dose", Amount::right());
        return None;
    };
    let mut standards = drug.doses.iter().filter_map(|standard| Amount::read(standard));
    let standard = standards.find(|standard| standard.unit == amount.unit);
    if standard.is_none() {
        let right = match drug.doses.as_slice() {
            [] => format!("strength, or doses = [\"{text}\"] in the drug: it has no standard dose"),
            known => format!("a unit in which the drug has a standard dose: {}", known.join(", ")),
        };
        checker.wrong(&at, "has a unit that the drug's standard dose does not have", right);
    }
    Some(amount.value / standard?.value)
}

/// "1-4,9-12" as days, rising and each once; none if it is anything else.
fn days(text: &str, cycle_days: u32) -> Option<Vec<u32>> {
    let mut days = Vec::new();
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(part)?, number(part)?),
        };
        let after = days.last().copied().unwrap_or(0);
        if first <= after || last < first || last > cycle_days {
            return None;
        }
        days.extend(first..=last);
    }
    Some(days)
}

/// "1-2", "7-" or "3" as the first and last cycle; none if it is anything else.
fn cycles(text: &str) -> Option<(u32, Option<u32>)> {
    let (first, last) = match text.split_once('-') {
        Some((first, last)) if last.trim().is_empty() => (number(first)?, None),
        Some((first, last)) => (number(first)?, Some(number(last)?)),
        None => (number(text)?, Some(number(text)?)),
    };
    let ordered = last.is_none_or(|last| last >= first);
    ((1..=LAST_CYCLE).contains(&first) && ordered).then_some((first, last))
}

fn number(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|number| *number <= LAST_CYCLE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_the_clinic_writes_them() {
        assert_eq!(days("1,4, 8,11", 21), Some(vec![1, 4, 8, 11]));
        assert_eq!(days("1-4,9-12", 28), Some(vec![1, 2, 3, 4, 9, 10, 11, 12]));
    }

    #[test]
    fn days_that_are_none() {
        for wrong in
            ["", "0", "22", "1-22", "4-1", "1,1", "8,4", "1;4", "-3", "1-", "day 1", "1.5", "99999999999"]
        {
            assert_eq!(days(wrong, 21), None, "{wrong}");
        }
    }

    #[test]
    fn cycles_closed_open_and_wrong() {
        assert_eq!(cycles("1-2"), Some((1, Some(2))));
        assert_eq!(cycles("7-"), Some((7, None)));
        assert_eq!(cycles("3"), Some((3, Some(3))));
        for wrong in ["", "-", "0-2", "3-2", "a", "1,2", "20000"] {
            assert_eq!(cycles(wrong), None, "{wrong}");
        }
    }
}
