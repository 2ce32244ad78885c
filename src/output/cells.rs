//! How values are written in the cells of a table.

use crate::disease::TraitSet;
use crate::record::{Event, Stop};
use crate::scenario::Scenario;
use crate::therapy::LineEnd;

use super::{signs, turns};

/// A text that no spreadsheet reads as a formula.
pub fn text(value: &str) -> String {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{value}") } else { value.to_string() }
}

/// The value of an axis: a number as it is, any other as a text.
pub fn value(value: &str) -> String {
    if value.parse::<f64>().is_ok_and(f64::is_finite) { value.to_string() } else { text(value) }
}

/// A number in its shortest form that reads back the same; empty for none. Small ones have an exponent: of a long row
/// of zeros some readers (pandas) make 0.
pub fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| {
        if value != 0.0 && value.abs() < SMALL { format!("{value:e}") } else { value.to_string() }
    })
}

/// Below this a number has an exponent.
const SMALL: f64 = 1e-5;

/// The traits' names, sorted and joined by `+`; empty for wild type.
pub fn traits(scenario: &Scenario, set: TraitSet) -> String {
    let mut names: Vec<&str> =
        set.iter().map(|position| scenario.model.traits[position].name.as_str()).collect();
    names.sort_unstable();
    names.join("+")
}

/// Name of a stop reason.
pub fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::Horizon => "horizon",
        Stop::PlanEnded => "plan_ended",
        Stop::Cutoff => "cutoff",
        Stop::Death => "death",
        Stop::OtherDeath => "other_death",
        Stop::Detection => "detection",
        Stop::CloneLimit => "clone_limit",
        Stop::CellLimit => "cell_limit",
        Stop::EventLimit => "event_limit",
        Stop::RowLimit => "row_limit",
        Stop::TimeLimit => "time_limit",
        Stop::Undiagnosed => "undiagnosed",
        Stop::Unenrolled => "unenrolled",
    }
}

/// Name and detail of an event.
pub fn event(scenario: &Scenario, event: &Event) -> (&'static str, String) {
    let regimen = |position: usize| scenario.model.regimens[position].name.as_str();
    match event {
        Event::LineStarted { line, regimen: r } => ("line_started", format!("line {line}: {}", regimen(*r))),
        Event::RegimenChanged { line, regimen: r } => {
            ("regimen_changed", format!("line {line}: {}", regimen(*r)))
        }
        Event::LineEnded { line, reason } => ("line_ended", format!("line {line}: {}", line_end(*reason))),
        Event::HolidayStarted => ("holiday_started", String::new()),
        Event::PlanEnded => ("plan_ended", String::new()),
        Event::Progression { line, first, nadir, reading, dominant } => {
            let clone = match traits(scenario, *dominant) {
                none if none.is_empty() => "wild type".to_string(),
                names => names,
            };
            let detail = format!(
                "line {line}: first seen day {first}; {nadir:.3} to {reading:.3} g/L; largest clone {clone}"
            );
            ("progression", detail)
        }
        Event::TripleClassRefractory => ("triple_class_refractory", String::new()),
        Event::Immunofixation { positive } => {
            ("immunofixation", if *positive { "positive" } else { "negative" }.to_string())
        }
        Event::Marrow(record) => ("marrow", turns::marrow(record)),
        Event::FreeLightChains(chains) => ("free_light_chains", signs::chains(chains)),
        Event::Urine(urine) => ("urine", signs::urine(urine)),
        Event::Imaging(size) => ("imaging", signs::image(*size)),
        Event::Haemoglobin(reading) => ("haemoglobin", format!("{reading} g/L")),
        Event::ProgressionBy(criterion) => ("progression_by", signs::criterion(*criterion).to_string()),
        Event::Turn(turn) => turns::event(scenario, turn),
        Event::Extinction => ("extinction", String::new()),
        Event::Ended(reason) => ("ended", stop(*reason).to_string()),
    }
}

fn line_end(reason: LineEnd) -> &'static str {
    match reason {
        LineEnd::Progression => "progression",
        LineEnd::Completed => "completed",
        LineEnd::InsufficientResponse => "insufficient_response",
        LineEnd::Toxicity => "toxicity",
    }
}

#[cfg(test)]
mod tests {
    use super::{number, text};

    #[test]
    fn a_number_reads_back_the_same_and_is_short() {
        for value in [0.0, 1.0, -2.5, 1e-5, 9.99e-6, 5.89e-70, -3e-9, 4.123e12] {
            let written = number(Some(value));
            assert_eq!(written.parse::<f64>(), Ok(value));
            assert!(written.len() < 15, "{written}");
        }
        assert_eq!((number(Some(5.89e-70)).as_str(), number(None).as_str()), ("5.89e-70", ""));
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert!(text(formula).starts_with('\''), "{formula}");
        }
        assert_eq!(text("VRd"), "VRd");
        assert_eq!([super::value("-1.5"), super::value("-1 d")], ["-1.5", "'-1 d"]);
    }
}
