//! `casefile init` and `casefile person`: the archive and its people.

use super::args::{InitArgs, PersonCommand, RoleArg};
use super::context::Context;
use super::output;
use casefile::archive::{Archive, Init};
use casefile::error::{Class, Error, Problem, Result};
use casefile::log::Role;
use casefile::names::PersonId;
use casefile::seal::Public;
use casefile::seal::public::PUBLIC_FILE_LIMIT_BYTES;
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
    let archive = Archive::init(&args.dir, &init, &Context::clock()?)?;
    let dir = args.dir.display();
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

pub fn person(context: &Context, command: PersonCommand) -> Result<ExitCode> {
    match command {
        PersonCommand::Add { file, roles } => add(context, &file, &roles),
        PersonCommand::List => list(context),
        PersonCommand::Role { person, roles } => set_roles(context, &person, &roles),
        PersonCommand::Rekey { person, file } => rekey(context, &person, &file),
        PersonCommand::Retire { person } => retire(context, &person),
    }
}

fn add(context: &Context, file: &Path, roles: &[RoleArg]) -> Result<ExitCode> {
    let person = public(file)?;
    let mut archive = context.archive()?;
    let administrator = context.identity()?;
    if context.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    let clock = Context::clock_of(&archive)?;
    archive.add_person(&administrator, &person, &roles_of(roles), &clock)?;
    output::say(context, &format!("{} is now {}.", person.id, words(&roles_of(roles))));
    Ok(ExitCode::SUCCESS)
}

fn list(context: &Context) -> Result<ExitCode> {
    let archive = context.archive()?;
    let mut rows = vec![output::row(["PERSON", "ROLES", "STATE"])];
    for person in archive.roster().now().people() {
        let state = if person.retired { "retired" } else { "active" };
        rows.push(vec![person.id.to_string(), words(&person.roles), state.to_owned()]);
    }
    output::line(&output::table(&rows))?;
    super::escrow::person_line(&archive)?;
    Ok(ExitCode::SUCCESS)
}

fn set_roles(context: &Context, person: &PersonId, roles: &[RoleArg]) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let administrator = context.identity()?;
    if !context.dry_run {
        let clock = Context::clock_of(&archive)?;
        archive.set_roles(&administrator, person, &roles_of(roles), &clock)?;
        output::say(context, &format!("{person} is now {}.", words(&roles_of(roles))));
    }
    Ok(ExitCode::SUCCESS)
}

fn retire(context: &Context, person: &PersonId) -> Result<ExitCode> {
    let mut archive = context.archive()?;
    let administrator = context.identity()?;
    if !context.dry_run {
        let clock = Context::clock_of(&archive)?;
        archive.retire(&administrator, person, &clock)?;
        output::say(context, &format!("{person} is retired: what they sign from now on has no effect."));
        super::keys::say_sealed_to(context, &archive, person)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn rekey(context: &Context, person: &PersonId, file: &Path) -> Result<ExitCode> {
    let new = public(file)?;
    if new.id != *person {
        let problem =
            Problem::error("person.other-id", format!("this is the key of {}, not of {person}", new.id));
        let hint = format!("a new key keeps the id: casefile key new --id {person} --name NAME -o FILE");
        return Err(Error::new(Class::Input, problem.hint(hint)).in_file(file));
    }
    let mut archive = context.archive()?;
    let administrator = context.identity()?;
    if !context.dry_run {
        let clock = Context::clock_of(&archive)?;
        archive.rekey_person(&administrator, &new, &clock)?;
        output::say(
            context,
            &format!("{person} has a new key; what the old one signs has no effect any more."),
        );
        super::keys::say_sealed_to(context, &archive, person)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn public(file: &Path) -> Result<Public> {
    let bytes = casefile::fs::read(file, PUBLIC_FILE_LIMIT_BYTES)?;
    Public::parse(&String::from_utf8_lossy(&bytes)).map_err(|error| error.in_file(file))
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
