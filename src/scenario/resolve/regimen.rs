//! Regimens: days and cycles, read as the clinic writes them.

use super::Checker;
use super::names::Names;
use crate::scenario::document::join;
use crate::scenario::file::{DoseEntry, RegimenEntry, ScenarioFile};
use crate::therapy::{Component, Regimen};

/// Longest cycle, days.
const LONGEST_CYCLE: f64 = 3660.0;
/// Last cycle that can be named.
const LAST_CYCLE: u32 = 10_000;

pub fn regimens(checker: &mut Checker, file: &ScenarioFile, names: &Names) -> Vec<Regimen> {
    let entries = names.regimens.iter().filter_map(|name| Some((name, file.regimens.get(name)?)));
    entries.map(|(name, entry)| regimen(checker, file, names, name, entry)).collect()
}

fn regimen(
    checker: &mut Checker,
    file: &ScenarioFile,
    names: &Names,
    name: &str,
    entry: &RegimenEntry,
) -> Regimen {
    let key = join("regimen", name);
    let cycle = entry.cycle.0;
    if cycle.fract() != 0.0 || !(1.0..=LONGEST_CYCLE).contains(&cycle) {
        checker.wrong(
            &format!("{key}.cycle"),
            "is not a whole number of days from 1 to 3660",
            "such as \"21 d\" or \"28 d\"",
        );
        return Regimen { name: name.to_string(), cycle_days: 1, components: Vec::new() };
    }
    let doses = entry.doses.iter().enumerate();
    let components = doses.filter_map(|(i, dose)| {
        component(checker, file, names, &format!("{key}.doses[{i}]"), cycle as u32, dose)
    });
    Regimen { name: name.to_string(), cycle_days: cycle as u32, components: components.collect() }
}

fn component(
    checker: &mut Checker,
    file: &ScenarioFile,
    names: &Names,
    key: &str,
    cycle_days: u32,
    dose: &DoseEntry,
) -> Option<Component> {
    if !file.drugs.contains_key(&dose.drug) {
        checker.unknown(&format!("{key}.drug"), "drug", &dose.drug, file.drugs.keys().map(String::as_str));
    }
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
    let ((first_cycle, last_cycle), days) = (cycles?, days?);
    let drug = names.drugs.iter().position(|known| *known == dose.drug)?;
    Some(Component { drug, days, first_cycle, last_cycle, strength: dose.strength })
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
