//! `clonetide slurm`.

use std::path::PathBuf;

use clap::{Args, Parser};

use super::failure::Failure;
use super::{Cli, Command, default_folder, input, run, screen, sweep};
use crate::study::{MOST_SHARDS, Study};

/// Arguments of `slurm`.
#[derive(Debug, Args)]
pub struct SlurmArgs {
    /// The scenario file; it is swept if it has axes, or if options of `sweep` follow
    scenario: PathBuf,
    /// Tasks of the array, each with one shard
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST_SHARDS))]
    shards: u64,
    /// Folder for the results, on a drive that all nodes see [default: output/<scenario name>]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Cores of a task
    #[arg(long, value_name = "C", default_value = "1", value_parser = clap::value_parser!(u16).range(1..=1024))]
    cpus: u16,
    /// Memory of a task, as Slurm takes it
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = word)]
    mem: String,
    /// Time limit of a task, as Slurm takes it
    #[arg(long, value_name = "TIME", default_value = "01:00:00", value_parser = word)]
    time: String,
    /// Partition of the cluster
    #[arg(long, value_name = "NAME", value_parser = word)]
    partition: Option<String>,
    /// Tasks that run at once
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    at_once: Option<u64>,
    /// The program on the cluster
    #[arg(long, value_name = "PATH", default_value = "clonetide")]
    program: String,
    /// Options of `run` or `sweep`, after --
    #[arg(last = true, value_name = "OPTIONS")]
    options: Vec<String>,
}

/// A value that ends neither its line nor its option.
fn word(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_:.,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        Ok(text.to_string())
    } else {
        Err("expected letters, digits and any of - _ : . ,".to_string())
    }
}

/// Options that only a sweep has.
const OF_SWEEP: [&str; 6] = ["--vary", "--points", "--design", "--count", "--streams", "--keep"];
/// Options that the script itself sets.
const OWN: [&str; 5] = ["--shard", "--out", "--resume", "--force", "--threads"];

/// Checks what would be computed, and prints the script.
pub fn slurm(args: &SlurmArgs) -> Result<(), Failure> {
    let is = |option: &str, name: &&str| option == *name || option.starts_with(&format!("{name}="));
    let has = |names: &[&str]| args.options.iter().find(|option| names.iter().any(|name| is(option, name)));
    if let Some(option) = has(&OWN) {
        return Err(Failure::Usage(format!("{option} is set by the script itself")));
    }
    if args.scenario.as_os_str() == "-" {
        return Err(Failure::Usage("the tasks of a cluster need a scenario file".to_string()));
    }
    let template = input::template(&args.scenario, &[], &[])?;
    let base = template.scenario().map_err(Failure::Scenario)?;
    let axes = base.sweep.as_ref().is_some_and(|sweep| !sweep.axes.is_empty());
    let command = if axes || has(&OF_SWEEP).is_some() { "sweep" } else { "run" };
    let out = args.out.clone().unwrap_or_else(|| default_folder(&base.slug()));
    let study = planned(args, command)?;
    screen::print(screen::plain(&script(args, &study, command, &out.display().to_string())).trim_end())
}

/// The study of the command line that the script will have.
fn planned(args: &SlurmArgs, command: &str) -> Result<Study, Failure> {
    let scenario = args.scenario.display().to_string();
    let line = ["clonetide", command, &scenario].into_iter().chain(args.options.iter().map(String::as_str));
    let cli = Cli::try_parse_from(line)
        .map_err(|error| Failure::Usage(error.to_string().trim_end().to_string()))?;
    match cli.command {
        Command::Run(args) => run::planned(&args),
        Command::Sweep(args) => sweep::planned(&args).map(|(study, _)| study),
        _ => Err(Failure::Internal),
    }
}

fn script(args: &SlurmArgs, study: &Study, command: &str, out: &str) -> String {
    let at_once = args.at_once.map(|count| format!("%{count}")).unwrap_or_default();
    let partition =
        args.partition.as_ref().map(|name| format!("#SBATCH --partition={name}\n")).unwrap_or_default();
    let scenario = args.scenario.display().to_string();
    let words = [args.program.as_str(), command, &scenario].into_iter();
    let words: Vec<String> = words.chain(args.options.iter().map(String::as_str)).map(quoted).collect();
    let (histories, shards, slug) = (study.histories(), args.shards, study.base.slug());
    let (program, folder) = (quoted(&args.program), quoted(out));
    format!(
        "#!/bin/bash
# {histories} histories in {shards} shards. Submit it with sbatch from this folder; submit it again after a time limit or a
# failure: what is done is not done again. Then join the shards: {program} merge {folder} --out {folder}
#SBATCH --job-name={slug}
#SBATCH --array=1-{shards}{at_once}
#SBATCH --cpus-per-task={cpus}
#SBATCH --mem={mem}
#SBATCH --time={time}
{partition}#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={slug}-%A_%a.log
#SBATCH --signal=B:TERM@60
exec {} --out {folder} --shard slurm --resume
",
        words.join(" "),
        cpus = args.cpus,
        mem = args.mem,
        time = args.time,
    )
}

/// A word of the shell that means itself.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_string()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn words_of_the_shell_mean_themselves() {
        assert_eq!(quoted("--seed=3"), "--seed=3");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}
