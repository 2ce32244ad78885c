//! How samples of the marrow, and what rules, chance and toxicity did to a course, are written in events.csv.

use crate::clinic::{LEVELS, Response};
use crate::record::MarrowRecord;
use crate::scenario::Scenario;
use crate::therapy::{Consequence, Decision, Measure, Reason, Skip, Turn};

/// A sample of the marrow: its cells, and the levels at which residual disease is excluded.
pub fn marrow(record: &MarrowRecord) -> String {
    let sample = record.sample;
    let excluded = LEVELS.iter().filter(|level| record.is_negative_at(**level));
    let excluded: Vec<String> = excluded.map(|level| format!("{level:e}")).collect();
    let excluded = if excluded.is_empty() { "none".to_string() } else { excluded.join(" ") };
    format!("line {}: {} of {} cells; negative at {excluded}", record.line, sample.clonal, sample.cells)
}

/// Name and detail of a turn.
pub fn event(scenario: &Scenario, turn: &Turn) -> (&'static str, String) {
    let drug = |position: usize| scenario.model.drugs[position].name.as_str();
    let regimen = |position: usize| scenario.model.regimens[position].name.as_str();
    match turn {
        Turn::Decided { line, decision } => {
            let (name, reason) = decided(*decision);
            (name, format!("line {line}: {reason}"))
        }
        Turn::LineSkipped { regimen: position, reason } => {
            ("line_skipped", format!("{}: {}", regimen(*position), skipped(*reason, drug)))
        }
        Turn::Attrition { line } => ("attrition", format!("line {line} is never begun")),
        Turn::Toxicity { drug: position, consequence } => suffered(drug(*position), *consequence),
        // These have events of their own.
        Turn::LineStarted { .. }
        | Turn::RegimenChanged { .. }
        | Turn::LineEnded { .. }
        | Turn::HolidayStarted
        | Turn::PlanEnded => ("", String::new()),
    }
}

fn decided(decision: Decision) -> (&'static str, String) {
    match decision {
        Decision::Pause(reason) => ("treatment_paused", caused(reason, "at most", "below")),
        Decision::Resume(reason) => ("treatment_resumed", caused(reason, "at least", "not below")),
        Decision::End(reason) => ("insufficient_response", caused(reason, "at most", "below")),
    }
}

/// The finding and what it was compared with.
fn caused(reason: Reason, passed: &str, side: &str) -> String {
    match reason {
        Reason::Band { measure: Measure::MProtein, now, bound } => {
            format!("{now:.3} g/L, {passed} {bound:.3} g/L")
        }
        Reason::Band { measure: Measure::Burden, now, bound } => {
            format!("{now:.4e} cells, {passed} {bound:.4e} cells")
        }
        Reason::Mrd { share, level } => format!("{share:e} of the marrow, {side} {level:e}"),
        Reason::Response { best, asked, cycles } => {
            format!("{} where {} is asked for after {cycles} cycles", code(best), code(asked))
        }
    }
}

/// The abbreviation of the response of a rank.
fn code(rank: u8) -> &'static str {
    Response::ALL.get(usize::from(rank)).map_or("", |response| response.code())
}

fn skipped<'a>(reason: Skip, drug: impl Fn(usize) -> &'a str) -> String {
    match reason {
        Skip::TimeOff { drug: position, days, asked } => {
            format!("{days} d off {}, {asked} d are asked for", drug(position))
        }
        Skip::Toxicity => "each drug of it was stopped for toxicity".to_string(),
    }
}

fn suffered(drug: &str, consequence: Consequence) -> (&'static str, String) {
    match consequence {
        Consequence::Held { until } => ("drug_held", format!("{drug} until day {until}")),
        Consequence::Reduced { to } => ("drug_reduced", format!("{drug} to {to} of the planned dose")),
        Consequence::Stopped => ("drug_stopped", drug.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinic::Aspirate;

    #[test]
    fn a_decision_tells_the_finding_and_the_bound() {
        let band = |measure, now, bound| Reason::Band { measure, now, bound };
        let paused = decided(Decision::Pause(band(Measure::MProtein, 19.5, 20.0)));
        assert_eq!(paused, ("treatment_paused", "19.500 g/L, at most 20.000 g/L".to_string()));
        let resumed = decided(Decision::Resume(band(Measure::Burden, 1.5e12, 1e12)));
        assert_eq!(resumed, ("treatment_resumed", "1.5000e12 cells, at least 1.0000e12 cells".to_string()));
        let mrd = decided(Decision::Pause(Reason::Mrd { share: 2e-6, level: 1e-5 }));
        assert_eq!(mrd.1, "2e-6 of the marrow, below 1e-5");
        let converted = decided(Decision::Resume(Reason::Mrd { share: 2e-5, level: 1e-5 }));
        assert_eq!(converted.1, "2e-5 of the marrow, not below 1e-5");
        let short = decided(Decision::End(Reason::Response { best: 5, asked: 3, cycles: 4 }));
        assert_eq!(short.1, "SD where PR is asked for after 4 cycles");
    }

    #[test]
    fn a_sample_tells_the_levels_it_excludes() {
        let sample = Aspirate { clonal: 50, cells: 10_000_000 };
        let record = MarrowRecord { day: 1.0, line: 2, sample, clear: true };
        assert_eq!(marrow(&record), "line 2: 50 of 10000000 cells; negative at 1e-4 1e-5");
        let with_protein = MarrowRecord { clear: false, ..record };
        assert_eq!(marrow(&with_protein), "line 2: 50 of 10000000 cells; negative at none");
    }

    #[test]
    fn toxicity_and_skips_name_the_drug() {
        assert_eq!(
            suffered("x", Consequence::Held { until: 30.5 }),
            ("drug_held", "x until day 30.5".into())
        );
        assert_eq!(suffered("x", Consequence::Reduced { to: 0.5 }).1, "x to 0.5 of the planned dose");
        let skip = Skip::TimeOff { drug: 0, days: 12.0, asked: 180.0 };
        assert_eq!(skipped(skip, |_| "daratumumab"), "12 d off daratumumab, 180 d are asked for");
    }
}
