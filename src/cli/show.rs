//! The summary of a run for a person at a terminal, or as JSON.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};

use super::{screen, spark, trial};
use crate::clinic::{Survival, wilson};
use crate::scenario::Scenario;
use crate::study::{ArmSummary, LineSummary, Summary};

/// Days in a month, as the units of scenarios count them.
const MONTH: f64 = 30.4375;

/// Headers of the table of lines.
const COLUMNS: [&str; 6] = [
    "line",
    "regimen",
    "begun",
    "response rate (95 %)",
    "median TTP, months (95 %)",
    "most cells at relapse carry",
];

/// The summary as text.
pub fn text(scenario: &Scenario, summary: &Summary) -> String {
    let model = &scenario.model;
    let head = format!(
        "{}\n{} patients x {} replicates, seed {}",
        model.name, model.patients, model.replicates, model.seed
    );
    let arms = summary.arms.iter().enumerate().map(|(position, arm)| arm_text(scenario, position, arm));
    let parts = std::iter::once(head).chain(arms).chain(trial::table(scenario, summary));
    screen::plain(&parts.collect::<Vec<_>>().join("\n\n"))
}

/// The summary as JSON: the rows of `summary.csv`.
pub fn json(scenario: &Scenario, summary: &Summary) -> String {
    let row = |estimate: crate::study::Estimate| {
        json!({
            "arm": scenario.model.arms[estimate.arm].name, "quantity": estimate.quantity,
            "estimate": estimate.estimate, "low": estimate.low, "high": estimate.high, "n": estimate.n,
        })
    };
    let rows: Vec<Value> = summary.estimates().into_iter().map(row).collect();
    json!({ "scenario": scenario.model.name, "stopped_at_a_limit": summary.limited(), "summary": rows })
        .to_string()
}

fn arm_text(scenario: &Scenario, position: usize, arm: &ArmSummary) -> String {
    let mut parts = vec![format!("Arm: {}", scenario.model.arms[position].name)];
    if !arm.lines.is_empty() {
        parts.push(lines_table(scenario, position, arm).trim_fmt());
    }
    if scenario.model.clinic.is_some() && !arm.lines.is_empty() {
        parts.push(format!(
            "Progression-free survival: median {}{}",
            months(&arm.pfs),
            spark::tail(&arm.pfs)
        ));
        parts.push(format!("Triple-class refractory: {}", reached(&arm.triple)));
    }
    if scenario.model.disease.lethal_burden.is_some() || scenario.model.mortality.is_some() {
        parts.push(format!("Overall survival: median {}{}", months(&arm.os), spark::tail(&arm.os)));
    }
    parts.push(format!("No cell left at the end: {}", rate(arm.extinct, arm.replicates)));
    parts.push(format!("Mean cells at the end: {:.4e}", arm.mean_burden()));
    if let Some(mean) = arm.effort.mean_step() {
        let bias = 100.0 * arm.effort.bias;
        parts.push(format!("Engine: steps of {mean:.3} d on average, estimated bias at most {bias:.2e} %"));
    }
    parts.join("\n")
}

fn lines_table(scenario: &Scenario, position: usize, arm: &ArmSummary) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(COLUMNS);
    for (index, line) in arm.lines.iter().enumerate() {
        let cells = [
            (index + 1).to_string(),
            regimens(scenario, position, index),
            line.started.to_string(),
            rate(line.responders, line.evaluable),
            months(&line.progression),
            dominant(scenario, line),
        ];
        let right = |(column, text): (usize, String)| {
            Cell::new(text).set_alignment(if column == 2 {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            })
        };
        table.add_row(cells.into_iter().enumerate().map(right));
    }
    table
}

/// The regimens that the line with this index can have in the plan of an arm: several where lines can be left out.
fn regimens(scenario: &Scenario, arm: usize, index: usize) -> String {
    use crate::therapy::{Line, Stage};
    let model = &scenario.model;
    let lines: Vec<&Line> = model.arms[arm]
        .plan
        .stages
        .iter()
        .filter_map(|stage| match stage {
            Stage::Line(line) => Some(line),
            Stage::Holiday { .. } => None,
        })
        .collect();
    let name = |line: &Line| {
        let positions = [Some(line.regimen), line.then].into_iter().flatten();
        positions.map(|position| model.regimens[position].name.as_str()).collect::<Vec<_>>().join(", then ")
    };
    // Of the lines before it, those that cannot be left out are lines of the course too.
    let certain = |position: usize| lines[..position].iter().filter(|line| line.time_off.is_none()).count();
    let possible = (index..lines.len()).filter(|position| certain(*position) <= index);
    possible.map(|position| name(lines[position])).collect::<Vec<_>>().join(" or ")
}

/// A share with its interval.
pub fn rate(events: u64, n: u64) -> String {
    if n == 0 {
        return "-".to_string();
    }
    let (low, high) = wilson(events, n);
    // As many decimals as the count can tell apart.
    let decimals = if n < 1000 { 0 } else { 1 + usize::from(n >= 100_000) };
    let percent = |share: f64| format!("{:.decimals$}", 100.0 * share);
    format!("{} % ({}-{}), {events}/{n}", percent(events as f64 / n as f64), percent(low), percent(high))
}

/// A median with its interval.
pub fn months(survival: &Survival) -> String {
    let show =
        |days: Option<f64>| days.map_or("not reached".to_string(), |days| format!("{:.1}", days / MONTH));
    let (low, high) = survival.median_interval();
    match (survival.n(), survival.median(), low, high) {
        (0, ..) => "-".to_string(),
        (_, None, None, None) => "not reached".to_string(),
        (_, median, low, high) => format!("{} ({}-{})", show(median), show(low), show(high)),
    }
}

fn reached(survival: &Survival) -> String {
    format!("{}, median {}", rate(survival.events(), survival.n()), months(survival))
}

/// The traits that most cells carried, with the share of relapses, the most frequent first.
fn dominant(scenario: &Scenario, line: &LineSummary) -> String {
    if line.relapses == 0 {
        return "-".to_string();
    }
    let names = scenario.model.traits.iter().map(|t| t.name.as_str()).zip(line.dominated_by.iter().copied());
    let mut counts: Vec<(&str, u64)> =
        names.chain([("none of them", line.wild_type)]).filter(|(_, n)| *n > 0).collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let share =
        |(name, count): (&str, u64)| format!("{name} {:.0} %", 100.0 * count as f64 / line.relapses as f64);
    counts.into_iter().map(share).collect::<Vec<_>>().join(", ")
}
