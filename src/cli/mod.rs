//! The command line: arguments in, words and exit codes out.
//!
//! Here and only here the program meets the terminal, the environment, the clock and the home folder.
//! Each command has a file of its own; what they share is [`context`] (whose archive, which key, which
//! day), [`report`] (problems as text or JSON) and [`output`] (what was asked for).

mod admit;
mod args;
mod attach;
mod caseload;
mod certificate;
mod check;
mod client_copy;
mod context;
mod demo;
mod dispose;
mod due;
mod escrow;
mod figures;
mod file;
mod give;
mod handover;
mod history;
mod ics;
mod key;
mod keys;
mod kinds;
mod list;
mod matter;
mod missing;
mod moves;
mod note;
mod open;
mod operations;
mod output;
mod own_kinds;
mod pack;
mod paper;
mod people;
mod policy;
mod preview;
mod readers;
mod record;
mod referral;
mod register;
mod report;
mod root;
mod settle;
mod shell;
mod show;
mod sweep;
mod verify;
mod witness;

use args::{Cli, Command};
use casefile::error::Result;
use casefile::render::worker;
use clap::FromArgMatches;
use context::Context;
use std::process::ExitCode;

/// Reads the command line, runs the command and gives its exit code.
pub fn run() -> ExitCode {
    if let Some(code) = worker() {
        return code;
    }
    std::panic::set_hook(Box::new(report::panic));
    let cli = args::command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match cli {
        Ok(cli) => cli,
        Err(error) => return report::usage(&error),
    };
    let context = Context::from(&cli.global);
    match dispatch(&context, cli.command) {
        Ok(code) => {
            if context.dry_run {
                output::say(&context, "Nothing was written (--dry-run).");
            }
            code
        }
        Err(error) => report::print(&context, &error),
    }
}

/// Serves as a rendering worker where the program was started by itself as one. A worker limits itself
/// before anything else happens in its process.
fn worker() -> Option<ExitCode> {
    if std::env::args_os().nth(1)? != worker::ARGUMENT {
        return None;
    }
    let served = worker::serve(std::io::stdin().lock(), std::io::stdout().lock());
    Some(if served.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn dispatch(context: &Context, command: Command) -> Result<ExitCode> {
    match command {
        Command::Demo(args) => demo::run(context, &args),
        Command::New(args) => check::new(&args, context),
        Command::Check(args) => check::run(context, &args),
        Command::Explain(args) => check::explain(context, &args),
        Command::Kinds(args) => kinds::run(context, &args),
        Command::Preview(args) => preview::run(context, &args),
        Command::Key(command) => key::run(context, command),
        Command::Matter(command) => matter::run(context, &command),
        Command::Init(args) => people::init(context, &args),
        Command::Person(command) => people::person(context, command),
        Command::Escrow(command) => escrow::run(context, &command),
        Command::Root(command) => root::run(context, &command),
        Command::Sign(args) => root::sign(context, &args),
        Command::Admit(args) => admit::run(context, &args),
        Command::Referral(args) => referral::run(context, &args),
        Command::Decline(args) => referral::decline(context, &args),
        Command::Record(args) => record::run(context, &args),
        Command::Note(args) => note::run(context, args),
        Command::File(args) => file::run(context, &args),
        Command::Figures(args) => figures::run(context, &args),
        Command::Attach(args) => attach::run(context, &args),
        Command::List(args) => list::run(context, &args),
        Command::Show(args) => show::run(context, &args),
        Command::Open(args) => open::run(context, &args),
        Command::Give(args) => give::run(context, &args),
        Command::Given(args) => give::given(context, &args),
        Command::Pack(args) => pack::run(context, &args),
        Command::Paper(args) => paper::run(context, &args),
        Command::History(args) => history::run(context, &args),
        Command::Move(args) => moves::run(context, &args),
        Command::Withdraw(args) => operations::withdraw(context, &args),
        Command::Review(args) => operations::review(context, &args),
        Command::Due(args) => due::run(context, &args),
        Command::Missing(args) => missing::run(context, &args),
        Command::Caseload(args) => caseload::run(context, &args),
        Command::Handover(command) => handover::run(context, &command),
        Command::Sweep(args) => sweep::run(context, &args),
        Command::Extend(args) => operations::extend(context, &args),
        Command::Resolve(args) => operations::resolve(context, &args),
        Command::Relabel(args) => operations::relabel(context, &args),
        Command::Rekey(args) => keys::rekey(context, &args),
        Command::Reader(command) => keys::reader(context, &command),
        Command::Team(args) => keys::team(context, &args),
        Command::Readers(args) => readers::run(context, &args),
        Command::Policy(command) => policy::run(context, &command),
        Command::Hold(args) => dispose::hold(context, &args),
        Command::Release(args) => dispose::release(context, &args),
        Command::Dispose(command) => dispose::run(context, &command),
        Command::Register => register::run(context),
        Command::Witness(args) => witness::run(context, &args),
        Command::Verify(args) => verify::run(context, &args),
        Command::Settle(args) => settle::settle(context, &args),
        Command::Repair(args) => settle::repair(context, &args),
        Command::Completions(args) => shell::completions(&args),
        Command::Man => shell::man(),
    }
}
