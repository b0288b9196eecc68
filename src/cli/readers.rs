//! `casefile readers`: who can open what.

use super::args::ReadersArgs;
use super::context::Context;
use super::output;
use casefile::archive::{Archive, EscrowHolding, Holding, Holdings, Listing, Standing};
use casefile::clock::Clock;
use casefile::error::{Class, Error, Problem, Result};
use casefile::names::PersonId;
use casefile::seal::Identity;
use serde_json::{Value, json};
use std::process::ExitCode;

pub fn run(context: &Context, args: &ReadersArgs) -> Result<ExitCode> {
    let archive = context.archive()?;
    let clock = Context::clock_of(&archive)?;
    let identity = context.identity_if_named()?;
    match (&args.case, &args.person) {
        (Some(case), _) => case_(context, &archive.holdings(case, identity.as_ref(), &clock)?)?,
        (None, Some(id)) => person(context, &archive, identity.as_ref(), &clock, id)?,
        (None, None) => {}
    }
    if identity.is_none() {
        output::say(context, "Name your key with -i to see what the keys they had still open.");
    }
    Ok(ExitCode::SUCCESS)
}

fn case_(context: &Context, holdings: &Holdings) -> Result<()> {
    if context.json {
        let people: Vec<Value> = holdings.people.iter().map(|one| json(holdings, one)).collect();
        let escrows: Vec<Value> = holdings.escrows.iter().map(escrow_json).collect();
        return output::json(&json!({
            "case": holdings.unit, "objects": holdings.objects, "unknown": holdings.unknown,
            "generations": holdings.generations, "people": people, "escrows": escrows,
        }));
    }
    let mut rows = vec![output::row(["PERSON", "AS", "UNTIL", "READS", "KEYS", "OPENS"])];
    rows.extend(holdings.people.iter().map(|one| row(one.person.to_string(), holdings, one)));
    rows.extend(holdings.escrows.iter().map(|one| escrow_row(holdings, one)));
    output::line(&output::table(&rows))?;
    if let Some(key) = holdings.generations.last() {
        let number = holdings.generations.len();
        output::line(&format!("Key {number} is in use: {key}"))?;
    }
    if let Some(unknown) = holdings.unknown.filter(|unknown| *unknown > 0) {
        output::say(context, &format!("{unknown} objects could not be opened: run casefile verify."));
    }
    Ok(())
}

fn person(
    context: &Context,
    archive: &Archive,
    identity: Option<&Identity>,
    clock: &Clock,
    id: &PersonId,
) -> Result<()> {
    if archive.roster().now().person(id).is_none() {
        let problem = Problem::error("readers.nobody", format!("{id} never stood on this archive's roster"));
        let hint = "casefile person list shows who does";
        return Err(Error::new(Class::NotFound, problem.hint(hint)));
    }
    let mut found = Vec::new();
    let listings = archive.cases()?;
    for listing in &listings {
        let holdings = match archive.holdings(&listing.unit, identity, clock) {
            Ok(holdings) => holdings,
            Err(error) if matches!(error.class(), Class::Damage | Class::Access) => {
                super::report::problems(context, error.problems());
                continue;
            }
            Err(error) => return Err(error),
        };
        let one = holdings.people.iter().find(|one| one.person == *id).cloned();
        found.extend(one.map(|one| (holdings, one)));
    }
    if context.json {
        return output::json(&Value::Array(found.iter().map(|(all, one)| json(all, one)).collect()));
    }
    if found.is_empty() {
        output::say(context, &format!("{id} never read anything here."));
        return Ok(());
    }
    let mut rows = vec![output::row(["CASE", "AS", "UNTIL", "READS", "KEYS", "OPENS"])];
    rows.extend(found.iter().map(|(all, one)| row(all.unit.to_string(), all, one)));
    output::line(&output::table(&rows))?;
    let theirs = |listing: &Listing| found.iter().any(|(all, _)| all.unit == listing.unit);
    super::escrow::folders_line(&listings.into_iter().filter(theirs).collect::<Vec<_>>())
}

fn row(first: String, holdings: &Holdings, one: &Holding) -> Vec<String> {
    let dash = || "–".to_owned();
    let reader = one.reader.as_ref();
    vec![
        first,
        reader.map_or_else(dash, |reader| reader.capacity.to_string()),
        reader.and_then(|reader| reader.until).map_or_else(dash, |until| until.0.to_string()),
        words(one.standing).to_owned(),
        format!("{} of {}", numbers(&one.received), holdings.generations.len()),
        opens(one.objects, holdings),
    ]
}

fn escrow_row(holdings: &Holdings, one: &EscrowHolding) -> Vec<String> {
    vec![
        one.escrow.name.to_string(),
        "escrow".to_owned(),
        "–".to_owned(),
        if one.reads { "yes" } else { "no" }.to_owned(),
        format!("{} of {}", numbers(&one.received), holdings.generations.len()),
        opens(one.objects, holdings),
    ]
}

fn escrow_json(one: &EscrowHolding) -> Value {
    json!({
        "name": one.escrow.name, "age": one.escrow.age, "reads": one.reads, "received": one.received,
        "opens": one.objects,
    })
}

fn opens(objects: Option<usize>, holdings: &Holdings) -> String {
    objects
        .map_or_else(|| "not known to you".to_owned(), |objects| format!("{objects} of {}", holdings.objects))
}

fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::Reads => "yes",
        Standing::Ended => "no, ended",
        Standing::Left => "no, has left",
        Standing::Former => "no",
    }
}

/// `1, 2, 3, 5` as `1-3, 5`.
fn numbers(received: &[usize]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for number in received {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == *number => *end = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let text = |(start, end): &(usize, usize)| {
        if start == end { start.to_string() } else { format!("{start}-{end}") }
    };
    runs.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn json(holdings: &Holdings, one: &Holding) -> Value {
    json!({
        "case": holdings.unit, "person": one.person, "as": one.reader.as_ref().map(|reader| &reader.capacity),
        "until": one.reader.as_ref().and_then(|reader| reader.until), "reads": one.standing == Standing::Reads,
        "standing": match one.standing {
            Standing::Reads => "reads", Standing::Ended => "ended", Standing::Left => "left",
            Standing::Former => "former",
        },
        "generations": one.received.iter().filter_map(|n| holdings.generations.get(n - 1)).collect::<Vec<_>>(),
        "received": one.received, "of": holdings.generations.len(), "opens": one.objects,
        "objects": holdings.objects,
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_that_follow_each_other_are_a_range() {
        assert_eq!(super::numbers(&[1, 2, 3, 5]), "1-3, 5");
        assert_eq!(super::numbers(&[]), "");
    }
}
