//! `clonetide check`.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::failure::Failure;
use super::{Changes, default_folder, input, screen, sweep};
use crate::clinic::Response;
use crate::model::{History, Method, Model};
use crate::scenario::file::StreamsEntry;
use crate::scenario::finding::Findings;
use crate::study::{self, Points, Study};
use crate::therapy::{Line, LineRules, MrdRule, Stage};

/// Arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The scenario files
    #[arg(required = true)]
    scenarios: Vec<PathBuf>,
    #[command(flatten)]
    changes: Changes,
    /// Print what would run, and errors, as JSON
    #[arg(long)]
    pub json: bool,
}

/// Checks every file before it gives up, so that all errors are seen at once.
pub fn check(args: &CheckArgs) -> Result<(), Failure> {
    let (mut findings, mut unreadable, mut plans) = (Vec::new(), Vec::new(), Vec::new());
    for path in &args.scenarios {
        match planned(path, &args.changes.list()) {
            Ok(study) if args.json => plans.push(plan_json(&study)),
            Ok(study) => screen::print(&screen::plain(&plan_text(&study)))?,
            Err(Failure::Scenario(found)) => findings.extend(found.0),
            Err(Failure::Unreadable(why) | Failure::Points(why)) => unreadable.push(why),
            Err(failure) => return Err(failure),
        }
    }
    if !findings.is_empty() || !unreadable.is_empty() {
        return Err(Failure::Several { findings: Findings(findings), unreadable });
    }
    if args.json { screen::print(&Value::from(plans).to_string()) } else { Ok(()) }
}

/// The study that a scenario describes, a sweep checked at every point.
fn planned(path: &Path, changes: &[String]) -> Result<Study, Failure> {
    let template = input::template(path, changes, &[])?;
    let base = template.scenario().map_err(Failure::Scenario)?;
    if base.sweep.as_ref().is_some_and(|sweep| !sweep.axes.is_empty()) {
        let allocation = std::env::var("SLURM_CPUS_PER_TASK").ok();
        let threads = study::default_threads(None, allocation.as_deref());
        return sweep::study(template, &[], None, threads).map(|(study, _)| study);
    }
    Ok(Study::plan(template, base, Points::single(), StreamsEntry::Common)?)
}

/// What the sweep of a study would run, if it has one.
fn sweep_text(study: &Study) -> Option<String> {
    let points = &study.points;
    let axes = list(points.paths().iter().cloned());
    let text = || format!("  sweep: {} points, {} histories, on {axes}", points.count(), study.histories());
    study.is_sweep().then(text)
}

fn plan_text(study: &Study) -> String {
    let scenario = &study.base;
    let model = &scenario.model;
    let mut lines = vec![
        format!("{}: right", model.name),
        format!(
            "  {} patients x {} replicates in {} arms: {} histories of {} d, seed {}",
            model.patients,
            model.replicates,
            model.arms.len(),
            histories(model),
            model.horizon,
            model.seed
        ),
        format!(
            "  engine {}, steps of at most {} d: about {} steps a history",
            method(model),
            model.engine.step,
            steps(model)
        ),
        format!("  traits: {}", list(model.traits.iter().map(|t| t.name.clone()))),
        format!("  differs between patients: {}", list(model.cohort.keys().into_iter())),
    ];
    lines.extend(model.disease.history.as_ref().map(|history| past_text(model, history)));
    lines.extend(model.arms.iter().map(|arm| {
        format!("  arm {}: {}", arm.name, list(arm.plan.stages.iter().map(|stage| stage_text(model, stage))))
    }));
    let records =
        records(model).map_or("none".to_string(), |count| format!("{count} record times a history"));
    lines.extend(sweep_text(study));
    lines.push(format!("  trajectories: {records}; into {}", default_folder(&scenario.slug()).display()));
    lines.join("\n")
}

fn plan_json(study: &Study) -> Value {
    let scenario = &study.base;
    let model = &scenario.model;
    let points = &study.points;
    let sweep =
        || json!({ "points": points.count(), "histories": study.histories(), "axes": points.paths() });
    let plan = |arm: &crate::model::Arm| {
        let stages: Vec<String> = arm.plan.stages.iter().map(|stage| stage_text(model, stage)).collect();
        json!({ "name": arm.name, "lines": stages })
    };
    json!({
        "name": model.name,
        "patients": model.patients,
        "replicates": model.replicates,
        "histories": histories(model),
        "seed": model.seed,
        "horizon_days": model.horizon,
        "engine": method(model),
        "step_days": model.engine.step,
        "steps_per_history": steps(model),
        "record_times_per_history": records(model),
        "arms": model.arms.iter().map(plan).collect::<Vec<_>>(),
        "traits": model.traits.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(),
        "differs": model.cohort.keys(),
        "sweep": study.is_sweep().then(sweep),
        "folder": default_folder(&scenario.slug()).display().to_string(),
    })
}

/// What was before day 0.
fn past_text(model: &Model, history: &History) -> String {
    let grown = history.founders.map(|cells| format!("grown from {cells} cells"));
    let lines = history.earlier.iter().flat_map(|arm| arm.plan.stages.iter());
    let parts = grown.into_iter().chain(lines.map(|stage| stage_text(model, stage)));
    format!("  before day 0: {}", list(parts))
}

fn stage_text(model: &Model, stage: &Stage) -> String {
    match stage {
        Stage::Holiday { days, until_progression } => {
            let until = if *until_progression { ", at most until progression" } else { "" };
            format!("{days} d without drugs{until}")
        }
        Stage::Line(line) => line_text(model, line),
    }
}

fn line_text(model: &Model, line: &Line) -> String {
    let name = |position: usize| model.regimens[position].name.as_str();
    let cycles = line.cycles.map(|cycles| format!(" for {cycles} cycles")).unwrap_or_default();
    let then = line.then.map(|then| format!(", then {}", name(then))).unwrap_or_default();
    let days = line.days.map(|days| format!(" for {days} d")).unwrap_or_default();
    let until = if line.until_progression { " until progression" } else { "" };
    let rules = rules_text(model, line);
    format!("{}{cycles}{then}{days}{until}{rules}", name(line.regimen))
}

/// The rules of a line in words.
fn rules_text(model: &Model, line: &Line) -> String {
    let LineRules { need, band, mrd } = line.rules;
    let code = |rank: u8| Response::ALL.get(usize::from(rank)).map_or("", |response| response.code());
    let need = need.map(|need| format!("at least {} after {} cycles", code(need.rank), need.cycles));
    let band = band.map(|band| {
        format!("paused at {} and resumed at {} of the first value", band.pause_below, band.resume_above)
    });
    let restart = |rule: MrdRule| if rule.restart { " until conversion" } else { "" };
    let mrd = mrd.map(|rule| format!("stopped at MRD below {:e}{}", rule.level, restart(rule)));
    let off = line.time_off.as_ref().map(|off| {
        let drugs: Vec<&str> = off.drugs.iter().map(|drug| model.drugs[*drug].name.as_str()).collect();
        format!("if {} d off {}", off.days, drugs.join(" and "))
    });
    let attrition = (line.attrition > 0.0).then(|| format!("{} are lost before it", line.attrition));
    [need, band, mrd, off, attrition].into_iter().flatten().map(|rule| format!(", {rule}")).collect()
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.is_empty() { "none".to_string() } else { items.join("; ") }
}

fn method(model: &Model) -> &'static str {
    match model.engine.method {
        Method::Exact => "exact",
        Method::Leap => "leap",
    }
}

fn histories(model: &Model) -> u64 {
    study::count(model).unwrap_or(u64::MAX)
}

fn steps(model: &Model) -> u64 {
    (model.horizon / model.engine.step).ceil() as u64
}

fn records(model: &Model) -> Option<u64> {
    model.record.every_steps.map(|every| (model.horizon / model.engine.step) as u64 / every + 1)
}
