//! The `clonetide` command: one line of work and an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    clonetide::cli::main()
}
