//! What can go wrong, and the exit code for each.

use std::process::ExitCode;

use serde_json::json;

use super::screen;
use crate::output::OutputError;
use crate::scenario::finding::{Findings, printable};
use crate::study::PlanError;

/// A command that did not do what was asked.
#[derive(Debug)]
pub enum Failure {
    /// The arguments make no sense together.
    Usage(String),
    /// Something is wrong with a scenario.
    Scenario(Findings),
    /// A scenario cannot be read.
    Unreadable(String),
    /// Of several scenarios some have errors, some cannot be read.
    Several {
        /// All errors of those that were read.
        findings: Findings,
        /// Why the others were not.
        unreadable: Vec<String>,
    },
    /// Results are complete, but some replicates stopped at a limit.
    Limits(u64),
    /// The points of a sweep cannot be used.
    Points(String),
    /// A signal ended the work; what was done by then stays.
    Interrupted {
        /// The signal.
        signal: i32,
        /// Histories that stand in the folder.
        done: u64,
        /// Of so many.
        size: u64,
    },
    /// Shards that do not belong together, or are not all there.
    Merge(String),
    /// Files that are not what the manifest says, or come out otherwise.
    NotReproduced(Vec<String>),
    /// The results could not be written.
    Output(OutputError),
    /// The terminal or pipe took no more.
    Stdout(std::io::Error),
    /// The threads could not be started.
    Threads(String),
    /// So many promises of `verify` are not kept.
    Promises(usize),
    /// A defect of ours.
    Internal,
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Scenario(_) | Failure::Unreadable(_) | Failure::Several { .. } | Failure::Points(_) => 3,
            Failure::Limits(_) => 4,
            Failure::NotReproduced(_) => 1,
            Failure::Output(OutputError::Different { .. }) | Failure::Merge(_) => 6,
            Failure::Output(_) | Failure::Stdout(_) => 5,
            Failure::Interrupted { signal, .. } => u8::try_from(128 + signal).unwrap_or(70),
            Failure::Threads(_) | Failure::Promises(_) | Failure::Internal => 70,
        }
    }

    fn message(&self) -> String {
        match self {
            Failure::Usage(message)
            | Failure::Unreadable(message)
            | Failure::Threads(message)
            | Failure::Points(message)
            | Failure::Merge(message) => message.clone(),
            Failure::Interrupted { done, size, .. } => {
                format!("stopped by a signal: {done} of {size} histories are there; go on with --resume")
            }
            Failure::NotReproduced(differences) => format!("not reproduced: {}", differences.join("; ")),
            Failure::Scenario(findings) => count(findings),
            Failure::Several { findings, unreadable } if findings.is_empty() => unreadable.join("; "),
            Failure::Several { findings, unreadable } => {
                [&[count(findings)], unreadable.as_slice()].concat().join("; ")
            }
            Failure::Limits(count) => {
                format!(
                    "{count} replicates stopped at a limit; `run` gives their reason in the column `stop` of patients.csv"
                )
            }
            Failure::Output(error) => error.to_string(),
            Failure::Stdout(error) => format!("cannot write to standard output: {error}"),
            Failure::Promises(count) => {
                format!("{count} promises are not kept; please report it with the lines above")
            }
            Failure::Internal => {
                "internal error; please report it with the scenario and the command".to_string()
            }
        }
    }

    /// Says what went wrong on stderr and gives the exit code.
    pub fn report(&self, json: bool) -> ExitCode {
        let text = match self {
            _ if json => self.to_json().to_string(),
            Failure::Scenario(findings) => findings.render(screen::colour()),
            Failure::Several { findings, unreadable } => {
                let messages = unreadable.iter().map(|why| format!("error: {}", printable(why)));
                let rendered = Some(findings.render(screen::colour())).filter(|text| !text.is_empty());
                rendered.into_iter().chain(messages).collect::<Vec<_>>().join("\n")
            }
            _ => format!("error: {}", printable(&self.message())),
        };
        screen::complain(&text);
        ExitCode::from(self.code())
    }

    fn to_json(&self) -> serde_json::Value {
        let findings = match self {
            Failure::Scenario(findings) | Failure::Several { findings, .. } => findings.to_json(),
            _ => json!([]),
        };
        json!({ "error": self.message(), "exit_code": self.code(), "findings": findings })
    }
}

fn count(findings: &Findings) -> String {
    match findings.sorted().len() {
        1 => "1 error in the scenario".to_string(),
        count => format!("{count} errors in the scenario"),
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Failure {
        Failure::Output(error)
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Failure {
        match error {
            PlanError::Wrong(findings) => Failure::Scenario(findings),
            PlanError::Histories(message) => Failure::Points(message),
        }
    }
}
