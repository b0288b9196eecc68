//! casefile
use std::process::ExitCode;

fn main() -> ExitCode {
    // A rendering worker limits itself before anything else happens in its process.
    if std::env::args_os().nth(1).is_some_and(|argument| argument == casefile::render::worker::ARGUMENT) {
        let served = casefile::render::worker::serve(std::io::stdin().lock(), std::io::stdout().lock());
        return if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    ExitCode::SUCCESS
}
