//! Times to events, for survival analysis.

use super::{Format, Lines, Written};
use crate::report::ReportError;
use crate::report::run::Run;
use crate::report::sheet::Sheet;

/// Columns of ADTTE, after the CDISC standard. CNSR is 1 for a censored time: `Surv(AVAL, 1 - CNSR)`.
const ADTTE: [&str; 8] = ["STUDYID", "USUBJID", "TRTP", "PARAMCD", "PARAM", "AVAL", "CNSR", "EVNTDESC"];

/// The files for one arm, or for all.
pub fn files(run: &Run, format: Format, arm: Option<usize>) -> Result<Vec<Written>, ReportError> {
    if run.endpoints.is_empty() {
        return Err(ReportError::Choice(
            "patients.csv has no endpoint: no column with a twin called _event".to_string(),
        ));
    }
    match format {
        Format::Adtte => Ok(vec![adtte(run, arm)]),
        _ => survival(run, arm),
    }
}

/// The columns between the replicate and the stop reason: what was drawn for a patient.
fn covariates(sheet: &Sheet) -> Vec<(String, usize)> {
    let from = sheet.maybe("replicate").map_or(0, |at| at + 1);
    let to = sheet.maybe("stop").unwrap_or(from);
    (from..to.max(from)).map(|at| (sheet.header()[at].clone(), at)).collect()
}

/// A file for each endpoint: arm, patient, replicate, time in days, status (1 is an event), and the parameters of the
/// patient.
fn survival(run: &Run, arm: Option<usize>) -> Result<Vec<Written>, ReportError> {
    let mut sheet = Sheet::required(&run.folder, "patients.csv")?;
    let covariates = covariates(&sheet);
    let head = ["arm", "patient", "replicate", "time", "status"].into_iter();
    let head: Vec<&str> = head.chain(covariates.iter().map(|(name, _)| name.as_str())).collect();
    let mut files: Vec<Lines> = run.endpoints.iter().map(|_| Lines::new(',', &head)).collect();
    // Rows stand in the order of the histories.
    for history in &run.histories {
        let Some(row) = sheet.next_row()? else { break };
        if arm.is_some_and(|arm| arm != history.arm) {
            continue;
        }
        let values: Vec<String> =
            covariates.iter().map(|(_, at)| row.text(*at).map(str::to_string)).collect::<Result<_, _>>()?;
        for (lines, time) in files.iter_mut().zip(&history.times) {
            let Some((time, event)) = time else { continue };
            let origin =
                [run.arms[history.arm].clone(), history.patient.to_string(), history.replicate.to_string()];
            let follow_up = [time.to_string(), u8::from(*event).to_string()];
            lines.push(origin.into_iter().chain(follow_up).chain(values.iter().cloned()));
        }
    }
    Ok(run.endpoints.iter().zip(files).map(|(name, lines)| (format!("{name}.csv"), lines.text)).collect())
}

fn adtte(run: &Run, arm: Option<usize>) -> Written {
    let mut lines = Lines::new(',', &ADTTE);
    for history in run.histories.iter().filter(|history| arm.is_none_or(|arm| arm == history.arm)) {
        // Arms are given to the same patients; in a trial each would be a subject of its own.
        let subject = format!("{}-{:04}-{}", history.arm + 1, history.patient, history.replicate);
        for (endpoint, time) in run.endpoints.iter().zip(&history.times) {
            let Some((time, event)) = time else { continue };
            let (title, what) = parameter(endpoint);
            let told = if *event { what } else { "Censored at the end of follow-up".to_string() };
            lines.push([
                run.name().to_string(),
                subject.clone(),
                run.arms[history.arm].clone(),
                endpoint.to_uppercase(),
                title,
                time.to_string(),
                u8::from(!event).to_string(),
                told,
            ]);
        }
    }
    ("adtte.csv".to_string(), lines.text)
}

/// The title of an endpoint and what its event is.
fn parameter(endpoint: &str) -> (String, String) {
    let (title, event) = match endpoint {
        "pfs" => ("Progression-Free Survival (days)", "Progression or death"),
        "os" => ("Overall Survival (days)", "Death"),
        "ttp" => ("Time to Progression (days)", "Progression"),
        "ttnt" => ("Time to Next Treatment (days)", "Next line of therapy or death"),
        "tcr" => ("Time to Triple-Class-Refractory Disease (days)", "Triple-class-refractory disease"),
        other => return (format!("Time to {other} (days)"), format!("Event of {other}")),
    };
    (title.to_string(), event.to_string())
}
