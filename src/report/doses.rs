//! Doses as they were planned: from the stages of a course and the regimens of the scenario.

use std::collections::BTreeMap;

use super::course::{Event, Stage};
use super::run::Run;
use crate::scenario::{Planned, planned};

/// Days on which a drug was planned; neighbours that a figure cannot tell apart are one stretch.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// The drug.
    pub drug: String,
    /// Day of its first dose.
    pub from: f64,
    /// Day of its last dose.
    pub to: f64,
}

/// What the regimens of a run give on which days.
#[derive(Debug)]
pub struct Schedules(BTreeMap<String, Planned>);

impl Schedules {
    /// Of the regimens in the manifest; those that cannot be read are left out.
    pub fn of(run: &Run) -> Schedules {
        let regimens = run.resolved("/regimen").and_then(serde_json::Value::as_object).into_iter().flatten();
        let read = |(name, entry): (&String, &serde_json::Value)| {
            Some((name.clone(), planned(name, &serde_json::from_value(entry.clone()).ok()?)?))
        };
        Schedules(regimens.filter_map(read).collect())
    }

    /// The doses of a course, drug by drug in the order of their first dose. Doses of one drug that are not more than
    /// `apart` days from one another are one stretch. Drugs that were held or stopped are not given.
    pub fn doses(&self, stages: &[Stage], events: &[Event], apart: f64) -> Vec<Stretch> {
        let mut stretches: Vec<Vec<Stretch>> = Vec::new();
        let mut clock = Clock::default();
        for stage in stages.iter().filter(|stage| !stage.regimen.is_empty()) {
            let Some(planned) = self.0.get(&stage.regimen) else { continue };
            let since = clock.since(stage, planned);
            for (day, drug) in days(planned, stage, since) {
                if !is_withheld(events, drug, day) {
                    add(&mut stretches, drug, day, apart);
                }
            }
        }
        stretches.into_iter().flatten().collect()
    }
}

/// When the first day of a regimen was, counting no pause.
#[derive(Default)]
struct Clock {
    last: Option<(String, String, f64, f64)>,
}

impl Clock {
    /// The day that a stage counts from. After a pause a regimen goes on with the cycle after the last one begun.
    fn since(&mut self, stage: &Stage, planned: &Planned) -> f64 {
        let resumed =
            self.last.take().filter(|(line, regimen, ..)| *line == stage.line && *regimen == stage.regimen);
        let since = resumed.map_or(stage.start, |(.., since, end)| {
            let begun = (planned.regimen.cycles_by(end - since) - 1e-9).ceil().max(0.0);
            stage.start - planned.regimen.days_of(begun as u32)
        });
        self.last = Some((stage.line.clone(), stage.regimen.clone(), since, stage.end));
        since
    }
}

/// The doses that are due in a stage: day and drug.
fn days<'a>(planned: &'a Planned, stage: &Stage, since: f64) -> impl Iterator<Item = (f64, &'a str)> {
    let regimen = &planned.regimen;
    let first = (stage.start - since).ceil().max(0.0) as u64;
    let end = stage.end;
    let next = move |day: &u64| regimen.next_dose_day(*day + 1);
    let due = std::iter::successors(regimen.next_dose_day(first), next);
    let due = due.take_while(move |day| since + (*day as f64) < end);
    due.flat_map(move |day| {
        regimen
            .doses_on(day)
            .filter_map(move |dose| Some((since + day as f64, planned.drugs.get(dose.drug)?.as_str())))
    })
}

/// Whether toxicity kept a drug from being given on a day.
fn is_withheld(events: &[Event], drug: &str, day: f64) -> bool {
    events.iter().filter(|event| event.day <= day).any(|event| match event.event.as_str() {
        "drug_stopped" => event.detail == drug,
        "drug_held" => event
            .detail
            .split_once(" until day ")
            .is_some_and(|(held, until)| held == drug && until.parse().is_ok_and(|until: f64| day < until)),
        _ => false,
    })
}

fn add(stretches: &mut Vec<Vec<Stretch>>, drug: &str, day: f64, apart: f64) {
    let new = || Stretch { drug: drug.to_string(), from: day, to: day };
    match stretches.iter_mut().find(|own| own[0].drug == drug) {
        None => stretches.push(vec![new()]),
        Some(own) => match own.last_mut().filter(|last| day - last.to <= apart) {
            Some(last) => last.to = last.to.max(day),
            None => own.push(new()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedules() -> Schedules {
        let entry = serde_json::json!({
            "cycle": "28 d",
            "doses": [{ "drug": "A", "days": "1,2,15" }, { "drug": "B", "days": "1", "cycles": "2-" }],
        });
        let planned = planned("AB", &serde_json::from_value(entry).unwrap()).unwrap();
        Schedules([("AB".to_string(), planned)].into())
    }

    fn stage(start: f64, end: f64, regimen: &str) -> Stage {
        Stage { start, end, line: "1".into(), regimen: regimen.into() }
    }

    fn told(stages: &[Stage], events: &[Event], apart: f64) -> Vec<(String, f64, f64)> {
        schedules().doses(stages, events, apart).into_iter().map(|s| (s.drug, s.from, s.to)).collect()
    }

    fn of(drug: &str, days: &[f64]) -> Vec<(String, f64, f64)> {
        days.iter().map(|day| (drug.to_string(), *day, *day)).collect()
    }

    #[test]
    fn doses_fall_on_the_days_of_the_cycles() {
        let doses = told(&[stage(10.0, 67.0, "AB")], &[], 0.5);
        assert_eq!(
            doses,
            [of("A", &[10.0, 11.0, 24.0, 38.0, 39.0, 52.0, 66.0]), of("B", &[38.0, 66.0])].concat()
        );
        let near = told(&[stage(0.0, 28.0, "AB")], &[], 1.5);
        assert_eq!(near, [("A".to_string(), 0.0, 1.0), ("A".to_string(), 14.0, 14.0)]);
    }

    /// As `therapy::course` does: a pause within the first cycle, and the second begins after it.
    #[test]
    fn after_a_pause_the_next_cycle_begins() {
        let stages = [stage(0.0, 20.0, "AB"), stage(20.0, 50.0, ""), stage(50.0, 65.0, "AB")];
        assert_eq!(
            told(&stages, &[], 0.5),
            [of("A", &[0.0, 1.0, 14.0, 50.0, 51.0, 64.0]), of("B", &[50.0])].concat()
        );
    }

    #[test]
    fn what_toxicity_keeps_away_is_not_drawn() {
        let event =
            |day, event: &str, detail: &str| Event { day, event: event.into(), detail: detail.into() };
        let events = [event(1.0, "drug_held", "A until day 15"), event(30.0, "drug_stopped", "B")];
        let doses = told(&[stage(0.0, 60.0, "AB")], &events, 0.5);
        assert_eq!(doses, [of("A", &[0.0, 28.0, 29.0, 42.0, 56.0, 57.0]), of("B", &[28.0])].concat());
    }

    #[test]
    fn a_regimen_that_is_not_known_gives_nothing() {
        assert_eq!(told(&[stage(0.0, 60.0, "XY")], &[], 0.5), []);
    }
}
