//! `casefile init` and `casefile person`: the archive and its people.

use super::args::{InitArgs, PersonCommand, ProposeArgs, RoleArg};
use super::context::Context;
use super::key::public;
use super::output;
use casefile::archive::{Archive, Init, StaffChange};
use casefile::error::{Class, Error, Problem, Result};
use casefile::log::Role;
use casefile::names::PersonId;
use casefile::seal::Public;
use std::path::Path;
use std::process::ExitCode;

pub fn init(context: &Context, args: &InitArgs) -> Result<ExitCode> {
    let founder = context.identity()?;
    let recovery = if args.recovery == Path::new("none") { None } else { Some(public(&args.recovery)?) };
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let without = recovery.is_none();
    let init = Init { founder: &founder, recovery, test: args.for_tests };
    let archive = Archive::init(&args.dir, &init, &Context::clock()?).map_err(|error| begun(args, error))?;
    let dir = output::typed(&args.dir);
    output::say(
        context,
        &format!(
            "The archive is in {dir}. You, {}, are its administrator and can read no case.",
            founder.id()
        ),
    );
    output::say(
        context,
        &format!(
            "Its id is {}: write it down, and compare it when you meet the archive on another machine.",
            archive.id()
        ),
    );
    if without {
        output::say(
            context,
            "It has no recovery key: if your key is lost, nobody can change its people any more.",
        );
    }
    output::say(
        context,
        &format!("Next: casefile -C {dir} -i YOUR.key person add THEIR.pub --role case-manager"),
    );
    Ok(ExitCode::SUCCESS)
}

/// Where the folder was begun and is no archive yet, the way on.
fn begun(args: &InitArgs, error: Error) -> Error {
    let exists = |name: &str| args.dir.join(name).exists();
    if !exists("staff") || exists("casefile.json") {
        return error;
    }
    let folder = output::typed(&args.dir);
    let problem = Problem::error("init.begun", "the folder was begun and is no archive yet")
        .hint(format!("delete {folder}, and run the command again"));
    let mut problems = error.problems().to_vec();
    problems.push(problem);
    Error::all(error.class(), problems).unwrap_or(error)
}

pub fn person(context: &Context, command: PersonCommand) -> Result<ExitCode> {
    match command {
        PersonCommand::Add { file, roles, propose } => {
            let change = StaffChange::Add(public(&file)?, roles_of(&roles));
            change_staff(context, &change, &propose, |context, _| {
                if let StaffChange::Add(person, roles) = &change {
                    output::say(context, &format!("{} is now {}.", person.id, words(roles)));
                }
                Ok(())
            })
        }
        PersonCommand::List => list(context),
        PersonCommand::Role { person, roles, propose } => {
            let change = StaffChange::Roles(person.clone(), roles_of(&roles));
            change_staff(context, &change, &propose, |context, _| {
                output::say(context, &format!("{person} is now {}.", words(&roles_of(&roles))));
                Ok(())
            })
        }
        PersonCommand::Rekey { person, file, propose } => {
            let change = StaffChange::Rekey(new_key(&person, &file)?);
            change_staff(context, &change, &propose, |context, archive| {
                let message =
                    format!("{person} has a new key; what the old one signs has no effect any more.");
                output::say(context, &message);
                super::keys::say_sealed_to(context, archive, &person)
            })
        }
        PersonCommand::Retire { person, for_cause, propose } => {
            let retire = if for_cause { StaffChange::Expel } else { StaffChange::Retire };
            change_staff(context, &retire(person.clone()), &propose, |context, archive| {
                output::say(
                    context,
                    &format!("{person} is retired: what they sign from now on has no effect."),
                );
                say_uncovered(context, archive, &person);
                say_short(context, archive, &person)?;
                super::keys::say_sealed_to(context, archive, &person)
            })
        }
    }
}

/// The cases that have fewer than two living readers without somebody who was removed for cause.
fn say_short(context: &Context, archive: &Archive, person: &PersonId) -> Result<()> {
    for unit in archive.short_of_readers(person)? {
        let hint = "its readers take somebody in: casefile reader add";
        output::say(context, &format!("{unit} has fewer than two living readers now; {hint}"));
    }
    Ok(())
}

/// Changes the staff at once, or proposes it where several must sign.
fn change_staff(
    context: &Context,
    change: &StaffChange,
    propose: &ProposeArgs,
    done: impl Fn(&Context, &Archive) -> Result<()>,
) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let by = context.identity()?;
    let clock = Context::clock_of(&archive)?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    if propose.propose.is_some() || !propose.with.is_empty() {
        let proposal = archive.propose_person(&by, change, &propose.with, &clock)?;
        return super::root::put_forward(context, &mut archive, &by, proposal, propose.propose.as_deref());
    }
    archive.change_staff(&by, change, &clock)?;
    done(context, &archive)?;
    Ok(ExitCode::SUCCESS)
}

/// Warns where no checkpoint could be named: then nothing that the person signs later can be told late.
fn say_uncovered(context: &Context, archive: &Archive, person: &PersonId) {
    let newest = archive.roster().events().last().map(|event| &event.note);
    if newest.is_some_and(|note| note.register.is_none()) {
        let message = format!(
            "No checkpoint covers the archive as it is, so what {person} signs with an old date cannot be told late. \
             Before a root key alone retires somebody, let a colleague run: casefile register"
        );
        output::say(context, &message);
    }
}

fn list(context: &Context) -> Result<ExitCode> {
    let archive = context.archive()?;
    let mut rows = vec![output::row(["PERSON", "ROLES", "STATE"])];
    let staff = archive.roster().now();
    let holds_root = |key| staff.root().is_some_and(|root| root.keys.values().any(|other| *other == key));
    for person in staff.people() {
        let state = if person.retired { "retired" } else { "active" };
        let roles = match words(&person.roles) {
            none if none.is_empty() && holds_root(person.sign) => "(a root key)".to_owned(),
            none if none.is_empty() => "(none)".to_owned(),
            roles => roles,
        };
        rows.push(vec![person.id.to_string(), roles, state.to_owned()]);
    }
    output::line(&output::table(&rows))?;
    super::escrow::person_line(&archive)?;
    Ok(ExitCode::SUCCESS)
}

/// The public part of a person's new key, which keeps their id.
fn new_key(person: &PersonId, file: &Path) -> Result<Public> {
    let new = public(file)?;
    if new.id == *person {
        return Ok(new);
    }
    let problem =
        Problem::error("person.other-id", format!("this is the key of {}, not of {person}", new.id));
    let hint = format!("a new key keeps the id: casefile key new --id {person} --name NAME -o FILE");
    Err(Error::new(Class::Input, problem.hint(hint)).in_file(file))
}

fn roles_of(roles: &[RoleArg]) -> Vec<Role> {
    let role = |role: &RoleArg| match role {
        RoleArg::Administrator => Role::Administrator,
        RoleArg::CaseManager => Role::CaseManager,
        RoleArg::CaseSupervisor => Role::CaseSupervisor,
        RoleArg::ProjectDirector => Role::ProjectDirector,
        RoleArg::RecordsCustodian => Role::RecordsCustodian,
    };
    roles.iter().map(role).collect()
}

fn words<'a>(roles: impl IntoIterator<Item = &'a Role>) -> String {
    roles.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
