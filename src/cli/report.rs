//! `clonetide report`.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::plot::make_folder;
use super::screen;
use crate::output::replace_file;
use crate::report::{self, ReportError};

/// The page's name within the folder.
const PAGE: &str = "report.html";

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The folder of a run or a sweep
    folder: PathBuf,
    /// The page [default: report.html in the folder]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Patients to show in full, such as 1,5,9 [default: some from short to long courses]
    #[arg(long, value_name = "N,...", value_delimiter = ',')]
    patients: Vec<u64>,
    /// Also write each figure as Vega-Lite (NAME.vl.json) to this folder, for Altair, vegawidget and others
    #[arg(long, value_name = "DIR")]
    specs: Option<PathBuf>,
    /// Do not print the page's name
    #[arg(long, short)]
    quiet: bool,
}

/// Reads the tables and writes the page.
pub fn report(args: &ReportArgs) -> Result<(), Failure> {
    let page = report::page(&args.folder, &args.patients)?;
    let path = args.out.clone().unwrap_or_else(|| args.folder.join(PAGE));
    replace_file(&path, page.as_bytes())?;
    if let Some(folder) = &args.specs {
        make_folder(folder)?;
        for (name, text) in report::specs(&args.folder, &args.patients)? {
            replace_file(&folder.join(format!("{name}.vl.json")), text.as_bytes())?;
        }
    }
    if args.quiet { Ok(()) } else { screen::print(&path.display().to_string()) }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Failure {
        match error {
            ReportError::NoRun { .. } | ReportError::Choice(_) => Failure::Usage(error.to_string()),
            _ => Failure::Unreadable(error.to_string()),
        }
    }
}
