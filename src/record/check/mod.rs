//! Cross-checks: what the form of single fields cannot tell.
//!
//! They run over every section that has its form, also where another has not, so that one check shows
//! all problems. Nothing here reads a clock; what depends on the day is in [`days`].

mod agency;
mod complaint;
mod dates;
pub(super) mod days;
mod files;
pub(super) mod office;
mod people;
mod programme;
mod safety;
pub(super) mod together;

use super::model::{Case, Client, Team};
use crate::error::{Place, Problem};
use crate::programme::Programme;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;

/// The sections of a record as far as they have their form, and what was found in them.
pub(super) struct Draft<'a> {
    value: &'a Value,
    problems: Vec<Problem>,
}

/// All cross-checks of one record. Each problem names its field and no line yet.
pub(super) fn all(value: &Value, programme: Option<&Programme>, folder: Option<&Path>) -> Vec<Problem> {
    let mut draft = Draft { value, problems: Vec::new() };
    let (case, client, team) =
        (draft.part::<Case>("case"), draft.part::<Client>("client"), draft.part::<Team>("team"));
    let birth = client.as_ref().and_then(|client| client.birth.as_ref()).map(|birth| birth.date);
    if let Some(case) = &case {
        dates::case(&mut draft, case, birth);
        if let Some(programme) = programme {
            programme::case(&mut draft, case, programme);
        }
    }
    dates::work(&mut draft, birth);
    dates::agreements(&mut draft);
    dates::life(&mut draft);
    agency::school(&mut draft);
    agency::agreements(&mut draft);
    agency::permanency(&mut draft);
    safety::all(&mut draft);
    people::team(&mut draft, team.as_ref());
    people::client(&mut draft, client.as_ref());
    people::references(&mut draft);
    files::all(&mut draft, client.as_ref(), folder);
    draft.problems
}

impl Draft<'_> {
    /// A section, where it is there and has its form.
    fn part<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        T::deserialize(self.value.get(name)?).ok()
    }

    /// The items of a list that have their form, each with its number.
    fn items<T: DeserializeOwned>(&self, name: &str) -> Vec<(usize, T)> {
        let items = self.value.get(name).and_then(Value::as_array).into_iter().flatten().enumerate();
        items.filter_map(|(index, item)| T::deserialize(item).ok().map(|item| (index, item))).collect()
    }

    fn error(&mut self, code: &'static str, field: impl Into<String>, message: &str, hint: &str) {
        self.problems.push(at(Problem::error(code, message).hint(hint), field));
    }

    fn warn(&mut self, code: &'static str, field: impl Into<String>, message: &str, hint: &str) {
        self.problems.push(at(Problem::warning(code, message).hint(hint), field));
    }
}

/// Puts a problem at a field.
fn at(problem: Problem, field: impl Into<String>) -> Problem {
    problem.at(Place { field: Some(field.into()), ..Place::default() })
}
