//! `clonetide-parquet`: the tables of a run or a sweep as Parquet, next to them.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Writes the tables of a clonetide run or sweep as Parquet, with the types that its manifest tells
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The folder of a finished run or sweep
    folder: PathBuf,
    /// Folder for the files [default: that of the tables]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    force: bool,
    /// Say nothing if all goes well
    #[arg(long, short)]
    quiet: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let out = args.out.as_ref().unwrap_or(&args.folder);
    match clonetide_parquet::convert_folder(&args.folder, out, args.force) {
        Ok(written) => {
            for (path, rows) in written.iter().filter(|_| !args.quiet) {
                eprintln!("wrote {}: {rows} rows", path.display());
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(error.code())
        }
    }
}
