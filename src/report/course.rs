//! The events of chosen histories, and the stages of treatment that they tell.

use std::collections::BTreeMap;

use super::ReportError;
use super::run::{Finder, Run};
use super::sheet::Sheet;

/// A row of `events.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The day.
    pub day: f64,
    /// What happened.
    pub event: String,
    /// More about it.
    pub detail: String,
}

/// A stretch under one regimen, or under none.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// First day.
    pub start: f64,
    /// Day on which it ended.
    pub end: f64,
    /// Line of therapy; empty before the first.
    pub line: String,
    /// The regimen; empty without treatment.
    pub regimen: String,
}

/// Events that begin or end a stage; all others are marks.
const STAGES: [&str; 7] = [
    "line_started",
    "regimen_changed",
    "line_ended",
    "holiday_started",
    "plan_ended",
    "treatment_paused",
    "treatment_resumed",
];

/// What everybody wants to see of a course.
const MILESTONES: [&str; 4] = ["progression", "triple_class_refractory", "extinction", "ended"];

/// Events of the histories that are wanted, by their position; none without the table.
///
/// # Errors
/// When events.csv is damaged.
pub fn events(
    run: &Run,
    wanted: impl Fn(usize) -> bool,
) -> Result<Option<BTreeMap<usize, Vec<Event>>>, ReportError> {
    let Some(mut sheet) = Sheet::open(&run.folder, "events.csv")? else { return Ok(None) };
    let (day, event, detail) = (sheet.need("day")?, sheet.need("event")?, sheet.maybe("detail"));
    let mut finder = Finder::new(run, &sheet)?;
    let mut found: BTreeMap<usize, Vec<Event>> = BTreeMap::new();
    while let Some(row) = sheet.next_row()? {
        let Some(history) = finder.find(&row)?.filter(|history| wanted(*history)) else { continue };
        let detail = detail.map_or(Ok(""), |column| row.text(column))?.to_string();
        let event = Event { day: row.number(day)?, event: row.text(event)?.to_string(), detail };
        found.entry(history).or_default().push(event);
    }
    Ok(Some(found))
}

/// The stages that events tell, up to the last day of the history.
pub fn stages(events: &[Event], stop_day: f64) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut open = false;
    for event in events {
        let name = event.event.as_str();
        if !STAGES.contains(&name) {
            continue;
        }
        if let Some(last) = stages.last_mut().filter(|_| open) {
            last.end = event.day;
        }
        let last = stages.last().map_or(String::new(), |stage| stage.line.clone());
        let begun = match name {
            "line_started" | "regimen_changed" => Some(line_and_regimen(&event.detail)),
            "holiday_started" | "treatment_paused" => Some((last, String::new())),
            "treatment_resumed" => {
                let before = stages.iter().rev().find(|stage| !stage.regimen.is_empty());
                before.map(|stage| (last, stage.regimen.clone()))
            }
            _ => None,
        };
        open = begun.is_some();
        if let Some((line, regimen)) = begun {
            stages.push(Stage { start: event.day, end: stop_day, line, regimen });
        }
    }
    stages.retain(|stage| stage.end > stage.start);
    stages
}

/// `line 2: Kd` taken apart; a detail of another form is a regimen.
fn line_and_regimen(detail: &str) -> (String, String) {
    match detail.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((line, regimen)) => (line.to_string(), regimen.to_string()),
        None => (String::new(), detail.to_string()),
    }
}

/// The events that are no stages: progression, death and the like.
pub fn marks(events: &[Event]) -> impl Iterator<Item = &Event> {
    let ending = |event: &&Event| event.event == "ended" && !event.detail.contains("death");
    events.iter().filter(|event| !STAGES.contains(&event.event.as_str())).filter(move |event| !ending(event))
}

/// The marks that everybody wants to see.
pub fn milestones(events: &[Event]) -> impl Iterator<Item = &Event> {
    marks(events).filter(|event| MILESTONES.contains(&event.event.as_str()))
}

/// How an event is called in a figure.
pub fn mark_name(event: &Event) -> String {
    match event.event.as_str() {
        "ended" => event.detail.replace('_', " "),
        name => name.replace('_', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: f64, event: &str, detail: &str) -> Event {
        Event { day, event: event.into(), detail: detail.into() }
    }

    #[test]
    fn stages_follow_the_events() {
        let events = [
            event(0.0, "line_started", "line 1: VRd"),
            event(168.0, "regimen_changed", "line 1: R: maintenance"),
            event(300.0, "progression", "line 1: first seen day 280"),
            event(300.0, "line_ended", "line 1: progression"),
            event(300.0, "holiday_started", ""),
            event(330.0, "line_started", "line 2: Kd"),
            event(400.0, "ended", "horizon"),
        ];
        let told: Vec<_> = stages(&events, 400.0)
            .into_iter()
            .map(|stage| (stage.start, stage.end, stage.line, stage.regimen))
            .collect();
        let want = [
            (0.0, 168.0, "1", "VRd"),
            (168.0, 300.0, "1", "R: maintenance"),
            (300.0, 330.0, "1", ""),
            (330.0, 400.0, "2", "Kd"),
        ];
        assert_eq!(told, want.map(|(s, e, l, r)| (s, e, l.to_string(), r.to_string())));
        let marked: Vec<_> = marks(&events).map(|mark| mark.event.as_str()).collect();
        assert_eq!(marked, ["progression"]);
    }

    #[test]
    fn a_pause_is_a_stage_and_the_regimen_goes_on_after_it() {
        let events = [
            event(0.0, "line_started", "line 1: Kd"),
            event(50.0, "treatment_paused", "line 1: 19.500 g/L, at most 20.000 g/L"),
            event(70.0, "marrow", "line 1: 50 of 10000000 cells; negative at 1e-4"),
            event(90.0, "treatment_resumed", "line 1: 41.000 g/L, at least 40.000 g/L"),
            event(120.0, "ended", "other_death"),
        ];
        let told: Vec<_> = stages(&events, 120.0).into_iter().map(|s| (s.start, s.end, s.regimen)).collect();
        assert_eq!(told, [(0.0, 50.0, "Kd".into()), (50.0, 90.0, String::new()), (90.0, 120.0, "Kd".into())]);
        assert_eq!(marks(&events).count(), 2);
        assert_eq!(milestones(&events).map(mark_name).collect::<Vec<_>>(), ["other death"]);
    }

    #[test]
    fn nothing_is_drawn_after_a_plan_that_ended() {
        let events = [event(0.0, "line_started", "line 1: Kd"), event(84.0, "plan_ended", "")];
        assert_eq!(stages(&events, 400.0).len(), 1);
        assert_eq!(stages(&events, 400.0)[0].end, 84.0);
        assert_eq!(mark_name(&event(9.0, "ended", "death")), "death");
    }
}
