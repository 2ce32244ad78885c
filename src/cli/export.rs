//! `clonetide export`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::plot::make_folder;
use super::screen;
use crate::output::replace_file;
use crate::report::{self, Format, Request, Sequencing};

/// Reads that a locus may have on average.
const MOST_DEPTH: f64 = 1e9;
/// Mutations that a cluster may have.
const MOST_MUTATIONS: i64 = 10_000;

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The folder of a run
    folder: PathBuf,
    /// The tool or format to write for
    #[arg(long)]
    to: Tool,
    /// The arm [default: the first; for survival and adtte all]
    #[arg(long, value_name = "NAME")]
    arm: Option<String>,
    /// The patient [default: 1]
    #[arg(long, value_name = "N")]
    patient: Option<u64>,
    /// The replicate [default: 1]
    #[arg(long, value_name = "N")]
    replicate: Option<u64>,
    /// Folder for the files [default: export-TOOL in the folder]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// pyclone-vi: mean reads of a locus [default: 500]
    #[arg(long, value_name = "READS", value_parser = depth, allow_negative_numbers = true)]
    depth: Option<f64>,
    /// pyclone-vi: share of tumour cells in a sample [default: 0.9]
    #[arg(long, value_name = "SHARE", value_parser = purity, allow_negative_numbers = true)]
    purity: Option<f64>,
    /// pyclone-vi: mutations of each cluster [default: 20]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST_MUTATIONS))]
    mutations: Option<u32>,
    /// pyclone-vi: days of the samples, such as 0,400 [default: day 0 and each progression]
    #[arg(long, value_name = "DAY,...", value_delimiter = ',', value_parser = day, allow_negative_numbers = true)]
    days: Vec<f64>,
    /// Do not print the files
    #[arg(long, short)]
    quiet: bool,
}

/// The tools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Tool {
    /// Muller plots in R: edges and populations
    Ggmuller,
    /// Muller plots in Python: edges and populations
    Pymuller,
    /// EvoFreq in R: a wide table
    Evofreq,
    /// fishplot in R: nested fractions and a script
    Fishplot,
    /// clevRvis in R: nested fractions and a script
    Clevrvis,
    /// TimeScape in R: prevalences and edges
    Timescape,
    /// The tree of clones, branches in days
    Newick,
    /// Time and status by endpoint, for R survival and lifelines
    Survival,
    /// CDISC ADTTE
    Adtte,
    /// Simulated reads with known truth
    PycloneVi,
}

impl Tool {
    fn format(self) -> Format {
        match self {
            Tool::Ggmuller => Format::Ggmuller,
            Tool::Pymuller => Format::Pymuller,
            Tool::Evofreq => Format::Evofreq,
            Tool::Fishplot => Format::Fishplot,
            Tool::Clevrvis => Format::Clevrvis,
            Tool::Timescape => Format::Timescape,
            Tool::Newick => Format::Newick,
            Tool::Survival => Format::Survival,
            Tool::Adtte => Format::Adtte,
            Tool::PycloneVi => Format::PycloneVi,
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
    }
}

fn within(text: &str, fine: impl Fn(f64) -> bool, right: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(number) if fine(number) => Ok(number),
        _ => Err(format!("expected {right}")),
    }
}

fn depth(text: &str) -> Result<f64, String> {
    within(text, |x| x > 0.0 && x <= MOST_DEPTH, "a mean number of reads above 0 and up to 1e9")
}

fn purity(text: &str) -> Result<f64, String> {
    within(text, |x| x > 0.0 && x <= 1.0, "a share above 0 and up to 1")
}

fn day(text: &str) -> Result<f64, String> {
    within(text, |x| x >= 0.0 && x.is_finite(), "a day of 0 or later")
}

/// Reads the tables and writes the files.
pub fn export(args: &ExportArgs) -> Result<(), Failure> {
    let format = args.to.format();
    refuse_idle(args, format)?;
    let usual = Sequencing::default();
    let request = Request {
        arm: args.arm.clone(),
        patient: args.patient,
        replicate: args.replicate,
        sequencing: Sequencing {
            depth: args.depth.unwrap_or(usual.depth),
            purity: args.purity.unwrap_or(usual.purity),
            mutations: args.mutations.unwrap_or(usual.mutations),
            days: args.days.clone(),
        },
    };
    let files = report::export(&args.folder, format, &request)?;
    let folder = args.out.clone().unwrap_or_else(|| args.folder.join(format!("export-{}", args.to.name())));
    make_folder(&folder)?;
    let mut written = Vec::new();
    for (name, text) in files {
        let path = folder.join(name);
        replace_file(&path, text.as_bytes())?;
        written.push(path.display().to_string());
    }
    if args.quiet { Ok(()) } else { screen::print(&written.join("\n")) }
}

/// Nothing that is asked for is ignored: an option that the format has no use for is a mistake.
fn refuse_idle(args: &ExportArgs, format: Format) -> Result<(), Failure> {
    let of_history = [("--patient", args.patient.is_some()), ("--replicate", args.replicate.is_some())];
    let of_reads = [
        ("--depth", args.depth.is_some()),
        ("--purity", args.purity.is_some()),
        ("--mutations", args.mutations.is_some()),
        ("--days", !args.days.is_empty()),
    ];
    let one = format.of_one_history();
    let idle = of_history.into_iter().filter(|_| !one);
    let idle = idle.chain(of_reads.into_iter().filter(|_| format != Format::PycloneVi));
    let idle: Vec<&str> = idle.filter(|(_, given)| *given).map(|(name, _)| name).collect();
    if idle.is_empty() {
        return Ok(());
    }
    Err(Failure::Usage(format!("{} has no use for {}", args.to.name(), idle.join(", "))))
}
