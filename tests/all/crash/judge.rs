//! What must hold of a store after a crash.

use super::story::{Fact, Operation, Story, days, document, other_unit, unit, who};
use super::told::Known;
use casefile::archive::{Archive, Case, Level, Progress, VerifyOptions};
use casefile::log::{Role, Verdict};
use casefile::names::{Digest, PersonId, Status, Unit};
use casefile::seal::Card;
use casefile::store::sim::{Contents, Crash, MemoryStore};
use std::collections::HashSet;

/// Every so many contents, work goes on in what the crash left.
const GOES_ON: u8 = 8;

pub struct Judge<'a> {
    story: &'a Story,
}

impl<'a> Judge<'a> {
    pub fn new(story: &'a Story) -> Self {
        Self { story }
    }

    /// How many operations were acknowledged before a call, and how many had begun.
    pub fn known(&self, at: usize) -> (usize, usize) {
        let operations = &self.story.operations;
        let count = |until: fn(&Operation) -> usize| operations.iter().filter(|op| until(op) <= at).count();
        let acknowledged = count(|op| op.end);
        // With a fault sown, an operation may end without a single call.
        (acknowledged, count(|op| op.begin + 1).max(acknowledged))
    }

    /// Whether what was acknowledged before the call is there, and nothing is unreadable.
    ///
    /// With `only_temporary`, the same but for temporary files has been judged already: then it is opened
    /// and verified by name and size.
    pub fn judge(&self, at: usize, crash: &Crash, only_temporary: bool) -> Result<(), String> {
        let (acknowledged, begun) = self.known(at);
        let operations = &self.story.operations;
        let during = operations.get(begun.max(1) - 1).map_or("", |op| op.name);
        let known = Known { done: &operations[..acknowledged], begun: &operations[acknowledged..begun] };
        let held = if only_temporary { opens } else { all_holds };
        held(known, &crash.contents)
            .and_then(|()| {
                let chosen = crash.hash.as_bytes()[0].is_multiple_of(GOES_ON);
                if chosen && !only_temporary { goes_on(known, &crash.contents) } else { Ok(()) }
            })
            .map_err(|fault| format!("during {during}: {fault}"))
    }
}

/// Whether the next person can work as if nothing had happened, and nothing is lost by it.
fn goes_on(known: Known<'_>, contents: &Contents) -> Result<(), String> {
    let Known { done, .. } = known;
    let admitted = done.iter().any(|op| op.facts.iter().any(|fact| matches!(fact, Fact::Status(_))));
    if known.destroys() {
        return destruction_goes_on(known, contents);
    }
    if !admitted {
        return Ok(());
    }
    let archive = open(contents)?;
    let receipt = archive
        .file(who("aisha"), &number(&archive), &[document(99, 50)], &days(450))
        .map_err(|e| format!("the next filing fails: {}", e.problems()[0].code))?;
    verify(&archive, Level::V3, known, None).map_err(|fault| format!("after the next filing: {fault}"))?;
    let added = Fact::Filed(receipt, vec![Digest::of(&document(99, 50).bytes)]);
    let seen = Seen::look(&archive, false)?;
    for fact in done.iter().flat_map(|op| &op.facts).chain([&added]) {
        seen.holds(fact, done, &[]).map_err(|fault| format!("after the next filing: {fault}"))?;
    }
    Ok(())
}

/// Whether the same run again ends a destruction that was begun, and leaves no damage.
fn destruction_goes_on(known: Known<'_>, contents: &Contents) -> Result<(), String> {
    let archive = open(contents)?;
    let run = archive.dispose(who("nora"), &number(&archive), &days(442), false);
    match run.map_err(|e| format!("the next run fails: {}", e.problems()[0].code))? {
        Progress::Destroyed(_) | Progress::Again(_) => {}
        other => return Err(format!("the next run destroys nothing: {other:?}")),
    }
    if !is_ended(&archive) {
        return Err("it is not destroyed after the next run".to_owned());
    }
    verify(&archive, Level::V3, known, None).map_err(|fault| format!("after the next run: {fault}"))
}

/// What was acknowledged holds; of the last operation that was under way, what it acknowledged in the end.
pub fn check(known: Known<'_>, facts: &[Fact], contents: &Contents) -> Result<(), String> {
    all_holds(known, contents)?;
    let archive = open(contents)?;
    let seen = Seen::look(&archive, known.destroys() && has_lost_its_key(&archive, contents))?;
    facts.iter().try_for_each(|fact| seen.holds(fact, &[], &[]))
}

/// The archive opens, and nothing is missing.
fn opens(known: Known<'_>, contents: &Contents) -> Result<(), String> {
    match open(contents) {
        Err(said) if known.done.is_empty() && said.starts_with("archive.none") => Ok(()),
        opened => verify(&opened?, Level::V0, known, Some(contents)),
    }
}

fn all_holds(known: Known<'_>, contents: &Contents) -> Result<(), String> {
    let Known { done, begun } = known;
    let archive = match open(contents) {
        // Nothing counts as an archive until its root file is there.
        Err(said) if known.done.is_empty() && said.starts_with("archive.none") => return Ok(()),
        opened => opened.map_err(|said| format!("acknowledged work cannot be opened: {said}"))?,
    };
    verify(&archive, highest(known.done), known, Some(contents))?;
    for hash in gone(done, begun) {
        if contents.objects.keys().any(|name| name.ends_with(&format!("/{hash}.age"))) {
            return Err("what an acknowledged operation deleted is there".to_owned());
        }
    }
    let seen = Seen::look(&archive, known.destroys() && has_lost_its_key(&archive, contents))?;
    for fact in done.iter().flat_map(|op| &op.facts) {
        seen.holds(fact, done, begun)?;
    }
    let statuses = |op: &Operation| op.facts.iter().filter_map(status).last();
    let known = done.iter().filter_map(statuses).last();
    let possible = begun.iter().filter_map(statuses).chain(known);
    match (seen.status, known) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err("an acknowledged case is gone".to_owned()),
        (is, _) if possible.into_iter().any(|status| is == Some(status)) => Ok(()),
        (Some(_), _) => Err("the status is one that nobody set".to_owned()),
    }
}

fn open(contents: &Contents) -> Result<Archive, String> {
    let opened = Archive::with_store(Box::new(MemoryStore::new(contents.clone())), None);
    opened.map_err(|e| e.problems()[0].code.to_owned())
}

/// No damage at this level, and of notices those that have a reason, and all that must be.
///
/// `contents` are those that the crash left; none are given once somebody has gone on.
fn verify(
    archive: &Archive,
    level: Level,
    known: Known<'_>,
    contents: Option<&Contents>,
) -> Result<(), String> {
    let identity = (level == Level::V3).then(|| who("selma"));
    let options = VerifyOptions { level, identity, unit: None, now: None };
    let found = archive.verify(&options).map_err(|e| e.problems()[0].code.to_owned())?;
    let damage = found.damage.into_iter();
    let damage = damage.map(|found| format!("{} {}: {}", found.code, found.path, found.message));
    let going = known.destroys()
        && contents.is_some_and(|contents| has_lost_its_key(archive, contents))
        && !is_ended(archive);
    let odd = known.judge(&found.notices, going, contents.is_none());
    let findings: Vec<String> = damage.chain(odd).collect();
    if findings.is_empty() { Ok(()) } else { Err(format!("{level:?}: {}", findings.join(", "))) }
}

/// Whether the end of the case is written.
fn is_ended(archive: &Archive) -> bool {
    archive.case(&number(archive)).is_ok_and(|case| case.is_destroyed())
}

/// Whether the newest key of the case is gone: with it, everything that is sealed.
fn has_lost_its_key(archive: &Archive, contents: &Contents) -> bool {
    archive.case(&number(archive)).is_ok_and(|case| {
        let newest = format!("keys/{}/{}.age", case.unit(), case.state().envelope);
        !contents.objects.contains_key(&newest)
    })
}

/// The highest level that there is somebody for.
fn highest(done: &[Operation]) -> Level {
    if done.len() > 2 { Level::V3 } else { Level::V2 }
}

/// What acknowledged operations deleted and nothing has brought back.
fn gone(done: &[Operation], begun: &[Operation]) -> HashSet<Digest> {
    let mut gone = HashSet::new();
    for fact in done.iter().flat_map(|op| &op.facts) {
        match fact {
            Fact::Gone(hashes) => gone.extend(hashes.iter().copied()),
            Fact::Back(hashes) => gone.retain(|hash| !hashes.contains(hash)),
            _ => {}
        }
    }
    let back = begun.iter().flat_map(|op| &op.facts);
    let back = back.filter_map(|fact| if let Fact::Back(hashes) = fact { Some(hashes) } else { None });
    for hash in back.flatten() {
        gone.remove(hash);
    }
    gone
}

/// The number under which the case stands.
fn number(archive: &Archive) -> Unit {
    let stands = |case: Case| case.status().is_some();
    if archive.case(&other_unit()).is_ok_and(stands) { other_unit() } else { unit() }
}

fn status(fact: &Fact) -> Option<Status> {
    match fact {
        Fact::Status(status) => Some(*status),
        _ => None,
    }
}

/// What a reader sees of the archive.
struct Seen<'a> {
    archive: &'a Archive,
    status: Option<Status>,
    /// The valid entries.
    entries: HashSet<Digest>,
    cards: Vec<Card>,
    /// Its documents are gone, or going.
    destroyed: bool,
}

impl<'a> Seen<'a> {
    fn look(archive: &'a Archive, destroyed: bool) -> Result<Self, String> {
        let (entries, cards) = (HashSet::new(), Vec::new());
        let mut seen = Self { archive, status: None, entries, cards, destroyed };
        let unit = number(archive);
        let Ok(case) = archive.case(&unit) else { return Ok(seen) };
        seen.status = case.status();
        let valid = case.entries().filter(|judged| judged.verdict == Verdict::Valid);
        seen.entries = valid.map(|judged| judged.name.hash).collect();
        if destroyed {
            return Ok(seen);
        }
        let open = archive.unlock(&unit, who("selma")).map_err(|e| e.problems()[0].code.to_owned())?;
        seen.cards = open.cards().map_err(|e| e.problems()[0].code.to_owned())?;
        Ok(seen)
    }

    /// Whether something acknowledged is there.
    fn holds(&self, fact: &Fact, done: &[Operation], begun: &[Operation]) -> Result<(), String> {
        match fact {
            Fact::Founded | Fact::Status(_) | Fact::Gone(_) | Fact::Back(_) | Fact::Forked(_) => Ok(()),
            Fact::Person(person, roles) => {
                let newest = set_roles(done, person).last().unwrap_or(roles);
                let mut possible = set_roles(begun, person).chain([newest]);
                let known = self.archive.roster().now().person(person);
                let same = known.is_some_and(|known| possible.any(|r| known.roles.iter().eq(r)));
                if same { Ok(()) } else { Err(format!("an acknowledged change of {person} is gone")) }
            }
            Fact::Office(receipt) => {
                let case = self.archive.case(&receipt.unit).map_err(|e| e.problems()[0].code.to_owned())?;
                let there = case
                    .entries()
                    .any(|judged| judged.name.hash == receipt.entry && judged.verdict == Verdict::Valid);
                if there { Ok(()) } else { Err(format!("{} was acknowledged and is gone", receipt.unit)) }
            }
            Fact::Destroyed => {
                if is_ended(self.archive) {
                    Ok(())
                } else {
                    Err("an acknowledged destruction is gone".to_owned())
                }
            }
            Fact::Filed(receipt, plains) if self.entries.contains(&receipt.entry) => {
                let there = self.destroyed
                    || receipt.documents.iter().zip(plains).all(|(d, plain)| {
                        // V3 has compared each document with its card.
                        self.cards.iter().any(|card| card.d == *d && card.plain == *plain)
                    });
                let lost = || format!("an acknowledged document of entry {} is gone", receipt.seq);
                if there { Ok(()) } else { Err(lost()) }
            }
            Fact::Filed(receipt, _) => Err(format!("the acknowledged entry {} is gone", receipt.seq)),
        }
    }
}

fn set_roles<'a>(by: &'a [Operation], of: &'a PersonId) -> impl Iterator<Item = &'a Vec<Role>> {
    by.iter().flat_map(|op| &op.facts).filter_map(move |fact| match fact {
        Fact::Person(person, roles) if person == of => Some(roles),
        _ => None,
    })
}
