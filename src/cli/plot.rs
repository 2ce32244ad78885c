//! `clonetide plot`.

use std::fs;
use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::screen;
use crate::output::{OutputError, replace_file};
use crate::report;

/// The folder of the figures within that of the run.
const FOLDER: &str = "figures";

/// Arguments of `plot`.
#[derive(Debug, Args)]
pub struct PlotArgs {
    /// The folder of a run or a sweep
    folder: PathBuf,
    /// One figure, such as survival-pfs [default: all]
    #[arg(long, value_name = "NAME")]
    figure: Option<String>,
    /// Patients to draw, such as 1,5 [default: one]
    #[arg(long, value_name = "N,...", value_delimiter = ',')]
    patients: Vec<u64>,
    /// Folder for the figures [default: figures in the folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Do not print the files
    #[arg(long, short)]
    quiet: bool,
}

/// Reads the tables and draws each figure as SVG and PNG.
pub fn plot(args: &PlotArgs) -> Result<(), Failure> {
    let drawings = report::drawings(&args.folder, &args.patients, args.figure.as_deref())?;
    let folder = args.out.clone().unwrap_or_else(|| args.folder.join(FOLDER));
    make_folder(&folder)?;
    let mut written = Vec::new();
    for drawing in drawings {
        let name = drawing.name.clone();
        let drawn = drawing.draw();
        for (ending, bytes) in [("svg", drawn.svg().into_bytes()), ("png", drawn.png()?)] {
            let path = folder.join(format!("{name}.{ending}"));
            replace_file(&path, &bytes)?;
            written.push(path.display().to_string());
        }
    }
    if args.quiet || written.is_empty() { Ok(()) } else { screen::print(&written.join("\n")) }
}

/// Makes a folder unless it is there.
pub fn make_folder(path: &std::path::Path) -> Result<(), OutputError> {
    let failed = |source| OutputError::Io { action: "make the folder", path: path.to_path_buf(), source };
    fs::create_dir_all(path).map_err(failed)
}
