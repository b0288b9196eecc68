//! Reading one programme file, strictly.

use super::{Programme, SchoolTerm, Term, Unit, When};
use crate::error::{Class, Error, Place, Problem, Result};
use crate::names::OFFICE_WORDS;
use std::collections::HashSet;
use std::path::Path;

/// Reads a programme from the text of its file. `file` names it in errors.
///
/// # Errors
/// Class input, with file and line: not TOML, a field that does not exist or is missing, an id that stands
/// twice, a category that no case number can begin with, a kind or stage that is not in its list.
pub fn parse(text: &str, file: &Path) -> Result<Programme> {
    let programme: Programme = toml::from_str(text).map_err(|error| refused(text, file, &error))?;
    let problems = inconsistencies(&programme);
    let placed = problems
        .into_iter()
        .map(|message| Problem::error("programme.inconsistent", message).at(Place::file(file)));
    match Error::all(Class::Input, placed.collect()) {
        Some(error) => Err(error),
        None => Ok(programme),
    }
}

fn refused(text: &str, file: &Path, error: &toml::de::Error) -> Error {
    let mut place = Place::file(file);
    if let Some(before) = error.span().and_then(|span| text.get(..span.start)) {
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        place.line = u32::try_from(before.matches('\n').count() + 1).ok();
        place.column = u32::try_from(before[line_start..].chars().count() + 1).ok();
    }
    Error::new(Class::Input, Problem::error("programme.syntax", error.message().trim()).at(place))
}

fn inconsistencies(programme: &Programme) -> Vec<String> {
    let mut found = Vec::new();
    for (list, terms) in [
        ("categories", &programme.categories),
        ("stages", &programme.stages),
        ("service_levels", &programme.service_levels),
        ("standard_levels", &programme.standard_levels),
        ("risk_levels", &programme.risk_levels),
        ("case_plan_goals", &programme.case_plan_goals),
        ("face_to_face", &programme.face_to_face),
    ] {
        found.extend(
            twice(terms.iter().map(|term| term.id.as_str()))
                .map(|id| format!("`{id}` stands twice in `{list}`")),
        );
    }
    let rules = programme.rules.iter().map(|rule| rule.id.as_str());
    found.extend(twice(rules).map(|id| format!("rule `{id}` stands twice")));
    found.extend(programme.categories.iter().filter_map(category));
    let kinds = programme.expects.iter().map(|expected| &expected.kind).chain(&programme.reviewed);
    let unknown = kinds.filter(|kind| !programme.kinds.contains(kind));
    found.extend(unknown.map(|kind| format!("`{kind}` is not in the list `kinds`")));
    found.extend(programme.expects.iter().filter_map(|expected| match &expected.when {
        When::Stage(stage) if programme.stage(stage).is_none() => {
            Some(format!("`{stage}` is not in the list `stages`"))
        }
        _ => None,
    }));
    found.extend(ageing_out(programme));
    found.extend(level(programme));
    found.extend(calendar(programme));
    found
}

/// The level picks a rule, so both must be there.
fn level(programme: &Programme) -> Option<String> {
    let level = programme.level.as_ref()?;
    if !programme.standard_levels.iter().any(|term| term.id == *level) {
        return Some(format!("`{level}` is not in the list `standard_levels`"));
    }
    programme.first_contact().is_none().then(|| format!("`level` needs the rule `first-contact.{level}`"))
}

/// Terms follow each other, end after they begin, and say where they are from.
fn calendar(programme: &Programme) -> Vec<String> {
    let name = |term: &SchoolTerm| format!("term {} of {}", term.term, term.year);
    let reversed = programme.terms.iter().filter(|term| term.until < term.from);
    let reversed = reversed.map(|term| format!("{} ends before it begins", name(term)));
    let pairs = programme.terms.windows(2).filter(|pair| pair[1].from <= pair[0].until);
    let pairs = pairs.map(|pair| format!("{} begins before {} ends", name(&pair[1]), name(&pair[0])));
    let unknown = programme.terms_source.is_none() && !programme.terms.is_empty();
    let unknown = unknown.then(|| "`terms` needs `terms_source`: who publishes this calendar".to_owned());
    reversed.chain(pairs).chain(unknown).collect()
}

fn twice<'a>(ids: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let mut seen = HashSet::new();
    ids.filter(move |id| !seen.insert(*id))
}

fn category(term: &Term) -> Option<String> {
    let id = term.id.as_str();
    if OFFICE_WORDS.contains(&id) {
        return Some(format!("category `{id}` is a word for folders about the work"));
    }
    let fits = (1..=12).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_uppercase());
    (!fits).then(|| format!("category `{id}` must be 1 to 12 capital letters A to Z"))
}

/// Whoever ages out needs both numbers; who does not has neither.
fn ageing_out(programme: &Programme) -> Vec<String> {
    let needs = [("ageing-out.age", Unit::Years), ("ageing-out.close-after", Unit::Months)];
    let wrong = |(id, unit): (&str, Unit)| {
        let there = programme.rule(id).is_some_and(|rule| rule.unit == unit);
        (there != programme.ageing_out.is_some()).then(|| match programme.ageing_out {
            Some(_) => format!(
                "`ageing_out` needs the rule `{id}` in {}",
                if unit == Unit::Years { "years" } else { "months" }
            ),
            None => format!("rule `{id}` needs `ageing_out`"),
        })
    };
    needs.into_iter().filter_map(wrong).collect()
}
