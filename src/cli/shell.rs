//! `clonetide completions` and `clonetide man`: the command line as the shell and `man` read it.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;
use super::failure::Failure;
use super::screen;
use crate::scenario::finding::suggest;

/// Arguments of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, Args)]
pub struct ManArgs {
    /// A command, such as run [default: the program]
    command: Option<String>,
}

/// Prints the completions of a shell.
pub fn completions(args: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "clonetide", &mut script);
    screen::print(String::from_utf8_lossy(&script).trim_end())
}

/// Prints a man page.
pub fn man(args: &ManArgs) -> Result<(), Failure> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.command {
        None => program,
        Some(name) => command(&program, name)?,
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(Failure::Stdout)?;
    screen::print(String::from_utf8_lossy(&text).trim_end())
}

fn command(program: &clap::Command, name: &str) -> Result<clap::Command, Failure> {
    if let Some(found) = program.find_subcommand(name) {
        return Ok(found.clone());
    }
    let near = suggest(name, program.get_subcommands().map(clap::Command::get_name));
    let hint = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    Err(Failure::Usage(format!("there is no command {name}{hint}")))
}
