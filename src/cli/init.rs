//! `clonetide init`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::screen;
use crate::output::replace_file;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// What the scenario is about
    #[arg(long, default_value = "newly-diagnosed")]
    kind: Kind,
    /// The file, or - for standard output [default: KIND.toml]
    file: Option<PathBuf>,
    /// Replace the file if it is there
    #[arg(long)]
    force: bool,
}

/// What a starter scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Four lines of therapy from diagnosis on
    NewlyDiagnosed,
    /// Two regimens compared in relapsed disease
    Relapsed,
    /// A drug given again after a time without it
    Rechallenge,
    /// Therapy with pauses against therapy without
    Adaptive,
    /// A birth-death process without drugs
    Theory,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Kind::NewlyDiagnosed => include_str!("starters/newly-diagnosed.toml"),
            Kind::Relapsed => include_str!("starters/relapsed.toml"),
            Kind::Rechallenge => include_str!("starters/rechallenge.toml"),
            Kind::Adaptive => include_str!("starters/adaptive.toml"),
            Kind::Theory => include_str!("starters/theory.toml"),
        }
    }

    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_string())
    }
}

/// Writes a starter scenario and says what to do with it.
pub fn init(args: &InitArgs) -> Result<(), Failure> {
    let path = args.file.clone().unwrap_or_else(|| PathBuf::from(format!("{}.toml", args.kind.name())));
    if path == Path::new("-") {
        return screen::print(args.kind.text().trim_end());
    }
    if path.exists() && !args.force {
        let what =
            format!("{} is there already; name another file, or replace it with --force", path.display());
        return Err(Failure::Usage(what));
    }
    replace_file(&path, args.kind.text().as_bytes())?;
    let shown = path.display();
    screen::print(&format!("wrote {shown}\nnext: clonetide check {shown}\n      clonetide run {shown}"))
}
