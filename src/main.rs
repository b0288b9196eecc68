//! The program `casefile`: reads the command line, runs the library, speaks to people.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
