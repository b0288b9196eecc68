//! Problems, told once and in one place: as lines for people, as JSON for scripts.

use super::context::Context;
use super::output;
use casefile::error::{Class, Error, Problem, Severity};
use serde_json::{Value, json};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

/// Prints an error on standard error and gives the exit code of its class.
pub fn print(context: &Context, error: &Error) -> ExitCode {
    if context.json {
        let problems: Vec<Value> = error.problems().iter().map(problem_json).collect();
        let value = json!({ "exit": error.class().exit_code(), "problems": problems });
        output::tell(&value.to_string());
    } else {
        problems(context, error.problems());
    }
    ExitCode::from(error.class().exit_code())
}

/// Tells of a command line that cannot be read, as JSON where it asks for that; help goes to standard output.
pub fn usage(error: &clap::Error) -> ExitCode {
    let asks_for_json = std::env::args_os().any(|argument| argument == "--json");
    if asks_for_json && error.use_stderr() {
        let text = error.to_string();
        let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        let problem = Problem::error("usage", message).hint("--help tells what the command takes");
        let exit = Class::Usage.exit_code();
        output::tell(&json!({ "exit": exit, "problems": [problem_json(&problem)] }).to_string());
        return ExitCode::from(exit);
    }
    // A reader that went away is no error.
    let _ = error.print();
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Class::Usage.exit_code()))
}

/// Prints problems on standard error, each followed by its next step.
pub fn problems(context: &Context, problems: &[Problem]) {
    for (at, problem) in problems.iter().enumerate() {
        output::tell(&text(problem, context.colored()));
        // One next step for a run of problems is said once, after the last of them.
        let repeated = problems.get(at + 1).is_some_and(|next| next.hint == problem.hint);
        if let (Some(hint), false) = (&problem.hint, repeated) {
            output::tell(&format!("  → {hint}"));
        }
    }
}

/// Tells of a fault in this program: the place in its code, never what it was working on.
pub fn panic(panic: &PanicHookInfo) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    output::tell(&format!("error: a fault of the program itself at {place}; what is in the archive is safe"));
    output::tell("  → please report the place and the command, without any case data");
}

fn text(problem: &Problem, colored: bool) -> String {
    let (word, color) = match problem.severity {
        Severity::Error => ("error", "\x1b[1;31m"),
        Severity::Warning => ("warning", "\x1b[1;33m"),
    };
    let word = if colored { format!("{color}{word}\x1b[0m") } else { word.to_owned() };
    let place = problem.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
    let place = output::one_line(&place);
    format!("{word}: {}", output::harmless(&format!("{place}{}", problem.message)))
}

/// A problem as scripts read it.
pub fn problem_json(problem: &Problem) -> Value {
    let place = problem.place.clone().unwrap_or_default();
    json!({
        "code": problem.code,
        "severity": match problem.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "message": problem.message,
        "hint": problem.hint,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "field": place.field,
    })
}
